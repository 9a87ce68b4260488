"""Exact arithmetic and the one place where a score is rounded."""

from collections.abc import Iterable
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow, localcontext
from fractions import Fraction
from math import floor

# An operation that would lose a digit raises `Inexact`; nothing is rounded on the way.
EXACT = Context(prec=60, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """The sum without loss; products inside a generator expression are formed without loss, too."""
    with localcontext(EXACT):
        return sum(values, Decimal())


def mean(values: Iterable[Fraction]) -> Fraction:
    """The arithmetic mean of at least one value."""
    numbers = list(values)
    return sum(numbers, Fraction()) / len(numbers)


def round_half_up(value: Fraction) -> Decimal:
    """A score (never negative) to 2 decimals; 0.005 goes up."""
    hundredths = floor(value * 100 + Fraction(1, 2))
    return Decimal(hundredths).scaleb(-2, EXACT)


def number_from(value: object) -> Decimal:
    """A number of a JSON document: an integer or a decimal string, so that no binary fraction slips in."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(f"not an integer or a decimal string: {value!r}")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(f"not a finite number: {value!r}")
    return number
