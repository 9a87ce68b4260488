"""The report on participation: every region is in it, counts are by what happened, results wait for the release."""

from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.enums import Role
from core.errors import NotPermitted
from core.files import read_bytes
from nominations.enums import Status
from nominations.models import Period
from reference.models import Region
from reports.enums import ReportKind
from reports.models import Report
from reports.services import writing
from reports.services.reports import request_report
from scoring.models import ConflictDeclaration
from tests import factories

pytestmark = pytest.mark.django_db


def tables_of(period: Period, actor: Any, compared: Period | None = None) -> dict[str, list[dict[str, Any]]]:
    report = request_report(kind=ReportKind.PARTICIPATION, period=period, actor=actor, compared=compared)
    assert writing.write_report(report.pk)
    report.refresh_from_db()
    found = {}
    for sheet in load_workbook(BytesIO(read_bytes(report.file))).worksheets:
        head, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
        found[sheet.title] = [dict(zip(head, row, strict=True)) for row in rows]
    return found


def row_of(table: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    return next(row for row in table if all(row[name] == value for name, value in wanted.items()))


def test_every_region_is_counted_by_what_happened(verifier: Any) -> None:
    for status in (
        Status.DRAFT,
        Status.WITHDRAWN,
        Status.SUBMITTED,
        Status.RETURNED,
        Status.INELIGIBLE,
        Status.ELIGIBLE,
    ):
        nomination = factories.make_ovop_nomination(status)
    factories.make_ovop_nomination(Status.DRAFT, region=factories.OTHER)
    tables = tables_of(nomination.period, verifier)
    regions = tables["Kabupaten dan kota"]
    assert len(regions) == Region.objects.current().regencies().count() == 514
    home = row_of(regions, Kode=factories.HOME)
    assert [home[name] for name in ("Mengusulkan", "Konsep", "Diajukan", "Menunggu putusan", "Lolos")] == [
        "Ya",
        1,
        4,
        2,
        1,
    ]
    assert home["Tidak memenuhi syarat"] == 1
    assert row_of(regions, Kode=factories.OTHER)["Mengusulkan"] == "Belum"
    province = row_of(tables["Provinsi"], Kode="33")
    assert (province["Kabupaten/kota"], province["Mengusulkan"], province["Diajukan"]) == (35, 1, 4)
    assert tables["Provinsi"][-1]["Kode"] == "33"  # those that have nominated least stand first
    assert row_of(tables["Kategori"], Kategori=nomination.category.label)["Diajukan"] == 4


def test_what_was_granted_is_told_after_the_release_alone(verifier: Any) -> None:
    nomination = factories.make_ovop_nomination(Status.DECIDED)
    sealed = row_of(tables_of(nomination.period, verifier)["Kabupaten dan kota"], Kode=factories.HOME)
    assert sealed["Ditetapkan"] is None
    assert sealed["Lolos"] == 1
    Period.objects.filter(pk=nomination.period_id).update(results_released_at=timezone.now())
    period = Period.objects.get(pk=nomination.period_id)
    assert row_of(tables_of(period, verifier)["Kabupaten dan kota"], Kode=factories.HOME)["Ditetapkan"] == 1


def test_beside_the_round_before(verifier: Any) -> None:
    nomination = factories.make_ovop_nomination(Status.SUBMITTED)
    before = Period.objects.create(award_id="ovop", year=nomination.period.year - 2, name="OVOP terdahulu")
    comparison = tables_of(nomination.period, verifier)["Dua periode"]
    first = row_of(comparison, Hal="Kabupaten/kota yang mengusulkan")
    assert (first[before.name], first[nomination.period.name], first["Selisih"]) == (0, 1, 1)


def test_beside_a_round_that_was_chosen(verifier: Any) -> None:
    nomination = factories.make_ovop_nomination(Status.SUBMITTED)
    chosen, before = (
        Period.objects.create(award_id="ovop", year=nomination.period.year - years, name=f"OVOP {years} tahun lalu")
        for years in (4, 2)
    )
    tables = tables_of(nomination.period, verifier, compared=chosen)
    first = row_of(tables["Dua periode"], Hal="Diajukan")
    assert (first[chosen.name], first[nomination.period.name], first["Selisih"]) == (0, 1, 1)
    assert before.name not in first
    home = row_of(tables["Dua periode per provinsi"], Kode=nomination.region.parent_id)
    assert (home[chosen.name], home[nomination.period.name], home["Selisih"]) == (0, 1, 1)
    assert len(tables["Dua periode per provinsi"]) == 38


def test_only_another_round_of_the_same_award_is_compared(verifier: Any, client_of: Any, post: Any) -> None:
    nomination = factories.make_ovop_nomination(Status.SUBMITTED)
    earlier = Period.objects.create(award_id="ovop", year=nomination.period.year - 4, name="OVOP jauh")
    foreign = Period.objects.create(award_id="upakarti", year=nomination.period.year - 2, name="Upakarti lalu")
    client, asked = client_of(verifier), {"kind": ReportKind.PARTICIPATION, "period": nomination.period_id}
    for wrong in (nomination.period, foreign):
        page = post(client, "/laporan/", asked | {"compared": wrong.pk})
        assert (page.status_code, Report.objects.count()) == (422, 0)
        assert "Pilih periode lain dari penghargaan yang sama." in page.content.decode()
    assert post(client, "/laporan/", asked | {"compared": earlier.pk}).status_code == 302
    assert Report.objects.get().compared == earlier
    assert "dibandingkan dengan OVOP jauh" in client.get("/laporan/").content.decode()


def test_a_share_is_rounded_as_on_the_dashboard(verifier: Any) -> None:
    region = Region.objects.current().regencies().filter(parent="36").first()
    nomination = factories.make_ovop_nomination(Status.SUBMITTED, region=region.pk)
    province = row_of(tables_of(nomination.period, verifier)["Provinsi"], Kode="36")
    assert (province["Kabupaten/kota"], province["Mengusulkan"], province["Bagian (%)"]) == (8, 1, 13)


def test_what_the_reader_stepped_back_from_is_counted_nowhere(verifier: Any, auditor: Any, client_of: Any) -> None:
    nomination = factories.make_ovop_nomination(Status.SUBMITTED)
    draft = factories.make_ovop_nomination(Status.DRAFT)
    ConflictDeclaration.objects.bulk_create(
        ConflictDeclaration(nomination=one, user=verifier, has_conflict=True, reason="Keluarga.")
        for one in (nomination, draft)
    )
    matrix = f"/pantauan/?provinsi=33&periode={nomination.period_id}"
    drafts = f"/pantauan/konsep/?provinsi=33&periode={nomination.period_id}"
    for person, sent in ((auditor, 1), (verifier, 0)):
        tables = tables_of(nomination.period, person)
        home = row_of(tables["Kabupaten dan kota"], Kode=factories.HOME)
        assert (home["Diajukan"], home["Konsep"]) == (sent, sent)
        assert row_of(tables["Kategori"], Kategori=nomination.category.label)["Diajukan"] == sent
        crossed = row_of(tables["Provinsi dan kategori"], Kode="33")
        assert crossed[nomination.category.label] == sent
        rows = {item["row"].region.pk: item["row"] for item in client_of(person).get(matrix).context["rows"]}
        assert (rows[factories.HOME].sent, rows[factories.HOME].drafts) == (sent, sent)
        assert (draft.title in client_of(person).get(drafts).content.decode()) == bool(sent)


def test_a_region_gets_no_report_on_the_others(client_of: Any) -> None:
    nomination = factories.make_ovop_nomination(Status.SUBMITTED)
    for role, facts in ((Role.PROVINCE_OFFICER, {"region": "33"}), (Role.ASSESSOR, {})):
        person = factories.make_user(role, **facts)
        with pytest.raises(NotPermitted):
            request_report(kind=ReportKind.PARTICIPATION, period=nomination.period, actor=person)
        assert "Partisipasi daerah" not in client_of(person).get("/laporan/").content.decode()
