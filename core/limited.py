"""Opening files of strangers: in a process of its own, which limits itself and imports nothing of the portal."""

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings

from core.models import StoredFile

SECONDS = 90
ANSWER = 4096  # bytes: longer than any answer


class NotDoneError(Exception):
    """The process ended without its answer: the file is broken, too large, or made to exhaust whoever opens it."""


def run_limited(script: Path, *words: str, seconds: float, given: bytes | None = None) -> bytes:
    """What the script prints. Raises NotDoneError. It gets no environment: it needs none of our secrets."""
    command = [sys.executable, "-I", str(script), *words]
    try:
        done = subprocess.run(command, input=given, env={}, capture_output=True, timeout=seconds, check=False)
    except (subprocess.TimeoutExpired, OSError) as error:
        raise NotDoneError(f"{type(error).__name__} after at most {seconds} s") from error
    if done.returncode:
        last_words = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise NotDoneError(f"ended with {done.returncode}: {last_words}")
    return done.stdout


def pages_made(script: Path, stored: StoredFile, target: Path) -> int:
    """Have the script make the pages of a file at `target`; how many the file has. Raises NotDoneError. No query."""
    source = Path(settings.MEDIA_ROOT) / stored.path
    said = run_limited(script, str(source), stored.content_type, str(target), seconds=SECONDS)
    if not said.isdigit():
        raise NotDoneError(f"said {said[:80]!r}")
    return int(said)


class Series:
    """The pages of many files, by a script that knows `--each`: what takes half a second to load is loaded once.

    Each file is opened in a fork of its own with its own limits. What ends or blocks the script costs that one file;
    the next one gets a new script.
    """

    def __init__(self, script: Path) -> None:
        self._command = [sys.executable, "-I", str(script), "--each"]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def pages_made(self, stored: StoredFile, target: Path) -> int:
        """As the function of that name."""
        source = Path(settings.MEDIA_ROOT) / stored.path
        try:
            code, said = self._ask([str(source), stored.content_type, str(target)])
        except (OSError, ValueError) as error:
            self._end()
            raise NotDoneError(f"{type(error).__name__} after at most {SECONDS} s") from error
        if code or not said.isdigit():
            raise NotDoneError(f"ended with {code}: {said[:80]!r}")
        return int(said)

    @property
    def script(self) -> int:
        """The number of the process that answers now; 0 when there is none."""
        return self._process.pid if self._process else 0

    def _ask(self, words: list[str]) -> tuple[int, str]:
        if self._process is None:
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
            self._process = subprocess.Popen(self._command, env={}, bufsize=0, start_new_session=True, **pipes)
        asked, answered = self._process.stdin, self._process.stdout
        asked.write(json.dumps(words).encode() + b"\n")
        waiting = select.poll()
        waiting.register(answered, select.POLLIN)
        if not waiting.poll((SECONDS + 10) * 1000):
            raise TimeoutError
        code, said = json.loads(os.read(answered.fileno(), ANSWER))  # one write of less than a pipe takes at once
        return int(code), str(said)

    def _end(self) -> None:
        """With all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        with process:
            process.wait()
