"""Without a mouse: every stop can be reached, and one sees where one is.

A sentra that is registered, a table that is imported, two records that are merged, a nomination from its start to the
receipt, a reminder to a region, and the verdict of a verifier.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from nominations.enums import ItemVerdict, Status
from nominations.models import Nomination, RegionReminder, VerificationItem
from reference.models import Region
from sentra.models import Merge, RegisterImport, Sentra
from sentra.services.duplicates import find_duplicates
from sentra.services.imports import apply_import, read_import
from tests import factories
from tests.browser.keyboard import FOCUSED, choose_first, enter, fill, tab_to
from tests.files import pdf_bytes
from tests.sentra import sheets

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [False, True])
def test_a_nomination_is_made_without_a_mouse(portal, browse, tmp_path: Path, scripts: bool) -> None:
    officer = factories.make_user(Role.DISTRICT_OFFICER, region=factories.HOME)
    factories.make_period("ovop")
    product = factories.make_product()
    (tmp_path / "dokumen.pdf").write_bytes(pdf_bytes())
    page = browse(officer, scripts=scripts)
    page.on("filechooser", lambda _chooser: None)  # the browser has to know early that somebody listens
    page.goto("/usulan/mulai/")
    enter(page, product.name)
    enter(page, "Mulai usulan")

    nomination = Nomination.objects.get()
    factories.write_answers(nomination, officer)
    factories.fill_documents(nomination)
    nomination.answers.filter(question="marketing").delete()
    missing = nomination.period.requirements.get(code="D04")
    nomination.items.filter(requirement=missing).delete()

    page.goto(f"/usulan/{nomination.pk}/")
    enter(page, "Pemasaran dan penjualan")
    tab_to(page, "Pemasaran dan penjualan")
    page.keyboard.type("Dijual di tiga kota.")
    enter(page, "Simpan dan kembali ke daftar")
    enter(page, "Dokumen")
    tab_to(page, f"Pilih berkas: {missing.label}")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(tmp_path / "dokumen.pdf")
    tab_to(page, "Unggah")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Berkas tersimpan." if scripts else "Dokumen D04 tersimpan.")).to_be_visible()
    enter(page, "Kembali ke daftar bagian")
    enter(page, "Periksa kembali dan kirim usulan")
    tab_to(page, "Saya menyatakan")
    page.keyboard.press("Space")
    enter(page, "Kirim usulan")
    expect(page.get_by_text(Nomination.objects.get().reference).first).to_be_visible()


@pytest.mark.parametrize("scripts", [False, True])
def test_a_sentra_is_registered_without_a_mouse(portal, browse, tmp_path: Path, scripts: bool) -> None:
    (tmp_path / "sk.pdf").write_bytes(pdf_bytes())
    page = browse(factories.make_user(Role.DISTRICT_OFFICER, region=factories.HOME), scripts=scripts)
    page.on("filechooser", lambda _chooser: None)
    page.goto("/sentra/")
    enter(page, "Daftarkan sentra")
    choose_first(page, "Kecamatan/Distrik")
    enter(page, "Lanjut")
    fill(page, "Nama sentra", "Sentra Batik Kauman")
    choose_first(page, "Komoditas")
    fill(page, "Jumlah unit usaha", "42")
    choose_first(page, "Desa/kelurahan")
    fill(page, "Alamat", "Jalan Hayam Wuruk 1")
    fill(page, "Nomor SK", "188/82/KEP/2024")
    fill(page, "Tanggal SK", "01-03-2024")
    fill(page, "Pejabat penanda tangan", "Wali Kota Pekalongan")
    fill(page, "Telepon narahubung", "0812-3456-7890")
    enter(page, "Simpan")
    assert not Sentra.objects.exists()
    tab_to(page, "Nama narahubung belum diisi.")
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED)["name"].startswith("Nama narahubung"), "the error leads to its field"
    page.keyboard.type("Sri Wahyuni")
    tab_to(page, "Berkas SK", "Shift+Tab")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(tmp_path / "sk.pdf")
    enter(page, "Simpan")
    sentra = Sentra.objects.get()
    assert (sentra.name, sentra.unit_count) == ("Sentra Batik Kauman", 42)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sentra Batik Kauman")


@pytest.mark.parametrize("scripts", [False, True])
def test_a_verdict_is_given_without_a_mouse(portal, browse, scripts: bool) -> None:
    verifier = factories.someone(Role.VERIFIER)
    nomination = factories.make_ovop_nomination(Status.SUBMITTED)
    page = browse(verifier, scripts=scripts)
    page.goto("/usulan/verifikasi/")
    enter(page, nomination.title)
    enter(page, "Mulai verifikasi")
    tab_to(page, "Diterima")
    page.keyboard.press("Space")
    enter(page, "Simpan dan berikutnya")
    tab_to(page, "Diterima")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    fill(page, "Catatan untuk pengusul", "Pindaian buram.")
    enter(page, "Simpan dan berikutnya")
    marks = VerificationItem.objects.filter(snapshot__nomination=nomination).order_by("pk")
    assert [(mark.verdict, mark.note) for mark in marks] == [
        (ItemVerdict.ACCEPTED, ""),
        (ItemVerdict.REPAIR, "Pindaian buram."),
    ]
    enter(page, "Hasil verifikasi")
    fill(page, "Alasan yang dibaca pengusul", "Satu dokumen perlu diperbaiki.")
    enter(page, "Kembalikan untuk diperbaiki")
    assert Nomination.objects.get().status == Status.RETURNED


@pytest.mark.parametrize("scripts", [False, True])
def test_a_table_is_imported_without_a_mouse(portal, browse, tmp_path: Path, scripts: bool) -> None:
    (tmp_path / "sentra.xlsx").write_bytes(sheets.workbook("sentra", [sheets.sentra_row()]))
    page = browse(factories.make_user(Role.DISTRICT_OFFICER, region=factories.HOME), scripts=scripts)
    page.on("filechooser", lambda _chooser: None)
    page.goto("/sentra/impor/")
    enter(page, "Impor dari Excel")
    tab_to(page, "Berkas Excel")
    tab_to(page, "Sentra", "Shift+Tab")
    page.keyboard.press("Space")
    tab_to(page, "Berkas Excel")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(tmp_path / "sentra.xlsx")
    enter(page, "Unggah dan periksa")
    assert read_import(RegisterImport.objects.get().pk)
    page.reload()
    enter(page, "Simpan semua")
    assert apply_import(RegisterImport.objects.get().pk)
    assert Sentra.objects.get().name == "Sentra Batik Kauman"
    page.reload()
    enter(page, "Batalkan impor terakhir")
    enter(page, "Batalkan impor")
    assert not Sentra.objects.exists()


@pytest.mark.parametrize("scripts", [False, True])
def test_two_records_are_merged_without_a_mouse(portal, browse, scripts: bool) -> None:
    sentra = factories.make_sentra()
    first = factories.make_ikm(sentra, name="Batik Pesisir Makmur")
    second = factories.make_ikm(sentra, name="Batik Pesisir Makmor", nib="9120001234599")
    page = browse(factories.make_user(Role.DISTRICT_OFFICER, region=factories.HOME), scripts=scripts)
    find_duplicates(settled=timedelta(0))
    page.goto("/sentra/data-ganda/")
    enter(page, "Bandingkan dan gabung")
    tab_to(page, "Kedua data ini memang satu")
    page.keyboard.press("Space")
    enter(page, "Gabungkan")
    merge = Merge.objects.get()
    assert {merge.winner, merge.loser} == {first.pk, second.pk}


@pytest.mark.parametrize("scripts", [False, True])
def test_a_region_is_reminded_without_a_mouse(portal, browse, scripts: bool) -> None:
    factories.make_period("ovop")
    officer = factories.make_user(Role.DISTRICT_OFFICER, region=factories.HOME)
    page = browse(factories.make_user(Role.PROVINCE_OFFICER, region="33"), scripts=scripts)
    page.goto("/pantauan/")
    tab_to(page, Region.objects.get(pk=factories.HOME).label)
    page.keyboard.press("Space")
    tab_to(page, "Ingatkan yang dipilih", "Shift+Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text(officer.name)).to_be_visible()
    enter(page, "Kirim ke 1 daerah")
    assert RegionReminder.objects.get().region_id == factories.HOME
