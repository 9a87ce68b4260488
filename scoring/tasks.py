from celery import shared_task

from core.jobs import enqueue
from scoring.services import panel, runs


# Below `scoring.querysets.CLAIM_MINUTES`: what runs longer is ended before another worker takes it over.
@shared_task(name="scoring.compute_run", soft_time_limit=480, time_limit=510)
def compute_run(run_id: int) -> None:
    runs.compute_run(run_id)


@shared_task(name="scoring.sweep_panel")
def sweep_panel() -> None:
    panel.end_for_suspended()
    for run_id in runs.waiting_ids():
        enqueue("scoring.compute_run", run_id=run_id)
