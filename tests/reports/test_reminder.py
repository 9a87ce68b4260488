"""A reminder reaches whom the page named, says what the page showed, and rests for 24 hours."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import MailPreference, Role
from accounts.models import Notice, User
from core.models import AuditEntry, OutboxMail
from nominations.enums import Status
from nominations.models import RegionReminder
from tests import factories
from tests.factories import HOME, OTHER
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
SEMARANG, CILACAP = "33.74", "33.01"
WORDS = "Mohon segera, {kami} <b>siap</b> membantu %(x)s."
URL = "/pantauan/ingatkan/"


@pytest.fixture
def period(db: None) -> Any:
    return factories.make_period("ovop")


@pytest.fixture
def semarang(period: Any) -> User:
    return factories.make_user(Role.DISTRICT_OFFICER, region=SEMARANG, name="Petugas Semarang")


def ask(period: Any, *codes: str) -> str:
    return f"{URL}?periode={period.pk}&" + "&".join(f"wilayah={code}" for code in codes)


def form(period: Any, *codes: str, **more: str) -> dict[str, Any]:
    return {"periode": period.pk, "wilayah": list(codes), "introduction": WORDS, **more}


def test_the_page_names_whom_it_reaches_and_masks_the_addresses(province, officer_a, semarang, period, client_of):
    scenes.bare(Status.DRAFT, HOME)
    page = client_of(province).get(ask(period, HOME, SEMARANG, CILACAP))
    body = page.content.decode()
    assert officer_a.name in body
    assert officer_a.email not in body
    assert f"{officer_a.email[:2]}***@contoh.id" in body
    problems = {row["region"].pk: row["problem"] for row in page.context["rows"]}
    assert problems[CILACAP].startswith("Belum ada petugas daerah")
    assert (problems[HOME], problems[SEMARANG], page.context["sendable"]) == ("", "", 2)
    assert "0 usulan diajukan, 1 konsep" in body


def test_what_was_shown_goes_out_once_and_is_logged(province, officer_a, semarang, period, client_of, post):
    client = client_of(province)
    preview = post(client, URL, form(period, HOME, SEMARANG, pratinjau="1"))
    shown = {row["region"].pk: (row["subject"], row["body"]) for row in preview.context["rows"]}
    assert (preview.status_code, OutboxMail.objects.count()) == (200, 0)
    answer = post(client, URL, form(period, HOME, SEMARANG, CILACAP))
    assert answer["Location"] == f"/pantauan/?provinsi=33&periode={period.pk}"
    mails = {mail.to: (mail.subject, mail.body) for mail in OutboxMail.objects.all()}
    assert mails == {officer_a.email: shown[HOME], semarang.email: shown[SEMARANG]}
    assert WORDS in shown[HOME][1]
    assert f"Dikirim oleh {province.name}, Petugas provinsi – Jawa Tengah." in shown[HOME][1]
    assert set(Notice.objects.values_list("user", flat=True)) == {officer_a.pk, semarang.pk}
    logged = AuditEntry.objects.filter(action="nomination.region_reminded")
    assert sorted(entry.data["region"] for entry in logged) == [SEMARANG, HOME]
    page = client.get(answer["Location"]).content.decode()
    assert page.count(f"diingatkan {timezone.localdate():%d-%m-%Y}") == 2


def test_a_reminder_is_mailed_whatever_a_person_prefers(province, officer_a, period, client_of, post):
    User.objects.filter(pk=officer_a.pk).update(mail_preference=MailPreference.PORTAL)
    post(client_of(province), URL, form(period, HOME))
    assert OutboxMail.objects.get().to == officer_a.email


def test_a_region_rests_for_a_day_whoever_asks(province, verifier, officer_a, semarang, period, client_of, post):
    post(client_of(province), URL, form(period, HOME))
    page = client_of(verifier).get(ask(period, HOME, SEMARANG))
    problems = {row["region"].pk: row["problem"] for row in page.context["rows"]}
    assert problems[HOME].startswith("Sudah diingatkan")
    assert post(client_of(verifier), URL, form(period, HOME)).status_code == 422
    assert post(client_of(verifier), URL, form(period, HOME, SEMARANG)).status_code == 302
    assert OutboxMail.objects.filter(to=officer_a.email).count() == 1
    assert "Dikirim oleh Sekretariat." in OutboxMail.objects.get(to=semarang.email).body
    assert verifier.name not in OutboxMail.objects.get(to=semarang.email).body
    with time_machine.travel(timezone.localtime() + timedelta(hours=24, minutes=1)):
        later = client_of(verifier)
        assert later.get(ask(period, HOME)).context["sendable"] == 1


def test_a_closed_round_is_not_reminded_of(province, officer_a, period, client_of, post):
    now = timezone.now()
    factories.set_windows(period, opens_at=now - timedelta(days=9), closes_at=now - timedelta(hours=1))
    page = client_of(province).get(ask(period, HOME))
    assert "tidak sedang dibuka" in page.content.decode()
    assert post(client_of(province), URL, form(period, HOME)).status_code == 422
    assert not OutboxMail.objects.exists()


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 1001])
def test_the_introduction_is_asked_for_and_short(province, officer_a, period, client_of, post, words):
    answer = post(client_of(province), URL, form(period, HOME) | {"introduction": words})
    assert (answer.status_code, RegionReminder.objects.count()) == (422, 0)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("province", 404),
        ("province_other", 404),
        ("officer_a", 404),
        ("chair", 404),
        ("assessor_batik", 404),
        ("auditor", 403),
    ],
)
def test_nobody_reminds_or_reads_the_officers_of_foreign_regions(
    persona, status, method, request, period, client_of, post
):
    """One foreign region among the own ones is enough."""
    stranger = factories.make_user(Role.DISTRICT_OFFICER, region=OTHER, name="Petugas Rahasia")
    client, codes = client_of(request.getfixturevalue(persona)), (HOME, OTHER)
    answer = client.get(ask(period, *codes)) if method == "get" else post(client, URL, form(period, *codes))
    assert answer.status_code == status
    assert "Rahasia" not in answer.content.decode()
    assert not OutboxMail.objects.filter(to=stranger.email).exists()


def test_codes_that_are_no_kabupaten_are_not_found(verifier, period, client_of):
    for codes in (["33"], ["33.75.01"], ["99.99"], ["33.75", "x"], ["%00"]):
        assert client_of(verifier).get(ask(period, *codes)).status_code == 404, codes
    assert client_of(verifier).get(f"{URL}?wilayah=33.75&periode=x").status_code == 404


def test_without_a_choice_one_is_led_back(province, period, client_of):
    answer = client_of(province).get(f"{URL}?periode={period.pk}", follow=True)
    assert "Pilih sedikitnya satu daerah" in answer.content.decode()


def test_the_log_cannot_be_changed(province, officer_a, period, client_of, post):
    post(client_of(province), URL, form(period, HOME))
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        RegionReminder.objects.update(introduction="Lain")
    assert RegionReminder.objects.get().introduction == WORDS
    assert reverse("province_remind") == URL
