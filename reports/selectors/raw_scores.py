"""Every score as the rows of one statement, which the database itself writes as CSV."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import F, Func, QuerySet, TextField

from nominations.models import Nomination
from scoring.models import Score

BLOCK = 64 * 1024


class Neutral(Func):
    """A text that no spreadsheet takes for a formula: the same rule as `core.workbooks.neutral`."""

    template = (
        r"CASE WHEN left(%(expressions)s, 1) IN ('=', '+', '-', '@', E'\t', E'\r', E'\n')"
        r" THEN '''' || %(expressions)s ELSE %(expressions)s END"
    )
    output_field = TextField()


COLUMNS: dict[str, Any] = {
    "nomor_usulan": F("sheet__nomination__reference"),
    "usulan": Neutral("sheet__nomination__title"),
    "kategori": Neutral("sheet__nomination__category__label"),
    "tahap": Neutral("sheet__stage__label"),
    "penilai": Neutral("sheet__assessor__name"),
    "lembar": F("sheet__status"),
    "penugasan": F("sheet__assignment__status"),
    "versi": F("sheet__version"),
    "kode": Neutral("indicator__code"),
    "indikator": Neutral("indicator__label"),
    "nilai": F("value"),
    "tidak_berlaku": F("not_applicable"),
    "catatan": Neutral("note"),
    "dikirim": F("sheet__submitted_at"),
}


def raw_scores(nominations: QuerySet[Nomination]) -> QuerySet[Score]:
    """A row per indicator of every sheet, drafts and ended assignments included and marked. No query."""
    return Score.objects.filter(sheet__nomination__in=nominations.order_by().values("pk"))


def raw_score_csv(nominations: QuerySet[Nomination]) -> Iterator[bytes]:
    """The table with its head, in blocks of about `BLOCK` bytes. One statement, streamed; memory does not grow."""
    rows = raw_scores(nominations).order_by("sheet", "indicator").annotate(**COLUMNS).values_list(*COLUMNS)
    statement, params = rows.query.sql_with_params()
    pending = [f"\ufeff{','.join(COLUMNS)}\n".encode()]
    yield pending.pop()
    size = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)", params) as copy:
        for line in copy:
            pending.append(bytes(line))
            size += len(line)
            if size >= BLOCK:
                yield b"".join(pending)
                pending.clear()
                size = 0
    yield b"".join(pending)
