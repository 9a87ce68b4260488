"""Autosave and the browser's own copies, with a server that stops, a line that breaks and people who share a PC.

Cases 24 and 25: what was typed arrives once, or is shown beside what is stored; it is never lost and never overwrites.
"""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import Locator, Page, Route, expect

from accounts.enums import Role
from accounts.middleware import SEEN_AT, SIGNED_IN_AT
from nominations.enums import Status, Topic
from nominations.models import Answer, AnswerVersion, CandidateEntry, Nomination
from nominations.selectors.dossiers import answer_of
from nominations.services import drafting, submission
from tests import factories
from tests.browser.conftest import sign_in
from tests.browser.steps import press

pytestmark = pytest.mark.browser
LABEL, TOPIC = "Keunikan dan kearifan lokal", Topic.UNIQUENESS
TEXT, MORE = "Motif pesisir dari Buaran.", " Pewarna alam dari tingi."
ENDPOINT = "**/uniqueness/simpan/"
SAVED = r"Tersimpan \d\d\.\d\d WIB, versi {}\."
LANDING = re.compile(r"^http://[^/]+/$")
SLOW = 40_000
Browse = Callable[..., Page]


@pytest.fixture
def draft(portal: Any) -> Nomination:
    return factories.make_ovop_nomination(complete=False)


@pytest.fixture
def officer(draft: Nomination) -> Any:
    return draft.created_by


@pytest.fixture
def colleague(draft: Nomination) -> Any:
    return factories.make_user(Role.DISTRICT_OFFICER, region=factories.HOME, name="Rekan Sekantor")


def address(draft: Nomination) -> str:
    return f"/usulan/{draft.pk}/keterangan/{TOPIC}/"


def field(page: Page) -> Locator:
    return page.get_by_label(LABEL)


def line(page: Page) -> Locator:
    return page.locator("#autosave-line")


def banner(page: Page) -> Locator:
    return page.locator("#autosave-banner")


def offer(page: Page) -> Locator:
    return page.get_by_role("region", name="Tulisan yang belum tersimpan")


def expect_saved(page: Page, version: int) -> None:
    expect(line(page)).to_have_text(re.compile(SAVED.format(version)), timeout=SLOW)
    expect(banner(page)).to_be_hidden()


def stored(draft: Nomination) -> tuple[str, int]:
    row = answer_of(draft, TOPIC)
    return (row.text, row.version) if row else ("", 0)


def copies(page: Page) -> dict[str, str]:
    return page.evaluate(
        "Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith('salinan')))"
    )


def save_as(person: Any, draft: Nomination, text: str, version: int) -> None:
    drafting.save_answer(nomination_id=draft.pk, question=TOPIC, text=text, version=version, actor=person)


def cut(page: Page) -> None:
    page.route(ENDPOINT, lambda route: route.abort())


def test_a_receipt_is_shown_when_the_server_has_stored_it_and_not_before(browse: Browse, draft, officer):
    page = browse(officer, scripts=True)
    page.goto(address(draft))
    expect(line(page)).to_have_text("")
    field(page).press_sequentially(TEXT)
    expect(line(page)).to_have_text("Belum tersimpan.")
    assert stored(draft) == ("", 0)
    expect_saved(page, 1)
    assert stored(draft) == (TEXT, 1)
    assert copies(page) == {}, "what is stored needs no copy"

    field(page).press_sequentially(MORE)
    press(page, "Simpan")
    expect(page.get_by_text(re.compile(SAVED.format(2))).first).to_be_visible()
    assert stored(draft) == (TEXT + MORE, 2), "the form goes on from the version of the autosave"
    expect(offer(page)).to_have_count(0)

    field(page).fill("x" * 3001)
    expect(banner(page)).to_contain_text("Paling banyak 3000 karakter. Anda mengisi 3001.")
    expect(line(page)).to_have_text("Belum tersimpan.")
    field(page).fill("Pendek.")
    expect_saved(page, 3)

    page.route(ENDPOINT, lambda route: route.fulfill(status=200, body="<html>Masuk</html>", content_type="text/html"))
    field(page).fill("Dijawab oleh halaman lain.")
    expect(banner(page)).to_contain_text("Server belum memastikan bahwa isian tersimpan")
    assert stored(draft) == ("Pendek.", 3)


def test_the_server_stops_while_somebody_types(browse: Browse, draft, officer, portal):
    page = browse(officer, scripts=True)
    page.goto(address(draft))
    field(page).fill(TEXT)
    expect_saved(page, 1)
    portal.stop_web()
    field(page).press_sequentially(MORE)
    expect(banner(page)).to_contain_text("Server atau sambungan tidak dapat dihubungi", timeout=SLOW)
    expect(banner(page)).to_contain_text("salinannya ada di peramban ini")
    expect(line(page)).not_to_contain_text("Tersimpan 1")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(field(page)).to_have_value(TEXT + MORE)
    field(page).press_sequentially(" Cap dan tulis.")
    portal.start_web()
    expect(line(page)).to_contain_text("Sambungan pulih. Tersimpan", timeout=SLOW)
    expect_saved(page, 3)
    expect(field(page)).to_have_value(f"{TEXT}{MORE} Cap dan tulis.")
    assert stored(draft) == (f"{TEXT}{MORE} Cap dan tulis.", 3), "each text once"
    assert copies(page) == {}


def test_the_line_breaks_before_the_save_and_after_it(browse: Browse, draft, officer):
    page = browse(officer, scripts=True)
    page.goto(address(draft))
    page.context.set_offline(True)
    field(page).press_sequentially(TEXT)
    expect(banner(page)).to_be_visible()
    expect(field(page)).to_have_value(TEXT)
    page.context.set_offline(False)
    expect_saved(page, 1)

    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort()

    page.route(ENDPOINT, lose_the_answer, times=1)
    field(page).press_sequentially(MORE)
    expect(banner(page)).to_be_visible()
    assert (lost, stored(draft)) == ([200], (TEXT + MORE, 2)), "stored, but nobody was told"
    field(page).press_sequentially(" Cap.")
    expect_saved(page, 3)
    assert stored(draft) == (f"{TEXT}{MORE} Cap.", 3), "no conflict with oneself"
    assert AnswerVersion.objects.count() == 0


def test_after_a_reload_the_text_is_offered_and_not_put_in(browse: Browse, draft, officer, colleague):
    page = browse(officer, scripts=True)
    page.goto(address(draft))
    cut(page)
    field(page).press_sequentially(TEXT)
    expect(banner(page)).to_be_visible()
    page.unroute(ENDPOINT)
    page.reload()
    expect(offer(page)).to_contain_text(re.compile(r"Ada tulisan yang belum tersimpan dari \d\d\.\d\d\."))
    expect(field(page)).to_have_value("")
    offer(page).get_by_text("Lihat tulisan itu").click()
    expect(offer(page).get_by_text(TEXT)).to_be_visible()
    offer(page).get_by_role("button", name="Pulihkan").click()
    expect(field(page)).to_have_value(TEXT)
    expect_saved(page, 1)
    page.reload()
    expect(field(page)).to_have_value(TEXT)
    expect(offer(page)).to_have_count(0)

    cut(page)
    field(page).fill("Tulisan yang tertinggal.")
    expect(banner(page)).to_be_visible()
    save_as(colleague, draft, "Tulisan rekan.", 1)
    page.unroute(ENDPOINT)
    page.reload()
    expect(offer(page)).to_contain_text("sudah berubah sejak tulisan itu dibuat")
    expect(offer(page).get_by_role("button", name="Pulihkan")).to_be_hidden()
    offer(page).get_by_role("button", name="Bandingkan").click()
    expect(page.locator("del")).to_contain_text("rekan.")
    expect(page.locator("ins")).to_contain_text("yang tertinggal.")
    assert stored(draft) == ("Tulisan rekan.", 2)
    press(page, "Pakai isian rekan")
    expect(field(page)).to_have_value("Tulisan rekan.")
    expect(offer(page)).to_have_count(0)

    cut(page)
    field(page).fill("Tulisan yang dibuang.")
    expect(banner(page)).to_be_visible()
    page.unroute(ENDPOINT)
    page.reload()
    offer(page).get_by_role("button", name="Buang").click()
    assert copies(page) == {}
    page.evaluate(
        "([key, at]) => localStorage.setItem(key, JSON.stringify({at, version: '2', fields: [['text', 'Usang.']]}))",
        [f"salinan:{officer.pk}:{address(draft)}:kunci", (time.time() - 8 * 24 * 3600) * 1000],
    )
    page.reload()
    expect(offer(page)).to_have_count(0)
    assert copies(page) == {}, "a week is long enough"


def end_sessions() -> None:
    """As after nine hours without a request."""
    for row in Session.objects.all():
        session = SessionStore(row.session_key)
        for name in (SEEN_AT, SIGNED_IN_AT):
            if name in session:
                session[name] -= int(timedelta(hours=9).total_seconds())
        session.save()


def test_the_text_survives_a_new_sign_in_and_nobody_else_gets_it(browse: Browse, draft, officer, colleague):
    page = browse(officer, scripts=True)
    page.goto(address(draft))
    end_sessions()
    field(page).press_sequentially(TEXT)
    expect(banner(page)).to_contain_text("Sesi Anda sudah berakhir")
    expect(field(page)).to_have_value(TEXT)
    assert stored(draft) == ("", 0)
    banner(page).get_by_role("button", name="Masuk lagi").or_(
        banner(page).get_by_role("link", name="Masuk lagi")
    ).click()

    sign_in(page, colleague)
    page.wait_for_url(f"**{address(draft)}")
    expect(page.get_by_role("heading", level=1)).to_have_text(LABEL)
    expect(offer(page)).to_have_count(0)
    assert TEXT not in page.content()
    page.get_by_role("button", name="Keluar", exact=True).click()
    page.wait_for_url(LANDING)
    assert len(copies(page)) == 1, "signing out wipes one's own copies, not another's unsaved text"

    page.goto(f"/akun/masuk/?next={address(draft)}")
    sign_in(page, officer)
    offer(page).get_by_role("button", name="Pulihkan").click()
    expect_saved(page, 1)
    assert stored(draft) == (TEXT, 1)

    cut(page)
    field(page).fill("Belum sampai.")
    expect(banner(page)).to_be_visible()
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Keluar", exact=True).click()
    page.wait_for_timeout(1500)
    expect(field(page)).to_have_value("Belum sampai.")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Keluar", exact=True).click()
    page.wait_for_url(LANDING)
    assert copies(page) == {}


def test_a_form_that_the_session_interrupted_is_held_and_offered_only_once(browse: Browse, draft, officer):
    page = browse(officer, scripts=True)
    page.goto(address(draft))
    cut(page)
    field(page).fill(TEXT)
    expect(banner(page)).to_be_visible()
    end_sessions()
    page.evaluate("document.querySelector('form[data-autosave]').submit()")
    page.wait_for_url("**/akun/masuk/**")
    sign_in(page, officer)
    press(page, "Lanjutkan dan simpan isian")
    assert stored(draft) == (TEXT, 1)
    page.goto(address(draft))
    expect(field(page)).to_have_value(TEXT)
    expect(offer(page)).to_have_count(0)


def test_two_officers_and_two_windows_meet_in_a_comparison(browse: Browse, draft, officer, colleague):
    mine, theirs = browse(officer, scripts=True), browse(colleague, scripts=True)
    second = mine.context.new_page()
    for page in (mine, theirs, second):
        page.goto(address(draft))
    field(theirs).fill("Motif pesisir milik rekan.")
    expect_saved(theirs, 1)
    field(mine).fill("Motif pesisir milik saya.")
    expect(banner(mine)).to_contain_text("Rekan Anda menyimpan bagian ini lebih dahulu")
    assert stored(draft) == ("Motif pesisir milik rekan.", 1)
    mine.get_by_role("button", name="Bandingkan kedua isian").click()
    expect(mine.get_by_text("versi 1 oleh Rekan Sekantor")).to_be_visible()
    expect(mine.locator("del")).to_contain_text("rekan.")
    expect(mine.locator("ins")).to_contain_text("saya.")
    expect(mine.get_by_label("Isian gabungan")).to_have_value("Motif pesisir milik saya.")
    mine.get_by_label("Isian gabungan").fill("Motif pesisir milik kami berdua.")
    press(mine, "Simpan isian gabungan")
    assert stored(draft) == ("Motif pesisir milik kami berdua.", 2)
    assert AnswerVersion.objects.get().text == "Motif pesisir milik rekan."
    expect(field(mine)).to_have_value("Motif pesisir milik kami berdua.")
    expect(offer(mine)).to_have_count(0)

    field(second).fill("Dari jendela kedua.")
    expect(banner(second)).to_contain_text("sudah Anda simpan dari jendela lain")
    assert stored(draft) == ("Motif pesisir milik kami berdua.", 2)
    press(second, "Simpan")
    press(second, "Pakai isian saya")
    assert stored(draft) == ("Dari jendela kedua.", 3)


def test_a_colleague_submits_meanwhile(browse: Browse, portal, colleague):
    nomination = factories.make_ovop_nomination()
    page = browse(nomination.created_by, scripts=True)
    page.goto(address(nomination))
    submission.submit_nomination(nomination_id=nomination.pk, declared=True, actor=colleague)
    field(page).fill(TEXT)
    expect(banner(page)).to_contain_text("sudah diajukan sehingga tidak dapat diubah")
    expect(banner(page).get_by_role("button", name="Salin tulisan")).to_be_visible()
    expect(field(page)).to_have_value(TEXT)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tindakan ini belum dapat dilakukan")
    expect(offer(page)).to_contain_text("Salin tulisan itu bila masih diperlukan")
    offer(page).get_by_text("Lihat tulisan itu").click()
    expect(offer(page).get_by_text(TEXT)).to_be_visible()
    assert stored(nomination) == ("Keterangan lengkap.", 1)
    assert Nomination.objects.get(pk=nomination.pk).status == Status.SUBMITTED


def test_forms_without_autosave_have_a_copy_without_identity_numbers(browse: Browse, draft, officer):
    page = browse(officer, scripts=True)
    sentra = draft.product_entry.sentra
    form = f"/sentra/{sentra.pk}/ikm/baru/"
    page.goto(form)
    page.get_by_label("Nama IKM").fill("Batik Sekar Buaran")
    page.get_by_label("NIB").fill("9120001234567")
    page.get_by_label("NPWP").fill("01.300.066.6-091.000")
    page.get_by_label("Alamat").fill("Jalan Buaran 12")
    page.get_by_label("Alamat").blur()
    page.wait_for_timeout(600)
    (copy,) = copies(page).values()
    assert "Batik Sekar Buaran" in copy
    assert "912000" not in copy
    assert "300" not in copy
    page.reload()
    expect(offer(page)).to_contain_text("Nomor identitas dan berkas tidak ikut disalin")
    offer(page).get_by_role("button", name="Pulihkan").click()
    expect(page.get_by_label("Nama IKM")).to_have_value("Batik Sekar Buaran")
    expect(page.get_by_label("NIB")).to_have_value("")
    expect(page.get_by_label("Alamat")).to_have_value("Jalan Buaran 12")

    candidate = factories.make_upakarti_nomination(complete=False)
    add = f"/usulan/{candidate.pk}/binaan/tambah/"
    page.goto(add)
    for label in ("Tempat usaha", "Narahubung dan telepon", "Bentuk pembinaan"):
        page.get_by_label(label).fill(f"{label} satu")
    press(page, "Simpan")
    expect(page.get_by_role("alert").first).to_contain_text("Nama IKM binaan belum diisi")
    page.reload()  # sends the form again; the page with the error comes back
    expect(page.get_by_label("Tempat usaha")).to_have_value("Tempat usaha satu")
    page.goto(add)
    offer(page).get_by_role("button", name="Pulihkan").click()
    page.get_by_label("Nama IKM binaan").fill("Nama IKM binaan satu")
    press(page, "Simpan")
    expect(page.get_by_text("Nama IKM binaan satu").first).to_be_visible()
    page.goto(add)
    expect(offer(page)).to_have_count(0)


def test_the_page_of_a_candidate_has_a_copy_without_the_number(browse: Browse, draft, officer):
    page, candidate = browse(officer, scripts=True), factories.make_upakarti_nomination(complete=False)
    edit = f"/usulan/{candidate.pk}/calon/"
    page.goto(edit)
    page.route("**/simpan/", lambda route: route.abort())
    page.get_by_label("Alamat").fill("Jalan Baru 9")
    page.get_by_label("Nomor identitas").fill("3375011708459999")
    page.get_by_label("Nomor identitas").blur()
    page.wait_for_timeout(600)
    (copy,) = copies(page).values()
    assert "Jalan Baru 9" in copy
    assert "33750117" not in copy
    page.unroute("**/simpan/")
    page.reload()
    expect(offer(page)).to_contain_text("Nomor identitas dan berkas tidak ikut disalin")
    offer(page).get_by_role("button", name="Pulihkan").click()
    expect(page.get_by_label("Alamat")).to_have_value("Jalan Baru 9")
    expect(page.get_by_label("Nomor identitas")).to_have_value("")
    press(page, "Simpan")
    entry = CandidateEntry.objects.get(nomination=candidate)
    assert (entry.address, entry.version) == ("Jalan Baru 9", 2)
    page.goto(edit)
    expect(offer(page)).to_have_count(0)
    assert not copies(page)


NO_STORAGE = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('off'); }})"
FULL = "Storage.prototype.setItem = () => { throw new Error('full'); }"


def test_without_storage_or_scripts_the_page_promises_nothing_and_works(browse: Browse, draft, officer):
    page = browse(officer, scripts=True)
    for version, trouble in enumerate((FULL, NO_STORAGE), start=1):
        page.add_init_script(trouble)
        page.goto(address(draft))
        cut(page)
        field(page).fill(TEXT * version)
        expect(banner(page)).to_contain_text("Jangan tutup halaman ini sebelum tersimpan.")
        expect(banner(page)).not_to_contain_text("salinannya")
        page.unroute(ENDPOINT)
        page.get_by_role("button", name="Coba simpan sekarang").click()
        expect_saved(page, version)

    plain = browse(officer)
    plain.goto(address(draft))
    expect(line(plain)).to_contain_text("Tersimpan versi 2 oleh")
    expect(banner(plain)).to_be_hidden()
    field(plain).fill(TEXT + MORE)
    press(plain, "Simpan")
    assert stored(draft) == (TEXT + MORE, 3)
    assert Answer.objects.get().saved_by == officer
