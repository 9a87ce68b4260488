"""Passwords that were forgotten or changed."""

import secrets

from django.db import transaction

from accounts import messages
from accounts.models import User
from accounts.selectors import active_user_id
from core import audit, outbox
from core.jobs import enqueue


@transaction.atomic
def request_password_reset(*, email: str) -> None:
    """Ask for a reset link. A worker looks whether there is anybody to mail, so time and answer tell nothing."""
    enqueue("accounts.send_reset_link", user_id=active_user_id(email))


@transaction.atomic
def send_reset_link(*, user_id: int) -> None:
    """Mail the link to the account's own address; an unknown or inactive account gets none."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    subject, body = messages.reset_mail(user)
    outbox.put(to=user.email, subject=subject, body=body, key=f"reset:{user.pk}:{secrets.token_hex(8)}")
    audit.record(None, "account.reset_requested", user)


@transaction.atomic
def change_password(*, user: User, password: str) -> None:
    """Write the new password, which ends every session. The form has checked it; the caller sends the notice."""
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(user, "account.password_changed", user)
