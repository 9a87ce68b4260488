"""Files that arrive in pieces, over lines that drop.

The row says how much counts; bytes beyond that are the rest of a piece that did not arrive, and are cut off before the
next one. A piece is on disk before its row says so. One that comes twice or out of turn changes nothing: the answer is
how much is there. Who may start, and what becomes of the whole file, is decided by the caller (`purpose`).
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core.errors import NoSpace, RuleBroken
from core.files import check_ending, check_size, no_space_in_words
from core.incoming import sha256_of
from core.models import Upload

PIECE = 256 * 1024
MAX_OPEN = 10
LIFETIME = timedelta(days=3)
LEFT_ALONE = timedelta(days=1)
RESERVE = 256 * 1024 * 1024


class UploadGone(RuleBroken):
    """It was finished, cancelled, replaced or forgotten; it has to be started again."""

    status = 404


@transaction.atomic
def start_upload(*, purpose: str, name: str, size: int, actor: Any) -> Upload:
    """Begin; an earlier one of the same person and purpose ends. Four queries, more when the person has too many.

    Nobody has more than MAX_OPEN: the one that rested longest gives way. Raises FileRefused for what could not be taken
    anyway, and NoSpace.
    """
    check_size(name, size)
    check_ending(name)
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(root).free < 2 * size + RESERVE:  # at its end there may be a copy
        raise NoSpace(_("Ruang penyimpanan portal sedang penuh. Berkas Anda belum tersimpan. Coba lagi nanti."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('core_upload'), %s)", [actor.pk % 2**31])
    own = Upload.objects.filter(owner_id=actor.pk).order_by("-touched_at")
    for upload in own.filter(purpose=purpose):
        _forget(upload)
    for upload in own[MAX_OPEN - 1 :]:
        _forget(upload)
    return Upload.objects.create(owner_id=actor.pk, purpose=purpose, name=name[:255], size=size)


def own_upload(*, key: str | UUID, actor: Any) -> Upload:
    """The person's own upload. One query. Raises UploadGone."""
    return _find(key, actor, lock=False)


def _find(key: str | UUID, actor: Any, *, lock: bool) -> Upload:
    rows = Upload.objects.select_for_update() if lock else Upload.objects.all()
    with suppress(ValueError):
        upload = rows.filter(key=UUID(str(key)), owner_id=actor.pk).first()
        if upload is not None:
            return upload
    raise UploadGone(_("Unggahan ini sudah tidak berlaku. Pilih berkas lagi untuk memulai dari awal."))


@transaction.atomic
def add_piece(*, key: str | UUID, offset: int, data: bytes, actor: Any) -> tuple[Upload, bool]:
    """Append when the piece begins where the file ends; the upload as it is now, and whether it was taken.

    Raises UploadGone, RuleBroken for a piece beyond the announced size, and NoSpace; then the piece leaves nothing.
    """
    upload = _find(key, actor, lock=True)
    path = _path(upload.key)
    if upload.received and not (path.exists() and path.stat().st_size >= upload.received):
        Upload.objects.filter(pk=upload.pk).update(received=0)  # the disk has lost it: from the beginning
        upload.received = 0
    if offset != upload.received:
        return upload, False
    if offset + len(data) > upload.size:
        raise RuleBroken(_("Berkas lebih besar dari yang diumumkan. Pilih berkas lagi, lalu unggah."))
    with no_space_in_words():
        _write_at(path, offset, data)
    upload.received += len(data)
    Upload.objects.filter(pk=upload.pk).update(received=upload.received, touched_at=Now())
    return upload, True


def _write_at(path: Path, offset: int, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as stream:
        stream.truncate(offset)
        stream.seek(offset)
        try:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        except OSError:
            with suppress(OSError):
                stream.truncate(offset)
            raise


@contextmanager
def whole_file(*, key: str | UUID, purpose: str, sha256: str, actor: Any) -> Iterator[File]:
    """The complete file, under its name, for the caller's transaction; with its commit the upload is over.

    A `sha256` from the sender is compared. Raises UploadGone, or RuleBroken when something is missing or was changed
    on its way.
    """
    upload = _find(key, actor, lock=True)
    if upload.purpose != purpose:
        raise UploadGone(_("Unggahan ini sudah tidak berlaku. Pilih berkas lagi untuk memulai dari awal."))
    if upload.received != upload.size:
        raise RuleBroken(_("Berkas belum terkirim seluruhnya. Pilih berkas yang sama untuk melanjutkan."))
    path = _path(upload.key)
    os.truncate(path, upload.size)
    with path.open("rb") as stream:
        file = File(stream, name=upload.name)
        file.path = path
        if sha256 and sha256 != sha256_of(file):
            raise RuleBroken(_("Berkas berubah di perjalanan. Pilih berkas lagi, lalu unggah dari awal."))
        _forget(upload)
        yield file


@transaction.atomic
def cancel_upload(*, key: str | UUID, actor: Any) -> None:
    """Raises UploadGone."""
    _forget(_find(key, actor, lock=True))


def _forget(upload: Upload) -> None:
    """Row and bytes; the bytes go when the row is really gone."""
    transaction.on_commit(partial(_path(upload.key).unlink, missing_ok=True))
    Upload.objects.filter(pk=upload.pk).delete()


def _path(key: UUID) -> Path:
    return Path(settings.MEDIA_ROOT) / "unfinished" / key.hex[:2] / key.hex


def forget_stale() -> int:
    """End what nobody has gone on with, and remove pieces without a row; how many were ended."""
    ended = 0
    for pk in list(Upload.objects.filter(touched_at__lt=Now() - LIFETIME).values_list("pk", flat=True)):
        with transaction.atomic():
            for upload in Upload.objects.select_for_update().filter(pk=pk, touched_at__lt=Now() - LIFETIME):
                _forget(upload)
                ended += 1
    limit = time.time() - LEFT_ALONE.total_seconds()
    for folder in (Path(settings.MEDIA_ROOT) / "unfinished").glob("??"):
        old = {path.name: path for path in folder.iterdir() if path.stat().st_mtime < limit}
        known = (
            {key.hex for key in Upload.objects.filter(pk__in=list(old)).values_list("pk", flat=True)} if old else set()
        )
        for name in old.keys() - known:
            old[name].unlink(missing_ok=True)
    return ended
