"""Page images: drawn once, within limits, and a failure that shows instead of a crash."""

import subprocess
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from core import limited, preview_render, previews
from core.files import read_bytes, store_bytes
from core.models import Preview, PreviewState, ScanState, StoredFile
from core.previews import render_preview, waiting_ids, want_preview
from tests.files import jpeg_bytes, long_pdf_bytes, pdf_bytes, png_bytes

pytestmark = pytest.mark.django_db


def kept(data: bytes, content_type: str = "application/pdf") -> StoredFile:
    stored = store_bytes(data, name="berkas", content_type=content_type)
    want_preview(stored)
    return stored


def page_sizes(stored: StoredFile) -> list[tuple[int, int]]:
    pages = Preview.objects.get(pk=stored.pk).pages.select_related("image")
    images = [Image.open(BytesIO(read_bytes(page.image))) for page in pages]
    assert {image.format for image in images} <= {"WEBP"}
    return [image.size for image in images]


def test_the_first_ten_pages_are_drawn_and_the_rest_is_counted():
    stored = kept(long_pdf_bytes(12))
    render_preview(str(stored.pk))
    preview = Preview.objects.get(pk=stored.pk)
    assert (preview.state, preview.page_count) == (PreviewState.READY, 12)
    assert page_sizes(stored) == [(1000, 1416)] * 10


@pytest.mark.parametrize(
    ("size", "shown"), [((20, 14_400), (5, 3000)), ((14_400, 20), (1000, 2)), ((14_400, 14_400), (1000, 1000))]
)
def test_a_page_of_any_shape_stays_small(size, shown):
    stored = kept(long_pdf_bytes(1, size))
    render_preview(str(stored.pk))
    ((width, height),) = page_sizes(stored)
    assert abs(width - shown[0]) <= 1
    assert abs(height - shown[1]) <= 1


@pytest.mark.parametrize(("make", "kind"), [(jpeg_bytes, "image/jpeg"), (png_bytes, "image/png")], ids=["jpeg", "png"])
def test_a_picture_is_one_page(make, kind):
    stored = kept(make((3000, 1500)), kind)
    render_preview(str(stored.pk))
    assert page_sizes(stored) == [(1000, 500)]
    assert Preview.objects.get(pk=stored.pk).page_count == 1


def test_a_picture_stands_upright_and_says_nothing_of_its_place():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "S"
    stream = BytesIO()
    Image.new("RGB", (200, 100)).save(stream, "JPEG", exif=exif)
    stored = kept(stream.getvalue(), "image/jpeg")
    render_preview(str(stored.pk))
    assert page_sizes(stored) == [(100, 200)]
    image = Image.open(BytesIO(read_bytes(Preview.objects.get(pk=stored.pk).pages.get().image)))
    assert dict(image.getexif()) == {}


def test_a_second_delivery_draws_nothing():
    stored = kept(pdf_bytes())
    render_preview(str(stored.pk))
    before = StoredFile.objects.count()
    render_preview(str(stored.pk))
    assert StoredFile.objects.count() == before
    assert stored.pk not in waiting_ids()


def test_what_cannot_be_drawn_is_tried_again_and_then_shows_as_failed():
    stored = kept(b"%PDF-1.7\nbukan pdf")
    for attempt in range(1, previews.MAX_ATTEMPTS + 1):
        assert stored.pk in waiting_ids()
        render_preview(str(stored.pk))
        assert Preview.objects.get(pk=stored.pk).attempts == attempt
    preview = Preview.objects.get(pk=stored.pk)
    assert preview.state == PreviewState.FAILED
    assert preview.last_error.startswith("ended with 1: ")
    assert stored.pk not in waiting_ids()


def test_a_file_that_keeps_its_reader_busy_is_given_up(monkeypatch):
    stored = kept(pdf_bytes())
    monkeypatch.setattr(limited, "SECONDS", 0.01)
    render_preview(str(stored.pk))
    preview = Preview.objects.get(pk=stored.pk)
    assert (preview.state, preview.last_error) == (PreviewState.WANTED, "TimeoutExpired after at most 0.01 s")


def test_a_worker_that_died_each_time_leaves_a_failure_not_a_loop():
    stored = kept(pdf_bytes())
    long_ago = timezone.now() - timedelta(hours=1)
    for _death in range(previews.MAX_ATTEMPTS + 1):
        assert stored.pk in waiting_ids()
        Preview.objects.filter(pk=stored.pk).update(claimed_at=long_ago)
        Preview.objects.filter(pk=stored.pk).update(attempts=previews.MAX_ATTEMPTS)
    render_preview(str(stored.pk))
    assert Preview.objects.get(pk=stored.pk).state == PreviewState.FAILED


def test_a_claim_of_another_worker_is_left_alone():
    stored = kept(pdf_bytes())
    Preview.objects.filter(pk=stored.pk).update(claimed_at=timezone.now())
    assert waiting_ids() == []
    render_preview(str(stored.pk))
    assert Preview.objects.get(pk=stored.pk).state == PreviewState.WANTED


@pytest.mark.parametrize("state", [ScanState.WAITING, ScanState.INFECTED])
def test_a_held_file_is_not_opened(state):
    stored = kept(pdf_bytes())
    StoredFile.objects.filter(pk=stored.pk).update(scan_state=state)
    assert waiting_ids() == []
    render_preview(str(stored.pk))
    assert Preview.objects.get(pk=stored.pk).attempts == 0


def test_the_reader_of_hostile_files_has_no_secrets_and_little_memory(tmp_path: Path, monkeypatch: Any):
    seen = {}
    real = subprocess.run

    def spy(command: list[str], **options: Any) -> Any:
        seen.update(options)
        return real(command, **options)

    monkeypatch.setattr(limited.subprocess, "run", spy)
    stored = kept(pdf_bytes())
    render_preview(str(stored.pk))
    assert seen["env"] == {}
    assert settings.SECRET_KEY not in str(seen)
    limits = (
        f"import sys; sys.path.insert(0, {str(settings.BASE_DIR)!r})\n"
        "from core.preview_render import limit_resources\nlimit_resources()\nbytearray(3 << 30)"
    )
    greedy = real([sys.executable, "-c", limits], capture_output=True, check=False)
    assert b"MemoryError" in greedy.stderr
    assert preview_render.CPU_SECONDS < limited.SECONDS < previews.CLAIM.total_seconds()
