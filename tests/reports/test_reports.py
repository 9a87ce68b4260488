"""Reports that a worker writes: what is in the workbook, whose rights count, and that nothing is written twice."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.enums import Role
from core.files import read_bytes
from core.models import AuditEntry, StoredFile
from reports.enums import ReportKind, ReportState
from reports.models import Report
from reports.querysets import MAX_ATTEMPTS
from reports.services import reports, writing
from scoring.enums import AssignmentStatus
from scoring.models import ConflictDeclaration, Score, Stage
from scoring.presenters.medians import final_median, stage_median
from scoring.rules import Answer
from scoring.selectors.plenary import finalists, places_of, ranked_categories, tie_orders
from scoring.services import assignments
from tests.factories import add_membership, make_user
from tests.scoring import scenes
from tests.scoring.maths_examples import ovop_scores
from tests.scoring.scenes import finished

pytestmark = pytest.mark.django_db
URL = "/laporan/"


def written(nomination: Any, actor: Any, kind: ReportKind = ReportKind.SCORES) -> Report:
    report = reports.request_report(kind=kind, period=nomination.period, actor=actor)
    assert writing.write_report(report.pk)
    report.refresh_from_db()
    return report


def sheets_in(report: Report) -> dict[str, list[dict[str, Any]]]:
    book = load_workbook(BytesIO(read_bytes(report.file)))
    tables = {}
    for sheet in book.worksheets:
        head, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
        tables[sheet.title] = [dict(zip(head, row, strict=True)) for row in rows]
    return tables


def test_a_row_per_score_and_a_row_per_nomination(chair):
    nomination = scenes.ovop_in_plenary()
    report = written(nomination, chair)
    tables = sheets_in(report)
    assert list(tables) == ["Nilai", "Usulan", "Keterangan"]
    assert len(tables["Nilai"]) == report.rows == Score.objects.count() == 75
    assert sum(row["Nilai"] for row in tables["Nilai"]) == 300
    assert {row["Nomor usulan"] for row in tables["Nilai"]} == {nomination.reference}
    [row] = tables["Usulan"]
    assert (row["Nilai akhir"], row["Peringkat"]) == (100, 1)
    assert row["Bintang menurut nilai"] == 3
    assert row["Status"] == "Menunggu pleno"


def test_places_in_the_workbook_are_those_of_the_ranking(chair):
    best, first, second = finished(), finished("B1"), finished("B5")
    scenes.decide_tie(scenes.session_of(best, chair), first, [second, first], chair)
    other = scenes.walk(scenes.upakarti())
    [group] = ranked_categories(finalists(best.period_id), tie_orders(best.period_id))
    assert places_of(best.period_id) == {row["nomination"].pk: row["rank"] for row in group["rows"]}
    assert places_of(other.period_id) == {other.pk: 1}
    rows = sheets_in(written(best, chair))["Usulan"]
    expected = {one.reference: place for place, one in enumerate((best, second, first), start=1)}
    assert {row["Nomor usulan"]: row["Peringkat"] for row in rows} == expected


def test_ranking_as_a_workbook_with_words_and_signatures(chair, admin_a):
    best, other = finished(), finished("C6")
    scenes.recommend(best, chair, stars=2, reason="Kapasitas belum terbukti.")
    report = written(best, chair, ReportKind.RANKING)
    tables = sheets_in(report)
    assert list(tables) == ["Peringkat", "Segel", "Keterangan"]
    assert report.rows == 2
    first, last = tables["Peringkat"]
    assert (first["Nomor usulan"], first["Peringkat"], first["Nilai akhir"]) == (best.reference, 1, 100)
    assert (first["Putusan pleno"], first["Bintang menurut nilai"], first["Bintang menurut pleno"]) == (
        "Direkomendasikan",
        3,
        2,
    )
    assert first["Alasan"] == "Kapasitas belum terbukti."
    assert (last["Nomor usulan"], last["Peringkat"], last["Putusan pleno"]) == (other.reference, 2, None)
    assert tables["Segel"] == []
    scenes.recommend(other, chair, stars=scenes.final_of(other).stars)
    ranking = scenes.sealed(best, chair, admin_a)
    [row] = sheets_in(written(best, admin_a, ReportKind.RANKING))["Segel"]
    assert (row["Versi"], row["Ketua panel"], row["Admin kementerian"]) == (1, chair.name, admin_a.name)
    assert row["Sidik (SHA-256)"] == ranking.sha256


def test_the_median_stands_beside_the_mean_and_changes_no_result(chair, client_of):
    nomination = scenes.ovop()
    given = [
        {code: Answer(value, "Sesuai bukti.") for code, value in ovop_scores(total).items()} for total in (82, 82, 76)
    ]
    scenes.score_stage(nomination, given)
    scenes.close(nomination)
    final = scenes.final_of(nomination)
    assert (final.score, final.stars) == (80, 3)
    [row] = sheets_in(written(nomination, chair, ReportKind.RANKING))["Peringkat"]
    label = scenes.stage_of(nomination).label
    assert (row[label], row[f"Median {label}"]) == (80, 82)
    assert (row["Nilai akhir"], row["Nilai akhir dengan median"]) == (80, 82)
    assert row["Median Verifikasi lapangan"] is None
    text = client_of(chair).get(reverse("nomination_scores", args=[nomination.pk])).content.decode()
    assert text.count('82,00 <span class="meta">pembanding') == 2
    assert scenes.final_of(nomination).score == 80


def test_median_of_stages_with_weights_is_weighed_like_the_score(chair):
    """Two sheets of 80, the visit of 100, jurors of 100, 80 and 80."""
    nomination = scenes.upakarti()
    scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination), "4")] * 2)
    scenes.close(nomination)
    scenes.visit(nomination)
    scenes.close(nomination)
    jury = scenes.stage_of(nomination, "juri")
    scenes.score_stage(nomination, [scenes.even_answers(jury, mark) for mark in ("5", "4", "4")])
    scenes.close(nomination, note="Dibahas.")
    first, visit, last = nomination.stage_results.select_related("stage").order_by("stage__order")
    assert [stage_median(one) for one in (first, visit, last)] == [80, None, 80]
    assert (
        final_median([first, visit, last]) == 80 * (first.stage.weight + last.stage.weight) + 100 * visit.stage.weight
    )


def test_ranking_leaves_out_what_the_reader_may_not_meet_without_a_gap(chair):
    best, other = finished(), finished("C6")
    ConflictDeclaration.objects.create(nomination=best, user=chair, has_conflict=True, reason="Keluarga.")
    tables = sheets_in(written(other, chair, ReportKind.RANKING))
    assert [(row["Nomor usulan"], row["Peringkat"]) for row in tables["Peringkat"]] == [(other.reference, 1)]
    assert "Segel" not in tables


def test_progress_as_a_workbook_holds_no_score_and_is_for_the_secretariat_as_well(verifier, client_of, post):
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    [sent] = scenes.score_stage(nomination, [scenes.full_answers(stage)])
    draft = scenes.assign(nomination, scenes.assessors(1)[0])
    hidden = scenes.ovop()
    scenes.score_stage(hidden, [scenes.full_answers(scenes.stage_of(hidden))])
    ConflictDeclaration.objects.create(nomination=hidden, user=verifier, has_conflict=True, reason="Keluarga.")
    data = {"kind": "progress", "period": nomination.period_id}
    answer = post(client_of(verifier), URL, data)
    report = Report.objects.get()
    assert answer["Location"] == f"{URL}{report.pk}/"
    assert writing.write_report(report.pk)
    report.refresh_from_db()
    tables = sheets_in(report)
    assert list(tables) == ["Tahap", "Penilai", "Keterangan"]
    assert [(row["Tahap"], row["Sedang dinilai"], row["Selesai (%)"] or 0) for row in tables["Tahap"]] == [
        (stage.label, 1, 0)
    ]
    people = {row["Penilai"]: (row["Tugas"], row["Terkirim"] or 0) for row in tables["Penilai"]}
    assert people == {sent.assessor.name: (1, 1), draft.assessor.name: (1, 0)}
    assert post(client_of(verifier), URL, data | {"kind": "ranking"}).status_code == 422
    assert post(client_of(verifier), URL, data | {"kind": "scores"}).status_code == 422


def test_the_progress_workbook_tells_late_from_soon_and_skipped_from_done(chair):
    scenes.ovop_in_plenary()
    nomination = scenes.ovop()
    scenes.assign(nomination, scenes.assessors(1)[0])
    Stage.objects.filter(pk=scenes.stage_of(nomination).pk).update(closes_at=timezone.now() + timedelta(days=1))
    tables = sheets_in(written(nomination, chair, ReportKind.PROGRESS))
    visit = tables["Tahap"][1]
    assert (visit["Ditutup"], visit["Dilewati"], visit["Selesai (%)"]) == (0, 1, None)
    row = next(row for row in tables["Penilai"] if row["Terkirim"] == 0)
    assert (row["Terlambat"], row["Segera berakhir"], row["Keadaan"]) == (0, 1, "Segera berakhir")


def test_what_does_not_apply_is_not_what_nobody_answered(chair):
    nomination = scenes.ovop()
    scenes.allow_na(scenes.stage_of(nomination), "A1")
    stage = scenes.stage_of(nomination)
    given = scenes.full_answers(stage) | {"A1": Answer(None, "Tidak ada.", na=True), "A2": Answer(None, "Menyusul.")}
    scenes.save(scenes.assign(nomination, scenes.assessors(1)[0]), given)
    rows = {row["Kode"]: row for row in sheets_in(written(nomination, chair))["Nilai"]}
    assert {code: (rows[code]["Nilai"], rows[code]["Tidak berlaku"]) for code in ("A1", "A2")} == {
        "A1": (None, "Ya"),
        "A2": (None, None),
    }
    assert rows["B1"]["Nilai"] is not None
    assert rows["B1"]["Tidak berlaku"] is None


def test_what_does_not_count_is_there_and_marked(chair):
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.full_answers(stage)])
    draft = scenes.assign(nomination, scenes.assessors(1)[0])
    scenes.save(draft)
    recused = scenes.submit(scenes.assign(nomination, scenes.assessors(1)[0])).assignment
    type(recused).objects.filter(pk=recused.pk).update(status=AssignmentStatus.RECUSED)
    rows = sheets_in(written(nomination, chair))["Nilai"]
    assert {(row["Lembar"], row["Penugasan"]) for row in rows} == {
        ("Terkirim", "Aktif"),
        ("Draf", "Aktif"),
        ("Terkirim", "Mundur"),
    }


def test_texts_do_not_turn_into_formulas(chair):
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.full_answers(stage, note='=HYPERLINK("http://contoh.id")')])
    book = load_workbook(BytesIO(read_bytes(written(nomination, chair).file)))
    notes = [row[11] for row in book["Nilai"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in notes} == {"s"}
    assert notes[0].value.startswith("'=")


def test_nothing_of_a_conflict_and_nothing_still_to_be_scored(client_of):
    kept, foreign, owed = (scenes.upakarti(name=name) for name in ("Tampil", "Benturan", "Belum Dinilai"))
    for nomination in (kept, foreign, owed):
        scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination), "4")] * 2)
    both = make_user(Role.ASSESSOR, institution=scenes.AWAY)
    add_membership(both, Role.PANEL_CHAIR)
    scenes.assign(foreign, both, declare=False)
    assignments.declare_interest(nomination_id=foreign.pk, has_conflict=True, reason="Keluarga.", actor=both)
    scenes.assign(owed, both)
    tables = sheets_in(written(kept, both))
    for name in ("Nilai", "Usulan"):
        assert {row["Nomor usulan"] for row in tables[name]} == {kept.reference}


def test_a_file_made_before_a_conflict_is_not_handed_out_after_it(client_of):
    nomination = scenes.ovop_in_plenary()
    other = scenes.ovop()
    both = make_user(Role.ASSESSOR, institution=scenes.AWAY)
    add_membership(both, Role.PANEL_CHAIR)
    report = written(nomination, both)
    client = client_of(both)
    answer = client.get(f"{URL}{report.pk}/unduh/")
    assert answer.status_code == 200
    assert nomination.title not in answer["Content-Disposition"]
    assert AuditEntry.objects.filter(action="report.downloaded", object_id=str(report.pk)).count() == 1
    scenes.assign(other, both, declare=False)
    assignments.declare_interest(nomination_id=other.pk, has_conflict=True, reason="Keluarga.", actor=both)
    assert client.get(f"{URL}{report.pk}/unduh/").status_code == 403
    assert "Minta laporan baru" in client.get(f"{URL}{report.pk}/").content.decode()


def test_who_lost_the_role_gets_neither_a_new_file_nor_the_old_one(client_of):
    nomination = scenes.ovop_in_plenary()
    person = make_user(Role.PANEL_CHAIR)
    old = written(nomination, person)
    waiting = reports.request_report(kind=ReportKind.SCORES, period=nomination.period, actor=person)
    person.memberships.update(valid_to=timezone.localdate() - timedelta(days=1))
    for _ in range(MAX_ATTEMPTS):
        assert not writing.write_report(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == ReportState.FAILED
    assert waiting.file is None
    assert client_of(person).get(f"{URL}{old.pk}/unduh/").status_code == 404


def test_asking_twice_with_one_form_makes_one_report(chair, client_of, post):
    nomination = scenes.ovop_in_plenary()
    client = client_of(chair)
    data = {"kind": "scores", "period": nomination.period_id}
    first = post(client, URL, data, key="k" * 32)
    again = post(client, URL, data, key="k" * 32)
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    assert Report.objects.count() == 1
    assert post(client, URL, {"kind": "semua", "period": "0"}).status_code == 422


def test_files_of_yesterday_go_and_the_history_stays(chair, client_of):
    report = written(scenes.ovop_in_plenary(), chair)
    Report.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert reports.forget_files() == 1
    assert not StoredFile.objects.filter(pk=report.file_id).exists()
    page = client_of(chair).get(URL).content.decode()
    assert "Berkas sudah dihapus" in page
    assert client_of(chair).get(f"{URL}{report.pk}/unduh/").status_code == 403


def test_a_report_whose_worker_always_dies_is_given_up(chair):
    nomination = scenes.ovop_in_plenary()
    report = reports.request_report(kind=ReportKind.SCORES, period=nomination.period, actor=chair)
    assert reports.waiting_ids() == [report.pk]
    Report.objects.update(attempts=MAX_ATTEMPTS, claimed_at=timezone.now() - timedelta(hours=1))
    assert reports.waiting_ids() == []
    report.refresh_from_db()
    assert report.state == ReportState.FAILED


@pytest.mark.parametrize("count", [1, 10, 300])
def test_query_counts_of_the_list(count, chair, client_of):
    period = scenes.ovop().period
    Report.objects.bulk_create(Report(kind="scores", period=period, created_by=chair) for _ in range(count))
    client = client_of(chair)
    client.get(URL)
    with CaptureQueriesContext(connection) as captured:
        assert len(client.get(URL).context["page"].items) == min(count, 50)
    assert len(captured) == 8
