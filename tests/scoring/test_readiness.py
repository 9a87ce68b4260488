"""What the database notes as ready to be closed is what the rule says, after whatever decides about it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nominations.models import Category, Nomination
from scoring.models import ReadyNomination, Stage
from scoring.selectors.board import board_nominations, is_ready, stages_by_id, with_progress
from scoring.services import assignments, sheets, stages, visits
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


def ready() -> set[int]:
    """As noted, once it was seen to agree with the rule."""
    noted = dict(ReadyNomination.objects.values_list("nomination", "stage"))
    rows = list(with_progress(Nomination.objects.all()))
    known = stages_by_id({row.current_stage_id for row in rows})
    assert noted == {
        row.pk: row.current_stage_id
        for row in rows
        if row.current_stage_id and is_ready(row, known[row.current_stage_id])
    }
    return set(noted)


def test_sheets_assignments_and_the_stage_decide(chair, verifier):
    nomination, beside = scenes.ovop(), scenes.ovop()
    stage = scenes.stage_of(nomination)
    sent = scenes.score_stage(nomination, [scenes.full_answers(stage)] * 3)
    scenes.score_stage(beside, [scenes.full_answers(stage)] * 2)
    assert ready() == {nomination.pk}
    assert list(board_nominations(chair, ready_only=True)) == [nomination]
    late = scenes.assign(nomination, scenes.assessors(1)[0])
    assert ready() == set()
    assignments.remove_assignment(assignment_id=late.pk, reason="Berhalangan.", actor=verifier)
    assert ready() == {nomination.pk}
    sheets.reopen_sheet(sheet_id=sent[0].pk, reason="Periksa lagi.", actor=chair)
    assert ready() == set()
    scenes.submit(sent[0].assignment)
    assert ready() == {nomination.pk}
    Stage.objects.filter(pk=stage.pk).update(closes_at=timezone.now() + timedelta(days=9))
    Stage.objects.filter(pk=scenes.stage_of(scenes.upakarti()).pk).update(min_assessors=3)
    assert ready() == {nomination.pk}
    scenes.close(nomination, chair=chair)
    assert ready() == set()
    stages.reopen_stage(nomination_id=nomination.pk, stage_id=stage.pk, reason="Keliru.", actor=chair)
    assert ready() == {nomination.pk}
    scorer = sent[1].assessor
    assignments.declare_interest(nomination_id=nomination.pk, has_conflict=True, reason="Ipar.", actor=scorer)
    assert ready() == set()


def test_a_changed_minimum_is_a_changed_stage(chair):
    nomination = scenes.upakarti()
    stage = scenes.stage_of(nomination)
    people = scenes.assessors(2)
    Stage.objects.filter(pk=stage.pk).update(min_assessors=0)
    assert ready() == {nomination.pk}
    Stage.objects.filter(pk=stage.pk).update(min_assessors=2)
    given = [scenes.assign(nomination, person) for person in people]
    assert ready() == set()
    for one in given:
        scenes.submit(one, scenes.even_answers(stage, "4"))
    assert ready() == {nomination.pk}


def test_a_stage_that_goes_to_another_category_leaves_the_next_one(chair):
    nomination = scenes.upakarti()
    stage = scenes.stage_of(nomination)
    Stage.objects.filter(pk=stage.pk).update(min_assessors=0)
    assert ready() == {nomination.pk}
    elsewhere = Category.objects.create(award_id=nomination.period.award_id, code="lain", label="Lain", order=99)
    Stage.objects.filter(pk=stage.pk).update(category=elsewhere)
    assert ready() == set()
    Stage.objects.filter(pk=stage.pk).update(category=nomination.category)
    assert ready() == {nomination.pk}
    Stage.objects.filter(pk=stage.pk).delete()
    assert ready() == set()


def test_a_visit_counts_once_it_is_confirmed(chair):
    nomination = scenes.upakarti()
    scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination), "4")] * 2)
    assert ready() == {nomination.pk}
    scenes.close(nomination, chair=chair)
    visit = scenes.visit(nomination, confirm=False)
    assert ready() == set()
    visits.confirm_visit(visit_id=visit.pk, actor=chair)
    assert ready() == {nomination.pk}
    visits.return_visit(visit_id=visit.pk, reason="Lengkapi.", actor=chair)
    assert ready() == set()
