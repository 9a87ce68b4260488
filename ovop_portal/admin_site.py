"""Django's administration, with the portal's own way in and out."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.views import logout
from django.contrib.admin import AdminSite
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

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        return secure_admin_login(super().login)(request, extra_context)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        return logout(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        return redirect("account_change_password")
