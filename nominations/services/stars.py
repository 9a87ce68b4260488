"""Stars in force, as the room that issues certificates reports them: a holder is not nominated anew."""

from datetime import date

from nominations.models import Nomination


def note_star(*, nomination_id: int, until: date | None) -> None:
    """A certificate was issued; `until` is the last day of its validity, None when it does not end. One query.

    A star without end is kept as one until `date.max`, the last day there is: so it is in force in every comparison.
    """
    Nomination.objects.filter(pk=nomination_id).update(star_until=until or date.max)


def forget_star(*, nomination_id: int) -> None:
    """The certificate is no longer in force. One query."""
    Nomination.objects.filter(pk=nomination_id).update(star_until=None)
