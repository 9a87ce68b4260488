"""What the verifier checks, and what has been said of it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from nominations import rules
from nominations.enums import TOPICS, DocumentStage, EntryKind, ItemVerdict
from nominations.models import DossierItem, Nomination, Snapshot, VerificationItem
from nominations.selectors.comparison import same_document, texts_by_page

PartKey = int | str  # the id of a document, or the name of a page


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that takes a verdict; `code` is what addresses carry."""

    key: PartKey
    code: str
    item: DossierItem | None = None


def section_pages(kind: EntryKind) -> list[str]:
    """The pages of a dossier that take a verdict of their own; each document takes its own beside them."""
    beneficiaries = [rules.BENEFICIARIES] if kind is EntryKind.CANDIDATE else []
    return [rules.SUBJECT, *beneficiaries, *(str(question) for question in TOPICS[kind])]


def current_items(nomination: Nomination) -> QuerySet[DossierItem]:
    """Documents of the region that count now. One query when read."""
    return DossierItem.objects.filter(
        nomination=nomination, superseded_at=None, requirement__stage=DocumentStage.NOMINATION
    ).select_related("requirement", "file")


def parts_of(nomination: Nomination) -> list[Part]:
    """Everything that needs a verdict, sections first. One query."""
    sections = [Part(page, page) for page in section_pages(nomination.entry_kind)]
    items = current_items(nomination).order_by("requirement__order")
    return sections + [Part(item.pk, item.requirement.code, item) for item in items]


def marks_of(snapshot: Snapshot) -> dict[PartKey, VerificationItem]:
    """The verdicts on one submission, with who gave them. One query."""
    return {row.key: row for row in snapshot.verification_items.select_related("verified_by", "item__requirement")}


def repair_marks(nomination: Nomination) -> list[VerificationItem]:
    """What was not accepted at the newest submission, sections first. One query.

    Only a concluded check may be shown to the region: ask for the status before.
    """
    newest = nomination.snapshots.order_by("-number").values("pk")[:1]
    rows = VerificationItem.objects.filter(snapshot=newest).exclude(verdict=ItemVerdict.ACCEPTED)
    return list(rows.select_related("item__requirement").order_by("-page", "item__requirement__order"))


@dataclass(frozen=True, slots=True)
class Earlier:
    """The submission before, with its verdicts by the code of the part."""

    snapshot: Snapshot
    marks: dict[str, VerificationItem]


def earlier_check(snapshot: Snapshot) -> Earlier | None:
    """What was said of the submission before this one. Two queries, none for a first submission."""
    if snapshot.number == 1:
        return None
    before = snapshot.nomination.snapshots.get(number=snapshot.number - 1)
    return Earlier(before, {mark.code: mark for mark in marks_of(before).values()})


def proposals_of(
    parts: list[Part], snapshot: Snapshot, marks: dict[PartKey, VerificationItem], earlier: Earlier | None
) -> frozenset[PartKey]:
    """Parts without a verdict that were accepted at the submission before and have not changed since. No query."""
    if earlier is None:
        return frozenset()
    before = earlier.snapshot
    accepted = {code for code, mark in earlier.marks.items() if mark.verdict == ItemVerdict.ACCEPTED}
    old, new = texts_by_page(before.data), texts_by_page(snapshot.data)
    known = {row["code"]: row for row in before.data["documents"]}
    now = {row["code"]: row for row in snapshot.data["documents"]}
    same = {
        part.key
        for part in parts
        if part.code in accepted
        and (same_document(known[part.code], now[part.code]) if part.item else old.get(part.code) == new.get(part.code))
    }
    return frozenset(same - marks.keys())
