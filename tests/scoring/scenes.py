"""Scenes of the assessment, reached through the real services."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.enums import Role
from accounts.models import User
from nominations.enums import DocumentStage, Status
from nominations.models import Nomination
from scoring.enums import AttendanceState, ClaimKind, Finding, ModerationDecision, Outcome, StageKind
from scoring.models import (
    Assignment,
    FieldVisit,
    FinalResult,
    InterestStatement,
    Moderation,
    PlenarySession,
    RankingSnapshot,
    Recommendation,
    Sheet,
    Stage,
    StageResult,
    TieDecision,
)
from scoring.rules import Answer
from scoring.selectors.people import moderation_people
from scoring.selectors.stages import current_stage, stage_spec, stages_of
from scoring.services import (
    agenda,
    assignments,
    instruments,
    moderations,
    panel,
    plenary,
    rankings,
    sheets,
    stages,
    visits,
)
from tests import factories
from tests.factories import fill_documents, make_period, make_user, someone

AWAY = "Balai Lain"


def ovop(status: Status = Status.IN_ASSESSMENT, *, sample: bool = True, **fields: Any) -> Nomination:
    """An OVOP nomination of Kota Pekalongan, with the receipt of its sample unless asked otherwise."""
    instruments.install_stages(period=make_period("ovop"))
    nomination = factories.make_ovop_nomination(status, **fields)
    if sample:
        fill_documents(nomination, DocumentStage.ASSESSMENT)
    return nomination


def upakarti(status: Status = Status.IN_ASSESSMENT, **fields: Any) -> Nomination:
    instruments.install_stages(period=make_period("upakarti"))
    return factories.make_upakarti_nomination(status, **fields)


def stage_of(nomination: Nomination, code: str = "") -> Stage:
    return next(stage for stage in stages_of(nomination) if not code or stage.code == code)


def allow_na(stage: Stage, *codes: str) -> None:
    """The instrument of the stage lets these indicators be left out; before anybody has submitted."""
    instrument = stage.instrument
    assert instrument is not None
    for aspect in instrument.definition["aspects"]:
        for one in aspect.get("indicators", [aspect]):
            one["na_allowed"] = one["code"] in codes
    instrument.save()


def ask_note(stage: Stage, code: str, points: int) -> None:
    """The instrument of the stage asks for a reason when this option is chosen; before anybody has submitted."""
    instrument = stage.instrument
    assert instrument is not None
    parts = [one for aspect in instrument.definition["aspects"] for one in aspect["indicators"] if one["code"] == code]
    for option in parts[0]["options"]:
        option["note_required"] = option["points"] == points
    instrument.save()


def assign(nomination: Nomination, assessor: User, stage: Stage | None = None, *, declare: bool = True) -> Assignment:
    assignment = assignments.assign_assessor(
        nomination_id=nomination.pk,
        stage_id=(stage or stage_of(nomination)).pk,
        assessor_id=assessor.pk,
        actor=someone(Role.VERIFIER),
    )
    if declare:
        state(nomination, assessor)
        assignments.declare_interest(nomination_id=nomination.pk, has_conflict=False, reason="", actor=assessor)
    return assignment


def state(nomination: Nomination, assessor: User, *ties: panel.Tie) -> None:
    """The statement of interests for the period, once without ties."""
    if ties or not InterestStatement.objects.filter(period=nomination.period_id, user=assessor).exists():
        panel.state_interests(period_id=nomination.period_id, ties=ties, actor=assessor)


def assessors(count: int, role: Role = Role.ASSESSOR) -> list[User]:
    return [make_user(role, institution=AWAY) for _ in range(count)]


def full_answers(stage: Stage, pick: Any = max, note: str = "Sesuai bukti.") -> dict[str, Answer]:
    """A complete sheet; `pick` chooses among the values of an indicator."""
    return {one.code: Answer(pick(one.values), note) for one in stage_spec(stage).indicators}


def even_answers(stage: Stage, mark: str) -> dict[str, Answer]:
    return full_answers(stage, pick=lambda values: Decimal(mark))


def save(assignment: Assignment, answers: dict[str, Answer] | None = None, version: int = 0) -> Sheet:
    given = full_answers(assignment.stage) if answers is None else answers
    return sheets.save_sheet(assignment_id=assignment.pk, answers=given, version=version, actor=assignment.assessor)


def submit(assignment: Assignment, answers: dict[str, Answer] | None = None) -> Sheet:
    sheet = Sheet.objects.filter(assignment=assignment).first()
    saved = save(assignment, answers, sheet.version if sheet else 0)
    return sheets.submit_sheet(assignment_id=assignment.pk, version=saved.version, actor=assignment.assessor)


def score_stage(nomination: Nomination, marks: Iterable[dict[str, Answer]], stage: Stage | None = None) -> list[Sheet]:
    """One new assessor per set of answers; all sheets submitted."""
    stage = stage or current_stage(nomination)
    assert stage is not None
    role = Role(stage.scorer_role)
    return [submit(assign(nomination, make_user(role, institution=AWAY), stage), answers) for answers in marks]


def close(
    nomination: Nomination, note: str = "", chair: User | None = None, *, skip_optional: bool = True
) -> StageResult:
    """Close the current stage; with a note, after a moderation that keeps the scores where they are far apart.

    An optional stage behind it is left out with a reason, unless asked otherwise.
    """
    stage = current_stage(nomination)
    assert stage is not None
    actor = chair or someone(Role.PANEL_CHAIR)
    if note and stages.computed(nomination, stage).discrepant:
        moderate(nomination, actor, note)
    result = stages.close_stage(nomination_id=nomination.pk, stage_id=stage.pk, actor=actor)
    coming = current_stage(nomination)
    if skip_optional and result.passed and coming is not None and coming.optional:
        skip(nomination, chair)
    nomination.refresh_from_db()
    return result


def skip(nomination: Nomination, chair: User | None = None, reason: str = "Data meja sudah meyakinkan.") -> StageResult:
    """Go on without the optional stage."""
    stage = current_stage(nomination)
    assert stage is not None
    result = stages.skip_stage(
        nomination_id=nomination.pk, stage_id=stage.pk, reason=reason, actor=chair or someone(Role.PANEL_CHAIR)
    )
    nomination.refresh_from_db()
    return result


def moderate(
    nomination: Nomination,
    chair: User,
    discussion: str = "Dibahas bersama.",
    *,
    decision: ModerationDecision = ModerationDecision.KEEP,
    submit: bool = True,
    sheet_ids: Iterable[int] = (),
) -> Moderation:
    """The record on the current stage's discrepancy, with everybody taking part."""
    stage = current_stage(nomination)
    assert stage is not None
    people = [person.pk for person in moderation_people(nomination, stage)]
    return moderations.record_moderation(
        nomination_id=nomination.pk,
        stage_id=stage.pk,
        facts=moderations.ModerationFacts(discussion, people, decision, list(sheet_ids)),
        submit=submit,
        actor=chair,
    )


def visit(
    nomination: Nomination, finding: Finding = Finding.PROVEN, *, confirm: bool = True, photo: bool = False
) -> FieldVisit:
    """A submitted (and confirmed) visit with the same finding for every claim, with a photo if asked for."""
    stage = next(stage for stage in stages_of(nomination) if stage.kind == StageKind.FINDINGS)
    assignment = assign(nomination, assessors(1)[0], stage)
    opened = visits.open_visit(assignment_id=assignment.pk, actor=assignment.assessor)
    if photo:
        factories.visit_photo(assignment)
    saved = visits.save_visit(
        assignment_id=assignment.pk,
        facts=visit_facts(),
        findings={claim.pk: found(claim, finding) for claim in opened.claims.all()},
        version=opened.version,
        actor=assignment.assessor,
    )
    done = visits.submit_visit(assignment_id=assignment.pk, version=saved.version, actor=assignment.assessor)
    return visits.confirm_visit(visit_id=done.pk, actor=someone(Role.PANEL_CHAIR)) if confirm else done


def visit_facts(**changed: Any) -> visits.VisitFacts:
    """All that any instrument asks for."""
    facts = {
        "visited_on": date(2026, 1, 5),
        "place": "Kota Pekalongan",
        "summary": "Kunjungan berjalan baik.",
        "participants": "Penilai Balai",
        "host_name": "Ibu Sari",
        "interviews": (visits.Interview("Ibu Sari", "pemilik", date(2026, 1, 5), "Produksi setiap hari."),),
    }
    return visits.VisitFacts(**facts | changed)


def found(claim: Any, finding: Finding) -> visits.Found:
    note = "" if finding == Finding.PROVEN else "Dilihat di tempat."
    return visits.Found(finding, "Pemilik IKM" if claim.kind == ClaimKind.BENEFICIARY else "", note)


def walk(nomination: Nomination, marks: dict[str, str] | None = None) -> Nomination:
    """An Upakarti nomination through all stages: 80, 100 and 80, unless marks say otherwise."""
    answers = even_answers(stage_of(nomination), "4")
    answers |= {code: Answer(Decimal(mark), "Catatan.") for code, mark in (marks or {}).items()}
    score_stage(nomination, [answers] * 2)
    close(nomination)
    visit(nomination)
    close(nomination)
    score_stage(nomination, [even_answers(stage_of(nomination, "juri"), "4")] * 3)
    close(nomination)
    return nomination


def ovop_in_plenary(**fields: Any) -> Nomination:
    """Three equal best sheets, closed: 100 points."""
    return to_plenary(ovop(**fields))


def to_plenary(nomination: Nomination) -> Nomination:
    """Three equal best sheets, and the stage closed."""
    best = full_answers(stage_of(nomination))
    score_stage(nomination, [best] * 3)
    close(nomination)
    return nomination


def finished(*lowered: str) -> Nomination:
    """An OVOP nomination before the plenary: best options, except the lowest at the named indicators."""
    nomination = ovop()
    stage = stage_of(nomination)
    lowest = full_answers(stage, min)
    answers = full_answers(stage) | {code: lowest[code] for code in lowered}
    score_stage(nomination, [answers] * 3)
    close(nomination)
    return nomination


def decided(chair: User) -> tuple[Nomination, Nomination]:
    """Two nominations, the better one recommended with two stars instead of three, the other one refused."""
    best, other = finished(), finished("C6")
    word = {"session_id": session_of(best, chair).pk, "actor": chair}
    plenary.record_recommendation(
        nomination_id=best.pk, outcome=Outcome.RECOMMENDED, stars=2, reason="Kapasitas belum terbukti.", **word
    )
    plenary.record_recommendation(
        nomination_id=other.pk, outcome=Outcome.NOT_RECOMMENDED, reason="Belum layak.", **word
    )
    best.refresh_from_db()
    other.refresh_from_db()
    return best, other


def key(nomination: Nomination) -> dict[str, int]:
    """Of its ranking."""
    return {"period_id": nomination.period_id, "category_id": nomination.category_id}


def final_of(nomination: Nomination) -> FinalResult:
    return FinalResult.objects.get(nomination=nomination)


def session_of(nomination: Nomination, chair: User, *, present: bool = True) -> PlenarySession:
    """A session at which every member of the panel is there, unless told otherwise."""
    session = plenary.record_plenary_session(
        period_id=nomination.period_id, held_on=date(2026, 1, 9), place="Jakarta", actor=chair
    )
    if present:
        everybody_comes(session, chair)
    return session


def everybody_comes(session: PlenarySession, chair: User) -> None:
    states = dict.fromkeys(session.attendances.values_list("member", flat=True), AttendanceState.PRESENT)
    agenda.record_attendance(session_id=session.pk, states=states, actor=chair)


def decide_tie(session: PlenarySession, tied: Nomination, order: list[Nomination], chair: User) -> TieDecision:
    return agenda.decide_tie(
        session_id=session.pk,
        category_id=tied.category_id,
        entries=[one.pk for one in order],
        reason="Dampak bagi sentra lebih besar.",
        actor=chair,
    )


def sealed(nomination: Nomination, chair: User, admin: User) -> RankingSnapshot:
    """The ranking of the nomination's category with both signatures."""
    signed = rankings.sign_ranking(period_id=nomination.period_id, category_id=nomination.category_id, actor=chair)
    return rankings.countersign_ranking(ranking_id=signed.pk, seen=signed.sha256, actor=admin)


def recommend(nomination: Nomination, chair: User, stars: int | None = 3, reason: str = "") -> Recommendation:
    return plenary.record_recommendation(
        nomination_id=nomination.pk,
        session_id=session_of(nomination, chair).pk,
        outcome=Outcome.RECOMMENDED,
        stars=stars,
        reason=reason,
        actor=chair,
    )


def word(nomination: Any, session: Any, chair: Any, **changes: Any) -> Any:
    """The plenary's word on one nomination: recommended with three stars, unless said otherwise."""
    facts = {"outcome": Outcome.RECOMMENDED, "stars": 3} | changes
    return plenary.record_recommendation(nomination_id=nomination.pk, session_id=session.pk, actor=chair, **facts)
