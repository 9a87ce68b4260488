"""The scorer's own work."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Least

from nominations.enums import Status, WindowKind
from nominations.selectors.windows import closing_of
from scoring.enums import SheetStatus, VisitStatus
from scoring.models import Assignment
from scoring.selectors.assignments import with_facts

IN = Q(sheet__status=SheetStatus.SUBMITTED) | Q(visit__status__in=[VisitStatus.SUBMITTED, VisitStatus.CONFIRMED])


def desk_assignments(user: Any, *, done: bool = False) -> QuerySet[Assignment]:
    """The scorer's live assignments with facts and `closes_at`: those still to do, or those that are over."""
    closes_at = Least(closing_of(WindowKind.ASSESSMENT, "nomination"), F("stage__closes_at"))  # whichever is there
    rows = with_facts(Assignment.objects.of_scorer(user)).annotate(closes_at=closes_at)
    open_now = Q(nomination__status__in=[Status.ELIGIBLE, Status.IN_ASSESSMENT], closed=False)
    return rows.exclude(~open_now | IN) if not done else rows.filter(~open_now | IN)
