"""Visits that are still to be made."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet

from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import AssignmentStatus, StageKind, VisitStatus
from scoring.models import Assignment, Stage
from scoring.querysets import BOARD_ROLES
from scoring.selectors.board import with_progress
from scoring.selectors.stages import assessed_nominations

SENT = (VisitStatus.SUBMITTED, VisitStatus.CONFIRMED)


def open_visits(user: Any) -> QuerySet[Nomination]:
    """Nominations whose current stage is a visit that nobody has submitted, with `visitors`.

    All for who sees the board, for a scorer the own ones. Two queries when read.
    """
    here = Assignment.objects.filter(
        nomination=OuterRef("pk"), stage=OuterRef("current_stage_id"), status=AssignmentStatus.ACTIVE
    )
    overseer = user.has_role(*BOARD_ROLES)
    rows = with_progress(assessed_nominations(user) if overseer else Nomination.objects.all())
    rows = rows.filter(
        ~Exists(here.filter(visit__status__in=SENT)),
        status=Status.IN_ASSESSMENT,
        current_stage_id__in=Stage.objects.filter(kind=StageKind.FINDINGS),
    )
    if not overseer:
        rows = rows.filter(Exists(here.filter(assessor=user)))
    people = Assignment.objects.filter(status=AssignmentStatus.ACTIVE, stage__kind=StageKind.FINDINGS)
    visitors = people.select_related("assessor", "plan", "visit").order_by("pk")
    return rows.select_related("region__parent", "category", "period__award").prefetch_related(
        Prefetch("assignments", visitors, to_attr="visitors")
    )


def visits_by_province(rows: QuerySet[Nomination]) -> list[dict[str, Any]]:
    """How many of `open_visits` each province has. One query."""
    counts = rows.prefetch_related(None).order_by().values("region__parent", "region__parent__name")
    return [
        {"code": code, "name": name, "count": count}
        for code, name, count in counts.annotate(count=Count("pk"))
        .order_by("region__parent__name")
        .values_list("region__parent", "region__parent__name", "count")
    ]
