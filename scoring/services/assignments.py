"""Opening the assessment and saying who judges what."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.http import require
from nominations.enums import Action
from nominations.models import Nomination
from nominations.services.transitions import apply_transition, lock_nomination
from scoring import messages
from scoring.enums import AssignmentStatus, StageKind
from scoring.models import Assignment, AssignmentRemoval, ConflictDeclaration, Stage, StageResult
from scoring.policies import can_assign, can_declare, can_decline, can_remove
from scoring.selectors.assignments import live_assignment, obstacle_to, with_facts
from scoring.selectors.stages import stages_of
from scoring.services.conflicts import refuse_conflicted
from scoring.services.locks import lock_assignment, lock_panel_of, refuse_if_sealed
from scoring.services.replacements import propose_replacements


@transaction.atomic
def open_assessment(*, nomination_id: int, actor: Any) -> Nomination:
    """Start the assessment of an eligible nomination.

    Raises RuleBroken when its category has no stages, NotPermitted for who has a conflict with it.
    """
    nomination = lock_nomination(nomination_id)
    refuse_conflicted(actor, nomination)
    if not stages_of(nomination):
        raise RuleBroken(_("Tahap penilaian kategori ini belum ditetapkan. Tetapkan tahapnya di halaman pengelola."))
    refuse_if_sealed(nomination.period_id, nomination.category_id)
    apply_transition(nomination, Action.OPEN_ASSESSMENT, actor=actor)
    return nomination


@transaction.atomic
def assign_assessor(*, nomination_id: int, stage_id: int, assessor_id: int, actor: Any) -> Assignment:
    """Assign a scorer to a stage; a removed one comes back with the former sheet.

    Raises RuleBroken with the reason when the person may not judge this nomination, when the stage is closed, or when
    a visit already has its visitor; NotPermitted for who has a conflict and would choose the judges.
    """
    lock_panel_of(nomination_id)
    nomination = lock_nomination(nomination_id)
    require(can_assign(actor, nomination))
    refuse_conflicted(actor, nomination)
    stage = _open_stage(nomination, stage_id)
    if obstacle := obstacle_to(nomination, stage, assessor_id):
        raise RuleBroken(obstacle)
    live = Assignment.objects.filter(nomination=nomination, stage=stage, status=AssignmentStatus.ACTIVE)
    if stage.kind == StageKind.FINDINGS and live.exists():
        raise RuleBroken(_("Kunjungan lapangan dicatat oleh satu penilai. Hapus penugasan yang ada lebih dahulu."))
    assignment, _created = Assignment.objects.update_or_create(
        nomination=nomination,
        stage=stage,
        assessor_id=assessor_id,
        defaults={"status": AssignmentStatus.ACTIVE, "removal_reason": "", "assigned_by": actor},
    )
    audit.record(actor, "scoring.assigned", nomination, stage=stage.code, assessor=assessor_id)
    return assignment


@transaction.atomic
def remove_assignment(*, assignment_id: int, reason: str, actor: Any) -> Assignment:
    """End an assignment whose work was not sent; the person meets the nomination no more and a draft counts no more.

    The chair and the person are told, and the history keeps who did it and why. Raises NotPermitted once the work was
    sent or for who has a conflict, RuleBroken in a closed stage or without a reason.
    """
    nomination = lock_nomination(Assignment.objects.values_list("nomination", flat=True).get(pk=assignment_id))
    assignment = with_facts(Assignment.objects.select_related("assessor")).get(pk=assignment_id)
    require(can_assign(actor, nomination))
    refuse_conflicted(actor, nomination)
    _open_stage(nomination, assignment.stage_id)
    if assignment.status != AssignmentStatus.ACTIVE:
        raise RuleBroken(_("Penugasan ini sudah tidak berlaku. Muat ulang halaman penugasan."))
    require(can_remove(actor, assignment))
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan penghapusan penugasan."))
    removal = end_assignment(assignment, reason=reason.strip(), actor=actor)
    audit.record(
        actor,
        "scoring.assignment_removed",
        nomination,
        stage=assignment.stage.code,
        assessor=assignment.assessor_id,
        reason=removal.reason,
    )
    messages.tell_removed(removal, actor)
    return assignment


def end_assignment(assignment: Assignment, *, reason: str, actor: Any) -> AssignmentRemoval:
    """Write that a live assignment on a locked nomination is over, and why. Two queries for rows of `with_facts`."""
    assignment.status, assignment.removal_reason = AssignmentStatus.REMOVED, reason
    assignment.save(update_fields=["status", "removal_reason"])
    sheet = getattr(assignment, "sheet", None)
    return AssignmentRemoval.objects.create(
        nomination=assignment.nomination,
        stage=assignment.stage,
        assessor=assignment.assessor,
        reason=reason,
        sheet_version=sheet.version if sheet else 0,
        removed_by=actor,
    )


@transaction.atomic
def declare_interest(*, nomination_id: int, has_conflict: bool, reason: str, actor: Any) -> ConflictDeclaration:
    """A scorer's word before the file opens. A conflict ends every assignment on the nomination and the chair is told.

    Raises NotPermitted without a live assignment in an open stage, RuleBroken for a conflict without its reason.
    """
    nomination = lock_nomination(nomination_id)
    live = list(with_facts(live_assignment(actor, nomination_id)))
    if not live:
        require(can_declare(actor, Assignment(nomination=nomination)))
    verdicts = [can_declare(actor, assignment) for assignment in live]
    require(next((verdict for verdict in verdicts if verdict), verdicts[0]))
    if has_conflict and not reason.strip():
        raise RuleBroken(_("Jelaskan benturan kepentingan Anda."))
    if has_conflict:
        declaration = step_back(nomination, live, reason=reason.strip(), actor=actor)
        propose_replacements(live)
        return declaration
    return _record_word(nomination, actor, has_conflict=False)


def step_back(nomination: Nomination, live: list[Assignment], *, reason: str, actor: Any) -> ConflictDeclaration:
    """End the live assignments on a locked nomination for a conflict, and tell the chair and who assigned."""
    Assignment.objects.filter(pk__in=[one.pk for one in live]).update(status=AssignmentStatus.RECUSED)
    declaration = _record_word(nomination, actor, has_conflict=True, reason=reason)
    messages.tell_conflict(nomination, live, actor)
    return declaration


def keep_away(nomination: Nomination, *, reason: str, actor: Any) -> None:
    """A conflict with a locked nomination that showed outside its own assessment, as a practice sheet does.

    Nothing is written when the actor has judged it in a stage that is closed by now: that is for the chair to settle,
    as `can_declare` says.
    """
    live = list(with_facts(live_assignment(actor, nomination.pk)))
    if not live:
        _record_word(nomination, actor, has_conflict=True, reason=reason)
    elif any(can_declare(actor, assignment) for assignment in live):
        step_back(nomination, live, reason=reason, actor=actor)
        propose_replacements(live)


def _record_word(nomination: Nomination, actor: Any, *, has_conflict: bool, reason: str = "") -> ConflictDeclaration:
    declaration, created = ConflictDeclaration.objects.get_or_create(
        nomination=nomination, user=actor, has_conflict=has_conflict, defaults={"reason": reason}
    )
    if created:
        audit.record(actor, "scoring.interest_declared", nomination, conflict=has_conflict)
    return declaration


@transaction.atomic
def decline_assignment(*, assignment_id: int, reason: str, actor: Any) -> Assignment:
    """Give a task back with a reason; the chair and who assigned are told. Raises NotPermitted, RuleBroken.

    The reason is read by the Sekretariat; unlike a conflict it says nothing about the nomination.
    """
    locked = lock_assignment(assignment_id)
    assignment = locked.assignment
    require(can_decline(actor, assignment))
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan Anda menolak tugas ini."))
    assignment.status, assignment.removal_reason = AssignmentStatus.DECLINED, reason.strip()
    assignment.save(update_fields=["status", "removal_reason"])
    audit.record(actor, "scoring.assignment_declined", assignment.nomination, stage=assignment.stage.code)
    messages.tell_declined(assignment, actor)
    propose_replacements([assignment])
    return assignment


def _open_stage(nomination: Nomination, stage_id: int) -> Stage:
    """The stage, unless it belongs to another category or is closed already."""
    stage = next((stage for stage in stages_of(nomination) if stage.pk == stage_id), None)
    if stage is None:
        raise RuleBroken(_("Tahap ini bukan tahap penilaian usulan tersebut."))
    if StageResult.objects.filter(nomination=nomination, stage=stage).exists():
        raise RuleBroken(_("Tahap ini sudah ditutup, sehingga penugasannya tidak dapat diubah."))
    return stage
