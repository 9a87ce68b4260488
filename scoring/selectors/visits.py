"""What was sent of a visit, and the chain of events that proves it."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.forms import model_to_dict

from nominations.models import Nomination
from scoring.enums import VisitEventKind, VisitStatus
from scoring.models import FieldPhoto, FieldVisit, VisitEvent
from scoring.rules import VISIT_STATES, VISIT_STEPS, seal

# What the scorer wrote. Named one by one: a field that comes later was no part of what was sealed before it.
FACTS = (
    "visited_on", "visited_at", "place", "participants", "host_name", "host_role", "latitude", "longitude",
    "accuracy_m", "located_at", "summary", "saved_at", "made_at",
)  # fmt: skip
CLAIM = (
    "kind", "code", "criterion", "label", "written", "actual", "finding", "interviewee", "note", "order",
)  # fmt: skip
INTERVIEW = ("order", "name", "role", "held_on", "summary")


def with_record(visits: QuerySet[FieldVisit]) -> QuerySet[FieldVisit]:
    """Joins for `record_of` and `first_broken_visit_event`. Four queries."""
    photos = Prefetch("photos", FieldPhoto.objects.select_related("file"))
    events = Prefetch("events", VisitEvent.objects.select_related("actor"))
    return visits.prefetch_related("claims", "interviews", events, photos)


def record_of(visit: FieldVisit) -> dict[str, Any]:
    """All that the scorer wrote, as plain JSON: `visit` with its facts, `claims`, `interviews`, and `photos` with
    caption and sha256. No query for rows of `with_record`."""
    record = {
        "visit": model_to_dict(visit, FACTS),
        "claims": [model_to_dict(claim, CLAIM) for claim in visit.claims.all()],
        "interviews": [model_to_dict(one, INTERVIEW) for one in visit.interviews.all()],
        "photos": [
            {"order": one.order, "caption": one.caption, "made_at": one.made_at, "sha256": one.file.sha256}
            for one in visit.photos.all()
        ],
    }
    plain: dict[str, Any] = json.loads(json.dumps(record, cls=DjangoJSONEncoder))
    return plain


def findings_of(visit: FieldVisit) -> list[list[Any]]:
    """Order, kind and finding of every claim, as the result of the stage takes them. No query when prefetched."""
    return [[claim.order, claim.kind, claim.finding] for claim in visit.claims.all()]


def visit_histories(nomination: Nomination) -> list[FieldVisit]:
    """Visits that were sent, or say so, with their events and what they hold. Five queries, one without any."""
    events = VisitEvent.objects.filter(visit=OuterRef("pk"))
    visits = FieldVisit.objects.filter(Exists(events) | ~Q(status=VisitStatus.OPEN), assignment__nomination=nomination)
    rows = with_record(visits).select_related("assignment__assessor", "assignment__stage")
    return list(rows.order_by("assignment__stage__order", "pk"))


def first_broken_visit_event(visit: FieldVisit) -> int | None:
    """Number of the first event that does not follow from the one before, or that is missing; None for a sound chain.

    The last one, when the visit is in another state than that event left it in, or what was sent is not what it holds.
    No query for rows of `with_record`.
    """
    previous, kind, number, record = "", "", 1, ""
    for expected, event in enumerate(visit.events.all(), start=1):
        sound = event.number == expected and event.previous_hash == previous
        sound = sound and kind in VISIT_STEPS[event.kind]
        if event.kind == VisitEventKind.SUBMITTED:
            record = event.data.get("record", "")
            sound = sound and seal(event.content) == record
        if not sound or event.hash != seal(event.sealed_content(), previous):
            return event.number
        previous, kind, number = event.hash, event.kind, event.number
    if VISIT_STATES[kind] != visit.status:
        return number
    return number if visit.status != VisitStatus.OPEN and seal(record_of(visit)) != record else None
