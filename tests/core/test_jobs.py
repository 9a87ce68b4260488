import logging
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from celery.signals import after_task_publish
from django.conf import settings
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import transaction

from core.jobs import enqueue
from core.models import Counter
from tests.broker import broker_away
from tests.transactions import undone


@pytest.fixture
def published() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Every task that reached the broker: name and arguments."""
    seen: list[tuple[str, dict[str, Any]]] = []

    def note(sender: str, body: Any, **_rest: Any) -> None:
        seen.append((sender, body[1]))

    after_task_publish.connect(note)
    yield seen
    after_task_publish.disconnect(note)


@pytest.mark.django_db
def test_a_task_leaves_after_the_commit_and_not_before(published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("core.send_mail", mail_id=7)
        assert published == []
    assert published == [("core.send_mail", {"mail_id": 7})]


@pytest.mark.django_db
@pytest.mark.parametrize("end", [request_finished, got_request_exception])
def test_in_a_request_it_leaves_after_the_answer_and_nobody_waits_for_the_broker(
    published, django_capture_on_commit_callbacks, end
):
    request_started.send(None, environ={})
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("core.send_mail", mail_id=7)
    assert published == []
    end.send(None)
    assert published == [("core.send_mail", {"mail_id": 7})]
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("core.send_mail", mail_id=8)
    assert published[1:] == [("core.send_mail", {"mail_id": 8})]


@pytest.mark.django_db
def test_a_rollback_sends_nothing(published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), undone():
        enqueue("core.send_mail", mail_id=7)
    assert published == []


@transaction.atomic
def _write_and_enqueue(name: str) -> None:
    Counter.objects.create(name="written before", value=1)
    enqueue(name, mail_id=7)


@pytest.mark.django_db
def test_an_unknown_name_fails_at_once_and_undoes_the_change(published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(LookupError, match=r"core\.sendmail"):
        _write_and_enqueue("core.sendmail")
    assert published == []
    assert not Counter.objects.exists()


@pytest.mark.django_db
def test_a_broker_that_is_away_is_logged_at_once_and_undoes_nothing(
    published, caplog, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("kombu.utils.functional.sleep", pytest.fail)  # a thread of the web server waits for it
    caplog.set_level(logging.ERROR, "core.jobs")
    with broker_away(), django_capture_on_commit_callbacks(execute=True):
        Counter.objects.create(name="written before", value=1)
        enqueue("core.send_mail", mail_id=7)
    assert published == []
    assert Counter.objects.filter(name="written before").exists()
    assert "broker is away" in caplog.text
    assert "core.send_mail" in caplog.text


def test_every_scheduled_task_exists():
    current_app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= set(current_app.tasks)
    assert {"core.send_waiting_mail", "core.forget_old_keys", "core.remove_orphan_files"} <= scheduled
