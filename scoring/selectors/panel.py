"""The panel of a period as its page shows it, and what a scorer may name in a statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import SCORERS
from nominations.enums import WindowKind
from nominations.models import Window
from scoring.enums import AssignmentStatus, SheetStatus
from scoring.models import (
    Assignment,
    CategoryLead,
    InterestStatement,
    InterestTie,
    KeepApart,
    PanelSeat,
    Stage,
    StageResult,
    TieWithdrawal,
)
from scoring.rules import is_expert
from scoring.selectors.assignments import loads_in
from scoring.selectors.facts import PersonFacts, people_facts
from sentra.models import Ikm, Sentra

FOUND = 8


def leads_of(period_id: int) -> dict[int, CategoryLead]:
    """Who looks after each category of a period, by category; none for most. One query."""
    rows = CategoryLead.objects.filter(period=period_id).select_related("user", "category").order_by("category__order")
    return {row.category_id: row for row in rows}


def led_by(user: User) -> Exists:
    """For nominations: whether this person looks after their category in their period. No query by itself."""
    rows = CategoryLead.objects.filter(user=user, period=OuterRef("period"), category=OuterRef("category"))
    return Exists(rows)


class Outlasted(NamedTuple):
    """A stage that a person can score in and that closes, at its `ends_at`, after the last day of the role."""

    stage: Stage
    last: date


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat with what the membership says; `stated_at` None: no statement of interests yet."""

    row: PanelSeat
    person: PersonFacts
    load: int
    stated_at: datetime | None
    outlasted: Outlasted | None = None

    @property
    def valid_to(self) -> date | None:
        """The last day on which the person may score; None without an end."""
        return self.person.valid_to(SCORERS)

    @property
    def expertise(self) -> list[str]:
        """Names of the commodities; empty means all of them."""
        return sorted({c.name for m in self.person.memberships if m.role in SCORERS for c in m.commodities.all()})

    @property
    def homes(self) -> list[str]:
        return sorted({m.region.full_label for m in self.person.memberships if m.region})

    @property
    def is_full(self) -> bool:
        return self.load >= self.row.capacity


def scorers() -> QuerySet[User]:
    """Everybody with a scorer's role in force today, by name."""
    holding = Membership.objects.in_force().filter(role__in=SCORERS).values("user")
    return User.objects.filter(pk__in=holding, is_active=True).order_by("name")


def seats_of(period_id: int) -> list[Seat]:
    """Seats of people whose role is in force, by name; whoever was suspended is not there. Seven queries."""
    rows = list(
        PanelSeat.objects.filter(period=period_id, user__in=scorers()).select_related("user").order_by("user__name")
    )
    people = people_facts([row.user_id for row in rows], period_id=period_id)
    load, stated, stages = loads_in(period_id), statements_of(period_id), _ending_stages(period_id)
    return [
        Seat(row, person, load.get(row.user_id, 0), stated.get(row.user_id), _outlasting(person, stages))
        for row in rows
        if (person := people.get(row.user_id))
    ]


def _ending_stages(period_id: int) -> list[Stage]:
    """Stages with `ends_at`, by themselves or with the period's window, the latest first; without one left out."""
    window = Window.objects.filter(period=period_id, kind=WindowKind.ASSESSMENT).values("closes_at")[:1]
    stages = Stage.objects.filter(period=period_id).annotate(ends_at=Least(Subquery(window), F("closes_at")))
    return list(stages.filter(ends_at__isnull=False).select_related("category").order_by("-ends_at", "order"))


def _outlasting(person: PersonFacts, stages: list[Stage]) -> Outlasted | None:
    for stage in stages:
        role = stage.scorer_role
        if person.holds(role) and is_expert(person.expertise(role), stage.category.commodity_id):
            last = person.valid_to([role])
            if last is not None and last < timezone.localdate(stage.ends_at):
                return Outlasted(stage, last)
    return None


def scorers_without_seat(period_id: int) -> QuerySet[User]:
    return scorers().exclude(seats__period=period_id)


def statements_of(period_id: int) -> dict[int, Any]:
    """When each person stated last. One query."""
    rows = InterestStatement.objects.filter(period=period_id)
    return dict(rows.values_list("user").annotate(Max("stated_at")))


def kept_apart(period_id: int) -> list[KeepApart]:
    """Pairs with their names. One query."""
    return list(KeepApart.objects.filter(period=period_id).select_related("first", "second").order_by("first__name"))


def own_ties(user: Any, period_id: int) -> list[InterestTie]:
    """What the person has stated so far, in order. One query."""
    rows = InterestTie.objects.filter(statement__period=period_id, statement__user=user)
    return list(rows.select_related("statement", "withdrawal").order_by("pk"))


def withdrawn_ties(period_id: int) -> list[TieWithdrawal]:
    """Ties that their scorers took back, the newest first. One query."""
    rows = TieWithdrawal.objects.filter(tie__statement__period=period_id)
    return list(rows.select_related("tie__statement__user").order_by("-withdrawn_at", "-pk"))


@dataclass(frozen=True, slots=True)
class Named:
    """A record of the register with no more than its name and place."""

    record: str
    label: str
    detail: str


def records_named(text: str) -> list[Named]:
    """Sentra and IKM of the whole country whose name contains the text, a few of each. Two queries."""
    if len(text) < 3:
        return []
    ikm = Ikm.objects.filter(name__icontains=text).select_related("region", "sentra").order_by("name")[:FOUND]
    sentra = Sentra.objects.filter(name__icontains=text).select_related("region").order_by("name")[:FOUND]
    return [Named(f"ikm:{row.pk}", row.name, f"IKM, {row.region.label}") for row in ikm] + [
        Named(f"sentra:{row.pk}", row.name, f"Sentra, {row.region.label}") for row in sentra
    ]


def existing_records(kind: str, ids: Iterable[int]) -> dict[int, str]:
    """Names of live records of the register by id. One query."""
    model = {"ikm": Ikm, "sentra": Sentra}[kind]
    return dict(model.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def without_role() -> QuerySet[Assignment]:
    """Live work, not sent and its stage open, of people who no longer hold the stage's role or cannot sign in."""
    role = Membership.objects.in_force().filter(
        user=OuterRef("assessor"), role=OuterRef("stage__scorer_role"), user__is_active=True
    )
    result = StageResult.objects.filter(nomination=OuterRef("nomination"), stage=OuterRef("stage"))
    sent = Q(sheet__status=SheetStatus.SUBMITTED) | Q(visit__submitted_at__isnull=False)
    live = Assignment.objects.filter(~Exists(role), ~Exists(result), status=AssignmentStatus.ACTIVE).exclude(sent)
    return live.select_related("nomination", "stage", "assessor", "assigned_by").order_by("nomination", "pk")
