"""Telling regions that their letter is there."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.services.notices import notify
from core.models import OutboxMail
from nominations.selectors.reminders import officers_by_region
from reports.messages import letter_path, letter_ready
from reports.selectors.letters import ReadyLetter, ready_letters

TOLD_FOR = timedelta(days=60)


def tell_of_letters(now: datetime) -> int:
    """Tell the officers of each region once for each number of outcomes in their letter; how many people.

    A later decree of the same period makes a letter longer, and is told of again where it does. Who was told is read
    from the mails, which stay: notices are forgotten after half a year, and a decree may come later than that. Three
    queries, and those of `notify` for each region that was not told.
    """
    letters = ready_letters(now - TOLD_FOR)
    officers = officers_by_region(letter.region for letter in letters)
    mails = {_mail_key(letter, user) for letter in letters for user in officers[letter.region]}
    known = set(OutboxMail.objects.filter(dedupe_key__in=mails).values_list("dedupe_key", flat=True))
    told = 0
    for letter in letters:
        wanted = [user for user in officers[letter.region] if _mail_key(letter, user) not in known]
        if wanted:
            subject, body = letter_ready(letter)
            with transaction.atomic():
                notify(
                    users=wanted,
                    subject=subject,
                    body=body,
                    url=letter_path(letter),
                    key=_key(letter),
                    important=True,
                )
            told += len(wanted)
    return told


def _key(letter: ReadyLetter) -> str:
    return f"letter:{letter.period}:{letter.region}:{letter.outcomes}"


def _mail_key(letter: ReadyLetter, user: User) -> str:
    """As `notify` names the mail of what is important."""
    return f"{_key(letter)}:{user.email}"
