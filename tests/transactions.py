"""Transactions that are rolled back, and callers that come at the same moment."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.db import connection, transaction


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that is rolled back at its end, as after a fault."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def together(calls: Iterable[Callable[[], Any]]) -> list[Any]:
    """Start all calls at the same moment; their results, or the errors they raised, in order.

    Each has its own database connection: use it on the `cloned_db` fixture.
    """
    waiting = list(calls)
    start = Barrier(len(waiting))

    def run(call: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=30)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(waiting)) as pool:
        return list(pool.map(run, waiting))
