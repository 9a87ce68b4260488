"""The calibration round: set up, scored in sheets that never count, conflicts respected, deviations for the chair."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.models import AuditEntry, OutboxMail
from scoring.enums import CalibrationStatus, RoundStatus, StageKind
from scoring.maths.stages import TooFew
from scoring.models import CalibrationRound, CalibrationSheet, ConflictDeclaration, Sheet, Stage
from scoring.policies import can_open_sheet
from scoring.presenters.calibration import anchor_blocks, scorer_rows
from scoring.rules import Answer, questions_in
from scoring.selectors.assignments import possible_scorers, with_facts
from scoring.selectors.calibration import due_sheets, own_sheets, round_of
from scoring.services import calibration
from scoring.services.recount import recount
from scoring.services.tally import stage_outcome
from tests.factories import add_membership, make_user
from tests.scoring import scenes
from tests.scoring.maths_examples import ovop_scores
from tests.scoring.practice import answers, open_round, send, sheet_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_open(chair: Any, db: None) -> SimpleNamespace:
    return open_round(chair)


def blocks_of(scene: Any) -> list[dict[str, Any]]:
    return anchor_blocks(round_of(scene.stage.pk), questions_in(scene.stage.instrument.definition))


def test_conflicts_are_respected(round_open):
    given = set(CalibrationSheet.objects.values_list("assessor__name", "anchor__snapshot__nomination"))
    first, second = (one.pk for one in round_open.anchors)
    assert given == {
        ("Rahasia Penilai A", first),
        ("Rahasia Penilai B", first),
        ("Rahasia Penilai A", second),
        ("Rahasia Penilai B", second),
        ("Rahasia Penilai C", second),
    }


def test_deviations_from_the_median_by_hand(round_open):
    """Totals 80, 86, 92: the median is 86, the deviations −6, 0, +6."""
    for person, total in enumerate((80, 86, 92)):
        send(round_open, person, 1, total)
    first, second = blocks_of(round_open)
    assert first["missing"] == ["Rahasia Penilai A", "Rahasia Penilai B"]
    assert second["missing"] == []
    assert [one["deviation"] for one in second["totals"]] == ["−6", "0", "+6"]
    assert second["middle_total"] == "86"
    rows = scorer_rows(blocks_of(round_open))
    assert [(row["name"], row["text"]) for row in rows] == [
        ("Rahasia Penilai A", "−6,00"),
        ("Rahasia Penilai C", "+6,00"),
        ("Rahasia Penilai B", "0,00"),
    ]


def test_the_reference_of_the_chair_comes_before_the_median(round_open, chair):
    for person, total in enumerate((80, 86, 92)):
        send(round_open, person, 1, total)
    anchor = CalibrationSheet.objects.get(pk=sheet_of(round_open, 0, 1).pk).anchor
    sheet = calibration.begin_reference(anchor_id=anchor.pk, actor=chair)
    assert calibration.begin_reference(anchor_id=anchor.pk, actor=chair).pk == sheet.pk
    calibration.save_calibration_sheet(sheet_id=sheet.pk, answers=answers(90), version=0, submit=True, actor=chair)
    block = blocks_of(round_open)[1]
    assert [one["deviation"] for one in block["totals"]] == ["−10", "−4", "+2"]
    assert block["reference"].pk == sheet.pk
    assert len(block["sent"]) == 3


def test_practice_never_counts(round_open):
    for person, total in enumerate((80, 86, 92)):
        send(round_open, person, 1, total)
    nomination = round_open.anchors[1]
    assert Sheet.objects.count() == 0
    assert stage_outcome(nomination, round_open.stage) == TooFew(0, 3)
    assert recount(nomination.period_id, nomination.category_id) == {}


def test_a_required_round_comes_before_the_stage(round_open, chair):
    nomination, person = scenes.ovop(), round_open.people[0]
    assignment = scenes.assign(nomination, person)

    def verdict() -> Any:
        return can_open_sheet(person, with_facts(person.assignments.all()).get(pk=assignment.pk))

    assert "lembar kalibrasi" in verdict().reason
    with pytest.raises(NotPermitted, match="kalibrasi"):
        scenes.save(assignment)
    send(round_open, 0, 0, 80)
    assert not verdict()
    send(round_open, 0, 1, 80)
    assert verdict()
    other = scenes.assign(nomination, round_open.people[1])
    with pytest.raises(NotPermitted):
        scenes.save(other)
    calibration.end_round(stage_id=round_open.stage.pk, actor=chair)
    scenes.save(other)


def test_a_required_round_that_nobody_opened_holds_the_stage(chair, client_of):
    """It says why, to the scorer and to the chair; without the tick, or once it is open, the stage goes on."""
    nomination, anchors = scenes.ovop(), [scenes.ovop(), scenes.ovop()]
    person, stage = make_user(Role.ASSESSOR, institution=scenes.AWAY), scenes.stage_of(nomination)
    assignment = scenes.assign(nomination, person)
    calibration.set_up_round(stage_id=stage.pk, required=True, actor=chair)
    with pytest.raises(NotPermitted, match="ketua panel belum membukanya"):
        scenes.save(assignment)
    page = client_of(person).get(reverse("score_sheet", args=[assignment.pk]))
    assert (page.status_code, "belum membukanya" in page.content.decode()) == (403, True)
    page = client_of(chair).get(reverse("calibration_detail", args=[stage.pk]))
    assert "Kalibrasi wajib ini belum dibuka" in page.content.decode()
    calibration.set_up_round(stage_id=stage.pk, required=False, actor=chair)
    scenes.save(assignment)
    calibration.set_up_round(stage_id=stage.pk, required=True, actor=chair)
    for one in anchors:
        calibration.add_anchor(stage_id=stage.pk, reference=one.reference, actor=chair)
    calibration.open_round(stage_id=stage.pk, actor=chair)
    with pytest.raises(NotPermitted, match="Kirim dahulu lembar kalibrasi"):
        scenes.save(assignment)


def test_without_a_round_and_with_one_that_is_not_required_nothing_changes(chair):
    nomination = scenes.ovop()
    person = make_user(Role.ASSESSOR, institution=scenes.AWAY)
    scenes.save(scenes.assign(nomination, person))
    stage, anchors = scenes.stage_of(nomination), [scenes.ovop(), scenes.ovop()]
    calibration.set_up_round(stage_id=stage.pk, required=False, actor=chair)
    for one in anchors:
        calibration.add_anchor(stage_id=stage.pk, reference=one.reference, actor=chair)
    calibration.open_round(stage_id=stage.pk, actor=chair)
    assert due_sheets(person).count() == 2
    scenes.save(scenes.assign(scenes.ovop(), person))


def test_a_conflict_that_shows_later_takes_the_anchor_away(round_open, client_of, post):
    sheet = sheet_of(round_open, 1, 0)
    client = client_of(round_open.people[1])
    url = reverse("calibration_sheet", args=[sheet.pk])
    assert client.get(url).status_code == 200
    assert post(client, reverse("calibration_recuse", args=[sheet.pk])).status_code == 422
    assert post(client, reverse("calibration_recuse", args=[sheet.pk]), {"reason": "Ipar"}).status_code == 302
    assert client.get(url).status_code == 404
    assert blocks_of(round_open)[0]["missing"] == ["Rahasia Penilai A"]
    assert [one.conflict_reason for one in blocks_of(round_open)[0]["recused"]] == ["Ipar"]


def recuse(scene: Any, person: int) -> None:
    """From the first anchor."""
    sheet, actor = sheet_of(scene, person, 0), scene.people[person]
    calibration.recuse_from_anchor(sheet_id=sheet.pk, reason="Ipar pemiliknya.", actor=actor)


def test_a_conflict_with_an_anchor_is_a_conflict_with_the_nomination(round_open, client_of, chair):
    nomination, person = round_open.anchors[0], round_open.people[1]
    add_membership(person, Role.PANEL_CHAIR)  # so that board and report would show it
    recuse(round_open, 1)
    person = User.objects.get(pk=person.pk)
    word = ConflictDeclaration.objects.get(user=person)
    assert (word.nomination, word.user, word.has_conflict, word.reason) == (
        nomination,
        person,
        True,
        "Ipar pemiliknya.",
    )
    with pytest.raises(RuleBroken, match="benturan"):
        scenes.assign(nomination, person)
    [row] = [one for one in possible_scorers(nomination, round_open.stage) if one.user == person]
    assert "benturan" in row.obstacle
    client = client_of(person)
    for name in ("nomination_scores", "nomination_history", "assign"):
        assert client.get(reverse(name, args=[nomination.pk])).status_code == 404
    for page in ("stage_board", "assessor_desk", "assignment_list", "discrepancy_report"):
        shown = client.get(reverse(page)).content.decode()
        assert nomination.reference not in shown
    assert round_open.anchors[1].reference in client.get(reverse("stage_board")).content.decode()
    history = client_of(chair).get(reverse("nomination_history", args=[nomination.pk])).content.decode()
    assert "Ipar pemiliknya." in history


def test_a_conflict_with_an_anchor_ends_the_assignment_on_it(chair, round_open):
    nomination, person = round_open.anchors[0], round_open.people[1]
    assignment = scenes.assign(nomination, person)
    recuse(round_open, 1)
    assignment.refresh_from_db()
    assert assignment.status == "recused"
    assert OutboxMail.objects.filter(to=chair.email, dedupe_key__startswith="conflict:").exists()


def test_a_conflict_with_an_anchor_leaves_a_closed_stage_as_it_is(chair, round_open):
    """What was counted already is for the chair to settle, who reads the reason in the calibration."""
    nomination, stage = round_open.anchors[0], round_open.stage
    calibration.set_up_round(stage_id=stage.pk, required=False, actor=chair)
    assignment = scenes.assign(nomination, round_open.people[1])
    scenes.submit(assignment)
    scenes.score_stage(nomination, [scenes.full_answers(stage)] * 2)
    scenes.close(nomination)
    recuse(round_open, 1)
    assignment.refresh_from_db()
    assert assignment.status == "active"
    assert [one.conflict_reason for one in blocks_of(round_open)[0]["recused"]] == ["Ipar pemiliknya."]


def test_setting_up_has_its_limits(chair, auditor):
    anchors = [scenes.ovop() for _ in range(4)]
    stage = scenes.stage_of(anchors[0])
    with pytest.raises(RuleBroken, match="Siapkan"):
        calibration.add_anchor(stage_id=stage.pk, reference=anchors[0].reference, actor=chair)
    calibration.set_up_round(stage_id=stage.pk, required=False, actor=chair)
    with pytest.raises(NotPermitted):
        calibration.set_up_round(stage_id=stage.pk, required=True, actor=auditor)
    add = lambda reference: calibration.add_anchor(stage_id=stage.pk, reference=reference, actor=chair)  # noqa: E731
    with pytest.raises(RuleBroken, match="Tidak ada usulan"):
        add("OVOP-2026-9999-0001")
    with pytest.raises(RuleBroken, match="Tidak ada usulan"):
        add(scenes.upakarti().reference)
    first = add(anchors[0].reference)
    with pytest.raises(RuleBroken, match="sedikitnya 2"):
        calibration.open_round(stage_id=stage.pk, actor=chair)
    with pytest.raises(RuleBroken, match="sudah dipilih"):
        add(anchors[0].reference)
    for one in anchors[1:3]:
        add(one.reference)
    with pytest.raises(RuleBroken, match="Paling banyak 3"):
        add(anchors[3].reference)
    calibration.remove_anchor(anchor_id=first.pk, actor=chair)
    with pytest.raises(RuleBroken, match="Tidak ada penilai"):
        calibration.open_round(stage_id=stage.pk, actor=chair)
    make_user(Role.ASSESSOR, institution=scenes.AWAY)
    assert calibration.open_round(stage_id=stage.pk, actor=chair).status == RoundStatus.OPEN
    with pytest.raises(RuleBroken, match="sudah dibuka"):
        add(anchors[3].reference)


def test_who_comes_later_gets_a_sheet_and_nobody_loses_one(round_open, chair):
    send(round_open, 0, 0, 80)
    late = make_user(Role.ASSESSOR, institution=scenes.AWAY, name="Rahasia Penilai D")
    calibration.open_round(stage_id=round_open.stage.pk, actor=chair)
    assert due_sheets(late).count() == 2
    assert sheet_of(round_open, 0, 0).status == CalibrationStatus.SUBMITTED
    assert CalibrationSheet.objects.count() == 7


def test_saving_and_sending(round_open):
    sheet, person = sheet_of(round_open, 0, 0), round_open.people[0]
    given = answers(80)
    given.pop("A1")
    facts = {"sheet_id": sheet.pk, "actor": person}
    calibration.save_calibration_sheet(answers=given, version=0, **facts)
    with pytest.raises(StaleVersion):
        calibration.save_calibration_sheet(answers=given, version=0, **facts)
    with pytest.raises(RuleBroken, match="A1"):
        calibration.save_calibration_sheet(answers=given, version=1, submit=True, **facts)
    with pytest.raises(RuleBroken, match="C1"):
        calibration.save_calibration_sheet(answers=given | {"C1": Answer(Decimal(99))}, version=1, **facts)
    with pytest.raises(NotPermitted):
        calibration.save_calibration_sheet(answers=given, version=1, sheet_id=sheet.pk, actor=round_open.people[1])
    sent = calibration.save_calibration_sheet(answers=answers(80), version=1, submit=True, **facts)
    assert (sent.total, sent.status) == (Decimal("80.00"), CalibrationStatus.SUBMITTED)
    with pytest.raises(NotPermitted, match="sudah dikirim"):
        calibration.save_calibration_sheet(answers=answers(81), version=2, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalibrationSheet.objects.filter(pk=sent.pk).update(total=99)


def test_over_http_nothing_typed_is_lost(round_open, client_of, post):
    sheet, client = sheet_of(round_open, 0, 0), client_of(round_open.people[0])
    assert "Kalibrasi" in client.get(reverse("assessor_desk")).content.decode()
    url = reverse("calibration_sheet", args=[sheet.pk])
    data: dict[str, Any] = {"version": 0, "kirim": "1", "note_A2": "Catatan yang panjang"}
    data |= {f"value_{code}": f"{value.normalize():f}" for code, value in ovop_scores(80).items() if code != "A1"}
    refused = post(client, url, data)
    assert refused.status_code == 422
    assert "Lengkapi: A1" in refused.content.decode()
    assert "Catatan yang panjang" in refused.content.decode()
    data["value_A1"] = f"{ovop_scores(80)['A1'].normalize():f}"
    assert post(client, url, data).status_code == 302
    assert CalibrationSheet.objects.get(pk=sheet.pk).total == 80


def test_a_scorer_sees_the_panel_only_after_the_end_and_nobody_by_name(round_open, chair, client_of):
    for person, total in enumerate((80, 86, 92)):
        send(round_open, person, 1, total)
    client, url = client_of(round_open.people[0]), reverse("calibration_sheet", args=[sheet_of(round_open, 0, 1).pk])
    before = client.get(url).content.decode()
    assert "median panel" not in before
    calibration.end_round(stage_id=round_open.stage.pk, actor=chair)
    after = client.get(url).content.decode()
    assert "median panel 86 dari 3 lembar" in after
    assert "<strong>−6</strong>" in after
    for other in ("Rahasia Penilai B", "Rahasia Penilai C"):
        assert other not in before + after


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("chair", 200),
        ("admin_a", 200),
        ("auditor", 200),
        ("verifier", 404),
        ("assessor_batik", 404),
        ("juror", 404),
        ("officer_a", 404),
        ("province", 404),
    ],
)
def test_personas(persona, status, round_open, client_of, post, request):
    sheet = send(round_open, 0, 1, 83)
    client = client_of(request.getfixturevalue(persona))
    for url in (reverse("calibration_list"), reverse("calibration_detail", args=[round_open.stage.pk])):
        response = client.get(url)
        assert response.status_code == status
        if status != 200:
            assert b"Rahasia" not in response.content
    assert client.get(reverse("calibration_sheet", args=[sheet.pk])).status_code == 404
    for name in ("calibration_set_up", "calibration_anchor_add", "calibration_open", "calibration_end"):
        response = post(client, reverse(name, args=[round_open.stage.pk]), {"reference": "x"})
        expected = {"chair": (302, 422), "admin_a": (403,), "auditor": (403,)}.get(persona, (404,))
        assert response.status_code in expected, name
    for name in ("calibration_anchor_remove", "calibration_reference"):
        response = post(client, reverse(name, args=[sheet.anchor_id]))
        assert response.status_code in {"chair": (302, 422), "admin_a": (403,), "auditor": (403,)}.get(persona, (404,))


def test_a_chair_who_practises_too_sends_first(round_open, chair, client_of):
    send(round_open, 0, 1, 83)
    CalibrationSheet.objects.create(anchor=sheet_of(round_open, 0, 1).anchor, assessor=chair)
    url = reverse("calibration_detail", args=[round_open.stage.pk])
    refused = client_of(chair).get(url)
    assert refused.status_code == 403
    assert b"Rahasia" not in refused.content
    ConflictDeclaration.objects.create(
        nomination=round_open.anchors[0], user=chair, has_conflict=True, reason="Saudara"
    )
    CalibrationSheet.objects.filter(assessor=chair).delete()
    assert client_of(chair).get(url).status_code == 403
    assert not own_sheets(chair).exists()


def test_each_view_is_recorded_and_pages_cost_little(round_open, chair, client_of):
    for person, total in enumerate((80, 86, 92)):
        send(round_open, person, 1, total)
    client, url = client_of(chair), reverse("calibration_detail", args=[round_open.stage.pk])
    client.get(url)
    assert AuditEntry.objects.filter(action="scoring.calibration_viewed", actor_id=chair.pk).count() == 1
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    assert len(captured) <= 14
    own = client_of(round_open.people[0])
    own.get(reverse("calibration_sheet", args=[sheet_of(round_open, 0, 0).pk]))
    with CaptureQueriesContext(connection) as captured:
        own.get(reverse("calibration_sheet", args=[sheet_of(round_open, 0, 0).pk]))
    assert len(captured) <= 8
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("calibration_list"))
    assert len(captured) <= 5


def test_documents_of_an_anchor_open_for_its_scorers_alone(round_open, client_of):
    sheet = sheet_of(round_open, 0, 0)
    documents = sheet.anchor.snapshot.data["documents"]
    item = next(one["item_id"] for one in documents if one["file_name"] and not one["personal"])
    url = reverse("calibration_document", args=[sheet.pk, item])
    assert client_of(round_open.people[0]).get(url).status_code == 200
    assert client_of(round_open.people[1]).get(url).status_code == 404
    other = sheet_of(round_open, 0, 1).anchor.snapshot.data["documents"][0]["item_id"]
    foreign = reverse("calibration_document", args=[sheet.pk, other])
    assert client_of(round_open.people[0]).get(foreign).status_code == 404


def test_a_stage_with_a_round_does_not_become_blind(round_open, chair):
    with pytest.raises(IntegrityError, match="scoring_stage_calibrated"), transaction.atomic():
        Stage.objects.filter(pk=round_open.stage.pk).update(blind=True)
    other = Stage.objects.filter(kind=StageKind.SHEETS, calibration=None).first()
    Stage.objects.filter(pk=other.pk).update(blind=True)
    with pytest.raises(RuleBroken, match="tersamar"):
        calibration.set_up_round(stage_id=other.pk, required=False, actor=chair)
    with pytest.raises(IntegrityError, match="scoring_stage_calibrated"), transaction.atomic():
        CalibrationRound.objects.create(stage=other, created_by=chair)
