"""The portal over HTTP by gunicorn, with the pages of a measurement beside it."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from threading import Thread
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def portal_beside(prefix: str, middleware: list[str]) -> Application:
    """The portal; what begins with the prefix passes the other middleware instead, which leads to the other pages."""
    portal = WSGIHandler()
    with override_settings(MIDDLEWARE=middleware):
        other = WSGIHandler()
    return lambda environ, start: (other if environ["PATH_INFO"].startswith(prefix) else portal)(environ, start)


def portal_and_floor() -> Application:
    django.setup()
    from benchmarks import floor  # noqa: PLC0415 - its models need the setup

    return portal_beside("/f", floor.MIDDLEWARE)


@contextmanager
def served(application: str, *options: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Port and process of a gunicorn whose workers are ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--log-level=error"]
    server = subprocess.Popen([*command, *options])
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.1)
        with closing(HTTPConnection("127.0.0.1", port)) as link:
            link.request("GET", "/")  # answered only by a worker that is ready
            link.getresponse().read()
        yield port, server
    finally:
        server.terminate()
        server.wait()


def requests_a_second(port: int, path: str, cookies: str = "", *, clients: int = 4, seconds: float = 6) -> float:
    """Answers of 200 to so many clients at once, each asking again as soon as it has its answer."""
    answers: list[int] = []

    def ask(until: float) -> None:
        with closing(HTTPConnection("127.0.0.1", port)) as link:
            while time.perf_counter() < until:
                link.request("GET", path, headers={"Cookie": cookies})
                answer = link.getresponse()
                answer.read()
                answers.append(answer.status)

    for length in (1, seconds):  # the first round warms up
        answers.clear()
        started = time.perf_counter()
        threads = [Thread(target=ask, args=(started + length,)) for __ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert set(answers) == {200}, set(answers)
    return len(answers) / (time.perf_counter() - started)
