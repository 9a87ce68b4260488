"""Recording what became of a star a year and two years later."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import StaleVersion
from core.http import require
from nominations.enums import FOLLOW_UP_YEARS
from nominations.messages.followups import tell_due
from nominations.models import FollowUp, Nomination
from nominations.policies import can_follow_up
from nominations.rules import reminder_step
from nominations.selectors.followups import awarded_stars, followed, lacking, periods_due_since
from nominations.services.transitions import lock_nomination

REMINDED = timedelta(days=90)  # whatever is missing longer stands in the list of the Sekretariat
FIELDS = ("workers", "turnover", "export_value", "coaching", "outcome", "plan")


@transaction.atomic
def record_follow_up(*, star_id: int, year: int, version: int, values: Mapping[str, Any], actor: Any) -> FollowUp:
    """The next version of a record; the same values again write nothing. `version` is what was read, 0 for none.

    Raises NotPermitted, and StaleVersion when somebody else saved since. Four queries.
    """
    star = lock_nomination(star_id)
    require(can_follow_up(actor, star, year))
    newest = star.follow_ups.filter(year=year).order_by("-version").first()
    if newest and all(getattr(newest, name) == values[name] for name in FIELDS):
        return newest
    if version != (newest.version if newest else 0):
        text = _("Petugas lain menyimpan catatan ini sejak Anda membukanya. Isian Anda masih ada di bawah.")
        if newest is None:
            text = _("Catatan ini belum pernah disimpan. Isian Anda masih ada di bawah; simpan sekali lagi.")
        raise StaleVersion(text)
    kept = {name: values[name] for name in FIELDS}
    record = FollowUp.objects.create(star=star, year=year, version=version + 1, recorded_by=actor, **kept)
    audit.record(actor, "nomination.followed_up", star, year=year, version=record.version)
    return record


@transaction.atomic
def remind_of_follow_ups(today: date) -> int:
    """Tell each region on the day and a month later; returns how many were due. What was missed is caught up.

    Four queries, and one and two more a mail for each region.
    """
    number = 0
    for year in FOLLOW_UP_YEARS:
        days = periods_due_since(year, today - REMINDED, today)
        groups: dict[tuple[int, str], list[Nomination]] = defaultdict(list)
        for star in lacking(followed(awarded_stars()), year, days).order_by("title", "pk"):
            groups[star.period_id, star.region_id].append(star)
        for (period, region), stars in groups.items():
            step = reminder_step((today - days[period]).days)
            tell_due(region=region, period=period, year=year, due=days[period], step=step, stars=stars)
        number += len(groups)
    return number
