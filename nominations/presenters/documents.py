"""Documents and frozen content as pages show them."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import ScanState
from nominations import rules
from nominations.enums import AnswerKind, EntryKind, Status
from nominations.models import DossierItem, IneligibilityReason, Nomination, VerificationItem
from nominations.presenters.tasks import page_url
from nominations.presenters.verification import failed_rows, mark_label
from nominations.selectors.dossiers import ChecklistRow
from nominations.selectors.histories import HELD_LABELS, held_labels
from nominations.selectors.reopening import RegionPart, Repair, Returned, marked_parts
from nominations.selectors.verification import repair_marks


def document_rows(
    nomination: Nomination, rows: list[ChecklistRow], failed: dict[int, list[str]], repair: Repair | None = None
) -> list[dict[str, Any]]:
    """Parameters of the document component, one per requirement; `repair` when the dossier was returned. No query."""
    return [
        _document_row(nomination, row, failed.get(row.requirement.pk, [])) | _repair_state(row, repair) for row in rows
    ]


def _repair_state(row: ChecklistRow, repair: Repair | None) -> dict[str, Any]:
    """What a return says of one document: marked with its note, open for another reason, or locked."""
    requirement = row.requirement
    if repair is None:
        return {"note": "", "can_upload": True}
    note = repair.notes.get(requirement.pk, "")
    state: dict[str, Any] = {"note": note, "can_upload": requirement.pk in repair.opened}
    if row.scan_state in HELD_LABELS:
        return state
    if note and requirement.pk in repair.changed:
        return state | {"status_label": _("Sudah diganti"), "status_kind": "success"}
    if note:
        return state | {"status_label": _("Perlu perbaikan"), "status_kind": "attention"}
    if not state["can_upload"]:
        return state | {"status_label": _("Terkunci"), "status_kind": "neutral"}
    return state


def _document_row(nomination: Nomination, row: ChecklistRow, field_errors: list[str]) -> dict[str, Any]:
    requirement, item = row.requirement, row.item
    stored = (
        item
        and item.file
        and {
            "name": item.file.original_name,
            "size": item.file.size,
            "uploaded_at": item.added_at,
            "by": item.added_by.name,
        }
    )
    held = HELD_LABELS.get(row.scan_state)
    if held:
        label, kind = held, "stopped" if row.scan_state == ScanState.INFECTED else "progress"
    elif item:
        label, kind = _("Sudah ada"), "success"
    else:
        label, kind = (_("Belum ada"), "attention") if row.required else (_("Belum ada"), "neutral")
    return {
        "row_id": requirement.code,
        "seen": item.pk if item else 0,
        "code": requirement.code,
        "title": requirement.label,
        "required": row.required,
        "status_label": label,
        "status_kind": kind,
        "stored": stored,
        "link": item.link if item else "",
        "is_link": requirement.answer_kind == AnswerKind.LINK,
        "danger": row.scan_state == ScanState.INFECTED,
        "download_url": _address("document_download", nomination, item) if item else "",
        "history_url": reverse("document_history", args=[nomination.pk, requirement.pk]) if item else "",
        "preview_url": _address("document_preview", nomination, item) if item else "",
        "pieces_url": reverse("document_upload", args=[nomination.pk, requirement.pk]),
        "upload_url": reverse("document_add", args=[nomination.pk, requirement.pk]),
        "field_errors": field_errors,
    }


def repair_notes(nomination: Nomination, returned: Returned | None) -> list[dict[str, str]]:
    """What the verifier marked, told once the check is concluded: while it is repaired, or when it failed.

    One query for a dossier that failed, else none.
    """
    marks = repair_marks(nomination) if nomination.status == Status.INELIGIBLE else []
    kind = nomination.entry_kind
    return [{"label": mark_label(kind, m), "note": m.note} for m in (returned.marks if returned else marks)]


def mark_links(nomination: Nomination, marks: list[VerificationItem]) -> list[dict[str, str]]:
    """What was marked with the page that mends it, as `presenters.tasks.gap_links`. No query."""
    kind = nomination.entry_kind
    return [
        {"text": f"{mark_label(kind, mark)}: {mark.note}", "url": page_url(nomination, mark.page or rules.DOCUMENTS)}
        for mark in marks
    ]


def page_note(nomination: Nomination, page: str) -> str:
    """The verifier's note on one page while it is repaired. One query, else none."""
    return str(marked_parts(nomination).get(page, "")) if nomination.status == Status.RETURNED else ""


def failed_rules(nomination: Nomination) -> list[dict[str, str]]:
    """The rules on which a dossier failed, once that is decided. One query, else none."""
    if nomination.status != Status.INELIGIBLE:
        return []
    return failed_rows(IneligibilityReason.objects.filter(snapshot__nomination=nomination))


def summary_sections(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Sections of a snapshot for the summary list. No query."""
    return [
        {
            "title": section["title"],
            "rows": [{"key": key, "value": value, "missing": not value} for key, value in section["rows"]],
        }
        for section in data["sections"]
    ]


def check_sections(nomination: Nomination, data: dict[str, Any], repair: Repair | None) -> list[dict[str, Any]]:
    """As `summary_sections`, each part with the page that changes it; of a returned dossier only what is open.

    From a page of texts the officer comes back to the check. No query.
    """
    subject = iter(_subject_urls(nomination))
    sections = summary_sections(data)
    for section, stored in zip(sections, data["sections"], strict=True):
        if "pages" in stored:
            for row, page in zip(section["rows"], stored["pages"], strict=True):
                url = f"{reverse('nomination_answer', args=[nomination.pk, page])}?{FROM_CHECK}"
                row["url"] = url if _is_open(page, repair) else ""
        elif stored.get("page") == rules.BENEFICIARIES:
            url = reverse("beneficiary_list", args=[nomination.pk])
            section["url"] = url if _is_open(rules.BENEFICIARIES, repair) else ""
        else:
            section["url"] = next(subject, "") if _is_open(rules.SUBJECT, repair) else ""
    return sections


FROM_CHECK = "dari=periksa"


def _is_open(part: RegionPart, repair: Repair | None) -> bool:
    return repair is None or part in repair.opened


def _subject_urls(nomination: Nomination) -> list[str]:
    """Where the first sections of `selectors.contents.snapshot_data` are changed, in their order."""
    if nomination.entry_kind is EntryKind.CANDIDATE:
        return [f"{reverse('candidate_edit', args=[nomination.pk])}?{FROM_CHECK}"]
    entry = nomination.product_entry
    owners = (("sentra_edit", entry.sentra_id), ("ikm_edit", entry.ikm_id), ("product_edit", entry.product_id))
    return [reverse(name, args=[pk]) for name, pk in owners]


def documents_url(nomination: Nomination, repair: Repair | None) -> str:
    """The page of the documents, when any of them may be changed. No query."""
    is_open = repair is None or any(isinstance(part, int) for part in repair.opened)
    return reverse("nomination_documents", args=[nomination.pk]) if is_open else ""


def marked_documents(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Documents of a snapshot, each with `held`: why its file cannot be opened now, mostly "". One query."""
    labels = held_labels([document["item_id"] for document in documents])
    return [document | {"held": labels.get(document["item_id"], "")} for document in documents]


def version_rows(nomination: Nomination, versions: Iterable[DossierItem]) -> list[dict[str, Any]]:
    """The history of one document for its table. No query."""
    return [
        {
            "item": item,
            "name": item.file.original_name if item.file else item.link,
            "size": item.file.size if item.file else None,
            "sha256": item.file.sha256[:12] if item.file else "",
            "sha256_full": item.file.sha256 if item.file else "",
            "by": item.added_by.name,
            "held": HELD_LABELS.get(item.file.scan_state, "") if item.file else "",
            "download_url": _address("document_download", nomination, item),
            "preview_url": _address("document_preview", nomination, item),
        }
        for item in versions
    ]


def _address(name: str, nomination: Nomination, item: DossierItem) -> str:
    return reverse(name, args=[nomination.pk, item.pk]) if item.file and not item.file.held else ""
