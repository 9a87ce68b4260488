"""The visit on the spot: claims, findings, the scorer's submission and the chair's confirmation."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, time
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
from nominations.rules import SPELL
from nominations.services.transitions import lock_nomination
from scoring.enums import ClaimKind, Finding, StageKind, VisitEventKind, VisitStatus
from scoring.maths.findings import FieldSpec, required_interviews
from scoring.models import Assignment, FieldClaim, FieldInterview, FieldVisit, Instrument, StageResult
from scoring.policies import can_change_visit, can_judge_visit, meets
from scoring.rules import bounded_claim
from scoring.selectors.stages import field_spec
from scoring.services.chain import add_visit_event
from scoring.services.claims import claims_for
from scoring.services.conflicts import refuse_conflicted
from scoring.services.locks import Locked, lock_assignment, refuse_if_stale
from scoring.services.sheets import LATE, PAGE, Origin

REQUIRED_FACTS = {
    "visited_at": "Isi jam kunjungan.",
    "participants": "Isi peserta kunjungan.",
    "host_name": "Isi nama yang menerima kunjungan.",
    "map_point": "Isi koordinat tempat kunjungan.",
}

TEXTS = ("place", "summary", "participants", "host_name", "host_role")
MAX_ADDED_CLAIMS = 20


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
    """Keep the visit as the page shows it, complete or not. `findings` by claim id; without one a claim is cleared.

    What is stored already changes nothing and gives the receipt of then; so does a repeat of the last save, known by
    its key, even when the visit has been locked since. Raises NotPermitted, StaleVersion, or RuleBroken for a finding
    that does not exist or a visit in the future. At most ten queries, one more when a spell of writing begins.
    """
    locked = lock_assignment(assignment_id, "visit")
    visit = getattr(locked.assignment, "visit", None)
    if visit and meets(actor, locked.assignment) and origin.key and origin.key == visit.saved_key:
        return visit
    _require_change(locked, actor)
    visit, facts = _own_visit(locked.assignment), _cleaned(facts)
    if facts.visited_on and facts.visited_on > timezone.localdate():
        raise RuleBroken(_("Tanggal kunjungan belum terjadi. Isi tanggal hari ini atau sebelumnya."))
    stored = _stored_facts(visit)
    changed = _changed_claims(visit, findings)
    if visit.saved_at and stored == facts and not changed:
        return visit
    refuse_if_stale(visit.version, version)
    FieldClaim.objects.bulk_update(changed, ["finding", "interviewee", "note", "actual"])
    if stored.interviews != facts.interviews:
        _write_interviews(visit, facts.interviews)
    return _store(visit, facts, locked, actor, origin)


def _changed_claims(visit: FieldVisit, findings: Mapping[int, Found]) -> list[FieldClaim]:
    """Claims with what is found now, where it is not what was. Raises RuleBroken for an unknown finding."""
    changed = []
    for claim in visit.claims.all():
        found = findings.get(claim.pk, Found())
        if found.finding and found.finding not in list(Finding):
            raise RuleBroken(_("Pilih hasil pemeriksaan dari daftar yang tersedia."))
        if found != (claim.finding, claim.interviewee, claim.note, claim.actual):
            claim.finding, claim.interviewee, claim.note, claim.actual = found
            changed.append(claim)
    return changed


def _store(visit: FieldVisit, facts: VisitFacts, locked: Locked, actor: Any, origin: Origin) -> FieldVisit:
    """The next version, with the device's word on when it was made, if that was without a line."""
    begins_spell = visit.saved_at is None or locked.now - visit.saved_at >= SPELL
    for name in ("visited_on", "visited_at", "accuracy_m", "located_at", *TEXTS):
        setattr(visit, name, getattr(facts, name))
    visit.latitude, visit.longitude = facts.point or (None, None)
    made_at = bounded_claim(origin.made_at, opened_at=origin.opened_at, now=locked.now)
    visit.made_at = made_at if made_at and locked.now - made_at > LATE else None
    visit.version += 1
    visit.saved_at, visit.saved_key = locked.now, origin.key
    visit.save()
    if begins_spell or visit.made_at or origin.source:
        made = {"made_at": visit.made_at.isoformat()} if visit.made_at else {}
        made |= {"source": origin.source} if origin.source else {}
        audit.record(actor, "scoring.visit_saved", visit, version=visit.version, **made)
    return visit


def _cleaned(facts: VisitFacts) -> VisitFacts:
    """As it is stored: texts without blanks around them, and of a point alone how exact it is and when it was taken."""
    of_point = {} if facts.point else {"accuracy_m": None, "located_at": None}
    return replace(facts, **{name: getattr(facts, name).strip() for name in TEXTS}, **of_point)


def _stored_facts(visit: FieldVisit) -> VisitFacts:
    """One query."""
    names = {one.name for one in fields(VisitFacts)} - {"point", "interviews"}
    interviews = (Interview(one.name, one.role, one.held_on, one.summary) for one in visit.interviews.all())
    known = {name: getattr(visit, name) for name in names}
    return VisitFacts(**known, point=visit.map_point, interviews=tuple(interviews))


def _write_interviews(visit: FieldVisit, interviews: tuple[Interview, ...]) -> None:
    """Replaced as a whole: the page shows all of them."""
    visit.interviews.all().delete()
    FieldInterview.objects.bulk_create(
        FieldInterview(visit=visit, order=order, **asdict(interview)) for order, interview in enumerate(interviews, 1)
    )


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
    add_visit_event(visit, VisitEventKind.SUBMITTED, actor=actor, at=locked.now)  # the database asks for it
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
    add_visit_event(visit, VisitEventKind.CONFIRMED, actor=actor, at=visit.confirmed_at)
    visit.save()
    audit.record(actor, "scoring.visit_confirmed", visit)
    return visit


@transaction.atomic
def return_visit(*, visit_id: int, reason: str, actor: Any) -> FieldVisit:
    """The chair sends the findings back, confirmed or not. What was sent stays as a whole."""
    visit = _lock_for_chair(visit_id, actor)
    reason = reason.strip()
    if not reason:
        raise RuleBroken(_("Tulis alasan mengembalikan hasil kunjungan."))
    visit.status, visit.submitted_at, visit.confirmed_by, visit.confirmed_at = VisitStatus.OPEN, None, None, None
    visit.return_reason = reason
    visit.version += 1
    add_visit_event(visit, VisitEventKind.RETURNED, actor=actor, at=transaction_time(), reason=reason)
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
    _require_change(locked, actor)
    return locked


def _require_change(locked: Locked, actor: Any) -> None:
    require(can_change_visit(actor, locked.assignment, locked.window))
    if locked.assignment.stage.kind != StageKind.FINDINGS:
        raise RuleBroken(_("Tahap ini tidak memerlukan kunjungan lapangan."))


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
    refuse_conflicted(actor, nomination)
    if StageResult.objects.filter(nomination=nomination, stage=visit.assignment.stage_id).exists():
        raise RuleBroken(_("Tahap ini sudah ditutup. Buka kembali tahapnya lebih dahulu."))
    return visit


def _findings(visit: FieldVisit) -> list[list[str]]:
    return [[claim.label, claim.finding] for claim in visit.claims.all()]
