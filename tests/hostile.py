"""What an attacker puts into the fields of a form that stands open: every page with a form must answer in words."""

import secrets
from html.parser import HTMLParser

from django.test import Client

from tests.transactions import undone

SCRIPT = "<script>alert(1)</script>"
VALUES = [
    "\x00",
    "9" * 40,
    "-1",
    "NaN",
    "1e999",
    "٣",
    "2026-13-45",
    SCRIPT,
    "' OR 1=1 --",
    "{{ 7|add:7 }}%s%(x)s",
    "\u202e\u200b\ufeff",
    "x" * 20_000,
    "😀" * 300,
    "../../../etc/passwd",
]
ANSWERS = {200, 302, 400, 403, 404, 405, 409, 422}


class Forms(HTMLParser):
    """Address and fields of the forms on a page that change something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, set[str]]] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "form":
            self.inside = (facts.get("method") or "get").lower() == "post"
            if self.inside:
                self.found.append((facts.get("action") or "", set()))
        elif self.inside and tag in ("input", "select", "textarea", "button") and facts.get("name"):
            self.found[-1][1].add(str(facts["name"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def wrong_answers(client: Client, url: str) -> list[str]:
    """Posts every hostile value into all fields of every form of the page."""
    page = client.get(url)
    if page.status_code != 200 or "html" not in page["Content-Type"]:
        return []
    wrong = []
    for action, fields in Forms(page.content.decode()).found:
        target = action or url
        if "/akun/" in target:
            continue
        names = sorted(fields - {"_key", "csrfmiddlewaretoken"})
        for value in VALUES:
            data = dict.fromkeys(names, value) | {"_key": secrets.token_urlsafe(24)}
            with undone():
                answer = client.post(target, data)
            if answer.status_code not in ANSWERS:
                wrong.append(f"{target} {value[:20]!r}: {answer.status_code}")
            elif answer.status_code != 302 and SCRIPT in answer.content.decode(errors="replace"):
                wrong.append(f"{target}: the script comes back as it is")
    return wrong
