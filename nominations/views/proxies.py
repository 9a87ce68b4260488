"""Acting for a region that cannot reach the portal."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RuleBroken
from core.http import private_file, require
from core.onetime import one_time
from core.paging import page_of
from nominations.forms.deadlines import ProxyForm
from nominations.policies import can_open_proxy
from nominations.selectors.proxies import entries_with_rounds
from nominations.services.proxies import close_proxy, open_proxy
from nominations.views.deadlines import GET_POST, staff_only


@require_safe
def proxy_list(request: HttpRequest) -> HttpResponse:
    """Six queries for any number of rows, the session and the memberships included."""
    staff_only(request)
    page = page_of(entries_with_rounds(), request.GET)
    context = {"page": page, "may_open": can_open_proxy(request.user)}
    return render(request, "nominations/proxies.html", context)


@require_http_methods(GET_POST)
@one_time
def proxy_open(request: HttpRequest) -> HttpResponseBase:
    staff_only(request)
    require(can_open_proxy(request.user))
    form = ProxyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            open_proxy(
                region_code=data["region"].pk,
                periods=list(data["periods"]),
                reason=data["reason"],
                letter=data["letter"],
                actor=request.user,
            )
        except RuleBroken as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Entri dibuka dan petugas daerah diberi tahu."))
            return redirect("proxy_list")
    return render(request, "nominations/proxy_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(GET_POST)
@one_time
def proxy_close(request: HttpRequest, pk: int) -> HttpResponseBase:
    staff_only(request)
    entry = get_object_or_404(entries_with_rounds(), pk=pk)
    require(can_open_proxy(request.user))
    if request.method == "POST":
        close_proxy(entry_id=pk, actor=request.user)
        messages.success(request, _("Entri ditutup dan petugas daerah diberi tahu."))
        return redirect("proxy_list")
    return render(request, "nominations/proxy_close.html", {"entry": entry})


@require_safe
def proxy_letter(request: HttpRequest, pk: int) -> HttpResponseBase:
    staff_only(request)
    entry = get_object_or_404(entries_with_rounds().filter(letter__isnull=False), pk=pk)
    return private_file(entry.letter)
