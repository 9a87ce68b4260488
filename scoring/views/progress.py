"""Boards over a whole period: progress with reminders, and the distribution of scores."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.http import require
from core.onetime import one_time
from nominations.models import Period
from scoring.forms.panel import ReminderForm
from scoring.messages import late_mail
from scoring.policies import can_remind_scorers, can_view_board, can_view_scores
from scoring.presenters import progress as presenters
from scoring.selectors.distribution import score_spreads
from scoring.selectors.progress import scorer_progress, stage_progress
from scoring.selectors.stages import staged_periods
from scoring.services.scorer_reminders import remind_scorers
from scoring.services.viewing import record_spread_view
from scoring.views.access import hidden_unless


@require_safe
def assessment_progress(request: HttpRequest) -> HttpResponse:
    """Progress by stage and by scorer. Eleven queries, whatever the number of nominations and scorers."""
    hidden_unless(can_view_board(request.user))
    periods = list(staged_periods())
    period = _chosen(periods, request.GET)
    scorers = scorer_progress(request.user, period.pk) if period else []
    context = {
        "periods": periods,
        "period": period,
        "stages": [presenters.stage_row(one) for one in stage_progress(request.user, period.pk)] if period else [],
        "scorers": [presenters.scorer_row(one) for one in scorers],
        "late": sum(one.may_be_reminded for one in scorers),
        "may_remind": bool(can_remind_scorers(request.user)),
        "with_scores": bool(can_view_scores(request.user)),
    }
    return render(request, "scoring/progress.html", context)


def _chosen(periods: list[Period], params: QueryDict) -> Period | None:
    """The period of the address, else the newest; 404 for one that does not exist."""
    wanted = params.get("periode", "")
    if not wanted:
        return periods[0] if periods else None
    try:
        return next(period for period in periods if str(period.pk) == wanted)
    except StopIteration as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def scorers_remind(request: HttpRequest) -> HttpResponseBase:
    """Whom a reminder reaches and what it says; sent by the POST."""
    hidden_unless(can_view_board(request.user))
    require(can_remind_scorers(request.user))
    params = request.POST if request.method == "POST" else request.GET
    period = _chosen(list(staged_periods()), params)
    if period is None:
        raise Http404
    scorers = scorer_progress(request.user, period.pk, _people(params))
    back = f"{reverse('assessment_progress')}?periode={period.pk}"
    if not scorers:
        messages.warning(request, _("Pilih sedikitnya satu penilai yang akan diingatkan."))
        return redirect(back)
    form = ReminderForm(request.POST or None)
    if request.method == "POST" and "pratinjau" not in request.POST and form.is_valid():
        reminded = remind_scorers(
            period=period,
            scorer_ids=[one.user.pk for one in scorers],
            introduction=form.cleaned_data["introduction"],
            actor=request.user,
        )
        messages.success(request, _("Pengingat dikirim kepada %(count)d penilai.") % {"count": len(reminded)})
        return redirect(back)
    return _preview(request, period, scorers, form)


def _people(params: QueryDict) -> set[int]:
    return {int(pk) for pk in params.getlist("penilai") if pk.isascii() and pk.isdigit() and len(pk) < 10}


def _preview(request: HttpRequest, period: Period, scorers: list[Any], form: ReminderForm) -> HttpResponse:
    form.is_valid()
    words = form.cleaned_data.get("introduction", "") if form.is_bound else str(form["introduction"].initial)
    rows = [presenters.reminder_row(one, late_mail(one, period, words)) for one in scorers]
    context = {"period": period, "form": form, "rows": rows, "sendable": sum(not row["problem"] for row in rows)}
    return render(request, "scoring/remind.html", context, status=422 if form.errors else 200)


@require_safe
def score_distribution(request: HttpRequest) -> HttpResponse:
    """Histograms of the closed scores by category and stage; that somebody looked is recorded. Eleven queries."""
    hidden_unless(can_view_scores(request.user))
    periods = list(staged_periods())
    period = _chosen(periods, request.GET)
    spreads = score_spreads(request.user, period.pk) if period else []
    if period:
        record_spread_view(period=period, actor=request.user)
    context = {
        "periods": periods,
        "period": period,
        "histograms": [presenters.histogram(spread) for spread in spreads],
        "with_scores": True,
    }
    return render(request, "scoring/distribution.html", context)
