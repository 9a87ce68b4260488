"""Registering and changing a product."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from core import audit
from core.http import require
from sentra import messages
from sentra.models import Ikm, Product
from sentra.policies import can_edit_sentra
from sentra.services.records import (
    PHOTO_ENDINGS,
    check_version,
    fill,
    keep_upload,
    lock_record,
    refuse_merged,
    save_change,
    save_record,
)

PRODUCT_FIELDS = ("name", "description", "monthly_capacity", "markets")


@transaction.atomic
def register_product(
    *, ikm_id: int, values: Mapping[str, Any], photo_upload: UploadedFile | None, actor: Any
) -> Product:
    """A new product of the IKM. Raises NotPermitted, FileRefused, or Duplicate when the IKM has one of that name."""
    ikm = lock_record(Ikm, ikm_id, "sentra__region")
    require(can_edit_sentra(actor, ikm.sentra))
    refuse_merged(ikm)
    product = Product(ikm=ikm, created_by=actor)
    fill(product, values, PRODUCT_FIELDS)
    if photo_upload:
        product.photo = keep_upload(photo_upload, PHOTO_ENDINGS, actor)
    save_record(product, lambda: messages.duplicate_product(ikm.pk, product.name))
    audit.record(actor, "product.created", product, ikm=ikm.pk)
    return product


@transaction.atomic
def update_product(
    *, product_id: int, version: int, values: Mapping[str, Any], photo_upload: UploadedFile | None, actor: Any
) -> Product:
    """Without `photo_upload` the photo stays. Raises as `register_product` does, and StaleVersion."""
    product = lock_record(Product, product_id, "ikm__sentra__region")
    require(can_edit_sentra(actor, product.ikm.sentra))
    check_version(product, version)
    changed, _warnings = fill(product, values, PRODUCT_FIELDS)
    if photo_upload:
        product.photo = keep_upload(photo_upload, PHOTO_ENDINGS, actor)
        changed.append("photo")
    return save_change(
        product, changed, [], lambda: messages.duplicate_product(product.ikm_id, product.name, product.pk), actor
    )
