"""The save behind the typing: true receipts, plain refusals, no page and no redirect."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry, OneTimeKey
from nominations.enums import Status, Topic, WindowKind
from nominations.models import Nomination
from nominations.selectors.dossiers import answer_of, texts_of
from nominations.services import drafting, submission
from tests import factories
from tests.accounts.clock import after
from tests.nominations import scenes
from tests.nominations.permissions import SECRETS

pytestmark = pytest.mark.django_db
TOPIC = Topic.UNIQUENESS


@pytest.fixture
def draft(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination(complete=False)


def url_of(nomination: Nomination, question: str = TOPIC) -> str:
    return reverse("nomination_answer_autosave", args=[nomination.pk, question])


def save(client: Client, nomination: Nomination, text: str, version: Any, question: str = TOPIC) -> Any:
    return client.post(url_of(nomination, question), {"text": text, "version": version})


def colleague() -> Any:
    return factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME, name="Rekan Sekantor")


def test_the_receipt_is_what_the_database_holds(draft, officer_a, client_of):
    answer = save(client_of(officer_a), draft, "Motif pesisir.", 0)
    row = answer_of(draft, TOPIC)
    moment = f"{row.saved_at + timedelta(hours=7):%H.%M} WIB"
    assert answer.json() == {"version": 1, "receipt": f"Tersimpan {moment}, versi 1."}
    assert (row.text, row.version, row.saved_by) == ("Motif pesisir.", 1, officer_a)
    assert answer["Content-Type"] == "application/json"
    assert "no-store" in answer["Cache-Control"]


def test_the_time_is_that_of_the_region(officer_a, client_of):
    eastern = factories.make_user(factories.Role.DISTRICT_OFFICER, region="72.71")
    nomination = factories.make_ovop_nomination(region="72.71", complete=False)
    answer = save(client_of(eastern), nomination, "Kelor.", 0)
    moment = answer_of(nomination, TOPIC).saved_at + timedelta(hours=8)
    assert answer.json()["receipt"] == f"Tersimpan {moment:%H.%M} WITA, versi 1."


def test_versions_follow_each_other(draft, officer_a, client_of):
    client = client_of(officer_a)
    given = [save(client, draft, text, version).json()["version"] for version, text in enumerate(("a", "a b", "a b c"))]
    assert given == [1, 2, 3]
    assert texts_of(draft) == {TOPIC: "a b c"}


def test_a_repeat_of_a_save_whose_answer_was_lost_gets_the_same_receipt(draft, officer_a, client_of):
    client = client_of(officer_a)
    first = save(client, draft, "Motif pesisir.", 0).json()
    with after(minutes=3):
        assert save(client, draft, "Motif pesisir.", 0).json() == first
    assert answer_of(draft, TOPIC).version == 1
    assert not OneTimeKey.objects.exists()


def test_an_old_version_is_a_conflict_and_overwrites_nothing(draft, officer_a, client_of):
    save(client_of(colleague()), draft, "Tulisan rekan.", 0)
    answer = save(client_of(officer_a), draft, "Tulisan saya.", 0)
    assert answer.status_code == 409
    assert answer.json()["message"].startswith("Rekan Anda menyimpan bagian ini lebih dahulu.")
    assert texts_of(draft) == {TOPIC: "Tulisan rekan."}


def test_a_second_window_of_the_same_person_is_a_conflict_too(draft, officer_a, client_of):
    client = client_of(officer_a)
    save(client, draft, "Jendela satu.", 0)
    answer = save(client, draft, "Jendela dua.", 0)
    assert (answer.status_code, texts_of(draft)) == (409, {TOPIC: "Jendela satu."})
    assert "dari jendela lain" in answer.json()["message"]


def test_after_a_colleague_has_submitted_it_says_so(officer_a, client_of):
    nomination = factories.make_ovop_nomination()
    submission.submit_nomination(nomination_id=nomination.pk, declared=True, actor=colleague())
    before = texts_of(nomination)
    answer = save(client_of(officer_a), nomination, "Tambahan.", 1)
    assert answer.status_code == 403
    assert "sudah diajukan sehingga tidak dapat diubah" in answer.json()["message"]
    assert texts_of(nomination) == before


def test_after_the_deadline_a_draft_is_still_saved(draft, officer_a, client_of):
    scenes.close_window(draft.period, WindowKind.NOMINATION, scenes.now() - scenes.SECOND)
    assert save(client_of(officer_a), draft, "Terlambat, tetapi tersimpan.", 0).status_code == 200
    assert texts_of(draft) == {TOPIC: "Terlambat, tetapi tersimpan."}


def test_a_returned_dossier_is_saved_as_well(officer_a, client_of):
    returned = factories.make_ovop_nomination(Status.RETURNED)
    assert save(client_of(officer_a), returned, "Diperbaiki.", 1).json()["version"] == 2


def test_another_region_learns_nothing(officer_b, client_of):
    product = factories.make_product(name=SECRETS[2])
    foreign = factories.make_ovop_nomination(product=product, complete=False)
    answer = save(client_of(officer_b), foreign, "Isian.", 0)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"
    assert SECRETS[2] not in answer.content.decode()
    assert texts_of(foreign) == {}


@pytest.mark.parametrize("question", ["impact", "lain"])
def test_a_topic_that_is_not_asked_is_not_found(question, draft, officer_a, client_of):
    assert save(client_of(officer_a), draft, "Isian.", 0, question).status_code == 404


def test_too_much_text_is_refused_in_words(draft, officer_a, client_of):
    answer = save(client_of(officer_a), draft, "b" * 3001, 0)
    assert (answer.status_code, texts_of(draft)) == (422, {})
    assert answer.json() == {"message": "Paling banyak 3000 karakter. Anda mengisi 3001."}


@pytest.mark.parametrize(
    "given",
    [{}, {"text": "Lain."}, {"version": "1"}, *({"text": "Lain.", "version": v} for v in ("", "x", "-1", "\x00"))],
)
def test_a_broken_post_changes_nothing(given, draft, officer_a, client_of):
    client = client_of(officer_a)
    save(client, draft, "Tersimpan.", 0)
    answer = client.post(url_of(draft), given)
    assert answer.status_code == 422
    assert answer.json()["message"]
    assert texts_of(draft) == {TOPIC: "Tersimpan."}


def test_without_a_sign_in_the_answer_is_no_redirect_that_looks_like_success(draft):
    answer = save(Client(), draft, "Isian.", 0)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/json")
    assert answer.json() == {"message": "Sesi Anda sudah berakhir. Masuk lagi, lalu pulihkan isian Anda."}
    assert texts_of(draft) == {}


def test_when_the_session_has_ended_the_same_and_no_older_text_is_held(draft, officer_a, client_of):
    """What was typed since lies in the browser; a held form would bring an older text back over it."""
    client = client_of(officer_a)
    client.get(reverse("home"))
    with after(hours=9):
        assert save(client, draft, "Isian.", 0).status_code == 401
        page = client.post(
            reverse("nomination_answer", args=[draft.pk, TOPIC]),
            {"text": "Isian."},
            headers={"referer": f"http://testserver/usulan/{draft.pk}/keterangan/{TOPIC}/"},
        )
    assert page["Location"] == f"/akun/masuk/?next=%2Fusulan%2F{draft.pk}%2Fketerangan%2F{TOPIC}%2F"
    assert "held_post" not in client.session
    assert texts_of(draft) == {}


def test_a_token_of_another_sign_in_is_refused_in_words(draft, officer_a):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer_a)
    answer = save(client, draft, "Isian.", 0)
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/json")
    assert answer.json()["message"].startswith("Halaman ini dibuka sebelum Anda masuk lagi.")


def test_it_costs_at_most_ten_queries(draft, officer_a, client_of):
    client = client_of(officer_a)
    client.get(reverse("home"))  # the first request of a session notes when it began
    costs = []
    for version, (text, minutes) in enumerate([("a", 0), ("a b", 0), ("a b c", 6)]):
        drafting.Answer.objects.update(spell_began_at=scenes.now() - timedelta(minutes=minutes))
        with CaptureQueriesContext(connection) as queries:
            assert save(client, draft, text, version).status_code == 200
        costs.append(sum("SAVEPOINT" not in query["sql"] for query in queries.captured_queries))
    assert costs == [10, 8, 10], "the first text, on in a spell of writing, a new spell"


def test_a_spell_of_writing_is_one_entry_of_the_audit_trail(draft, officer_a, client_of):
    client = client_of(officer_a)
    for version in range(5):
        save(client, draft, f"kata {'dan ' * version}", version)
    entries = AuditEntry.objects.filter(action="nomination.answer_saved")
    assert [entry.data["version"] for entry in entries] == [1]
    save(client_of(colleague()), draft, "kata dari rekan", 5)
    assert entries.all().count() == 2
