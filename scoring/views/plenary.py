"""The plenary: its sessions, the ranking before it, and its recommendations. What happens in the room: `views.room`."""

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
from nominations.enums import Action, Status
from nominations.forms.drafting import ReasonForm
from nominations.models import Nomination
from nominations.policies import can_act
from scoring.enums import Outcome
from scoring.forms.decision import PlenaryForm, RecommendationForm
from scoring.policies import can_view_scores, is_chair
from scoring.presenters.plenary import agenda_rows, attendance_rows
from scoring.selectors.people import attendances_of, outside_of, recused_by_category, room_from, room_of
from scoring.selectors.plenary import agenda_of, cap_states, finalists, ranked_categories, sessions, tie_orders
from scoring.selectors.stages import bands_of, stages_of
from scoring.services import plenary
from scoring.views.access import assessed_nomination, hidden_unless


@require_safe
def plenary_list(request: HttpRequest) -> HttpResponse:
    """Sessions, newest first. Five queries."""
    hidden_unless(can_view_scores(request.user))
    context = {"page": page_of(sessions(), request.GET), "may_record": bool(is_chair(request.user))}
    return render(request, "scoring/plenary_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def plenary_create(request: HttpRequest) -> HttpResponseBase:
    hidden_unless(can_view_scores(request.user))
    require(is_chair(request.user))
    form = PlenaryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            session = plenary.record_plenary_session(
                period_id=form.cleaned_data.pop("period").pk, **form.cleaned_data, actor=request.user
            )
        except RuleBroken as error:
            form.add_error("held_on", error.message)
        else:
            messages.success(request, _("Sidang pleno tercatat. Catat kehadiran pada hari sidang."))
            return redirect("plenary_detail", session.pk)
    return render(request, "scoring/plenary_form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def plenary_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Attendance, agenda and ranking of a session, and what is already recommended. Thirteen queries.

    All of it is made from what the reader may meet: no place and no cap shows what is missing.
    """
    hidden_unless(can_view_scores(request.user))
    session = get_object_or_404(sessions(), pk=pk)
    rows, items = finalists(session.period_id), agenda_of(session)
    outside = outside_of(session, {one.pk for one in rows} | {item.nomination_id for item in items})
    hidden = {pk for pk, people in outside.items() if request.user.pk in people}
    aside = {*recused_by_category(request.user, session.period_id)}
    aside |= {one.category_id for one in rows if one.pk in hidden}
    ranked = ranked_categories([one for one in rows if one.pk not in hidden], tie_orders(session.period_id, hidden))
    for group in ranked:
        group["aside"] = group["category"].pk in aside
        group["waiting"] = any(row["nomination"].status == Status.IN_PLENARY for row in group["rows"])
    attendances = attendances_of(session)
    context = {
        "session": session,
        "categories": ranked,
        "attendances": attendance_rows(attendances),
        "room": room_from(attendances, set(), session.quorum_percent),
        "agenda": agenda_rows(items, attendances, outside, request.user),
        "caps": cap_states(session.period_id, hidden),
        "aside": bool(aside),
        "may_record": bool(is_chair(request.user)),
        "in_plenary": Status.IN_PLENARY,
        "before_decree": (Status.RECOMMENDED, Status.NOT_RECOMMENDED),
    }
    return render(request, "scoring/plenary_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def recommendation(request: HttpRequest, pk: int, nomination_id: int) -> HttpResponseBase:
    """The plenary's word on one nomination."""
    hidden_unless(can_view_scores(request.user))
    session = get_object_or_404(sessions(), pk=pk)
    nomination = assessed_nomination(request, nomination_id)
    require(can_act(request.user, nomination, Action.RECOMMEND))
    known = [band.stars for band in bands_of(stages_of(nomination))]
    final = nomination.final_result
    room = room_of(session, [nomination.pk])
    if request.user in room.outside:
        raise Http404
    form = RecommendationForm(request.POST or None, known_stars=known, proposed=final.stars, voters=room.present)
    if request.method == "POST" and form.is_valid():
        try:
            _record(session, nomination, form, request.user)
        except RuleBroken as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Rekomendasi %(ref)s tercatat.") % {"ref": nomination.reference})
            return redirect("plenary_detail", pk)
    context = {"session": session, "nomination": nomination, "final": final, "form": form, "room": room}
    return render(request, "scoring/recommendation.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def recommendation_withdraw(request: HttpRequest, pk: int, nomination_id: int) -> HttpResponseBase:
    """Back before the plenary, with a reason."""
    hidden_unless(can_view_scores(request.user))
    session = get_object_or_404(sessions(), pk=pk)
    nomination = assessed_nomination(request, nomination_id)
    require(can_act(request.user, nomination, Action.RETURN_TO_PLENARY))
    if request.user in room_of(nomination.recommendation.session, [nomination.pk]).outside:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            plenary.withdraw_recommendation(nomination_id=nomination.pk, actor=request.user, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Usulan kembali ke pleno."))
            return redirect("plenary_detail", pk)
    context = {"session": session, "nomination": nomination, "form": form}
    return render(request, "scoring/withdraw.html", context, status=422 if form.errors else 200)


def _record(session: Any, nomination: Nomination, form: RecommendationForm, actor: Any) -> None:
    data = form.cleaned_data
    plenary.record_recommendation(
        nomination_id=nomination.pk,
        session_id=session.pk,
        outcome=Outcome(data["outcome"]),
        stars=data.get("stars"),
        reason=data["reason"],
        votes=form.votes(),
        actor=actor,
    )
