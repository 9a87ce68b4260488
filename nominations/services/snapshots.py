"""Freezing what was submitted. Assessors judge the snapshot, never the live rows."""

import hashlib
import json
from typing import Any

from django.db.models import Max

from core.jobs import enqueue
from nominations.models import Nomination, Snapshot
from nominations.selectors.contents import snapshot_data


def freeze(nomination: Nomination) -> Snapshot:
    """Write the next snapshot in the caller's transaction; a worker renders its PDF after commit.

    Queries do not grow with the number of documents or beneficiaries.
    """
    data = snapshot_data(nomination)
    last = nomination.snapshots.aggregate(last=Max("number"))["last"] or 0
    snapshot = Snapshot.objects.create(
        nomination=nomination,
        number=last + 1,
        data=data,
        sha256=hashlib.sha256(canonical_json(data)).hexdigest(),
    )
    enqueue("nominations.render_snapshot", snapshot_id=snapshot.pk)
    return snapshot


def canonical_json(data: Any) -> bytes:
    """The one byte form of a value: sorted keys, no spaces, UTF-8. What every seal is computed over."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
