"""The printed receipt of a sample with its label, made by a worker. It answers the dossier's document for it."""

from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from core import formats
from core.errors import DomainError
from core.files import store_bytes
from core.models import StoredFile
from nominations.enums import DocumentStage
from nominations.selectors.dossiers import checklist
from nominations.services.documents import add_document
from nominations.services.transitions import lock_nomination
from scoring.models import SampleReceipt

# The receipt of the sample in the ministry's list of documents.
REQUIREMENT = "D19"


def render_receipt(receipt_id: int) -> None:
    """Render and attach the form once, and put it into the dossier where the receipt is still missing.

    Runs in a worker only; a second delivery finds it and stops.
    """
    from core.pdf import render_pdf  # noqa: PLC0415 - takes a second to load and is not wanted in web processes

    receipt = SampleReceipt.objects.select_related("nomination__region", "nomination__category").get(pk=receipt_id)
    if receipt.pdf_id:
        return
    SampleReceipt.objects.filter(pk=receipt_id).update(pdf_attempts=F("pdf_attempts") + 1)
    title = f"Tanda terima contoh produk {receipt.code}"
    pdf = render_pdf("pdf/sample.html", receipt_context(receipt), css="sample.css", title=title)
    with transaction.atomic():
        nomination = lock_nomination(receipt.nomination_id)
        receipt.refresh_from_db(fields=["pdf"])
        if receipt.pdf_id is None:
            receipt.pdf = _stored(receipt, nomination, pdf)
            receipt.save(update_fields=["pdf"])


def _stored(receipt: SampleReceipt, nomination: Any, pdf: bytes) -> StoredFile:
    """As the dossier's document while that is missing and may be added, else beside it."""
    name = f"{receipt.code}.pdf"
    rows = checklist(nomination, DocumentStage.ASSESSMENT)
    missing = next((row for row in rows if row.requirement.code == REQUIREMENT and row.item is None), None)
    if missing:
        try:
            with transaction.atomic():
                item = add_document(
                    nomination_id=nomination.pk,
                    requirement=missing.requirement,
                    upload=ContentFile(pdf, name=name),
                    actor=receipt.created_by,
                )
        except DomainError:  # the nomination has gone on, or the person's duty has ended
            pass
        else:
            if item.file:
                return item.file
    return store_bytes(pdf, name=name, content_type="application/pdf", actor=receipt.created_by)


def receipt_context(receipt: SampleReceipt) -> dict[str, Any]:
    """What the label and the receipt say, with the QR code of the sample's page."""
    from core.pdf import qr_data_uri  # noqa: PLC0415 - as above

    first = receipt.events.get(number=1)
    address = settings.BASE_URL + reverse("sample_detail", args=[receipt.code])
    return {
        "receipt": receipt,
        "nomination": receipt.nomination,
        "event": first,
        "received_label": formats.moment_text(first.at, formats.JAKARTA),
        "address": address,
        "qr": qr_data_uri(address),
        "is_demo": settings.IS_DEMO,
    }
