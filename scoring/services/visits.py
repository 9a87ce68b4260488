"""The visit on the spot: claims, findings, the scorer's submission and the chair's confirmation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.clock import transaction_time
from core.errors import RuleBroken
from core.http import require
from nominations.services.transitions import lock_nomination
from scoring.enums import ClaimKind, Finding, StageKind, VisitStatus
from scoring.maths.findings import required_interviews
from scoring.models import Assignment, FieldClaim, FieldVisit, Instrument, StageResult
from scoring.policies import can_change_visit, can_judge_visit
from scoring.selectors.stages import field_spec
from scoring.services.claims import claims_for
from scoring.services.locks import Locked, lock_assignment, refuse_if_stale


class Found(NamedTuple):
    """What the visit says about one claim; an empty finding means not checked."""

    finding: str = ""
    interviewee: str = ""
    note: str = ""
    actual: str = ""


@dataclass(frozen=True, slots=True)
class VisitFacts:
    visited_on: date | None
    place: str = ""
    summary: str = ""


@transaction.atomic
def open_visit(*, assignment_id: int, actor: Any) -> FieldVisit:
    """The visit of an assignment with its claims. A second call changes nothing."""
    locked = _lock(assignment_id, actor)
    visit, created = FieldVisit.objects.get_or_create(assignment=locked.assignment)
    if created:
        claims = claims_for(locked.assignment)
        for claim in claims:
            claim.visit = visit
        FieldClaim.objects.bulk_create(claims)
        audit.record(actor, "scoring.visit_opened", visit)
    return visit


@transaction.atomic
def save_visit(
    *,
    assignment_id: int,
    facts: VisitFacts,
    findings: Mapping[int, Found],
    added_claim: str = "",
    version: int,
    actor: Any,
) -> FieldVisit:
    """Keep the visit as the page shows it. `findings` by claim id; `added_claim` becomes a further claim.

    Raises NotPermitted, StaleVersion, or RuleBroken for a finding that does not exist or a visit in the future.
    """
    locked = _lock(assignment_id, actor)
    visit = _own_visit(locked.assignment)
    refuse_if_stale(visit.version, version)
    if facts.visited_on and facts.visited_on > timezone.localdate():
        raise RuleBroken(_("Tanggal kunjungan belum terjadi. Isi tanggal hari ini atau sebelumnya."))
    claims = list(visit.claims.all())
    for claim in claims:
        found = findings.get(claim.pk, Found())
        if found.finding and found.finding not in list(Finding):
            raise RuleBroken(_("Pilih hasil pemeriksaan dari daftar yang tersedia."))
        claim.finding, claim.interviewee, claim.note, claim.actual = found
    FieldClaim.objects.bulk_update(claims, ["finding", "interviewee", "note", "actual"])
    if added_claim.strip():
        FieldClaim.objects.create(visit=visit, kind=ClaimKind.OTHER, label=added_claim.strip(), order=len(claims) + 1)
    visit.visited_on, visit.place, visit.summary = facts.visited_on, facts.place.strip(), facts.summary.strip()
    visit.version += 1
    visit.save()
    audit.record(actor, "scoring.visit_saved", visit, version=visit.version)
    return visit


@transaction.atomic
def submit_visit(*, assignment_id: int, version: int, actor: Any) -> FieldVisit:
    """Hand the visit to the chair; the first one freezes the instrument. Raises RuleBroken with what is missing."""
    locked = _lock(assignment_id, actor)
    visit = _own_visit(locked.assignment)
    refuse_if_stale(visit.version, version)
    gaps = visit_gaps(visit)
    if gaps:
        raise RuleBroken(" ".join(gaps))
    visit.status, visit.submitted_at = VisitStatus.SUBMITTED, locked.now
    visit.version += 1
    visit.save()
    Instrument.objects.filter(pk=locked.assignment.stage.instrument_id, frozen_at=None).update(frozen_at=locked.now)
    audit.record(actor, "scoring.visit_submitted", visit, findings=_findings(visit))
    return visit


@transaction.atomic
def confirm_visit(*, visit_id: int, actor: Any) -> FieldVisit:
    """The chair takes the findings over; now the stage can be closed. A second call changes nothing."""
    visit = _lock_for_chair(visit_id, actor)
    if visit.status == VisitStatus.CONFIRMED:
        return visit
    visit.status, visit.confirmed_by, visit.confirmed_at = VisitStatus.CONFIRMED, actor, transaction_time()
    visit.save()
    audit.record(actor, "scoring.visit_confirmed", visit)
    return visit


@transaction.atomic
def return_visit(*, visit_id: int, reason: str, actor: Any) -> FieldVisit:
    """The chair sends the findings back, confirmed or not. The former findings stay in the audit trail."""
    visit = _lock_for_chair(visit_id, actor)
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan mengembalikan hasil kunjungan."))
    visit.status, visit.submitted_at, visit.confirmed_by, visit.confirmed_at = VisitStatus.OPEN, None, None, None
    visit.return_reason = reason.strip()
    visit.version += 1
    visit.save()
    audit.record(actor, "scoring.visit_returned", visit, findings=_findings(visit))
    return visit


def visit_gaps(visit: FieldVisit) -> list[str]:
    """What keeps the visit from being submitted, in words. At most two queries."""
    gaps = []
    if not (visit.visited_on and visit.place and visit.summary):
        gaps.append(_("Isi tanggal, tempat, dan ringkasan kunjungan."))
    claims = list(visit.claims.all())
    spec = field_spec(visit.assignment.stage)
    checked = sum(bool(claim.finding) for claim in claims)
    if checked < (least := max(spec.min_claims, 1)):
        few = _("Periksa sedikitnya %(least)d klaim; baru %(checked)d yang diperiksa.")
        gaps.append(few % {"least": least, "checked": checked} if least > 1 else _("Periksa sedikitnya satu klaim."))
    gaps += [
        _("Tulis catatan untuk: %(label)s.") % {"label": claim.label}
        for claim in claims
        if claim.finding in spec.note_required_at and not claim.note
    ]
    needed = required_interviews(spec, sum(claim.kind == ClaimKind.BENEFICIARY for claim in claims))
    held = sum(bool(c.kind == ClaimKind.BENEFICIARY and c.finding and c.interviewee) for c in claims)
    if held < needed:
        gaps.append(
            _("Baru %(held)d dari %(needed)d IKM binaan yang diwawancarai. Isi hasil dan nama narasumbernya.")
            % {"held": held, "needed": needed}
        )
    return gaps


def _lock(assignment_id: int, actor: Any) -> Locked:
    locked = lock_assignment(assignment_id)
    require(can_change_visit(actor, locked.assignment, locked.window))
    if locked.assignment.stage.kind != StageKind.FINDINGS:
        raise RuleBroken(_("Tahap ini tidak memerlukan kunjungan lapangan."))
    return locked


def _own_visit(assignment: Assignment) -> FieldVisit:
    visit = getattr(assignment, "visit", None)
    if visit is None:
        raise RuleBroken(_("Mulai catatan kunjungan lebih dahulu."))
    return visit


def _lock_for_chair(visit_id: int, actor: Any) -> FieldVisit:
    rows = FieldVisit.objects.select_related("assignment__stage", "assignment__nomination")
    nomination = lock_nomination(rows.values_list("assignment__nomination", flat=True).get(pk=visit_id))
    visit = rows.get(pk=visit_id)
    require(can_judge_visit(actor, visit))
    if StageResult.objects.filter(nomination=nomination, stage=visit.assignment.stage_id).exists():
        raise RuleBroken(_("Tahap ini sudah ditutup. Buka kembali tahapnya lebih dahulu."))
    return visit


def _findings(visit: FieldVisit) -> list[list[str]]:
    return [[claim.label, claim.finding] for claim in visit.claims.all()]
