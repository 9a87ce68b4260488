"""Signing in: one answer for all mistakes, slow guessing, safe ways out."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from core.models import AuditEntry, OutboxMail
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/akun/masuk/"


@pytest.fixture(autouse=True)
def no_counters() -> None:
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD, *, address: str = "10.0.0.1", **extra):
    return client.post(LOGIN, {"login": email, "password": password, **extra}, REMOTE_ADDR=address)


def test_the_right_password_leads_home_and_is_recorded(officer_a: User) -> None:
    client = Client()
    response = sign_in(client, officer_a.email.upper())
    assert (response.status_code, response["Location"]) == (302, reverse("home"))
    entry = AuditEntry.objects.get(action="account.signed_in")
    assert (entry.actor_id, entry.object_id, entry.data) == (officer_a.pk, str(officer_a.pk), {"address": "10.0.0.1"})


def test_unknown_wrong_and_unusable_give_the_same_answer_for_the_same_work(officer_a: User) -> None:
    waiting = make_user(None)
    waiting.set_unusable_password()
    waiting.save()
    sign_in(Client(), "pemanasan@ada.id", "bukan sandi yang benar")
    answers, work = [], []
    for number, email in enumerate((officer_a.email, "tidak@ada.id", waiting.email)):
        with CaptureQueriesContext(connection) as queries:
            answers.append(sign_in(Client(), email, "bukan sandi yang benar", address=f"10.0.1.{number}"))
        work.append([query["sql"].split("WHERE")[0] for query in queries.captured_queries])
    assert {answer.status_code for answer in answers} == {422}
    assert len({shape(answer) for answer in answers}) == 1
    assert [len(queries) for queries in work] == [len(work[0])] * 3


def shape(response) -> str:
    """The page without what the visitor typed and without tokens."""
    text = response.content.decode()
    form = response.context["form"]
    return text.replace(form.data["login"], "").replace(str(response.context["csrf_token"]), "")


def test_a_failure_is_recorded_without_what_was_typed(officer_a: User) -> None:
    sign_in(Client(), officer_a.email, "salah sama sekali ini")
    sign_in(Client(), "rahasia-saya@contoh.id", "salah sama sekali ini")
    known, unknown = AuditEntry.objects.filter(action="account.sign_in_failed").order_by("pk")
    assert (known.object_id, unknown.object_id) == (str(officer_a.pk), "")
    assert "rahasia" not in str(unknown.data)


def test_inactive_people_stay_out_even_with_the_right_password(officer_a: User) -> None:
    User.objects.update(is_active=False)
    client = Client()
    sign_in(client, officer_a.email)
    assert "_auth_user_id" not in client.session


def test_a_stranger_cannot_lock_the_victim_out(officer_a: User) -> None:
    """ASVS 6.1.1: a hundred wrong guesses from one place, and the owner signs in from another."""
    stranger = Client()
    answers = [
        sign_in(stranger, officer_a.email, f"tebakan nomor {n} yang salah", address="10.6.6.6") for n in range(100)
    ]
    assert [answer.status_code for answer in answers[:5]] == [422] * 5
    assert {answer.status_code for answer in answers[5:]} == {429}
    assert sign_in(stranger, officer_a.email, address="10.6.6.6").status_code == 429
    assert sign_in(Client(), officer_a.email, address="10.0.0.2").status_code == 302


def test_one_place_cannot_try_many_accounts() -> None:
    client = Client()
    answers = [sign_in(client, f"orang{n}@tebakan.id", address="10.6.6.6").status_code for n in range(30)]
    assert answers == [422] * 20 + [429] * 10


def test_many_places_together_get_at_most_a_hundred_guesses(officer_a: User) -> None:
    """The owner's own device still gets in, and so does anybody after a reset by mail."""
    own = Client()
    sign_in(own, officer_a.email)
    own.post("/akun/keluar/")
    answers = [
        sign_in(Client(), officer_a.email, "salah sama sekali ini", address=f"10.7.{n // 5}.1") for n in range(110)
    ]
    assert [answer.status_code for answer in answers].count(422) == 100
    assert sign_in(Client(), officer_a.email, address="10.8.0.1").status_code == 429
    assert sign_in(own, officer_a.email, address="10.8.0.1").status_code == 302
    assert sign_in(Client(), officer_a.email, address="10.8.0.2").status_code == 302, "a success clears the count"


def test_the_device_cookie_helps_only_its_own_account(officer_a: User, officer_b: User) -> None:
    own = Client()
    sign_in(own, officer_a.email)
    own.post("/akun/keluar/")
    cookie = own.cookies["sessionid_device"]
    assert officer_a.email not in cookie.value
    assert cookie["httponly"]
    for n in range(20):
        sign_in(Client(), officer_b.email, "salah sama sekali ini", address=f"10.7.{n}.1")
    answers = [sign_in(own, officer_b.email, "salah sama sekali ini", address="10.9.0.1").status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2, "counted by network address as for any stranger"


@pytest.mark.attack
@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_CLIENT_IP"])
def test_a_client_cannot_choose_its_network_address(header: str) -> None:
    client = Client()
    answers = [
        client.post(LOGIN, {"login": f"o{n}@t.id", "password": "x"}, REMOTE_ADDR="10.6.6.6", **{header: f"10.1.1.{n}"})
        for n in range(25)
    ]
    assert [answer.status_code for answer in answers].count(429) == 5


def test_behind_a_proxy_of_ours_only_its_own_entry_counts(settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client(REMOTE_ADDR="127.0.0.1")
    data = {"password": "x"}
    answers = [
        client.post(LOGIN, data | {"login": f"o{n}@t.id"}, HTTP_X_FORWARDED_FOR=f"10.1.1.{n}, 10.6.6.6")
        for n in range(25)
    ]
    assert [answer.status_code for answer in answers].count(429) == 5
    assert client.post(LOGIN, data | {"login": "o@t.id"}, HTTP_X_FORWARDED_FOR="10.2.2.2").status_code == 422


@pytest.mark.attack
@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https:///evil.example",
        "https://evil.example/beranda/",
        "http://testserver.evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "\r\nSet-Cookie: a=b",
        "%0d%0aSet-Cookie: a=b",
        "\t//evil.example",
        "///evil.example",
        "/%09/evil.example",
    ],
)
def test_next_never_leads_away(officer_a: User, target: str) -> None:
    response = sign_in(Client(), officer_a.email, next=target)
    assert response.status_code == 302
    location = response["Location"]
    assert location.startswith(("/", "%0d"))
    assert not location.startswith(("//", "/\\", "/\t"))
    assert "evil.example" not in location or location.startswith("/%")
    assert not {"a", "Set-Cookie"} & set(response.cookies)


def test_next_leads_back_inside(officer_a: User) -> None:
    assert sign_in(Client(), officer_a.email, next="/sentra/?q=batik")["Location"] == "/sentra/?q=batik"


def test_a_new_session_begins_at_sign_in(officer_a: User) -> None:
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["seed"] = "1"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    sign_in(client, officer_a.email)
    assert client.session.session_key != planted


def test_signing_out_needs_a_post_and_ends_every_session(officer_a: User) -> None:
    first, second = Client(), Client()
    sign_in(first, officer_a.email)
    sign_in(second, officer_a.email, address="10.0.0.2")
    assert first.get("/akun/keluar/").status_code == 200
    assert first.get("/beranda/").status_code == 200
    stolen = second.cookies["sessionid"].value
    assert first.post("/akun/keluar/").status_code == 302
    replay = Client()
    replay.cookies["sessionid"] = stolen
    assert replay.get("/beranda/").status_code == 302
    assert AuditEntry.objects.filter(action="account.signed_out", actor_id=officer_a.pk).count() == 1


def test_nobody_signs_up_and_no_second_address_exists(officer_a: User) -> None:
    for path in ("/akun/daftar/", "/akun/signup/", "/akun/email/", "/accounts/signup/", "/akun/surel/"):
        assert Client().get(path).status_code == 404
    sign_in(Client(), officer_a.email)
    assert not EmailAddress.objects.exists()


def test_asking_for_json_gives_no_other_answer(officer_a: User) -> None:
    response = Client().get(LOGIN, HTTP_X_REQUESTED_WITH="XMLHttpRequest", HTTP_ACCEPT="application/json")
    assert response["Content-Type"].startswith("text/html")


def test_signed_in_people_do_not_see_the_sign_in_page_again(officer_a: User, client_of) -> None:
    assert client_of(officer_a).get(LOGIN)["Location"] == "/beranda/"


def test_changing_the_password_ends_all_sessions_and_is_announced(officer_a: User, client_of) -> None:
    first, second = client_of(officer_a), client_of(officer_a)
    new = "sandi baru yang cukup panjang"
    wrong = first.post("/akun/ganti-sandi/", {"oldpassword": "bukan", "password1": new, "password2": new})
    assert wrong.status_code == 422
    answer = first.post("/akun/ganti-sandi/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer["Location"] == LOGIN
    for client in (first, second):
        assert client.get("/beranda/")["Location"].startswith(LOGIN)
    mail = OutboxMail.objects.get()
    assert mail.to == officer_a.email
    assert new not in mail.body
    assert AuditEntry.objects.filter(action="account.password_changed", object_id=str(officer_a.pk)).exists()
    assert sign_in(Client(), officer_a.email, new).status_code == 302
