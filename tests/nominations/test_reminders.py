"""Reminders with the clock moved: who is written to, when, once, and in which words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import QuerySet
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notice
from core.models import OutboxMail
from nominations.enums import WindowKind
from nominations.models import Extension, Nomination, Window
from nominations.selectors.findings import gaps_of
from nominations.services import submission
from nominations.services.reminders import send_due_reminders
from nominations.tasks import send_reminders
from tests import factories
from tests.nominations import scenes
from tests.nominations.test_reopening import returned as sent_back

pytestmark = pytest.mark.django_db
MAKASSAR, JAYAPURA = "73.71", "91.71"
DEADLINE = datetime(2050, 6, 30, 9, 0, tzinfo=UTC)  # Thursday 16.00 WIB
LATE_DEADLINE = datetime(2050, 6, 30, 16, 59, tzinfo=UTC)  # 23.59 WIB, 01.59 WIT of the next day


@pytest.fixture
def draft(officer_a: Any) -> Nomination:
    return rounds(factories.make_ovop_nomination(complete=False))


def rounds(nomination: Nomination, closes_at: datetime = DEADLINE) -> Nomination:
    """Only the nomination window ends, at that moment; all others are over."""
    Window.objects.all().delete()
    Window.objects.create(
        period=nomination.period,
        kind=WindowKind.NOMINATION,
        opens_at=datetime(2050, 1, 1, tzinfo=UTC),
        closes_at=closes_at,
    )
    return nomination


def mails(**facts: Any) -> QuerySet[OutboxMail]:
    return OutboxMail.objects.filter(dedupe_key__startswith="reminder:", **facts).order_by("pk")


def run_at(moment: datetime) -> int:
    before = mails().count()
    with time_machine.travel(moment, tick=False):
        send_reminders()
    return mails().count() - before


def hours_that_send(first: datetime, last: datetime) -> list[str]:
    """The scheduler runs each hour at .05; when did it send, in UTC?"""
    found, moment = [], first
    while moment <= last:
        if run_at(moment):
            found.append(f"{moment:%d.%m. %H.%M}")
        moment += timedelta(hours=1)
    return found


@pytest.mark.parametrize(("region", "utc_hour"), [(factories.HOME, "02.05"), (MAKASSAR, "01.05"), (JAYAPURA, "00.05")])
def test_fourteen_seven_three_and_one_days_before_at_nine_of_the_regions_own_clock(region, utc_hour):
    rounds(factories.make_ovop_nomination(region=region, complete=False))
    sent = hours_that_send(datetime(2050, 6, 14, 0, 5, tzinfo=UTC), datetime(2050, 7, 2, 23, 5, tzinfo=UTC))
    assert sent == [f"{day}.06. {utc_hour}" for day in ("16", "23", "27", "29")]
    assert [mail.subject.split(" hari lagi")[0][-2:].strip() for mail in mails()] == ["14", "7", "3", "1"]


def test_the_days_are_counted_to_the_regions_own_date():
    """23.59 WIB is the first of July in Papua: its reminders come a day later than those of Java."""
    rounds(factories.make_ovop_nomination(region=JAYAPURA, complete=False), LATE_DEADLINE)
    sent = hours_that_send(datetime(2050, 6, 15, 0, 5, tzinfo=UTC), datetime(2050, 7, 2, 0, 5, tzinfo=UTC))
    assert sent == [f"{day}.06. 00.05" for day in ("17", "24", "28", "30")]
    assert "Jumat, 1 Juli 2050 pukul 01.59 WIT di daerah Anda" in mails().last().body


@pytest.mark.parametrize(("hour", "count"), [(8, 0), (9, 1), (11, 1), (17, 1), (18, 0), (23, 0)])
def test_a_late_one_is_sent_the_same_working_day_or_not_at_all(hour, count, draft):
    assert run_at(datetime(2050, 6, 27, hour - 7, 30, tzinfo=UTC)) == count


def test_a_scheduler_that_was_away_for_two_hours_sends_what_was_due_once(draft):
    day = datetime(2050, 6, 27, 0, 5, tzinfo=UTC)
    assert [run_at(day + timedelta(hours=hour)) for hour in (0, 4, 5, 6)] == [0, 1, 0, 0]


def test_who_is_done_is_left_alone(officer_a, officer_b):
    """Sent, withdrawn before anything else began, or not an officer any more."""
    sent = factories.make_ovop_nomination()
    waiting = factories.make_ovop_nomination(region=factories.OTHER)
    former = factories.make_user(Role.DISTRICT_OFFICER, region=factories.OTHER)
    former.memberships.update(valid_to="2021-01-01")
    closed = factories.make_user(Role.DISTRICT_OFFICER, region=factories.OTHER, is_active=False)
    submission.submit_nomination(nomination_id=sent.pk, declared=True, actor=officer_a)
    rounds(sent)
    for day in (16, 23, 27, 29):
        run_at(datetime(2050, 6, day, 2, 5, tzinfo=UTC))
    assert set(mails().values_list("to", flat=True)) == {officer_b.email}
    assert not mails(to__in=[former.email, closed.email]).exists()
    assert waiting.title in mails()[0].body


def test_a_silent_region_is_invited_until_the_end(officer_a, officer_b):
    rounds(factories.make_ovop_nomination(region=factories.OTHER, complete=False))
    for day in (16, 23, 27, 29):
        run_at(datetime(2050, 6, day, 2, 5, tzinfo=UTC))
    invitations = mails(to=officer_a.email)
    assert [mail.subject for mail in invitations] == [
        f"Pengingat OVOP 2026: {days} hari lagi, belum ada usulan dari Kota Pekalongan" for days in (14, 7, 3, 1)
    ]
    body = invitations[0].body
    assert body.splitlines()[0] == (
        "OVOP 2026: pengusulan ditutup 14 hari lagi, dan Kota Pekalongan belum memulai usulan."
    )
    assert reverse("nomination_start") in body
    assert mails(to=officer_b.email).count() == 4
    notices = Notice.objects.filter(user=officer_a, key__startswith="reminder:").order_by("pk")
    assert [notice.url for notice in notices] == [reverse("nomination_start")] * 4
    assert notices[3].text == invitations[3].subject


def test_it_lists_what_is_missing_with_links_and_stays_short(draft, officer_a):
    complete = factories.make_ovop_nomination()
    rounds(draft)
    run_at(datetime(2050, 6, 27, 2, 5, tzinfo=UTC))
    body = mails().get().body
    first, second, *_rest = body.splitlines()
    assert first == "OVOP 2026: 3 hari lagi, 2 usulan Kota Pekalongan belum dikirim."
    assert second == "Batas akhir: Kamis, 30 Juni 2050 pukul 16.00 WIB."
    assert f"1. {draft.title}: {len(gaps_of(draft))} hal belum lengkap" in body
    own = body.partition(f"1. {draft.title}")[2].partition("2. ")[0]
    assert own.count("\n   - ") == 4, "three of them and how many more"
    assert f"/usulan/{draft.pk}/keterangan/" in own
    assert f"2. {complete.title}: sudah lengkap, tinggal diperiksa dan dikirim" in body
    assert "<" not in body
    assert "nilai" not in body.lower().replace("penilaian", "")


def test_a_returned_dossier_is_reminded_of_its_correction_with_the_notes():
    returned = sent_back("D01")
    Window.objects.exclude(kind=WindowKind.CORRECTION).delete()
    Window.objects.update(opens_at=datetime(2050, 1, 1, tzinfo=UTC), closes_at=DEADLINE)
    assert [run_at(datetime(2050, 6, day, 2, 5, tzinfo=UTC)) for day in (16, 23, 27, 28, 29)] == [1, 1, 1, 0, 1]
    mail = mails().last()
    assert mail.subject == "Pengingat OVOP 2026: 1 hari lagi untuk mengirim perbaikan"
    label = returned.period.requirements.get(code="D01").label
    assert f"D01 {label}: Catatan uji." in mail.body
    assert reverse("nomination_documents", args=[returned.pk]) in mail.body


def test_extensions_are_respected_for_a_region_and_for_one_nomination(draft, officer_a):
    """After the extension the days are counted to the new deadline, for whom it was given."""
    second = factories.make_ovop_nomination(complete=False)
    rounds(draft)
    window, later = Window.objects.get(), DEADLINE + timedelta(days=7)
    Extension.objects.create(window=window, nomination=second, closes_at=later, reason="x")
    run_at(datetime(2050, 6, 27, 2, 5, tzinfo=UTC))  # three days before the one
    run_at(datetime(2050, 6, 30, 2, 5, tzinfo=UTC))  # seven days before the other
    bodies = [mail.body for mail in mails()]
    assert [(draft.title in body, second.title in body) for body in bodies] == [(True, False), (False, True)]
    Extension.objects.create(window=window, region_id=factories.HOME, closes_at=later, reason="x")
    assert run_at(datetime(2050, 7, 4, 2, 5, tzinfo=UTC)) == 1
    assert "2 usulan" in mails().last().body


def test_a_withdrawn_extension_counts_no_more(draft):
    later = {"closes_at": DEADLINE + timedelta(days=7), "reason": "x"}
    withdrawn = {"withdrawn_at": scenes.now(), "withdrawal_reason": "x"}
    Extension.objects.create(window=Window.objects.get(), region_id=factories.HOME, **later, **withdrawn)
    assert run_at(datetime(2050, 6, 29, 2, 5, tzinfo=UTC)) == 1
    assert run_at(datetime(2050, 7, 6, 2, 5, tzinfo=UTC)) == 0


def test_a_deadline_that_was_moved_is_reminded_of_anew(draft):
    assert run_at(datetime(2050, 6, 23, 2, 5, tzinfo=UTC)) == 1
    Window.objects.update(closes_at=DEADLINE + timedelta(days=1))
    assert run_at(datetime(2050, 6, 23, 3, 5, tzinfo=UTC)) == 0, "eight days now"
    assert run_at(datetime(2050, 6, 24, 2, 5, tzinfo=UTC)) == 1


def test_before_it_opens_nobody_is_reminded(draft):
    Window.objects.update(opens_at=DEADLINE - timedelta(days=5))
    assert [run_at(datetime(2050, 6, day, 2, 5, tzinfo=UTC)) for day in (16, 23, 27)] == [0, 0, 1]


def test_the_cost_of_looking_does_not_grow_with_the_regions(django_assert_num_queries):
    """Nothing is due for regions that were written to: one run is six queries for three and for sixty of them."""
    rounds(factories.make_ovop_nomination(complete=False))
    moment = datetime(2050, 6, 23, 2, 5, tzinfo=UTC)
    codes = list(factories.Region.objects.regencies().filter(timezone="Asia/Jakarta").values_list("pk", flat=True))
    for size in (3, 60):
        for code in codes[:size]:
            factories.officer_of(code)
        run_at(moment)
        with time_machine.travel(moment, tick=False), django_assert_num_queries(6):
            assert send_due_reminders() == 0


def test_the_sent_ones_stand_on_the_administration_page(draft, admin_a, client_of):
    run_at(datetime(2050, 6, 27, 2, 5, tzinfo=UTC))
    page = client_of(admin_a).get("/pengelola/core/outboxmail/?q=Pengingat").content.decode()
    assert "Pengingat OVOP 2026: 3 hari lagi untuk mengirim usulan" in page
