"""Workbooks (XLSX): what may come in, how its cells are read, and how text goes out without turning into a formula.

An upload is an attack until shown otherwise: a ZIP that unpacks to gigabytes, XML whose entities explode, macros,
formulas that fetch. `check_workbook` refuses all of these before a parser sees them. No query anywhere.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _

from core.errors import RuleBroken

logger = logging.getLogger(__name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAIN_PART = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MAX_MEMBERS = 500
LAST_ROW = 1_048_576
MAX_UNPACKED = 60 * 1024 * 1024
CHUNK = 1024 * 1024
LONGEST_TAG = 256 * 1024
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)|\x00", re.IGNORECASE)
# The `+` after a quantifier lets it give nothing back: otherwise a megabyte of blanks takes a quarter of an hour.
ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?\s*+<\?xml[^>]{0,60}encoding\s*=\s*[\"']([^\"']{1,40})")
RANGE = re.compile(r"[A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7}")
MEMBER = b"PK\x01\x02"  # begins each entry of a ZIP's directory
XML_NAMES = (".xml", ".rels", ".vml")
BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
# What openpyxl raises over parts that are malformed or missing.
UNREADABLE = (
    *(ValueError, KeyError, TypeError, AttributeError, IndexError, StopIteration),
    *(OSError, SyntaxError, BadZipFile, expat.ExpatError),
)
QUOTED = re.compile(r"'(?=[=+\-@\t\r\n])")


class WorkbookRefused(RuleBroken):
    """The file cannot be read as a workbook; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`kind` as the workbook says: `s` text, `n` number, `d` date, `b` boolean, `e` error, `f` formula."""

    value: Any
    kind: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows` are numbered as in the workbook and hold no empty row; `merged` are ranges such as `B5:B7`."""

    head: list[Cell]
    rows: list[tuple[int, list[Cell]]]
    merged: list[str]
    too_long: bool


def check_workbook(data: bytes, name: str) -> None:
    """Nothing when it is a real workbook without macros, entities or a bomb. Raises WorkbookRefused."""
    if data.startswith(OLD_OFFICE):
        raise WorkbookRefused(_locked(name) if ENCRYPTED in data else _old_format(name))
    if data.count(MEMBER) > MAX_MEMBERS:  # the reader would make an object of each
        raise WorkbookRefused(_too_large(name))
    try:
        with ZipFile(BytesIO(data)) as archive:
            _check_members(archive, name)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, KeyError) as error:
        raise WorkbookRefused(_unreadable(name)) from error


def _check_members(archive: ZipFile, name: str) -> None:
    """The sizes in the directory bind: the ZIP reader never gives more than they promise."""
    members = archive.infolist()
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise WorkbookRefused(_too_large(name))
    types = archive.read("[Content_Types].xml")
    if b"macroEnabled" in types or any(m.filename.lower().endswith("vbaproject.bin") for m in members):
        raise WorkbookRefused(_("Berkas %(name)s memuat makro. Simpan sebagai .xlsx tanpa makro.") % {"name": name})
    if MAIN_PART not in types:
        raise WorkbookRefused(_unreadable(name))
    for member in members:
        if member.filename.lower().endswith(XML_NAMES) or _begins_like_xml(archive, member.filename):
            _check_xml(archive, member.filename, name)


def _begins_like_xml(archive: ZipFile, member: str) -> bool:
    """A part is found by what refers to it, whatever its name ends in; only a picture begins otherwise."""
    with archive.open(member) as stream:
        start = stream.read(CHUNK).lstrip(BEFORE_XML)
    return not start or start.startswith(b"<")


def _check_xml(archive: ZipFile, member: str, name: str) -> None:
    """Office never writes a document type, and always writes UTF-8; whatever does otherwise hides something.

    Nor does it write a tag or comment of megabytes, which expat before 2.6 reads anew with each piece that it gets.
    """
    tail, tags = b"", _Tags()
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            declared = None if tail else ENCODING.match(chunk)
            if FORBIDDEN.search(tail + chunk) or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii")):
                raise WorkbookRefused(_unreadable(name))
            if tags.unended(chunk) > LONGEST_TAG:
                raise WorkbookRefused(_unreadable(name))
            tail = chunk[-16:]


class _Tags:
    """How much of what was read belongs to a tag or comment that has not ended. Of what is no XML, nothing does."""

    def __init__(self) -> None:
        self.parser, self.read, self.is_xml = expat.ParserCreate(), 0, True

    def unended(self, data: bytes) -> int:
        self.read += len(data)
        try:
            if self.is_xml:
                self.parser.Parse(data)
                return self.read - self.parser.CurrentByteIndex
        except expat.ExpatError:  # whoever reads it later stops here too
            self.is_xml = False
        return 0


def read_sheet(data: bytes, *, title: str, max_rows: int, max_columns: int, hidden: bool = False) -> Sheet:
    """The sheet of that title, else the first one that is shown. Only for what `check_workbook` has passed.

    With `hidden` the sheet of that title that we hid when we wrote the workbook.

    Reads at most `max_rows` rows under the head, and says when there are more. Raises WorkbookRefused.
    """
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415 - 0.3 s and 30 MB that a web process never needs

    try:
        reader = ExcelReader(BytesIO(data), read_only=True, keep_links=False)
        reader.read()
        shown = [sheet for sheet in reader.wb.worksheets if hidden or sheet.sheet_state == "visible"]
        if hidden:
            shown = [sheet for sheet in shown if sheet.title == title]
        if not shown:
            raise WorkbookRefused(_("Berkas ini tidak memiliki lembar yang terlihat. Gunakan templat."))
        sheet = next((one for one in shown if one.title.strip().lower() == title.lower()), shown[0])
        lines = _lines(sheet, max_columns)
        _number, head = next(lines, (1, []))
        rows: list[tuple[int, list[Cell]]] = []
        for number, cells in lines:
            if len(rows) == max_rows:
                return Sheet(head, rows, [], too_long=True)
            rows.append((number, cells))
        part = next(relation.target for named, relation in reader.parser.find_sheets() if named.name == sheet.title)
        return Sheet(head, rows, _merged_ranges(data, part), too_long=False)
    except UNREADABLE as error:
        # What openpyxl raises over a malformed part looks like a fault of ours; the log lets the two be told apart.
        logger.warning("a workbook was not read", exc_info=True)
        raise WorkbookRefused(_unreadable(title)) from error


def _lines(sheet: Any, max_columns: int) -> Iterator[tuple[int, list[Cell]]]:
    """The head, whatever it holds, and then every row in which something is written."""
    sheet.reset_dimensions()  # what the file says about its own size may be wrong
    for number, line in enumerate(sheet.iter_rows(min_row=1, max_col=max_columns), start=1):
        if number > LAST_ROW:
            raise ValueError("a row number that no workbook has")
        cells = [Cell(cell.value, cell.data_type) for cell in line]
        if number == 1 or any(cell.value is not None and str(cell.value).strip() for cell in cells):
            yield number, cells


def _merged_ranges(data: bytes, part: str) -> list[str]:
    """The streaming reader does not know of merged cells, so the sheet's own XML is asked."""
    found: list[str] = []

    def begin(element: str, attributes: dict[str, str]) -> None:
        if element.rpartition(":")[2] == "mergeCell" and RANGE.fullmatch(attributes.get("ref", "")):
            found.append(attributes["ref"])

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    with ZipFile(BytesIO(data)) as archive, archive.open(part) as stream:
        while chunk := stream.read(CHUNK):  # expat's own pieces are of 2 KB
            parser.Parse(chunk)
    return found


def column_letters(number: int) -> str:
    """`A` for 0, `AA` for 26."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def neutral(text: str) -> str:
    """The text with an apostrophe in front when a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def plain(text: str) -> str:
    """The text without the apostrophe that `neutral` put there."""
    return QUOTED.sub("", text, count=1) if text.startswith("'") else text


def _unreadable(name: str) -> str:
    return _("Berkas %(name)s bukan buku kerja Excel (.xlsx) yang dapat dibaca. Simpan ulang sebagai .xlsx.") % {
        "name": name
    }


def _too_large(name: str) -> str:
    return _("Isi berkas %(name)s terlalu besar setelah dibuka. Salin datanya ke templat, lalu unggah lagi.") % {
        "name": name
    }


def _old_format(name: str) -> str:
    return _("Berkas %(name)s berformat Excel lama. Buka di Excel, lalu simpan sebagai .xlsx.") % {"name": name}


def _locked(name: str) -> str:
    return _("Berkas %(name)s terkunci dengan kata sandi. Hapus kata sandinya, lalu unggah lagi.") % {"name": name}
