from typing import Any

from core.errors import DomainError, RuleBroken


class Duplicate(RuleBroken):
    """A number or name that must be unique is taken. `record` holds it when the actor may see it."""

    def __init__(self, message: str, *, field: str, record: Any = None) -> None:
        super().__init__(message)
        self.field = field
        self.record = record


class MergedAway(DomainError):
    """The record was merged into another one, `winner`, which is the one that counts."""

    status = 409

    def __init__(self, message: str, *, winner: Any) -> None:
        super().__init__(message)
        self.winner = winner
