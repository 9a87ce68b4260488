"""All scores of a period as a stream that never lies in memory or on disk."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from core import audit
from core.http import require
from nominations.models import Period
from reports.selectors.raw_scores import raw_score_csv, raw_scores
from reports.selectors.scores import scored_nominations
from scoring.policies import can_view_scores


def export_raw_scores(*, period: Period, actor: Any) -> Iterator[bytes]:
    """The CSV in blocks. Raises NotPermitted. Three queries and the stream.

    It is recorded, with the number of rows as it is now, before the first one leaves.
    """
    require(can_view_scores(actor))
    nominations = scored_nominations(actor, period.pk)
    with transaction.atomic():
        audit.record(actor, "report.scores_streamed", period, rows=raw_scores(nominations).count())
    return raw_score_csv(nominations)
