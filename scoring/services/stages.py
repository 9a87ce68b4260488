"""Closing a stage of one nomination, and opening it again."""

from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.http import require
from nominations.enums import Action, DocumentStage, Status
from nominations.models import Nomination
from nominations.selectors.dossiers import checklist
from nominations.services.transitions import apply_transition, lock_nomination
from scoring.enums import AssignmentStatus, StageKind, VisitStatus
from scoring.maths.stages import TooFew
from scoring.models import Assignment, FieldVisit, FinalResult, Sheet, Stage, StageReopening, StageResult
from scoring.policies import can_close_stage, can_reopen_stage, can_skip_stage
from scoring.presenters.reasons import failure_reason
from scoring.rules import seal
from scoring.selectors.board import unfinished_scorers
from scoring.selectors.moderations import is_moderated, newest_moderation
from scoring.selectors.stages import current_stage, reopenable, results_of, stages_of
from scoring.services.conflicts import refuse_conflicted
from scoring.services.locks import refuse_if_sealed
from scoring.services.tally import Final, Outcome, final_outcome, sheets_outcome, stage_outcome, visit_outcome


@transaction.atomic
def close_stage(*, nomination_id: int, stage_id: int, actor: Any) -> StageResult:
    """Compute and record the stage; then eliminate, go on to the next stage, or send the nomination to the plenary.

    Raises NotPermitted for another than the current stage, RuleBroken when work, sheets or documents are missing, or
    when the spread is over the threshold and no moderation of these very sheets is submitted.
    """
    nomination = lock_nomination(nomination_id)
    stage = current_stage(nomination)
    require(can_close_stage(actor, nomination, stage_id, stage))
    refuse_conflicted(actor, nomination)
    assert stage is not None  # noqa: S101 - the policy has refused it
    outcome = computed(nomination, stage)
    if outcome.discrepant and not is_moderated(newest_moderation(nomination, stage), outcome.input_hash):
        raise RuleBroken(
            _("Selisih nilai antarpenilai melebihi ambang. Bahas dengan penilai, lalu kirim catatan moderasinya.")
        )
    result = StageResult.objects.create(
        nomination=nomination,
        stage=stage,
        score=outcome.score,
        passed=not outcome.failures,
        spread=outcome.spread,
        sheet_count=outcome.count,
        detail=outcome.detail,
        instrument=stage.instrument,
        input_hash=outcome.input_hash,
        closed_by=actor,
    )
    audit.record(actor, "scoring.stage_closed", nomination, stage=stage.code, passed=result.passed)
    if outcome.failures:
        reason = failure_reason(stage, outcome.score, outcome.failures)
        apply_transition(nomination, Action.ELIMINATE, actor=actor, reason=reason)
    else:
        go_on(nomination, actor)
    return result


@transaction.atomic
def skip_stage(*, nomination_id: int, stage_id: int, reason: str, actor: Any) -> StageResult:
    """Go on without an optional stage, for this nomination and with a written reason.

    Raises NotPermitted for another than the current stage or one that is not optional, RuleBroken without a reason or
    while somebody is at work on it: nobody's findings are passed over.
    """
    nomination = lock_nomination(nomination_id)
    stage = current_stage(nomination)
    require(can_skip_stage(actor, nomination, stage_id, stage))
    refuse_conflicted(actor, nomination)
    assert stage is not None  # noqa: S101 - the policy has refused it
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan melanjutkan tanpa tahap ini."))
    if Assignment.objects.filter(nomination=nomination, stage=stage, status=AssignmentStatus.ACTIVE).exists():
        raise RuleBroken(
            _("Tahap ini sudah ditugaskan. Tunggu hasilnya, atau minta Sekretariat menghapus penugasannya.")
        )
    result = StageResult.objects.create(
        nomination=nomination,
        stage=stage,
        score=None,
        passed=True,
        skip_reason=reason.strip(),
        sheet_count=0,
        instrument=stage.instrument,
        input_hash=seal({"skipped": reason.strip()}),
        closed_by=actor,
    )
    audit.record(actor, "scoring.stage_skipped", nomination, stage=stage.code, reason=result.skip_reason)
    go_on(nomination, actor)
    return result


@transaction.atomic
def reopen_stage(*, nomination_id: int, stage_id: int, reason: str, actor: Any) -> StageReopening:
    """Take back the stage closed last, with its final result; both are kept in the reopening.

    Optional stages that were left out behind it are taken back with it. Raises NotPermitted once the plenary has
    spoken, RuleBroken for another stage than the last or without a reason.
    """
    nomination = lock_nomination(nomination_id)
    require(can_reopen_stage(actor, nomination))
    refuse_conflicted(actor, nomination)
    refuse_if_sealed(nomination.period_id, nomination.category_id)
    results = results_of(nomination)
    if stage_id not in reopenable(results):
        raise RuleBroken(_("Hanya tahap yang terakhir ditutup yang dapat dibuka kembali."))
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan membuka kembali tahap ini."))
    while results[-1].stage_id != stage_id:
        results.pop().delete()
    final = FinalResult.objects.filter(nomination=nomination).first()
    reopening = StageReopening.objects.create(
        nomination=nomination,
        stage_id=stage_id,
        reason=reason.strip(),
        result=_kept(results[-1], final),
        reopened_by=actor,
    )
    results[-1].delete()
    if final:
        final.delete()
    audit.record(actor, "scoring.stage_reopened", nomination, stage=results[-1].stage.code, result=reopening.result)
    back = {Status.ELIMINATED: Action.REINSTATE, Status.IN_PLENARY: Action.RECALL_FROM_PLENARY}
    if nomination.status in back:
        apply_transition(nomination, back[Status(nomination.status)], actor=actor, reason=reason)
    return reopening


class Loaded(NamedTuple):
    """What a page has read already. `waiting`, `sheets` and `visits` are those of the stage: who is still at work, and
    what came in."""

    stages: list[Stage]
    results: list[StageResult]
    waiting: list[str]
    sheets: list[Sheet]
    visits: list[FieldVisit]

    def outcome(self, stage: Stage) -> Outcome | TooFew:
        """As `stage_outcome`, without a query."""
        if stage.kind == StageKind.SHEETS:
            return sheets_outcome(stage, self.sheets)
        confirmed = (visit for visit in self.visits if visit.status == VisitStatus.CONFIRMED)
        live = (visit for visit in confirmed if visit.assignment.status == AssignmentStatus.ACTIVE)
        return visit_outcome(stage, next(live, None))


def computed(nomination: Nomination, stage: Stage, loaded: Loaded | None = None) -> Outcome:
    """What closing the stage would record now; the preview and the closing ask the same. Five queries.

    With `loaded` one query. Raises RuleBroken with what is still missing.
    """
    missing = [
        row.requirement.label
        for row in checklist(nomination, DocumentStage.ASSESSMENT)
        if row.required and row.item is None
    ]
    if missing:
        raise RuleBroken(_("Dokumen tahap penilaian belum ada: %(labels)s.") % {"labels": "; ".join(missing)})
    waiting = loaded.waiting if loaded else unfinished_scorers(nomination, stage)
    if waiting:
        names = ", ".join(waiting)
        raise RuleBroken(_("Belum selesai: %(names)s. Tunggu, atau hapus penugasannya.") % {"names": names})
    outcome = loaded.outcome(stage) if loaded else stage_outcome(nomination, stage)
    if isinstance(outcome, TooFew):
        raise RuleBroken(_too_few(stage, outcome))
    return outcome


def preview_closing(nomination: Nomination, stage: Stage, loaded: Loaded) -> tuple[Outcome, Final | None]:
    """The stage's outcome and, when nothing that counts comes after it, the final result. Changes nothing.

    Raises RuleBroken with what is still missing.
    """
    outcome = computed(nomination, stage, loaded)
    stages, results = loaded.stages, loaded.results
    later = stages[len(results) + 1 :]
    if outcome.failures or any(one.weight for one in later):
        return outcome, None
    coming = StageResult(stage=stage, score=outcome.score, input_hash=outcome.input_hash)
    return outcome, final_outcome(stages, [*results, coming])


def _too_few(stage: Stage, outcome: TooFew) -> str:
    if stage.kind == StageKind.FINDINGS:
        return _("Hasil kunjungan lapangan belum disahkan, atau belum ada klaim yang diperiksa.")
    return _("Baru %(counted)d dari sedikitnya %(needed)d lembar nilai yang dikirim.") % {
        "counted": outcome.counted,
        "needed": outcome.needed,
    }


def go_on(nomination: Nomination, actor: Any) -> None:
    """To the next stage, or after the last one with the final result to the plenary."""
    results, stages = results_of(nomination), stages_of(nomination)
    if len(results) < len(stages):
        return
    final = final_outcome(stages, results)
    FinalResult.objects.create(nomination=nomination, score=final.score, stars=final.stars, input_hash=final.input_hash)
    apply_transition(nomination, Action.SEND_TO_PLENARY, actor=actor)


def _kept(result: StageResult, final: FinalResult | None) -> dict[str, Any]:
    """The recorded results as JSON, for the reopening."""
    kept: dict[str, Any] = {
        "score": None if result.score is None else str(result.score),
        "passed": result.passed,
        "skip_reason": result.skip_reason,
        "spread": None if result.spread is None else str(result.spread),
        "sheet_count": result.sheet_count,
        "detail": result.detail,
        "input_hash": result.input_hash,
        "closed_by": result.closed_by.name,
        "closed_at": result.closed_at.isoformat(),
    }
    if final:
        kept["final"] = {"score": str(final.score), "stars": final.stars, "input_hash": final.input_hash}
    return kept
