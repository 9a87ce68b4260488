"""Reports as PDF: what is in them, for whom, and that the same content is the same file."""

import csv
import os
import resource
import signal
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pikepdf
import pypdfium2
import pytest
from django.conf import settings
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image

from accounts.enums import Role
from accounts.models import Notice
from core import pdf_parts
from core.errors import NotPermitted
from core.files import read_bytes, store_bytes
from core.formats import date_long, number_id
from core.limited import NotDoneError, Series, pages_made
from core.models import AuditEntry, OutboxMail, ScanState
from core.workbooks import XLSX
from nominations.enums import AdminRule, Status
from nominations.models import DossierItem, IneligibilityReason, Period
from reports.enums import ReportKind, ReportState
from reports.models import Report
from reports.policies import can_make_report
from reports.rendering.binding import Part, bind
from reports.rendering.papers import day_of
from reports.services import reports, writing
from reports.services.letters import tell_of_letters
from scoring.enums import AssignmentStatus
from scoring.models import Assignment, ConflictDeclaration, Decree, Score, Sheet
from scoring.rules import Answer
from tests import factories
from tests.certificates import scenes as certificates
from tests.factories import make_user, officer_of
from tests.pdfcheck import broken_rules
from tests.scoring import scenes
from tests.scoring.test_plenary import finished

pytestmark = pytest.mark.django_db
URL = "/laporan/"


def written(kind: ReportKind, period: Period, actor: Any, **fields: Any) -> Report:
    report = reports.request_report(kind=kind, period=period, actor=actor, **fields)
    assert writing.write_report(report.pk)
    report.refresh_from_db()
    return report


def words_of(report: Report) -> str:
    return text_of(read_bytes(report.file))


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def bookmarks(report: Report) -> list[str]:
    with pikepdf.open(BytesIO(read_bytes(report.file))) as pdf, pdf.open_outline() as outline:
        return [one.title for one in outline.root]


def released(period: Period) -> Period:
    Period.objects.filter(pk=period.pk).update(results_released_at=timezone.now())
    return Period.objects.get(pk=period.pk)


def granted_and_ended() -> tuple[Any, Any]:
    """One nomination of the home region in a released decree, and one of another region that failed its documents."""
    best, chair = finished(), make_user(Role.PANEL_CHAIR)
    scenes.recommend(best, chair)
    scenes.sealed(best, chair, make_user(Role.MINISTRY_ADMIN))
    certificates.released([best])
    other = factories.make_ovop_nomination(Status.INELIGIBLE, region=factories.OTHER)
    best.refresh_from_db()
    return best, other


def test_a_letter_tells_the_own_region_how_its_nominations_did_and_names_no_scorer():
    best, other = granted_and_ended()
    report = written(ReportKind.LETTERS, released(best.period), officer_of(factories.HOME))
    text = words_of(report)
    assert report.rows == 1
    assert report.file.content_type == "application/pdf"
    assert report.file.original_name.endswith(".pdf")
    assert best.reference in text
    assert "Ditetapkan sebagai penerima, bintang 3" in text
    assert "nilai 100,00" in text
    assert "Kuat" in text
    assert other.reference not in text
    scorers = list(Sheet.objects.values_list("assessor__name", flat=True))
    assert scorers
    assert not any(name in text for name in scorers)


def test_a_letter_says_why_the_documents_were_not_enough():
    best, other = granted_and_ended()
    reason = IneligibilityReason.objects.filter(snapshot__nomination=other).first()
    text = words_of(written(ReportKind.LETTERS, released(best.period), officer_of(factories.OTHER)))
    assert "Tidak memenuhi syarat administrasi" in text
    assert reason is not None
    assert str(AdminRule(reason.rule).label) in text
    assert best.reference not in text
    assert "nilai 100" not in text


def test_the_ministry_gets_all_letters_bound_with_bookmarks_and_page_numbers(admin_a):
    best, _other = granted_and_ended()
    report = written(ReportKind.LETTERS, released(best.period), admin_a)
    assert report.rows == 2
    titles = bookmarks(report)
    assert len(titles) == 2
    assert best.region.label in titles[0] + titles[1]
    assert "Halaman 1 dari 2" in words_of(report)


def test_the_ministry_gets_a_file_for_each_region_in_one_zip(admin_a, client_of):
    best, other = granted_and_ended()
    report = written(ReportKind.LETTER_FILES, released(best.period), admin_a)
    again = written(ReportKind.LETTER_FILES, report.period, admin_a)
    assert report.rows == 2
    assert report.file.sha256 == again.file.sha256
    answer = client_of(admin_a).get(f"{URL}{report.pk}/unduh/")
    assert answer["Content-Type"] == "application/zip"
    assert AuditEntry.objects.get(action="report.downloaded").data["rows"] == 2
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    assert list(files) == ["jawa-barat/32.05-kab-garut.pdf", "jawa-tengah/33.75-kota-pekalongan.pdf"]
    away, home = files.values()
    assert (best.reference in text_of(home), best.reference in text_of(away)) == (True, False)
    assert (other.reference in text_of(home), other.reference in text_of(away)) == (False, True)
    assert broken_rules(home, "3a") == []


def test_all_letters_are_for_the_secretariat_and_the_auditor(chair, auditor, client_of, post):
    best, _other = granted_and_ended()
    data = {"kind": "letter_files", "period": best.period_id}
    for person in (officer_of(factories.HOME), chair):
        assert post(client_of(person), URL, data).status_code == 422
    assert post(client_of(auditor), URL, data).status_code == 302
    Period.objects.filter(pk=best.period_id).update(results_released_at=None)
    assert post(client_of(auditor), URL, data).status_code == 422


def test_each_region_is_told_of_its_letter_and_again_when_it_holds_more(client_of):
    best, _other = granted_and_ended()
    home, away = officer_of(factories.HOME), officer_of(factories.OTHER)
    mails = OutboxMail.objects.filter(dedupe_key__startswith="letter:")
    assert tell_of_letters(timezone.now()) == 2
    assert tell_of_letters(timezone.now()) == 0
    assert set(mails.values_list("to", flat=True)) == {home.email, away.email}
    notice = Notice.objects.get(user=home, key__startswith="letter:")
    page = client_of(home).get(notice.url).content.decode()
    assert '<option value="letters" selected' in page
    assert f'<option value="{best.period_id}" selected' in page
    factories.make_ovop_nomination(Status.INELIGIBLE)
    assert tell_of_letters(timezone.now()) == 1
    assert "memuat hasil 2 usulan" in mails.get(to=home.email, body__contains="2 usulan").body
    new = make_user(Role.DISTRICT_OFFICER, region=factories.OTHER)
    assert tell_of_letters(timezone.now()) == 1
    assert mails.filter(to=new.email).count() == 1
    Notice.objects.all().delete()  # as after half a year, and a later decree of the period keeps the letters fresh
    assert tell_of_letters(timezone.now()) == 0, "nobody is told twice of the same letter"
    make_user(Role.DISTRICT_OFFICER, region=factories.OTHER)
    assert tell_of_letters(timezone.now() + timedelta(days=61)) == 0, "what is old is told to nobody"


def test_nobody_is_told_of_a_letter_that_tells_nothing():
    waiting = scenes.ovop_in_plenary()
    factories.make_ovop_nomination(Status.NOT_RECOMMENDED, region=factories.OTHER)
    assert tell_of_letters(timezone.now()) == 0
    released(waiting.period)
    assert tell_of_letters(timezone.now()) == 0, "no decree"


def test_no_letter_before_the_release_by_any_way(client_of, post):
    nomination = scenes.ovop_in_plenary()
    officer = officer_of(factories.HOME)
    with pytest.raises(NotPermitted):
        reports.request_report(kind=ReportKind.LETTERS, period=nomination.period, actor=officer)
    answer = post(client_of(officer), URL, {"kind": "letters", "period": nomination.period_id})
    assert answer.status_code == 422
    assert "setelah hasil periode ini dirilis" in answer.content.decode()
    assert not Report.objects.exists()


def test_a_nomination_that_is_not_decided_yet_shows_no_score_in_the_letter():
    waiting = scenes.ovop_in_plenary()
    text = words_of(written(ReportKind.LETTERS, released(waiting.period), officer_of(factories.HOME)))
    assert waiting.reference in text
    assert "Masih diproses" in text
    assert "100" not in text.replace(waiting.reference, "")


def test_an_officer_who_lost_the_region_does_not_get_its_letter(client_of):
    best, _other = granted_and_ended()
    officer = officer_of(factories.HOME)
    report = written(ReportKind.LETTERS, released(best.period), officer)
    assert client_of(officer).get(f"{URL}{report.pk}/unduh/").status_code == 200
    officer.memberships.update(region=factories.OTHER)
    assert client_of(officer).get(f"{URL}{report.pk}/unduh/").status_code == 403
    assert AuditEntry.objects.filter(action="report.downloaded").count() == 1


def test_an_officer_is_offered_letter_and_dashboard_alone(client_of, post):
    nomination = scenes.ovop_in_plenary()
    client = client_of(officer_of(factories.HOME))
    page = client.get(URL).content.decode()
    assert "Surat umpan balik daerah" in page
    assert "Rekap nilai" not in page
    for kind in set(ReportKind) - {ReportKind.LETTERS, ReportKind.DASHBOARD}:
        data = {"kind": kind.value, "period": nomination.period_id, "category": nomination.category_id}
        assert post(client, URL, data).status_code == 422


def test_the_annex_is_a_draft_with_the_seal_until_the_decree_is_released(chair, admin_a):
    best = finished()
    scenes.recommend(best, chair)
    ranking = scenes.sealed(best, chair, admin_a)
    text = words_of(written(ReportKind.DECREE_ANNEX, best.period, chair))
    assert "KONSEP" in text
    assert ranking.sha256 in text.replace(" ", "")
    assert best.title in text
    certificates.released([best])
    report = written(ReportKind.DECREE_ANNEX, best.period, chair)
    assert broken_rules(read_bytes(report.file), "3a") == []
    text = words_of(report)
    assert "KONSEP" not in text
    assert Decree.objects.get().number in text


def test_the_annex_holds_no_ranking_that_is_not_sealed(chair):
    best = finished()
    scenes.recommend(best, chair)
    report = written(ReportKind.DECREE_ANNEX, best.period, chair)
    assert report.rows == 0
    assert best.title not in words_of(report)


def test_who_has_a_conflict_with_a_recipient_gets_no_annex_and_reads_why(chair, admin_a, auditor, client_of, caplog):
    best = finished()
    scenes.recommend(best, chair)
    scenes.sealed(best, chair, admin_a)
    ConflictDeclaration.objects.create(nomination=best, user=auditor, has_conflict=True, reason="Keluarga.")
    report = reports.request_report(kind=ReportKind.DECREE_ANNEX, period=best.period, actor=auditor)
    assert not writing.write_report(report.pk)
    report.refresh_from_db()
    assert report.file is None
    assert (report.state, report.attempts) == (ReportState.FAILED, 1), "said at once"
    assert "Anda menyatakan benturan kepentingan" in client_of(auditor).get(f"{URL}{report.pk}/").content.decode()
    assert not [one for one in caplog.records if one.levelname == "ERROR"]


def test_the_recap_of_scores_leaves_out_conflicts_and_scorers(chair):
    best, other = finished(), finished("C6")
    ConflictDeclaration.objects.create(nomination=best, user=chair, has_conflict=True, reason="Keluarga.")
    report = written(ReportKind.SCORE_RECAP, other.period, chair)
    text = words_of(report)
    assert report.rows == 1
    assert other.reference in text
    assert best.reference not in text
    assert bookmarks(report) == [other.category.label]
    final = scenes.final_of(other)
    assert f"{number_id(final.score, 2)} {final.stars} Menunggu pleno" in text
    assert f"1 {other.title} {other.reference}" in text, "the place among what the reader meets"
    [result] = other.stage_results.exclude(score=None).select_related("stage")
    figures = f"{number_id(result.score, 2)} {number_id(result.spread, 2)} {result.sheet_count}"
    assert f"{result.stage.label} {figures}" in text
    assert not any(name in text for name in Sheet.objects.values_list("assessor__name", flat=True))


def test_the_recap_of_provinces_counts_by_category(verifier):
    nomination = factories.make_ovop_nomination(Status.SUBMITTED)
    report = written(ReportKind.REGION_RECAP, nomination.period, verifier)
    assert report.rows == 38
    assert broken_rules(read_bytes(report.file), "3a") == []
    text = words_of(report)
    assert "Jawa Tengah" in text
    assert "1 dari 35" in text


@pytest.mark.parametrize("kind", ReportKind)
def test_the_same_content_is_the_same_file(kind, admin_a, chair):
    best, _other = granted_and_ended()
    period = released(best.period)
    actor = admin_a if can_make_report(admin_a, kind) else chair
    chosen = {"category": best.category} if kind == ReportKind.DOSSIERS else {}
    first = written(kind, period, actor, **chosen)
    second = written(kind, period, actor, **chosen)
    assert first.pk != second.pk
    assert first.file.sha256 == second.file.sha256
    if first.file.content_type == XLSX:  # nothing in it tells the hour
        book = load_workbook(BytesIO(read_bytes(first.file)))
        assert timezone.make_aware(book.properties.created) == day_of(first)
        assert row_of(book, "Dibuat") == date_long(timezone.localdate(first.created_at))


def row_of(book: Any, name: str) -> Any:
    return next(value for label, value in book["Keterangan"].iter_rows(values_only=True) if label == name)


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


@pytest.mark.parametrize("kind", [ReportKind.LETTERS, ReportKind.SCORE_RECAP, ReportKind.DOSSIERS])
def test_the_page_of_a_report_says_how_far_it_is_and_of_how_much(kind, admin_a, client_of):
    best, _other = granted_and_ended()
    chosen = {"category": best.category} if kind == ReportKind.DOSSIERS else {}
    report = written(kind, released(best.period), admin_a, **chosen)
    assert (report.done, report.total) == (report.rows, report.rows)
    Report.objects.update(state=ReportState.WRITING, done=3, total=12)
    page = client_of(admin_a).get(f"{URL}{report.pk}/").content.decode()
    assert "3 dari 12 baris" in page
    assert 'value="3" max="12"' in page


def test_a_downloaded_bundle_is_recorded_with_round_and_category(admin_a, client_of):
    nomination = factories.make_ovop_nomination(Status.ELIGIBLE)
    report = written(ReportKind.DOSSIERS, nomination.period, admin_a, category=nomination.category)
    client_of(admin_a).get(f"{URL}{report.pk}/unduh/")
    told = {"kind": "dossiers", "period": nomination.period_id, "category": nomination.category_id}
    assert AuditEntry.objects.get(action="report.requested").data == told
    assert AuditEntry.objects.get(action="report.downloaded").data == told | {"rows": 1}


def streamed(client: Any, period: Period) -> str:
    answer = client.get(f"{URL}nilai-{period.pk}.csv")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def test_all_scores_are_streamed_and_the_rows_are_in_the_audit_trail(chair, client_of):
    nomination = scenes.ovop()
    note = '=HYPERLINK("http://contoh.id")'
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination), note=note)] * 2)
    rows = list(csv.DictReader(StringIO(streamed(client_of(chair), nomination.period).lstrip("\ufeff"))))
    assert len(rows) == Score.objects.count() == 50
    assert sum(float(row["nilai"]) for row in rows) == 200
    assert {row["nomor_usulan"] for row in rows} == {nomination.reference}
    assert {row["catatan"][:2] for row in rows} == {"'="}
    assert {(row["lembar"], row["penugasan"], row["tidak_berlaku"]) for row in rows} == {("Terkirim", "Aktif", "")}
    sent = {f"{timezone.localtime(one.submitted_at):%Y-%m-%d %H:%M}" for one in Sheet.objects.all()}
    assert {row["dikirim_wib"] for row in rows} == sent
    entry = AuditEntry.objects.get(action="report.scores_streamed")
    assert (entry.actor_id, entry.data["rows"]) == (chair.pk, 50)


def test_the_stream_marks_drafts_ended_assignments_and_what_does_not_apply(chair, client_of):
    nomination = scenes.ovop()
    scenes.allow_na(scenes.stage_of(nomination), "A1")
    stage = scenes.stage_of(nomination)
    given = scenes.full_answers(stage) | {"A1": Answer(None, "Tidak ada.", na=True)}
    scenes.save(scenes.assign(nomination, scenes.assessors(1)[0]), given)
    Assignment.objects.update(status=AssignmentStatus.RECUSED)
    rows = list(csv.DictReader(StringIO(streamed(client_of(chair), nomination.period).lstrip("\ufeff"))))
    assert {(row["lembar"], row["penugasan"], row["dikirim_wib"]) for row in rows} == {("Draf", "Mundur", "")}
    assert {row["kode"] for row in rows if row["tidak_berlaku"] == "Ya"} == {"A1"}


def test_the_stream_leaves_out_what_the_person_may_not_meet_and_is_for_readers_of_scores(chair, verifier, client_of):
    best, other = finished(), finished("C6")
    ConflictDeclaration.objects.create(nomination=best, user=chair, has_conflict=True, reason="Keluarga.")
    text = streamed(client_of(chair), best.period)
    assert other.reference in text
    assert best.reference not in text
    for person in (verifier, officer_of(factories.HOME)):
        assert client_of(person).get(f"{URL}nilai-{best.period_id}.csv").status_code == 404
    assert AuditEntry.objects.filter(action="report.scores_streamed").count() == 1
