"""Adding to a sheet's chain of events. Reading and checking it is `selectors.sheets.first_broken_event`."""

from datetime import datetime
from typing import Any

from scoring.enums import SheetEventKind
from scoring.models import Sheet, SheetEvent
from scoring.rules import seal


def next_event(sheet: Sheet, kind: SheetEventKind, data: dict[str, Any], *, actor: Any, at: datetime) -> SheetEvent:
    """The event of the sheet's next version, sealed over the one before; the sheet takes its number and hash.

    Under the nomination's lock; the caller saves both. No query. The sheet must have its key.
    """
    sheet.version += 1
    event = SheetEvent(
        sheet=sheet,
        number=sheet.version,
        kind=kind,
        data={"version": sheet.version, **data},
        actor=actor,
        at=at,
        previous_hash=sheet.head,
    )
    event.hash = sheet.head = seal(event.sealed_content(), sheet.head)
    return event
