"""Deadlines in the hands of the Sekretariat: extensions, and what came within the grace."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RuleBroken
from core.http import require
from core.onetime import one_time
from core.paging import page_of
from nominations.forms.deadlines import ExtensionForm, RegionExtensionForm, WithdrawalForm
from nominations.messages.deadlines import TOLD
from nominations.models import Extension
from nominations.policies import can_extend, can_extend_nomination, can_view_deadlines
from nominations.presenters.deadlines import extension_row, late_row, preview_rows, region_of
from nominations.rules import WINDOW_OF, WindowFacts
from nominations.selectors.windows import deadline_without, extension_rows, late_submissions, window_for, window_of
from nominations.services.extensions import extend_nomination, extend_region, withdraw_extension
from nominations.views.access import visible_nomination

GET_POST = ["GET", "HEAD", "POST"]


def staff_only(request: HttpRequest) -> None:
    """These pages do not exist for regions, scorers and the chair."""
    if not can_view_deadlines(request.user):
        raise Http404


@require_safe
def extension_list(request: HttpRequest) -> HttpResponse:
    """Five queries for any number of rows, the session and the memberships included."""
    staff_only(request)
    page = page_of(extension_rows(), request.GET)
    context = {
        "page": page,
        "rows": [extension_row(extension) for extension in page.items],
        "may_extend": can_extend(request.user),
    }
    return render(request, "nominations/extensions.html", context)


@require_http_methods(GET_POST)
@one_time
def extension_region(request: HttpRequest) -> HttpResponseBase:
    staff_only(request)
    require(can_extend(request.user))
    form = RegionExtensionForm(request.POST or None)

    def give() -> tuple[Extension, WindowFacts | None]:
        window, region, reason = (form.cleaned_data[name] for name in ("window", "region", "reason"))
        before = window_for(window.period_id, window.kind, region.pk)
        target = {"window_id": window.pk, "region_code": region.pk}
        return extend_region(**target, closes_at=form.closes_at, reason=reason, actor=request.user), before

    return _extension_page(request, form, give)


@require_http_methods(GET_POST)
@one_time
def extension_nomination(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = visible_nomination(request, pk)
    require(can_extend_nomination(request.user, nomination))
    form, before = ExtensionForm(request.POST or None), window_of(nomination, WINDOW_OF[nomination.status])

    def give() -> tuple[Extension, WindowFacts | None]:
        facts = {"closes_at": form.closes_at, "reason": form.cleaned_data["reason"]}
        return extend_nomination(nomination_id=pk, **facts, actor=request.user), before

    return _extension_page(request, form, give, {"nomination": nomination, "before": before})


def _extension_page(
    request: HttpRequest,
    form: ExtensionForm,
    give: Callable[[], tuple[Extension, WindowFacts | None]],
    context: dict[str, Any] | None = None,
) -> HttpResponseBase:
    """The form, its preview, the deed. A one-time page that does not redirect keeps nothing of what it did, so the
    preview is the deed itself, seen and undone."""
    context = {"form": form, **(context or {})}
    if request.method == "POST" and form.is_valid():
        try:
            extension, before = give()
        except RuleBroken as error:
            form.add_error(None, error.message)
        else:
            if "confirmed" in request.POST:
                messages.success(request, _("Perpanjangan tersimpan."))
                return redirect("extension_list")
            rows = preview_rows(extension, before.closes_at if before else None, region_of(extension))
            context |= {"rows": rows, "told": extension.window.kind in TOLD}
            return render(request, "nominations/extension_preview.html", context)
    return render(request, "nominations/extension_form.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_POST)
@one_time
def extension_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    staff_only(request)
    extension = get_object_or_404(extension_rows(), pk=pk)
    require(can_extend(request.user))
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_extension(extension_id=pk, reason=form.cleaned_data["reason"], actor=request.user)
        except RuleBroken as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Perpanjangan ditarik."))
            return redirect("extension_list")
    rows = preview_rows(extension, deadline_without(extension), region_of(extension))
    told = extension.window.kind in TOLD
    context = {"form": form, "rows": rows, "nomination": extension.nomination, "told": told}
    return render(request, "nominations/extension_withdraw.html", context, status=422 if form.errors else 200)


@require_safe
def late_list(request: HttpRequest) -> HttpResponse:
    """Five queries for any number of rows, the session and the memberships included."""
    staff_only(request)
    page = page_of(late_submissions(), request.GET)
    context = {"page": page, "rows": [late_row(change) for change in page.items]}
    return render(request, "nominations/late.html", context)
