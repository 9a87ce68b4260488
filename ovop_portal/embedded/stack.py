"""The running portal: servers, preparation, web, worker and beat, started and stopped in order."""

import errno
import http.client
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from ovop_portal.embedded.places import CHECKOUT, Place
from ovop_portal.embedded.processes import Child, RunError, start_child, stop_children
from ovop_portal.embedded.servers import Servers, broker_url, database_url

HOST = "127.0.0.1"
PORTS_TO_TRY = 100
WEB_START_ATTEMPTS = 60


class StopRequested(BaseException):
    """Somebody pressed Ctrl-C or sent a signal: not an error."""


def say(text: str) -> None:
    """To the person, never into output that a program reads."""
    print(text, file=sys.stderr, flush=True)


def listen_on_free_port(first: int) -> socket.socket:
    """A listening socket on `first` or, when that is taken, on the next free port. Holding it keeps others off.

    Raises RunError when the port may not be used or none is free.
    """
    for port in range(first, min(first + PORTS_TO_TRY, 65536)):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen(128)
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE:
                raise RunError(f"Port {port} cannot be used: {error.strerror}. Choose another with PORT.") from None
            say(f"Port {port} is taken, trying {port + 1}.")
        else:
            return listener
    raise RunError(f"No free port from {first} on. Choose another with PORT.")


class Stack:
    """Everything that runs on one place, as a context: leaving it stops all, in the reverse order of the start."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.servers = Servers(place.servers, place.log)
        self.children: list[Child] = []
        self.env: dict[str, str] = {}
        self.base_url = ""
        self.stopping = threading.Event()

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        self.place.clear_leftovers()
        return self

    def __exit__(self, *_: object) -> None:
        stop_children(self.children[::-1])
        self.servers.stop()
        self.place.forget_state()

    def start_servers(self, base_url: str) -> None:
        """Those that DATABASE_URL and REDIS_URL do not replace."""
        self.servers.start(postgres="DATABASE_URL" not in os.environ, valkey="REDIS_URL" not in os.environ)
        self.base_url = base_url
        self.env = environment(self.place, self.servers.sockets, base_url)
        self._record()

    def prepare(self) -> None:
        """Schema, reference data, demo data and static files; quick when there is nothing to do.

        Raises RunError with the end of the log when a step fails.
        """
        child = self._start("prepare", "ovop_portal.embedded.prepare", [str(self.place.accounts)])
        while child.exit_code is None:
            self._pause(0.1)
        if child.exit_code != 0:
            raise RunError(f"The preparation failed:\n{child.log_tail()}")
        self.children.remove(child)

    def start_web(self, listener: socket.socket) -> None:
        options = ["--preload", "--workers", "2", "--threads", "4", "--graceful-timeout", "5", "--no-control-socket"]
        bind = ["--bind", f"fd://{listener.fileno()}"]
        self._start("web", "gunicorn", [*options, *bind, "ovop_portal.wsgi"], pass_fds=[listener.fileno()])

    def start_workers(self) -> None:
        celery = ["-A", "ovop_portal"]
        worker = ["worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        self._start("worker", "celery", [*celery, *worker])
        schedule = str(self.place.root / "beat-schedule")
        self._start("beat", "celery", [*celery, "beat", "--schedule", schedule, "--pidfile="])

    def wait_for_web(self, port: int) -> None:
        for _ in range(WEB_START_ATTEMPTS):
            self.check_children()
            connection = http.client.HTTPConnection(HOST, port, timeout=1)
            try:
                connection.request("GET", "/")
                if connection.getresponse().status < 500:
                    return
                raise RunError(f"The portal answers with an error:\n{self._child('web').log_tail()}")
            except OSError:
                self._pause(0.2)
            finally:
                connection.close()
        raise RunError(f"The portal does not answer:\n{self._child('web').log_tail()}")

    def watch(self) -> None:
        """Until somebody asks to stop.

        Raises RunError, naming the process and showing the end of its log, when one ends by itself.
        """
        while True:
            self.check_children()
            self._pause(0.5)

    def check_children(self) -> None:
        for child in [*self.children, *self.servers.children]:
            if child.exit_code is not None:
                raise RunError(
                    f"{child.name} ended by itself (exit code {child.exit_code}). The end of {child.log}:\n"
                    f"{child.log_tail()}"
                )

    def _pause(self, seconds: float) -> None:
        if self.stopping.wait(seconds):
            raise StopRequested

    def _child(self, name: str) -> Child:
        return next(child for child in self.children if child.name == name)

    def _start(self, name: str, module: str, arguments: Sequence[str], pass_fds: Sequence[int] = ()) -> Child:
        child = start_child(
            name,
            [sys.executable, "-m", module, *arguments],
            log=self.place.log / f"{name}.log",
            env=self.env,
            cwd=CHECKOUT,
            pass_fds=pass_fds,
        )
        self.children.append(child)
        self._record()
        return child

    def _record(self) -> None:
        self.place.write_state(
            base_url=self.base_url,
            sockets=str(self.servers.sockets),
            children=[child.record() for child in [*self.children[::-1], *self.servers.children]],
        )


def environment(place: Place, sockets: Path, base_url: str) -> dict[str, str]:
    return place.environment(database_url(sockets), broker_url(sockets), base_url)
