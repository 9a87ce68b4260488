"""Closed sets of the register."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scale(StrEnum):
    """Industry scale by Permenperin 64/2016."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


SCALES = {Scale.SMALL: _("Kecil"), Scale.MEDIUM: _("Menengah"), Scale.LARGE: _("Besar")}


class TableKind(models.TextChoices):
    """A table of the register as it goes in and out as a spreadsheet."""

    SENTRA = "sentra", _("Sentra")
    IKM = "ikm", _("IKM")
    PRODUCT = "product", _("Produk")


class ImportState(models.TextChoices):
    READING = "reading", _("Sedang diperiksa")
    READY = "ready", _("Siap disimpan")
    FAILED = "failed", _("Perlu diperbaiki")
    APPLYING = "applying", _("Sedang disimpan")
    APPLIED = "applied", _("Tersimpan")
    UNDONE = "undone", _("Dibatalkan kembali")
    CANCELLED = "cancelled", _("Dibatalkan")


# A worker owns the row, and only one such import, or one that waits for its officer, may be open in a region.
WORKING = (ImportState.READING, ImportState.APPLYING)
OPEN = (*WORKING, ImportState.READY)


class FindingKind(models.TextChoices):
    ERROR = "error", _("Kesalahan")
    WARNING = "warning", _("Peringatan")
    CHANGE = "change", _("Perubahan")


class ExportFormat(models.TextChoices):
    XLSX = "xlsx", _("Excel (XLSX)")
    CSV = "csv", _("CSV")


class ExportState(models.TextChoices):
    WRITING = "writing", _("Sedang disiapkan")
    READY = "ready", _("Siap diunduh")
    FAILED = "failed", _("Tidak berhasil")
