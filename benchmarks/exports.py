"""`./run bench exports`: a workbook of 10,000 × 30 and a million scores as CSV, beside what the tools alone need.

The floor of the workbook is XlsxWriter with constant memory and the same cells; that of the CSV is the database's COPY
of the same rows. Each step runs in a process of its own and tells its peak memory. Ends with 1 when a bar is missed.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection
from xlsxwriter import Workbook

from accounts.enums import Role
from accounts.models import User
from benchmarks.panel import Panel
from benchmarks.portal import analyze, client_of, prepare
from benchmarks.tables import Step, measured
from core.models import AuditEntry
from nominations.models import Nomination, Period
from reports.enums import ReportKind
from reports.rendering.tables import BOOK, SCORE_FORMAT, TIME_FORMAT, Table
from reports.selectors.raw_scores import COLUMNS, raw_scores
from reports.selectors.scores import scored_nominations
from reports.services.reports import request_report
from reports.services.writing import write_report

WIDE, SHEET_ROWS = 30, 10_000
SHEET, COPY, GROWTH_SHEET, GROWTH_CSV, FIRST_BYTE, ANSWER = 1.5, 4, 60, 30, 1.0, 0.3
TURNS = 3
TARGET = Path(tempfile.gettempdir()) / "bench-export"


@dataclass
class Stream:
    """What the reader of a stream saw."""

    first: float = 0.0
    size: int = 0
    lines: int = 0


class Reader(NamedTuple):
    """Who reads the scores of which period."""

    period: Period
    chair: User


def build(nominations: int) -> None:
    """In a process of its own, so that what it leaves in memory hides nothing."""
    prepare()
    Panel().grow_to(nominations)
    analyze()


def cells() -> Iterator[list[Any]]:
    """A row: texts, whole numbers, scores and moments, as reports have them."""
    when = datetime(2026, 1, 5, 3, tzinfo=UTC)
    for number in range(10**9):
        texts = [f"Kain tenun sutra {number}", "Kabupaten Pekalongan", "Jawa Tengah", f"OVOP-2026-3326-{number:04d}"]
        yield (texts * 4 + [number, 3, 5, 7, Decimal("81.25"), Decimal("3.50")] * 2 + [when, when])[:WIDE]


def by_house(rows: int) -> None:
    with Workbook(str(TARGET), BOOK) as book:
        table = Table(book, "Bench", [f"Kolom {place}" for place in range(WIDE)], [12] * WIDE)
        for _number, row in zip(range(rows), cells(), strict=False):
            table.write(row)


def by_tool(rows: int) -> None:
    """The same cells by XlsxWriter's own typed calls."""
    with Workbook(str(TARGET), BOOK) as book:
        sheet = book.add_worksheet("Bench")
        score, moment = book.add_format({"num_format": SCORE_FORMAT}), book.add_format({"num_format": TIME_FORMAT})
        for number, row in zip(range(1, rows + 1), cells(), strict=False):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, place, value)
                elif isinstance(value, datetime):
                    sheet.write_datetime(number, place, value.replace(tzinfo=None), moment)
                elif isinstance(value, Decimal):
                    sheet.write_number(number, place, float(value), score)
                else:
                    sheet.write_number(number, place, value)


def copied(panel: Reader) -> None:
    """The same rows and columns, as they are, to nobody."""
    plain = {name: _plain(column) for name, column in COLUMNS.items()}
    rows = raw_scores(scored_nominations(panel.chair, panel.period.pk)).values_list(*plain.values())
    statement, params = rows.query.sql_with_params()
    with connection.cursor() as cursor, Path(os.devnull).open("wb") as nobody:
        bound = cursor.cursor.mogrify(statement, params).decode()
        cursor.cursor.copy_expert(f"COPY ({bound}) TO STDOUT (FORMAT csv)", nobody)


def _plain(column: Any) -> str:
    source = column.get_source_expressions()[0] if hasattr(column, "get_source_expressions") else column
    return str(source.name)


def streamed(panel: Reader) -> Stream:
    """The download as its page gives it, read to the end and thrown away; the first byte is one of a score."""
    client, seen, started = client_of(panel.chair), Stream(), time.perf_counter()
    answer = client.get(f"/laporan/nilai-{panel.period.pk}.csv")
    assert answer.status_code == 200, answer.status_code
    for block in answer.streaming_content:
        seen.size += len(block)
        seen.lines += block.count(b"\n")
        if not seen.first and seen.lines > 1:
            seen.first = time.perf_counter() - started
    return seen


def least(call: Callable[[], Any]) -> Step:
    """The quickest of some turns; its memory is that of its own process."""
    return min((measured(call) for _turn in range(TURNS)), key=lambda step: step.seconds)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench exports", description=__doc__)
    parser.add_argument("--nominations", type=int, default=8000, help="with 125 scores each")
    options = parser.parse_args()
    measured(lambda: build(options.nominations))
    panel = Reader(
        Period.objects.get(pk__in=Nomination.objects.values("period")),
        User.objects.get(memberships__role=Role.PANEL_CHAIR),
    )
    steps = {
        f"XlsxWriter alone, {SHEET_ROWS} × {WIDE}": least(lambda: by_tool(SHEET_ROWS)),
        f"table of a report, {SHEET_ROWS} × {WIDE}": least(lambda: by_house(SHEET_ROWS)),
        f"table of a report, {5 * SHEET_ROWS} × {WIDE}": measured(lambda: by_house(5 * SHEET_ROWS)),
        "COPY alone": least(lambda: copied(panel)),
        "scores as CSV": least(lambda: streamed(panel)),
    }
    show(steps)
    seen = streamed(panel)
    answers = []
    for _turn in range(TURNS):  # the first one connects to the broker
        started = time.perf_counter()
        report = request_report(kind=ReportKind.RANKING, period=panel.period, actor=panel.chair)
        answers.append(time.perf_counter() - started)
    answer = min(answers)
    steps["ranking as a workbook"] = measured(lambda: write_report(report.pk))
    rows = AuditEntry.objects.filter(action="report.scores_streamed").latest("pk").data["rows"]
    print(f"{rows} scores, {seen.size / 1e6:.0f} MB, first score after {seen.first:.2f} s; request {answer:.3f} s")
    return judge(list(steps.values()), seen, answer, rows)


def show(steps: dict[str, Step]) -> None:
    print(f"{'step':<36} {'s':>7} {'CPU s':>7} {'base MB':>9} {'growth MB':>10}")
    for name, step in steps.items():
        print(f"{name:<36} {step.seconds:>7.2f} {step.cpu:>7.2f} {step.base:>9.0f} {step.growth:>10.0f}", flush=True)


def judge(steps: list[Step], seen: Stream, answer: float, rows: int) -> int:
    tool, house, longer, copy, stream = steps[:5]
    checks = {
        f"workbook {house.seconds / tool.seconds:.2f} ≤ {SHEET} × XlsxWriter": house.seconds <= SHEET * tool.seconds,
        f"workbook of 5 × the rows: growth ≤ {GROWTH_SHEET} MB": max(house.growth, longer.growth) <= GROWTH_SHEET,
        f"request ≤ {ANSWER} s": answer <= ANSWER,
        f"CSV {stream.seconds / copy.seconds:.2f} ≤ {COPY} × COPY": stream.seconds <= COPY * copy.seconds,
        f"first score ≤ {FIRST_BYTE} s": seen.first <= FIRST_BYTE,
        f"CSV growth ≤ {GROWTH_CSV} MB": stream.growth <= GROWTH_CSV,
        "every score is in the stream": seen.lines == rows + 1,
    }
    for text, held in checks.items():
        print(f"{'holds ' if held else 'MISSED'} {text}")
    return 0 if all(checks.values()) else 1
