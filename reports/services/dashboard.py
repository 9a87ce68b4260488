"""One period as far as a person may see it: the parts of the dashboard."""

from typing import Any

from accounts.enums import Role
from accounts.roles import SCORERS
from nominations.enums import EntryKind
from nominations.models import Period
from reports.policies import can_open_country
from reports.presenters import dashboard as presenters
from reports.presenters.maps import country_map, state_map
from reports.selectors import dashboard as selectors
from scoring.policies import can_view_scores
from scoring.selectors.distribution import score_summaries
from scoring.selectors.progress import own_progress
from scoring.services.viewing import record_spread_view


def open_dashboard(*, period: Period, actor: Any) -> dict[str, Any]:
    """All parts that the person may see, for the page and for the workbook; that scores were seen is recorded.

    Nine queries at most for one role, whatever the number of nominations.
    """
    parts = _parts(actor, period)
    if parts.get("spread"):
        record_spread_view(period=period, actor=actor)
    return parts


def _parts(user: Any, period: Period) -> dict[str, Any]:
    """The widest view that the person's roles give, and the own work of a scorer beside it."""
    districts, provinces = user.region_codes(Role.DISTRICT_OFFICER), user.region_codes(Role.PROVINCE_OFFICER)
    parts: dict[str, Any] = {"schedule": presenters.schedule_rows(period, {}, user.timezone)}
    if can_open_country(user) or user.has_role(Role.PANEL_CHAIR):
        parts |= _country(user, period)
    elif provinces:
        parts |= _province(user, period, provinces)
    elif districts:
        parts |= _district(user, period, districts)
    if user.roles & SCORERS:
        rows = own_progress(user, period.pk)
        parts["own"] = {"bars": presenters.own_bars(rows), "figures": presenters.own_figures(rows)}
    return parts


def _country(user: Any, period: Period) -> dict[str, Any]:
    """For the ministry, the auditor and the chair, who meets no drafts. Seven queries, nine with scores."""
    linked = bool(can_open_country(user))
    nominations = selectors.own_nominations(user, period)
    found = selectors.tallies(nominations, "region__parent")
    statuses = selectors.added(found)
    rows = selectors.province_coverage(selectors.provinces_with_size(), found)
    cells = selectors.category_coverage(nominations, "region__parent")
    parts = {
        "funnel": presenters.funnel(statuses, internal=True, drafts=linked, released=False),
        "standstill": presenters.standstill(statuses, internal=True, released=False) if linked else [],
        "coverage": presenters.coverage_bars(rows, period, linked=linked),
        "covered": presenters.covered(rows),
        "map": country_map(rows, linked=linked),
        "heat": presenters.heat_table(rows, selectors.categories_of(period), cells),
        "verified_only": not linked,
    }
    if linked:
        parts |= _trend(nominations, period, statuses, {})
    if can_view_scores(user):
        parts |= {"spread": presenters.spread_rows(score_summaries(user, period.pk)), "may_view_scores": True}
    return parts


def _province(user: Any, period: Period, provinces: list[str]) -> dict[str, Any]:
    """The kabupaten and kota of the own province. Five queries."""
    regions = selectors.regions_of(provinces)
    nominations = selectors.own_nominations(user, period).filter(region__parent__in=provinces)
    found = selectors.tallies(nominations, "region")
    statuses = selectors.added(found)
    states = presenters.region_states(regions, found, period)
    cells = selectors.category_coverage(nominations, "region__parent")
    parts = _funnel_of_regions(period, statuses) | {
        "states": states,
        "state_map": state_map(states),
        "counted_what": period.get_hint_counts_display(),
        "covered": presenters.covered_regions(states),
        "categories": presenters.category_bars(selectors.categories_of(period), cells, len(regions)),
        "province": provinces[0],
    }
    return parts | _trend(nominations, period, statuses, {})


def _district(user: Any, period: Period, regions: list[str]) -> dict[str, Any]:
    """Own nominations, deadlines and returns, and how the own register stands. Five queries."""
    later = selectors.later_closings(period, regions)
    nominations = selectors.own_nominations(user, period, regions)
    found = selectors.tallies(nominations, "category__label")
    statuses = selectors.added(found)
    parts = _funnel_of_regions(period, statuses) | {
        "schedule": presenters.schedule_rows(period, later, user.timezone),
        "unfinished": presenters.unfinished_rows(selectors.unfinished(nominations)),
        "categories_sent": presenters.label_bars(found),
        "wanted": presenters.quota(found.values(), period),
        "is_district": True,
    }
    if period.award.entry_kind == EntryKind.PRODUCT:
        parts["standing"] = presenters.standing_bars(selectors.register_standing(period, regions))
    return parts | _trend(nominations, period, statuses, later)


def _funnel_of_regions(period: Period, statuses: Any) -> dict[str, Any]:
    released = period.results_released_at is not None
    return {
        "funnel": presenters.funnel(statuses, internal=False, drafts=True, released=released),
        "standstill": presenters.standstill(statuses, internal=False, released=released),
    }


def _trend(nominations: Any, period: Period, statuses: Any, later: dict[str, Any]) -> dict[str, Any]:
    days = selectors.trend(nominations, period)
    return {
        "trend": presenters.trend_chart(days, period, later),
        "returns": presenters.return_figures(statuses, days),
        "has_trend": True,
    }
