"""A chair or somebody of the Sekretariat with a conflict: steps aside, or is kept from deciding by the data."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership
from core.errors import NotPermitted, RuleBroken
from core.models import OutboxMail
from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import AssignmentStatus, ModerationDecision
from scoring.models import ConflictDeclaration
from scoring.services.moderations import ModerationFacts, record_moderation
from scoring.services.overseers import step_aside
from scoring.services.sheets import reopen_sheet
from scoring.services.stages import close_stage, reopen_stage
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


def test_a_duty_that_has_ended_is_no_conflict(neighbour: Any) -> None:
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    Membership.objects.filter(user=neighbour, role=Role.PROVINCE_OFFICER).update(valid_to="2021-01-01")
    neighbour = type(neighbour).objects.get(pk=neighbour.pk)
    assert close_stage(nomination_id=nomination.pk, stage_id=scenes.stage_of(nomination).pk, actor=neighbour)
