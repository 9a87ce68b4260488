"""`./run bench uploads`: bar P13, a document through the portal beside a bare Django upload of the same file.

Both take the same multipart body through a test client in this process, in turns. The bare one is a signed-in view that
saves the file with Django's own storage. Ends with 1 when a bar is missed.
"""

import os
import re
import resource
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import pikepdf
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import path, reverse

from benchmarks import floor
from benchmarks.data import Scene
from benchmarks.run import client_of

MB = 1024 * 1024
Call = Callable[[bytes], None]
REPEAT = 12
WALL, GROWTH_MB, ENTRIES = 1.3, 10, 1000


def bare(request: HttpRequest) -> HttpResponse:
    FileSystemStorage(location=Path(settings.MEDIA_ROOT) / "bare").save(
        f"{secrets.token_hex(8)}.pdf", request.FILES["file"]
    )
    return HttpResponse()


urlpatterns = [path("bare", bare)]


def own_urls(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        return get_response(request)

    return middleware


def bare_client(scene: Scene) -> Client:
    client = client_of(scene.officer)
    with override_settings(MIDDLEWARE=["benchmarks.uploads.own_urls", *floor.MIDDLEWARE[1:]]):
        client.handler.load_middleware()
    return client


def document(size: int) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.Root.Isi = pdf.make_stream(os.urandom(size - 65536))
    stream = BytesIO()
    pdf.save(stream)
    return stream.getvalue()


def send(client: Client, url: str, data: bytes, status: int) -> None:
    upload = BytesIO(data)
    upload.name = "laporan.pdf"
    body = encode_multipart(BOUNDARY, {"_key": secrets.token_urlsafe(24), "file": upload})
    started, used = time.perf_counter(), time.process_time()
    answer = client.generic("POST", url, body, content_type=MULTIPART_CONTENT)
    TIMES.append(((time.perf_counter() - started) * 1000, (time.process_time() - used) * 1000))
    assert answer.status_code == status, re.findall("<li[^>]*>(?:<a[^>]*>)?([^<]+)", answer.content.decode())


TIMES: list[tuple[float, float]] = []


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (MB if sys.platform == "darwin" else 1024)


@dataclass(frozen=True)
class Figures:
    wall: float
    cpu: float


def measure(size: int, ours: Call, floor_call: Call) -> tuple[Figures, Figures, float]:
    """Least time of both in ms, and how far ours has raised the peak after the bare one had set it."""
    data = document(size)
    for _warm_up in range(3):
        floor_call(data)
    before = peak()
    ours(data)
    growth = peak() - before
    TIMES.clear()
    for _turn in range(REPEAT):
        ours(data)
        floor_call(data)
    return _least(TIMES[::2]), _least(TIMES[1::2]), growth


def _least(times: list[tuple[float, float]]) -> Figures:
    return Figures(wall=min(wall for wall, __ in times), cpu=min(cpu for __, cpu in times))


def fullest() -> int:
    folders = [entry for entry in Path(settings.MEDIA_ROOT).glob("??/**") if entry.is_dir()]
    return max(sum(1 for _entry in folder.iterdir()) for folder in folders)


def main() -> int:
    for command in ("migrate", "createcachetable", "load_data"):
        call_command(command, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    scene = Scene()
    draft = scene.complete_drafts(1, "unggah")[0]
    requirement = draft.period.requirements.get(code="D01")
    ours = partial(_ours, client_of(scene.officer), reverse("document_add", args=[draft.pk, requirement.pk]))
    bare_call = partial(_bare, bare_client(scene))
    ours(document(MB))
    missed = []
    print(f"{'file':>6} {'ours ms':>9} {'bare ms':>9} {'ratio':>6} {'CPU ms':>8} {'bare CPU':>9} {'peak +MB':>9}")
    for size in (10, 20):
        with override_settings(UPLOAD_MAX_BYTES=size * MB):
            mine, floor_one, growth = measure(size * MB, ours, bare_call)
        ratio = mine.wall / floor_one.wall
        print(
            f"{size:>3} MB {mine.wall:>9.1f} {floor_one.wall:>9.1f} {ratio:>6.2f} {mine.cpu:>8.1f}"
            f" {floor_one.cpu:>9.1f} {growth:>9.1f}",
            flush=True,
        )
        if ratio > WALL:
            missed.append(f"{size} MB: wall {ratio:.2f} × bare")
        if growth > GROWTH_MB:
            missed.append(f"{size} MB: {growth:.1f} MB more memory")
    if fullest() > ENTRIES:
        missed.append(f"a folder with {fullest()} entries")
    print("\n".join(["", "Missed:", *missed] if missed else ["", "P13 holds."]))
    return 1 if missed else 0


def _ours(client: Client, url: str, data: bytes) -> None:
    send(client, url, data, 302)


def _bare(client: Client, data: bytes) -> None:
    send(client, "/bare", data, 200)
