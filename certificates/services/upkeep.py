"""What the ministry may do with a certificate afterwards."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.policies import can_retry, can_revoke
from core import audit
from core.errors import RuleBroken
from core.http import require
from core.jobs import enqueue
from nominations.services.stars import forget_star


@transaction.atomic
def revoke_certificate(*, certificate_id: int, reason: str, actor: Any) -> Certificate:
    """Take a certificate out of force; the public page says so from then on.

    Raises NotPermitted for the wrong role or state, RuleBroken without a reason.
    """
    certificate = Certificate.objects.select_for_update().get(pk=certificate_id)
    require(can_revoke(actor, certificate))
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan pencabutan."))
    certificate.state = CertificateState.REVOKED
    certificate.revoked_at = Now()
    certificate.revoked_reason = reason.strip()
    certificate.save(update_fields=["state", "revoked_at", "revoked_reason"])
    forget_star(nomination_id=certificate.decision.nomination_id)
    audit.record(actor, "certificate.revoked", certificate, serial=certificate.serial, reason=reason.strip())
    return certificate


@transaction.atomic
def retry_certificate(*, certificate_id: int, actor: Any) -> Certificate:
    """Make a failed certificate wanted again, with the number that it has. Raises NotPermitted."""
    certificate = Certificate.objects.select_for_update().get(pk=certificate_id)
    require(can_retry(actor, certificate))
    certificate.state = CertificateState.WANTED
    certificate.attempts = 0
    certificate.save(update_fields=["state", "attempts"])
    audit.record(actor, "certificate.retried", certificate, serial=certificate.serial)
    enqueue("certificates.render", certificate_id=certificate.pk)
    return certificate
