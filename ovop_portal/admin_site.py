"""Django's administration, with the portal's own way in and out."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import unquote

from allauth.account.decorators import secure_admin_login
from allauth.account.views import logout
from django.contrib.admin import AdminSite
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy


class PortalAdminSite(AdminSite):
    """One sign-in for everybody, so that the same limits and records hold here."""

    site_header = gettext_lazy("Pengelolaan portal OVOP dan Upakarti")
    site_title = gettext_lazy("Pengelolaan")
    index_title = gettext_lazy("Data yang dikelola")
    site_url = "/beranda/"

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Callable[..., Any]:
        """Filters of the lists hand what stands in the address to the database, which takes no NUL."""

        @wraps(view)
        def without_nul(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if "\0" in unquote(request.META.get("QUERY_STRING", "")):
                raise BadRequest("NUL in the address")
            return view(request, *args, **kwargs)

        return super().admin_view(without_nul, cacheable)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        return secure_admin_login(super().login)(request, extra_context)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        return logout(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        return redirect("account_change_password")
