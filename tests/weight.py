"""What a first visit of a page costs on a weak line: compressed bytes and requests."""

import gzip
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

LIMIT, REQUESTS = 100 * 1024, 8
# A picture that loads when it comes into view is not part of the first one.
PICTURE = re.compile(rb"""<img(?![^>]*loading="lazy")[^>]* src="(/(?!static)[^"]+)""")
STATIC = re.compile(rb"""(?:href|src)="/static/([^"?#]+)""")
SCRIPT = re.compile(rb"<script([^>]*)>(.*?)</script>")
FORM = re.compile(rb"<main\b.*<form\b", re.DOTALL)


@lru_cache
def static_size(name: str) -> int:
    path = finders.find(name)
    assert path, name
    return len(gzip.compress(Path(path).read_bytes()))


def weight(client: Client, html: bytes) -> tuple[int, int]:
    """The page with every file that it names."""
    pictures = [b"".join(client.get(url.decode())) for url in set(PICTURE.findall(html))]
    files = [static_size(name.decode()) for name in set(STATIC.findall(html))]
    bodies = [html, *pictures]
    return sum(len(gzip.compress(body)) for body in bodies) + sum(files), len(bodies) + len(files)


def too_much(client: Client, html: bytes) -> list[str]:
    """What a page has too much of, and scripts that would hold it up."""
    size, requests = weight(client, html)
    held_up = [tag for tag, body in SCRIPT.findall(html) if b" src=" not in tag or not tag.endswith(b" defer") or body]
    return (
        [f"{size} bytes"] * (size > LIMIT)
        + [f"{requests} requests"] * (requests > REQUESTS)
        + [f"script {tag.decode()}" for tag in held_up]
    )


def assert_light(client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 200
    assert too_much(client, answer.content) == [], url


@dataclass
class Scale:
    """The form pages of a room, as everybody sees them who may."""

    forms: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def put(self, name: str, client: Client, url: str) -> None:
        """Weigh the page at that address if it is one with a form of its own."""
        answer = client.get(url)
        assert answer.status_code == 200, url
        if answer.streaming or not answer["Content-Type"].startswith("text/html") or not FORM.search(answer.content):
            return
        self.forms.add(name)
        self.problems += [f"{name}: {problem}" for problem in too_much(client, answer.content)]


def weigh_table(table: dict[str, dict[str, Any]], objs: Any, clients: dict[str, Client]) -> Scale:
    """Every page of a permission table, for each persona who gets it."""
    scale = Scale()
    for key, row in table.items():
        name = key.split()[0]
        readers = [persona for persona, status in row.get("GET", {}).items() if status == 200]
        if readers:
            url = reverse(name, kwargs=row["kwargs"](objs)) + row.get("query", "")
            for persona in readers:
                scale.put(name, clients[persona], url)
    return scale
