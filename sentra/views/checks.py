"""Marking numbers as compared, and showing a hidden one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import formats
from core.http import require
from core.identifiers import Kind, display
from core.onetime import one_time
from core.reveal import show_once
from sentra import policies
from sentra.enums import CheckedNumber
from sentra.forms.check import CheckForm
from sentra.presenters.permits import check_text, permit_number, permit_title
from sentra.presenters.records import crumbs, page_of
from sentra.selectors.living import checks_of, visible_checks
from sentra.services.checks import check_number, check_permit, show_npwp, withdraw_check
from sentra.views.access import form_page, version_of, visible_ikm_or_404, visible_permit_or_404


@form_page
@one_time
def number_check(request: HttpRequest, pk: int, number: str) -> HttpResponseBase:
    ikm = visible_ikm_or_404(request, pk)
    if number not in list(CheckedNumber):
        raise Http404
    what = CheckedNumber(number)
    require(policies.can_check_numbers(request.user, ikm.sentra))
    form = CheckForm(request.POST or None, what=what)
    if form.is_valid():
        check_number(ikm_id=pk, number=what, version=version_of(request), actor=request.user, **form.cleaned_data)
        messages.success(request, _("%(number)s ditandai sudah dicocokkan.") % {"number": number.upper()})
        return redirect("ikm_detail", pk)
    shown = {CheckedNumber.NIB: display(Kind.NIB, ikm.nib), CheckedNumber.NPWP: formats.mask_id(ikm.npwp)}[what]
    context = {"row": ikm, "label": number.upper(), "number": shown, "hidden": what is CheckedNumber.NPWP}
    context["check"] = checks_of(ikm, []).get(what)
    return _answer(request, form, context | {"caption": ikm.name, "crumbs": crumbs(ikm.sentra, ikm)})


@form_page
@one_time
def permit_check(request: HttpRequest, pk: int) -> HttpResponseBase:
    permit = visible_permit_or_404(request, pk)
    ikm = permit.ikm
    require(policies.can_check_numbers(request.user, ikm.sentra))
    form = CheckForm(request.POST or None, what=permit.kind)
    if form.is_valid():
        check_permit(permit_id=pk, version=version_of(request), actor=request.user, **form.cleaned_data)
        messages.success(request, _("%(permit)s ditandai sudah dicocokkan.") % {"permit": permit_title(permit)})
        return redirect(page_of(permit))
    dates = [formats.date_long(day) for day in (permit.issued_on, permit.expires_on) if day]
    context = {"row": permit, "label": permit_title(permit), "number": permit_number(permit), "dates": dates}
    context["check"] = checks_of(ikm, [permit]).get(permit.pk)
    return _answer(request, form, context | {"caption": ikm.name, "crumbs": crumbs(ikm.sentra, ikm)})


@require_POST
@one_time
def check_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = get_object_or_404(visible_checks(request.user), pk=pk)
    ikm = withdraw_check(check_id=row.pk, actor=request.user)
    messages.success(request, _("Tanda pencocokan dicabut."))
    return redirect("ikm_detail", ikm.pk)


@require_POST
@one_time
def ikm_npwp(request: HttpRequest, pk: int) -> HttpResponseBase:
    ikm = visible_ikm_or_404(request, pk)
    show_npwp(ikm_id=pk, actor=request.user)
    show_once(request, ikm)
    return redirect("ikm_detail", pk)


def _answer(request: HttpRequest, form: CheckForm, context: dict[str, Any]) -> HttpResponseBase:
    """`check` is the mark that stands now; who may set one may take it back."""
    context["check_text"] = check_text(context["check"])
    status = 422 if request.method == "POST" else 200
    return render(request, "sentra/check_form.html", context | {"form": form}, status=status)
