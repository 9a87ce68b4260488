"""The PDF of a snapshot, made by a worker after the submission."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from core import formats, outbox
from core.files import store_bytes
from nominations.messages.outcome import receipt_key
from nominations.models import Snapshot

MAX_ATTEMPTS = 5


def render_snapshot(snapshot_id: int) -> None:
    """Render and attach the PDF once, and let the receipt go with it; a second delivery finds it and stops.

    Runs in a worker only.
    """
    from core.pdf import render_pdf  # noqa: PLC0415 - takes a second to load and is not wanted in web processes

    snapshot = Snapshot.objects.select_related("nomination__region").get(pk=snapshot_id)
    if snapshot.pdf_id:
        return
    Snapshot.objects.filter(pk=snapshot_id).update(pdf_attempts=F("pdf_attempts") + 1)
    title = f"Usulan {snapshot.data['reference']}"
    pdf = render_pdf("pdf/snapshot.html", snapshot_context(snapshot), css="paper.css", title=title)
    with transaction.atomic():
        locked = Snapshot.objects.select_for_update().get(pk=snapshot_id)
        if locked.pdf_id is None:
            name = f"{snapshot.data['reference']}-{snapshot.number}.pdf"
            locked.pdf = store_bytes(pdf, name=name, content_type="application/pdf")
            locked.save(update_fields=["pdf"])
            outbox.release(prefix=receipt_key(locked), attachment=locked.pdf)


def snapshot_context(snapshot: Snapshot) -> dict[str, Any]:
    """What the printed form shows; nothing but the frozen data and its seal."""
    documents = [
        {**document, "size_label": formats.file_size(document["size"]) if document["size"] else ""}
        for document in snapshot.data["documents"]
    ]
    return {
        **snapshot.data,
        "number": snapshot.number,
        "submitted_label": formats.moment_text(snapshot.created_at, snapshot.nomination.region.timezone),
        "documents": documents,
        "sha256": snapshot.sha256,
        "is_demo": settings.IS_DEMO,
    }


def waiting_ids(limit: int = 100) -> list[int]:
    """Snapshots without a PDF that have not failed too often, oldest first. One query on a partial index."""
    waiting = Snapshot.objects.filter(pdf=None, pdf_attempts__lt=MAX_ATTEMPTS)
    return list(waiting.order_by("id").values_list("pk", flat=True)[:limit])
