"""Forgotten passwords: the mail goes to the account's own address, the page tells nothing."""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tasks import send_reset_link
from core.models import AuditEntry, OutboxMail
from tests.accounts.clock import after
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
RESET = "/akun/lupa-sandi/"
NEW = "sandi baru yang cukup panjang"


@pytest.fixture(autouse=True)
def no_counters() -> None:
    cache.clear()


def link_for(user: User) -> str:
    """The path in the mail that the worker would send now."""
    send_reset_link(user.pk)
    body = OutboxMail.objects.order_by("-pk").first().body
    return re.search(r"http://testserver(/akun/lupa-sandi/\S+)", body)[1]


def set_password(client: Client, link: str, password: str = NEW):
    form = client.get(link)
    if form.status_code != 302:
        return form
    return client.post(form["Location"], {"password1": password, "password2": password})


def test_known_and_unknown_addresses_give_the_same_answer_and_the_same_queries(
    officer_a: User, django_capture_on_commit_callbacks: Callable
) -> None:
    Client().post(RESET, {"email": "pemanasan@contoh.id"})
    answers, shapes = [], []
    for email in (officer_a.email, "tidak@ada.id"):
        with CaptureQueriesContext(connection) as queries, django_capture_on_commit_callbacks() as sent:
            answers.append(Client().post(RESET, {"email": email}))
        shapes.append(([q["sql"].split(" ")[0] for q in queries.captured_queries], len(sent)))
    assert [(a.status_code, a["Location"], a.content) for a in answers] == [
        (302, "/akun/lupa-sandi/terkirim/", b"")
    ] * 2
    assert shapes[0] == shapes[1]
    assert not OutboxMail.objects.exists(), "the worker writes it, not the request"


def test_the_worker_mails_the_owner_and_nobody_else(officer_a: User) -> None:
    send_reset_link(officer_a.pk)
    send_reset_link(0)
    closed = make_user(None, is_active=False)
    send_reset_link(closed.pk)
    mail = OutboxMail.objects.get()
    assert mail.to == officer_a.email
    assert officer_a.name not in mail.body + mail.subject
    assert AuditEntry.objects.filter(action="account.reset_requested").count() == 1


@pytest.mark.attack
@pytest.mark.parametrize("host", ["evil.example", "testserver:8443", "127.0.0.1"])
def test_the_link_never_takes_the_host_of_a_request(officer_a: User, settings, host: str) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.BASE_URL = "https://ovop.contoh.go.id"
    Client(headers={"Host": host, "X-Forwarded-Host": host}).post(RESET, {"email": officer_a.email})
    send_reset_link(officer_a.pk)
    urls = re.findall(r"https?://[^/\s]+", OutboxMail.objects.get().body)
    assert urls == ["https://ovop.contoh.go.id"]


def test_the_link_sets_one_password_once(officer_a: User) -> None:
    signed_in = Client()
    signed_in.force_login(officer_a)
    client, link = Client(), link_for(officer_a)
    assert set_password(client, link)["Location"] == "/akun/lupa-sandi/selesai/"
    officer_a.refresh_from_db()
    assert officer_a.check_password(NEW)
    assert signed_in.get("/beranda/").status_code == 302, "no session survives a reset"
    again = set_password(Client(), link, "sandi lain yang juga panjang")
    assert again.context["token_fail"]
    officer_a.refresh_from_db()
    assert officer_a.check_password(NEW)


def test_the_key_does_not_stay_in_the_address(officer_a: User) -> None:
    link = link_for(officer_a)
    client = Client()
    target = client.get(link)["Location"]
    assert link.split("-", 1)[1].strip("/") not in target
    assert client.get(target).status_code == 200


def test_the_link_lives_two_hours(officer_a: User) -> None:
    link = link_for(officer_a)
    with after(hours=2, minutes=1):
        assert set_password(Client(), link).context["token_fail"]
    with after(hours=1, minutes=59):
        assert set_password(Client(), link).status_code == 302


def test_signing_in_or_a_new_address_spoils_the_link(officer_a: User, officer_b: User) -> None:
    first, second = link_for(officer_a), link_for(officer_b)
    cache.clear()
    Client().post("/akun/masuk/", {"login": officer_a.email, "password": PASSWORD})
    User.objects.filter(pk=officer_b.pk).update(email="baru@contoh.id")
    for link in (first, second):
        assert set_password(Client(), link).context["token_fail"]


def test_a_link_is_worth_nothing_for_another_account(officer_a: User, officer_b: User) -> None:
    own, other = link_for(officer_a), link_for(officer_b)
    mixed = f"{other.partition('sandi/')[0]}sandi/{other.partition('sandi/')[2].split('-')[0]}-{own.split('-', 2)[2]}"
    assert set_password(Client(), mixed).context["token_fail"]


def test_asking_again_and_again_is_slowed(officer_a: User) -> None:
    answers = [Client().post(RESET, {"email": officer_a.email}).status_code for _ in range(7)]
    assert answers == [302] * 5 + [429] * 2


def test_a_reset_ends_a_lock_that_strangers_caused(officer_a: User) -> None:
    for n in range(105):
        Client().post("/akun/masuk/", {"login": officer_a.email, "password": "salah"}, REMOTE_ADDR=f"10.7.{n // 5}.1")
    entry = {"login": officer_a.email, "password": PASSWORD}
    assert Client().post("/akun/masuk/", entry, REMOTE_ADDR="10.8.0.1").status_code == 429
    set_password(Client(), link_for(officer_a))
    assert Client().post("/akun/masuk/", entry | {"password": NEW}, REMOTE_ADDR="10.8.0.2").status_code == 302
