"""Uploaded files as pages of a larger PDF, each made in a process with limits (`core.pdf_parts`)."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings

from core import pdf_parts
from core.models import StoredFile

SECONDS = 90


class NotMadeError(Exception):
    """The file could not be made into pages."""


def make_part(stored: StoredFile, target: Path) -> int:
    """Write the file's pages to `target`; returns how many. Raises NotMadeError. No query.

    The child gets no environment: it needs none of our secrets.
    """
    source = Path(settings.MEDIA_ROOT) / stored.path
    command = [sys.executable, "-I", pdf_parts.__file__, str(source), stored.content_type, str(target)]
    try:
        done = subprocess.run(command, env={}, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise NotMadeError(f"more than {SECONDS} s") from error
    if done.returncode or not done.stdout.isdigit():
        last_words = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise NotMadeError(f"ended with {done.returncode}: {last_words}")
    return int(done.stdout)
