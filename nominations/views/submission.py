from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RuleBroken
from core.http import require
from core.onetime import one_time
from nominations.enums import Action, Status
from nominations.forms.drafting import DeclarationForm, ReasonForm
from nominations.models import Nomination
from nominations.policies import can_act, can_withdraw
from nominations.presenters.deadlines import closed_text
from nominations.presenters.documents import check_sections, documents_url, mark_links, marked_documents
from nominations.presenters.tasks import deadline_of, gap_links
from nominations.selectors.contents import snapshot_data
from nominations.selectors.dossiers import filled_of, latest_snapshot
from nominations.selectors.findings import gaps_of
from nominations.selectors.reopening import repair_with_register, returned_of
from nominations.services.submission import submit_nomination, withdraw_nomination
from nominations.views.access import visible_nomination


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def nomination_check(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = visible_nomination(request, pk)
    require(can_act(request.user, nomination, _submit_action(nomination)))
    form = DeclarationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            submit_nomination(nomination_id=pk, declared=form.cleaned_data["declared"], actor=request.user)
        except RuleBroken as error:
            form.add_error(None, error.message)
        else:
            return redirect("nomination_receipt", pk)
    filled, returned = filled_of(nomination), returned_of(nomination)
    data, deadline, gaps = snapshot_data(nomination, filled), deadline_of(nomination), gaps_of(nomination, filled)
    repair = repair_with_register(nomination, returned, filled, gaps) if returned else None
    context = {
        "nomination": nomination,
        "form": form,
        "gaps": gap_links(nomination, gaps),
        "repairs": mark_links(nomination, repair.waiting) if repair else [],
        "sections": check_sections(nomination, data, repair),
        "documents": marked_documents(data["documents"]),
        "documents_url": documents_url(nomination, repair),
        "deadline": deadline,
        "closed": closed_text(deadline, nomination.region.timezone),
    }
    return render(request, "nominations/check.html", context, status=422 if form.errors else 200)


def _submit_action(nomination: Nomination) -> Action:
    return Action.RESUBMIT if nomination.status == Status.RETURNED else Action.SUBMIT


@require_safe
def nomination_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    nomination = visible_nomination(request, pk)
    snapshot = latest_snapshot(nomination)
    if snapshot is None:
        raise Http404
    return render(request, "nominations/receipt.html", {"nomination": nomination, "snapshot": snapshot})


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def nomination_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = visible_nomination(request, pk)
    require(can_withdraw(request.user, nomination))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw_nomination(nomination_id=pk, reason=form.cleaned_data["reason"], actor=request.user)
        return redirect("nomination_detail", pk)
    context = {"nomination": nomination, "form": form}
    return render(request, "nominations/withdraw.html", context, status=422 if form.errors else 200)
