"""What follows when an admin changed somebody else's account."""

from django.db import transaction

from accounts import messages
from accounts.models import User
from accounts.services.sessions import end_all_sessions
from core import outbox


@transaction.atomic
def end_access(*, user: User, old_email: str, actor: User) -> None:
    """After an account was closed, opened again or got another address: no session survives, the old one is told."""
    if user.email != old_email:
        subject, body = messages.address_changed_mail()
        outbox.put(to=old_email, subject=subject, body=body, key=f"address:{user.pk}:{old_email}:{user.email}")
    end_all_sessions(user=user, action="account.access_changed", actor=actor)
