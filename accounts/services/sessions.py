"""Signing in and out, as the audit trail knows it."""

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.selectors import active_user_id
from core import audit


@transaction.atomic
def record_sign_in(*, user: User, address: str) -> None:
    audit.record(user, "account.signed_in", user, address=address)


@transaction.atomic
def record_failed_sign_in(*, email: str, address: str) -> None:
    """What was typed is not kept: it may be a password in the wrong field. The same queries for any address."""
    user_id = active_user_id(email)
    audit.record(None, "account.sign_in_failed", User(pk=user_id) if user_id else None, address=address)


@transaction.atomic
def end_all_sessions(*, user: User, action: str, actor: User) -> None:
    """Every session of the person ends at its next request."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    audit.record(actor, action, user)
