"""Which parts of a returned dossier its region may change, and what it has still to mend."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.models import ScanState
from nominations import rules
from nominations.enums import EntryKind, Status
from nominations.models import Nomination, VerificationItem
from nominations.rules import Gap
from nominations.selectors.comparison import changed_rows, texts_by_page
from nominations.selectors.contents import snapshot_data
from nominations.selectors.dossiers import ChecklistRow, Filled, beneficiary_rows, filled_of, sent_of
from nominations.selectors.findings import gaps_of
from nominations.selectors.verification import repair_marks

RegionPart = int | str  # the id of a requirement, or the name of a page


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back: the newest submission as it was sent, and what was not accepted of it."""

    sent: Mapping[str, Any]
    marks: list[VerificationItem]


def returned_of(nomination: Nomination) -> Returned | None:
    """Two queries for a returned dossier, one for a row of `with_filled`; None and no query for others."""
    if nomination.status != Status.RETURNED:
        return None
    return Returned(sent_of(nomination), repair_marks(nomination))


def marked_parts(nomination: Nomination, marks: list[VerificationItem] | None = None) -> dict[RegionPart, str]:
    """What the verifier marked at the newest submission, with the note. One query, none with `marks` at hand."""
    marks = repair_marks(nomination) if marks is None else marks
    return {mark.part: mark.note for mark in marks}


@dataclass(frozen=True, slots=True)
class Repair:
    """A returned dossier: what its region may change, the verifier's notes, and what was changed since it was sent."""

    opened: frozenset[RegionPart]
    notes: Mapping[RegionPart, str]
    changed: frozenset[RegionPart]
    marks: list[VerificationItem]

    @property
    def waiting(self) -> list[VerificationItem]:
        """Marked parts that nobody has changed yet."""
        return [mark for mark in self.marks if mark.part not in self.changed]


def repair_of(
    nomination: Nomination, returned: Returned, filled: Filled | None = None, gaps: list[Gap] | None = None
) -> Repair:
    """What was marked is open, what lacks now, and what was changed since.

    A gap must be open or the officer is stuck; what was changed stays open or a slip could not be undone. At most
    eight queries, only that of the beneficiaries with `filled` and `gaps` at hand.
    """
    filled = filled or filled_of(nomination)
    gaps = gaps_of(nomination, filled) if gaps is None else gaps
    lacking = {gap.page for gap in gaps} - {rules.DOCUMENTS}
    unusable = {row.requirement.pk for row in filled.rows if row.required and not _usable(row)}
    notes = marked_parts(nomination, returned.marks)
    changed = frozenset(_changed_parts(nomination, filled, returned.sent))
    opened = changed | notes.keys() | lacking | unusable
    return Repair(opened=opened, notes=notes, changed=changed, marks=returned.marks)


def repair_with_register(nomination: Nomination, returned: Returned, filled: Filled, gaps: list[Gap]) -> Repair:
    """The same; when facts of the register were marked they are compared too. No further query for a joined entry."""
    repair = repair_of(nomination, returned, filled, gaps)
    if rules.SUBJECT not in repair.notes:
        return repair
    now = snapshot_data(nomination, filled)
    return replace(repair, changed=repair.changed | changed_rows(returned.sent, now).keys())


def _usable(row: ChecklistRow) -> bool:
    file = row.item and row.item.file
    return row.item is not None and not (file and file.scan_state == ScanState.INFECTED)


def _changed_parts(nomination: Nomination, filled: Filled, data: Mapping[str, Any]) -> set[RegionPart]:
    """Answers, beneficiaries and documents that differ from the newest submission. One query for a candidate."""
    sent = {page: list(rows.values()) for page, rows in texts_by_page(data).items()}
    known = {document["item_id"] for document in data["documents"]}
    changed: set[RegionPart] = {row.requirement.pk for row in filled.rows if row.item and row.item.pk not in known}
    changed |= {question for question, text in filled.texts.items() if [text] != sent.get(question, [""])}
    if nomination.entry_kind is EntryKind.CANDIDATE:
        now = [text for _name, text in beneficiary_rows(nomination.candidate_entry)]
        changed |= {rules.BENEFICIARIES} if now != sent.get(rules.BENEFICIARIES, []) else set()
    return changed
