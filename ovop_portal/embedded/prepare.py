"""Brings the database, the demo data and the static files up to date, in one process: starting Django costs most.

The argument names the file that receives the list of demo accounts.
"""

import hashlib
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def static_digest() -> str:
    """Changes when any static file does."""
    lines = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            lines.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def collect_static() -> None:
    """Compressing them takes seconds, so only when one has changed."""
    stamp = Path(settings.STATIC_ROOT) / "collected.sha256"
    digest = static_digest()
    if not stamp.exists() or stamp.read_text() != digest:
        call_command("collectstatic", interactive=False, clear=True)
        stamp.write_text(digest)


def prepare(accounts: Path) -> None:
    call_command("migrate", interactive=False)
    call_command("createcachetable")
    call_command("load_data")
    call_command("seed_demo")
    collect_static()
    with accounts.open("w") as file:
        call_command("demo_accounts", stdout=file)


if __name__ == "__main__":
    django.setup()
    prepare(Path(sys.argv[1]))
