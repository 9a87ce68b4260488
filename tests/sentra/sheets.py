"""Workbooks as officers send them: made with XlsxWriter by the labels of the columns, one row changed at a time."""

from datetime import date
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from xlsxwriter import Workbook

from reference.models import Commodity, Region
from sentra.enums import FindingKind, TableKind
from sentra.models import RegisterImport
from sentra.rendering.columns import TABLES
from sentra.services.imports import apply_import, confirm_import, read_import, start_import
from tests import factories
from tests.sentra.data import KECAMATAN

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(kind: str, rows: list[dict[str, Any]], *, heads: list[str] | None = None, sheet: str = "") -> bytes:
    """`rows` by column name; text stays text, numbers numbers, dates dates, and `=…` in a tuple is a formula."""
    table, stream = TABLES[kind], BytesIO()
    names = [column.name for column in table.read]
    with Workbook(stream, {"default_date_format": "dd-mm-yyyy"}) as book:
        page = book.add_worksheet(sheet or table.sheet)
        for place, head in enumerate(heads or [str(column.label) for column in table.read]):
            page.write_string(0, place, head)
        for number, row in enumerate(rows, start=1):
            for name, value in row.items():
                write_any(page, number, names.index(name), value)
    return stream.getvalue()


def write_any(page: Any, row: int, place: int, value: Any) -> None:
    if isinstance(value, tuple):
        page.write_formula(row, place, value[0])
    elif isinstance(value, date):
        page.write_datetime(row, place, value)
    elif isinstance(value, bool):
        page.write_boolean(row, place, value)
    elif isinstance(value, int | float):
        page.write_number(row, place, value)
    elif value is not None:
        page.write_string(row, place, value)


def upload(data: bytes, name: str = "tabel.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, CONTENT_TYPE)


def village() -> Region:
    return Region.objects.filter(parent=KECAMATAN).order_by("pk")[0]


def sentra_row(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Sentra Batik Kauman",
        "commodity": Commodity.objects.get(pk="batik").name,
        "unit_count": 42,
        "district": Region.objects.get(pk=KECAMATAN).label,
        "village": village().label,
        "address": "Jalan Hayam Wuruk 1",
        "sk_number": "188/82/KEP/2024",
        "sk_date": date(2024, 3, 1),
        "sk_signatory": "Wali Kota Pekalongan",
        "contact_name": "Sri Wahyuni",
        "contact_phone": "0812-3456-7890",
        **changes,
    }


def ikm_row(**changes: Any) -> dict[str, Any]:
    return {
        "sentra": "Sentra Kauman",
        "name": "Batik Pesisir Makmur",
        "owner_name": "Ahmad Fauzi",
        "established_year": 2012,
        "nib": "9120001234567",
        "npwp": "0013000666091000",
        "kbli": "13134 (KBLI 2020)",
        "workers": 8,
        "investment": 250_000_000,
        "address": "Jalan Hayam Wuruk 2",
        "phone": "0285-421234",
        **changes,
    }


def product_row(**changes: Any) -> dict[str, Any]:
    return {
        "ikm": "9120001234567",
        "name": "Batik Tulis Jlamprang",
        "description": "Kain katun primisima, dibatik tulis.",
        "monthly_capacity": "200 lembar",
        "markets": "Pekalongan dan Semarang",
        **changes,
    }


def started(kind: str, data: bytes, *, region: str = factories.HOME) -> RegisterImport:
    return start_import(
        region=Region.objects.get(pk=region), kind=kind, upload=upload(data), actor=factories.officer_of(region)
    )


def checked(kind: str, rows: Any, **options: Any) -> RegisterImport:
    """An import after its dry run; `rows` may be a whole workbook."""
    job = started(kind, rows if isinstance(rows, bytes) else workbook(kind, rows), **options)
    assert read_import(job.pk)
    job.refresh_from_db()
    return job


def saved(kind: str, rows: Any, **options: Any) -> RegisterImport:
    """An import that its officer has confirmed and a worker has written."""
    job = checked(kind, rows, **options)
    assert job.state == "ready", found(job)
    confirm_import(import_id=job.pk, warnings_checked=True, actor=job.created_by)
    assert apply_import(job.pk)
    job.refresh_from_db()
    return job


def found(job: RegisterImport, kind: str = FindingKind.ERROR) -> dict[str, str]:
    """cell → texts of the findings of that kind, in the order of the sheet."""
    texts: dict[str, str] = {}
    for finding in job.findings.filter(kind=kind).order_by("-pk"):
        texts[finding.cell] = f"{texts[finding.cell]} | {finding.text}" if finding.cell in texts else finding.text
    return texts


def cells(data: bytes, sheet: str = "") -> list[list[Any]]:
    book = load_workbook(BytesIO(data))
    page = book[sheet] if sheet else book.worksheets[0]
    return [[cell.value for cell in row] for row in page.iter_rows()]


def types(data: bytes) -> set[str]:
    """The kinds of cells under the head of the first sheet: `s`, `n`, `d`, `f`."""
    page = load_workbook(BytesIO(data)).worksheets[0]
    return {cell.data_type for row in page.iter_rows(min_row=2) for cell in row if cell.value is not None}


__all__ = ["TableKind"]
