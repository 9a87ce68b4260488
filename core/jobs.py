"""Background work by name, so that services never import tasks."""

import logging
from collections.abc import Sequence
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
Ids = int | str | Sequence[int]


def enqueue(name: str, **ids: Ids) -> None:
    """Send the task after commit; an unknown name fails at once, in the request that wrote it.

    A broker that is away is logged and not raised: the row that says "wanted" is the truth, and a sweeper finds it.
    """
    if name not in current_app.tasks:
        current_app.loader.import_default_modules()  # runs all system checks too: only for the first task of a process
    if name not in current_app.tasks:
        raise LookupError(f"no task is registered under {name!r}")
    transaction.on_commit(partial(_send, name, ids))


def _send(name: str, ids: dict[str, Ids]) -> None:
    try:
        current_app.send_task(name, kwargs=ids)
    except (OperationalError, RedisError, OSError):
        logger.exception("broker is away; the sweeper will send %s %s", name, ids)
