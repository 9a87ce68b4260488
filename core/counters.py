"""Gapless numbers from a counter row. `max + 1` gives the same number twice under concurrency."""

from django.db import connection


def next_value(name: str) -> int:
    """The next number of the named series, starting at 1. One query.

    Call it inside the transaction that uses the number: a rollback gives the number back, and the row lock makes
    concurrent callers wait for each other.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("next_value must run inside the transaction that uses the number")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_counter (name, value) VALUES (%s, 1)"
            " ON CONFLICT (name) DO UPDATE SET value = core_counter.value + 1 RETURNING value",
            [name],
        )
        return cursor.fetchone()[0]
