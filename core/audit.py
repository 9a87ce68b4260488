"""The append-only audit trail."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, models

from core.models import AuditEntry

SYSTEM = "sistem"


def record(actor: Any, action: str, obj: models.Model | None = None, **data: Any) -> None:
    """Write one entry in the caller's transaction. `actor` is a user or None for the system. One query.

    `data` must be JSON-ready and free of secrets and personal numbers.
    """
    _refuse_outside()
    _entry(actor, action, obj, data).save(force_insert=True)


def record_each(actor: Any, action: str, objects: Iterable[models.Model]) -> None:
    """The same entry about each of several objects. One query whatever the number."""
    _refuse_outside()
    AuditEntry.objects.bulk_create([_entry(actor, action, obj, {}) for obj in objects])


def _refuse_outside() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("an audit entry belongs in the transaction of the change it describes")


def _entry(actor: Any, action: str, obj: models.Model | None, data: dict[str, Any]) -> AuditEntry:
    return AuditEntry(
        actor_id=actor.pk if actor else None,
        actor_name=str(actor) if actor else SYSTEM,
        action=action,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        data=data,
    )
