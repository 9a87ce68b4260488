"""Reminders before a deadline, once to each officer whatever the number of schedulers."""

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice, User
from accounts.services.notices import notify
from nominations.enums import WindowKind
from nominations.messages import reminders as messages
from nominations.messages.region import path_of
from nominations.models import Nomination
from nominations.presenters.documents import mark_links
from nominations.presenters.tasks import gap_links
from nominations.selectors.dossiers import filled_of
from nominations.selectors.findings import gaps_of
from nominations.selectors.reminders import WAITING, Due, due_reminders, officers_by_region
from nominations.selectors.reopening import repair_of, returned_of


def send_due_reminders() -> int:
    """Tell of every deadline that is due by the clock of its region and was not told before; how many people.

    One notice and one mail per officer, deadline and day: the key holds deadline and day, so a second scheduler, or
    the next hour, adds nothing, and a deadline that was moved is reminded of anew. Apart from the regions that are
    written to, the number of queries does not grow.
    """
    due = due_reminders(timezone.now())
    officers = officers_by_region(reminder.region.pk for reminder in due)
    keys = [_key(reminder) for reminder in due]
    known = set(Notice.objects.filter(key__in=keys).values_list("key", "user"))
    told = 0
    for key, reminder in zip(keys, due, strict=True):
        wanted = [user for user in officers[reminder.region.pk] if (key, user.pk) not in known]
        if wanted:
            told += _remind(reminder, key, wanted)
    return told


def _key(due: Due) -> str:
    return f"reminder:{due.window.pk}:{due.region.pk}:{due.closes_at:%Y%m%d%H%M}:{due.days}"


@transaction.atomic
def _remind(due: Due, key: str, wanted: list[User]) -> int:
    """One region in one transaction. A region that has sent everything meanwhile is left alone."""
    if due.nominations:
        dossiers = [(nomination, _missing(nomination)) for nomination in _still_waiting(due)]
        if not dossiers:
            return 0
        subject, body = messages.reminder(due, dossiers)
        url = reverse("nomination_list") if len(dossiers) > 1 else path_of(dossiers[0][0])
    else:
        subject, body = messages.invitation(due)
        url = reverse("nomination_start")
    notify(users=wanted, subject=subject, body=body, url=url, key=key, important=True)
    return len(wanted)


def _still_waiting(due: Due) -> QuerySet[Nomination]:
    """The dossiers with their entries, in one query."""
    rows = Nomination.objects.filter(pk__in=due.nominations, status=WAITING[WindowKind(due.window.kind)])
    return rows.select_related(
        "period__award",
        "product_entry__sentra",
        "product_entry__ikm__kbli",
        "product_entry__product",
        "candidate_entry",
    ).order_by("pk")


def _missing(nomination: Nomination) -> list[dict[str, str]]:
    """Marked parts that nobody has changed yet, then everything else that would make the dossier fail.

    What was marked in the register stays listed until the dossier is sent: who changed it there is not asked.
    """
    filled, returned = filled_of(nomination), returned_of(nomination)
    gaps = gaps_of(nomination, filled)
    waiting = repair_of(nomination, returned, filled, gaps).waiting if returned else []
    return mark_links(nomination, waiting) + gap_links(nomination, gaps)
