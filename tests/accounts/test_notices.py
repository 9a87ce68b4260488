"""Notices are told once, read by their person alone, and mailed by the person's choice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import MailPreference, Role
from accounts.models import Notice, User
from accounts.models.people import UNREAD_CAP
from accounts.services import notices
from accounts.tasks import forget_notices, send_digests
from core.models import AuditEntry, OutboxMail
from tests.factories import HOME, make_user
from tests.transactions import undone

pytestmark = pytest.mark.django_db
TERNATE, MAKASSAR = "82.71", "73.71"  # WIT, WITA
LIST = "/pemberitahuan/"


def tell(*users: User, key: str = "satu", important: bool = False, subject: str = "Pertanyaan baru") -> None:
    notices.notify(users=users, subject=subject, body=f"{subject}.\n", url="/usulan/7/", key=key, important=important)


def prefer(user: User, preference: MailPreference) -> User:
    notices.choose_mail(preference=preference, actor=user)
    return User.objects.get(pk=user.pk)


def mails_to(user: User) -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(to=user.email).order_by("pk"))


def created(moment: datetime, user: User, **what: Any) -> Notice:
    """A notice that was written at that moment."""
    tell(user, **what)
    notice = Notice.objects.filter(user=user).latest("pk")
    Notice.objects.filter(pk=notice.pk).update(created_at=moment)
    return notice


# Telling


def test_a_notice_is_written_and_mailed_once_per_key(officer_a: User, officer_b: User) -> None:
    for _time in range(2):
        tell(officer_a, officer_b, officer_a)
    assert sorted(Notice.objects.values_list("user", "text", "url")) == sorted(
        (user.pk, "Pertanyaan baru", "/usulan/7/") for user in (officer_a, officer_b)
    )
    assert [len(mails_to(user)) for user in (officer_a, officer_b)] == [1, 1]


@pytest.mark.parametrize(
    ("preference", "important", "mailed", "waits"),
    [
        (MailPreference.AT_ONCE, False, 1, False),
        (MailPreference.DIGEST, False, 0, True),
        (MailPreference.PORTAL, False, 0, False),
        (MailPreference.AT_ONCE, True, 1, False),
        (MailPreference.DIGEST, True, 1, False),
        (MailPreference.PORTAL, True, 1, False),
    ],
)
def test_the_important_is_mailed_at_once_whatever_a_person_prefers(
    officer_a: User, preference: MailPreference, important: bool, mailed: int, waits: bool
) -> None:
    tell(prefer(officer_a, preference), important=important)
    assert len(mails_to(officer_a)) == mailed
    assert Notice.objects.get().waits_for_digest is waits


def test_who_left_is_told_nothing(officer_a: User) -> None:
    officer_a.is_active = False
    tell(officer_a)
    assert (Notice.objects.count(), OutboxMail.objects.count()) == (0, 0)


def test_nobody_is_told_what_did_not_happen(officer_a: User) -> None:
    with undone():
        tell(officer_a)
        assert Notice.objects.count() == 1
    assert (Notice.objects.count(), OutboxMail.objects.count()) == (0, 0)


@pytest.mark.parametrize("url", ["https://jahat.example/", "//jahat.example/", "/\\jahat.example", "usulan/1/", ""])
def test_a_notice_leads_to_our_own_pages_only(officer_a: User, url: str) -> None:
    with pytest.raises(IntegrityError, match="accounts_notice_own_path"), transaction.atomic():
        Notice.objects.create(user=officer_a, text="x", url=url, key=url)


# Pages


def test_the_header_counts_what_is_unread_without_a_query_more(officer_a: User, client_of: Callable) -> None:
    client = client_of(officer_a)
    client.get("/bantuan/")
    for number in (0, 3, UNREAD_CAP + 20):
        for serial in range(Notice.objects.count(), number):
            Notice.objects.create(user=officer_a, text="Kabar", url="/", key=f"{serial}")
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/bantuan/")
        assert len(queries) == 3, "session, person, memberships"
        assert page.context["portal"]["unread"] == {0: "", 3: "3"}.get(number, "99+")
    Notice.objects.update(read_at=timezone.now())
    assert client.get("/bantuan/").context["portal"]["unread"] == ""


def test_the_list_costs_five_queries_whatever_its_length(
    officer_a: User, client_of: Callable, django_assert_num_queries: Callable
) -> None:
    client = client_of(officer_a)
    client.get(LIST)
    for size in (1, 10, 300):
        for serial in range(Notice.objects.count(), size):
            Notice.objects.create(user=officer_a, text="Kabar", url="/", key=f"{serial}")
        with django_assert_num_queries(5):
            page = client.get(LIST)
        assert len(page.context["page"].items) == min(size, 25)


def test_nobody_reads_or_marks_the_notices_of_others(officer_a: User, officer_b: User, client_of, post) -> None:
    tell(officer_b, subject="Rahasia Garut")
    notice = Notice.objects.get()
    client = client_of(officer_a)
    assert "Rahasia" not in client.get(LIST).content.decode()
    answer = post(client, reverse("notice_open", args=[notice.pk]))
    assert answer.status_code == 404
    assert "Rahasia" not in answer.content.decode()
    post(client, reverse("notice_read_all"), {"sampai": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at is None


def test_opening_marks_as_read_and_leads_on(officer_a: User, client_of, post) -> None:
    tell(officer_a)
    client, notice = client_of(officer_a), Notice.objects.get()
    assert "Belum dibaca" in client.get(LIST).content.decode()
    answer = post(client, reverse("notice_open", args=[notice.pk]))
    assert (answer.status_code, answer["Location"]) == (302, "/usulan/7/")
    first = Notice.objects.get().read_at
    assert first is not None
    post(client, reverse("notice_open", args=[notice.pk]), {"tandai": "1"})
    assert Notice.objects.get().read_at == first, "the first time counts"
    assert client.get(f"{LIST}?tampil=belum").context["page"].items == []


def test_marking_one_stays_on_the_list(officer_a: User, client_of, post) -> None:
    tell(officer_a)
    answer = post(client_of(officer_a), reverse("notice_open", args=[Notice.objects.get().pk]), {"tandai": "1"})
    assert answer["Location"] == LIST


def test_marking_all_leaves_what_came_after_the_page_was_opened(officer_a: User, client_of, post) -> None:
    tell(officer_a, key="1")
    tell(officer_a, key="2")
    shown = Notice.objects.latest("pk")
    tell(officer_a, key="3")
    post(client_of(officer_a), reverse("notice_read_all"), {"sampai": shown.pk})
    assert [notice.key for notice in Notice.objects.filter(read_at=None)] == ["3"]
    assert post(client_of(officer_a), reverse("notice_read_all"), {"sampai": "x"}).status_code == 302


def test_the_choice_of_mail_is_kept_and_recorded(officer_a: User, client_of, post) -> None:
    client, url = client_of(officer_a), reverse("notice_settings")
    assert post(client, url, {"preference": "digest"}).status_code == 302
    assert User.objects.get(pk=officer_a.pk).mail_preference == MailPreference.DIGEST
    assert AuditEntry.objects.get(action="account.mail_preference_chosen").data == {"to": "digest"}
    assert post(client, url, {"preference": "never"}).status_code == 422


# Digest: 24 November 2026 is a Tuesday; 07.00 WIB is 00.00 UTC, 07.00 WITA 23.00 and 07.00 WIT 22.00 UTC of the 23rd.

EVENING = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("region", "too_early", "due"),
    [
        (HOME, datetime(2026, 11, 23, 23, 59, tzinfo=UTC), datetime(2026, 11, 24, 0, 0, tzinfo=UTC)),
        (MAKASSAR, datetime(2026, 11, 23, 22, 59, tzinfo=UTC), datetime(2026, 11, 23, 23, 0, tzinfo=UTC)),
        (TERNATE, datetime(2026, 11, 23, 21, 59, tzinfo=UTC), datetime(2026, 11, 23, 22, 0, tzinfo=UTC)),
    ],
)
def test_the_digest_comes_at_seven_on_the_persons_own_clock_and_once(
    region: str, too_early: datetime, due: datetime
) -> None:
    user = prefer(make_user(Role.DISTRICT_OFFICER, region=region), MailPreference.DIGEST)
    created(EVENING, user, key="1", subject="Pertanyaan satu")
    created(EVENING, user, key="2", subject="Catatan dua")
    with time_machine.travel(too_early):
        send_digests()
    assert mails_to(user) == []
    for hours in (0, 1, 5):
        with time_machine.travel(due + timedelta(hours=hours)):
            send_digests()
    (mail,) = mails_to(user)
    assert mail.subject == "Ringkasan harian: 2 pemberitahuan"
    assert mail.body.index("Pertanyaan satu") < mail.body.index("Catatan dua")
    assert "/usulan/7/" in mail.body
    assert not Notice.objects.filter(waits_for_digest=True).exists()


def test_what_comes_after_seven_waits_for_tomorrow(officer_a: User) -> None:
    user = prefer(officer_a, MailPreference.DIGEST)
    created(datetime(2026, 11, 24, 1, 0, tzinfo=UTC), user)  # 08.00 WIB
    with time_machine.travel(datetime(2026, 11, 24, 4, 0, tzinfo=UTC)):
        send_digests()
    assert mails_to(user) == []
    with time_machine.travel(datetime(2026, 11, 25, 0, 0, tzinfo=UTC)):
        send_digests()
    assert len(mails_to(user)) == 1


def test_what_was_read_or_mailed_already_is_in_no_digest(officer_a: User) -> None:
    user = prefer(officer_a, MailPreference.DIGEST)
    read = created(EVENING, user, key="1")
    created(EVENING, user, key="2", important=True)
    notices.mark_read(notice_id=read.pk, actor=user)
    with time_machine.travel(EVENING + timedelta(days=1)):
        send_digests()
    assert [mail.subject for mail in mails_to(user)] == ["Pertanyaan baru"], "the important one, at once"


def test_who_wants_no_mail_any_more_gets_no_digest_of_what_waits(officer_a: User) -> None:
    user = prefer(officer_a, MailPreference.DIGEST)
    created(EVENING, user)
    prefer(user, MailPreference.PORTAL)
    with time_machine.travel(EVENING + timedelta(days=1)):
        send_digests()
    assert mails_to(user) == []


def test_notices_are_kept_for_half_a_year(officer_a: User) -> None:
    now = timezone.now()
    created(now - timedelta(days=179), officer_a, key="jung")
    created(now - timedelta(days=181), officer_a, key="tua")
    forget_notices()
    assert [notice.key for notice in Notice.objects.all()] == ["jung"]
