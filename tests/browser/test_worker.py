"""A Celery worker beside the portal's database."""

from django.db import connection, transaction

from core import outbox
from core.models import OutboxMail
from tests.browser.conftest import Portal, until


def send(key: str) -> None:
    with transaction.atomic():
        outbox.put(to="petugas@example.go.id", subject="Uji", body="Uji.", key=key)
    until(lambda: OutboxMail.objects.filter(dedupe_key=key, sent_at__isnull=False).exists())


def others() -> set[int]:
    """The database's processes for everybody but this test."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return {pid for (pid,) in cursor}


def test_a_worker_keeps_its_connection_and_replaces_one_that_was_cut(portal: Portal):
    before = others()
    send("pertama")
    kept = others()
    assert kept > before
    send("kedua")
    assert others() == kept
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [list(kept)])
    until(lambda: not others() & kept)
    send("ketiga")
