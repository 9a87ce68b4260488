"""Showing the identity number of a candidate."""

from typing import Any

from django.db import transaction

from core import audit
from core.http import require
from nominations.models import Nomination
from nominations.policies import can_read_identity


@transaction.atomic
def show_identity(*, nomination: Nomination, actor: Any) -> None:
    """Write down that somebody is about to read the full number. Raises NotPermitted."""
    require(can_read_identity(actor, nomination))
    audit.record(actor, "nomination.identity_shown", nomination)
