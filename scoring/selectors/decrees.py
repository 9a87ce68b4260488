"""What a decree may hold."""

from django.db.models import Q, QuerySet

from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import Outcome
from scoring.models import Decree


def choices_for(decree: Decree) -> QuerySet[Nomination]:
    """What a decree that is not released may hold: its own nominations, and those recommended and in no decree.

    One query, with recommendation, region and category.
    """
    rows = Nomination.objects.filter(
        Q(decision__decree=decree) | Q(decision=None),
        period=decree.period_id,
        status=Status.RECOMMENDED,
        recommendation__outcome=Outcome.RECOMMENDED,
    )
    return rows.select_related("recommendation", "region", "category").order_by("category__order", "reference")
