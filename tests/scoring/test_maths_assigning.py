"""The solver against brute force on small problems, and against its own checker on large ones (case 15)."""

import random
from dataclasses import replace
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.maths.assigning import (
    Lack,
    Person,
    Problem,
    Solution,
    Task,
    bits,
    cost_of,
    loads_of,
    problems_of,
    shortages,
    uneven_pairs,
)
from scoring.maths.solving import solve


@st.composite
def small_problems(draw, *, held: bool = True, pairs: bool = True):
    count = draw(st.integers(1, 4))
    people = tuple(
        Person(
            pk=number + 1,
            institution=draw(st.sampled_from(["", "Balai A", "Balai B"])),
            load=draw(st.integers(0, 2)),
            room=draw(st.integers(0, 3)),
        )
        for number in range(count)
    )
    tasks = []
    for number in range(draw(st.integers(1, 3))):
        fixed = draw(st.sets(st.integers(1, count), max_size=1)) if draw(st.booleans()) else set()
        able = draw(st.integers(0, 2**count - 1)) & ~sum(1 << (pk - 1) for pk in fixed)
        had = able & draw(st.integers(0, 2**count - 1)) if held and draw(st.booleans()) else 0
        need = max(draw(st.integers(0, 3)), had.bit_count())
        tasks.append(Task(number + 1, able, need, had, frozenset(fixed)))
    couples = list(combinations(range(1, count + 1), 2))
    apart = draw(st.sets(st.sampled_from(couples), max_size=2)) if couples and pairs else set()
    return Problem(people, tuple(tasks), frozenset(apart), draw(st.booleans()), draw(st.integers(1, 5)))


def best_cost(problem: Problem) -> tuple[int, int, int]:
    """Every choice there is, tried one by one."""
    choices = []
    for task in problem.tasks:
        able = [person.pk for place, person in enumerate(problem.people) if task.able >> place & 1]
        choices.append([set(c) for size in range(task.need + 1) for c in combinations(able, size)])
    costs = []
    for picked in product(*choices):
        given_to = zip(problem.tasks, picked, strict=True)
        solution = Solution({task.pk: frozenset(people) for task, people in given_to})
        if not problems_of(problem, solution):
            costs.append(cost_of(problem, solution))
    return min(costs)


@settings(max_examples=400, deadline=None)
@given(small_problems())
def test_as_good_as_trying_everything(problem):
    solution = solve(problem)
    assert problems_of(problem, solution) == []
    assert cost_of(problem, solution) == best_cost(problem)


@settings(max_examples=150, deadline=None)
@given(small_problems(held=False, pairs=False))
def test_load_differs_by_at_most_one_among_all_who_could_take_it(problem):
    assert uneven_pairs(problem, solve(problem)) == []


@settings(max_examples=50, deadline=None)
@given(small_problems())
def test_same_seed_same_answer(problem):
    assert solve(problem) == solve(problem)


def nation(nominations: int, people: int, *, seed: int = 3, own: float = 0.0, pairs: int = 10) -> Problem:
    """A country: `own` of the nominations have conflicts of their own."""
    lot = random.Random(seed)  # noqa: S311 - a made-up country
    panel = tuple(Person(n + 1, f"Balai {lot.randrange(40)}", 0, 10_000) for n in range(people))
    skills = [set(lot.sample(range(16), lot.randint(2, 6))) for _ in panel]
    homes = [lot.randrange(38) for _ in panel]
    tasks = []
    for number in range(nominations):
        commodity, province = lot.randrange(16), lot.randrange(38)
        able = sum(1 << n for n in range(people) if commodity in skills[n] and homes[n] != province)
        if lot.random() < own:
            able &= ~(1 << lot.randrange(people))
        tasks.append(Task(number + 1, able, 3))
    apart = frozenset(tuple(sorted(lot.sample(range(1, people + 1), 2))) for _ in range(pairs))
    return Problem(panel, tuple(tasks), apart, True, 7)


def test_case_15_a_country_with_nobody_overloaded():
    for own in (0.0, 1.0):
        problem = nation(1000, 80, own=own)
        solution = solve(problem)
        assert problems_of(problem, solution) == []
        assert cost_of(problem, solution)[0] == 0
        loads = loads_of(problem, solution).values()
        assert sum(loads) == 3000
        assert max(loads) - min(loads) <= 1
        assert uneven_pairs(problem, solution) == []


def four(*institutions: str) -> tuple[Person, ...]:
    return tuple(Person(number + 1, name, 0, 99) for number, name in enumerate(institutions))


def test_the_checker_sees_every_broken_rule():
    people = (*four("A", "A", "B"), Person(4, "C", 0, 0))
    problem = Problem(people, (Task(7, 0b1101, 2),), frozenset({(1, 3)}))

    def broken(*chosen: int) -> list[str]:
        return problems_of(problem, Solution({7: frozenset(chosen)}))

    assert broken(2) == ["unable:7"]
    assert broken(1, 3) == ["apart:7"]
    assert broken(3, 4) == ["room:4"]
    assert broken(3) == []
    colleagues = Problem(people, (Task(7, 0b0011, 2),))
    assert problems_of(colleagues, Solution({7: frozenset({1, 2})})) == ["mix:7"]
    fixed = Problem(people, (Task(7, 0b0011, 1, fixed=frozenset({1})),))
    assert "mix:7" in problems_of(fixed, Solution({7: frozenset({2})}))


def test_colleagues_alone_leave_a_gap():
    problem = Problem(four("A", "A", "A"), (Task(1, 0b111, 3),))
    assert cost_of(problem, solve(problem))[0] == 1
    assert cost_of(problem, solve(Problem(problem.people, problem.tasks, mix=False)))[0] == 0


def lacks(problem: Problem) -> list[tuple[Lack, int]]:
    return [(one.lack, one.missing) for one in shortages(problem, solve(problem))]


def test_the_binding_rule_is_named():
    two = four("A", "B")
    assert lacks(Problem(two, (Task(1, 0b11, 3),))) == [(Lack.PEOPLE, 1)]
    assert lacks(Problem(four("A", "A", "A"), (Task(1, 0b111, 3),))) == [(Lack.INSTITUTIONS, 1)]
    assert lacks(Problem(two, (Task(1, 0b11, 2),), frozenset({(1, 2)}))) == [(Lack.APART, 1)]
    assert lacks(Problem(two, (Task(1, 0b11, 2),))) == []


def test_who_is_full_is_named_and_nobody_else():
    """Two tasks only for the full two; a third person, free, can do neither of them."""
    people = (Person(1, "A", 0, 1), Person(2, "B", 0, 1), Person(3, "C", 0, 9))
    tasks = (Task(1, 0b011, 2), Task(2, 0b011, 2), Task(3, 0b100, 1))
    problem = Problem(people, tasks)
    solution = solve(problem)
    short = shortages(problem, solution)
    assert sum(one.missing for one in short) == 2
    for one in short:
        assert (one.lack, one.people, one.room, one.wanted) == (Lack.ROOM, {1, 2}, 2, 4)


def test_two_rules_that_bind_together_name_one_that_helps():
    """Both nominations need the one person of B, with room for one; the others of A may not fill the gap."""
    people = (Person(1, "A", 0, 9), Person(2, "A", 0, 9), Person(3, "B", 0, 1))
    tasks = (Task(1, 0b111, 2), Task(2, 0b111, 2))
    problem = Problem(people, tasks)
    [one] = shortages(problem, solve(problem))
    assert (one.lack, one.people, one.room, one.wanted) == (Lack.ROOM, {3}, 1, 2)


def test_nobody_is_told_of_pairs_kept_apart_where_there_are_none():
    people = (Person(1, "A", 0, 1), Person(2, "A", 0, 1), Person(3, "B", 0, 1))
    problem = Problem(people, (Task(1, 0b111, 2), Task(2, 0b111, 2)))
    assert lacks(problem) == [(Lack.ROOM, 1)]


def test_who_stays_keeps_others_away_and_that_is_the_reason():
    """One of the two who could come is kept apart from the person who stays."""
    problem = Problem(four("A", "B", "C"), (Task(1, 0b110, 2, fixed=frozenset({1})),), frozenset({(1, 2)}))
    assert lacks(problem) == [(Lack.APART, 1)]


def gaps_of(problem: Problem) -> int:
    return cost_of(problem, solve(problem))[0]


def roomy(problem: Problem, people: frozenset[int]) -> Problem:
    """The same without pairs, and with room enough for these people."""
    panel = tuple(replace(one, room=one.room + 9 if one.pk in people else one.room) for one in problem.people)
    return replace(problem, people=panel, apart=frozenset())


@settings(max_examples=500, deadline=None)
@given(small_problems())
def test_a_named_rule_binds(problem):
    """Impossible by this rule alone, or one gap less without it."""
    solution = solve(problem)
    everybody = frozenset(one.pk for one in problem.people)
    gaps, freed = cost_of(problem, solution)[0], roomy(problem, everybody)
    for one in shortages(problem, solution):
        task = next(task for task in problem.tasks if task.pk == one.pk)
        if one.lack == Lack.PEOPLE:
            assert gaps_of(replace(freed, tasks=(task,), mix=False)) > 0
        elif one.lack == Lack.INSTITUTIONS:
            assert gaps_of(replace(freed, tasks=(task,))) > 0
            assert gaps_of(replace(freed, tasks=(task,), mix=False)) == 0
        elif one.lack == Lack.APART:
            assert gaps_of(replace(problem, apart=frozenset())) < gaps
        else:
            assert one.wanted > one.room
            assert all(
                person.room <= sum(person.pk in c for c in solution.chosen.values()) or person.room <= 0
                for person in problem.people
                if person.pk in one.people
            )
            assert gaps_of(roomy(problem, one.people)) < gaps


@settings(max_examples=100, deadline=None)
@given(small_problems())
def test_every_gap_has_a_reason_and_nothing_else_has(problem):
    solution = solve(problem)
    gaps = {task.pk for task in problem.tasks if len(solution.chosen[task.pk]) < task.need}
    assert {one.pk for one in shortages(problem, solution)} == gaps


def test_rebalancing_moves_nobody_without_need():
    """Uneven on purpose: who holds a nomination keeps it, and only the gap of the second one is filled."""
    people = four("A", "B", "C", "D")
    place = {person.pk: number for number, person in enumerate(people)}
    held = [{1, 2}, {1}, {1, 2}]
    tasks = tuple(Task(n + 1, 0b1111, 2, bits(place, have)) for n, have in enumerate(held))
    solution = solve(Problem(people, tasks))
    assert solution.chosen[1] == {1, 2}
    assert solution.chosen[3] == {1, 2}
    assert 1 in solution.chosen[2]
    assert solution.chosen[2] & {3, 4}


def test_pair_kept_apart_that_only_an_exchange_can_part():
    people = four("A", "B", "C", "D")
    tasks = tuple(Task(number, 0b1111, 2) for number in range(1, 21))
    problem = Problem(people, tasks, frozenset({(1, 2), (3, 4)}))
    solution = solve(problem)
    assert problems_of(problem, solution) == []
    assert set(loads_of(problem, solution).values()) == {10}
