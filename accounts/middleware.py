"""Sessions end after idle and absolute limits; a form that was just being sent survives the new sign-in."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.rules import HELD_KEY, HELD_POST_BYTES, MINUTE, fields_to_hold, is_private, session_is_over
from core.http import page_before, refusal

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"


class SessionLimitMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            _keep_or_end(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Comes after the CSRF check, so that no foreign page plants a form that is offered later."""
        if not request.user.is_authenticated:
            return _to_sign_in(request, view) if getattr(view, "login_required", True) else None
        if request.method == "POST" and request.session.get(HELD_KEY, {}).get("action") == request.get_full_path():
            del request.session[HELD_KEY]  # the form has come back
        return None


def _keep_or_end(request: HttpRequest) -> None:
    """Notes at most once a minute that the person is there, or ends a session that is over. One query: the roles."""
    now, session = int(time.time()), request.session
    if SIGNED_IN_AT not in session:
        session[SIGNED_IN_AT] = session[SEEN_AT] = now
    over = session_is_over(
        now=now, signed_in_at=session[SIGNED_IN_AT], seen_at=session[SEEN_AT], roles=request.user.roles
    )
    if over:
        request.ended_user_id = request.user.pk
        logout(request)
    elif now - session[SEEN_AT] >= MINUTE:
        session[SEEN_AT] = now


def _to_sign_in(request: HttpRequest, view: Callable[..., Any]) -> HttpResponse | None:
    """Say why, and keep a form for its author when we know who that was. None: Django's own redirect will do."""
    user_id = getattr(request, "ended_user_id", None)
    if request.method != "POST":
        if user_id:
            messages.info(request, _("Sesi Anda sudah berakhir. Silakan masuk lagi."))
        return None
    if getattr(view, "json_endpoint", False):
        return refusal(401, _("Sesi Anda sudah berakhir. Masuk lagi, lalu pulihkan isian Anda."))
    fields = _fields(request) if user_id else []
    if not fields:
        messages.warning(request, _("Sesi Anda sudah berakhir dan isian terakhir belum tersimpan. Masuk, lalu ulangi."))
        return redirect(_sign_in_url(page_before(request)))
    left_out = any(value for name, value in request.POST.items() if is_private(name))
    request.session[HELD_KEY] = {
        "user": user_id,
        "action": request.get_full_path(),
        "fields": fields,
        "left_out": left_out,
    }
    messages.info(request, _("Sesi Anda sudah berakhir. Isian Anda kami simpan; masuk lagi untuk melanjutkan."))
    return redirect(_sign_in_url(reverse("held_post")))


def _sign_in_url(after: str) -> str:
    url = resolve_url(settings.LOGIN_URL)
    return f"{url}?{urlencode({'next': after})}" if after else url


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    if int(request.META.get("CONTENT_LENGTH") or 0) > HELD_POST_BYTES or request.FILES:
        return []
    return fields_to_hold(request.POST.lists())
