"""One lock for everything that is scored: the nomination's row. Read after it, never before.

What depends on facts of the whole panel (who is assigned, what somebody stated) takes the period's row before it, so
that a statement and an assignment see each other. The order is always period, then nominations by number.
"""

from datetime import datetime
from functools import cache
from typing import Any, Literal, NamedTuple

from django.contrib.postgres.functions import TransactionNow
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import RuleBroken, StaleVersion
from nominations.models import Nomination, Period
from nominations.rules import WindowState
from scoring.enums import AssignmentStatus, StageKind
from scoring.models import Assignment
from scoring.selectors.assignments import with_facts
from scoring.selectors.rankings import is_sealed
from scoring.selectors.stages import assessment_state

KIND_OF = {"sheet": StageKind.SHEETS, "visit": StageKind.FINDINGS}


class Locked(NamedTuple):
    assignment: Assignment
    window: WindowState
    now: datetime


def lock_assignment(assignment_id: int, record: Literal["sheet", "visit"] = "sheet", *, of: Any = None) -> Locked:
    """The assignment with its facts under the nomination's lock and the window as of the arrival. Three queries.

    `record`: what the scorer writes on, joined. With `of`, what is not that person's live assignment to a stage with
    such a record raises Nomination.DoesNotExist.
    """
    own = {"assessor": of, "status": AssignmentStatus.ACTIVE, "stage__kind": KIND_OF[record]} if of else {}
    wanted = {f"assignments__{field}": value for field, value in {"pk": assignment_id, **own}.items()}
    locking = Nomination.objects.select_for_update(of=("self",)).annotate(arrived=TransactionNow())
    nomination = locking.get(**wanted)
    assignment = _assignments(record).get(pk=assignment_id)
    assignment.nomination = nomination
    return Locked(assignment, assessment_state(nomination, nomination.arrived), nomination.arrived)


@cache
def _assignments(record: str) -> QuerySet[Assignment]:
    """Built once: to build it takes as long as to ask it, and somebody waits at each pause in typing."""
    joins = ("stage__instrument", record)
    return with_facts(Assignment.objects.all()).select_related(None).select_related(*joins)


def lock_panel(period_id: int) -> Period:
    """The period's row, until the transaction ends; rows that refer to it may still be written. One query."""
    return Period.objects.select_for_update(of=("self",), no_key=True).select_related("award").get(pk=period_id)


def lock_panel_of(nomination_id: int) -> Period:
    """The same for the period of a nomination. Two queries."""
    return lock_panel(Nomination.objects.values_list("period", flat=True).get(pk=nomination_id))


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
