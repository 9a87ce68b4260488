"""Writes of the register. Each checks policy, version and rules again: a form is not the only way in."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken, StaleVersion
from core.files import FileRefused, store_upload
from core.http import require
from core.identifiers import Kind, read
from core.models import StoredFile
from sentra import messages
from sentra.errors import Duplicate
from sentra.models import Ikm, Product, Sentra
from sentra.policies import can_edit_sentra, can_register

SENTRA_FIELDS = (
    "name", "commodity", "unit_count", "district", "village", "village_unlisted", "address",
    "sk_number", "sk_date", "sk_signatory", "contact_name", "contact_phone",
)  # fmt: skip
IKM_FIELDS = (
    "name", "owner_name", "nib", "npwp", "kbli", "workers", "investment", "established_year", "phone", "address",
)  # fmt: skip
PRODUCT_FIELDS = ("name", "description", "monthly_capacity", "markets")
IDENTIFIERS = {
    "nib": Kind.NIB,
    "npwp": Kind.NPWP,
    "phone": Kind.PHONE,
    "contact_phone": Kind.PHONE,
    "sk_number": Kind.SK,
}
SK_ENDINGS = (".pdf",)
PHOTO_ENDINGS = (".jpg", ".jpeg", ".png")


@transaction.atomic
def register_sentra(*, values: Mapping[str, Any], sk_upload: UploadedFile, actor: Any) -> Sentra:
    """A new sentra in the region of `values["district"]`, a kecamatan.

    Raises NotPermitted, RuleBroken, FileRefused, or Duplicate when the region has a sentra of that name and commodity.
    """
    region = values["district"].parent
    require(can_register(actor, region))
    sentra = Sentra(region=region, created_by=actor)
    _changed, warnings = _fill(sentra, values, SENTRA_FIELDS)
    _check_sentra(sentra)
    sentra.sk_file = _keep(sk_upload, SK_ENDINGS, actor)
    _save(sentra, lambda: _sentra_duplicate(sentra))
    audit.record(actor, "sentra.created", sentra, region=region.pk, confirmed=warnings)
    return sentra


@transaction.atomic
def update_sentra(
    *, sentra_id: int, version: int, values: Mapping[str, Any], sk_upload: UploadedFile | None, actor: Any
) -> Sentra:
    """Change a sentra; without `sk_upload` the decree's file stays. The region never changes.

    The commodity is fixed from the first IKM on, because nominations follow from it. Raises as `register_sentra` does,
    and StaleVersion when it was changed since `version`.
    """
    rows = Sentra.objects.select_for_update(of=("self",))
    sentra = rows.select_related("region", "commodity", "district", "village").get(pk=sentra_id)
    require(can_edit_sentra(actor, sentra))
    _check_version(sentra, version)
    changed, warnings = _fill(sentra, values, SENTRA_FIELDS)
    if "commodity" in changed and sentra.ikm.exists():
        raise RuleBroken(messages.commodity_is_fixed())
    _check_sentra(sentra)
    if sk_upload:
        sentra.sk_file = _keep(sk_upload, SK_ENDINGS, actor)
        changed.append("sk_file")
    return _save_change(sentra, changed, warnings, lambda: _sentra_duplicate(sentra), actor)


@transaction.atomic
def register_ikm(*, sentra_id: int, values: Mapping[str, Any], actor: Any) -> Ikm:
    """A new IKM in the sentra. Raises NotPermitted, RuleBroken, or Duplicate when the NIB is taken anywhere."""
    sentra = Sentra.objects.select_related("region").get(pk=sentra_id)
    require(can_edit_sentra(actor, sentra))
    ikm = Ikm(sentra=sentra, created_by=actor)
    _changed, warnings = _fill(ikm, values, IKM_FIELDS)
    _refuse(messages.year_problem(ikm.established_year))
    _save(ikm, lambda: messages.duplicate_nib(actor, ikm.nib))
    audit.record(actor, "ikm.created", ikm, sentra=sentra.pk, confirmed=warnings)
    return ikm


@transaction.atomic
def update_ikm(*, ikm_id: int, version: int, values: Mapping[str, Any], actor: Any) -> Ikm:
    """Raises as `register_ikm` does, and StaleVersion when it was changed since `version`."""
    rows = Ikm.objects.select_for_update(of=("self",))
    ikm = rows.select_related("sentra__region", "kbli").get(pk=ikm_id)
    require(can_edit_sentra(actor, ikm.sentra))
    _check_version(ikm, version)
    changed, warnings = _fill(ikm, values, IKM_FIELDS)
    _refuse(messages.year_problem(ikm.established_year))
    return _save_change(ikm, changed, warnings, lambda: messages.duplicate_nib(actor, ikm.nib, ikm.pk), actor)


@transaction.atomic
def register_product(
    *, ikm_id: int, values: Mapping[str, Any], photo_upload: UploadedFile | None, actor: Any
) -> Product:
    """A new product of the IKM. Raises NotPermitted, FileRefused, or Duplicate when the IKM has one of that name."""
    ikm = Ikm.objects.select_related("sentra__region").get(pk=ikm_id)
    require(can_edit_sentra(actor, ikm.sentra))
    product = Product(ikm=ikm, created_by=actor)
    _fill(product, values, PRODUCT_FIELDS)
    if photo_upload:
        product.photo = _keep(photo_upload, PHOTO_ENDINGS, actor)
    _save(product, lambda: messages.duplicate_product(ikm.pk, product.name))
    audit.record(actor, "product.created", product, ikm=ikm.pk)
    return product


@transaction.atomic
def update_product(
    *, product_id: int, version: int, values: Mapping[str, Any], photo_upload: UploadedFile | None, actor: Any
) -> Product:
    """Without `photo_upload` the photo stays. Raises as `register_product` does, and StaleVersion."""
    rows = Product.objects.select_for_update(of=("self",))
    product = rows.select_related("ikm__sentra__region").get(pk=product_id)
    require(can_edit_sentra(actor, product.ikm.sentra))
    _check_version(product, version)
    changed, _warnings = _fill(product, values, PRODUCT_FIELDS)
    if photo_upload:
        product.photo = _keep(photo_upload, PHOTO_ENDINGS, actor)
        changed.append("photo")
    return _save_change(
        product, changed, [], lambda: messages.duplicate_product(product.ikm_id, product.name, product.pk), actor
    )


def _check_version(row: Any, version: int) -> None:
    if row.version != version:
        raise StaleVersion(messages.stale())


def _check_sentra(sentra: Sentra) -> None:
    _refuse(messages.place_problem(sentra.district, sentra.village, sentra.village_unlisted))
    _refuse(messages.sk_date_problem(sentra.sk_date))
    if sentra.district.parent_id != sentra.region_id:
        raise RuleBroken(_("Kecamatan ini tidak berada di kabupaten/kota sentra."))


def _refuse(problem: str) -> None:
    if problem:
        raise RuleBroken(problem)


def _fill(row: Model, values: Mapping[str, Any], names: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Set the named values and no others; names that changed, and oddities of identity numbers."""
    changed, warnings = [], []
    for name in names:
        value = values[name]
        if name in IDENTIFIERS:
            reading = read(IDENTIFIERS[name], value)
            value = reading.value
            warnings += reading.warnings
        if getattr(row, name, None) != value:
            setattr(row, name, value)
            changed.append(name)
    return changed, warnings


def _keep(upload: UploadedFile, endings: tuple[str, ...], actor: Any) -> StoredFile:
    """Store a file of one of these kinds; `store_upload` sees to it that content and ending agree."""
    if Path(str(upload.name)).suffix.lower() not in endings:
        raise FileRefused(
            _("Berkas %(name)s tidak dapat dipakai di sini. Gunakan akhiran %(endings)s.")
            % {"name": upload.name, "endings": " / ".join(endings)}
        )
    return store_upload(upload, actor=actor)


def _sentra_duplicate(sentra: Sentra) -> Duplicate | None:
    return messages.duplicate_sentra(sentra.region_id, sentra.commodity_id, sentra.name, sentra.pk)


def _save(row: Model, find_duplicate: Callable[[], Duplicate | None]) -> None:
    """Save; the unique constraint, which decides between two at the same time, speaks as the form does."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        found = find_duplicate()
        if found is None:
            raise
        raise found from error


def _save_change(
    row: Any, changed: list[str], warnings: list[str], find_duplicate: Callable[[], Duplicate | None], actor: Any
) -> Any:
    """Save what changed with its version and an audit entry that names fields, never values."""
    if changed:
        row.version += 1
        row.updated_at = Now()
        _save(row, find_duplicate)
        audit.record(actor, f"{type(row).__name__.lower()}.updated", row, changed=changed, confirmed=warnings)
    return row
