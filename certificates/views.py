"""Public verification, and the certificates of one's own region."""

import hashlib
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from certificates.forms import FileForm, ReviewChoiceForm
from certificates.models import Certificate
from certificates.policies import can_download, can_view_list
from certificates.presenters import (
    FileCheck,
    counted_by,
    face_rows,
    file_finding,
    file_rows,
    public_finding,
    reads_internal,
    review_row,
    state_tag,
)
from certificates.selectors import certificate_by_token, review_rows
from certificates.services.checking import check_file
from core.http import private_file, require
from core.limits import is_over
from core.onetime import one_time
from core.paging import page_of
from nominations.models import StarReview
from nominations.policies import can_open_reviews
from nominations.selectors.reviews import ending_stars
from nominations.services.reviews import open_reviews

CACHE_SECONDS = 60
WRONG_CODES_A_MINUTE = 30
FILES_A_MINUTE = 10


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_lookup(request: HttpRequest) -> HttpResponse:
    """How to check a certificate, and a form that takes its file. A number alone leads nowhere: numbers can be counted,
    the codes cannot.
    """
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    context: dict[str, Any] = {"form": form}
    status = 200
    if form.is_bound and not form.is_valid():
        status = 422
    elif form.is_bound and is_over(request, "file-check", limit=FILES_A_MINUTE, seconds=60):
        context["too_many"], status = True, 429
    elif form.is_bound:
        context |= _answer(check_file(form.cleaned_data["file"].read()))
    return render(request, "certificates/lookup.html", context, status=status)


def _answer(found: FileCheck) -> dict[str, Any]:
    certificate = found.certificate
    return {
        "found": found,
        "file_finding": file_finding(found),
        "file_rows": file_rows(found),
        "finding": public_finding(certificate) if certificate else None,
        "rows": face_rows(certificate.face) if certificate and found.exact else [],
    }


@login_not_required
@require_safe
@conditional_page
def certificate_verify(request: HttpRequest, token: str) -> HttpResponse:
    """What the face of a certificate shows, and whether it is in force. One query of its own, none for the visitor.

    A cache may keep it for a minute: so long, at most, a revocation waits. Wrong codes are counted, right ones never.
    The certificate is read each time; only a page that says the same is not drawn again.
    """
    request.user = AnonymousUser()  # the same page for everybody
    certificate = certificate_by_token(token)
    if certificate is None and is_over(request, "wrong-code", limit=WRONG_CODES_A_MINUTE, seconds=60):
        return render(request, "certificates/too_many.html", status=429)
    response = HttpResponse(_verify_page(request, certificate), status=200 if certificate else 404)
    response["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _verify_page(request: HttpRequest, certificate: Certificate | None) -> str:
    """The page, kept in this process by all that it says."""
    context = {
        "finding": public_finding(certificate),
        "state": state_tag(certificate) if certificate else None,
        "rows": face_rows(certificate.face) if certificate else [],
    }
    key = hashlib.sha256(repr(context).encode()).hexdigest()
    draw = partial(render_to_string, "certificates/verify.html", context, request)
    page: str = caches["pages"].get_or_set(key, draw, None)
    return page


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


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """Stars that are or were judged anew, with what became of them."""
    if not can_view_list(request.user):
        raise Http404
    page = page_of(review_rows(StarReview.objects.visible_to(request.user)), request.GET)
    context = {
        "page": page,
        "rows": [review_row(row, request.user) for row in page.items],
        "may_open": can_open_reviews(request.user),
    }
    return render(request, "certificates/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def review_open(request: HttpRequest) -> HttpResponseBase:
    """Choose, look at what would be opened, open exactly that."""
    if not can_open_reviews(request.user):
        raise Http404
    if request.method == "POST":
        form = ReviewChoiceForm(request.POST)
        if form.is_valid():
            chosen = [int(pk) for pk in request.POST.getlist("pilih") if pk.isdecimal()]
            period = form.cleaned_data["period"]
            number = open_reviews(period_id=period.pk, star_ids=chosen, actor=request.user)
            messages.success(request, _("Evaluasi ulang dibuka untuk %(number)d bintang.") % {"number": number})
            return redirect("review_list")
    else:
        form = ReviewChoiceForm(request.GET or None)
    stars = list(ending_stars(**form.cleaned_data)) if form.is_bound and form.is_valid() else None
    context = {"form": form, "stars": stars, "counted": counted_by(stars or [])}
    return render(request, "certificates/review_open.html", context, status=422 if form.errors else 200)
