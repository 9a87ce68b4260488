"""Regions, commodities and business classes. Codes are never deleted nor renumbered: they are retired."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left
from django.utils.timezone import localdate

from core.formats import ZONE_LABELS
from reference.enums import KbliEdition, RegionKind, RegionLevel, Relevance
from reference.querysets import CommodityQuerySet, DatedQuerySet, KbliQuerySet, RegionQuerySet
from reference.rules import CODE_LENGTHS, is_within

PROVINCE_LENGTH, REGENCY_LENGTH, KECAMATAN_LENGTH, VILLAGE_LENGTH = CODE_LENGTHS


class Dated(models.Model):
    """A row that can be retired. `valid_from` is the day on which the register took it up."""

    valid_from = models.DateField("berlaku sejak", default=localdate)
    valid_to = models.DateField("dicabut pada", null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="%(app_label)s_%(class)s_dates"
            )
        ]


class Region(Dated):
    """A region by its Kemendagri code (not the BPS code, which names another place in a third of the cases)."""

    code = models.CharField("kode", max_length=VILLAGE_LENGTH, primary_key=True)
    level = models.PositiveSmallIntegerField("tingkat", choices=RegionLevel.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="children", db_index=False, verbose_name="bagian dari"
    )
    name = models.CharField("nama resmi", max_length=80)
    kind = models.CharField("jenis", max_length=9, choices=RegionKind.choices)
    short_name = models.CharField("nama pendek", max_length=40, blank=True)
    timezone = models.CharField("zona waktu", max_length=14, choices=ZONE_LABELS.items())
    tz_label = models.CharField("singkatan zona waktu", max_length=4)
    postal_code = models.CharField("kode pos", max_length=5, blank=True)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="penerus"
    )

    objects = RegionQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = "wilayah"
        verbose_name_plural = "wilayah"
        ordering = ["code"]
        indexes = [
            models.Index(fields=["parent", "name"], name="reference_region_by_parent"),
            models.Index(fields=["level", "code"], name="reference_region_by_level"),
        ]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(level=RegionLevel.PROVINCE, code__regex=r"^[0-9]{2}$")
                | Q(level=RegionLevel.REGENCY, code__regex=r"^[0-9]{2}\.[0-9]{2}$")
                | Q(level=RegionLevel.KECAMATAN, code__regex=r"^[0-9]{2}(\.[0-9]{2}){2}$")
                | Q(level=RegionLevel.VILLAGE, code__regex=r"^[0-9]{2}(\.[0-9]{2}){2}\.[0-9]{4}$"),
                name="reference_region_code_shape",
            ),
            models.CheckConstraint(
                condition=Q(level=RegionLevel.PROVINCE, parent=None)
                | Q(level=RegionLevel.REGENCY, parent__isnull=False, parent=Left("code", PROVINCE_LENGTH))
                | Q(level=RegionLevel.KECAMATAN, parent__isnull=False, parent=Left("code", REGENCY_LENGTH))
                | Q(level=RegionLevel.VILLAGE, parent__isnull=False, parent=Left("code", KECAMATAN_LENGTH)),
                name="reference_region_parent",
            ),
            models.CheckConstraint(
                condition=Q(level=RegionLevel.PROVINCE, kind=RegionKind.PROVINSI)
                | Q(level=RegionLevel.REGENCY, kind__in=[RegionKind.KABUPATEN, RegionKind.KOTA])
                | Q(level=RegionLevel.KECAMATAN, kind=RegionKind.KECAMATAN)
                | Q(
                    level=RegionLevel.VILLAGE,
                    kind__in=[RegionKind.KELURAHAN, RegionKind.DESA, RegionKind.DESA_ADAT],
                ),
                name="reference_region_kind",
            ),
            models.CheckConstraint(
                condition=Q(timezone="Asia/Jakarta", tz_label="WIB")
                | Q(timezone="Asia/Makassar", tz_label="WITA")
                | Q(timezone="Asia/Jayapura", tz_label="WIT"),
                name="reference_region_zone",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | Q(valid_to__isnull=False), name="reference_region_successor"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """`Kab. Bandung`, `Kota Bandung`, `DKI Jakarta`: 26 names exist both as kabupaten and as kota."""
        if self.kind == RegionKind.KABUPATEN:
            return self.name.replace("Kabupaten ", "Kab. ", 1)
        return self.short_name or self.name

    @property
    def full_label(self) -> str:
        """`Kota Pekalongan, Jawa Tengah`. One query per region above that is not loaded, none after `with_parents`."""
        return f"{self.label}, {self.parent.full_label}" if self.parent else self.label

    @property
    def province_code(self) -> str:
        return self.code[:PROVINCE_LENGTH]

    def is_within(self, code: str) -> bool:
        """Whether this is that region or lies in it. No query."""
        return is_within(self.code, code)


class Commodity(models.Model):
    """A product group of the OVOP award."""

    code = models.SlugField("kode", max_length=30, primary_key=True)
    name = models.CharField("nama", max_length=60, unique=True)
    order = models.PositiveSmallIntegerField("urutan")
    active = models.BooleanField("dapat diusulkan", default=True)

    objects = CommodityQuerySet.as_manager()

    class Meta:
        verbose_name = "komoditas"
        verbose_name_plural = "komoditas"
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class KbliCode(Dated):
    """A business class. Its number alone is ambiguous: 13133 prints textiles in 2020 and makes batik in 2025."""

    code = models.CharField("kode", max_length=5)
    edition = models.PositiveSmallIntegerField("edisi", choices=KbliEdition.choices)
    title = models.CharField("judul", max_length=200)

    objects = KbliQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = "kode KBLI"
        verbose_name_plural = "kode KBLI"
        ordering = ["code", "edition"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["code", "edition"], name="reference_kblicode_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{5}$"), name="reference_kblicode_shape"),
            models.CheckConstraint(condition=Q(edition__in=KbliEdition.values), name="reference_kblicode_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title} ({self.get_edition_display()})"


class KbliCommodity(Dated):
    """That firms of this class make this commodity, and how close the two are."""

    kbli = models.ForeignKey(KbliCode, on_delete=models.PROTECT, related_name="links", verbose_name="kode KBLI")
    commodity = models.ForeignKey(
        Commodity, on_delete=models.PROTECT, related_name="kbli_links", verbose_name="komoditas"
    )
    relevance = models.CharField("kedekatan", max_length=7, choices=Relevance.choices)
    note = models.CharField("catatan", max_length=160, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = "kaitan KBLI dengan komoditas"
        verbose_name_plural = "kaitan KBLI dengan komoditas"
        ordering = ["kbli", "commodity"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["kbli", "commodity"], name="reference_kblicommodity_once"),
            models.CheckConstraint(
                condition=Q(relevance__in=Relevance.values), name="reference_kblicommodity_relevance"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kbli} – {self.commodity}"
