"""`./run bench assigning`: a proposal for a country, from the facts in the database to its undoing.

10,000 nominations × 300 scorers × 3. Ends with 1 when the bar is missed: 60 s to the shown proposal.
"""

import argparse
import random
import resource
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from accounts.enums import Role
from accounts.models import Institution, Membership, User
from benchmarks.data import Scene
from benchmarks.portal import analyze, prepare
from nominations.enums import Status
from nominations.models import Category, Nomination
from reference.models import Commodity
from scoring.enums import RunKind
from scoring.models import AssignmentRun, KeepApart, Stage
from scoring.services.panel import seat_everybody
from scoring.services.run_jobs import carry_out, want_run
from scoring.services.runs import apply_run, undo_run

SECONDS = 60


def fill(scene: Scene, nominations: int, people: int) -> None:
    """Nominations of every OVOP category and region; scorers with two to four commodities, most with a home."""
    lot = random.Random(16)
    scene.grow_to(nominations)
    categories = list(Category.objects.filter(award="ovop").order_by("pk"))
    rows = list(Nomination.objects.order_by("pk"))
    for number, row in enumerate(rows):
        row.status, row.category = Status.ELIGIBLE, categories[number % len(categories)]
    Nomination.objects.bulk_update(rows, ["status", "category"], batch_size=1000)
    houses = Institution.objects.bulk_create(Institution(name=f"Balai {number}") for number in range(40))
    commodities = list(Commodity.objects.filter(category__in=categories).distinct())
    provinces = sorted({region.partition(".")[0] for region in scene.regions})
    users = User.objects.bulk_create(
        User(email=f"penilai{number}@bench.example", name=f"Penilai {number}") for number in range(people)
    )
    for user in users:
        home = lot.choice(provinces) if lot.random() < 0.6 else None
        member = Membership.objects.create(
            user=user, role=Role.ASSESSOR, region_id=home, institution=lot.choice(houses), valid_from=date(2020, 1, 1)
        )
        member.commodities.set(lot.sample(commodities, lot.randint(2, min(4, len(commodities)))))
    for _number in range(10):
        first, second = sorted(lot.sample([user.pk for user in users], 2))
        KeepApart.objects.create(
            period=scene.period, first_id=first, second_id=second, reason="Contoh", created_by=scene.verifier
        )
    seat_everybody(period_id=scene.period.pk, capacity=500, actor=scene.verifier)


def timed(name: str, call: Callable[[], Any]) -> float:
    started, used = time.perf_counter(), time.process_time()
    call()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:<24} {seconds:>8.1f} {time.process_time() - used:>8.1f} {peak:>9}", flush=True)
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench assigning", description=__doc__)
    parser.add_argument("--nominations", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=300)
    options = parser.parse_args()
    prepare()
    scene = Scene()
    fill(scene, options.nominations, options.people)
    analyze()
    print(f"{'step':<24} {'s':>8} {'CPU s':>8} {'peak MB':>9}")
    stage = Stage.objects.filter(period=scene.period).order_by("order").first()
    run = want_run(
        period_id=scene.period.pk,
        stage_code=stage.code if stage else "",
        kind=RunKind.FILL,
        per_nomination=3,
        mix=True,
        actor=scene.verifier,
    )
    seconds = timed("computing and storing", lambda: carry_out(run.pk))
    report = AssignmentRun.objects.get(pk=run.pk).report
    timed("applying", lambda: apply_run(run_id=run.pk, actor=scene.verifier))
    timed("undoing", lambda: undo_run(run_id=run.pk, actor=scene.verifier))
    print(f"{report['covered']} of {report['nominations']} nominations have three scorers.")
    return 1 if seconds > SECONDS else 0
