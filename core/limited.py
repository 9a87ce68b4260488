"""Opening files of strangers: in a process of its own, which limits itself and imports nothing of the portal."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings

from core.models import StoredFile

SECONDS = 90


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
