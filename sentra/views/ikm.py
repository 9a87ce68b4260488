"""Pages of IKM."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.http import require
from core.onetime import one_time
from core.paging import page_of
from core.reveal import shown_now
from sentra import policies
from sentra.forms.ikm import IkmForm
from sentra.models import Ikm
from sentra.presenters.notices import ikm_notices
from sentra.presenters.permits import number_checks, permit_rows
from sentra.presenters.records import crumbs, ikm_summary
from sentra.selectors.living import checks_of, permits_of
from sentra.services.ikm import register_ikm, update_ikm
from sentra.views.access import (
    follows_merge,
    form_answer,
    form_page,
    record_form,
    saved_or_refused,
    version_of,
    visible_ikm_or_404,
    visible_sentra_or_404,
)


@form_page
@one_time
def ikm_create(request: HttpRequest, pk: int) -> HttpResponseBase:
    sentra = visible_sentra_or_404(request, pk)
    require(policies.can_edit_sentra(request.user, sentra))
    form = record_form(IkmForm, request, Ikm(sentra=sentra))
    ikm = saved_or_refused(form, lambda values: register_ikm(sentra_id=pk, values=values, actor=request.user))
    if ikm:
        messages.success(request, _("%(name)s sudah terdaftar. Berikutnya, daftarkan produknya.") % {"name": ikm.name})
        return redirect("ikm_detail", ikm.pk)
    context = {"title": _("Daftarkan IKM"), "caption": sentra.name, "crumbs": crumbs(sentra)}
    return form_answer(request, "sentra/form_page.html", form, context)


@require_safe
@follows_merge
def ikm_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Nine queries for any number of products and permits."""
    ikm = visible_ikm_or_404(request, pk)
    permits = permits_of(ikm)
    checks = checks_of(ikm, permits)
    full_npwp = shown_now(request, ikm)
    context = {
        "ikm": ikm,
        "summary": ikm_summary(ikm, full_npwp=full_npwp),
        "full_npwp": full_npwp,
        "permits": permit_rows(permits, checks),
        "numbers": number_checks(checks),
        "may_check": policies.can_check_numbers(request.user, ikm.sentra),
        "notices": ikm_notices(ikm),
        "page": page_of(ikm.products.all(), request.GET),
        "edit": policies.can_edit_sentra(request.user, ikm.sentra),
        "crumbs": crumbs(ikm.sentra),
    }
    return render(request, "sentra/ikm_detail.html", context)


@form_page
@one_time
def ikm_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    ikm = visible_ikm_or_404(request, pk)
    require(policies.can_edit_sentra(request.user, ikm.sentra))
    context = {"title": _("Ubah data IKM"), "caption": ikm.name, "crumbs": crumbs(ikm.sentra, ikm)}
    form = record_form(IkmForm, request, ikm)
    saved = saved_or_refused(
        form,
        lambda values: update_ikm(ikm_id=pk, version=version_of(request), values=values, actor=request.user),
    )
    if saved:
        messages.success(request, _("Perubahan data IKM tersimpan."))
        return redirect("ikm_detail", pk)
    return form_answer(request, "sentra/form_page.html", form, context)
