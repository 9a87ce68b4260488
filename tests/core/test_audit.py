from typing import Any

import pytest
from django.db import connection

from core import audit
from core.models import AuditEntry
from reference.models import Region
from tests.transactions import undone


def entries(action: str) -> Any:
    return AuditEntry.objects.filter(action=action)


@pytest.mark.django_db
def test_an_entry_names_actor_action_object_and_data_as_plain_values(officer_a):
    audit.record(officer_a, "region.seen", Region.objects.get(pk="33.75"), page=2)
    entry = entries("region.seen").get()
    assert (entry.actor_id, entry.actor_name) == (officer_a.pk, "Petugas Pekalongan")
    assert (entry.object_type, entry.object_id, entry.data) == ("reference.region", "33.75", {"page": 2})


@pytest.mark.django_db
def test_the_name_of_then_stays_when_the_person_is_renamed(officer_a):
    audit.record(officer_a, "test.happened")
    officer_a.name = "Nama Baru"
    officer_a.save()
    assert entries("test.happened").get().actor_name == "Petugas Pekalongan"


@pytest.mark.django_db
def test_without_a_person_the_system_acts():
    audit.record(None, "test.happened")
    entry = entries("test.happened").get()
    assert (entry.actor_id, entry.actor_name, entry.object_id) == (None, audit.SYSTEM, "")


@pytest.mark.django_db
def test_an_entry_goes_with_the_change_that_it_tells_of():
    with undone():
        audit.record(None, "test.happened")
    assert not entries("test.happened").exists()


def test_outside_a_transaction_nothing_is_recorded(cloned_db):
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="transaction of the change"):
        audit.record(None, "test.happened")
    assert not entries("test.happened").exists()
