"""Closed sets of the reference data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegionLevel(models.IntegerChoices):
    PROVINCE = 1, _("provinsi")
    REGENCY = 2, _("kabupaten/kota")
    KECAMATAN = 3, _("kecamatan/distrik")
    VILLAGE = 4, _("desa/kelurahan")


class RegionKind(models.TextChoices):
    PROVINSI = "provinsi", _("provinsi")
    KABUPATEN = "kabupaten", _("kabupaten")
    KOTA = "kota", _("kota")
    KECAMATAN = "kecamatan", _("kecamatan/distrik")
    KELURAHAN = "kelurahan", _("kelurahan")
    DESA = "desa", _("desa")
    DESA_ADAT = "desa_adat", _("desa adat")


class KbliEdition(models.IntegerChoices):
    KBLI_2020 = 2020, _("KBLI 2020")
    KBLI_2025 = 2025, _("KBLI 2025")


class Relevance(models.TextChoices):
    CORE = "inti", _("inti")
    RELATED = "terkait", _("terkait")
