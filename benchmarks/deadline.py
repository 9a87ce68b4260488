"""`./run bench deadline`: 500 officers type at the same time, and the web server is stopped and killed meanwhile.

Each officer keeps to what the page's script does: one save in flight, the same text again until its answer is known,
and nothing more after a refusal. Some are refused on purpose: a colleague saves the same topic from another browser,
the dossier is submitted, or the session ends, each after a few saves.

Ends with 1 when an acknowledged save is lost, when a save that must be refused was not, or was stored nevertheless, or
when a refusal came without words for the person.
"""

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from benchmarks.data import Scene
from benchmarks.portal import client_of, prepare
from nominations.enums import Status, Topic
from nominations.models import Answer, Nomination, ProductEntry
from sentra.models import Product

OFFICERS, SAVES = 500, 8
BEFORE_TROUBLE = 3  # saves that are acknowledged before somebody is refused
TROUBLED = 25  # one officer in so many, for each kind of trouble
THINKING = (0.5, 4.0)  # seconds between two pauses in typing
RETRY = 1.0
LONGEST = 240  # seconds after which the script gives up by itself
TOPIC = Topic.UNIQUENESS


@dataclass
class Officer:
    """One browser: a signed-in session and one open page."""

    port: int
    session: str
    nomination: int
    token: str = ""
    cookie: str = ""
    version: int = 0
    stored: str = ""
    statuses: Counter[int] = field(default_factory=Counter)
    mute: int = 0
    waits: list[float] = field(default_factory=list)
    trouble: int = 0  # the status of the refusal that is made for this officer; 0 for none
    colleague: "Officer | None" = None
    refused: int = 0  # the status that ended the work

    @property
    def page(self) -> str:
        return f"/usulan/{self.nomination}/keterangan/{TOPIC}/"

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str, str]:
        """Status, body and cookie; status 0 when nobody answered."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}; {self.cookie}"}
        if body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        with suppress(OSError, http.client.HTTPException):
            link.request(method, path, body, headers)
            answer = link.getresponse()
            return answer.status, answer.read().decode(), answer.headers.get("Set-Cookie", "").partition(";")[0]
        return 0, "", ""

    def open_page(self, until: float) -> None:
        while time.monotonic() < until:
            status, text, self.cookie = self.ask("GET", self.page)
            if status == 200:
                self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
                return
            time.sleep(RETRY)

    def work(self, until: float) -> None:
        time.sleep(random.uniform(0, THINKING[1]))
        self.open_page(until)
        for number in range(1, SAVES + 1):
            time.sleep(random.uniform(*THINKING))
            if self.trouble and number == BEFORE_TROUBLE + 1:
                TROUBLES[self.trouble](self, until)
            self.save(f"{self.stored} kalimat {number} dari {self.nomination}.", until)
            if self.refused:
                return

    def save(self, text: str, until: float) -> None:
        """The same text until the server says that it is stored, or that it will not be."""
        fields = {"text": text.strip(), "version": self.version, "csrfmiddlewaretoken": self.token}
        started = time.monotonic()
        while time.monotonic() < until:
            status, body, __ = self.ask("POST", f"{self.page}simpan/", urlencode(fields))
            self.statuses[status] += 1
            if status == 200:
                answer = json.loads(body)
                self.version, self.stored = answer["version"], fields["text"]
                self.waits.append(time.monotonic() - started)
                return
            self.mute += bool(status) and not says_why(body)
            if status in TROUBLES:
                self.refused = status
                return
            time.sleep(RETRY)


def says_why(body: str) -> bool:
    with suppress(ValueError):
        return bool(json.loads(body).get("message"))
    return False


def a_colleague_saves(one: Officer, until: float) -> None:
    assert one.colleague is not None
    one.colleague.open_page(until)
    one.colleague.version = one.version
    one.colleague.save(f"Rekan menulis tentang {one.nomination}.", until)


def the_dossier_is_submitted(one: Officer, _until: float) -> None:
    """As the last step of a submission leaves it; whether it is complete is nobody's question here."""
    facts = {"status": Status.SUBMITTED, "reference": f"OVOP-2026-{one.nomination}", "submitted_at": timezone.now()}
    Nomination.objects.filter(pk=one.nomination).update(**facts)
    connection.close()


def the_session_ends(one: Officer, _until: float) -> None:
    Session.objects.filter(session_key=one.session).delete()
    connection.close()


TROUBLES: dict[int, Callable[[Officer, float], None]] = {
    401: the_session_ends,
    403: the_dossier_is_submitted,
    409: a_colleague_saves,
}


def session_of(user: User) -> str:
    return str(client_of(user).cookies[settings.SESSION_COOKIE_NAME].value)


def officers(port: int, count: int) -> list[Officer]:
    """One officer with one draft in each of so many regions, and whom trouble awaits."""
    scene = Scene()
    regions = scene.regions[:count]
    people = User.objects.bulk_create(
        User(email=f"petugas{n}@bench.example", name=f"Petugas {n}") for n in range(count)
    )
    Membership.objects.bulk_create(
        Membership(user=user, role=Role.DISTRICT_OFFICER, region_id=region, valid_from=date(2020, 1, 1))
        for user, region in zip(people, regions, strict=True)
    )
    made = []
    for user, region in zip(people, regions, strict=True):
        product = Product.objects.create(
            ikm=scene.ikm, name=f"Produk {region}", description="Kain", monthly_capacity="1", markets="Nasional",
            created_by=user,
        )  # fmt: skip
        nomination = Nomination.objects.create(
            period=scene.period, category=scene.category, region_id=region, subject_key=f"product:{product.pk}",
            title=product.name, created_by=user,
        )  # fmt: skip
        ProductEntry.objects.create(nomination=nomination, sentra=scene.sentra, ikm=scene.ikm, product=product)
        made.append(Officer(port, session_of(user), nomination.pk))
    each = max(1, count // TROUBLED)
    for number, status in enumerate(TROUBLES):
        for one in made[number * each : (number + 1) * each]:
            one.trouble = status
    for one, region in zip(made, regions, strict=True):
        if one.trouble == 409:
            one.colleague = Officer(port, session_of(_colleague(region)), one.nomination)
    return made


def _colleague(region: str) -> User:
    user = User.objects.create(email=f"rekan.{region}@bench.example", name="Rekan")
    Membership.objects.create(user=user, role=Role.DISTRICT_OFFICER, region_id=region, valid_from=date(2020, 1, 1))
    return user


class Web:
    """The web server that is stopped in good order once, and killed once."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        options = ["--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{self.port}", "--log-level", "error"]
        return subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "ovop_portal.wsgi", *options], env=os.environ, start_new_session=True
        )

    def stop(self, how: signal.Signals) -> None:
        os.killpg(self.process.pid, how)
        self.process.wait()

    def disturb(self, over: threading.Event) -> None:
        for how in (signal.SIGTERM, signal.SIGKILL):
            if over.wait(12):
                return
            self.stop(how)
            time.sleep(2)
            self.process = self.start()


def lost(made: list[Officer]) -> list[str]:
    """Acknowledged saves that the database does not hold, or holds differently; a refused text is such a difference."""
    rows = {row.nomination_id: row for row in Answer.objects.filter(question=TOPIC)}
    problems = []
    for one in (officer.colleague or officer for officer in made):
        row = rows.get(one.nomination)
        if one.version and (row is None or (row.version, row.text) != (one.version, one.stored)):
            problems.append(f"{one.nomination}: version {one.version} acknowledged, {row and row.version} stored")
    return problems


def unrefused(made: list[Officer]) -> list[str]:
    """Saves that had to be refused and were not, or in another way; and refusals that nobody had asked for."""
    return [
        f"{one.nomination}: refused with {one.refused or 'nothing'} instead of {one.trouble or 'nothing'}"
        for one in made
        if one.refused != one.trouble
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench deadline", description=__doc__)
    parser.add_argument("--officers", type=int, default=OFFICERS)
    count = parser.parse_args().officers
    prepare()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = officers(port, count)
    connection.close()
    web, over = Web(port), threading.Event()
    nuisance = threading.Thread(target=web.disturb, args=(over,))
    nuisance.start()
    started = time.monotonic()
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(lambda one: one.work(started + LONGEST), made))
    seconds = time.monotonic() - started
    over.set()
    nuisance.join()
    web.stop(signal.SIGTERM)

    statuses = sum((one.statuses for one in made), Counter())
    waits = sorted(wait for one in made for wait in one.waits)
    problems, mute = lost(made) + unrefused(made), sum(one.mute for one in made)
    refusals = Counter(one.refused for one in made if one.refused)
    print(f"{count} officers, {len(waits)} saves acknowledged in {seconds:.0f} s, server stopped once and killed once")
    print(f"answers by status (0: nobody answered): {dict(sorted(statuses.items()))}")
    print(f"save until acknowledged: median {waits[len(waits) // 2]:.2f} s, longest {waits[-1]:.1f} s")
    print(f"refused as they had to be, by status: {dict(sorted(refusals.items()))}")
    print(f"saves lost, refused wrongly or not refused: {len(problems)}; refusals without words: {mute}")
    print("\n".join(problems[:20]))
    complete = len(waits) == sum(BEFORE_TROUBLE if one.trouble else SAVES for one in made)
    return 0 if complete and not problems and not mute else 1
