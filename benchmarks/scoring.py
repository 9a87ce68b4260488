"""`./run bench scoring`: desk, board, sheet, recount and ranking of N nominations × 5 scorers × 25 indicators.

The pages stand beside the floor f2. The recount, with all its results stored, stands beside one SQL statement over the
same rows and beside numpy over the same numbers in memory; neither stores anything. All must give the order of one more
calculation in plain whole numbers, which shares no code with the portal. Ends with 1 when a bar is missed.
"""

import argparse
import gc
import json
import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from typing import Any

from django.db import connection, transaction
from django.test import Client

from benchmarks import floor
from benchmarks.bars import AUTOSAVE, SAVE, Bars, Run
from benchmarks.measure import Call
from benchmarks.numbers import ROWS, Ordered, in_order, loaded
from benchmarks.panel import Panel
from benchmarks.portal import analyze, client_of, get, post, prepare
from scoring.maths.exact import round_half_up
from scoring.models import Assignment, Stage
from scoring.selectors.stages import stage_spec
from scoring.services.recount import Recounted, recount

PAGE = Bars(cpu=20, queries=12)
FORM = Bars(cpu=4, queries=10)
ONE_CHANGED = Bars(cpu=3, queries=6)
RANKING = Bars(cpu=4, queries=12, p50=5, p95=2)
PAGE_KB = 250
RECOUNT, NUMPY = 2.5, 250
TURNS = 3
Place = tuple[str, int]  # score, rank

STATEMENT = """
SELECT nomination_id, round(avg(total), 2)::text,
       rank() OVER (ORDER BY round(avg(total), 2) DESC, avg(c) DESC, avg(a) DESC, avg(b) DESC)
FROM (
    SELECT sheet.nomination_id, sum(value) AS total, sum(value) FILTER (WHERE part = 'A') AS a,
           sum(value) FILTER (WHERE part = 'B') AS b, sum(value) FILTER (WHERE part = 'C') AS c
    FROM scoring_score score
    JOIN (SELECT * FROM unnest(%s::bigint[], %s::text[]) AS parts (indicator_id, part)) parts USING (indicator_id)
    JOIN scoring_sheet sheet ON sheet.id = score.sheet_id
    JOIN scoring_assignment assignment ON assignment.id = sheet.assignment_id
    WHERE sheet.stage_id = %s AND sheet.status = 'submitted' AND assignment.status = 'active'
    GROUP BY sheet.id
) sheets
GROUP BY nomination_id HAVING count(*) >= %s
"""
# What closing a stage leaves for each nomination, all at once; every constraint and trigger is on.
STAGE_RESULTS = """
INSERT INTO scoring_stageresult (nomination_id, stage_id, instrument_id, closed_by_id, score, passed, skip_reason,
    spread, sheet_count, detail, input_hash)
SELECT nomination, %s, %s, %s, score, passed, '', spread, number,
    jsonb_build_object('tie_keys', string_to_array(keys, ' ')), repeat('0', 64)
FROM unnest(%s::bigint[], %s::numeric[], %s::boolean[], %s::numeric[], %s::int[], %s::text[])
    AS counted (nomination, score, passed, spread, number, keys)
"""
FINAL_RESULTS = """
INSERT INTO scoring_finalresult (nomination_id, score, stars, input_hash)
SELECT nomination, score, stars, repeat('0', 64)
FROM unnest(%s::bigint[], %s::numeric[], %s::int[]) AS counted (nomination, score, stars)
"""


def parts_of(stage: Stage) -> dict[int, str]:
    """The group A, B or C of each indicator."""
    groups = {one.code: one.group for one in stage_spec(stage).indicators}
    return {one.pk: groups[one.code] for one in stage.instrument.indicators.all()}


def by_statement(stage: Stage, parts: dict[int, str]) -> dict[int, Place]:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, [list(parts), list(parts.values()), stage.pk, stage.min_assessors])
        return {nomination: (score, rank) for nomination, score, rank in cursor}


def by_hand(stage: Stage, parts: dict[int, str]) -> dict[int, Place]:
    """Whole hundredths. Means of one nomination's sheets are compared over their common multiple of 1 to 5."""
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    sheets: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [stage.pk])
        for nomination, sheet, indicator, value in cursor:
            sums[nomination][parts[indicator]] += value
            sheets[nomination].add(sheet)
    standings = {}
    for nomination, by_part in sums.items():
        count = len(sheets[nomination])
        if count >= stage.min_assessors:
            score = (2 * sum(by_part.values()) + count) // (2 * count)
            standings[nomination] = (score, *(by_part[part] * 60 // count for part in "CAB"))
    ordered = sorted(standings.values(), reverse=True)
    first = {standing: place for place, standing in reversed(list(enumerate(ordered, start=1)))}
    return {one: (f"{s[0] // 100}.{s[0] % 100:02}", first[s]) for one, s in standings.items()}


def by_portal(panel: Panel, nominations: list[int] | None = None) -> dict[int, Recounted]:
    return recount(panel.scene.period.pk, panel.scene.category.pk, nominations)


def store(panel: Panel, counted: dict[int, Recounted]) -> None:
    """Results of the stage and final results of everybody who has them. Two statements."""
    code, rows = panel.stage.code, [row for row in counted.values() if row.score is not None]
    results = [row.stages[code] for row in rows]
    columns = [
        [row.nomination for row in rows],
        [one.score for one in results],
        [not one.failures for one in results],
        [_hundredths(one.spread or 0) for one in results],
        [one.count for one in results],
        [" ".join(map(str, row.tie_keys)) for row in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(STAGE_RESULTS, [panel.stage.pk, panel.stage.instrument_id, panel.chair.pk, *columns])
        cursor.execute(FINAL_RESULTS, [columns[0], [row.score for row in rows], [row.stars for row in rows]])


@cache
def _hundredths(number: Fraction | int) -> Decimal:
    return round_half_up(Fraction(number))


def stored(panel: Panel, nominations: list[int] | None = None) -> None:
    """The recount with everything written, in a transaction that is taken back so that it can be done again."""
    with transaction.atomic():
        store(panel, by_portal(panel, nominations))
        with connection.connection.cursor() as cursor:  # no query of its own: what a commit would do
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def places(counted: dict[int, Recounted]) -> dict[int, Place]:
    return {one: (str(row.score), row.rank) for one, row in counted.items() if row.rank is not None}


def least(call: Callable[[], Any], floor_call: Callable[[], Any]) -> tuple[float, float]:
    """Least wall time of both in ms, measured in turns: most of it is the database's, so CPU of ours says little."""
    times = []
    for one in (call, floor_call) * TURNS:
        started = time.perf_counter()
        one()
        times.append((time.perf_counter() - started) * 1000)
    return min(times[::2]), min(times[1::2])


def recount_misses(panel: Panel, size: int) -> list[str]:
    parts, numbers = parts_of(panel.stage), loaded(panel.stage)
    official, statement = places(by_portal(panel)), by_statement(panel.stage, parts)
    by_numpy = partial(in_order, numbers, parts, panel.stage.min_assessors)
    shared = len(official) - len({rank for __, rank in official.values()})
    read, least_sql = least(lambda: by_portal(panel), lambda: by_statement(panel.stage, parts))
    ours, least_numpy = least(lambda: stored(panel), by_numpy)
    print(
        f"{'recount of all':<26} {size:>7} {read:>9.1f} ms, stored {ours:.1f} ms; one statement {least_sql:.1f} ms:"
        f" {ours / least_sql:.2f} ×; numpy {least_numpy:.1f} ms: {ours / least_numpy:.0f} ×;"
        f" {len(official)} places, {shared} shared",
        flush=True,
    )
    checks = {
        "order of the one statement": official == statement,
        "order of numpy": official == named(by_numpy()),
        "order of the whole numbers": official == by_hand(panel.stage, parts),
        f"{ours / least_sql:.2f} × one statement": ours <= RECOUNT * least_sql,
        f"{ours / least_numpy:.0f} × numpy": ours <= NUMPY * least_numpy,
    }
    return [f"recount of {size}: {text}" for text, held in checks.items() if not held]


def named(ordered: Ordered) -> dict[int, Place]:
    triples = zip(ordered.nominations.tolist(), ordered.hundredths.tolist(), ordered.ranks.tolist(), strict=True)
    return {pk: (f"{score // 100}.{score % 100:02}", rank) for pk, score, rank in triples}


def take_ranking(run: Run, panel: Panel, size: int, repeat: int) -> None:
    """The page of the ranking with a result for everybody."""
    chair = client_of(panel.chair)
    url = f"/penilaian/peringkat/{panel.scene.period.pk}/{panel.scene.category.pk}/"
    with transaction.atomic():
        store(panel, by_portal(panel))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE scoring_stageresult, scoring_finalresult")
        run.take("ranking", size, [partial(get, chair, url)] * repeat, RANKING)
        run.take("ranking, a later page", size, [partial(get, chair, f"{url}?after={size // 2}")] * repeat, RANKING)
        transaction.set_rollback(True)


class Writer:
    """One open sheet; every save changes what the one before has stored, and sends the version that it has given."""

    def __init__(self, client: Client, url: str, stage: Stage) -> None:
        self.client, self.url, self.version, self.turn = client, url, 0, 0
        self.indicators = stage_spec(stage).indicators
        self.answers = {f"note_{one.code}": "Catatan penilai." for one in self.indicators}
        self.mark(len(self.indicators))

    def mark(self, number: int) -> dict[str, str]:
        """Another value for so many indicators; the fields of the form."""
        self.turn += 1
        for one in self.indicators[:number]:
            self.answers[f"value_{one.code}"] = str(one.values[self.turn % 2])
        return self.answers | {"version": str(self.version)}

    def save(self) -> None:
        data = self.mark(len(self.indicators)) | {"_key": secrets.token_urlsafe(24)}
        post(self.client, self.url, data, 302)
        self.version += 1

    def autosave(self) -> None:
        answer = post(self.client, f"{self.url}simpan/", self.mark(1), 200)
        self.version = json.loads(answer.content)["version"]


def pages(panel: Panel, repeat: int) -> dict[str, tuple[list[Call], Bars | None]]:
    """The newest nomination's sheet is the one that is filled in."""
    fresh, done, chair = (client_of(user) for user in (panel.fresh, panel.scorers[0], panel.chair))
    mine = Assignment.objects.filter(assessor=panel.fresh).latest("pk")
    url = f"/penilaian/tugas/{mine.pk}/nilai/"
    writer = Writer(fresh, url, panel.stage)
    gets = {
        "desk": (fresh, "/penilaian/", PAGE),
        "desk, what is done": (done, "/penilaian/?tampil=selesai", PAGE),
        "board": (chair, "/penilaian/papan/", PAGE),
        "board, ready ones": (chair, "/penilaian/papan/?siap=1", PAGE),
        "assignments": (client_of(panel.secretariat), "/penilaian/penugasan/", PAGE),
        "scores of one nomination": (chair, f"/penilaian/usulan/{mine.nomination_id}/", None),
    }
    saves = {
        "save of 25 scores": ([writer.save] * repeat, SAVE),
        "autosave of one score": ([writer.autosave] * repeat, AUTOSAVE),
    }
    opened = {"sheet": ([partial(get, fresh, url)] * repeat, FORM)}
    one = {"result after one score": ([partial(stored, panel, [mine.nomination_id])] * repeat, ONE_CHANGED)}
    return {n: ([partial(get, who, at)] * repeat, bars) for n, (who, at, bars) in gets.items()} | saves | opened | one


def heavy(panel: Panel) -> list[str]:
    """Pages above the limit of weight."""
    weights = {
        "desk": len(client_of(panel.fresh).get("/penilaian/").content),
        "board": len(client_of(panel.chair).get("/penilaian/papan/").content),
    }
    print(", ".join(f"{name}: {weight // 1024} KB of HTML" for name, weight in weights.items()))
    return [f"{name}: {weight // 1024} KB" for name, weight in weights.items() if weight > PAGE_KB * 1024]


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench scoring", description=__doc__)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--repeat", type=int, default=30)
    options = parser.parse_args()
    prepare()
    gc.freeze()  # as a worker does before its first task
    panel = Panel()
    run, missed = Run(partial(get, floor.client_of(panel.secretariat), "/f2")), []
    run.head()
    for size in (int(size) for size in options.sizes.split(",")):
        floor.fill(size)
        panel.grow_to(size)
        analyze()
        for name, (calls, bars) in pages(panel, options.repeat).items():
            run.take(name, size, calls, bars)
        take_ranking(run, panel, size, options.repeat)
        missed = recount_misses(panel, size)  # the bar is that of the largest; the least takes milliseconds
    return run.report(missed + heavy(panel))
