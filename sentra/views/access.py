"""No record without its check, and what every form page of the register does."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import StaleVersion
from core.files import FileRefused
from core.verdict import Verdict
from reference.enums import RegionLevel
from reference.models import Region
from sentra.errors import Duplicate, MergedAway
from sentra.forms.base import RegisterForm
from sentra.messages import merged_away
from sentra.models import Ikm, Permit, Product, ProductPhoto, Sentra, SentraYear
from sentra.presenters.records import page_of
from sentra.selectors.living import visible_permits, visible_photos, visible_years
from sentra.selectors.register import visible_ikm, visible_products, visible_sentra

KECAMATAN_CODE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}")

VERSION = re.compile(r"[0-9]{1,9}")

form_page = require_http_methods(["GET", "HEAD", "POST"])


def require_existence(verdict: Verdict) -> None:
    if not verdict:
        raise Http404


def visible_sentra_or_404(request: HttpRequest, pk: int) -> Sentra:
    return _live_or_404(visible_sentra(request.user), request, pk)


def visible_ikm_or_404(request: HttpRequest, pk: int) -> Ikm:
    return _live_or_404(visible_ikm(request.user), request, pk)


def visible_product_or_404(request: HttpRequest, pk: int) -> Product:
    return _live_or_404(visible_products(request.user), request, pk)


def _live_or_404(rows: QuerySet[Any], request: HttpRequest, pk: int) -> Any:
    """Raises MergedAway for a record that was merged into another one; one more query then, and for a 404."""
    if record := rows.filter(pk=pk).first():
        return record
    raise merged_away(get_object_or_404(rows.model.everything.visible_to(request.user), pk=pk))


def follows_merge(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The page of a record that was merged leads to the record that counts, and says so."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except MergedAway as gone:
            text = _("Data yang Anda buka sudah digabung. Halaman ini memuat data yang dipakai, %(name)s.")
            messages.info(request, text % {"name": gone.winner.name})
            return redirect(page_of(gone.winner))

    return wrapper


def visible_year_or_404(request: HttpRequest, pk: int) -> SentraYear:
    return get_object_or_404(visible_years(request.user), pk=pk)


def visible_permit_or_404(request: HttpRequest, pk: int) -> Permit:
    return get_object_or_404(visible_permits(request.user), pk=pk)


def visible_photo_or_404(request: HttpRequest, pk: int) -> ProductPhoto:
    return get_object_or_404(visible_photos(request.user), pk=pk)


def kecamatan_of_request(request: HttpRequest, within: Region | None = None) -> Region:
    """The kecamatan of `?kecamatan=`, of that kabupaten or kota if given. 404 when there is none."""
    code = request.GET.get("kecamatan", "")
    if not KECAMATAN_CODE.fullmatch(code):
        raise Http404
    rows = Region.objects.current().filter(level=RegionLevel.KECAMATAN).select_related("parent__parent")
    return get_object_or_404(rows.children_of(within.pk) if within else rows, pk=code)


def record_form(kind: type[RegisterForm], request: HttpRequest, instance: Model, **options: Any) -> RegisterForm:
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    return kind(*posted, instance=instance, actor=request.user, **options)


def saved_or_refused(form: RegisterForm, save: Callable[[dict[str, Any]], Any]) -> Any:
    """What the service gives, or None with the reason beside the field that has to be repaired."""
    if not form.is_valid():
        return None
    try:
        return save(form.cleaned_data)
    except (Duplicate, FileRefused, MergedAway, StaleVersion) as error:
        form.refuse(error)
        return None


def version_of(request: HttpRequest) -> int:
    """The version that the page showed; 0, which no record has, when the field was tampered with."""
    text = request.POST.get("version", "")
    return int(text) if VERSION.fullmatch(text) else 0


def form_answer(request: HttpRequest, template: str, form: RegisterForm, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context | {"form": form}, status=form.status)
