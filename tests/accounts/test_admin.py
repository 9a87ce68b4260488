"""The admin pages: one way in, accounts without passwords, everything recorded."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from core.models import AuditEntry, OutboxMail
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ADMIN = "/pengelola/"
USERS = "/pengelola/accounts/user/"


def user_form(user: User | None = None, **changes: object) -> dict[str, object]:
    """What the browser sends for an account with its memberships."""
    memberships = list(user.memberships.all()) if user else []
    data: dict[str, object] = {
        "email": user.email if user else "baru@contoh.id",
        "name": user.name if user else "Orang Baru",
        "phone": "",
        "is_active": "on",
        "memberships-TOTAL_FORMS": len(memberships) + 1,
        "memberships-INITIAL_FORMS": len(memberships),
    }
    for index, membership in enumerate([*memberships, None]):
        row = f"memberships-{index}-"
        data |= {
            f"{row}id": membership.pk if membership else "",
            f"{row}user": user.pk if user else "",
            f"{row}role": membership.role if membership else "",
            f"{row}region": (membership.region_id or "") if membership else "",
            f"initial-{row}valid_from": timezone.localdate().isoformat(),
            f"{row}valid_from": timezone.localdate().isoformat(),
        }
    return {key: value for key, value in (data | changes).items() if value is not None}


def save(client: Client, user: User, data: dict[str, object]) -> None:
    answer = client.post(f"{USERS}{user.pk}/change/", data)
    assert answer.status_code == 302, answer.context["errors"]


def test_visitors_sign_in_at_the_one_door() -> None:
    answer = Client().get(ADMIN, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/akun/masuk/?next=")
    assert Client().post("/pengelola/login/", {"username": "a", "password": "b"})["Location"].startswith("/akun/masuk/")


@pytest.mark.parametrize("persona", ["officer_a", "province", "verifier", "assessor_batik", "chair", "auditor"])
def test_everybody_else_stays_out(persona: str, client_of, request: pytest.FixtureRequest) -> None:
    client = client_of(request.getfixturevalue(persona))
    for path in (ADMIN, USERS, f"{USERS}add/"):
        assert client.get(path, follow=True).status_code == 403


def test_staff_without_the_role_see_no_data(client_of) -> None:
    client = client_of(make_user(Role.VERIFIER, is_staff=True))
    assert client.get(USERS).status_code == 403


def test_an_auditor_with_access_reads_and_writes_nothing(officer_a: User, client_of) -> None:
    client = client_of(make_user(Role.AUDITOR, is_staff=True))
    assert client.get(USERS).status_code == 200
    assert client.get(f"{USERS}{officer_a.pk}/change/").status_code == 200
    assert client.get(f"{USERS}add/").status_code == 403
    assert client.post(f"{USERS}{officer_a.pk}/change/", user_form(officer_a, name="Diubah")).status_code == 403
    client.post(USERS, {"action": "mail_activation", "_selected_action": officer_a.pk})
    assert not OutboxMail.objects.exists()


def test_a_ministry_admin_whose_term_is_over_manages_nothing(admin_a: User, client_of) -> None:
    Membership.objects.filter(user=admin_a).update(valid_to="2020-12-31")
    assert client_of(admin_a).get(USERS).status_code == 403


def test_a_new_account_gets_its_activation_mail_and_no_password(admin_a: User, client_of) -> None:
    data = user_form(
        **{"memberships-0-role": "district_officer", "memberships-0-region": "33.75"}, email="Baru@Contoh.id"
    )
    answer = client_of(admin_a).post(f"{USERS}add/", data)
    assert answer.status_code == 302, answer.context["errors"]
    user = User.objects.get(email="baru@contoh.id")
    assert not user.has_usable_password()
    assert user.region_codes(Role.DISTRICT_OFFICER) == ["33.75"]
    assert OutboxMail.objects.get().to == user.email
    actions = AuditEntry.objects.filter(actor_id=admin_a.pk, object_id=str(user.pk)).values_list("action", flat=True)
    assert set(actions) == {"account.invited", "accounts.user.added"}


@pytest.mark.parametrize(("role", "region"), [("district_officer", ""), ("district_officer", "33"), ("verifier", "33")])
def test_a_region_that_does_not_fit_the_role_is_refused(admin_a: User, client_of, role: str, region: str) -> None:
    data = user_form(**{"memberships-0-role": role, "memberships-0-region": region})
    answer = client_of(admin_a).post(f"{USERS}add/", data)
    assert answer.status_code == 200
    assert not User.objects.filter(email="baru@contoh.id").exists()
    assert not OutboxMail.objects.exists()


def test_closing_an_account_ends_its_sessions_for_good(admin_a: User, officer_a: User, client_of) -> None:
    theirs = client_of(officer_a)
    save(client_of(admin_a), officer_a, user_form(officer_a, is_active=None))
    assert theirs.get("/beranda/").status_code == 302
    save(client_of(admin_a), officer_a, user_form(officer_a))
    officer_a.refresh_from_db()
    assert officer_a.is_active
    assert theirs.get("/beranda/").status_code == 302
    recorded = AuditEntry.objects.filter(object_id=str(officer_a.pk), actor_id=admin_a.pk)
    assert {"accounts.user.changed", "account.access_changed"} <= set(recorded.values_list("action", flat=True))


def test_a_new_address_ends_the_sessions_and_is_told_to_the_old_one(admin_a: User, officer_a: User, client_of) -> None:
    theirs, old = client_of(officer_a), officer_a.email
    save(client_of(admin_a), officer_a, user_form(officer_a, email="lain@contoh.id"))
    assert theirs.get("/beranda/").status_code == 302
    mail = OutboxMail.objects.get()
    assert mail.to == old
    assert "lain@contoh.id" not in mail.body


def test_a_change_of_the_name_leaves_the_person_signed_in(admin_a: User, officer_a: User, client_of) -> None:
    theirs = client_of(officer_a)
    save(client_of(admin_a), officer_a, user_form(officer_a, name="Nama Baru"))
    assert theirs.get("/beranda/").status_code == 200


@pytest.mark.attack
def test_rights_are_not_taken_by_posting_them(admin_a: User, officer_a: User, client_of) -> None:
    data = user_form(
        officer_a, is_superuser="on", password="x", session_epoch=9, user_permissions="1", last_login="2020-01-01"
    )
    before = officer_a.password
    save(client_of(admin_a), officer_a, data)
    officer_a.refresh_from_db()
    assert (officer_a.is_superuser, officer_a.password, officer_a.session_epoch) == (False, before, 0)


@pytest.mark.attack
def test_admins_change_neither_themselves_nor_somebody_wider(admin_a: User, client_of) -> None:
    """Nobody gives a role to the own account; the two persons of a decree stay two."""
    root = User.objects.create_superuser("root@contoh.id", "Root", "x")
    for target in (admin_a, root):
        answer = client_of(admin_a).post(f"{USERS}{target.pk}/change/", user_form(target, name="Diubah"))
        assert answer.status_code == 403
        target.refresh_from_db()
        assert target.name != "Diubah"


@pytest.mark.attack
def test_nothing_is_deleted(admin_a: User, officer_a: User, client_of) -> None:
    client = client_of(admin_a)
    assert client.post(f"{USERS}{officer_a.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(USERS, {"action": "delete_selected", "_selected_action": officer_a.pk, "post": "yes"})
    assert User.objects.filter(pk=officer_a.pk).exists()


def test_activation_mail_can_be_sent_again_to_those_who_wait(admin_a: User, officer_a: User, client_of) -> None:
    waiting = User.objects.create(email="tunggu@contoh.id", name="Tunggu", password="!")
    data = {"action": "mail_activation", "_selected_action": [waiting.pk, officer_a.pk]}
    page = client_of(admin_a).post(USERS, data, follow=True)
    assert [mail.to for mail in OutboxMail.objects.all()] == [waiting.email]
    assert "1 surat aktivasi dikirim" in page.content.decode()
    assert "1 akun dilewati" in page.content.decode()


def test_the_library_tables_that_could_open_side_doors_are_not_shown(admin_a: User, client_of) -> None:
    client = client_of(admin_a)
    page = client.get(ADMIN).content.decode()
    assert "Pengelolaan portal OVOP dan Upakarti" in page
    for path in ("auth/group/", "account/emailaddress/", "mfa/authenticator/"):
        assert client.get(f"{ADMIN}{path}").status_code == 404


def test_the_list_costs_the_same_for_ten_and_forty_accounts(
    admin_a: User, client_of, django_assert_max_num_queries
) -> None:
    cache.clear()
    client = client_of(admin_a)
    client.get(USERS)
    for count in (10, 30):
        for _ in range(count):
            make_user(Role.DISTRICT_OFFICER, region="33.75")
        with django_assert_max_num_queries(14):
            client.get(USERS)


def test_signing_out_of_the_admin_is_the_same_signing_out(admin_a: User, client_of) -> None:
    client = client_of(admin_a)
    assert client.get(reverse("admin:password_change"))["Location"] == "/akun/ganti-sandi/"
    assert client.post(reverse("admin:logout")).status_code == 302
    assert AuditEntry.objects.filter(action="account.signed_out", actor_id=admin_a.pk).exists()


@pytest.mark.parametrize("path", ["", "accounts/user/?memberships__role__exact=", "reference/region/?kind__exact="])
def test_a_nul_in_an_address_is_answered_with_words(path: str, admin_a: User, client_of) -> None:
    client = client_of(admin_a)
    assert client.get(f"{ADMIN}{path}").status_code in (200, 302)
    refused = client.get(f"{ADMIN}{path}{'' if path else '?x='}%00")
    assert refused.status_code == 400
    assert "Permintaan tidak dapat diproses" in refused.content.decode()


@pytest.mark.parametrize("page", [ADMIN, USERS])
def test_every_page_says_that_its_data_is_an_example(page: str, admin_a: User, client_of, settings) -> None:
    client, words = client_of(admin_a), "Data contoh — bukan data sebenarnya"
    for settings.IS_DEMO in (True, False):
        assert (words in client.get(page).content.decode()) == settings.IS_DEMO
