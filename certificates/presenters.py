"""Wording for people."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.roles import SECRETARIAT
from certificates.enums import CertificateState, StarOutcome
from certificates.models import Certificate
from certificates.rules import renewal_is_over, star_outcome
from core import formats
from core.signatures import Signature
from nominations.models import Nomination
from nominations.policies import can_nominate

S = CertificateState
BEING_MADE = frozenset({S.WANTED, S.HELD, S.RENDERING, S.FAILED})


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
    if internal and state is S.HELD:
        return {"label": _("Ditahan"), "kind": "attention"}
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
class FileCheck:
    """A file that somebody handed in. `exact`: it is what was issued; else `certificate` is the one that it names."""

    exact: bool
    certificate: Certificate | None
    signature: Signature


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


def file_finding(found: FileCheck) -> Finding:
    """The one answer to "is this file the issued one"; whether the certificate is in force has an answer of its own."""
    if found.exact:
        if found.signature.trusted or not found.certificate.face["is_signed"]:
            return Finding(
                _("Berkas ini asli"),
                _("Isinya sama persis, sampai bita terakhir, dengan berkas yang diterbitkan portal ini."),
                "success",
            )
        return Finding(
            _("Berkas ini sama dengan yang diterbitkan, tetapi tanda tangannya tidak dapat dipastikan"),
            _("Hubungi Sekretariat sebelum mengandalkan berkas ini."),
            "attention",
        )
    if found.certificate:
        return Finding(
            _("Berkas ini bukan berkas yang diterbitkan"),
            _("Berkas menyebut sertifikat %(serial)s, tetapi isinya berbeda. Jangan mengandalkan isinya.")
            % {"serial": found.certificate.serial},
            "error",
        )
    return Finding(
        _("Berkas ini tidak dikenal"),
        _(
            "Portal ini tidak pernah menerbitkan berkas seperti ini. Hasil pindai, foto, dan berkas yang disimpan ulang"
            " juga tidak dikenal: periksa piagam semacam itu dengan kode QR-nya."
        ),
        "error",
    )


def signature_words(signature: Signature) -> str:
    """What a visitor reads about the signature in a file."""
    if not signature.readable:
        return _("Tidak dapat dibaca sebagai PDF")
    if not signature.signed:
        return _("Tidak ada")
    name = {"name": signature.signer}
    if signature.trusted:
        return _("Sah, oleh %(name)s") % name
    if signature.intact and signature.revoked:
        return _("Utuh, tetapi sertifikat %(name)s sudah dicabut ketika berkas ini ditandatangani") % name
    if signature.intact:
        return _("Utuh, tetapi penerbit sertifikat %(name)s tidak dikenal portal ini") % name
    return _("Rusak: berkas berubah setelah ditandatangani")


def file_rows(found: FileCheck) -> list[dict[str, str]]:
    """What the check found, for the summary list, with the way to the page of the certificate."""
    same = _("Sama persis dengan yang diterbitkan") if found.exact else _("Berbeda dari semua yang diterbitkan")
    rows = [
        {"key": _("Isi berkas"), "value": same},
        {"key": _("Tanda tangan elektronik"), "value": signature_words(found.signature)},
    ]
    if found.signature.long_term:
        proof = _("Ada di dalam berkas: tetap dapat dibuktikan setelah masa sertifikat penanda tangan berakhir")
        rows.append({"key": _("Bukti jangka panjang"), "value": proof})
    if found.certificate:
        key = _("Sertifikat") if found.exact else _("Sertifikat yang disebut")
        words = f"{found.certificate.serial} · {state_tag(found.certificate)['label']}"
        url = reverse("certificate_verify", args=[found.certificate.token])
        rows.append({"key": key, "value": words, "url": url, "action": _("Buka")})
    return rows


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
        (_("Tertanggal"), _day(face.get("dated_on") or face["issued_on"])),
        (_("Berlaku sampai dengan"), _day(face["valid_until"])),
        (
            _("Tanda tangan elektronik"),
            _("Ada di dalam berkas PDF") if face["is_signed"] else _("Belum ditandatangani"),
        ),
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


OUTCOME_TAGS = {
    StarOutcome.UP: (gettext_lazy("Naik"), "success"),
    StarOutcome.KEEP: (gettext_lazy("Tetap"), "success"),
    StarOutcome.DOWN: (gettext_lazy("Turun"), "attention"),
    StarOutcome.LAPSE: (gettext_lazy("Berakhir"), "stopped"),
}


def review_row(review: Any, user: Any) -> dict[str, Any]:
    """A row of `certificates.selectors.review_rows`. No query."""
    deadline = review.closes_at and review.closes_at + timedelta(minutes=review.grace or 0)
    released = review.period.results_released_at is not None
    over = renewal_is_over(review.renewal_status, now=timezone.now(), closes_at=deadline, released=released)
    found = None
    if review.stars_after is not None or over:
        found = star_outcome(review.stars_before, review.stars_after)
    label, kind = OUTCOME_TAGS[found] if found else (_("Belum diputuskan"), "progress")
    if found is None and review.renewal is None:
        label, kind = _("Belum dimulai"), "attention"
    return {
        "review": review,
        "star": review.star,
        "before": review.stars_before,
        "after": review.stars_after,
        "outcome": {"label": label, "kind": kind},
        "may_begin": review.renewal is None and not over and bool(can_nominate(user, review.star.region_id)),
    }


def counted_by(stars: Sequence[Nomination]) -> list[dict[str, Any]]:
    """How many by commodity and province, for the preview. No query when region and category are joined."""
    pairs = Counter((one.category.label, one.region.parent.label) for one in stars if one.region.parent)
    return [{"category": pair[0], "province": pair[1], "number": number} for pair, number in sorted(pairs.items())]
