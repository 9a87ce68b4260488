"""Registering and changing a product."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.services.proxies import proxy_facts
from core import audit
from core.http import require
from sentra import messages
from sentra.models import Ikm, Product
from sentra.policies import can_edit_sentra
from sentra.services.records import check_version, fill, lock_record, refuse, refuse_merged, save_change, save_record

PRODUCT_FIELDS = ("name", "description", "story", "monthly_capacity", "markets", "price", "price_unit")


@transaction.atomic
def register_product(*, ikm_id: int, values: Mapping[str, Any], actor: Any) -> Product:
    """A new product of the IKM. Raises NotPermitted, RuleBroken, or Duplicate when the IKM has one of that name."""
    ikm = lock_record(Ikm, ikm_id, "sentra__region")
    require(can_edit_sentra(actor, ikm.sentra))
    refuse_merged(ikm)
    product = Product(ikm=ikm, created_by=actor)
    fill(product, values, PRODUCT_FIELDS)
    refuse(messages.price_problem(product.price, product.price_unit))
    save_record(product, lambda: messages.duplicate_product(ikm.pk, product.name))
    audit.record(actor, "product.created", product, ikm=ikm.pk, **proxy_facts(actor, ikm.sentra.region_id))
    return product


@transaction.atomic
def update_product(*, product_id: int, version: int, values: Mapping[str, Any], actor: Any) -> Product:
    """Raises as `register_product` does, and StaleVersion when it was changed since `version`."""
    product = lock_record(Product, product_id, "ikm__sentra__region")
    require(can_edit_sentra(actor, product.ikm.sentra))
    check_version(product, version)
    changed, _warnings = fill(product, values, PRODUCT_FIELDS)
    refuse(messages.price_problem(product.price, product.price_unit))
    return save_change(
        product, changed, [], lambda: messages.duplicate_product(product.ikm_id, product.name, product.pk), actor
    )
