"""Can sheets of one version of an instrument be counted by another one?"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from scoring.maths.instrument import InstrumentSpec
from scoring.maths.problems import Problem
from scoring.maths.sheets import value_problem


def version_problems(
    old: InstrumentSpec, new: InstrumentSpec, given: Iterable[Mapping[str, Decimal]] = ()
) -> list[Problem]:
    """Every indicator that keeps the new version from counting what was given under the old one.

    The two need the same indicators by code, and each value that was given must be one that the new version knows.
    The same value is taken to mean the same: points of an option are moved by a new code, never by a new version alone.
    """
    before = {indicator.code for indicator in old.indicators}
    after = {indicator.code: indicator for indicator in new.indicators}
    found = [Problem("indicator_added", code) for code in after if code not in before]
    found += [Problem("indicator_removed", one.code) for one in old.indicators if one.code not in after]
    values: dict[str, set[Decimal]] = {}
    for scores in given:
        for code, value in scores.items():
            values.setdefault(code, set()).add(value)
    for code, indicator in after.items():
        lost = [value for value in sorted(values.get(code, ())) if value_problem(indicator, value)]
        found += [Problem("value_lost", f"{code} {value.normalize():f}") for value in lost]
    return found
