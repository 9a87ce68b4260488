"""Deadlines: ruled by the database's clock to the second, moved for one region, shown on two clocks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from core.errors import RuleBroken
from nominations.enums import Action, Status, WindowKind
from nominations.models import Extension, Nomination, Window
from nominations.rules import WindowFacts, WindowState, window_state
from nominations.selectors.findings import gaps_of
from nominations.selectors.windows import open_periods, window_for
from nominations.services.transitions import apply_transition, lock_nomination
from tests import factories
from tests.nominations import scenes
from tests.nominations.scenes import SECOND

pytestmark = pytest.mark.django_db
JAYAPURA, MAKASSAR = "91.71", "73.71"
MAY_31_2359_WIB = datetime(2024, 5, 31, 16, 59, tzinfo=UTC)
KEY = "sebuah-kunci-yang-cukup-panjang"


def close(nomination: Nomination, closes_at: datetime, **facts: Any) -> Window:
    return scenes.close_window(nomination.period, WindowKind.NOMINATION, closes_at, **facts)


def submit(nomination: Nomination, client: Any, post: Any, **kwargs: Any) -> Any:
    return post(client, reverse("nomination_check", args=[nomination.pk]), {"declared": "on"}, **kwargs)


@pytest.fixture
def draft(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination()


@pytest.mark.parametrize(
    ("seconds", "grace_minutes", "taken"),
    [
        (1, 0, True),  # one second before the end
        (0, 0, True),  # the last moment belongs to the window
        (-1, 0, False),
        (-1, 1, True),  # grace counts, though it is not announced
        (-60, 1, True),
        (-61, 1, False),
    ],
)
def test_the_deadline_to_the_second(seconds, grace_minutes, taken, draft, officer_a, client_of, post):
    close(draft, scenes.now() + seconds * SECOND, grace_minutes=grace_minutes)
    answer = submit(draft, client_of(officer_a), post)
    assert answer.status_code == (302 if taken else 422)
    assert scenes.state_of(draft)["status"] == (Status.SUBMITTED if taken else Status.DRAFT)


@pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (0, True), (1, False)])
def test_the_opening_to_the_second(seconds, taken, draft, officer_a, client_of, post):
    Window.objects.filter(period=draft.period).update(opens_at=scenes.now() + seconds * SECOND)
    answer = submit(draft, client_of(officer_a), post)
    assert answer.status_code == (302 if taken else 422)
    assert taken or "Pengajuan belum dibuka. Dibuka" in answer.content.decode()


def test_late_is_told_clearly_and_the_draft_is_kept_for_an_extension(draft, officer_a, client_of, post):
    window = close(draft, scenes.now() - timedelta(hours=1))
    client, before = client_of(officer_a), scenes.state_of(draft)
    late = submit(draft, client, post, key=KEY)
    page = late.content.decode()
    assert late.status_code == 422
    assert "Batas waktu sudah lewat" in page
    assert "tetap tersimpan sebagai konsep" in page
    assert "sekretariat@example.go.id" in page
    assert (scenes.state_of(draft), gaps_of(draft), draft.snapshots.exists()) == (before, [], False)
    Extension.objects.create(
        window=window, region_id=draft.region_id, closes_at=scenes.now() + timedelta(hours=1), reason="Listrik padam"
    )
    assert submit(draft, client, post, key=KEY).status_code == 302, "the same form, sent again"


def test_an_extension_moves_only_its_region_and_ends_by_itself(draft, officer_a, officer_b, client_of, post):
    """Acceptance 26."""
    other = factories.make_ovop_nomination(region=factories.OTHER)
    window = close(draft, scenes.now() - timedelta(days=2))
    extension = Extension.objects.create(
        window=window, region_id=draft.region_id, closes_at=scenes.now() - SECOND, reason="Banjir"
    )
    pairs = [(draft, officer_a), (other, officer_b)]
    assert [submit(n, client_of(user), post).status_code for n, user in pairs] == [422, 422]
    Extension.objects.filter(pk=extension.pk).update(closes_at=scenes.now())
    assert [submit(n, client_of(user), post).status_code for n, user in pairs] == [302, 422]
    assert scenes.state_of(other)["status"] == Status.DRAFT


def test_an_extension_that_ends_earlier_takes_nothing_away(draft, officer_a, client_of, post):
    window = close(draft, scenes.now() + timedelta(days=2))
    Extension.objects.create(window=window, region_id=draft.region_id, closes_at=scenes.now() - SECOND, reason="Keliru")
    assert submit(draft, client_of(officer_a), post).status_code == 302


def test_without_a_schedule_nothing_is_taken(draft, officer_a, client_of, post):
    Window.objects.filter(kind=WindowKind.NOMINATION).delete()
    answer = submit(draft, client_of(officer_a), post)
    assert answer.status_code == 422
    assert "Jadwal untuk tindakan ini belum ditetapkan" in answer.content.decode()


def test_the_rule_and_the_list_of_open_rounds_agree(draft):
    """A round is offered exactly while a submission would be taken."""
    now, period = scenes.now(), draft.period
    for minutes in (-61, -59, -1, 1):
        for grace in (0, 60):
            window = close(draft, now + timedelta(minutes=minutes), grace_minutes=grace)
            for extended in (None, -59, 1):
                Extension.objects.all().delete()
                if extended is not None:
                    closes = now + timedelta(minutes=extended)
                    Extension.objects.create(window=window, region_id=factories.HOME, closes_at=closes, reason="x")
                for region in (factories.HOME, factories.OTHER):
                    state = window_state(now, window_for(period.pk, WindowKind.NOMINATION, region))
                    offered = open_periods(WindowKind.NOMINATION, region).contains(period)
                    assert offered == (state in (WindowState.OPEN, WindowState.GRACE)), (minutes, grace, extended)


def test_2359_wib_is_two_hours_later_in_papua():
    """01.30 WIT of the next day is in time, 02.00 WIT is not."""
    window = WindowFacts(opens_at=MAY_31_2359_WIB - timedelta(days=30), closes_at=MAY_31_2359_WIB)
    at_wit = {"0130": datetime(2024, 5, 31, 16, 30, tzinfo=UTC), "0200": datetime(2024, 5, 31, 17, 0, tzinfo=UTC)}
    assert window_state(at_wit["0130"], window) is WindowState.OPEN
    assert window_state(at_wit["0200"], window) is WindowState.CLOSED


def test_a_request_is_judged_by_its_arrival(officer_a):
    nomination = factories.make_ovop_nomination(region=JAYAPURA)
    officer = factories.officer_of(JAYAPURA)
    nomination.reference = "UJI-1"
    close(nomination, MAY_31_2359_WIB)
    locked = lock_nomination(nomination.pk)
    locked.reference = "UJI-1"
    with pytest.raises(RuleBroken) as late:
        apply_transition(locked, Action.SUBMIT, actor=officer, arrived=MAY_31_2359_WIB + SECOND)
    both_clocks = "Jumat, 31 Mei 2024 pukul 23.59 WIB (Sabtu, 1 Juni 2024 pukul 01.59 WIT di daerah Anda)"
    assert both_clocks in late.value.message
    apply_transition(locked, Action.SUBMIT, actor=officer, arrived=MAY_31_2359_WIB)
    assert scenes.state_of(nomination)["status"] == Status.SUBMITTED


@pytest.mark.parametrize(
    ("region", "local"),
    [
        (factories.HOME, None),
        (MAKASSAR, "Sabtu, 1 Januari 2050 pukul 00.59 WITA di daerah Anda"),
        (JAYAPURA, "Sabtu, 1 Januari 2050 pukul 01.59 WIT di daerah Anda"),
    ],
)
def test_a_region_reads_the_deadline_on_both_clocks(region, local, client_of):
    nomination = factories.make_ovop_nomination(region=region)
    close(nomination, datetime(2049, 12, 31, 16, 59, tzinfo=UTC))
    Window.objects.update(opens_at=datetime(2020, 1, 1, tzinfo=UTC))
    client = client_of(factories.officer_of(region))
    for address in (
        reverse("nomination_start"),
        reverse("nomination_detail", args=[nomination.pk]),
        reverse("nomination_check", args=[nomination.pk]),
    ):
        page = client.get(address).content.decode()
        assert "Jumat, 31 Desember 2049 pukul 23.59 WIB" in page
        assert (local in page) if local else ("di daerah Anda)" not in page)


def test_the_receipt_of_papua_names_both_clocks(client_of, post):
    nomination = factories.make_ovop_nomination(region=JAYAPURA)
    client = client_of(factories.officer_of(JAYAPURA))
    answer = submit(nomination, client, post)
    page = client.get(answer["Location"]).content.decode()
    assert "WIB (" in page
    assert "WIT di daerah Anda" in page


def test_an_extension_is_shown_to_its_region_only(draft, officer_a, officer_b, client_of):
    window = close(draft, datetime(2049, 12, 31, 9, 0, tzinfo=UTC))
    Window.objects.update(opens_at=datetime(2020, 1, 1, tzinfo=UTC))
    extended = datetime(2050, 1, 7, 9, 0, tzinfo=UTC)
    Extension.objects.create(window=window, region_id=factories.HOME, closes_at=extended, reason="Gempa di kota")
    pages = [client_of(user).get(reverse("nomination_start")).content.decode() for user in (officer_a, officer_b)]
    assert ["7 Januari 2050 pukul 16.00 WIB" in page for page in pages] == [True, False]
    assert ["31 Desember 2049 pukul 16.00 WIB" in page for page in pages] == [False, True]
    assert not any("Gempa di kota" in page for page in pages)
