"""The difference between two submissions, word by word."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from nominations import rules
from nominations.enums import EntryKind
from nominations.models import Nomination, Snapshot
from nominations.presenters.tasks import page_label
from nominations.selectors.comparison import DocumentChange, RowChange, changed_documents, changed_rows
from nominations.selectors.verification import PartKey, section_pages

WORD = re.compile(r"\S+\s*")  # a word keeps the blank after it


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str  # same, ins, del
    text: str


def word_pieces(old: str, new: str) -> list[Piece]:
    """Both texts as one, with what was left out and what came in marked; blanks alone are no change. Pure."""
    before, after = WORD.findall(old), WORD.findall(new)
    matcher = SequenceMatcher(None, _bare(before), _bare(after), autojunk=False)
    pieces: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        if tag == "equal":
            pieces.append(Piece("same", come))
            continue
        pieces += [Piece("del", gone.rstrip() + " ")] * bool(gone) + [Piece("ins", come)] * bool(come)
    return pieces


def _bare(words: list[str]) -> list[str]:
    return [word.rstrip() for word in words]


def change_sections(
    nomination: Nomination, old: Snapshot, new: Snapshot, asked: Collection[str]
) -> list[dict[str, Any]]:
    """Changed pages with their rows; `asked` are the pages and codes that the verifier had marked. No query."""
    kind, rows = nomination.entry_kind, changed_rows(old.data, new.data)
    order = [*section_pages(kind), *rows]
    pages = sorted(rows, key=order.index)
    return [_section(kind, page, rows[page], page in asked) for page in pages]


def _section(kind: EntryKind, page: str, rows: list[RowChange], asked: bool) -> dict[str, Any]:
    return {
        "page": page,
        "title": page_label(kind, page),
        "flag": "" if asked else _outside(page),
        "rows": [
            {
                "label": f"{row.section}: {row.label}" if page == rules.SUBJECT else row.label,
                "pieces": word_pieces(row.old or "", row.new or ""),
            }
            for row in rows
        ],
    }


def _outside(page: str) -> str:
    if page == rules.SUBJECT:
        return _("Berubah di register, di luar yang diminta")
    return _("Berubah di luar yang diminta")


def document_changes(old: Snapshot, new: Snapshot, asked: Collection[str]) -> list[dict[str, Any]]:
    """Added, replaced and removed documents. No query."""
    changes = changed_documents(old.data, new.data)
    return [{"change": c, "label": _kind_of(c), "flag": "" if c.code in asked else _outside(c.code)} for c in changes]


def _kind_of(change: DocumentChange) -> str:
    if change.old is None:
        return _("Ditambahkan")
    return _("Diganti") if change.new else _("Tidak dilampirkan lagi")


def asked_parts(marks: Collection[Any]) -> set[PartKey]:
    """Names of pages and codes of documents that were marked, from `repair` rows of one submission."""
    return {mark.item.requirement.code if mark.item else mark.page for mark in marks}
