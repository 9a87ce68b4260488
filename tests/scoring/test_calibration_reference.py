"""The reference of an anchor: one, by whoever of the chairs is at it, and never held by somebody who has left."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core.errors import NotPermitted, RuleBroken
from core.models import AuditEntry
from scoring.models import CalibrationAnchor, CalibrationSheet, ConflictDeclaration
from scoring.services import calibration
from tests.factories import make_user
from tests.scoring import practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(chair: Any) -> SimpleNamespace:
    """An open round, the reference of its second anchor begun by the chair, and a second chair."""
    chair.name = "Ketua Pertama"
    chair.save()
    found = practice.open_round(chair)
    found.anchor = CalibrationAnchor.objects.get(snapshot__nomination=found.anchors[1])
    found.sheet = calibration.begin_reference(anchor_id=found.anchor.pk, actor=chair)
    calibration.save_calibration_sheet(
        sheet_id=found.sheet.pk, answers=practice.answers(90), version=0, actor=found.sheet.assessor
    )
    found.second = make_user(Role.PANEL_CHAIR, name="Ketua Kedua")
    return found


def begin(scene: Any) -> CalibrationSheet:
    return calibration.begin_reference(anchor_id=scene.anchor.pk, actor=scene.second)


def test_a_second_chair_is_told_who_is_at_it(scene, chair, client_of, post):
    client, url = client_of(scene.second), reverse("calibration_reference", args=[scene.anchor.pk])
    page = client.get(reverse("calibration_detail", args=[scene.stage.pk])).content.decode()
    assert "Ketua Pertama sedang mengisi nilai acuan usulan ini." in page
    assert "Ambil alih nilai acuan" in page
    answer = post(client, url)
    assert answer.status_code == 422
    assert "Ketua Pertama sedang mengisi nilai acuan usulan ini. Tunggu sampai terkirim." in answer.content.decode()
    own = client_of(chair).get(reverse("calibration_detail", args=[scene.stage.pk])).content.decode()
    assert "Lanjutkan nilai acuan" in own
    assert "sedang mengisi nilai acuan" not in own
    assert post(client_of(chair), url)["Location"] == reverse("calibration_sheet", args=[scene.sheet.pk])
    sheet = CalibrationSheet.objects.get(pk=scene.sheet.pk)
    assert (sheet.assessor, sheet.version, bool(sheet.answers)) == (chair, 1, True)


@pytest.mark.parametrize("way", ["role", "account", "conflict"])
def test_a_reference_whose_chair_left_or_has_a_conflict_is_begun_anew(way, scene, chair, client_of, post):
    if way == "role":
        chair.memberships.update(valid_to=timezone.localdate() - timedelta(days=1))
    elif way == "account":
        type(chair).objects.filter(pk=chair.pk).update(is_active=False)
    else:
        ConflictDeclaration.objects.create(
            nomination=scene.anchors[1], user=chair, has_conflict=True, reason="Keluarga."
        )
    answer = post(client_of(scene.second), reverse("calibration_reference", args=[scene.anchor.pk]))
    assert answer["Location"] == reverse("calibration_sheet", args=[scene.sheet.pk])
    sheet = CalibrationSheet.objects.get(pk=scene.sheet.pk)
    assert (sheet.assessor, sheet.answers, sheet.version) == (scene.second, {}, 2)
    with pytest.raises(NotPermitted):  # the page of the first one may still be open
        calibration.save_calibration_sheet(sheet_id=sheet.pk, answers=practice.answers(90), version=1, actor=chair)
    entry = AuditEntry.objects.get(action="scoring.calibration_reference_taken_over")
    assert (entry.actor_id, entry.data["former"]) == (scene.second.pk, chair.pk)
    calibration.save_calibration_sheet(
        sheet_id=sheet.pk, answers=practice.answers(80), version=2, submit=True, actor=scene.second
    )


def test_a_reference_that_was_sent_stays_with_who_sent_it(scene, chair):
    calibration.save_calibration_sheet(
        sheet_id=scene.sheet.pk, answers=practice.answers(90), version=1, submit=True, actor=chair
    )
    chair.memberships.update(valid_to=timezone.localdate() - timedelta(days=1))
    with pytest.raises(RuleBroken, match="sudah dikirim oleh Ketua Pertama"):
        begin(scene)


def test_after_the_end_of_the_round_nobody_begins_a_reference(scene, chair, client_of, post):
    other = CalibrationAnchor.objects.get(snapshot__nomination=scene.anchors[0])
    calibration.end_round(stage_id=scene.stage.pk, actor=chair)
    with pytest.raises(RuleBroken, match="sudah diakhiri"):
        calibration.begin_reference(anchor_id=other.pk, actor=chair)
    answer = post(client_of(chair), reverse("calibration_reference", args=[other.pk]))
    assert answer.status_code == 422
    assert "sudah diakhiri" in answer.content.decode()
    assert CalibrationSheet.objects.filter(is_reference=True).count() == 1


def test_a_chair_whom_the_data_tie_to_the_anchor_gives_no_reference(scene):
    ikm = scene.anchors[1].product_entry.ikm
    ikm.phone = scene.second.phone = "0812-3456-7890"
    ikm.save()
    scene.second.save()
    with pytest.raises(NotPermitted, match="telepon"):
        begin(scene)
