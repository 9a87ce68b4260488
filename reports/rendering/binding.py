"""One PDF from many: bookmarks, page numbers, and the same bytes for the same parts.

The parts are files that we drew or that `core.pdf_parts` has made harmless. They are read as they are needed, so memory
grows with the number of their objects, not with their pictures; and `AT_ONCE` at a time, for what is read stays open.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pikepdf
from pikepdf import Dictionary, Name, OutlineItem

MARGIN = 57  # points: 20 mm
BASELINE = 34
AT_ONCE = 50  # files that are open at a time


class Part(NamedTuple):
    """A file with the words of its bookmark; a part of level 1 stands below the last one of level 0."""

    path: Path
    title: str
    level: int = 0


def pages_in(path: Path) -> int:
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def bind(parts: Sequence[Part], target: Path, *, title: str, created: datetime) -> int:
    """Write all parts in order with "Halaman i dari n" at the foot of each page. Returns the number of pages."""
    starts = [0, *accumulate(pages_in(part.path) for part in parts)][:-1]
    with ExitStack() as opened, pikepdf.new() as book:
        folder = Path(opened.enter_context(TemporaryDirectory()))
        for path in _few(folder, [part.path for part in parts]):
            book.pages.extend(opened.enter_context(pikepdf.open(path)).pages)
        _number(book)
        with book.open_outline() as outline:
            for part, start in zip(parts, starts, strict=True):
                below = outline.root[-1].children if part.level and outline.root else outline.root
                below.append(OutlineItem(part.title, start))
        book.docinfo["/Title"] = title
        book.docinfo["/CreationDate"] = pikepdf.models.metadata.encode_pdf_date(created)
        book.Root.Lang = "id"
        book.Root.PageMode = Name.UseOutlines
        book.save(target, deterministic_id=True)
        return len(book.pages)


def _few(folder: Path, paths: list[Path]) -> list[Path]:
    """The same pages in at most `AT_ONCE` files."""
    while len(paths) > AT_ONCE:
        made = []
        for start in range(0, len(paths), AT_ONCE):
            target = folder / f"{len(list(folder.iterdir()))}.pdf"
            with ExitStack() as opened, pikepdf.new() as piece:
                for path in paths[start : start + AT_ONCE]:
                    piece.pages.extend(opened.enter_context(pikepdf.open(path)).pages)
                piece.save(target, deterministic_id=True)
            made.append(target)
        paths = made
    return paths


def _number(book: pikepdf.Pdf) -> None:
    font = book.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    count = len(book.pages)
    for number, page in enumerate(book.pages, start=1):
        name = page.add_resource(font, Name.Font, name=Name.PageNumberFont)  # its own choice would be random
        words = f"Halaman {number} dari {count}"
        left = float(page.mediabox[2]) - MARGIN - 4.1 * len(words)
        mark = f"\nQ q 0.36 0.34 0.3 rg BT {name} 8 Tf {left:.1f} {BASELINE} Td ({words}) Tj ET Q"
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(mark.encode())
