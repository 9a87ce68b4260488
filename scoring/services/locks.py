"""One lock for everything that is scored: the nomination's row. Read after it, never before."""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.clock import transaction_time
from core.errors import RuleBroken, StaleVersion
from nominations.rules import WindowState
from nominations.services.transitions import lock_nomination
from scoring.models import Assignment
from scoring.selectors.assignments import with_facts
from scoring.selectors.rankings import is_sealed
from scoring.selectors.stages import assessment_state


class Locked(NamedTuple):
    assignment: Assignment
    window: WindowState
    now: datetime


def lock_assignment(assignment_id: int) -> Locked:
    """The assignment with its facts under the nomination's lock and the window as of the arrival. Six queries."""
    now = transaction_time()
    nomination = lock_nomination(Assignment.objects.values_list("nomination", flat=True).get(pk=assignment_id))
    assignment = with_facts(Assignment.objects.all()).get(pk=assignment_id)
    return Locked(assignment, assessment_state(nomination, now), now)


def refuse_if_stale(stored: int, given: int) -> None:
    """Raise StaleVersion when the record was saved after the page was opened."""
    if stored != given:
        raise StaleVersion(
            _("Isian ini sudah disimpan dari perangkat atau jendela lain. Bandingkan isian, lalu simpan lagi.")
        )


def refuse_if_sealed(period_id: int, category_id: int) -> None:
    """Raise RuleBroken when two persons have signed the ranking. Asked under the nomination's lock. One query."""
    if is_sealed(period_id, category_id):
        raise RuleBroken(
            _("Peringkat kategori ini sudah ditandatangani dua orang. Perubahan hanya lewat koreksi peringkat.")
        )
