"""Who nominated in a round and who did not, and how far the nominations came.

As on the dashboard, what the reader may not meet is counted nowhere.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from nominations.enums import GRANTED, NOT_SENT, Status
from nominations.models import Category, Nomination, Period
from reference.models import Region
from reports.models import Report

BEFORE_THE_VERDICT = frozenset({Status.SUBMITTED, Status.UNDER_VERIFICATION, Status.RETURNED})


@dataclass(frozen=True, slots=True)
class Tally:
    """Nominations of a region or a category. `granted` is None as long as the results are not released."""

    drafts: int = 0
    sent: int = 0
    waiting: int = 0
    ineligible: int = 0
    passed: int = 0
    granted: int | None = None


def region_tallies(period: Period, user: Any) -> list[tuple[Region, Tally]]:
    """Every kabupaten and kota in force by code, also those without any. Two queries."""
    tallies = _tallies(period, user, "region")
    regions = Region.objects.current().regencies().select_related("parent").order_by("code")
    return [(region, tallies.get(region.pk, _empty(period))) for region in regions]


def category_tallies(period: Period, user: Any) -> list[tuple[Category, Tally]]:
    """The categories that may be nominated, or were, in their order. Two queries."""
    tallies = _tallies(period, user, "category")
    rows = Category.objects.filter(award=period.award_id).order_by("order")
    return [(row, tallies.get(row.pk, _empty(period))) for row in rows if row.active or row.pk in tallies]


def province_category_counts(period: Period, user: Any) -> dict[tuple[str, int], int]:
    """Nominations that were sent, by province and category; pairs without any are left out. One query."""
    rows = Nomination.objects.visible_to(user).filter(period=period).exclude(status__in=NOT_SENT).order_by()
    counted = rows.values_list("region__parent", "category").annotate(number=Count("pk"))
    return {(province, category): number for province, category, number in counted}


def compared_period(report: Report) -> Period | None:
    """The round beside it: the chosen one, or that of the same award before. One query at most."""
    period = report.period
    before = Period.objects.filter(award=period.award_id, year__lt=period.year).order_by("-year")
    return report.compared or before.first()


def added(tallies: list[Tally]) -> Tally:
    """Their sums; `granted` stays None when it is None in all."""
    granted = [one.granted for one in tallies if one.granted is not None]
    return Tally(
        drafts=sum(one.drafts for one in tallies),
        sent=sum(one.sent for one in tallies),
        waiting=sum(one.waiting for one in tallies),
        ineligible=sum(one.ineligible for one in tallies),
        passed=sum(one.passed for one in tallies),
        granted=sum(granted) if granted else None,
    )


def _tallies(period: Period, user: Any, field: str) -> dict[Any, Tally]:
    over = NOT_SENT | BEFORE_THE_VERDICT | {Status.INELIGIBLE}
    sums = {
        "n_drafts": Q(status=Status.DRAFT),
        "n_sent": ~Q(status__in=NOT_SENT),
        "n_waiting": Q(status__in=BEFORE_THE_VERDICT),
        "n_ineligible": Q(status=Status.INELIGIBLE),
        "n_passed": ~Q(status__in=over),
        "n_granted": Q(status__in=GRANTED),
    }
    counts = {name: Count("pk", filter=where) for name, where in sums.items()}
    rows = Nomination.objects.visible_to(user).filter(period=period).order_by().values(field).annotate(**counts)
    released = period.results_released_at is not None
    return {
        key: Tally(*numbers, granted if released else None) for key, *numbers, granted in rows.values_list(field, *sums)
    }


def _empty(period: Period) -> Tally:
    return Tally(granted=0 if period.results_released_at else None)
