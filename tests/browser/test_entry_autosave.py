"""The pages of a candidate and of an IKM binaan save themselves as those of the topics do (`test_autosave`).

The identity number is the exception: nothing but the form sends it, and the page says so.
"""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.enums import Role
from nominations.models import Beneficiary, CandidateEntry, Nomination
from nominations.services import drafting
from tests import factories
from tests.browser.conftest import sign_in
from tests.browser.steps import press
from tests.browser.test_autosave import (
    LANDING,
    SLOW,
    Browse,
    banner,
    copies,
    end_sessions,
    expect_saved,
    line,
    offer,
)

pytestmark = pytest.mark.browser
NUMBER = "3375011708459999"
SAVES = "**/simpan/"


@pytest.fixture
def candidate(portal: Any) -> Nomination:
    return factories.make_upakarti_nomination(complete=False)


@pytest.fixture
def officer(candidate: Nomination) -> Any:
    return candidate.created_by


@pytest.fixture
def colleague(candidate: Nomination) -> Any:
    return factories.make_user(Role.DISTRICT_OFFICER, region=factories.HOME, name="Rekan Sekantor")


def entry_of(candidate: Nomination) -> CandidateEntry:
    return CandidateEntry.objects.get(nomination=candidate)


def edit(candidate: Nomination) -> str:
    return f"/usulan/{candidate.pk}/calon/"


def add(candidate: Nomination) -> str:
    return f"/usulan/{candidate.pk}/binaan/tambah/"


def row_of(candidate: Nomination, actor: Any) -> Beneficiary:
    values = {"name": "Tenun Mawar", "place": "Medono", "contact": "", "activity": "Pelatihan.", "years": [2021]}
    return drafting.save_beneficiary(nomination_id=candidate.pk, beneficiary_id=None, values=values, actor=actor)


def type_into(page: Page, label: str, text: str) -> None:
    page.get_by_label(label).fill(text)


def test_a_candidate_is_saved_while_somebody_types_but_for_the_number(browse: Browse, candidate, officer):
    page = browse(officer, scripts=True)
    page.goto(edit(candidate))
    version = entry_of(candidate).version
    expect(line(page)).to_contain_text(f"Tersimpan versi {version} oleh {officer.name}")
    page.get_by_label("Alamat").press("End")
    page.keyboard.type(" Blok B")
    expect(line(page)).to_have_text("Belum tersimpan.")
    assert entry_of(candidate).version == version
    expect_saved(page, version + 1)
    assert entry_of(candidate).address.endswith(" Blok B")
    assert copies(page) == {}, "what is stored needs no copy"

    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    number = entry_of(candidate).identity_number
    type_into(page, "Nomor identitas", NUMBER)
    expect(line(page)).to_contain_text("Nomor identitas belum tersimpan: tekan Simpan.")
    type_into(page, "Alamat", "Jalan Baru 9")
    expect(line(page)).to_contain_text(f"versi {version + 2}. Nomor identitas belum tersimpan", timeout=SLOW)
    assert (entry_of(candidate).address, entry_of(candidate).identity_number) == ("Jalan Baru 9", number)
    assert not [body for body in sent if NUMBER in body]
    assert NUMBER not in str(copies(page))
    press(page, "Simpan")
    assert (entry_of(candidate).identity_number, entry_of(candidate).version) == (NUMBER, version + 3)

    page.goto(edit(candidate))
    type_into(page, "Nama lengkap calon", "")
    expect(banner(page)).to_contain_text("Nama lengkap calon belum diisi.")
    expect(line(page)).to_have_text("Belum tersimpan.")
    assert entry_of(candidate).name
    type_into(page, "Nama lengkap calon", "Sri Wahyuni")
    expect_saved(page, version + 4)


def test_a_new_beneficiary_gets_its_address_with_the_first_save(browse: Browse, candidate, officer, portal):
    page = browse(officer, scripts=True)
    page.goto(add(candidate))
    expect(line(page)).to_have_text("")
    type_into(page, "Tempat usaha", "Medono")
    expect(banner(page)).to_contain_text("Nama IKM binaan belum diisi.")
    assert not Beneficiary.objects.exists()

    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        answer = route.fetch()
        if answer.status != 200 or lost:
            route.fulfill(response=answer)
        else:
            lost.append(answer.status)
            route.abort()

    page.route(SAVES, lose_the_answer)
    type_into(page, "Nama IKM binaan", "Tenun Mawar")
    expect(banner(page)).to_contain_text("tidak dapat dihubungi", timeout=SLOW)
    page.get_by_label("2021").check()
    assert lost == [200], "stored, but nobody was told"
    row = Beneficiary.objects.get()
    page.wait_for_url(f"**/binaan/{row.pk}/", timeout=SLOW)
    expect(banner(page)).to_be_hidden()
    expect_saved(page, 2)
    row.refresh_from_db()
    assert (row.name, row.place, row.years) == ("Tenun Mawar", "Medono", [2021])
    assert Beneficiary.objects.count() == 1, "a repeat adds no second one"

    page.unroute(SAVES)
    portal.stop_web()
    type_into(page, "Bentuk pembinaan", "Pelatihan pewarnaan alam.")
    expect(banner(page)).to_be_visible(timeout=SLOW)
    expect(banner(page)).to_contain_text("salinannya ada di peramban ini")
    assert Beneficiary.objects.get().activity == ""
    portal.start_web()
    expect(line(page)).to_contain_text("Sambungan pulih. Tersimpan", timeout=SLOW)
    assert Beneficiary.objects.get().activity == "Pelatihan pewarnaan alam."
    assert copies(page) == {}
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tenun Mawar")
    expect(page.get_by_label("Bentuk pembinaan")).to_have_value("Pelatihan pewarnaan alam.")
    press(page, "Simpan")
    assert Beneficiary.objects.count() == 1


def test_with_the_network_cut_the_copy_is_offered_back_at_the_address_of_the_row(browse: Browse, candidate, officer):
    page = browse(officer, scripts=True)
    page.goto(add(candidate))
    type_into(page, "Nama IKM binaan", "Tenun Mawar")
    expect_saved(page, 1)
    page.context.set_offline(True)
    type_into(page, "Bentuk pembinaan", "Bantuan alat tenun.")
    expect(banner(page)).to_be_visible()
    (key,) = copies(page)
    row = Beneficiary.objects.get()
    assert f"/binaan/{row.pk}/:" in key
    page.close()
    context_page = browse_again(page)
    context_page.goto(f"/usulan/{candidate.pk}/binaan/{row.pk}/")
    expect(context_page.get_by_label("Bentuk pembinaan")).to_have_value("")
    offer(context_page).get_by_role("button", name="Pulihkan").click()
    expect_saved(context_page, 2)
    assert Beneficiary.objects.get().activity == "Bantuan alat tenun."
    context_page.goto(add(candidate))
    expect(offer(context_page)).to_have_count(0)


def browse_again(page: Page) -> Page:
    """The same browser after its page was closed, with a line again."""
    page.context.set_offline(False)
    return page.context.new_page()


def test_the_text_survives_a_new_sign_in_without_the_number(browse: Browse, candidate, officer):
    page = browse(officer, scripts=True)
    page.goto(edit(candidate))
    end_sessions()
    type_into(page, "Nomor identitas", NUMBER)
    type_into(page, "Alamat", "Jalan Baru 9")
    expect(banner(page)).to_contain_text("Sesi Anda sudah berakhir")
    expect(page.get_by_label("Alamat")).to_have_value("Jalan Baru 9")
    assert NUMBER not in str(copies(page))
    signing = banner(page).get_by_role("button", name="Masuk lagi")
    signing.or_(banner(page).get_by_role("link", name="Masuk lagi")).click()
    sign_in(page, officer)
    page.wait_for_url(f"**{edit(candidate)}")
    expect(offer(page)).to_contain_text("Nomor identitas dan berkas tidak ikut disalin")
    offer(page).get_by_role("button", name="Pulihkan").click()
    expect_saved(page, entry_of(candidate).version + 1)
    assert entry_of(candidate).address == "Jalan Baru 9"
    page.get_by_role("button", name="Keluar", exact=True).click()
    page.wait_for_url(LANDING)
    assert copies(page) == {}


def test_two_officers_and_two_tabs_meet_in_a_comparison(browse: Browse, candidate, officer, colleague):
    mine, theirs = browse(officer, scripts=True), browse(colleague, scripts=True)
    second = mine.context.new_page()
    for page in (mine, theirs, second):
        page.goto(edit(candidate))
    version = entry_of(candidate).version
    type_into(theirs, "Alamat", "Jalan Rekan 1")
    expect_saved(theirs, version + 1)
    type_into(mine, "Alamat", "Jalan Saya 2")
    expect(banner(mine)).to_contain_text("Data calon sudah diubah sejak halaman Anda dibuka")
    assert entry_of(candidate).address == "Jalan Rekan 1"
    mine.get_by_role("button", name="Bandingkan kedua isian").click()
    expect(mine.locator("del")).to_contain_text("Rekan 1")
    expect(mine.locator("ins")).to_contain_text("Saya 2")
    assert not mine.locator("form[data-autosave]").count(), "what replaces a colleague's is saved on purpose"
    press(mine, "Simpan")
    assert (entry_of(candidate).address, entry_of(candidate).version) == ("Jalan Saya 2", version + 2)
    type_into(second, "Alamat", "Jalan Tab 3")
    expect(banner(second)).to_contain_text("sudah diubah sejak halaman Anda dibuka")
    assert entry_of(candidate).address == "Jalan Saya 2"

    row = row_of(candidate, officer)
    for page in (mine, theirs):
        page.goto(f"/usulan/{candidate.pk}/binaan/{row.pk}/")
    type_into(theirs, "Bentuk pembinaan", "Pelatihan dari rekan.")
    expect_saved(theirs, 2)
    type_into(mine, "Bentuk pembinaan", "Pelatihan dari saya.")
    expect(banner(mine)).to_contain_text("IKM binaan ini sudah diubah sejak halaman Anda dibuka")
    mine.get_by_role("button", name="Bandingkan kedua isian").click()
    expect(mine.locator("del")).to_contain_text("rekan.")
    expect(mine.get_by_label("Bentuk pembinaan")).to_have_value("Pelatihan dari saya.")
    row.refresh_from_db()
    assert (row.activity, row.version) == ("Pelatihan dari rekan.", 2)


def test_signing_out_of_the_administration_wipes_the_copies_as_everywhere_else(browse: Browse, candidate, officer):
    factories.add_membership(officer, Role.MINISTRY_ADMIN)
    type(officer).objects.filter(pk=officer.pk).update(is_staff=True)
    page = browse(officer, scripts=True)
    page.goto(edit(candidate))
    page.route(SAVES, lambda route: route.abort())
    type_into(page, "Alamat", "Jalan Baru 9")
    expect(banner(page)).to_be_visible()
    page.evaluate(
        "localStorage.setItem('salinan:999999:/usulan/1/:kunci', JSON.stringify({at: Date.now(), fields: []}))"
    )
    page.goto("/pengelola/")
    assert len(copies(page)) == 2
    leave = page.locator("#logout-form button")
    page.once("dialog", lambda dialog: dialog.dismiss())
    leave.click()
    page.wait_for_timeout(1500)
    assert len(copies(page)) == 2, "asked first"
    page.once("dialog", lambda dialog: dialog.accept())
    leave.click()
    page.wait_for_url(LANDING)
    assert list(copies(page)) == ["salinan:999999:/usulan/1/:kunci"], "one's own copies, not another's unsaved text"
