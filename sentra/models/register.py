"""Sentra, the IKM in it, their products.

Which region an IKM or a product belongs to is written by the database, from its sentra.
"""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from sentra.enums import Scale
from sentra.models.mergeable import Mergeable
from sentra.rules import MIN_UNITS, industry_scale


class Sentra(Mergeable):
    """A place where at least five units make a similar product, set by a decision of the bupati or wali kota."""

    region = models.ForeignKey("reference.Region", on_delete=models.PROTECT, related_name="sentra")
    commodity = models.ForeignKey("reference.Commodity", on_delete=models.PROTECT)
    name = models.CharField("nama sentra", max_length=160)
    unit_count = models.PositiveIntegerField("jumlah unit usaha")
    district = models.ForeignKey("reference.Region", on_delete=models.PROTECT, related_name="+")
    village = models.ForeignKey("reference.Region", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    village_unlisted = models.CharField(max_length=120, blank=True)
    address = models.CharField("alamat", max_length=250)
    sk_number = models.CharField("nomor SK", max_length=80)
    sk_date = models.DateField("tanggal SK")
    sk_signatory = models.CharField("pejabat penanda tangan SK", max_length=120)
    # An imported sentra has none until its officer uploads it; the form asks for it.
    sk_file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, blank=True)
    contact_name = models.CharField("nama narahubung", max_length=120)
    contact_phone = models.CharField("telepon narahubung", max_length=20)
    contact_email = models.EmailField("surel narahubung", blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta(Mergeable.Meta):
        verbose_name = "sentra"
        verbose_name_plural = "sentra"
        indexes = [
            models.Index(fields=["region", "-id"], name="sentra_sentra_by_region"),
            models.Index(fields=["contact_phone"], name="sentra_sentra_by_phone"),
            models.Index(fields=["updated_at", "id"], name="sentra_sentra_by_change"),
        ]
        constraints = [
            *Mergeable.Meta.constraints,
            models.CheckConstraint(condition=Q(unit_count__gte=1), name="sentra_sentra_has_units"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-12, 7),
                    longitude__range=(94, 142),
                ),
                name="sentra_sentra_point",
            ),
            models.CheckConstraint(
                condition=Q(village__isnull=False, village_unlisted="")
                | (Q(village__isnull=True) & ~Q(village_unlisted="")),
                name="sentra_sentra_one_village",
            ),
            models.UniqueConstraint(
                "region",
                "commodity",
                models.functions.Lower("name"),
                condition=Q(merged_into=None),
                name="sentra_sentra_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_enough_units(self) -> bool:
        return self.unit_count >= MIN_UNITS

    @property
    def map_point(self) -> tuple[Decimal, Decimal] | None:
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)


class Ikm(Mergeable):
    """A small or medium industry inside a sentra. One NIB is one business actor in the whole country."""

    sentra = models.ForeignKey(Sentra, on_delete=models.PROTECT, related_name="ikm")
    # No index of its own: the search index begins with it, and a second one would tempt the planner away from that.
    region = models.ForeignKey(
        "reference.Region", on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    name = models.CharField("nama IKM", max_length=160)
    owner_name = models.CharField("nama penanggung jawab", max_length=120)
    nib = models.CharField("NIB", max_length=13, unique=True)
    npwp = models.CharField("NPWP", max_length=16)
    kbli = models.ForeignKey("reference.KbliCode", on_delete=models.PROTECT, verbose_name="KBLI")
    workers = models.PositiveIntegerField("jumlah tenaga kerja")
    investment = models.BigIntegerField("nilai investasi")
    established_year = models.PositiveSmallIntegerField("tahun mulai usaha")
    phone = models.CharField("telepon", max_length=20)
    address = models.CharField("alamat", max_length=250)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta(Mergeable.Meta):
        verbose_name = "IKM"
        verbose_name_plural = "IKM"
        indexes = [
            models.Index(fields=["npwp"], name="sentra_ikm_by_npwp"),
            models.Index(fields=["phone"], name="sentra_ikm_by_phone"),
            models.Index(fields=["updated_at", "id"], name="sentra_ikm_by_change"),
        ]
        constraints = [
            *Mergeable.Meta.constraints,
            models.CheckConstraint(condition=Q(nib__regex=r"^\d{13}$"), name="sentra_ikm_nib"),
            models.CheckConstraint(condition=Q(npwp__regex=r"^\d{15,16}$"), name="sentra_ikm_npwp"),
            models.CheckConstraint(condition=Q(investment__gte=0), name="sentra_ikm_investment"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scale(self) -> Scale:
        return industry_scale(self.workers, self.investment)


class Product(Mergeable):
    """What an IKM makes and a district nominates."""

    merge_rules = {"sentra_product_name_once": "refuse"}

    ikm = models.ForeignKey(Ikm, on_delete=models.PROTECT, related_name="products")
    # No index of its own: the search index begins with it, and a second one would tempt the planner away from that.
    region = models.ForeignKey(
        "reference.Region", on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    name = models.CharField("nama produk", max_length=160)
    description = models.TextField("uraian produk", max_length=2000)
    story = models.TextField("cerita produk", max_length=3000, blank=True)
    monthly_capacity = models.CharField("kapasitas produksi per bulan", max_length=120)
    markets = models.CharField("jangkauan pasar", max_length=250)
    price = models.BigIntegerField("harga", null=True, blank=True)
    price_unit = models.CharField("satuan harga", max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta(Mergeable.Meta):
        verbose_name = "produk"
        verbose_name_plural = "produk"
        constraints = [
            *Mergeable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(price=None, price_unit="") | (Q(price__isnull=False, price__gte=1) & ~Q(price_unit="")),
                name="sentra_product_price_has_unit",
            ),
            models.UniqueConstraint(
                "ikm", models.functions.Lower("name"), condition=Q(merged_into=None), name="sentra_product_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
