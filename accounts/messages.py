"""What people read in mails about their account. Plain text; every address in it starts with BASE_URL."""

from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Notice, User
from accounts.rules import activation_token


def account_mail(prefix: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and body from the templates `<prefix>_subject.txt` and `<prefix>_message.txt`."""
    subject = render_to_string(f"{prefix}_subject.txt", context)
    body = render_to_string(f"{prefix}_message.txt", context)
    return " ".join(subject.split()), body.strip() + "\n"


def activation_mail(user: User) -> tuple[str, str]:
    """The invitation with its link; nothing in it was typed by a person. One query."""
    path = reverse("open_activation", args=[user.pk, activation_token.make_token(user)])
    duties = [membership.duty for membership in user.active_memberships]
    return account_mail("mail/account_activation", {"url": settings.BASE_URL + path, "duties": duties})


def reset_mail(user: User) -> tuple[str, str]:
    """The link by which a forgotten password is replaced."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    url = settings.BASE_URL + path.replace("UID-KEY", key)
    return account_mail("account/email/password_reset_key", {"password_reset_url": url})


def address_changed_mail() -> tuple[str, str]:
    """To the old address, when an admin gave the account another one."""
    return account_mail("mail/account_address_changed", {})


DIGEST_SHOWN = 50


def digest_mail(notices: list[Notice], base_url: str) -> tuple[str, str]:
    """The daily summary: a line and an address per notice."""
    lines = [f"- {notice.text}\n  {base_url}{notice.url}" for notice in notices[:DIGEST_SHOWN]]
    context = {"lines": lines, "more": max(len(notices) - DIGEST_SHOWN, 0), "count": len(notices), "url": base_url}
    return account_mail("mail/notice_digest", context)
