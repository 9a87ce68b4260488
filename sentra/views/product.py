"""Pages of products."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.http import require
from core.onetime import one_time
from sentra import policies
from sentra.enums import Scale
from sentra.forms.product import ProductForm
from sentra.models import Product
from sentra.presenters.notices import ikm_notices, units_notices
from sentra.presenters.records import crumbs, product_summary
from sentra.selectors.duplicates import siblings_of
from sentra.selectors.living import newest_year, photos_of
from sentra.services.product import register_product, update_product
from sentra.views.access import (
    follows_merge,
    form_answer,
    form_page,
    record_form,
    saved_or_refused,
    version_of,
    visible_ikm_or_404,
    visible_product_or_404,
)


@form_page
@one_time
def product_create(request: HttpRequest, pk: int) -> HttpResponseBase:
    ikm = visible_ikm_or_404(request, pk)
    require(policies.can_edit_sentra(request.user, ikm.sentra))
    form = record_form(ProductForm, request, Product(ikm=ikm))
    product = saved_or_refused(form, lambda values: register_product(ikm_id=pk, values=values, actor=request.user))
    if product:
        messages.success(
            request, _("%(name)s sudah terdaftar. Berikutnya, tambahkan fotonya.") % {"name": product.name}
        )
        return redirect("product_detail", product.pk)
    context = {"title": _("Daftarkan produk"), "caption": ikm.name, "crumbs": crumbs(ikm.sentra, ikm)}
    return form_answer(request, "sentra/form_page.html", form, context)


@require_safe
@follows_merge
def product_detail(request: HttpRequest, pk: int) -> HttpResponse:
    product = visible_product_or_404(request, pk)
    edit = policies.can_edit_sentra(request.user, product.ikm.sentra)
    context = {
        "product": product,
        "summary": product_summary(product),
        "photos": photos_of(product),
        "notices": ikm_notices(product.ikm) + units_notices(product.ikm.sentra, newest_year(product.ikm.sentra)),
        "edit": edit,
        "siblings": siblings_of(product) if policies.can_merge(request.user, product.ikm.sentra.region) else [],
        "may_nominate": edit and product.ikm.scale is not Scale.LARGE,
        "crumbs": crumbs(product.ikm.sentra, product.ikm),
    }
    return render(request, "sentra/product_detail.html", context)


@form_page
@one_time
def product_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    product = visible_product_or_404(request, pk)
    ikm = product.ikm
    require(policies.can_edit_sentra(request.user, ikm.sentra))
    context = {"title": _("Ubah data produk"), "caption": product.name}
    context["crumbs"] = crumbs(ikm.sentra, ikm, product)
    form = record_form(ProductForm, request, product)
    saved = saved_or_refused(
        form,
        lambda values: update_product(product_id=pk, version=version_of(request), values=values, actor=request.user),
    )
    if saved:
        messages.success(request, _("Perubahan data produk tersimpan."))
        return redirect("product_detail", pk)
    return form_answer(request, "sentra/form_page.html", form, context)
