"""Telling people: a notice in the portal and a mail by their preference, in the transaction of the change."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.enums import MailPreference
from accounts.messages import digest_mail
from accounts.models import Notice, User
from core import audit, outbox
from core.formats import JAKARTA

DIGEST_HOUR = 7
KEPT = timedelta(days=180)


def notify(
    *,
    users: Iterable[User],
    subject: str,
    body: str,
    url: str,
    key: str,
    important: bool = False,
    hold: timedelta | None = None,
) -> None:
    """Tell each active person once per `key`: a notice that leads to our own path `url`, and a mail.

    `important` is mailed at once whatever the person prefers: deadlines, returns and outcomes. The mail alone waits
    with `hold`, as in `core.outbox.put`; its key is `key:` and the address. Two queries and two more a mail; in the
    caller's transaction, so that nobody is told what did not happen.
    """
    people = {user.pk: user for user in users if user.is_active}
    told = set(Notice.objects.filter(user__in=people, key=key).values_list("user", flat=True))
    new = [user for pk, user in people.items() if pk not in told]
    text = " ".join(subject.split())[:200]
    Notice.objects.bulk_create(
        (
            Notice(
                user=user,
                text=text,
                url=url,
                key=key,
                waits_for_digest=not important and user.mail_preference == MailPreference.DIGEST,
            )
            for user in new
        ),
        ignore_conflicts=True,
    )
    for user in new:
        if important or user.mail_preference == MailPreference.AT_ONCE:
            outbox.put(to=user.email, subject=subject, body=body, key=f"{key}:{user.email}", hold=hold)


@transaction.atomic
def mark_read(*, notice_id: int, actor: Any) -> Notice:
    """The person has read it; a second time changes nothing. Raises Notice.DoesNotExist for those of others."""
    notice = Notice.objects.select_for_update().get(pk=notice_id, user=actor)
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=Now(), waits_for_digest=False)
    return notice


def mark_all_read(*, newest_id: int, actor: Any) -> int:
    """All up to the newest that the person was shown; one that came since stays unread. One query."""
    unread = Notice.objects.filter(user=actor, read_at=None, pk__lte=newest_id)
    return unread.update(read_at=Now(), waits_for_digest=False)


@transaction.atomic
def choose_mail(*, preference: MailPreference, actor: Any) -> None:
    """How the person is mailed from now on. Who wants no mail gets no summary of what waits either."""
    User.objects.filter(pk=actor.pk).update(mail_preference=preference)
    if preference == MailPreference.PORTAL:
        Notice.objects.filter(user=actor, waits_for_digest=True).update(waits_for_digest=False)
    audit.record(actor, "account.mail_preference_chosen", actor, to=preference)


def people_waiting_for_digest() -> list[int]:
    """Whoever has something for a summary, due or not. One query."""
    waiting = Notice.objects.filter(waits_for_digest=True).order_by("user")
    return list(waiting.values_list("user", flat=True).distinct())


@transaction.atomic
def send_digest(*, user_id: int) -> bool:
    """One mail with all unread notices from before 07.00 today on the person's own clock; False when there is none.

    What comes later waits for tomorrow, however often this is asked today. Five queries.
    """
    user = User.objects.get(pk=user_id)
    start = last_digest_time(timezone.now(), user.timezone or JAKARTA)
    waiting = Notice.objects.filter(user=user, waits_for_digest=True, created_at__lt=start)
    notices = list(waiting.select_for_update().order_by("pk"))
    if not notices:
        return False
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(waits_for_digest=False)
    if user.is_active:
        subject, body = digest_mail(notices, settings.BASE_URL)
        outbox.put(to=user.email, subject=subject, body=body, key=f"digest:{user.pk}:{notices[-1].pk}")
    return user.is_active


def last_digest_time(now: datetime, zone: str) -> datetime:
    """The latest 07.00 in that zone that is not after `now`."""
    local = now.astimezone(ZoneInfo(zone))
    today = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return today if today <= local else today - timedelta(days=1)


def forget_notices() -> int:
    """Remove what is older than half a year, read or not. Returns how many."""
    return Notice.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
