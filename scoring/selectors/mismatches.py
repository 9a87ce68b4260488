"""What does not agree with the dossier: findings of visits and deviating samples, one list per nomination."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from nominations.models import Nomination
from scoring.enums import AssignmentStatus, Finding, VisitStatus
from scoring.models import CustodyEvent, FieldClaim, FieldVisit, MismatchNote
from scoring.rules import seal

OTHERWISE = (Finding.PARTLY, Finding.NOT_PROVEN)
DEVIATING = Q(finding__in=OTHERWISE) | ~Q(actual="")
SUBMITTED = (VisitStatus.SUBMITTED, VisitStatus.CONFIRMED)


def with_deviation(nominations: QuerySet[Nomination]) -> QuerySet[Nomination]:
    """Annotate whether a step of one of its samples deviates (`sample_deviates`). No query by itself."""
    steps = CustodyEvent.objects.filter(deviates=True, receipt__nomination=OuterRef("pk"))
    return nominations.annotate(sample_deviates=Exists(steps))


class Mismatch(NamedTuple):
    """One thing that is otherwise than written. `written` is what the submission, or the label of a sample, says."""

    source: str
    code: str
    label: str
    written: str
    actual: str
    finding: str
    note: str


def mismatches_of(nominations: Iterable[int]) -> dict[int, list[Mismatch]]:
    """Per nomination, visits first, in the order of the checklist; only of visits that were submitted. Two queries."""
    ids, found = list(nominations), defaultdict(list)
    claims = FieldClaim.objects.filter(
        DEVIATING,
        visit__assignment__nomination__in=ids,
        visit__assignment__status=AssignmentStatus.ACTIVE,
        visit__status__in=SUBMITTED,
    ).select_related("visit__assignment__stage")
    for claim in claims.order_by("visit__assignment__stage__order", "visit", "order"):
        assignment = claim.visit.assignment
        found[assignment.nomination_id].append(_of_claim(claim, assignment.stage.label))
    for step in _steps(ids):
        found[step.receipt.nomination_id].append(_of_step(step))
    return dict(found)


def mismatches_on(nomination: Any, visits: Iterable[FieldVisit]) -> list[Mismatch]:
    """The same for one nomination of `with_deviation` whose visits are loaded with stage and claims. At most one query,
    none where no sample deviates."""
    sent = [
        visit for visit in visits if visit.status in SUBMITTED and visit.assignment.status == AssignmentStatus.ACTIVE
    ]
    sent.sort(key=lambda visit: (visit.assignment.stage.order, visit.pk))
    found = [
        _of_claim(claim, visit.assignment.stage.label)
        for visit in sent
        for claim in sorted(visit.claims.all(), key=lambda claim: claim.order)
        if claim.finding in OTHERWISE or claim.actual
    ]
    return [*found, *(map(_of_step, _steps([nomination.pk])) if nomination.sample_deviates else ())]


def _of_claim(claim: FieldClaim, source: str) -> Mismatch:
    return Mismatch(source, claim.code, claim.label, claim.written, claim.actual, claim.finding, claim.note)


def _steps(nominations: list[int]) -> QuerySet[CustodyEvent]:
    steps = CustodyEvent.objects.filter(deviates=True, receipt__nomination__in=nominations)
    return steps.select_related("receipt").order_by("receipt", "number")


def _of_step(step: CustodyEvent) -> Mismatch:
    receipt = step.receipt
    return Mismatch("", receipt.code, receipt.description, receipt.description, step.condition, "", step.note)


def digest_of(rows: Iterable[Mismatch]) -> str:
    """One hash for the list as it stands."""
    return seal({"rows": [list(row) for row in rows]})


def notes_of(nomination_id: int) -> list[MismatchNote]:
    """What the chair has said about the list, newest first. One query."""
    return list(MismatchNote.objects.filter(nomination=nomination_id).select_related("noted_by").order_by("-pk"))


def mismatch_counts(nominations: Iterable[Any]) -> dict[int, dict[str, Any]]:
    """Per nomination that has any: how many, and whether the chair has read the list as it stands. Three queries."""
    rows = mismatches_of(nomination.pk for nomination in nominations)
    read = set(MismatchNote.objects.filter(nomination__in=rows).values_list("nomination", "digest"))
    return {pk: {"count": len(found), "read": (pk, digest_of(found)) in read} for pk, found in rows.items()}
