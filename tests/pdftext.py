"""Reads back what WeasyPrint wrote: the lines of a PDF with their places, and every decoded stream."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

import pikepdf

MILLIMETRE = 72 / 25.4


class Line(NamedTuple):
    """Touching runs of text; places in millimetres from the left and the bottom of the page."""

    page: int
    text: str
    left: float
    right: float
    baseline: float


def lines(pdf: bytes) -> list[Line]:
    with pikepdf.open(BytesIO(pdf)) as document:
        runs = [run for number, page in enumerate(document.pages, start=1) for run in _page_runs(number, page)]
    joined: list[Line] = []
    for run in runs:
        if joined and _follows(run, joined[-1]):
            joined[-1] = joined[-1]._replace(text=joined[-1].text + run.text, right=run.right)
        else:
            joined.append(run)
    return joined


def text(pdf: bytes) -> str:
    """All words in the order of the file, one space between them."""
    return " ".join(" ".join(line.text for line in lines(pdf)).split())


def page_count(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as document:
        return len(document.pages)


def every_stream(pdf: bytes) -> bytes:
    """The file as it is, then each of its streams unpacked: what a search for stolen bytes has to look at."""
    with pikepdf.open(BytesIO(pdf)) as document:
        streams = [item.read_bytes() for item in document.objects if isinstance(item, pikepdf.Stream)]
    return b"\n".join([pdf, *streams])


def _follows(run: Line, before: Line) -> bool:
    """A word whose letters come from two fonts is written in two runs that touch."""
    same_line = run.page == before.page and abs(run.baseline - before.baseline) < 0.1
    return same_line and abs(run.left - before.right) < 0.3


def _page_runs(number: int, page: pikepdf.Page) -> Iterator[Line]:
    fonts = {name: (_letters(font), _widths(font)) for name, font in page.Resources.Font.items()}
    matrix, saved = pikepdf.Matrix(), []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                saved.append(matrix)
            case "Q":
                matrix = saved.pop()
            case "cm":
                matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
            case "Tm":
                place, pen = pikepdf.Matrix(*map(float, operands)) @ matrix, 0.0
            case "Tf":
                (letters, widths), size = fonts[str(operands[0])], float(operands[1])
            case "TJ":
                written, advance = _run(operands[0], letters, widths)
                left, baseline = place.transform((pen, 0))
                pen += advance * size / 1000
                right, _ = place.transform((pen, 0))
                yield Line(number, written, left / MILLIMETRE, right / MILLIMETRE, baseline / MILLIMETRE)


def _run(pieces: pikepdf.Array, letters: dict[int, str], widths: dict[int, float]) -> tuple[str, float]:
    written, advance = "", 0.0
    for piece in pieces:
        if not isinstance(piece, pikepdf.String):
            advance -= float(piece)
            continue
        codes = bytes(piece)
        for code in (int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2)):
            written += letters.get(code, "")
            advance += widths.get(code, 1000.0)
    return written, advance


def _letters(font: pikepdf.Object) -> dict[int, str]:
    pairs = re.findall(rb"^<([0-9a-f]+)> <([0-9a-f]+)>$", font.ToUnicode.read_bytes(), re.MULTILINE)
    return {int(code, 16): bytes.fromhex(letter.decode()).decode("utf-16-be") for code, letter in pairs}


def _widths(font: pikepdf.Object) -> dict[int, float]:
    table, widths = list(font.DescendantFonts[0].W), {}
    for first, run in zip(table[::2], table[1::2], strict=True):
        widths |= {int(first) + step: float(width) for step, width in enumerate(run)}
    return widths
