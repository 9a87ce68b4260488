"""Severity: worked by hand, and laws that hold for every panel."""

from random import Random

import numpy as np
import pytest
from hypothesis import strategies as st

from scoring.maths.statistics.severity import fit
from tests.scoring.test_maths_properties import law


def test_by_hand():
    """Both judged both; B gives 4 more each time. Leniencies add up to 0, so −2 and +2; adjusted: 72 and 82 twice."""
    found = fit([0, 0, 1, 1], [0, 1, 0, 1], [70, 74, 80, 84])
    assert [one.leniency for one in found.assessors] == pytest.approx([-2, 2])
    assert found.adjusted == pytest.approx([72, 72, 82, 82])
    assert [one.consistency for one in found.assessors] == pytest.approx([0, 0])
    assert [one.mean for one in found.assessors] == [75, 79]
    assert found.linked


def test_comparison_through_a_third():
    """A and C share no entry; B links them. B gives 2 more than A, C 3 more than B."""
    found = fit([0, 0, 1, 1], [0, 1, 1, 2], [60, 62, 80, 83])
    a, b, c = (one.leniency for one in found.assessors)
    assert (b - a, c - b, a + b + c) == pytest.approx((2, 3, 0))
    assert found.adjusted[0] == pytest.approx(found.adjusted[1])


def test_two_groups_are_not_compared():
    found = fit([0, 0, 1, 1], [0, 1, 2, 3], [60, 62, 90, 94])
    assert found.groups == 2
    assert found.adjusted is None
    assert [one.leniency for one in found.assessors] == pytest.approx([-1, 1, -2, 2])


def test_who_judges_alone_has_no_figure():
    found = fit([0, 0, 1], [0, 1, 2], [70, 70, 90])
    assert found.assessors[2].leniency is None
    assert found.assessors[2].sheets == 1
    assert not found.linked


@st.composite
def designs(draw):
    """Every assessor has judged the first entry, so all are linked."""
    people = draw(st.integers(2, 6))
    more = draw(st.lists(st.tuples(st.integers(1, 9), st.integers(0, people - 1)), max_size=20, unique=True))
    pairs = [(0, one) for one in range(people)] + more
    totals = draw(st.lists(st.integers(0, 100), min_size=len(pairs), max_size=len(pairs)))
    return [p[0] for p in pairs], [p[1] for p in pairs], [float(t) for t in totals]


@law(designs(), st.data(), st.integers(-30, 30))
def test_a_constant_of_one_assessor_is_found_as_leniency(design, data, constant):
    entries, who, totals = design
    chosen = data.draw(st.sampled_from(sorted(set(who))))
    moved = [total + constant * (one == chosen) for total, one in zip(totals, who, strict=True)]
    before, after = fit(entries, who, totals), fit(entries, who, moved)
    shift = np.array([one.leniency for one in after.assessors]) - [one.leniency for one in before.assessors]
    people = len(after.assessors)
    expected = [constant * (1 - 1 / people) if one == chosen else -constant / people for one in range(people)]
    assert shift == pytest.approx(expected, abs=1e-6)
    assert after.adjusted - before.adjusted == pytest.approx(constant / people, abs=1e-6)
    assert [one.consistency for one in after.assessors] == pytest.approx(
        [one.consistency for one in before.assessors], abs=1e-5
    )


@law(designs(), st.randoms())
def test_order_does_not_matter(design, random: Random):
    rows = list(zip(*design, strict=True))
    shuffled = random.sample(rows, len(rows))
    once, again = fit(*zip(*rows, strict=True)), fit(*zip(*shuffled, strict=True))
    assert [one.leniency for one in again.assessors] == pytest.approx([o.leniency for o in once.assessors], abs=1e-6)
    assert sorted(again.adjusted) == pytest.approx(sorted(once.adjusted), abs=1e-6)


@law(designs())
def test_leniencies_add_up_to_nothing(design):
    assert sum(one.leniency for one in fit(*design).assessors) == pytest.approx(0, abs=1e-6)
