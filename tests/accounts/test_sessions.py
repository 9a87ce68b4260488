"""Idle and absolute limits, and the form that survives a new sign-in."""

import secrets
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Membership, User
from tests.accounts.clock import after
from tests.factories import PASSWORD, add_membership, make_user

pytestmark = pytest.mark.django_db
HOME, FORM = "/beranda/", "/usulan/mulai/?award=ovop"
ANSWER = {"title": "Batik <b>Jlamprang</b>", "items": ["satu", "dua"], "_key": "k" * 32}


@pytest.fixture(autouse=True)
def no_counters() -> None:
    cache.clear()


def signed_in(client: Client, at: object = None) -> bool:
    return client.get(HOME).status_code == 200


def sign_in(client: Client, user: User, **extra: str):
    return client.post("/akun/masuk/", {"login": user.email, "password": PASSWORD, **extra})


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.DISTRICT_OFFICER, Role.PROVINCE_OFFICER)])
def test_staff_and_scorers_are_signed_out_after_half_an_hour(role: Role, client_of) -> None:
    client = client_of(make_user(role))
    assert signed_in(client)
    with after(minutes=29):
        assert signed_in(client)
    with after(minutes=29 + 31):
        assert not signed_in(client)
        assert not signed_in(client), "and stay out"


@pytest.mark.parametrize("persona", ["officer_a", "province"])
def test_regions_have_eight_hours(persona: str, client_of, request: pytest.FixtureRequest) -> None:
    client = client_of(request.getfixturevalue(persona))
    assert signed_in(client)
    with after(hours=7, minutes=59):
        assert signed_in(client)
    with after(hours=7 + 8, minutes=59 + 2):
        assert not signed_in(client)


def test_one_strict_role_is_enough(officer_a: User, client_of) -> None:
    add_membership(officer_a, Role.ASSESSOR)
    client = client_of(officer_a)
    assert signed_in(client)
    with after(minutes=31):
        assert not signed_in(client)


def test_nobody_stays_longer_than_twelve_hours(officer_a: User, client_of) -> None:
    client = client_of(officer_a)
    for hours in range(12):
        with after(hours=hours):
            assert signed_in(client)
    with after(hours=12, minutes=1):
        assert not signed_in(client)


def test_the_session_is_written_at_most_once_a_minute(officer_a: User, client_of) -> None:
    client = client_of(officer_a)
    client.get(HOME)
    for seconds, writes in ((20, 0), (70, 1)):
        with after(seconds=seconds), CaptureQueriesContext(connection) as queries:
            client.get(HOME)
        assert sum('UPDATE "django_session"' in q["sql"] for q in queries.captured_queries) == writes


def test_an_ended_membership_ends_access_at_the_next_request(officer_a: User, client_of) -> None:
    client = client_of(officer_a)
    assert client.get("/sentra/").status_code == 200
    Membership.objects.filter(user=officer_a).update(valid_to=date(2020, 12, 31))
    assert client.get("/sentra/").status_code in (403, 404)
    assert "belum memiliki tugas" in client.get(HOME).content.decode()


def test_a_closed_account_is_out_at_the_next_request(officer_a: User, client_of) -> None:
    client = client_of(officer_a)
    User.objects.filter(pk=officer_a.pk).update(is_active=False)
    assert not signed_in(client)


def test_a_get_after_the_end_says_why_and_leads_back(verifier: User, client_of) -> None:
    client = client_of(verifier)
    client.get(HOME)
    with after(minutes=31):
        page = client.get("/usulan/?q=batik", follow=True)
        assert "Sesi Anda sudah berakhir" in page.content.decode()
        assert page.redirect_chain == [("/akun/masuk/?next=/usulan/%3Fq%3Dbatik", 302)]


def interrupted(client: Client, user: User, data: dict | None = None, path: str = FORM):
    """A post after the session's end; gives the answer and leaves the clock running on."""
    client.force_login(user)
    client.get(HOME)
    with after(hours=9):
        return client.post(path, ANSWER if data is None else data)


def test_the_author_gets_the_form_back(officer_a: User) -> None:
    client = Client()
    answer = interrupted(client, officer_a)
    assert answer["Location"] == "/akun/masuk/?next=%2Fakun%2Flanjutkan%2F"
    assert "_auth_user_id" not in client.session
    assert "Isian Anda kami simpan" in client.get(answer["Location"]).content.decode()
    assert sign_in(client, officer_a, next="/akun/lanjutkan/")["Location"] == "/akun/lanjutkan/"
    page = client.get("/akun/lanjutkan/")
    text = page.content.decode()
    assert f'action="{FORM}"' in text
    assert "Batik &lt;b&gt;Jlamprang&lt;/b&gt;" in text
    assert page.context["fields"] == [
        ["title", ANSWER["title"]],
        ["items", "satu"],
        ["items", "dua"],
        ["_key", "k" * 32],
    ]


def test_identity_numbers_are_not_held_and_the_author_is_told(officer_a: User) -> None:
    numbers = {"identity_number": "3375011708450001", "nib": "9120001234567", "form-0-npwp": "0013000666091000"}
    client = Client()
    interrupted(client, officer_a, {"name": "Sri Wahyuni", "phone": "0812-3456-7890", **numbers})
    written = str([session.get_decoded() for session in Session.objects.all()])
    assert "Sri Wahyuni" in written
    assert not [number for number in numbers.values() if number in written]
    sign_in(client, officer_a)
    page = client.get("/akun/lanjutkan/")
    assert page.context["fields"] == [["name", "Sri Wahyuni"], ["phone", "0812-3456-7890"]]
    assert page.context["user"] == officer_a
    assert "Nomor identitas (NIK, NPWP, atau NIB) tidak ikut kami pegang" in page.content.decode()


def test_who_typed_no_identity_number_reads_nothing_of_one(officer_a: User) -> None:
    client = Client()
    interrupted(client, officer_a, {"name": "Sri Wahyuni", "npwp": ""})
    sign_in(client, officer_a)
    assert "tidak ikut kami pegang" not in client.get("/akun/lanjutkan/").content.decode()


def test_the_author_is_led_to_the_form_from_any_sign_in(officer_a: User) -> None:
    client = Client()
    interrupted(client, officer_a)
    assert sign_in(client, officer_a)["Location"] == "/akun/lanjutkan/"


def test_the_copy_is_gone_once_the_form_was_sent_again(officer_a: User) -> None:
    client = Client()
    interrupted(client, officer_a)
    sign_in(client, officer_a)
    client.post(FORM, ANSWER)
    assert client.get("/akun/lanjutkan/")["Location"] == HOME


def test_another_person_never_sees_the_form(officer_a: User, officer_b: User) -> None:
    client = Client()
    interrupted(client, officer_a)
    sign_in(client, officer_b)
    assert client.get("/akun/lanjutkan/")["Location"] == HOME
    assert "held_post" not in client.session, "it does not lie about in the other one's session"


def test_without_anything_held_the_page_leads_home(officer_a: User, client_of) -> None:
    assert client_of(officer_a).get("/akun/lanjutkan/")["Location"] == HOME


@pytest.mark.parametrize(
    "data",
    [
        {"oldpassword": "rahasia", "title": "x"},
        {"title": "x" * 200_001},
        {"title": "x", "file": SimpleUploadedFile("a.pdf", b"%PDF-")},
        {},
    ],
    ids=["password", "too long", "file", "empty"],
)
def test_what_cannot_be_kept_is_said_to_be_lost(officer_a: User, data: dict) -> None:
    client = Client()
    answer = interrupted(client, officer_a, data)
    assert answer["Location"] == "/akun/masuk/"
    assert "held_post" not in client.session
    assert "belum tersimpan" in client.get("/akun/masuk/").content.decode()


def test_a_post_without_any_session_is_said_to_be_lost() -> None:
    client = Client()
    assert client.post(FORM, ANSWER)["Location"] == "/akun/masuk/"
    assert "belum tersimpan" in client.get("/akun/masuk/").content.decode()


@pytest.mark.attack
def test_a_foreign_page_cannot_plant_a_form(officer_a: User) -> None:
    """The CSRF check comes first, also when the session has just ended."""
    client = Client(enforce_csrf_checks=True)
    answer = interrupted(client, officer_a)
    assert answer.status_code == 403
    assert "held_post" not in client.session


def test_a_form_keeps_its_one_time_key(officer_a: User) -> None:
    client, key = Client(), secrets.token_urlsafe(24)
    interrupted(client, officer_a, {"title": "x", "_key": key, "csrfmiddlewaretoken": "t"})
    sign_in(client, officer_a)
    assert client.get("/akun/lanjutkan/").context["fields"] == [["title", "x"], ["_key", key]]
