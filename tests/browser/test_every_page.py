"""Every page that a role can reach by links: axe-core finds nothing, and nothing sticks out at 320 px.

320 px is a phone, and 1280 px at 400 % zoom (WCAG 2.2, 1.4.10).

The demo data give each role something to see. Of pages that differ only in their object, each role visits one.
"""

from collections import deque
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import axe_playwright_python
import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Error, Page

from accounts.models import User
from ovop_portal.demo.people import PASSWORD
from ovop_portal.demo.seed import seed

pytestmark = pytest.mark.browser
NARROW = 320
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(", "))"""
WIDEST = "() => document.documentElement.scrollWidth"
LINKS = "() => [...document.querySelectorAll('main a[href], nav a[href]')].map(a => a.getAttribute('href'))"
PEOPLE = {
    "regions and the public": ["", "petugas.pekalongan", "provinsi.jateng"],
    "ministry": ["verifikator", "admin1", "auditor"],
    "panel": ["penilai1", "juri1", "ketua"],
}


@pytest.mark.parametrize("people", PEOPLE.values(), ids=PEOPLE)
def test_every_page_is_accessible_and_fits_a_phone(people, portal, browse, settings):
    settings.IS_DEMO = True
    seed()
    found = []
    for name in people:
        person = User.objects.get(email=f"{name}@demo.example") if name else None
        page = browse(person, password=PASSWORD, scripts=True)
        page.set_viewport_size({"width": NARROW, "height": 800})
        for address in reachable(page, "/beranda/" if person else "/"):
            found += [f"{name} {address} {problem}" for problem in faults(page)]
    assert not found, "\n".join(found)


def reachable(page: Page, start: str):
    """Go to one page of each kind, breadth first, and say where we are."""
    waiting, seen = deque([start]), set()
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address)
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


def kind_of(address: str) -> str | None:
    """The name of the view, with the filter that a link presets; None for what is not a page of ours."""
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    if match.namespace == "admin" or match.view_name == "account_logout":
        return None  # Django's own pages; a link that ends the walk
    return f"{match.view_name} {bool(parts.query)}"


def faults(page: Page) -> list[str]:
    page.evaluate(AXE)
    problems = page.evaluate(RUN)
    widest = page.evaluate(WIDEST)
    return problems + ([f"{widest} px wide"] if widest > NARROW else [])
