"""Who gives the certificates, where and when; the ministry knows it late."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction

from certificates.models import Handover
from certificates.policies import can_change_handover
from core import audit
from core.http import require
from scoring.models import Decree


@dataclass(frozen=True, slots=True)
class HandoverFacts:
    giver_title: str
    giver_name: str
    place: str
    dated_on: date | None


@transaction.atomic
def change_handover(*, decree_id: int, facts: HandoverFacts, actor: Any) -> Handover:
    """For certificates that get their number from now on; what is issued has to be replaced. Raises NotPermitted."""
    decree = Decree.objects.select_for_update().get(pk=decree_id)
    require(can_change_handover(actor, decree))
    handover, _created = Handover.objects.update_or_create(decree=decree, defaults=asdict(facts))
    written = {name: str(value) for name, value in asdict(facts).items() if value}
    audit.record(actor, "certificate.handover_changed", decree, number=decree.number, **written)
    return handover
