"""Closed sets of the register."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scale(StrEnum):
    """Industry scale by Permenperin 64/2016."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class PermitKind(StrEnum):
    """What an IKM can hold for its firm or for a product."""

    PIRT = "pirt"
    BPOM = "bpom"
    HALAL = "halal"
    SNI = "sni"
    TRADEMARK = "trademark"
    OTHER_IP = "other_ip"
    LAB_TEST = "lab_test"
    OTHER = "other"


class PermitState(StrEnum):
    NO_END = "no_end"
    VALID = "valid"
    ENDING = "ending"
    ENDED = "ended"


class CheckedNumber(StrEnum):
    """A number of an IKM that can be compared with its document."""

    NIB = "nib"
    NPWP = "npwp"


class CheckHow(StrEnum):
    """What a number was compared with."""

    DOCUMENT = "document"
    OSS = "oss"
    DJP = "djp"
    BPOM = "bpom"
    BPJPH = "bpjph"
    BSN = "bsn"
    DJKI = "djki"
    OTHER = "other"


class RecordKind(StrEnum):
    """A record of the register that can be a duplicate of another one."""

    SENTRA = "sentra"
    IKM = "ikm"
    PRODUCT = "product"


class Likeness(StrEnum):
    """What two records that look alike have in common."""

    NAME = "name"
    NPWP = "npwp"
    PHONE = "phone"
    VILLAGE = "village"


SCALES = {Scale.SMALL: _("Kecil"), Scale.MEDIUM: _("Menengah"), Scale.LARGE: _("Besar")}
PERMIT_LABELS = {
    PermitKind.PIRT: _("P-IRT"),
    PermitKind.BPOM: _("Izin edar BPOM MD"),
    PermitKind.HALAL: _("Sertifikat halal"),
    PermitKind.SNI: _("Sertifikat SNI"),
    PermitKind.TRADEMARK: _("Merek"),
    PermitKind.OTHER_IP: _("Kekayaan intelektual lain"),
    PermitKind.LAB_TEST: _("Hasil uji laboratorium"),
    PermitKind.OTHER: _("Izin lain"),
}
STATE_LABELS = {
    PermitState.NO_END: _("Tanpa tanggal akhir"),
    PermitState.VALID: _("Berlaku"),
    PermitState.ENDING: _("Segera berakhir"),
    PermitState.ENDED: _("Sudah berakhir"),
}
CHECK_LABELS = {
    CheckHow.DOCUMENT: _("dokumen asli"),
    CheckHow.OSS: _("laman OSS"),
    CheckHow.DJP: _("laman DJP"),
    CheckHow.BPOM: _("laman BPOM"),
    CheckHow.BPJPH: _("laman BPJPH"),
    CheckHow.BSN: _("laman BSN"),
    CheckHow.DJKI: _("laman DJKI"),
    CheckHow.OTHER: _("cara lain"),
}


class TableKind(models.TextChoices):
    """A table of the register as it goes in and out as a spreadsheet."""

    SENTRA = "sentra", _("Sentra")
    IKM = "ikm", _("IKM")
    PRODUCT = "product", _("Produk")


class ExportKind(models.TextChoices):
    """A table that goes out: those of `TableKind`, and two that nobody brings in."""

    SENTRA = "sentra", _("Sentra")
    IKM = "ikm", _("IKM")
    PRODUCT = "product", _("Produk")
    YEAR = "year", _("Angka tahunan sentra")
    PERMIT = "permit", _("Izin, sertifikat, dan merek")


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
