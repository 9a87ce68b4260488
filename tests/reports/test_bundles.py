"""Dossiers as one book: every document, harmless, however many."""

import os
import resource
import signal
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from accounts.enums import Role
from core import pdf_parts
from core.files import read_bytes, store_bytes
from core.limited import NotDoneError, Series, pages_made
from core.models import AuditEntry, ScanState
from nominations.enums import Status
from nominations.models import DossierItem
from reports.enums import ReportKind, ReportState
from reports.models import Report
from reports.rendering.binding import Part, bind
from reports.services import writing
from scoring.models import ConflictDeclaration
from tests import factories
from tests.factories import make_user
from tests.reports.papers import URL, bookmarks, text_of, words_of, written
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


def broken_pdf() -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\ntrailer<</Root 1 0 R>>"


def test_a_bundle_holds_every_document_and_a_broken_one_becomes_a_page_that_says_so(admin_a):
    nomination = factories.make_ovop_nomination(Status.ELIGIBLE)
    first, second, third = DossierItem.objects.filter(nomination=nomination, file__isnull=False)[:3]
    bad = store_bytes(broken_pdf(), name="rusak.pdf", content_type="application/pdf")
    picture = store_bytes(picture_bytes(), name="foto.jpg", content_type="image/jpeg")
    DossierItem.objects.filter(pk=first.pk).update(file=bad)
    DossierItem.objects.filter(pk=second.pk).update(file=picture)
    third.file.scan_state = ScanState.INFECTED
    third.file.save(update_fields=["scan_state"])
    report = written(ReportKind.DOSSIERS, nomination.period, admin_a, category=nomination.category)
    text = words_of(report)
    assert report.rows == 1
    assert "Daftar isi" in text
    assert "tidak dapat dibuka" in text
    assert "ditahan" in text
    assert "Halaman 1 dari" in text
    assert bookmarks(report)[0] == "Daftar isi"
    with pikepdf.open(BytesIO(read_bytes(report.file))) as pdf, pdf.open_outline() as outline:
        [dossier] = outline.root[1:]
        assert nomination.reference in dossier.title
        assert len(dossier.children) == DossierItem.objects.filter(nomination=nomination, superseded_at=None).count()


def picture_bytes() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (640, 480), "#a67c2d").save(stream, "JPEG")
    return stream.getvalue()


def test_a_bundle_is_of_one_category_and_of_nobody_but_the_secretariat_and_the_auditor(
    chair, auditor, verifier, client_of, post
):
    nomination = factories.make_ovop_nomination(Status.ELIGIBLE)
    scenes.instruments.install_stages(period=nomination.period)
    data = {"kind": "dossiers", "period": nomination.period_id}
    assert post(client_of(verifier), URL, data).status_code == 422
    data["category"] = nomination.category_id
    assert post(client_of(chair), URL, data).status_code == 422
    assert post(client_of(make_user(Role.ASSESSOR)), URL, data).status_code == 422
    assert post(client_of(verifier), URL, data).status_code == 302
    assert post(client_of(auditor), URL, data).status_code == 302
    ConflictDeclaration.objects.create(nomination=nomination, user=verifier, has_conflict=True, reason="Keluarga.")
    report = Report.objects.get(created_by=verifier)
    assert writing.write_report(report.pk)
    report.refresh_from_db()
    assert (report.state, report.rows) == (ReportState.READY, 0)
    assert nomination.reference not in words_of(report)


def test_scripts_and_links_of_a_document_stay_behind(tmp_path):
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        stream = BytesIO()
        pdf.save(stream)
    stored = store_bytes(stream.getvalue(), name="a.pdf", content_type="application/pdf")
    assert pages_made(Path(pdf_parts.__file__), stored, tmp_path / "made.pdf") == 1
    assert b"JavaScript" not in Path(tmp_path / "made.pdf").read_bytes()
    assert (Path(settings.MEDIA_ROOT) / stored.path).exists()


def small_parts(folder: Path, number: int) -> list[Part]:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.pages[0].Contents = pdf.make_stream(b"q Q")
        pdf.save(folder / "0.pdf")
    parts = [Part(folder / f"{one}.pdf", f"Bagian {one}", level=one % 3 and 1) for one in range(number)]
    for part in parts[1:]:
        part.path.write_bytes(parts[0].path.read_bytes())
    return parts


def test_more_parts_than_files_may_be_open_become_one_book(tmp_path):
    parts = small_parts(tmp_path, 230)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    open_now = len(list(Path("/proc/self/fd").iterdir()))
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_now + 100, hard))
    try:
        assert bind(parts, tmp_path / "book.pdf", title="Buku", created=timezone.now()) == 230
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    with pikepdf.open(tmp_path / "book.pdf") as pdf, pdf.open_outline() as outline:
        assert [one.title for one in outline.root] == [f"Bagian {one}" for one in range(0, 230, 3)]
        last = outline.root[-1].children[0]
        assert last.title == "Bagian 229"
        assert pdf.pages.index(pikepdf.Page(last.destination[0])) == 229
    assert "Halaman 230 dari 230" in text_of((tmp_path / "book.pdf").read_bytes())


def test_many_documents_are_opened_by_one_script_and_a_bad_one_costs_itself_alone(tmp_path):
    good = store_bytes(picture_bytes(), name="foto.jpg", content_type="image/jpeg")
    bad = store_bytes(broken_pdf(), name="rusak.pdf", content_type="application/pdf")
    with Series(Path(pdf_parts.__file__)) as series:
        assert series.pages_made(good, tmp_path / "1.pdf") == 1
        script = series.script
        with pytest.raises(NotDoneError, match="ended with 1"):
            series.pages_made(bad, tmp_path / "2.pdf")
        assert series.pages_made(good, tmp_path / "3.pdf") == 1
        assert series.script == script
        os.kill(script, signal.SIGKILL)
        with pytest.raises(NotDoneError):
            series.pages_made(good, tmp_path / "4.pdf")
        assert series.pages_made(good, tmp_path / "5.pdf") == 1
        assert series.script != script
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "5.pdf").read_bytes()


def test_a_downloaded_bundle_is_recorded_with_round_and_category(admin_a, client_of):
    nomination = factories.make_ovop_nomination(Status.ELIGIBLE)
    report = written(ReportKind.DOSSIERS, nomination.period, admin_a, category=nomination.category)
    client_of(admin_a).get(f"{URL}{report.pk}/unduh/")
    told = {"kind": "dossiers", "period": nomination.period_id, "category": nomination.category_id}
    assert AuditEntry.objects.get(action="report.requested").data == told
    assert AuditEntry.objects.get(action="report.downloaded").data == told | {"rows": 1}
