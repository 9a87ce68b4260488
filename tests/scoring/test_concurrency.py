"""Two people or two tabs at the same moment, with real transactions on a committed copy of the database."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.enums import Role
from core.errors import NotPermitted, StaleVersion
from nominations.enums import Status
from scoring.models import Instrument, Score, Sheet, SheetEvent, StageResult
from scoring.rules import Answer
from scoring.selectors.sheets import first_broken_event
from scoring.services import assignments, drafts, sheets, stages
from tests.factories import make_user, someone
from tests.scoring import scenes
from tests.transactions import together

pytestmark = pytest.mark.usefixtures("cloned_db")


def kinds(outcomes: list[Any]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_two_saves_of_one_version():
    assignment = scenes.assign(scenes.ovop(), scenes.assessors(1)[0])
    scenes.save(assignment, {})
    marks = [{"A1": Answer(Decimal(value))} for value in (1, 2)]
    outcomes = together([lambda given=given: scenes.save(assignment, given, version=1) for given in marks])
    assert kinds(outcomes) == ["Sheet", "StaleVersion"]
    sheet = Sheet.objects.get()
    won = next(outcome for outcome in outcomes if not isinstance(outcome, StaleVersion))
    assert (sheet.version, won.version) == (2, 2)
    assert list(SheetEvent.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert first_broken_event(sheet) is None
    value = Score.objects.get(indicator__code="A1").value
    assert SheetEvent.objects.latest("number").data["answers"]["A1"][0] == str(int(value))


def test_two_first_saves_make_one_sheet():
    assignment = scenes.assign(scenes.ovop(), scenes.assessors(1)[0])
    outcomes = together([lambda: scenes.save(assignment, {})] * 2)
    assert kinds(outcomes) == ["Sheet", "StaleVersion"]
    assert Sheet.objects.count() == 1


def test_save_against_submit():
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, scenes.assessors(1)[0])
    scenes.save(assignment)
    lowest = scenes.full_answers(scenes.stage_of(nomination), min)
    actor = assignment.assessor
    outcomes = together(
        [
            lambda: sheets.submit_sheet(assignment_id=assignment.pk, version=1, actor=actor),
            lambda: sheets.save_sheet(assignment_id=assignment.pk, answers=lowest, version=1, actor=actor),
        ]
    )
    assert sum(isinstance(outcome, Sheet) for outcome in outcomes) == 1
    sheet = Sheet.objects.get()
    assert (sheet.status, sheet.total) in [("submitted", 100), ("draft", None)]
    assert first_broken_event(sheet) is None


def test_case_27_closing_against_the_last_submission():
    """Either the last sheet is in before the stage closes and counts, or the closing is refused. Never in between."""
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.full_answers(stage)] * 3)
    late = scenes.assign(nomination, scenes.assessors(1)[0])
    scenes.save(late, scenes.full_answers(stage, min))
    chair, actor = someone(Role.PANEL_CHAIR), late.assessor
    outcomes = together(
        [
            lambda: sheets.submit_sheet(assignment_id=late.pk, version=1, actor=actor),
            lambda: stages.close_stage(
                nomination_id=nomination.pk, stage_id=stage.pk, moderation_note="Dibahas.", actor=chair
            ),
        ]
    )
    assert isinstance(outcomes[0], Sheet)
    nomination.refresh_from_db()
    closed = list(StageResult.objects.values_list("sheet_count", "score"))
    assert (nomination.status, closed) in [
        (Status.IN_ASSESSMENT, []),
        (Status.IN_PLENARY, [(4, Decimal("82.25"))]),  # three times 100 and once 29
    ]


def test_two_closings():
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.full_answers(stage)] * 3)
    chair = someone(Role.PANEL_CHAIR)
    outcomes = together([lambda: stages.close_stage(nomination_id=nomination.pk, stage_id=stage.pk, actor=chair)] * 2)
    assert kinds(outcomes) == ["NotPermitted", "StageResult"]
    assert StageResult.objects.count() == 1


def test_conflict_against_submission():
    """Whichever comes first: afterwards no live assignment on a conflicted pair."""
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, scenes.assessors(1)[0])
    scenes.save(assignment)
    actor = assignment.assessor
    outcomes = together(
        [
            lambda: sheets.submit_sheet(assignment_id=assignment.pk, version=1, actor=actor),
            lambda: assignments.declare_interest(
                nomination_id=nomination.pk, has_conflict=True, reason="Keluarga.", actor=actor
            ),
        ]
    )
    assert isinstance(outcomes[0], Sheet | NotPermitted)
    assert not nomination.assignments.filter(status="active").exists()


def test_two_admins_save_one_draft():
    admins = [make_user(Role.MINISTRY_ADMIN) for __ in range(2)]
    jury = Instrument.objects.get(code="UPAKARTI-JURI-1")
    draft = drafts.copy_instrument(instrument_id=jury.pk, actor=admins[0])
    outcomes = together(
        [
            lambda admin=admin: drafts.save_instrument(
                instrument_id=draft.pk,
                document=draft.definition | {"title": f"Juri {admin.pk}"},
                seen=draft.sha256,
                actor=admin,
            )
            for admin in admins
        ]
    )
    assert kinds(outcomes) == ["Instrument", "StaleVersion"]
    assert draft.indicators.count() == 5
