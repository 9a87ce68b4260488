"""Reminding regions of certificates that end."""

from collections import defaultdict
from datetime import date, timedelta

from django.db import transaction

from certificates.messages import tell_expiring
from certificates.models import Certificate
from certificates.rules import EXPIRY_STEPS, expiry_step
from certificates.selectors import expiring


@transaction.atomic
def remind_of_expiry(today: date) -> int:
    """Tell each region once per step and last day; returns how many regions were due. What was missed is caught up.

    One query, and three and two more a mail for each region.
    """
    groups: dict[tuple[str, date], list[Certificate]] = defaultdict(list)
    for row in expiring(today, today + timedelta(days=max(EXPIRY_STEPS))):
        groups[row.decision.nomination.region_id, row.valid_until].append(row)
    for (region, last_day), rows in groups.items():
        step = expiry_step((last_day - today).days)
        tell_expiring(region=region, last_day=last_day, step=step, certificates=rows)
    return len(groups)
