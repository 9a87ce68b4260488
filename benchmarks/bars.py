"""The bars, the table of a run, and what it missed."""

import os
from collections import defaultdict
from dataclasses import dataclass, field

from benchmarks.measure import Call, Figures, measure

GROWTH = 1.25  # CPU at the largest N against that at the smallest, each beside the floor of its own minute


@dataclass(frozen=True)
class Bars:
    """CPU and median at most so many times those of f2, and so many queries at every size; and so many rows read by one
    SELECT. `None` is no bar."""

    cpu: float
    queries: int
    p50: float | None = None
    p95: float | None = None
    """times its own p50"""
    rows: int | None = None


ROWS = 1000
CAPPED = 1250  # declared: a capped count goes through 1,001 rows and what its conditions leave out
LIST = Bars(cpu=4, queries=8, p50=5, p95=2, rows=CAPPED)
DETAIL = Bars(cpu=4, queries=12, rows=ROWS)
OPEN = Bars(cpu=4, queries=10, rows=ROWS)
SAVE = Bars(cpu=3, queries=15)
AUTOSAVE = Bars(cpu=1.5, queries=15)


@dataclass
class Run:
    """Pages measured at several sizes beside f2. Wall time is judged on a quiet machine alone."""

    f2: Call
    results: dict[str, dict[int, tuple[Figures, Figures]]] = field(default_factory=lambda: defaultdict(dict))
    bars: dict[str, Bars | None] = field(default_factory=dict)
    load: float = 0

    def head(self) -> None:
        print(
            f"{'page':<26} {'N':>7} {'queries':>8} {'rows':>7} {'CPU ms':>9} {'p50 ms':>9} {'p95 ms':>9}"
            f" {'CPU/f2':>9} {'p50/f2':>9}"
        )

    def take(self, name: str, size: int, calls: list[Call], bars: Bars | None) -> None:
        """Measure and print one line; without bars it is only shown."""
        figures, f2 = self.results[name][size] = measure(calls, beside=self.f2)
        self.bars[name] = bars
        self.load = max(self.load, os.getloadavg()[0])
        print(
            f"{name:<26} {size:>7} {figures.queries:>8} {figures.rows:>7}"
            f" {figures.cpu:>9.1f} {figures.p50:>9.1f} {figures.p95:>9.1f}"
            f" {figures.cpu / f2.cpu:>9.2f} {figures.p50 / f2.p50:>9.2f}",
            flush=True,
        )

    def misses(self, name: str) -> list[str]:
        bars, by_size = self.bars[name], self.results[name]
        if bars is None:
            return []
        (small, small_f2), (large, f2) = by_size[min(by_size)], by_size[max(by_size)]
        counts = {figures.queries for figures, __ in by_size.values()}
        growth = large.cpu / f2.cpu / (small.cpu / small_f2.cpu)
        checks = {
            f"CPU {large.cpu / f2.cpu:.2f} × f2": large.cpu <= bars.cpu * f2.cpu,
            f"queries {sorted(counts)}": len(counts) == 1 and large.queries <= bars.queries,
            f"growth {growth:.2f}": growth <= GROWTH,
            f"{large.rows} rows read by {large.widest}": bars.rows is None or large.rows <= bars.rows,
        }
        if bars.p50 and bars.p95 and self.quiet:
            checks[f"p50 {large.p50 / f2.p50:.2f} × f2"] = large.p50 <= bars.p50 * f2.p50
            checks[f"p95 {large.p95 / large.p50:.2f} × own p50"] = large.p95 <= bars.p95 * large.p50
        return [f"{name}: {text}" for text, held in checks.items() if not held]

    @property
    def quiet(self) -> bool:
        return self.load <= 1.5 * (os.cpu_count() or 1)

    def report(self, further: list[str] | None = None) -> int:
        """1 when a bar was missed, `further` ones included."""
        missed = [text for name in self.results for text in self.misses(name)] + (further or [])
        quiet = "" if self.quiet else "; p50 and p95 are not judged"
        print(f"\nHighest load of a minute: {self.load:.1f} on {os.cpu_count()} cores{quiet}.")
        print("\n".join(["Missed:", *missed] if missed else ["All bars hold."]))
        return 1 if missed else 0
