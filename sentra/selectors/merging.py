"""What a merge would do: which values differ, which rows move, what stands against it. Nothing is written here.

The tables below a record are found by their foreign keys, so a table that is added later moves along without being
named here. How its unique rules are met is written on its model (`merge_rules`, see `sentra.models.Mergeable`); what
else it has to say is its class method `merge_refusal(field, rows, winner)`, which answers words or nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Field, ForeignKey, Model, QuerySet, UniqueConstraint
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sentra.enums import RecordKind
from sentra.models import Ikm, Product, Sentra
from sentra.selectors.search import MODELS

Record = Sentra | Ikm | Product
# What belongs to the place of a record in the register, or to its own history, and no merge changes.
FIXED = frozenset(
    {
        "id", "merged_into", "version", "created_by", "created_at", "updated_at", "region", "commodity", "sentra",
        "ikm", "nib",
    }
)  # fmt: skip
# Fields that only make sense together.
GROUPS: dict[str, tuple[str, ...]] = {
    "place": ("district", "village", "village_unlisted", "address"),
    "sk": ("sk_number", "sk_date", "sk_signatory", "sk_file"),
    "contact": ("contact_name", "contact_phone", "contact_email"),
    "point": ("latitude", "longitude"),
    "price": ("price", "price_unit"),
}
GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Difference:
    """Fields whose values are taken together, from one record or from the other."""

    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Rows of one table that would point to the winner, and those that stay with the tombstone.

    `values` is what rows take there besides, by primary key.
    """

    model: type[Model]
    field: str
    rows: list[Any]
    staying: list[Any]
    values: dict[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """`refusals` says in words why the merge cannot be done as it stands."""

    kind: RecordKind
    winner: Any
    loser: Any
    differences: list[Difference]
    moves: list[Move] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def merge_plan(kind: RecordKind, winner: Any, loser: Any, *, lock: bool = False) -> Plan:
    """Two queries per table below the record, and one per row and unique rule that it could break.

    With `lock` the rows that move are locked.
    """
    refusals = _unlike(kind, winner, loser)
    moves = []
    for link in child_links(MODELS[kind]):
        move, problems = _move(link, winner, loser, lock)
        moves += [move] if move.rows or move.staying else []
        refusals += problems
    return Plan(kind, winner, loser, differences(winner, loser), moves, list(dict.fromkeys(refusals)))


def differences(winner: Any, loser: Any) -> list[Difference]:
    """Values that are not the same in both records, in the order of the fields. No query."""
    groups: dict[str, list[Field]] = {}
    for one in winner._meta.concrete_fields:
        if one.name not in FIXED:
            groups.setdefault(GROUP_OF.get(one.name, one.name), []).append(one)
    return [
        Difference(name, tuple(fields))
        for name, fields in groups.items()
        if any(getattr(winner, one.attname) != getattr(loser, one.attname) for one in fields)
    ]


def child_links(model: type[Model]) -> Iterator[ForeignKey]:
    """Every foreign key that points to the model, hidden ones included, but not that of tombstones. No query."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            link = relation.field
            if link.name != "merged_into":
                yield link


def unique_rules(link: ForeignKey) -> list[str]:
    """Names of the unique rules of the child's table in which the foreign key takes part. No query."""
    meta = link.model._meta
    rules = [rule.name for rule in meta.constraints if isinstance(rule, UniqueConstraint) and _takes_part(rule, link)]
    rules += [f"{meta.label_lower}.{'_'.join(names)}" for names in meta.unique_together if link.name in names]
    return rules + ([f"{meta.label_lower}.{link.name}"] if link.unique else [])


def _takes_part(rule: UniqueConstraint, link: ForeignKey) -> bool:
    named = set(rule.fields).union(*map(_named_fields, rule.expressions))
    return link.name in named


def _named_fields(expression: Any) -> set[str]:
    if isinstance(expression, F):
        return {expression.name}
    return set().union(*map(_named_fields, expression.get_source_expressions()))


def _unlike(kind: RecordKind, winner: Any, loser: Any) -> list[str]:
    """What sets two records apart for good."""
    refusals = []
    if winner.region_id != loser.region_id:
        refusals.append(_("Kedua data berada di kabupaten/kota yang berbeda, sehingga tidak dapat digabung."))
    if _commodity(kind, winner) != _commodity(kind, loser):
        refusals.append(_("Komoditas sentranya berbeda, padahal usulan mengikutinya. Data tidak dapat digabung."))
    return refusals


def _commodity(kind: RecordKind, record: Any) -> str:
    sentra = {RecordKind.SENTRA: lambda: record, RecordKind.IKM: lambda: record.sentra}.get(
        kind, lambda: record.ikm.sentra
    )()
    return sentra.commodity_id


def _move(link: ForeignKey, winner: Any, loser: Any, lock: bool) -> tuple[Move, list[str]]:
    model = link.model
    found = QuerySet(model).filter(**{link.name: loser}).order_by("pk")
    if lock:
        found = found.select_for_update()
    refusal = getattr(model, "merge_refusal", None)
    problems = (
        [text] if refusal and (text := refusal(link.name, QuerySet(model).filter(**{link.name: loser}), winner)) else []
    )
    if places := getattr(model, "merge_places", None):
        values = places(list(found), winner)
        staying = [row for row in found if row.pk not in values]
        return Move(model, link.name, [row for row in found if row.pk in values], staying, values), problems
    rows, staying = [], []
    for row in found:
        rule = _broken_rule(link, row, winner)
        if rule and getattr(model, "merge_rules", {}).get(rule) == "stay":
            staying.append(row)
            continue
        rows.append(row)
        if rule:
            problems.append(_collision(model, row))
    return Move(model, link.name, rows, staying, {}), problems


def _collision(model: type[Model], row: Any) -> str:
    text = _("Kedua data memiliki %(what)s yang sama: %(name)s. Gabungkan atau ubah dahulu salah satunya.")
    return text % {"what": model._meta.verbose_name, "name": row}


def _broken_rule(link: ForeignKey, row: Any, winner: Any) -> str:
    """The unique rule that the row would break below the winner; empty when there is none. One query per rule."""
    rules = unique_rules(link)
    if not rules:
        return ""
    before = getattr(row, link.attname)
    setattr(row, link.name, winner)
    try:
        return next((rule for rule in rules if _breaks(rule, row)), "")
    finally:
        setattr(row, link.attname, before)


def _breaks(rule: str, row: Any) -> bool:
    constraint = next((one for one in row._meta.constraints if one.name == rule), None)
    try:
        if constraint:
            constraint.validate(type(row), row)
        else:
            row.validate_unique()
    except ValidationError:
        return True
    return False


def field_label(one: Field) -> str:
    return capfirst(str(one.verbose_name))
