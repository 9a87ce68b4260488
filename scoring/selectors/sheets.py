"""Reading sheets: answers, peers, events and the chain that proves them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from nominations.enums import DocumentStage
from nominations.models import DossierItem, Nomination, Snapshot
from scoring.enums import AssignmentStatus, SheetEventKind, SheetStatus, VisitStatus
from scoring.models import Assignment, FieldClaim, FieldVisit, Score, Sheet, SheetEvent
from scoring.rules import NOTHING, Answer, seal, state_after


def answers_of(sheet: Sheet | None) -> dict[str, Answer]:
    """What the sheet holds, by indicator code. One query, none for a sheet that does not exist yet."""
    if sheet is None:
        return {}
    rows = sheet.scores.values_list("indicator__code", "value", "note", "not_applicable")
    return {code: Answer(value, note, na) for code, value, note, na in rows}


class Stored(NamedTuple):
    """What a sheet holds for one indicator."""

    indicator_id: int
    answer: Answer


def stored_answers(sheet: Sheet) -> dict[str, Stored]:
    """Every indicator by code, answered or not, also of a sheet that does not exist yet. One query."""
    if sheet.pk is None:
        rows = sheet.instrument.indicators.values_list("code", "pk")
        return {code: Stored(pk, NOTHING) for code, pk in rows}
    fields = ("indicator__code", "indicator", "value", "note", "not_applicable")
    return {code: Stored(pk, Answer(*given)) for code, pk, *given in sheet.scores.values_list(*fields)}


def values_in(answers: Mapping[str, Answer]) -> dict[str, Decimal]:
    """The given values for the maths; indicators without a value are left out."""
    return {code: answer.value for code, answer in answers.items() if answer.value is not None}


def was_reopened(sheet: Sheet) -> bool:
    """Whether the sheet has been submitted and opened again. One query."""
    return sheet.events.filter(kind=SheetEventKind.REOPENED).exists()


def not_applicable_in(answers: Mapping[str, Answer]) -> frozenset[str]:
    """The indicators that the maths leaves out."""
    return frozenset(code for code, answer in answers.items() if answer.na)


def judged_snapshot(assignment: Assignment) -> Snapshot:
    """The submission that this scorer judges: the sheet's, or before the first save the newest. At most one query."""
    sheet = getattr(assignment, "sheet", None)
    return sheet.snapshot if sheet else assignment.nomination.snapshots.latest("number")


def assessment_items(nomination: Nomination) -> list[DossierItem]:
    """Documents that the Sekretariat added for the assessment, such as the receipt of the sample. One query."""
    items = DossierItem.objects.filter(
        nomination=nomination, superseded_at=None, requirement__stage=DocumentStage.ASSESSMENT
    )
    return list(items.select_related("requirement", "file").order_by("requirement__order"))


def peer_sheets(assignment: Assignment) -> QuerySet[Sheet]:
    """Submitted sheets of the other live scorers in the same stage; the caller has asked the policy."""
    sheets = Sheet.objects.filter(
        nomination=assignment.nomination_id,
        stage=assignment.stage_id,
        status=SheetStatus.SUBMITTED,
        assignment__status=AssignmentStatus.ACTIVE,
    )
    return with_answers(sheets.exclude(assignment=assignment.pk))


def with_answers(sheets: QuerySet[Sheet]) -> QuerySet[Sheet]:
    """Joins for showing whole sheets: scorer, stage, scores with indicator. Two queries."""
    scores = Score.objects.select_related("indicator").order_by("indicator__order")
    return sheets.select_related("assessor", "assignment", "stage__instrument").prefetch_related(
        Prefetch("scores", scores)
    )


def sheets_in(assignments: list[Assignment]) -> list[Sheet]:
    """The sheets of `selectors.assignments.assignments_of` with their answers, in the same order. One query."""
    sheets = []
    for assignment in assignments:
        sheet = getattr(assignment, "sheet", None)
        if sheet:
            sheet.assessor, sheet.stage = assignment.assessor, assignment.stage
            sheets.append(sheet)
    prefetch_related_objects(sheets, Prefetch("scores", Score.objects.select_related("indicator")))
    return sheets


def sheet_histories(nomination: Nomination) -> list[Sheet]:
    """Every sheet of a nomination with scorer, stage and events, the newest event first. Two queries."""
    events = SheetEvent.objects.select_related("actor").order_by("-number")
    rows = Sheet.objects.filter(nomination=nomination).select_related("assessor", "stage", "assignment")
    return list(rows.prefetch_related(Prefetch("events", events)).order_by("stage__order", "assessor__name"))


def visits_of(nomination: Nomination) -> list[FieldVisit]:
    """Visits with their claims, interviews and photos. Four queries."""
    rows = FieldVisit.objects.filter(assignment__nomination=nomination)
    rows = rows.select_related("assignment__assessor", "assignment__stage", "confirmed_by")
    return list(rows.prefetch_related("claims", "interviews", "photos"))


def visits_in(assignments: list[Assignment]) -> list[FieldVisit]:
    """The visits of `selectors.assignments.assignments_of` as `visits_of` gives them. Three queries, or none."""
    visits = [visit for one in assignments if (visit := getattr(one, "visit", None))]
    prefetch_related_objects(visits, "claims", "interviews", "photos")
    return visits


def counted_sheets(nomination: Nomination, stage_id: int) -> list[Sheet]:
    """Sheets of a stage with assignment and scores, for the tally. Two queries."""
    sheets = Sheet.objects.filter(nomination=nomination, stage=stage_id)
    return list(with_answers(sheets).order_by("assessor"))


def confirmed_visit(nomination: Nomination, stage_id: int) -> FieldVisit | None:
    """The visit that counts for a stage of findings, with its claims. Two queries."""
    visits = FieldVisit.objects.filter(
        assignment__nomination=nomination,
        assignment__stage=stage_id,
        assignment__status=AssignmentStatus.ACTIVE,
        status=VisitStatus.CONFIRMED,
    )
    return visits.prefetch_related(Prefetch("claims", FieldClaim.objects.order_by("order"))).first()


def first_broken_event(sheet: Sheet) -> int | None:
    """Number of the first event that does not follow from the one before, or that is missing; None for a sound chain.

    The last one, when the sheet is in another state than that event left it in. One query, none when the events were
    prefetched.
    """
    previous, kind = "", ""
    for expected, event in enumerate(sorted(sheet.events.all(), key=lambda event: event.number), start=1):
        sound = event.number == expected and event.previous_hash == previous
        sound = sound and (kind == SheetEventKind.SUBMITTED) == (event.kind == SheetEventKind.REOPENED)
        if not sound or event.hash != seal(event.sealed_content(), previous):
            return event.number
        previous, kind = event.hash, event.kind
    return None if previous == sheet.head and state_after(kind) == sheet.status else sheet.version
