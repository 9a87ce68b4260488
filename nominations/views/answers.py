"""A topic of a dossier beside its form: autosave and earlier versions."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.comparison import compare
from core.http import form_refusal, json_endpoint, require
from core.onetime import one_time
from nominations.forms.drafting import AnswerForm
from nominations.models import AnswerVersion
from nominations.policies import can_edit_page
from nominations.presenters.tasks import saved_text
from nominations.selectors.dossiers import answer_of, earlier_versions
from nominations.services import answers, drafting
from nominations.views.access import editable_topic, topic_or_404, visible_row, whole_number


@require_POST
@json_endpoint
def nomination_answer_autosave(request: HttpRequest, pk: int, question: str) -> HttpResponseBase:
    """Save while somebody types; the receipt comes from the row that was stored. At most ten queries.

    No one-time key: its row would cost two writes at each pause, and the version does its work. A repeat finds its own
    text stored and gets the same receipt; anything else that was stored meanwhile is a 409.
    """
    nomination = visible_row(request, pk, "period__award", "region")
    topic = topic_or_404(nomination, question)
    require(can_edit_page(request.user, nomination, topic))
    form = AnswerForm(request.POST, question=topic, answer=None)
    if not form.is_valid():
        return form_refusal(form)
    saved = drafting.save_answer(nomination_id=pk, question=topic, actor=request.user, **form.cleaned_data)
    return JsonResponse({"version": saved.version, "receipt": saved_text(saved, nomination.region.timezone)})


@require_safe
def answer_versions(request: HttpRequest, pk: int, question: str) -> HttpResponse:
    """The texts that were overwritten, newest first."""
    nomination, topic = editable_topic(request, pk, question)
    context = {
        "nomination": nomination,
        "question": topic,
        "answer": answer_of(nomination, topic),
        "versions": earlier_versions(nomination, topic),
    }
    return render(request, "nominations/answer_versions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def answer_version(request: HttpRequest, pk: int, question: str, number: int) -> HttpResponseBase:
    """One earlier text beside the present one; a POST brings it back as a new version."""
    nomination, topic = editable_topic(request, pk, question)
    rows = AnswerVersion.objects.filter(nomination=nomination, question=topic).select_related("saved_by")
    earlier = get_object_or_404(rows, version=number)
    if request.method == "POST":
        version = whole_number(request.POST.get("version", ""))
        saved = answers.restore_answer(
            nomination_id=pk, question=topic, earlier=number, version=version, actor=request.user
        )
        receipt = saved_text(saved, nomination.region.timezone)
        messages.success(request, _("Versi %(number)d dipulihkan.") % {"number": number} + f" {receipt}")
        return redirect("nomination_answer", pk, question)
    present = answer_of(nomination, topic)
    context = {"nomination": nomination, "question": topic, "answer": present, "earlier": earlier}
    context["rows"] = compare([("", earlier.text, present.text)])
    return render(request, "nominations/answer_version.html", context)
