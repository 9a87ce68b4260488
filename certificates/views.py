"""Public verification, and the certificates of one's own region."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from certificates.models import Certificate
from certificates.policies import can_download, can_view_list
from certificates.presenters import face_rows, public_finding, reads_internal, state_tag
from certificates.selectors import certificate_by_token
from core.http import private_file, require
from core.paging import page_of


@login_not_required
@require_safe
def certificate_lookup(request: HttpRequest) -> HttpResponse:
    """How to check a certificate. A number alone leads nowhere: numbers can be counted, the codes cannot."""
    return render(request, "certificates/lookup.html")


@login_not_required
@require_safe
def certificate_verify(request: HttpRequest, token: str) -> HttpResponse:
    """What the face of a certificate shows, and whether it is in force. One query of its own.

    No cache keeps it, so that a revocation is seen at once.
    """
    certificate = certificate_by_token(token)
    context = {
        "certificate": certificate,
        "finding": public_finding(certificate),
        "state": state_tag(certificate) if certificate else None,
        "rows": face_rows(certificate.face) if certificate else [],
    }
    response = render(request, "certificates/verify.html", context, status=200 if certificate else 404)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
def certificate_list(request: HttpRequest) -> HttpResponse:
    if not can_view_list(request.user):
        raise Http404
    page = page_of(Certificate.objects.visible_to(request.user).with_list_columns(), request.GET)
    internal = reads_internal(request.user)
    rows = [
        {
            "certificate": row,
            "state": state_tag(row, internal=internal),
            "may_download": can_download(request.user, row),
        }
        for row in page.items
    ]
    return render(request, "certificates/list.html", {"page": page, "rows": rows})


@require_safe
def certificate_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    rows = Certificate.objects.visible_to(request.user).select_related("file")
    certificate = get_object_or_404(rows, pk=pk)
    require(can_download(request.user, certificate))
    return private_file(certificate.file)
