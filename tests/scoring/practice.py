"""A calibration round with two anchors and four scorers, reached through the real services."""

from types import SimpleNamespace
from typing import Any

from accounts.enums import Role
from scoring.models import CalibrationSheet, ConflictDeclaration
from scoring.rules import Answer
from scoring.services import calibration
from tests.factories import make_user
from tests.scoring import scenes
from tests.scoring.maths_examples import ovop_scores


def answers(total: int) -> dict[str, Answer]:
    return {code: Answer(value, "Sesuai bukti.") for code, value in ovop_scores(total).items()}


def open_round(chair: Any) -> SimpleNamespace:
    """One scorer has a conflict with the first anchor, one is of its province."""
    anchors = [scenes.ovop(), scenes.ovop()]
    stage = scenes.stage_of(anchors[0])
    people = [make_user(Role.ASSESSOR, institution=scenes.AWAY, name=f"Rahasia Penilai {n}") for n in "ABC"]
    make_user(Role.ASSESSOR, region="33", name="Rahasia Sedaerah")
    ConflictDeclaration.objects.create(nomination=anchors[0], user=people[2], has_conflict=True, reason="Saudara")
    calibration.set_up_round(stage_id=stage.pk, required=True, actor=chair)
    for one in anchors:
        calibration.add_anchor(stage_id=stage.pk, reference=one.reference, actor=chair)
    calibration.open_round(stage_id=stage.pk, actor=chair)
    return SimpleNamespace(stage=stage, anchors=anchors, people=people)


def sheet_of(scene: Any, person: int, anchor: int) -> CalibrationSheet:
    return CalibrationSheet.objects.get(
        assessor=scene.people[person], anchor__snapshot__nomination=scene.anchors[anchor], is_reference=False
    )


def send(scene: Any, person: int, anchor: int, total: int) -> CalibrationSheet:
    sheet = sheet_of(scene, person, anchor)
    return calibration.save_calibration_sheet(
        sheet_id=sheet.pk, answers=answers(total), version=sheet.version, submit=True, actor=sheet.assessor
    )
