"""Stars that are followed up after one and two years, and what was recorded."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core import formats
from nominations.enums import FOLLOW_UP_YEARS, EntryKind, Status
from nominations.models import Coaching, FollowUp, Nomination, Period
from nominations.rules import years_after
from sentra.querysets import region_filter


@dataclass(frozen=True, slots=True)
class Step:
    """The record of one year of a star: from which day it is asked for, and the newest saving of it."""

    year: int
    due: date
    record: FollowUp | None


def awarded_stars() -> QuerySet[Nomination]:
    """Nominations that won a released star, with `coach`, the level that coaches them. No query."""
    level = Coaching.objects.filter(period=OuterRef("period"), stars=OuterRef("decision__stars")).values("level")
    return Nomination.objects.filter(
        status=Status.AWARDED, product_entry__isnull=False, period__results_released_at__isnull=False
    ).annotate(coach=Subquery(level[:1]))


def visible_stars(user: Any) -> QuerySet[Nomination]:
    """By region: what a holder earns is the business of neither scorers nor the chair. One query when read."""
    rows = awarded_stars().visible_to(user).filter(region_filter(user, "region"))
    return rows.select_related("region__parent", "category", "period", "decision", "product_entry__product")


def followed(stars: QuerySet[Nomination]) -> QuerySet[Nomination]:
    """Without the stars that were revoked or renewed; one that merely ran out is followed to its end. No query."""
    return stars.filter(star_until__isnull=False)


def overdue(stars: QuerySet[Nomination], today: date) -> QuerySet[Nomination]:
    """Of these, the stars that lack a record that is asked for. A query for each year, and one more when read."""
    missing = Q(pk__in=())
    for year in FOLLOW_UP_YEARS:
        due = [period.pk for period in _released_periods() if follow_up_due(period, year) <= today]
        missing |= Q(pk__in=lacking(stars, year, due).values("pk"))
    return stars.filter(missing)


def lacking(stars: QuerySet[Nomination], year: int, periods: Iterable[int]) -> QuerySet[Nomination]:
    """Of these, the stars of the periods without a record of that year. No query."""
    recorded = FollowUp.objects.filter(star=OuterRef("pk"), year=year)
    return stars.filter(~Exists(recorded), period__in=list(periods))


def periods_due_since(year: int, first: date, last: date) -> dict[int, date]:
    """Periods whose record of that year became due in these days, with the day. One query."""
    days = {period.pk: follow_up_due(period, year) for period in _released_periods()}
    return {pk: due for pk, due in days.items() if first <= due <= last}


def _released_periods() -> QuerySet[Period]:
    return Period.objects.filter(results_released_at__isnull=False, award__entry_kind=EntryKind.PRODUCT)


def follow_up_due(period: Period, year: int) -> date:
    """From which day the record of that year is asked for: that many years after the results were released."""
    return years_after(localdate(period.results_released_at), year)


def newest_records(star_ids: Iterable[int]) -> dict[int, dict[int, FollowUp]]:
    """By star and year. One query."""
    found: dict[int, dict[int, FollowUp]] = defaultdict(dict)
    rows = FollowUp.objects.filter(star__in=list(star_ids)).select_related("recorded_by")
    for row in rows.order_by("star", "year", "-version").distinct("star", "year"):
        found[row.star_id][row.year] = row
    return found


def steps_of(star: Nomination, records: dict[int, FollowUp]) -> list[Step]:
    """Both years of a star whose period is joined. No query."""
    return [Step(year, follow_up_due(star.period, year), records.get(year)) for year in FOLLOW_UP_YEARS]


def earlier_records(star: Nomination) -> list[FollowUp]:
    """Every saving, the newest first. One query."""
    return list(star.follow_ups.select_related("recorded_by").order_by("-pk"))


def record_rows(record: FollowUp) -> list[tuple[str, str]]:
    """What it says, with labels: for pages and for the dossier that renews the star."""
    unknown = _("Belum diketahui")
    rows = [
        (_("Tenaga kerja"), _("%(number)s orang") % {"number": formats.number_id(record.workers)}),
        (_("Omzet setahun terakhir"), unknown if record.turnover is None else formats.rupiah(record.turnover)),
        (
            _("Nilai ekspor setahun terakhir"),
            unknown if record.export_value is None else formats.rupiah(record.export_value),
        ),
        (_("Pembinaan yang diterima"), record.coaching),
        (_("Hasil dan kendala"), record.outcome),
        (_("Rencana pembinaan berikutnya"), record.plan),
    ]
    return [(str(label), value) for label, value in rows]
