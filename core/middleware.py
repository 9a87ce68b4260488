from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.http import page_before

TITLES = {
    400: "Permintaan tidak dapat diproses",
    403: "Tindakan ini belum dapat dilakukan",
    409: "Data sudah berubah",
    422: "Ada yang perlu diperbaiki",
    507: "Berkas belum tersimpan",
}


class DomainErrorMiddleware:
    """Turns an error meant for people into a page with the right status; the database work was rolled back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        context = {
            "title": _(TITLES.get(error.status, TITLES[400])),
            "message": error.message,
            "status": error.status,
            "back_url": page_before(request) if request.method == "POST" else "",
        }
        return render(request, "errors/domain.html", context, status=error.status)


class SecurityHeadersMiddleware:
    """Headers that Django has no setting for; private pages are never kept by a cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response
