"""Reports as PDF: what is in them, for whom, and that the same content is the same file."""

from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from core.files import read_bytes
from core.formats import date_long, number_id
from core.workbooks import XLSX
from nominations.enums import Status
from reports.enums import ReportKind, ReportState
from reports.models import Report
from reports.policies import can_make_report
from reports.rendering.papers import day_of
from reports.services import reports, writing
from scoring.models import ConflictDeclaration, Decree, Sheet
from tests import factories
from tests.certificates import scenes as certificates
from tests.pdfcheck import broken_rules
from tests.reports.papers import URL, bookmarks, granted_and_ended, released, row_of, words_of, written
from tests.scoring import scenes
from tests.scoring.scenes import finished

pytestmark = pytest.mark.django_db


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
