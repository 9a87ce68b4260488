"""Scanning uploads by clamd, where one is configured (`CLAMD_SOCKET` or `CLAMD_ADDRESS`).

Until clamd has said "OK" a file waits: it is neither served nor drawn. Whatever goes wrong on the way is no verdict;
clamd, for one, drops the line when a file is above its `StreamMaxLength`. Such a file goes on waiting, with longer and
longer rests, and holds up no other. Nothing is ever taken for clean because a scanner was away.
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
NIGHT = timedelta(hours=20)  # ends before the next night's scan, whose hour is the same
MANY = 20  # so many files in a row without a verdict are the scanner's fault
UNDER_WAY = timedelta(minutes=1)  # the task that was sent with the upload comes first


class NotScanned(Exception):
    """No verdict: clamd is away, refused, or the line died."""


class ScannerAway(NotScanned):
    """Nobody answers: nothing is known about this file in particular."""


def ask_clamd(path: Path) -> str:
    """Name of what was found, "" for a clean file. Raises NotScanned."""
    try:
        connection = _connect()
    except OSError as error:
        raise ScannerAway(str(error)) from error
    try:
        with connection as line, path.open("rb") as stream:
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
        _scan(stored)
    except NotScanned as error:
        if stored.scan_state == ScanState.WAITING:
            _rest(stored, PAUSE * min(stored.scan_attempts + 1, LONGEST_PAUSE), error)
        return False
    return True


def _scan(stored: StoredFile) -> None:
    _keep_verdict(stored, ask_clamd(Path(settings.MEDIA_ROOT) / stored.path))


def _rest(stored: StoredFile, pause: timedelta, error: NotScanned) -> None:
    """Note that there was no verdict. A state that another worker has changed meanwhile stays as it is."""
    logger.warning("file %s was not scanned: %s", stored.pk, error)
    rows = StoredFile.objects.filter(pk=stored.pk, scan_state=stored.scan_state)
    rows.update(scan_attempts=F("scan_attempts") + 1, scan_rests_until=Now() + pause)


@transaction.atomic
def _keep_verdict(stored: StoredFile, finding: str) -> None:
    locked = StoredFile.objects.select_for_update().get(pk=stored.pk)
    if locked.scan_state == ScanState.INFECTED:
        return
    state = ScanState.INFECTED if finding else ScanState.CLEAN
    StoredFile.objects.filter(pk=locked.pk).update(
        scan_state=state, scan_finding=finding[:200], scanned_at=Now(), scan_attempts=0, scan_rests_until=None
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
    """Scan what people uploaded once more, the longest ago first: signatures learn. Returns how many have a verdict.

    A file without one is passed over and comes up again the next night, then more and more seldom; what it said before
    stays. Stops when clamd is away, or fails file after file.
    """
    if not settings.CLAMD:
        return 0
    rested = Q(scan_rests_until=None) | Q(scan_rests_until__lte=Now())
    rows = StoredFile.objects.filter(
        rested, created_by_id__isnull=False, scan_state__in=[ScanState.CLEAN, ScanState.NOT_SCANNED]
    )
    done, failed = 0, 0
    for stored in rows.order_by(F("scanned_at").asc(nulls_first=True), "created_at")[:limit]:
        try:
            _scan(stored)
        except ScannerAway:
            break
        except NotScanned as error:
            _rest(stored, NIGHT * min(stored.scan_attempts + 1, LONGEST_PAUSE), error)
            failed += 1
            if failed == MANY:
                break
        else:
            done, failed = done + 1, 0
    return done
