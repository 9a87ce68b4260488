from celery import shared_task
from django.core.management import call_command

from accounts.services import activation, notices, passwords


@shared_task(name="accounts.send_activation")
def send_activation(user_id: int) -> None:
    activation.send_activation(user_id=user_id, actor=None)


@shared_task(name="accounts.send_reset_link")
def send_reset_link(user_id: int) -> None:
    passwords.send_reset_link(user_id=user_id)


@shared_task(name="accounts.forget_sessions")
def forget_sessions() -> None:
    call_command("clearsessions")


@shared_task(name="accounts.send_digests")
def send_digests() -> None:
    for user_id in notices.people_waiting_for_digest():
        notices.send_digest(user_id=user_id)


@shared_task(name="accounts.forget_notices")
def forget_notices() -> None:
    notices.forget_notices()
