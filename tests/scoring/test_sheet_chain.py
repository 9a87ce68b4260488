"""The chain of events of a sheet: what it keeps, and that whatever is changed shows."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.models import AuditEntry
from scoring.models import Sheet, SheetEvent
from scoring.rules import Answer, replay
from scoring.selectors.sheets import answers_of, first_broken_event
from scoring.services import sheets
from scoring.services.sheets import Origin
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


# The chain


def test_events_are_append_only(ovop):
    scenes.save(ovop.assignment)
    for change in (
        lambda: SheetEvent.objects.update(data={}),
        lambda: SheetEvent.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


def test_chain_names_the_first_bad_event(ovop):
    for version in range(4):
        sheet = scenes.save(ovop.assignment, {"A1": Answer(Decimal(1), f"Catatan {version}")}, version=version)
    assert first_broken_event(sheet) is None
    with_triggers_off("UPDATE scoring_sheetevent SET data = jsonb_set(data, '{changed}', '{}') WHERE number = 3")
    assert first_broken_event(sheet) == 3
    with_triggers_off("DELETE FROM scoring_sheetevent WHERE number = 2")
    assert first_broken_event(sheet) == 3  # the third does not follow from the first


def with_triggers_off(statement: str) -> None:
    """What only an owner of the database could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


# The chain of saves


def test_a_save_that_changes_nothing_leaves_no_event(ovop):
    given = {"A1": Answer(Decimal(2), "Sebagian.")}
    first = scenes.save(ovop.assignment, given)
    assert scenes.save(ovop.assignment, given, version=0).version == first.version == 1
    assert SheetEvent.objects.count() == 1


def test_every_version_can_be_read_back_from_the_chain(ovop):
    steps = [
        {"A1": Answer(Decimal(2), "Sebagian."), "A2": Answer(Decimal(1))},
        {"A1": Answer(Decimal(2), "Seluruhnya."), "A2": Answer(Decimal(1))},
        {"A1": Answer(None, "Seluruhnya.")},
    ]
    for version, given in enumerate(steps):
        scenes.save(ovop.assignment, given, version=version)
    events = list(SheetEvent.objects.order_by("number"))
    assert [event.number for event in events] == [1, 2, 3]
    for place, given in enumerate(steps):
        assert replay(event.data for event in events[: place + 1]) == given
    assert events[1].data["changed"] == {"A1": ["2", "Seluruhnya."]}


def test_a_missing_last_event_is_noticed(ovop):
    scenes.save(ovop.assignment, {"A1": Answer(Decimal(1))})
    sheet = scenes.save(ovop.assignment, {"A1": Answer(Decimal(2))}, version=1)
    with_triggers_off("DELETE FROM scoring_sheetevent WHERE number = 2")
    assert first_broken_event(sheet) == 2


def test_a_sheet_in_another_state_than_its_events_say_is_noticed(ovop, chair):
    sheet = scenes.submit(ovop.assignment)
    with_triggers_off("UPDATE scoring_sheet SET status = 'draft', submitted_at = NULL, total = NULL")
    sheet.refresh_from_db()
    assert first_broken_event(sheet) == 2
    with_triggers_off("UPDATE scoring_sheet SET status = 'submitted', submitted_at = now(), total = 100")
    sheet.refresh_from_db()
    assert first_broken_event(sheet) is None
    sheet = sheets.reopen_sheet(sheet_id=sheet.pk, reason="Ditinjau.", actor=chair)
    assert first_broken_event(sheet) is None
    with_triggers_off("UPDATE scoring_sheet SET status = 'submitted', submitted_at = now(), total = 100")
    sheet.refresh_from_db()
    assert first_broken_event(sheet) == 3


def test_database_opens_a_sent_sheet_only_with_its_event(ovop, chair):
    """Not silently, and not with a reopening of long ago."""
    sheet = scenes.submit(ovop.assignment)
    back = {"status": "draft", "submitted_at": None, "total": None}
    for change in (back, back | {"version": 3}):
        with pytest.raises(IntegrityError, match="sheet_reopened"), transaction.atomic():
            Sheet.objects.filter(pk=sheet.pk).update(**change)
    sheets.reopen_sheet(sheet_id=sheet.pk, reason="Ditinjau.", actor=chair)
    old = SheetEvent.objects.get(kind="reopened")
    scenes.submit(ovop.assignment)
    with pytest.raises(IntegrityError, match="sheet_reopened"), transaction.atomic():
        Sheet.objects.filter(pk=sheet.pk).update(**back, version=old.number, head=old.hash)
    assert Sheet.objects.get().status == "submitted"


def test_a_spell_of_writing_is_one_line_of_the_audit_trail(ovop):
    for version in range(3):
        scenes.save(ovop.assignment, {"A1": Answer(Decimal(version + 1))}, version=version)
    assert AuditEntry.objects.filter(action="scoring.sheet_saved").count() == 1
    Sheet.objects.update(saved_at=timezone.now() - timedelta(minutes=6))
    scenes.save(ovop.assignment, {}, version=3)
    assert AuditEntry.objects.filter(action="scoring.sheet_saved").count() == 2


def test_case_24_a_repeated_save_of_a_device_counts_once_even_after_a_newer_one(ovop):
    key = Origin(key="k" * 24)
    first = {"A1": Answer(Decimal(1))}
    send = {"assignment_id": ovop.assignment.pk, "version": 0, "actor": ovop.actor, "origin": key}
    assert sheets.save_sheet(answers=first, **send).version == 1
    scenes.save(ovop.assignment, {"A1": Answer(Decimal(3))}, version=1)
    repeated = sheets.save_sheet(answers=first, **send)
    assert repeated.version == 1, "the receipt of then, so that the next save meets the newer version"
    assert answers_of(Sheet.objects.get())["A1"].value == 3
    scenes.submit(ovop.assignment)
    assert sheets.save_sheet(answers=first, **send).version == 1


@pytest.mark.parametrize(
    ("claim", "kept"),
    [(timedelta(minutes=-30), timedelta(minutes=-30)), (timedelta(hours=2), None), (timedelta(days=-9), "opened")],
)
def test_case_24_the_time_of_writing_is_kept_within_what_can_be_true(ovop, claim, kept):
    now = timezone.now()
    opened = now - timedelta(hours=1)
    origin = Origin(made_at=now + claim, opened_at=opened)
    sheet = sheets.save_sheet(
        assignment_id=ovop.assignment.pk, answers={"A1": Answer(Decimal(1))}, version=0, actor=ovop.actor, origin=origin
    )
    made_at = sheet.events.get().data.get("made_at")
    expected = opened if kept == "opened" else kept and now + kept
    assert (made_at and datetime.fromisoformat(made_at)) == expected
