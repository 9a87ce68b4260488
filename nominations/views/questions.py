"""Questions and answers between a district and the Sekretariat."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.roles import SECRETARIAT
from core.http import require
from core.onetime import one_time
from core.paging import oldest_first, page_of
from nominations.enums import DocumentStage
from nominations.forms.correspondence import AnswerForm, QuestionForm
from nominations.models import Question
from nominations.policies import can_answer, can_ask, can_close_question
from nominations.presenters.correspondence import parts_of, question_row
from nominations.selectors.correspondence import questions_of
from nominations.services import questions
from nominations.views.access import nomination_to_talk_about

PAGE_SIZE = 20


@require_safe
def question_queue(request: HttpRequest) -> HttpResponse:
    """What waits for this person's answer, the oldest question first. Six queries."""
    if not request.user.has_role(Role.DISTRICT_OFFICER, *SECRETARIAT):
        raise Http404
    waiting = Question.objects.visible_to(request.user).waiting_for(request.user)
    rows = waiting.select_related("nomination__region").prefetch_related("messages__author")
    page = oldest_first(rows, request.GET, by="asked_at")
    context = {"page": page, "rows": [question_row(question, request.user) for question in page.items]}
    return render(request, "nominations/question_queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def question_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All questions of a nomination, the newest first, and the form for another. Nine queries at most."""
    nomination = nomination_to_talk_about(request, pk)
    may_ask = can_ask(request.user, nomination)
    if request.method == "POST":
        require(may_ask)
    parts = parts_of(nomination, DocumentStage.NOMINATION) if may_ask else []
    form = QuestionForm(request.POST or None, parts=parts)
    if request.method == "POST" and form.is_valid():
        question = questions.ask_question(nomination=nomination, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Pertanyaan terkirim."))
        return redirect("question_detail", pk, question.pk)
    page = page_of(questions_of(nomination), request.GET, size=PAGE_SIZE)
    context = {
        "nomination": nomination,
        "form": form,
        "may_ask": may_ask,
        "page": page,
        "rows": [question_row(question, request.user) for question in page.items],
    }
    return render(request, "nominations/question_list.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def question_detail(request: HttpRequest, pk: int, question_id: int) -> HttpResponseBase:
    nomination = nomination_to_talk_about(request, pk)
    question = get_object_or_404(questions_of(nomination), pk=question_id)
    may_answer = can_answer(request.user, question)
    if request.method == "POST":
        require(may_answer)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        questions.answer_question(question_id=question_id, body=form.cleaned_data["body"], actor=request.user)
        messages.success(request, _("Tanggapan terkirim."))
        return redirect("question_detail", pk, question_id)
    context = {
        "nomination": nomination,
        "row": question_row(question, request.user),
        "form": form,
        "may_answer": may_answer,
        "may_close": can_close_question(request.user, question),
    }
    return render(request, "nominations/question_detail.html", context, status=422 if form.errors else 200)


@require_POST
@one_time
def question_close(request: HttpRequest, pk: int, question_id: int) -> HttpResponseBase:
    nomination = nomination_to_talk_about(request, pk)
    question = get_object_or_404(questions_of(nomination), pk=question_id)
    require(can_close_question(request.user, question))
    questions.close_question(question_id=question_id, actor=request.user)
    messages.success(request, _("Pertanyaan dinyatakan selesai."))
    return redirect("question_detail", pk, question_id)
