"""A form that is sent twice has one effect; shown on a small view that counts its effects."""

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.test import RequestFactory

from core.counters import next_value
from core.errors import DomainError, KeyReused, RuleBroken
from core.models import Counter, OneTimeKey
from core.onetime import FIELD, hidden_input, one_time
from tests.factories import make_user
from tests.transactions import together

KEY = "sebuah-kunci-yang-cukup-panjang"


@one_time
def counting(request: HttpRequest) -> HttpResponse:
    """Counts one effect, then answers as the `outcome` asks."""
    number = next_value("effects")
    outcome = request.POST.get("outcome", "")
    if outcome == "invalid":
        return HttpResponse("ada yang kurang", status=422)
    if outcome == "refused":
        raise RuleBroken("tidak boleh")
    if outcome == "crash":
        raise ZeroDivisionError
    return redirect(f"/hasil/{number}/")


def effects() -> int:
    return Counter.objects.filter(name="effects").values_list("value", flat=True).first() or 0


def send(user: Any, key: str | None = KEY, path: str = "/kirim/", **data: Any) -> HttpResponse:
    request = RequestFactory().post(path, data | ({} if key is None else {FIELD: key}))
    request.user = user
    return counting(request)


@pytest.fixture
def user(db: None) -> Any:
    return make_user(None)


def test_the_same_post_again_gives_the_first_answer_and_no_second_effect(user):
    answers = [send(user, name="Batik") for _turn in range(3)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/hasil/1/")] * 3
    assert effects() == 1


def test_a_new_key_is_a_new_effect(user):
    assert [send(user, key=KEY + end)["Location"] for end in "ab"] == ["/hasil/1/", "/hasil/2/"]


@pytest.mark.parametrize("change", [{"name": "Tenun"}, {"name": "Batik", "more": "1"}, {"path": "/lain/"}, {}])
def test_the_same_key_with_other_content_is_a_conflict(user, change):
    send(user, name="Batik")
    with pytest.raises(KeyReused) as refused:
        send(user, **change)
    assert refused.value.status == 409
    assert "Muat ulang halaman" in refused.value.message
    assert effects() == 1


def test_another_query_string_is_other_content(user):
    send(user, path="/kirim/?wilayah=33.75")
    with pytest.raises(KeyReused):
        send(user, path="/kirim/?wilayah=33.26")


def test_another_file_of_the_same_name_and_size_is_other_content(user):
    send(user, file=SimpleUploadedFile("a.pdf", b"satu"))
    assert send(user, file=SimpleUploadedFile("a.pdf", b"satu"))["Location"] == "/hasil/1/"
    with pytest.raises(KeyReused):
        send(user, file=SimpleUploadedFile("a.pdf", b"dua!"))


def test_two_values_of_a_field_differ_from_one(user):
    send(user, years=["2021", "2022"])
    with pytest.raises(KeyReused):
        send(user, years=["2022"])


def test_the_csrf_token_is_no_content(user):
    send(user, name="Batik", csrfmiddlewaretoken="satu")
    assert send(user, name="Batik", csrfmiddlewaretoken="dua")["Location"] == "/hasil/1/"


@pytest.mark.parametrize("key", [None, "", "pendek", "k" * 65, "k" * 20 + "\x00", "k" * 20 + "\n"])
def test_a_post_without_a_proper_key_is_refused(user, key):
    with pytest.raises(DomainError) as refused:
        send(user, key=key)
    assert refused.value.status == 400
    assert effects() == 0


@pytest.mark.parametrize(
    ("outcome", "error"), [("invalid", None), ("refused", RuleBroken), ("crash", ZeroDivisionError)]
)
def test_what_had_no_success_leaves_no_effect_and_a_free_key(user, outcome, error):
    if error:
        with pytest.raises(error):
            send(user, outcome=outcome)
    else:
        assert send(user, outcome=outcome).status_code == 422
    assert (effects(), OneTimeKey.objects.count()) == (0, 0)
    assert send(user, outcome="ok")["Location"] == "/hasil/1/"


def test_a_key_belongs_to_one_person(user):
    other = make_user(None)
    assert [send(person, name="Batik")["Location"] for person in (user, other)] == ["/hasil/1/", "/hasil/2/"]


def test_reading_needs_no_key(user):
    request = RequestFactory().get("/kirim/")
    request.user = user
    assert counting(request).status_code == 302


def test_a_visitor_is_sent_to_sign_in_and_uses_up_no_key(db, client_of, post):
    url = "/usulan/1/tarik/"
    answer = post(client_of(None), url, {"reason": "Keliru"}, key=KEY)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, resolve_url(settings.LOGIN_URL))
    assert not OneTimeKey.objects.exists()


def test_a_post_costs_two_queries_beside_the_view(user, django_assert_num_queries):
    send(user, key=KEY + "x")
    with django_assert_num_queries(5):  # savepoint, key, the view's one, answer, release
        send(user)
    with django_assert_num_queries(4):  # savepoint, key, the first answer, release
        send(user)


def test_every_form_gets_its_own_unguessable_key():
    keys = {hidden_input() for _turn in range(100)}
    assert len(keys) == 100
    assert all(f'name="{FIELD}"' in key and len(key) > 60 for key in keys)


def test_twenty_equal_posts_at_once_have_one_effect_and_one_answer(cloned_db):
    user = make_user(None)
    answers = together([lambda: send(user, name="Batik")["Location"]] * 20)
    assert answers == ["/hasil/1/"] * 20
    assert effects() == 1


def test_of_two_different_posts_at_once_with_one_key_one_wins(cloned_db):
    user = make_user(None)
    answers = together([lambda name=name: send(user, name=name) for name in ("Batik", "Tenun")])
    assert sorted(type(answer).__name__ for answer in answers) == ["HttpResponseRedirect", "KeyReused"]
    assert effects() == 1


def test_a_second_post_waits_for_a_first_that_fails_and_then_takes_effect(cloned_db):
    user = make_user(None)

    def crash() -> Any:
        return send(user, outcome="crash")

    answers = together([crash, crash])
    assert [type(answer) for answer in answers] == [ZeroDivisionError] * 2
    assert send(user, outcome="crash" * 2)["Location"] == "/hasil/1/"
    assert not connection.in_atomic_block
