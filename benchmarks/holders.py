"""`./run bench holders`: the public pages at 200 and at 20,000 holders, beside the floor f2.

Prints a table and the bars; ends with 1 when a bar is missed. Only ratios within one run mean anything.
"""

import time
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import cycle

from django.db import connection
from django.test import Client
from django.utils import timezone

from benchmarks import floor
from benchmarks.bars import DETAIL, LIST, Bars, Run
from benchmarks.data import FULL_PAGE, Scene
from benchmarks.measure import Call
from benchmarks.portal import analyze, get, prepare
from certificates.models import Certificate
from nominations.models import Nomination
from ovop_portal.demo.national import FIRST, SECOND
from scoring.models import Decision, Decree

SIZES = (200, 20_000)
REPEAT = 40
LAST_DAY = date(2099, 1, 1)
# One in three of a category has three stars, so that a capped count goes through three times as many.
DECLARED = {"category and stars": replace(LIST, rows=4000)}


def grow_holders(scene: Scene, have: int, wanted: int) -> None:
    """Issued certificates as their services leave them; the guards would ask for the whole story of each."""
    scene.grow_to(wanted)
    decree, __ = Decree.objects.get_or_create(
        number="1/BENCH/2026",
        defaults={
            "period": scene.period,
            "title": "Penerima Bench",
            "decided_on": date(2026, 1, 1),
            "signatory_title": "Menteri",
            "signatory_name": "Bench",
            "place": "Jakarta",
            "recorded_by": scene.officer,
        },
    )
    nominations = Nomination.objects.order_by("pk").select_related("region__parent")[have:wanted]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        decisions = Decision.objects.bulk_create(
            Decision(decree=decree, nomination=nomination, stars=stars, ranking_id=0)
            for nomination, stars in zip(nominations, cycle((1, 2, 3)), strict=False)
        )
        Certificate.objects.bulk_create(
            _certificate(scene, number, decision) for number, decision in enumerate(decisions, start=have + 1)
        )
        cursor.execute("SET session_replication_role = origin")


def _certificate(scene: Scene, number: int, decision: Decision) -> Certificate:
    region, serial = decision.nomination.region, f"OVOP/2026/{number:04d}"
    other = max(0, number - FULL_PAGE)  # a search for the first name fills a page at every size
    face = {
        "serial": serial,
        "award_code": "ovop",
        "award": scene.period.award.name,
        "period": scene.period.name,
        "year": 2026,
        "category_code": "batik",
        "category": scene.category.label,
        "stars": decision.stars,
        "holder_name": f"{FIRST[other % len(FIRST)]} {SECOND[other // len(FIRST) % len(SECOND)]} {number}",
        "holder_detail": f"Kain {number}",
        "region_code": region.pk,
        "region": f"{region.name}, {region.parent.label}",
        "decree_title": "Keputusan Menteri",
        "decree_number": decision.decree.number,
        "decree_date": "2026-01-01",
        "valid_until": LAST_DAY.isoformat(),
    }
    return Certificate(
        decision=decision,
        period=scene.period,
        state="issued",
        number=number,
        serial=serial,
        face=face,
        file=scene.file,
        sha256=f"{number:064d}",
        issued_at=timezone.now(),
        valid_until=LAST_DAY,
    )


def pages(visitor: Client) -> dict[str, tuple[list[Call], Bars | None]]:
    lists = {
        "register": "/pemegang/",
        "one province": "/pemegang/?provinsi=33",
        "category and stars": "/pemegang/?kategori={category}&bintang=3",
        "name": "/pemegang/?q=kain",
        "name with an error": "/pemegang/?q=snar+abadi",
        "ended": "/pemegang/?berlaku=berakhir",
    }
    details = {"holder": "/pemegang/ovop/2026/7/", "statistics": "/statistik/"}
    category = Nomination.objects.values_list("category", flat=True)[0]
    bars = dict.fromkeys(lists, LIST) | dict.fromkeys(details, DETAIL) | DECLARED
    return {
        name: ([partial(get, visitor, url.format(category=category))] * REPEAT, bars[name])
        for name, url in (lists | details).items()
    }


def main() -> int:
    prepare()
    scene, visitor = Scene(), Client(headers={"host": "127.0.0.1"})
    run = Run(partial(get, floor.client_of(scene.officer), "/f2"))
    run.head()
    have = 0
    for size in SIZES:
        started = time.perf_counter()
        floor.fill(min(size, 10_000))
        grow_holders(scene, have, size)
        have = size
        analyze()
        print(f"{size} holders, made in {time.perf_counter() - started:.0f} s", flush=True)
        for name, (calls, bars) in pages(visitor).items():
            run.take(name, size, calls, bars)
    return run.report()
