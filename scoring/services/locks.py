"""One lock for everything that is scored: the nomination's row. Read after it, never before."""

from datetime import datetime
from typing import NamedTuple

from django.contrib.postgres.functions import TransactionNow
from django.utils.translation import gettext as _

from core.errors import StaleVersion
from nominations.rules import WindowState
from nominations.services.transitions import lock_nomination
from scoring.models import Assignment
from scoring.selectors.assignments import with_facts
from scoring.selectors.stages import assessment_state


class Locked(NamedTuple):
    assignment: Assignment
    window: WindowState
    now: datetime


def lock_assignment(assignment_id: int) -> Locked:
    """The assignment with its facts under the nomination's lock and the window as of the arrival. Four queries."""
    arrived = Assignment.objects.annotate(now=TransactionNow()).values_list("nomination", "now")
    pk, now = arrived.get(pk=assignment_id)
    nomination = lock_nomination(pk)
    assignment = with_facts(Assignment.objects.all()).get(pk=assignment_id)
    return Locked(assignment, assessment_state(nomination, now), now)


def refuse_if_stale(stored: int, given: int) -> None:
    """Raise StaleVersion when the record was saved after the page was opened."""
    if stored != given:
        raise StaleVersion(
            _("Isian ini sudah disimpan dari perangkat atau jendela lain. Bandingkan isian, lalu simpan lagi.")
        )
