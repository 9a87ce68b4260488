"""Replacements that the portal proposes by itself after somebody declined, stepped back or was suspended."""

import secrets
from collections.abc import Iterable

from django.db.models import QuerySet

from core import audit
from core.jobs import enqueue
from scoring.enums import RunKind, RunState
from scoring.models import Assignment, AssignmentRun, PanelSeat


def propose_replacements(left: Iterable[Assignment]) -> list[AssignmentRun]:
    """Have a rebalancing computed for every stage that somebody left, in the transaction that ended the work.

    Only for a panel with seats: without them the Sekretariat assigns by hand. How many scorers a nomination should
    have is what the last applied proposal of the stage asked for. The chair is told when it is ready.
    """
    stages = sorted({(one.nomination.period_id, one.stage.code) for one in left})
    return [
        _propose(period, code)
        for period, code in stages
        if PanelSeat.objects.filter(period=period, active=True).exists()
    ]


def _propose(period_id: int, code: str) -> AssignmentRun:
    solved = AssignmentRun.objects.filter(
        period=period_id, stage_code=code, kind__in=(RunKind.FILL, RunKind.REBALANCE), state=RunState.APPLIED
    )
    last = solved.order_by("-applied_at").first()
    run = AssignmentRun.objects.create(
        kind=RunKind.REBALANCE,
        period_id=period_id,
        stage_code=code,
        per_nomination=last.per_nomination if last else None,
        mix=last.mix if last else True,
        seed=secrets.randbelow(1_000_000) + 1,
        state=RunState.WANTED,
    )
    audit.record(None, "scoring.run_wanted", run, run_kind=run.kind, stage=code, seed=run.seed)
    enqueue("scoring.carry_out_run", run_id=run.pk)
    return run


def is_outdated(run: AssignmentRun) -> bool:
    """Whether somebody else left the stage since: the newer proposal answers both."""
    return _automatic(run).filter(pk__gt=run.pk).exclude(state=RunState.FAILED).exists()


def end_older(run: AssignmentRun) -> None:
    """What the portal proposed before and nobody decided on gives way to this one."""
    _automatic(run).filter(pk__lt=run.pk, state=RunState.READY).update(state=RunState.DISCARDED)


def _automatic(run: AssignmentRun) -> QuerySet[AssignmentRun]:
    return AssignmentRun.objects.filter(period=run.period_id, stage_code=run.stage_code, created_by=None)
