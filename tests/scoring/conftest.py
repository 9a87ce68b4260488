"""One scene in which every page of the assessment has something to show, and to leak."""

from types import SimpleNamespace
from typing import Any

import pytest

from nominations.enums import Status
from scoring.enums import RunKind, RunState, TieKind
from scoring.models import AssignmentRun, CalibrationSheet, InterestTie, SensitivityReport, Sheet
from scoring.services import calibration, panel, rankings, runs, sensitivity, visits
from scoring.services.panel import Tie
from tests.scoring import scenes


def report_on(nomination: Any, chair: Any) -> SensitivityReport:
    """A report with its PDF, as the worker would have made it by now."""
    report = sensitivity.request_report(period_id=nomination.period_id, category_id=nomination.category_id, actor=chair)
    sensitivity.make_report(report.pk)
    return report


def practice_on(anchors: list[Any], chair: Any, assessor: Any) -> CalibrationSheet:
    """An open calibration round, and the sheet of one of its scorers."""
    stage = scenes.stage_of(anchors[0])
    calibration.set_up_round(stage_id=stage.pk, required=False, actor=chair)
    for one in anchors:
        calibration.add_anchor(stage_id=stage.pk, reference=one.reference, actor=chair)
    calibration.open_round(stage_id=stage.pk, actor=chair)
    return CalibrationSheet.objects.get(assessor=assessor, anchor__snapshot__nomination=anchors[0])


@pytest.fixture
def decided(chair: Any) -> tuple[Any, Any]:
    return scenes.decided(chair)


@pytest.fixture
def scene(chair: Any, verifier: Any, assessor_batik: Any) -> SimpleNamespace:
    first = scenes.upakarti(name="Rahasia Yayasan")
    stage = scenes.stage_of(first)
    assignment = scenes.assign(first, assessor_batik)
    scenes.save(assignment, scenes.even_answers(stage, "4"))
    submitted = scenes.submit(scenes.assign(first, scenes.assessors(1)[0]), scenes.even_answers(stage, "3.5"))
    visited = scenes.upakarti(name="Rahasia Perkumpulan")
    scenes.score_stage(visited, [scenes.even_answers(scenes.stage_of(visited), "4")] * 2)
    scenes.close(visited)
    visit_assignment = scenes.assign(visited, assessor_batik, scenes.stage_of(visited, "pembuktian_lapangan"))
    visits.open_visit(assignment_id=visit_assignment.pk, actor=assessor_batik)
    third = scenes.upakarti(name="Rahasia Lembaga")
    scenes.score_stage(third, [scenes.even_answers(scenes.stage_of(third), "4")] * 2)
    scenes.close(third)
    finalist, apart = scenes.ovop(), scenes.ovop()
    practice = practice_on([finalist, apart], chair, assessor_batik)  # before a sheet of the stage is in
    scenes.to_plenary(finalist)
    session = scenes.session_of(finalist, chair)
    scores_far_apart(apart)
    documents = first.snapshots.latest("number").data["documents"]
    one, two = scenes.assessors(2)
    pair = panel.keep_apart(period_id=first.period_id, user_ids=(one.pk, two.pk), reason="Suami istri", actor=verifier)
    fresh = scenes.assign(scenes.upakarti(name="Rahasia Baru"), assessor_batik, declare=False)
    scenes.state(first, assessor_batik, Tie(TieKind.COACHED, "IKM Keliru"))
    made = [
        AssignmentRun.objects.create(
            kind=RunKind.FILL, period=first.period, stage_code=stage.code, state=RunState.READY, created_by=verifier
        )
        for _number in range(3)
    ]
    return SimpleNamespace(
        run=made[0],
        other_run=made[1],
        applied=runs.apply_run(run_id=made[2].pk, actor=verifier),
        pair=pair,
        tie=InterestTie.objects.get(name="IKM Keliru"),
        period=first.period,
        fresh=fresh,
        nomination=first,
        stage=stage,
        assignment=assignment,
        document_id=next(d["item_id"] for d in documents if d["file_name"] and not d["personal"]),
        sheet=Sheet.objects.get(assignment=assignment),
        submitted=submitted,
        visited=visited,
        visit_assignment=visit_assignment,
        visit=scenes.visit(third, confirm=False),
        eligible=scenes.upakarti(Status.ELIGIBLE, name="Rahasia Calon"),
        finalist=finalist,
        session=session,
        apart=apart,
        apart_stage=scenes.stage_of(apart),
        **signed(chair),
        report=report_on(finalist, chair),
        practice=practice,
    )


def far_apart() -> Any:
    """A nomination whose scorers are too far apart to close its stage."""
    nomination = scenes.ovop()
    scores_far_apart(nomination)
    return nomination


def scores_far_apart(nomination: Any) -> None:
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.full_answers(stage)] * 2 + [scenes.full_answers(stage, min)])


def signed(chair: Any) -> dict[str, Any]:
    """A category of its own with one ranking that waits for the second signature, and made minutes."""
    winner = scenes.upakarti(category="jasa_kepeloporan", name="Rahasia Perusahaan")
    scenes.walk(winner)
    meeting = scenes.session_of(winner, chair)
    scenes.recommend(winner, chair, stars=None)
    ranking = rankings.sign_ranking(period_id=winner.period_id, category_id=winner.category_id, actor=chair)
    return {"winner": winner, "ranking": ranking, "meeting": meeting}


@pytest.fixture
def nominations(db):
    return [scenes.ovop() for _number in range(4)]


@pytest.fixture
def ovop(assessor_batik: Any) -> SimpleNamespace:
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    return SimpleNamespace(
        nomination=nomination, stage=stage, assignment=scenes.assign(nomination, assessor_batik), actor=assessor_batik
    )
