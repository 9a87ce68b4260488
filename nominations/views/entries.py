"""A candidate and its IKM binaan beside their forms: the saves while somebody types.

As in `nominations.views.answers`, the version does the work of a one-time key: a repeat finds its own values stored.
"""

from django.forms import Form
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.http import form_refusal, json_endpoint, refusal, require
from nominations.enums import EntryKind
from nominations.forms.drafting import BeneficiaryForm, CandidateForm
from nominations.models import Nomination
from nominations.policies import can_edit_page
from nominations.presenters.tasks import saved_text
from nominations.rules import BENEFICIARIES, SUBJECT
from nominations.services import drafting
from nominations.views.access import visible_row


@require_POST
@json_endpoint
def candidate_autosave(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything but the identity number, which waits for the form. At most twelve queries."""
    nomination = _open_entry(request, pk, SUBJECT)
    data = request.POST.copy()
    data.pop("identity_number", None)
    form = CandidateForm(data, category=nomination.category, entry=nomination.candidate_entry)
    if refused := _refused(form, "name", "address", "phone"):
        return refused
    values = dict(form.cleaned_data)
    version = values.pop("version")
    saved = drafting.save_candidate(nomination_id=pk, candidate=values, version=version, actor=request.user)
    return JsonResponse({"version": saved.version, "receipt": saved_text(saved, nomination.region.timezone)})


@require_POST
@json_endpoint
def beneficiary_autosave(request: HttpRequest, pk: int, beneficiary_id: int | None = None) -> HttpResponseBase:
    """One IKM binaan; the first save of a new one answers with the addresses that it has from now on.

    At most eleven queries.
    """
    nomination = _open_entry(request, pk, BENEFICIARIES)
    entry = nomination.candidate_entry
    row = get_object_or_404(entry.beneficiaries, pk=beneficiary_id) if beneficiary_id else None
    form = BeneficiaryForm(request.POST, period=nomination.period, beneficiary=row)
    if refused := _refused(form, "name", "place", "contact", "activity"):
        return refused
    values = dict(form.cleaned_data)
    version = values.pop("version") or 0
    saved = drafting.save_beneficiary(
        nomination_id=pk, beneficiary_id=beneficiary_id, values=values, version=version, actor=request.user
    )
    answer = {"version": saved.version, "receipt": saved_text(saved, nomination.region.timezone)}
    if row is None:
        answer |= {name: reverse(f"beneficiary_{name}", args=[pk, saved.pk]) for name in ("edit", "autosave")}
    return JsonResponse(answer)


def _open_entry(request: HttpRequest, pk: int, page: str) -> Nomination:
    nomination = visible_row(request, pk, "period__award", "region", "category", "candidate_entry")
    if nomination.entry_kind is not EntryKind.CANDIDATE:
        raise Http404
    require(can_edit_page(request.user, nomination, page))
    return nomination


def _refused(form: Form, *lines: str) -> JsonResponse | None:
    """The refusal of what cannot be stored. A post without one of its lines is a broken one; it clears nothing."""
    if not form.data.keys() >= set(lines):
        return refusal(422, str(form.fields["version"].error_messages["required"]))
    return None if form.is_valid() else form_refusal(form)
