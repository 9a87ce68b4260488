"""Every score as a line of CSV that the database writes itself."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Func, QuerySet, TextField, Value

from nominations.models import Nomination
from reports.enums import ASSIGNMENT_WORDS, SHEET_WORDS
from scoring.models import Score

CHUNK = 2000


class Text(Func):
    """Quoted, and no formula in any spreadsheet: the same rule as `core.workbooks.neutral`."""

    template = (
        r"""'"' || replace(CASE WHEN left(%(expressions)s, 1) IN ('=', '+', '-', '@', E'\t', E'\r', E'\n')"""
        r""" THEN '''' ELSE '' END || %(expressions)s, '"', '""') || '"'"""
    )
    output_field = TextField()


class Plain(Func):
    """A number, a moment or a code of ours; nothing when there is none."""

    template = "coalesce((%(expressions)s)::text, '')"
    output_field = TextField()


class Moment(Func):
    """`2026-03-14 15:04` in WIB, as in the workbook; nothing when there is none."""

    template = "coalesce(left((%(expressions)s AT TIME ZONE 'Asia/Jakarta')::text, 16), '')"
    output_field = TextField()


class Word(Func):
    """A word of ours for a code of ours: the one that the workbook has for it."""

    output_field = TextField()

    def __init__(self, expression: str, *, words: Mapping[str, str]) -> None:
        whens = " ".join(f"WHEN '{code}' THEN '{word}'" for code, word in words.items())
        super().__init__(expression, template=f"CASE (%(expressions)s)::text {whens} ELSE '' END")


COLUMNS: dict[str, Any] = {
    "nomor_usulan": Plain("sheet__nomination__reference"),
    "usulan": Text("sheet__nomination__title"),
    "kategori": Text("sheet__nomination__category__label"),
    "tahap": Text("sheet__stage__label"),
    "penilai": Text("sheet__assessor__name"),
    "lembar": Word("sheet__status", words=SHEET_WORDS),
    "penugasan": Word("sheet__assignment__status", words=ASSIGNMENT_WORDS),
    "versi": Plain("sheet__version"),
    "kode": Text("indicator__code"),
    "indikator": Text("indicator__label"),
    "nilai": Plain("value"),
    "tidak_berlaku": Word("not_applicable", words={"true": "Ya", "false": ""}),
    "catatan": Text("note"),
    "dikirim_wib": Moment("sheet__submitted_at"),
}


def raw_scores(nominations: QuerySet[Nomination]) -> QuerySet[Score]:
    """A row per indicator of every sheet, drafts and ended assignments included and marked. No query."""
    return Score.objects.filter(sheet__nomination__in=nominations.order_by().values("pk"))


def raw_score_csv(nominations: QuerySet[Nomination]) -> Iterator[bytes]:
    """The table with its head, in blocks of `CHUNK` lines. One statement, streamed; memory does not grow.

    In a transaction of its own, or the database would keep the whole table before it gives the first line; and as the
    rows lie, because to sort a million of them takes longer than to send them. Each line says what it belongs to; this
    one export is the same set of lines every time, not the same file.
    """
    yield f"\ufeff{','.join(COLUMNS)}\n".encode()
    line = Func(Value(","), *COLUMNS.values(), function="concat_ws", output_field=TextField())
    rows = raw_scores(nominations).values_list(line, flat=True)
    block: list[str] = []
    with transaction.atomic():
        for text in rows.iterator(chunk_size=CHUNK):
            block.append(text)
            if len(block) == CHUNK:
                yield "\n".join([*block, ""]).encode()
                block.clear()
    if block:
        yield "\n".join([*block, ""]).encode()
