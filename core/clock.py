"""The one clock by which deadlines are ruled: the database's."""

from datetime import datetime

from django.db import connection


def transaction_time() -> datetime:
    """Start of the current transaction by the database clock (UTC, aware). One query.

    It does not move while a transaction waits for a lock: who arrived in time does not miss the deadline by waiting.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction_timestamp()")
        return cursor.fetchone()[0]
