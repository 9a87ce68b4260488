"""Starts a throw-away PostgreSQL and Valkey before Django reads its settings, and removes them at the end.

Loaded by `-p` in pyproject.toml: a conftest comes too late, pytest-django has read the settings by then.
`DATABASE_URL` or `REDIS_URL` in the environment are used as they are. xdist workers share the controller's servers.
"""

import atexit
import os
import shutil
import signal
import tempfile
from pathlib import Path

from ovop_portal.embedded.servers import Servers, broker_url, database_url


def start_servers() -> None:
    folder = Path(tempfile.mkdtemp(prefix="ovop-test-"))
    folder.chmod(0o711)
    servers = Servers(folder / "servers", folder, durable=False)

    def remove() -> None:
        servers.stop()
        shutil.rmtree(servers.home, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    # A terminated run cleans up too; Python would just end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    servers.start(postgres="DATABASE_URL" not in os.environ, valkey="REDIS_URL" not in os.environ)
    settings = {
        "DATABASE_URL": database_url(servers.sockets),
        "REDIS_URL": broker_url(servers.sockets),
        "SECRET_KEY": "only-for-tests-" + "0123456789" * 4,
        "BASE_URL": "http://testserver",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "MEDIA_ROOT": str(folder / "files"),
        "STATIC_ROOT": str(folder / "static"),
        "EMAIL_URL": "memorymail://",
        "DEFAULT_FROM_EMAIL": "portal@example.go.id",
        "HELP_EMAIL": "sekretariat@example.go.id",
        "HELP_PHONE": "021-0000000",
    }
    for name, value in settings.items():
        os.environ.setdefault(name, value)


if "PYTEST_XDIST_WORKER" not in os.environ:
    start_servers()
