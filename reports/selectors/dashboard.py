"""Sums over one period for the dashboards. The database adds up: no function reads a row per nomination."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import TruncDate

from accounts.enums import Role
from core.formats import JAKARTA
from nominations.enums import EDITABLE, NOT_SENT, Action, Status, WindowKind
from nominations.models import Category, Extension, Nomination, Period, ProductEntry, StatusChange
from nominations.selectors.windows import closing_of
from reference.models import Region
from reports.selectors import ProvinceRow
from scoring.selectors.assignments import owed_by
from scoring.selectors.people import recused_nominations
from sentra.models import Sentra

SHOWN = 10
CREATED = "created"
COUNTED = (Action.SUBMIT, Action.RETURN_FOR_REPAIR, Action.RESUBMIT)


@dataclass(slots=True)
class StatusTally:
    """Nominations of one place or category by status, and how many kabupaten and kota in force have sent any."""

    regions: int = 0
    sentra: int = 0
    """sentra of which something was sent"""
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def drafts(self) -> int:
        return self.statuses[Status.DRAFT]

    @property
    def sent(self) -> int:
        return sum(number for status, number in self.statuses.items() if status not in NOT_SENT)

    def counted(self, period: Period) -> int:
        """What stands against the recommended number of the period."""
        return period.counted(nominations=self.sent, sentra=self.sentra)


def periods_with_windows() -> list[Period]:
    """All periods with award and windows, newest first. Two queries."""
    rows = Period.objects.select_related("award").prefetch_related("windows")
    return list(rows.order_by("-year", "award__name"))


def own_nominations(user: Any, period: Period, regions: list[str] | None = None) -> QuerySet[Nomination]:
    """What the person may open of a period, all of it or that of some kabupaten and kota. No query."""
    rows = Nomination.objects.visible_to(user).filter(period=period).order_by()
    return rows if regions is None else rows.filter(region__in=regions)


def reader_digest(user: Any, period_id: int, *others: int, scores: bool) -> str:
    """Whose dashboard it is and what is kept from that person, as a sha256. At most two queries, and one for each
    other round."""
    facts = [sorted(map(str, user.roles))]
    facts += [sorted(recused_nominations(user, one)) for one in (period_id, *others)]
    facts += [sorted(user.region_codes(role)) for role in (Role.DISTRICT_OFFICER, Role.PROVINCE_OFFICER)]
    if scores:
        facts.append(sorted(owed_by(user, Nomination.objects.filter(period=period_id).values("pk"))))
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def tallies(nominations: QuerySet[Nomination], by: str) -> dict[Any, StatusTally]:
    """Per value of `by` (`region__parent`, `region` or `category__label`) the numbers of each status. One query."""
    sent = ~Q(status__in=NOT_SENT)
    numbers = {
        "n_regions": Count("region", distinct=True, filter=sent & Q(region__valid_to=None)),
        "n_sentra": Count("product_entry__sentra", distinct=True, filter=sent),
    } | {f"n_{status}": Count("pk", filter=Q(status=status)) for status in Status}
    rows = nominations.values(by).annotate(**numbers)
    return {
        key: StatusTally(regions, sentra, Counter(dict(zip(Status, statuses, strict=True))))
        for key, regions, sentra, *statuses in rows.values_list(by, *numbers)
    }


def added(rows: dict[Any, StatusTally]) -> Counter[str]:
    """The statuses of all of them."""
    return sum((row.statuses for row in rows.values()), Counter())


def provinces_with_size() -> list[Region]:
    """The provinces in force by code, as `all` with the number of their kabupaten and kota. One query."""
    rows = Region.objects.current().provinces().order_by("code")
    return list(rows.annotate(all=Count("children", filter=Q(children__valid_to=None))))


def province_coverage(provinces: list[Any], found: dict[Any, StatusTally]) -> list[ProvinceRow]:
    """Each province with how many of its kabupaten and kota have sent a nomination. No query."""
    empty = StatusTally()
    rows = [(one, found.get(one.pk, empty)) for one in provinces]
    return [ProvinceRow(one, one.all, tally.regions, tally.sent) for one, tally in rows]


def regions_of(provinces: list[str]) -> list[Region]:
    """The kabupaten and kota in force of these provinces by code. One query."""
    return list(Region.objects.current().regencies().filter(parent__in=provinces).order_by("code"))


def categories_of(period: Period) -> list[Category]:
    """The categories of the award in their order. One query."""
    return list(Category.objects.filter(award=period.award_id).order_by("order"))


def category_coverage(nominations: QuerySet[Nomination], by: str) -> dict[tuple[str, int], int]:
    """How many kabupaten and kota have sent a nomination, per place (`region__parent`) and category. One query."""
    sent = nominations.exclude(status__in=NOT_SENT).filter(region__valid_to=None)
    rows = sent.values(by, "category").annotate(number=Count("region", distinct=True))
    return {(place, category): number for place, category, number in rows.values_list(by, "category", "number")}


def trend(nominations: QuerySet[Nomination], period: Period) -> dict[str, Counter[date]]:
    """Per day in WIB how many of these, all of that period, were begun, sent, returned and sent again. One query."""
    zone = ZoneInfo(JAKARTA)
    begun = nominations.annotate(kind=Value(CREATED, CharField()), day=TruncDate("created_at", tzinfo=zone))
    # The period once more: without it the planner reads the changes of all periods.
    changes = StatusChange.objects.filter(nomination__in=nominations.values("pk"), nomination__period=period)
    changes = changes.filter(action__in=COUNTED).order_by()
    changed = changes.annotate(kind=F("action"), day=TruncDate("at", tzinfo=zone))
    parts = [rows.values("kind", "day").annotate(number=Count("pk")) for rows in (begun, changed)]
    found: dict[str, Counter[date]] = {kind: Counter() for kind in (CREATED, *COUNTED)}
    for row in parts[0].union(parts[1], all=True):
        found[row["kind"]][row["day"]] = row["number"]
    return found


def later_closings(period: Period, regions: list[str]) -> dict[str, datetime]:
    """The latest live extension of each kind of window for these kabupaten and kota. One query."""
    rows = Extension.objects.live().filter(window__period=period, region__in=regions).order_by("closes_at")
    return dict(rows.values_list("window__kind", "closes_at"))


def unfinished(nominations: QuerySet[Nomination]) -> list[Any]:
    """Returned dossiers and drafts with their deadlines and the verifier's words, returned first. One query."""
    reasons = StatusChange.objects.filter(nomination=OuterRef("pk"), action=Action.RETURN_FOR_REPAIR).order_by("-id")
    rows = nominations.filter(status__in=EDITABLE).annotate(
        reason=Subquery(reasons.values("reason")[:1]),
        sending_closes_at=closing_of(WindowKind.NOMINATION),
        repair_closes_at=closing_of(WindowKind.CORRECTION),
    )
    return list(rows.order_by("-status", "-updated_at")[:SHOWN])


@dataclass(frozen=True, slots=True)
class Standing:
    """The sentra of one commodity in the register, and those of them from which a nomination was sent."""

    commodity: str
    sentra: int
    nominated: int


def register_standing(period: Period, regions: list[str]) -> list[Standing]:
    """Per commodity, in its order. One query over the sentra of these kabupaten and kota."""
    sent = ProductEntry.objects.filter(sentra=OuterRef("pk"), nomination__period=period).exclude(
        nomination__status__in=[status.value for status in NOT_SENT]
    )
    rows = Sentra.objects.filter(region__in=regions).annotate(is_nominated=Exists(sent)).order_by()
    rows = rows.values("commodity__order", "commodity__name").annotate(
        number=Count("pk"), nominated=Count("pk", filter=Q(is_nominated=True))
    )
    columns = ("commodity__name", "number", "nominated")
    return [Standing(*row) for row in rows.order_by("commodity__order").values_list(*columns)]
