"""Sentra, the IKM in it, their products."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from sentra.enums import Scale
from sentra.querysets import RegisterQuerySet, ThroughIkmQuerySet, ThroughSentraQuerySet
from sentra.rules import MIN_UNITS, industry_scale


class Sentra(models.Model):
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
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    objects = RegisterQuerySet.as_manager()

    class Meta:
        verbose_name = "sentra"
        verbose_name_plural = "sentra"
        indexes = [models.Index(fields=["region", "-id"], name="sentra_sentra_by_region")]
        constraints = [
            models.CheckConstraint(condition=Q(unit_count__gte=1), name="sentra_sentra_has_units"),
            models.CheckConstraint(
                condition=Q(village__isnull=False, village_unlisted="")
                | (Q(village__isnull=True) & ~Q(village_unlisted="")),
                name="sentra_sentra_one_village",
            ),
            models.UniqueConstraint(
                "region", "commodity", models.functions.Lower("name"), name="sentra_sentra_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_enough_units(self) -> bool:
        return self.unit_count >= MIN_UNITS


class Ikm(models.Model):
    """A small or medium industry inside a sentra. One NIB is one business actor in the whole country."""

    sentra = models.ForeignKey(Sentra, on_delete=models.PROTECT, related_name="ikm")
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

    objects = ThroughSentraQuerySet.as_manager()

    class Meta:
        verbose_name = "IKM"
        verbose_name_plural = "IKM"
        constraints = [
            models.CheckConstraint(condition=Q(nib__regex=r"^\d{13}$"), name="sentra_ikm_nib"),
            models.CheckConstraint(condition=Q(npwp__regex=r"^\d{15,16}$"), name="sentra_ikm_npwp"),
            models.CheckConstraint(condition=Q(investment__gte=0), name="sentra_ikm_investment"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scale(self) -> Scale:
        return industry_scale(self.workers, self.investment)


class Product(models.Model):
    """What an IKM makes and a district nominates."""

    ikm = models.ForeignKey(Ikm, on_delete=models.PROTECT, related_name="products")
    name = models.CharField("nama produk", max_length=160)
    description = models.TextField("uraian produk", max_length=2000)
    monthly_capacity = models.CharField("kapasitas produksi per bulan", max_length=120)
    markets = models.CharField("jangkauan pasar", max_length=250)
    photo = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    objects = ThroughIkmQuerySet.as_manager()

    class Meta:
        verbose_name = "produk"
        verbose_name_plural = "produk"
        constraints = [models.UniqueConstraint("ikm", models.functions.Lower("name"), name="sentra_product_name_once")]

    def __str__(self) -> str:
        return self.name
