"""How far the assessment of a period is: by stage, and by scorer. No score is read here."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import SCORERS
from nominations.enums import Status
from scoring.enums import AssignmentStatus, SheetStatus
from scoring.models import Assignment, ScorerReminder, Stage, StageResult
from scoring.selectors.assignments import with_facts
from scoring.selectors.board import with_progress
from scoring.selectors.stages import assessed_nominations, work_closing

NEAR = timedelta(days=3)
REST = timedelta(hours=24)

SENT = Q(sheet__status=SheetStatus.SUBMITTED) | Q(visit__submitted_at__isnull=False)
UNTOUCHED = Q(sheet=None, visit=None)


@dataclass(frozen=True, slots=True)
class StageProgress:
    """Nominations by where they are: in this stage now (some short of scorers, some ready), closed with a result, or
    gone on without the stage."""

    stage: Stage
    current: int
    short: int
    ready: int
    closed: int
    skipped: int


def stage_progress(user: Any, period_id: int) -> list[StageProgress]:
    """The stages of a period, of categories that have nominations under assessment or past it. Three queries."""
    seen = assessed_nominations(user).filter(period=period_id)
    own = Stage.objects.filter(pk=OuterRef("current_stage_id")).values("min_assessors")
    rows = with_progress(seen.filter(status=Status.IN_ASSESSMENT)).annotate(
        minimum=Subquery(own, output_field=IntegerField()),
        required=Subquery(own.filter(optional=False), output_field=IntegerField()),
    )
    current: dict[int, tuple[int, int, int]] = {
        stage: (number, short, ready)
        for stage, number, short, ready in rows.order_by()
        .values("current_stage_id")
        .annotate(
            number=Count("pk"),
            short=Count("pk", filter=Q(assigned__lt=F("required"))),
            ready=Count("pk", filter=Q(done__gte=F("minimum"), done=F("assigned"))),
        )
        .values_list("current_stage_id", "number", "short", "ready")
    }
    results = StageResult.objects.filter(nomination__in=seen.order_by().values("pk"))
    left_out = ~Q(skip_reason="")
    counts = (
        results.order_by()
        .values_list("stage")
        .annotate(closed=Count("pk", filter=~left_out), skipped=Count("pk", filter=left_out))
    )
    closed = {stage: (done, skipped) for stage, done, skipped in counts}
    stages = Stage.objects.filter(period=period_id, pk__in={*current, *closed})
    stages = stages.select_related("category", "calibration")
    return [
        StageProgress(stage, *current.get(stage.pk, (0, 0, 0)), *closed.get(stage.pk, (0, 0)))
        for stage in stages.order_by("category__order", "order")
    ]


@dataclass(frozen=True, slots=True)
class ScorerProgress:
    """One scorer's live work in a period. Of the sheets and visits in `open`, `late` are over their time, `soon` have
    three days left or less. `due` is the earliest deadline of all that is open, `next_due` of what is not over yet."""

    user: User
    institutions: list[str]
    total: int
    sent: int
    undeclared: int
    untouched: int
    open: int
    late: int
    soon: int
    due: datetime | None
    next_due: datetime | None
    saved_at: datetime | None
    reminded_at: datetime | None

    @property
    def pressing(self) -> int:
        """What a reminder is about."""
        return self.late + self.soon

    @property
    def may_be_reminded(self) -> bool:
        return self.pressing > 0 and (self.reminded_at is None or self.reminded_at < timezone.now() - REST)


def scorer_progress(user: Any, period_id: int, scorers: set[int] | None = None) -> list[ScorerProgress]:
    """Everybody with live assignments in the period, the latest work first; or only `scorers`. Four queries.

    Counted is what the person may meet: a nomination with a conflict of `user` adds to no number.
    """
    rows = list(_work_of(user, period_id, scorers))
    people = User.objects.in_bulk([row["assessor"] for row in rows])
    institutions: dict[int, list[str]] = defaultdict(list)
    members = Membership.objects.in_force().filter(user__in=people, role__in=SCORERS, institution__isnull=False)
    for person, name in members.values_list("user", "institution__name").distinct().order_by("institution__name"):
        institutions[person].append(name)
    reminders = ScorerReminder.objects.filter(period=period_id, scorer__in=people).order_by()
    reminded = dict(reminders.values_list("scorer").annotate(Max("at")))
    found = [
        ScorerProgress(
            user=people[row.pop("assessor")],
            institutions=institutions[person],
            reminded_at=reminded.get(person),
            **row,
        )
        for row in rows
        for person in [row["assessor"]]
    ]
    return sorted(found, key=lambda one: (-one.late, -one.soon, one.total == one.sent, one.user.name, one.user.pk))


def _work_of(user: Any, period_id: int, scorers: set[int] | None) -> QuerySet[Assignment, dict[str, Any]]:
    live = Assignment.objects.filter(
        status=AssignmentStatus.ACTIVE,
        nomination__in=assessed_nominations(user).filter(period=period_id).order_by().values("pk"),
    )
    if scorers is not None:
        live = live.filter(assessor__in=scorers)
    rows, now = with_facts(live).annotate(closes_at=work_closing()), timezone.now()
    is_open = ~SENT & Q(closed=False, nomination__status=Status.IN_ASSESSMENT, current_stage_id=F("stage"))
    is_ahead = is_open & Q(closes_at__gte=now)
    return (
        rows.order_by()
        .values("assessor")
        .annotate(
            total=Count("pk"),
            sent=Count("pk", filter=SENT),
            undeclared=Count("pk", filter=~SENT & Q(closed=False, declared=False)),
            untouched=Count("pk", filter=UNTOUCHED & Q(closed=False)),
            open=Count("pk", filter=is_open),
            late=Count("pk", filter=is_open & Q(closes_at__lt=now)),
            soon=Count("pk", filter=is_ahead & Q(closes_at__lte=now + NEAR)),
            due=Min("closes_at", filter=is_open),
            next_due=Min("closes_at", filter=is_ahead),
            saved_at=Max("sheet__saved_at"),
        )
    )


@dataclass(frozen=True, slots=True)
class OwnProgress:
    """A scorer's own live work in one stage of a period."""

    stage: str
    total: int
    sent: int
    undeclared: int
    open: int
    due: datetime | None


def own_progress(user: Any, period_id: int) -> list[OwnProgress]:
    """By stage; what the person stepped back from, or was taken from her or him, is not there. One query."""
    own = with_facts(Assignment.objects.of_scorer(user).filter(nomination__period=period_id))
    rows = own.annotate(closes_at=work_closing()).order_by()
    is_open = ~SENT & Q(
        declared=True, closed=False, nomination__status=Status.IN_ASSESSMENT, current_stage_id=F("stage")
    )
    rows = rows.values("stage__label").annotate(
        place=Min("stage__order"),
        total=Count("pk"),
        sent=Count("pk", filter=SENT),
        undeclared=Count("pk", filter=~SENT & Q(closed=False, declared=False)),
        open=Count("pk", filter=is_open),
        due=Min("closes_at", filter=is_open),
    )
    columns = ("stage__label", "total", "sent", "undeclared", "open", "due")
    return [OwnProgress(*row) for row in rows.order_by("place", "stage__label").values_list(*columns)]
