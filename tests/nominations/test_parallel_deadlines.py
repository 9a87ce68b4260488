"""Deadlines, extensions, reminders and proxy entries at the same moment, on a database of their own."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import time_machine
from django.db import connection, transaction

from accounts.enums import Role
from accounts.models import ProxyEntry, User
from core.errors import NotPermitted, RuleBroken
from core.models import OutboxMail
from nominations.enums import Status, Topic, WindowKind
from nominations.models import Extension, Nomination, ProxyAct, Window
from nominations.services import drafting, submission
from nominations.services.extensions import extend_nomination, extend_region, withdraw_extension
from nominations.services.proxies import close_proxy, open_proxy
from nominations.services.reminders import send_due_reminders
from tests import factories
from tests.nominations import scenes
from tests.nominations.test_parallel import _until_somebody_waits, kinds
from tests.transactions import together

DAY = timedelta(days=1)


def clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def admin() -> User:
    return factories.make_user(Role.MINISTRY_ADMIN)


def fresh(user: User) -> User:
    """The person as another request loads her or him."""
    return User.objects.get(pk=user.pk)


def submit(nomination: Nomination, actor: User | None = None) -> Any:
    actor = actor or factories.officer_of(nomination.region_id)
    return submission.submit_nomination(nomination_id=nomination.pk, declared=True, actor=actor)


def extended(closes_at: datetime, base: datetime) -> tuple[Nomination, Extension]:
    """A draft whose window closed, or closes, at `base`, and an extension of it alone."""
    draft = factories.make_ovop_nomination()
    window = scenes.close_window(draft.period, WindowKind.NOMINATION, base)
    facts = {"window": window, "nomination": draft, "reason": "Banjir"}
    return draft, Extension.objects.create(**facts, closes_at=closes_at)


def test_who_arrives_before_an_extension_ends_does_not_miss_it_by_waiting(cloned_db):
    for late in (False, True):
        draft, extension = extended(clock() + DAY, clock() - DAY)
        answers: list[Any] = []
        waiting = Thread(target=lambda d=draft, a=answers: a.extend(together([lambda: submit(d)])))
        if late:
            Extension.objects.filter(pk=extension.pk).update(closes_at=clock())
        with transaction.atomic():
            Nomination.objects.select_for_update().get(pk=draft.pk)
            waiting.start()
            _until_somebody_waits(waiting)
            if not late:
                Extension.objects.filter(pk=extension.pk).update(closes_at=clock())
        waiting.join()
        assert kinds(answers) == ({"RuleBroken": 1} if late else {"Nomination": 1})
        assert scenes.state_of(draft)["status"] == (Status.DRAFT if late else Status.SUBMITTED)


def test_withdrawing_an_extension_never_hits_who_relies_on_it(cloned_db):
    """In effect: the withdrawal is refused and the submission taken. Not yet: both are well, in any order."""
    for base, withdrawn in ((clock() - DAY, False), (clock() + DAY, True)):
        draft, extension = extended(clock() + 2 * DAY, base)
        actor = admin()
        take_back = {"extension_id": extension.pk, "reason": "Keliru", "actor": actor}
        answers = together([lambda d=draft: submit(d), lambda t=take_back: withdraw_extension(**t)])
        assert kinds(answers) == (
            {"Nomination": 1, "Extension": 1} if withdrawn else {"Nomination": 1, "RuleBroken": 1}
        )
        assert scenes.state_of(draft)["status"] == Status.SUBMITTED
        assert Extension.objects.live().filter(pk=extension.pk).exists() != withdrawn


def test_of_several_admins_who_extend_at_once_one_extension_rules(cloned_db):
    draft = factories.make_ovop_nomination()
    window = Window.objects.get(period=draft.period, kind=WindowKind.NOMINATION)
    admins = [admin() for _person in range(4)]
    region = {"window_id": window.pk, "region_code": draft.region_id, "reason": "x"}
    answers = together(
        [
            lambda n=n, a=a: extend_region(**region, closes_at=window.closes_at + n * DAY, actor=a)
            for n, a in enumerate(admins, 1)
        ]
    )
    assert kinds(answers)["Extension"] >= 1
    assert set(kinds(answers)) <= {"Extension", "RuleBroken"}
    assert Extension.objects.live().get().closes_at == window.closes_at + 4 * DAY
    one = {"nomination_id": draft.pk, "closes_at": window.closes_at + 9 * DAY, "reason": "x"}
    answers = together([lambda a=a: extend_nomination(**one, actor=a) for a in admins])
    assert kinds(answers) == {"Extension": 1, "RuleBroken": 3}


def test_two_schedulers_at_once_are_one_mail_each(cloned_db):
    draft = factories.make_ovop_nomination(complete=False)
    factories.make_user(Role.DISTRICT_OFFICER, region=draft.region_id)
    closes_at = datetime(2050, 6, 30, 9, 0, tzinfo=UTC)
    Window.objects.filter(kind=WindowKind.NOMINATION).update(closes_at=closes_at)
    with time_machine.travel(datetime(2050, 6, 27, 2, 5, tzinfo=UTC), tick=False):
        answers = together([send_due_reminders] * 4)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    mails = Counter(OutboxMail.objects.filter(dedupe_key__startswith="reminder:").values_list("to", flat=True))
    assert sorted(mails.values()) == [1, 1]


def test_a_region_has_one_open_proxy_entry(cloned_db):
    period, admins = factories.make_period("ovop"), [admin() for _person in range(5)]
    facts = {"region_code": factories.HOME, "periods": [period], "reason": "Gempa", "letter": None}
    answers = together([lambda a=a: open_proxy(**facts, actor=a) for a in admins])
    assert kinds(answers) == {"ProxyEntry": 1, "RuleBroken": 4}
    entry = ProxyEntry.objects.open().get()
    answers = together([lambda a=a: close_proxy(entry_id=entry.pk, actor=a) for a in admins])
    assert kinds(answers) == {"ProxyEntry": 1, "RuleBroken": 4}


def test_a_request_that_was_under_way_writes_nothing_after_the_entry_was_closed(cloned_db):
    """The right is looked up once per request; the entry itself is asked again when something is written."""
    draft = factories.make_ovop_nomination()
    opener = admin()
    entry = open_proxy(region_code=draft.region_id, periods=[draft.period], reason="Gempa", letter=None, actor=opener)
    helper = fresh(admin())
    assert helper.open_proxies == [entry]
    close_proxy(entry_id=entry.pk, actor=opener)
    answers = together(
        [
            lambda: submit(draft, helper),
            lambda: drafting.save_answer(
                nomination_id=draft.pk, question=Topic.MARKETING, text="Lain.", version=1, actor=helper
            ),
        ]
    )
    assert kinds(answers) == {"NotPermitted": 2}
    assert all("baru saja ditutup" in answer.message for answer in answers if isinstance(answer, NotPermitted))
    assert scenes.state_of(draft)["status"] == Status.DRAFT
    assert not ProxyAct.objects.exists()


def test_closing_waits_for_what_is_being_written(cloned_db):
    draft = factories.make_ovop_nomination()
    opener = admin()
    entry = open_proxy(region_code=draft.region_id, periods=[draft.period], reason="Gempa", letter=None, actor=opener)
    helpers = [fresh(opener), fresh(admin())]
    answers = together(
        [
            lambda: submit(draft, helpers[0]),
            lambda: submit(draft, helpers[1]),
            lambda: close_proxy(entry_id=entry.pk, actor=opener),
        ]
    )
    assert isinstance(answers[2], ProxyEntry)
    sent = [answer for answer in answers[:2] if isinstance(answer, Nomination)]
    assert len(sent) == ProxyAct.objects.count() <= 1
    assert not [answer for answer in answers if isinstance(answer, RuleBroken)]
