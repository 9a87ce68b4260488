"""Permits of an IKM."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.http import private_file, require
from core.onetime import one_time
from sentra import policies
from sentra.enums import PERMIT_LABELS, PermitKind
from sentra.forms.permit import PermitForm
from sentra.models import Permit
from sentra.presenters.permits import kind_label, permit_title
from sentra.presenters.records import crumbs, page_of
from sentra.services.permits import record_permit, remove_permit, update_permit
from sentra.views.access import (
    form_answer,
    form_page,
    record_form,
    saved_or_refused,
    version_of,
    visible_ikm_or_404,
    visible_permit_or_404,
)


@require_safe
def permit_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the kind: each has a form of its own."""
    ikm = visible_ikm_or_404(request, pk)
    require(policies.can_edit_sentra(request.user, ikm.sentra))
    kinds = [{"kind": kind.value, "label": label} for kind, label in PERMIT_LABELS.items()]
    context = {"ikm": ikm, "kinds": kinds, "crumbs": crumbs(ikm.sentra, ikm)}
    return render(request, "sentra/permit_start.html", context)


@form_page
@one_time
def permit_create(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    ikm = visible_ikm_or_404(request, pk)
    if kind not in list(PermitKind):
        raise Http404
    require(policies.can_edit_sentra(request.user, ikm.sentra))
    form = record_form(PermitForm, request, Permit(ikm=ikm, kind=kind))
    permit = saved_or_refused(
        form,
        lambda values: record_permit(
            ikm_id=pk, kind=PermitKind(kind), values=values, file_upload=values["file"], actor=request.user
        ),
    )
    if permit:
        messages.success(request, _("%(permit)s tersimpan.") % {"permit": permit_title(permit)})
        return redirect(page_of(permit))
    title = _("Tambah %(kind)s") % {"kind": kind_label(kind)}
    context = {"title": title, "caption": ikm.name, "crumbs": crumbs(ikm.sentra, ikm)}
    return form_answer(request, "sentra/form_page.html", form, context)


@form_page
@one_time
def permit_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    permit = visible_permit_or_404(request, pk)
    ikm, title = permit.ikm, permit_title(permit)
    require(policies.can_edit_sentra(request.user, ikm.sentra))
    form = record_form(PermitForm, request, permit)
    saved = saved_or_refused(
        form,
        lambda values: update_permit(
            permit_id=pk, version=version_of(request), values=values, file_upload=values["file"], actor=request.user
        ),
    )
    if saved:
        messages.success(request, _("Perubahan izin tersimpan."))
        return redirect(page_of(saved))
    context = {"title": _("Ubah %(permit)s") % {"permit": title}, "caption": ikm.name, "permit": permit}
    return form_answer(request, "sentra/permit_form.html", form, context | {"crumbs": crumbs(ikm.sentra, ikm)})


@require_POST
@one_time
def permit_remove(request: HttpRequest, pk: int) -> HttpResponseBase:
    permit = visible_permit_or_404(request, pk)
    ikm = remove_permit(permit_id=permit.pk, actor=request.user)
    messages.success(request, _("%(permit)s dihapus.") % {"permit": permit_title(permit)})
    return redirect("ikm_detail", ikm.pk)


@require_safe
def permit_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    permit = visible_permit_or_404(request, pk)
    if permit.file is None:
        raise Http404
    return private_file(permit.file)
