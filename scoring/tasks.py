from celery import shared_task

from core.jobs import enqueue
from scoring.selectors.samples import waiting_receipts
from scoring.services import sample_pdf


@shared_task(name="scoring.render_sample_receipt")
def render_sample_receipt(receipt_id: int) -> None:
    sample_pdf.render_receipt(receipt_id)


@shared_task(name="scoring.sweep_sample_receipts")
def sweep_sample_receipts() -> None:
    for receipt_id in waiting_receipts():
        enqueue("scoring.render_sample_receipt", receipt_id=receipt_id)
