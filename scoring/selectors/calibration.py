"""Calibration rounds: what is to do, who is missing, and how far each scorer stands from the panel."""

from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from accounts.roles import SCORE_ROLES
from nominations.models import DossierItem, Nomination
from scoring.enums import CalibrationStatus, RoundStatus, SheetEventKind, StageKind
from scoring.models import (
    CalibrationAnchor,
    CalibrationRound,
    CalibrationSheet,
    ConflictDeclaration,
    SheetEvent,
    Stage,
)
from scoring.rules import assignment_obstacle
from scoring.selectors.assignments import holders, scorer_facts
from scoring.selectors.facts import nomination_marks, people_facts


def calibrated_stages() -> QuerySet[Stage]:
    """Stages of sheets with their round, the newest period first; annotated `practice`, `sent`, and `has_begun`."""
    own = Q(calibration__anchors__sheets__is_reference=False)
    own &= ~Q(calibration__anchors__sheets__status=CalibrationStatus.RECUSED)
    sent = own & Q(calibration__anchors__sheets__status=CalibrationStatus.SUBMITTED)
    stages = Stage.objects.filter(kind=StageKind.SHEETS).select_related("period__award", "category", "calibration")
    return stages.annotate(
        practice=Count("calibration__anchors__sheets", filter=own),
        sent=Count("calibration__anchors__sheets", filter=sent),
        has_begun=Exists(_sent_to(OuterRef("pk"))),
    ).order_by("-period__year", "period__award", "category__order", "category", "order")


def readable_rounds(user: Any, period_id: int) -> QuerySet[Stage]:
    """Stages of a period whose round this person may read. The twin of `scoring.policies.can_view_calibration`."""
    if not user.has_role(*SCORE_ROLES):
        return Stage.objects.none()
    here = OuterRef("calibration")
    own = CalibrationSheet.objects.filter(assessor=user, is_reference=False, anchor__round=here)
    anchors = CalibrationAnchor.objects.filter(round=OuterRef(here)).values("snapshot__nomination")
    conflicts = ConflictDeclaration.objects.filter(user=user, has_conflict=True, nomination__in=anchors)
    stages = Stage.objects.filter(~Exists(own.exclude(status=CalibrationStatus.SUBMITTED)), ~Exists(conflicts))
    stages = stages.filter(period=period_id, calibration__isnull=False).select_related("category", "instrument")
    return stages.order_by("category__order", "category", "order")


def round_of(stage_id: int) -> CalibrationRound | None:
    """The round of a stage with its anchors and all sheets. At most three queries."""
    sheets = CalibrationSheet.objects.select_related("assessor").order_by("assessor__name", "assessor")
    anchors = CalibrationAnchor.objects.select_related("snapshot__nomination__region").prefetch_related(
        Prefetch("sheets", sheets)
    )
    rows = CalibrationRound.objects.filter(stage=stage_id).prefetch_related(Prefetch("anchors", anchors))
    return rows.first()


def own_sheets(user: Any) -> QuerySet[CalibrationSheet]:
    """Practice sheets that this person may meet: of a round that was opened, and without a conflict."""
    rows = CalibrationSheet.objects.filter(assessor=user).exclude(status=CalibrationStatus.RECUSED)
    rows = rows.filter(Q(is_reference=True) | ~Q(anchor__round__status=RoundStatus.DRAFT))
    conflict = ConflictDeclaration.objects.filter(
        nomination=OuterRef("anchor__snapshot__nomination"), user=user, has_conflict=True
    )
    return rows.filter(~Exists(conflict)).select_related(
        "anchor__round__stage__instrument",
        "anchor__round__stage__category",
        "anchor__snapshot__nomination__category",
        "anchor__snapshot__nomination__region",
    )


def due_sheets(user: Any) -> QuerySet[CalibrationSheet]:
    """Practice sheets that wait for this person."""
    return own_sheets(user).filter(
        status=CalibrationStatus.DRAFT, is_reference=False, anchor__round__status=RoundStatus.OPEN
    )


def own_part(user: Any, stage_id: int) -> tuple[bool, bool]:
    """Whether the person still has a practice sheet to send in this round, and whether an anchor is in conflict.

    Two queries.
    """
    own = CalibrationSheet.objects.filter(assessor=user, anchor__round__stage=stage_id, is_reference=False)
    states = set(own.values_list("status", flat=True))
    anchors = Nomination.objects.filter(
        snapshots__in=CalibrationAnchor.objects.filter(round__stage=stage_id).values("snapshot")
    )
    conflicts = ConflictDeclaration.objects.filter(user=user, has_conflict=True, nomination__in=anchors)
    return CalibrationStatus.DRAFT in states, CalibrationStatus.RECUSED in states or conflicts.exists()


def fitting_scorers(anchor: CalibrationAnchor, stage: Stage) -> list[User]:
    """Everybody with the stage's role who could be assigned to the anchor, by name. Eleven queries."""
    nomination = anchor.snapshot.nomination
    people = people_facts(holders(stage.scorer_role), period_id=nomination.period_id)
    marks = nomination_marks([nomination.pk])[nomination.pk]
    free = [
        pk
        for pk, person in people.items()
        if not assignment_obstacle(
            scorer_facts(person, stage, is_assigned=False), nomination=marks, commodity=stage.category.commodity_id
        )
    ]
    return list(User.objects.filter(pk__in=free).order_by("name"))


class Seat(NamedTuple):
    """A practice sheet in the place of an assignment."""

    stage: Stage
    nomination: Nomination
    nomination_id: int


def seat_of(sheet: CalibrationSheet) -> Seat:
    """No query for a sheet of `own_sheets`."""
    nomination = sheet.anchor.snapshot.nomination
    return Seat(sheet.anchor.round.stage, nomination, nomination.pk)


def anchor_document(sheet: CalibrationSheet, item_id: int) -> DossierItem:
    """A file of the anchor's submission. Raises DoesNotExist for one of another nomination. One query."""
    items = DossierItem.objects.select_related("file__preview", "requirement")
    return items.get(nomination=sheet.anchor.snapshot.nomination_id, file__isnull=False, pk=item_id)


def _sent_to(stage: Any) -> QuerySet[SheetEvent]:
    return SheetEvent.objects.filter(sheet__stage=stage, kind=SheetEventKind.SUBMITTED)


def sheets_have_come(stage_id: int) -> bool:
    """Whether a sheet of the stage was ever sent, also one that was opened again since. One query."""
    return _sent_to(stage_id).exists()


def has_calibration(stage_id: int | None) -> bool:
    """Whether a stage has a round, in whatever state. `scoring_stage_calibrated` keeps such a stage from being blind.

    One query.
    """
    return CalibrationRound.objects.filter(stage=stage_id).exists()
