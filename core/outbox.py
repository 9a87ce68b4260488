"""Mail through an outbox: the row is written with the change, a worker sends it, a sweeper finds what was missed.

After the n-th refusal the mail rests n times PAUSE: a mail server may be away for a day. A mail of which nobody can say
whether the server took it (the line or the worker died in the middle) is never sent again by itself: it shows as
uncertain in the administration, where a person decides.
"""

import hashlib
import logging
import smtplib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from core import audit
from core.files import read_bytes
from core.jobs import enqueue
from core.models import OutboxMail, StoredFile

logger = logging.getLogger(__name__)
PAUSE = timedelta(minutes=5)
MAX_ATTEMPTS = 24
MAX_ATTACHMENT = 5 * 1024 * 1024  # mail servers of regional offices refuse more than a few megabytes
IN_FLIGHT = timedelta(minutes=5)  # a hand-over ends after seconds; an older claim is a dead one


def put(*, to: str, subject: str, body: str, key: str, hold: timedelta | None = None) -> None:
    """Queue one mail in the caller's transaction. The same `key` again changes nothing. One or two queries.

    With `hold` it waits so long for `release`; when nobody releases it, it goes as it is.
    """
    facts = {"to": to, "subject": " ".join(subject.split())[:200], "body": body}
    rests_until = Now() + hold if hold else None
    mail, created = OutboxMail.objects.get_or_create(
        dedupe_key=_short(key), defaults=facts | {"rests_until": rests_until}
    )
    if created and not hold:
        enqueue("core.send_mail", mail_id=mail.pk)


def release(*, prefix: str, attachment: StoredFile) -> None:
    """Let the held mails whose key begins so go now, with the file unless it is larger than MAX_ATTACHMENT.

    What a worker has taken up or sent by now stays as it is: no mail goes twice for its attachment's sake.
    """
    held = OutboxMail.objects.select_for_update().filter(
        dedupe_key__startswith=prefix, claimed_at=None, sent_at=None, attempts=0, rests_until__isnull=False
    )
    fits = attachment.size <= MAX_ATTACHMENT
    for mail in held:
        OutboxMail.objects.filter(pk=mail.pk).update(rests_until=None, attachment=attachment if fits else None)
        enqueue("core.send_mail", mail_id=mail.pk)


def _short(key: str) -> str:
    """Keys end in an address, and addresses may be longer than the column."""
    return key if len(key) <= 200 else hashlib.sha256(key.encode()).hexdigest()


def _waiting() -> QuerySet[OutboxMail]:
    rested = Q(rests_until=None) | Q(rests_until__lte=Now())
    return OutboxMail.objects.filter(rested, claimed_at=None, sent_at=None, attempts__lt=MAX_ATTEMPTS)


def send(mail_id: int) -> bool:
    """Send one waiting mail; False when it is sent, claimed, or refused (kept with the error)."""
    if not _waiting().filter(pk=mail_id).update(claimed_at=Now(), attempts=F("attempts") + 1):
        return False
    mail = OutboxMail.objects.select_related("attachment").get(pk=mail_id)
    try:
        _hand_over(mail)
    except _Uncertain as error:
        OutboxMail.objects.filter(pk=mail_id).update(last_error=str(error)[:500])
        logger.exception("nobody knows whether mail %s was taken", mail_id)
        return False
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; a forged header or address is a ValueError
        rests_until = Now() + PAUSE * mail.attempts
        OutboxMail.objects.filter(pk=mail_id).update(
            claimed_at=None, rests_until=rests_until, last_error=str(error)[:500]
        )
        logger.warning("mail %s was not sent: %s", mail_id, error)
        return False
    OutboxMail.objects.filter(pk=mail_id).update(sent_at=Now(), last_error="")
    return True


class _Uncertain(Exception):
    """The line died between our last word and the server's answer."""


def _hand_over(mail: OutboxMail) -> None:
    with get_connection() as connection:
        message = EmailMessage(mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.to], connection=connection)
        if mail.attachment:
            message.attach(mail.attachment.original_name, read_bytes(mail.attachment), mail.attachment.content_type)
        try:
            message.send()
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused):
            raise
        except OSError as error:
            raise _Uncertain(error) from error


@transaction.atomic
def send_again(*, mail_ids: Iterable[int], actor: Any) -> int:
    """A person's decision: the stuck ones among these mails wait anew. Returns how many."""
    mails = list(OutboxMail.objects.filter(stuck_mails(), pk__in=mail_ids).select_for_update())
    for mail in mails:
        OutboxMail.objects.filter(pk=mail.pk).update(claimed_at=None, rests_until=None, attempts=0)
        audit.record(actor, "mail.sent_again", mail)
        enqueue("core.send_mail", mail_id=mail.pk)
    return len(mails)


def stuck_mails() -> Q:
    """Which mails nobody sends any more: given up after MAX_ATTEMPTS, or uncertain."""
    given_up = Q(claimed_at=None, attempts__gte=MAX_ATTEMPTS)
    return Q(sent_at=None) & (given_up | Q(claimed_at__lt=Now() - IN_FLIGHT))


def waiting_ids(limit: int = 200) -> list[int]:
    """Mails that nobody has sent yet, oldest first. One query."""
    return list(_waiting().order_by("created_at").values_list("pk", flat=True)[:limit])
