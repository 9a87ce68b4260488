"""Without a mouse: every stop can be reached, and one sees where one is.

A sentra that is registered, a nomination from its start to the receipt, and the verdict of a verifier.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.enums import Role
from nominations.enums import ItemVerdict, Status
from nominations.models import Nomination, VerificationItem
from sentra.models import Sentra
from tests import factories
from tests.files import pdf_bytes

pytestmark = pytest.mark.browser
FARTHEST = 80
# The name of what has the focus, and whether a ring is drawn around it or around what stands for it on the screen.
FOCUSED = """() => {
    const at = document.activeElement, label = at.labels && at.labels[0];
    const drawn = e => {
        const style = getComputedStyle(e), box = e.getBoundingClientRect();
        const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        return (outlined || style.boxShadow !== "none") && box.width > 1 && box.top < innerHeight && box.bottom > 0;
    };
    return {
        name: (at.getAttribute("aria-label") || (label || at).textContent || at.value || "")
            .trim().replace(/\\s+/g, " "),
        seen: [at, label].filter(Boolean).some(drawn),
        where: at.outerHTML.slice(0, 120),
    };
}"""


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab until what is called so has the focus."""
    for _stop in range(FARTHEST):
        page.keyboard.press(key)
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], f"nothing shows where one is: {focused['where']}"
        if focused["name"].startswith(name):
            return
    raise AssertionError(f"Tab does not lead to {name!r} on {page.url}")


def enter(page: Page, name: str) -> None:
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


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


def fill(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)


def choose_first(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("ArrowDown")


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
