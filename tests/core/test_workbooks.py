"""Workbooks from outside: what is refused before a parser sees it, and text that stays text."""

import io
import time
import tracemalloc
import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from core import workbooks
from core.files import DOCUMENTS, WORKBOOKS, FileRefused, sniff, store_upload
from core.workbooks import WorkbookRefused, check_workbook, column_letters, neutral, plain, read_sheet
from tests.files import pdf_bytes

BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
]><worksheet><sheetData><row><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"""
SHEET = "xl/worksheets/sheet1.xml"


def real(rows: tuple[tuple[Any, ...], ...] = (("A", "B"), ("x", 1))) -> bytes:
    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def changed(members: dict[str, bytes], *, base: bytes | None = None) -> bytes:
    """A real workbook with other members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base or real())) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in members:
                new.writestr(name, old.read(name))
        for name, data in members.items():
            new.writestr(name, data)
    return stream.getvalue()


def macro() -> bytes:
    with zipfile.ZipFile(io.BytesIO(real())) as book:
        types = book.read("[Content_Types].xml")
    main = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    return changed({"[Content_Types].xml": types.replace(workbooks.MAIN_PART, main)})


def lying_size() -> bytes:
    """The directory says one byte, the member is longer."""
    data = bytearray(changed({SHEET: b"<worksheet>" + b" " * 5000 + b"</worksheet>"}))
    at = data.rindex(SHEET.encode()) - 46 + 24
    data[at : at + 4] = (1).to_bytes(4, "little")
    return bytes(data)


CASES: dict[str, tuple[Any, str]] = {
    "unpacks to 200 MB": (lambda: changed({"xl/bomb.bin": b"\0" * 200_000_000}), "terlalu besar setelah dibuka"),
    "a thousand members": (lambda: changed({f"xl/m{n}.xml": b"<a/>" for n in range(1000)}), "terlalu besar"),
    "entities": (lambda: changed({SHEET: BOMB}), "bukan buku kerja"),
    "entities in a theme": (lambda: changed({"xl/theme/theme1.xml": BOMB}), "bukan buku kerja"),
    "entities in UTF-16": (lambda: changed({SHEET: BOMB.decode().encode("utf-16")}), "bukan buku kerja"),
    "entities in UTF-7": (
        lambda: changed({SHEET: b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<a/>'}),
        "bukan buku kerja",
    ),
    "a document type over the end of a chunk": (
        lambda: changed({SHEET: b"<?xml version='1.0'?>" + b" " * (workbooks.CHUNK - 26) + b"<!DOCTYPE a><a/>"}),
        "bukan buku kerja",
    ),
    "entities in a part that is named like a picture": (
        lambda: changed({"xl/media/image1.png": b"\xff\xfe" + b" " * 100 + BOMB.decode().encode("utf-16-le")}),
        "bukan buku kerja",
    ),
    "four hundred thousand members": (lambda: real() + workbooks.MEMBER * 400_000, "terlalu besar"),
    "macros": (macro, "memuat makro"),
    "a hidden macro": (lambda: changed({"xl/vbaProject.bin": b"x"}), "memuat makro"),
    "a document, no workbook": (lambda: changed({"[Content_Types].xml": b"<Types/>"}), "bukan buku kerja"),
    "no content types": (lambda: zipped({"a.txt": b"a"}), "bukan buku kerja"),
    "half a file": (lambda: real()[:1500], "bukan buku kerja"),
    "not a ZIP": (lambda: b"Nama;NIB", "bukan buku kerja"),
    "empty": (lambda: b"", "bukan buku kerja"),
}  # fmt: skip


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as new:
        for name, data in members.items():
            new.writestr(name, data)
    return stream.getvalue()


@pytest.mark.attack
@pytest.mark.parametrize("case", CASES)
def test_an_attack_is_refused_quickly_and_in_little_memory(case: str) -> None:
    make, part = CASES[case]
    data = make()
    tracemalloc.start()
    started = time.process_time()
    with pytest.raises(WorkbookRefused, match=part):
        check_workbook(data, "tabel.xlsx")
    used, (_now, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 2
    assert peak < 50_000_000


def test_a_size_that_lies_is_never_read_beyond() -> None:
    """The ZIP reader stops at what the directory promises and finds the checksum wrong."""
    with pytest.raises(WorkbookRefused):
        check_workbook(lying_size(), "tabel.xlsx")


def test_a_row_number_beyond_excel_ends_quickly() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="99999999"><c r="A99999999"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    data = changed({SHEET: sheet})
    check_workbook(data, "tabel.xlsx")
    with pytest.raises(WorkbookRefused):
        read_sheet(data, title="Sheet", max_rows=10, max_columns=5)


def test_a_real_workbook_is_read_with_its_row_numbers() -> None:
    data = real((("A", "B"), (), ("x", None), ("y", 2)))
    check_workbook(data, "tabel.xlsx")
    sheet = read_sheet(data, title="Lain", max_rows=10, max_columns=2)
    assert [cell.value for cell in sheet.head] == ["A", "B"]
    assert [(number, [cell.value for cell in row]) for number, row in sheet.rows] == [(3, ["x", None]), (4, ["y", 2])]
    assert not sheet.too_long
    assert read_sheet(data, title="Lain", max_rows=1, max_columns=2).too_long


def test_the_sheet_is_found_by_its_title_and_a_hidden_one_is_none() -> None:
    book, stream = Workbook(), io.BytesIO()
    book.active.title = "Tersembunyi"
    book.active.append(["rahasia"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Petunjuk").append(["petunjuk"])
    book.create_sheet("IKM").append(["data"])
    book.save(stream)
    assert read_sheet(stream.getvalue(), title="ikm", max_rows=1, max_columns=1).head[0].value == "data"
    assert read_sheet(stream.getvalue(), title="Lain", max_rows=1, max_columns=1).head[0].value == "petunjuk"


@pytest.mark.django_db
def test_a_caller_names_the_types_that_it_takes() -> None:
    assert sniff(BytesIO(real()), "tabel.xlsx", WORKBOOKS) == workbooks.XLSX
    for data, name, types in (
        (real(), "tabel.xlsx", DOCUMENTS),
        (pdf_bytes(), "tabel.xlsx", WORKBOOKS),
        (real(), "t.pdf", WORKBOOKS),
    ):
        with pytest.raises(FileRefused):
            sniff(BytesIO(data), name, types)
    stored = store_upload(SimpleUploadedFile("tabel.xlsx", real()), actor=None, types=WORKBOOKS)
    assert stored.content_type == workbooks.XLSX


def test_text_stays_text_and_comes_back() -> None:
    for text in ("=1", "+1", "-1", "@a", "\t=1", "\r=1"):
        assert neutral(text) == f"'{text}"
        assert plain(neutral(text)) == text
    for text in ("a=1", "", "'kutip'", "Batik"):
        assert plain(neutral(text)) == text


def test_column_letters() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def sheet_with(inserted: bytes) -> bytes:
    return (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%b<sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="C1"/>'
        b"</mergeCells></worksheet>" % inserted
    )


@pytest.mark.attack
def test_no_text_makes_the_search_for_something_in_it_endless() -> None:
    """With a search that tries every beginning and every length the second one took hours."""
    comments = b"<!-- %b -->" % (b"<mergeCell " * 20_000) * 50
    data = changed({SHEET: sheet_with(comments), "xl/theme/theme1.xml": b" " * 5_000_000 + b"<a/>"})
    check_workbook(data, "tabel.xlsx")
    assert read_sheet(data, title="Sheet", max_rows=10, max_columns=5).merged == ["A1:B2"]


@pytest.mark.attack
@pytest.mark.parametrize(
    "long",
    [b"<!-- %b -->", b"<?isi %b?>", b"<extLst uri='%b'/>", b"<extLst%b/>"],
    ids=["comment", "instruction", "attribute", "blanks"],
)
def test_a_tag_that_a_parser_reads_anew_with_every_piece_is_refused(long: bytes) -> None:
    """An older expat took 26 s for 11 MB of it, and four times as long for twice as much."""
    with pytest.raises(WorkbookRefused, match="bukan buku kerja"):
        check_workbook(changed({SHEET: sheet_with(long % (b" " * 3_000_000))}), "tabel.xlsx")


def test_long_texts_and_pictures_of_notes_that_are_no_xml_pass() -> None:
    """Excel itself writes such notes, in which a line break is not closed."""
    text = b"<extLst>%b</extLst>" % (b"panjang &amp; " * 300_000)
    notes = b"<xml><v:shape>" + b"<br>" * 500_000 + b"</v:shape></xml>"
    check_workbook(changed({SHEET: sheet_with(text), "xl/drawings/vmlDrawing1.vml": notes}), "tabel.xlsx")
