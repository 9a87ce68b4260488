"""Scanning uploads by clamd, where one is configured (`CLAMD_SOCKET` or `CLAMD_ADDRESS`).

Until clamd has said "OK" a file waits: it is neither served nor drawn. Whatever goes wrong on the way is no verdict;
clamd, for one, drops the line when a file is above its `StreamMaxLength`. Such a file goes on waiting, with longer and
longer rests. Nothing is ever taken for clean because a scanner was away.
"""

import logging
import socket
import struct
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from core import audit
from core.jobs import enqueue
from core.models import Preview, PreviewState, ScanState, StoredFile

logger = logging.getLogger(__name__)
SECONDS = 60
CHUNK = 128 * 1024
PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = 60
UNDER_WAY = timedelta(minutes=1)  # the task that was sent with the upload comes first


class NotScanned(Exception):
    """No verdict: clamd is away, refused, or the line died."""


def ask_clamd(path: Path) -> str:
    """Name of what was found, "" for a clean file. Raises NotScanned."""
    try:
        with _connect() as line, path.open("rb") as stream:
            line.sendall(b"zINSTREAM\0")
            while chunk := stream.read(CHUNK):
                line.sendall(struct.pack(">I", len(chunk)) + chunk)
            line.sendall(struct.pack(">I", 0))
            with line.makefile("rb") as answers:
                answer = answers.read(4096).decode(errors="replace").rstrip("\0")
    except OSError as error:
        raise NotScanned(str(error)) from error
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise NotScanned(f"clamd answered {answer!r}")


def _connect() -> socket.socket:
    if isinstance(settings.CLAMD, tuple):
        return socket.create_connection(settings.CLAMD, timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(SECONDS)
    try:
        line.connect(settings.CLAMD)
    except OSError:
        line.close()
        raise
    return line


def scan_file(file_id: str | UUID) -> bool:
    """Scan one file and keep the verdict; False when there was none. Runs in a worker only."""
    stored = StoredFile.objects.get(pk=file_id)
    try:
        finding = ask_clamd(Path(settings.MEDIA_ROOT) / stored.path)
    except NotScanned as error:
        logger.warning("file %s was not scanned: %s", file_id, error)
        pause = PAUSE * min(stored.scan_attempts + 1, LONGEST_PAUSE)
        waiting = StoredFile.objects.filter(pk=file_id, scan_state=ScanState.WAITING)
        waiting.update(scan_attempts=F("scan_attempts") + 1, scan_rests_until=Now() + pause)
        return False
    _keep_verdict(stored, finding)
    return True


@transaction.atomic
def _keep_verdict(stored: StoredFile, finding: str) -> None:
    locked = StoredFile.objects.select_for_update().get(pk=stored.pk)
    if locked.scan_state == ScanState.INFECTED:
        return
    state = ScanState.INFECTED if finding else ScanState.CLEAN
    StoredFile.objects.filter(pk=locked.pk).update(
        scan_state=state, scan_finding=finding[:200], scanned_at=Now(), scan_rests_until=None
    )
    if finding:
        audit.record(None, "file.infected", locked, finding=finding[:200])
    elif Preview.objects.filter(pk=locked.pk, state=PreviewState.WANTED).exists():
        enqueue("core.render_preview", file_id=str(locked.pk))


def waiting_ids(limit: int = 100) -> list[UUID]:
    """Files that wait for their scan and have rested, oldest first; none without a scanner. One query."""
    if not settings.CLAMD:
        return []
    rested = Q(scan_rests_until=None, created_at__lt=Now() - UNDER_WAY) | Q(scan_rests_until__lte=Now())
    rows = StoredFile.objects.filter(rested, scan_state=ScanState.WAITING)
    return list(rows.order_by("created_at").values_list("pk", flat=True)[:limit])


def scan_again(limit: int = 2000) -> int:
    """Scan what people uploaded once more, the longest ago first: signatures learn. Stops when clamd is away."""
    if not settings.CLAMD:
        return 0
    rows = StoredFile.objects.filter(
        created_by_id__isnull=False, scan_state__in=[ScanState.CLEAN, ScanState.NOT_SCANNED]
    )
    done = 0
    for file_id in rows.order_by(F("scanned_at").asc(nulls_first=True)).values_list("pk", flat=True)[:limit]:
        if not scan_file(file_id):
            break
        done += 1
    return done
