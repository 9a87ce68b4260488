"""Background work by name, so that services never import tasks."""

import logging
import threading
from collections.abc import Sequence
from functools import partial

from celery import current_app
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import transaction
from django.dispatch import receiver
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
Ids = int | str | Sequence[int]


class _OfRequest(threading.local):
    """What a request has to send when it is answered; None outside one."""

    messages: list[tuple[str, dict[str, Ids]]] | None = None


_of_request = _OfRequest()


def enqueue(name: str, **ids: Ids) -> None:
    """Send the task after commit, in a request after its answer; an unknown name fails at once, where it was written.

    A broker that is away is logged and not raised, and nobody waits for it: the row that says "wanted" is the truth,
    and a sweeper finds it.
    """
    if name not in current_app.tasks:
        current_app.loader.import_default_modules()  # runs all system checks too: only for the first task of a process
    if name not in current_app.tasks:
        raise LookupError(f"no task is registered under {name!r}")
    transaction.on_commit(partial(_send_or_keep, name, ids))


def _send_or_keep(name: str, ids: dict[str, Ids]) -> None:
    if _of_request.messages is None:
        _send(name, ids)
    else:
        _of_request.messages.append((name, ids))


@receiver(request_started)
def _keep(**_facts: object) -> None:
    _of_request.messages = []


@receiver([request_finished, got_request_exception])
def _send_kept(**_facts: object) -> None:
    messages, _of_request.messages = _of_request.messages, None
    for name, ids in messages or []:
        _send(name, ids)


def _send(name: str, ids: dict[str, Ids]) -> None:
    try:
        current_app.send_task(name, kwargs=ids)
    except (OperationalError, RedisError, OSError):
        logger.exception("broker is away; the sweeper will send %s %s", name, ids)
