"""What the ministry may do with a certificate afterwards."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.policies import can_replace, can_retry, can_revoke
from certificates.rendering import CORRECTABLE
from certificates.services.sending import send_wanted
from core import audit
from core.errors import RuleBroken
from core.http import require
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
    send_wanted([certificate.pk])
    return certificate


@transaction.atomic
def replace_certificate(*, certificate_id: int, reason: str, corrections: Mapping[str, str], actor: Any) -> Certificate:
    """Take a certificate out of force for a new one of the same decision, with a number of its own.

    The new one says what the snapshot and the handover say now, with `corrections` of `CORRECTABLE` words. The public
    page of the old one says that it was replaced from then on. Raises NotPermitted, RuleBroken without a reason.
    """
    old = Certificate.objects.select_for_update().get(pk=certificate_id)
    require(can_replace(actor, old))
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan penggantian."))
    old.state = CertificateState.REPLACED
    old.save(update_fields=["state"])
    new = Certificate.objects.create(
        decision_id=old.decision_id,
        period_id=old.period_id,
        replaces=old,
        replacement_reason=reason.strip(),
        corrections={name: corrections[name].strip() for name in CORRECTABLE if name in corrections},
    )
    audit.record(actor, "certificate.replaced", old, serial=old.serial, reason=reason.strip(), new=new.pk)
    send_wanted([new.pk])
    return new
