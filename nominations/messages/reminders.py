"""Reminders in plain text. The first line says everything, so that it can be passed on by WhatsApp."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core import formats
from nominations.enums import WindowKind
from nominations.messages.region import page_of, with_help
from nominations.models import Nomination
from nominations.selectors.reminders import Due

SHOWN = 3


def invitation(due: Due) -> tuple[str, str]:
    """Subject and body for a region that has not begun."""
    facts = _facts(due)
    first = _("%(period)s: pengusulan ditutup %(days)d hari lagi, dan %(region)s belum memulai usulan.") % facts
    rest = _(
        "Usulan dapat diisi bertahap dan tersimpan sebagai konsep sampai Anda mengirimnya.\n\nMulai di sini: %(start)s"
    ) % {"start": settings.BASE_URL + reverse("nomination_start")}
    subject = _("Pengingat %(period)s: %(days)d hari lagi, belum ada usulan dari %(region)s") % facts
    return subject, with_help(f"{first}\n{_deadline(due)}\n\n{rest}")


def reminder(due: Due, dossiers: list[tuple[Nomination, list[dict[str, str]]]]) -> tuple[str, str]:
    """Subject and body for dossiers that were not sent, each with what it lacks (`text`, `url`)."""
    facts = _facts(due) | {"count": len(dossiers)}
    if due.window.kind == WindowKind.CORRECTION:
        first = _("%(period)s: %(days)d hari lagi, %(count)d perbaikan usulan %(region)s belum dikirim.")
        subject = _("Pengingat %(period)s: %(days)d hari lagi untuk mengirim perbaikan")
    else:
        first = _("%(period)s: %(days)d hari lagi, %(count)d usulan %(region)s belum dikirim.")
        subject = _("Pengingat %(period)s: %(days)d hari lagi untuk mengirim usulan")
    parts = [f"{first % facts}\n{_deadline(due)}"]
    parts += [_dossier(number, *dossier) for number, dossier in enumerate(dossiers, start=1)]
    return subject % facts, with_help("\n\n".join(parts))


def _dossier(number: int, nomination: Nomination, missing: list[dict[str, str]]) -> str:
    if not missing:
        state = _("sudah lengkap, tinggal diperiksa dan dikirim")
    else:
        state = _("%(count)d hal belum lengkap") % {"count": len(missing)}
    lines = [f"{number}. {nomination.title}: {state}"]
    lines += [f"   - {gap['text']} {settings.BASE_URL}{gap['url']}" for gap in missing[:SHOWN]]
    if len(missing) > SHOWN:
        lines.append(_("   - dan %(more)d hal lain") % {"more": len(missing) - SHOWN})
    return "\n".join([*lines, f"   {page_of(nomination)}"])


def _facts(due: Due) -> dict[str, object]:
    return {"period": due.window.period, "days": due.days, "region": due.region.label}


def _deadline(due: Due) -> str:
    return _("Batas akhir: %(at)s.") % {"at": formats.deadline_text(due.closes_at, due.region.timezone)}
