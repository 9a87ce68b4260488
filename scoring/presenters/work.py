"""Whose turn it is: the scorer's desk, the chair's board, the secretariat's assignments."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from nominations.enums import Status
from scoring.enums import AssignmentStatus, SheetStatus, StageKind, VisitStatus
from scoring.models import Assignment, Stage
from scoring.presenters.blind import shown_nomination
from scoring.selectors.board import is_discrepant, is_ready, spread_of

Tag = dict[str, str]


def tag(label: str, kind: str) -> Tag:
    return {"label": label, "kind": kind}


def work_state(assignment: Any) -> Tag:
    """How far this assignment is. No query for rows of `with_facts`."""
    sheet, visit = getattr(assignment, "sheet", None), getattr(assignment, "visit", None)
    if sheet and sheet.status == SheetStatus.SUBMITTED:
        return tag(_("Nilai terkirim"), "success")
    if visit and visit.status == VisitStatus.CONFIRMED:
        return tag(_("Kunjungan disahkan"), "success")
    if visit and visit.status == VisitStatus.SUBMITTED:
        return tag(_("Menunggu pengesahan"), "success")
    if assignment.closed:
        return tag(_("Tahap ditutup"), "stopped")
    if not (assignment.stated and assignment.declared):
        return tag(_("Perlu pernyataan"), "attention")
    if assignment.nomination.status == Status.ELIGIBLE:
        return tag(_("Menunggu penilaian dibuka"), "neutral")
    if assignment.current_stage_id != assignment.stage_id:
        return tag(_("Menunggu tahap sebelumnya"), "neutral")
    if sheet or visit:
        return tag(_("Sedang diisi"), "progress")
    return tag(_("Belum dinilai"), "attention")


def desk_row(assignment: Any) -> dict[str, Any]:
    """Title, region and category only: the file opens after the declaration."""
    return {
        "assignment": assignment,
        "nomination": shown_nomination(assignment),
        "stage": assignment.stage,
        "state": work_state(assignment),
        "url": desk_url(assignment),
        "due": assignment.closes_at,
        "total": sheet.total if (sheet := getattr(assignment, "sheet", None)) else None,
    }


def closed_file_facts(assignment: Any) -> list[dict[str, str]]:
    """All that a scorer reads of a nomination before the declaration, as rows of a summary list."""
    nomination = shown_nomination(assignment)
    region = nomination.region.full_label if nomination.region else _("disamarkan pada tahap ini")
    return [
        {"key": _("Usulan"), "value": nomination.title},
        {"key": _("Daerah pengusul"), "value": region},
        {"key": _("Kategori"), "value": nomination.category.label},
        {"key": _("Tahap"), "value": assignment.stage.label},
    ]


def desk_url(assignment: Any) -> str:
    """Where the scorer goes next with this assignment."""
    if not (assignment.stated and assignment.declared):
        return reverse("declare_interest", args=[assignment.pk])
    return work_url(assignment)


def work_url(assignment: Assignment) -> str:
    name = "field_visit" if assignment.stage.kind == StageKind.FINDINGS else "score_sheet"
    return reverse(name, args=[assignment.pk])


def board_row(nomination: Any, stage: Stage | None, *, with_scores: Any) -> dict[str, Any]:
    """One nomination on the board. The spread is a score: it is left out for who may not see scores."""
    row: dict[str, Any] = {"nomination": nomination, "stage": stage, "done": nomination.done, "spread": None}
    if stage is None:
        return row | {"state": tag(_("Tanpa tahap"), "stopped")}
    row["needed"] = max(stage.min_assessors, nomination.assigned)
    if with_scores:
        row["spread"] = spread_of(nomination)
        row["discrepant"] = is_discrepant(nomination, stage)
    return row | {"state": _board_state(nomination, stage, discrepant=bool(row.get("discrepant")))}


def _board_state(nomination: Any, stage: Stage, *, discrepant: bool) -> Tag:
    if stage.optional and not nomination.assigned:
        return tag(_("Kunjungan atau lanjut"), "attention")
    if nomination.assigned < stage.min_assessors:
        return tag(_("Penilai belum cukup"), "attention")
    if not is_ready(nomination, stage):
        return tag(_("Berjalan"), "progress")
    if discrepant:
        return tag(_("Perlu moderasi"), "attention")
    return tag(_("Siap ditutup"), "success")


def assignment_state(assignment: Any) -> Tag:
    """For the secretariat: whether the assignment stands, and how far the work is."""
    if assignment.status == AssignmentStatus.RECUSED:
        return tag(_("Mundur: benturan kepentingan"), "stopped")
    if assignment.status == AssignmentStatus.DECLINED:
        return tag(_("Menolak tugas"), "stopped")
    if assignment.status == AssignmentStatus.REMOVED:
        return tag(_("Dihapus"), "neutral")
    return work_state(assignment)


def ended_label(assignment: Any) -> str:
    """How the assignment ended, for work that does not count any more; empty while it is live. No query."""
    return "" if assignment.status == AssignmentStatus.ACTIVE else assignment_state(assignment)["label"]


def is_untouched(assignment: Any) -> bool:
    """A live assignment on which no work has begun. No query for rows of `with_facts`."""
    begun = getattr(assignment, "sheet", None) or getattr(assignment, "visit", None)
    return assignment.status == AssignmentStatus.ACTIVE and not begun and not assignment.closed


def stage_steps(stages: list[Stage], current: Stage | None, closed: set[int]) -> list[dict[str, Any]]:
    """The stages of a nomination with their state."""
    steps = []
    for stage in stages:
        if stage.pk in closed:
            state = tag(_("Ditutup"), "success")
        elif current and stage.pk == current.pk:
            state = tag(_("Berjalan"), "progress")
        else:
            state = tag(_("Belum mulai"), "neutral")
        steps.append({"stage": stage, "state": state})
    return steps
