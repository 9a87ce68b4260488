"""Rules about validity: facts in, answers out."""

from datetime import datetime

from certificates.enums import StarOutcome
from nominations.enums import Status

EXPIRY_STEPS = (7, 30, 90)  # days before the last day on which regions are reminded


def expiry_step(days_left: int) -> int | None:
    """Which reminder is due: the nearest step that the days left have reached; None before the first and afterwards."""
    if days_left < 0:
        return None
    return next((step for step in EXPIRY_STEPS if days_left <= step), None)


# A renewal that was not sent; once the window is closed it cannot be any more.
NOT_SENT = frozenset({None, Status.DRAFT})
FAILED = frozenset({Status.INELIGIBLE})
FAILED_WHEN_RELEASED = frozenset({Status.ELIMINATED, Status.NOT_RECOMMENDED, Status.RETURNED})


def star_outcome(before: int, after: int | None) -> StarOutcome:
    """What became of a star; `after` is None when the re-evaluation ended without one."""
    if after is None:
        return StarOutcome.LAPSE
    if after == before:
        return StarOutcome.KEEP
    return StarOutcome.UP if after > before else StarOutcome.DOWN


def renewal_is_over(status: str | None, *, now: datetime, closes_at: datetime | None, released: bool) -> bool:
    """Whether a renewal can bring no star any more, as far as the region may know; `status` None for none begun."""
    if status in NOT_SENT:
        return released or (closes_at is not None and closes_at < now)
    return status in FAILED or (released and status in FAILED_WHEN_RELEASED)
