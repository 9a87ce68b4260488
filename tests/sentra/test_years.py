"""Figures of the years: what is taken, what only warns, how they compare, and who changed what."""

import re
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.timezone import localdate

from core.errors import RuleBroken
from core.models import AuditEntry
from sentra.errors import Duplicate
from sentra.models import Sentra, SentraYear, SentraYearRevision
from sentra.presenters.notices import sentra_notices
from sentra.presenters.years import charts, figure_rows
from sentra.selectors.living import newest_year, years_of
from sentra.services.years import record_year, update_year
from tests import factories
from tests.sentra.data import errors_of, year_data
from tests.transactions import together

LAST = localdate().year - 1


@pytest.fixture
def client(officer_a: Any, client_of: Any) -> Any:
    return client_of(officer_a)


@pytest.fixture
def sentra(db: None) -> Sentra:
    return factories.make_sentra(unit_count=42)


def create_url(sentra: Sentra) -> str:
    return f"/sentra/{sentra.pk}/tahun/baru/"


def test_a_year_is_stored_audited_and_shown(client: Any, officer_a: Any, post: Any, sentra: Sentra) -> None:
    answer = post(client, create_url(sentra), year_data(year=str(LAST)))
    assert answer.headers["Location"] == f"/sentra/{sentra.pk}/tahun/"
    row = SentraYear.objects.get()
    assert (row.year, row.units, row.workers, row.production_amount) == (LAST, 42, 1250, 12_000)
    assert (row.turnover, row.export_value, row.version, row.created_by) == (2_345_000_000, 0, 1, officer_a)
    assert AuditEntry.objects.get(action="sentrayear.created").object_id == str(row.pk)
    for url in (f"/sentra/{sentra.pk}/", f"/sentra/{sentra.pk}/tahun/"):
        page = client.get(url).content.decode()
        for text in ("1.250", "12.000 lembar", "Rp2.345.000.000", "Rp0"):
            assert text in page


def test_what_nobody_knows_stays_empty(client: Any, post: Any, sentra: Sentra) -> None:
    data = year_data(production_amount="", production_unit="", turnover="", export_value="")
    assert post(client, create_url(sentra), data).status_code == 302
    row = SentraYear.objects.get()
    assert (row.production_amount, row.production_unit, row.turnover, row.export_value) == (None, "", None, None)
    assert "–" in client.get(f"/sentra/{sentra.pk}/tahun/").content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "part"),
    [
        ({"year": ""}, "year", "Tahun belum diisi."),
        ({"year": str(LAST + 2)}, "year", f"antara 1990 dan {LAST + 1}"),
        ({"year": "1989"}, "year", "antara 1990"),
        ({"year": "9" * 30}, "year", "antara 1990"),
        ({"units": None}, "units", "Unit usaha belum diisi."),
        ({"units": "-1"}, "units", "angka bulat"),
        ({"workers": "1,5"}, "workers", "angka bulat"),
        ({"workers": ""}, "workers", "Tenaga kerja belum diisi."),
        ({"production_unit": ""}, "production_unit", "Isi jumlah produksi dan satuannya"),
        ({"production_amount": ""}, "production_amount", "Isi jumlah produksi dan satuannya"),
        ({"turnover": "2,5 miliar"}, "turnover", "tanpa sen"),
        ({"export_value": "9" * 17}, "export_value", "paling banyak"),
    ],
)
def test_wrong_values_are_refused(client: Any, post: Any, sentra: Sentra, changes: Any, field: str, part: str) -> None:
    answer = post(client, create_url(sentra), year_data(**changes))
    assert answer.status_code == 422
    assert part in errors_of(answer)[field]
    assert not SentraYear.objects.exists()


def test_a_year_counts_once_and_leads_to_the_one_that_is_there(client: Any, post: Any, sentra: Sentra) -> None:
    factories.make_year(sentra, 2025)
    other = factories.make_year(sentra, 2024)
    answer = post(client, create_url(sentra), year_data(year="2025"))
    assert "sudah dicatat" in errors_of(answer)["year"]
    assert f'<a href="/sentra/{sentra.pk}/tahun/">2025</a>' in answer.content.decode()
    answer = post(client, f"/sentra/tahun/{other.pk}/ubah/", year_data(year="2025") | {"version": 1})
    assert list(errors_of(answer)) == ["year"]
    assert sorted(SentraYear.objects.values_list("year", flat=True)) == [2024, 2025]


def test_an_export_above_the_turnover_waits_for_the_confirmation(client: Any, post: Any, sentra: Sentra) -> None:
    data = year_data(turnover="100", export_value="101")
    answer = post(client, create_url(sentra), data)
    assert list(errors_of(answer)) == ["confirmed"]
    assert "Nilai ekspor lebih besar daripada omzet." in answer.content.decode()
    assert post(client, create_url(sentra), data | {"confirmed": "on"}).status_code == 302
    assert AuditEntry.objects.get(action="sentrayear.created").data["confirmed"]


def test_the_year_before_stands_beside_each_figure(client: Any, sentra: Sentra) -> None:
    factories.make_year(sentra, LAST - 3, turnover=111)
    before = factories.make_year(sentra, LAST - 1, turnover=1_234_567, export_value=None)
    page = client.get(create_url(sentra)).content.decode()
    assert f'name="year" value="{LAST}"' in page
    for text in (f"Tahun {LAST - 1}: Rp1.234.567.", f"Tahun {LAST - 1}: 42.", f"Tahun {LAST - 1}: tidak ada data."):
        assert text in page
    page = client.get(f"/sentra/tahun/{before.pk}/ubah/").content.decode()
    assert f"Tahun {LAST - 3}: Rp111." in page
    assert f"Tahun {LAST - 1}:" not in page


def test_a_stale_page_keeps_the_text_and_shows_what_is_stored(client: Any, post: Any, sentra: Sentra) -> None:
    row = factories.make_year(sentra, 2025, workers=77)
    SentraYear.objects.filter(pk=row.pk).update(version=2)
    url = f"/sentra/tahun/{row.pk}/ubah/"
    answer = post(client, url, year_data(workers="99") | {"version": 1})
    assert answer.status_code == 409
    assert {"key": "Tenaga kerja", "value": "77"} in answer.context["form"].conflicts
    assert 'value="99"' in answer.content.decode()
    assert SentraYear.objects.get().workers == 77
    assert SentraYearRevision.objects.count() == 1


def test_the_history_says_who_changed_what(client: Any, officer_a: Any, post: Any, sentra: Sentra) -> None:
    colleague = factories.make_user("district_officer", region=factories.HOME, name="Rekan Sejawat")
    row = factories.make_year(sentra, 2025)
    values = {name: getattr(row, name) for name in ("year", "units", "workers", "production_amount")}
    values |= {"production_unit": "kodi", "turnover": None, "export_value": 0}
    update_year(year_id=row.pk, version=1, values=values, actor=colleague)
    entries = client.get(f"/sentra/{sentra.pk}/tahun/").context["history"]
    assert [(entry["title"], entry["who"]) for entry in entries] == [
        ("Angka 2025 diubah", "Rekan Sejawat"),
        ("Angka 2025 dicatat", officer_a.name),
    ]
    assert entries[0]["text"] == "Produksi: 2.400 lembar → 2.400 kodi\nOmzet: Rp1.200.000.000 → tidak ada data"
    update_year(year_id=row.pk, version=2, values=values, actor=officer_a)
    assert SentraYear.objects.get().version == 2
    assert SentraYearRevision.objects.count() == 2


def test_the_history_cannot_be_rewritten(sentra: Sentra) -> None:
    factories.make_year(sentra, 2025)
    for change in (
        lambda: SentraYearRevision.objects.update(turnover=1),
        lambda: SentraYearRevision.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_changes_are_against_the_calendar_year_before(sentra: Sentra) -> None:
    for year, facts in {
        2025: {"units": 40, "workers": 50, "turnover": 150, "export_value": 10, "production_unit": "kodi"},
        2024: {"units": 42, "workers": 50, "turnover": 120, "export_value": 0},
        2022: {"units": 10, "turnover": 100},
    }.items():
        factories.make_year(sentra, year, **facts)
    rows = figure_rows(years_of(sentra))
    changes = {item["row"].year: [cell["change"] for cell in item["cells"]] for item in rows}
    assert changes == {
        2025: ["turun 4,8%", "tetap", "", "naik 25%", "naik"],
        2024: ["", "", "", "", ""],
        2022: ["", "", "", "", ""],
    }


def test_the_charts_repeat_the_table(client: Any, sentra: Sentra) -> None:
    assert charts([]) == []
    for year, turnover in ((2019, 1), (2022, 500_000_000), (2025, 2_500_000_000)):
        unit = "kodi" if year == 2022 else "lembar"
        factories.make_year(sentra, year, turnover=turnover, production_unit=unit)
    turnover, export, workers, _units, production = charts(years_of(sentra))
    assert turnover["title"] == "Omzet, miliar rupiah"
    assert [bar["year"] for bar in turnover["bars"]] == [2020, 2021, 2022, 2023, 2024, 2025]
    assert [bar["label"] for bar in turnover["bars"]] == ["–", "–", "0,5", "–", "–", "2,5"]
    heights = [bar["height"] for bar in turnover["bars"]]
    assert heights[2] == pytest.approx(heights[5] / 5, abs=0.1)
    assert (export["title"], workers["title"]) == ("Nilai ekspor, rupiah", "Tenaga kerja")
    assert production["title"] == "Produksi, lembar"
    assert [bar["label"] for bar in production["bars"]] == ["–", "–", "–", "–", "–", "2.400"], "another unit in 2022"
    page = client.get(f"/sentra/{sentra.pk}/tahun/").content.decode()
    assert "2025: Rp2.500.000.000</title>" in page
    assert 'role="img"' in page
    svg = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(svg) == 5
    assert "style=" not in "".join(svg)


def test_figures_of_nothing_are_drawn_flat(sentra: Sentra) -> None:
    for year in (2024, 2025):
        factories.make_year(sentra, year, turnover=0, workers=0, units=0, production_amount=0)
    assert [bar["height"] for chart in charts(years_of(sentra)) for bar in chart["bars"]] == [0] * 10


@pytest.mark.parametrize(
    ("unit_count", "year", "units", "expected"),
    [
        (42, None, 0, ["belum dicatat"]),
        (42, LAST, 42, []),
        (42, LAST + 1, 42, []),
        (42, LAST - 1, 42, [f"Angka tahun {LAST} belum dicatat"]),
        (42, LAST, 41, ["berbeda dari angka tahun"]),
        (5, LAST, 5, []),
        (4, LAST, 4, ["memiliki 4 unit usaha"]),
        (5, LAST, 4, ["tinggal memiliki 4 unit usaha", "berbeda dari angka tahun"]),
    ],
)
def test_what_the_figures_warn_of(
    client: Any, db: None, unit_count: int, year: int | None, units: int, expected: list[str]
) -> None:
    sentra = factories.make_sentra(unit_count=unit_count)
    if year:
        factories.make_year(sentra, year, units=units)
    notices = sentra_notices(sentra, newest_year(sentra))
    assert len(notices) == len(expected)
    page = client.get(f"/sentra/{sentra.pk}/").content.decode()
    for notice, part in zip(notices, expected, strict=True):
        assert part in notice
        assert notice in page


def test_warnings_hinder_nobody(client: Any, post: Any, sentra: Sentra) -> None:
    assert post(client, create_url(sentra), year_data(units="2")).status_code == 302
    assert SentraYear.objects.get().units == 2


def test_the_services_and_the_database_hold_without_a_form(officer_a: Any, sentra: Sentra) -> None:
    row = factories.make_year(sentra, 2025)
    names = ("year", "units", "workers", "production_amount", "production_unit", "turnover", "export_value")
    values = {name: getattr(row, name) for name in names}
    for change in ({"year": LAST + 2}, {"year": 1900}, {"production_unit": ""}):
        with pytest.raises(RuleBroken):
            record_year(sentra_id=sentra.pk, values=values | {"year": 2024} | change, actor=officer_a)
    with pytest.raises(Duplicate):
        record_year(sentra_id=sentra.pk, values=values, actor=officer_a)
    for change in ({"year": 1900}, {"production_unit": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SentraYear.objects.filter(pk=row.pk).update(**change)


def test_two_officers_record_the_same_year_at_the_same_moment(cloned_db: str) -> None:
    sentra = factories.make_sentra()
    officers = [factories.make_user("district_officer", region=factories.HOME) for _ in range(4)]
    values = {"year": 2025, "units": 9, "workers": 9, "production_amount": None, "production_unit": ""}
    values |= {"turnover": None, "export_value": None}
    answers = together(
        [lambda actor=actor: record_year(sentra_id=sentra.pk, values=values, actor=actor) for actor in officers]
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Duplicate"] * 3 + ["SentraYear"]
    assert (SentraYear.objects.count(), SentraYearRevision.objects.count()) == (1, 1)


def test_two_officers_change_the_same_year_at_the_same_moment(cloned_db: str) -> None:
    row = factories.make_year(year=2025)
    officers = [factories.officer_of(factories.HOME), factories.make_user("district_officer", region=factories.HOME)]
    names = ("year", "units", "workers", "production_amount", "production_unit", "turnover", "export_value")
    values = {name: getattr(row, name) for name in names}
    answers = together(
        [
            lambda actor=actor, workers=workers: update_year(
                year_id=row.pk, version=1, values=values | {"workers": workers}, actor=actor
            )
            for actor, workers in zip(officers, (11, 22), strict=True)
        ]
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["SentraYear", "StaleVersion"]
    assert SentraYearRevision.objects.count() == 2
