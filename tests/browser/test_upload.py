"""Uploads over lines that drop and servers that go away: what is stored in the end is the file, to the byte."""

import hashlib
import os
import re
import signal
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.contrib.sessions.models import Session
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Request, expect

from core.files import read_bytes
from core.models import Upload
from nominations.models import DossierItem, Nomination
from sentra.models import ProductPhoto
from tests import factories
from tests.browser.conftest import Portal, free_port, start, wait_until_ready
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)
SIZE = 6 * 1024 * 1024
UPLOAD_SPEED = 1024 * 1024  # bytes a second, so that there is a middle to cut


@pytest.fixture
def draft(cloned_db: str) -> Nomination:
    return factories.make_ovop_nomination(complete=False)


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[[str, Nomination], Page]]:
    """A window with JavaScript on the documents page of the nomination and a slow line."""
    contexts = []

    def open_window(url: str, nomination: Nomination) -> Page:
        context = chromium.new_context(base_url=url, locale="id-ID", viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("dialog", lambda dialog: dialog.accept())
        sign_in(page, nomination)
        page.goto(f"/usulan/{nomination.pk}/dokumen/")
        page.offsets = []
        page.on("request", lambda request: note(page, request))
        page.line = context.new_cdp_session(page)
        set_line(page, cut=False)
        return page

    yield open_window
    for context in contexts:
        context.close()


def sign_in(page: Page, nomination: Nomination) -> None:
    page.goto("/akun/masuk/")
    page.get_by_label("Surel").fill(nomination.created_by.email)
    page.get_by_label("Sandi").first.fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url("**/beranda/")


def set_line(page: Page, *, cut: bool) -> None:
    """Playwright's own `set_offline` and a speed do not go together."""
    facts = {"offline": cut, "latency": 20, "downloadThroughput": -1, "uploadThroughput": UPLOAD_SPEED}
    page.line.send("Network.emulateNetworkConditions", facts)


def note(page: Page, request: Request) -> None:
    if request.method == "PUT":
        page.offsets.append(int(request.headers["upload-offset"]))


@pytest.fixture
def document(tmp_path: Path) -> Path:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.Root.Isi = pdf.make_stream(os.urandom(SIZE))
    pdf.save(tmp_path / "laporan.pdf")
    return tmp_path / "laporan.pdf"


def begin(page: Page, document: Path, code: str = "D01") -> Locator:
    row = page.locator(f"section#{code}")
    row.locator("input[type=file]").set_input_files(document)
    row.get_by_role("button", name=re.compile("^Unggah")).click()
    return row


def until_part_is_there(page: Page, row: Locator) -> None:
    expect(row.get_by_role("progressbar")).to_be_visible()
    expect(row.get_by_text(re.compile(r"[2-4]0 % terkirim"))).to_be_visible()


def assert_stored(nomination: Nomination, document: Path) -> None:
    item = DossierItem.objects.select_related("file").get(nomination=nomination, superseded_at=None)
    assert item.file.sha256 == hashlib.sha256(document.read_bytes()).hexdigest()
    assert read_bytes(item.file) == document.read_bytes()
    assert not Upload.objects.exists()


def assert_resumed(page: Page) -> None:
    """No piece twice but the one that was cut: it went on and did not begin again."""
    assert sorted(set(page.offsets)) == list(range(0, max(page.offsets) + 1, 256 * 1024))
    assert page.offsets.count(0) == 1
    assert len(page.offsets) - len(set(page.offsets)) <= 3


def test_a_cut_line_costs_a_piece_and_not_the_file(portal, window, draft, document):
    page = window(portal.url, draft)
    row = begin(page, document)
    until_part_is_there(page, row)
    set_line(page, cut=True)
    expect(row.get_by_text("Sambungan terputus. Bagian yang sudah terkirim aman")).to_be_visible()
    assert not DossierItem.objects.exists()
    set_line(page, cut=False)
    expect(row.get_by_text("Berkas tersimpan.")).to_be_visible()
    expect(row.get_by_text("laporan.pdf")).to_be_visible()
    assert_stored(draft, document)
    assert_resumed(page)


def test_a_server_that_goes_away_and_comes_back(portal: Portal, window, draft, document, tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    web = ["-m", "gunicorn", "ovop_portal.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    process = start(web, portal.env, tmp_path / "one.log")
    wait_until_ready(f"{url}/health", process, tmp_path / "one.log")
    try:
        page = window(url, draft)
        row = begin(page, document)
        until_part_is_there(page, row)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        expect(row.get_by_text("Sambungan terputus")).to_be_visible()
        process = start(web, portal.env, tmp_path / "two.log")
        wait_until_ready(f"{url}/health", process, tmp_path / "two.log")
        expect(row.get_by_text("Berkas tersimpan.")).to_be_visible()
    finally:
        process.terminate()
        process.wait(timeout=60)
    assert_stored(draft, document)
    assert_resumed(page)


def test_after_a_reload_the_same_file_goes_on_where_it_was(portal, window, draft, document):
    page = window(portal.url, draft)
    until_part_is_there(page, begin(page, document))
    page.reload()
    before = len(page.offsets)
    row = begin(page, document)
    expect(row.get_by_text("Berkas tersimpan.")).to_be_visible()
    assert page.offsets[before] >= 512 * 1024
    assert_stored(draft, document)


def test_another_file_begins_anew(portal, window, draft, document, tmp_path):
    page = window(portal.url, draft)
    until_part_is_there(page, begin(page, document))
    page.reload()
    before = len(page.offsets)
    other = tmp_path / "lain.pdf"
    other.write_bytes(document.read_bytes() + b"\n% lain")
    expect(begin(page, other).get_by_text("Berkas tersimpan.")).to_be_visible()
    assert page.offsets[before] == 0
    assert_stored(draft, other)


def test_an_ended_session_is_said_and_the_rest_is_sent_after_a_new_sign_in(portal, window, draft, document):
    page = window(portal.url, draft)
    row = begin(page, document)
    until_part_is_there(page, row)
    Session.objects.all().delete()
    expect(row.get_by_text("Sesi Anda sudah berakhir dan berkas belum tersimpan")).to_be_visible()
    expect(row.get_by_role("progressbar")).to_have_count(0)
    assert not DossierItem.objects.exists()
    sign_in(page, draft)
    page.goto(f"/usulan/{draft.pk}/dokumen/")
    before = len(page.offsets)
    expect(begin(page, document).get_by_text("Berkas tersimpan.")).to_be_visible()
    assert page.offsets[before] >= 512 * 1024
    assert_stored(draft, document)


def test_giving_up_leaves_nothing(portal, window, draft, document):
    page = window(portal.url, draft)
    row = begin(page, document)
    until_part_is_there(page, row)
    row.get_by_role("button", name="Batalkan unggahan").click()
    expect(row.get_by_text("Unggahan dibatalkan. Berkas belum tersimpan.")).to_be_visible()
    expect(row.locator("input[type=file]")).to_be_focused()
    for _attempt in range(100):
        if not Upload.objects.exists():
            break
        page.wait_for_timeout(100)
    assert not Upload.objects.exists()
    assert not DossierItem.objects.exists()
    assert kept_names(page) == []


def kept_names(page: Page) -> Any:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.includes('unggahan'))")


def test_signing_out_takes_the_traces_along(portal, window, draft, document):
    page = window(portal.url, draft)
    until_part_is_there(page, begin(page, document))
    page.reload()
    assert len(kept_names(page)) == 1
    page.locator("form[action$='/keluar/'] button").first.click()
    page.wait_for_url(lambda url: "dokumen" not in url)
    assert kept_names(page) == []


def test_a_refused_file_is_explained_beside_its_field(portal, window, draft, tmp_path):
    page = window(portal.url, draft)
    broken = tmp_path / "surat.pdf"
    broken.write_bytes(b"<html>bukan pdf</html>" * 50)
    row = begin(page, broken)
    expect(row.get_by_text("bukan PDF, JPEG, atau PNG yang dapat dibuka")).to_be_visible()
    expect(row.locator("input[type=file]")).to_be_focused()
    too_big = tmp_path / "besar.pdf"
    too_big.write_bytes(bytes(11 * 1024 * 1024))
    begin(page, too_big)
    expect(row.get_by_text("terlalu besar. Ukuran paling besar 10 MB")).to_be_visible()
    begin(page, broken, "D02")
    assert not DossierItem.objects.exists()


def test_a_photo_is_made_smaller_before_it_is_sent(portal, window, draft, tmp_path):
    page = window(portal.url, draft)
    photo, exif = tmp_path / "foto sentra.jpg", Image.Exif()
    exif[0x0112] = 6
    Image.effect_noise((3000, 1500), 60).convert("RGB").save(photo, exif=exif)
    assert photo.stat().st_size > 1024 * 1024
    expect(begin(page, photo).get_by_text("Berkas tersimpan.")).to_be_visible()
    item = DossierItem.objects.select_related("file").get()
    image = Image.open(BytesIO(read_bytes(item.file)))
    assert (image.size, image.format, item.file.original_name) == ((1000, 2000), "JPEG", "foto sentra.jpg")
    assert item.file.size < photo.stat().st_size / 2
    assert sum(page.offsets) < photo.stat().st_size


def test_a_photo_of_the_register_is_made_smaller_in_its_field(portal, browse, tmp_path):
    product, photo = factories.make_product(), tmp_path / "kain.jpg"
    Image.effect_noise((3600, 1800), 60).convert("RGB").save(photo)
    page = browse(product.created_by, scripts=True)
    page.goto(f"/sentra/produk/{product.pk}/foto/")
    page.get_by_label("Keterangan foto").fill("Kain tampak depan")
    field = page.locator("input[type=file]")
    field.set_input_files(photo)
    with page.expect_navigation():
        page.get_by_role("button", name="Tambah foto").click()  # waits for the small one
    assert ProductPhoto.objects.get().file.original_name == "kain.jpg"
    field.set_input_files(photo)
    half = photo.stat().st_size // 2
    page.wait_for_function(f"() => document.querySelector('input[type=file]').files[0].size < {half}")
