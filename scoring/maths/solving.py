"""The best solution of `scoring.maths.assigning`: coverage first, then few moves, then even load.

Nominations that nobody can tell apart are one class, so that 10,000 of them become some hundred. A min-cost flow over
classes, institutions and people is exact for coverage, capacity, mixed institutions and even load; dealing a class out
round by round keeps that. Pairs that are kept apart are no flow: exchanges that change no load repair them, and where
none is found, CP-SAT solves the whole problem. OR-tools is loaded only where it is used.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scoring.maths.assigning import Problem, Solution, Task, at_most, fits, house_of, ids_of, places, without_kept_apart

EXACT_LIMIT = 60_000  # pairs of nomination and person that CP-SAT may still be asked about
EXACT_EFFORT = 30.0  # CP-SAT's deterministic time, not seconds: the same seed gives the same answer on any machine
Broken = list[tuple[Task, tuple[int, int]]]


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
    tasks = without_kept_apart(problem)
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
            chosen[task.pk].discard(max(pair, key=lambda person: person not in ids_of(problem, task.held)))
    return Solution({pk: frozenset(people) for pk, people in chosen.items()})


def _deals(problem: Problem, tasks: Iterable[Task], shuffler: random.Random) -> list[Deal]:
    house = {person.pk: house_of(person) for person in problem.people}
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
        for name, limit in at_most(self.problem, task).items():
            houses[name] = self._node()
            self.arcs.append((here, houses[name], limit * many, 0))
        for place in places(task.able):
            price = self.move if task.held and not task.held >> place & 1 else 0
            self.picks.append((len(self.arcs), number, place))
            tail = houses.get(house_of(self.problem.people[place]), here)
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
        return house_of(person), partner.get(person.pk, 0), lot[place]

    row = [place for place in sorted(deal.given, key=order) for _ in range(deal.given[place])]
    chosen: dict[int, set[int]] = {task.pk: set() for task in deal.tasks}
    for number, place in enumerate(row):
        chosen[deal.tasks[number % len(deal.tasks)].pk].add(problem.people[place].pk)
    return chosen


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
                if fits(problem, task, here_after) and fits(problem, other, there_after):
                    chosen[task.pk], chosen[other.pk] = here_after, there_after
                    return True
    return False


def _exact(problem: Problem, tasks: list[Task]) -> dict[int, set[int]]:
    """The whole problem by CP-SAT, for what flow and exchanges cannot do."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - as above

    model = cp_model.CpModel()
    pick = {
        (task.pk, problem.people[place].pk): model.new_bool_var("") for task in tasks for place in places(task.able)
    }
    taken: defaultdict[int, list[Any]] = defaultdict(list)
    cost: list[Any] = []
    demand = sum(task.need for task in tasks)
    dearest = (max((person.load for person in problem.people), default=0) + demand + 1) * (demand + 1)
    gap = dearest * (demand + 2)
    for task in tasks:
        here = {pk: pick[task.pk, pk] for pk in sorted(ids_of(problem, task.able))}
        held = ids_of(problem, task.held)
        model.add(sum(here.values()) <= max(task.need, 0))
        cost += [-gap * one for one in here.values()]
        cost += [-dearest * one for pk, one in here.items() if pk in held]
        for name, limit in at_most(problem, task).items():
            model.add(sum(here[p.pk] for p in problem.people if p.pk in here and house_of(p) == name) <= limit)
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
