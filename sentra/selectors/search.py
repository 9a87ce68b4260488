"""Search that forgives typing errors, over sentra, IKM and products that a person may see."""

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import CharField, F, Q, QuerySet, Value, Window
from django.db.models.functions import Cast, Concat, Greatest, RowNumber, Upper

from core import identifiers
from core.identifiers import IdentifierError, Kind
from reference.models import Region
from sentra.enums import RecordKind
from sentra.models import Ikm, Product, Sentra
from sentra.querysets import region_scope

SHOWN = 20
LEAST_LETTERS = 3
# How many rows at most are looked at before the best are chosen: a common word fits a quarter of the country.
LITERAL, SIMILAR, VAGUE = 100, 200, 5000
VAGUELY_SIMILAR = 0.25  # "kuaman" and "kauman" have 0.27 in common
NUMBER = re.compile(r"\+?[0-9][0-9 .()/-]{6,28}")
MODELS: dict[RecordKind, type[Sentra] | type[Ikm] | type[Product]] = {
    RecordKind.SENTRA: Sentra,
    RecordKind.IKM: Ikm,
    RecordKind.PRODUCT: Product,
}
DETAILS = {
    RecordKind.SENTRA: F("commodity__name"),
    RecordKind.IKM: Concat("owner_name", Value(" · "), "sentra__name"),
    RecordKind.PRODUCT: F("ikm__name"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    kind: RecordKind
    pk: int
    name: str
    detail: str
    place: str


@dataclass(frozen=True, slots=True)
class Found:
    """`exact` is False when no name contains what was typed, and the hits only resemble it."""

    hits: list[Hit]
    exact: bool


def find(user: Any, text: str) -> Found:
    """At most 20 records of each kind, the closest first. One query; four when nothing fits and similar is looked for.

    A text of digits finds NIB, NPWP and telephone numbers that are exactly these.
    """
    scope = region_scope(user)
    if NUMBER.fullmatch(text):
        return Found(_hits(_of_number(scope, text)), exact=True)
    hits = _hits(_arm(kind, text, _close(kind, scope, text)) for kind in RecordKind)
    if not hits:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL pg_trgm.word_similarity_threshold = %s", [VAGUELY_SIMILAR])
            hits = _hits(_arm(kind, text, _vague(kind, scope, text).values("pk")) for kind in RecordKind)
    typed = text.casefold()
    return Found(hits, exact=any(typed in f"{hit.name}\n{hit.detail}".casefold() for hit in hits))


def _names(kind: RecordKind) -> tuple[str, ...]:
    return ("name", "owner_name") if kind is RecordKind.IKM else ("name",)


def _alike(kind: RecordKind, scope: Q, text: str) -> QuerySet[Any]:
    """Rows with a word or words that resemble the text, by the threshold in force."""
    rows, alike = MODELS[kind].objects.all(), Q()
    for name in _names(kind):
        rows = rows.alias(**{f"upper_{name}": Upper(name)})
        alike |= Q(**{f"upper_{name}__trigram_word_similar": text})
    return rows.filter(scope, alike)


def _close(kind: RecordKind, scope: Q, text: str) -> QuerySet[Any]:
    """Keys of rows that contain the text, so that a common word cannot push them out, and rows that resemble it."""
    literal = Q()
    for name in _names(kind):
        literal |= Q(**{f"{name}__icontains": text})
    contained = _at_most(LITERAL, MODELS[kind].objects.filter(scope, literal)).values("pk")
    return contained.union(_at_most(SIMILAR, _alike(kind, scope, text)).values("pk"))


def _at_most(number: int, rows: QuerySet[Any]) -> QuerySet[Any]:
    """So many rows, whichever come first. A LIMIT would tempt the planner to read the table, not the index."""
    return rows.annotate(position=Window(RowNumber())).filter(position__lte=number)


def _scored(kind: RecordKind, text: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    scores = [TrigramWordSimilarity(text, Upper(name)) for name in _names(kind)]
    return rows.annotate(score=Greatest(*scores) if len(scores) > 1 else scores[0])


def _vague(kind: RecordKind, scope: Q, text: str) -> QuerySet[Any]:
    """The best of many, chosen before anything is joined: joined to thousands, the planner would read whole tables."""
    return _scored(kind, text, _at_most(VAGUE, _alike(kind, scope, text))).order_by("-score", "-pk")[:SHOWN]


def _arm(kind: RecordKind, text: str, candidates: QuerySet[Any]) -> QuerySet[Any]:
    """One kind's share of the result, as columns that all kinds have."""
    return _columns(kind, _scored(kind, text, MODELS[kind].objects.filter(pk__in=candidates)))


def _of_number(scope: Q, text: str) -> list[QuerySet[Any]]:
    values = {kind: _read(kind, text) for kind in (Kind.NIB, Kind.NPWP, Kind.PHONE)}
    ikm = Q(nib=values[Kind.NIB]) | Q(npwp=values[Kind.NPWP]) | Q(phone=values[Kind.PHONE])
    rows = {RecordKind.SENTRA: Q(contact_phone=values[Kind.PHONE]), RecordKind.IKM: ikm}
    return [
        _columns(kind, MODELS[kind].objects.filter(scope, same).annotate(score=Value(1.0)))
        for kind, same in rows.items()
    ]


def _read(kind: Kind, text: str) -> str:
    """The bare number, or what no row has."""
    try:
        return identifiers.read(kind, text).value
    except IdentifierError:
        return "-"


def _columns(kind: RecordKind, rows: QuerySet[Any]) -> QuerySet[Any]:
    rows = rows.annotate(kind=Value(kind.value), detail=Cast(DETAILS[kind], CharField())).order_by("-score", "-pk")
    return rows.values_list(
        "kind", "score", "pk", "name", "detail", "region__kind", "region__name", "region__short_name"
    )[:SHOWN]


def _hits(arms: Any) -> list[Hit]:
    first, *others = arms
    rows = first.union(*others, all=True)
    order = list(RecordKind)
    rows = sorted(rows, key=lambda row: (order.index(RecordKind(row[0])), -row[1], -row[2]))
    return [
        Hit(RecordKind(kind), pk, name, detail, Region(kind=place[0], name=place[1], short_name=place[2]).label)
        for kind, _score, pk, name, detail, *place in rows
    ]
