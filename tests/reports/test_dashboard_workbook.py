"""The tables of a dashboard as a workbook: those of the page, and handed out while the rights last."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from accounts.enums import Role
from core.files import read_bytes
from core.models import AuditEntry
from nominations.enums import Status
from nominations.models import Period
from reports.enums import ReportKind
from reports.models import Report
from reports.services import reports, writing
from scoring.models import ConflictDeclaration
from tests import factories
from tests.factories import OTHER, make_user
from tests.nominations.scenes import bare, bare_rows
from tests.reports.dashboards import EVERY_STATUS, SEMARANG, ends, funnel, give_score, page
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def period(db: None) -> Any:
    return factories.make_period("ovop")


def workbook(period: Period, actor: Any) -> dict[str, list[list[Any]]]:
    """The sheets of the person's workbook by their names, without the heads."""
    report = reports.request_report(kind=ReportKind.DASHBOARD, period=period, actor=actor)
    assert writing.write_report(report.pk)
    report.refresh_from_db()
    book = load_workbook(BytesIO(read_bytes(report.file)))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] for sheet in book}


def test_every_table_of_the_country_is_a_sheet_with_the_numbers_of_the_page(chair, admin_a, client_of, period):
    bare_rows([*EVERY_STATUS, (Status.SUBMITTED, OTHER)])
    for score in ("60.00", "70.00", "80.00"):
        give_score(bare(Status.IN_PLENARY), score)
    context = page(client_of(admin_a)).context
    sheets = workbook(period, admin_a)
    assert list(sheets) == [
        "Sisa waktu",
        "Perjalanan usulan",
        "Tidak ikut tahap berikutnya",
        "Cakupan provinsi",
        "Kategori menurut provinsi",
        "Konsep dan pengajuan",
        "Sebaran nilai akhir",
        "Keterangan",
    ]
    assert {label: number for label, number, _share in sheets["Perjalanan usulan"]} == funnel(context)
    assert {label: str(number) for label, number in sheets["Tidak ikut tahap berikutnya"]} == ends(context)
    assert ["Jawa Tengah", 1, 35, 3] in sheets["Cakupan provinsi"]
    assert len(sheets["Cakupan provinsi"]) == len(sheets["Kategori menurut provinsi"]) == 38
    [spread] = sheets["Sebaran nilai akhir"]
    assert spread[1:] == [3, 60, 65, 70, 75, 80]
    assert AuditEntry.objects.filter(action="scoring.spread_viewed", actor_id=admin_a.pk).count() == 2
    assert "Sebaran nilai akhir" not in workbook(period, make_user(Role.VERIFIER))
    seen_by_chair = workbook(period, chair)
    assert "Konsep dan pengajuan" not in seen_by_chair
    assert "lolos verifikasi" in seen_by_chair["Keterangan"][-1][1]


def test_the_workbook_of_a_region_is_its_own_dashboard(officer_a, province, period):
    own = factories.make_ovop_nomination(Status.RETURNED)
    bare_rows([(Status.DRAFT, OTHER), (Status.IN_PLENARY, SEMARANG)])
    sheets = workbook(period, officer_a)
    assert [row[0] for row in sheets["Menunggu Anda"]] == [own.title]
    assert sheets["Sentra Anda"] == [["Kain batik", 1, 1, 100]]
    assert [label for label, *_rest in sheets["Perjalanan usulan"]] == ["Dibuat", "Diajukan", "Lolos verifikasi"]
    assert sheets["Pengembalian"][0][:2] == ["Menunggu perbaikan daerah", 1]
    states = {row[0]: row[1] for row in workbook(period, province)["Cakupan kabupaten dan kota"]}
    assert len(states) == 35
    assert states["Kota Pekalongan"] == 1


def test_a_scorer_asks_for_the_own_workbook_on_the_page(client_of, post, period):
    nomination = scenes.ovop()
    me = scenes.assessors(1)[0]
    scenes.save(scenes.assign(nomination, me))
    assert 'value="dashboard"' in page(client_of(me)).content.decode()
    data = {"kind": "dashboard", "period": nomination.period_id}
    answer = post(client_of(me), "/laporan/", data)
    report = Report.objects.get()
    assert answer["Location"] == f"/laporan/{report.pk}/"
    assert list(workbook(nomination.period, me)) == ["Sisa waktu", "Penilaian Anda", "Keterangan"]
    assert post(client_of(make_user(None)), "/laporan/", data).status_code == 404


def test_a_workbook_made_before_a_conflict_is_not_handed_out_after_it(chair, client_of, period):
    nomination = bare(Status.IN_PLENARY)
    give_score(nomination, "80.00")
    report = reports.request_report(kind=ReportKind.DASHBOARD, period=period, actor=chair)
    assert writing.write_report(report.pk)
    client = client_of(chair)
    bare(Status.IN_PLENARY)
    assert client.get(f"/laporan/{report.pk}/unduh/").status_code == 200, "other numbers, the same rights"
    ConflictDeclaration.objects.create(nomination=nomination, user=chair, has_conflict=True, reason="Keluarga.")
    assert client.get(f"/laporan/{report.pk}/unduh/").status_code == 403
