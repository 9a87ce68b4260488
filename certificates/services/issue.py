"""From a wanted row to an issued certificate: claim and number, render, store and finish.

The claim is a compare-and-set and takes the number in the same transaction, so a task that is delivered twice makes no
second certificate, and a worker that dies leaves a claim that another one takes over with the same number.
"""

import logging

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.querysets import MAX_ATTEMPTS, STALE
from certificates.rendering import certificate_pdf, face_of
from core import audit
from core.counters import next_value
from core.files import store_bytes
from nominations.enums import Action
from nominations.services.stars import note_star
from nominations.services.transitions import apply_transition, lock_nomination

logger = logging.getLogger(__name__)


def issue_certificate(certificate_id: int) -> bool:
    """Make one wanted certificate. False when it is issued, claimed elsewhere, or failed (kept with the error).

    Idempotent and safe under concurrent delivery. Runs in a worker only; do not call it inside a transaction.
    """
    certificate = _claim(certificate_id)
    if certificate is None:
        return False
    try:
        document = certificate_pdf(certificate.face, created=certificate.claimed_at)
        return _finish(certificate, document)
    except Exception as error:  # whatever one certificate meets, the others of the batch go on
        logger.exception("certificate %s was not made", certificate_id)
        _give_back(certificate, error)
        return False


@transaction.atomic
def _claim(certificate_id: int) -> Certificate | None:
    """The certificate with number and face, for the one caller that got it."""
    free = Certificate.objects.claimable().filter(pk=certificate_id)
    if not free.update(state=CertificateState.RENDERING, claimed_at=Now(), attempts=F("attempts") + 1):
        return None
    certificate = Certificate.objects.with_face().get(pk=certificate_id)
    if certificate.number is None:
        _give_number(certificate)
    return certificate


def _give_number(certificate: Certificate) -> None:
    period = certificate.period
    certificate.number = next_value(f"certificate:{period.award_id}:{period.year}")
    certificate.serial = f"{period.award_id.upper()}/{period.year}/{certificate.number:04d}"
    certificate.face = face_of(certificate, serial=certificate.serial, issued_on=timezone.localdate())
    certificate.valid_until = certificate.face["valid_until"]
    certificate.save(update_fields=["number", "serial", "face", "valid_until"])


@transaction.atomic
def _finish(claimed: Certificate, document: bytes) -> bool:
    """Store the file and say so, unless the claim was taken over meanwhile."""
    certificate = Certificate.objects.select_for_update().get(pk=claimed.pk)
    if (certificate.state, certificate.claimed_at) != (CertificateState.RENDERING, claimed.claimed_at):
        return False
    nomination = lock_nomination(claimed.decision.nomination_id)
    apply_transition(nomination, Action.AWARD, actor=None)
    note_star(nomination_id=nomination.pk, until=certificate.valid_until)
    audit.record(None, "certificate.issued", certificate, serial=certificate.serial)
    name = f"{certificate.serial}.pdf".replace("/", "-")
    certificate.file = store_bytes(document, name=name, content_type="application/pdf")
    certificate.sha256 = certificate.file.sha256
    certificate.state = CertificateState.ISSUED
    certificate.issued_at = Now()
    certificate.last_error = ""
    certificate.save(update_fields=["file", "sha256", "state", "issued_at", "last_error"])
    return True


def _give_back(claimed: Certificate, error: Exception) -> None:
    """The number stays; after the last attempt somebody has to look at it."""
    exhausted = claimed.attempts >= MAX_ATTEMPTS
    Certificate.objects.filter(pk=claimed.pk, state=CertificateState.RENDERING, claimed_at=claimed.claimed_at).update(
        state=CertificateState.FAILED if exhausted else CertificateState.WANTED,
        last_error=f"{type(error).__name__}: {error}"[:1000],
    )


def waiting_ids(limit: int = 200) -> list[int]:
    """Certificates that a worker may take up, oldest first. Gives up those whose workers always died. Two queries."""
    Certificate.objects.filter(STALE, attempts__gte=MAX_ATTEMPTS).update(
        state=CertificateState.FAILED, last_error="the worker died in every attempt"
    )
    return list(Certificate.objects.claimable().order_by("pk").values_list("pk", flat=True)[:limit])
