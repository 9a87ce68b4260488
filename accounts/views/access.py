from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.forms import FirstPasswordForm, ResetPasswordForm
from accounts.rules import HELD_KEY
from accounts.selectors import user_of_activation
from accounts.services import activation, passwords

ACTIVATION = "activation"


def with_error_status(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """allauth answers 200 to a form with errors: 422 as everywhere here, 429 when it was one try too many."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code == 200:
            form = response.context_data["form"]
            throttled = form.has_error(NON_FIELD_ERRORS, "too_many_login_attempts")
            response.status_code = 429 if throttled else 422
        return response

    return wrapper


@login_not_required
@never_cache
def account_reset_password(request: HttpRequest) -> HttpResponseBase:
    """The same page, mail or no mail: an unknown address must not be told from a known one."""
    form = ResetPasswordForm(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        limited = ratelimit.consume_or_429(request, action="reset_password", key=email)
        if limited:
            return limited
        passwords.request_password_reset(email=email)
        return redirect("account_reset_password_done")
    return render(request, "account/password_reset.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_GET
def open_activation(request: HttpRequest, user_id: int, token: str) -> HttpResponse:
    """Takes the key out of the address, so that it stays out of logs and of what the browser tells others."""
    request.session[ACTIVATION] = [user_id, token]
    return redirect("activate")


@login_not_required
@never_cache
@sensitive_post_parameters()
def activate(request: HttpRequest) -> HttpResponse:
    user_id, token = request.session.get(ACTIVATION, (0, ""))
    user = user_of_activation(user_id, token)
    if user is None:
        return render(request, "accounts/activation_over.html", {"known": bool(user_id)})
    form = FirstPasswordForm(request.POST or None, user=user)
    if form.is_valid() and activation.activate_account(
        user_id=user_id, token=token, password=form.cleaned_data["password1"]
    ):
        logout(request)
        messages.success(request, _("Akun Anda sudah aktif. Silakan masuk dengan kata sandi baru."))
        return redirect("account_login")
    return render(request, "accounts/activate.html", {"form": form, "person": user}, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_POST
def request_activation(request: HttpRequest) -> HttpResponseBase:
    """A new mail to the address of the account whose old link was opened here; always the same answer."""
    user_id, _token = request.session.get(ACTIVATION, (0, ""))
    limited = ratelimit.consume_or_429(request, action="activation", key=str(user_id))
    if limited:
        return limited
    activation.request_activation(user_id=user_id)
    return redirect("activation_sent")


@login_not_required
def activation_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/activation_sent.html")


@never_cache
@require_safe
def held_post(request: HttpRequest) -> HttpResponse:
    """The form that a session's end interrupted, for its author alone; it goes to where it was going."""
    held = request.session.get(HELD_KEY, {})
    if held.get("user") != request.user.pk:
        return redirect("home")
    context = {name: held[name] for name in ("fields", "action", "left_out")}
    return render(request, "account/held_post.html", context)
