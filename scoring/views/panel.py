"""The panel of a period: who sits on it, how much each may take, who is kept apart."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.selectors import people_with
from core.errors import RuleBroken
from core.http import require
from core.onetime import one_time
from nominations.models import Category, Period
from scoring.forms.panel import KeepApartForm, LeadForm, SeatForm
from scoring.models import CategoryLead, KeepApart
from scoring.policies import can_manage_panel, can_view_panel, can_view_scores
from scoring.selectors.panel import kept_apart, leads_of, scorers, scorers_without_seat, seats_of, withdrawn_ties
from scoring.selectors.stages import staged_periods
from scoring.services import panel as services
from scoring.views.access import hidden_unless, posted_number


def panel_url(period_id: int) -> str:
    return f"{reverse('panel')}?periode={period_id}"


@require_safe
def panel(request: HttpRequest) -> HttpResponse:
    """Seats of a period, the newest one unless asked otherwise. Eleven queries besides the session."""
    hidden_unless(can_view_panel(request.user))
    known = list(staged_periods())
    wanted = request.GET.get("periode", "")
    period = next((one for one in known if str(one.pk) == wanted), None if wanted else next(iter(known), None))
    if period is None and known:
        raise Http404
    return _panel_page(request, period, periods=known)


def _panel_page(
    request: HttpRequest,
    period: Period | None,
    *,
    periods: list[Period] | None = None,
    seat_form: SeatForm | None = None,
    apart_form: KeepApartForm | None = None,
    lead_form: LeadForm | None = None,
    error: str = "",
) -> HttpResponse:
    may_manage = bool(can_manage_panel(request.user))
    seats = seats_of(period.pk) if period else []
    free = list(scorers_without_seat(period.pk).values_list("pk", "name")) if period and may_manage else []
    people = [(seat.row.user_id, seat.row.user.name) for seat in seats]
    leads = leads_of(period.pk) if period else {}
    context = {
        "periods": list(staged_periods()) if periods is None else periods,
        "period": period,
        "seats": seats,
        "ending": [seat for seat in seats if seat.outlasted],
        "free": free,
        "pairs": kept_apart(period.pk) if period else [],
        "withdrawn": withdrawn_ties(period.pk) if period else [],
        "may_manage": may_manage,
        "with_scores": bool(can_view_scores(request.user)),
        "seat_form": seat_form or SeatForm(people=free, initial={"capacity": 20}),
        "apart_form": apart_form or KeepApartForm(people=people),
        "leads": [leads[pk] for pk in leads],
        "lead_form": (lead_form or _lead_form(period, leads)) if period and may_manage else None,
        "error": error,
    }
    refused = error or any(form.errors for form in (context["seat_form"], context["apart_form"], lead_form) if form)
    return render(request, "scoring/panel.html", context, status=422 if refused else 200)


def _lead_form(period: Period, leads: dict[int, CategoryLead], data: Any = None) -> LeadForm:
    """Two queries."""
    categories = Category.objects.filter(award=period.award_id).order_by("order").values_list("pk", "label")
    chairs = [(person.pk, person.name) for person in people_with(Role.PANEL_CHAIR)]
    named = {pk: row.user_id for pk, row in leads.items()}
    return LeadForm(data, chairs=chairs, categories=list(categories), named=named)


@require_POST
@one_time
def lead_save(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who looks after which category."""
    period = _period(request, pk)
    form = _lead_form(period, leads_of(pk), request.POST)
    if not form.is_valid():
        return _panel_page(request, period, lead_form=form)
    try:
        services.name_leads(period_id=pk, chosen=form.chosen(), actor=request.user)
    except RuleBroken as error:
        return _panel_page(request, period, error=error.message)
    messages.success(request, _("Penanggung jawab kategori tersimpan."))
    return redirect(panel_url(pk))


def _period(request: HttpRequest, pk: int) -> Period:
    hidden_unless(can_view_panel(request.user))
    period = get_object_or_404(Period, pk=pk)
    require(can_manage_panel(request.user))
    return period


@require_POST
@one_time
def seat_save(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a seat, or change capacity, note and whether it counts."""
    period = _period(request, pk)
    form = SeatForm(request.POST, people=scorers().values_list("pk", "name"))
    if not form.is_valid():
        return _panel_page(request, period, seat_form=form)
    data = form.cleaned_data
    try:
        services.seat(period_id=pk, user_id=data.pop("user"), **data, actor=request.user)
    except RuleBroken as error:
        return _panel_page(request, period, error=error.message)
    messages.success(request, _("Panel tersimpan."))
    return redirect(panel_url(pk))


@require_POST
@one_time
def seat_all(request: HttpRequest, pk: int) -> HttpResponseBase:
    period = _period(request, pk)
    try:
        count = services.seat_everybody(period_id=pk, capacity=posted_number(request, "capacity"), actor=request.user)
    except RuleBroken as error:
        return _panel_page(request, period, error=error.message)
    messages.success(request, _("%(count)d penilai ditambahkan ke panel.") % {"count": count})
    return redirect(panel_url(pk))


@require_POST
@one_time
def keep_apart(request: HttpRequest, pk: int) -> HttpResponseBase:
    period = _period(request, pk)
    form = KeepApartForm(request.POST, people=scorers().values_list("pk", "name"))
    if not form.is_valid():
        return _panel_page(request, period, apart_form=form)
    data = form.cleaned_data
    try:
        services.keep_apart(
            period_id=pk, user_ids=(data["first"], data["second"]), reason=data["reason"], actor=request.user
        )
    except RuleBroken as error:
        return _panel_page(request, period, error=error.message)
    messages.success(request, _("Kedua penilai tidak akan ditugaskan pada usulan yang sama."))
    return redirect(panel_url(pk))


@require_POST
@one_time
def keep_apart_end(request: HttpRequest, pk: int) -> HttpResponseBase:
    hidden_unless(can_view_panel(request.user))
    pair = get_object_or_404(KeepApart, pk=pk)
    require(can_manage_panel(request.user))
    services.end_keeping_apart(pair_id=pk, actor=request.user)
    messages.success(request, _("Kedua penilai tidak lagi dipisahkan."))
    return redirect(panel_url(pair.period_id))
