"""The portal with the least possible upload at /bare beside it: what `./run bench uploads` serves by gunicorn."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

from benchmarks.serving import Application, portal_beside

LARGEST = 20 * 1024 * 1024
MIDDLEWARE = [
    "benchmarks.bare.plain_django",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
HANDLERS = (MemoryFileUploadHandler, TemporaryFileUploadHandler)


def plain_django(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        request.upload_handlers = [handler(request) for handler in HANDLERS]
        return get_response(request)

    return middleware


def upload(request: HttpRequest, *, synced: bool) -> HttpResponse:
    """Django's own storage renames the temporary file; `synced` waits for the disk, as the portal does."""
    assert request.user.is_authenticated
    root = Path(settings.MEDIA_ROOT) / "bare"
    name = FileSystemStorage(root).save(f"{secrets.token_hex(8)}.pdf", request.FILES["file"])
    if synced:
        with (root / name).open("rb") as stream:
            os.fsync(stream.fileno())
    return HttpResponse()


urlpatterns = [
    path("bare/", lambda request: upload(request, synced=False)),
    path("bare/synced/", lambda request: upload(request, synced=True)),
]


def make_application() -> Application:
    django.setup()
    settings.UPLOAD_MAX_BYTES = LARGEST
    settings.FILE_UPLOAD_TEMP_DIR = settings.MEDIA_ROOT  # so that the bare upload renames and never copies
    return portal_beside("/bare/", MIDDLEWARE)
