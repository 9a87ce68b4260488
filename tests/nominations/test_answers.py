"""Filling in: any time, in parts, by several people, and nothing typed is lost."""

import re
from typing import Any

import pytest
from django.urls import reverse

from core.models import AuditEntry
from nominations.enums import TOPICS, EntryKind, Status, Topic
from nominations.models import AnswerVersion, Nomination
from nominations.selectors.dossiers import answer_of, texts_of
from tests import factories
from tests.files import pdf_upload
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
TOPIC = Topic.UNIQUENESS
KEY = "sebuah-kunci-yang-cukup-panjang"
STORED = "sessionid_stored"


@pytest.fixture
def draft(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination(complete=False)


def url_of(nomination: Nomination, question: str = TOPIC) -> str:
    return reverse("nomination_answer", args=[nomination.pk, question])


def version_on(answer: Any) -> str:
    return re.search(r'name="version" value="(\d+)"', answer.content.decode())[1]


def text_on(answer: Any) -> str:
    return re.search(r"<textarea[^>]*>([^<]*)</textarea>", answer.content.decode())[1].strip()


def test_an_incomplete_answer_is_kept_and_shown_again(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    given = {"text": "Motif pesisir.", "version": version_on(client.get(url_of(draft))), "stay": "1"}
    answer = post(client, url_of(draft), given)
    assert (answer.status_code, answer["Location"]) == (302, url_of(draft))
    page = client.get(answer["Location"])
    assert texts_of(draft) == {TOPIC: "Motif pesisir."}
    assert text_on(page) == "Motif pesisir."
    assert re.search(r"Tersimpan \d\d\.\d\d WIB, versi 1\.", page.content.decode())
    assert scenes.state_of(draft)["status"] == Status.DRAFT


def test_save_and_go_on_walks_through_every_page_to_the_check(draft, officer_a, client_of, post):
    client, url = client_of(officer_a), url_of(draft)
    for question in TOPICS[EntryKind.PRODUCT]:
        assert url == url_of(draft, question)
        url = post(client, url, {"text": "Isian.", "version": 0, "next": "1"})["Location"]
    assert url == reverse("nomination_documents", args=[draft.pk])


def test_save_and_back_leads_to_the_task_list(draft, officer_a, client_of, post):
    answer = post(client_of(officer_a), url_of(draft), {"text": "Isian.", "version": 0})
    assert answer["Location"] == reverse("nomination_detail", args=[draft.pk])


def shown(page: str, tag: str) -> list[str]:
    """What is marked, without the words for those who listen."""
    marked = re.findall(rf"<{tag}>(.*?)</{tag}>", page)
    return [re.sub(r"<span.*?</span>", "", text) for text in marked]


def test_two_people_at_one_page_a_conflict_shows_both_texts_and_loses_none(draft, officer_a, client_of, post):
    colleague = factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME, name="Rekan Sekantor")
    mine, theirs = client_of(officer_a), client_of(colleague)
    opened = version_on(mine.get(url_of(draft)))
    assert post(theirs, url_of(draft), {"text": "Tulisan rekan.", "version": opened}).status_code == 302

    conflict = post(mine, url_of(draft), {"text": "Tulisan saya.", "version": opened})
    page = conflict.content.decode()
    assert conflict.status_code == 409
    assert texts_of(draft) == {TOPIC: "Tulisan rekan."}, "nothing is overwritten"
    assert text_on(conflict) == "Tulisan saya.", "what was typed is still there to be sent"
    assert shown(page, "del") == ["rekan."], "beside what is stored"
    assert shown(page, "ins") == ["saya."]
    assert "Rekan Anda menyimpan bagian ini lebih dahulu" in page
    assert "Rekan Sekantor" in page

    again = post(mine, url_of(draft), {"text": "Tulisan saya.", "version": version_on(conflict)})
    assert (again.status_code, texts_of(draft)) == (302, {TOPIC: "Tulisan saya."})
    kept = AnswerVersion.objects.get()
    assert (kept.text, kept.version, kept.saved_by) == ("Tulisan rekan.", 1, colleague), "what was replaced is kept"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"take": "mine", "mine": "Tulisan saya.", "text": "Campuran."}, "Tulisan saya."),
        ({"take": "theirs", "mine": "Tulisan saya.", "text": "Campuran."}, "Tulisan rekan."),
        ({"mine": "Tulisan saya.", "text": "Campuran."}, "Campuran."),
    ],
)
def test_after_a_conflict_one_takes_ones_own_the_stored_or_a_merged_text(
    choice, expected, draft, officer_a, client_of, post
):
    colleague = factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME)
    mine, theirs = client_of(officer_a), client_of(colleague)
    post(theirs, url_of(draft), {"text": "Tulisan rekan.", "version": 0})
    conflict = post(mine, url_of(draft), {"text": "Tulisan saya.", "version": 0})
    hidden = re.search(r'name="mine" value="([^"]*)"', conflict.content.decode())[1]
    assert hidden == "Tulisan saya."
    assert post(mine, url_of(draft), choice | {"version": version_on(conflict)}).status_code == 302
    assert texts_of(draft) == {TOPIC: expected}


def test_a_choice_made_on_an_old_conflict_page_is_a_conflict_again(draft, officer_a, client_of, post):
    colleague = factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME)
    mine, theirs = client_of(officer_a), client_of(colleague)
    post(theirs, url_of(draft), {"text": "Tulisan rekan.", "version": 0})
    seen = version_on(post(mine, url_of(draft), {"text": "Tulisan saya.", "version": 0}))
    post(theirs, url_of(draft), {"text": "Tulisan rekan, diperbaiki.", "version": 1})
    own = {"take": "mine", "mine": "Tulisan saya.", "text": "Campuran.", "version": seen}
    again = post(mine, url_of(draft), own)
    assert (again.status_code, text_on(again)) == (409, "Tulisan saya.")
    assert texts_of(draft) == {TOPIC: "Tulisan rekan, diperbaiki."}


def test_ones_own_other_window_is_called_that(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    post(client, url_of(draft), {"text": "Jendela satu.", "version": 0})
    conflict = post(client, url_of(draft), {"text": "Jendela dua.", "version": 0})
    page = conflict.content.decode()
    assert "sudah Anda simpan dari jendela lain" in page
    assert "Isian yang diganti tetap ada di halaman Versi sebelumnya." in page
    own = {"take": "mine", "mine": "Jendela dua.", "text": "", "version": version_on(conflict)}
    assert post(client, url_of(draft), own).status_code == 302
    assert texts_of(draft) == {TOPIC: "Jendela dua."}
    assert AnswerVersion.objects.get().text == "Jendela satu.", "the page has promised it"


def test_a_post_without_the_text_clears_nothing(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    post(client, url_of(draft), {"text": "Tersimpan.", "version": 0})
    assert post(client, url_of(draft), {"version": 1}).status_code == 422
    assert texts_of(draft) == {TOPIC: "Tersimpan."}
    assert post(client, url_of(draft), {"text": "", "version": 1}).status_code == 302
    assert texts_of(draft) == {TOPIC: ""}, "clearing on purpose"


def test_two_people_on_two_pages_do_not_disturb_each_other(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    for question in TOPICS[EntryKind.PRODUCT]:
        assert post(client, url_of(draft, question), {"text": question, "version": 0}).status_code == 302
    assert texts_of(draft) == {question: question for question in TOPICS[EntryKind.PRODUCT]}


def test_an_old_page_is_noticed_every_time_until_it_is_sent_on_purpose(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    post(client, url_of(draft), {"text": "Baru", "version": 0})
    for _attempt in range(2):
        assert post(client, url_of(draft), {"text": "Lama", "version": 0}).status_code == 409
    assert texts_of(draft) == {TOPIC: "Baru"}


def test_a_save_whose_answer_was_lost_may_be_sent_again(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    for _attempt in range(2):
        assert post(client, url_of(draft), {"text": "Sama", "version": 0}).status_code == 302
    assert answer_of(draft, TOPIC).version == 1
    assert AuditEntry.objects.filter(action="nomination.answer_saved").count() == 1


def test_an_upload_in_another_tab_makes_no_page_of_answers_old(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    opened = version_on(client.get(url_of(draft)))
    upload = reverse("document_add", args=[draft.pk, draft.period.requirements.get(code="D01").pk])
    assert post(client, upload, {"file": pdf_upload()}).status_code == 302
    assert post(client, url_of(draft), {"text": "Isian.", "version": opened}).status_code == 302
    assert texts_of(draft) == {TOPIC: "Isian."}


def test_a_double_click_saves_once(draft, officer_a, client_of, post):
    client, given = client_of(officer_a), {"text": "Isian.", "version": 0}
    answers = [post(client, url_of(draft), given, key=KEY) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answer_of(draft, TOPIC).version == 1
    assert AuditEntry.objects.filter(action="nomination.answer_saved").count() == 1
    changed = post(client, url_of(draft), given | {"text": "Lain"}, key=KEY)
    assert (changed.status_code, texts_of(draft)) == (409, {TOPIC: "Isian."})


def test_the_next_page_names_the_form_that_was_stored_so_that_the_browser_drops_its_copy(
    draft, officer_a, client_of, post
):
    client = client_of(officer_a)
    refused = post(client, url_of(draft), {"text": "b" * 3001, "version": 0}, key=f"{KEY}-ditolak")
    assert STORED not in refused.cookies
    answer = post(client, url_of(draft), {"text": "Isian.", "version": 0, "stay": "1"}, key=KEY)
    cookie = answer.cookies[STORED]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == (KEY, True, "Lax")
    assert f'data-stored="{KEY}"' in client.get(url_of(draft)).content.decode()
    post(client, url_of(draft), {"text": "Isian lain.", "version": 1}, key=f"{KEY}-2")
    assert f'data-stored="{KEY}-2.{KEY}"' in client.get(url_of(draft)).content.decode()


def test_a_forged_cookie_puts_nothing_into_the_page(draft, officer_a, client_of):
    client = client_of(officer_a)
    client.cookies[STORED] = '"><b>x.kunci'
    assert 'data-stored="kunci"' in client.get(url_of(draft)).content.decode()


def test_without_a_key_nothing_is_saved(draft, officer_a, client_of):
    assert client_of(officer_a).post(url_of(draft), {"text": "Isian.", "version": 0}).status_code == 400
    assert texts_of(draft) == {}


@pytest.mark.parametrize("version", ["", "abc", "1.5", "-1", "0", "2", "9" * 30, "1\x00"])
def test_no_version_but_the_one_that_was_opened_saves(version, draft, officer_a, client_of, post):
    client = client_of(officer_a)
    post(client, url_of(draft), {"text": "Tersimpan.", "version": 0})
    answer = post(client, url_of(draft), {"text": "Isian lain.", "version": version})
    assert answer.status_code in (409, 422)
    assert texts_of(draft) == {TOPIC: "Tersimpan."}
    assert text_on(answer) == "Isian lain."


def test_what_the_form_does_not_ask_for_is_ignored(draft, officer_a, client_of, post):
    before = scenes.state_of(draft)
    forged = {
        "status": "awarded",
        "reference": "OVOP-2026-3375-0001",
        "region": factories.OTHER,
        "region_id": factories.OTHER,
        "submitted_at": "2026-01-01",
        "created_by": "1",
        "id": "1",
        "title": "Judul lain",
        "category": "1",
        "product": "1",
        "nomination": "1",
        "question": Topic.MARKETING,
        "saved_by": "1",
    }
    assert post(client_of(officer_a), url_of(draft), forged | {"text": "Isian.", "version": 0}).status_code == 302
    after = scenes.state_of(draft)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"updated_at"}
    assert texts_of(draft) == {TOPIC: "Isian."}
    assert answer_of(draft, TOPIC).saved_by == officer_a


def test_too_much_text_is_refused_and_kept_on_the_page(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    answer = post(client, url_of(draft), {"text": "b" * 3001, "version": 0})
    assert answer.status_code == 422
    assert "Paling banyak 3000 karakter. Anda mengisi 3001." in answer.content.decode()
    assert text_on(answer) == "b" * 3001
    assert texts_of(draft) == {}
    assert post(client, url_of(draft), {"text": "b" * 3000, "version": 0}).status_code == 302


def test_hostile_text_loses_what_nobody_sees_and_is_shown_inert(draft, officer_a, client_of, post):
    hostile = '"><svg/onload=alert(1)> {{ settings.SECRET_KEY }} {% now "Y" %}'
    client = client_of(officer_a)
    assert post(client, url_of(draft), {"text": f"\u202e{hostile}\x00", "version": 0}).status_code == 302
    assert texts_of(draft)[TOPIC] == hostile
    for url in (url_of(draft), *(reverse(f"nomination_{name}", args=[draft.pk]) for name in ("content", "check"))):
        page = client.get(url).content.decode()
        assert "<svg/onload" not in page
        assert "&lt;svg/onload" in page
        assert "{{ settings.SECRET_KEY }}" in page


def test_after_submission_the_page_says_why_it_is_shut(officer_a, client_of, post):
    submitted = factories.make_ovop_nomination(Status.SUBMITTED)
    before, client = texts_of(submitted), client_of(officer_a)
    answer = post(client, url_of(submitted), {"text": "Lain", "version": 1})
    assert answer.status_code == 403
    assert "sudah diajukan sehingga tidak dapat diubah" in answer.content.decode()
    assert texts_of(submitted) == before
    returned = factories.advance(factories.make_ovop_nomination(), Status.RETURNED)
    assert post(client, url_of(returned), {"text": "Lain", "version": 1}).status_code == 302


@pytest.mark.parametrize("kind", EntryKind)
def test_each_kind_of_entry_has_its_own_questions(kind, officer_a, client_of, post):
    make = {EntryKind.PRODUCT: factories.make_ovop_nomination, EntryKind.CANDIDATE: factories.make_upakarti_nomination}
    nomination, client = make[kind](complete=False), client_of(officer_a)
    for question in Topic:
        answer = post(client, url_of(nomination, question), {"text": "Isian.", "version": 0})
        assert answer.status_code == (302 if question in TOPICS[kind] else 404)
    assert set(texts_of(nomination)) == set(TOPICS[kind])


def test_a_version_of_a_topic_that_was_never_saved_is_a_conflict_that_loses_nothing(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    given = {"text": "Tulisan saya.", "version": 3}
    answer = post(client, url_of(draft), given)
    assert (answer.status_code, text_on(answer), version_on(answer)) == (409, "Tulisan saya.", "0")
    assert "belum pernah disimpan" in answer.content.decode()
    assert texts_of(draft) == {}
    autosave = reverse("nomination_answer_autosave", args=[draft.pk, TOPIC])
    refused = client.post(autosave, given)
    assert refused.status_code == 409
    assert "belum pernah disimpan" in refused.json()["message"]
    assert "jendela lain" not in refused.json()["message"]
    assert post(client, url_of(draft), given | {"version": version_on(answer)}).status_code == 302
    assert texts_of(draft) == {TOPIC: "Tulisan saya."}


@pytest.mark.parametrize("button", [{}, {"next": "1"}])
def test_from_the_check_one_comes_back_to_the_check(button, draft, officer_a, client_of, post):
    client, check = client_of(officer_a), reverse("nomination_check", args=[draft.pk])
    link = f"{url_of(draft)}?dari=periksa"
    assert f'href="{link}"' in client.get(check).content.decode()
    assert post(client, link, {"text": "Isian.", "version": 0, "stay": "1"})["Location"] == link
    assert post(client, link, {"text": "Isian baru.", "version": 1, **button})["Location"] == check
