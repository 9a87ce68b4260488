"""Documents and frozen content as pages show them."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import ScanState
from nominations.enums import AnswerKind, ItemVerdict, Status
from nominations.models import DossierItem, Nomination, VerificationItem
from nominations.selectors.dossiers import ChecklistRow
from nominations.selectors.histories import HELD_LABELS, held_labels


def document_rows(
    nomination: Nomination, rows: list[ChecklistRow], failed: dict[int, list[str]]
) -> list[dict[str, Any]]:
    """Parameters of the document component, one per requirement, with the verifier's note when returned. One query."""
    notes = {note.item_id: note.note for note in repair_notes(nomination)}
    return [_document_row(nomination, row, failed.get(row.requirement.pk, []), notes) for row in rows]


def _document_row(
    nomination: Nomination, row: ChecklistRow, field_errors: list[str], notes: dict[int, str]
) -> dict[str, Any]:
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
    elif item and item.pk in notes:
        label, kind = _("Perlu perbaikan"), "attention"
    elif item:
        label, kind = _("Sudah ada"), "success"
    else:
        label, kind = (_("Belum ada"), "attention") if row.required else (_("Belum ada"), "neutral")
    return {
        "row_id": requirement.code,
        "code": requirement.code,
        "title": requirement.label,
        "required": row.required,
        "status_label": label,
        "status_kind": kind,
        "note": notes.get(item.pk, "") if item else "",
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


def repair_notes(nomination: Nomination) -> list[VerificationItem]:
    """Documents that the verifier marked, while the dossier is with the region for repair. One query, else none."""
    if nomination.status not in (Status.RETURNED, Status.INELIGIBLE):
        return []
    newest = nomination.snapshots.order_by("-number").values("pk")[:1]
    rows = VerificationItem.objects.filter(snapshot=newest).exclude(verdict=ItemVerdict.ACCEPTED)
    return list(rows.select_related("item__requirement").order_by("item__requirement__order"))


def summary_sections(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Sections of a snapshot for the summary list. No query."""
    return [
        {
            "title": section["title"],
            "rows": [{"key": key, "value": value, "missing": not value} for key, value in section["rows"]],
        }
        for section in data["sections"]
    ]


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
