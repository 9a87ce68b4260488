from celery import shared_task

from core.jobs import enqueue
from scoring.services import minutes

SOFT_LIMIT, HARD_LIMIT = 60, 90


@shared_task(name="scoring.render_minutes", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def render_minutes(minutes_id: int) -> None:
    minutes.render_minutes(minutes_id)


@shared_task(name="scoring.sweep_minutes")
def sweep_minutes() -> None:
    for minutes_id in minutes.waiting_ids():
        enqueue("scoring.render_minutes", minutes_id=minutes_id)
