"""A calibration comes before its stage, or the pages say that there was none."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from accounts.enums import Role
from core.errors import RuleBroken
from nominations.enums import Status
from scoring.enums import RoundStatus
from scoring.models import CalibrationRound, CalibrationSheet
from scoring.selectors.calibration import due_sheets
from scoring.services import calibration, sheets
from tests.factories import make_user
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(chair):
    """A stage with a sheet that was sent, and two nominations that could be anchors."""
    nomination, anchors = scenes.ovop(), [scenes.ovop(), scenes.ovop()]
    stage = scenes.stage_of(nomination)
    assignment = scenes.assign(nomination, make_user(Role.ASSESSOR, institution=scenes.AWAY))
    return SimpleNamespace(stage=stage, anchors=anchors, assignment=assignment)


def prepare(scene: Any, chair: Any) -> None:
    calibration.set_up_round(stage_id=scene.stage.pk, required=False, actor=chair)
    for one in scene.anchors:
        calibration.add_anchor(stage_id=scene.stage.pk, reference=one.reference, actor=chair)


@pytest.mark.parametrize("reopened", [False, True], ids=["sent", "sent and opened again"])
def test_no_round_is_set_up_once_a_sheet_of_the_stage_was_sent(begun, chair, reopened):
    sheet = scenes.submit(begun.assignment)
    if reopened:
        sheets.reopen_sheet(sheet_id=sheet.pk, reason="Salah baca.", actor=chair)
    with pytest.raises(RuleBroken, match="sudah ada yang terkirim"):
        calibration.set_up_round(stage_id=begun.stage.pk, required=False, actor=chair)
    assert not CalibrationRound.objects.exists()


def test_a_prepared_round_is_neither_opened_nor_required_once_a_sheet_was_sent(begun, chair):
    prepare(begun, chair)
    scenes.submit(begun.assignment)
    with pytest.raises(RuleBroken, match="sudah ada yang terkirim"):
        calibration.open_round(stage_id=begun.stage.pk, actor=chair)
    with pytest.raises(RuleBroken, match="sudah ada yang terkirim"):
        calibration.set_up_round(stage_id=begun.stage.pk, required=True, actor=chair)
    assert not calibration.set_up_round(stage_id=begun.stage.pk, required=False, actor=chair).required
    assert CalibrationRound.objects.get().status == RoundStatus.DRAFT
    assert not CalibrationSheet.objects.exists()


def test_a_sheet_that_was_begun_but_not_sent_leaves_time_for_a_round(begun, chair):
    scenes.save(begun.assignment)
    prepare(begun, chair)
    assert calibration.open_round(stage_id=begun.stage.pk, actor=chair).status == RoundStatus.OPEN


def test_an_open_round_goes_on_while_sheets_come_in(begun, chair):
    prepare(begun, chair)
    calibration.open_round(stage_id=begun.stage.pk, actor=chair)
    scenes.submit(begun.assignment)
    late = make_user(Role.ASSESSOR, institution=scenes.AWAY)
    calibration.open_round(stage_id=begun.stage.pk, actor=chair)
    assert due_sheets(late).count() == 2


def test_pages_say_that_a_stage_goes_without_calibration(begun, chair, client_of, post):
    client, url = client_of(chair), reverse("calibration_detail", args=[begun.stage.pk])
    before = client.get(url).content.decode()
    assert "penilai langsung menilai tahap ini tanpa kalibrasi" in before
    assert "Siapkan kalibrasi" in before
    scenes.submit(begun.assignment)
    after = client.get(url).content.decode()
    assert "Tahap ini berjalan tanpa kalibrasi" in after
    assert "Siapkan kalibrasi" not in after
    refused = post(client, reverse("calibration_set_up", args=[begun.stage.pk]), {"required": "1"})
    assert (refused.status_code, "sudah ada yang terkirim" in refused.content.decode()) == (422, True)
    rows = client.get(reverse("calibration_list")).context["rows"]
    assert {row["stage"].pk: row["state"]["label"] for row in rows}[begun.stage.pk] == "Tanpa kalibrasi"
    assert "Belum disiapkan" in {row["state"]["label"] for row in rows}, "stages that nobody has begun"
    assert WITHOUT in client.get("/penilaian/kemajuan/").content.decode()


WITHOUT = "Tanpa kalibrasi: penilai langsung menilai tahap ini."


def test_who_opens_an_assessment_reads_whether_there_was_a_calibration(chair, verifier, client_of):
    ready, anchors = scenes.ovop(Status.ELIGIBLE, sample=False), [scenes.ovop(), scenes.ovop()]
    make_user(Role.ASSESSOR, institution=scenes.AWAY)
    client, page = client_of(verifier), reverse("assign", args=[ready.pk])
    stage = scenes.stage_of(ready)
    assert WITHOUT in client.get(page).content.decode()
    scene = SimpleNamespace(stage=stage, anchors=anchors)
    prepare(scene, chair)
    assert WITHOUT in client.get(page).content.decode()
    calibration.set_up_round(stage_id=stage.pk, required=True, actor=chair)
    assert "Kalibrasi wajib belum dibuka" in client.get(page).content.decode()
    calibration.open_round(stage_id=stage.pk, actor=chair)
    opened = client.get(page).content.decode()
    assert "Buka penilaian" in opened
    assert "kalibrasi" not in opened.casefold()
