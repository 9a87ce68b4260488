"""Who judges what, as a problem of numbers: coverage first, then few moves, then even load.

Nominations that nobody can tell apart are one class, so that 10,000 of them become some hundred. A min-cost flow over
classes, institutions and people is exact for coverage, capacity, mixed institutions and even load; dealing a class out
round by round keeps that. Pairs that are kept apart are no flow: exchanges that change no load repair them, and where
none is found, CP-SAT solves the whole problem. `problems_of` checks any solution without knowing how it was made.
OR-tools is loaded only where it is used. See docs/adr/0014-assignment-solver.md.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Any

EXACT_LIMIT = 60_000  # pairs of nomination and person that CP-SAT may still be asked about
EXACT_EFFORT = 30.0  # CP-SAT's deterministic time, not seconds: the same seed gives the same answer on any machine


@dataclass(frozen=True, slots=True)
class Person:
    """`load`: live assignments that stay, whatever happens here; `room`: how many more this person takes."""

    pk: int
    institution: str
    load: int
    room: int


@dataclass(frozen=True, slots=True)
class Task:
    """A nomination in a stage. `able` and `held` are bits by the place of a person in `Problem.people`.

    `need` people are chosen among `able`; `held` are those who have it now and keep it where that can be; `fixed` are
    ids of people who stay and are counted already.
    """

    pk: int
    able: int
    need: int
    held: int = 0
    fixed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """`apart`: ids of people, the smaller one first. `mix`: not all of a nomination's people from one institution."""

    people: tuple[Person, ...]
    tasks: tuple[Task, ...]
    apart: frozenset[tuple[int, int]] = frozenset()
    mix: bool = True
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Solution:
    """`chosen`: ids of people by nomination. What a nomination lacks is `need` minus their number."""

    chosen: dict[int, frozenset[int]]


@dataclass(slots=True)
class Deal:
    """Nominations that are alike: same people, same need. `given`: how many of them each person gets."""

    tasks: list[Task]
    given: dict[int, int] = field(default_factory=dict)

    @property
    def model(self) -> Task:
        return self.tasks[0]


def solve(problem: Problem) -> Solution:
    """The best solution: fewest gaps, then fewest moves, then the most even load. The same for the same seed."""
    shuffler = random.Random(problem.seed)  # noqa: S311 - a lot that can be drawn again, not a secret
    tasks = _without_kept_apart(problem)
    deals = _deals(problem, tasks, shuffler)
    _flow(problem, deals)
    chosen: dict[int, set[int]] = {}
    for deal in deals:
        chosen |= _dealt(problem, deal, shuffler)
    broken = _repaired(problem, tasks, chosen, shuffler)
    if broken and sum(task.able.bit_count() for task in tasks) <= EXACT_LIMIT:
        chosen = _exact(problem, tasks)
    else:
        for task, pair in broken:
            chosen[task.pk].discard(max(pair, key=lambda person: person not in _ids(problem, task.held)))
    return Solution({pk: frozenset(people) for pk, people in chosen.items()})


def cost_of(problem: Problem, solution: Solution) -> tuple[int, int, int]:
    """Gaps, moves, and the sum of squared loads: what `solve` makes small, in this order."""
    gaps = sum(task.need - len(solution.chosen[task.pk]) for task in problem.tasks)
    moves = sum(len(_ids(problem, task.held) - solution.chosen[task.pk]) for task in problem.tasks)
    loads = loads_of(problem, solution)
    return gaps, moves, sum(load * load for load in loads.values())


def loads_of(problem: Problem, solution: Solution) -> dict[int, int]:
    """Live assignments by person, afterwards."""
    more = Counter(chain.from_iterable(solution.chosen.values()))
    return {person.pk: person.load + more[person.pk] for person in problem.people}


def problems_of(problem: Problem, solution: Solution) -> list[str]:
    """Everything that a solution breaks, as codes with ids; empty for a good one. Knows nothing of the solver."""
    found = []
    given: Counter[int] = Counter()
    institutions = {person.pk: _house(person) for person in problem.people}
    for task in problem.tasks:
        chosen = solution.chosen.get(task.pk, frozenset())
        given.update(chosen)
        if chosen - _ids(problem, task.able) or chosen & task.fixed or len(chosen) > task.need:
            found.append(f"unable:{task.pk}")
        everybody = chosen | task.fixed
        if any({first, second} <= everybody and {first, second} & chosen for first, second in problem.apart):
            found.append(f"apart:{task.pk}")
        size = Counter(institutions.get(person, f"person:{person}") for person in everybody)
        fresh = {institutions[person] for person in chosen if person in institutions}
        most = task.need + len(task.fixed) - 1
        if problem.mix and most and any(size[house] > most for house in fresh):
            found.append(f"mix:{task.pk}")
    found += [f"room:{person.pk}" for person in problem.people if given[person.pk] > max(person.room, 0)]
    return found


def uneven_pairs(problem: Problem, solution: Solution) -> list[tuple[int, int, int]]:
    """Nomination, giver, taker: where one person could hand on work to somebody with at least two tasks less.

    Empty means: loads differ by at most 1 among all who could take each other's work.
    """
    loads = loads_of(problem, solution)
    room = _room_left(problem, solution)
    found = []
    for task in problem.tasks:
        chosen = solution.chosen[task.pk]
        takers = [pk for pk in _ids(problem, task.able) - chosen if room[pk] > 0]
        least = min(takers, key=lambda pk: loads[pk], default=None)
        if least is None:
            continue
        for giver in chosen - _ids(problem, task.held):
            if loads[giver] - loads[least] < 2:
                continue
            found += [
                (task.pk, giver, taker)
                for taker in takers
                if loads[giver] - loads[taker] > 1 and _fits(problem, task, (chosen - {giver}) | {taker})
            ]
    return found


def bits(people: Mapping[int, int], chosen: Iterable[int]) -> int:
    """The set of people as bits. `people`: place by id; whoever is not there is left out."""
    return sum(1 << people[pk] for pk in set(chosen) if pk in people)


# The pieces


def _places(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _ids(problem: Problem, mask: int) -> frozenset[int]:
    return frozenset(problem.people[place].pk for place in _places(mask))


def _house(person: Person) -> str:
    """Who has no institution is nobody's colleague."""
    return person.institution or f"person:{person.pk}"


def _room_left(problem: Problem, solution: Solution) -> dict[int, int]:
    more = Counter(chain.from_iterable(solution.chosen.values()))
    return {person.pk: person.room - more[person.pk] for person in problem.people}


def _fits(problem: Problem, task: Task, chosen: Iterable[int]) -> bool:
    alone = Problem(problem.people, (task,), problem.apart, problem.mix)
    broken = problems_of(alone, Solution({task.pk: frozenset(chosen)}))
    return not any(code.startswith(("unable", "apart", "mix")) for code in broken)


def _without_kept_apart(problem: Problem) -> list[Task]:
    """Nobody is able where a person stays from whom she or he is kept apart."""
    place = {person.pk: number for number, person in enumerate(problem.people)}
    apart: defaultdict[int, set[int]] = defaultdict(set)
    for first, second in problem.apart:
        apart[first].add(second)
        apart[second].add(first)
    tasks = []
    for task in problem.tasks:
        banned = {pk for fixed in task.fixed for pk in apart.get(fixed, ())} | task.fixed
        able = task.able & ~bits(place, banned)
        tasks.append(Task(task.pk, able, task.need, task.held & able, task.fixed))
    return tasks


def _deals(problem: Problem, tasks: Iterable[Task], shuffler: random.Random) -> list[Deal]:
    house = {person.pk: _house(person) for person in problem.people}
    alike: dict[Any, Deal] = {}
    for task in tasks:
        fixed = tuple(sorted(Counter(house.get(pk, f"person:{pk}") for pk in task.fixed).items()))
        key = (task.able, task.need, task.held or None, fixed if problem.mix else len(fixed), task.held and task.pk)
        alike.setdefault(key, Deal([])).tasks.append(task)
    deals = [deal for deal in alike.values() if deal.model.need > 0]
    shuffler.shuffle(deals)
    for deal in deals:
        shuffler.shuffle(deal.tasks)
    idle = {task.pk for deal in alike.values() if deal.model.need <= 0 for task in deal.tasks}
    return deals + [Deal([task]) for task in tasks if task.pk in idle]


def _at_most(problem: Problem, task: Task) -> dict[str, int]:
    """How many of the people to choose may come from an institution, where that is a limit at all."""
    if not problem.mix or task.need + len(task.fixed) < 2:
        return {}
    house = {person.pk: _house(person) for person in problem.people}
    there = Counter(house.get(pk, "") for pk in task.fixed)
    able = Counter(_house(problem.people[place]) for place in _places(task.able))
    most = {name: max(task.need + len(task.fixed) - 1 - there[name], 0) for name in able}
    return {name: limit for name, limit in most.items() if able[name] > limit}


def _flow(problem: Problem, deals: list[Deal]) -> None:
    """Fill `given` of every deal. A few steps of load are offered first, more only where they were used up."""
    demand = sum(deal.model.need * len(deal.tasks) for deal in deals if deal.model.need > 0)
    steps = max(4, 2 * demand // max(len(problem.people), 1) + 2)
    network = _Network(problem, deals, demand)
    while demand and not network.solve(steps, demand):
        steps *= 4


SOURCE, SINK, FIRST_PERSON = 0, 1, 2


class _Network:
    """Source → deals → (institutions at their limit) → people → one arc per step of load → sink.

    A step costs the load it is put on, so the sum is least when loads are most even. A negative cycle meets the sink
    once, therefore a move only has to outweigh the dearest step, and a gap two moves per deal with holders.
    """

    def __init__(self, problem: Problem, deals: list[Deal], demand: int) -> None:
        self.problem, self.deals = problem, deals
        dearest = max((person.load for person in problem.people), default=0) + demand + 1
        self.move = dearest + 1
        self.gap = dearest + 2 * sum(1 for deal in deals if deal.model.held) * self.move + 1
        self.nodes = FIRST_PERSON + len(problem.people)
        self.arcs: list[tuple[int, int, int, int]] = []  # tail, head, capacity, cost
        self.picks: list[tuple[int, int, int]] = []  # arc, deal, place of the person
        for number, deal in enumerate(deals):
            if deal.model.need > 0:
                self._add_deal(number, deal)

    def _node(self) -> int:
        self.nodes += 1
        return self.nodes - 1

    def _add_deal(self, number: int, deal: Deal) -> None:
        task, many, here = deal.model, len(deal.tasks), self._node()
        # A gap of a nomination with holders may be the loss of one, so it costs a move as well.
        gap = self.gap + self.move * bool(task.held)
        self.arcs += [(SOURCE, here, task.need * many, 0), (here, SINK, task.need * many, gap)]
        houses: dict[str, int] = {}
        for name, limit in _at_most(self.problem, task).items():
            houses[name] = self._node()
            self.arcs.append((here, houses[name], limit * many, 0))
        for place in _places(task.able):
            price = self.move if task.held and not task.held >> place & 1 else 0
            self.picks.append((len(self.arcs), number, place))
            tail = houses.get(_house(self.problem.people[place]), here)
            self.arcs.append((tail, FIRST_PERSON + place, many, price))

    def solve(self, steps: int, demand: int) -> bool:
        """Fill `given` of the deals; False when somebody would take more than `steps`: the costs were not true then."""
        from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - 50 MB that only a worker needs

        people: list[tuple[int, int, int, int]] = []
        beyond = []
        for place, person in enumerate(self.problem.people):
            tail = FIRST_PERSON + place
            people += [(tail, SINK, 1, person.load + step) for step in range(min(steps, person.room))]
            if person.room > steps:
                beyond.append(len(self.arcs) + len(people))
                people.append((tail, SINK, person.room - steps, person.load + steps))
        flow = min_cost_flow.SimpleMinCostFlow()
        _load(flow, self.arcs + people)
        flow.set_node_supply(SOURCE, demand)
        flow.set_node_supply(SINK, -demand)
        if flow.solve() != flow.OPTIMAL:
            raise ArithmeticError("the flow has no optimum")
        if any(flow.flow(arc) for arc in beyond):
            return False
        for arc, number, place in self.picks:
            if amount := flow.flow(arc):
                self.deals[number].given[place] = amount
        return True


def _load(flow: Any, arcs: list[tuple[int, int, int, int]]) -> None:
    import numpy as np  # noqa: PLC0415 - comes with OR-tools

    table = np.array(arcs, dtype=np.int64)
    tails, heads = table[:, 0].astype(np.int32), table[:, 1].astype(np.int32)
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, table[:, 2].copy(), table[:, 3].copy())


def _dealt(problem: Problem, deal: Deal, shuffler: random.Random) -> dict[int, set[int]]:
    """Give the people of a deal to its nominations in rounds, colleagues one after the other.

    Nobody gets more than one round long, so nobody comes twice; colleagues are no longer than their limit of rounds.
    """
    partner = {first: min(first, second) for first, second in problem.apart}
    partner |= {second: min(first, second) for first, second in problem.apart}
    lot = {place: shuffler.random() for place in deal.given}

    def order(place: int) -> tuple[str, int, float]:
        person = problem.people[place]
        return _house(person), partner.get(person.pk, 0), lot[place]

    row = [place for place in sorted(deal.given, key=order) for _ in range(deal.given[place])]
    chosen: dict[int, set[int]] = {task.pk: set() for task in deal.tasks}
    for number, place in enumerate(row):
        chosen[deal.tasks[number % len(deal.tasks)].pk].add(problem.people[place].pk)
    return chosen


Broken = list[tuple[Task, tuple[int, int]]]


def _repaired(problem: Problem, tasks: list[Task], chosen: dict[int, set[int]], shuffler: random.Random) -> Broken:
    """Exchange people between nominations until no pair that is kept apart meets; what could not be mended."""
    if not problem.apart:
        return []
    others = list(tasks)
    shuffler.shuffle(others)
    return [
        (task, pair)
        for task in tasks
        for pair in sorted(problem.apart)
        if set(pair) <= chosen[task.pk] and not _exchange(problem, task, pair, others, chosen)
    ]


def _exchange(
    problem: Problem, task: Task, pair: tuple[int, int], others: list[Task], chosen: dict[int, set[int]]
) -> bool:
    place = {person.pk: number for number, person in enumerate(problem.people)}
    for leaving in pair:
        if task.held >> place[leaving] & 1:
            continue
        for other in others:
            there = chosen[other.pk]
            if leaving in there or not other.able >> place[leaving] & 1:
                continue
            for coming in sorted(there - chosen[task.pk]):
                if other.held >> place[coming] & 1 or not task.able >> place[coming] & 1:
                    continue
                here_after = (chosen[task.pk] - {leaving}) | {coming}
                there_after = (there - {coming}) | {leaving}
                if _fits(problem, task, here_after) and _fits(problem, other, there_after):
                    chosen[task.pk], chosen[other.pk] = here_after, there_after
                    return True
    return False


def _exact(problem: Problem, tasks: list[Task]) -> dict[int, set[int]]:
    """The whole problem by CP-SAT, for what flow and exchanges cannot do."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - as above

    model = cp_model.CpModel()
    pick = {
        (task.pk, problem.people[place].pk): model.new_bool_var("") for task in tasks for place in _places(task.able)
    }
    taken: defaultdict[int, list[Any]] = defaultdict(list)
    cost: list[Any] = []
    demand = sum(task.need for task in tasks)
    dearest = (max((person.load for person in problem.people), default=0) + demand + 1) * (demand + 1)
    gap = dearest * (demand + 2)
    for task in tasks:
        here = {pk: pick[task.pk, pk] for pk in sorted(_ids(problem, task.able))}
        held = _ids(problem, task.held)
        model.add(sum(here.values()) <= max(task.need, 0))
        cost += [-gap * one for one in here.values()]
        cost += [-dearest * one for pk, one in here.items() if pk in held]
        for name, limit in _at_most(problem, task).items():
            model.add(sum(here[p.pk] for p in problem.people if p.pk in here and _house(p) == name) <= limit)
        couples = [pair for pair in sorted(problem.apart) if set(pair) <= here.keys()]
        for first, second in couples:
            model.add(here[first] + here[second] <= 1)
        for pk, one in here.items():
            taken[pk].append(one)
    for person in problem.people:
        steps = [model.new_bool_var("") for _ in range(min(max(person.room, 0), len(taken[person.pk])))]
        model.add(sum(taken[person.pk]) == sum(steps))
        cost += [(person.load + step) * one for step, one in enumerate(steps)]
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = problem.seed % 2**31
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = EXACT_EFFORT
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise ArithmeticError("no solution was found in time")
    chosen: dict[int, set[int]] = {task.pk: set() for task in tasks}
    for (task_pk, pk), one in pick.items():
        if solver.value(one):
            chosen[task_pk].add(pk)
    return chosen


class Lack(StrEnum):
    """What keeps a nomination from having enough people."""

    PEOPLE = "people"
    INSTITUTIONS = "institutions"
    ROOM = "room"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Shortage:
    """One nomination with fewer people than it needs. `people`: those whose room is used up, for `Lack.ROOM`.

    `able` could judge it; `wanted` tasks of `people` are asked of them altogether, more than their `room`.
    """

    pk: int
    lack: Lack
    need: int
    missing: int
    able: int
    people: frozenset[int] = frozenset()
    room: int = 0
    wanted: int = 0


def shortages(problem: Problem, solution: Solution) -> list[Shortage]:
    """Why nominations lack people: the first rule that alone makes it impossible. Empty when nothing lacks."""
    short = {t.pk: t.need - len(solution.chosen[t.pk]) for t in problem.tasks}
    tasks = {task.pk: task for task in _without_kept_apart(problem)}
    return [_shortage(problem, solution, tasks, pk, missing) for pk, missing in short.items() if missing > 0]


def _shortage(problem: Problem, solution: Solution, tasks: dict[int, Task], pk: int, missing: int) -> Shortage:
    task = tasks[pk]
    able = task.able.bit_count()
    if able < task.need:
        return Shortage(pk, Lack.PEOPLE, task.need, missing, able)
    limits = _at_most(problem, task)
    houses = Counter(_house(problem.people[place]) for place in _places(task.able))
    if sum(min(count, limits.get(name, count)) for name, count in houses.items()) < task.need:
        return Shortage(pk, Lack.INSTITUTIONS, task.need, missing, able)
    left = _room_left(problem, solution)
    if any(left[person] > 0 for person in _ids(problem, task.able) - solution.chosen[pk]):
        return Shortage(pk, Lack.APART, task.need, missing, able)
    people, asked = _crowded(problem, solution, tasks, task)
    room = sum(max(person.room, 0) for person in problem.people if person.pk in people)
    return Shortage(pk, Lack.ROOM, task.need, missing, able, people, room, asked)


def _crowded(problem: Problem, solution: Solution, tasks: dict[int, Task], task: Task) -> tuple[frozenset[int], int]:
    """People who are full and could only be relieved by each other, and how many tasks are asked of them."""
    mask, reached = task.able, {task.pk}
    grown = True
    while grown:
        grown = False
        full = _ids(problem, mask)
        for other in tasks.values():
            if other.pk not in reached and solution.chosen[other.pk] & full:
                reached.add(other.pk)
                grown = grown or bool(other.able & ~mask)
                mask |= other.able
    people = _ids(problem, mask)
    return people, sum(tasks[pk].need for pk in reached)
