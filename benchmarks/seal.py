"""`./run bench seal`: two signatures on a category of N decided nominations, its bundle, and the check of an outsider.

Signing locks every nomination, reads everything, and computes it again before anything is written; the second signature
does the same. The check is `python -m scoring.verify` in a process of its own. Ends with 1 when it says anything but
"sama", or when the number of queries grows with N.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.decided import Decided
from benchmarks.measure import TRANSACTION
from benchmarks.portal import analyze, prepare
from scoring.services import rankings


def timed(call: Callable[[], Any]) -> tuple[Any, float, int]:
    """Its answer, seconds, and queries without the marks of transactions."""
    with CaptureQueriesContext(connection) as captured:
        started = time.perf_counter()
        answer = call()
        seconds = time.perf_counter() - started
    return answer, seconds, sum(not query["sql"].startswith(TRANSACTION) for query in captured)


def checked(data: bytes, sha256: str) -> tuple[bool, float]:
    """Whether an outsider's check agrees, and how long it takes."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        Path(file.name).write_bytes(data)
        started = time.perf_counter()
        command = [sys.executable, "-m", "scoring.verify", file.name, sha256]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
    print(f"    {done.stdout.strip().splitlines()[0] if done.stdout else done.stderr[-300:]}", flush=True)
    return done.returncode == 0, seconds


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench seal", description=__doc__)
    parser.add_argument("--sizes", default="100,1000,10000")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    prepare()
    decided, missed, counts = Decided(), [], []
    print(
        f"{'N':>7} {'made s':>8} {'sign s':>8} {'queries':>8} {'seal s':>8} {'queries':>8} {'bundle s':>9}"
        f" {'MB':>7} {'verify s':>9}"
    )
    for size in sizes:
        category, made, __ = timed(partial(decided.category_of, size))
        analyze()
        place = {"period_id": decided.scene.period.pk, "category_id": category.pk}
        signed, signing, first = timed(partial(rankings.sign_ranking, **place, actor=decided.chair))
        word = {"ranking_id": signed.pk, "seen": signed.sha256, "actor": decided.admin}
        sealed, sealing, second = timed(partial(rankings.countersign_ranking, **word))
        data, writing, __ = timed(partial(rankings.bundle_bytes, sealed))
        same, checking = checked(data, sealed.sha256)
        counts.append(first + second)
        missed += [] if same else [f"{size}: the check of the bundle does not agree"]
        print(
            f"{size:>7} {made:>8.1f} {signing:>8.2f} {first:>8} {sealing:>8.2f} {second:>8} {writing:>9.2f}"
            f" {len(data) / 1e6:>7.1f} {checking:>9.2f}",
            flush=True,
        )
    missed += [f"queries grow with N: {counts}"] if counts[-1] > counts[0] else []
    print("\n".join(["Missed:", *missed] if missed else ["Nothing missed."]))
    return 1 if missed else 0
