"""The agreement of a holder, written down by the officer of its region."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from certificates.models import Certificate
from core.http import require
from core.onetime import one_time
from nominations.models import Nomination
from reports.forms import PublicationForm
from reports.policies import can_publish
from reports.presenters.holders import holder_url
from reports.selectors.holders import issued
from reports.services.publications import CONSENT, record_publication, withdraw_publication
from sentra.models import ProductPhoto


def _nomination(request: HttpRequest, pk: int) -> Nomination:
    rows = Nomination.objects.visible_to(request.user).select_related("period__award", "product_entry", "region")
    return get_object_or_404(rows, pk=pk)


def _photos(nomination: Nomination) -> Any:
    entry = getattr(nomination, "product_entry", None)
    return ProductPhoto.objects.filter(product=entry.product_id) if entry else ProductPhoto.objects.none()


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def publication(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The form, with what is in force. Eight queries at most."""
    nomination = _nomination(request, pk)
    require(can_publish(request.user, nomination))
    form = PublicationForm(request.POST or None, photos=_photos(nomination), today=timezone.localdate())
    if form.is_bound and form.is_valid():
        facts = {name: form.cleaned_data.get(name) for name in ("photo", "story", "consented_by", "consented_on")}
        record_publication(nomination_id=nomination.pk, actor=request.user, **facts)
        messages.success(request, _("Persetujuan tercatat. Halaman pemegang memuatnya dalam beberapa menit."))
        return redirect("publication", nomination.pk)
    certificate: Certificate | None = issued().filter(decision__nomination=nomination).first()
    context = {
        "nomination": nomination,
        "form": form,
        "consent": _(CONSENT),
        "current": nomination.publications.in_force().select_related("recorded_by").first(),
        "holder_url": holder_url(certificate) if certificate else "",
    }
    return render(request, "reports/publication.html", context, status=422 if form.errors else 200)


@require_POST
@one_time
def publication_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = _nomination(request, pk)
    if withdraw_publication(nomination_id=nomination.pk, actor=request.user):
        messages.success(request, _("Persetujuan dicabut. Foto dan cerita tidak ditampilkan lagi."))
    return redirect("publication", nomination.pk)
