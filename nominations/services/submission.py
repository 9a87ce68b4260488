"""Submitting and withdrawing."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core.clock import transaction_time
from core.counters import next_value
from core.errors import RuleBroken
from core.http import require
from nominations.enums import Action, Status
from nominations.messages.outcome import tell_submitted
from nominations.models import Nomination
from nominations.policies import can_act, can_withdraw
from nominations.selectors.findings import gaps_of
from nominations.services.snapshots import freeze
from nominations.services.transitions import apply_transition, lock_nomination


@transaction.atomic
def submit_nomination(*, nomination_id: int, declared: bool, actor: Any) -> Nomination:
    """Submit a draft or a repaired dossier: number, frozen snapshot, status, mail.

    The database's transaction-start time, read before the lock, decides about the deadline. Raises NotPermitted, or
    RuleBroken with every gap; then nothing is changed and nothing is lost.
    """
    arrived = transaction_time()
    nomination = lock_nomination(nomination_id)
    action = Action.RESUBMIT if nomination.status == Status.RETURNED else Action.SUBMIT
    require(can_act(actor, nomination, action))
    if not declared:
        raise RuleBroken(_("Centang pernyataan kebenaran data sebelum mengirim usulan."))
    gaps = gaps_of(nomination)
    if gaps:
        raise RuleBroken(_("Usulan belum lengkap: ") + " ".join(gap.text for gap in gaps))
    nomination.reference = nomination.reference or _next_reference(nomination)
    nomination.submitted_at = Now()
    apply_transition(nomination, action, actor=actor, arrived=arrived)
    nomination.refresh_from_db(fields=["submitted_at"])
    snapshot = freeze(nomination)
    tell_submitted(nomination, snapshot, actor)
    return nomination


def _next_reference(nomination: Nomination) -> str:
    """`OVOP-2026-7271-0007`: award, year, region, counter per award and period. A rollback gives the number back."""
    period = nomination.period
    number = next_value(f"reference:{period.award_id}:{period.year}")
    region = nomination.region_id.replace(".", "")
    return f"{period.award_id.upper()}-{period.year}-{region}-{number:04d}"


@transaction.atomic
def withdraw_nomination(*, nomination_id: int, reason: str, actor: Any) -> Nomination:
    """Withdraw before verification ends; the dossier stays readable."""
    nomination = lock_nomination(nomination_id)
    require(can_withdraw(actor, nomination))
    apply_transition(nomination, Action.WITHDRAW, actor=actor, reason=reason)
    return nomination
