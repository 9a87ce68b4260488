from celery import shared_task

from core.jobs import enqueue
from scoring.selectors.samples import waiting_receipts
from scoring.services import minutes, panel, run_jobs, sample_pdf, sensitivity

SOFT_LIMIT, HARD_LIMIT = 60, 90


@shared_task(name="scoring.render_minutes", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def render_minutes(minutes_id: int) -> None:
    minutes.render_minutes(minutes_id)


@shared_task(name="scoring.sweep_minutes")
def sweep_minutes() -> None:
    for minutes_id in minutes.waiting_ids():
        enqueue("scoring.render_minutes", minutes_id=minutes_id)


# Below `scoring.querysets.CLAIM_MINUTES`: what runs longer is ended before another worker takes it over.
@shared_task(name=run_jobs.TASK, soft_time_limit=480, time_limit=510)
def carry_out_run(run_id: int) -> None:
    run_jobs.carry_out(run_id)


@shared_task(name="scoring.sweep_panel")
def sweep_panel() -> None:
    panel.end_for_suspended()
    for run_id in run_jobs.waiting_ids():
        enqueue(run_jobs.TASK, run_id=run_id)


# Shorter than a claim.
@shared_task(name=sensitivity.REPORT_TASK, soft_time_limit=15 * 60, time_limit=18 * 60)
def make_sensitivity_report(report_id: int) -> None:
    sensitivity.make_report(report_id)


@shared_task(name="scoring.sweep_reports")
def sweep_reports() -> None:
    for report_id in sensitivity.waiting_ids():
        enqueue(sensitivity.REPORT_TASK, report_id=report_id)


@shared_task(name="scoring.render_sample_receipt", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def render_sample_receipt(receipt_id: int) -> None:
    sample_pdf.render_receipt(receipt_id)


@shared_task(name="scoring.sweep_sample_receipts")
def sweep_sample_receipts() -> None:
    for receipt_id in waiting_receipts():
        enqueue("scoring.render_sample_receipt", receipt_id=receipt_id)
