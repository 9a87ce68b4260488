"""Mail leaves once, whatever the workers and the mail server do."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core import mail as sent_mail
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core import outbox
from core.models import AuditEntry, OutboxMail
from core.tasks import send_mail, send_waiting_mail
from tests.transactions import together, undone

KEY = "uji:1"


class Handler:
    """Keeps what it is given; refuses every address in `refused`; may hang up when it has the text."""

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self.hangs_up = False
        self.messages: list[str] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refused:
            return "550 5.1.1 mailbox unavailable"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.messages.append(envelope.content.decode())
        if self.hangs_up:
            server.transport.abort()
        return "250 OK"


@pytest.fixture
def smtp(settings: Any) -> Iterator[Handler]:
    """A real mail server on loopback, which the portal uses."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
    handler = Handler()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield handler
    controller.stop()


def put(to: str = "petugas@contoh.id", subject: str = "Usulan diterima", body: str = "Isi.", key: str = KEY) -> Any:
    with transaction.atomic():
        outbox.put(to=to, subject=subject, body=body, key=key)
    return OutboxMail.objects.get(dedupe_key=key)


def pass_time(mail: OutboxMail, **span: float) -> None:
    """As if that much time had gone by since the last attempt."""
    span = timedelta(**span)
    OutboxMail.objects.filter(pk=mail.pk).update(rests_until=F("rests_until") - span, claimed_at=F("claimed_at") - span)


@pytest.mark.django_db
def test_a_mail_is_sent_once_and_stamped(smtp):
    mail = put()
    assert [outbox.send(mail.pk), outbox.send(mail.pk)] == [True, False]
    mail.refresh_from_db()
    assert (mail.sent_at is not None, mail.attempts, mail.last_error) == (True, 1, "")
    assert len(smtp.messages) == 1
    assert "Subject: Usulan diterima" in smtp.messages[0]
    assert outbox.waiting_ids() == []


@pytest.mark.django_db
def test_the_same_key_is_one_mail_and_one_task(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as tasks:
        put(), put(subject="Lain sama sekali")
    assert OutboxMail.objects.get().subject == "Usulan diterima"
    assert len(tasks) == 1


@pytest.mark.django_db
def test_a_rollback_leaves_no_mail():
    with undone():
        put()
    assert not OutboxMail.objects.exists()


@pytest.mark.django_db
def test_a_refusal_is_kept_with_its_error_and_tried_again_later(smtp):
    mail = put()
    smtp.refused = {mail.to}
    assert outbox.send(mail.pk) is False
    mail.refresh_from_db()
    assert "mailbox unavailable" in mail.last_error
    assert (mail.sent_at, mail.attempts, outbox.waiting_ids()) == (None, 1, [])
    smtp.refused = set()
    pass_time(mail, minutes=6)
    assert outbox.waiting_ids() == [mail.pk]
    assert outbox.send(mail.pk) is True
    mail.refresh_from_db()
    assert (mail.last_error, mail.attempts, len(smtp.messages)) == ("", 2, 1)


@pytest.mark.django_db
def test_a_mail_server_may_be_away_for_a_day(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    mail, waited = put(), timedelta()
    for attempt in range(1, outbox.MAX_ATTEMPTS + 1):
        assert outbox.send(mail.pk) is False
        pass_time(mail, seconds=outbox.PAUSE.total_seconds() * attempt - 30)
        assert outbox.waiting_ids() == [], "it rests"
        pass_time(mail, seconds=31)
        waited += outbox.PAUSE * attempt
    assert waited > timedelta(hours=23)
    assert outbox.waiting_ids() == [], "somebody has to look at it"
    mail.refresh_from_db()
    assert (mail.sent_at, mail.attempts) == (None, outbox.MAX_ATTEMPTS)


@pytest.mark.django_db
def test_what_a_dying_worker_had_in_hand_waits_for_a_person(smtp, admin_a):
    """Nobody can say whether the server took it. Sent twice is worse than asked about."""
    mail, other = put(), put(key="uji:2")
    OutboxMail.objects.filter(pk=mail.pk).update(claimed_at=timezone.now(), attempts=1)
    assert outbox.send(mail.pk) is False, "another worker may still be at it"
    assert outbox.send_again(mail_ids=[mail.pk], actor=admin_a) == 0
    pass_time(mail, minutes=6)
    send_waiting_mail()
    assert list(OutboxMail.objects.filter(sent_at=None)) == [mail]
    assert outbox.send_again(mail_ids=[mail.pk, other.pk], actor=admin_a) == 1
    send_waiting_mail()
    assert len(smtp.messages) == 2
    entry = AuditEntry.objects.get(action="mail.sent_again")
    assert (entry.actor_id, entry.object_id) == (admin_a.pk, str(mail.pk))


@pytest.mark.django_db
def test_a_line_that_breaks_after_the_text_makes_no_second_mail(smtp):
    smtp.hangs_up = True
    mail = put()
    assert outbox.send(mail.pk) is False
    smtp.hangs_up = False
    pass_time(mail, days=2)
    assert outbox.waiting_ids() == []
    assert OutboxMail.objects.get(outbox.stuck_mails()) == mail
    assert len(smtp.messages) == 1, "the server had taken it"


@pytest.mark.django_db
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028"])
def test_a_subject_cannot_add_a_header(smtp, newline):
    mail = put(subject=f"Usulan{newline}Bcc: penyusup@contoh.id{newline}{newline}<b>isi</b>")
    assert outbox.send(mail.pk)
    head = smtp.messages[0].replace("\r\n", "\n").split("\n\n")[0]
    assert "Subject: Usulan Bcc: penyusup@contoh.id <b>isi</b>" in head
    assert not [line for line in head.splitlines() if line.lower().startswith("bcc:")]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["a@contoh.id\nBcc: b@contoh.id", "petugas@" + "a" * 64 + ".id"])
def test_a_forged_address_stops_only_its_own_mail(smtp, address):
    bad, good = put(to=address), put(key="uji:2")
    send_waiting_mail()
    bad.refresh_from_db()
    good.refresh_from_db()
    assert bad.sent_at is None
    assert bad.last_error
    assert good.sent_at is not None
    assert len(smtp.messages) == 1


@pytest.mark.django_db
def test_long_subjects_and_keys_are_no_error():
    address = "a" * 60 + "@" + "b" * 180 + ".contoh.id"
    with transaction.atomic():
        for _twice in range(2):
            outbox.put(to=address, subject="kata " * 100, body="", key=f"verified:12345:99:{address}")
    assert len(OutboxMail.objects.get(to=address).subject) <= 200


@pytest.mark.django_db
def test_indonesian_and_other_letters_arrive(settings):
    mail = put(subject="Usulan “Tenun Ulap Doyo” – diterima", body="Terima kasih, Jérôme. ✓")
    send_mail(mail.pk)
    assert (sent_mail.outbox[0].subject, sent_mail.outbox[0].body) == (mail.subject, mail.body)
    assert (sent_mail.outbox[0].to, sent_mail.outbox[0].from_email) == ([mail.to], settings.DEFAULT_FROM_EMAIL)


@pytest.mark.django_db
def test_the_sweeper_asks_once_and_takes_the_oldest_first(django_assert_num_queries):
    mails = [put(key=f"uji:{number}") for number in range(3)]
    OutboxMail.objects.filter(pk=mails[2].pk).update(created_at=timezone.now() - timedelta(days=1))
    with django_assert_num_queries(1):
        assert outbox.waiting_ids() == [mails[2].pk, mails[0].pk, mails[1].pk]


def test_ten_workers_at_once_send_one_mail(cloned_db, smtp):
    mail = put()
    answers = together([lambda: outbox.send(mail.pk)] * 10)
    assert sorted(answers) == [False] * 9 + [True]
    assert len(smtp.messages) == 1


def test_ten_requests_at_once_put_one_mail(cloned_db):
    together([lambda: put(key="uji:sama")] * 10)
    assert OutboxMail.objects.filter(dedupe_key="uji:sama").count() == 1
