"""The province's comments and objections on a nomination."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.http import require
from core.onetime import one_time
from core.paging import page_of
from nominations.forms.correspondence import CommentForm, ObjectionForm
from nominations.models import Nomination
from nominations.policies import can_comment, can_lift_objection, can_object
from nominations.selectors.correspondence import comments_of, objections_of
from nominations.services import province
from nominations.views.access import nomination_to_talk_about

PAGE_SIZE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def province_comments(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Comments, the newest first, and objections. Seven queries."""
    nomination = nomination_to_talk_about(request, pk)
    if request.method == "POST":
        require(can_comment(request.user, nomination))
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        province.write_comment(nomination=nomination, body=form.cleaned_data["body"], actor=request.user)
        messages.success(request, _("Catatan terkirim ke daerah."))
        return redirect("province_comments", pk)
    return _page(request, nomination, form, ObjectionForm())


@require_POST
@one_time
def objection_record(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = nomination_to_talk_about(request, pk)
    require(can_object(request.user, nomination))
    form = ObjectionForm(request.POST)
    if form.is_valid():
        province.record_objection(nomination_id=pk, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("Keberatan tercatat. Sekretariat dan daerah diberi tahu."))
        return redirect("province_comments", pk)
    return _page(request, nomination, CommentForm(), form)


@require_POST
@one_time
def objection_lift(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = nomination_to_talk_about(request, pk)
    require(can_lift_objection(request.user, nomination))
    province.lift_objection(nomination_id=pk, actor=request.user)
    messages.success(request, _("Keberatan dicabut. Sekretariat dan daerah diberi tahu."))
    return redirect("province_comments", pk)


def _page(request: HttpRequest, nomination: Nomination, form: CommentForm, objection: ObjectionForm) -> HttpResponse:
    objections = objections_of(nomination)
    standing = next((one for one in objections if not one.lifted_at), None)
    context = {
        "nomination": nomination,
        "page": page_of(comments_of(nomination), request.GET, size=PAGE_SIZE),
        "form": form,
        "objection_form": objection,
        "objections": objections,
        "standing": standing,
        "may_comment": can_comment(request.user, nomination),
        "may_object": not standing and can_object(request.user, nomination),
        "may_lift": standing and can_lift_objection(request.user, nomination),
    }
    bad = form.errors or objection.errors
    return render(request, "nominations/province_comments.html", context, status=422 if bad else 200)
