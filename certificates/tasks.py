from time import monotonic

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from certificates.services import expiry, issue
from certificates.services.sending import send_wanted

# A rendering that hangs counts as a failed attempt; the hard limit ends what does not even hear that.
SOFT_LIMIT, HARD_LIMIT = 60, 90
TURN = 10  # seconds after which a message's further certificates get one of their own, and so its limits anew


@shared_task(name="certificates.render", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def render(certificate_ids: list[int]) -> None:
    ends = monotonic() + TURN
    for done, certificate_id in enumerate(certificate_ids, start=1):
        issue.issue_certificate(certificate_id)
        if monotonic() > ends:
            send_wanted(certificate_ids[done:])
            return


@shared_task(name="certificates.remind_of_expiry")
def remind_of_expiry() -> None:
    expiry.remind_of_expiry(timezone.localdate())


@shared_task(name="certificates.sweep")
def sweep() -> None:
    if settings.SIGNER and not settings.SIGNER["pass_phrase_file"]:
        return  # issued where the pass phrase is typed: manage.py issue_certificates
    send_wanted(issue.waiting_ids())
