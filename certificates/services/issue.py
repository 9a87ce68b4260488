"""From a wanted row to an issued certificate: claim and number, render, sign, store and finish.

The claim is a compare-and-set and takes the number in the same transaction, so a task that is delivered twice makes no
second certificate, and a worker that dies leaves a claim that another one takes over with the same number. When the
signer fails nothing is issued, and everything that waits is held until somebody has looked.
"""

import logging
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.querysets import MAX_ATTEMPTS, STALE
from certificates.rendering import certificate_pdf, face_of
from certificates.services.holding import stop_everything
from certificates.services.superseding import supersede_star
from core import audit
from core.counters import next_value
from core.errors import SignerLocked, SigningFailed
from core.files import store_bytes
from nominations.enums import Action, Status
from nominations.services.stars import note_star
from nominations.services.transitions import apply_transition, lock_row

if TYPE_CHECKING:
    from core.signing import Signer

logger = logging.getLogger(__name__)


def issue_certificate(certificate_id: int) -> bool:
    """Make one wanted certificate. False when it is issued, claimed elsewhere, or failed (kept with the error).

    Idempotent and safe under concurrent delivery. Runs in a worker only; do not call it inside a transaction.
    """
    try:
        signer = _signer()
    except SignerLocked:  # whoever has the pass phrase runs manage.py issue_certificates
        return False
    except SigningFailed as error:
        stop_everything(str(error))
        return False
    certificate = _claim(certificate_id, signed=signer is not None)
    if certificate is None:
        return False
    try:
        return _finish(certificate, *_document(certificate, signer))
    except SigningFailed as error:
        _give_back(certificate, error, counted=False)
        stop_everything(str(error))
        return False
    except Exception as error:  # whatever one certificate meets, the others of the batch go on
        logger.exception("certificate %s was not made", certificate_id)
        _give_back(certificate, error)
        return False


def _signer() -> "Signer | None":
    from core import signing  # noqa: PLC0415 - not wanted in web processes

    return signing.signer()


def _document(certificate: Certificate, signer: "Signer | None") -> tuple[bytes, str]:
    """The PDF and who signed it."""
    face = certificate.face
    document = certificate_pdf(face, created=certificate.claimed_at)
    if signer is None:
        return document, ""
    reason = _("Penerbitan piagam %(serial)s") % {"serial": face["serial"]}
    return signer.sign(document, reason=reason, place=face["place"]), signer.name


@transaction.atomic
def _claim(certificate_id: int, *, signed: bool = False) -> Certificate | None:
    """The certificate with number and face, for the one caller that got it."""
    free = Certificate.objects.claimable().filter(pk=certificate_id)
    if not free.update(state=CertificateState.RENDERING, claimed_at=Now(), attempts=F("attempts") + 1):
        return None
    certificate = Certificate.objects.with_face().get(pk=certificate_id)
    if certificate.number is None:
        _give_number(certificate, signed=signed)
    elif certificate.face["is_signed"] != signed:  # the signer was set up or taken away between two attempts
        certificate.face["is_signed"] = signed
        certificate.save(update_fields=["face"])
    return certificate


def _give_number(certificate: Certificate, *, signed: bool) -> None:
    period = certificate.period
    certificate.number = next_value(f"certificate:{period.award_id}:{period.year}")
    certificate.serial = f"{period.award_id.upper()}/{period.year}/{certificate.number:04d}"
    certificate.face = face_of(certificate, serial=certificate.serial, issued_on=timezone.localdate(), signed=signed)
    certificate.valid_until = certificate.face["valid_until"]
    certificate.save(update_fields=["number", "serial", "face", "valid_until"])


@transaction.atomic
def _finish(certificate: Certificate, document: bytes, signed_by: str = "") -> bool:
    """Store the file and say so, unless the claim was taken over meanwhile."""
    own = Certificate.objects.filter(
        pk=certificate.pk, state=CertificateState.RENDERING, claimed_at=certificate.claimed_at
    )
    if not own.select_for_update().values_list("pk", flat=True):
        return False
    nomination = lock_row(certificate.decision.nomination_id)
    if nomination.status == Status.DECIDED:  # a replacement comes when it is awarded already
        apply_transition(nomination, Action.AWARD, actor=None)
    note_star(nomination_id=nomination.pk, until=certificate.valid_until)
    supersede_star(nomination)
    audit.record(None, "certificate.issued", certificate, serial=certificate.serial)
    name = f"{certificate.serial}.pdf".replace("/", "-")
    certificate.file = store_bytes(document, name=name, content_type="application/pdf")
    certificate.sha256 = certificate.file.sha256
    certificate.signed_by = signed_by
    certificate.state = CertificateState.ISSUED
    certificate.issued_at = Now()
    certificate.last_error = ""
    certificate.save(update_fields=["file", "sha256", "signed_by", "state", "issued_at", "last_error"])
    return True


def _give_back(claimed: Certificate, error: Exception, *, counted: bool = True) -> None:
    """The number stays; after the last attempt that counts somebody has to look at it."""
    exhausted = counted and claimed.attempts >= MAX_ATTEMPTS
    Certificate.objects.filter(pk=claimed.pk, state=CertificateState.RENDERING, claimed_at=claimed.claimed_at).update(
        state=CertificateState.FAILED if exhausted else CertificateState.WANTED,
        attempts=F("attempts") - (0 if counted else 1),
        last_error=f"{type(error).__name__}: {error}"[:1000],
    )


def waiting_ids(limit: int = 200) -> list[int]:
    """Certificates that a worker may take up, oldest first. Gives up those whose workers always died. Two queries."""
    Certificate.objects.filter(STALE, attempts__gte=MAX_ATTEMPTS).update(
        state=CertificateState.FAILED, last_error="the worker died in every attempt"
    )
    return list(Certificate.objects.claimable().order_by("pk").values_list("pk", flat=True)[:limit])
