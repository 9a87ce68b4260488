"""Mail through an outbox: the row is written with the change, a worker sends it, a sweeper finds what was missed.

After the n-th attempt, failed or never ended, the mail rests n times PAUSE: a mail server may be away for a day.
"""

import hashlib
import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Now

from core.jobs import enqueue
from core.models import OutboxMail

logger = logging.getLogger(__name__)
PAUSE = timedelta(minutes=5)
MAX_ATTEMPTS = 24


def put(*, to: str, subject: str, body: str, key: str) -> None:
    """Queue one mail in the caller's transaction. The same `key` again changes nothing. One or two queries."""
    facts = {"to": to, "subject": " ".join(subject.split())[:200], "body": body}
    mail, created = OutboxMail.objects.get_or_create(dedupe_key=_short(key), defaults=facts)
    if created:
        enqueue("core.send_mail", mail_id=mail.pk)


def _short(key: str) -> str:
    """Keys end in an address, and addresses may be longer than the column."""
    return key if len(key) <= 200 else hashlib.sha256(key.encode()).hexdigest()


def _waiting() -> QuerySet[OutboxMail]:
    rest = ExpressionWrapper(F("attempts") * Value(PAUSE), output_field=DurationField())
    free = Q(claimed_at=None) | Q(claimed_at__lt=Now() - rest)
    return OutboxMail.objects.filter(free, sent_at=None, attempts__lt=MAX_ATTEMPTS)


def send(mail_id: int) -> bool:
    """Send one waiting mail; False when it is sent, claimed elsewhere, or refused (kept with the error)."""
    if not _waiting().filter(pk=mail_id).update(claimed_at=Now(), attempts=F("attempts") + 1):
        return False
    mail = OutboxMail.objects.get(pk=mail_id)
    try:
        EmailMessage(mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.to]).send()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; a forged header or address is a ValueError
        OutboxMail.objects.filter(pk=mail_id).update(last_error=str(error)[:500])
        logger.warning("mail %s was not sent: %s", mail_id, error)
        return False
    OutboxMail.objects.filter(pk=mail_id).update(sent_at=Now(), last_error="")
    return True


def waiting_ids(limit: int = 200) -> list[int]:
    """Mails that nobody has sent yet, oldest first. One query."""
    return list(_waiting().order_by("created_at").values_list("pk", flat=True)[:limit])
