"""The scorer's pages over HTTP: save, receipt, refusals that lose nothing, and the way to the locked sheet."""

import secrets
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts.enums import Role
from core.models import OutboxMail
from nominations.enums import Status
from scoring.enums import SheetStatus
from scoring.models import Assignment, ConflictDeclaration, Score, Sheet, SheetEvent
from scoring.rules import Answer
from scoring.services import assignments, stages
from tests.factories import make_user, someone
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(assessor_batik: Any, client_of: Any) -> SimpleNamespace:
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, assessor_batik)
    return SimpleNamespace(
        nomination=nomination,
        stage=scenes.stage_of(nomination),
        assignment=assignment,
        client=client_of(assessor_batik),
        sheet=reverse("score_sheet", args=[assignment.pk]),
        submit=reverse("sheet_submit", args=[assignment.pk]),
    )


def typed(stage: Any, pick: Any = max, *, version: int = 0, **changes: Any) -> dict[str, Any]:
    """A complete form."""
    answers = scenes.full_answers(stage, pick)
    data: dict[str, Any] = {"version": version}
    for code, answer in answers.items():
        data |= {f"value_{code}": f"{answer.value.normalize():f}", f"note_{code}": answer.note}
    return data | changes


def test_from_the_desk_to_the_locked_sheet(desk, post):
    assert desk.sheet in desk.client.get(reverse("assessor_desk")).content.decode()
    answer = post(desk.client, desk.sheet, typed(desk.stage))
    assert answer["Location"] == desk.sheet
    page = desk.client.get(desk.sheet)
    assert "versi 1" in page.context["receipt"]
    assert page.context["total"]["value"] == Decimal(100)
    changed = typed(desk.stage, version=1, next="kirim", note_A1="Dilengkapi.")
    assert post(desk.client, desk.sheet, changed)["Location"] == desk.submit
    assert desk.client.get(desk.submit).context["gaps"] == []
    assert post(desk.client, desk.submit, {"version": 2})["Location"] == desk.sheet
    assert Sheet.objects.get().status == SheetStatus.SUBMITTED
    assert desk.sheet not in desk.client.get(reverse("assessor_desk")).content.decode()
    assert desk.sheet in desk.client.get(reverse("assessor_desk") + "?tampil=selesai").content.decode()


def test_receipt_names_time_and_version_as_stored(desk, post):
    post(desk.client, desk.sheet, {"version": 0, "value_A1": "2"})
    sheet = Sheet.objects.get()
    minute = sheet.saved_at.astimezone(ZoneInfo("Asia/Jakarta")).strftime("%H.%M")
    assert f"Tersimpan {minute} WIB, versi 1" in desk.client.get(desk.sheet).content.decode()


def test_guidance_is_that_of_the_commodity(desk):
    page = desk.client.get(desk.sheet).content.decode()
    assert "Ketajaman motif dan tembus dua sisi." in page
    assert "Ketebalan, kehalusan, cacat." not in page


def test_scale_sheet_has_half_points(client_of):
    nomination = scenes.upakarti()
    assignment = scenes.assign(nomination, scenes.assessors(1)[0])
    page = client_of(assignment.assessor).get(reverse("score_sheet", args=[assignment.pk]))
    options = page.context["sections"][0]["questions"][0]["options"]
    assert [option["value"] for option in options] == ["0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5", "5"]
    assert options[1]["label"] == "0,5"


@pytest.mark.parametrize(
    "changes", [{"value_A1": "9"}, {"value_A1": "abc"}, {"note_A1": "x" * 1001}, {"version": ""}, {"version": "-1"}]
)
def test_case_17_wrong_input_keeps_what_was_typed(desk, post, changes):
    answer = post(desk.client, desk.sheet, typed(desk.stage, note_A2="Tulisan panjang saya") | changes)
    assert answer.status_code == 422
    assert "Tulisan panjang saya" in answer.content.decode()
    assert not Sheet.objects.exists()


def test_case_25_stale_save_shows_the_difference_and_keeps_the_text(desk, post):
    scenes.save(desk.assignment, {"A1": Answer(Decimal(1), "Dari gawai lain")})
    answer = post(desk.client, desk.sheet, typed(desk.stage, version=0, note_A1="Dari gawai ini"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Dari gawai lain" in page
    assert "Dari gawai ini" in page
    difference = {"code": "A1", "stored": "1 (Dari gawai lain)", "typed": "3 (Dari gawai ini)"}
    assert difference in answer.context["differences"]
    assert 'name="version" value="1"' in page
    assert post(desk.client, desk.sheet, typed(desk.stage, version=1, note_A1="Dari gawai ini")).status_code == 302
    assert SheetEvent.objects.count() == 2


def test_an_invalid_form_does_not_skip_the_version_check(desk, post):
    scenes.save(desk.assignment, {"A1": Answer(Decimal(1))})
    answer = post(desk.client, desk.sheet, typed(desk.stage, version=0, value_A1="9"))
    assert 'name="version" value="0"' in answer.content.decode()


def test_case_24_the_same_post_twice_arrives_once(desk, post):
    """The line drops after the server has stored the score: the second try gives the first answer."""
    key, data = secrets.token_urlsafe(24), typed(desk.stage)
    first, second = (post(desk.client, desk.sheet, data, key=key) for _try in range(2))
    assert first["Location"] == second["Location"]
    assert (Sheet.objects.get().version, SheetEvent.objects.count()) == (1, 1)
    assert post(desk.client, desk.sheet, data | {"value_A1": "1"}, key=key).status_code == 409
    assert Score.objects.get(indicator__code="A1").value == 3


def test_case_24_a_locked_sheet_refuses_the_late_score_and_keeps_the_text(desk, post):
    scenes.submit(desk.assignment)
    answer = post(desk.client, desk.sheet, typed(desk.stage, min, version=1, note_A1="Ditulis tanpa jaringan"))
    assert answer.status_code == 403
    assert "Ditulis tanpa jaringan" in answer.content.decode()
    assert "terkunci" in answer.content.decode()
    assert Sheet.objects.get().total == 100


def test_case_27_stage_closed_while_the_page_was_open(desk, post, chair):
    scenes.submit(desk.assignment)
    scenes.score_stage(desk.nomination, [scenes.full_answers(desk.stage)] * 2)
    scenes.close(desk.nomination)
    before = list(Score.objects.order_by("pk").values())
    answer = post(desk.client, desk.sheet, typed(desk.stage, min, version=2, note_A1="Terlambat menyimpan"))
    assert answer.status_code == 403
    assert "Terlambat menyimpan" in answer.content.decode()
    assert post(desk.client, desk.submit, {"version": 2}).status_code == 403
    assert list(Score.objects.order_by("pk").values()) == before


def test_case_16_submit_page_names_and_links_every_gap(client_of, post):
    nomination = scenes.upakarti()
    assignment = scenes.assign(nomination, scenes.assessors(1)[0])
    answers = scenes.even_answers(scenes.stage_of(nomination), "4")
    answers |= {"A2": Answer(None), "A5": Answer(Decimal(5), "")}
    scenes.save(assignment, answers)
    client, url = client_of(assignment.assessor), reverse("sheet_submit", args=[assignment.pk])
    page = client.get(url)
    assert [gap["url"] for gap in page.context["gaps"]] == ["#value_A2", "#note_A5"]
    assert post(client, url, {"version": 1}).status_code == 422
    assert Sheet.objects.get().status == SheetStatus.DRAFT


def test_submit_of_an_older_version(desk, post):
    scenes.save(desk.assignment)
    scenes.save(desk.assignment, {}, version=1)
    assert post(desk.client, desk.submit, {"version": 1}).status_code == 409


def test_extra_fields_change_nothing(desk, post):
    extra = {"status": "submitted", "total": "100", "assessor": "1", "stage": "9", "id": "7", "instrument": "1"}
    post(desk.client, desk.sheet, {"version": 0, "value_A1": "2", **extra})
    sheet = Sheet.objects.get()
    assert (sheet.status, sheet.total, sheet.assessor_id) == ("draft", None, desk.assignment.assessor_id)


def test_hostile_text_is_escaped(desk, post, chair, client_of):
    attack = '"><svg/onload=alert(1)>{{7*7}}'
    post(desk.client, desk.sheet, typed(desk.stage, note_A1=attack))
    for client, url in (
        (desk.client, desk.sheet),
        (desk.client, desk.submit),
        (client_of(chair), reverse("nomination_scores", args=[desk.nomination.pk])),
    ):
        page = client.get(url).content.decode()
        assert "<svg/onload" not in page
        assert "{{7*7}}" in page


# Declarations


def test_declaration_page(client_of, post, chair, assessor_batik):
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, assessor_batik, declare=False)
    client, url = client_of(assessor_batik), reverse("declare_interest", args=[assignment.pk])
    assert url in client.get(reverse("assessor_desk")).content.decode()
    scenes.state(nomination, assessor_batik)
    assert post(client, url, {}).status_code == 422
    refused = post(client, url, {"conflict": "yes", "reason": ""})
    assert refused.status_code == 422
    assert "Jelaskan benturan" in refused.content.decode()
    answer = post(client, url, {"conflict": "no", "reason": ""})
    assert answer["Location"] == reverse("score_sheet", args=[assignment.pk])
    assert not ConflictDeclaration.objects.get().has_conflict
    answer = post(client, url, {"conflict": "yes", "reason": "Baru saya ketahui."})
    assert answer["Location"] == reverse("assessor_desk")
    assert OutboxMail.objects.filter(to=chair.email).count() == 1


def test_a_sheet_that_is_sent_without_a_declaration_leads_there_and_stores_nothing(client_of, post, assessor_batik):
    assignment = scenes.assign(scenes.ovop(), assessor_batik, declare=False)
    answer = post(
        client_of(assessor_batik), reverse("score_sheet", args=[assignment.pk]), {"version": 0, "value_A1": "1"}
    )
    assert answer["Location"] == reverse("declare_interest", args=[assignment.pk])
    assert not Sheet.objects.exists()


def test_desk_states(client_of):
    """One row per state, in words."""
    person = scenes.assessors(1)[0]
    waiting = scenes.assign(scenes.ovop(Status.ELIGIBLE, sample=False), person)
    fresh = scenes.assign(scenes.ovop(), person, declare=False)
    begun = scenes.assign(scenes.ovop(), person)
    scenes.save(begun, {})
    untouched = scenes.assign(scenes.ovop(), person)
    later = scenes.upakarti()
    after = scenes.assign(later, person, scenes.stage_of(later, "pembuktian_lapangan"))
    sent = scenes.assign(scenes.ovop(), person)
    scenes.submit(sent)
    client = client_of(person)
    rows = {row["assignment"].pk: row["state"]["label"] for row in client.get(reverse("assessor_desk")).context["rows"]}
    assert rows == {
        waiting.pk: "Menunggu penilaian dibuka",
        fresh.pk: "Perlu pernyataan",
        begun.pk: "Sedang diisi",
        untouched.pk: "Belum dinilai",
        after.pk: "Menunggu tahap sebelumnya",
    }
    done = client.get(reverse("assessor_desk") + "?tampil=selesai").context["rows"]
    assert [(row["assignment"].pk, row["state"]["label"]) for row in done] == [(sent.pk, "Nilai terkirim")]


# The chair's and the secretariat's pages


def test_chair_closes_from_the_page_after_a_moderation(desk, post, client_of, chair):
    scenes.submit(desk.assignment)
    scenes.score_stage(desk.nomination, [scenes.full_answers(desk.stage, pick) for pick in (max, min)])
    client, page = client_of(chair), reverse("nomination_scores", args=[desk.nomination.pk])
    assert client.get(page).context["closing"]["discrepant"]
    close, data = reverse("stage_close", args=[desk.nomination.pk]), {"stage": desk.stage.pk}
    refused = post(client, close, data)
    assert refused.status_code == 422
    assert "Selisih nilai" in refused.content.decode()
    scenes.moderate(desk.nomination, chair)
    assert post(client, close, data)["Location"] == page
    shown = client.get(page).content.decode()
    assert "Lanjutkan tanpa tahap ini" in shown
    optional = {"stage": scenes.stage_of(desk.nomination, "lapangan").pk}
    skip = reverse("stage_skip", args=[desk.nomination.pk])
    assert post(client, skip, optional | {"reason": " "}).status_code == 422
    assert post(client, skip, optional | {"reason": "Sentra dikenal panel."})["Location"] == page
    assert "Sentra dikenal panel." in client.get(page).content.decode()
    desk.nomination.refresh_from_db()
    assert desk.nomination.status == Status.IN_PLENARY


def test_chair_reopens_from_the_page(post, client_of, chair):
    nomination = scenes.ovop_in_plenary()
    stage, client = scenes.stage_of(nomination), client_of(chair)
    url = reverse("stage_reopen", args=[nomination.pk])
    assert post(client, url, {"stage": stage.pk, "reason": ""}).status_code == 422
    for stage_id in ("x", "²", "9" * 10, "9" * 5000, "1\x00"):
        assert post(client, url, {"stage": stage_id, "reason": "Berkas baru."}).status_code == 422
    assert post(client, url, {"stage": stage.pk, "reason": "Berkas baru."}).status_code == 302
    page = client.get(reverse("nomination_history", args=[nomination.pk])).content.decode()
    assert "Berkas baru. (nilai sebelumnya 100,00)" in page
    sheet = Sheet.objects.first()
    reopen = reverse("sheet_reopen", args=[sheet.pk])
    for reason in ("", "\x00\u200b", "r" * 1001):
        assert post(client, reopen, {"reason": reason}).status_code == 422
    assert post(client, reopen, {"reason": "Nilai\x00 tertukar."}).status_code == 302
    assert Sheet.objects.get(pk=sheet.pk).status == SheetStatus.DRAFT


def test_secretariat_opens_and_assigns_from_one_page(post, client_of, verifier, assessor_batik, assessor_other):
    nomination = scenes.ovop(Status.ELIGIBLE, sample=False)
    client, page = client_of(verifier), reverse("assign", args=[nomination.pk])
    shown = client.get(page).content.decode()
    assert "Buka penilaian" in shown
    assert reverse("nomination_documents", args=[nomination.pk]) in shown  # the sample's receipt is missing
    assert "Keahlian komoditasnya tidak sesuai" in shown
    stage = scenes.stage_of(nomination)
    data = {"stage": stage.pk, "assessor": assessor_batik.pk, "kode": stage.code}
    assert post(client, page, data)["Location"] == f"{page}?tahap=penilaian"
    assert post(client, page, data).status_code == 422
    refused = post(client, page, data | {"assessor": assessor_other.pk})
    assert refused.status_code == 422
    assert "komoditas" in refused.content.decode()
    assert post(client, reverse("assessment_open", args=[nomination.pk]))["Location"] == page
    assignment = Assignment.objects.get()
    remove = reverse("assignment_remove", args=[assignment.pk])
    for reason in ("", "\x00", "r" * 251):
        assert post(client, remove, {"reason": reason}).status_code == 422
    assert post(client, remove, {"reason": "Cuti.\x00"}).status_code == 302
    assert "Cuti." in client.get(page).content.decode()


@pytest.mark.parametrize(
    "query", ["periode=abc", "periode=99999999999999999999", "tahap=%27%22", "tahap=%00", "after=x", "siap=9"]
)
def test_board_survives_any_filter(query, client_of, chair):
    scenes.ovop()
    assert client_of(chair).get(f"{reverse('stage_board')}?{query}").status_code == 200


def test_board_filters(client_of, chair):
    ovop, upakarti = scenes.ovop(), scenes.upakarti()
    scenes.score_stage(ovop, [scenes.full_answers(scenes.stage_of(ovop))] * 3)

    def shown(query: str) -> set[int]:
        return {row["nomination"].pk for row in client_of(chair).get(reverse("stage_board") + query).context["rows"]}

    assert shown("") == {ovop.pk, upakarti.pk}
    assert shown(f"?periode={ovop.period_id}") == {ovop.pk}
    assert shown("?tahap=substansi") == {upakarti.pk}
    assert shown("?siap=1") == {ovop.pk}


def test_board_state_words(client_of, chair):
    short, running, ready, apart = (scenes.ovop() for _ in range(4))
    best = scenes.full_answers(scenes.stage_of(short))
    scenes.score_stage(short, [best])
    scenes.score_stage(running, [best] * 3)
    scenes.assign(running, make_user(Role.ASSESSOR))
    scenes.score_stage(ready, [best] * 3)
    scenes.score_stage(apart, [best, best, scenes.full_answers(scenes.stage_of(short), min)])
    rows = client_of(chair).get(reverse("stage_board")).context["rows"]
    assert {row["nomination"].pk: row["state"]["label"] for row in rows} == {
        short.pk: "Penilai belum cukup",
        running.pk: "Berjalan",
        ready.pk: "Siap ditutup",
        apart.pk: "Perlu moderasi",
    }


def test_coverage_is_visible_after_a_conflict(client_of, verifier, assessor_batik):
    """Case 11: the shortage shows at once on the assignment list."""
    nomination = scenes.ovop()
    for person in [assessor_batik, *scenes.assessors(2)]:
        scenes.assign(nomination, person)
    url = f"{reverse('assignment_list')}?tampil=kurang"
    assert nomination.title not in client_of(verifier).get(url).content.decode()
    assignments.declare_interest(
        nomination_id=nomination.pk, has_conflict=True, reason="Keluarga.", actor=assessor_batik
    )
    assert nomination.title in client_of(verifier).get(url).content.decode()


def test_closing_needs_the_stage_that_the_page_showed(post, client_of, chair):
    """A double click, or two chairs: the second closing meets another stage and is refused."""
    nomination = scenes.upakarti()
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.even_answers(stage, "4")] * 2)
    url = reverse("stage_close", args=[nomination.pk])
    assert post(client_of(chair), url, {"stage": stage.pk}).status_code == 302
    assert post(client_of(chair), url, {"stage": stage.pk}).status_code == 403
    assert stages.results_of(nomination)[-1].stage_id == stage.pk
    assert someone(Role.PANEL_CHAIR) == chair
