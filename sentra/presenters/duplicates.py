"""Duplicates and merges in words."""

from typing import Any

from django.db.models import Field
from django.urls import reverse
from django.utils.translation import gettext as _

from core import formats
from core.identifiers import Kind, display
from reference.models import KbliCode
from sentra.enums import Likeness, RecordKind
from sentra.models import DuplicatePair, Merge
from sentra.presenters.records import kbli_label, page_of
from sentra.selectors.duplicates import LookAlike
from sentra.selectors.merging import Difference, Move, Plan, field_label
from sentra.selectors.search import MODELS

KINDS = {RecordKind.SENTRA: "Sentra", RecordKind.IKM: "IKM", RecordKind.PRODUCT: "Produk"}
MARKS = {
    Likeness.NPWP: "NPWP sama",
    Likeness.PHONE: "telepon sama",
    Likeness.VILLAGE: "desa/kelurahan sama",
}
GROUPS = {
    "place": "Lokasi",
    "sk": "SK penetapan sentra",
    "contact": "Narahubung",
    "point": "Titik peta",
    "price": "Harga",
}
NAMED = 5


def reason_text(score: Any, reasons: list[str]) -> str:
    """`nama mirip 0,82; telepon sama`."""
    texts = [_("nama mirip %(score)s") % {"score": formats.number_id(score, 2)}] if Likeness.NAME in reasons else []
    return "; ".join([*texts, *(_(MARKS[Likeness(reason)]) for reason in reasons if reason in MARKS)])


def look_alike_row(found: LookAlike) -> dict[str, str]:
    return {
        "name": found.record.name,
        "url": page_of(found.record),
        "why": reason_text(found.score, found.reasons),
    }


def pair_rows(pairs: list[DuplicatePair]) -> list[dict[str, Any]]:
    """Pairs with both records, and the address of the page that merges them. One query per kind of record."""
    records: dict[tuple[str, int], Any] = {}
    for kind in {pair.kind for pair in pairs}:
        keys = [key for pair in pairs if pair.kind == kind for key in (pair.first, pair.second)]
        found = MODELS[RecordKind(kind)].objects.in_bulk(keys)
        records |= {(kind, key): record for key, record in found.items()}
    return [
        {
            "pair": pair,
            "kind": _(KINDS[RecordKind(pair.kind)]),
            "records": [
                {"name": one.name, "url": page_of(one)}
                for key in (pair.first, pair.second)
                if (one := records.get((pair.kind, key)))
            ],
            "why": reason_text(pair.score, pair.reasons),
            "merge_url": reverse("record_merge", args=[pair.kind, pair.first, pair.second]),
        }
        for pair in pairs
    ]


def difference_rows(plan: Plan) -> list[dict[str, Any]]:
    """What is not the same in both records: its label and both values in words. At most one query per foreign key."""
    return [
        {
            "name": one.name,
            "label": group_label(one),
            "winner": _values(plan.winner, one),
            "loser": _values(plan.loser, one),
        }
        for one in plan.differences
    ]


def group_label(difference: Difference) -> str:
    grouped = difference.name in GROUPS and len(difference.fields) > 1
    return _(GROUPS[difference.name]) if grouped else field_label(difference.fields[0])


def _values(record: Any, difference: Difference) -> str:
    texts = [value_text(record, one) for one in difference.fields]
    return ", ".join(text for text in texts if text) or "–"


def value_text(record: Any, one: Field) -> str:
    """A value as the pages of the register write it; a tax number may be a person's NIK and stays masked."""
    value = getattr(record, one.name)
    if value in (None, ""):
        return ""
    if one.name == "npwp":
        return formats.mask_id(value)
    if "phone" in one.name:
        return display(Kind.PHONE, value)
    if one.name in ("investment", "price"):
        return formats.rupiah(value)
    if isinstance(value, KbliCode):
        return kbli_label(value)
    if hasattr(value, "original_name"):
        return value.original_name
    if hasattr(value, "isoformat"):
        return formats.date_long(value)
    return getattr(value, "label", None) or str(value)


def move_rows(moves: list[Move]) -> list[dict[str, Any]]:
    """Per table what would move and what would stay, with a few names. No query beyond the rows' own names."""
    return [
        {
            "label": move.model._meta.verbose_name,
            "count": len(_counted(move.rows)),
            "names": _names(_counted(move.rows)),
            "staying": _staying(move),
        }
        for move in moves
        if _counted(move.rows) or move.staying
    ]


def _staying(move: Move) -> str:
    if not move.staying:
        return ""
    text = _("Tetap pada data lama, karena data yang dipakai sudah punya: %(names)s")
    if hasattr(move.model, "merge_places"):
        text = _("Tetap pada data lama, karena tempat pada data yang dipakai sudah penuh: %(names)s")
    return text % {"names": _names(move.staying, limit=None)}


def _counted(rows: list[Any]) -> list[Any]:
    """Tombstones move along, but nobody has to read of them."""
    return [row for row in rows if not getattr(row, "merged_into_id", None)]


def _names(rows: list[Any], limit: int | None = NAMED) -> str:
    names = ", ".join(str(row) for row in rows[:limit])
    more = len(rows) - NAMED
    if limit is None or more <= 0:
        return names
    return _("%(names)s, dan %(more)d lainnya") % {"names": names, "more": more}


def merge_row(merge: Merge) -> dict[str, Any]:
    kind = RecordKind(merge.kind)
    return {
        "merge": merge,
        "kind": _(KINDS[kind]),
        "url": reverse(f"{kind}_detail", args=[merge.winner]),
        "moved": sum(len(move["rows"]) for move in merge.moved),
    }
