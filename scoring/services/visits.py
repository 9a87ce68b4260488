"""The visit on the spot: claims, findings, the scorer's submission and the chair's confirmation."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.clock import transaction_time
from core.errors import RuleBroken
from core.http import require
from nominations.services.transitions import lock_nomination
from scoring.enums import ClaimKind, Finding, StageKind, VisitStatus
from scoring.maths.findings import FieldSpec, required_interviews
from scoring.models import Assignment, FieldClaim, FieldInterview, FieldVisit, Instrument, StageResult
from scoring.policies import can_change_visit, can_judge_visit
from scoring.selectors.stages import field_spec
from scoring.services.claims import claims_for
from scoring.services.locks import Locked, lock_assignment, refuse_if_stale

REQUIRED_FACTS = {
    "visited_at": "Isi jam kunjungan.",
    "participants": "Isi peserta kunjungan.",
    "host_name": "Isi nama yang menerima kunjungan.",
    "map_point": "Isi koordinat tempat kunjungan.",
}


LATE = timedelta(minutes=1)  # a save that arrived later than this was made without a line
MAX_ADDED_CLAIMS = 20


class Origin(NamedTuple):
    """How a save came from a script: its own key, and when it was made by the clock of the device."""

    key: str = ""
    made_at: datetime | None = None


PAGE = Origin()


class Found(NamedTuple):
    """What the visit says about one claim; an empty finding means not checked."""

    finding: str = ""
    interviewee: str = ""
    note: str = ""
    actual: str = ""


@dataclass(frozen=True, slots=True)
class Interview:
    name: str
    role: str = ""
    held_on: date | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What is written about the visit as a whole; `point` is latitude and longitude."""

    visited_on: date | None
    place: str = ""
    summary: str = ""
    visited_at: time | None = None
    participants: str = ""
    host_name: str = ""
    host_role: str = ""
    point: tuple[Decimal, Decimal] | None = None
    accuracy_m: int | None = None
    located_at: datetime | None = None
    interviews: tuple[Interview, ...] = ()


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
    version: int,
    actor: Any,
    origin: Origin = PAGE,
) -> FieldVisit:
    """Keep the visit as the page shows it. `findings` by claim id.

    A repeat of the last save, known by its key, changes nothing and gives the receipt of then. Raises NotPermitted,
    StaleVersion, or RuleBroken for a finding that does not exist or a visit in the future.
    """
    locked = _lock(assignment_id, actor)
    visit = _own_visit(locked.assignment)
    if origin.key and origin.key == visit.saved_key and visit.version == version + 1:
        return visit
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
    _write_facts(visit, facts)
    visit.version += 1
    visit.saved_at, visit.saved_key = locked.now, origin.key
    visit.made_at = origin.made_at if origin.made_at and origin.made_at <= locked.now else None
    visit.save()
    audit.record(actor, "scoring.visit_saved", visit, version=visit.version, **_made(visit))
    return visit


def _made(visit: FieldVisit) -> dict[str, str]:
    """When it was made, if that was without a line."""
    late = visit.made_at and visit.saved_at - visit.made_at > LATE
    return {"made_at": visit.made_at.isoformat()} if late else {}


@transaction.atomic
def add_claim(*, assignment_id: int, label: str, actor: Any) -> FieldClaim:
    """Something else that the visitor has to check. The version stays: a page that does not show it holds no finding
    of it. Raises NotPermitted, or RuleBroken when there are enough."""
    visit = lock_visit(assignment_id, actor)
    last = visit.claims.aggregate(last=Max("order"))["last"] or 0
    if visit.claims.filter(kind=ClaimKind.OTHER).count() >= MAX_ADDED_CLAIMS:
        raise RuleBroken(_("Sudah ada %(most)d klaim tambahan.") % {"most": MAX_ADDED_CLAIMS})
    claim = FieldClaim.objects.create(visit=visit, kind=ClaimKind.OTHER, label=label, order=last + 1)
    audit.record(actor, "scoring.visit_claim_added", visit, claim=claim.pk)
    return claim


def _write_facts(visit: FieldVisit, facts: VisitFacts) -> None:
    """The caller saves the visit. Interviews are replaced as a whole: the page shows all of them."""
    for name in ("visited_on", "visited_at", "accuracy_m", "located_at"):
        setattr(visit, name, getattr(facts, name))
    for name in ("place", "summary", "participants", "host_name", "host_role"):
        setattr(visit, name, getattr(facts, name).strip())
    visit.latitude, visit.longitude = facts.point or (None, None)
    if facts.point is None:
        visit.accuracy_m = visit.located_at = None
    visit.interviews.all().delete()
    FieldInterview.objects.bulk_create(
        FieldInterview(visit=visit, order=order, **asdict(interview))
        for order, interview in enumerate(facts.interviews, start=1)
    )


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
    """What keeps the visit from being submitted, in words. At most three queries."""
    gaps = []
    if not (visit.visited_on and visit.place and visit.summary):
        gaps.append(_("Isi tanggal, tempat, dan ringkasan kunjungan."))
    claims = list(visit.claims.all())
    spec = field_spec(visit.assignment.stage)
    gaps += [_(REQUIRED_FACTS[name]) for name in spec.required_facts if not getattr(visit, name)]
    if spec.photos_min and visit.photos.count() < spec.photos_min:
        gaps.append(_("Tambahkan sedikitnya %(least)d foto.") % {"least": spec.photos_min})
    checked = sum(bool(claim.finding) for claim in claims)
    if checked < (least := max(spec.min_claims, 1)):
        few = _("Periksa sedikitnya %(least)d klaim; baru %(checked)d yang diperiksa.")
        gaps.append(few % {"least": least, "checked": checked} if least > 1 else _("Periksa sedikitnya satu klaim."))
    gaps += [
        _("Tulis catatan untuk: %(label)s.") % {"label": claim.label}
        for claim in claims
        if claim.finding in spec.note_required_at and not claim.note
    ]
    return [*gaps, *_interview_gap(visit, spec, claims)]


def _interview_gap(visit: FieldVisit, spec: FieldSpec, claims: list[FieldClaim]) -> list[str]:
    """Beneficiaries are interviewed about their claim; where anybody may be, the interviews stand by themselves."""
    beneficiaries = [claim for claim in claims if claim.kind == ClaimKind.BENEFICIARY]
    needed = required_interviews(spec, len(beneficiaries))
    if spec.interviews_of_beneficiaries:
        held = sum(bool(claim.finding and claim.interviewee) for claim in beneficiaries)
        text = _("Baru %(held)d dari %(needed)d IKM binaan yang diwawancarai. Isi hasil dan nama narasumbernya.")
    else:
        held = visit.interviews.exclude(Q(name="") | Q(summary="")).count() if needed else 0
        text = _("Baru %(held)d dari sedikitnya %(needed)d wawancara yang dicatat.")
    return [text % {"held": held, "needed": needed}] if held < needed else []


def lock_visit(assignment_id: int, actor: Any) -> FieldVisit:
    """The visit under its nomination's lock, when the actor may change it now. Raises NotPermitted or RuleBroken."""
    return _own_visit(_lock(assignment_id, actor).assignment)


def _lock(assignment_id: int, actor: Any) -> Locked:
    locked = lock_assignment(assignment_id, "visit")
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
