"""Files in pieces: offsets, limits, a full disk, what is forgotten, and that nobody meets another's upload."""

import hashlib
import os
import shutil
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import uploads
from core.errors import NoSpace, RuleBroken
from core.files import FileRefused
from core.models import Upload
from core.tasks import forget_uploads, remove_orphan_files
from core.uploads import MAX_OPEN, UploadGone, add_piece, cancel_upload, own_upload, start_upload, whole_file
from tests.core.permissions import PERMISSIONS
from tests.factories import HOME
from tests.permissions import PERSONAS
from tests.transactions import undone

pytestmark = pytest.mark.django_db(transaction=False)
DATA = bytes(range(256)) * 40


@pytest.fixture
def upload(officer_a: Any) -> Upload:
    return start_upload(purpose="uji:1", name="surat.pdf", size=len(DATA), actor=officer_a)


def piece(upload: Upload, actor: Any, start: int, end: int) -> tuple[int, bool]:
    now, taken = add_piece(key=upload.key, offset=start, data=DATA[start:end], actor=actor)
    return now.received, taken


def unfinished() -> list[Path]:
    return sorted(path for path in (Path(settings.MEDIA_ROOT) / "unfinished").rglob("*") if path.is_file())


def the_whole(upload: Upload, actor: Any, sha256: str = "") -> bytes:
    with whole_file(key=upload.key, purpose="uji:1", sha256=sha256, actor=actor) as file:
        assert (file.name, file.size) == ("surat.pdf", len(DATA))
        return file.read()


def test_pieces_make_the_file_and_the_upload_ends(upload, officer_a, django_capture_on_commit_callbacks):
    for start in range(0, len(DATA), 4096):
        piece(upload, officer_a, start, start + 4096)
    with django_capture_on_commit_callbacks(execute=True):
        assert the_whole(upload, officer_a, hashlib.sha256(DATA).hexdigest()) == DATA
    assert unfinished() == []
    with pytest.raises(UploadGone):
        own_upload(key=upload.key, actor=officer_a)


def test_a_piece_that_comes_twice_or_out_of_turn_changes_nothing(upload, officer_a):
    assert piece(upload, officer_a, 0, 100) == (100, True)
    assert piece(upload, officer_a, 0, 100) == (100, False)
    assert piece(upload, officer_a, 50, 200) == (100, False)
    assert piece(upload, officer_a, 300, 400) == (100, False)
    assert unfinished()[0].read_bytes() == DATA[:100]
    assert piece(upload, officer_a, 100, len(DATA)) == (len(DATA), True)
    assert the_whole(upload, officer_a) == DATA


def test_what_a_fault_left_behind_the_counted_part_is_cut_off(upload, officer_a):
    piece(upload, officer_a, 0, 100)
    with undone():
        piece(upload, officer_a, 100, 5000)
    assert unfinished()[0].stat().st_size == 5000
    assert own_upload(key=upload.key, actor=officer_a).received == 100
    assert piece(upload, officer_a, 100, 300) == (300, True)
    assert unfinished()[0].read_bytes() == DATA[:300]
    with undone():
        piece(upload, officer_a, 300, len(DATA))
    piece(upload, officer_a, 300, len(DATA))
    assert the_whole(upload, officer_a) == DATA


def test_bytes_that_the_disk_has_lost_are_asked_for_again(upload, officer_a):
    piece(upload, officer_a, 0, 5000)
    os.truncate(unfinished()[0], 10)
    assert piece(upload, officer_a, 5000, 6000) == (0, False)
    unfinished()[0].unlink()
    assert piece(upload, officer_a, 0, len(DATA)) == (len(DATA), True)
    assert the_whole(upload, officer_a) == DATA


def test_more_than_was_announced_is_refused(upload, officer_a):
    with pytest.raises(RuleBroken, match="lebih besar"):
        add_piece(key=upload.key, offset=0, data=DATA + b"x", actor=officer_a)
    assert unfinished() == []


def test_an_unfinished_or_changed_file_is_not_handed_over(upload, officer_a):
    piece(upload, officer_a, 0, 100)
    with pytest.raises(RuleBroken, match="belum terkirim seluruhnya"), transaction.atomic():
        the_whole(upload, officer_a)
    piece(upload, officer_a, 100, len(DATA))
    with pytest.raises(RuleBroken, match="berubah di perjalanan"), transaction.atomic():
        the_whole(upload, officer_a, hashlib.sha256(b"lain").hexdigest())
    with pytest.raises(UploadGone), whole_file(key=upload.key, purpose="uji:2", sha256="", actor=officer_a):
        pass
    assert the_whole(upload, officer_a) == DATA, "refusals left it as it was"


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [("a.pdf", 0, "kosong"), ("a.pdf", 11 * 1024 * 1024, "terlalu besar"), ("a.exe", 10, "bukan PDF, JPEG, atau PNG")],
)
def test_what_could_not_be_taken_is_refused_before_it_is_sent(name, size, words, officer_a):
    with pytest.raises(FileRefused, match=words):
        start_upload(purpose="uji", name=name, size=size, actor=officer_a)
    assert not Upload.objects.exists()


def test_one_upload_per_purpose_and_a_few_per_person(officer_a, officer_b, django_capture_on_commit_callbacks):
    def begin(number: int, actor: Any = officer_a) -> Upload:
        upload = start_upload(purpose=f"uji:{number}", name="a.pdf", size=10, actor=actor)
        add_piece(key=upload.key, offset=0, data=b"12345", actor=actor)
        Upload.objects.filter(pk=upload.pk).update(touched_at=timezone.now() - timedelta(hours=100 - number))
        return upload

    with django_capture_on_commit_callbacks(execute=True):
        first, again, foreign = begin(1), begin(1), begin(1, officer_b)
        for number in range(2, MAX_OPEN + 3):
            begin(number)
    assert not Upload.objects.filter(pk__in=[first.pk, again.pk]).exists(), "replaced, and given way"
    purposes = Upload.objects.filter(owner_id=officer_a.pk).values_list("purpose", flat=True)
    assert set(purposes) == {f"uji:{number}" for number in range(3, MAX_OPEN + 3)}
    assert Upload.objects.filter(pk=foreign.pk).exists()
    assert len(unfinished()) == MAX_OPEN + 1


def test_a_full_disk_is_said_before_and_during_and_leaves_nothing(upload, officer_a, monkeypatch):
    piece(upload, officer_a, 0, 100)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(uploads.os, "fsync", full)
        with pytest.raises(NoSpace, match="penyimpanan portal sedang penuh") as refused:
            piece(upload, officer_a, 100, 5000)
    assert refused.value.status == 507
    assert unfinished()[0].stat().st_size == 100
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 1000))
    with pytest.raises(NoSpace):
        start_upload(purpose="uji:9", name="a.pdf", size=10, actor=officer_a)
    assert Upload.objects.count() == 1


def test_what_nobody_goes_on_with_is_forgotten(officer_a, django_capture_on_commit_callbacks):
    old = start_upload(purpose="lama", name="a.pdf", size=10, actor=officer_a)
    add_piece(key=old.key, offset=0, data=b"12345", actor=officer_a)
    live = start_upload(purpose="baru", name="a.pdf", size=10, actor=officer_a)
    add_piece(key=live.key, offset=0, data=b"12345", actor=officer_a)
    Upload.objects.filter(pk=old.pk).update(touched_at=timezone.now() - timedelta(days=4))
    for path in unfinished():
        os.utime(path, (time.time() - 4 * 86400,) * 2)
    stray = unfinished()[0].with_name("0" * 32)
    stray.write_bytes(b"tanpa baris")
    os.utime(stray, (time.time() - 2 * 86400,) * 2)
    with django_capture_on_commit_callbacks(execute=True):
        forget_uploads()
    assert [path.name for path in unfinished()] == [live.key.hex]
    assert list(Upload.objects.values_list("purpose", flat=True)) == ["baru"]


def test_the_sweeper_of_stored_files_leaves_unfinished_ones_alone(upload, officer_a):
    piece(upload, officer_a, 0, 100)
    os.utime(unfinished()[0], (time.time() - 9 * 86400,) * 2)
    remove_orphan_files()
    assert len(unfinished()) == 1


# Over HTTP


def put(client: Client, upload: Upload, offset: Any, data: bytes) -> Any:
    url = reverse("upload_pieces", args=[upload.key.hex])
    return client.put(url, data, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)})


def test_the_words_of_the_protocol(upload, officer_a, client_of):
    client, url = client_of(officer_a), reverse("upload_pieces", args=[upload.key.hex])
    facts = {"key": upload.key.hex, "offset": 0, "size": len(DATA), "piece": uploads.PIECE}
    assert client.get(url).json() == facts
    answer = put(client, upload, 0, DATA[:1000])
    assert (answer.status_code, answer.json()["offset"]) == (200, 1000)
    answer = put(client, upload, 0, DATA[:1000])
    assert (answer.status_code, answer.json()["offset"]) == (409, 1000)
    for offset in ("", "x", "-1", "１", "9" * 20):
        assert put(client, upload, offset, b"x").status_code == 400
    assert put(client, upload, 1000, DATA).status_code == 422
    assert client.delete(url).status_code == 200
    assert client.get(url).status_code == 404


def test_a_piece_needs_the_token_and_the_sign_in(upload, officer_a):
    client = Client(enforce_csrf_checks=True)
    assert put(client, upload, 0, b"x").status_code == 403
    client.force_login(officer_a, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert put(client, upload, 0, b"x").status_code == 403
    answer = put(Client(), upload, 0, b"x")
    assert (answer.status_code, answer["Location"].startswith("/akun/masuk/")) == (302, True)
    assert own_upload(key=upload.key, actor=officer_a).received == 0


def test_another_persons_upload_does_not_exist(people, client_of):
    objs = SimpleNamespace(region=HOME)
    table = PERMISSIONS["upload_pieces"]
    url = reverse("upload_pieces", kwargs=table["kwargs"](objs))
    upload = Upload.objects.get()
    for persona in PERSONAS:
        client = client_of(people[persona])
        assert client.get(url).status_code == table["GET"][persona], persona
        if persona not in ("officer_own", "anonymous"):
            assert put(client, upload, 0, b"12345").status_code == 404
            assert client.delete(url).status_code == 404
    assert (Upload.objects.get().received, unfinished()) == (0, [])


def test_a_key_that_is_none_is_not_found(officer_a, client_of):
    assert client_of(officer_a).get("/unggahan/bukan-kunci/").status_code == 404


def test_giving_up_removes_the_bytes(upload, officer_a, django_capture_on_commit_callbacks):
    piece(upload, officer_a, 0, 100)
    with django_capture_on_commit_callbacks(execute=True):
        cancel_upload(key=upload.key, actor=officer_a)
    assert unfinished() == []
