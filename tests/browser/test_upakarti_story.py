"""The second award through the same machine: substance, field proof, jury, decree, certificate."""

import pytest
from playwright.sync_api import Page, expect

from accounts.enums import Role
from tests import factories
from tests.browser.steps import (
    accept_every_part,
    assign,
    click,
    close_stage,
    declare_no_conflict,
    follow,
    hold_plenary,
    press,
    read_certificate,
    record_decree,
    release_decree,
    score,
    seal_ranking,
    upload_all,
)

pytestmark = pytest.mark.browser
NAME = "Hj. Siti Maryam, S.Sn."


def nominate(page: Page, folder) -> str:
    page.goto("/usulan/mulai/")
    follow(page, "Usulkan calon Jasa Pengabdian")
    page.get_by_label("Perseorangan (WNI)").check()
    page.get_by_label("Nama lengkap calon").fill(NAME)
    page.get_by_label("Nomor identitas").fill("3375 0141 0170 0001")
    page.get_by_label("Alamat").fill("Jalan Pahlawan 3, Pekalongan")
    page.get_by_label("Telepon").fill("0812-3456-7890")
    press(page, "Simpan dan lanjutkan")
    follow(page, "Tugas dan fungsi calon")
    for _question in range(4):
        page.get_by_role("textbox").fill("Keterangan lengkap tentang calon.")
        press(page, "Simpan dan lanjutkan")
    page.goto(f"/usulan/{page.url.split('/')[4]}/")
    follow(page, "IKM binaan")
    for number in range(5):
        follow(page, "Tambah IKM binaan")
        page.get_by_label("Nama IKM binaan").fill(f"Batik Mitra {number + 1}")
        page.get_by_label("Tempat usaha").fill("Buaran, Kota Pekalongan")
        page.get_by_label("Narahubung dan telepon").fill("Mitra, 0812-0000-0000")
        page.get_by_label("Bentuk pembinaan").fill("Pelatihan dan pendampingan.")
        page.get_by_label(str(2021 + number)).check()
        press(page, "Simpan")
    follow(page, "Kembali ke daftar bagian")
    follow(page, "Dokumen")
    upload_all(page, folder)
    follow(page, "Kembali ke daftar bagian")
    follow(page, "Periksa kembali dan kirim usulan")
    page.get_by_label("Saya menyatakan").check()
    press(page, "Kirim usulan")
    expect(page.get_by_text("UPAKARTI-2026-3375-0001").first).to_be_visible()
    return "UPAKARTI-2026-3375-0001"


def verify(page: Page) -> None:
    page.goto("/usulan/verifikasi/")
    follow(page, NAME)
    press(page, "Mulai verifikasi")
    accept_every_part(page)
    press(page, "Nyatakan lolos")


def visit(page: Page) -> None:
    """Everything proven but one beneficiary's claim, which is proven in part."""
    declare_no_conflict(page, NAME)
    opening = page.get_by_role("button", name="Mulai catatan kunjungan")
    if opening.count():
        click(opening)
    page.get_by_label("Tanggal kunjungan").fill("18-11-2026")
    page.get_by_label("Tempat", exact=True).fill("Buaran")
    page.get_by_label("Ringkasan kunjungan").fill("Semua mitra ditemui.")
    claims = page.locator("input[type=radio][value=terbukti]")
    for place in range(claims.count()):
        claims.nth(place).check()
    page.locator("input[type=radio][value=terbukti_sebagian]").last.check()
    for box in page.locator("input[name^=interviewee_]").all():
        box.fill("Pemilik usaha")
    press(page, "Simpan, lalu periksa dan kirim")
    press(page, "Kirim hasil kunjungan")


def test_upakarti_from_the_candidate_to_a_valid_certificate(browse, portal, tmp_path):
    factories.make_period("upakarti")
    officer = factories.make_user(Role.DISTRICT_OFFICER, region="33.75")
    verifier = factories.make_user(Role.VERIFIER)
    first, second, visitor = (
        factories.make_user(Role.ASSESSOR, institution=f"Balai {n}", name=f"Penilai {n}") for n in ("A", "B", "C")
    )
    jurors = [factories.make_user(Role.JUROR, name=f"Juri {n}") for n in ("Satu", "Dua", "Tiga")]
    chair = factories.make_user(Role.PANEL_CHAIR)
    first_admin, second_admin = (factories.make_user(Role.MINISTRY_ADMIN, is_staff=True) for __ in range(2))

    page = browse(officer)
    reference = nominate(page, tmp_path)
    secretariat = browse(verifier)
    verify(secretariat)

    assign(secretariat, NAME, [first.name, second.name])
    for scorer in (first, second):
        score(browse(scorer), NAME, note="Sesuai bukti.")
    panel = browse(chair)
    close_stage(panel, NAME)

    assign(secretariat, NAME, [visitor.name])
    visit(browse(visitor))
    panel.goto("/penilaian/papan/")
    follow(panel, NAME)
    press(panel, "Sahkan hasil kunjungan")
    close_stage(panel, NAME)

    assign(secretariat, NAME, [juror.name for juror in jurors])
    for juror, lower in zip(jurors, (10, 9, 8), strict=True):
        score(browse(juror), NAME, {"J1": lower}, note="Presentasi meyakinkan.")
    close_stage(panel, NAME)
    # substance 100,00; visit 7,5 of 8 claims = 93,75; jury 100, 97 and 94 = 97,00
    # 0,40 × 100 + 0,20 × 93,75 + 0,40 × 97 = 97,55
    expect(panel.get_by_text("97,55").first).to_be_visible()
    hold_plenary(panel, "UPAKARTI 2026", NAME, None)
    admin = browse(first_admin)
    seal_ranking(panel, admin)
    record_decree(admin, "UPAKARTI 2026", reference)
    release_decree(browse(second_admin), "1234 Tahun 2026")
    text, address = read_certificate(page, "UPAKARTI/2026/0001", tmp_path)
    assert NAME in text
    anybody = browse(None)
    anybody.goto(address)
    expect(anybody.get_by_text("UPAKARTI/2026/0001").first).to_be_visible()
