"""Who has to be reminded now: the regions that are not done."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.enums import Role
from accounts.models import Membership, User
from nominations.enums import NOT_LIVE, Status, WindowKind
from nominations.models import Extension, Nomination, Window
from nominations.rules import REMINDER_DAYS, reminder_day
from nominations.selectors.windows import facts_of
from reference.models import Region

# What is still to be sent in a window of that kind.
WAITING = {WindowKind.NOMINATION: Status.DRAFT, WindowKind.CORRECTION: Status.RETURNED}
HORIZON = timedelta(days=max(REMINDER_DAYS) + 2)


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder of one region: the dossiers that end at the same moment, or none for an invitation."""

    window: Window
    region: Region
    closes_at: datetime
    days: int
    nominations: list[int] = field(default_factory=list)


def due_reminders(now: datetime) -> list[Due]:
    """Every reminder that is due at this moment, extensions respected. Three queries per window that ends soon."""
    soon = Q(closes_at__range=(now, now + HORIZON))
    soon |= Q(extensions__closes_at__range=(now, now + HORIZON), extensions__withdrawn_at=None)
    windows = Window.objects.filter(soon, kind__in=WAITING, opens_at__lte=now).select_related("period").distinct()
    return [due for window in windows for due in _due_in(window, now)]


def _due_in(window: Window, now: datetime) -> list[Due]:
    regions: dict[str, datetime] = {}
    nominations: dict[int, datetime] = {}
    for extension in Extension.objects.live().filter(window=window):
        if extension.region_id:
            regions[extension.region_id] = extension.closes_at
        else:
            nominations[extension.nomination_id] = extension.closes_at
    groups: dict[tuple[Region, datetime], list[int]] = defaultdict(list)
    waiting = Nomination.objects.filter(period=window.period_id, status=WAITING[WindowKind(window.kind)])
    for row in waiting.select_related("region").only("pk", "region").order_by("pk"):
        later = [d for d in (regions.get(row.region_id), nominations.get(row.pk)) if d]
        groups[row.region, facts_of(window, max(later, default=None)).closes_at].append(row.pk)
    wanted = [(region, closes_at, pks) for (region, closes_at), pks in groups.items()]
    if window.kind == WindowKind.NOMINATION:
        silent = silent_regions(window.period_id)
        wanted += [(region, facts_of(window, regions.get(region.pk)).closes_at, []) for region in silent]
    found = [_due(window, region, closes_at, now, pks) for region, closes_at, pks in wanted]
    return [due for due in found if due]


def _due(window: Window, region: Region, closes_at: datetime, now: datetime, pks: list[int]) -> Due | None:
    days = reminder_day(now, closes_at, region.timezone) if now <= closes_at else None
    return None if days is None else Due(window, region, closes_at, days, pks)


def silent_regions(period_id: int) -> QuerySet[Region]:
    """Regions with an officer and without a nomination in the round. One query when read."""
    begun = Nomination.objects.filter(period=period_id).exclude(status__in=NOT_LIVE)
    return Region.objects.filter(pk__in=officers().values("region")).exclude(pk__in=begun.values("region"))


def officers() -> QuerySet[Membership]:
    """District officers who can sign in now."""
    return Membership.objects.in_force().filter(role=Role.DISTRICT_OFFICER, user__is_active=True)


def officers_by_region(regions: Iterable[str]) -> dict[str, list[User]]:
    """The officers of these regions. One query."""
    found: dict[str, list[User]] = defaultdict(list)
    rows = officers().filter(region__in=set(regions)).select_related("user").order_by("user__email", "region_id")
    for row in rows.distinct("user__email", "region_id"):
        found[str(row.region_id)].append(row.user)
    return found
