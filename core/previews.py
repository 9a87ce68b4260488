"""Page images of private files: what a reader sees without opening the file itself.

The first pages are drawn once, by a worker, in a process with limits (`core.preview_render`). A file that cannot be
drawn is tried again a few times and then shows as failed; the file itself can still be downloaded.
"""

import logging
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from core import preview_render
from core.files import store_bytes
from core.jobs import enqueue
from core.limited import NotDoneError, pages_made
from core.models import Preview, PreviewPage, PreviewState, ScanState, StoredFile

logger = logging.getLogger(__name__)
IMAGE_TYPE = "image/webp"
MAX_ATTEMPTS = 3
CLAIM = timedelta(minutes=5)  # longer than `core.limited.SECONDS`: an older claim belongs to a worker that died


def want_preview(stored: StoredFile) -> None:
    """Ask for the page images of a file in the caller's transaction. One query.

    A file that waits for its scan is drawn after it.
    """
    Preview.objects.bulk_create([Preview(file=stored)], ignore_conflicts=True)
    if not stored.held:
        enqueue("core.render_preview", file_id=str(stored.pk))


def _free() -> QuerySet[Preview]:
    """What may be drawn now. No join, so that an UPDATE of it looks at the newest row of a concurrent claim."""
    unclaimed = Q(claimed_at=None) | Q(claimed_at__lt=Now() - CLAIM)
    servable = StoredFile.objects.filter(scan_state__in=[ScanState.NOT_SCANNED, ScanState.CLEAN])
    return Preview.objects.filter(unclaimed, state=PreviewState.WANTED, file__in=servable)


def render_preview(file_id: str) -> None:
    """Draw and keep the pages once; a second delivery finds the claim, or the result, and stops. Runs in a worker."""
    if not _free().filter(pk=file_id).update(claimed_at=Now(), attempts=F("attempts") + 1):
        return
    preview = Preview.objects.select_related("file").get(pk=file_id)
    if preview.attempts > MAX_ATTEMPTS:  # its worker died each time
        Preview.objects.filter(pk=file_id).update(state=PreviewState.FAILED)
        return
    try:
        with tempfile.TemporaryDirectory(prefix="preview-") as folder:
            count = pages_made(Path(preview_render.__file__), preview.file, Path(folder))
            _keep(preview, count, Path(folder))
    except (NotDoneError, OSError) as error:
        logger.warning("preview of %s was not drawn: %s", file_id, error)
        state = PreviewState.FAILED if preview.attempts >= MAX_ATTEMPTS else PreviewState.WANTED
        Preview.objects.filter(pk=file_id).update(claimed_at=None, state=state, last_error=str(error)[:500])


@transaction.atomic
def _keep(preview: Preview, count: int, folder: Path) -> None:
    locked = Preview.objects.select_for_update().get(pk=preview.pk)
    if locked.state == PreviewState.READY:
        return
    for number in range(1, min(count, preview_render.MAX_PAGES) + 1):
        data = (folder / f"{number}.webp").read_bytes()
        image = store_bytes(data, name=f"{number}.webp", content_type=IMAGE_TYPE)
        PreviewPage.objects.create(preview=locked, number=number, image=image)
    Preview.objects.filter(pk=locked.pk).update(
        state=PreviewState.READY, page_count=count, claimed_at=None, last_error=""
    )


def waiting_ids(limit: int = 100) -> list[UUID]:
    """Files whose pages nobody has drawn yet, oldest first. One query on a partial index."""
    return list(_free().order_by("wanted_at").values_list("pk", flat=True)[:limit])
