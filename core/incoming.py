"""Files of a form as they come: written once, in the file system where they will stay, and hashed on the way."""

import hashlib
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

CHUNK = 256 * 1024
FOLDER = "incoming"


class IncomingFile(UploadedFile):
    """Too large for the memory, so below MEDIA_ROOT under a name that is gone when the request ends.

    `problem` is why the disk did not take it; the file is closed then. It is raised by `core.files.check_whole`, for a
    request that cannot be read to its end has no form that could say it to the person.
    """

    def __init__(self, name: str, content_type: str, charset: str | None) -> None:
        folder = Path(settings.MEDIA_ROOT) / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(tempfile.NamedTemporaryFile(dir=folder), name, content_type, 0, charset)  # noqa: SIM115
        self.path = Path(self.file.name)
        self.problem: OSError | None = None
        self.digest = hashlib.sha256()

    def add(self, data: bytes) -> None:
        self.digest.update(data)
        self._attempt(lambda: self.file.write(data))

    def complete(self, size: int) -> None:
        self.size, self.sha256 = size, self.digest.hexdigest()
        self._attempt(lambda: self.file.seek(0))

    def _attempt(self, act: Callable[[], Any]) -> None:
        if self.problem:
            return
        try:
            act()
        except OSError as problem:
            self.problem = problem
            with suppress(OSError):  # closing removes the file, whatever it says
                self.file.close()


class IncomingFileHandler(FileUploadHandler):
    """Comes after Django's handler for small files, which stay in memory."""

    chunk_size = CHUNK

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = IncomingFile(self.file_name, self.content_type, self.charset)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.add(raw_data)

    def file_complete(self, file_size: int) -> IncomingFile:
        self.file.complete(file_size)
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()


def sha256_of(upload: File) -> str:
    """Known for what was hashed as it came; else the file is read once and keeps it."""
    if not hasattr(upload, "sha256"):
        digest = hashlib.sha256()
        for chunk in upload.chunks(CHUNK):
            digest.update(chunk)
        upload.seek(0)
        upload.sha256 = digest.hexdigest()  # type: ignore[attr-defined]
    return upload.sha256  # type: ignore[attr-defined]
