"""Pages that appear between a press and its effect, or while a worker is busy: no walk along links meets them.

axe-core finds nothing on them, on a phone of 360 px and in a window of 1280 px, and nothing sticks out.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.enums import Role
from nominations.enums import ItemVerdict, Status, WindowKind
from nominations.models import Nomination, VerificationItem, Window
from sentra import policies
from sentra.enums import ExportState, ImportState
from sentra.models import RegisterExport, RegisterImport
from tests import factories
from tests.browser.conftest import sign_in
from tests.browser.steps import click, press
from tests.browser.test_autosave import end_sessions
from tests.browser.test_every_page import axe, narrow
from tests.sentra.test_merging import merge

pytestmark = pytest.mark.browser
WIDTHS = (360, 1280)


def look(page: Page, words: str) -> list[str]:
    """What is wrong with the page that is open, once it is the one that was meant."""
    expect(page.locator("main")).to_contain_text(words)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{page.url} ({words}, {width} px) {problem}" for problem in axe(page)]
    return found + [f"{page.url} ({words}) {problem}" for problem in narrow(page, WIDTHS)]


def look_at(page: Page, address: str, words: str) -> list[str]:
    page.goto(address)
    return look(page, words)


def checked(**spoiled: str) -> Nomination:
    """A dossier with a verdict for every part."""
    nomination = factories.make_ovop_nomination(Status.UNDER_VERIFICATION)
    factories.mark_all(nomination, factories.someone(Role.VERIFIER), **spoiled)
    return nomination


def test_the_desk_of_the_secretariat(portal: Any, browse: Any) -> None:
    dossiers = [checked(), checked(D02=ItemVerdict.REPAIR)]
    page = browse(factories.someone(Role.VERIFIER), scripts=True)
    chosen = "&".join(f"pilih={one.pk}" for one in dossiers)
    found = look_at(page, f"{reverse('verification_bulk')}?{chosen}", "1 akan dinyatakan lolos, 1 dilewati.")
    found += look_at(page, reverse("verification_bulk"), "Belum ada usulan yang dipilih")
    page.go_back()
    press(page, "Nyatakan 1 usulan lolos")
    found += look(page, "1 dinyatakan lolos, 0 tidak diubah.")

    waiting = checked()
    page.goto(reverse("verification_conclude", args=[waiting.pk]))
    marks = VerificationItem.objects.filter(snapshot__nomination=waiting)
    marks.filter(pk=marks[0].pk).update(verdict=ItemVerdict.REPAIR, note="Ditulis rekan.", version=9)
    page.get_by_label("Alasan yang dibaca pengusul").fill("Foto produk buram.")
    with page.expect_navigation() as answer:
        page.get_by_role("button", name="Kembalikan untuk diperbaiki", exact=True).click()
    assert answer.value.status == 409
    found += look(page, "Ditulis rekan.")
    expect(page.get_by_label("Alasan yang dibaca pengusul")).to_have_value("Foto produk buram.")
    assert not found, "\n".join(found)


def test_deadlines_that_are_moved(portal: Any, browse: Any) -> None:
    draft = factories.make_ovop_nomination()
    window = Window.objects.get(period=draft.period, kind=WindowKind.NOMINATION)
    later = timezone.localtime(window.closes_at) + timedelta(days=3)
    page = browse(factories.someone(Role.MINISTRY_ADMIN), scripts=True)
    found = []
    for address in (reverse("extension_nomination", args=[draft.pk]), reverse("extension_region")):
        page.goto(address)
        if address == reverse("extension_region"):
            page.get_by_label("Kabupaten/kota").select_option(factories.OTHER)
            page.get_by_label("Jadwal").select_option(str(window.pk))
        page.get_by_label("Tanggal batas baru").fill(f"{later:%d-%m-%Y}")
        page.get_by_label("Alasan").fill("Banjir di kota")
        press(page, "Lihat pratinjau")
        found += look(page, "Periksa perpanjangan ini")
    press(page, "Berikan perpanjangan")
    click(page.get_by_role("link", name="Tarik").first)
    found += look(page, "Tarik perpanjangan ini")
    assert not found, "\n".join(found)


def test_the_reminder_of_a_province(portal: Any, browse: Any) -> None:
    period, address = factories.make_period("ovop"), reverse("province_remind")
    factories.officer_of(factories.HOME)
    page = browse(factories.make_user(Role.PROVINCE_OFFICER, region="33"), scripts=True)
    chosen = f"?periode={period.pk}&wilayah={factories.HOME}&wilayah=33.01"
    found = look_at(page, address + chosen, "Dilewati")
    page.locator("textarea[name=introduction]").fill("Mohon segera, kami siap membantu.")
    press(page, "Perbarui pratinjau")
    found += look(page, "kami siap membantu.")
    page.locator("textarea[name=introduction]").fill("")
    press(page, "Kirim ke 1 daerah")
    found += look(page, "Penerima dan isi surat")
    assert page.locator(".error-summary").count()
    assert not found, "\n".join(found)


def test_tables_while_a_worker_is_busy_and_afterwards(portal: Any, browse: Any) -> None:
    """The rows are held by a worker that does not come back while somebody looks."""
    ikm = factories.make_ikm()
    officer, file = ikm.created_by, factories.stored_pdf("tabel.pdf")
    held = {"created_by": officer, "file": file, "claimed_at": timezone.now(), "attempts": 1}
    facts = held | {"kind": "ikm"}
    page = browse(officer, scripts=True)
    job = RegisterImport.objects.create(region_id=factories.HOME, done=1200, total=9000, **facts)
    rows = RegisterImport.objects.filter(pk=job.pk)
    detail, undo = (reverse(name, args=[job.pk]) for name in ("import_detail", "import_undo"))
    found = look_at(page, detail, "1.200 dari 9.000 baris")
    rows.update(state=ImportState.APPLYING, added=12, changed=3)
    found += look_at(page, detail, "Menyimpan 12 data baru dan 3 perubahan.")
    rows.update(state=ImportState.APPLIED, applied_by=officer, applied_at=timezone.now())
    found += look_at(page, undo, "Batalkan")

    export = RegisterExport.objects.create(
        format="xlsx", done=500, scope=policies.scope_of(officer), **facts | {"file": None}
    )
    exports = RegisterExport.objects.filter(pk=export.pk)
    address = reverse("export_detail", args=[export.pk])
    found += look_at(page, address, "500 baris")
    exports.update(state=ExportState.READY, file=file)
    found += look_at(page, address, "Unduh berkas")
    exports.update(state=ExportState.FAILED)
    exports.update(file=None)
    found += look_at(page, address, "Minta lagi")
    assert not found, "\n".join(found)


def test_merged_records_and_what_was_merged_before(portal: Any, browse: Any) -> None:
    kept = factories.make_ikm(name="Batik Sekar Jagad")
    gone, twin = (factories.make_ikm(kept.sentra, name=f"Batik Sekar Jagat {number}") for number in (1, 2))
    merge(kept, gone, kept.created_by)
    page = browse(kept.created_by, scripts=True)
    found = look_at(page, reverse("merge_list"), "Batik Sekar Jagat 1")
    found += look_at(page, reverse("record_merge", args=["ikm", kept.pk, twin.pk]), "Batik Sekar Jagat 2")
    assert not found, "\n".join(found)


def test_a_form_that_waited_for_a_new_sign_in(portal: Any, browse: Any) -> None:
    ikm = factories.make_ikm()
    page = browse(ikm.created_by, scripts=True)
    page.goto(reverse("product_create", args=[ikm.pk]))
    page.get_by_label("Nama produk").fill("Batik Tulis Jlamprang")
    end_sessions()
    press(page, "Simpan")
    sign_in(page, ikm.created_by)
    page.wait_for_url(f"**{reverse('held_post')}")
    found = look(page, "Lanjutkan dan simpan isian")
    assert not found, "\n".join(found)
