"""Files that are not what they should be: each is refused with words that help, and nothing is written."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook as OpenpyxlWorkbook
from xlsxwriter import Workbook

from core.files import FileRefused
from core.models import ScanState, StoredFile
from sentra.models import Ikm, RegisterImport, Sentra
from sentra.services.imports import read_import, waiting_tasks
from tests import factories
from tests.files import pdf_bytes
from tests.sentra import sheets
from tests.sentra.sheets import checked, found, ikm_row, workbook

pytestmark = pytest.mark.django_db
LOCKED = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600
OLD = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600 + "Workbook".encode("utf-16-le")


@pytest.fixture(autouse=True)
def sentra(officer_a: Any) -> Any:
    return factories.make_sentra(name="Sentra Kauman")


@pytest.mark.parametrize(
    ("data", "name", "part"),
    [
        (LOCKED, "tabel.xlsx", "terkunci dengan kata sandi"),
        (OLD, "tabel.xlsx", "berformat Excel lama"),
        (OLD, "tabel.xls", "berformat Excel lama"),
        (pdf_bytes(), "tabel.xlsx", "bukan buku kerja Excel"),
        (b"NIB;Nama\n", "tabel.csv", "bukan buku kerja Excel"),
        (b"PK\x03\x04 nothing", "tabel.xlsx", "bukan buku kerja Excel"),
    ],
)
def test_what_is_no_workbook_is_not_even_kept(data: bytes, name: str, part: str, officer_a: Any) -> None:
    with pytest.raises(FileRefused, match=part):
        sheets.start_import(
            region=officer_a.active_memberships[0].region, kind="ikm", upload=sheets.upload(data, name), actor=officer_a
        )
    assert not RegisterImport.objects.exists()


def test_the_refusal_stands_beside_the_field(officer_a: Any, client_of: Any, post: Any) -> None:
    answer = post(client_of(officer_a), "/sentra/impor/baru/", {"kind": "ikm", "file": sheets.upload(LOCKED)})
    assert answer.status_code == 422
    assert "kata sandi" in answer.context["form"].errors["file"][0]
    answer = post(client_of(officer_a), "/sentra/impor/baru/", {"kind": "mobil"})
    assert set(answer.context["form"].errors) == {"kind", "file"}


def test_a_sheet_without_rows_says_where_to_begin() -> None:
    job = checked("ikm", workbook("ikm", []))
    assert (job.state, job.problem) == (
        "failed",
        "Tidak ada data dalam berkas. Isi mulai baris 2, di bawah judul kolom.",
    )


def test_empty_rows_between_are_no_rows() -> None:
    data = workbook("ikm", [{}, ikm_row(), {"name": "   "}, ikm_row(nib="912")])
    job = checked("ikm", data)
    assert (job.total, set(found(job))) == (2, {"E5"})


def test_wrong_heads_are_named_and_nothing_else() -> None:
    heads = ["Sentra", "Nama IKM", "Nama IKM", "Pemilik", "NIB", "NPWP"]
    job = checked("ikm", workbook("ikm", [{"nib": "1"}], heads=heads))
    texts = [finding.text for finding in job.findings.order_by("-pk")]
    assert job.state == "failed"
    assert "Judul kolom “Nama IKM” ada dua kali." in texts
    assert "Judul kolom “Pemilik” tidak dikenal. Hapus kolom ini." in texts
    assert "Kolom “KBLI” tidak ada. Gunakan judul kolom seperti pada templat." in texts
    assert not [text for text in texts if "13 angka" in text]


def test_the_sheet_of_another_table_is_recognised() -> None:
    job = checked("ikm", workbook("product", [sheets.product_row()]))
    assert job.state == "failed"
    assert any("“Nama produk” tidak dikenal" in finding.text for finding in job.findings.all())


def test_merged_cells_are_named() -> None:
    book = OpenpyxlWorkbook()
    page = book.active
    page.append([str(column.label) for column in sheets.TABLES["ikm"].read])
    for row in (ikm_row(), ikm_row(nib="9120002222222")):
        page.append(list(row.values()))
    page.merge_cells("A2:A3")
    stream = BytesIO()
    book.save(stream)
    job = checked("ikm", stream.getvalue())
    assert "Sel A2:A3 digabung" in found(job)["A2"]
    assert "belum dipilih" in found(job)["A3"]


def test_ten_thousand_rows_are_the_limit(monkeypatch: Any) -> None:
    """The real limit is walked by the benchmark; here it is five."""
    monkeypatch.setattr("sentra.services.import_plan.MAX_IMPORT_ROWS", 5)
    rows = [ikm_row(nib=f"912000{number:07d}", name=f"IKM {number}") for number in range(6)]
    assert checked("ikm", rows[:5]).added == 5
    RegisterImport.objects.update(state="cancelled")
    job = checked("ikm", rows)
    assert (job.state, job.added) == ("failed", 0)
    assert "lebih dari 5 baris" in job.problem


def test_a_file_of_ten_thousand_and_one_rows_is_refused() -> None:
    stream = BytesIO()
    with Workbook(stream, {"constant_memory": True}) as book:
        page = book.add_worksheet("IKM")
        for number in range(10_002):
            page.write_string(number, 0, "Sentra" if not number else "x")
            page.write_string(number, 4, "NIB" if not number else "1")
    assert "lebih dari 10.000 baris" in checked("ikm", stream.getvalue()).problem


def test_the_report_is_the_file_with_what_to_repair(client_of: Any, officer_a: Any) -> None:
    job = checked("ikm", [ikm_row(), ikm_row(nib="=cmd|x", name="+Nama", npwp=3.0)])
    answer = client_of(officer_a).get(f"/sentra/impor/{job.pk}/perbaikan/")
    data = b"".join(answer.streaming_content)
    head, first, second = sheets.cells(data)
    assert head[-1] == "Yang perlu diperbaiki"
    assert first[-1] is None
    assert second[-1] == f"NIB (E3): NIB hanya boleh berisi angka.\nNPWP (F3): {found(job)['F3']}"
    assert second[1:5] == ["'+Nama", "Ahmad Fauzi", 2012, "'=cmd|x"]
    assert "f" not in sheets.types(data)
    RegisterImport.objects.update(state="cancelled")
    again = checked("ikm", data)
    assert set(found(again)) == {"E3", "F3"}, "the report itself can be repaired and sent"
    assert not Ikm.objects.exists()


def test_nobody_ticks_warnings_that_cannot_be_read(client_of: Any, officer_a: Any) -> None:
    """The page shows a thousand; the workbook has them all, and says what changes."""
    ikm = factories.make_ikm(Sentra.objects.get(), nib="9120001234567", name="Batik Pesisir Makmur", workers=9)
    rows = [
        ikm_row(nib=f"812000{n:07d}", npwp=f"0013000666{n:06d}", name=f"Firma {n}", workers=500, investment=2 * 10**10)
        for n in range(1001)
    ]
    job = checked("ikm", [*rows, ikm_row()])
    assert (job.state, job.warnings, job.findings.filter(kind="warning").count()) == ("ready", 1001, 1000)
    client = client_of(officer_a)
    page = client.get(f"/sentra/impor/{job.pk}/").content.decode()
    link = f"/sentra/impor/{job.pk}/perbaikan/"
    assert page.index("1 peringatan tidak tampil di halaman ini.") < page.index(link) < page.index('name="confirmed"')
    assert "Hanya 1.000 peringatan pertama yang tampil; 1 lagi tidak tampil. Semuanya ada dalam Excel" in page
    data = b"".join(client.get(link).streaming_content)
    head, *lines = sheets.cells(data)
    assert head[-1] == "Hasil pemeriksaan"
    assert sum("Berskala besar" in str(line[-1]) for line in lines) == 1001
    assert f"Perubahan – Jumlah tenaga kerja (H1003): {ikm.workers} menjadi 8" in lines[-1][-1]
    RegisterImport.objects.update(state="cancelled")
    assert checked("ikm", data).added == 1001, "the workbook itself can be sent"


def test_a_file_without_warnings_and_changes_has_no_workbook(client_of: Any, officer_a: Any) -> None:
    job = checked("ikm", [ikm_row()])
    assert (job.state, job.report) == ("ready", None)
    client = client_of(officer_a)
    assert client.get(f"/sentra/impor/{job.pk}/perbaikan/").status_code == 404
    assert "Excel hasil pemeriksaan" not in client.get(f"/sentra/impor/{job.pk}/").content.decode()
    RegisterImport.objects.update(state="applying", added=1234, changed=5)
    page = client.get(f"/sentra/impor/{job.pk}/").content.decode()
    assert "Menyimpan 1.234 data baru dan 5 perubahan." in page


def test_a_file_is_opened_when_the_virus_scan_has_passed_it() -> None:
    job = sheets.started("ikm", sheets.workbook("ikm", [sheets.ikm_row()]))
    files = StoredFile.objects.filter(pk=job.file_id)
    files.update(scan_state=ScanState.WAITING)
    assert not read_import(job.pk)
    assert waiting_tasks() == []
    files.update(scan_state=ScanState.CLEAN)
    assert waiting_tasks() == [("sentra.read_import", job.pk)]
    files.update(scan_state=ScanState.INFECTED)
    assert read_import(job.pk)
    job.refresh_from_db()
    assert (job.state, job.problem) == (
        "failed",
        "Berkas ini ditahan karena terdeteksi berbahaya. Unggah berkas pengganti.",
    )
