"""Scorers who are far apart: the report, and the record that settles a case."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from core.errors import RuleBroken
from core.http import require
from core.onetime import one_time
from core.paging import counted_page, rows_before
from nominations.models import Nomination, Period
from scoring.forms.decision import ModerationForm
from scoring.models import Sheet, Stage
from scoring.policies import can_close_stage, can_view_scores, can_view_scores_now
from scoring.presenters.moderations import differences, moderation_entries, moderation_state
from scoring.selectors.assignments import owed_by
from scoring.selectors.moderations import far_apart, moderations_of, newest_moderation
from scoring.selectors.panel import leads_of
from scoring.selectors.people import moderation_people
from scoring.selectors.stages import current_stage
from scoring.services.moderations import ModerationFacts, discrepancies_of, record_moderation
from scoring.services.viewing import record_views
from scoring.views.access import hidden_unless
from scoring.views.board import scored_nomination

PAGE_SIZE = 20


@require_safe
def discrepancy_report(request: HttpRequest) -> HttpResponse:
    """Nominations whose scorers are further apart than the threshold; that they were seen is recorded.

    At most 18 queries whatever the number, three of them for the record.
    """
    hidden_unless(can_view_scores(request.user))
    periods = list(Period.objects.order_by("-year", "award"))
    chosen = request.GET.get("periode", "")
    period = next((one for one in periods if str(one.pk) == chosen), periods[0] if periods else None)
    leads = leads_of(period.pk) if period else {}
    own = {pk for pk, lead in leads.items() if lead.user_id == request.user.pk}
    mine = bool(own) and request.GET.get("milik") == "1"
    found = far_apart(request.user, period_id=period.pk, category_ids=own if mine else None) if period else []
    first = rows_before(request.GET)
    rows = discrepancies_of(found[first : first + PAGE_SIZE])
    owed = owed_by(request.user, [row.nomination for row in rows])
    shown = [row for row in rows if can_view_scores_now(request.user, row.nomination, owed)]
    record_views(nominations=[row.nomination for row in shown], actor=request.user)
    context = {
        "periods": periods,
        "period": period,
        "leads": bool(own),
        "mine": mine,
        "rows": [
            {
                "row": row,
                "state": moderation_state(row.moderation, moderated=row.moderated, reopened=row.reopened),
                "differences": differences(row.sheets),
                "lead": leads.get(row.nomination.category_id),
            }
            for row in shown
        ],
        "page": counted_page(rows, request.GET, count=len(found), size=PAGE_SIZE),
    }
    return render(request, "scoring/discrepancies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def moderation(request: HttpRequest, pk: int, stage_id: int) -> HttpResponseBase:
    """The record on one discrepancy: kept as a draft, or handed in."""
    nomination = scored_nomination(request, pk)
    stage = current_stage(nomination)
    require(can_close_stage(request.user, nomination, stage_id, stage))
    assert stage is not None  # noqa: S101 - the policy has refused it
    form = _form(request, nomination, stage)
    if request.method == "POST" and form.is_valid():
        submit = request.POST.get("kirim") == "1"
        try:
            record_moderation(
                nomination_id=pk,
                stage_id=stage_id,
                facts=ModerationFacts(**form.facts()),
                submit=submit,
                actor=request.user,
            )
        except RuleBroken as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Catatan moderasi terkirim.") if submit else _("Konsep catatan tersimpan."))
            return redirect("nomination_scores", pk)
    context = {
        "nomination": nomination,
        "stage": stage,
        "form": form,
        "moderations": moderation_entries(m for m in moderations_of(nomination) if m.stage_id == stage_id),
    }
    return render(request, "scoring/moderation.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, nomination: Nomination, stage: Stage) -> ModerationForm:
    people = moderation_people(nomination, stage)
    sheets = Sheet.objects.filter(nomination=nomination, stage=stage, assignment__status="active")
    newest = newest_moderation(nomination, stage)
    initial: dict[str, Any] = {"participants": [person.pk for person in people]}
    if newest and not newest.submitted:
        taking_part = list(newest.participants.values_list("pk", flat=True))
        initial = {"discussion": newest.discussion, "decision": newest.decision, "participants": taking_part}
    return ModerationForm(
        request.POST or None,
        people=User.objects.filter(pk__in=[person.pk for person in people]).order_by("name"),
        sheets=sheets.select_related("assessor").order_by("assessor__name"),
        initial=initial,
    )
