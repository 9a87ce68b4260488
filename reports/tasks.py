from celery import shared_task
from django.utils import timezone

from core.jobs import enqueue
from reports.services import letters, reports


# Room for the dossiers of a whole category, and below the hour after which the broker gives a task to another worker.
# A report whose worker says nothing for `reports.querysets.CLAIM_MINUTES` is taken over before.
@shared_task(name="reports.write_report", soft_time_limit=2700, time_limit=2760)
def write_report(report_id: int) -> None:
    from reports.services import writing  # noqa: PLC0415 - what writes files is not for every worker

    writing.write_report(report_id)


@shared_task(name="reports.sweep")
def sweep() -> None:
    for report_id in reports.waiting_ids():
        enqueue("reports.write_report", report_id=report_id)


@shared_task(name="reports.tell_of_letters")
def tell_of_letters() -> None:
    letters.tell_of_letters(timezone.now())


@shared_task(name="reports.forget_files")
def forget_files() -> None:
    reports.forget_files()
