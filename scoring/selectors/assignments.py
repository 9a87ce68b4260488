"""A scorer's assignments with the facts that policies read, and who may be assigned to what."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.functions import TransactionNow
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import Membership, User
from accounts.roles import SCORERS
from nominations.enums import Status
from nominations.models import CandidateEntry, Nomination
from scoring.enums import AssignmentStatus, SheetStatus
from scoring.models import Assignment, ConflictDeclaration, Stage, StageResult
from scoring.rules import ScorerFacts, assignment_obstacle
from scoring.selectors.stages import open_stages


def with_facts(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Joins and annotations that `scoring.policies` reads: declared, closed, current_stage_id, stage_early,
    stage_late. No query by itself."""
    word = ConflictDeclaration.objects.filter(nomination=OuterRef("nomination"), user=OuterRef("assessor"))
    result = StageResult.objects.filter(nomination=OuterRef("nomination"), stage=OuterRef("stage"))
    current = open_stages("nomination", "nomination__period", "nomination__category")
    return assignments.select_related(
        "nomination__period__award",
        "nomination__category",
        "nomination__region__parent",
        "stage__instrument",
        "sheet",
        "visit",
    ).annotate(
        declared=Exists(word.filter(has_conflict=False)),
        closed=Exists(result),
        current_stage_id=Subquery(current.values("pk")[:1]),
        # By the database's clock at the start of the transaction, like `core.clock.transaction_time`.
        stage_early=Q(stage__opens_at__isnull=False) & Q(stage__opens_at__gt=TransactionNow()),
        stage_late=Q(stage__closes_at__isnull=False) & Q(stage__closes_at__lt=TransactionNow()),
    )


def assignments_of(nomination: Nomination) -> list[Assignment]:
    """Every assignment of a nomination, removed ones included, by stage and name. One query."""
    rows = Assignment.objects.filter(nomination=nomination)
    return list(with_facts(rows).select_related("assessor").order_by("stage__order", "assessor__name"))


def provinces_of(memberships: list[Membership]) -> frozenset[str]:
    """Provinces to which the memberships tie a person. No query when the region is joined."""
    regions = [membership.region for membership in memberships if membership.region]
    return frozenset(region.parent_id or region.pk for region in regions)


def nominee_of(nomination: Nomination) -> str:
    """Name of who would receive the award: the candidate, or the IKM. At most two queries."""
    entry = nomination.entry
    return entry.name if isinstance(entry, CandidateEntry) else entry.ikm.name


@dataclass(frozen=True, slots=True)
class PossibleScorer:
    user: User
    load: int
    obstacle: str


def possible_scorers(nomination: Nomination, stage: Stage) -> list[PossibleScorer]:
    """Everybody with the stage's role who is not assigned yet: present load, and what stands in the way. Eight queries.

    Those who can be assigned come first, the least busy on top.
    """
    facts = scorer_facts(nomination, stage)
    load = dict(
        Assignment.objects.filter(
            assessor__in=facts, status=AssignmentStatus.ACTIVE, nomination__status=Status.IN_ASSESSMENT
        )
        .values_list("assessor")
        .annotate(Count("pk"))
    )
    nominee, province = nominee_of(nomination), nomination.region.parent_id
    scorers = [
        PossibleScorer(
            user=user,
            load=load.get(user.pk, 0),
            obstacle=assignment_obstacle(
                facts[user.pk], province=province, commodity=nomination.category.commodity_id, nominee=nominee
            ),
        )
        for user in User.objects.filter(pk__in=facts).order_by("name")
        if not facts[user.pk].is_assigned
    ]
    return sorted(scorers, key=lambda scorer: (bool(scorer.obstacle), scorer.load))


def scorer_facts(nomination: Nomination, stage: Stage, user_id: int | None = None) -> dict[int, ScorerFacts]:
    """What decides about an assignment, for everybody with the stage's role or for one person. Five queries."""
    in_force = Membership.objects.in_force().filter(user__is_active=True)
    holders = [user_id] if user_id else in_force.filter(role=stage.scorer_role).values("user")
    memberships: dict[int, list[Membership]] = defaultdict(list)
    rows = in_force.filter(user__in=holders).select_related("region", "institution").prefetch_related("commodities")
    for membership in rows:
        memberships[membership.user_id].append(membership)
    conflicted = set(
        ConflictDeclaration.objects.filter(nomination=nomination, has_conflict=True).values_list("user", flat=True)
    )
    live = Assignment.objects.filter(nomination=nomination, stage=stage, status=AssignmentStatus.ACTIVE)
    assigned = set(live.values_list("assessor", flat=True))
    nominators = {nomination.created_by_id, *nomination.proxy_acts.values_list("actor", flat=True)}
    return {
        pk: _facts(owned, stage, pk in conflicted, pk in nominators, pk in assigned)
        for pk, owned in memberships.items()
    }


def _facts(owned: list[Membership], stage: Stage, conflict: bool, nominator: bool, assigned: bool) -> ScorerFacts:
    fitting = [membership for membership in owned if membership.role == stage.scorer_role]
    return ScorerFacts(
        holds_role=bool(fitting),
        provinces=provinces_of(owned),
        institutions=frozenset(m.institution.name for m in owned if m.institution),
        commodities=frozenset(c.pk for m in fitting for c in m.commodities.all()),
        has_conflict=conflict,
        is_nominator=nominator,
        is_assigned=assigned,
    )


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


def live_assignment(user: Any, nomination_id: int) -> QuerySet[Assignment]:
    """The user's live assignments on one nomination."""
    return Assignment.objects.of_scorer(user).filter(nomination=nomination_id)
