"""The tables themselves: templates, and columns that say what the forms say."""

import io
from typing import Any

import pytest
from django import forms
from openpyxl import load_workbook

from reference.models import Region
from sentra.forms.ikm import IkmForm
from sentra.forms.product import ProductForm
from sentra.forms.sentra import SentraForm
from sentra.models import Ikm, Product, Sentra
from sentra.rendering.columns import IKM, PRODUCT, SENTRA, TABLES
from sentra.rendering.workbooks import template_workbook
from sentra.rules import MAX_IMPORT_ROWS, name_key
from sentra.selectors.lists import RegionLists
from tests import factories
from tests.sentra import sheets
from tests.sentra.test_lists import SIZES, copies, queries_of

pytestmark = pytest.mark.django_db
FACTS = ("required", "max_length", "min_value", "max_value", "kind")


def form_fields(actor: Any) -> list[tuple[Any, dict[str, forms.Field]]]:
    sentra = factories.make_sentra()
    return [
        (SENTRA, SentraForm(instance=Sentra(region=sentra.region), actor=actor, district=sentra.district).fields),
        (IKM, IkmForm(instance=Ikm(sentra=sentra), actor=actor).fields),
        (PRODUCT, ProductForm(instance=Product(), actor=actor).fields),
    ]


def test_columns_ask_for_what_the_forms_ask_for(officer_a: Any) -> None:
    for table, fields in form_fields(officer_a):
        columns = {column.name: column for column in table.read}
        for name, field in fields.items():
            if name not in columns:
                assert not field.required or isinstance(field, forms.FileField), f"{table.kind}: no column for {name}"
                continue
            own = columns[name]
            facts = FACTS if not own.lists else ("required",)
            assert [getattr(own.field, fact, None) for fact in facts] == [getattr(field, f, None) for f in facts], name


def test_heads_are_unique_and_fit() -> None:
    for table in TABLES.values():
        heads = [str(column.label).lower() for column in table.columns]
        assert len(set(heads)) == len(heads)
        assert all(len(head) <= 80 for head in heads)


@pytest.fixture
def template(officer_a: Any, client_of: Any) -> Any:
    def fetch(kind: str, query: str = "") -> Any:
        answer = client_of(officer_a).get(f"/sentra/impor/templat/{kind}/{query}")
        assert answer.status_code == 200
        assert "attachment" in answer["Content-Disposition"]
        return load_workbook(io.BytesIO(answer.content))

    return fetch


def sources(sheet: Any) -> dict[str, str]:
    """head → formula of its dropdown."""
    heads = [cell.value for cell in sheet[1]]
    return {heads[next(iter(v.sqref.ranges)).min_col - 1]: v.formula1 for v in sheet.data_validations.dataValidation}


def listed(book: Any, source: str) -> list[str]:
    area = source.partition("!")[2].replace("$", "")
    return [row[0].value for row in book["Daftar"][area]]


def test_the_template_of_sentra_has_the_places_of_the_region(template: Any) -> None:
    book = template("sentra")
    sheet = book["Sentra"]
    found = sources(sheet)
    assert [cell.value for cell in sheet[1]] == [str(column.label) for column in SENTRA.read]
    assert "Kain batik" in listed(book, found["Komoditas"])
    own = Region.objects.filter(parent=factories.HOME, valid_to=None)
    assert set(listed(book, found["Kecamatan/distrik"])) == {row.label for row in own}
    assert "MATCH($D2,Daftar!" in found["Desa/kelurahan"]
    lists = [[cell.value for cell in column] for column in book["Daftar"].columns]
    pairs = {pair for pair in zip(lists[2], lists[3], strict=True) if pair[0]}
    villages = Region.objects.filter(parent__parent=factories.HOME, valid_to=None).select_related("parent")
    assert pairs == {(row.parent.label, row.label) for row in villages}
    assert lists[2] == sorted(lists[2], key=lists[2].index), "OFFSET needs the villages of a kecamatan together"
    assert book["Daftar"].sheet_state == "hidden"


def test_the_template_of_ikm_has_sentra_and_codes_with_edition(template: Any) -> None:
    own = factories.make_sentra(name="Sentra Kauman")
    factories.make_sentra(factories.OTHER, name="Sentra Rahasia")
    book = template("ikm")
    found = sources(book["IKM"])
    assert listed(book, found["Sentra"]) == [f"Sentra Kauman ({own.commodity.name})"]
    assert "13134 (KBLI 2020) Industri Batik" in listed(book, found["KBLI"])
    area = next(v for v in book["IKM"].data_validations.dataValidation if v.formula1 == found["KBLI"])
    assert next(iter(area.sqref.ranges)).max_row == MAX_IMPORT_ROWS + 1
    formats = {cell.value: book["IKM"].column_dimensions[cell.column_letter] for cell in book["IKM"][1]}
    assert {head: formats[head].number_format for head in ("NIB", "NPWP", "Telepon")} == dict.fromkeys(
        ("NIB", "NPWP", "Telepon"), "@"
    )
    texts = [cell.value for row in book["Petunjuk"].iter_rows() for cell in row if cell.value]
    assert "Templat IKM – Kota Pekalongan, Jawa Tengah" in texts
    assert "Nomor Induk Berusaha, 13 angka." in texts


def test_the_template_of_products_has_the_ikm(template: Any) -> None:
    factories.make_ikm(factories.make_sentra(), name="=Batik", nib="9120001234567")
    factories.make_ikm(factories.make_sentra(factories.OTHER), name="Rahasia")
    book = template("product")
    assert listed(book, sources(book["Produk"])["IKM"]) == ["=Batik (9120001234567)"]
    assert "f" not in {cell.data_type for row in book["Daftar"] for cell in row}


def test_a_filled_template_is_read(template: Any) -> None:
    factories.make_sentra(name="Sentra Kauman")
    book, stream = template("ikm"), io.BytesIO()
    row = sheets.ikm_row(sentra="Sentra Kauman (Kain batik)")
    book["IKM"].append([row[column.name] for column in IKM.read])
    book.save(stream)
    assert sheets.saved("ikm", stream.getvalue()).added == 1


def test_an_officer_of_two_regions_chooses(officer_a: Any, client_of: Any, template: Any, post: Any) -> None:
    factories.add_membership(officer_a, "district_officer", region=factories.OTHER)
    client = client_of(officer_a)
    page = client.get("/sentra/impor/baru/").content.decode()
    assert 'value="33.75"' in page
    assert 'value="32.05"' in page
    assert 'type="file"' not in page
    assert client.get("/sentra/impor/templat/ikm/").status_code == 404
    assert client.get("/sentra/impor/templat/ikm/?wilayah=33.26").status_code == 404
    book = template("ikm", "?wilayah=32.05")
    assert "Templat IKM – Kab. Garut, Jawa Barat" in [row[0].value for row in book["Petunjuk"].iter_rows()]
    data = {"kind": "ikm", "file": sheets.upload(sheets.workbook("ikm", [sheets.ikm_row()]))}
    answer = post(client, "/sentra/impor/baru/?wilayah=32.05", data)
    assert answer.status_code == 302
    assert officer_a.pk == factories.officer_of(factories.OTHER).pk


def test_the_template_costs_the_same_for_any_number_of_rows(officer_a: Any, client_of: Any) -> None:
    client, first = client_of(officer_a), factories.make_ikm()
    for size in SIZES:
        Ikm.objects.exclude(pk=first.pk).delete()
        copies(Ikm, first, size)
        assert queries_of(client, "/sentra/impor/templat/product/") == 4, size
    assert queries_of(client, "/sentra/impor/templat/sentra/") == 6


def test_the_pages_of_imports_cost_the_same_for_any_number_of_rows(officer_a: Any, client_of: Any) -> None:
    client = client_of(officer_a)
    factories.make_sentra(name="Sentra Kauman")
    for size in (1, 10, 300):
        job = sheets.checked("ikm", [sheets.ikm_row(nib=str(n)) for n in range(size)])
        assert job.errors == size
        assert queries_of(client, f"/sentra/impor/{job.pk}/") == 6, size
        copies_of(job, size)
        assert queries_of(client, "/sentra/impor/") == 5, size
    page = client.get(f"/sentra/impor/{job.pk}/").content.decode()
    assert "Baris 2, kolom NIB (E2)" in page
    assert "Baris 102," not in page
    assert "Halaman berikutnya" in page


def copies_of(job: Any, amount: int) -> None:
    type(job).objects.bulk_create(
        type(job)(region=job.region, kind="ikm", state="cancelled", created_by=job.created_by) for _n in range(amount)
    )


def test_a_saved_import_asks_one_thing_more(officer_a: Any, client_of: Any) -> None:
    factories.make_sentra(name="Sentra Kauman")
    job = sheets.saved("ikm", [sheets.ikm_row()])
    client = client_of(officer_a)
    assert queries_of(client, f"/sentra/impor/{job.pk}/") == 7
    assert f"/sentra/impor/{job.pk}/urungkan/" in client.get(f"/sentra/impor/{job.pk}/").content.decode()


def test_progress_is_told_while_the_file_is_read(officer_a: Any, client_of: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("sentra.services.import_plan.PROGRESS_STEP", 2)
    factories.make_sentra(name="Sentra Kauman")
    job = sheets.started("ikm", sheets.workbook("ikm", [sheets.ikm_row(nib=str(n)) for n in range(5)]))
    url, pages = f"/sentra/impor/{job.pk}/", []
    client = client_of(officer_a)
    own = sheets.started.__globals__["read_import"]
    rules = "sentra.services.import_rules.IkmRules.load"
    monkeypatch.setattr(rules, lambda *_: pages.append(client.get(url).content.decode()))
    assert own(job.pk)
    assert "4 dari 5 baris" in pages[0]
    assert "js/progress.js" in pages[0]
    assert "Muat ulang untuk melihat kemajuan" in pages[0]
    assert "js/progress.js" not in client.get(url).content.decode()


def test_similar_names_have_the_same_key() -> None:
    assert name_key("CV. Batik Makmur") == name_key("batik  MAKMUR") == name_key("Makmur Batik, CV")
    assert name_key("Batik Makmur") != name_key("Batik Makmur 2")
    assert name_key("CV") == "cv"


def test_a_template_without_any_choice_is_still_a_workbook(officer_a: Any) -> None:
    region = Region.objects.get(pk=factories.HOME)
    for table in TABLES.values():
        assert load_workbook(io.BytesIO(template_workbook(table, RegionLists(region)))).sheetnames == [
            table.sheet, "Petunjuk", "Daftar",
        ]  # fmt: skip
