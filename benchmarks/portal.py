"""The portal that is measured: its own throw-away database, and signed-in clients."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from benchmarks import floor


def prepare() -> None:
    """The portal's own tables and reference data, and those of the floor."""
    for command in ("migrate", "createcachetable", "load_data"):
        call_command(command, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    floor.create_tables()


def analyze() -> None:
    """What autovacuum does on a running server, done at once so that plans fit the data."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def client_of(user: User) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def post(client: Client, url: str, data: dict[str, Any], expected: int) -> HttpResponse:
    """As browsers send a form without a file; Django's test client would make it multipart."""
    answer: HttpResponse = client.post(url, urlencode(data), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == expected, answer.content[:3000]
    return answer


def get(client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
