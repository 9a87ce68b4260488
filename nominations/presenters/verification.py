"""The verification desk as its pages show it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from nominations import rules
from nominations.enums import BASIS, AdminRule, EntryKind, ItemVerdict
from nominations.models import IneligibilityReason, Nomination, VerificationItem
from nominations.presenters.tasks import page_label
from nominations.selectors.comparison import RowChange, texts_by_page
from nominations.selectors.histories import HELD_LABELS
from nominations.selectors.verification import Earlier, Part, PartKey

VERDICTS = {
    ItemVerdict.ACCEPTED: (gettext_lazy("Diterima"), "success"),
    ItemVerdict.REPAIR: (gettext_lazy("Perlu perbaikan"), "attention"),
    ItemVerdict.REJECTED: (gettext_lazy("Ditolak"), "stopped"),
}


def part_label(kind: EntryKind, part: Part) -> str:
    if part.item is None:
        return page_label(kind, part.code)
    return f"{part.code} {part.item.requirement.label}"


def mark_label(kind: EntryKind, mark: VerificationItem) -> str:
    """The part a verdict speaks of, in the words of its page."""
    if mark.item is None:
        return page_label(kind, mark.page)
    return f"{mark.item.requirement.code} {mark.item.requirement.label}"


def decided_text(mark: VerificationItem) -> str:
    """Who decided what, for the colleague who comes second."""
    text = _("%(who)s sudah memutuskan “%(verdict)s” pada %(at)s.") % {
        "who": mark.verified_by.name,
        "verdict": VERDICTS[ItemVerdict(mark.verdict)][0],
        "at": formats.moment_text(mark.verified_at),
    }
    note = _("Catatannya: “%(note)s”.") % {"note": mark.note} if mark.note else ""
    return " ".join(filter(None, [text, note, _("Putusan Anda belum disimpan; simpan lagi bila tetap berbeda.")]))


def failed_lines(reasons: Iterable[IneligibilityReason]) -> list[str]:
    """One line per rule that was not met, for history and mail."""
    return [f"{AdminRule(row.rule).label} ({BASIS[AdminRule(row.rule)]}): {row.reason}" for row in reasons]


def note_lines(kind: EntryKind, marks: Iterable[VerificationItem]) -> list[str]:
    """One line per part that was not accepted, for the mail."""
    return [f"{mark_label(kind, mark)}: {mark.note}" for mark in marks if mark.verdict != ItemVerdict.ACCEPTED]


def failed_rows(reasons: Iterable[IneligibilityReason]) -> list[dict[str, Any]]:
    """The rules that were not met, with their legal basis, for the dossier's page."""
    return [
        {"rule": AdminRule(row.rule).label, "basis": BASIS[AdminRule(row.rule)], "reason": row.reason}
        for row in reasons
    ]


def desk_url(nomination: Nomination, part: Part | None, document: str = "") -> str:
    """The desk at one part; `document` is what stands beside it."""
    query = {} if part is None else {"dokumen": part.code} if part.item else {"bagian": part.code}
    if document:
        query["dokumen"] = document
    return reverse("verification_detail", args=[nomination.pk]) + (f"?{urlencode(query)}" if query else "")


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of a dossier with their verdicts, and the one that is open."""

    nomination: Nomination
    parts: list[Part]
    marks: Mapping[PartKey, VerificationItem]
    proposals: Collection[PartKey]
    current: Part
    before: Earlier | None

    @property
    def unchecked(self) -> list[Part]:
        return [part for part in self.parts if part.key not in self.marks]

    @property
    def earlier(self) -> str:
        """What was said of the current part at the submission before; empty when nothing was."""
        mark = self.before and self.before.marks.get(self.current.code)
        if not mark:
            return ""
        label = str(VERDICTS[ItemVerdict(mark.verdict)][0])
        return f"{label}: {mark.note}" if mark.note else label

    def next_unchecked(self) -> Part | None:
        """The first part without a verdict after the current one, then from the start."""
        at = self.parts.index(self.current)
        rest = [*self.parts[at + 1 :], *self.parts[:at]]
        return next((part for part in rest if part.key not in self.marks), None)

    def neighbour(self, step: int) -> Part | None:
        at = self.parts.index(self.current) + step
        return self.parts[at] if 0 <= at < len(self.parts) else None

    def rows(self) -> list[dict[str, Any]]:
        """Every part with its state, for the list of the desk and the page of the outcome."""
        return [self._row(part) for part in self.parts]

    def _row(self, part: Part) -> dict[str, Any]:
        mark = self.marks.get(part.key)
        label, kind = VERDICTS[ItemVerdict(mark.verdict)] if mark else (_("Belum diperiksa"), "neutral")
        if self.before and part.key in self.proposals:
            label = _("Diterima pada pengajuan %(number)d, belum dikonfirmasi") % {
                "number": self.before.snapshot.number
            }
        if part.item and part.item.file and part.item.file.held:  # whatever was said of it, it cannot pass
            label, kind = HELD_LABELS[part.item.file.scan_state], "attention"
        return {
            "url": desk_url(self.nomination, part),
            "code": part.code if part.item else "",
            "label": part.item.requirement.label if part.item else page_label(self.nomination.entry_kind, part.code),
            "status_label": label,
            "status_kind": kind,
            "note": mark.note if mark else "",
            "who": mark.verified_by.name if mark else "",
            "current": part == self.current,
        }


def page_sections(data: Mapping[str, Any], page: str) -> list[dict[str, Any]]:
    """The rows of one page of a snapshot under their headings, for the summary list. No query."""
    found: dict[str, list[dict[str, Any]]] = {}
    for (section, label), value in texts_by_page(data).get(page, {}).items():
        found.setdefault(section, []).append({"key": label, "value": value, "missing": not value})
    return [{"title": title, "rows": rows} for title, rows in found.items()]


def hint_rows(part: Part, findings: Iterable[rules.Gap], since: Mapping[str, list[RowChange]]) -> list[dict[str, str]]:
    """What the automatic check says beside one part: what a rule finds today, and what changed since it was sent."""
    page = rules.DOCUMENTS if part.item else part.code
    found = [
        {"text": gap.text, "basis": "" if gap.rule is AdminRule.OTHER else str(BASIS[gap.rule])}
        for gap in findings
        if gap.page == page
    ]
    text = _("Diubah sejak dikirim: %(label)s, dari “%(old)s” menjadi “%(new)s”.")
    changed = [] if part.item else since.get(part.code, [])
    return found + [
        {"text": text % {"label": change.label, "old": change.old or "–", "new": change.new or "–"}}
        for change in changed
    ]
