"""A sample and its way, in words."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.formats import moment_text
from scoring.enums import CustodyKind
from scoring.models import CustodyEvent, SampleReceipt

CUSTODY_LABELS = {
    CustodyKind.RECEIVED: "Diterima",
    CustodyKind.HANDED_OVER: "Diserahkan kepada orang lain",
    CustodyKind.TESTED: "Diuji atau dinilai",
    CustodyKind.RETURNED: "Dikembalikan",
    CustodyKind.DESTROYED: "Dimusnahkan atau habis diuji",
}


def custody_entries(events: Iterable[CustodyEvent]) -> list[dict[str, Any]]:
    """The way of a sample as a timeline, newest first. No query when prefetched."""
    return [
        {
            "title": _(CUSTODY_LABELS[CustodyKind(event.kind)]),
            "when": event.at,
            "who": _("dicatat oleh %(name)s") % {"name": event.actor.name},
            "text": "\n".join(_event_lines(event)),
        }
        for event in sorted(events, key=lambda event: -event.number)
    ]


def _event_lines(event: CustodyEvent) -> list[str]:
    hands = event.given_by if event.given_by == event.taken_by else f"{event.given_by} → {event.taken_by or '–'}"
    lines = [hands, _("Tempat: %(place)s") % {"place": event.place}, event.condition]
    if event.deviates:
        lines.append(_("Tidak sesuai dengan berkas."))
    return [*lines, *([event.note] if event.note else [])]


def sample_row(receipt: SampleReceipt) -> dict[str, Any]:
    """A sample with where it is now. No query when the events were prefetched."""
    last = max(receipt.events.all(), key=lambda event: event.number)
    return {
        "receipt": receipt,
        "state": _(CUSTODY_LABELS[CustodyKind(last.kind)]),
        "holder": last.taken_by or "–",
        "place": last.place,
        "since": moment_text(last.at),
        "deviates": any(event.deviates for event in receipt.events.all()),
    }
