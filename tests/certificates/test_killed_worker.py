"""A batch whose worker is killed in the middle and whose broker comes back without its memory."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import redis
from celery import Celery, current_app
from django.utils import timezone

from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.querysets import CLAIM_MINUTES
from certificates.services.issue import waiting_ids
from certificates.services.sending import send_wanted
from core.files import read_bytes
from ovop_portal.embedded.servers import new_socket_folder, valkey_program
from tests.certificates import scenes

SIZE = 12
PATIENCE = 60
WORKER = [sys.executable, "-m", "celery", "-A", "ovop_portal", "worker", "--loglevel=ERROR"]
WORKER += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
QUIET: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def environment_of(database: str, broker: str, settings: Any, **more: str) -> dict[str, str]:
    places = {"DATABASE_URL": database, "REDIS_URL": broker, "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    return os.environ | places | more


@contextmanager
def started(command: list[Any], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process with a group of its own, gone afterwards with all its children."""
    process = subprocess.Popen(list(map(str, command)), start_new_session=True, **QUIET, **options)
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


@contextmanager
def broker(socket: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A broker that writes nothing down: what was in it is lost when it ends."""
    options = ["--port", 0, "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", socket.parent]
    socket.unlink(missing_ok=True)
    with started([valkey_program(), *options]) as process:
        until(lambda: socket.exists() and redis.Redis(unix_socket_path=str(socket)).ping())
        yield process


@contextmanager
def sent_to(address: str) -> Iterator[None]:
    usual = current_app._get_current_object()
    tasks = Celery(broker=address, fixups=[], set_as_current=False)
    tasks.conf.task_default_queue = usual.conf.task_default_queue
    tasks.set_current()
    try:
        yield
    finally:
        tasks.close()
        usual.set_current()


def until(done: Callable[[], Any]) -> None:
    ends = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < ends, list(Certificate.objects.values_list("state", "attempts", "last_error"))
        time.sleep(0.02)


def in_state(state: CertificateState) -> int:
    return Certificate.objects.filter(state=state).count()


def is_in_the_middle() -> bool:
    return bool(in_state(CertificateState.ISSUED) and in_state(CertificateState.RENDERING))


def killed_in_the_middle(worker: subprocess.Popen[bytes]) -> bool:
    """Stopped first, so that what the database says is what they were doing when they died: what they had asked it for
    by then, it still does."""
    if not is_in_the_middle():
        return False
    os.killpg(worker.pid, signal.SIGSTOP)
    time.sleep(0.5)
    if is_in_the_middle():
        kill(worker)
        return True
    os.killpg(worker.pid, signal.SIGCONT)
    return False


def swept() -> bool:
    """As each minute: the first messages after a restart may be lost with the connections to the old broker."""
    send_wanted(waiting_ids() * 2)
    time.sleep(1)
    return in_state(CertificateState.ISSUED) == SIZE


def test_after_a_killed_worker_and_a_broker_without_memory_all_exist_once(
    cloned_db: str, tmp_path: Path, settings: Any
) -> None:
    socket = new_socket_folder() / "broker.sock"
    address = f"redis+socket://{socket}"
    environment = environment_of(cloned_db, address, settings)
    command = [*WORKER, "--concurrency=2"]
    ids = [row.pk for row in scenes.released(scenes.ovop() for _turn in range(SIZE))]

    with sent_to(address):
        with broker(socket), started(command, env=environment) as worker:
            send_wanted(ids)
            until(lambda: killed_in_the_middle(worker))
        before = {row.pk: (row.serial, row.sha256) for row in Certificate.objects.filter(state=CertificateState.ISSUED)}
        assert in_state(CertificateState.RENDERING), "somebody died in the middle"
        assert len(before) < SIZE
        with broker(socket), started(command, env=environment):
            assert redis.Redis(unix_socket_path=str(socket)).llen(current_app.conf.task_default_queue) == 0
            # As long after the death as a claim holds; the minutes themselves are not waited for.
            long_ago = timezone.now() - timedelta(minutes=CLAIM_MINUTES + 1)
            Certificate.objects.filter(state=CertificateState.RENDERING).update(claimed_at=long_ago)
            until(swept)

    rows = list(Certificate.objects.select_related("file").order_by("number"))
    assert [row.number for row in rows] == list(range(1, SIZE + 1))
    assert sorted(row.pk for row in rows) == sorted(ids)
    assert len({row.file_id for row in rows}) == SIZE
    assert all(sha256(read_bytes(row.file)).hexdigest() == row.sha256 for row in rows)
    assert {row.pk: (row.serial, row.sha256) for row in rows if row.pk in before} == before


def test_workers_that_end_leave_nothing_in_the_temporary_folder(cloned_db: str, tmp_path: Path, settings: Any) -> None:
    socket, temporary = new_socket_folder() / "broker.sock", tmp_path / "temporary"
    temporary.mkdir()
    address = f"redis+socket://{socket}"
    environment = environment_of(cloned_db, address, settings, TMPDIR=str(temporary))
    command = [*WORKER, "--concurrency=1", "--max-tasks-per-child=1"]
    ids = [row.pk for row in scenes.released(scenes.ovop() for _turn in range(2))]

    with sent_to(address), broker(socket), started(command, env=environment) as worker:
        for pk in ids:
            send_wanted([pk])
        until(lambda: in_state(CertificateState.ISSUED) == len(ids))
        worker.terminate()
        worker.wait(PATIENCE)

    assert worker.returncode == 0
    assert list(temporary.iterdir()) == []
