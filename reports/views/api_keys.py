"""The keys of other systems."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.http import require
from core.onetime import one_time
from core.paging import page_of
from reports.forms import ApiKeyForm
from reports.models import ApiKey
from reports.policies import can_manage_keys
from reports.services.api_keys import create_key, revoke_key

MADE = "new_api_key"


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def api_key_list(request: HttpRequest) -> HttpResponseBase:
    """All keys, and the form for a new one; what was made is shown on the next page and never again. Six queries.

    In between, a redirect long, it lies in the session of the person who made it.
    """
    require(can_manage_keys(request.user))
    today = timezone.localdate()
    form = ApiKeyForm(request.POST or None, today=today)
    if form.is_bound and form.is_valid():
        __, request.session[MADE] = create_key(actor=request.user, **form.cleaned_data)
        return redirect("api_key_list")
    made = request.session.pop(MADE, "")
    page = page_of(ApiKey.objects.select_related("created_by"), request.GET)
    context = {"form": form, "page": page, "made": made, "today": today}
    response = render(request, "reports/api_keys.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@one_time
def api_key_revoke(request: HttpRequest, pk: int) -> HttpResponseBase:
    require(can_manage_keys(request.user))
    key = revoke_key(key_id=get_object_or_404(ApiKey, pk=pk).pk, actor=request.user)
    messages.success(request, _("Kunci %(name)s dicabut.") % {"name": key.name})
    return redirect("api_key_list")
