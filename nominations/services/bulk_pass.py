"""Many checked dossiers pass by one press."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError, RuleBroken
from core.http import require
from nominations.enums import Action
from nominations.models import BulkPass, Nomination
from nominations.policies import can_work_queue
from nominations.services.verification import conclude_verification

MAX_AT_ONCE = 50


@transaction.atomic
def pass_many(*, nomination_ids: Iterable[int], actor: Any) -> BulkPass:
    """Declare these dossiers eligible, each in a transaction of its own inside the press's.

    A dossier that refuses is left as it is and its reason is kept beside those that passed; a fault undoes the whole
    press, so that it may be repeated. Raises RuleBroken when nothing or too much was chosen.
    """
    require(can_work_queue(actor))
    wanted = sorted(set(nomination_ids))  # one order for everybody, so that two presses cannot block each other
    if not 0 < len(wanted) <= MAX_AT_ONCE:
        raise RuleBroken(_("Pilih sedikitnya satu dan paling banyak %(max)d usulan.") % {"max": MAX_AT_ONCE})
    rows = Nomination.objects.visible_to(actor).filter(pk__in=wanted).order_by("pk")
    results = [_pass_one(nomination, actor) for nomination in rows]
    done = BulkPass.objects.create(actor=actor, results=results)
    audit.record(actor, "nomination.passed_in_bulk", done, passed=sum(row["passed"] for row in results))
    return done


def _pass_one(nomination: Nomination, actor: Any) -> dict[str, Any]:
    result = {"pk": nomination.pk, "reference": nomination.reference, "title": nomination.title}
    try:
        with transaction.atomic():
            conclude_verification(nomination_id=nomination.pk, action=Action.DECLARE_ELIGIBLE, reason="", actor=actor)
    except DomainError as error:
        return result | {"passed": False, "reason": error.message}
    return result | {"passed": True, "reason": ""}
