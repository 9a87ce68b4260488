"""Adding to the chain of events of a sheet or a visit.

Reading and checking it is `selectors.sheets.first_broken_event` and `selectors.visits.first_broken_visit_event`.
"""

from datetime import datetime
from typing import Any

from scoring.enums import SheetEventKind, VisitEventKind
from scoring.models import FieldVisit, Sheet, SheetEvent, VisitEvent
from scoring.rules import seal
from scoring.selectors.visits import findings_of, record_of, with_record


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


def add_visit_event(
    visit: FieldVisit, kind: VisitEventKind, *, actor: Any, at: datetime, reason: str = ""
) -> VisitEvent:
    """Write the event that the visit's next status needs, under the nomination's lock; it keeps what is stored.

    Two queries, seven for a submission.
    """
    last = visit.events.order_by("-number").first()
    data: dict[str, Any] = {"version": visit.version}
    content = None
    if kind == VisitEventKind.SUBMITTED:
        stored = with_record(FieldVisit.objects.filter(pk=visit.pk)).get()
        content = record_of(stored)
        data |= {"claims": findings_of(stored), "record": seal(content)}
    if reason:
        data |= {"reason": reason}
    event = VisitEvent(
        visit=visit,
        number=last.number + 1 if last else 1,
        kind=kind,
        data=data,
        content=content,
        actor=actor,
        at=at,
        previous_hash=last.hash if last else "",
    )
    event.hash = seal(event.sealed_content(), event.previous_hash)
    event.save(force_insert=True)
    return event
