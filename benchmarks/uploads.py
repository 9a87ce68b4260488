"""`./run bench uploads`: bar P13, a document through the portal beside a bare Django upload of the same file.

All go over HTTP to one gunicorn worker, in turns. Two bare views save the file with Django's own storage, one of them
waits for the disk as the portal does. Time is the client's, CPU and memory are the worker's. Before them downloads, of
which the web server would send the bytes (X-Accel-Redirect), beside f1. Ends with 1 when a bar is missed.
"""

import http.client
import os
import re
import secrets
import time
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import pikepdf
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from benchmarks import floor
from benchmarks.bare import LARGEST
from benchmarks.data import Scene
from benchmarks.measure import measure as measured
from benchmarks.portal import analyze, client_of, get, prepare
from benchmarks.serving import served
from nominations.models import Nomination

MB = 1024 * 1024
SIZES = (1, 10, LARGEST // MB)
JUDGED = LARGEST // MB  # the bar's size; the smaller ones show what a request costs whatever its file
WARM_UP, REPEAT = 3, 60
WALL, GROWTH_MB, ENTRIES = 1.3, 10, 1000
PLACES = {"bare": "/bare/", "bare, fsync": "/bare/synced/"}


@dataclass(frozen=True)
class Once:
    wall: float
    cpu: float
    """ms"""
    growth: float
    """MB that the worker's memory rose above what it held before"""


class Worker:
    """The one process that answers, as the kernel sees it."""

    def __init__(self, port: int, pid: int) -> None:
        self.port, self.proc = port, Path(f"/proc/{pid}")
        self.clock = (~pid << 3) | 2  # as clock_getcpuclockid(3) says it: all threads, also those that have ended

    def cpu(self) -> float:
        return time.clock_gettime(self.clock) * 1000

    def memory(self, what: str) -> float:
        return int(re.search(rf"{what}:\s+(\d+)", (self.proc / "status").read_text())[1]) / 1024

    def post(self, path: str, body: bytes, cookies: str, expected: int) -> Once:
        (self.proc / "clear_refs").write_text("5")  # the peak begins anew
        held, used, started = self.memory("VmRSS"), self.cpu(), time.perf_counter()
        status, text = ask(self.port, "POST", path, cookies, body)
        wall = (time.perf_counter() - started) * 1000
        assert status == expected, re.findall("<li[^>]*>(?:<a[^>]*>)?([^<]+)", text)
        return Once(wall, self.cpu() - used, self.memory("VmHWM") - held)


def ask(port: int, method: str, path: str, cookies: str, body: bytes | None = None) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as link:
        link.request(method, path, body, {"Cookie": cookies, "Content-Type": MULTIPART_CONTENT})
        answer = link.getresponse()
        return answer.status, answer.read().decode()


def document(size: int) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.Root.Isi = pdf.make_stream(os.urandom(size - 65536))
    stream = BytesIO()
    pdf.save(stream)
    return stream.getvalue()


def form(data: bytes, token: str) -> bytes:
    upload = BytesIO(data)
    upload.name = "laporan.pdf"
    fields = {"csrfmiddlewaretoken": token, "_key": secrets.token_urlsafe(24), "file": upload}
    return encode_multipart(BOUNDARY, fields)


def measure(worker: Worker, size: int, portal: str, cookies: str, token: str) -> dict[str, list[Once]]:
    data, times = document(size * MB), {name: [] for name in ("portal", *PLACES)}
    for _turn in range(WARM_UP + REPEAT):
        times["portal"].append(worker.post(portal, form(data, token), cookies, 302))
        for name, place in PLACES.items():
            times[name].append(worker.post(place, form(data, token), cookies, 200))
    return {name: turns[WARM_UP:] for name, turns in times.items()}


def misses(size: int, times: dict[str, list[Once]]) -> list[str]:
    """The bars against the bare upload; the one with fsync is shown beside it."""
    ratio = least(times["portal"], "wall") / least(times["bare"], "wall")
    growth = max(once.growth for once in times["portal"])
    checks = {f"wall {ratio:.2f} × bare": ratio <= WALL, f"{growth:.1f} MB more memory": growth <= GROWTH_MB}
    return [f"{size} MB: {text}" for text, held in checks.items() if not held]


def least(turns: list[Once], what: str) -> float:
    return min(getattr(once, what) for once in turns)


def fullest() -> int:
    folders = [entry for entry in Path(settings.MEDIA_ROOT).glob("??/**") if entry.is_dir()]
    return max(sum(1 for _entry in folder.iterdir()) for folder in folders)


def downloads(scene: Scene, draft: Nomination) -> list[str]:
    """CPU of a download by who may read the dossier, beside f1; prints a table, gives what missed the bar."""
    floor.fill(10_000)
    analyze()
    f1 = partial(get, floor.client_of(scene.officer), "/f1")
    url = reverse("document_download", args=[draft.pk, draft.items.order_by("pk").first().pk])
    print(f"\n{'download':<14} {'queries':>7} {'CPU ms':>8} {'× f1':>7}")
    missed = []
    with override_settings(PRIVATE_FILES_ACCEL="/private/"):
        for who, user in (("officer", scene.officer), ("Sekretariat", scene.verifier)):
            page, beside = measured([partial(get, client_of(user), url)] * REPEAT * 2, f1)
            print(f"{who:<14} {page.queries:>7} {page.cpu:>8.2f} {page.cpu / beside.cpu:>7.2f}")
            if page.cpu > beside.cpu:
                missed.append(f"download, {who}: CPU {page.cpu / beside.cpu:.2f} × f1")
    return missed


def main() -> int:
    prepare()
    scene = Scene()
    draft = scene.complete_drafts(1, "unggah")[0]
    missed = downloads(scene, draft)
    portal = reverse("document_add", args=[draft.pk, draft.period.requirements.get(code="D01").pk])
    client = client_of(scene.officer)
    client.get(reverse("nomination_documents", args=[draft.pk]))
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    connection.close()
    print(f"\n{'file':>6} {'':<12} {'wall ms':>9} {'× bare':>7} {'CPU ms':>8} {'peak +MB':>9}")
    with served("benchmarks.bare:make_application()", "--workers=1", "--threads=4") as (port, server):
        worker = Worker(port, int(Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()))
        for size in SIZES:
            times = measure(worker, size, portal, cookies, token)
            for name, turns in times.items():
                wall, ratio = least(turns, "wall"), least(turns, "wall") / least(times["bare"], "wall")
                cpu, growth = least(turns, "cpu"), max(once.growth for once in turns)
                print(f"{size:>3} MB {name:<12} {wall:>9.1f} {ratio:>7.2f} {cpu:>8.1f} {growth:>9.1f}", flush=True)
            missed += misses(size, times) if size == JUDGED else []
    if fullest() > ENTRIES:
        missed.append(f"a folder with {fullest()} entries")
    print("\n".join(["", "Missed:", *missed] if missed else ["", "P13 holds."]))
    return 1 if missed else 0
