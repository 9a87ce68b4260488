"""Adding to a sheet's chain of events. Reading and checking it is `selectors.sheets.first_broken_event`."""

from datetime import datetime
from typing import Any

from scoring.enums import SheetEventKind
from scoring.models import Sheet, SheetEvent
from scoring.rules import seal


def add_event(sheet: Sheet, kind: SheetEventKind, data: dict[str, Any], *, actor: Any, at: datetime) -> SheetEvent:
    """Append one event, sealed over the one before, under the nomination's lock. Two queries."""
    last = sheet.events.order_by("-number").values("number", "hash").first() or {"number": 0, "hash": ""}
    event = SheetEvent(
        sheet=sheet, number=last["number"] + 1, kind=kind, data=data, actor=actor, at=at, previous_hash=last["hash"]
    )
    event.hash = seal(event.sealed_content(), last["hash"])
    event.save(force_insert=True)
    return event
