"""Records that look alike within one kabupaten or kota."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from sentra.enums import Likeness, RecordKind
from sentra.models import DuplicatePair, Product
from sentra.rules import LIKELY_WITH_MARK, likeness
from sentra.selectors.search import MODELS

LOOKED_AT = 20
# What two records of a kind can have in common besides their name: likeness → column.
MARKS: dict[RecordKind, dict[Likeness, str]] = {
    RecordKind.SENTRA: {Likeness.VILLAGE: "village_id", Likeness.PHONE: "contact_phone"},
    RecordKind.IKM: {Likeness.NPWP: "npwp", Likeness.PHONE: "phone"},
}
# Records that cannot be merged are no pair: a sentra keeps its commodity.
ALIKE_IN = {RecordKind.SENTRA: "commodity_id", RecordKind.IKM: "region_id"}

# Names of our own tables and columns are put in; what comes from outside is a parameter.
PAIRS = """
    SELECT a.id, b.id, a.region_id, similarity(upper(a.name::text), upper(b.name::text)), a.name, b.name, {same}
    FROM {table} a JOIN {table} b ON b.region_id = a.region_id AND b.{within} = a.{within}
        AND upper(b.name::text) %% upper(a.name::text) AND b.id <> a.id AND b.merged_into_id IS NULL
    WHERE a.id = ANY(%s) AND a.merged_into_id IS NULL
        AND similarity(upper(a.name::text), upper(b.name::text)) >= %s
"""


@dataclass(frozen=True, slots=True)
class LookAlike:
    record: Any
    score: float
    reasons: list[Likeness]


def look_alikes(kind: RecordKind, region: str, record: Any) -> list[LookAlike]:
    """Other records of the region that are probably the same as `record`, which need not be saved; the closest first.

    Pairs that a person has told apart are left out. One query.
    """
    rows = MODELS[kind].objects.filter(region=region)
    if kind is RecordKind.SENTRA:
        rows = rows.filter(commodity=record.commodity_id)
    rows = rows.alias(upper_name=Upper("name")).filter(upper_name__trigram_similar=record.name)
    rows = rows.annotate(score=TrigramSimilarity(Upper("name"), record.name))
    if record.pk:
        rows = rows.exclude(pk=record.pk).exclude(Exists(_told_apart(kind, record.pk)))
    rows = rows.filter(score__gte=LIKELY_WITH_MARK).order_by("-score", "pk")[:LOOKED_AT]
    found = []
    for row in rows:
        same = [mark for mark, column in MARKS[kind].items() if _same(getattr(row, column), getattr(record, column))]
        if reasons := likeness(row.score, (row.name, record.name), same):
            found.append(LookAlike(row, row.score, reasons))
    return found


def siblings_of(product: Product) -> QuerySet[Product]:
    """Other products of the same IKM, the most similar name first, at most 20. One query when read."""
    rows = Product.objects.filter(ikm=product.ikm_id).exclude(pk=product.pk)
    return rows.annotate(score=TrigramSimilarity(Upper("name"), product.name)).order_by("-score", "pk")[:LOOKED_AT]


def _same(one: Any, other: Any) -> bool:
    return bool(one) and one == other


def _told_apart(kind: RecordKind, pk: int) -> QuerySet[DuplicatePair]:
    pair = Q(first=pk, second=OuterRef("pk")) | Q(first=OuterRef("pk"), second=pk)
    return DuplicatePair.objects.filter(pair, kind=kind, dismissed_at__isnull=False)


@dataclass(frozen=True, slots=True)
class FoundPair:
    first: int
    second: int
    region: str
    score: float
    reasons: list[Likeness]


def pairs_of(kind: RecordKind, keys: Iterable[int]) -> list[FoundPair]:
    """Pairs that these records are part of, each once. One query: per record one look into the search index."""
    table, marks, within = MODELS[kind]._meta.db_table, MARKS[kind], ALIKE_IN[kind]
    same = ", ".join(f"a.{column} = b.{column}" for column in marks.values())
    with connection.cursor() as cursor:
        cursor.execute(PAIRS.format(table=table, within=within, same=same), [list(keys), LIKELY_WITH_MARK])
        rows = cursor.fetchall()
    found = {}
    for one, other, region, score, name, other_name, *flags in rows:
        reasons = likeness(score, (name, other_name), [mark for mark, flag in zip(marks, flags, strict=True) if flag])
        if reasons:
            first, second = sorted((one, other))
            found[first, second] = FoundPair(first, second, region, score, reasons)
    return list(found.values())


def open_pairs(user: Any) -> QuerySet[DuplicatePair]:
    """Pairs that nobody has told apart and whose records both still count, of the regions that the person sees.

    A record may have been merged, or removed with its import.
    """
    rows = DuplicatePair.objects.visible_to(user).filter(dismissed_at=None)
    both = Q()
    for kind in MARKS:
        first, second = (MODELS[kind].objects.filter(pk=OuterRef(name)) for name in ("first", "second"))
        both |= Q(Exists(first), Exists(second), kind=kind)
    return rows.filter(both).select_related("region__parent")
