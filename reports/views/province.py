"""What the kabupaten and kota of a province have nominated, and the reminder to those that have not."""

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from core.http import require
from core.onetime import one_time
from core.paging import page_of
from nominations.models import Nomination
from nominations.policies import can_remind
from nominations.presenters.status import GROUPS
from nominations.selectors.dossiers import filled_by_dossier
from nominations.selectors.findings import findings_by_dossier
from nominations.selectors.matrix import drafts_in, region_rows, reminder_targets, rounds
from nominations.services.region_reminder import remind_regions
from reference.models import Region
from reports.forms import ReminderForm
from reports.policies import can_watch_regions
from reports.presenters.matrix import anybody_open, days_left, draft_row, is_open, matrix_row, target_row, totals

DRAFTS_ON_A_PAGE = 25
REGENCY_CODE = re.compile(r"[0-9]{2}\.[0-9]{2}")


@require_safe
def province_matrix(request: HttpRequest) -> HttpResponse:
    """Seven queries at most, whether the province has ten or thirty-eight kabupaten and kota."""
    provinces = _provinces(request.user)
    province = _chosen(provinces, request.GET.get("provinsi"))
    periods = rounds()
    period = next((one for one in periods if str(one.pk) == request.GET.get("periode")), _first(periods))
    regions = Region.objects.current().regencies().filter(parent=province)
    rows = region_rows(period, regions, Nomination.objects.visible_to(request.user)) if period else []
    context = {
        "provinces": provinces,
        "province": province,
        "periods": periods,
        "period": period,
        "groups": [label for label, _statuses in GROUPS.values()],
        "rows": [matrix_row(row, period, selected=request.GET.get("pilih") == "belum") for row in rows],
        "totals": totals(rows),
        "is_open": bool(period) and is_open(period),
        "days_left": days_left(period) if period and is_open(period) else None,
        "may_remind": can_remind(request.user, f"{province.pk}.01") and anybody_open(period, rows),
    }
    return render(request, "reports/province_matrix.html", context)


@require_safe
def province_drafts(request: HttpRequest) -> HttpResponse:
    """For which rules each draft of a province would fail now. Eight queries at most, however many drafts."""
    province = _province(request.user, request.GET.get("provinsi", ""))
    page = page_of(
        drafts_in(province, request.GET.get("periode", ""), request.user), request.GET, size=DRAFTS_ON_A_PAGE
    )
    findings = findings_by_dossier(page.items, filled_by_dossier(page.items))
    rows = [draft_row(nomination, findings[nomination.pk]) for nomination in page.items]
    return render(request, "reports/province_drafts.html", {"province": province, "page": page, "rows": rows})


def _province(user: Any, code: str) -> Region:
    """One province that the person watches, or 404. One query, none for a province's officer."""
    if can_watch_regions(user):
        return get_object_or_404(Region.objects.current().provinces(), pk=code.replace("\0", ""))
    return _chosen(_provinces(user), code)


def _provinces(user: Any) -> list[Region]:
    """Provinces that the person watches; nobody else has this page. One query, none for a province's officer."""
    if can_watch_regions(user):
        return list(Region.objects.current().provinces().order_by("code"))
    own = [m.region for m in user.active_memberships if m.role == Role.PROVINCE_OFFICER]
    if not own:
        raise Http404
    return own


def _chosen(provinces: list[Region], code: str | None) -> Region:
    if not code:
        return provinces[0]
    try:
        return next(province for province in provinces if province.pk == code)
    except StopIteration as error:
        raise Http404 from error


def _first(periods: list[Any]) -> Any:
    """The newest one that is open, else the newest."""
    return next((period for period in periods if is_open(period)), periods[0] if periods else None)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def province_remind(request: HttpRequest) -> HttpResponseBase:
    """Whom a reminder reaches and what it says; sent by the POST. Seven queries to look."""
    params = request.POST if request.method == "POST" else request.GET
    period, codes = _asked_for(request, params)
    if not codes:
        messages.warning(request, _("Pilih sedikitnya satu daerah yang akan diingatkan."))
        return redirect("province_matrix")
    form = ReminderForm(request.POST or None)
    if request.method == "POST" and "pratinjau" not in request.POST and form.is_valid():
        words = form.cleaned_data["introduction"]
        reminded = remind_regions(period=period, region_codes=codes, introduction=words, actor=request.user)
        messages.success(request, _("Pengingat dikirim ke %(count)d daerah.") % {"count": len(reminded)})
        return redirect(f"{reverse('province_matrix')}?provinsi={codes[0][:2]}&periode={period.pk}")
    form.is_valid()
    words = form.cleaned_data.get("introduction", "") if form.is_bound else str(form["introduction"].initial)
    rows = [target_row(target, words, request.user) for target in reminder_targets(period, codes)]
    context = {"period": period, "codes": codes, "form": form, "rows": rows, "province": codes[0][:2]}
    context["sendable"] = sum(not row["problem"] for row in rows)
    return render(request, "reports/province_remind.html", context, status=422 if form.errors else 200)


def _asked_for(request: HttpRequest, params: QueryDict) -> tuple[Any, list[str]]:
    """Period and regions of the address or form; 404 for what the person does not watch, 403 for who only reads."""
    provinces = {province.pk for province in _provinces(request.user)}
    codes = sorted(set(params.getlist("wilayah")))
    if not codes:
        return None, []
    period = next((one for one in rounds() if str(one.pk) == params.get("periode")), None)
    if period is None or not all(REGENCY_CODE.fullmatch(code) and code[:2] in provinces for code in codes):
        raise Http404
    if Region.objects.current().regencies().filter(code__in=codes).count() < len(codes):
        raise Http404
    for code in codes:
        require(can_remind(request.user, code))
    return period, codes
