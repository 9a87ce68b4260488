"""Wording for people."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import SECRETARIAT
from certificates.enums import CertificateState
from certificates.models import Certificate
from core import formats

S = CertificateState
BEING_MADE = frozenset({S.WANTED, S.RENDERING, S.FAILED})


def is_expired(certificate: Certificate) -> bool:
    """After its last day, Jakarta time."""
    return certificate.valid_until is not None and certificate.valid_until < timezone.localdate()


def reads_internal(user: Any) -> bool:
    return bool(user.roles & (SECRETARIAT | {Role.AUDITOR}))


def state_tag(certificate: Certificate, *, internal: bool = False) -> dict[str, str]:
    """Label and kind for a list; that making it failed is for the ministry to know. No query."""
    state = S(certificate.state)
    if internal and state is S.FAILED:
        return {"label": _("Gagal dibuat"), "kind": "attention"}
    if state in BEING_MADE:
        return {"label": _("Sedang disiapkan"), "kind": "progress"}
    if state is S.REVOKED:
        return {"label": _("Dicabut"), "kind": "stopped"}
    if state is S.REPLACED:
        return {"label": _("Diganti"), "kind": "stopped"}
    if is_expired(certificate):
        return {"label": _("Masa berlaku berakhir"), "kind": "neutral"}
    return {"label": _("Berlaku"), "kind": "success"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What the public page says on top."""

    title: str
    text: str
    kind: str


def public_finding(certificate: Certificate | None) -> Finding:
    """The one answer to "is this real and in force"."""
    if certificate is None:
        return Finding(_("Sertifikat tidak ditemukan"), "", "error")
    if certificate.state == S.REVOKED:
        return Finding(
            _("Sertifikat ini sudah dicabut"),
            _("Sertifikat ini pernah diterbitkan, tetapi tidak berlaku lagi sejak %(day)s.")
            % {"day": formats.date_long(certificate.revoked_at)},
            "error",
        )
    if certificate.state == S.REPLACED:
        return Finding(
            _("Sertifikat ini sudah diganti"),
            _("Sertifikat ini tidak berlaku lagi. Mintalah pemegangnya menunjukkan sertifikat yang baru."),
            "error",
        )
    if is_expired(certificate):
        return Finding(
            _("Masa berlaku sertifikat ini sudah berakhir"),
            _("Sertifikat ini asli dan berlaku sampai dengan %(day)s.")
            % {"day": formats.date_long(certificate.valid_until)},
            "attention",
        )
    return Finding(
        _("Sertifikat ini asli dan berlaku"),
        _("Cocokkan keterangan di bawah ini dengan sertifikat yang Anda pegang. Bila berbeda, sertifikat tidak asli."),
        "success",
    )


def face_rows(face: dict[str, Any]) -> list[dict[str, str]]:
    """What is printed on the certificate, and nothing more, for the summary list."""
    rows = [
        (_("Diberikan kepada"), face["holder_name"]),
        (_("Keterangan"), face["holder_detail"]),
        (_("Daerah"), face["region"]),
        (_("Penghargaan"), face["award"]),
        (_("Periode"), face["period"]),
        (_("Kategori"), face["category"]),
        (_("Bintang"), str(face["stars"] or "")),
        (_("Nomor sertifikat"), face["serial"]),
        (_("Keputusan"), _decree(face)),
        (_("Pemberi"), f"{face['giver_name']}, {face['giver_title']}"),
        (_("Diterbitkan"), _day(face["issued_on"])),
        (_("Berlaku sampai dengan"), _day(face["valid_until"])),
        (_("Tanda tangan elektronik"), "" if face["is_signed"] else _("Belum ditandatangani")),
        (_("Catatan"), _("Contoh, bukan sertifikat resmi") if face["is_demo"] else ""),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def _decree(face: dict[str, Any]) -> str:
    return _("%(title)s, Nomor %(number)s, %(day)s") % {
        "title": face["decree_title"],
        "number": face["decree_number"],
        "day": _day(face["decree_date"]),
    }


def _day(iso: str | None) -> str:
    return formats.date_long(date.fromisoformat(iso)) if iso else ""
