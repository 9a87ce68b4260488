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
from scoring.models import Assignment, ConflictDeclaration, Stage, StageResult
from scoring.policies import can_assign, can_declare
from scoring.rules import ScorerFacts, assignment_obstacle
from scoring.selectors.assignments import live_assignment, nominee_of, scorer_facts, with_facts
from scoring.selectors.stages import stages_of
from scoring.services.locks import refuse_if_sealed

NOBODY = ScorerFacts(holds_role=False, provinces=frozenset(), institutions=frozenset(), commodities=frozenset())


@transaction.atomic
def open_assessment(*, nomination_id: int, actor: Any) -> Nomination:
    """Start the assessment of an eligible nomination. Raises RuleBroken when its category has no stages."""
    nomination = lock_nomination(nomination_id)
    if not stages_of(nomination):
        raise RuleBroken(_("Tahap penilaian kategori ini belum ditetapkan. Tetapkan tahapnya di halaman pengelola."))
    refuse_if_sealed(nomination.period_id, nomination.category_id)
    apply_transition(nomination, Action.OPEN_ASSESSMENT, actor=actor)
    return nomination


@transaction.atomic
def assign_assessor(*, nomination_id: int, stage_id: int, assessor_id: int, actor: Any) -> Assignment:
    """Assign a scorer to a stage; a removed one comes back with the former sheet.

    Raises RuleBroken with the reason when the person may not judge this nomination, when the stage is closed, or when
    a visit already has its visitor.
    """
    nomination = lock_nomination(nomination_id)
    require(can_assign(actor, nomination))
    stage = _open_stage(nomination, stage_id)
    scorer = scorer_facts(nomination, stage, assessor_id).get(assessor_id, NOBODY)
    obstacle = assignment_obstacle(
        scorer,
        province=nomination.region.parent_id,
        commodity=nomination.category.commodity_id,
        nominee=nominee_of(nomination),
    )
    if obstacle:
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
    """End an assignment; the person meets the nomination no more and a sheet no longer counts."""
    assignment = Assignment.objects.select_related("stage").get(pk=assignment_id)
    nomination = lock_nomination(assignment.nomination_id)
    require(can_assign(actor, nomination))
    _open_stage(nomination, assignment.stage_id)
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan penghapusan penugasan."))
    ended = Assignment.objects.filter(pk=assignment_id, status=AssignmentStatus.ACTIVE)
    if not ended.update(status=AssignmentStatus.REMOVED, removal_reason=reason.strip()):
        raise RuleBroken(_("Penugasan ini sudah tidak berlaku. Muat ulang halaman penugasan."))
    audit.record(
        actor, "scoring.assignment_removed", nomination, stage=assignment.stage.code, assessor=assignment.assessor_id
    )
    assignment.refresh_from_db()
    return assignment


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
        Assignment.objects.filter(pk__in=[one.pk for one in live]).update(status=AssignmentStatus.RECUSED)
    declaration, created = ConflictDeclaration.objects.get_or_create(
        nomination=nomination, user=actor, has_conflict=has_conflict, defaults={"reason": reason.strip()}
    )
    if created:
        audit.record(actor, "scoring.interest_declared", nomination, conflict=has_conflict)
    if has_conflict:
        messages.tell_conflict(nomination, live, actor)
    return declaration


def _open_stage(nomination: Nomination, stage_id: int) -> Stage:
    """The stage, unless it belongs to another category or is closed already."""
    stage = next((stage for stage in stages_of(nomination) if stage.pk == stage_id), None)
    if stage is None:
        raise RuleBroken(_("Tahap ini bukan tahap penilaian usulan tersebut."))
    if StageResult.objects.filter(nomination=nomination, stage=stage).exists():
        raise RuleBroken(_("Tahap ini sudah ditutup, sehingga penugasannya tidak dapat diubah."))
    return stage
