"""What a region is told about its submission and the verification."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from core import formats
from nominations.enums import Action
from nominations.messages.region import page_of, tell_region
from nominations.models import Nomination, Snapshot

RECEIPT_WAITS = timedelta(minutes=10)  # for its PDF, which a worker renders in seconds


def receipt_key(snapshot: Snapshot) -> str:
    return f"submitted:{snapshot.pk}:"


def tell_submitted(nomination: Nomination, snapshot: Snapshot, actor: Any) -> None:
    """The receipt, to every officer of the region, as soon as the PDF is rendered, and without it when it is late."""
    moment = formats.deadline_text(nomination.submitted_at, nomination.region.timezone)
    body = _(
        "Usulan %(reference)s (%(title)s) sudah diterima pada %(moment)s.\n\n"
        "%(by)sBerikutnya Sekretariat memeriksa dokumen. Bila ada yang perlu diperbaiki, Anda menerima surat"
        " elektronik.\n\nTanda terima PDF dilampirkan, atau dapat diunduh dari halaman usulan.\n"
        "Lihat usulan: %(page)s\nSidik berkas (SHA-256): %(sha256)s\n"
    ) % {
        "reference": nomination.reference,
        "title": nomination.title,
        "moment": moment,
        "by": _sent_by(nomination, actor),
        "page": page_of(nomination),
        "sha256": snapshot.sha256,
    }
    tell_region(
        nomination, receipt_key(snapshot).removesuffix(":"), _("Usulan %(ref)s diterima"), body, hold=RECEIPT_WAITS
    )


def _sent_by(nomination: Nomination, actor: Any) -> str:
    entry = actor.proxy_for(nomination.region_id)
    if entry is None:
        return ""
    text = _("Dikirim oleh Sekretariat (%(who)s) atas nama %(region)s: %(reason)s")
    return text % {"who": actor.name, "region": entry.region.label, "reason": entry.reason} + "\n\n"


SUBJECTS = {
    Action.DECLARE_ELIGIBLE: "Usulan %(ref)s lolos verifikasi",
    Action.RETURN_FOR_REPAIR: "Usulan %(ref)s perlu perbaikan",
    Action.DECLARE_INELIGIBLE: "Usulan %(ref)s tidak memenuhi syarat",
}

NEXT_STEPS = {
    Action.DECLARE_ELIGIBLE: "Usulan akan dinilai oleh tim seleksi. Anda tidak perlu melakukan apa pun.",
    Action.RETURN_FOR_REPAIR: "Buka usulan, perbaiki bagian yang diberi catatan, lalu kirim lagi.",
    Action.DECLARE_INELIGIBLE: "Bila Anda memerlukan penjelasan, hubungi Sekretariat.",
}


def tell_verified(nomination: Nomination, action: Action, reason: str, lines: list[str]) -> None:
    """The outcome of the verification with its reasons, one line per part or rule, to every officer of the region."""
    listed = "\n".join(f"- {line}" for line in lines)
    title = f"{nomination.reference} – {nomination.title}"
    parts = [title, reason.strip(), listed, _(NEXT_STEPS[action]), page_of(nomination)]
    body = "\n\n".join(part for part in parts if part)
    tell_region(nomination, f"verified:{nomination.pk}:{nomination.version}", _(SUBJECTS[action]), body)
