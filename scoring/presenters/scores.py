"""All scores of one nomination, for the chair, the admin and the auditor."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.formats import moment_text, number_id
from scoring.enums import AssignmentStatus, SheetEventKind, SheetStatus, StageKind, VisitStatus
from scoring.models import Assignment, AssignmentRemoval, ConflictDeclaration, FieldVisit, Sheet, Stage, StageResult
from scoring.presenters.medians import stage_median
from scoring.presenters.reasons import failure_reason
from scoring.presenters.sheets import matrix
from scoring.presenters.visits import claim_rows
from scoring.presenters.work import assignment_state, ended_label, stage_steps
from scoring.selectors.sheets import first_broken_event
from scoring.selectors.stages import reopenable

EVENTS = {
    SheetEventKind.SAVED: "Disimpan",
    SheetEventKind.SUBMITTED: "Dikirim dan dikunci",
    SheetEventKind.REOPENED: "Dibuka kembali",
}


def stage_blocks(
    stages: list[Stage],
    current: Stage | None,
    results: list[StageResult],
    assignments: list[Any],
    sheets: list[Sheet],
    visits: list[FieldVisit],
) -> list[dict[str, Any]]:
    """One block per stage: state, result, who judges, the sheets side by side, the visit. No query."""
    by_stage, again = {result.stage_id: result for result in results}, reopenable(results)
    blocks = stage_steps(stages, current, set(by_stage))
    for block in blocks:
        stage = block["stage"]
        own = [sheet for sheet in sheets if sheet.stage_id == stage.pk]
        block["result"] = by_stage.get(stage.pk)
        block["median"] = stage_median(block["result"])
        block["reason"] = _reason(stage, block["result"])
        block["may_reopen"] = stage.pk in again
        block["is_current"] = current is not None and stage.pk == current.pk
        block["people"] = [_person(a, own) for a in assignments if a.stage_id == stage.pk]
        block["matrix"] = matrix(own) if own else None
        block["visit"] = next((_visit(v) for v in visits if v.assignment.stage_id == stage.pk and _live(v)), None)
    return blocks


def _person(assignment: Assignment, sheets: list[Sheet]) -> dict[str, Any]:
    sheet = next((sheet for sheet in sheets if sheet.assignment_id == assignment.pk), None)
    return {
        "assignment": assignment,
        "state": assignment_state(assignment),
        "sheet": sheet,
    }


def _live(work: FieldVisit | Sheet) -> bool:
    return work.assignment.status == AssignmentStatus.ACTIVE


def _visit(visit: FieldVisit) -> dict[str, Any]:
    return {"visit": visit, "claims": claim_rows(visit.claims.all())}


def _reason(stage: Stage, result: StageResult | None) -> str:
    failures = result.detail.get("failures", []) if result else []
    return failure_reason(stage, result.score, failures) if result and failures else ""


def waiting_in(stage: Stage, assignments: Iterable[Any]) -> list[str]:
    """Names of who is still at work in the stage, as `selectors.board.unfinished_scorers` finds them. No query."""
    return [
        one.assessor.name
        for one in assignments
        if one.stage_id == stage.pk and one.status == AssignmentStatus.ACTIVE and not _is_in(one)
    ]


def _is_in(assignment: Any) -> bool:
    sheet, visit = getattr(assignment, "sheet", None), getattr(assignment, "visit", None)
    return bool(sheet and sheet.status == SheetStatus.SUBMITTED) or bool(
        visit and visit.status == VisitStatus.CONFIRMED
    )


def history_rows(sheets: Iterable[Sheet]) -> list[dict[str, Any]]:
    """Every sheet with its chain of events, and whether the chain holds. No query when they were prefetched."""
    return [
        {
            "sheet": sheet,
            "events": sheet_events(sheet),
            "ended": ended_label(sheet.assignment),
            "resubmitted": sum(one.kind == SheetEventKind.SUBMITTED for one in sheet.events.all()) > 1,
            "broken_event": first_broken_event(sheet),
        }
        for sheet in sheets
    ]


def sheet_events(sheet: Sheet) -> list[dict[str, Any]]:
    """The chain of a sheet as a timeline, newest first. No query when prefetched."""
    return [
        {
            "title": f"{_(EVENTS[SheetEventKind(event.kind)])} ({_('versi')} {event.number})",
            "when": event.at,
            "who": event.actor.name,
            "text": _event_text(event.data),
        }
        for event in sheet.events.all()
    ]


def _event_text(data: dict[str, Any]) -> str:
    if "made_at" in data:
        at = moment_text(datetime.fromisoformat(data["made_at"]))
        return _("Diisi %(at)s menurut perangkat penilai, terkirim kemudian") % {"at": at}
    if data.get("source") == "xlsx":
        return _("Dari berkas Excel")
    if "total" in data:
        return _("Nilai %(total)s") % {"total": number_id(Decimal(data["total"]), 2)}
    return data.get("reason", "")


def preview_rows(stage: Stage, outcome: Any, final: Any, following: Stage | None) -> list[dict[str, str]]:
    """What closing the stage would record, as rows of a summary list. `outcome`, `final` from services.tally."""
    is_visit = stage.kind == StageKind.FINDINGS
    count = _("Klaim yang diperiksa") if is_visit else _("Lembar nilai yang dihitung")
    rows = [{"key": count, "value": str(outcome.count)}]
    if outcome.score is not None:
        rows.append({"key": _("Nilai tahap"), "value": number_id(outcome.score, 2)})
    if outcome.spread is not None:
        rows.append({"key": _("Selisih nilai tertinggi dan terendah"), "value": number_id(outcome.spread, 2)})
    if outcome.failures:
        reason = failure_reason(stage, outcome.score, outcome.failures)
        rows.append({"key": _("Akibat"), "value": _("Gugur. %(reason)s") % {"reason": reason}})
        return rows
    if final:
        rows.append({"key": _("Nilai akhir"), "value": number_id(final.score, 2)})
        if final.stars:
            rows.append({"key": _("Bintang"), "value": "★" * final.stars})
    effect = _("Lanjut ke tahap %(stage)s.") % {"stage": following.label} if following else _("Diteruskan ke pleno.")
    return [*rows, {"key": _("Akibat"), "value": effect}]


def conflict_entries(declarations: Iterable[ConflictDeclaration]) -> list[dict[str, Any]]:
    """Declared conflicts with their reasons as a timeline."""
    return [
        {
            "title": _("%(name)s menyatakan benturan kepentingan") % {"name": declaration.user.name},
            "when": declaration.declared_at,
            "text": declaration.reason,
        }
        for declaration in declarations
    ]


def removal_entries(removals: Iterable[AssignmentRemoval]) -> list[dict[str, Any]]:
    """Assignments that were ended, as a timeline, with the draft that counts no more."""
    return [
        {
            "title": _("%(name)s: penugasan dihapus (%(stage)s)")
            % {"name": removal.assessor.name, "stage": removal.stage.label},
            "when": removal.removed_at,
            "who": removal.removed_by.name if removal.removed_by else _("Portal"),
            "text": _removal_text(removal),
        }
        for removal in removals
    ]


def _removal_text(removal: AssignmentRemoval) -> str:
    if not removal.sheet_version:
        return str(removal.reason)
    facts = {"reason": removal.reason, "version": removal.sheet_version}
    return _("%(reason)s (lembar nilai versi %(version)d tidak dihitung)") % facts


def reopening_entries(reopenings: Any) -> list[dict[str, Any]]:
    """Reopened stages as a timeline, with the score that stood until then."""
    return [
        {
            "title": _("%(stage)s dibuka kembali") % {"stage": reopening.stage.label},
            "when": reopening.reopened_at,
            "who": reopening.reopened_by.name,
            "text": _reopening_text(reopening),
        }
        for reopening in reopenings
    ]


def _reopening_text(reopening: Any) -> str:
    if reopening.result["score"] is None:
        return str(reopening.reason)
    score = number_id(Decimal(reopening.result["score"]), 2)
    return _("%(reason)s (nilai sebelumnya %(score)s)") % {"reason": reopening.reason, "score": score}
