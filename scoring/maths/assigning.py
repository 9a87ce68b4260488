"""Who judges what, as a problem of numbers: the problem, whether a solution is one, and what is lacking.

`problems_of` checks any solution without knowing how it was made; `scoring.maths.solving` makes one. See
docs/adr/0014-assignment-solver.md.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain


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


def cost_of(problem: Problem, solution: Solution) -> tuple[int, int, int]:
    """Gaps, moves, and the sum of squared loads: what `solve` makes small, in this order."""
    gaps = sum(task.need - len(solution.chosen[task.pk]) for task in problem.tasks)
    moves = sum(len(ids_of(problem, task.held) - solution.chosen[task.pk]) for task in problem.tasks)
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
    institutions = {person.pk: house_of(person) for person in problem.people}
    for task in problem.tasks:
        chosen = solution.chosen.get(task.pk, frozenset())
        given.update(chosen)
        if chosen - ids_of(problem, task.able) or chosen & task.fixed or len(chosen) > task.need:
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
        takers = [pk for pk in ids_of(problem, task.able) - chosen if room[pk] > 0]
        least = min(takers, key=lambda pk: loads[pk], default=None)
        if least is None:
            continue
        for giver in chosen - ids_of(problem, task.held):
            if loads[giver] - loads[least] < 2:
                continue
            found += [
                (task.pk, giver, taker)
                for taker in takers
                if loads[giver] - loads[taker] > 1 and fits(problem, task, (chosen - {giver}) | {taker})
            ]
    return found


def bits(people: Mapping[int, int], chosen: Iterable[int]) -> int:
    """The set of people as bits. `people`: place by id; whoever is not there is left out."""
    return sum(1 << people[pk] for pk in set(chosen) if pk in people)


# The pieces


def places(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def ids_of(problem: Problem, mask: int) -> frozenset[int]:
    return frozenset(problem.people[place].pk for place in places(mask))


def house_of(person: Person) -> str:
    """Who has no institution is nobody's colleague."""
    return person.institution or f"person:{person.pk}"


def _room_left(problem: Problem, solution: Solution) -> dict[int, int]:
    more = Counter(chain.from_iterable(solution.chosen.values()))
    return {person.pk: person.room - more[person.pk] for person in problem.people}


def fits(problem: Problem, task: Task, chosen: Iterable[int]) -> bool:
    alone = Problem(problem.people, (task,), problem.apart, problem.mix)
    broken = problems_of(alone, Solution({task.pk: frozenset(chosen)}))
    return not any(code.startswith(("unable", "apart", "mix")) for code in broken)


def without_kept_apart(problem: Problem) -> list[Task]:
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


def at_most(problem: Problem, task: Task) -> dict[str, int]:
    """How many of the people to choose may come from an institution, where that is a limit at all."""
    if not problem.mix or task.need + len(task.fixed) < 2:
        return {}
    house = {person.pk: house_of(person) for person in problem.people}
    there = Counter(house.get(pk, "") for pk in task.fixed)
    able = Counter(house_of(problem.people[place]) for place in places(task.able))
    most = {name: max(task.need + len(task.fixed) - 1 - there[name], 0) for name in able}
    return {name: limit for name, limit in most.items() if able[name] > limit}


class Lack(StrEnum):
    """What keeps a nomination from having enough people.

    PEOPLE and INSTITUTIONS alone make it impossible, whatever the other rules allow. ROOM: with more room for the named
    people there would be fewer gaps. APART: without the pairs kept apart there would be fewer gaps.
    """

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
    """Why nominations lack people: a rule that binds, see `Lack`. `solution` is one of `scoring.maths.solving.solve`.

    Empty when nothing lacks.
    """
    board = _Board(problem, solution)
    short = {task.pk: task.need - len(solution.chosen[task.pk]) for task in problem.tasks}
    return [_shortage(board, board.tasks[pk], missing) for pk, missing in short.items() if missing > 0]


def _shortage(board: "_Board", task: Task, missing: int) -> Shortage:
    able = task.able.bit_count()
    if able < task.need:
        return Shortage(task.pk, Lack.PEOPLE, task.need, missing, able)
    limits = board.limits[task.pk]
    houses = Counter(board.house[place] for place in places(task.able))
    if sum(min(count, limits.get(name, count)) for name, count in houses.items()) < task.need:
        return Shortage(task.pk, Lack.INSTITUTIONS, task.need, missing, able)
    crowd = board.crowd_of(task.pk)
    if crowd is None:
        return Shortage(task.pk, Lack.APART, task.need, missing, able)
    people = ids_of(board.problem, crowd.people)
    room = sum(max(board.problem.people[place].room, 0) for place in places(crowd.people))
    wanted = sum(board.tasks[pk].need - (board.chosen[pk] & ~crowd.people).bit_count() for pk in crowd.tasks)
    return Shortage(task.pk, Lack.ROOM, task.need, missing, able, people, room, wanted)


@dataclass(frozen=True, slots=True)
class _Crowd:
    """People without room who could be relieved by each other alone, and the nominations that ask for them."""

    people: int
    tasks: frozenset[int]


class _Board:
    """A problem without its pairs kept apart, beside a solution: who could come where, and relieve whom.

    This is the residual graph of the flow of `scoring.maths.solving`. Without pairs the flow is best, so no chain of
    exchanges leads from a gap to free room; where one does, the pairs alone stand in its way.
    """

    def __init__(self, problem: Problem, solution: Solution) -> None:
        self.problem = problem
        place = {person.pk: number for number, person in enumerate(problem.people)}
        alone = Problem(problem.people, problem.tasks, mix=problem.mix)
        self.tasks = {task.pk: task for task in without_kept_apart(alone)}  # able without those who are fixed
        self.chosen = {task.pk: bits(place, solution.chosen[task.pk]) for task in problem.tasks}
        self.house = [house_of(person) for person in problem.people]
        self.limits = {task.pk: at_most(problem, task) for task in self.tasks.values()}
        self.free = bits(place, (pk for pk, left in _room_left(problem, solution).items() if left > 0))
        self._colleagues: defaultdict[str, int] = defaultdict(int)
        self._held_by: defaultdict[int, list[int]] = defaultdict(list)
        for number, name in enumerate(self.house):
            self._colleagues[name] |= 1 << number
        for pk, mask in self.chosen.items():
            for number in places(mask):
                self._held_by[number].append(pk)
        self._known: dict[int, _Crowd] = {}

    def crowd_of(self, start: int) -> _Crowd | None:
        """Who would have to be relieved for the nomination; None when a chain of exchanges leads to free room.

        Whatever such a chain can reach is one crowd: its other gaps are not searched again.
        """
        if start in self._known:
            return self._known[start]
        people, reached, waiting = 0, {start}, [self._welcome(start)]
        while waiting:
            fresh = waiting.pop() & ~people
            if fresh & self.free:
                return None
            people |= fresh
            for number in places(fresh):
                for pk in self._held_by[number]:
                    if pk not in reached:
                        reached.add(pk)
                        waiting.append(self._welcome(pk))
                    waiting.append(self.tasks[pk].able & ~self.chosen[pk] & self._colleagues[self.house[number]])
        crowd = _Crowd(people, frozenset(reached))
        self._known |= dict.fromkeys(reached, crowd)
        return crowd

    def _welcome(self, pk: int) -> int:
        """Who could come as one more: able, not there, and the institution is not at its limit."""
        chosen = self.chosen[pk]
        full = 0
        for name, limit in self.limits[pk].items():
            if (chosen & self._colleagues[name]).bit_count() >= limit:
                full |= self._colleagues[name]
        return self.tasks[pk].able & ~chosen & ~full
