"""Proposals of assignments decided upon: made true in one step, taken back in one step, or put aside."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.clock import transaction_time
from core.errors import RuleBroken, StaleVersion
from core.http import require
from nominations.models import Nomination
from scoring import messages
from scoring.enums import AssignmentStatus, RunKind, RunState
from scoring.models import Assignment, AssignmentMove, AssignmentRun
from scoring.policies import can_decide_run
from scoring.presenters.runs import changed_text, obstacle_text
from scoring.selectors.proposals import Situation, situation
from scoring.services.conflicts import refuse_conflicted_in
from scoring.services.locks import lock_panel

AUTOMATIC = (RunKind.FILL, RunKind.REBALANCE)
BATCH = 2000
Change = tuple[int | None, str]  # nomination that it is about, or None; what is not as it was, in one sentence


class RunOutdated(StaleVersion):
    """The facts are not those of the preview; `changes` name what is different."""

    def __init__(self, changes: list[Change]) -> None:
        super().__init__(changed_text([text for _pk, text in changes]))
        self.changes = changes


@transaction.atomic
def apply_run(*, run_id: int, actor: Any) -> AssignmentRun:
    """Make a shown proposal true, all of it or nothing. At the size of a country this is a worker's work.

    Raises RuleBroken when it is not waiting for that any more or touches a nomination with which the actor has a
    conflict, and RunOutdated, with what has changed, when the facts are not those of the preview: somebody stepped
    back, declined, began, was suspended, or another run came first.
    """
    run = _locked_run(run_id)
    require(can_decide_run(actor, run))
    if run.state not in (RunState.READY, RunState.APPLYING):
        raise RuleBroken(_("Usulan penugasan ini sudah diterapkan, dibatalkan, atau belum siap. Muat ulang halaman."))
    moves = list(run.moves.order_by("pk"))
    refuse_conflicted_in(actor, run.period_id, {move.nomination_id for move in moves})
    facts = _locked_situation(run, moves)
    if changed := _changes(run, moves, facts):
        raise RunOutdated(changed)
    _write(run, moves, actor)
    run.state, run.claimed_at = RunState.APPLIED, None
    run.applied_by, run.applied_at = actor, transaction_time()
    run.save(update_fields=["state", "claimed_at", "applied_by", "applied_at"])
    audit.record(actor, "scoring.run_applied", run, moves=len(moves))
    given = Counter(move.assessor_id for move in moves if move.gives)
    messages.tell_assigned(run, given)
    messages.tell_chair_of_run(run, given.total(), len(moves) - given.total())
    return run


def _locked_run(run_id: int) -> AssignmentRun:
    """The run under the period's lock, which every change of the panel takes first."""
    lock_panel(AssignmentRun.objects.values_list("period", flat=True).get(pk=run_id))
    return AssignmentRun.objects.select_for_update(of=("self",)).select_related("period").get(pk=run_id)


def _lock_nominations(moves: Iterable[AssignmentMove]) -> None:
    wanted = {move.nomination_id for move in moves}
    list(Nomination.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk").values_list("pk"))


def _locked_situation(run: AssignmentRun, moves: list[AssignmentMove]) -> Situation:
    _lock_nominations(moves)
    people = {move.assessor_id for move in moves}
    return situation(run.period_id, run.stage_code, {move.nomination_id for move in moves}, people)


def _changes(run: AssignmentRun, moves: list[AssignmentMove], facts: Situation) -> list[Change]:
    """What is not as it was when the proposal was made."""
    found: list[Change] = []
    basis = run.report.get("basis", {})
    names = _references(moves)
    for pk in sorted(names):
        if pk not in facts.nominations:
            found.append((pk, _("%(ref)s: tahapnya sudah ditutup atau usulannya selesai.") % {"ref": names[pk]}))
        elif facts.state_of(pk) != basis.get(str(pk)):
            found.append((pk, _("%(ref)s: penilainya sudah berubah.") % {"ref": names[pk]}))
    given = [move for move in moves if move.gives and move.nomination_id in facts.nominations]
    found += [
        (move.nomination_id, f"{names[move.nomination_id]}: {obstacle_text(code)}")
        for move in given
        if (code := facts.obstacle(move.nomination_id, move.assessor_id))
    ]
    found += _pairs_together(facts, moves, names)
    if run.kind in AUTOMATIC:
        found += _without_room(facts, moves)
    return found


def _references(moves: Iterable[AssignmentMove]) -> dict[int, str]:
    wanted = {move.nomination_id for move in moves}
    return dict(Nomination.objects.filter(pk__in=wanted).values_list("pk", "reference"))


def _pairs_together(facts: Situation, moves: list[AssignmentMove], names: dict[int, str]) -> list[Change]:
    after = {pk: set(facts.live.get(pk, {})) for pk in facts.nominations}
    for move in moves:
        people = after.get(move.nomination_id, set())
        people.add(move.assessor_id) if move.gives else people.discard(move.assessor_id)
    fresh = {(move.nomination_id, move.assessor_id) for move in moves if move.gives}
    return [
        (pk, _("%(ref)s: dua penilai yang dipisahkan akan bertemu.") % {"ref": names[pk]})
        for pk, people in after.items()
        if any((pk, user) in fresh for pair in facts.kept_apart(people) for user in pair)
    ]


def _without_room(facts: Situation, moves: list[AssignmentMove]) -> list[Change]:
    more: Counter[int] = Counter()
    for move in moves:
        more[move.assessor_id] += 1 if move.gives else -1
    return [
        (None, _("%(name)s: kursi panelnya sudah berubah atau kapasitasnya tidak cukup lagi.") % {"name": name})
        for user, number in sorted(more.items())
        if number > 0 and facts.loads.get(user, 0) + number > facts.seats.get(user, 0)
        for name in [_name_of(facts, user)]
    ]


def _name_of(facts: Situation, user: int) -> str:
    person = facts.people.get(user)
    return person.memberships[0].user.name if person and person.memberships else _("Seorang penilai")


def _write(run: AssignmentRun, moves: list[AssignmentMove], actor: Any) -> None:
    """Keep what stood there before in the moves, then change it."""
    before = _rows_of(moves)
    fresh, changed = [], []
    for move in moves:
        row = before.get((move.nomination_id, move.stage_id, move.assessor_id))
        move.was_status, move.was_reason = (row.status, row.removal_reason) if row else ("", "")
        if row is None:
            row = Assignment(
                nomination_id=move.nomination_id,
                stage_id=move.stage_id,
                assessor_id=move.assessor_id,
                assigned_by=actor,
            )
            fresh.append(row)
            continue
        row.status = AssignmentStatus.ACTIVE if move.gives else AssignmentStatus.REMOVED
        row.removal_reason = "" if move.gives else _("Dipindahkan oleh penyusunan penugasan nomor %d.") % run.pk
        if move.gives:
            row.assigned_by = actor
        changed.append(row)
    Assignment.objects.bulk_update(changed, ["status", "removal_reason", "assigned_by"], batch_size=BATCH)
    Assignment.objects.bulk_create(fresh, batch_size=BATCH)
    known = [move for move in moves if move.was_status]
    AssignmentMove.objects.bulk_update(known, ["was_status", "was_reason"], batch_size=BATCH)


def _rows_of(moves: list[AssignmentMove]) -> dict[tuple[int, int, int], Assignment]:
    wanted = {move.nomination_id for move in moves}
    stages = {move.stage_id for move in moves}
    rows = Assignment.objects.filter(nomination__in=wanted, stage__in=stages).select_related("sheet", "visit")
    return {(row.nomination_id, row.stage_id, row.assessor_id): row for row in rows}


@transaction.atomic
def undo_run(*, run_id: int, actor: Any) -> AssignmentRun:
    """Take a run back in one step. Work that has begun, or that ended otherwise meanwhile, stays: `kept` on its move.

    Raises RuleBroken when the run is not applied, or touches a nomination with which the actor has a conflict.
    """
    run = _locked_run(run_id)
    require(can_decide_run(actor, run))
    if run.state not in (RunState.APPLIED, RunState.UNDOING):
        raise RuleBroken(_("Hanya penugasan yang sudah diterapkan yang dapat dibatalkan."))
    moves = list(run.moves.order_by("pk"))
    refuse_conflicted_in(actor, run.period_id, {move.nomination_id for move in moves})
    facts = _locked_situation(run, moves)
    _take_back(moves, facts)
    run.state, run.claimed_at = RunState.UNDONE, None
    run.undone_by, run.undone_at = actor, transaction_time()
    run.save(update_fields=["state", "claimed_at", "undone_by", "undone_at"])
    audit.record(actor, "scoring.run_undone", run, kept=sum(move.kept for move in moves))
    return run


def _take_back(moves: list[AssignmentMove], facts: Situation) -> None:
    """Bring every row back to what it was; what that would take from begun work, or against a rule, is `kept`."""
    rows = _rows_of(moves)
    gone, changed, kept = [], [], []
    for move in moves:
        row = rows.get((move.nomination_id, move.stage_id, move.assessor_id))
        if row is None:
            continue
        if not _may_be_taken_back(move, row, facts):
            move.kept = True
            kept.append(move)
        elif move.gives and not move.was_status:
            gone.append(row.pk)
        else:
            row.status, row.removal_reason = move.was_status, move.was_reason
            changed.append(row)
    Assignment.objects.filter(pk__in=gone).delete()
    Assignment.objects.bulk_update(changed, ["status", "removal_reason"], batch_size=BATCH)
    AssignmentMove.objects.bulk_update(kept, ["kept"], batch_size=BATCH)


def _may_be_taken_back(move: AssignmentMove, row: Assignment, facts: Situation) -> bool:
    if move.nomination_id not in facts.nominations:
        return False
    if move.gives:
        begun = getattr(row, "sheet", None) or getattr(row, "visit", None)
        return row.status == AssignmentStatus.ACTIVE and not begun
    return row.status == AssignmentStatus.REMOVED and not facts.obstacle(move.nomination_id, move.assessor_id)


@transaction.atomic
def discard_run(*, run_id: int, actor: Any) -> None:
    """Put a proposal aside that was not applied. Raises RuleBroken."""
    run = _locked_run(run_id)
    require(can_decide_run(actor, run))
    if run.state not in (RunState.WANTED, RunState.READING, RunState.READY):
        raise RuleBroken(_("Usulan penugasan ini tidak dapat dibatalkan lagi."))
    run.state = RunState.DISCARDED
    run.save(update_fields=["state"])
    audit.record(actor, "scoring.run_discarded", run)
