"""Records that look alike within one kabupaten or kota."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from sentra.enums import Likeness, RecordKind
from sentra.models import DuplicatePair, Product
from sentra.rules import LIKELY_BY_NAME, MOST_HOLDERS, least_score, likeness
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
    WITH mine AS MATERIALIZED (SELECT * FROM {table} WHERE id = ANY(%(keys)s) AND merged_into_id IS NULL)
    SELECT NULL AS mark, 0 AS holders, {facts}
    FROM mine a JOIN {table} b ON {both} AND upper(b.name::text) %% upper(a.name::text)
    WHERE similarity(upper(a.name::text), upper(b.name::text)) >= {least}
"""
PAIRS_BY_MARK = """
    UNION ALL SELECT '{mark}', few.holders, {facts}
    FROM mine a
    JOIN (
        SELECT region_id, {column}, count(*) AS holders FROM {table}
        WHERE merged_into_id IS NULL AND {column} IN (SELECT {column} FROM mine)
        GROUP BY region_id, {column} HAVING count(*) BETWEEN 2 AND {most}
    ) few ON few.region_id = a.region_id AND few.{column} = a.{column}
    JOIN {table} b ON {both} AND b.{column} = a.{column}
"""
FACTS = "a.id, b.id, a.region_id, similarity(upper(a.name::text), upper(b.name::text)), a.name, b.name"
BOTH = "b.region_id = a.region_id AND b.{within} = a.{within} AND b.id <> a.id AND b.merged_into_id IS NULL"


@dataclass(frozen=True, slots=True)
class LookAlike:
    record: Any
    score: float
    reasons: list[Likeness]


def look_alikes(kind: RecordKind, region: str, record: Any) -> list[LookAlike]:
    """Other records of the region that are probably the same as `record`, which need not be saved; the closest first.

    Pairs that a person has told apart are left out. Two queries.
    """
    rows = MODELS[kind].objects.filter(region=region)
    if record.pk:
        rows = rows.exclude(pk=record.pk)
    holders = _holders(kind, rows, record)
    if kind is RecordKind.SENTRA:
        rows = rows.filter(commodity=record.commodity_id)
    if record.pk:
        rows = rows.exclude(Exists(_told_apart(kind, record.pk)))
    rows = rows.annotate(score=TrigramSimilarity(Upper("name"), record.name))
    # Apart, so that each finds its index; with an OR the planner would rather read the whole region.
    alike = rows.alias(upper_name=Upper("name")).filter(
        upper_name__trigram_similar=record.name, score__gte=LIKELY_BY_NAME
    )
    telling = {MARKS[kind][mark]: least_score(mark, n) for mark, n in holders.items() if n <= MOST_HOLDERS}
    by_mark = [rows.filter((c, getattr(record, c)), score__gte=least) for c, least in telling.items()]
    alike = alike.union(*by_mark).order_by("-score", "pk")
    found = []
    for row in alike[:LOOKED_AT]:
        same = {mark: number for mark, number in holders.items() if _same(row, record, MARKS[kind][mark])}
        if reasons := likeness(row.score, (row.name, record.name), same):
            found.append(LookAlike(row, row.score, reasons))
    return found


def _holders(kind: RecordKind, rows: QuerySet[Any], record: Any) -> dict[Likeness, int]:
    """How many records have each mark of this one, itself included. One query."""
    marks = {mark: Q((column, value)) for mark, column in MARKS[kind].items() if (value := getattr(record, column))}
    if not marks:
        return {}
    either = reduce(or_, marks.values())
    counted = rows.filter(either).aggregate(**{mark: Count("pk", filter=has) for mark, has in marks.items()})
    return {mark: counted[mark] + 1 for mark in marks}


def siblings_of(product: Product) -> QuerySet[Product]:
    """Other products of the same IKM, the most similar name first, at most 20. One query when read."""
    rows = Product.objects.filter(ikm=product.ikm_id).exclude(pk=product.pk)
    return rows.annotate(score=TrigramSimilarity(Upper("name"), product.name)).order_by("-score", "pk")[:LOOKED_AT]


def _same(one: Any, other: Any, column: str) -> bool:
    return bool(getattr(one, column) == getattr(other, column))


def _told_apart(kind: RecordKind, pk: int) -> QuerySet[DuplicatePair]:
    pair = Q(first=pk, second=OuterRef("pk")) | Q(first=OuterRef("pk"), second=pk)
    return DuplicatePair.objects.filter(pair, kind=kind, dismissed_at__isnull=False)


def told_apart_in(kind: RecordKind, region: str) -> dict[int, set[int]]:
    """For each record of the region those that a person has told apart from it. One query."""
    pairs = DuplicatePair.objects.filter(kind=kind, region=region, dismissed_at__isnull=False)
    others = defaultdict[int, set[int]](set)
    for first, second in pairs.values_list("first", "second"):
        others[first].add(second)
        others[second].add(first)
    return others


@dataclass(frozen=True, slots=True)
class FoundPair:
    first: int
    second: int
    region: str
    score: float
    reasons: list[Likeness]


def pairs_of(kind: RecordKind, keys: Iterable[int]) -> list[FoundPair]:
    """Pairs that these records are part of, each once. One query in a transaction; per record a look at each index."""
    names = {"table": MODELS[kind]._meta.db_table, "facts": FACTS, "both": BOTH.format(within=ALIKE_IN[kind])}
    sql = PAIRS.format(least=LIKELY_BY_NAME, **names)
    for mark, column in MARKS[kind].items():
        sql += PAIRS_BY_MARK.format(mark=mark, column=column, most=MOST_HOLDERS, **names)
    with connection.cursor() as cursor:
        # The search index drops early what cannot be as similar as this.
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(LIKELY_BY_NAME)])
        cursor.execute(sql, {"keys": list(keys)})
        rows = cursor.fetchall()
    facts, marks = {}, defaultdict[tuple[int, int], dict[Likeness, int]](dict)
    for mark, holders, one, other, *rest in rows:
        key = (min(one, other), max(one, other))
        facts[key] = rest
        if mark:
            marks[key][Likeness(mark)] = holders
    found = []
    for key, (region, score, *both) in facts.items():
        same = {mark: marks[key][mark] for mark in MARKS[kind] if mark in marks[key]}
        if reasons := likeness(score, (both[0], both[1]), same):
            found.append(FoundPair(*key, region, score, reasons))
    return found


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
