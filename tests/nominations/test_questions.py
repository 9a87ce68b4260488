"""Questions and answers: who may write, whose turn it is, who is told, and who never reads them."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notice
from core.errors import NotPermitted, RuleBroken
from core.models import AuditEntry
from nominations import policies
from nominations.enums import Side, Status
from nominations.models import Nomination, ProvinceComment, Question, QuestionMessage
from nominations.services.province import write_comment
from nominations.services.questions import answer_question, ask_question, close_question
from tests import factories
from tests.factories import HOME, OTHER
from tests.nominations import scenes
from tests.permissions import PERSONAS, people_of

pytestmark = pytest.mark.django_db
SECRET = "Apakah tanda terima halal berlaku?"


@pytest.fixture
def nomination(officer_a: Any) -> Nomination:
    return scenes.bare(Status.DRAFT, title="Batik Kauman")


@pytest.fixture
def question(nomination: Nomination, officer_a: Any) -> Question:
    return ask_question(nomination=nomination, about="D03", body=SECRET, actor=officer_a)


def told() -> set[str]:
    return {notice.user.name for notice in Notice.objects.select_related("user")}


def test_a_question_waits_for_the_other_side_and_that_side_is_told(officer_a, verifier, admin_a, auditor, nomination):
    colleague = factories.make_user(Role.DISTRICT_OFFICER, region=HOME, name="Rekan")
    question = ask_question(nomination=nomination, about="", body=SECRET, actor=officer_a)
    assert question.waits_for == Side.SECRETARIAT
    assert told() == {verifier.name, admin_a.name}
    assert not Notice.objects.filter(text__contains="halal").exists(), "the words stay in the portal"
    Notice.objects.all().delete()
    answer_question(question_id=question.pk, body="Berlaku.", actor=verifier)
    question.refresh_from_db()
    assert question.waits_for == Side.DISTRICT
    assert told() == {officer_a.name, colleague.name}
    assert AuditEntry.objects.filter(action__startswith="nomination.question").count() == 2


def test_a_message_keeps_what_its_author_was(officer_a, verifier, question):
    answer_question(question_id=question.pk, body="Berlaku.", actor=verifier)
    officer_a.memberships.update(region=OTHER)
    first, second = QuestionMessage.objects.order_by("pk")
    assert (first.author_label, first.region_id) == ("Petugas kabupaten/kota – Kota Pekalongan, Jawa Tengah", HOME)
    assert (second.author_label, second.region_id) == ("Verifikator Sekretariat", None)


@pytest.mark.parametrize("statement", ["UPDATE {} SET body = 'lain'", "DELETE FROM {}"])
@pytest.mark.parametrize("model", [QuestionMessage, ProvinceComment])
def test_what_was_said_cannot_be_changed(question, nomination, province, statement, model):
    write_comment(nomination=nomination, body="Lengkapi.", actor=province)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(model._meta.db_table))
    assert model.objects.exists()


def test_a_region_reads_the_duty_of_the_sekretariat_and_not_the_name(officer_a, verifier, auditor, question, client_of):
    answer_question(question_id=question.pk, body="Berlaku.", actor=verifier)
    url = reverse("question_detail", args=[question.nomination_id, question.pk])
    page = client_of(officer_a).get(url).content.decode()
    assert "Verifikator Sekretariat" in page
    assert f"{verifier.name}, " not in page
    assert f"{verifier.name}, Verifikator" in client_of(auditor).get(url).content.decode()


def test_the_sekretariat_closes_and_then_nobody_writes(officer_a, verifier, question, client_of, post):
    with pytest.raises(NotPermitted, match="Hanya Sekretariat"):
        close_question(question_id=question.pk, actor=officer_a)
    close_question(question_id=question.pk, actor=verifier)
    with pytest.raises(NotPermitted, match="sudah selesai"):
        answer_question(question_id=question.pk, body="Lagi.", actor=officer_a)
    url = reverse("question_detail", args=[question.nomination_id, question.pk])
    assert post(client_of(officer_a), url, {"body": "Lagi."}).status_code == 403
    assert "Selesai" in client_of(officer_a).get(url).content.decode()
    assert question.messages.count() == 1


def test_empty_and_blank_messages_are_refused(officer_a, nomination, question, client_of, post):
    with pytest.raises(RuleBroken):
        ask_question(nomination=nomination, about="", body="  ", actor=officer_a)
    url = reverse("question_list", args=[nomination.pk])
    assert post(client_of(officer_a), url, {"body": " \n "}).status_code == 422
    assert post(client_of(officer_a), url, {"body": "x" * 2001}).status_code == 422
    assert post(client_of(officer_a), url, {"body": "Sah?", "about": "D99"}).status_code == 422
    assert Question.objects.count() == 1


def test_a_question_may_be_about_a_document_or_a_section(officer_a, nomination, client_of, post):
    url = reverse("question_list", args=[nomination.pk])
    for about in ("D01", "documents", ""):
        assert post(client_of(officer_a), url, {"body": "Bagaimana?", "about": about}).status_code == 302
    page = client_of(officer_a).get(url).content.decode()
    assert "Dokumen D01" in page
    assert list(Question.objects.order_by("pk").values_list("about", flat=True)) == ["D01", "documents", ""]


def test_a_question_is_found_under_its_own_nomination_only(officer_a, verifier, question, client_of, post):
    other = scenes.bare(Status.DRAFT)
    for name in ("question_detail", "question_close"):
        url = reverse(name, args=[other.pk, question.pk])
        assert post(client_of(verifier), url, {"body": "Ya."}).status_code == 404
    question.refresh_from_db()
    assert (question.closed_at, question.messages.count()) == (None, 1)


# Whose turn it is


def test_home_and_queue_show_what_waits_the_oldest_first(officer_a, officer_b, verifier, province, client_of):
    mine, theirs = scenes.bare(Status.DRAFT, title="Batik A"), scenes.bare(Status.DRAFT, OTHER, title="Rahasia B")
    first = ask_question(nomination=mine, about="", body="Satu?", actor=officer_a)
    ask_question(nomination=theirs, about="", body="Dua?", actor=officer_b)
    answered = ask_question(nomination=theirs, about="", body="Tiga?", actor=officer_b)
    answer_question(question_id=answered.pk, body="Ya.", actor=verifier)
    page = client_of(verifier).get(reverse("question_queue"))
    assert [row["question"].pk for row in page.context["rows"]] == [first.pk, first.pk + 1]
    assert waiting_card(client_of(verifier)).count == 2
    assert waiting_card(client_of(officer_b)).count == 1
    assert waiting_card(client_of(officer_a)) is None
    assert "Rahasia" not in client_of(officer_a).get(reverse("question_queue")).content.decode()
    close_question(question_id=answered.pk, actor=verifier)
    assert waiting_card(client_of(officer_b)) is None
    assert waiting_card(client_of(province)) is None, "it only reads"


def waiting_card(client: Any) -> Any:
    cards = [card for section in client.get("/beranda/").context["sections"] for card in section.cards]
    return next((card for card in cards if card.title == "Menunggu jawaban"), None)


# Who reads


@pytest.mark.parametrize("status", [Status.DRAFT, Status.ELIGIBLE, Status.IN_PLENARY])
def test_the_twins_agree_and_scorers_and_chair_read_nothing(status, request, officer_a):
    rows = [scenes.bare(status), scenes.bare(status, OTHER)]
    for row in rows:
        ask_question(nomination=row, about="", body=SECRET, actor=factories.officer_of(row.region_id))
    seen = {}
    for persona, user in people_of(request, {k: v for k, v in PERSONAS.items() if v}).items():
        by_policy = {row.pk for row in rows if policies.can_read_correspondence(user, row)}
        assert set(Question.objects.visible_to(user).values_list("nomination", flat=True)) == by_policy, persona
        seen[persona] = len(by_policy)
    assert {persona for persona, number in seen.items() if number == 0} == {"assessor", "juror", "chair"}
    assert {persona for persona, number in seen.items() if number == 2} == {"verifier", "admin", "auditor"}


def test_the_chair_finds_no_trace_of_it_on_the_dossier(officer_a, verifier, chair, province, client_of):
    nomination = scenes.bare(Status.ELIGIBLE)
    scenes.add_entries([nomination], factories.make_product())
    ask_question(nomination=nomination, about="", body=SECRET, actor=officer_a)
    write_comment(nomination=nomination, body="Rahasia provinsi", actor=province)
    url = reverse("nomination_detail", args=[nomination.pk])
    page = client_of(chair).get(url).content.decode()
    assert "Tanya jawab" not in page
    assert "Catatan provinsi" not in page
    assert "1 belum selesai" in client_of(verifier).get(url).content.decode()


@pytest.mark.parametrize("size", [1, 10, 60])
def test_list_and_queue_cost_the_same_whatever_their_length(size, nomination, verifier, officer_a, client_of):
    for _number in range(size):
        ask_question(nomination=nomination, about="", body=SECRET, actor=officer_a)
    client = client_of(verifier)
    assert cost(client, reverse("question_list", args=[nomination.pk])) == 8
    assert cost(client, reverse("question_queue")) == 7


def cost(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
