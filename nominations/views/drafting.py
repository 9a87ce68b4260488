"""Filling in a nomination."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.comparison import compare
from core.errors import RuleBroken, StaleVersion
from core.http import require
from core.onetime import one_time
from nominations.enums import EntryKind, Topic
from nominations.forms.drafting import AnswerForm, BeneficiaryForm, CandidateForm
from nominations.models import Beneficiary, CandidateEntry, Nomination
from nominations.policies import can_edit, can_edit_page
from nominations.presenters.conflicts import beneficiary_rows, candidate_rows, conflict_of
from nominations.presenters.documents import page_note
from nominations.presenters.tasks import next_url, saved_text
from nominations.rules import BENEFICIARIES, SUBJECT
from nominations.selectors.dossiers import answer_of
from nominations.selectors.findings import beneficiary_gaps
from nominations.services import answers, drafting
from nominations.views.access import editable_nomination, from_check, topic_or_404, whole_number

GET_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_POST)
@one_time
def nomination_answer(request: HttpRequest, pk: int, question: str) -> HttpResponseBase:
    """One topic. What was typed stays in the form whatever the server says."""
    nomination = editable_nomination(request, pk)
    topic = topic_or_404(nomination, question)
    if request.POST.get("take") == "theirs":  # after a conflict: what is stored stays
        return redirect(request.path)
    verdict, stored = can_edit_page(request.user, nomination, topic), answer_of(nomination, topic)
    if request.method == "POST":
        require(verdict)
    elif not verdict:
        context = {"nomination": nomination, "question": topic, "answer": stored, "reason": verdict.reason}
        return render(request, "nominations/locked.html", context)
    form = AnswerForm(_chosen(request) or None, question=topic, answer=stored)
    if request.method == "POST" and form.is_valid():
        try:
            save = answers.replace_answer if "mine" in request.POST else drafting.save_answer
            saved = save(nomination_id=pk, question=topic, actor=request.user, **form.cleaned_data)
        except StaleVersion as error:
            return _answer_conflict(request, nomination, topic, error.message)
        messages.success(request, saved_text(saved, nomination.region.timezone))
        return redirect(_after_saving(request, nomination, topic))
    note = page_note(nomination, topic)
    context = {"form": form, "nomination": nomination, "question": topic, "answer": stored, "page_note": note}
    return render(request, "nominations/answer.html", context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest) -> QueryDict:
    """The post; after a conflict it may ask for one's own text as it was, whatever stands in the merged one."""
    data = request.POST.copy()
    if data.get("take") == "mine":
        data["text"] = data.get("mine", "")
    return data


def _answer_conflict(request: HttpRequest, nomination: Nomination, question: Topic, message: str) -> HttpResponse:
    """Both texts side by side. The next save is made on purpose, against the version that this page shows.

    Where nothing is stored yet there is nothing to compare: the form comes back with what was typed.
    """
    stored = answer_of(nomination, question)
    data = _chosen(request)
    data["version"] = stored.version if stored else 0
    form = AnswerForm(data, question=question, answer=stored)
    if stored:  # before the form is checked: its fields keep the label that they have then
        form.fields["text"].label = _("Isian gabungan")
        form.fields["text"].help_text = _("Mulai dari isian Anda. Ambil yang perlu dari isian yang tersimpan.")
    form.add_error(None, message)
    context = {"form": form, "nomination": nomination, "question": question, "answer": stored}
    if stored is None:
        context["page_note"] = page_note(nomination, question)
        return render(request, "nominations/answer.html", context, status=StaleVersion.status)
    mine = form.cleaned_data["text"]
    context |= {"mine": mine, "conflict": conflict_of(stored, compare([("", stored.text, mine)]))}
    return render(request, "nominations/answer_conflict.html", context, status=StaleVersion.status)


def _after_saving(request: HttpRequest, nomination: Nomination, question: Topic) -> str:
    if "stay" not in request.POST and from_check(request):
        return reverse("nomination_check", args=[nomination.pk])
    if "next" in request.POST:
        return next_url(nomination, question)
    return request.get_full_path() if "stay" in request.POST else reverse("nomination_detail", args=[nomination.pk])


@require_http_methods(GET_POST)
@one_time
def candidate_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = _candidate_nomination(request, pk)
    verdict = can_edit_page(request.user, nomination, SUBJECT)
    if request.method != "POST" and not verdict and can_edit(request.user, nomination):
        return redirect("nomination_content", pk)  # a return has left it locked: to be read there
    require(verdict)
    form = CandidateForm(request.POST or None, category=nomination.category, entry=nomination.candidate_entry)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        try:
            drafting.save_candidate(nomination_id=pk, candidate=values, version=version, actor=request.user)
        except RuleBroken as error:
            form.add_error(None, error.message)
        except StaleVersion as error:
            return _candidate_conflict(request, nomination, error)
        else:
            return redirect("nomination_check" if from_check(request) else "nomination_detail", pk)
    context = {"form": form, "nomination": nomination, "page_note": page_note(nomination, SUBJECT)}
    return render(request, "nominations/candidate.html", context, status=422 if form.errors else 200)


def _candidate_conflict(request: HttpRequest, nomination: Nomination, error: StaleVersion) -> HttpResponse:
    """What was typed beside what is stored now. The next save is made on purpose, against the version shown here."""
    stored = CandidateEntry.objects.select_related("saved_by").get(nomination=nomination)
    data = request.POST.copy()
    data["version"] = stored.version
    form = CandidateForm(data, category=nomination.category, entry=stored)
    form.add_error(None, error.message)
    context = {"form": form, "nomination": nomination, "page_note": page_note(nomination, SUBJECT)}
    context["conflict"] = conflict_of(stored, candidate_rows(stored, form))
    return render(request, "nominations/candidate.html", context, status=error.status)


@require_safe
def beneficiary_list(request: HttpRequest, pk: int) -> HttpResponse:
    nomination = _candidate_nomination(request, pk)
    rows = list(nomination.candidate_entry.beneficiaries.all())
    context = {
        "nomination": nomination,
        "beneficiaries": rows,
        "gaps": beneficiary_gaps(nomination, rows),
        "verdict": can_edit_page(request.user, nomination, BENEFICIARIES),
        "page_note": page_note(nomination, BENEFICIARIES),
    }
    return render(request, "nominations/beneficiaries.html", context)


def _candidate_nomination(request: HttpRequest, pk: int) -> Nomination:
    nomination = editable_nomination(request, pk)
    if nomination.period.award.entry_kind != EntryKind.CANDIDATE:
        raise Http404
    return nomination


def _open_beneficiaries(request: HttpRequest, pk: int) -> Nomination:
    nomination = _candidate_nomination(request, pk)
    require(can_edit_page(request.user, nomination, BENEFICIARIES))
    return nomination


@require_http_methods(GET_POST)
@one_time
def beneficiary_add(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _beneficiary_form(request, _open_beneficiaries(request, pk), None)


@require_http_methods(GET_POST)
@one_time
def beneficiary_edit(request: HttpRequest, pk: int, beneficiary_id: int) -> HttpResponseBase:
    nomination = _open_beneficiaries(request, pk)
    row = get_object_or_404(nomination.candidate_entry.beneficiaries, pk=beneficiary_id)
    return _beneficiary_form(request, nomination, row)


def _beneficiary_form(request: HttpRequest, nomination: Nomination, row: Beneficiary | None) -> HttpResponseBase:
    form = BeneficiaryForm(request.POST or None, period=nomination.period, beneficiary=row)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        facts = {"nomination_id": nomination.pk, "beneficiary_id": row.pk if row else None, "actor": request.user}
        try:
            drafting.save_beneficiary(version=values.pop("version") or 0, values=values, **facts)
        except RuleBroken as error:
            form.add_error("name", error.message)
        except StaleVersion as error:
            return _beneficiary_conflict(request, nomination, row, error)
        else:
            return redirect("beneficiary_list", nomination.pk)
    context = {"form": form, "nomination": nomination, "beneficiary": row}
    return render(request, "nominations/beneficiary.html", context, status=422 if form.errors else 200)


def _beneficiary_conflict(
    request: HttpRequest, nomination: Nomination, row: Beneficiary | None, error: StaleVersion
) -> HttpResponse:
    """What was typed beside the row as it is stored now. Of a row that was removed there is only the message."""
    stored = nomination.candidate_entry.beneficiaries.select_related("saved_by").filter(pk=row and row.pk).first()
    if stored is None:
        raise error
    data = request.POST.copy()
    data["version"] = stored.version
    form = BeneficiaryForm(data, period=nomination.period, beneficiary=stored)
    form.add_error(None, error.message)
    context = {"form": form, "nomination": nomination, "beneficiary": stored}
    context["conflict"] = conflict_of(stored, beneficiary_rows(stored, form))
    return render(request, "nominations/beneficiary.html", context, status=error.status)


@require_POST
@one_time
def beneficiary_remove(request: HttpRequest, pk: int, beneficiary_id: int) -> HttpResponseBase:
    nomination = _open_beneficiaries(request, pk)
    row = get_object_or_404(nomination.candidate_entry.beneficiaries, pk=beneficiary_id)
    version = whole_number(request.POST.get("version", ""))
    drafting.remove_beneficiary(nomination_id=pk, beneficiary_id=row.pk, version=version, actor=request.user)
    return redirect("beneficiary_list", pk)
