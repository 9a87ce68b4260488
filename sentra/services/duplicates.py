"""Finding records that look alike, and remembering which ones were told apart."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from core import audit
from core.http import require
from sentra.enums import Likeness, RecordKind
from sentra.models import DuplicatePair, DuplicateSearch
from sentra.policies import can_merge
from sentra.selectors.duplicates import MARKS, FoundPair, LookAlike, pairs_of
from sentra.selectors.search import MODELS

BATCH, BATCHES = 1000, 50
# A transaction that is still open may yet commit an older change; the search goes only so far.
SETTLED = timedelta(minutes=10)


def find_duplicates(*, settled: timedelta = SETTLED) -> int:
    """Compare what has changed since the last run with the rest of its region. At most 50,000 records a run.

    Each batch is a transaction of its own: what a lost worker had found stays, and the next one goes on from there.
    """
    until, found = timezone.now() - settled, 0
    for kind in MARKS:
        for _batch in range(BATCHES):
            number, more = _next_batch(kind, until)
            found += number
            if not more:
                break
    return found


@transaction.atomic
def _next_batch(kind: RecordKind, until: Any) -> tuple[int, bool]:
    DuplicateSearch.objects.get_or_create(kind=kind)
    mark = DuplicateSearch.objects.select_for_update().get(kind=kind)
    rows = MODELS[kind].objects.filter(updated_at__lte=until)
    if mark.upto:
        rows = rows.filter(Q(updated_at__gt=mark.upto) | Q(updated_at=mark.upto, pk__gt=mark.upto_id))
    batch = list(rows.order_by("updated_at", "pk").values_list("pk", "updated_at")[:BATCH])
    if not batch:
        return 0, False
    pairs = pairs_of(kind, [pk for pk, _at in batch])
    _keep(kind, pairs)
    mark.upto_id, mark.upto = batch[-1]
    mark.save(update_fields=["upto", "upto_id"])
    return len(pairs), len(batch) == BATCH


def _keep(kind: RecordKind, pairs: Iterable[FoundPair]) -> None:
    """A pair that was told apart stays told apart."""
    rows = [
        DuplicatePair(
            kind=kind, region_id=p.region, first=p.first, second=p.second, score=round(p.score, 2), reasons=p.reasons
        )
        for p in pairs
    ]
    DuplicatePair.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["kind", "first", "second"], update_fields=["score", "reasons"]
    )


@transaction.atomic
def dismiss_pair(*, pair_id: int, actor: Any) -> DuplicatePair:
    """The two records are different ones; the pair is not shown again. A second time changes nothing."""
    rows = DuplicatePair.objects.select_for_update(of=("self",)).select_related("region")
    pair = rows.get(pk=pair_id)
    require(can_merge(actor, pair.region))
    if pair.dismissed_at is None:
        pair.dismissed_by, pair.dismissed_at = actor, Now()
        pair.save(update_fields=["dismissed_by", "dismissed_at"])
        audit.record(actor, "sentra.pair_dismissed", pair, records=[pair.first, pair.second])
    return pair


def tell_apart(kind: RecordKind, record: Any, others: Iterable[LookAlike], actor: Any) -> None:
    """What the officer confirmed: none of the others is this record. One query, in the caller's transaction."""
    rows = []
    for other in others:
        first, second = sorted((record.pk, other.record.pk))
        rows.append(
            DuplicatePair(
                kind=kind,
                region_id=other.record.region_id,
                first=first,
                second=second,
                score=round(other.score, 2),
                reasons=[Likeness(reason) for reason in other.reasons],
                dismissed_by=actor,
                dismissed_at=timezone.now(),
            )
        )
    DuplicatePair.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "first", "second"],
        update_fields=["dismissed_by", "dismissed_at"],
    )
