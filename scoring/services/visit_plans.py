"""When a visit is planned."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.http import require
from nominations.services.transitions import lock_nomination
from scoring.models import Assignment, VisitPlan
from scoring.policies import can_plan_visit
from scoring.services.conflicts import refuse_conflicted


@transaction.atomic
def plan_visit(*, assignment_id: int, planned_on: date, actor: Any) -> VisitPlan:
    """The day of a visit, by its visitor or the Sekretariat. Raises NotPermitted, RuleBroken for a day that is past."""
    assignment = Assignment.objects.select_related("stage").get(pk=assignment_id)
    nomination = lock_nomination(assignment.nomination_id)
    assignment.refresh_from_db(fields=["status"])
    require(can_plan_visit(actor, assignment))
    refuse_conflicted(actor, nomination)
    if planned_on < timezone.localdate():
        raise RuleBroken(_("Tanggal rencana sudah lewat. Isi tanggal hari ini atau sesudahnya."))
    plan, _created = VisitPlan.objects.update_or_create(
        assignment=assignment, defaults={"planned_on": planned_on, "set_by": actor, "set_at": timezone.now()}
    )
    audit.record(actor, "scoring.visit_planned", assignment, planned_on=planned_on.isoformat())
    return plan
