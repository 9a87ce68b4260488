"""Stopping a batch and going on with it. What is being made at that moment is finished; nothing is made twice."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from certificates.enums import CertificateState
from certificates.messages import tell_stopped
from certificates.models import Certificate
from certificates.policies import can_hold, can_resume
from certificates.services.sending import send_wanted
from core import audit
from core.http import require
from scoring.models import Decree


@transaction.atomic
def hold_certificates(*, decree_id: int, actor: Any) -> int:
    """Hold what is not being made yet; returns how many. Raises NotPermitted. Four queries."""
    decree = Decree.objects.select_for_update().get(pk=decree_id)
    require(can_hold(actor, decree))
    held = _move(decree, CertificateState.WANTED, CertificateState.HELD)
    audit.record(actor, "certificate.batch_held", decree, number=decree.number, certificates=len(held))
    return len(held)


@transaction.atomic
def resume_certificates(*, decree_id: int, actor: Any) -> int:
    """Ask again for everything that is held or has failed, with the numbers they have; returns how many.

    Raises NotPermitted. Five queries.
    """
    decree = Decree.objects.select_for_update().get(pk=decree_id)
    require(can_resume(actor, decree))
    resumed = [
        pk
        for state in (CertificateState.HELD, CertificateState.FAILED)
        for pk in _move(decree, state, CertificateState.WANTED)
    ]
    Certificate.objects.filter(pk__in=resumed).update(attempts=0)
    send_wanted(resumed)
    audit.record(actor, "certificate.batch_resumed", decree, number=decree.number, certificates=len(resumed))
    return len(resumed)


@transaction.atomic
def stop_everything(reason: str) -> int:
    """The signer failed: hold all that waits, in every decree, and tell the admins of the ministry once a day.

    A wrong pass phrase that is tried again and again locks the account of the signer. Returns how many are held.
    """
    waiting = list(Certificate.objects.filter(state=CertificateState.WANTED).values_list("pk", flat=True))
    held = Certificate.objects.filter(pk__in=waiting, state=CertificateState.WANTED).update(
        state=CertificateState.HELD, last_error=reason[:1000]
    )
    if held:
        audit.record(None, "certificate.signer_failed", None, reason=reason[:200], certificates=held)
        tell_stopped(day=timezone.localdate())
    return held


def _move(decree: Decree, state: CertificateState, to: CertificateState) -> list[int]:
    """The condition stands on the row itself, so that one that a worker has claimed meanwhile is left alone."""
    rows = Certificate.objects.filter(decision__decree=decree, state=state)
    chosen = list(rows.order_by("pk").values_list("pk", flat=True))
    Certificate.objects.filter(pk__in=chosen, state=state).update(state=to)
    return chosen
