"""Later deadlines: for whom they count, that they only extend, and who is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import NotPermitted, RuleBroken
from core.models import AuditEntry, OutboxMail
from nominations.enums import Status, WindowKind
from nominations.models import Extension, Nomination, Window
from nominations.presenters.tasks import deadline_of
from nominations.rules import WindowState
from nominations.selectors.windows import open_periods, window_for, window_of
from nominations.services import drafting, submission
from nominations.services.extensions import extend_nomination, extend_region, withdraw_extension
from scoring.selectors.stages import assessment_state
from tests import factories
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
JAYAPURA = "91.71"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REASON = "Banjir bandang di kota"
BASE = datetime(2049, 12, 31, 9, 0, tzinfo=UTC)  # 16.00 WIB, 18.00 WIT
LATER = datetime(2050, 1, 7, 9, 0, tzinfo=UTC)


def close(nomination: Nomination, closes_at: datetime, kind: WindowKind = WindowKind.NOMINATION) -> Window:
    return scenes.close_window(nomination.period, kind, closes_at)


def submit(nomination: Nomination, client: Any, post: Any) -> int:
    return post(client, reverse("nomination_check", args=[nomination.pk]), {"declared": "on"}).status_code


@pytest.fixture
def draft(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination()


@pytest.fixture
def sibling(draft: Nomination) -> Nomination:
    return factories.make_ovop_nomination()


def test_an_extension_of_one_nomination_opens_that_one_only(draft, sibling, admin_a, officer_a, client_of, post):
    """Acceptance 26."""
    product = factories.make_product()
    close(draft, scenes.now() - DAY)
    extend_nomination(nomination_id=draft.pk, closes_at=scenes.now() + HOUR, reason=REASON, actor=admin_a)
    client = client_of(officer_a)
    assert not open_periods(WindowKind.NOMINATION, factories.HOME).exists(), "nothing new is started by it"
    assert "Belum ada periode yang dibuka" in client.get(reverse("nomination_start")).content.decode()
    assert post(client, reverse("nomination_create_product", args=[product.pk])).status_code == 422
    assert [submit(sibling, client, post), submit(draft, client, post)] == [422, 302]
    assert scenes.state_of(sibling)["status"] == Status.DRAFT
    entry = AuditEntry.objects.get(action="extension.given")
    assert (entry.actor_id, entry.data["nomination"], entry.data["reason"]) == (admin_a.pk, draft.pk, REASON)


def test_it_ends_by_itself(draft, admin_a, officer_a, client_of, post):
    close(draft, scenes.now() - DAY)
    given = extend_nomination(nomination_id=draft.pk, closes_at=scenes.now() + HOUR, reason=REASON, actor=admin_a)
    Extension.objects.filter(pk=given.pk).update(closes_at=scenes.now() - scenes.SECOND)
    assert submit(draft, client_of(officer_a), post) == 422
    Extension.objects.filter(pk=given.pk).update(closes_at=scenes.now())
    assert submit(draft, client_of(officer_a), post) == 302


def test_withdrawing_and_starting_again_does_not_take_the_extension_along(draft, admin_a, officer_a):
    """Acceptance 26: neither a second live nomination of a product nor a borrowed deadline."""
    window = close(draft, scenes.now() + DAY)
    extend_nomination(nomination_id=draft.pk, closes_at=scenes.now() + 9 * DAY, reason=REASON, actor=admin_a)
    product, period = draft.entry.product, draft.period
    with pytest.raises(RuleBroken, match="sudah diusulkan"):
        drafting.create_product_nomination(period=period, product=product, actor=officer_a)
    submission.withdraw_nomination(nomination_id=draft.pk, reason="Mulai lagi.", actor=officer_a)
    again = drafting.create_product_nomination(period=period, product=product, actor=officer_a)
    assert window_of(again, WindowKind.NOMINATION).closes_at == window.closes_at
    live = Nomination.objects.filter(subject_key=draft.subject_key).exclude(status=Status.WITHDRAWN)
    assert live.get() == again


@pytest.mark.parametrize("shift", [-DAY, timedelta(0)])
def test_an_extension_is_later_than_what_rules_now(shift, draft, admin_a):
    window = close(draft, scenes.now() + DAY)
    with pytest.raises(RuleBroken, match="sesudah batas yang berlaku"):
        extend_nomination(nomination_id=draft.pk, closes_at=window.closes_at + shift, reason=REASON, actor=admin_a)
    target = {"window_id": window.pk, "region_code": factories.HOME}
    with pytest.raises(RuleBroken, match="sesudah batas yang berlaku"):
        extend_region(**target, closes_at=window.closes_at + shift, reason=REASON, actor=admin_a)
    extend_region(**target, closes_at=window.closes_at + 2 * DAY, reason=REASON, actor=admin_a)
    with pytest.raises(RuleBroken, match="sesudah batas yang berlaku"):
        extend_nomination(nomination_id=draft.pk, closes_at=window.closes_at + DAY, reason=REASON, actor=admin_a)
    assert Extension.objects.count() == 1


def test_a_past_deadline_is_not_extended_into_the_past(draft, admin_a):
    close(draft, scenes.now() - 2 * DAY)
    with pytest.raises(RuleBroken, match="sesudah sekarang"):
        extend_nomination(nomination_id=draft.pk, closes_at=scenes.now() - DAY, reason=REASON, actor=admin_a)


def test_a_longer_one_replaces_the_former_and_both_stay_on_record(draft, admin_a, admin_b):
    window = close(draft, BASE)
    target = {"window_id": window.pk, "region_code": factories.HOME, "reason": REASON}
    first = extend_region(**target, closes_at=LATER, actor=admin_a)
    second = extend_region(**target, closes_at=LATER + DAY, actor=admin_b)
    assert list(Extension.objects.live()) == [second]
    first.refresh_from_db()
    assert first.withdrawn_by == admin_b
    assert "Diganti perpanjangan sampai 8 Januari 2050, 16.00 WIB" in first.withdrawal_reason
    assert window_for(draft.period_id, WindowKind.NOMINATION, factories.HOME).closes_at == LATER + DAY


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.WITHDRAWN])
def test_where_nothing_is_awaited_there_is_nothing_to_extend(status, draft, admin_a, client_of):
    factories.advance(draft, status)
    with pytest.raises(RuleBroken, match="Tidak ada batas waktu"):
        extend_nomination(nomination_id=draft.pk, closes_at=LATER, reason=REASON, actor=admin_a)
    assert client_of(admin_a).get(reverse("extension_nomination", args=[draft.pk])).status_code == 403


@pytest.mark.parametrize("who", ["verifier", "officer_a", "auditor", "superuser"])
def test_only_an_admin_of_the_ministry_moves_a_deadline(who, draft, admin_a, request):
    actor = request.getfixturevalue(who)
    window = close(draft, BASE)
    given = extend_nomination(nomination_id=draft.pk, closes_at=LATER, reason=REASON, actor=admin_a)
    facts = {"closes_at": LATER + DAY, "reason": REASON, "actor": actor}
    for call in (
        lambda: extend_nomination(nomination_id=draft.pk, **facts),
        lambda: extend_region(window_id=window.pk, region_code=factories.HOME, **facts),
        lambda: withdraw_extension(extension_id=given.pk, reason="x", actor=actor),
    ):
        with pytest.raises(NotPermitted):
            call()
    assert list(Extension.objects.live()) == [given]


def test_the_database_keeps_one_target_and_one_live_extension_each(draft):
    window = close(draft, BASE)
    whole = {"window": window, "closes_at": LATER, "reason": "x"}
    Extension.objects.create(**whole, region_id=factories.HOME)
    Extension.objects.create(**whole, nomination=draft)
    for wrong, name in (
        ({}, "one_target"),
        ({"region_id": factories.OTHER, "nomination": draft}, "one_target"),
        ({"region_id": factories.HOME}, "nominations_extension_once"),
        ({"nomination": draft}, "nomination_once"),
        ({"region_id": factories.OTHER, "withdrawn_at": scenes.now()}, "withdrawal_has_reason"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Extension.objects.create(**whole | wrong)


def test_an_extension_is_taken_back_before_it_takes_effect(draft, admin_a, officer_a, client_of, post):
    window = close(draft, scenes.now() + DAY)
    given = extend_nomination(nomination_id=draft.pk, closes_at=window.closes_at + DAY, reason=REASON, actor=admin_a)
    with pytest.raises(RuleBroken, match="alasan"):
        withdraw_extension(extension_id=given.pk, reason=" ", actor=admin_a)
    withdraw_extension(extension_id=given.pk, reason="Keliru memilih usulan", actor=admin_a)
    assert deadline_of(draft).closes_at == window.closes_at
    with pytest.raises(RuleBroken, match="sudah ditarik"):
        withdraw_extension(extension_id=given.pk, reason="Lagi", actor=admin_a)
    assert AuditEntry.objects.get(action="extension.withdrawn").data["reason"] == "Keliru memilih usulan"
    mail = OutboxMail.objects.get(dedupe_key__startswith="extension-withdrawn:")
    assert mail.to == officer_a.email
    assert "Keliru memilih usulan" in mail.body
    page = client_of(officer_a).get(reverse("nomination_detail", args=[draft.pk])).content.decode()
    assert page.index("Keliru memilih usulan") < page.index(REASON)


@pytest.mark.parametrize(("since", "stays"), [(timedelta(0), False), (scenes.SECOND, True)])
def test_an_extension_that_a_region_relies_on_stays(since, stays, draft, admin_a):
    close(draft, scenes.now() - since)
    given = extend_nomination(nomination_id=draft.pk, closes_at=scenes.now() + DAY, reason=REASON, actor=admin_a)
    if stays:
        with pytest.raises(RuleBroken, match="sudah berlaku sejak"):
            withdraw_extension(extension_id=given.pk, reason="Berubah pikiran", actor=admin_a)
    else:
        withdraw_extension(extension_id=given.pk, reason="Berubah pikiran", actor=admin_a)
    assert Extension.objects.live().exists() == stays


def test_the_regions_officers_and_nobody_else_are_told_on_both_clocks(admin_a, officer_b):
    draft = factories.make_ovop_nomination(region=JAYAPURA)
    colleague = factories.make_user(factories.Role.DISTRICT_OFFICER, region=JAYAPURA)
    window = close(draft, BASE)
    extend_nomination(nomination_id=draft.pk, closes_at=LATER, reason=REASON, actor=admin_a)
    mails = OutboxMail.objects.filter(dedupe_key__startswith="extended:")
    assert set(mails.values_list("to", flat=True)) == {factories.officer_of(JAYAPURA).email, colleague.email}
    for text in (
        "Batas lama: Jumat, 31 Desember 2049 pukul 16.00 WIB (pukul 18.00 WIT di daerah Anda)",
        "Batas baru: Jumat, 7 Januari 2050 pukul 16.00 WIB (pukul 18.00 WIT di daerah Anda)",
        f"Alasan: {REASON}",
        draft.title,
    ):
        assert text in mails[0].body
    extend_region(window_id=window.pk, region_code=JAYAPURA, closes_at=LATER + DAY, reason="Gempa", actor=admin_a)
    assert mails.count() == 4
    assert "Kota Jayapura, Papua" in mails.latest("pk").body


def test_the_history_tells_the_region_and_leaves_other_regions_alone(draft, admin_a, officer_a, officer_b, client_of):
    other = factories.make_ovop_nomination(region=factories.OTHER)
    window = close(draft, BASE)
    extend_region(window_id=window.pk, region_code=factories.HOME, closes_at=LATER, reason=REASON, actor=admin_a)
    pages = {
        user: client_of(user).get(reverse("nomination_detail", args=[nomination.pk])).content.decode()
        for user, nomination in ((officer_a, draft), (admin_a, draft), (officer_b, other))
    }
    told = "Batas pengusulan diperpanjang sampai 7 Januari 2050, 16.00 WIB"
    assert [told in page and REASON in page for page in pages.values()] == [True, True, False]
    assert [admin_a.name in page.partition("Riwayat")[2] for page in pages.values()] == [False, True, False]


def test_the_assessments_dates_are_not_told_to_the_region(admin_a, officer_a, client_of):
    nomination = factories.make_ovop_nomination(Status.ELIGIBLE)
    close(nomination, scenes.now() - DAY, WindowKind.ASSESSMENT)
    assert assessment_state(nomination, scenes.now()) is WindowState.CLOSED
    extend_nomination(nomination_id=nomination.pk, closes_at=LATER, reason=REASON, actor=admin_a)
    assert assessment_state(nomination, scenes.now()) is WindowState.OPEN
    assert not OutboxMail.objects.filter(dedupe_key__startswith="extended:").exists()
    pages = [
        client_of(user).get(reverse("nomination_detail", args=[nomination.pk])).content.decode()
        for user in (officer_a, admin_a)
    ]
    assert [REASON in page for page in pages] == [False, True]


def test_every_page_of_the_region_reads_the_same_deadline(draft, sibling, admin_a, officer_a, client_of):
    close(draft, BASE)
    Window.objects.update(opens_at=datetime(2020, 1, 1, tzinfo=UTC))
    extend_nomination(nomination_id=draft.pk, closes_at=LATER, reason=REASON, actor=admin_a)
    client = client_of(officer_a)
    for name in ("nomination_detail", "nomination_check"):
        own, other = (client.get(reverse(name, args=[n.pk])).content.decode() for n in (draft, sibling))
        own, other = own.partition("Riwayat")[0], other.partition("Riwayat")[0]
        assert ("7 Januari 2050 pukul 16.00 WIB" in own, "7 Januari 2050" in other) == (True, False), name
    home = client.get(reverse("home")).content.decode()
    assert home.count("7 Januari 2050 pukul 16.00 WIB") == 1
    assert "31 Desember 2049 pukul 16.00 WIB" in home
    assert "7 Januari 2050" not in client.get(reverse("nomination_start")).content.decode()


FORM = {"closes_on": "07-01-2050", "closes_time": "16.00", "reason": REASON}


def test_the_preview_shows_both_clocks_and_does_nothing(admin_a, client_of, post):
    draft = factories.make_ovop_nomination(region=JAYAPURA)
    close(draft, BASE)
    client, url = client_of(admin_a), reverse("extension_nomination", args=[draft.pk])
    page = post(client, url, FORM)
    text = page.content.decode()
    assert page.status_code == 200
    for line in (
        "Jumat, 31 Desember 2049 pukul 16.00 WIB",
        "Jumat, 31 Desember 2049 pukul 18.00 WIT, waktu setempat",
        "Jumat, 7 Januari 2050 pukul 16.00 WIB",
        "Jumat, 7 Januari 2050 pukul 18.00 WIT, waktu setempat",
        REASON,
    ):
        assert line in text
    assert not Extension.objects.exists()
    assert not OutboxMail.objects.filter(dedupe_key__startswith="extended:").exists()
    assert not AuditEntry.objects.filter(action="extension.given").exists()
    assert post(client, url, FORM | {"confirmed": "1"}).status_code == 302
    given = Extension.objects.get()
    assert (given.nomination, given.closes_at, given.reason, given.given_by) == (draft, LATER, REASON, admin_a)


def test_a_region_is_extended_on_its_page(draft, admin_a, client_of, post):
    window = close(draft, BASE)
    client, url = client_of(admin_a), reverse("extension_region")
    whole = FORM | {"window": window.pk, "region": factories.HOME}
    assert "31 Desember 2049 pukul 16.00 WIB" in post(client, url, whole).content.decode()
    assert post(client, url, whole | {"confirmed": "1"}).status_code == 302
    assert Extension.objects.get().region_id == factories.HOME
    page = client.get(reverse("extension_list")).content.decode()
    assert "Belum berlaku" in page
    url = reverse("extension_withdraw", args=[Extension.objects.get().pk])
    assert post(client, url, {"reason": "Keliru"}).status_code == 302
    assert "Ditarik" in client.get(reverse("extension_list")).content.decode()


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"closes_on": "30-12-2049"}, "sesudah batas yang berlaku"),
        ({"closes_on": "32-01-2050"}, "Isi tanggal yang ada"),
        ({"closes_time": "siang"}, "Isi jam dan menit"),
        ({"reason": ""}, "Alasan belum diisi"),
        ({"reason": "x" * 251}, "Paling banyak 250 karakter"),
        ({"region": "33"}, "Kabupaten/kota"),
        ({"window": "0"}, "Jadwal"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(wrong, text, draft, admin_a, client_of, post):
    window = close(draft, BASE)
    whole = FORM | {"window": window.pk, "region": factories.HOME, "confirmed": "1"}
    answer = post(client_of(admin_a), reverse("extension_region"), whole | wrong)
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert not Extension.objects.exists()


@pytest.mark.parametrize("persona", ["admin_a", "verifier", "auditor"])
def test_the_list_costs_five_queries_whatever_its_length(persona, request, client_of, django_assert_num_queries):
    period = factories.make_period("ovop")
    window = period.windows.get(kind=WindowKind.NOMINATION)
    client, url = client_of(request.getfixturevalue(persona)), reverse("extension_list")
    client.get(url)
    for size in (1, 10, 300):
        missing = size - Extension.objects.count()
        rows = scenes.bare_rows([(Status.DRAFT, factories.HOME)] * missing)
        Extension.objects.bulk_create(
            Extension(window=window, nomination=row, closes_at=LATER, reason="x", given_by=row.created_by)
            for row in rows
        )
        with django_assert_num_queries(5):
            page = client.get(url)
        assert page.content.decode().count("<tr>") == 1 + min(size, 50)
