"""Imports of the demo: one that has to be repaired, and one that waits for its officer."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from xlsxwriter import Workbook

from accounts.models import User
from core.workbooks import XLSX
from sentra.models import Product
from sentra.rendering.columns import IKM, Reader
from sentra.services.imports import read_import, start_import

Row = dict[str, str | int]


def create_imports(product: Product, other: Product) -> None:
    """In the regions of two demo products, beside the IKM that makes each of them."""
    wrong = [
        _row(product, "Anyam Rapi Contoh", "912000123459", workers=4),
        _row(product, "Ukir Halus Contoh", "9120001234592", workers=0),
        _row(product, "", "9120001234593", workers=6),
    ]
    _import(product.created_by, product, wrong)
    changed = _row(other, other.ikm.name, other.ikm.nib, workers=other.ikm.workers + 2)
    _import(other.created_by, other, [changed, _row(other, "Sari Murni Contoh", "9120001234594", workers=7)])


def _row(product: Product, name: str, nib: str, *, workers: int) -> Row:
    """Like the IKM of the product, but for these."""
    like = {column.name: column.cell(product.ikm, _reader(product)) for column in IKM.read}
    return {**like, "name": name, "nib": nib, "workers": workers}


def _reader(product: Product) -> Reader:
    return Reader(own_regions=frozenset({product.ikm.sentra.region_id}), whole=True)


def _import(officer: User, product: Product, rows: list[Row]) -> None:
    stream = BytesIO()
    with Workbook(stream) as book:
        page = book.add_worksheet(IKM.sheet)
        for place, column in enumerate(IKM.read):
            page.write_string(0, place, str(column.label))
            for number, row in enumerate(rows, start=1):
                page.write(number, place, row[column.name])
    upload = SimpleUploadedFile("IKM contoh.xlsx", stream.getvalue(), XLSX)
    job = start_import(region=product.ikm.sentra.region, kind=IKM.kind, upload=upload, actor=officer)
    read_import(job.pk)
