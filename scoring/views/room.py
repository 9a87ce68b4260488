"""What happens in the room: attendance, the order of the agenda, what is being discussed, and ties."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import RuleBroken
from core.http import require
from core.onetime import one_time
from nominations.models import Category, Nomination
from scoring.enums import AttendanceState
from scoring.forms.decision import TieOrderForm
from scoring.policies import can_follow, can_view_scores, is_chair
from scoring.presenters.plenary import discussed, left_rows
from scoring.presenters.visits import mismatch_block
from scoring.selectors.mismatches import digest_of, mismatches_of, notes_of
from scoring.selectors.moderations import moderations_of
from scoring.selectors.people import attendances_of, hidden_from, outside_of, recused_by_category, room_from
from scoring.selectors.plenary import finalists, ranked_categories, sessions
from scoring.selectors.stages import results_of
from scoring.services import agenda
from scoring.services.bulk import bulk_plan, recommend_many
from scoring.views.access import hidden_unless

LARGEST = 100_000
CURRENT = tuple(f"current__{name}" for name in ("category", "region", "final_result", "recommendation"))


def _session(request: HttpRequest, pk: int) -> Any:
    """The session, for the chair alone."""
    hidden_unless(can_view_scores(request.user))
    session = get_object_or_404(sessions(), pk=pk)
    require(is_chair(request.user))
    return session


@require_POST
@one_time
def plenary_attendance(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everybody's state, as the table of the session's page sends it."""
    session = _session(request, pk)
    known = {row.member_id for row in attendances_of(session)}
    states = {
        member: AttendanceState(given)
        for member in known
        if (given := request.POST.get(f"state_{member}", "")) in list(AttendanceState)
    }
    try:
        agenda.record_attendance(session_id=pk, states=states, actor=request.user)
    except RuleBroken as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Kehadiran tersimpan."))
    return redirect("plenary_detail", pk)


@require_POST
@one_time
def plenary_agenda(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A new order: one number per nomination."""
    _session(request, pk)
    places = {
        int(name.removeprefix("place_")): int(value)
        for name, value in request.POST.items()
        if name.startswith("place_") and name[6:].isdecimal() and value.isdecimal() and int(value) < LARGEST
    }
    agenda.order_agenda(session_id=pk, places=places, actor=request.user)
    messages.success(request, _("Urutan acara tersimpan."))
    return redirect("plenary_detail", pk)


@require_POST
@one_time
def plenary_update(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Members and nominations that came since the session was planned."""
    _session(request, pk)
    added = agenda.update_session(session_id=pk, actor=request.user)
    messages.success(request, _("Acara dan anggota diperbarui. Usulan baru: %(count)d.") % {"count": added})
    return redirect("plenary_detail", pk)


@require_POST
@one_time
def plenary_discuss(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one item in the room, or none."""
    _session(request, pk)
    given = request.POST.get("nomination", "")
    try:
        agenda.discuss(session_id=pk, nomination_id=int(given) if given.isdecimal() else None, actor=request.user)
    except RuleBroken as error:
        messages.error(request, error.message)
        return redirect("plenary_detail", pk)
    return redirect("plenary_now", pk)


@require_safe
def plenary_now(request: HttpRequest, pk: int) -> HttpResponse:
    """What the room talks about now, for the screen in the room and the members' own phones. At most twelve queries."""
    session = get_object_or_404(sessions().select_related(*CURRENT), pk=pk)
    attendances = attendances_of(session)
    hidden_unless(can_follow(request.user, session, attendances))
    nomination = session.current
    outside = outside_of(session, [nomination.pk])[nomination.pk] if nomination else {}
    context: dict[str, Any] = {"session": session, "outside": request.user.pk in outside, "item": None}
    if nomination and not context["outside"]:
        room = room_from(attendances, outside, session.quorum_percent)
        found = mismatches_of([nomination.pk]).get(nomination.pk, [])
        context |= {
            "item": discussed(nomination, results_of(nomination), moderations_of(nomination, submitted_only=True)),
            "mismatches": mismatch_block(found, notes_of(nomination.pk), digest_of(found)) if found else None,
            "room": room,
        }
    context["may_record"] = bool(is_chair(request.user))
    return render(request, "scoring/plenary_now.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def plenary_tie(request: HttpRequest, pk: int, category_id: int, place: int) -> HttpResponseBase:
    """The order of those who share a place."""
    session = _session(request, pk)
    category = get_object_or_404(Category, pk=category_id)
    rows = [one for one in finalists(session.period_id) if one.category_id == category_id]
    tied = _tied(rows, place)
    if not tied or _is_aside(request, session, category_id, rows):
        raise Http404
    form = TieOrderForm(request.POST or None, nominations=tied)
    if request.method == "POST" and form.is_valid():
        try:
            agenda.decide_tie(
                session_id=pk,
                category_id=category_id,
                entries=form.entries(),
                reason=form.cleaned_data["reason"],
                actor=request.user,
            )
        except RuleBroken as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Urutan tercatat."))
            return redirect("plenary_detail", pk)
    context = {"session": session, "category": category, "place": place, "form": form}
    return render(request, "scoring/plenary_tie.html", context, status=422 if form.errors else 200)


def _tied(rows: list[Nomination], place: int) -> list[Nomination]:
    """Who shares this place by score and declared keys, whether or not the panel has ordered them before."""
    ranked = (row for group in ranked_categories(rows) for row in group["rows"])
    return [row["nomination"] for row in ranked if row["panel_decides"] and row["rank"] == place]


def _is_aside(request: HttpRequest, session: Any, category_id: int, rows: list[Nomination]) -> bool:
    """Whether something of the category is hidden from the chair: then another one orders what shares a place."""
    if category_id in recused_by_category(request.user, session.period_id):
        return True
    return bool(hidden_from(request.user, session, [one.pk for one in rows]))


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def plenary_bulk(request: HttpRequest, pk: int, category_id: int) -> HttpResponseBase:
    """Recommend everything of a category that waits, after a page that says what would change and what would not."""
    session = _session(request, pk)
    category = get_object_or_404(Category, pk=category_id, award=session.period.award_id)
    error = ""
    if request.method == "POST":
        seen = {int(given) for given in request.POST.getlist("seen") if given.isdecimal() and len(given) < 10}
        try:
            count = recommend_many(session_id=pk, category_id=category_id, seen=seen, actor=request.user)
        except RuleBroken as refused:
            error = refused.message
        else:
            messages.success(request, _("%(count)d usulan direkomendasikan.") % {"count": count})
            return redirect("plenary_detail", pk)
    plan = bulk_plan(session=session, category_id=category_id, actor=request.user)
    context = {"session": session, "category": category, "plan": plan, "left": left_rows(plan.left), "error": error}
    return render(request, "scoring/plenary_bulk.html", context, status=422 if error else 200)
