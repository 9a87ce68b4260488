"""Photos of a product: adding, describing, moving, removing. The product's row is the lock for all of them."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.proxies import proxy_facts
from core import audit
from core.errors import RuleBroken, StaleVersion
from core.http import require
from core.pictures import store_picture
from sentra.models import Product, ProductPhoto
from sentra.policies import can_edit_sentra
from sentra.rules import MAX_PHOTOS
from sentra.services.records import check_ending, lock_record, refuse_merged

PHOTO_ENDINGS = (".jpg", ".jpeg", ".png")


@transaction.atomic
def add_photo(*, product_id: int, upload: UploadedFile, caption: str, actor: Any) -> ProductPhoto:
    """A photo behind the others. Raises NotPermitted, FileRefused, or RuleBroken when there are eight already."""
    product = _locked(product_id, actor)
    there = list(product.photos.order_by("order"))
    if len(there) >= MAX_PHOTOS:
        raise RuleBroken(_("Sudah ada %(most)d foto. Hapus salah satu sebelum menambah.") % {"most": MAX_PHOTOS})
    check_ending(upload, PHOTO_ENDINGS)
    picture = store_picture(upload, actor=actor)
    _renumber(there)  # an undone merge leaves gaps
    width, height = picture.small_size
    photo = ProductPhoto.objects.create(
        product=product,
        order=len(there) + 1,
        caption=caption,
        file=picture.large,
        small=picture.small,
        small_width=width,
        small_height=height,
        created_by=actor,
    )
    audit.record(actor, "product.photo_added", product, photo=photo.pk, **proxy_facts(actor, product.region_id))
    return photo


@transaction.atomic
def describe_photo(*, photo: ProductPhoto, caption: str, version: int, actor: Any) -> None:
    """Other words below the photo; the same words change nothing. `version` is the one that the page showed.

    Raises NotPermitted, and StaleVersion when somebody wrote other words since.
    """
    product = _locked(photo.product_id, actor)
    row = product.photos.filter(pk=photo.pk).first()
    if row is None or row.caption == caption:
        return
    if row.version != version:
        raise StaleVersion(_("Keterangan foto ini baru saja diubah. Bandingkan, lalu simpan yang benar."))
    row.caption, row.version = caption, version + 1
    row.save(update_fields=["caption", "version"])
    audit.record(actor, "product.photo_described", product, photo=photo.pk, **proxy_facts(actor, product.region_id))


@transaction.atomic
def move_photo(*, photo: ProductPhoto, step: int, actor: Any) -> None:
    """Change places with the photo before (-1) or after it (1); the first and the last stay. Raises NotPermitted."""
    product = _locked(photo.product_id, actor)
    rows = list(product.photos.order_by("order"))
    place = next((n for n, row in enumerate(rows) if row.pk == photo.pk), None)
    if place is None or not 0 <= place + step < len(rows):
        return
    rows[place], rows[place + step] = rows[place + step], rows[place]
    _renumber(rows)
    audit.record(actor, "product.photo_moved", product, photo=photo.pk, **proxy_facts(actor, product.region_id))


@transaction.atomic
def remove_photo(*, photo: ProductPhoto, actor: Any) -> None:
    """The files lose their rows with it; the daily clean-up takes the bytes. Raises NotPermitted."""
    product = _locked(photo.product_id, actor)
    row = product.photos.select_related("file", "small").filter(pk=photo.pk).first()
    if row is None:
        return
    files = (row.file, row.small)
    row.delete()
    for stored in files:
        stored.delete()
    _renumber(list(product.photos.order_by("order")))
    audit.record(actor, "product.photo_removed", product, photo=photo.pk, **proxy_facts(actor, product.region_id))


def _locked(product_id: int, actor: Any) -> Product:
    product = lock_record(Product, product_id, "ikm__sentra__region")
    require(can_edit_sentra(actor, product.ikm.sentra))
    refuse_merged(product)
    return product


def _renumber(rows: list[ProductPhoto]) -> None:
    for order, row in enumerate(rows, start=1):
        row.order = order
    ProductPhoto.objects.bulk_update(rows, ["order"])
