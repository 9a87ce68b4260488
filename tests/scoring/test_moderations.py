"""Scorers who are far apart: the record, who may read it when, and that nothing is ranked before it."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.enums import Role
from core.errors import NotPermitted, RuleBroken
from core.models import AuditEntry
from nominations.enums import Status
from scoring.enums import ModerationDecision, SheetStatus
from scoring.models import ConflictDeclaration, Moderation, Sheet, StageResult
from scoring.rules import Answer
from scoring.services.moderations import ModerationFacts, record_moderation
from scoring.services.sheets import reopen_sheet
from tests.factories import make_user
from tests.scoring import scenes

pytestmark = pytest.mark.django_db
SECRET = "Rahasia: contoh produk ketiga cacat kirim."


def far_apart(**fields):
    """Two best sheets and the weakest one: 100, 100 and 29."""
    nomination = scenes.ovop(**fields)
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.full_answers(stage)] * 2 + [scenes.full_answers(stage, min)])
    return nomination


def lowest(nomination):
    return Sheet.objects.get(nomination=nomination, total=Decimal(29))


def test_case_31_blocks_until_a_submitted_record_keeps_the_scores(chair):
    nomination = far_apart()
    with pytest.raises(RuleBroken, match="Selisih"):
        scenes.close(nomination)
    scenes.moderate(nomination, chair, submit=False)
    with pytest.raises(RuleBroken, match="Selisih"):
        scenes.close(nomination)
    scenes.moderate(nomination, chair)
    assert scenes.close(nomination).score == Decimal("76.33")
    assert nomination.status == Status.IN_PLENARY
    assert list(Moderation.objects.order_by("version").values_list("version", "submitted")) == [(1, False), (2, True)]


def test_a_value_against_does_not_apply_is_a_difference(chair, client_of):
    nomination = scenes.ovop()
    scenes.allow_na(scenes.stage_of(nomination), "A1", "A2")
    stage = scenes.stage_of(nomination)
    full, na = scenes.full_answers(stage), Answer(None, "Tidak ada.", na=True)
    weak = scenes.full_answers(stage, min) | {"A1": full["A1"]}
    scenes.score_stage(nomination, [marks | {"A2": na} for marks in (full, full | {"A1": na}, weak)])
    [entry] = client_of(chair).get(reverse("discrepancy_report")).context["rows"]
    last = entry["differences"][-1]
    assert last["label"].startswith("A1 ")
    assert sorted(value for _name, value in last["values"]) == ["3,00", "3,00", "Tidak berlaku"]
    assert not any(row["label"].startswith("A2 ") for row in entry["differences"]), "all say the same"


def test_a_record_settles_the_very_sheets_that_were_talked_about(chair):
    nomination = far_apart()
    review = {"decision": ModerationDecision.REVIEW, "sheet_ids": [lowest(nomination).pk]}
    scenes.moderate(nomination, chair, "Periksa lagi.", **review)
    sheet = Sheet.objects.get(stage__isnull=False, status=SheetStatus.DRAFT)
    assert sheet.events.latest("number").data["reason"] == "Periksa lagi."
    with pytest.raises(RuleBroken, match="Belum selesai"):
        scenes.close(nomination)
    weaker = scenes.full_answers(sheet.stage, min) | {"A1": scenes.full_answers(sheet.stage)["A1"]}
    scenes.submit(sheet.assignment, weaker)
    with pytest.raises(RuleBroken, match="Selisih"):
        scenes.close(nomination)
    scenes.moderate(nomination, chair)
    assert scenes.close(nomination).passed


def test_a_kept_record_does_not_cover_a_sheet_that_changes_later(chair):
    nomination = far_apart()
    scenes.moderate(nomination, chair)
    sheet = lowest(nomination)
    reopen_sheet(sheet_id=sheet.pk, reason="Salah isi.", actor=chair)
    scenes.submit(
        sheet.assignment, scenes.full_answers(sheet.stage, min) | {"A1": scenes.full_answers(sheet.stage)["A1"]}
    )
    with pytest.raises(RuleBroken, match="Selisih"):
        scenes.close(nomination)
    assert not StageResult.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"discussion": " "}, "Tulis apa yang dibahas"),
        ({"decision": ModerationDecision.REVIEW}, "Pilih lembar nilai"),
        ({"participants": []}, "ikut membahas"),
        ({"participants": [10**9]}, "ikut membahas"),
    ],
)
def test_a_record_needs_text_people_and_sheets(changes, words, chair):
    nomination = far_apart()
    stage = scenes.stage_of(nomination)
    facts = {"discussion": "Dibahas.", "participants": [chair.pk], "decision": ModerationDecision.KEEP} | changes
    with pytest.raises(RuleBroken, match=words):
        record_moderation(
            nomination_id=nomination.pk, stage_id=stage.pk, facts=ModerationFacts(**facts), submit=True, actor=chair
        )
    assert not Moderation.objects.exists()
    assert not Sheet.objects.filter(status=SheetStatus.DRAFT).exists()


def test_nothing_to_moderate_within_the_threshold(chair):
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    with pytest.raises(RuleBroken, match="tidak perlu dimoderasi"):
        scenes.moderate(nomination, chair)


@pytest.mark.parametrize("persona", ["assessor_batik", "verifier", "admin_a", "auditor", "officer_a"])
def test_only_the_chair_moderates(persona, request):
    nomination = far_apart()
    with pytest.raises(NotPermitted):
        scenes.moderate(nomination, request.getfixturevalue(persona))


def test_case_5_hidden_from_ordinary_scorers_until_it_is_submitted(chair, client_of):
    nomination = far_apart()
    scorer = lowest(nomination)
    client = client_of(scorer.assessor)
    peers = reverse("peer_sheets", args=[scorer.assignment_id])
    scenes.moderate(nomination, chair, SECRET, submit=False)
    pages = [reverse("assessor_desk"), reverse("score_sheet", args=[scorer.assignment_id]), peers]
    assert all(SECRET not in client.get(url).content.decode() for url in pages)
    report = reverse("discrepancy_report")
    assert client.get(report).status_code == client.get(scenes_url(nomination)).status_code == 404
    scenes.moderate(nomination, chair, SECRET)
    assert SECRET not in client.get(peers).content.decode()  # the stage is not closed yet
    scenes.close(nomination)
    assert SECRET in client.get(peers).content.decode()
    stranger = make_user(Role.ASSESSOR, institution="Balai Asing")
    assert client_of(stranger).get(peers).status_code == 404


def scenes_url(nomination):
    return reverse("moderation", args=[nomination.pk, scenes.stage_of(nomination).pk])


def test_a_draft_of_the_first_round_stays_hidden_after_the_closing(chair, client_of):
    nomination = far_apart()
    scenes.moderate(nomination, chair, SECRET, submit=False)
    scenes.moderate(nomination, chair, "Versi yang dikirim.")
    scenes.close(nomination)
    scorer = lowest(nomination)
    page = client_of(scorer.assessor).get(reverse("peer_sheets", args=[scorer.assignment_id])).content.decode()
    assert "Versi yang dikirim." in page
    assert SECRET not in page


def test_versions_are_append_only(chair):
    moderation = scenes.moderate(far_apart(), chair)
    for attempt in (
        lambda: Moderation.objects.filter(pk=moderation.pk).update(discussion="Lain"),
        moderation.delete,
        lambda: moderation.participants.clear(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_pages_from_the_report_to_the_closing(chair, client_of, post):
    nomination, client = far_apart(), client_of(chair)
    report = client.get(reverse("discrepancy_report")).content.decode()
    assert nomination.title in report
    assert "Belum dimoderasi" in report
    assert "Selisih 71,00" in report
    scores = reverse("nomination_scores", args=[nomination.pk])
    assert scenes_url(nomination) in client.get(scores).content.decode()
    people = [str(pk) for pk in Sheet.objects.values_list("assessor", flat=True)]
    data = {"discussion": "Dibahas bersama.", "participants": people, "decision": "keep"}
    assert post(client, scenes_url(nomination), data | {"decision": ""}).status_code == 422
    assert post(client, scenes_url(nomination), data).status_code == 302
    assert "masih konsep" in client.get(reverse("discrepancy_report")).content.decode()
    assert "Dibahas bersama." in client.get(scenes_url(nomination)).content.decode()
    assert post(client, scenes_url(nomination), data | {"kirim": "1"}).status_code == 302
    assert "Sudah dimoderasi" in client.get(reverse("discrepancy_report")).content.decode()
    stage = scenes.stage_of(nomination)
    assert post(client, reverse("stage_close", args=[nomination.pk]), {"stage": stage.pk}).status_code == 302
    assert StageResult.objects.filter(nomination=nomination).exists()


def test_case_3_who_read_the_report_is_recorded_for_what_it_showed(chair, auditor, client_of):
    nomination, other, hidden = far_apart(), far_apart(), far_apart()
    ConflictDeclaration.objects.create(nomination=hidden, user=chair, has_conflict=True, reason="Keluarga.")
    for person, seen in ((chair, {nomination, other}), (auditor, {nomination, other, hidden})):
        page = client_of(person).get(reverse("discrepancy_report")).content.decode()
        assert lowest(nomination).assessor.name in page
        entries = AuditEntry.objects.filter(action="scoring.scores_viewed", actor_id=person.pk)
        assert sorted(entries.values_list("object_id", flat=True)) == sorted(str(one.pk) for one in seen)


def test_the_report_keeps_a_nomination_while_its_sheets_are_open_again(chair, client_of):
    """Opened by a moderation or directly, it stays with the totals of before until the sheets are sent again."""
    nomination, client = far_apart(), client_of(chair)
    sheet = lowest(nomination)
    scenes.moderate(nomination, chair, decision=ModerationDecision.REVIEW, sheet_ids=[sheet.pk])
    [row] = client.get(reverse("discrepancy_report")).context["rows"]
    assert row["row"].nomination == nomination
    assert (row["row"].spread, row["row"].reopened, row["row"].moderated) == (Decimal(71), True, False)
    page = client.get(reverse("discrepancy_report")).content.decode()
    assert "Sedang ditinjau ulang" in page
    assert "dibuka kembali, belum dikirim lagi" in page
    scenes.submit(sheet.assignment, scenes.full_answers(sheet.stage))
    assert client.get(reverse("discrepancy_report")).context["rows"] == []


def test_sheets_open_again_that_were_close_are_not_in_the_report(chair, client_of):
    nomination = scenes.ovop()
    first, *_others = scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    reopen_sheet(sheet_id=first.pk, reason="Salah isi.", actor=chair)
    other = scenes.assign(nomination, scenes.assessors(1)[0])
    scenes.save(other, scenes.full_answers(scenes.stage_of(nomination), min))
    assert client_of(chair).get(reverse("discrepancy_report")).context["rows"] == []


def test_the_report_shows_nothing_of_a_recused_nomination(chair, client_of):
    nomination = far_apart()
    ConflictDeclaration.objects.create(nomination=nomination, user=chair, has_conflict=True, reason="Keluarga.")
    assert nomination.title not in client_of(chair).get(reverse("discrepancy_report")).content.decode()
