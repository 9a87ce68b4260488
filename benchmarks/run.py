"""`./run bench`: the nomination list and the submission beside the floors f1 and f2, all in one run.

Prints a table and the bars; ends with 1 when a bar is missed. Only ratios within one run mean anything.
"""

import argparse
import secrets
from functools import partial

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from benchmarks import floor
from benchmarks.data import Scene
from benchmarks.measure import Call, Figures, measure
from nominations.models import Nomination

LIST_BARS = {"cpu": 4.0, "p50": 5.0, "p95": 2.0, "growth": 1.25, "queries": 8}
SHOWN_ONLY = ("f1", "submit")


def client_of(user: User) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def get(client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)


def submit(client: Client, nomination: Nomination) -> None:
    data = {"declared": "on", "_key": secrets.token_urlsafe(24)}
    answer: HttpResponse = client.post(f"/usulan/{nomination.pk}/periksa/", data)
    assert answer.status_code == 302, answer.content[:3000]


def pages(scene: Scene, size: int, repeat: int) -> dict[str, list[Call]]:
    verifier, officer = client_of(scene.verifier), client_of(scene.officer)
    drafts = scene.complete_drafts(repeat, str(size))
    return {
        "list, Sekretariat": [partial(get, verifier, "/usulan/")] * repeat,
        "list, filtered": [partial(get, verifier, "/usulan/?status=verifikasi&award=ovop")] * repeat,
        "list, search": [partial(get, verifier, "/usulan/?q=Bench")] * repeat,
        "list, officer": [partial(get, officer, "/usulan/")] * repeat,
        "queue": [partial(get, verifier, "/usulan/verifikasi/")] * repeat,
        "submit": [partial(submit, officer, draft) for draft in drafts],
    }


def row(name: str, size: int, figures: Figures, f2: Figures) -> str:
    return (
        f"{name:<24} {size:>7} {figures.queries:>8} {figures.cpu:>9.1f} {figures.p50:>9.1f} {figures.p95:>9.1f}"
        f" {figures.cpu / f2.cpu:>9.2f} {figures.p50 / f2.p50:>9.2f}"
    )


def misses(name: str, by_size: dict[int, tuple[Figures, Figures]]) -> list[str]:
    """The bars P1 to P3 that a list misses at the largest size; the submission and the floor are only shown."""
    if name in SHOWN_ONLY:
        return []
    (small, __), (large, f2) = by_size[min(by_size)], by_size[max(by_size)]
    counts = {figures.queries for figures, __ in by_size.values()}
    checks = {
        f"P1 CPU {large.cpu / f2.cpu:.2f} × f2": large.cpu <= LIST_BARS["cpu"] * f2.cpu,
        f"P1 p50 {large.p50 / f2.p50:.2f} × f2": large.p50 <= LIST_BARS["p50"] * f2.p50,
        f"P1 p95 {large.p95 / large.p50:.2f} × own p50": large.p95 <= LIST_BARS["p95"] * large.p50,
        f"P2 queries {sorted(counts)}": len(counts) == 1 and large.queries <= LIST_BARS["queries"],
        f"P3 growth {large.cpu / small.cpu:.2f}": large.cpu <= LIST_BARS["growth"] * small.cpu,
    }
    return [f"{name}: {text}" for text, held in checks.items() if not held]


def analyze() -> None:
    """What autovacuum does on a running server, done at once so that plans fit the data."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def prepare() -> None:
    """The portal's own tables and reference data, and those of the floor."""
    for command in ("migrate", "createcachetable", "load_data"):
        call_command(command, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    floor.create_tables()


def head() -> None:
    print(f"{'page':<24} {'N':>7} {'queries':>8} {'CPU ms':>9} {'p50 ms':>9} {'p95 ms':>9} {'CPU/f2':>9} {'p50/f2':>9}")


def report(missed: list[str]) -> int:
    print("\n".join(["", "Missed:", *missed] if missed else ["", "P1, P2 and P3 hold for every page."]))
    return 1 if missed else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--repeat", type=int, default=40)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]

    prepare()
    scene = Scene()
    floor_client = floor.client_of(scene.verifier)
    f1, f2 = (partial(get, floor_client, f"/{name}") for name in ("f1", "f2"))
    results: dict[str, dict[int, tuple[Figures, Figures]]] = {}
    head()
    for size in sizes:
        floor.fill(size)
        scene.grow_to(size)
        analyze()
        for name, calls in ({"f1": [f1] * options.repeat} | pages(scene, size, options.repeat)).items():
            results.setdefault(name, {})[size] = measure(calls, beside=f2)
            print(row(name, size, *results[name][size]), flush=True)
    return report([text for name, by_size in results.items() for text in misses(name, by_size)])
