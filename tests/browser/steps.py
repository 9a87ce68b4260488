"""What people do on the pages, in the words that stand on them."""

import subprocess
import time
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.files import jpeg_bytes, pdf_bytes


def click(target: Locator) -> None:
    """Click and wait for the whole page that it leads to: nothing may be read from the page that goes away."""
    with target.page.expect_navigation():
        target.click()


def press(page: Page, name: str) -> None:
    click(page.get_by_role("button", name=name, exact=True))


def follow(page: Page, name: str) -> None:
    """A link, also one that looks like a button."""
    link = page.get_by_role("link", name=name, exact=True)
    click(link.or_(page.get_by_role("button", name=name, exact=True)).first)


def accept_every_part(page: Page) -> None:
    """One part after the other at the verification desk, as "Simpan dan berikutnya" leads, its document beside it."""
    for _part in range(40):
        if page.url.endswith("/putusan/"):
            return
        if page.locator("iframe").count():
            expect(page.frame_locator("iframe").get_by_role("heading").first).to_be_visible()
        page.get_by_label("Diterima").check()
        press(page, "Simpan dan berikutnya")
    raise AssertionError(f"the desk does not end: {page.url}")


def upload_all(page: Page, folder: Path) -> int:
    """Answer every required document on the documents page, one by one as the page asks; returns how many."""
    (folder / "dokumen.pdf").write_bytes(pdf_bytes())
    (folder / "foto.jpg").write_bytes(jpeg_bytes())
    count = 0
    while True:
        waiting = page.locator("section.document", has=page.get_by_text("Belum ada")).filter(has_not_text="(opsional)")
        if waiting.count() == 0:
            return count
        section = waiting.first
        name = "foto.jpg" if "Foto" in section.inner_text() else "dokumen.pdf"
        section.locator("input[type=file]").set_input_files(folder / name)
        click(section.locator("button.btn"))
        expect(page.get_by_text("tersimpan.")).to_be_visible()
        count += 1


def path_of(page: Page) -> str:
    return "/" + page.url.split("/", 3)[3]


def assign(page: Page, title: str, names: list[str]) -> None:
    """The Sekretariat opens the assessment when needed, and names the scorers of the current stage."""
    page.goto("/penilaian/penugasan/")
    follow(page, title)
    opening = page.get_by_role("button", name="Buka penilaian", exact=True)
    if opening.count():
        click(opening)
    for name in names:
        click(page.get_by_role("button", name=f"Tugaskan {name}"))
        expect(page.get_by_text(name).first).to_be_visible()


def declare_no_conflict(page: Page, title: str) -> None:
    page.goto("/penilaian/")
    follow(page, title)
    complete = page.get_by_label("Saya menyatakan telah menyebutkan semua hubungan")
    if complete.count():
        complete.check()
        press(page, "Simpan pernyataan")
    page.get_by_label("Tidak, saya dapat menilai secara mandiri").check()
    press(page, "Simpan pernyataan")


def score(page: Page, title: str, choices: dict[str, int] | None = None, *, note: str = "") -> None:
    """Declare, choose the last option of every indicator (or the one that `choices` names), check, submit."""
    declare_no_conflict(page, title)
    for question in page.locator(".question").all():
        code = question.locator(".question-code").inner_text().strip()
        question.locator("input[type=radio]").nth((choices or {}).get(code, -1)).check()
        if note:
            question.locator("textarea").fill(note)
    press(page, "Simpan, lalu periksa dan kirim")
    press(page, "Kirim nilai")


def close_stage(page: Page, title: str) -> None:
    page.goto("/penilaian/papan/")
    follow(page, title)
    press(page, "Tutup tahap")


def go_without_visit(page: Page, reason: str) -> None:
    """On the score page: the optional visit is left out, with its reason."""
    page.get_by_text("Lanjutkan tanpa tahap ini", exact=True).first.click()
    page.get_by_label("Alasan melanjutkan tanpa tahap ini").fill(reason)
    press(page, "Lanjutkan tanpa tahap ini")


def hold_plenary(page: Page, period: str, title: str, stars: str | None) -> None:
    page.goto("/penilaian/pleno/baru/")
    page.get_by_label("Periode").select_option(label=period)
    page.get_by_label("Tanggal pleno").fill("20-11-2026")
    page.get_by_label("Tempat").fill("Jakarta")
    press(page, "Simpan")
    for choice in page.locator("select[name^=state_]").all():
        choice.select_option(label="Hadir")
    press(page, "Simpan kehadiran")
    follow(page, f"Catat rekomendasi {title}")
    page.get_by_label("Direkomendasikan", exact=True).check()
    if stars:
        page.get_by_label(stars).check()
    press(page, "Simpan rekomendasi")


def seal_ranking(chair: Page, admin: Page) -> None:
    """The chair signs the ranking, an admin of the ministry signs second."""
    for page, button in ((chair, "Tandatangani peringkat"), (admin, "Tandatangani dan segel")):
        page.goto("/penilaian/peringkat/")
        click(page.locator("main table a").first)
        press(page, button)
        expect(page.locator(".error-summary")).to_have_count(0)


def record_decree(page: Page, period: str, reference: str) -> None:
    """A ministry admin records the Minister's decree and the nominations in it, in the administration."""
    page.goto("/pengelola/scoring/decree/add/")
    page.get_by_label("Periode").select_option(label=period)
    page.get_by_label("Nomor keputusan").fill("1234 Tahun 2026")
    page.get_by_label("Tentang").fill("Penerima penghargaan tahun 2026")
    page.get_by_label("Tanggal keputusan").fill("20-11-2026")
    page.get_by_label("Tempat penetapan").fill("Jakarta")
    page.get_by_label("Jabatan penanda tangan").fill("Menteri Perindustrian")
    page.get_by_label("Nama penanda tangan").fill("Nama Menteri")
    click(page.locator("input[name=_save]"))
    page.get_by_label(reference).check()
    click(page.locator("input[name=_save]"))


def release_decree(page: Page, number: str) -> None:
    page.goto("/pengelola/scoring/decree/")
    follow(page, number)
    follow(page, "Periksa dan rilis")
    click(page.locator("form input[type=submit], form button[type=submit], form button.default").last)


def read_certificate(page: Page, serial: str, folder: Path) -> tuple[str, str]:
    """Download the certificate from the region's list once the worker has made it; its text and what its QR says."""
    deadline = time.monotonic() + 120
    while True:
        page.goto("/sertifikat/daftar/")
        link = page.get_by_role("link", name=f"Unduh PDF {serial}")
        if link.count():
            break
        assert time.monotonic() < deadline, "the worker has made no certificate"
        time.sleep(1)
    with page.expect_download() as download:
        link.click()
    path = folder / "sertifikat.pdf"
    download.value.save_as(path)
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", path, folder / "sertifikat"], check=True)
    (code,) = zxingcpp.read_barcodes(Image.open(folder / "sertifikat.png"))
    return text, code.text
