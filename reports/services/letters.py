"""Telling regions that their letter is there."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Notice
from accounts.services.notices import notify
from nominations.selectors.reminders import officers_by_region
from reports.messages import letter_path, letter_ready
from reports.selectors.letters import ReadyLetter, ready_letters

TOLD_FOR = timedelta(days=60)  # well below the days that notices are kept: who was told is read from them


def tell_of_letters(now: datetime) -> int:
    """Tell the officers of each region once for each number of outcomes in their letter; how many people.

    A later decree of the same period makes a letter longer, and is told of again where it does. Three queries, and
    those of `notify` for each region that was not told.
    """
    letters = ready_letters(now - TOLD_FOR)
    officers = officers_by_region(letter.region for letter in letters)
    known = set(Notice.objects.filter(key__in=map(_key, letters)).values_list("key", "user"))
    told = 0
    for letter in letters:
        wanted = [user for user in officers[letter.region] if (_key(letter), user.pk) not in known]
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
