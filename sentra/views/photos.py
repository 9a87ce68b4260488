"""Photos of a product."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import StaleVersion
from core.files import FileRefused
from core.http import inline_picture, private_file, require
from core.onetime import one_time
from core.pictures import tiny_picture
from sentra import policies
from sentra.forms.photo import CaptionForm, PhotoForm
from sentra.models import Product
from sentra.presenters.records import crumbs
from sentra.rules import MAX_PHOTOS
from sentra.selectors.living import photos_of
from sentra.services.photos import add_photo, describe_photo, move_photo, remove_photo
from sentra.views.access import form_page, version_of, visible_photo_or_404, visible_product_or_404

STEPS = {"up": -1, "down": 1}


@form_page
@one_time
def product_photos(request: HttpRequest, pk: int) -> HttpResponseBase:
    product = visible_product_or_404(request, pk)
    require(policies.can_edit_sentra(request.user, product.ikm.sentra))
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PhotoForm(*posted)
    if form.is_valid():
        try:
            add_photo(
                product_id=pk,
                upload=form.cleaned_data["photo"],
                caption=form.cleaned_data["caption"],
                actor=request.user,
            )
        except FileRefused as error:
            form.add_error("photo", error.message)
        else:
            messages.success(request, _("Foto ditambahkan."))
            return redirect("product_photos", pk)
    return _photos_page(request, product, form, status=422 if posted else 200)


def _photos_page(request: HttpRequest, product: Product, form: PhotoForm, status: int, **stale: Any) -> HttpResponse:
    photos = [(photo, tiny_picture(photo.small)) for photo in photos_of(product)]
    context = {"product": product, "photos": photos, "form": form, "most": MAX_PHOTOS, "stale": stale}
    context["crumbs"] = crumbs(product.ikm.sentra, product.ikm, product)
    return render(request, "sentra/product_photos.html", context, status=status)


@require_POST
@one_time
def product_photo_change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The button that was pressed says what becomes of the photo."""
    photo = visible_photo_or_404(request, pk)
    require(policies.can_edit_sentra(request.user, photo.product.ikm.sentra))
    wish, form = request.POST.get("wish", ""), CaptionForm(request.POST)
    if wish == "remove":
        remove_photo(photo=photo, actor=request.user)
        messages.success(request, _("Foto dihapus."))
    elif wish in STEPS:
        move_photo(photo=photo, step=STEPS[wish], actor=request.user)
        messages.success(request, _("Urutan foto tersimpan."))
    elif form.is_valid():
        caption = form.cleaned_data["caption"]
        try:
            describe_photo(photo=photo, caption=caption, version=version_of(request), actor=request.user)
        except StaleVersion as error:
            facts = {"pk": photo.pk, "typed": caption, "text": error.message}
            return _photos_page(request, photo.product, PhotoForm(), status=409, **facts)
        messages.success(request, _("Keterangan foto tersimpan."))
    else:
        messages.error(request, _("Keterangan foto belum diisi atau lebih dari 160 karakter."))
    return redirect("product_photos", photo.product_id)


@require_safe
def product_photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    return inline_picture(visible_photo_or_404(request, pk).small)


@require_safe
def product_photo_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    return private_file(visible_photo_or_404(request, pk).file)
