"""Private files: sniffed, parsed, hashed, written under a temporary name, verified, renamed, then recorded."""

import errno
import hashlib
import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext as _

from core import images
from core.errors import NoSpace, RuleBroken
from core.formats import file_size
from core.incoming import CHUNK, FOLDER, IncomingFile, sha256_of, sync
from core.jobs import enqueue
from core.models import ScanState, StoredFile
from core.workbooks import XLSX, WorkbookRefused, check_workbook

ARCHIVE = "application/zip"
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    XLSX: (".xlsx",),
    ARCHIVE: (".zip",),
}
DOCUMENTS = ("application/pdf", "image/jpeg", "image/png")
WORKBOOKS = (XLSX,)
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


# Puts bytes under a final name; their number and sha256.
Put = Callable[[Path], tuple[int, str]]


class FileRefused(RuleBroken):
    """The upload cannot be taken; the message says why and what to do."""


def store_upload(upload: File, *, actor: Any, types: tuple[str, ...] = DOCUMENTS) -> StoredFile:
    """Check and keep one uploaded file of these types and of at most `UPLOAD_MAX_BYTES`. One query.

    A document is never held in memory as a whole, and one that already lies below MEDIA_ROOT is not copied. A large
    photo, or one that tells where it was taken, is kept as a smaller JPEG without that. With a scanner the file waits
    for it and is held back meanwhile. Raises FileRefused, or NoSpace when the disk is full; then nothing is left.
    """
    check_whole(upload)
    name, content_type = str(upload.name), sniff(upload.file, str(upload.name), types)
    put: Put = partial(_keep_upload, upload=upload)
    if content_type in images.FORMATS.values():
        smaller = images.made_smaller(upload.file, upload.size)
        if smaller:
            put, content_type, name = partial(_write_durably, content=[smaller]), "image/jpeg", _as_jpeg(name)
    state = ScanState.WAITING if settings.CLAMD else ScanState.NOT_SCANNED
    with no_space_in_words():
        stored = _store(put, name=name, content_type=content_type, actor=actor, scan_state=state)
    if state == ScanState.WAITING:
        enqueue("core.scan_file", file_id=str(stored.pk))
    return stored


def read_upload(upload: File) -> tuple[bytes, str]:
    """The bytes of an upload that is to be encoded anew, and their type. Raises FileRefused."""
    check_whole(upload)
    content_type = sniff(upload.file, str(upload.name))
    upload.seek(0)
    return upload.read(), content_type


def check_whole(upload: File) -> None:
    """Raises FileRefused for its size, and NoSpace when it came but could not be written."""
    check_size(str(upload.name), upload.size)
    with no_space_in_words():
        if problem := getattr(upload, "problem", None):
            raise problem


def check_size(name: str, size: int | None) -> None:
    """Raises FileRefused for an empty file and for one above the limit."""
    limit = settings.UPLOAD_MAX_BYTES
    if size is None or size > limit:
        raise FileRefused(
            _("Berkas %(name)s terlalu besar. Ukuran paling besar %(limit)s. Perkecil berkas, lalu unggah lagi.")
            % {"name": name, "limit": file_size(limit)}
        )
    if size == 0:
        raise FileRefused(_("Berkas %(name)s kosong (0 byte). Pilih berkas yang berisi.") % {"name": name})


def check_ending(name: str) -> None:
    """Raises FileRefused for a name that no document may have; the content is looked at when it is there."""
    if not any(Path(name).suffix.lower() in ENDINGS[document] for document in DOCUMENTS):
        raise FileRefused(
            _("Berkas %(name)s bukan PDF, JPEG, atau PNG yang dapat dibuka. Simpan ulang dokumen, lalu unggah lagi.")
            % {"name": name}
        )


@contextmanager
def no_space_in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        raise NoSpace(
            _("Ruang penyimpanan portal sedang penuh. Berkas Anda belum tersimpan. Coba lagi nanti.")
        ) from error


def sniff(stream: IO[bytes], name: str, types: tuple[str, ...] = DOCUMENTS) -> str:
    """The type that a parser, not the name, finds; the ending must agree. Raises FileRefused."""
    found = _workbook_type(stream, name) if types == WORKBOOKS else _pdf_type(stream) or _image_type(stream)
    if found not in types:
        raise FileRefused(
            _("Berkas %(name)s bukan PDF, JPEG, atau PNG yang dapat dibuka. Simpan ulang dokumen, lalu unggah lagi.")
            % {"name": name}
        )
    if Path(name).suffix.lower() not in ENDINGS[found]:
        raise FileRefused(
            _("Isi berkas %(name)s tidak sesuai dengan akhiran namanya. Gunakan akhiran %(endings)s.")
            % {"name": name, "endings": " / ".join(ENDINGS[found])}
        )
    return found


def _pdf_type(stream: IO[bytes]) -> str | None:
    stream.seek(0)
    if stream.read(1024).lstrip()[:5] != b"%PDF-":
        return None
    from core.pdf_reading import LockedError, has_page  # noqa: PLC0415 - 14 MB, for who reads a PDF

    stream.seek(0)
    try:
        return "application/pdf" if has_page(stream) else None
    except LockedError as error:
        raise FileRefused(_("PDF terkunci dengan kata sandi. Unggah PDF yang tidak terkunci.")) from error


def _image_type(stream: IO[bytes]) -> str | None:
    try:
        return images.image_type(stream)
    except images.TooManyPixels as error:
        raise FileRefused(
            _("Gambar terlalu besar. Perkecil sampai di bawah %(limit)d megapiksel, lalu unggah lagi.")
            % {"limit": error.limit}
        ) from error


def _workbook_type(stream: IO[bytes], name: str) -> str:
    stream.seek(0)
    try:
        check_workbook(stream.read(), name)
    except WorkbookRefused as error:
        raise FileRefused(error.message) from error
    return XLSX


def _as_jpeg(name: str) -> str:
    return name if Path(name).suffix.lower() in ENDINGS["image/jpeg"] else f"{Path(name).stem}.jpg"


def store_bytes(data: bytes, *, name: str, content_type: str, actor: Any = None) -> StoredFile:
    """Keep bytes that we made. The file is complete on disk before the row exists. One query."""
    put = partial(_write_durably, content=[data])
    return _store(put, name=name, content_type=content_type, actor=actor, scan_state=ScanState.NOT_SCANNED)


def store_made(made: Path, *, name: str, content_type: str, actor: Any = None) -> StoredFile:
    """Keep a copy of a file that we made, without loading it; else as `store_bytes`."""
    with made.open("rb") as stream:
        put = partial(_write_durably, content=iter(partial(stream.read, CHUNK), b""))
        return _store(put, name=name, content_type=content_type, actor=actor, scan_state=ScanState.NOT_SCANNED)


def _store(put: Put, *, name: str, content_type: str, actor: Any, scan_state: ScanState) -> StoredFile:
    file_id = uuid.uuid4()
    path = f"{file_id.hex[:2]}/{file_id.hex[2:4]}/{file_id.hex}"  # two levels: no folder grows beyond a thousand
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    size, sha256 = put(target)
    return StoredFile.objects.create(
        id=file_id,
        path=path,
        original_name=display_name(name),
        content_type=content_type,
        size=size,
        sha256=sha256,
        scan_state=scan_state,
        created_by_id=actor.pk if actor else None,
    )


def _keep_upload(target: Path, upload: File) -> tuple[int, str]:
    """What lies below MEDIA_ROOT gets a second name; the first one goes with the upload. Other files are written."""
    source: Path | None = getattr(upload, "path", None)
    if source is None:
        return _write_durably(target, upload.chunks(CHUNK))
    if source.stat().st_size != upload.size:
        raise OSError("short write")
    source.chmod(settings.FILE_UPLOAD_PERMISSIONS)
    os.utime(source)  # it may have come in pieces days ago; `remove_orphans` goes by this
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise
        return _write_durably(target, upload.chunks(CHUNK))  # a file system without second names
    if not (isinstance(upload, IncomingFile) and upload.sync_folder(target.parent)):
        sync(source)
        sync(target.parent)
    return upload.size, sha256_of(upload)


def _write_durably(target: Path, content: Iterable[bytes]) -> tuple[int, str]:
    """Size and sha256 of what was written. A full disk or a crash leaves nothing under the final name."""
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            for chunk in content:
                stream.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        if Path(temporary).stat().st_size != size:
            raise OSError("short write")
        Path(temporary).chmod(settings.FILE_UPLOAD_PERMISSIONS)
        Path(temporary).rename(target)
        sync(target.parent)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()


def read_bytes(stored: StoredFile) -> bytes:
    """The bytes, checked against the recorded hash. Raises OSError when they differ."""
    data = (Path(settings.MEDIA_ROOT) / stored.path).read_bytes()
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise OSError(f"stored file {stored.pk} does not match its sha256")
    return data


def remove_orphans(*, older_than: timedelta) -> int:
    """Delete files without a row, that is what transactions that were rolled back and crashes left; how many.

    A young file may belong to a transaction that is still open. One query per outer folder with old files.
    """
    if not StoredFile.objects.exists():
        return 0  # a restore is under way, or this is the wrong database: the files are worth more than the space
    limit = time.time() - older_than.total_seconds()
    removed = 0
    root = Path(settings.MEDIA_ROOT)
    for path in [path for path in (root / FOLDER).glob("*") if _modified(path) < limit]:
        path.unlink(missing_ok=True)
        removed += 1
    for folder in root.glob("??"):
        old = {str(file.relative_to(root)): file for file in folder.glob("??/*") if _modified(file) < limit}
        known = set(StoredFile.objects.filter(path__in=old).values_list("path", flat=True)) if old else set()
        for path in old.keys() - known:
            old[path].unlink(missing_ok=True)
            removed += 1
    return removed


def _modified(file: Path) -> float:
    """When a file was written; one that has just got its final name counts as new."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def display_name(name: str) -> str:
    """The person's file name without path, control or direction-changing characters; at most 200 characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in base if c.isprintable())
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[:190]}{dot}{ending[:9]}" if dot else clean[:200]
