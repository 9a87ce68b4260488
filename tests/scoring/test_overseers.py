"""A chair or somebody of the Sekretariat with a conflict: steps aside, or is kept from deciding by the data."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership
from certificates.services.release import release_decree
from core.errors import NotPermitted, RuleBroken
from core.models import OutboxMail
from nominations.enums import Status
from nominations.models import Category, Nomination
from scoring.enums import AssignmentStatus, CustodyKind, ModerationDecision
from scoring.models import ConflictDeclaration, Recommendation, RoomConflict
from scoring.services import assignments, rankings, samples
from scoring.services.blind import save_blind_texts
from scoring.services.decrees import DecreeFacts, change_decree, record_decree
from scoring.services.drafts import create_instrument
from scoring.services.mismatches import note_mismatches
from scoring.services.moderations import ModerationFacts, record_moderation
from scoring.services.overseers import step_aside
from scoring.services.plenary import withdraw_recommendation
from scoring.services.recomputation import apply_recomputation, preview_recomputation
from scoring.services.runs import undo_run
from scoring.services.sheets import reopen_sheet
from scoring.services.stages import close_stage, reopen_stage
from scoring.services.tables import swap_scorers
from scoring.services.visit_plans import plan_visit
from tests import factories
from tests.scoring import scenes

pytestmark = pytest.mark.django_db
PAGES = ("nomination_detail", "nomination_scores", "nomination_history", "assign")


@pytest.mark.parametrize("role", [Role.PANEL_CHAIR, Role.MINISTRY_ADMIN, Role.VERIFIER])
def test_who_oversees_steps_aside_and_meets_it_nowhere(role: Role, chair: Any, client_of: Any, post: Any) -> None:
    nomination = scenes.ovop()
    scenes.submit(scenes.assign(nomination, scenes.assessors(1)[0]))
    person = factories.make_user(role, name="Ipar Pemilik")
    client, url = client_of(person), reverse("nomination_step_aside", args=[nomination.pk])
    assert url in client.get(reverse("assign", args=[nomination.pk])).content.decode()
    assert post(client, url, {"reason": " "}).status_code == 422
    OutboxMail.objects.all().delete()
    assert post(client, url, {"reason": "Ipar pemilik IKM."}).url == reverse("stage_board")
    assert ConflictDeclaration.objects.get(user=person, has_conflict=True).reason == "Ipar pemilik IKM."
    for name in PAGES:
        assert client.get(reverse(name, args=[nomination.pk])).status_code == 404, name
    for name in ("stage_board", "assignment_list", "nomination_list"):
        assert nomination.title not in client.get(reverse(name)).content.decode(), name
    assert not Nomination.objects.visible_to(type(person).objects.get(pk=person.pk)).exists()
    mail = OutboxMail.objects.get(to=chair.email)
    assert "Ipar Pemilik menyatakan benturan kepentingan" in mail.body
    assert "Ipar pemilik IKM." not in mail.body
    assert not OutboxMail.objects.filter(to=person.email).exists()


def test_stepping_aside_ends_where_the_minister_has_decided_and_is_not_for_scorers(
    chair: Any, assessor_batik: Any, auditor: Any
) -> None:
    nomination = scenes.ovop()
    for person in (assessor_batik, auditor):
        with pytest.raises(NotPermitted):
            step_aside(nomination_id=nomination.pk, reason="Kenal.", actor=person)
    with pytest.raises(RuleBroken):
        step_aside(nomination_id=nomination.pk, reason=" ", actor=chair)
    Nomination.objects.filter(pk=nomination.pk).update(status=Status.DECIDED)
    with pytest.raises(NotPermitted):
        step_aside(nomination_id=nomination.pk, reason="Kenal.", actor=chair)


def test_who_scored_too_steps_aside_while_the_stage_is_open_or_after_it_was_reopened(chair: Any) -> None:
    person = factories.make_user(Role.ASSESSOR, institution="Balai Lain")
    factories.add_membership(person, Role.PANEL_CHAIR)
    nomination = scenes.ovop()
    marks = scenes.full_answers(scenes.stage_of(nomination))
    scenes.score_stage(nomination, [marks] * 3)
    scenes.submit(scenes.assign(nomination, person), marks)
    scenes.close(nomination)
    with pytest.raises(RuleBroken, match="membuka kembali"):
        step_aside(nomination_id=nomination.pk, reason="Ipar.", actor=person)
    reopen_stage(nomination_id=nomination.pk, stage_id=scenes.stage_of(nomination).pk, reason="Benturan.", actor=chair)
    step_aside(nomination_id=nomination.pk, reason="Ipar.", actor=person)
    assert nomination.assignments.get(assessor=person).status == AssignmentStatus.RECUSED


@pytest.fixture
def neighbour(chair: Any) -> Any:
    """A chair with a second duty in the province of the nominations."""
    person = factories.make_user(Role.PANEL_CHAIR, name="Ketua Sedaerah")
    factories.add_membership(person, Role.PROVINCE_OFFICER, region=factories.HOME[:2])
    return person


def test_a_chair_of_the_home_province_decides_nothing_about_its_scores(neighbour: Any, chair: Any) -> None:
    nomination = scenes.ovop()
    stage, low, high = scenes.stage_of(nomination), min, max
    marks = [scenes.full_answers(stage, pick) for pick in (low, high, high)]
    scenes.score_stage(nomination, marks)
    sheet = nomination.sheets.first()
    facts = ModerationFacts("Dibahas.", [chair.pk], ModerationDecision.KEEP)
    acts = {
        "moderate": lambda who: record_moderation(
            nomination_id=nomination.pk, stage_id=stage.pk, facts=facts, submit=True, actor=who
        ),
        "close": lambda who: close_stage(nomination_id=nomination.pk, stage_id=stage.pk, actor=who),
        "reopen stage": lambda who: reopen_stage(
            nomination_id=nomination.pk, stage_id=stage.pk, reason="Periksa lagi.", actor=who
        ),
        "reopen sheet": lambda who: reopen_sheet(sheet_id=sheet.pk, reason="Periksa lagi.", actor=who),
    }
    for name, act in acts.items():
        with pytest.raises(NotPermitted, match="provinsi yang sama"):
            act(neighbour)
        assert act(chair), name


def tied_to(nomination: Nomination, role: Role) -> Any:
    """Somebody with the role and the telephone of the IKM; nothing was declared."""
    ikm = nomination.product_entry.ikm
    ikm.phone = "0812-3456-7890"
    ikm.save()
    return factories.make_user(role, name="Bernomor Sama", phone=ikm.phone)


def test_a_chair_with_a_conflict_takes_no_recommendation_back(chair: Any, client_of: Any, post: Any) -> None:
    nomination = scenes.ovop_in_plenary()
    person = tied_to(nomination, Role.PANEL_CHAIR)
    session = scenes.session_of(nomination, chair)
    scenes.word(nomination, session, chair)
    client, url = client_of(person), reverse("recommendation_withdraw", args=[session.pk, nomination.pk])
    assert client.get(url).status_code == 404
    assert post(client, url, {"reason": "Salah catat."}).status_code == 404
    with pytest.raises(NotPermitted, match="berbenturan kepentingan"):
        withdraw_recommendation(nomination_id=nomination.pk, reason="Salah catat.", actor=person)
    RoomConflict.objects.all().delete()  # as if it showed after the meeting
    with pytest.raises(NotPermitted, match="Nomor telepon"):
        withdraw_recommendation(nomination_id=nomination.pk, reason="Salah catat.", actor=person)
    assert Recommendation.objects.count() == 1
    withdraw_recommendation(nomination_id=nomination.pk, reason="Salah catat.", actor=chair)


def test_a_chair_who_came_after_the_session_was_planned_is_looked_at_too(chair: Any) -> None:
    nomination = scenes.ovop_in_plenary()
    session = scenes.session_of(nomination, chair)
    late = tied_to(nomination, Role.PANEL_CHAIR)
    with pytest.raises(RuleBroken, match="berbenturan kepentingan"):
        scenes.word(nomination, session, late)
    with pytest.raises(RuleBroken, match="berbenturan kepentingan"):
        scenes.decide_tie(session, nomination, [nomination], late)
    assert scenes.word(nomination, session, factories.make_user(Role.PANEL_CHAIR))


@pytest.mark.parametrize("declared", [True, False])
def test_a_chair_with_a_conflict_in_the_category_leaves_its_signatures_alone(
    declared: bool, chair: Any, admin_a: Any
) -> None:
    nomination = scenes.ovop_in_plenary()
    role = Role.PANEL_CHAIR
    person = factories.make_user(role) if declared else tied_to(nomination, role)
    scenes.recommend(nomination, chair)
    if declared:
        step_aside(nomination_id=nomination.pk, reason="Ipar.", actor=person)
    where = {"period_id": nomination.period_id, "category_id": nomination.category_id}
    signed = rankings.sign_ranking(**where, actor=chair)
    with pytest.raises(RuleBroken, match="berbenturan kepentingan"):
        rankings.withdraw_signature(ranking_id=signed.pk, actor=person)
    rankings.countersign_ranking(ranking_id=signed.pk, seen=signed.sha256, actor=admin_a)
    with pytest.raises(RuleBroken, match="berbenturan kepentingan"):
        rankings.open_correction(ranking_id=signed.pk, reason="Periksa lagi.", actor=person)
    rankings.open_correction(ranking_id=signed.pk, reason="Periksa lagi.", actor=chair)
    with pytest.raises(RuleBroken, match="berbenturan kepentingan"):
        rankings.drop_correction(ranking_id=signed.pk, actor=person)
    rankings.drop_correction(ranking_id=signed.pk, actor=chair)


@pytest.mark.parametrize("declared", [True, False])
def test_a_chair_with_a_conflict_in_the_category_changes_no_instrument(declared: bool, chair: Any) -> None:
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.full_answers(stage)] * 3)
    role = Role.PANEL_CHAIR
    person = factories.make_user(role) if declared else tied_to(nomination, role)
    if declared:
        step_aside(nomination_id=nomination.pk, reason="Ipar.", actor=person)
    document = stage.instrument.definition | {"title": "Versi berikutnya"}
    version = create_instrument(document=document, actor=factories.someone(Role.MINISTRY_ADMIN))
    seen = preview_recomputation(stage, version).digest
    facts = {"stage_id": stage.pk, "instrument_id": version.pk, "reason": "Bobot keliru.", "seen": seen}
    with pytest.raises(RuleBroken, match="berbenturan kepentingan"):
        apply_recomputation(**facts, actor=person)
    assert apply_recomputation(**facts, actor=chair)


def test_the_sekretariat_with_a_conflict_moves_nothing_about_it(verifier: Any) -> None:
    """Neither who judges, nor what a blind stage shows, nor samples, days and the opening itself."""
    nomination = scenes.ovop(Status.ELIGIBLE)
    person, scorer = tied_to(nomination, Role.VERIFIER), scenes.assessors(1)[0]
    stage = scenes.stage_of(nomination)
    assign = {"nomination_id": nomination.pk, "stage_id": stage.pk, "assessor_id": scorer.pk}
    step = samples.Step(CustodyKind.RECEIVED, timezone.now(), "Gudang", "Baik", given_by="Kurir", taken_by="Petugas")
    task = scenes.assign(nomination, scenes.assessors(1)[0], declare=False)
    acts = {
        "assign": lambda who: assignments.assign_assessor(**assign, actor=who),
        "remove": lambda who: assignments.remove_assignment(assignment_id=task.pk, reason="Diganti.", actor=who),
        "blind": lambda who: save_blind_texts(nomination_id=nomination.pk, texts={"Nama": "–"}, actor=who) or True,
        "receive": lambda who: samples.receive_sample(
            nomination_id=nomination.pk, description="Kain", count=1, step=step, actor=who
        ),
        "open": lambda who: assignments.open_assessment(nomination_id=nomination.pk, actor=who),
    }
    for name, act in acts.items():
        with pytest.raises(NotPermitted, match="Nomor telepon"):
            act(person)
        assert act(verifier), name
    receipt, tested = nomination.samples.get(), samples.Step(CustodyKind.TESTED, timezone.now(), "Balai", "Baik")
    with pytest.raises(NotPermitted, match="telepon"):
        samples.move_sample(receipt_id=receipt.pk, step=tested, number=1, actor=person)
    assert samples.move_sample(receipt_id=receipt.pk, step=tested, number=1, actor=verifier)


def test_the_sekretariat_with_a_conflict_plans_no_visit_and_the_chair_notes_nothing(verifier: Any, chair: Any) -> None:
    nomination = scenes.ovop()
    person, other_chair = tied_to(nomination, Role.VERIFIER), tied_to(nomination, Role.PANEL_CHAIR)
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    scenes.close(nomination, skip_optional=False)
    task = scenes.assign(nomination, scenes.assessors(1)[0], scenes.stage_of(nomination, "lapangan"))
    plan = {"assignment_id": task.pk, "planned_on": timezone.localdate()}
    with pytest.raises(NotPermitted, match="telepon"):
        plan_visit(**plan, actor=person)
    assert plan_visit(**plan, actor=verifier)
    factories.receive_sample(scenes.ovop(sample=False))
    with pytest.raises(NotPermitted, match="telepon"):
        note_mismatches(nomination_id=nomination.pk, digest="0" * 64, note="", actor=other_chair)
    with pytest.raises(RuleBroken, match="Tidak ada ketidaksesuaian"):
        note_mismatches(nomination_id=nomination.pk, digest="0" * 64, note="", actor=chair)


def test_the_sekretariat_with_a_conflict_applies_and_undoes_no_run_that_touches_it(verifier: Any) -> None:
    first, second = scenes.ovop(), scenes.ovop()
    here, there = (scenes.assign(one, scenes.assessors(1)[0], declare=False) for one in (first, second))
    person = factories.make_user(Role.VERIFIER)
    step_aside(nomination_id=first.pk, reason="Ipar.", actor=person)
    with pytest.raises(RuleBroken, match="berbenturan kepentingan"):
        swap_scorers(here=here.pk, there=there.pk, actor=person)
    run = swap_scorers(here=here.pk, there=there.pk, actor=verifier)
    with pytest.raises(RuleBroken, match="berbenturan kepentingan"):
        undo_run(run_id=run.pk, actor=person)
    assert undo_run(run_id=run.pk, actor=verifier).undone_by == verifier


def test_an_admin_with_a_conflict_in_the_round_neither_records_nor_releases_its_decree(
    chair: Any, admin_a: Any, client_of: Any
) -> None:
    """Whether or not the decree holds the nomination: a refusal that came with the result would tell it."""
    secret, winner = scenes.ovop(), scenes.ovop_in_plenary()
    Nomination.objects.filter(pk=secret.pk).update(category=Category.objects.get(award="ovop", code="tenun"))
    scenes.recommend(winner, chair)
    scenes.sealed(winner, chair, admin_a)
    person, third = (factories.make_user(Role.MINISTRY_ADMIN, is_staff=True) for _number in range(2))
    step_aside(nomination_id=secret.pk, reason="Ipar.", actor=person)
    facts = DecreeFacts("1/2026", "Penerima", date(2026, 1, 10), "Menteri", "Nama", "Jakarta")
    with pytest.raises(NotPermitted, match="benturan"):
        record_decree(period_id=winner.period_id, facts=facts, nomination_ids=[winner.pk], actor=person)
    decree = record_decree(period_id=winner.period_id, facts=facts, nomination_ids=[winner.pk], actor=admin_a)
    with pytest.raises(NotPermitted, match="benturan"):
        change_decree(decree_id=decree.pk, facts=facts, nomination_ids=[winner.pk], actor=person)
    with pytest.raises(NotPermitted, match="benturan"):
        release_decree(decree_id=decree.pk, actor=person)
    for who, there in ((person, False), (third, True)):
        text = client_of(who).get(reverse("admin:scoring_decree_changelist")).content.decode()
        assert (decree.number in text) is there
        page = client_of(who).get(reverse("admin:scoring_decree_release", args=[decree.pk]))
        assert (page.status_code == 200) is there
    assert release_decree(decree_id=decree.pk, actor=third).released_at
    assert decree.number in client_of(person).get(reverse("admin:scoring_decree_changelist")).content.decode()


def test_a_duty_that_has_ended_is_no_conflict(neighbour: Any) -> None:
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    Membership.objects.filter(user=neighbour, role=Role.PROVINCE_OFFICER).update(valid_to="2021-01-01")
    neighbour = type(neighbour).objects.get(pk=neighbour.pk)
    assert close_stage(nomination_id=nomination.pk, stage_id=scenes.stage_of(nomination).pk, actor=neighbour)
