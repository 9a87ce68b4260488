"""The way of a run of assignments. Between two steps only the row says where it stands.

wanted or reading → ready, or failed, or refused with its errors → applying → applied → undoing → undone; and discarded
before it is applied. A worker claims the row by compare-and-set; a sweeper hands on what a dead worker left.
"""

import logging
import secrets
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError, RuleBroken
from core.files import WORKBOOKS, store_upload
from core.http import require
from core.jobs import enqueue
from scoring import messages
from scoring.enums import RunKind, RunState
from scoring.models import AssignmentMove, AssignmentRun
from scoring.policies import can_decide_run, can_manage_panel
from scoring.querysets import MAX_ATTEMPTS
from scoring.selectors.stages import least_assessors
from scoring.services.proposals import propose
from scoring.services.replacements import end_older, is_outdated
from scoring.services.runs import BATCH, RunOutdated, apply_run, undo_run
from scoring.services.tables import TableRefused, read_table

logger = logging.getLogger(__name__)
TASK = "scoring.carry_out_run"


@transaction.atomic
def want_run(
    *, period_id: int, stage_code: str, kind: RunKind, per_nomination: int | None, mix: bool, actor: Any
) -> AssignmentRun:
    """Have a worker compute a proposal. Nothing is assigned before it is applied.

    Raises NotPermitted, RuleBroken for fewer scorers per nomination than the stage asks for.
    """
    require(can_manage_panel(actor))
    least = least_assessors(period_id, stage_code)
    if per_nomination is not None and per_nomination < least:
        raise RuleBroken(
            _("Tahap ini memerlukan sedikitnya %(least)d penilai per usulan. Isi %(least)d atau lebih, atau kosongkan.")
            % {"least": least}
        )
    run = AssignmentRun.objects.create(
        kind=kind,
        period_id=period_id,
        stage_code=stage_code,
        per_nomination=per_nomination,
        mix=mix,
        seed=secrets.randbelow(1_000_000) + 1,
        state=RunState.WANTED,
        created_by=actor,
    )
    audit.record(actor, "scoring.run_wanted", run, run_kind=kind, stage=stage_code, seed=run.seed)
    enqueue(TASK, run_id=run.pk)
    return run


@transaction.atomic
def want_import(*, period_id: int, stage_code: str, replace: bool, upload: UploadedFile, actor: Any) -> AssignmentRun:
    """Keep a table and have a worker make a proposal of it. Raises NotPermitted, FileRefused for what is no workbook.

    "Add" keeps what is there. "Replace" ends the live assignments of the listed nominations that the table lacks.
    """
    require(can_manage_panel(actor))
    run = AssignmentRun.objects.create(
        kind=RunKind.REPLACE if replace else RunKind.ADD,
        period_id=period_id,
        stage_code=stage_code,
        file=store_upload(upload, actor=actor, types=WORKBOOKS),
        state=RunState.READING,
        created_by=actor,
    )
    audit.record(actor, "scoring.run_wanted", run, run_kind=run.kind, stage=stage_code)
    enqueue(TASK, run_id=run.pk)
    return run


def want_applied(*, run_id: int, actor: Any) -> AssignmentRun:
    """Have a worker make a shown proposal true. Raises NotPermitted, RuleBroken when it does not wait for that."""
    text = _("Usulan penugasan ini sudah diterapkan, dibatalkan, atau belum siap. Muat ulang halaman.")
    return _hand_over(run_id, actor, (RunState.READY, RunState.APPLYING), "applied_by", text)


def want_undone(*, run_id: int, actor: Any) -> AssignmentRun:
    """Have a worker take an applied run back. Raises NotPermitted, RuleBroken when it is not applied."""
    text = _("Hanya penugasan yang sudah diterapkan yang dapat dibatalkan.")
    return _hand_over(run_id, actor, (RunState.APPLIED, RunState.UNDOING), "undone_by", text)


@transaction.atomic
def _hand_over(run_id: int, actor: Any, step: tuple[RunState, RunState], by: str, refusal: str) -> AssignmentRun:
    run = AssignmentRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    require(can_decide_run(actor, run))
    if run.state != step[0]:
        raise RuleBroken(refusal)
    run.state, run.claimed_at, run.attempts, run.problem = step[1], None, 0, ""
    run.report.pop("changed", None)
    setattr(run, by, actor)
    run.save()
    enqueue(TASK, run_id=run.pk)
    return run


def waiting_ids() -> list[int]:
    """Runs that nobody works on. What always killed its worker is given up first. Queries grow with those alone."""
    for run in AssignmentRun.objects.working().filter(attempts__gte=MAX_ATTEMPTS):
        _end(run, _gave_up(run))
    return list(AssignmentRun.objects.claimable().order_by("pk").values_list("pk", flat=True))


def carry_out(run_id: int) -> bool:
    """Do what a run waits for. False when another worker has it, or when it did not come to its end."""
    free = AssignmentRun.objects.claimable().filter(pk=run_id)
    if not free.update(claimed_at=Now(), attempts=F("attempts") + 1):
        return False
    run = AssignmentRun.objects.select_related("period", "file", "created_by", "applied_by", "undone_by").get(pk=run_id)
    try:
        STEPS[RunState(run.state)](run)
    except DomainError as error:
        _end(run, error.message, error)
        return False
    except Exception:  # whatever one run meets, the others go on
        logger.exception("assignment run %s was not carried out", run_id)
        _end(run, _gave_up(run)) if run.attempts >= MAX_ATTEMPTS else _own(run).update(claimed_at=None)
        return False
    return True


def _own(run: AssignmentRun) -> QuerySet[AssignmentRun]:
    """The row, as long as the claim is ours."""
    return AssignmentRun.objects.filter(pk=run.pk, state=run.state, claimed_at=run.claimed_at)


@transaction.atomic
def _compute(run: AssignmentRun) -> None:
    if run.automatic and is_outdated(run):
        _own(run).update(state=RunState.DISCARDED, claimed_at=None)
        return
    moves, report = propose(run)
    needless = run.automatic and not moves and not report["short"]
    state = RunState.DISCARDED if needless else RunState.READY
    if _show(run, moves, report, state) and run.automatic:
        end_older(run)
        if not needless:
            messages.tell_replacement(run, moves, sum(one["missing"] for one in report["short"]))


@transaction.atomic
def _read(run: AssignmentRun) -> None:
    moves, report = read_table(run)
    _show(run, moves, report, RunState.READY)


def _show(run: AssignmentRun, moves: list[AssignmentMove], report: dict[str, Any], state: RunState) -> bool:
    if not _own(run).update(state=state, claimed_at=None, report=report):
        return False
    AssignmentMove.objects.bulk_create(moves, batch_size=BATCH)
    return True


def _apply(run: AssignmentRun) -> None:
    apply_run(run_id=run.pk, actor=run.applied_by)


def _undo(run: AssignmentRun) -> None:
    undo_run(run_id=run.pk, actor=run.undone_by)


STEPS: dict[RunState, Callable[[AssignmentRun], None]] = {
    RunState.WANTED: _compute,
    RunState.READING: _read,
    RunState.APPLYING: _apply,
    RunState.UNDOING: _undo,
}


@transaction.atomic
def _end(run: AssignmentRun, problem: str, error: Exception | None = None) -> None:
    """It did not come to its end, and nothing of it was kept: back to where it was, with the reason."""
    facts: dict[str, Any] = {"claimed_at": None, "problem": problem[:500]}
    if run.state == RunState.APPLYING:
        changed = error.changes if isinstance(error, RunOutdated) else []
        facts |= {"state": RunState.READY, "applied_by": None, "report": run.report | {"changed": changed}}
        if changed:  # the sentences stand in the report, by nomination
            facts["problem"] = ""
    elif run.state == RunState.UNDOING:
        facts |= {"state": RunState.APPLIED, "undone_by": None}
    elif isinstance(error, TableRefused):
        facts |= {"state": RunState.REFUSED, "report": {"errors": [[one.where, one.text] for one in error.errors]}}
    else:
        facts |= {"state": RunState.REFUSED if run.state == RunState.READING else RunState.FAILED}
    if _own(run).update(**facts) and run.state in (RunState.APPLYING, RunState.UNDOING):
        messages.tell_not_carried_out(run)


def _gave_up(run: AssignmentRun) -> str:
    if run.state in (RunState.WANTED, RunState.READING):
        return _("Tidak ada yang berubah. Coba sekali lagi; bila gagal lagi, hubungi pengelola portal.")
    return _(
        "Langkah ini gagal dan tidak ada yang berubah. Coba sekali lagi; bila gagal lagi, hubungi pengelola portal."
    )
