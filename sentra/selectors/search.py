"""Search that forgives typing errors, over sentra, IKM and products that a person may see."""

import re
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import CharField, F, Q, QuerySet, Value, Window
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, RowNumber, Upper
from django.db.models.lookups import Regex

from core import identifiers
from core.identifiers import IdentifierError, Kind
from reference.models import Region
from sentra.enums import RecordKind
from sentra.models import Ikm, Product, Sentra
from sentra.querysets import region_scope
from sentra.selectors.words import wanted_words, words_of

SHOWN = 20
FEW = 5  # of each kind, when nothing has all the words
# How many rows at most are looked at before the best are chosen: a common word fits a quarter of the country.
LITERAL, SIMILAR, VAGUE = 100, 200, 1000
NUMBER = re.compile(r"\+?[0-9][0-9 .()/-]{6,28}")
MODELS: dict[RecordKind, type[Sentra] | type[Ikm] | type[Product]] = {
    RecordKind.SENTRA: Sentra,
    RecordKind.IKM: Ikm,
    RecordKind.PRODUCT: Product,
}
NAMES = {
    RecordKind.SENTRA: ("name",),
    RecordKind.IKM: ("name", "owner_name"),
    RecordKind.PRODUCT: ("name",),
}
DETAILS = {
    RecordKind.SENTRA: Concat("commodity__name", Value(" · "), Coalesce("village__name", "village_unlisted")),
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
    """At most 20 records of each kind, the closest first, sentra by their village too. Two queries; three when nothing
    has all the words, and at most five of each kind then.

    A text of digits finds NIB, NPWP and telephone numbers that are exactly these; one query then.
    """
    scope = region_scope(user)
    if NUMBER.fullmatch(text):
        return Found(_hits(_of_number(scope, text)), exact=True)
    wanted = wanted_words(text)
    hits = _hits(_arm(kind, text, _with_all(kind, scope, text, wanted.strict)) for kind in RecordKind)
    if not hits and (len(wanted.loose) > 1 or wanted.loose != wanted.strict):
        hits = _hits(_arm(kind, text, _with_any(kind, scope, text, wanted.loose)) for kind in RecordKind)
    typed = text.casefold()
    return Found(hits, exact=any(typed in f"{hit.name}\n{hit.detail}".casefold() for hit in hits))


def with_name(text: str) -> Q:
    """Rows whose `name` contains the text, or has words like all of its words. One query."""
    patterns = wanted_words(text).loose
    return Q(name__icontains=text) | _alike("name", patterns) if patterns else Q(name__icontains=text)


def _alike(name: str, patterns: list[str]) -> Q:
    """What has words for all the patterns in one name. Upper case is what the search indexes hold."""
    alike = Q()
    for pattern in patterns:
        alike &= Q(Regex(Upper(name), pattern))
    return alike


def _with_all(kind: RecordKind, scope: Q, text: str, patterns: list[str]) -> QuerySet[Any]:
    """Keys of the best rows with words like all of the text's in one name, or in that of their village.

    A single word or what is no word may fit many: then those that contain the text come before they are cut off.
    """
    arms = []
    if len(patterns) < 2 or " ".join(words_of(text)) != text.upper():
        literal = reduce(or_, (Q(**{f"{name}__icontains": text}) for name in NAMES[kind]))
        arms.append(_best(kind, text, LITERAL, scope, literal))
    if patterns and patterns != [text.upper()]:
        arms.append(_best(kind, text, SIMILAR, scope, _in_a_name(kind, patterns)))
    if patterns and kind is RecordKind.SENTRA:
        arms.append(_best(kind, text, SIMILAR, scope, _alike("village__name", patterns)))
    return _together(arms)


def _with_any(kind: RecordKind, scope: Q, text: str, patterns: list[str]) -> QuerySet[Any]:
    """Keys of the best rows with a word like one of the text's."""
    return _best(kind, text, VAGUE, scope, _in_a_name(kind, ["|".join(patterns)]))[:FEW]


def _in_a_name(kind: RecordKind, patterns: list[str]) -> Q:
    return reduce(or_, (_alike(name, patterns) for name in NAMES[kind]))


def _together(arms: list[QuerySet[Any]]) -> QuerySet[Any]:
    first, *others = arms
    return first.union(*others) if others else first


def _best(kind: RecordKind, text: str, number: int, *conditions: Q) -> QuerySet[Any]:
    """The best of so many, chosen before anything is joined: joined to many, the planner would read whole tables."""
    rows = _at_most(number, MODELS[kind].objects.filter(*conditions))
    return _scored(kind, text, rows).order_by("-score", "-pk").values("pk")[:SHOWN]


def _at_most(number: int, rows: QuerySet[Any]) -> QuerySet[Any]:
    """So many rows, whichever come first. A LIMIT would tempt the planner to read the table, not the index."""
    return rows.annotate(position=Window(RowNumber())).filter(position__lte=number)


def _scored(kind: RecordKind, text: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    scores = [TrigramWordSimilarity(text, Upper(name)) for name in NAMES[kind]]
    return rows.annotate(score=Greatest(*scores) if len(scores) > 1 else scores[0])


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
