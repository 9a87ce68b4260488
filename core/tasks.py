from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from core import files, outbox, previews, scanning, uploads
from core.jobs import enqueue
from core.models import OneTimeKey

KEY_DAYS = 7
ORPHAN_AGE = timedelta(days=1)


@shared_task(name="core.send_mail")
def send_mail(mail_id: int) -> None:
    outbox.send(mail_id)


@shared_task(name="core.send_waiting_mail")
def send_waiting_mail() -> None:
    for mail_id in outbox.waiting_ids():
        outbox.send(mail_id)


@shared_task(name="core.forget_old_keys")
def forget_old_keys() -> None:
    OneTimeKey.objects.filter(created_at__lt=timezone.now() - timedelta(days=KEY_DAYS)).delete()


@shared_task(name="core.remove_orphan_files")
def remove_orphan_files() -> None:
    files.remove_orphans(older_than=ORPHAN_AGE)


@shared_task(name="core.render_preview")
def render_preview(file_id: str) -> None:
    previews.render_preview(file_id)


@shared_task(name="core.sweep_previews")
def sweep_previews() -> None:
    for file_id in previews.waiting_ids():
        enqueue("core.render_preview", file_id=str(file_id))


@shared_task(name="core.scan_file")
def scan_file(file_id: str) -> None:
    scanning.scan_file(file_id)


@shared_task(name="core.sweep_scans")
def sweep_scans() -> None:
    for file_id in scanning.waiting_ids():
        enqueue("core.scan_file", file_id=str(file_id))


@shared_task(name="core.scan_again")
def scan_again() -> None:
    scanning.scan_again()


@shared_task(name="core.forget_uploads")
def forget_uploads() -> None:
    uploads.forget_stale()
