"""How long is left, on every page where it matters; and what still works when nothing is left."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from core.formats import time_left
from nominations.enums import Status, WindowKind
from nominations.models import Extension
from nominations.selectors.dossiers import texts_of
from tests import factories
from tests.files import pdf_upload
from tests.nominations import scenes

WIB, WITA, WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"
DEADLINE = datetime(2024, 5, 31, 16, 59, tzinfo=UTC)  # 23.59 WIB, 00.59 WITA and 01.59 WIT of the next day


@pytest.mark.parametrize(
    ("now", "wib", "wit"),
    [
        ((17, 3, 0), "14 hari lagi", "15 hari lagi"),
        ((28, 3, 0), "3 hari lagi", "4 hari lagi"),
        # Tuesday 23.30 WIB is Wednesday 01.30 WIT: each counts by the own calendar
        ((28, 16, 30), "3 hari lagi", "3 hari lagi"),
        ((30, 16, 59), "1 hari lagi", "1 hari lagi"),
        ((30, 16, 59, 1), "23 jam 59 menit lagi", "23 jam 59 menit lagi"),
        ((31, 11, 59), "5 jam lagi", "5 jam lagi"),
        ((31, 11, 39), "5 jam 20 menit lagi", "5 jam 20 menit lagi"),
        ((31, 16, 39), "20 menit lagi", "20 menit lagi"),
        ((31, 16, 58, 1), "kurang dari 1 menit lagi", "kurang dari 1 menit lagi"),
        ((31, 16, 59), "kurang dari 1 menit lagi", "kurang dari 1 menit lagi"),
        ((31, 16, 59, 1), "sudah lewat", "sudah lewat"),
    ],
)
def test_the_words(now, wib, wit):
    moment = datetime(2024, 5, *now, tzinfo=UTC)
    assert (time_left(DEADLINE, moment, WIB), time_left(DEADLINE, moment, WIT)) == (wib, wit)


def test_the_words_never_promise_a_day_that_is_not_there():
    """Hour by hour over three weeks: what is left is never more than the words say by a whole day, in any zone."""
    for zone in (WIB, WITA, WIT):
        for hours in range(1, 21 * 24):
            left = timedelta(hours=hours)
            words = time_left(DEADLINE, DEADLINE - left, zone)
            number, unit = words.split()[0], words.split()[1]
            if unit == "hari":
                assert left >= timedelta(days=1)
                assert abs(left - timedelta(days=int(number))) < timedelta(days=1)
            else:
                assert (unit, int(number)) == ("jam", hours)


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def draft(self, officer_a):
        return factories.make_ovop_nomination()

    def close(self, nomination, **left):
        closes_at = scenes.now() + timedelta(**left)
        return scenes.close_window(nomination.period, WindowKind.NOMINATION, closes_at)

    @pytest.mark.parametrize(
        ("left", "words"), [({"days": 3, "minutes": 5}, "3 hari lagi"), ({"hours": 5, "minutes": 21}, "5 jam")]
    )
    def test_it_is_said_wherever_the_deadline_is(self, left, words, draft, officer_a, client_of):
        self.close(draft, **left)
        client = client_of(officer_a)
        addresses = [reverse(name, args=[draft.pk]) for name in ("nomination_detail", "nomination_check")]
        for address in (*addresses, reverse("home"), reverse("nomination_start")):
            page = client.get(address).content.decode()
            line = page[page.index("Batas akhir") :][:400]
            assert "WIB" in line
            assert words in line, address

    def test_after_the_deadline_the_pages_say_so_and_offer_no_button(self, draft, officer_a, client_of):
        self.close(draft, hours=-2)
        client = client_of(officer_a)
        check = client.get(reverse("nomination_check", args=[draft.pk])).content.decode()
        detail = client.get(reverse("nomination_detail", args=[draft.pk])).content.decode()
        for page in (check, detail):
            assert "(sudah lewat)" in page.replace('<strong class="time-left">', "")
            assert "tidak dapat dikirim. Isiannya tetap tersimpan" in page
            assert "sekretariat@example.go.id" in page
        assert "Kirim usulan</button>" not in check

    def test_before_it_opens_the_pages_say_when(self, draft, officer_a, client_of):
        window = self.close(draft, days=60)
        type(window).objects.filter(pk=window.pk).update(
            opens_at=datetime(2049, 1, 4, 2, 0, tzinfo=UTC), closes_at=datetime(2049, 2, 1, 9, 0, tzinfo=UTC)
        )
        page = client_of(officer_a).get(reverse("nomination_check", args=[draft.pk])).content.decode()
        assert "Dibuka Senin, 4 Januari 2049 pukul 09.00 WIB" in page
        assert "Kirim usulan</button>" not in page

    def test_in_the_grace_the_page_still_takes_it(self, draft, officer_a, client_of, post):
        window = self.close(draft, minutes=-5)
        type(window).objects.filter(pk=window.pk).update(grace_minutes=30)
        client, url = client_of(officer_a), reverse("nomination_check", args=[draft.pk])
        assert "Kirim usulan</button>" in client.get(url).content.decode()
        assert post(client, url, {"declared": "on"}).status_code == 302

    def test_a_draft_is_filled_in_after_the_deadline_and_kept(self, officer_a, client_of, post):
        draft = factories.make_ovop_nomination(complete=False)
        self.close(draft, days=-2)
        client = client_of(officer_a)
        given = {"text": "Diisi sesudah batas.", "version": 0}
        assert post(client, reverse("nomination_answer", args=[draft.pk, "uniqueness"]), given).status_code == 302
        requirement = draft.period.requirements.get(code="D01")
        url = reverse("document_add", args=[draft.pk, requirement.pk])
        assert post(client, url, {"file": pdf_upload()}).status_code == 302
        assert texts_of(draft) == {"uniqueness": "Diisi sesudah batas."}
        assert draft.items.count() == 1

    def test_a_page_opened_in_time_and_sent_too_late_is_refused_with_all_that_is_needed(
        self, draft, officer_a, client_of, post
    ):
        window = self.close(draft, minutes=5)
        client, url = client_of(officer_a), reverse("nomination_check", args=[draft.pk])
        assert "Kirim usulan</button>" in client.get(url).content.decode()
        type(window).objects.filter(pk=window.pk).update(closes_at=scenes.now() - scenes.SECOND)
        answer = post(client, url, {"declared": "on"})
        assert answer.status_code == 422
        assert "Batas waktu sudah lewat, yaitu" in answer.content.decode()
        assert scenes.state_of(draft)["status"] == Status.DRAFT
        later = scenes.now() + timedelta(hours=1)
        Extension.objects.create(window=window, nomination=draft, closes_at=later, reason="Listrik padam")
        assert post(client, url, {"declared": "on"}).status_code == 302
