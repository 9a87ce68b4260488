"""The facts on which proposals of assignments rest, and the problem that they pose to the solver."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import AssignmentStatus, StageKind
from scoring.maths.assigning import Person, Problem, Task
from scoring.models import Assignment, KeepApart, PanelSeat, Stage, StageResult
from scoring.rules import BLOCKING, Mark, conflicts, is_expert
from scoring.selectors.assignments import holders, loads_in
from scoring.selectors.facts import PersonFacts, nomination_marks, people_facts

OPEN = (Status.ELIGIBLE, Status.IN_ASSESSMENT)
LEFT = (AssignmentStatus.RECUSED, AssignmentStatus.DECLINED)
Pair = tuple[int, int]  # nomination, person


def open_nominations(period_id: int, stage_code: str) -> QuerySet[Nomination]:
    """Nominations of a period whose scorers in that stage may still change."""
    closed = StageResult.objects.filter(nomination=OuterRef("pk"), stage__code=stage_code)
    stages = Stage.objects.filter(period=period_id, code=stage_code)
    rows = Nomination.objects.filter(~Exists(closed), period=period_id, status__in=OPEN)
    return rows.filter(category__in=stages.values("category"))


def assigned_nominations(period_id: int, stage_code: str) -> list[int]:
    """Nominations to which somebody was assigned in that stage, whatever became of it. One query."""
    rows = Assignment.objects.filter(nomination__period=period_id, stage__code=stage_code)
    return list(rows.values_list("nomination", flat=True).distinct())


@dataclass
class Situation:
    """Everything that decides about assignments of one stage of a period, read once.

    `live`: for each nomination its live scorers in the stage, each with whether the work has begun; `left`: who
    declined or stepped back; `loads`: live assignments of the whole period.
    """

    nominations: dict[int, Nomination]
    stages: dict[int, Stage]
    live: dict[int, dict[int, bool]]
    left: dict[int, set[int]]
    marks: dict[int, frozenset[Mark]]
    people: dict[int, PersonFacts]
    seats: dict[int, int]
    loads: dict[int, int]
    apart: frozenset[Pair]

    def stage_of(self, pk: int) -> Stage:
        return self.stages[self.nominations[pk].category_id]

    def needed(self, pk: int, wished: int | None) -> int:
        """How many scorers a nomination should have, never fewer than its stage asks for. A visit has one visitor."""
        stage = self.stage_of(pk)
        return 1 if stage.kind == StageKind.FINDINGS else max(wished or 0, stage.min_assessors)

    def obstacle(self, pk: int, user: int) -> str:
        """A code why the person cannot judge the nomination: `role`, `expertise`, or the kind of conflict; or empty."""
        stage, person = self.stage_of(pk), self.people.get(user)
        if person is None or not person.holds(stage.scorer_role):
            return "role"
        found = [one for one in conflicts(person.marks, self.marks[pk]) if one.kind in BLOCKING]
        if found:
            return found[0].kind
        commodity = self.nominations[pk].category.commodity_id
        return "" if is_expert(person.expertise(stage.scorer_role), commodity) else "expertise"

    def state_of(self, pk: int) -> str:
        """A short seal over who has the nomination now and whether they have begun."""
        text = f"{self.nominations[pk].status}:{sorted(self.live.get(pk, {}).items())}:{sorted(self.left.get(pk, ()))}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def kept_apart(self, users: Iterable[int]) -> list[Pair]:
        everybody = set(users)
        return [pair for pair in self.apart if set(pair) <= everybody]

    @cached_property
    def pool(self) -> list[int]:
        """People with a seat, by id."""
        return sorted(pk for pk in self.seats if pk in self.people)


def situation(
    period_id: int, stage_code: str, nominations: Iterable[int] | None = None, others: Iterable[int] = ()
) -> Situation:
    """The facts of a whole stage, or of some nominations of it. At most 25 queries, whatever the number.

    People are those with a seat, those at work there now, and `others`.
    """
    rows = open_nominations(period_id, stage_code)
    if nominations is not None:
        rows = rows.filter(pk__in=list(nominations))
    found = {row.pk: row for row in rows.select_related("category").order_by("pk")}
    stages = {stage.category_id: stage for stage in Stage.objects.filter(period=period_id, code=stage_code)}
    live, left = _assigned(found, stage_code)
    seats = dict(
        PanelSeat.objects.filter(period=period_id, active=True, user__in=_holders(stages)).values_list(
            "user", "capacity"
        )
    )
    involved = {*seats, *others, *(user for people in live.values() for user in people)}
    return Situation(
        nominations=found,
        stages=stages,
        live=live,
        left=left,
        marks=nomination_marks(found),
        people=people_facts(involved, period_id=period_id),
        seats=seats,
        loads=loads_in(period_id),
        apart=frozenset(KeepApart.objects.filter(period=period_id).values_list("first", "second")),
    )


def _holders(stages: dict[int, Stage]) -> QuerySet[User]:
    roles = Q(pk__in=())
    for role in {stage.scorer_role for stage in stages.values()}:
        roles |= Q(pk__in=holders(role))
    return User.objects.filter(roles).values("pk")


def _assigned(nominations: Iterable[int], code: str) -> tuple[dict[int, dict[int, bool]], dict[int, set[int]]]:
    live: dict[int, dict[int, bool]] = defaultdict(dict)
    left: dict[int, set[int]] = defaultdict(set)
    rows = Assignment.objects.filter(nomination__in=list(nominations), stage__code=code)
    for pk, user, status, sheet, visit in rows.values_list("nomination", "assessor", "status", "sheet", "visit"):
        if status == AssignmentStatus.ACTIVE:
            live[pk][user] = bool(sheet or visit)
        elif status in LEFT:
            left[pk].add(user)
    return dict(live), dict(left)


@dataclass(frozen=True, slots=True)
class Posed:
    """The problem, and what has to end whatever the solver says: work not begun that the person may not do."""

    problem: Problem
    ending: list[Pair]
    overdue: list[Pair]  # begun by somebody who may not do it any more: it stays, and does not count


def pose(facts: Situation, *, wished: int | None, mix: bool, seed: int, movable: bool) -> Posed:
    """The situation as a problem. `movable`: live assignments that have not begun may go to somebody else."""
    masks = _Masks(facts)
    tasks, ending, overdue = [], [], []
    held_load: Counter[int] = Counter()
    for pk in facts.nominations:
        held, fixed = set(), set()
        for user, begun in facts.live.get(pk, {}).items():
            if facts.obstacle(pk, user):
                (overdue if begun else ending).append((pk, user))
            elif movable and not begun and user in masks.place:
                held.add(user)
            else:
                fixed.add(user)
        gone = facts.left.get(pk, set()) | fixed | {user for user in facts.live.get(pk, {}) if user not in held}
        held_load.update(held)
        able = masks.able(pk) & ~masks.of(gone)
        need = max(facts.needed(pk, wished) - len(fixed), len(held))
        tasks.append(Task(pk, able | masks.of(held), need, masks.of(held), frozenset(fixed)))
    held_load.update(user for _pk, user in ending)
    people = tuple(
        Person(user, facts.people[user].institution, load := facts.loads.get(user, 0) - held_load[user], cap - load)
        for user in facts.pool
        for cap in [facts.seats[user]]
    )
    return Posed(Problem(people, tuple(tasks), facts.apart, mix, seed), ending, overdue)


class _Masks:
    """Sets of the pool's people as bits, so that 10,000 nominations and 300 people take no more than a second."""

    def __init__(self, facts: Situation) -> None:
        self.facts = facts
        self.place = {user: number for number, user in enumerate(facts.pool)}
        self._by_mark: dict[Mark, int] = defaultdict(int)
        for user in facts.pool:
            for mark, kind in facts.people[user].marks.items():
                if kind in BLOCKING:
                    self._by_mark[mark] |= 1 << self.place[user]
        self._experts: dict[tuple[str, Any], int] = {}

    def of(self, users: Iterable[int]) -> int:
        return sum(1 << self.place[user] for user in set(users) if user in self.place)

    def experts(self, role: str, commodity: Any) -> int:
        if (role, commodity) not in self._experts:
            people = self.facts.people
            fitting = [
                user
                for user in self.facts.pool
                if people[user].holds(role) and is_expert(people[user].expertise(role), commodity)
            ]
            self._experts[role, commodity] = self.of(fitting)
        return self._experts[role, commodity]

    def able(self, pk: int) -> int:
        stage, nomination = self.facts.stage_of(pk), self.facts.nominations[pk]
        blocked = 0
        for mark in self.facts.marks[pk] & self._by_mark.keys():
            blocked |= self._by_mark[mark]
        return self.experts(stage.scorer_role, nomination.category.commodity_id) & ~blocked


def obstacles_of(facts: Situation, pk: int) -> dict[str, int]:
    """For how many people of the pool what stands in the way of a nomination, the gravest reason of each."""
    found: Counter[str] = Counter()
    for user in facts.pool:
        if user in facts.left.get(pk, ()):
            found["left"] += 1
        elif user not in facts.live.get(pk, {}) and (code := facts.obstacle(pk, user)):
            found[str(code)] += 1
    return dict(found)
