"""The scan by a real clamd: what waits, what is released, what is held, and that an error is never a verdict."""

import socket
import tempfile
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core import scanning
from core.errors import NotPermitted
from core.files import store_bytes, store_upload
from core.http import private_file
from core.models import AuditEntry, Preview, PreviewState, ScanState, StoredFile
from core.previews import want_preview
from core.scanning import NotScanned, ask_clamd, scan_again, scan_file, waiting_ids
from ovop_portal.settings.values import clamd_place
from tests.clamd import EICAR, FOUND, running_clamd
from tests.files import pdf_bytes

pytestmark = pytest.mark.django_db
NOBODY_LISTENS = "/tmp/tidak-ada-clamd.sock"


@pytest.fixture(scope="module")
def clamd() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder, running_clamd(Path(folder)) as place:
        yield place


@pytest.fixture
def scanned(clamd: str, settings: Any) -> None:
    settings.CLAMD = clamd


def uploaded(officer: Any, data: bytes = b"") -> StoredFile:
    return store_upload(SimpleUploadedFile("surat.pdf", pdf_bytes() + data), actor=officer)


def state_of(stored: StoredFile) -> str:
    return StoredFile.objects.get(pk=stored.pk).scan_state


def test_a_clean_file_waits_for_its_scan_and_is_then_served(scanned, officer_a):
    stored = uploaded(officer_a)
    assert stored.scan_state == ScanState.WAITING
    with pytest.raises(NotPermitted, match="menunggu pemindaian"):
        private_file(stored)
    assert scan_file(stored.pk)
    stored.refresh_from_db()
    assert (stored.scan_state, stored.scanned_at is None) == (ScanState.CLEAN, False)
    assert private_file(stored).status_code == 200


def test_an_infected_file_is_held_and_noted(scanned, officer_a):
    stored = uploaded(officer_a, EICAR)
    scan_file(stored.pk)
    stored.refresh_from_db()
    assert (stored.scan_state, stored.scan_finding) == (ScanState.INFECTED, FOUND)
    with pytest.raises(NotPermitted, match="berbahaya"):
        private_file(stored)
    entry = AuditEntry.objects.get(action="file.infected")
    assert (entry.object_id, entry.actor_id, entry.data) == (str(stored.pk), None, {"finding": FOUND})


def test_infected_is_the_last_word(scanned, officer_a):
    stored = uploaded(officer_a)
    StoredFile.objects.filter(pk=stored.pk).update(scan_state=ScanState.INFECTED)
    scan_file(stored.pk)
    assert state_of(stored) == ScanState.INFECTED


def test_a_scan_by_network_address(clamd, settings, officer_a):
    """The same words over TCP, through a relay to the real clamd."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def relay() -> None:
            near, _address = server.accept()
            with near, socket.socket(socket.AF_UNIX) as far:
                far.connect(clamd)
                while not (data := near.recv(65536)).endswith(b"\0\0\0\0"):
                    far.sendall(data)
                far.sendall(data)
                near.sendall(far.recv(4096))

        threading.Thread(target=relay, daemon=True).start()
        settings.CLAMD = server.getsockname()
        stored = uploaded(officer_a)
        assert scan_file(stored.pk)
    assert state_of(stored) == ScanState.CLEAN


def test_without_a_scanner_nothing_waits_and_nothing_is_called_clean(settings, officer_a):
    settings.CLAMD = None
    stored = uploaded(officer_a)
    assert stored.scan_state == ScanState.NOT_SCANNED
    assert stored.get_scan_state_display() == "Tidak dipindai"
    assert (waiting_ids(), scan_again()) == ([], 0)


def test_a_scanner_that_is_away_lets_files_wait_with_growing_rests(settings, officer_a):
    settings.CLAMD = NOBODY_LISTENS
    stored = uploaded(officer_a)
    for attempt in (1, 2, 3):
        assert not scan_file(stored.pk)
        stored.refresh_from_db()
        assert (stored.scan_state, stored.scan_attempts) == (ScanState.WAITING, attempt)
        rest = stored.scan_rests_until - timezone.now()
        assert timedelta(minutes=attempt - 1) < rest <= timedelta(minutes=attempt)
    assert waiting_ids() == []
    StoredFile.objects.filter(pk=stored.pk).update(scan_rests_until=timezone.now() - timedelta(seconds=1))
    assert waiting_ids() == [stored.pk]


def test_the_sweeper_leaves_the_first_minute_to_the_task_of_the_upload(settings, officer_a):
    settings.CLAMD = NOBODY_LISTENS
    stored = uploaded(officer_a)
    assert waiting_ids() == []
    StoredFile.objects.filter(pk=stored.pk).update(created_at=timezone.now() - timedelta(minutes=2))
    assert waiting_ids() == [stored.pk]


def test_a_file_above_the_limit_of_clamd_is_not_scanned_rather_than_clean(settings, officer_a, tmp_path):
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder, running_clamd(Path(folder), max_length="1M") as place:
        settings.CLAMD = place
        stored = uploaded(officer_a, bytes(6 * 1024 * 1024) + EICAR)
        assert not scan_file(stored.pk)
    assert state_of(stored) == ScanState.WAITING


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0",
        b"stream: OK but not quite\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"OK\0",
        b"stream: Can't allocate memory ERROR\0",
    ],
)
def test_no_other_answer_is_a_verdict(answer, tmp_path):
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        place = f"{folder}/s"
        server.bind(place)
        server.listen()

        def say() -> None:
            line, _address = server.accept()
            with line:
                while not line.recv(65536).endswith(b"\0\0\0\0"):
                    pass
                line.sendall(answer)

        threading.Thread(target=say, daemon=True).start()
        (tmp_path / "berkas").write_bytes(b"isi")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(live_settings, "CLAMD", place)
            with pytest.raises(NotScanned):
                ask_clamd(tmp_path / "berkas")


def test_a_clean_verdict_lets_the_preview_be_drawn(scanned, officer_a, django_capture_on_commit_callbacks, monkeypatch):
    sent: list[tuple[str, Any]] = []
    monkeypatch.setattr("core.jobs._send", lambda name, ids: sent.append((name, ids["file_id"])))
    with django_capture_on_commit_callbacks(execute=True):
        stored = uploaded(officer_a)
        want_preview(stored)
    assert sent == [("core.scan_file", str(stored.pk))], "not drawn before it is clean"
    with django_capture_on_commit_callbacks(execute=True):
        scan_file(stored.pk)
    assert sent[1:] == [("core.render_preview", str(stored.pk))]
    assert Preview.objects.get(pk=stored.pk).state == PreviewState.WANTED


def test_a_nightly_scan_finds_what_signatures_have_learnt_meanwhile(settings, clamd, officer_a):
    settings.CLAMD = None
    old, bad = uploaded(officer_a), uploaded(officer_a, EICAR)
    ours = store_bytes(pdf_bytes(), name="piagam.pdf", content_type="application/pdf")
    settings.CLAMD = clamd
    assert scan_again() == 2
    assert (state_of(old), state_of(bad), state_of(ours)) == (
        ScanState.CLEAN,
        ScanState.INFECTED,
        ScanState.NOT_SCANNED,
    )
    settings.CLAMD = NOBODY_LISTENS
    assert scan_again() == 0
    assert state_of(old) == ScanState.CLEAN, "an earlier verdict stays when the scanner is away"


def test_a_file_without_a_verdict_holds_up_no_other_and_comes_up_again(settings, officer_a):
    settings.CLAMD = None
    large = uploaded(officer_a, bytes(6 * 1024 * 1024))
    gone, small = uploaded(officer_a), uploaded(officer_a)
    (Path(settings.MEDIA_ROOT) / gone.path).unlink()
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder, running_clamd(Path(folder), max_length="1M") as place:
        settings.CLAMD = place
        assert scan_again() == 1
        states = [state_of(stored) for stored in (large, gone, small)]
        assert states == [ScanState.NOT_SCANNED, ScanState.NOT_SCANNED, ScanState.CLEAN]
        rests = set(StoredFile.objects.filter(pk__in=[large.pk, gone.pk]).values_list("scan_attempts", flat=True))
        assert rests == {1}
        later = uploaded(officer_a)
        StoredFile.objects.filter(pk=later.pk).update(scan_state=ScanState.NOT_SCANNED)
        assert scan_again() == 2, "those that rest are passed over"
        StoredFile.objects.filter(pk=large.pk).update(scan_rests_until=timezone.now() - timedelta(seconds=1))
        scan_again()
    large.refresh_from_db()
    assert (large.scan_attempts, large.scan_state) == (2, ScanState.NOT_SCANNED)
    assert large.scan_rests_until > timezone.now() + timedelta(hours=30), "more and more seldom"


def test_a_file_with_an_earlier_verdict_keeps_it_when_there_is_no_new_one(settings, officer_a):
    settings.CLAMD = None
    stored = uploaded(officer_a)
    StoredFile.objects.filter(pk=stored.pk).update(scan_state=ScanState.CLEAN, scanned_at=timezone.now())
    (Path(settings.MEDIA_ROOT) / stored.path).unlink()
    settings.CLAMD = NOBODY_LISTENS
    assert scan_again() == 0
    stored.refresh_from_db()
    assert (stored.scan_state, stored.scan_attempts) == (ScanState.CLEAN, 0), "nobody was there to ask"


def test_a_scanner_that_fails_file_after_file_is_left_alone(clamd, settings, officer_a, monkeypatch):
    settings.CLAMD = None
    for _number in range(4):
        (Path(settings.MEDIA_ROOT) / uploaded(officer_a).path).unlink()
    settings.CLAMD = clamd
    monkeypatch.setattr(scanning, "MANY", 3)
    assert scan_again() == 0
    assert StoredFile.objects.filter(scan_attempts=1).count() == 3


def test_the_place_of_clamd_is_read_or_the_start_fails():
    assert clamd_place("", "") is None
    assert clamd_place("/run/clamav/clamd.ctl", "") == "/run/clamav/clamd.ctl"
    assert clamd_place("", "clamav:3310") == ("clamav", 3310)
    for socket_path, address in (("clamd.ctl", ""), ("", "clamav"), ("", "clamav:x"), ("", ":3310"), ("/a", "b:1")):
        with pytest.raises(ImproperlyConfigured):
            clamd_place(socket_path, address)


def test_the_pieces_are_smaller_than_what_clamd_takes_at_once():
    assert scanning.CHUNK < 2**20
