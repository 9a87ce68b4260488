"""What differs between two submissions of one dossier. Reads frozen data only; no query."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nominations import rules

Texts = dict[tuple[str, str], str]  # (section, label) → value


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that differs; None where it did not exist."""

    section: str
    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """One document that was added, replaced or left out; the facts of a snapshot, None where there was none."""

    code: str
    label: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None


def texts_by_page(data: Mapping[str, Any]) -> dict[str, Texts]:
    """The rows of a snapshot by the page on which they are mended.

    A section says its `page`, or the `pages` of its rows one by one; without either it shows the register.
    """
    found: dict[str, Texts] = {}
    for section in data["sections"]:
        pages = section.get("pages") or [section.get("page", rules.SUBJECT)] * len(section["rows"])
        for page, (label, value) in zip(pages, section["rows"], strict=True):
            found.setdefault(page, {})[section["title"], label] = value
    return found


def changed_rows(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[RowChange]]:
    """Changed rows by page, in the order of the newer submission; pages without a change are left out."""
    before, after = texts_by_page(old), texts_by_page(new)
    found = {page: _row_changes(before.get(page, {}), after.get(page, {})) for page in {**after, **before}}
    return {page: rows for page, rows in found.items() if rows}


def _row_changes(old: Texts, new: Texts) -> list[RowChange]:
    keys = [*new, *(key for key in old if key not in new)]
    return [RowChange(*key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]


def changed_documents(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[DocumentChange]:
    """Documents whose bytes or address differ, by code."""
    before, after = _by_code(old), _by_code(new)
    return [
        DocumentChange(code, (after.get(code) or before[code])["label"], before.get(code), after.get(code))
        for code in sorted(before.keys() | after.keys())
        if code not in before or code not in after or not same_document(before[code], after[code])
    ]


def same_document(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """The same bytes, or the same link; the name of a file does not matter."""
    return (old["sha256"], old["link"]) == (new["sha256"], new["link"])


def _by_code(data: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {row["code"]: row for row in data["documents"]}
