"""From invitation to first password."""

import re

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.enums import Role
from accounts.models import Membership, User
from accounts.rules import activation_token
from accounts.services.activation import invite_user, send_activation
from accounts.tasks import send_activation as send_activation_task
from core.models import AuditEntry, OutboxMail
from tests.accounts.clock import after

pytestmark = pytest.mark.django_db
PASSWORD = "kalimat pertama yang panjang"


@pytest.fixture(autouse=True)
def no_counters() -> None:
    cache.clear()


@pytest.fixture
def invited(admin_a: User) -> User:
    membership = Membership(role=Role.DISTRICT_OFFICER, region_id="33.75")
    return invite_user(email=" Baru@Contoh.ID", name="Orang Baru", memberships=[membership], actor=admin_a)


def link() -> str:
    body = OutboxMail.objects.order_by("-pk").first().body
    return re.search(r"http://testserver(/akun/aktivasi/\S+)", body)[1]


def activate(client: Client, path: str, password: str = PASSWORD):
    client.get(path)
    return client.post("/akun/aktivasi/", {"password1": password, "password2": password})


def test_an_invitation_makes_an_account_that_cannot_sign_in_yet(invited: User, admin_a: User) -> None:
    assert invited.email == "baru@contoh.id"
    assert not invited.has_usable_password()
    assert invited.roles == {Role.DISTRICT_OFFICER}
    mail = OutboxMail.objects.get()
    assert mail.to == "baru@contoh.id"
    assert "Petugas kabupaten/kota – Kota Pekalongan, Jawa Tengah" in mail.body
    assert "Orang Baru" not in mail.body + mail.subject
    assert re.findall(r"https?://[^/\s]+", mail.body) == ["http://testserver"]
    entry = AuditEntry.objects.get(action="account.invited")
    assert (entry.actor_id, entry.object_id) == (admin_a.pk, str(invited.pk))


@pytest.mark.parametrize(
    ("email", "role", "region"),
    [
        ("baru@contoh.id", Role.DISTRICT_OFFICER, None),
        ("baru@contoh.id", Role.DISTRICT_OFFICER, "33"),
        ("baru@contoh.id", Role.PROVINCE_OFFICER, "33.75"),
        ("baru@contoh.id", Role.VERIFIER, "33"),
        ("baru@contoh.id", Role.ASSESSOR, "33.75.01"),
        ("bukan alamat", Role.VERIFIER, None),
        ("baru@contoh.id\nBcc: x@y.id", Role.VERIFIER, None),
    ],
)
def test_what_does_not_fit_changes_nothing(admin_a: User, email: str, role: Role, region: str | None) -> None:
    before = User.objects.count()
    with pytest.raises(ValidationError):
        invite_user(email=email, name="X", memberships=[Membership(role=role, region_id=region)], actor=admin_a)
    assert (User.objects.count(), OutboxMail.objects.count()) == (before, 0)


def test_an_address_is_invited_once_whatever_its_case(invited: User, admin_a: User) -> None:
    with pytest.raises(ValidationError):
        invite_user(email="BARU@contoh.id", name="Y", memberships=[], actor=admin_a)


def test_the_link_activates_once(invited: User) -> None:
    path, client = link(), Client()
    opened = client.get(path)
    assert opened["Location"] == "/akun/aktivasi/"
    assert "baru@contoh.id" in client.get("/akun/aktivasi/").content.decode()
    done = activate(client, path)
    assert (done.status_code, done["Location"]) == (302, "/akun/masuk/")
    invited.refresh_from_db()
    assert invited.check_password(PASSWORD)
    assert AuditEntry.objects.filter(action="account.activated", actor_id=invited.pk).count() == 1
    activate(Client(), path, "sandi milik orang lain lagi")
    invited.refresh_from_db()
    assert invited.check_password(PASSWORD)
    signed_in = Client().post("/akun/masuk/", {"login": "baru@contoh.id", "password": PASSWORD})
    assert signed_in.status_code == 302


def test_a_weak_password_leaves_the_link_good(invited: User) -> None:
    client, path = Client(), link()
    assert activate(client, path, "pendek").status_code == 422
    assert activate(client, path).status_code == 302


def test_the_link_lives_two_hours(invited: User) -> None:
    path = link()
    with after(hours=2, minutes=1):
        client = Client()
        client.get(path)
        assert "Tautan tidak berlaku" in client.get("/akun/aktivasi/").content.decode()
        assert activate(client, path).status_code == 200
    invited.refresh_from_db()
    assert not invited.has_usable_password()


def test_an_old_link_gets_a_new_mail_to_the_same_address(invited: User, django_capture_on_commit_callbacks) -> None:
    client, path = Client(), link()
    with after(hours=3):
        client.get(path)
        with django_capture_on_commit_callbacks() as sent:
            answer = client.post("/akun/aktivasi/ulang/")
        assert (answer["Location"], len(sent)) == ("/akun/aktivasi/terkirim/", 1)
        send_activation_task(invited.pk)
        assert OutboxMail.objects.count() == 2
        assert activate(Client(), link()).status_code == 302


def test_asking_for_a_new_link_tells_nothing_about_the_account(invited: User, officer_a: User) -> None:
    answers = []
    for user_id in (invited.pk, officer_a.pk, 10**9):
        client = Client()
        client.get(f"/akun/aktivasi/{user_id}-abc-def/")
        page = client.get("/akun/aktivasi/")
        answer = client.post("/akun/aktivasi/ulang/")
        answers.append((page.status_code, len(page.content), answer.status_code, answer["Location"]))
    assert len(set(answers)) == 1


def test_new_links_are_rationed(invited: User) -> None:
    client = Client()
    client.get(f"/akun/aktivasi/{invited.pk}-x/")
    assert [client.post("/akun/aktivasi/ulang/").status_code for _ in range(5)] == [302] * 3 + [429] * 2


def test_no_mail_for_active_closed_or_unknown_accounts(officer_a: User, invited: User) -> None:
    User.objects.filter(pk=invited.pk).update(is_active=False)
    before = OutboxMail.objects.count()
    assert not any(send_activation(user_id=pk, actor=None) for pk in (officer_a.pk, invited.pk, 0))
    assert OutboxMail.objects.count() == before


def test_keys_of_activation_and_reset_are_not_interchangeable(invited: User) -> None:
    reset = default_token_generator.make_token(invited)
    assert not activation_token.check_token(invited, reset)
    assert not default_token_generator.check_token(invited, activation_token.make_token(invited))
    assert activate(Client(), f"/akun/aktivasi/{invited.pk}-{reset}/").status_code == 200


@pytest.mark.parametrize("path", ["0-x", f"{2**70}-x", "1-" + "x" * 500, "1-%00", "1-%0d%0a"])
def test_made_up_links_are_only_links_that_are_over(path: str) -> None:
    client = Client()
    assert client.get(f"/akun/aktivasi/{path}/").status_code in (302, 404)
    assert client.get("/akun/aktivasi/").status_code == 200


def test_another_persons_session_ends_with_the_activation(invited: User, officer_a: User, client_of) -> None:
    client = client_of(officer_a)
    assert activate(client, link()).status_code == 302
    assert "_auth_user_id" not in client.session


def test_the_first_account_of_an_installation_comes_from_the_command_line() -> None:
    call_command("invite_user", "kepala@contoh.go.id", "Kepala Sekretariat")
    user = User.objects.get(email="kepala@contoh.go.id")
    assert user.is_staff
    assert user.roles == {Role.MINISTRY_ADMIN}
    assert OutboxMail.objects.get().to == user.email
    with pytest.raises(CommandError):
        call_command("invite_user", "kepala@contoh.go.id", "Lagi")
    with pytest.raises(CommandError):
        call_command("invite_user", "dinas@contoh.go.id", "Dinas", "--role", "district_officer")
