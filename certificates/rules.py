"""Rules about validity: facts in, answers out."""

EXPIRY_STEPS = (7, 30, 90)  # days before the last day on which regions are reminded


def expiry_step(days_left: int) -> int | None:
    """Which reminder is due: the nearest step that the days left have reached; None before the first and afterwards."""
    if days_left < 0:
        return None
    return next((step for step in EXPIRY_STEPS if days_left <= step), None)
