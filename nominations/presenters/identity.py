"""The identity number of a candidate as its page shows it."""

from typing import Any

from core import formats
from core.identifiers import Kind, display
from nominations.models import CandidateEntry, Nomination


def identity_row(nomination: Nomination, *, may_read: bool, shown: bool) -> dict[str, Any] | None:
    """Kind and number, masked unless it is `shown` now; None when there is none or it may not be read. No query."""
    entry = nomination.entry
    if not isinstance(entry, CandidateEntry) or not entry.identity_number or not may_read:
        return None
    kind, number = entry.identity_kind, entry.identity_number
    return {
        "label": kind.upper(),
        "number": display(Kind(kind), number) if shown else formats.mask_id(number),
        "shown": shown,
    }
