"""One scene in which every page of the assessment has something to show, and to leak."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from nominations.enums import Status
from scoring.models import CalibrationSheet, SensitivityReport, Sheet
from scoring.services import calibration, plenary, sensitivity, visits
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
    finalist = scenes.ovop_in_plenary()
    documents = first.snapshots.latest("number").data["documents"]
    return SimpleNamespace(
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
        report=report_on(finalist, chair),
        practice=practice_on([finalist, scenes.ovop()], chair, assessor_batik),
        session=plenary.record_plenary_session(
            period_id=finalist.period_id,
            held_on=date(2026, 1, 9),
            place="Jakarta",
            attendance="Ketua Panel",
            actor=chair,
        ),
    )
