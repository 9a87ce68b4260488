"""From invitation to first password."""

import secrets
from collections.abc import Iterable

from django.db import transaction

from accounts import messages
from accounts.models import Membership, User
from accounts.selectors import user_of_activation
from core import audit, outbox
from core.jobs import enqueue


@transaction.atomic
def invite_user(
    *, email: str, name: str, memberships: Iterable[Membership], actor: User | None, is_staff: bool = False
) -> User:
    """A new account with its memberships (not saved yet, without user) and the mail that activates it.

    Raises ValidationError when the address is taken or a membership's region does not fit its role.
    """
    user = User(email=email.strip().lower(), name=name, is_staff=is_staff)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    for membership in memberships:
        membership.user = user
        membership.full_clean()
        membership.save()
    send_activation(user_id=user.pk, actor=actor)
    return user


@transaction.atomic
def send_activation(*, user_id: int, actor: User | None) -> bool:
    """Mail a fresh activation link; False for an account that needs none. Older links keep their two hours."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or user.has_usable_password():
        return False
    subject, body = messages.activation_mail(user)
    outbox.put(to=user.email, subject=subject, body=body, key=f"activation:{user.pk}:{secrets.token_hex(8)}")
    audit.record(actor, "account.invited", user)
    return True


def request_activation(*, user_id: int) -> None:
    """Ask for a new link from the page of an old one. The work is done elsewhere, so the answer tells nothing."""
    enqueue("accounts.send_activation", user_id=user_id)


@transaction.atomic
def activate_account(*, user_id: int, token: str, password: str) -> User | None:
    """Set the first password; None when the link is used, old or made up. The form has checked the password."""
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None or user_of_activation(user_id, token) is None:
        return None
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(user, "account.activated", user)
    return user
