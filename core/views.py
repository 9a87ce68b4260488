from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.http import refusal


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The token is older than the sign-in. A script gets the same in words of its own."""
    if getattr(request.resolver_match.func, "json_endpoint", False):
        return refusal(403, _("Halaman ini dibuka sebelum Anda masuk lagi. Muat ulang halaman, lalu pulihkan isian."))
    return render(request, "403_csrf.html", status=403)


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Ready when the database answers; the broker is not in the path of a request. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
