"""The portal as people meet it: real web and worker processes on a copy of the database, a real Chromium in front."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from tests.factories import PASSWORD

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 60


@dataclass
class Portal:
    url: str
    logs: Path
    env: dict[str, str]
    web: subprocess.Popen[bytes]

    def stop_web(self) -> None:
        """As when the server is away: nobody answers at its address."""
        self.web.kill()
        self.web.wait(timeout=60)
        # gunicorn's own processes notice within a second that their parent is gone
        until(lambda: not answers(self.url))

    def start_web(self) -> None:
        self.web = start_web(self.url, self.env, self.logs / "web.log")


@pytest.fixture
def portal(cloned_db: str, tmp_path: Path, settings: Any) -> Iterator[Portal]:
    """gunicorn and a Celery worker on a copy of the database. Objects made in the test are seen by both."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings.BASE_URL = url
    env = os.environ | {
        "DATABASE_URL": cloned_db,
        "BASE_URL": url,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "ovop_portal.settings.test",
        "EMAIL_URL": "consolemail://",
        "C_FORCE_ROOT": "1",
    }
    worker = ["-m", "celery", "-A", "ovop_portal", "worker", "--concurrency", "1", "--loglevel", "INFO"]
    current_app.control.purge()  # what earlier tests sent was about another database
    running = Portal(url, tmp_path, env, start_web(url, env, tmp_path / "web.log"))
    celery = start(worker, env, tmp_path / "worker.log")
    try:
        yield running
    finally:
        for process in (running.web, celery):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with its children; nothing that they hold is wanted any more
            process.wait(timeout=60)


def start_web(url: str, env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """gunicorn at that address, when it is ready to answer."""
    place = url.removeprefix("http://")
    web = ["-m", "gunicorn", "ovop_portal.wsgi", "--bind", place, "--workers", "2", "--timeout", "120"]
    process = start(web, env, log)
    try:
        wait_until_ready(f"{url}/health", process, log)
    except AssertionError:
        process.kill()
        raise
    return process


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/health", timeout=2).close()
    except OSError:
        return False
    return True


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that the page itself does not show."""
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def start(arguments: list[str], env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, *arguments], env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.1)
    raise AssertionError(f"the web process did not come up:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is missing; ./run test installs it where it may.")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's own loop makes Django think that it is in async code
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def sign_in(page: Page, person: User, password: str = PASSWORD) -> None:
    """On the sign-in page that is open."""
    page.get_by_label("Surel").fill(person.email)
    page.get_by_label("Sandi").first.fill(password)
    page.get_by_role("button", name="Masuk").click()


@pytest.fixture
def browse(chromium: Browser, portal: Portal) -> Iterator[Callable[..., Page]]:
    """A fresh browser window of one person, signed in through the form.

    JavaScript is off unless asked for: the portal needs none. No page may ask another host.
    """
    contexts: list[BrowserContext] = []
    asked: list[str] = []

    def open_window(person: User | None = None, *, password: str = PASSWORD, scripts: bool = False) -> Page:
        context = chromium.new_context(
            base_url=portal.url,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            java_script_enabled=scripts,
            viewport={"width": 1280, "height": 900},
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("request", lambda request: asked.append(request.url))
        if person is not None:
            page.goto("/akun/masuk/")
            sign_in(page, person, password)
            page.wait_for_url("**/beranda/")
        return page

    yield open_window
    for context in contexts:
        context.close()
    foreign = [url for url in asked if not url.startswith((portal.url, "data:", "about:"))]
    assert foreign == [], "pages must not ask other hosts"
