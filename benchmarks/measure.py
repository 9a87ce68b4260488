"""Wall time, CPU time of this process, and queries of one request, repeated; and the rows that its queries read."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext

Call = Callable[[], Any]
WARM_UP = 2
TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT")


@dataclass(frozen=True)
class Figures:
    cpu: float
    """the least CPU time of this process in ms: holds on a busy machine"""
    p50: float
    p95: float
    queries: int
    rows: int
    """the most that one SELECT goes through, with what its scans leave out again"""
    widest: str
    """that SELECT"""


def measure(calls: list[Call], beside: Call) -> tuple[Figures, Figures]:
    """Each call once, in order, and after each one the floor, so that both see the same machine.

    The first calls warm up; the queries of the last of them are counted.
    """
    for call in calls[: WARM_UP - 1]:
        call()
    queries = [_queries(call) for call in (calls[WARM_UP - 1], beside)]
    gc.collect()
    times = [(_time(call), _time(beside)) for call in calls[WARM_UP:]]
    page, floor = zip(*times, strict=True)
    return _figures(page, queries[0]), _figures(floor, queries[1])


def _queries(call: Call) -> list[str]:
    """Statements that ask or write something; the marks of transactions are none."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return [query["sql"] for query in captured if not query["sql"].startswith(TRANSACTION)]


def _rows_read(statement: str) -> int:
    if not statement.lstrip().startswith(("SELECT", "(SELECT", "WITH")):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}")
        ((plan,),) = cursor.fetchone()
    return round(sum(_scanned(plan["Plan"])))


def _scanned(node: dict[str, Any]) -> Iterator[float]:
    """A table that is read whole again and again counts once: it is a small one, or too long already."""
    if "Relation Name" in node:
        removed = sum(count for name, count in node.items() if name.startswith("Rows Removed"))
        yield (node["Actual Rows"] + removed) * (1 if node["Node Type"] == "Seq Scan" else node["Actual Loops"])
    for child in node.get("Plans", ()):
        yield from _scanned(child)


def _time(call: Call) -> tuple[float, float]:
    reset_queries()
    started, used = time.perf_counter(), time.process_time()
    call()
    return (time.perf_counter() - started) * 1000, (time.process_time() - used) * 1000


def _figures(times: tuple[tuple[float, float], ...], queries: list[str]) -> Figures:
    wall = sorted(one for one, __ in times)
    rows, widest = max((_rows_read(query), query) for query in queries)
    return Figures(
        cpu=min(used for __, used in times),
        p50=statistics.median(wall),
        p95=wall[int(len(wall) * 0.95) - 1],
        queries=len(queries),
        rows=rows,
        widest=widest,
    )
