"""Files of a form as they come: written once, in the file system where they will stay, and hashed on the way."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, MemoryFileUploadHandler

CHUNK = 1024 * 1024  # the pieces that gunicorn takes from the line; smaller ones make it copy what is left each time
STEP = 4 * CHUNK  # what the second thread takes up at once, for it waits each time until the first one pauses
READ = 2 * CHUNK  # what it holds of that at once
FOLDER = "incoming"


class IncomingFile(UploadedFile):
    """Too large for the memory, so below MEDIA_ROOT under a name that is gone when the request ends.

    While it comes, a second thread follows: it hashes what is written by now and, for somebody who is known, lets the
    disk begin with it. `problem` is why the disk did not take it; the file is closed then. It is raised by
    `core.files.check_whole`, for a request that cannot be read to its end has no form that could say it to the person.
    """

    def __init__(self, name: str, content_type: str, charset: str | None, *, known: bool) -> None:
        folder = Path(settings.MEDIA_ROOT) / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(tempfile.NamedTemporaryFile(dir=folder), name, content_type, 0, charset)  # noqa: SIM115
        self.path = Path(self.file.name)
        self.problem: OSError | None = None
        self._known = known
        self._digest = hashlib.sha256()
        self._beside = ThreadPoolExecutor(max_workers=1)
        self._followed = 0
        self._hashed: list[Future[None]] = []
        self._on_disk: list[Future[None]] = []

    def add(self, data: bytes) -> None:
        self._attempt(lambda: self.file.write(data))
        self.size += len(data)
        if self.size - self._followed >= STEP:
            self._follow()

    def complete(self) -> None:
        self._follow()
        self._attempt(lambda: self.file.seek(0))

    def _follow(self) -> None:
        self._attempt(self.file.flush)
        if not self.problem:
            self._hashed.append(self._beside.submit(self._hash, self.file.fileno(), self._followed, self.size))
        self._followed = self.size

    def _hash(self, handle: int, start: int, end: int) -> None:
        place = start
        while place < end:
            data = os.pread(handle, min(READ, end - place), place)
            if not data:
                raise OSError("short file")
            self._digest.update(data)
            place += len(data)
        if self._known:  # the disk would stand idle until the last piece has come, and the request then wait for it
            os.posix_fadvise(handle, start, end - start, os.POSIX_FADV_DONTNEED)

    @cached_property
    def sha256(self) -> str:
        """Of what is written; waits for it. Raises OSError when something is not."""
        if self.problem:
            raise self.problem
        for future in self._hashed:
            future.result()
        return self._digest.hexdigest()

    def begin_sync(self) -> None:
        if not self.problem:
            self._on_disk = [self._beside.submit(os.fsync, self.file.fileno())]

    def sync_folder(self, folder: Path) -> bool:
        """Put the names in the folder on disk after the bytes; False when nobody waits for that by `end_sync`."""
        if self._on_disk:
            self._on_disk.append(self._beside.submit(sync, folder))
        return bool(self._on_disk)

    def end_sync(self) -> None:
        """Wait for the disk; raises its OSError."""
        for future in self._on_disk:
            future.result()

    def close(self) -> None:
        self._beside.shutdown()
        super().close()

    def _attempt(self, act: Callable[[], Any]) -> None:
        if self.problem:
            return
        try:
            act()
        except OSError as problem:
            self.problem = problem
            self._beside.shutdown()
            with suppress(OSError):  # closing removes the file, whatever it says
                self.file.close()


class SmallFileHandler(MemoryFileUploadHandler):
    """Django's own, for files that stay in memory. The least `chunk_size` of all handlers counts."""

    chunk_size = CHUNK


class IncomingFileHandler(FileUploadHandler):
    """Comes after the handler for small files."""

    chunk_size = CHUNK

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        user = getattr(self.request, "user", None)
        known = bool(user and user.is_authenticated)
        self.file = IncomingFile(self.file_name, self.content_type, self.charset, known=known)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.add(raw_data)

    def file_complete(self, file_size: int) -> IncomingFile:
        self.file.complete()
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()


@contextmanager
def synced(uploads: Iterable[File]) -> Iterator[None]:
    """The disk works while the request asks who may do what and writes its rows; it has to be done before they count.

    Around what is left of a transaction, once the person is known: nobody else's files should cost the disk anything.
    """
    incoming = [upload for upload in uploads if isinstance(upload, IncomingFile)]
    for upload in incoming:
        upload.begin_sync()
    yield
    for upload in incoming:
        upload.end_sync()


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, would outlive a power failure."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(upload: File) -> str:
    """Known for what was hashed as it came; else the file is read once and keeps it."""
    if not hasattr(upload, "sha256"):
        digest = hashlib.sha256()
        for chunk in upload.chunks(CHUNK):
            digest.update(chunk)
        upload.seek(0)
        upload.sha256 = digest.hexdigest()
    return upload.sha256
