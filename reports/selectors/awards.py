"""What the newest round of an award asks for and how it is judged."""

from dataclasses import dataclass

from nominations.models import Award, Period, Requirement
from scoring.models import Stage


@dataclass(frozen=True, slots=True)
class Criteria:
    """Of one round: its stages by category and its documents."""

    period: Period | None
    stages: list[Stage]
    requirements: list[Requirement]


def criteria_of(award: Award) -> Criteria:
    """Of the newest round. Four queries."""
    period = Period.objects.filter(award=award).order_by("-year").first()
    if period is None:
        return Criteria(None, [], [])
    stages = Stage.objects.filter(period=period).select_related("category", "instrument")
    requirements = period.requirements.prefetch_related("categories").order_by("order")
    return Criteria(period, list(stages.order_by("category__order", "order")), list(requirements))
