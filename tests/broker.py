"""A broker that is away."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from celery import Celery, current_app


@contextmanager
def broker_away() -> Iterator[None]:
    """Tasks are sent, with the usual settings, to an address where nothing listens."""
    usual = current_app._get_current_object()
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        away = Celery(broker=f"redis://127.0.0.1:{reserved.getsockname()[1]}/0", fixups=[], set_as_current=False)
        away.conf.update(
            broker_transport_options=usual.conf.broker_transport_options,
            task_publish_retry=usual.conf.task_publish_retry,
        )
        away.set_current()
        try:
            yield
        finally:
            usual.set_current()
