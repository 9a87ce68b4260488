"""Every page that a role can reach by links: axe-core finds nothing, and nothing sticks out or is cut off.

640 px is a window of 1280 px at 200 % zoom (WCAG 2.2, 1.4.4); 320 px is a phone, and the same window at 400 % (1.4.10).

The demo data give each role something to see. Of pages that differ only in their object, each role visits one. What
another role has met to the letter is not looked at twice; what frames it is looked at with the role's first page.
"""

from collections import deque
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import axe_playwright_python
import pytest
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from playwright.sync_api import Error, Page

from accounts.models import User
from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.services.issue import issue_certificate
from certificates.services.release import release_decree
from ovop_portal.demo.people import PASSWORD
from tests.browser.conftest import until
from tests.certificates import scenes

pytestmark = pytest.mark.browser
WIDTHS = (640, 320)
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# No style is fetched again: the one rule that asks for them is off. What plays by itself still has to be known.
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"], preload: {assets: ["media"]}})).violations
    .map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(", "))"""
WIDEST = "() => document.documentElement.scrollWidth"
# Text in a box that hides what does not fit, unless only screen readers are to meet it.
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter(e => {
        const style = getComputedStyle(e), box = e.getBoundingClientRect();
        const hides = ["hidden", "clip"].some(v => v === style.overflowX || v === style.overflowY);
        return hides && box.width > 1 && box.height > 1 && e.innerText && style.position !== "absolute"
            && !e.closest("details:not([open]), svg")
            && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
    }).slice(0, 3).map(e => e.tagName + "." + e.className)"""
CONTENT = """() => {
    const main = document.querySelector("main").cloneNode(true);
    main.querySelectorAll("input[type=hidden]").forEach(e => e.remove());
    return main.outerHTML;
}"""
LINKS = "() => [...document.querySelectorAll('main a[href], nav a[href]')].map(a => a.getAttribute('href'))"
PEOPLE = {
    "regions and the public": ["", "petugas.pekalongan", "provinsi.jateng"],
    "ministry": ["verifikator", "admin1", "auditor"],
    "panel": ["penilai1", "juri1", "ketua"],
}


@pytest.fixture
def cloned_db(demo_db):
    """What the portal works on."""
    return demo_db


@pytest.mark.parametrize("people", PEOPLE.values(), ids=PEOPLE)
def test_every_page_is_accessible_and_fits_a_phone(people, portal, browse):
    found, met = [], set()
    for name in people:
        person = User.objects.get(email=f"{name}@demo.example") if name else None
        page = browse(person, password=PASSWORD, scripts=True)
        for number, address in enumerate(reachable(page, "/beranda/" if person else "/")):
            if is_new(page, met) or number == 0:
                found += [f"{name} {address} {problem}" for problem in axe(page) + narrow(page)]
    assert not found, "\n".join(found)
    assert len(met) > 30


@pytest.mark.parametrize("name", ["admin1", "auditor"])
def test_every_page_of_the_administration_is_accessible(name, portal, browse):
    """Django's own pages: they are made for a wide window, so nothing is asked about narrow ones."""
    page = browse(User.objects.get(email=f"{name}@demo.example"), password=PASSWORD, scripts=True)
    addresses, found = [], []
    for address in reachable(page, reverse("admin:index"), administration=True):
        addresses.append(address)
        found += [f"{name} {address} {problem}" for problem in axe(page)]
    assert not found, "\n".join(found)
    assert len(addresses) > 10


def test_the_pages_of_a_batch_are_accessible_held_running_and_finished(portal, browse):
    """The demo batch is finished when somebody looks, so these states are made here."""
    admin, decree = scenes.admin("Perilis"), scenes.recorded([scenes.ovop(), scenes.ovop()])
    page = browse(admin, scripts=True)
    release, issuing = (reverse(f"admin:scoring_decree_{name}", args=[decree.pk]) for name in ("release", "issuing"))
    found = problems_of(page, release, "Rilis")
    release_decree(decree_id=decree.pk, actor=admin, hold=True)
    rows = Certificate.objects.filter(decision__decree=decree)
    found += problems_of(page, issuing, "Lanjutkan 2 sertifikat")
    rows.update(state=CertificateState.RENDERING, claimed_at=timezone.now(), attempts=1)
    found += problems_of(page, issuing, "Hentikan dulu")
    rows.update(state=CertificateState.FAILED, last_error="RuntimeError: contoh")
    found += problems_of(page, issuing, "Yang perlu diperiksa")
    found += problems_of(page, reverse("admin:certificates_certificate_retry", args=[rows[0].pk]), "Buat ulang")
    rows.update(state=CertificateState.WANTED, attempts=0, claimed_at=None)
    for certificate in rows:
        issue_certificate(certificate.pk)
    until(lambda: not rows.exclude(state=CertificateState.ISSUED).exists())  # the worker may have been faster with one
    found += problems_of(page, issuing, "2 dari 2 terbit")
    for name, words in (("change", "Berlaku"), ("revoke", "Cabut"), ("replace", "Ganti")):
        found += problems_of(page, reverse(f"admin:certificates_certificate_{name}", args=[rows[0].pk]), words)
    assert not found, "\n".join(found)


def problems_of(page: Page, address: str, words: str) -> list[str]:
    """What axe finds on the page, once it is the one that was meant."""
    page.goto(address)
    assert words.lower() in page.content().lower()
    return [f"{address} ({words}) {problem}" for problem in axe(page)]


def reachable(page: Page, start: str, *, administration: bool = False):
    """Go to one page of each kind, breadth first, and say where we are; Django's admin pages or all others."""
    waiting, seen = deque([start]), set()
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address, administration)
        if kind is None or kind in seen:
            continue
        seen.add(kind)
        try:
            answer = page.goto(address)
        except Error as error:
            if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
                continue
            raise
        if answer is None or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        assert answer.status == 200, f"a link leads to {answer.status} {address}"
        waiting.extend(urljoin(page.url, href) for href in page.evaluate(LINKS))
        yield urlsplit(page.url).path


def kind_of(address: str, administration: bool) -> str | None:
    """The name of the view, with the filter that a link presets; None for what is not a page of ours."""
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    if (match.namespace == "admin") is not administration or match.view_name == "account_logout":
        return None  # a link that ends the walk
    return f"{match.view_name} {bool(parts.query)}"


def is_new(page: Page, met: set[str]) -> bool:
    """Whether nobody has met the same content; now it has been met. Tokens in hidden fields differ each time."""
    content = page.evaluate(CONTENT)
    if content in met:
        return False
    met.add(content)
    return True


def axe(page: Page) -> list[str]:
    page.evaluate(AXE)
    return page.evaluate(RUN)


def narrow(page: Page, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    problems = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        widest, cut_off = page.evaluate(WIDEST), page.evaluate(CUT_OFF)
        problems += [f"{widest} px wide at {width} px"] * (widest > width)
        problems += [f"{box} is cut off at {width} px" for box in cut_off]
    return problems
