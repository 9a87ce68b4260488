"""Who sees whose scores: by page, by count, by file. Every denial has data that could leak."""

import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from accounts.enums import Role
from core.formats import number_id
from core.models import AuditEntry
from nominations.models import DossierItem
from scoring.enums import Visibility
from scoring.models import Moderation, Sheet, Stage
from scoring.rules import Answer
from scoring.selectors.assignments import with_facts
from scoring.services import assignments, sheets
from tests.factories import add_membership, make_user
from tests.scoring import scenes

pytestmark = pytest.mark.django_db
NOTE = "Catatan rahasia penilai satu"


@pytest.fixture
def visibility() -> Visibility:
    return Visibility.UNTIL_STAGE_CLOSED


@pytest.fixture
def pair(chair: Any, visibility: Visibility) -> SimpleNamespace:
    """A has submitted 87,00 with a note; B has only a draft."""
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    Stage.objects.filter(pk=stage.pk).update(visibility=visibility)
    a, b, c = scenes.assessors(3)
    first = scenes.submit(scenes.assign(nomination, a), lower(stage))
    own = scenes.assign(nomination, b)
    scenes.save(own, {"A1": Answer(first.scores.first().value, "Konsep milik dua")})
    return SimpleNamespace(nomination=nomination, stage=stage, a=a, b=b, c=c, first=first, own=own)


def lower(stage: Stage) -> dict[str, Answer]:
    """The best options but three: 100 − 6 − 4 − 3."""
    low = {code: Answer(Decimal(value), NOTE) for code, value in (("C1", 2), ("C2", 2), ("C8", 1))}
    return scenes.full_answers(stage, note=NOTE) | low


def everything(client: Any, assignment: Any) -> str:
    """All that a scorer can open about a nomination, as one text."""
    names = ("score_sheet", "sheet_submit", "peer_sheets", "declare_interest")
    urls = [reverse(name, args=[assignment.pk]) for name in names] + [reverse("assessor_desk")]
    urls += [f"{reverse('assessor_desk')}?tampil=selesai"]
    return "".join(client.get(url).content.decode() for url in urls)


@pytest.mark.parametrize("visibility", list(Visibility))
def test_case_1_exactly_one_has_submitted(pair, client_of):
    """B sees nothing that depends on A's sheet, A sees nothing of B's draft; under every rule of visibility."""
    mine = everything(client_of(pair.b), pair.own)
    assert "Konsep milik dua" in mine
    for leak in (NOTE, pair.a.name, "87,00"):
        assert leak not in text_of(mine), leak
    assert not re.search(r"(?<!Contoh )\b87\b", text_of(mine)), "the total, other than in a made-up name"
    theirs = everything(client_of(pair.a), pair.first.assignment)
    assert NOTE in theirs
    assert "Konsep milik dua" not in theirs
    assert pair.b.name not in text_of(theirs)


def text_of(html: str) -> str:
    """Without keys and addresses, whose digits mean nothing."""
    return re.sub(r"<[^>]+>", " ", html)


@pytest.mark.parametrize(
    ("visibility", "before", "after"),
    [
        (Visibility.OWN_ONLY, 403, 403),
        (Visibility.UNTIL_STAGE_CLOSED, 403, 200),
        (Visibility.PANEL, 200, 200),
    ],
)
def test_case_2_both_have_submitted(pair, before, after, client_of):
    """Each reads the other's sheet as the stage's rule says: never, once it is closed, or at once."""
    scenes.submit(pair.own)
    url = reverse("peer_sheets", args=[pair.own.pk])
    answer = client_of(pair.b).get(url)
    assert answer.status_code == before
    assert (NOTE in answer.content.decode()) == (before == 200)
    scenes.score_stage(pair.nomination, [scenes.full_answers(pair.stage)])
    scenes.close(pair.nomination, note="Dibahas.")
    answer = client_of(pair.b).get(url)
    assert answer.status_code == after
    assert (NOTE in answer.content.decode()) == (after == 200)


def test_case_2_peers_are_read_only(pair, client_of, post):
    scenes.submit(pair.own)
    scenes.score_stage(pair.nomination, [scenes.full_answers(pair.stage)])
    scenes.close(pair.nomination, note="Dibahas.")
    client = client_of(pair.b)
    assert "<form" not in client.get(reverse("peer_sheets", args=[pair.own.pk])).content.decode().split("<main")[1]
    for name in ("score_sheet", "sheet_submit", "peer_sheets"):
        assert post(client, reverse(name, args=[pair.first.assignment_id])).status_code in (404, 405)
    assert Sheet.objects.get(pk=pair.first.pk).version == pair.first.version


def test_case_2_peer_sheet_of_a_removed_scorer_is_gone(pair, client_of, verifier, chair):
    scenes.submit(pair.own)
    scenes.score_stage(pair.nomination, [scenes.full_answers(pair.stage)] * 2)
    sheets.reopen_sheet(sheet_id=pair.first.pk, reason="Diganti.", actor=chair)
    assignments.remove_assignment(assignment_id=pair.first.assignment_id, reason="Diganti.", actor=verifier)
    scenes.close(pair.nomination)
    page = client_of(pair.b).get(reverse("peer_sheets", args=[pair.own.pk])).content.decode()
    assert NOTE not in page
    assert pair.a.name not in page


@pytest.mark.parametrize("persona", ["chair", "admin_a", "auditor"])
def test_case_3_oversight_sees_at_any_time_and_it_is_logged(pair, persona, request, client_of):
    person = request.getfixturevalue(persona)
    page = client_of(person).get(reverse("nomination_scores", args=[pair.nomination.pk]))
    assert page.status_code == 200
    assert NOTE in page.content.decode()
    assert "Konsep milik dua" in page.content.decode()
    entry = AuditEntry.objects.get(action="scoring.scores_viewed")
    assert (entry.actor_id, entry.object_id) == (person.pk, str(pair.nomination.pk))


@pytest.mark.parametrize("persona", ["verifier", "officer_a", "province", "juror", "assessor_other"])
def test_scores_are_closed_to_everybody_else(pair, persona, request, client_of):
    client = client_of(request.getfixturevalue(persona))
    for name in ("nomination_scores", "nomination_history"):
        assert client.get(reverse(name, args=[pair.nomination.pk])).status_code == 404
    assert not AuditEntry.objects.filter(action="scoring.scores_viewed").exists()
    for name in ("score_sheet", "peer_sheets", "sheet_submit", "declare_interest"):
        assert client.get(reverse(name, args=[pair.own.pk])).status_code == 404


def test_board_shows_the_verifier_progress_but_no_score(pair, verifier, chair, client_of):
    scenes.submit(pair.own)
    shown = text_of(client_of(verifier).get(reverse("stage_board")).content.decode())
    assert "2/3" in shown
    assert "13,00" not in shown
    assert "13,00" in text_of(client_of(chair).get(reverse("stage_board")).content.decode())


@pytest.mark.parametrize("persona", ["officer_a", "province"])
def test_region_reads_no_scores_and_no_scorer_on_its_own_nomination(pair, persona, request, client_of):
    scenes.submit(pair.own)
    scenes.score_stage(pair.nomination, [scenes.full_answers(pair.stage, min)])
    result = scenes.close(pair.nomination, note="Catatan moderasi rahasia")
    assert Moderation.objects.get().discussion == "Catatan moderasi rahasia"
    client = client_of(request.getfixturevalue(persona))
    page = client.get(reverse("nomination_detail", args=[pair.nomination.pk]))
    assert page.status_code == 200
    for leak in (NOTE, pair.a.name, "pleno", "Catatan moderasi", number_id(result.score, 2)):
        assert leak not in text_of(page.content.decode())


def test_case_11_and_12_after_a_conflict_the_nomination_is_met_nowhere(pair, client_of, post):
    client = client_of(pair.b)
    document = pair.nomination.snapshots.latest("number").data["documents"][0]["item_id"]
    file_url = reverse("sheet_document", args=[pair.own.pk, document])
    assert client.get(file_url).status_code == 200
    answer = post(
        client, reverse("declare_interest", args=[pair.own.pk]), {"conflict": "yes", "reason": "Pernah membina."}
    )
    assert answer.status_code == 302
    for name in ("declare_interest", "score_sheet", "sheet_submit", "peer_sheets", "field_visit", "visit_submit"):
        url = reverse(name, args=[pair.own.pk])
        assert client.get(url).status_code == 404, name
        assert post(client, url, {"conflict": "no", "version": 1}).status_code in (404, 405), name
    assert client.get(file_url).status_code == 404
    for query in ("", "?tampil=selesai"):
        desk = client.get(reverse("assessor_desk") + query).content.decode()
        assert pair.nomination.title not in desk
        assert pair.nomination.reference not in desk


def test_removed_scorer_meets_the_nomination_nowhere(pair, verifier, client_of):
    assignments.remove_assignment(assignment_id=pair.own.pk, reason="Diganti.", actor=verifier)
    client = client_of(pair.b)
    assert client.get(reverse("score_sheet", args=[pair.own.pk])).status_code == 404
    assert pair.nomination.title not in client.get(reverse("assessor_desk")).content.decode()


def test_before_the_declaration_only_title_region_and_category(client_of, assessor_batik):
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, assessor_batik, declare=False)
    scenes.state(nomination, assessor_batik)
    client = client_of(assessor_batik)
    answer = client.get(reverse("score_sheet", args=[assignment.pk]))
    assert answer["Location"] == reverse("declare_interest", args=[assignment.pk])
    page = client.get(answer["Location"]).content.decode()
    assert nomination.title in page
    assert "Keterangan lengkap." not in page
    document = nomination.snapshots.latest("number").data["documents"][0]["item_id"]
    assert client.get(reverse("sheet_document", args=[assignment.pk, document])).status_code == 403
    assert client.get(reverse("sheet_submit", args=[assignment.pk])).status_code == 403
    assert client.get(reverse("peer_sheets", args=[assignment.pk])).status_code == 403


def test_files_of_another_nomination_are_not_reached_through_ones_own(pair, client_of):
    other = scenes.ovop()
    foreign = DossierItem.objects.filter(nomination=other).first()
    client = client_of(pair.b)
    assert client.get(reverse("sheet_document", args=[pair.own.pk, foreign.pk])).status_code == 404
    replaced = pair.nomination.items.filter(requirement__stage="penilaian").get()
    assert client.get(reverse("sheet_document", args=[pair.own.pk, replaced.pk])).status_code == 200


def test_papers_with_identity_numbers_are_named_but_not_opened(pair, client_of):
    client = client_of(pair.b)
    page = client.get(reverse("score_sheet", args=[pair.own.pk])).content.decode()
    for code, status in (("D04", 200), ("D05", 404), ("D06", 404)):
        item = pair.nomination.items.get(requirement__code=code)
        url = reverse("sheet_document", args=[pair.own.pk, item.pk])
        assert client.get(url).status_code == status
        assert (url in page) == (status == 200)
        assert item.requirement.label in page


def test_scorers_judge_the_snapshot_not_the_live_row(pair, client_of):
    pair.nomination.answers.update(text="Diubah setelah diajukan")
    page = client_of(pair.b).get(reverse("score_sheet", args=[pair.own.pk])).content.decode()
    assert "Diubah setelah diajukan" not in page
    assert "Keterangan lengkap." in page


def test_running_total_of_a_peer_does_not_reach_the_own_page(pair, client_of):
    """Case 22: what the page shows is the own saved sheet, and equals the stored total after submission."""
    client = client_of(pair.b)
    url = reverse("score_sheet", args=[pair.own.pk])
    assert client.get(url).context["total"]["value"] == 3
    scenes.submit(pair.own)
    assert client.get(url).context["total"]["value"] == Sheet.objects.get(assignment=pair.own).total == 100


@pytest.mark.parametrize("visibility", [Visibility.PANEL])
def test_reopened_sheet_counts_as_a_draft_again(pair, chair, client_of):
    scenes.submit(pair.own)
    sheets.reopen_sheet(sheet_id=pair.first.pk, reason="Periksa lagi.", actor=chair)
    page = client_of(pair.b).get(reverse("peer_sheets", args=[pair.own.pk])).content.decode()
    assert NOTE not in page
    sheets.reopen_sheet(sheet_id=pair.own.sheet.pk, reason="Periksa lagi.", actor=chair)
    assert client_of(pair.b).get(reverse("peer_sheets", args=[pair.own.pk])).status_code == 403


def test_own_sheet_stays_readable_after_the_stage(client_of):
    nomination = scenes.ovop_in_plenary()
    assignment = with_facts(nomination.assignments.all()).first()
    page = client_of(assignment.assessor).get(reverse("score_sheet", args=[assignment.pk]))
    assert page.status_code == 200
    assert "disabled" in page.content.decode()
    assert client_of(make_user(None)).get(reverse("score_sheet", args=[assignment.pk])).status_code == 404


@pytest.mark.parametrize("persona", ["chair", "auditor"])
def test_reason_of_a_conflict_is_read_by_oversight_only(pair, persona, request, client_of, verifier):
    assignments.declare_interest(
        nomination_id=pair.nomination.pk, has_conflict=True, reason="Ipar pemilik usaha", actor=pair.b
    )
    url = reverse("nomination_history", args=[pair.nomination.pk])
    assert "Ipar pemilik usaha" in client_of(request.getfixturevalue(persona)).get(url).content.decode()
    assert "Ipar pemilik" not in client_of(verifier).get(reverse("assign", args=[pair.nomination.pk])).content.decode()


def test_chair_reads_whether_the_history_is_whole(pair, chair, client_of):
    page = client_of(chair).get(reverse("nomination_history", args=[pair.nomination.pk])).content.decode()
    assert page.count("Segel riwayat diperiksa: utuh.") == 2


# One person in two roles


def test_chair_who_scores_as_well_gives_the_own_sheet_first(pair, chair, client_of, post):
    add_membership(chair, Role.ASSESSOR)
    own = scenes.assign(pair.nomination, chair)
    scenes.submit(pair.own)
    client, url = client_of(chair), reverse("nomination_scores", args=[pair.nomination.pk])
    assert client.get(url).status_code == 403
    assert "13,00" not in text_of(client.get(reverse("stage_board")).content.decode())
    assert post(client, reverse("stage_close", args=[pair.nomination.pk]), {"stage": pair.stage.pk}).status_code == 403
    scenes.submit(own)
    assert client.get(url).status_code == 200
    assert "13,00" in text_of(client.get(reverse("stage_board")).content.decode())


def test_chair_with_a_conflict_as_a_scorer_meets_the_nomination_in_no_list(pair, chair, client_of, post):
    add_membership(chair, Role.ASSESSOR)
    scenes.assign(pair.nomination, chair, declare=False)
    assignments.declare_interest(nomination_id=pair.nomination.pk, has_conflict=True, reason="Keluarga.", actor=chair)
    client = client_of(chair)
    for name in ("nomination_scores", "nomination_history"):
        assert client.get(reverse(name, args=[pair.nomination.pk])).status_code == 404
    assert client.get(reverse("assign", args=[pair.nomination.pk])).status_code == 404
    for name in ("stage_board", "assignment_list"):
        assert pair.nomination.title not in client.get(reverse(name)).content.decode()
    reopen = reverse("sheet_reopen", args=[pair.first.pk])
    assert post(client, reopen, {"reason": "Alasan."}).status_code == 404
    assert post(client, reverse("stage_close", args=[pair.nomination.pk]), {"stage": pair.stage.pk}).status_code == 404
