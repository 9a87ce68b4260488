from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import uploads
from core.errors import DomainError
from core.http import refusal
from core.models import Upload


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


@require_http_methods(["GET", "HEAD", "PUT", "DELETE"])
def upload_pieces(request: HttpRequest, key: str) -> JsonResponse:
    """How much of one's own upload is there; PUT appends a piece at `Upload-Offset`; DELETE gives up.

    A piece that does not begin where the file ends answers 409 with the place where it does.
    """
    try:
        if request.method == "DELETE":
            uploads.cancel_upload(key=key, actor=request.user)
            return JsonResponse({})
        if request.method != "PUT":
            return upload_state(uploads.own_upload(key=key, actor=request.user))
        offset = request.headers.get("Upload-Offset", "")
        if not (offset.isascii() and offset.isdigit() and len(offset) < 12):
            return JsonResponse({"error": "Upload-Offset"}, status=400)
        upload, taken = uploads.add_piece(key=key, offset=int(offset), data=request.body, actor=request.user)
        return upload_state(upload, 200 if taken else 409)
    except DomainError as error:
        return JsonResponse({"error": error.message}, status=error.status)
    except UnreadablePostError:  # the line dropped in the middle of the piece; nobody reads this answer
        return JsonResponse({}, status=400)


def upload_state(upload: Upload, status: int = 200) -> JsonResponse:
    facts = {"key": upload.key.hex, "offset": upload.received, "size": upload.size, "piece": uploads.PIECE}
    return JsonResponse(facts, status=status)
