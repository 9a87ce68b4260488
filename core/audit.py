"""The append-only audit trail."""

from typing import Any

from django.db import connection, models

from core.models import AuditEntry

SYSTEM = "sistem"


def record(actor: Any, action: str, obj: models.Model | None = None, **data: Any) -> None:
    """Write one entry in the caller's transaction. `actor` is a user or None for the system. One query.

    `data` must be JSON-ready and free of secrets and personal numbers.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit entry belongs in the transaction of the change it describes")
    AuditEntry.objects.create(
        actor_id=actor.pk if actor else None,
        actor_name=str(actor) if actor else SYSTEM,
        action=action,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        data=data,
    )
