"""Pages of the register. What a person may not see is not there; what a person may not change says why."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import StaleVersion
from core.files import FileRefused
from core.http import private_file, require
from core.onetime import one_time
from core.paging import page_of
from core.verdict import Verdict
from reference.enums import RegionLevel
from reference.models import Region
from reference.selectors import kecamatan_of
from sentra import policies, presenters, selectors, services
from sentra.enums import Scale
from sentra.errors import Duplicate
from sentra.filters import SentraFilter
from sentra.forms import IkmForm, ProductForm, RegisterForm, SentraForm
from sentra.models import Ikm, Product, Sentra

KECAMATAN_CODE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}")
VERSION = re.compile(r"[0-9]{1,9}")

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def sentra_list(request: HttpRequest) -> HttpResponse:
    """Seven queries for any number of rows, the session and the memberships included."""
    _require_existence(policies.can_view_register(request.user))
    filter_form = SentraFilter(request.GET)
    rows = filter_form.apply(selectors.sentra_rows(request.user))
    context = {
        "filter_form": filter_form,
        "filtered": any(request.GET.get(name) for name in filter_form.fields),
        "page": page_of(rows, request.GET),
        "may_register": bool(policies.can_register_somewhere(request.user)),
    }
    return render(request, "sentra/sentra_list.html", context)


@require_safe
def sentra_start(request: HttpRequest) -> HttpResponse:
    """Choose the region when there are several, then the kecamatan."""
    _require_existence(policies.can_view_register(request.user))
    require(policies.can_register_somewhere(request.user))
    regions = selectors.regions_to_register(request.user)
    asked = request.GET.get("region", "")
    region = regions[0] if len(regions) == 1 else next((r for r in regions if r.pk == asked), None)
    context = {
        "regions": regions,
        "region": region,
        "kecamatan": kecamatan_of(region.pk) if region else [],
        "crumbs": presenters.crumbs(),
    }
    return render(request, "sentra/sentra_start.html", context)


@form_page
@one_time
def sentra_create(request: HttpRequest) -> HttpResponseBase:
    _require_existence(policies.can_view_register(request.user))
    if not request.GET.get("kecamatan"):
        return redirect("sentra_start")
    kecamatan = _kecamatan(request)
    _require_existence(policies.can_view_region(request.user, kecamatan.parent))
    require(policies.can_register(request.user, kecamatan.parent))
    form = _form(SentraForm, request, Sentra(region=kecamatan.parent), district=kecamatan)
    sentra = _saved(
        form, lambda values: services.register_sentra(values=values, sk_upload=values["sk_file"], actor=request.user)
    )
    if sentra:
        messages.success(request, _("%(name)s sudah terdaftar. Berikutnya, daftarkan IKM-nya.") % {"name": sentra.name})
        return redirect("sentra_detail", sentra.pk)
    context = {"title": _("Daftarkan sentra"), "kecamatan": kecamatan, "crumbs": presenters.crumbs()}
    return _form_answer(request, "sentra/sentra_form.html", form, context)


@require_safe
def sentra_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Seven queries for any number of IKM and products, the session and the memberships included."""
    sentra = _sentra(request, pk)
    context = {
        "sentra": sentra,
        "summary": presenters.sentra_summary(sentra),
        "decree": presenters.decree_summary(sentra),
        "notices": presenters.sentra_notices(sentra),
        "page": page_of(sentra.ikm.prefetch_related("products"), request.GET),
        "edit": policies.can_edit_sentra(request.user, sentra),
        "crumbs": presenters.crumbs(),
    }
    return render(request, "sentra/sentra_detail.html", context)


@form_page
@one_time
def sentra_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    sentra = _sentra(request, pk)
    require(policies.can_edit_sentra(request.user, sentra))
    kecamatan = _kecamatan(request, within=sentra.region) if request.GET.get("kecamatan") else sentra.district
    context = {"title": _("Ubah data sentra"), "caption": sentra.name, "crumbs": presenters.crumbs(sentra)}
    context |= {"kecamatan": kecamatan, "other_kecamatan": kecamatan_of(sentra.region_id), "sentra": sentra}
    form = _form(SentraForm, request, sentra, district=kecamatan)
    saved = _saved(
        form,
        lambda values: services.update_sentra(
            sentra_id=pk, version=_version(request), values=values, sk_upload=values["sk_file"], actor=request.user
        ),
    )
    if saved:
        messages.success(request, _("Perubahan data sentra tersimpan."))
        return redirect("sentra_detail", pk)
    return _form_answer(request, "sentra/sentra_form.html", form, context)


@require_safe
def sentra_sk(request: HttpRequest, pk: int) -> HttpResponseBase:
    sentra = _sentra(request, pk)
    return private_file(sentra.sk_file, f"SK {sentra.name}.pdf")


@form_page
@one_time
def ikm_create(request: HttpRequest, pk: int) -> HttpResponseBase:
    sentra = _sentra(request, pk)
    require(policies.can_edit_sentra(request.user, sentra))
    form = _form(IkmForm, request, Ikm(sentra=sentra))
    ikm = _saved(form, lambda values: services.register_ikm(sentra_id=pk, values=values, actor=request.user))
    if ikm:
        messages.success(request, _("%(name)s sudah terdaftar. Berikutnya, daftarkan produknya.") % {"name": ikm.name})
        return redirect("ikm_detail", ikm.pk)
    context = {"title": _("Daftarkan IKM"), "caption": sentra.name, "crumbs": presenters.crumbs(sentra)}
    return _form_answer(request, "sentra/form_page.html", form, context)


@require_safe
def ikm_detail(request: HttpRequest, pk: int) -> HttpResponse:
    ikm = _ikm(request, pk)
    context = {
        "ikm": ikm,
        "summary": presenters.ikm_summary(ikm),
        "notices": presenters.ikm_notices(ikm),
        "page": page_of(ikm.products.all(), request.GET),
        "edit": policies.can_edit_sentra(request.user, ikm.sentra),
        "crumbs": presenters.crumbs(ikm.sentra),
    }
    return render(request, "sentra/ikm_detail.html", context)


@form_page
@one_time
def ikm_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    ikm = _ikm(request, pk)
    require(policies.can_edit_sentra(request.user, ikm.sentra))
    context = {"title": _("Ubah data IKM"), "caption": ikm.name, "crumbs": presenters.crumbs(ikm.sentra, ikm)}
    form = _form(IkmForm, request, ikm)
    saved = _saved(
        form,
        lambda values: services.update_ikm(ikm_id=pk, version=_version(request), values=values, actor=request.user),
    )
    if saved:
        messages.success(request, _("Perubahan data IKM tersimpan."))
        return redirect("ikm_detail", pk)
    return _form_answer(request, "sentra/form_page.html", form, context)


@form_page
@one_time
def product_create(request: HttpRequest, pk: int) -> HttpResponseBase:
    ikm = _ikm(request, pk)
    require(policies.can_edit_sentra(request.user, ikm.sentra))
    form = _form(ProductForm, request, Product(ikm=ikm))
    product = _saved(
        form,
        lambda values: services.register_product(
            ikm_id=pk, values=values, photo_upload=values["photo"], actor=request.user
        ),
    )
    if product:
        messages.success(request, _("%(name)s sudah terdaftar.") % {"name": product.name})
        return redirect("product_detail", product.pk)
    context = {"title": _("Daftarkan produk"), "caption": ikm.name, "crumbs": presenters.crumbs(ikm.sentra, ikm)}
    return _form_answer(request, "sentra/form_page.html", form, context)


@require_safe
def product_detail(request: HttpRequest, pk: int) -> HttpResponse:
    product = _product(request, pk)
    edit = policies.can_edit_sentra(request.user, product.ikm.sentra)
    context = {
        "product": product,
        "summary": presenters.product_summary(product),
        "notices": presenters.ikm_notices(product.ikm) + presenters.sentra_notices(product.ikm.sentra),
        "edit": edit,
        "may_nominate": edit and product.ikm.scale is not Scale.LARGE,
        "crumbs": presenters.crumbs(product.ikm.sentra, product.ikm),
    }
    return render(request, "sentra/product_detail.html", context)


@form_page
@one_time
def product_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    product = _product(request, pk)
    ikm = product.ikm
    require(policies.can_edit_sentra(request.user, ikm.sentra))
    context = {"title": _("Ubah data produk"), "caption": product.name}
    context["crumbs"] = presenters.crumbs(ikm.sentra, ikm, product)
    form = _form(ProductForm, request, product)
    saved = _saved(
        form,
        lambda values: services.update_product(
            product_id=pk, version=_version(request), values=values, photo_upload=values["photo"], actor=request.user
        ),
    )
    if saved:
        messages.success(request, _("Perubahan data produk tersimpan."))
        return redirect("product_detail", pk)
    return _form_answer(request, "sentra/form_page.html", form, context)


@require_safe
def product_photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    product = _product(request, pk)
    if product.photo is None:
        raise Http404
    return private_file(product.photo)


def _require_existence(verdict: Verdict) -> None:
    if not verdict:
        raise Http404


def _sentra(request: HttpRequest, pk: int) -> Sentra:
    return get_object_or_404(selectors.visible_sentra(request.user), pk=pk)


def _ikm(request: HttpRequest, pk: int) -> Ikm:
    return get_object_or_404(selectors.visible_ikm(request.user), pk=pk)


def _product(request: HttpRequest, pk: int) -> Product:
    return get_object_or_404(selectors.visible_products(request.user), pk=pk)


def _kecamatan(request: HttpRequest, within: Region | None = None) -> Region:
    """The kecamatan of `?kecamatan=`, of that kabupaten or kota if given. 404 when there is none."""
    code = request.GET.get("kecamatan", "")
    if not KECAMATAN_CODE.fullmatch(code):
        raise Http404
    rows = Region.objects.current().filter(level=RegionLevel.KECAMATAN).select_related("parent__parent")
    return get_object_or_404(rows.children_of(within.pk) if within else rows, pk=code)


def _form(kind: type[RegisterForm], request: HttpRequest, instance: Model, **options: Any) -> RegisterForm:
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    return kind(*posted, instance=instance, actor=request.user, **options)


def _saved(form: RegisterForm, save: Callable[[dict[str, Any]], Any]) -> Any:
    """What the service gives, or None with the reason beside the field that has to be repaired."""
    if not form.is_valid():
        return None
    try:
        return save(form.cleaned_data)
    except (Duplicate, FileRefused, StaleVersion) as error:
        form.refuse(error)
        return None


def _version(request: HttpRequest) -> int:
    """The version that the page showed; 0, which no record has, when the field was tampered with."""
    text = request.POST.get("version", "")
    return int(text) if VERSION.fullmatch(text) else 0


def _form_answer(request: HttpRequest, template: str, form: RegisterForm, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context | {"form": form}, status=form.status)
