"""Looking at all scores leaves a trace."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from core import audit
from nominations.models import Nomination, Period
from scoring.models import Stage


@transaction.atomic
def record_view(*, nomination: Nomination, actor: Any) -> None:
    """The chair, the admin and the auditor may see every sheet at any time; that they did is kept. One query."""
    audit.record(actor, "scoring.scores_viewed", nomination)


@transaction.atomic
def record_views(*, nominations: Iterable[Nomination], actor: Any) -> None:
    """The same for several nominations on one page, each once. One query."""
    audit.record_each(actor, "scoring.scores_viewed", {one.pk: one for one in nominations}.values())


@transaction.atomic
def record_spread_view(*, period: Period, actor: Any) -> None:
    """The same for the scores of a whole period. One query."""
    audit.record(actor, "scoring.spread_viewed", period)


@transaction.atomic
def record_stage_view(*, stage: Stage, actor: Any) -> None:
    """The same for the numbers of a whole stage. One query."""
    audit.record(actor, "scoring.stage_scores_viewed", stage)
