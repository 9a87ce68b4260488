"""How the maths says what is wrong: a stable code and the place. Words for people are made elsewhere."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    where: str = ""


class InvalidInput(ValueError):
    """Raised instead of computing on data that break a rule."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.code} {problem.where}".strip() for problem in self.problems))


def refuse_if(problems: Iterable[Problem]) -> None:
    """Raise InvalidInput when there is any problem."""
    found = tuple(problems)
    if found:
        raise InvalidInput(found)


@contextmanager
def parsing(code: str) -> Iterator[None]:
    """Turn whatever a wrongly shaped document causes into one InvalidInput with this code."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise InvalidInput([Problem(code, repr(error))]) from error
