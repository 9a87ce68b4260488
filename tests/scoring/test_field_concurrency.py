"""Visits and samples at the same moment, with real transactions on a committed copy of the database."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.enums import Role
from core.errors import RuleBroken, StaleVersion
from nominations.enums import Status
from scoring.enums import CustodyKind
from scoring.models import FieldPhoto, StageResult
from scoring.rules import MAX_VISIT_PHOTOS
from scoring.selectors.samples import first_broken_step, sample_rows
from scoring.selectors.stages import current_stage
from scoring.services import assignments, samples, stages, visits
from tests import factories
from tests.factories import someone
from tests.scoring import scenes
from tests.transactions import together

pytestmark = pytest.mark.usefixtures("cloned_db")


def kinds(outcomes: list[Any]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_two_handovers_at_once_are_one():
    """Both saw the sample with the Sekretariat; only one of them can have taken it."""
    receipt, actor = factories.receive_sample(scenes.ovop(sample=False)), someone(Role.VERIFIER)

    def hand_over(name: str) -> Any:
        step = samples.Step(CustodyKind.HANDED_OVER, timezone.now(), "Laboratorium", "Utuh", taken_by=name)
        return samples.move_sample(receipt_id=receipt.pk, step=step, number=1, actor=actor)

    outcomes = together([lambda name=name: hand_over(name) for name in ("Satu", "Dua")])
    assert kinds(outcomes) == ["CustodyEvent", "StaleVersion"]
    assert receipt.events.count() == 2
    assert first_broken_step(sample_rows().get()) is None


def before_visit() -> Any:
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    scenes.close(nomination, skip_optional=False)
    return nomination


def test_leaving_out_against_assigning():
    """Either there is a visitor, or the stage was left out; never a visitor of a stage that is closed."""
    nomination, visitor = before_visit(), scenes.assessors(1)[0]
    stage, chair, verifier = current_stage(nomination), someone(Role.PANEL_CHAIR), someone(Role.VERIFIER)
    outcomes = together(
        [
            lambda: stages.skip_stage(
                nomination_id=nomination.pk, stage_id=stage.pk, reason="Dikenal panel.", actor=chair
            ),
            lambda: assignments.assign_assessor(
                nomination_id=nomination.pk, stage_id=stage.pk, assessor_id=visitor.pk, actor=verifier
            ),
        ]
    )
    assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 1
    skipped = StageResult.objects.filter(nomination=nomination, stage=stage).exists()
    nomination.refresh_from_db()
    assert (nomination.status == Status.IN_PLENARY) == skipped
    assert nomination.assignments.filter(stage=stage).exists() != skipped


def test_photos_at_once_are_never_more_than_allowed():
    nomination = before_visit()
    assignment = scenes.assign(nomination, scenes.assessors(1)[0], current_stage(nomination))
    visits.open_visit(assignment_id=assignment.pk, actor=assignment.assessor)
    for _photo in range(MAX_VISIT_PHOTOS - 1):
        factories.visit_photo(assignment)
    outcomes = together([lambda: factories.visit_photo(assignment)] * 2)
    assert kinds(outcomes) == ["FieldPhoto", "RuleBroken"]
    assert FieldPhoto.objects.count() == MAX_VISIT_PHOTOS
    assert next(one for one in outcomes if isinstance(one, RuleBroken)).message.startswith("Sudah ada 12 foto")


def test_two_saves_of_one_visit():
    nomination = before_visit()
    assignment = scenes.assign(nomination, scenes.assessors(1)[0], current_stage(nomination))
    visits.open_visit(assignment_id=assignment.pk, actor=assignment.assessor)

    def save(place: str) -> Any:
        facts = scenes.visit_facts(place=place)
        actor = assignment.assessor
        return visits.save_visit(assignment_id=assignment.pk, facts=facts, findings={}, version=1, actor=actor)

    outcomes = together([lambda place=place: save(place) for place in ("Buaran", "Kauman")])
    assert kinds(outcomes) == ["FieldVisit", "StaleVersion"]
    assert not isinstance(outcomes[0], StaleVersion) or not isinstance(outcomes[1], StaleVersion)
