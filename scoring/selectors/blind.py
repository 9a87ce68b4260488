"""What scorers of a blind stage are not told."""

from typing import NamedTuple

from nominations.models import Requirement
from scoring.models import Assignment, BlindText


class Cover(NamedTuple):
    """`hidden`: codes of documents that are closed; `texts`: what is read in place of a row, by its label."""

    hidden: frozenset[str]
    texts: dict[str, str]


def cover_of(assignment: Assignment) -> Cover | None:
    """None in an open stage, else two queries."""
    if not assignment.stage.blind:
        return None
    hidden = Requirement.objects.filter(period=assignment.nomination.period_id, hidden_when_blind=True)
    return Cover(frozenset(hidden.values_list("code", flat=True)), blind_texts(assignment.nomination_id))


def blind_texts(nomination_id: int) -> dict[str, str]:
    """What the Sekretariat wrote in place of rows of the submission, by label. One query."""
    return dict(BlindText.objects.filter(nomination=nomination_id).values_list("place", "text"))
