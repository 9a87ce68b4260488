"""`./run bench certificates`: a batch by real workers beside the warm rendering of one, its memory, a kill -9 in the
middle with a broker that has forgotten everything, and the public page beside f1. Ends with 1 when a bar is missed.
"""

import argparse
import os
import secrets
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

import psutil
import redis
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from benchmarks import floor
from benchmarks.data import Scene, person
from benchmarks.measure import Figures, measure
from benchmarks.portal import analyze, prepare
from benchmarks.serving import requests_a_second, served
from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.querysets import CLAIM_MINUTES
from certificates.rendering import certificate_pdf, face_of
from certificates.services.issue import issue_certificate, waiting_ids
from certificates.services.sending import send_wanted
from core.files import read_bytes
from nominations.enums import Status
from nominations.models import Nomination, Snapshot
from ovop_portal.celery import load_engines
from scoring.models import Decision, Decree, RankingSnapshot

WORKERS = 2
WALL, START_SECONDS = 1.30, 5
OVERHEAD_MS = 15
PEAK_MB, GROWTH_MB = 200, 20
PAGE_CPU, PAGE_QUERIES, PAGE_RATE = 0.6, 2, 1.5
ALONE = 60
PATIENCE = 1800
LOOK = 3  # seconds from one look at the memory to the next: it walks all processes, on the cores that render


def wanted(scene: Scene, count: int) -> list[int]:
    """Released decisions whose certificates wait; as the release leaves them."""
    scene.grow_to(count)
    Nomination.objects.update(status=Status.DECIDED)
    nominations = list(Nomination.objects.order_by("pk"))
    first, second = person(Role.PANEL_CHAIR), person(Role.MINISTRY_ADMIN)
    Snapshot.objects.bulk_create(
        Snapshot(
            nomination=one,
            number=1,
            data={"holder": {"name": f"Hj. Siti Nur Aminah {n}", "detail": "Batik Tulis Bench · Sentra Bench"}},
            sha256="0" * 64,
        )
        for n, one in enumerate(nominations)
    )
    now = timezone.now()
    ranking = RankingSnapshot.objects.create(
        period=scene.period, category=scene.category, version=1, content="{}", sha256="0" * 64, signed_by_1=first
    )
    RankingSnapshot.objects.filter(pk=ranking.pk).update(signed_by_2=second, signed_at_2=now)
    decree = Decree.objects.create(
        period=scene.period,
        number="1/BENCH",
        title="Penerima Penghargaan OVOP",
        decided_on=date(2026, 1, 15),
        signatory_title="Menteri Perindustrian",
        signatory_name="Nama Pejabat",
        place="Jakarta",
        recorded_by=first,
    )
    decisions = Decision.objects.bulk_create(
        Decision(decree=decree, nomination=one, ranking=ranking, stars=1 + one.pk % 3) for one in nominations
    )
    Decree.objects.filter(pk=decree.pk).update(released_by=second, released_at=now)
    rows = Certificate.objects.bulk_create(Certificate(decision=one, period=scene.period) for one in decisions)
    return [row.pk for row in rows]


def one_by_one(ids: list[int]) -> tuple[float, float]:
    """Medians in ms: the wall of one warm rendering with nothing claimed, signed or stored, and the CPU that the same
    certificate takes beyond it from claim to file. In turns, so that both see the same machine.
    """
    walls, beside = [], []
    for row in Certificate.objects.with_face().filter(pk__in=ids):
        face = face_of(row, serial="OVOP/2026/0000", issued_on=timezone.localdate(), signed=True)
        started, used = time.perf_counter(), time.process_time()
        certificate_pdf(face, created=timezone.now())
        walls.append((time.perf_counter() - started) * 1000)
        rendered = time.process_time()
        assert issue_certificate(row.pk), Certificate.objects.get(pk=row.pk).last_error
        beside.append((time.process_time() - rendered - (rendered - used)) * 1000)
    return statistics.median(walls[3:]), statistics.median(beside[3:])


@contextmanager
def workers(count: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "celery", "-A", "ovop_portal", "worker", f"--concurrency={count}"]
    options = ["--loglevel=WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*command, *options], start_new_session=True, **quiet)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)


def memory(process: subprocess.Popen[bytes]) -> float:
    """The largest resident memory of a child, in MB."""
    try:
        children = psutil.Process(process.pid).children(recursive=True)
        return max((child.memory_info().rss for child in children), default=0) / 1e6
    except psutil.NoSuchProcess:
        return 0.0


def issued() -> int:
    return Certificate.objects.filter(state=CertificateState.ISSUED).count()


def run_batch(ids: list[int]) -> dict[str, float]:
    """Everything by the workers; seconds from the first message, and the memory of the largest child."""
    before, peak, early = issued(), 0.0, 0.0
    with workers(WORKERS) as process:
        started = time.perf_counter()
        send_wanted(ids)
        looked = started
        while (done := issued() - before) < len(ids):
            assert time.perf_counter() - started < PATIENCE, f"{done} of {len(ids)}"
            if time.perf_counter() - looked > LOOK:
                looked = time.perf_counter()
                now = memory(process)
                peak = max(peak, now)
                if not early and done >= min(100, len(ids) // 2):
                    early = now
            time.sleep(0.2)
        seconds = time.perf_counter() - started
        late = memory(process)
        peak = max(peak, late)
    return {"seconds": seconds, "peak": peak, "growth": late - early}


def run_with_faults(ids: list[int]) -> list[str]:
    """kill -9 of all workers at a third, a broker that forgot everything, the same messages twice; then the sweeper."""
    before = issued()
    with workers(WORKERS) as process:
        send_wanted(ids)
        while issued() - before < len(ids) // 3:
            time.sleep(0.2)
        os.killpg(process.pid, signal.SIGKILL)
    left = Certificate.objects.filter(state=CertificateState.RENDERING).count()
    redis.Redis.from_url(settings.CELERY_BROKER_URL.replace("redis+socket", "unix")).flushall()
    stale = timezone.now() - timedelta(minutes=CLAIM_MINUTES + 1)
    Certificate.objects.filter(state=CertificateState.RENDERING).update(claimed_at=stale)
    done = issued() - before
    print(f"\nkilled at {done} of {len(ids)}, {left} in the middle of their work; the broker was emptied", flush=True)
    started = time.perf_counter()
    with workers(WORKERS):
        while issued() - before < len(ids) and time.perf_counter() - started < PATIENCE:
            send_wanted(waiting_ids() * 2)
            time.sleep(5)
    return violations()


def violations() -> list[str]:
    """I3 and I4 of what is issued: one certificate and one number each, no gap, a file that is its hash."""
    rows = list(Certificate.objects.select_related("file").order_by("number"))
    made = [row for row in rows if row.number is not None]
    found = [f"{row.pk} is {row.state}: {row.last_error}" for row in rows if row.state != CertificateState.ISSUED]
    if [row.number for row in made] != list(range(1, len(made) + 1)):
        found.append("the numbers have a gap or stand twice")
    if len({row.file_id for row in made}) != len(made):
        found.append("two certificates share a file")
    found += [f"{row.serial}: other bytes" for row in made if sha256(read_bytes(row.file)).hexdigest() != row.sha256]
    known = set(Certificate.objects.values_list("file__path", flat=True))
    stored = {str(path.relative_to(settings.MEDIA_ROOT)) for path in Path(settings.MEDIA_ROOT).rglob("*.pdf")}
    print(f"{len(made)} certificates, {len(stored - known)} files without a row (the nightly reaper takes them)")
    return found


def page_figures(scene: Scene, repeat: int) -> dict[str, tuple[Figures, Figures]]:
    """The public page beside f1: of another certificate each time, of the same, and of a code that nobody has."""
    visitor = Client(headers={"host": "127.0.0.1"})
    beside = partial(floor.client_of(scene.verifier).get, "/f1")
    tokens = Certificate.objects.filter(state=CertificateState.ISSUED).values_list("token", flat=True)[:repeat]

    def look(code: str) -> None:
        caches["process"].clear()
        assert visitor.get(reverse("certificate_verify", args=[code])).status_code in (200, 404)

    calls = {
        "each another": [partial(look, token) for token in tokens],
        "found": [partial(look, tokens[0])] * repeat,
        "not found": [partial(look, secrets.token_urlsafe(24))] * repeat,
    }
    return {name: measure(those, beside) for name, those in calls.items()}


def rates(scene: Scene) -> dict[str, float]:
    """Requests a second of two gunicorn workers: the public page, and f1 with its session."""
    token = Certificate.objects.filter(state=CertificateState.ISSUED).values_list("token", flat=True)[0]
    cookies = "; ".join(f"{name}={one.value}" for name, one in floor.client_of(scene.verifier).cookies.items())
    with served("benchmarks.serving:portal_and_floor()", "--workers=2") as (port, __):
        return {
            "public page": requests_a_second(port, reverse("certificate_verify", args=[token])),
            "f1": requests_a_second(port, "/f1", cookies),
        }


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench certificates", description=__doc__)
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--faults", type=int, default=300, help="certificates of the run with faults")
    options = parser.parse_args()
    prepare()
    scene = Scene()
    ids = wanted(scene, options.size + options.faults + ALONE)
    floor.fill(10_000)
    analyze()
    alone, rest = ids[:ALONE], ids[ALONE:]
    batch, faulty = rest[: options.size], rest[options.size :]

    load_engines()  # as a worker does before it forks its children
    before = one_by_one(alone[::2])
    connection.close()
    result = run_batch(batch)
    after = one_by_one(alone[1::2])  # the machine is not the same a minute later
    connection.close()
    wall, overhead = (statistics.mean(both) for both in zip(before, after, strict=True))
    limit = WALL * len(batch) * wall / 1000 / WORKERS + START_SECONDS
    load = os.getloadavg()[0]
    busy = load > 1.5 * (os.cpu_count() or 1)
    print(f"floor: one warm rendering {wall:.1f} ms; beside it {overhead:.1f} ms CPU a certificate")
    judged = " (not judged)" if busy else ""
    print(f"{len(batch)} by {WORKERS} workers: {result['seconds']:.1f} s, bar {limit:.1f} s, load {load:.1f}{judged}")
    print(f"memory of a worker: peak {result['peak']:.0f} MB, growth {result['growth']:.0f} MB")
    broken = run_with_faults(faulty) if faulty else violations()

    print(f"\n{'page':<12} {'queries':>8} {'CPU ms':>8} {'CPU/f1':>8} {'p50 ms':>8}")
    checks = {
        f"P8 {result['seconds']:.1f} s": result["seconds"] <= limit or busy,
        f"P8 {overhead:.1f} ms beside the rendering": overhead <= OVERHEAD_MS,
        f"P9 peak {result['peak']:.0f} MB": result["peak"] <= PEAK_MB,
        f"P9 growth {result['growth']:.0f} MB": result["growth"] <= GROWTH_MB,
    }
    for name, (page, f1) in page_figures(scene, 60).items():
        print(f"{name:<12} {page.queries:>8} {page.cpu:>8.2f} {page.cpu / f1.cpu:>8.2f} {page.p50:>8.1f}")
        checks[f"P12 {name}, CPU {page.cpu / f1.cpu:.2f} × f1"] = page.cpu <= PAGE_CPU * f1.cpu
        checks[f"P12 {name}, {page.queries} queries"] = page.queries <= PAGE_QUERIES
    connection.close()
    page, f1 = rates(scene).values()
    print(f"over HTTP, 2 workers, 4 clients: {page:.0f} requests a second, f1 {f1:.0f}: {page / f1:.2f} ×")
    checks[f"P12 {page / f1:.2f} × f1 in requests a second"] = page >= PAGE_RATE * f1
    missed = [text for text, held in checks.items() if not held] + broken
    print("\n".join(["", "Missed:", *missed] if missed else ["", "All bars hold."]))
    return 1 if missed else 0
