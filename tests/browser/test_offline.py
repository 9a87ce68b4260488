"""A score sheet without a line: put aside, filled in, sent once. Cases 24, 25 and 27 in a real browser.

The line is cut in Chromium itself, or the server is really stopped; pages come back from the service worker alone.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.utils import timezone
from playwright.sync_api import Error, Locator, Page, expect

from accounts.enums import Role
from core.claims import SALT
from core.formats import moment_text
from scoring.models import Assignment, Sheet, SheetEvent
from scoring.rules import Answer
from scoring.selectors.sheets import answers_of, first_broken_event
from tests.browser.conftest import sign_in, until
from tests.browser.steps import press
from tests.factories import make_user
from tests.scoring import scenes

pytestmark = pytest.mark.browser
SLOW = 40_000
SAVED = r"Tersimpan \d\d\.\d\d WIB, versi {}"
NOTE = "Ditulis di sentra, tanpa sinyal."
Browse = Callable[..., Page]


@pytest.fixture
def assignment(portal: Any) -> Assignment:
    return scenes.assign(scenes.ovop(), scenes.assessors(1)[0])


def address(assignment: Assignment) -> str:
    return f"/penilaian/tugas/{assignment.pk}/nilai/"


def line(page: Page) -> Locator:
    return page.locator("#autosave-line")


def banner(page: Page) -> Locator:
    return page.locator("#autosave-banner")


def note(page: Page, code: str = "A1") -> Locator:
    return page.locator(f"#note_{code}")


def choose(page: Page, code: str, place: int) -> None:
    page.locator(f"#value_{code}_{place}").check(force=True)


def expect_saved(page: Page, version: int) -> None:
    expect(line(page)).to_contain_text(re.compile(SAVED.format(version)), timeout=SLOW)
    expect(banner(page)).to_be_hidden()


def put_aside(page: Page) -> None:
    page.get_by_label("Simpan di perangkat ini untuk dipakai tanpa sinyal").check()
    expect(page.locator("#put-aside-state")).to_contain_text("dapat dibuka tanpa sinyal", timeout=SLOW)
    page.reload()  # from now on the worker stands behind this page
    expect(page.get_by_label("Simpan di perangkat ini untuk dipakai tanpa sinyal")).to_be_checked()
    until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"))


def kept(page: Page) -> None:
    """The device has what stands in the form."""
    page.wait_for_timeout(1000)
    until(lambda: unsent(page) == "1")


def unsent(page: Page) -> str | None:
    return page.evaluate("localStorage.getItem('luring:' + document.body.dataset.user)")


def offline(page: Page, away: bool = True) -> None:
    page.context.set_offline(away)


def expect_both(page: Page, button: Locator, *texts: str) -> None:
    """The button leads to a table in which the two sides stand beside each other."""
    with page.expect_navigation():
        button.click()
    table = page.get_by_role("table", name="Perbedaan")
    for text in texts:
        expect(table).to_contain_text(text)


def stored(assignment: Assignment) -> dict[str, Answer]:
    return answers_of(Sheet.objects.filter(assignment=assignment).first())


def left_behind(page: Page) -> list[Any]:
    return page.evaluate(
        """async () => [
            ...Object.keys(localStorage).filter((key) => key.startsWith('luring') || key.startsWith('salinan')),
            ...await caches.keys(),
            ...(await indexedDB.databases()).map((base) => base.name),
        ]"""
    )


def test_autosave_of_a_sheet_says_what_the_server_has_stored(browse: Browse, assignment):
    page = browse(assignment.assessor, scripts=True)
    page.goto(address(assignment))
    choose(page, "A1", 2)
    expect(line(page)).to_have_text("Belum tersimpan.")
    assert stored(assignment) == {}
    expect_saved(page, 1)
    note(page).fill("Seluruhnya dari Buaran.")
    expect_saved(page, 2)
    assert stored(assignment)["A1"] == Answer(Decimal(3), "Seluruhnya dari Buaran.")
    expect(page.locator("[data-total]")).to_have_text("3,00 dari 100")
    page.get_by_role("button", name="Ke yang belum dinilai").click()
    assert page.evaluate("document.activeElement.name") == "value_A2"
    press(page, "Simpan, lalu periksa dan kirim")
    assert Sheet.objects.get().version == 2, "the form goes on from the version of the autosave"
    page.goto(address(assignment))
    page.route("**/nilai/simpan/", lambda route: route.abort())
    choose(page, "A2", 0)
    expect(banner(page)).to_contain_text("Server atau sambungan tidak dapat dihubungi", timeout=SLOW)
    assert "A2" not in {code for code, answer in stored(assignment).items() if answer.given}
    page.unroute("**/nilai/simpan/")
    page.reload()
    offer = page.get_by_role("region", name="Tulisan yang belum tersimpan")
    expect(offer).to_be_visible()
    offer.get_by_role("button", name="Pulihkan").click()
    expect_saved(page, 3)
    assert stored(assignment)["A2"].value == 1


def test_case_25_two_tabs_are_shown_side_by_side(browse: Browse, assignment):
    page = browse(assignment.assessor, scripts=True)
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(address(assignment))
    note(page).fill("Dari jendela pertama.")
    expect_saved(page, 1)
    note(other).fill("Dari jendela kedua.")
    expect(banner(other)).to_contain_text("jendela lain", timeout=SLOW)
    assert stored(assignment)["A1"].note == "Dari jendela pertama."
    both = ("Dari jendela pertama.", "Dari jendela kedua.")
    expect_both(other, other.get_by_role("button", name="Bandingkan kedua isian"), *both)
    other.wait_for_timeout(4000)
    assert stored(assignment)["A1"].note == "Dari jendela pertama.", "nothing is overwritten before somebody says so"
    with other.expect_navigation():
        other.get_by_role("button", name="Simpan", exact=True).first.click()
    assert stored(assignment)["A1"].note == "Dari jendela kedua."


def test_case_24_filled_in_without_a_line_and_sent_once(browse: Browse, assignment):
    page = browse(assignment.assessor, scripts=True)
    page.goto(address(assignment))
    put_aside(page)
    offline(page)
    choose(page, "A1", 2)
    note(page).fill(NOTE)
    expect(banner(page)).to_contain_text("dikirim sendiri, satu kali", timeout=SLOW)
    kept(page)
    page.reload()  # still no line: the page comes from the device, with what was typed
    expect(note(page)).to_have_value(NOTE, timeout=SLOW)
    expect(page.locator("#value_A1_2")).to_be_checked()
    choose(page, "A2", 1)
    kept(page)
    # What the first page sent as it went may have passed Chromium's cut; nothing of the second one can.
    assert "A2" not in {code for code, answer in stored(assignment).items() if answer.given}
    offline(page, away=False)
    expect(line(page)).to_contain_text("Tersimpan", timeout=SLOW)
    until(lambda: unsent(page) == "0")
    assert stored(assignment)["A1"] == Answer(Decimal(3), NOTE)
    assert stored(assignment)["A2"].value == 2
    events = list(SheetEvent.objects.order_by("number"))
    assert len({event.data["key"] for event in events}) == len(events)
    assert first_broken_event(Sheet.objects.get()) is None


def test_case_24_the_time_of_writing_goes_along_and_is_shown(browse: Browse, assignment):
    """A page that was opened an hour ago, and a note of forty minutes ago by the clock of the device."""
    made = (timezone.now() - timedelta(minutes=40)).replace(microsecond=0)
    page = browse(assignment.assessor, scripts=True)
    page.goto(address(assignment))
    put_aside(page)
    hour = (timezone.now() - timedelta(hours=1)).timestamp()
    opened = signing.dumps([f"sheet:{assignment.pk}", hour], salt=SALT)
    page.evaluate("opened => { document.querySelector('[name=opened]').value = opened; }", opened)
    page.clock.set_fixed_time(made)
    offline(page)
    note(page).fill(NOTE)
    expect(banner(page)).to_contain_text("dikirim sendiri, satu kali", timeout=SLOW)
    kept(page)
    offline(page, away=False)
    expect(line(page)).to_contain_text("Tersimpan", timeout=SLOW)
    [event] = SheetEvent.objects.all()
    assert datetime.fromisoformat(event.data["made_at"]) == made
    assert event.at - made > timedelta(minutes=39), "beside the moment at which it came"
    assert first_broken_event(Sheet.objects.get()) is None, "the chain holds it"
    chair = browse(make_user(Role.PANEL_CHAIR))
    chair.goto(f"/penilaian/usulan/{assignment.nomination_id}/riwayat/")
    chair.locator("summary", has_text=assignment.assessor.name).click()
    expect(chair.get_by_text(f"Diisi {moment_text(made)} menurut perangkat penilai")).to_be_visible()


def test_case_24_the_server_is_away_and_the_answer_is_lost(browse: Browse, assignment, portal):
    """The save arrives, its answer does not, and the page is closed: the next page repeats it, and it counts once."""
    page = browse(assignment.assessor, scripts=True)
    page.goto(address(assignment))
    put_aside(page)

    def swallow(route: Any) -> None:
        with suppress(Error):  # a further try may meet the server when it is gone
            route.fetch()
        route.abort()

    page.route("**/nilai/simpan/", swallow)
    note(page).fill(NOTE)
    expect(banner(page)).to_be_visible(timeout=SLOW)
    assert stored(assignment)["A1"].note == NOTE
    portal.stop_web()
    page.goto("about:blank")
    page.unroute("**/nilai/simpan/")
    page.goto(address(assignment))
    expect(note(page)).to_have_value(NOTE, timeout=SLOW)
    portal.start_web()
    expect(line(page)).to_contain_text("Tersimpan", timeout=SLOW)
    assert SheetEvent.objects.count() == 1


def test_the_desk_sends_what_a_closed_page_left(browse: Browse, assignment):
    page = browse(assignment.assessor, scripts=True)
    page.goto(address(assignment))
    put_aside(page)
    offline(page)
    note(page).fill(NOTE)
    kept(page)
    page.goto("about:blank")
    offline(page, away=False)
    page.goto("/penilaian/")
    expect(page.locator("#offline-unsent")).to_contain_text(re.compile(SAVED.format(1)), timeout=SLOW)
    assert stored(assignment)["A1"].note == NOTE


def test_case_25_an_older_sheet_of_a_device_is_refused_with_the_differences(browse: Browse, assignment):
    page = browse(assignment.assessor, scripts=True)
    page.goto(address(assignment))
    put_aside(page)
    offline(page)
    note(page).fill(NOTE)
    kept(page)
    scenes.save(assignment, {"A1": Answer(Decimal(1), "Dari gawai lain.")})
    page.goto("about:blank")
    offline(page, away=False)
    page.goto(address(assignment))
    offer = page.get_by_role("region", name="Tulisan yang belum tersimpan")
    expect(offer).to_contain_text("sudah berubah", timeout=SLOW)
    expect(note(page)).to_have_value("Dari gawai lain.")
    expect_both(page, offer.get_by_role("button", name="Bandingkan"), "Dari gawai lain.", NOTE)
    assert stored(assignment)["A1"].note == "Dari gawai lain."


def test_cases_24_and_27_a_locked_sheet_refuses_and_the_device_keeps_the_text(browse: Browse, assignment):
    page = browse(assignment.assessor, scripts=True)
    page.goto(address(assignment))
    put_aside(page)
    offline(page)
    note(page).fill(NOTE)
    kept(page)
    scenes.submit(assignment)
    offline(page, away=False)
    expect(banner(page)).to_contain_text("terkunci", timeout=SLOW)
    page.reload()
    offer = page.get_by_role("region", name="Tulisan yang belum tersimpan")
    expect(offer).to_be_visible(timeout=SLOW)
    with page.expect_navigation():
        offer.get_by_role("button", name="Bandingkan").click()
    expect(page.get_by_text("Isian belum tersimpan")).to_be_visible()
    expect(page.get_by_role("table", name="Perbedaan")).to_contain_text(NOTE)
    assert stored(assignment)["A1"].note == "Sesuai bukti."
    page.goto(address(assignment))
    expect(offer).to_be_visible(timeout=SLOW)


def test_the_session_ends_meanwhile_and_the_text_comes_back_after_a_new_sign_in(browse: Browse, assignment):
    page = browse(assignment.assessor, scripts=True)
    page.goto(address(assignment))
    put_aside(page)
    offline(page)
    note(page).fill(NOTE)
    kept(page)
    Session.objects.all().delete()
    offline(page, away=False)
    expect(banner(page)).to_contain_text("Sesi Anda sudah berakhir", timeout=SLOW)
    with page.expect_navigation():
        page.get_by_role("button", name="Masuk lagi").click()
    sign_in(page, assignment.assessor)
    page.wait_for_url(f"**{address(assignment)}")
    expect(note(page)).to_have_value(NOTE, timeout=SLOW)
    expect_saved(page, 1)
    assert stored(assignment)["A1"].note == NOTE


def test_nothing_is_kept_without_the_word_of_the_person(browse: Browse, assignment):
    page = browse(assignment.assessor, scripts=True)
    page.goto(address(assignment))
    note(page).fill("Dengan sinyal.")
    expect_saved(page, 1)
    assert left_behind(page) == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_signing_out_and_another_person_wipe_the_device(browse: Browse, assignment):
    colleague = make_user(Role.ASSESSOR, institution=scenes.AWAY)
    page = browse(assignment.assessor, scripts=True)
    page.goto(address(assignment))
    put_aside(page)
    assert left_behind(page) != []
    page.get_by_role("button", name="Keluar").first.click()
    page.wait_for_url(re.compile(r"^http://[^/]+/$"))
    assert left_behind(page) == []
    page.goto("/akun/masuk/")
    sign_in(page, assignment.assessor)
    page.wait_for_url("**/beranda/")
    page.goto(address(assignment))
    put_aside(page)
    Session.objects.all().delete()
    page.goto("/akun/masuk/")
    sign_in(page, colleague)
    page.wait_for_url("**/beranda/")
    until(lambda: left_behind(page) == [])
    offline(page)
    with pytest.raises(Exception, match=r"ERR_(FAILED|INTERNET_DISCONNECTED)"):
        page.goto(address(assignment))
