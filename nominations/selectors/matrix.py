"""Kabupaten and kota against what they nominated in a period, and whom a reminder would reach."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, DateTimeField, F, Max, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from nominations.enums import BEFORE_VERIFICATION_ENDS, NOT_LIVE, NOT_SENT, Status, WindowKind
from nominations.models import Extension, Nomination, Period, RegionReminder, Window
from nominations.selectors.dossiers import with_filled
from reference.models import Region

REMINDER_PAUSE = timedelta(hours=24)


@dataclass(slots=True)
class RegionRow:
    """One kabupaten or kota in one period. `reminded_at` is the last reminder, of whatever period."""

    region: Region
    closes_at: datetime | None
    reminded_at: datetime | None
    sentra: int = 0
    """sentra of which something was sent"""
    statuses: Counter[str] = field(default_factory=Counter)
    last_activity: datetime | None = None

    @property
    def drafts(self) -> int:
        return self.statuses[Status.DRAFT]

    @property
    def sent(self) -> int:
        """Live nominations that were submitted at least once."""
        return sum(number for status, number in self.statuses.items() if status not in NOT_LIVE) - self.drafts

    def counted(self, period: Period) -> int:
        """What stands against the recommended number of the period."""
        return period.counted(nominations=self.sent, sentra=self.sentra)

    @property
    def order(self) -> tuple[bool, bool, str]:
        """Those without anything first, then those with drafts alone."""
        return self.sent > 0, self.drafts > 0, self.region.code

    @property
    def may_be_reminded_from(self) -> datetime | None:
        """Until then the region rests; None when it may be reminded now."""
        rests_until = self.reminded_at and self.reminded_at + REMINDER_PAUSE
        return rests_until if rests_until and rests_until > timezone.now() else None


def rounds() -> list[Any]:
    """All periods with award, `opens_at` and `closes_at` of the nomination window, newest first. One query."""
    window = Window.objects.filter(period=OuterRef("pk"), kind=WindowKind.NOMINATION)
    rows = Period.objects.select_related("award").order_by("-year", "award__name")
    return list(
        rows.annotate(opens_at=Subquery(window.values("opens_at")), closes_at=Subquery(window.values("closes_at")))
    )


def region_rows(period: Any, regions: QuerySet[Region], seen: QuerySet[Nomination] | None = None) -> list[RegionRow]:
    """A row per region, silent ones first; `period` comes from `rounds`. Two queries, however many regions.

    `seen` are the nominations that the reader may meet; without it all count, as for what a region is reminded of.
    """
    counted = (Nomination.objects.all() if seen is None else seen).filter(period=period)
    extension = Extension.objects.live().filter(
        window__period=period, window__kind=WindowKind.NOMINATION, region=OuterRef("pk")
    )
    reminders = RegionReminder.objects.filter(region=OuterRef("pk")).order_by("-at")
    sent = counted.filter(region=OuterRef("pk")).exclude(status__in=NOT_SENT)
    sentra = sent.order_by().values("region").annotate(number=Count("product_entry__sentra", distinct=True))
    found = regions.annotate(
        extended_to=Subquery(extension.values("closes_at")),
        reminded_at=Subquery(reminders.values("at")[:1]),
        sentra_sent=Subquery(sentra.values("number")),
    )
    rows = {
        region.pk: RegionRow(
            region=region,
            closes_at=max((moment for moment in (period.closes_at, region.extended_to) if moment), default=None),
            reminded_at=region.reminded_at,
            sentra=region.sentra_sent or 0,
        )
        for region in found
    }
    for region_id, status, number, last in _counts(counted, regions):
        row = rows[region_id]
        row.statuses[status] = number
        row.last_activity = max(filter(None, (row.last_activity, last)), default=None)
    return sorted(rows.values(), key=lambda row: row.order)


def _counts(counted: QuerySet[Nomination], regions: QuerySet[Region]) -> QuerySet:
    """After the verification the last activity stays the submission: a later moment would tell what is sealed."""
    open_still = [status.value for status in BEFORE_VERIFICATION_ENDS | NOT_LIVE]
    activity = Case(
        When(status__in=open_still, then=F("updated_at")), default=F("submitted_at"), output_field=DateTimeField()
    )
    rows = counted.filter(region__in=regions.order_by().values("pk"))
    return (
        rows.order_by()
        .values("region", "status")
        .annotate(number=Count("pk"), last=Max(activity))
        .values_list("region", "status", "number", "last")
    )


def drafts_in(province: Region, period: str, user: Any) -> QuerySet[Nomination]:
    """Drafts of a province in a round that the person may meet, with all that their findings need.

    None when `period` is no round's key. One query when read, another one for the beneficiaries of candidates.
    """
    known = period.isascii() and period.isdigit() and len(period) < 10
    rows = Nomination.objects.visible_to(user).filter(region__parent=province, status=Status.DRAFT)
    rows = rows.filter(period=period if known else None).with_list_columns().select_related("product_entry__sentra")
    return with_filled(rows).prefetch_related("candidate_entry__beneficiaries")


@dataclass(frozen=True, slots=True)
class ReminderTarget:
    row: RegionRow
    period: Any
    officers: list[User]


def reminder_targets(period: Any, codes: Collection[str]) -> list[ReminderTarget]:
    """Kabupaten and kota with the officers that a reminder reaches now. Three queries."""
    rows = region_rows(period, Region.objects.current().regencies().filter(code__in=codes).with_parents())
    officers: dict[str, dict[int, User]] = defaultdict(dict)
    members = Membership.objects.in_force().filter(
        Q(user__is_active=True), role=Role.DISTRICT_OFFICER, region__in=[row.region.pk for row in rows]
    )
    for member in members.select_related("user").order_by("user__name", "user"):
        officers[member.region_id][member.user_id] = member.user
    return [ReminderTarget(row, period, list(officers[row.region.pk].values())) for row in rows]
