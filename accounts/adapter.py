"""How allauth behaves here: nobody signs up, mail goes through the outbox, and guessing is slow."""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts import messages
from accounts.models import User
from accounts.rules import HELD_KEY
from accounts.services import passwords, sessions
from core import outbox

DEVICE_SALT = "accounts.device"
DEVICE_SECONDS = 180 * 24 * 3600
EVERYWHERE = {"app": "allauth.account", "action": "login_failed_everywhere"}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Akun ini tidak aktif. Hubungi Sekretariat."),
        "email_password_mismatch": _("Alamat surel atau kata sandi tidak cocok. Periksa lagi keduanya."),
        "enter_current_password": _("Kata sandi saat ini tidak cocok. Periksa lagi."),
        "incorrect_password": _("Kata sandi tidak cocok. Periksa lagi."),
        "too_many_login_attempts": _(
            "Terlalu banyak percobaan masuk. Tunggu beberapa menit, atau buat kata sandi baru lewat surel."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """No page of the portal asks for JSON, and no stranger shall get forms that way."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """`next` leads to a path of this portal or nowhere."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Home, or first the form that a session's end interrupted."""
        return reverse("held_post") if HELD_KEY in request.session else super().get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        subject, body = messages.account_mail(template_prefix, context)
        with transaction.atomic():
            outbox.put(to=email, subject=subject, body=body, key=f"{template_prefix}:{secrets.token_hex(8)}")

    # Guessing is counted three ways (the figures are in ACCOUNT_RATE_LIMITS): per address of the network; per account
    # and place, so that a stranger elsewhere never locks the person out; per account over all unknown devices, which
    # ends a long attack from many places. A device that signed in before is a place of its own and stays out of the
    # third count. A reset by mail clears it.

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        email = credentials.get("email", "").lower()
        return f"{known_device(request, email) or ratelimit.get_ip(request)}:{email}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        email = credentials.get("email", "").lower()
        if known_device(request, email):
            return
        everywhere = ratelimit.consume(request, **EVERYWHERE, key=email)
        if not everywhere:
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage.usage += everywhere.usage

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sessions.record_failed_sign_in(email=credentials.get("email", ""), address=self.get_client_ip(request))

    def login(self, request: HttpRequest, user: User) -> None:
        """A form that another person left behind in this browser is thrown away."""
        if request.session.get(HELD_KEY, {}).get("user") != user.pk:
            request.session.pop(HELD_KEY, None)
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        sessions.record_sign_in(user=user, address=self.get_client_ip(request))
        ratelimit.clear(request, **EVERYWHERE, key=user.email)
        remember_device(response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        sessions.end_all_sessions(user=request.user, action="account.signed_out", actor=request.user)
        super().logout(request)

    def set_password(self, user: User, password: str) -> None:
        passwords.change_password(user=user, password=password)
        ratelimit.clear(self.request, **EVERYWHERE, key=user.email)


def device_cookie() -> str:
    return f"{settings.SESSION_COOKIE_NAME}_device"


def device_mark(email: str) -> str:
    return salted_hmac(DEVICE_SALT, email, algorithm="sha256").hexdigest()


def known_device(request: HttpRequest, email: str) -> str:
    """The name of this browser when the account has signed in with it before, else empty. No query."""
    value = request.get_signed_cookie(device_cookie(), default="", salt=DEVICE_SALT, max_age=DEVICE_SECONDS)
    mark, _sep, name = value.partition(":")
    return name if mark == device_mark(email) else ""


def remember_device(response: HttpResponse, user: User) -> None:
    response.set_signed_cookie(
        device_cookie(),
        f"{device_mark(user.email)}:{secrets.token_urlsafe(12)}",
        salt=DEVICE_SALT,
        max_age=DEVICE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
