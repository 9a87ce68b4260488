"""Filling in: any time, in parts, by several people, and nothing typed is lost."""

import re
from typing import Any

import pytest
from django.urls import reverse

from core.models import AuditEntry
from nominations.enums import Status
from nominations.models import Nomination
from nominations.selectors.dossiers import CANDIDATE_ANSWERS, PRODUCT_ANSWERS
from tests import factories
from tests.files import pdf_upload
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
TEXTS = {name: f"Isian {name} yang lengkap." for name in PRODUCT_ANSWERS}
KEY = "sebuah-kunci-yang-cukup-panjang"


@pytest.fixture
def draft(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination(complete=False)


def url_of(nomination: Nomination) -> str:
    return reverse("nomination_answers", args=[nomination.pk])


def stored(nomination: Nomination) -> dict[str, str]:
    entry = Nomination.objects.get(pk=nomination.pk).entry
    names = PRODUCT_ANSWERS if hasattr(entry, PRODUCT_ANSWERS[0]) else CANDIDATE_ANSWERS
    return {name: getattr(entry, name) for name in names}


def version_on(answer: Any) -> str:
    return re.search(r'name="version" value="(\d+)"', answer.content.decode())[1]


def texts_on(answer: Any) -> list[str]:
    return [text.strip() for text in re.findall(r"<textarea[^>]*>([^<]*)</textarea>", answer.content.decode())]


def test_incomplete_answers_are_kept_and_shown_again(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    given = {"uniqueness": "Motif pesisir.", "materials": "", "version": version_on(client.get(url_of(draft)))}
    answer = post(client, url_of(draft), given)
    assert (answer.status_code, answer["Location"]) == (302, url_of(draft))
    page = client.get(answer["Location"])
    assert stored(draft) == {"uniqueness": "Motif pesisir.", "materials": "", "marketing": "", "community_role": ""}
    assert texts_on(page) == ["Motif pesisir.", "", "", ""]
    assert re.search(r"Tersimpan \d\d\.\d\d WIB, versi 2", page.content.decode())
    assert scenes.state_of(draft)["status"] == Status.DRAFT


def test_save_and_back_leads_to_the_task_list(draft, officer_a, client_of, post):
    answer = post(client_of(officer_a), url_of(draft), TEXTS | {"version": 1, "exit": "1"})
    assert answer["Location"] == reverse("nomination_detail", args=[draft.pk])
    assert stored(draft) == TEXTS


def test_two_people_at_one_page_a_conflict_shows_both_texts_and_loses_none(draft, officer_a, client_of, post):
    colleague = factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME)
    mine, theirs = client_of(officer_a), client_of(colleague)
    opened = version_on(mine.get(url_of(draft)))
    assert post(theirs, url_of(draft), TEXTS | {"version": opened}).status_code == 302

    my_texts = {name: f"Tulisan saya tentang {name}." for name in PRODUCT_ANSWERS}
    conflict = post(mine, url_of(draft), my_texts | {"version": opened})
    page = conflict.content.decode()
    assert conflict.status_code == 409
    assert stored(draft) == TEXTS, "nothing is overwritten"
    assert texts_on(conflict) == list(my_texts.values()), "what was typed is still there to be sent"
    assert all(text in page for text in TEXTS.values()), "beside what is stored"
    assert "Rekan Anda menyimpan perubahan" in page

    again = post(mine, url_of(draft), my_texts | {"version": version_on(conflict)})
    assert (again.status_code, stored(draft)) == (302, my_texts)


def test_an_old_page_is_noticed_every_time_until_it_is_sent_on_purpose(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    post(client, url_of(draft), TEXTS | {"version": 1})
    for _attempt in range(2):
        assert post(client, url_of(draft), {"uniqueness": "Lama", "version": 1}).status_code == 409
    assert stored(draft) == TEXTS


def test_an_upload_in_another_tab_makes_no_page_of_answers_old(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    opened = version_on(client.get(url_of(draft)))
    upload = reverse("document_add", args=[draft.pk, draft.period.requirements.get(code="D01").pk])
    assert post(client, upload, {"file": pdf_upload()}).status_code == 302
    assert post(client, url_of(draft), TEXTS | {"version": opened}).status_code == 302
    assert stored(draft) == TEXTS


def test_a_double_click_saves_once(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    answers = [post(client, url_of(draft), TEXTS | {"version": 1}, key=KEY) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert scenes.state_of(draft)["version"] == 2
    assert AuditEntry.objects.filter(action="nomination.answers_saved").count() == 1
    changed = post(client, url_of(draft), TEXTS | {"version": 1, "uniqueness": "Lain"}, key=KEY)
    assert (changed.status_code, stored(draft)) == (409, TEXTS)


def test_without_a_key_nothing_is_saved(draft, officer_a, client_of):
    assert client_of(officer_a).post(url_of(draft), TEXTS | {"version": 1}).status_code == 400
    assert set(stored(draft).values()) == {""}


@pytest.mark.parametrize("version", ["", "abc", "1.5", "-1", "0", "2", "9" * 30, "1\x00"])
def test_no_version_but_the_one_that_was_opened_saves(version, draft, officer_a, client_of, post):
    answer = post(client_of(officer_a), url_of(draft), TEXTS | {"version": version})
    assert answer.status_code in (409, 422)
    assert set(stored(draft).values()) == {""}
    assert texts_on(answer) == list(TEXTS.values())


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
    }
    assert post(client_of(officer_a), url_of(draft), TEXTS | forged | {"version": 1}).status_code == 302
    after = scenes.state_of(draft)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"version", "updated_at"}
    assert stored(draft) == TEXTS


def test_too_much_text_is_refused_and_kept_on_the_page(draft, officer_a, client_of, post):
    answer = post(client_of(officer_a), url_of(draft), TEXTS | {"materials": "b" * 3001, "version": 1})
    assert answer.status_code == 422
    assert "Paling banyak 3000 karakter. Anda mengisi 3001." in answer.content.decode()
    assert texts_on(answer)[1] == "b" * 3001
    assert set(stored(draft).values()) == {""}
    assert post(client_of(officer_a), url_of(draft), {"materials": "b" * 3000, "version": 1}).status_code == 302


def test_hostile_text_loses_what_nobody_sees_and_is_shown_inert(draft, officer_a, client_of, post):
    hostile = '"><svg/onload=alert(1)> {{ settings.SECRET_KEY }} {% now "Y" %}'
    client = client_of(officer_a)
    assert post(client, url_of(draft), {"uniqueness": f"\u202e{hostile}\x00", "version": 1}).status_code == 302
    assert stored(draft)["uniqueness"] == hostile
    for name in ("nomination_answers", "nomination_content", "nomination_check"):
        page = client.get(reverse(name, args=[draft.pk])).content.decode()
        assert "<svg" not in page
        assert "&lt;svg/onload" in page
        assert "{{ settings.SECRET_KEY }}" in page


def test_after_submission_the_page_says_why_it_is_shut(officer_a, client_of, post):
    submitted = factories.make_ovop_nomination(Status.SUBMITTED)
    before = stored(submitted)
    client = client_of(officer_a)
    answer = post(client, url_of(submitted), TEXTS | {"version": submitted.version})
    assert answer.status_code == 403
    assert "sudah diajukan sehingga tidak dapat diubah" in answer.content.decode()
    assert stored(submitted) == before
    returned = factories.advance(factories.make_ovop_nomination(), Status.RETURNED)
    assert post(client, url_of(returned), TEXTS | {"version": returned.version}).status_code == 302


def test_a_candidates_answers_are_its_own(officer_a, client_of, post):
    candidate = factories.make_upakarti_nomination(complete=False)
    given = {name: f"Isian {name}." for name in CANDIDATE_ANSWERS}
    assert (
        post(client_of(officer_a), url_of(candidate), given | TEXTS | {"version": candidate.version}).status_code == 302
    )
    assert stored(candidate) == given
