"""Two people or two tabs at the same moment, with real transactions on a committed copy of the database."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from accounts.enums import Role
from core.errors import NotPermitted, RuleBroken, StaleVersion
from nominations.enums import Status
from scoring.enums import RunKind, RunState, TieKind
from scoring.models import (
    Assignment,
    AssignmentRemoval,
    AssignmentRun,
    CalibrationAnchor,
    CalibrationSheet,
    Instrument,
    ReadyNomination,
    Score,
    Sheet,
    SheetEvent,
    Stage,
    StageResult,
)
from scoring.rules import Answer
from scoring.selectors.sheets import first_broken_event
from scoring.services import assignments, calibration, drafts, panel, run_jobs, runs, sheets, stages
from scoring.services.panel import Tie
from tests.factories import make_user, someone
from tests.scoring import scenes
from tests.scoring.practice import open_round
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
    assert SheetEvent.objects.latest("number").data["changed"]["A1"][0] == str(int(value))


def test_two_first_saves_make_one_sheet():
    assignment = scenes.assign(scenes.ovop(), scenes.assessors(1)[0])
    marks = [{"A1": Answer(Decimal(value))} for value in (1, 2)]
    outcomes = together([lambda given=given: scenes.save(assignment, given) for given in marks])
    assert kinds(outcomes) == ["Sheet", "StaleVersion"]
    assert Sheet.objects.count() == 1


def test_the_same_save_twice_at_once_counts_once():
    assignment = scenes.assign(scenes.ovop(), scenes.assessors(1)[0])
    outcomes = together([lambda: scenes.save(assignment, {"A1": Answer(Decimal(2), "Sama.")})] * 2)
    assert [(outcome.version, outcome.pk) for outcome in outcomes] == [(1, Sheet.objects.get().pk)] * 2
    assert SheetEvent.objects.count() == 1


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


def test_double_submit():
    assignment = scenes.assign(scenes.ovop(), scenes.assessors(1)[0])
    scenes.save(assignment)
    send = {"assignment_id": assignment.pk, "version": 1, "actor": assignment.assessor}
    outcomes = together([lambda: sheets.submit_sheet(**send)] * 2)
    assert kinds(outcomes) == ["NotPermitted", "Sheet"]
    sheet = Sheet.objects.get()
    assert (sheet.status, sheet.version, sheet.events.count()) == ("submitted", 2, 2)


def test_case_21_reopening_against_a_second_submission():
    """The submission meets a locked sheet, or the version that the reopening made. Nothing is lost in between."""
    assignment = scenes.assign(scenes.ovop(), scenes.assessors(1)[0])
    first = scenes.submit(assignment)
    chair = someone(Role.PANEL_CHAIR)
    outcomes = together(
        [
            lambda: sheets.reopen_sheet(sheet_id=first.pk, reason="Periksa A1.", actor=chair),
            lambda: sheets.submit_sheet(assignment_id=assignment.pk, version=3, actor=assignment.assessor),
        ]
    )
    assert isinstance(outcomes[0], Sheet)
    sheet = Sheet.objects.get()
    again = isinstance(outcomes[1], Sheet)
    assert again or isinstance(outcomes[1], NotPermitted)
    assert (sheet.status, sheet.version) == (("submitted", 4) if again else ("draft", 3))
    assert [event.kind for event in sheet.events.all()][:3] == ["saved", "submitted", "reopened"]
    assert first_broken_event(sheet) is None


def test_case_27_closing_against_the_last_submission():
    """Either the last sheet is in before the stage closes and counts, or the closing is refused. Never in between."""
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.full_answers(stage)] * 3)
    late = scenes.assign(nomination, scenes.assessors(1)[0])
    lower = scenes.full_answers(stage) | {"C1": Answer(Decimal(2))}
    scenes.save(late, lower)
    chair, actor = someone(Role.PANEL_CHAIR), late.assessor
    outcomes = together(
        [
            lambda: sheets.submit_sheet(assignment_id=late.pk, version=1, actor=actor),
            lambda: stages.close_stage(nomination_id=nomination.pk, stage_id=stage.pk, actor=chair),
        ]
    )
    assert isinstance(outcomes[0], Sheet)
    nomination.refresh_from_db()
    closed = list(StageResult.objects.values_list("sheet_count", "score"))
    assert (nomination.status, closed) in [
        (Status.IN_ASSESSMENT, []),
        (Status.IN_ASSESSMENT, [(4, Decimal("98.50"))]),  # three times 100 and once 94; the visits come next
    ]


def test_a_minimum_that_changes_waits_for_a_submission_under_way():
    """Otherwise neither saw what the other did, and the database noted as ready what the rule does not."""
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    Stage.objects.filter(pk=stage.pk).update(min_assessors=1)
    assignment = scenes.assign(nomination, scenes.assessors(1)[0])
    scenes.save(assignment)

    def ask_for_two():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            Stage.objects.filter(pk=stage.pk).update(min_assessors=2)

    with transaction.atomic():
        sheets.submit_sheet(assignment_id=assignment.pk, version=1, actor=assignment.assessor)
        [outcome] = together([ask_for_two])
    assert isinstance(outcome, OperationalError)
    assert ReadyNomination.objects.get().nomination_id == nomination.pk


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


def test_removal_against_submission():
    """Whichever comes first refuses the other: a sent score is never on an assignment that was ended."""
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, scenes.assessors(1)[0])
    scenes.save(assignment)
    actor, secretariat = assignment.assessor, someone(Role.VERIFIER)
    outcomes = together(
        [
            lambda: sheets.submit_sheet(assignment_id=assignment.pk, version=1, actor=actor),
            lambda: assignments.remove_assignment(assignment_id=assignment.pk, reason="Diganti.", actor=secretariat),
        ]
    )
    assert sum(isinstance(outcome, NotPermitted) for outcome in outcomes) == 1
    assignment.refresh_from_db()
    sheet = Sheet.objects.get()
    assert (assignment.status, sheet.status) in [("active", "submitted"), ("removed", "draft")]
    assert AssignmentRemoval.objects.count() == (assignment.status == "removed")
    assert first_broken_event(sheet) is None


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


def a_proposal(nomination: Any, count: int = 4) -> AssignmentRun:
    """Ready, for a panel of so many people."""
    actor = someone(Role.VERIFIER)
    for person in scenes.assessors(count):
        panel.seat(period_id=nomination.period_id, user_id=person.pk, capacity=9, note="", active=True, actor=actor)
    run = run_jobs.want_run(
        period_id=nomination.period_id,
        stage_code=scenes.stage_of(nomination).code,
        kind=RunKind.FILL,
        per_nomination=None,
        mix=False,
        actor=actor,
    )
    assert run_jobs.carry_out(run.pk)
    return run


def live(nomination: Any) -> set[int]:
    rows = Assignment.objects.filter(nomination=nomination, status="active")
    return set(rows.values_list("assessor", flat=True))


def test_decline_while_a_run_is_applied():
    """Either the decline comes first and the run is refused, or it ends somebody whom the run left in place."""
    nomination = scenes.ovop()
    first = scenes.assign(nomination, scenes.assessors(1)[0], declare=False)
    run, actor = a_proposal(nomination), someone(Role.VERIFIER)
    outcomes = together(
        [
            lambda: runs.apply_run(run_id=run.pk, actor=actor),
            lambda: assignments.decline_assignment(assignment_id=first.pk, reason="Sakit.", actor=first.assessor),
        ]
    )
    run.refresh_from_db()
    assert isinstance(outcomes[1], Assignment)
    assert first.assessor_id not in live(nomination)
    if isinstance(outcomes[0], StaleVersion):
        assert (run.state, live(nomination)) == (RunState.READY, set())
    else:
        assert (run.state, len(live(nomination))) == (RunState.APPLIED, 2)


def test_two_runs_applied_at_once():
    """The second one finds the first one's people and is refused; nobody is there twice, nobody too many."""
    nomination = scenes.ovop()
    one = a_proposal(nomination)
    two = a_proposal(nomination)
    actor = someone(Role.VERIFIER)
    outcomes = together([lambda run=run: runs.apply_run(run_id=run.pk, actor=actor) for run in (one, two)])
    assert kinds(outcomes) == ["AssignmentRun", "RunOutdated"]
    assert len(live(nomination)) == 3


def test_one_run_applied_twice_at_once():
    nomination = scenes.ovop()
    run, actor = a_proposal(nomination), someone(Role.VERIFIER)
    outcomes = together([lambda: runs.apply_run(run_id=run.pk, actor=actor)] * 2)
    assert kinds(outcomes) == ["AssignmentRun", "RuleBroken"]
    assert isinstance(next(one for one in outcomes if isinstance(one, Exception)), RuleBroken)
    assert len(live(nomination)) == 3


def test_one_run_in_the_hands_of_two_workers():
    """The claim is the first one's: what was decided is done once, and people are told once."""
    nomination = scenes.ovop()
    run, actor = a_proposal(nomination), someone(Role.VERIFIER)
    outcomes = together([lambda: run_jobs.want_applied(run_id=run.pk, actor=actor)] * 2)
    assert kinds(outcomes) == ["AssignmentRun", "RuleBroken"]
    assert sorted(together([lambda: run_jobs.carry_out(run.pk)] * 2)) == [False, True]
    run.refresh_from_db()
    assert (run.state, run.attempts, len(live(nomination))) == (RunState.APPLIED, 1, 3)


def test_conflict_stated_during_assignment():
    """Whichever comes first: afterwards the person has no live assignment on what she or he is tied to."""
    nomination = scenes.ovop()
    person, actor = scenes.assessors(1)[0], someone(Role.VERIFIER)
    ikm, stage = nomination.product_entry.ikm, scenes.stage_of(nomination)
    tie = Tie(TieKind.COACHED, ikm.name, ikm_id=ikm.pk)
    outcomes = together(
        [
            lambda: assignments.assign_assessor(
                nomination_id=nomination.pk, stage_id=stage.pk, assessor_id=person.pk, actor=actor
            ),
            lambda: panel.state_interests(period_id=nomination.period_id, ties=[tie], actor=person),
        ]
    )
    assert isinstance(outcomes[0], Assignment | RuleBroken)
    assert not isinstance(outcomes[1], Exception)
    assert live(nomination) == set()


def test_two_chairs_begin_one_reference():
    first, second = make_user(Role.PANEL_CHAIR), make_user(Role.PANEL_CHAIR)
    anchor = CalibrationAnchor.objects.get(snapshot__nomination=open_round(first).anchors[1])
    outcomes = together(
        [lambda who=who: calibration.begin_reference(anchor_id=anchor.pk, actor=who) for who in (first, second)]
    )
    assert kinds(outcomes) == ["CalibrationSheet", "RuleBroken"]
    assert CalibrationSheet.objects.filter(is_reference=True).count() == 1
