"""The one story of the portal, through a browser: from an empty register to a certificate that anybody can check."""

import pytest
from playwright.sync_api import Page, expect

from accounts.enums import Role
from tests import factories
from tests.browser.steps import (
    accept_every_part,
    assign,
    click,
    close_stage,
    follow,
    go_without_visit,
    hold_plenary,
    press,
    read_certificate,
    record_decree,
    release_decree,
    score,
    seal_ranking,
    upload_all,
)
from tests.files import pdf_bytes

pytestmark = pytest.mark.browser


def register_product(page: Page) -> None:
    """Sentra with its SK, an IKM in it, and the IKM's product."""
    page.goto("/sentra/baru/")
    page.get_by_label("Kecamatan/Distrik").select_option(label="Pekalongan Barat")
    press(page, "Lanjut")
    page.get_by_label("Nama sentra").fill("Sentra Batik Buaran")
    page.get_by_label("Komoditas").select_option(label="Kain batik")
    page.get_by_label("Jumlah unit usaha").fill("14")
    page.get_by_label("Desa/kelurahan", exact=True).select_option(index=1)
    page.get_by_label("Alamat").fill("Jalan Otto Iskandardinata 5")
    page.get_by_label("Nomor SK").fill("188/82/KEP/2024")
    page.get_by_label("Tanggal SK").fill("21-05-2024")
    page.get_by_label("Pejabat penanda tangan SK").fill("Wali Kota Pekalongan")
    page.get_by_label("Berkas SK").set_input_files(
        {"name": "SK.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("SK")}
    )
    page.get_by_label("Nama narahubung").fill("Umi Kalsum")
    page.get_by_label("Telepon narahubung").fill("0812-3456-7890")
    press(page, "Simpan")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sentra Batik Buaran")
    follow(page, "Daftarkan IKM")
    page.get_by_label("Nama IKM").fill("Batik Sekar Buaran")
    page.get_by_label("Nama penanggung jawab").fill("Umi Kalsum")
    page.get_by_label("Tahun mulai usaha").fill("2012")
    page.get_by_label("NIB").fill("9120 0012 3456 7")
    page.get_by_label("NPWP").fill("01.300.066.6-091.000")
    page.get_by_label("KBLI").select_option(index=1)
    page.get_by_label("Jumlah tenaga kerja").fill("9")
    page.get_by_label("Nilai investasi").fill("Rp 250.000.000,00")
    page.get_by_label("Alamat").fill("Jalan Buaran 12")
    page.get_by_label("Telepon").fill("081234567890")
    press(page, "Simpan")
    expect(page.get_by_role("heading", level=1)).to_have_text("Batik Sekar Buaran")
    follow(page, "Daftarkan produk")
    page.get_by_label("Nama produk").fill("Kain batik tulis jlamprang")
    page.get_by_label("Uraian produk").fill("Batik tulis dengan motif jlamprang.")
    page.get_by_label("Kapasitas produksi per bulan").fill("120 lembar")
    page.get_by_label("Jangkauan pasar").fill("Nasional")
    press(page, "Simpan")


def nominate(page: Page, folder) -> str:
    """From the product to the receipt; returns the reference number."""
    follow(page, "Usulkan produk")
    press(page, "Mulai usulan")
    follow(page, "Keunikan dan kearifan lokal")
    for label in ("Keunikan dan kearifan lokal", "Bahan baku dan proses", "Pemasaran dan penjualan"):
        page.get_by_label(label).fill(f"{label}: keterangan lengkap.")
        press(page, "Simpan dan lanjutkan")
        expect(page.get_by_text("Tersimpan", exact=False).first).to_be_visible()
    page.get_by_label("Peran IKM bagi sentra dan masyarakat").fill("Melatih anggota sentra.")
    press(page, "Simpan dan kembali ke daftar")
    follow(page, "Dokumen")
    assert upload_all(page, folder) == 8
    follow(page, "Kembali ke daftar bagian")
    follow(page, "Periksa kembali dan kirim usulan")
    press(page, "Kirim usulan")
    expect(page.get_by_role("alert").first).to_contain_text("Centang pernyataan")
    page.get_by_label("Saya menyatakan").check()
    press(page, "Kirim usulan")
    expect(page.get_by_text("OVOP-2026-3375-0001").first).to_be_visible()
    return "OVOP-2026-3375-0001"


def verify(page: Page, reference: str) -> None:
    page.goto("/usulan/verifikasi/")
    follow(page, "Kain batik tulis jlamprang – Batik Sekar Buaran")
    press(page, "Mulai verifikasi")
    accept_every_part(page)
    press(page, "Nyatakan lolos")
    expect(page.get_by_text("Lolos verifikasi").first).to_be_visible()


TITLE = "Kain batik tulis jlamprang – Batik Sekar Buaran"


def bring_sample(page: Page, reference: str) -> None:
    """The Sekretariat records that the product sample has arrived (D19)."""
    page.goto(f"/usulan/?q={reference}")
    follow(page, TITLE)
    follow(page, "Unggah dokumen tahap penilaian")
    section = page.locator("section.document")
    section.locator("input[type=file]").set_input_files(
        {"name": "berita acara.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("D19")}
    )
    click(section.locator("button.btn"))
    expect(page.get_by_text("tersimpan.")).to_be_visible()


def test_ovop_from_the_register_to_a_valid_certificate(browse, portal, tmp_path):
    factories.make_period("ovop")
    officer = factories.make_user(Role.DISTRICT_OFFICER, region="33.75", name="Ratna Widyastuti")
    verifier = factories.make_user(Role.VERIFIER)
    scorers = [
        factories.make_user(Role.ASSESSOR, commodities=("batik",), institution=f"Balai {n}", name=f"Penilai {n}")
        for n in ("Satu", "Dua", "Tiga")
    ]
    chair = factories.make_user(Role.PANEL_CHAIR)
    first_admin, second_admin = (factories.make_user(Role.MINISTRY_ADMIN, is_staff=True) for __ in range(2))

    page = browse(officer)
    register_product(page)
    reference = nominate(page, tmp_path)
    secretariat = browse(verifier)
    verify(secretariat, reference)
    assign(secretariat, TITLE, [scorer.name for scorer in scorers])
    bring_sample(secretariat, reference)
    for scorer, weaker in zip(scorers, ("A1", "B1", "C7"), strict=True):
        score(browse(scorer), TITLE, {weaker: 0})
    panel = browse(chair)
    close_stage(panel, TITLE)
    go_without_visit(panel, "Sentra ini dikunjungi panel pada periode yang lalu.")
    # 100 − 2, 100 − 3 and 100 − 4 points: the mean is 97
    expect(panel.get_by_text("97,00").first).to_be_visible()
    hold_plenary(panel, "OVOP 2026", TITLE, "★★★ (3)")
    page.goto(f"/usulan/?q={reference}")
    expect(page.get_by_text("Sedang dinilai").first).to_be_visible()
    first = browse(first_admin)
    seal_ranking(panel, first)
    record_decree(first, "OVOP 2026", reference)
    release_decree(browse(second_admin), "1234 Tahun 2026")
    text, address = read_certificate(page, "OVOP/2026/0001", tmp_path)
    assert "Batik Sekar Buaran" in text
    assert "OVOP/2026/0001" in text
    anybody = browse(None)
    anybody.goto(address)
    expect(anybody.get_by_text("OVOP/2026/0001").first).to_be_visible()
    expect(anybody.get_by_text("Berlaku").first).to_be_visible()
    page.goto(f"/usulan/?q={reference}")
    expect(page.get_by_text("Dianugerahi").first).to_be_visible()
