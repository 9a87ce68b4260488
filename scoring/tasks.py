from celery import shared_task

from core.jobs import enqueue
from scoring.services import sensitivity

SOFT_LIMIT, HARD_LIMIT = 15 * 60, 18 * 60  # shorter than a claim


@shared_task(name=sensitivity.REPORT_TASK, soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def make_sensitivity_report(report_id: int) -> None:
    sensitivity.make_report(report_id)


@shared_task(name="scoring.sweep_reports")
def sweep_reports() -> None:
    for report_id in sensitivity.waiting_ids():
        enqueue(sensitivity.REPORT_TASK, report_id=report_id)
