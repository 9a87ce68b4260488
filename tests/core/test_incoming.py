"""Large files of a form: hashed as they come, kept without a copy, gone when they were not wanted."""

import errno
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from core import incoming
from core.errors import NoSpace
from core.files import FileRefused, no_space_in_words, read_bytes, read_upload, store_upload
from core.incoming import IncomingFile, sha256_of
from core.models import StoredFile
from core.tasks import remove_orphan_files
from core.uploads import add_piece, start_upload, whole_file
from tests.files import pdf_bytes
from tests.transactions import undone

pytestmark = pytest.mark.django_db
LARGE = pdf_bytes() + b"\n" * settings.FILE_UPLOAD_MAX_MEMORY_SIZE
BODY = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("surat.pdf", LARGE, "application/pdf")})


def posted(body: bytes = BODY) -> HttpRequest:
    return RequestFactory().generic("POST", "/", body, content_type=MULTIPART_CONTENT)


@pytest.fixture
def upload() -> Iterator[Any]:
    with closing(posted()) as request:
        yield request.FILES["file"]


def in_transit() -> list[Path]:
    return list((Path(settings.MEDIA_ROOT) / incoming.FOLDER).glob("*"))


def test_it_is_kept_without_a_copy_and_its_first_name_goes_with_the_request(officer_a):
    with closing(posted()) as request:
        upload = request.FILES["file"]
        stored = store_upload(upload, actor=officer_a)
        path = Path(settings.MEDIA_ROOT) / stored.path
        assert path.samefile(upload.path)
        assert len(in_transit()) == 1
    assert in_transit() == []
    assert (stored.original_name, stored.size) == ("surat.pdf", len(LARGE))
    assert stored.sha256 == hashlib.sha256(LARGE).hexdigest()
    assert read_bytes(stored) == LARGE
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_small_one_stays_in_memory():
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("surat.pdf", pdf_bytes())})
    with closing(posted(body)) as request:
        assert not isinstance(request.FILES["file"], IncomingFile)
        assert sha256_of(request.FILES["file"]) == hashlib.sha256(pdf_bytes()).hexdigest()
    assert in_transit() == []


def test_a_refused_one_leaves_nothing():
    body = BODY.replace(b"%PDF-", b"<html")
    with closing(posted(body)) as request, pytest.raises(FileRefused, match="bukan PDF"):
        store_upload(request.FILES["file"], actor=None)
    assert in_transit() == []
    assert not StoredFile.objects.exists()


def test_a_line_that_drops_leaves_nothing():
    with closing(posted(BODY[:-200_000])) as request:
        assert not request.FILES
        assert in_transit() == []


def test_a_file_system_without_second_names_gets_a_copy(upload, monkeypatch):
    def no_links(self: Path, target: Path) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    stored = store_upload(upload, actor=None)
    assert not (Path(settings.MEDIA_ROOT) / stored.path).samefile(upload.path)
    assert read_bytes(stored) == LARGE
    assert stored.sha256 == hashlib.sha256(LARGE).hexdigest()


def full_disk(**kwargs: Any) -> Any:
    return Path("/dev/full").open("w+b")


def test_a_disk_that_is_full_while_it_comes_is_said_by_the_form(monkeypatch):
    monkeypatch.setattr(incoming.tempfile, "NamedTemporaryFile", full_disk)
    with closing(posted()) as request:
        upload = request.FILES["file"]
        assert upload.size == len(LARGE)
        for use in (lambda: store_upload(upload, actor=None), lambda: read_upload(upload), lambda: sha256_of(upload)):
            with pytest.raises(NoSpace, match="penyimpanan portal sedang penuh"), no_space_in_words():
                use()
        with pytest.raises(ValueError, match="closed file"):
            upload.read()
    assert not StoredFile.objects.exists()


def test_the_disk_may_begin_early_and_its_refusal_is_not_forgotten(upload, monkeypatch):
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(incoming.os, "fsync", full)
    with (
        pytest.raises(NoSpace, match="penyimpanan portal sedang penuh"),
        transaction.atomic(),
        no_space_in_words(),
        incoming.synced([upload]),
    ):
        store_upload(upload, actor=None)
    assert not StoredFile.objects.exists()


def test_bytes_and_names_are_on_disk_before_a_row_counts(upload, monkeypatch):
    done = []
    monkeypatch.setattr(incoming.os, "fsync", lambda handle: done.append(os.fstat(handle)))
    with incoming.synced([upload]):
        stored = store_upload(upload, actor=None)
    kept = Path(settings.MEDIA_ROOT) / stored.path
    assert [one.st_ino for one in done] == [kept.stat().st_ino, kept.parent.stat().st_ino]


@pytest.mark.parametrize("known", [True, False])
def test_the_disk_begins_while_it_comes_for_somebody_who_is_known_alone(officer_a, monkeypatch, known):
    begun = []
    monkeypatch.setattr(
        incoming.os, "posix_fadvise", lambda handle, *place_and_advice: begun.append(place_and_advice[:2])
    )
    data = pdf_bytes() + os.urandom(2 * incoming.STEP)
    request = posted(encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("surat.pdf", data)}))
    request.user = officer_a if known else AnonymousUser()
    with closing(request):
        assert sha256_of(request.FILES["file"]) == hashlib.sha256(data).hexdigest()
    if known:
        assert len(begun) > 1
        assert [start for start, _length in begun] == [0, *(start + length for start, length in begun[:-1])]
        assert sum(length for _start, length in begun) == len(data)
    else:
        assert begun == []


def test_what_came_in_many_pieces_is_hashed_in_their_order():
    data = pdf_bytes() + os.urandom(2 * incoming.STEP)
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("surat.pdf", data)})
    with closing(posted(body)) as request:
        with incoming.synced(request.FILES.values()):
            assert sha256_of(request.FILES["file"]) == hashlib.sha256(data).hexdigest()
            stored = store_upload(request.FILES["file"], actor=None)
        assert read_bytes(stored) == data


def test_what_a_crash_left_is_removed_after_a_day(upload, officer_a):
    stored = store_upload(upload, actor=officer_a)
    (young,) = in_transit()
    old = young.with_name("ditinggalkan")
    old.write_bytes(b"separuh")
    os.utime(old, (time.time() - 2 * 86400,) * 2)
    remove_orphan_files()
    assert in_transit() == [young]
    assert read_bytes(stored) == LARGE


def test_pieces_are_kept_without_a_copy_as_something_new(officer_a, django_capture_on_commit_callbacks):
    """The pieces may be older than what the sweeper takes for the rest of a crash."""
    data = pdf_bytes()
    key = start_upload(purpose="uji", name="surat.pdf", size=len(data), actor=officer_a).key
    add_piece(key=key, offset=0, data=data, actor=officer_a)
    (pieces,) = (path for path in (Path(settings.MEDIA_ROOT) / "unfinished").rglob("*") if path.is_file())
    whole = {"key": key, "purpose": "uji", "sha256": "", "actor": officer_a}
    with undone(), whole_file(**whole) as file:
        store_upload(file, actor=officer_a)
    assert pieces.read_bytes() == data  # the person can try again
    os.utime(pieces, (time.time() - 2 * 86400,) * 2)
    with django_capture_on_commit_callbacks(execute=True), whole_file(**whole) as file:
        stored = store_upload(file, actor=officer_a)
        path = Path(settings.MEDIA_ROOT) / stored.path
        assert path.samefile(pieces)
    assert not pieces.exists()
    assert time.time() - path.stat().st_mtime < 600
    assert (read_bytes(stored), stored.sha256) == (data, hashlib.sha256(data).hexdigest())
