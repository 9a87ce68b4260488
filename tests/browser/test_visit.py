"""A visit on a phone: coordinates at the press of a button, a photo that waits for the line, findings card by card."""

from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.enums import Role
from core.files import read_bytes
from scoring.models import FieldPhoto, FieldVisit
from tests import factories
from tests.browser.conftest import until
from tests.browser.steps import press
from tests.files import jpeg_bytes
from tests.scoring import scenes

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
PHOTO = {"name": "rumah.jpg", "mimeType": "image/jpeg", "buffer": jpeg_bytes((900, 700))}


def open_visit(browse: Any, portal: Any, *, scripts: bool) -> tuple[Page, Any]:
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    scenes.close(nomination, skip_optional=False)
    visitor = factories.make_user(Role.ASSESSOR, institution="Balai Lain", commodities=("batik",), name="Petugas")
    assignment = scenes.assign(nomination, visitor, scenes.stage_of(nomination, "lapangan"))
    page = browse(visitor, scripts=scripts)
    page.set_viewport_size(PHONE)
    page.context.grant_permissions(["geolocation"], origin=portal.url)
    page.context.set_geolocation({"latitude": -6.8886, "longitude": 109.6753, "accuracy": 14})
    page.goto(f"/penilaian/tugas/{assignment.pk}/kunjungan/")
    press(page, "Mulai catatan kunjungan")
    return page, assignment


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def fill_record(page: Page) -> None:
    page.get_by_label("Tanggal kunjungan").fill("18-11-2026")
    page.get_by_label("Jam kunjungan").fill("09.30")
    page.get_by_label("Tempat", exact=True).fill("Buaran")
    page.get_by_label("Peserta kunjungan").fill("Petugas")
    page.get_by_label("Diterima oleh").fill("Ibu Sari")
    page.get_by_label("Ringkasan kunjungan").fill("Produksi berjalan.")
    page.get_by_label("Nama narasumber").first.fill("Ibu Sari")
    page.get_by_label("Isi wawancara").first.fill("Pesanan rutin setiap bulan.")
    proven = page.locator("input[type=radio][value=terbukti]")
    for place in range(proven.count()):
        proven.nth(place).check()


def test_a_visit_on_a_phone_with_a_photo_that_waits_for_the_line(browse, portal):
    page, assignment = open_visit(browse, portal, scripts=True)
    assert fits(page)
    fill_record(page)
    page.get_by_role("button", name="Ambil koordinat").click()
    expect(page.get_by_label("Koordinat")).to_have_value("-6.8886, 109.6753")
    page.context.set_offline(True)
    page.locator("#id_photo").set_input_files(PHOTO)
    page.get_by_label("Keterangan foto").fill("Tempat produksi")
    page.get_by_role("button", name="Tambah foto").click()
    expect(page.locator("#photos-waiting")).to_contain_text("Tempat produksi: menunggu sambungan")
    assert not FieldPhoto.objects.exists()
    page.context.set_offline(False)
    expect(page.locator("#photos-stored img")).to_have_count(1)
    expect(page.locator("#photos-waiting")).to_be_hidden()
    until(lambda: FieldPhoto.objects.count() == 1)
    press(page, "Simpan, lalu periksa dan kirim")
    assert fits(page)
    press(page, "Kirim hasil kunjungan")
    visit = FieldVisit.objects.get(assignment=assignment)
    assert (visit.status, str(visit.latitude), visit.accuracy_m) == ("submitted", "-6.888600", 14)
    assert [photo.caption for photo in visit.photos.all()] == ["Tempat produksi"]


def test_a_photo_beyond_the_limit_is_made_smaller_in_the_browser(browse, portal, tmp_path):
    """The server would refuse it, and itself keeps photos larger than what comes."""
    photo, exif = tmp_path / "bengkel.jpg", Image.Exif()
    exif[0x0112] = 6  # taken with the phone upright
    Image.effect_noise((4800, 3600), 90).convert("RGB").save(photo, quality=95, exif=exif)
    assert photo.stat().st_size > settings.UPLOAD_MAX_BYTES
    page, assignment = open_visit(browse, portal, scripts=True)
    page.locator("#id_photo").set_input_files(photo)
    page.get_by_label("Keterangan foto").fill("Bengkel celup")
    page.get_by_role("button", name="Tambah foto").click()
    expect(page.locator("#photos-stored img")).to_have_count(1, timeout=60_000)
    [stored] = FieldPhoto.objects.select_related("file").filter(visit__assignment=assignment)
    image = Image.open(BytesIO(read_bytes(stored.file)))
    assert (image.size, stored.caption) == ((1500, 2000), "Bengkel celup")
    assert stored.file.size < photo.stat().st_size / 4


def test_a_photo_beyond_the_limit_without_a_script_is_refused_with_words(browse, portal, tmp_path):
    """The counterpart: what the script saves people from."""
    photo = tmp_path / "bengkel.jpg"
    Image.effect_noise((4800, 3600), 90).convert("RGB").save(photo, quality=95)
    page, _assignment = open_visit(browse, portal, scripts=False)
    page.locator("#id_photo").set_input_files(photo)
    page.get_by_label("Keterangan foto").fill("Bengkel celup")
    press(page, "Tambah foto")
    expect(page.get_by_text("terlalu besar")).to_be_visible()
    assert not FieldPhoto.objects.exists()


def test_a_visit_without_a_script(browse, portal):
    page, assignment = open_visit(browse, portal, scripts=False)
    fill_record(page)
    page.get_by_label("Koordinat").fill("-6.8886, 109.6753")
    press(page, "Simpan")
    page.locator("#id_photo").set_input_files(PHOTO)
    page.get_by_label("Keterangan foto").fill("Tempat produksi")
    press(page, "Tambah foto")
    expect(page.locator("#photos-stored img")).to_have_count(1)
    press(page, "Simpan, lalu periksa dan kirim")
    press(page, "Kirim hasil kunjungan")
    visit = FieldVisit.objects.get(assignment=assignment)
    assert (visit.status, visit.accuracy_m, visit.photos.count()) == ("submitted", None, 1)
