from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import SECRETARIAT
from core.errors import RuleBroken
from core.http import require
from core.onetime import one_time
from core.paging import page_of
from nominations.enums import Action, Status
from nominations.forms.verification import VerdictsForm
from nominations.models import Nomination
from nominations.policies import can_act, can_verify
from nominations.presenters.documents import summary_sections
from nominations.presenters.status import ACTIONS, status_tag
from nominations.selectors.correspondence import standing_objection
from nominations.services import verification
from nominations.views.access import visible_nomination


@require_safe
def verification_queue(request: HttpRequest) -> HttpResponse:
    """What waits for the Sekretariat. Eight queries at most."""
    if not request.user.has_role(*SECRETARIAT):
        raise Http404
    wanted = Status.UNDER_VERIFICATION if request.GET.get("status") == "diperiksa" else Status.SUBMITTED
    rows = Nomination.objects.visible_to(request.user).filter(status=wanted).with_list_columns()
    page = page_of(rows, request.GET)
    context = {
        "page": page,
        "rows": [{"nomination": n, "status": status_tag(n, request.user)} for n in page.items],
        "wanted": wanted,
    }
    return render(request, "nominations/queue.html", context)


@require_POST
@one_time
def verification_start(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = visible_nomination(request, pk)
    require(can_act(request.user, nomination, Action.START_VERIFICATION))
    verification.start_verification(nomination_id=pk, actor=request.user)
    return redirect("verification_detail", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def verification_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = visible_nomination(request, pk)
    require(can_verify(request.user, nomination))
    form = _verdicts_form(nomination, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        verification.save_verdicts(nomination_id=pk, verdicts=form.verdicts(), actor=request.user)
        messages.success(request, _("Hasil pemeriksaan dokumen tersimpan."))
        return redirect("verification_detail", pk)
    return _verification_page(request, nomination, form)


def _verdicts_form(nomination: Nomination, data: QueryDict | None) -> VerdictsForm:
    snapshot = nomination.snapshots.latest("number")
    given = {i: (v, n) for i, v, n in snapshot.verification_items.values_list("item_id", "verdict", "note")}
    items = list(verification.current_items(nomination).order_by("requirement__order"))
    return VerdictsForm(data, items=items, given=given)


def _verification_page(request: HttpRequest, nomination: Nomination, form: VerdictsForm) -> HttpResponse:
    snapshot = nomination.snapshots.latest("number")
    context = {
        "nomination": nomination,
        "form": form,
        "sections": summary_sections(snapshot.data),
        "snapshot": snapshot,
        "objection": standing_objection(nomination),
    }
    return render(request, "nominations/verification.html", context, status=422 if form.errors else 200)


@require_POST
@one_time
def verification_conclude(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The outcome, together with the verdicts on the same page, so that none of them is lost."""
    nomination = visible_nomination(request, pk)
    require(can_verify(request.user, nomination))
    form = _verdicts_form(nomination, request.POST)
    if form.is_valid():
        action, reason = form.cleaned_data["outcome"], form.cleaned_data["reason"]
        try:
            if action is None:
                raise RuleBroken(_("Pilih hasil verifikasi."))
            verification.conclude_verification(
                nomination_id=pk, action=action, reason=reason, verdicts=form.verdicts(), actor=request.user
            )
        except RuleBroken as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, ACTIONS[action])
            return redirect("verification_queue")
    return _verification_page(request, nomination, form)
