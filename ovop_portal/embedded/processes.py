"""Child processes that never outlive their parent, and a record of them for the case that it was killed."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

PR_SET_PDEATHSIG = 1
LOG_TAIL_LINES = 20


class RunError(Exception):
    """The stack cannot go on; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class Account:
    """The account that runs the servers when we are root: PostgreSQL refuses root."""

    name: str
    uid: int
    gid: int

    def popen_options(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account() -> Account | None:
    """None when the servers can run as the present user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise RunError("The database server refuses to run as root, and neither account postgres nor nobody exists.")


def command_works(argv: Sequence[str | Path], account: Account | None) -> bool:
    options = account.popen_options() if account else {}
    try:
        done = subprocess.run(argv, cwd="/", capture_output=True, check=False, **options)
    except OSError:
        return False
    return done.returncode == 0


@dataclass
class Child:
    """A started process; `stop_signal` asks it to end in good order."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def exit_code(self) -> int | None:
        return self.process.poll()

    def log_tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_TAIL_LINES:])

    def record(self) -> dict[str, Any]:
        """What a later run needs to find this very process again, also after its number was given away."""
        try:
            created = psutil.Process(self.process.pid).create_time()
        except psutil.NoSuchProcess:
            created = 0.0
        return {"pid": self.process.pid, "created": created, "stop_signal": int(self.stop_signal)}


def _die_with_parent(parent: int, stop_signal: signal.Signals) -> Callable[[], None]:
    libc = ctypes.CDLL(None)

    def in_child() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent:
            os._exit(1)

    return in_child


def start_child(
    name: str,
    argv: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
    cwd: Path = Path("/"),
    pass_fds: Iterable[int] = (),
) -> Child:
    """Start in a session of its own, so that Ctrl-C reaches only us and we stop the children in order."""
    options = account.popen_options() if account else {}
    if sys.platform == "linux":
        options["preexec_fn"] = _die_with_parent(os.getpid(), stop_signal)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            pass_fds=tuple(pass_fds),
            start_new_session=True,
            **options,
        )
    return Child(name, process, log, stop_signal)


def stop_children(children: Sequence[Child], seconds: float = 20.0) -> None:
    """Ask all, wait for all, and end what does not listen, with everything that it started."""
    for child in children:
        if child.exit_code is None:
            child.process.send_signal(child.stop_signal)
    deadline = time.monotonic() + seconds
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()


def stop_recorded(records: Iterable[Mapping[str, Any]], seconds: float = 20.0) -> None:
    """End the processes that a killed run left behind. A process number that was given away is left alone."""
    alive = []
    for record in records:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(record["pid"])
            if process.create_time() == record["created"]:
                process.send_signal(record["stop_signal"])
                alive.append(process)
    _, stubborn = psutil.wait_procs(alive, timeout=seconds)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=seconds)
