"""Krippendorff's alpha against the published example, and laws that hold for every panel."""

from random import Random

import pytest
from hypothesis import assume
from hypothesis import strategies as st

from scoring.maths.statistics.agreement import krippendorff
from tests.scoring.test_maths_properties import law

# Krippendorff (2011), example C: four observers, twelve units, some without a value.
PUBLISHED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def flat(table: list[list[int | None]]) -> tuple[list[int], list[float]]:
    cells = [(unit, value) for row in table for unit, value in enumerate(row) if value is not None]
    return [unit for unit, _ in cells], [float(value) for _, value in cells]


@pytest.mark.parametrize(("metric", "alpha"), [("interval", 0.849), ("ordinal", 0.815)])
def test_published_example(metric, alpha):
    found = krippendorff(*flat(PUBLISHED), metric)
    assert round(found.alpha, 3) == alpha
    assert (found.units, found.values) == (11, 40)  # the unit with one value does not count


def test_by_hand():
    """Two units, two values each: (1, 2) and (3, 4). Do = 1; De = the mean of the squared differences of all pairs."""
    found = krippendorff([0, 0, 1, 1], [1, 2, 3, 4], "interval")
    assert found.alpha == pytest.approx(1 - 1 / (2 * (1 + 4 + 9 + 1 + 4 + 1) / 12))


def test_nothing_to_compare():
    assert krippendorff([], [], "interval").alpha is None
    assert krippendorff([1, 2, 3], [70, 80, 90], "interval").alpha is None
    assert krippendorff([1, 1, 2, 2], [80, 80, 80, 80], "interval").alpha is None


panels = st.lists(st.lists(st.integers(0, 100), min_size=2, max_size=5), min_size=2, max_size=8)


@law(panels, st.sampled_from(["interval", "ordinal"]))
def test_perfect_agreement_is_one(panel, metric):
    assume(len({unit[0] for unit in panel}) > 1)
    cells = [(number, float(unit[0])) for number, unit in enumerate(panel) for _ in unit]
    assert krippendorff(*zip(*cells, strict=True), metric).alpha == pytest.approx(1)


@law(panels, st.sampled_from(["interval", "ordinal"]), st.randoms())
def test_order_and_names_do_not_matter(panel, metric, random: Random):
    cells = [(number, float(value)) for number, unit in enumerate(panel) for value in unit]
    assume(len({value for _, value in cells}) > 1)
    once = krippendorff(*zip(*cells, strict=True), metric)
    names = random.sample(range(1000), len(panel))
    shuffled = [(names[unit], value) for unit, value in random.sample(cells, len(cells))]
    again = krippendorff(*zip(*shuffled, strict=True), metric)
    assert again.alpha == pytest.approx(once.alpha)
    assert (again.units, again.values) == (once.units, once.values)


@law(panels, st.integers(-50, 50), st.integers(1, 9))
def test_another_scale_changes_nothing(panel, shift, factor):
    cells = [(number, float(value)) for number, unit in enumerate(panel) for value in unit]
    assume(len({value for _, value in cells}) > 1)
    units, values = zip(*cells, strict=True)
    moved = [factor * value + shift for value in values]
    for metric in ("interval", "ordinal"):
        assert krippendorff(units, moved, metric).alpha == pytest.approx(krippendorff(units, values, metric).alpha)
