from celery import shared_task
from django.conf import settings
from django.utils import timezone

from certificates.services import expiry, issue
from core.jobs import enqueue

# A rendering that hangs counts as a failed attempt; the hard limit ends what does not even hear that.
SOFT_LIMIT, HARD_LIMIT = 60, 90


@shared_task(name="certificates.render", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def render(certificate_id: int) -> None:
    issue.issue_certificate(certificate_id)


@shared_task(name="certificates.remind_of_expiry")
def remind_of_expiry() -> None:
    expiry.remind_of_expiry(timezone.localdate())


@shared_task(name="certificates.sweep")
def sweep() -> None:
    if settings.SIGNER and not settings.SIGNER["pass_phrase_file"]:
        return  # issued where the pass phrase is typed: manage.py issue_certificates
    for certificate_id in issue.waiting_ids():
        enqueue("certificates.render", certificate_id=certificate_id)
