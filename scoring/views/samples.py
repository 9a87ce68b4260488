"""Samples of a nomination: receipt, label, and who has had them in hand."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError, NotPermitted, RuleBroken, StaleVersion
from core.http import private_file, require
from core.onetime import one_time
from nominations.models import Nomination
from scoring.enums import CustodyKind
from scoring.forms.samples import ReceiptForm, StepForm
from scoring.models import SampleReceipt
from scoring.policies import can_move_sample, can_open_sheet, can_receive_sample, can_view_board
from scoring.presenters.samples import custody_entries, sample_row
from scoring.rules import CUSTODY_ENDS
from scoring.selectors.samples import first_broken_step, open_assignments, sample_rows, samples_of
from scoring.selectors.stages import assessed_nominations
from scoring.services import samples
from scoring.services.samples import Step
from scoring.views.access import posted_number


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def sample_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The samples of a nomination, and for the Sekretariat the form for one that arrives."""
    nomination = _seen_nomination(request, pk)
    may_receive = can_receive_sample(request.user, nomination)
    form, error = ReceiptForm(request.POST or None, now=timezone.now()), ""
    if request.method == "POST":
        require(may_receive)
        if form.is_valid():
            try:
                receipt = _receive(pk, form, request.user)
            except RuleBroken as refusal:
                error = refusal.message
            else:
                messages.success(request, _("Contoh produk diterima. Tanda terima dan labelnya sedang dibuat."))
                return redirect("sample_detail", receipt.code)
    context = {
        "nomination": nomination,
        "samples": [sample_row(receipt) for receipt in samples_of(pk)],
        "form": form if may_receive else None,
        "refusal": may_receive.reason,
        "error": error,
    }
    return render(request, "scoring/samples.html", context, status=422 if request.method == "POST" else 200)


def _receive(pk: int, form: ReceiptForm, actor: Any) -> SampleReceipt:
    data = form.cleaned_data
    return samples.receive_sample(
        nomination_id=pk,
        description=data["description"],
        count=data["count"],
        step=Step(**form.step(kind=CustodyKind.RECEIVED, given_by=data["given_by"])),
        actor=actor,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def sample_detail(request: HttpRequest, code: str) -> HttpResponseBase:
    """Where a sample is, how it got there, and the next step. The QR code on its label leads here."""
    receipt = _seen_sample(request, code)
    mine = open_assignments(request.user, receipt.nomination_id)
    kinds = [
        kind for kind in CustodyKind if kind is not CustodyKind.RECEIVED and can_move_sample(request.user, kind, mine)
    ]
    form, error = StepForm(request.POST or None, kinds=kinds, now=timezone.now()), None
    if request.method == "POST":
        require(can_move_sample(request.user, CustodyKind.TESTED, mine))
        if form.is_valid():
            try:
                _move(request, receipt, form)
            except (StaleVersion, NotPermitted, RuleBroken) as refusal:
                error = refusal
            else:
                messages.success(request, _("Langkah tercatat."))
                return redirect("sample_detail", code)
    return _sample_page(request, receipt, form if kinds else None, error)


def _move(request: HttpRequest, receipt: SampleReceipt, form: StepForm) -> None:
    step = Step(**form.step(kind=CustodyKind(form.cleaned_data["kind"])))
    samples.move_sample(receipt_id=receipt.pk, step=step, number=posted_number(request, "number"), actor=request.user)


def _sample_page(
    request: HttpRequest, receipt: SampleReceipt, form: StepForm | None, error: DomainError | None
) -> HttpResponse:
    """After a conflict the page shows the step that came between and asks again."""
    if error:
        receipt = sample_rows().get(pk=receipt.pk)
    last = max(receipt.events.all(), key=lambda event: event.number)
    context = {
        "nomination": receipt.nomination,
        "receipt": receipt,
        "row": sample_row(receipt),
        "entries": custody_entries(receipt.events.all()),
        "broken": first_broken_step(receipt),
        "last": last,
        "form": form if last.kind not in CUSTODY_ENDS else None,
        "error": error.message if error else "",
    }
    status = error.status if error else 422 if request.method == "POST" else 200
    return render(request, "scoring/sample.html", context, status=status)


@require_safe
def sample_pdf(request: HttpRequest, code: str) -> HttpResponseBase:
    receipt = _seen_sample(request, code)
    if receipt.pdf is None:
        raise NotPermitted(_("Tanda terima sedang dibuat. Coba lagi sebentar lagi."))
    return private_file(receipt.pdf)


def _seen_nomination(request: HttpRequest, pk: int) -> Nomination:
    """For who sees the board, and for its scorers once their file is open; else 404."""
    if can_view_board(request.user):
        rows = assessed_nominations(request.user).select_related("period__award", "category", "region__parent")
        return get_object_or_404(rows, pk=pk)
    mine = open_assignments(request.user, pk)
    if not mine:
        raise Http404
    require(can_open_sheet(request.user, mine[0]))
    return mine[0].nomination


def _seen_sample(request: HttpRequest, code: str) -> SampleReceipt:
    receipt = get_object_or_404(sample_rows(), code=code)
    _seen_nomination(request, receipt.nomination_id)
    return receipt
