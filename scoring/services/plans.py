"""Stages of a period taken over from the one before."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.http import require
from nominations.models import Period
from scoring.models import Assignment, Stage
from scoring.policies import can_make_instrument

COPIED = ("code", "label", "order", "kind", "instrument_id", "scorer_role", "weight", "pass_mark")
COPIED += ("visibility", "min_assessors", "optional", "blind")


@transaction.atomic
def copy_stages(*, period_id: int, actor: Any) -> list[Stage]:
    """Replace the stages of a period by those of the award's last period before it; dates are left empty.

    Raises RuleBroken when somebody has been assigned already, or when no earlier period has stages.
    """
    require(can_make_instrument(actor))
    period = Period.objects.select_for_update().get(pk=period_id)
    if Assignment.objects.filter(stage__period=period).exists():
        raise RuleBroken(_("Penilai sudah ditugaskan pada periode ini, jadi tahapnya tidak dapat diganti."))
    earlier = Stage.objects.filter(period__award=period.award_id, period__year__lt=period.year, category__active=True)
    last = earlier.order_by("-period__year").values_list("period", flat=True).first()
    if last is None:
        raise RuleBroken(_("Belum ada periode sebelumnya yang mempunyai tahap."))
    Stage.objects.filter(period=period).delete()
    rows = earlier.filter(period=last).order_by("category__order", "order")
    made = Stage.objects.bulk_create(
        Stage(period=period, category_id=row.category_id, **{name: getattr(row, name) for name in COPIED})
        for row in rows
    )
    audit.record(actor, "scoring.stages_copied", period, source=last, count=len(made))
    return made
