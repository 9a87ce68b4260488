"""Private files: sniffed, parsed, hashed, written under a temporary name, verified, renamed, then recorded."""

import hashlib
import os
import shutil
import tempfile
import time
import uuid
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import pikepdf
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from core.errors import RuleBroken
from core.models import StoredFile
from core.workbooks import XLSX, WorkbookRefused, check_workbook

MAX_PIXELS = 80_000_000
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    XLSX: (".xlsx",),
}
DOCUMENTS = ("application/pdf", "image/jpeg", "image/png")
WORKBOOKS = (XLSX,)
IMAGE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}


class FileRefused(RuleBroken):
    """The upload cannot be taken; the message says why and what to do."""


def store_upload(upload: UploadedFile, *, actor: Any, types: tuple[str, ...] = DOCUMENTS) -> StoredFile:
    """Check and keep one uploaded file of these types and of at most `UPLOAD_MAX_BYTES`. One query.

    Raises FileRefused; then nothing is left on disk.
    """
    data, content_type = read_upload(upload, types)
    return store_bytes(data, name=str(upload.name), content_type=content_type, actor=actor)


def read_upload(upload: UploadedFile, types: tuple[str, ...] = DOCUMENTS) -> tuple[bytes, str]:
    """The bytes of an upload that may be kept, and their type. Raises FileRefused."""
    limit = settings.UPLOAD_MAX_BYTES
    if upload.size is None or upload.size > limit:
        raise FileRefused(
            _("Berkas %(name)s terlalu besar. Ukuran paling besar %(limit)s MB. Perkecil berkas, lalu unggah lagi.")
            % {"name": upload.name, "limit": limit // 1024 // 1024}
        )
    data = upload.read()
    if not data:
        raise FileRefused(_("Berkas %(name)s kosong (0 byte). Pilih berkas yang berisi.") % {"name": upload.name})
    return data, sniff(data, str(upload.name), types)


def sniff(data: bytes, name: str, types: tuple[str, ...] = DOCUMENTS) -> str:
    """The type that a parser, not the name, finds; the ending must agree. Raises FileRefused."""
    if types == WORKBOOKS:
        found = _workbook_type(data, name)
    else:
        found = _pdf_type(data) if data.lstrip()[:5] == b"%PDF-" else _image_type(data)
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


def _pdf_type(data: bytes) -> str | None:
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            return "application/pdf" if len(pdf.pages) else None
    except pikepdf.PasswordError as error:
        raise FileRefused(_("PDF terkunci dengan kata sandi. Unggah PDF yang tidak terkunci.")) from error
    except pikepdf.PdfError:
        return None


def _image_type(data: bytes) -> str | None:
    try:
        with Image.open(BytesIO(data), formats=["JPEG", "PNG"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            image.verify()
            return IMAGE_TYPES[str(image.format)]
    except Image.DecompressionBombError as error:
        raise FileRefused(
            _("Gambar terlalu besar. Perkecil sampai di bawah 80 megapiksel, lalu unggah lagi.")
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None


def _workbook_type(data: bytes, name: str) -> str:
    try:
        check_workbook(data, name)
    except WorkbookRefused as error:
        raise FileRefused(error.message) from error
    return XLSX


def store_bytes(data: bytes, *, name: str, content_type: str, actor: Any = None) -> StoredFile:
    """Keep bytes that we made or have checked. The file is complete on disk before the row exists. One query."""
    return _store(BytesIO(data), name=name, content_type=content_type, actor=actor)


def store_made(made: Path, *, name: str, content_type: str, actor: Any = None) -> StoredFile:
    """Keep a copy of a file that we made, without loading it; else as `store_bytes`."""
    with made.open("rb") as stream:
        return _store(stream, name=name, content_type=content_type, actor=actor)


def _store(stream: IO[bytes], *, name: str, content_type: str, actor: Any) -> StoredFile:
    file_id = uuid.uuid4()
    path = f"{file_id.hex[:2]}/{file_id.hex}"
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = stream.seek(0, os.SEEK_END)
    _write_durably(target, stream, size)
    return StoredFile.objects.create(
        id=file_id,
        path=path,
        original_name=display_name(name),
        content_type=content_type,
        size=size,
        sha256=digest,
        created_by_id=actor.pk if actor else None,
    )


def _write_durably(target: Path, source: IO[bytes], size: int) -> None:
    """A full disk or a crash leaves nothing under the final name."""
    source.seek(0)
    handle, temporary = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            shutil.copyfileobj(source, stream)
            stream.flush()
            os.fsync(stream.fileno())
        if Path(temporary).stat().st_size != size:
            raise OSError("short write")
        Path(temporary).chmod(settings.FILE_UPLOAD_PERMISSIONS)
        Path(temporary).rename(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_bytes(stored: StoredFile) -> bytes:
    """The bytes, checked against the recorded hash. Raises OSError when they differ."""
    data = (Path(settings.MEDIA_ROOT) / stored.path).read_bytes()
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise OSError(f"stored file {stored.pk} does not match its sha256")
    return data


def remove_orphans(*, older_than: timedelta) -> int:
    """Delete files without a row, that is what transactions that were rolled back and crashes left; how many.

    A young file may belong to a transaction that is still open. One query per folder with old files.
    """
    if not StoredFile.objects.exists():
        return 0  # a restore is under way, or this is the wrong database: the files are worth more than the space
    limit = time.time() - older_than.total_seconds()
    removed = 0
    for folder in Path(settings.MEDIA_ROOT).glob("??"):
        old = {f"{folder.name}/{file.name}": file for file in folder.iterdir() if _modified(file) < limit}
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
