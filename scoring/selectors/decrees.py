"""What a decree may hold."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import Outcome
from scoring.models import Decision, Decree
from scoring.selectors.rankings import entries_in_force, in_force


def choices_for(decree: Decree) -> QuerySet[Nomination]:
    """What a decree that is not released may hold: its own nominations, and those in no decree that are recommended
    in a ranking with two signatures.

    One query, with recommendation, region and category.
    """
    signed = entries_in_force().filter(nomination=OuterRef("pk"), outcome=Outcome.RECOMMENDED)
    rows = Nomination.objects.filter(
        Q(decision__decree=decree) | Q(decision=None),
        Exists(signed),
        period=decree.period_id,
        status=Status.RECOMMENDED,
    )
    return rows.select_related("recommendation", "region", "category").order_by("category__order", "reference")


def superseded(decree: Decree) -> QuerySet[Decision]:
    """Decisions that were taken from a ranking that no longer holds."""
    return Decision.objects.filter(decree=decree).exclude(ranking__in=in_force())
