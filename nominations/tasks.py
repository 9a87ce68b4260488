from celery import shared_task
from django.utils.timezone import localdate, now

from core.jobs import enqueue
from nominations.services import danger, documents_pdf, followups, reminders, reviews


@shared_task(name="nominations.render_snapshot")
def render_snapshot(snapshot_id: int) -> None:
    documents_pdf.render_snapshot(snapshot_id)


@shared_task(name="nominations.sweep_snapshots")
def sweep_snapshots() -> None:
    for snapshot_id in documents_pdf.waiting_ids():
        enqueue("nominations.render_snapshot", snapshot_id=snapshot_id)


@shared_task(name="nominations.send_reminders")
def send_reminders() -> None:
    reminders.send_due_reminders()


@shared_task(name="nominations.remind_of_follow_ups")
def remind_of_follow_ups() -> None:
    followups.remind_of_follow_ups(localdate())


@shared_task(name="nominations.remind_of_reviews")
def remind_of_reviews() -> None:
    reviews.remind_of_reviews(now())


@shared_task(name="nominations.tell_of_danger")
def tell_of_danger() -> None:
    for item_id in danger.untold_ids():
        danger.tell_of_danger(item_id)
