"""A scorer's assignments with the facts that policies read, and who may be assigned to what."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.functions import TransactionNow
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.roles import SCORERS
from nominations.models import Nomination
from scoring.enums import AssignmentStatus, CalibrationStatus, RoundStatus, SheetStatus
from scoring.models import (
    Assignment,
    AssignmentRemoval,
    CalibrationRound,
    CalibrationSheet,
    ConflictDeclaration,
    InterestStatement,
    KeepApart,
    PanelSeat,
    Stage,
    StageResult,
)
from scoring.rules import WARNING, ScorerFacts, assignment_obstacle, conflict_text, conflicts
from scoring.selectors.facts import PersonFacts, nomination_marks, people_facts
from scoring.selectors.stages import assessed_nominations, open_stages


def with_facts(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Joins and annotations that `scoring.policies` reads: stated, declared, closed, current_stage_id,
    calibration_due, calibration_waits, stage_early, stage_late. No query by itself."""
    stated = InterestStatement.objects.filter(period=OuterRef("nomination__period"), user=OuterRef("assessor"))
    word = ConflictDeclaration.objects.filter(nomination=OuterRef("nomination"), user=OuterRef("assessor"))
    result = StageResult.objects.filter(nomination=OuterRef("nomination"), stage=OuterRef("stage"))
    current = open_stages("nomination", "nomination__period", "nomination__category")
    practice = CalibrationSheet.objects.filter(
        assessor=OuterRef("assessor"),
        is_reference=False,
        status=CalibrationStatus.DRAFT,
        anchor__round__stage=OuterRef("stage"),
        anchor__round__status=RoundStatus.OPEN,
        anchor__round__required=True,
    )
    waiting = CalibrationRound.objects.filter(stage=OuterRef("stage"), status=RoundStatus.DRAFT, required=True)
    return assignments.select_related(
        "nomination__period__award",
        "nomination__category",
        "nomination__region__parent",
        "stage__instrument",
        "sheet",
        "visit",
    ).annotate(
        stated=Exists(stated),
        declared=Exists(word.filter(has_conflict=False)),
        closed=Exists(result),
        calibration_due=Exists(practice),
        calibration_waits=Exists(waiting),
        current_stage_id=Subquery(current.values("pk")[:1]),
        # By the database's clock at the start of the transaction, like `core.clock.transaction_time`.
        stage_early=Q(stage__opens_at__isnull=False) & Q(stage__opens_at__gt=TransactionNow()),
        stage_late=Q(stage__closes_at__isnull=False) & Q(stage__closes_at__lt=TransactionNow()),
    )


def assignments_of(nomination: Nomination) -> list[Assignment]:
    """Every assignment of a nomination with sheet or visit, removed ones included, by stage and name. One query."""
    rows = with_facts(Assignment.objects.filter(nomination=nomination))
    return list(rows.select_related("assessor", "visit__confirmed_by").order_by("stage__order", "assessor__name"))


def provinces_of(memberships: list[Membership]) -> frozenset[str]:
    """Provinces to which the memberships tie a person. No query when the region is joined."""
    regions = [membership.region for membership in memberships if membership.region]
    return frozenset(region.parent_id or region.pk for region in regions)


@dataclass(frozen=True, slots=True)
class PossibleScorer:
    """`load`: live assignments of the period; `capacity` None without a seat; `warnings` leave it to who assigns."""

    user: User
    load: int
    capacity: int | None
    obstacle: str
    warnings: tuple[str, ...]

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.load >= self.capacity


def possible_scorers(nomination: Nomination, stage: Stage) -> list[PossibleScorer]:
    """Everybody with the stage's role who is not assigned yet: present load, and what stands in the way. 16 queries.

    Those who can be assigned come first, the least busy on top.
    """
    people = people_facts(holders(stage.scorer_role), period_id=nomination.period_id)
    marks = nomination_marks([nomination.pk])[nomination.pk]
    assigned, declined = _assigned_and_declined(nomination, stage)
    load, apart = loads_in(nomination.period_id), _kept_apart_from(assigned, nomination.period_id)
    seats = dict(PanelSeat.objects.filter(period=nomination.period_id, active=True).values_list("user", "capacity"))
    rows = []
    for user in User.objects.filter(pk__in=people).exclude(pk__in=assigned).order_by("name"):
        facts = scorer_facts(people[user.pk], stage, is_assigned=False)
        obstacle = assignment_obstacle(facts, nomination=marks, commodity=nomination.category.commodity_id)
        warned = [conflict_text(one) for one in conflicts(facts.marks, marks) if one.kind in WARNING]
        if reason := declined.get(user.pk):
            warned.append(_("Pernah menolak tugas ini: %(reason)s") % {"reason": reason})
        if user.pk in apart:
            warned.append(_("Dipisahkan dari seorang penilai usulan ini: %(reason)s") % {"reason": apart[user.pk]})
        if seats and user.pk not in seats:
            warned.append(_("Tidak duduk pada panel periode ini."))
        rows.append(PossibleScorer(user, load.get(user.pk, 0), seats.get(user.pk), obstacle, tuple(warned)))
    return sorted(rows, key=lambda row: (bool(row.obstacle), row.is_full, bool(row.warnings), row.load))


def holders(role: str) -> QuerySet[Membership]:
    """Who holds the role today, as ids for a subquery."""
    return Membership.objects.in_force().filter(role=role, user__is_active=True).values("user")


def loads_in(period_id: int) -> dict[int, int]:
    """Live assignments of a period by person. One query."""
    live = Assignment.objects.filter(nomination__period=period_id, status=AssignmentStatus.ACTIVE)
    return dict(live.values_list("assessor").annotate(Count("pk")))


def _assigned_and_declined(nomination: Nomination, stage: Stage) -> tuple[set[int], dict[int, str]]:
    rows = Assignment.objects.filter(nomination=nomination, stage=stage)
    found = list(rows.values_list("assessor", "status", "removal_reason"))
    assigned = {pk for pk, status, _reason in found if status == AssignmentStatus.ACTIVE}
    return assigned, {pk: reason for pk, status, reason in found if status == AssignmentStatus.DECLINED}


def _kept_apart_from(assigned: set[int], period_id: int) -> dict[int, str]:
    """Who is kept apart from somebody assigned, with the reason. One query."""
    found = {}
    for first, second, reason in KeepApart.objects.filter(period=period_id).values_list("first", "second", "reason"):
        if first in assigned:
            found[second] = reason
        if second in assigned:
            found[first] = reason
    return found


def scorer_facts(person: PersonFacts, stage: Stage, *, is_assigned: bool) -> ScorerFacts:
    """What the rule asks about one person. No query."""
    return ScorerFacts(
        holds_role=person.holds(stage.scorer_role),
        marks=person.marks,
        commodities=person.expertise(stage.scorer_role),
        is_assigned=is_assigned,
    )


def obstacle_to(nomination: Nomination, stage: Stage, assessor_id: int) -> str:
    """Why this person may not be assigned, in words; empty when nothing stands in the way. 14 queries."""
    person = people_facts([assessor_id], period_id=nomination.period_id).get(assessor_id, PersonFacts())
    live = Assignment.objects.filter(nomination=nomination, stage=stage, status=AssignmentStatus.ACTIVE)
    facts = scorer_facts(person, stage, is_assigned=live.filter(assessor=assessor_id).exists())
    marks = nomination_marks([nomination.pk])[nomination.pk]
    return assignment_obstacle(facts, nomination=marks, commodity=nomination.category.commodity_id)


def swap_partners(user: Any, nomination: Nomination, stage: Stage) -> list[Assignment]:
    """Untouched live assignments of the same stage on other nominations that the user may meet. One query."""
    seen = assessed_nominations(user).filter(period=nomination.period_id).exclude(pk=nomination.pk)
    closed = StageResult.objects.filter(nomination=OuterRef("nomination"), stage=OuterRef("stage"))
    rows = Assignment.objects.filter(
        ~Exists(closed),
        nomination__in=seen,
        stage__code=stage.code,
        status=AssignmentStatus.ACTIVE,
        sheet=None,
        visit=None,
    )
    return list(rows.select_related("assessor", "nomination").order_by("assessor__name", "nomination__reference")[:200])


def owed_by(user: Any, nominations: Iterable[Nomination]) -> set[int]:
    """Which of these nominations still wait for this person's own sheet. One query, none for who scores nothing."""
    if not user.roles & SCORERS:
        return set()
    result = StageResult.objects.filter(nomination=OuterRef("nomination"), stage=OuterRef("stage"))
    live = Assignment.objects.of_scorer(user).filter(~Exists(result), nomination__in=nominations)
    return set(live.exclude(sheet__status=SheetStatus.SUBMITTED).values_list("nomination", flat=True))


def conflicts_of(nomination: Nomination) -> list[ConflictDeclaration]:
    """Declared conflicts with their reasons, newest first. One query."""
    rows = ConflictDeclaration.objects.filter(nomination=nomination, has_conflict=True)
    return list(rows.select_related("user").order_by("-pk"))


def removals_of(nomination: Nomination) -> list[AssignmentRemoval]:
    """Assignments that somebody else than the scorer ended, newest first. One query."""
    rows = AssignmentRemoval.objects.filter(nomination=nomination)
    return list(rows.select_related("assessor", "stage", "removed_by"))


def live_assignment(user: Any, nomination_id: int) -> QuerySet[Assignment]:
    """The user's live assignments on one nomination."""
    return Assignment.objects.of_scorer(user).filter(nomination=nomination_id)
