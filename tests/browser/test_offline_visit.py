"""A visit without a line: put aside, written on the spot, sent once. Cases 24, 25 and 27 in a real browser.

As in test_offline.py, the line is cut in Chromium itself, or the server is really stopped.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Error, Page, expect

from accounts.enums import Role
from core.models import AuditEntry
from scoring.models import Assignment, FieldPhoto, FieldVisit
from scoring.services import visits
from tests import factories
from tests.browser.conftest import sign_in, until
from tests.browser.test_offline import SLOW, banner, expect_both, kept, left_behind, line, offline, put_aside, unsent
from tests.files import jpeg_bytes
from tests.scoring import scenes

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
PHOTO = {"name": "rumah.jpg", "mimeType": "image/jpeg", "buffer": jpeg_bytes((900, 700))}
TEXT = "Ditulis di sentra, tanpa sinyal."
Browse = Callable[..., Page]


@pytest.fixture
def assignment(portal: Any) -> Assignment:
    """An opened visit."""
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    scenes.close(nomination, skip_optional=False)
    visitor = factories.make_user(Role.ASSESSOR, institution="Balai Lain", commodities=("batik",), name="Petugas")
    made = scenes.assign(nomination, visitor, scenes.stage_of(nomination, "lapangan"))
    visits.open_visit(assignment_id=made.pk, actor=visitor)
    return made


@pytest.fixture
def page(browse: Browse, assignment: Assignment, portal: Any) -> Page:
    """The visit on a phone that knows where it is."""
    opened = browse(assignment.assessor, scripts=True)
    opened.set_viewport_size(PHONE)
    opened.context.grant_permissions(["geolocation"], origin=portal.url)
    opened.context.set_geolocation({"latitude": -6.8886, "longitude": 109.6753, "accuracy": 14})
    opened.goto(address(assignment))
    return opened


def address(assignment: Assignment) -> str:
    return f"/penilaian/tugas/{assignment.pk}/kunjungan/"


def stored(assignment: Assignment) -> FieldVisit:
    return FieldVisit.objects.get(assignment=assignment)


def summary(page: Page) -> Any:
    return page.get_by_label("Ringkasan kunjungan")


def add_photo(page: Page, caption: str = "Tempat produksi") -> None:
    page.locator("#id_photo").set_input_files(PHOTO)
    page.get_by_label("Keterangan foto").fill(caption)
    page.get_by_role("button", name="Tambah foto").click()
    expect(page.locator("#photos-waiting")).to_contain_text(f"{caption}: menunggu sambungan")


def photos_kept(page: Page) -> str | None:
    return page.evaluate("localStorage.getItem('foto:' + document.body.dataset.user)")


def leftovers(page: Page) -> list[Any]:
    return left_behind(page) + [f"foto {count}" for count in [photos_kept(page)] if count is not None]


def save_elsewhere(assignment: Assignment, text: str) -> FieldVisit:
    facts = scenes.visit_facts(summary=text, interviews=())
    version = stored(assignment).version
    return visits.save_visit(
        assignment_id=assignment.pk, facts=facts, findings={}, version=version, actor=assignment.assessor
    )


def send_in(assignment: Assignment) -> None:
    facts = scenes.visit_facts()
    visit = stored(assignment)
    saved = visits.save_visit(
        assignment_id=assignment.pk,
        facts=facts,
        findings={claim.pk: visits.Found("terbukti") for claim in visit.claims.all()},
        version=visit.version,
        actor=assignment.assessor,
    )
    visits.submit_visit(assignment_id=assignment.pk, version=saved.version, actor=assignment.assessor)


def test_autosave_of_a_visit_says_what_the_server_has_stored(page, assignment):
    page.locator("input[type=radio][value=terbukti]").first.check(force=True)
    expect(line(page)).to_have_text("Belum tersimpan.")
    assert stored(assignment).saved_at is None
    expect(line(page)).to_contain_text(re.compile(r"Tersimpan .+ WIB, versi 2"), timeout=SLOW)
    expect(page.locator("[data-progress]").first).to_contain_text("1 dari ")
    summary(page).fill("Produksi berjalan.")
    expect(line(page)).to_contain_text("versi 3", timeout=SLOW)
    assert stored(assignment).summary == "Produksi berjalan."
    page.get_by_label("Tanggal kunjungan").fill("32-13-2026")
    expect(banner(page)).to_contain_text("Tanggal kunjungan: ", timeout=SLOW)
    page.get_by_label("Tanggal kunjungan").fill("05-01-2026")
    expect(line(page)).to_contain_text("versi 4", timeout=SLOW)
    expect(banner(page)).to_be_hidden()
    assert AuditEntry.objects.filter(action="scoring.visit_saved").count() == 1, "one spell of writing"


def test_case_24_everything_is_written_without_a_line_and_sent_once(page, assignment):
    put_aside(page)
    offline(page)
    summary(page).fill(TEXT)
    page.get_by_role("button", name="Ambil koordinat").click()
    page.locator("input[type=radio][value=terbukti]").first.check(force=True)
    page.get_by_label("Nama narasumber").nth(0).fill("Ibu Sari")
    page.get_by_label("Isi wawancara").nth(0).fill("Pesanan rutin setiap bulan.")
    add_photo(page)
    expect(banner(page)).to_contain_text("dikirim sendiri, satu kali", timeout=SLOW)
    kept(page)
    made = timezone.now()
    page.reload()  # still no line: the page comes from the device, with what was typed
    expect(summary(page)).to_have_value(TEXT, timeout=SLOW)
    expect(page.get_by_label("Koordinat")).to_have_value("-6.8886, 109.6753")
    expect(page.locator("input[type=radio][value=terbukti]").first).to_be_checked()
    expect(page.get_by_label("Isi wawancara").nth(0)).to_have_value("Pesanan rutin setiap bulan.")
    expect(page.locator("#photos-waiting")).to_contain_text("Tempat produksi: menunggu sambungan")
    page.get_by_text("Tempat untuk wawancara lain").click()
    page.get_by_label("Nama narasumber").nth(2).fill("Pak Darmo")
    page.get_by_role("button", name="Tambah klaim").click()
    expect(page.get_by_text("tambahkan klaim saat sambungan kembali")).to_be_visible()
    kept(page)  # all of it is still unsent, as the device sees it
    offline(page, away=False)
    expect(line(page)).to_contain_text("Tersimpan", timeout=SLOW)
    until(lambda: unsent(page) == "0")
    until(lambda: FieldPhoto.objects.count() == 1)
    visit = stored(assignment)
    assert (visit.summary, str(visit.latitude), visit.accuracy_m) == (TEXT, "-6.888600", 14)
    assert [one.name for one in visit.interviews.all()] == ["Ibu Sari", "Pak Darmo"]
    assert visit.claims.filter(finding="terbukti").count() == 1
    assert FieldPhoto.objects.get().made_at <= made + timedelta(minutes=1)
    expect(page.locator("#photos-stored img")).to_have_count(1)
    assert photos_kept(page) is None


def test_case_24_the_server_is_away_and_the_answer_is_lost(page, assignment, portal):
    put_aside(page)

    def swallow(route: Any) -> None:
        with suppress(Error):
            route.fetch()
        route.abort()

    page.route("**/kunjungan/simpan/", swallow)
    summary(page).fill(TEXT)
    expect(banner(page)).to_be_visible(timeout=SLOW)
    until(lambda: stored(assignment).summary == TEXT)
    portal.stop_web()
    page.goto("about:blank")
    page.unroute("**/kunjungan/simpan/")
    page.goto(address(assignment))
    expect(summary(page)).to_have_value(TEXT, timeout=SLOW)
    portal.start_web()
    expect(line(page)).to_contain_text("Tersimpan", timeout=SLOW)
    assert stored(assignment).version == 2, "it counted once"


def test_the_desk_sends_text_and_photos_of_a_page_that_was_closed(page, assignment):
    put_aside(page)
    offline(page)
    summary(page).fill(TEXT)
    add_photo(page)
    kept(page)
    page.goto("about:blank")
    offline(page, away=False)
    page.goto("/penilaian/")
    expect(page.locator("#offline-unsent")).to_contain_text(re.compile(r"Tersimpan .+ versi 2"), timeout=SLOW)
    until(lambda: FieldPhoto.objects.count() == 1)
    assert stored(assignment).summary == TEXT
    expect(page.locator("#photos-waiting")).to_be_hidden()
    assert photos_kept(page) is None


def test_case_25_two_tabs_are_shown_side_by_side(page, assignment):
    other = page.context.new_page()
    other.goto(address(assignment))
    summary(page).fill("Dari jendela pertama.")
    expect(line(page)).to_contain_text("versi 2", timeout=SLOW)
    summary(other).fill("Dari jendela kedua.")
    expect(banner(other)).to_contain_text("jendela lain", timeout=SLOW)
    both = ("Dari jendela pertama.", "Dari jendela kedua.")
    expect_both(other, other.get_by_role("button", name="Bandingkan kedua isian"), *both)
    other.wait_for_timeout(4000)
    assert stored(assignment).summary == "Dari jendela pertama.", "nothing is overwritten before somebody says so"
    with other.expect_navigation():
        other.get_by_role("button", name="Simpan", exact=True).click()
    assert stored(assignment).summary == "Dari jendela kedua."


def test_case_25_an_older_record_of_a_device_is_refused_with_the_differences(page, assignment):
    put_aside(page)
    offline(page)
    summary(page).fill(TEXT)
    kept(page)
    save_elsewhere(assignment, "Dari gawai lain.")
    page.goto("about:blank")
    offline(page, away=False)
    page.goto(address(assignment))
    offer = page.get_by_role("region", name="Tulisan yang belum tersimpan")
    expect(offer).to_contain_text("sudah berubah", timeout=SLOW)
    expect(summary(page)).to_have_value("Dari gawai lain.")
    expect_both(page, offer.get_by_role("button", name="Bandingkan"), "Dari gawai lain.", TEXT)
    assert stored(assignment).summary == "Dari gawai lain."


def test_cases_24_and_27_a_locked_visit_refuses_and_the_device_keeps_text_and_photo(page, assignment):
    put_aside(page)
    offline(page)
    summary(page).fill(TEXT)
    add_photo(page)
    kept(page)
    send_in(assignment)
    offline(page, away=False)
    expect(banner(page)).to_contain_text("terkunci", timeout=SLOW)
    expect(page.locator("#photos-waiting")).to_contain_text("terkunci", timeout=SLOW)
    expect(page.get_by_role("link", name="Simpan ke perangkat")).to_be_visible()
    page.reload()
    offer = page.get_by_role("region", name="Tulisan yang belum tersimpan")
    expect(offer).to_be_visible(timeout=SLOW)
    expect(page.locator("#photos-waiting")).to_contain_text("terkunci")
    with page.expect_navigation():
        offer.get_by_role("button", name="Bandingkan").click()
    expect(page.get_by_text("Isian belum tersimpan")).to_be_visible()
    expect(page.get_by_role("table", name="Perbedaan")).to_contain_text(TEXT)
    assert stored(assignment).summary == "Kunjungan berjalan baik."
    assert not FieldPhoto.objects.exists()
    page.goto(address(assignment))
    expect(offer).to_be_visible(timeout=SLOW)


def test_the_session_ends_meanwhile_and_everything_comes_back_after_a_new_sign_in(page, assignment):
    put_aside(page)
    offline(page)
    summary(page).fill(TEXT)
    add_photo(page)
    kept(page)
    Session.objects.all().delete()
    offline(page, away=False)
    expect(banner(page)).to_contain_text("Sesi Anda sudah berakhir", timeout=SLOW)
    with page.expect_navigation():
        page.get_by_role("button", name="Masuk lagi").click()
    sign_in(page, assignment.assessor)
    page.wait_for_url(f"**{address(assignment)}")
    expect(summary(page)).to_have_value(TEXT, timeout=SLOW)
    expect(line(page)).to_contain_text("Tersimpan", timeout=SLOW)
    until(lambda: FieldPhoto.objects.count() == 1)
    assert stored(assignment).summary == TEXT


def test_signing_out_wipes_text_and_photos_after_a_question(page, assignment):
    put_aside(page)
    offline(page)
    summary(page).fill(TEXT)
    add_photo(page)
    kept(page)
    page.route("**/kunjungan/simpan/", lambda route: route.abort())
    page.route("**/kunjungan/foto/", lambda route: route.abort())
    offline(page, away=False)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_role("button", name="Keluar").first.click(force=True)
    page.wait_for_url(re.compile(r"^http://[^/]+/$"))
    assert len(asked) == 1
    assert leftovers(page) == []
    assert stored(assignment).saved_at is None


def test_another_person_on_the_device_finds_no_photo(page, assignment):
    offline(page)
    add_photo(page)
    offline(page, away=False)
    colleague = factories.make_user(Role.ASSESSOR, institution=scenes.AWAY)
    page.route("**/kunjungan/foto/", lambda route: route.abort())
    Session.objects.all().delete()
    page.goto("/akun/masuk/")
    sign_in(page, colleague)
    page.wait_for_url("**/beranda/")
    names = "indexedDB.databases().then((all) => all.map((base) => base.name))"
    until(lambda: page.evaluate(names) == [])
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('foto'))") == []
