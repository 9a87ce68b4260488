"""Reminders before a deadline, once to each officer whatever the number of schedulers."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core import outbox
from core.models import OutboxMail
from nominations.enums import WindowKind
from nominations.messages import reminders as messages
from nominations.models import Nomination
from nominations.presenters.documents import mark_links
from nominations.presenters.tasks import gap_links
from nominations.selectors.dossiers import filled_of
from nominations.selectors.findings import gaps_of
from nominations.selectors.reminders import WAITING, Due, addresses, due_reminders
from nominations.selectors.reopening import repair_of, returned_of


def send_due_reminders() -> int:
    """Queue every reminder that is due by the clock of its region and was not queued before; how many mails.

    One mail per officer, deadline and day: the key holds all three, so a second scheduler, or the next hour, adds
    nothing, and a deadline that was moved is reminded of anew. Apart from the dossiers that are written about, the
    number of queries does not grow with the number of regions.
    """
    due = due_reminders(timezone.now())
    officers = addresses(reminder.region.pk for reminder in due)
    keys = {(n, a): _key(reminder, a) for n, reminder in enumerate(due) for a in officers[reminder.region.pk]}
    known = set(OutboxMail.objects.filter(dedupe_key__in=keys.values()).values_list("dedupe_key", flat=True))
    queued = 0
    for number, reminder in enumerate(due):
        wanted = {a: keys[number, a] for a in officers[reminder.region.pk] if keys[number, a] not in known}
        if wanted:
            queued += _remind(reminder, wanted)
    return queued


def _key(due: Due, address: str) -> str:
    return f"reminder:{due.window.pk}:{due.region.pk}:{due.closes_at:%Y%m%d%H%M}:{due.days}:{address}"


@transaction.atomic
def _remind(due: Due, wanted: dict[str, str]) -> int:
    """The mails of one region in one transaction. A region that has sent everything meanwhile is left alone."""
    if due.nominations:
        dossiers = [(nomination, _missing(nomination)) for nomination in _still_waiting(due)]
        if not dossiers:
            return 0
        subject, body = messages.reminder(due, dossiers)
    else:
        subject, body = messages.invitation(due)
    for address, key in wanted.items():
        outbox.put(to=address, subject=subject, body=body, key=key)
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
