"""Stages and caps of a period taken over from the one before."""

from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.http import require
from nominations.models import Period
from scoring.models import Assignment, AwardCap, CalibrationRound, Stage
from scoring.policies import can_make_instrument

COPIED = ("code", "label", "order", "kind", "instrument_id", "scorer_role", "weight", "pass_mark")
COPIED += ("visibility", "min_assessors", "optional", "blind")
CAP_COPIED = ("category_id", "per", "max_awards", "binding")


class Copied(NamedTuple):
    stages: list[Stage]
    caps: list[AwardCap]


@transaction.atomic
def copy_stages(*, period_id: int, actor: Any) -> Copied:
    """Replace stages and caps of a period by those of the award's last period before it; dates are left empty.

    Raises RuleBroken when somebody has been assigned already or a calibration is set up, or when no earlier period has
    stages.
    """
    require(can_make_instrument(actor))
    period = Period.objects.select_for_update().get(pk=period_id)
    list(Stage.objects.select_for_update().filter(period=period))  # as whoever sets up a calibration does
    if Assignment.objects.filter(stage__period=period).exists():
        raise RuleBroken(_("Penilai sudah ditugaskan pada periode ini, jadi tahapnya tidak dapat diganti."))
    if CalibrationRound.objects.filter(stage__period=period).exists():
        raise RuleBroken(_("Kalibrasi sudah disiapkan pada periode ini, jadi tahapnya tidak dapat diganti."))
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
    caps = _copy_caps(last, period)
    audit.record(actor, "scoring.stages_copied", period, source=last, count=len(made), caps=len(caps))
    return Copied(made, caps)


def _copy_caps(source: int, period: Period) -> list[AwardCap]:
    """In place of the caps that the period has; those of categories that are retired stay behind."""
    AwardCap.objects.filter(period=period).delete()
    rows = AwardCap.objects.filter(Q(category=None) | Q(category__active=True), period=source).order_by("pk")
    return AwardCap.objects.bulk_create(
        AwardCap(period=period, **{name: getattr(row, name) for name in CAP_COPIED}) for row in rows
    )
