"""The scorer's own work."""

from typing import Any, NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from nominations.enums import Status
from scoring.enums import AssignmentStatus, SheetStatus, StageKind, VisitStatus
from scoring.models import Assignment, Sheet
from scoring.selectors.assignments import with_facts
from scoring.selectors.stages import work_closing

IN = Q(sheet__status=SheetStatus.SUBMITTED) | Q(visit__status__in=[VisitStatus.SUBMITTED, VisitStatus.CONFIRMED])


def desk_assignments(user: Any, *, done: bool = False) -> QuerySet[Assignment]:
    """The scorer's live assignments with facts and `closes_at`: those still to do, or those that are over."""
    rows = with_facts(Assignment.objects.of_scorer(user)).annotate(closes_at=work_closing())
    open_now = Q(nomination__status__in=[Status.ELIGIBLE, Status.IN_ASSESSMENT], closed=False)
    return rows.exclude(~open_now | IN) if not done else rows.filter(~open_now | IN)


def narrowed(rows: QuerySet[Assignment], *, text: str = "", stage: str = "", state: str = "") -> QuerySet[Assignment]:
    """The scorer's list by words of title or number, by stage, and by how far the work is. No query by itself.

    Words find nothing in a blind stage: a hit would say whose the nomination is.
    """
    if text:
        named = Q(nomination__title__icontains=text) | Q(nomination__reference__icontains=text)
        rows = rows.filter(named, stage__blind=False)  # in a blind stage the search would tell whose it is
    if stage:
        rows = rows.filter(stage__code=stage)
    begun = Q(sheet__isnull=False) | Q(visit__isnull=False)
    if state == "pernyataan":
        rows = rows.filter(declared=False)
    elif state == "belum":
        rows = rows.filter(~begun, declared=True)
    elif state == "konsep":
        rows = rows.filter(begun)
    return rows


class OwnProgress(NamedTuple):
    """How much of the own work is done, in the stages that are still open."""

    done: int
    total: int


def own_progress(user: Any) -> OwnProgress:
    """The scorer's live assignments whose nomination is being judged, and how many are handed in. One query."""
    rows = Assignment.objects.of_scorer(user).filter(nomination__status__in=[Status.ELIGIBLE, Status.IN_ASSESSMENT])
    found = rows.aggregate(done=Count("pk", filter=IN), total=Count("pk"))
    return OwnProgress(found["done"], found["total"])


def own_stages(user: Any) -> list[tuple[str, str]]:
    """Code and label of the stages in which the scorer has work, for the filter. One query."""
    rows = Assignment.objects.of_scorer(user).order_by("stage__label").values_list("stage__code", "stage__label")
    return list(dict(rows.distinct()).items())


def next_assignment(user: Any) -> Assignment | None:
    """The open sheet of this scorer whose nomination has the fewest submitted sheets in its stage that count; then the
    deadline decides, then the age. For the order alone: the number goes nowhere. One query.
    """
    given = Sheet.objects.filter(nomination=OuterRef("nomination"), stage=OuterRef("stage"))
    given = (
        given.filter(status=SheetStatus.SUBMITTED, assignment__status=AssignmentStatus.ACTIVE)
        .order_by()
        .values("stage")
        .annotate(number=Count("pk"))
    )
    rows = desk_assignments(user).filter(
        stage__kind=StageKind.SHEETS, nomination__status=Status.IN_ASSESSMENT, stage=F("current_stage_id")
    )
    rows = rows.annotate(judged=Coalesce(Subquery(given.values("number")), 0))
    return rows.order_by("judged", F("closes_at").asc(nulls_last=True), "nomination").first()
