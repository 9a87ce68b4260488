"""Boards as workbooks: what their page shows to the person who asked, and nothing more."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from core.models import AuditEntry
from reports.enums import ReportKind
from reports.models import Report
from scoring.models import ConflictDeclaration
from scoring.services import assignments, calibration
from tests.factories import add_membership, make_user
from tests.reports.test_reports import sheets_in, written
from tests.scoring import practice, scenes
from tests.scoring.test_moderations import far_apart, lowest

pytestmark = pytest.mark.django_db


def conflict(nomination: Any, user: Any) -> None:
    ConflictDeclaration.objects.create(nomination=nomination, user=user, has_conflict=True, reason="Keluarga.")


def chair_who_scores() -> Any:
    person = make_user(Role.ASSESSOR, institution=scenes.AWAY)
    add_membership(person, Role.PANEL_CHAIR)
    return person


def test_far_apart_scores_with_their_sheets_and_the_indicators_that_differ(client_of):
    reader, case, hidden, owed = chair_who_scores(), far_apart(), far_apart(), far_apart()
    conflict(hidden, reader)
    scenes.assign(owed, reader)
    report = written(case, reader, ReportKind.DISCREPANCIES)
    tables = sheets_in(report)
    assert list(tables) == ["Selisih", "Lembar", "Indikator berbeda", "Keterangan"]
    [row] = tables["Selisih"]
    assert report.rows == 1
    assert (row["Nomor usulan"], row["Selisih"], row["Keadaan"]) == (case.reference, 71, "Belum dimoderasi")
    totals = {line["Penilai"]: line["Jumlah nilai"] for line in tables["Lembar"]}
    assert sorted(totals.values()) == [29, 100, 100]
    assert totals[lowest(case).assessor.name] == 29
    for name in ("Lembar", "Indikator berbeda"):
        assert {line["Nomor usulan"] for line in tables[name]} == {case.reference}
    shown = client_of(reader).get("/penilaian/selisih/").context["rows"]
    assert len(tables["Indikator berbeda"]) == 3 * len(shown[0]["differences"])
    entry = AuditEntry.objects.get(action="report.written", object_id=str(report.pk))
    assert (entry.actor_id, entry.data["rows"]) == (reader.pk, 1)


@pytest.mark.parametrize("kind", [ReportKind.DISCREPANCIES, ReportKind.ASSIGNMENTS])
def test_query_counts_of_the_workbooks(kind, chair):
    first = far_apart()
    written(first, chair, kind)
    with CaptureQueriesContext(connection) as one:
        written(first, chair, kind)
    for _ in range(3):
        far_apart()
    with CaptureQueriesContext(connection) as many:
        written(first, chair, kind)
    assert len(many) == len(one)


def test_assignments_are_for_the_secretariat_too_and_leave_out_what_a_conflict_touches(verifier, client_of, post):
    nomination, hidden = scenes.ovop(), scenes.ovop()
    [sent] = scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))])
    gone = scenes.assign(nomination, scenes.assessors(1)[0])
    assignments.remove_assignment(assignment_id=gone.pk, reason="=2+3", actor=verifier)
    scenes.assign(hidden, scenes.assessors(1)[0])
    conflict(hidden, verifier)
    tables = sheets_in(written(nomination, verifier, ReportKind.ASSIGNMENTS))
    assert list(tables) == ["Penugasan", "Usulan", "Keterangan"]
    rows = {row["Penilai"]: (row["Nomor usulan"], row["Keadaan"], row["Alasan"]) for row in tables["Penugasan"]}
    assert rows == {
        sent.assessor.name: (nomination.reference, "Nilai terkirim", None),
        gone.assessor.name: (nomination.reference, "Dihapus", "'=2+3"),
    }
    [row] = tables["Usulan"]
    assert (row["Nomor usulan"], row["Penilai"], row["Dibutuhkan"]) == (nomination.reference, 1, 3)
    assert row["Keadaan"] == "Penilai belum cukup"
    for kind in (ReportKind.DISCREPANCIES, ReportKind.CALIBRATION, ReportKind.DISTRIBUTION):
        assert post(client_of(verifier), "/laporan/", {"kind": kind, "period": nomination.period_id}).status_code == 422


def test_a_file_of_assignments_goes_with_a_conflict_over_a_nomination_whose_own_sheet_was_owed(client_of):
    reader, nomination = chair_who_scores(), scenes.ovop()
    scenes.assign(nomination, reader, declare=False)
    report = written(nomination, reader, ReportKind.ASSIGNMENTS)
    assert report.rows == 1
    url = f"/laporan/{report.pk}/unduh/"
    assert client_of(reader).get(url).status_code == 200
    assignments.declare_interest(nomination_id=nomination.pk, has_conflict=True, reason="Keluarga.", actor=reader)
    assert client_of(reader).get(url).status_code == 403


def test_calibration_is_only_for_who_may_open_the_round(chair, client_of):
    round_open = practice.open_round(chair)
    for person, total in enumerate((80, 86, 92)):
        practice.send(round_open, person, 1, total)
    withdrawn = practice.sheet_of(round_open, 0, 0)
    calibration.recuse_from_anchor(sheet_id=withdrawn.pk, reason="Ipar.", actor=withdrawn.assessor)
    nomination = round_open.anchors[0]
    report = written(nomination, chair, ReportKind.CALIBRATION)
    tables = sheets_in(report)
    assert list(tables) == ["Penilai", "Lembar latihan", "Indikator", "Keterangan"]
    means = {row["Penilai"]: row["Penyimpangan rata-rata"] for row in tables["Penilai"]}
    assert means == {"Rahasia Penilai A": -6, "Rahasia Penilai B": 0, "Rahasia Penilai C": 6}
    states = sorted(row["Keadaan"] for row in tables["Lembar latihan"])
    assert states == ["Belum mengirim", "Benturan", "Terkirim", "Terkirim", "Terkirim"]
    first = tables["Indikator"][0]
    assert first["Penyimpangan"] == first["Nilai"] - first["Pembanding"]
    conflict(nomination, chair)
    assert client_of(chair).get(f"/laporan/{report.pk}/unduh/").status_code == 403
    assert sheets_in(written(nomination, chair, ReportKind.CALIBRATION))["Lembar latihan"] == []
    practising = round_open.people[1]  # has a sheet to send still
    add_membership(practising, Role.PANEL_CHAIR)
    assert written(nomination, type(practising).objects.get(pk=practising.pk), ReportKind.CALIBRATION).rows == 0


def test_the_distribution_names_nobody_and_counts_what_the_page_counts(chair, client_of):
    shown, hidden = scenes.ovop_in_plenary(), scenes.ovop_in_plenary()
    conflict(hidden, chair)
    report: Report = written(shown, chair, ReportKind.DISTRIBUTION)
    tables = sheets_in(report)
    assert list(tables) == ["Ringkasan", "Sebaran", "Keterangan"]
    [row] = tables["Ringkasan"]
    assert (row["Nilai"], row["Usulan"], row["Median"]) == ("Nilai akhir", 1, Decimal(100))
    assert [(line["Rentang"], line["Banyaknya usulan"]) for line in tables["Sebaran"]] == [("95 sampai 100", 1)]
    page = client_of(chair).get("/penilaian/sebaran/").content.decode()
    assert 'name="kind" value="distribution"' in page
    assert shown.reference not in str(tables)
