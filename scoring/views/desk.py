"""The scorer's desk and the word on conflicts of interest."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import SCORERS
from core.http import require
from core.onetime import one_time
from core.paging import page_of
from core.verdict import ALLOWED, denied
from scoring.forms import DeclarationForm
from scoring.policies import can_declare
from scoring.presenters.blind import shown_nomination
from scoring.presenters.work import closed_file_facts, desk_row, work_url
from scoring.selectors.desk import desk_assignments
from scoring.services.assignments import declare_interest as declare
from scoring.views.access import hidden_unless, own_assignment


@require_safe
def assessor_desk(request: HttpRequest) -> HttpResponse:
    """What the scorer still has to do, or has done. Four queries besides the session."""
    hidden_unless(ALLOWED if request.user.roles & SCORERS else denied(""))
    done = request.GET.get("tampil") == "selesai"
    page = page_of(desk_assignments(request.user, done=done), request.GET)
    rows = [desk_row(assignment) for assignment in page.items]
    return render(request, "scoring/desk.html", {"page": page, "rows": rows, "done": done})


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def declare_interest(request: HttpRequest, pk: int) -> HttpResponseBase:
    assignment = own_assignment(request, pk)
    require(can_declare(request.user, assignment))
    form = DeclarationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        declare(
            nomination_id=assignment.nomination_id,
            has_conflict=form.has_conflict,
            reason=form.cleaned_data["reason"],
            actor=request.user,
        )
        if form.has_conflict:
            messages.success(request, _("Pernyataan tersimpan. Anda tidak lagi menilai usulan itu."))
            return redirect("assessor_desk")
        return redirect(work_url(assignment))
    context = {"nomination": shown_nomination(assignment), "form": form, "facts": closed_file_facts(assignment)}
    return render(request, "scoring/declare.html", context, status=422 if form.errors else 200)
