"""Registering and changing a sentra. Policy, version and rules are checked again: a form is not the only way in."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.proxies import proxy_facts
from core import audit
from core.errors import RuleBroken
from core.http import require
from sentra import messages
from sentra.enums import RecordKind
from sentra.errors import Duplicate
from sentra.models import Sentra
from sentra.policies import can_edit_sentra, can_register
from sentra.services.duplicates import tell_apart
from sentra.services.records import (
    SK_ENDINGS,
    check_version,
    fill,
    keep_upload,
    lock_record,
    refuse,
    save_change,
    save_record,
)

SENTRA_FIELDS = (
    "name", "commodity", "unit_count", "district", "village", "village_unlisted", "address",
    "sk_number", "sk_date", "sk_signatory", "contact_name", "contact_phone", "contact_email",
    "latitude", "longitude",
)  # fmt: skip


@transaction.atomic
def register_sentra(*, values: Mapping[str, Any], sk_upload: UploadedFile, actor: Any) -> Sentra:
    """A new sentra in the region of `values["district"]`, a kecamatan.

    Raises NotPermitted, RuleBroken, FileRefused, or Duplicate when the region has a sentra of that name and commodity.
    """
    region = values["district"].parent
    require(can_register(actor, region))
    sentra = Sentra(region=region, created_by=actor)
    _changed, warnings = fill(sentra, values, SENTRA_FIELDS)
    refuse(messages.units_problem(sentra.unit_count))
    _check_sentra(sentra)
    sentra.sk_file = keep_upload(sk_upload, SK_ENDINGS, actor)
    save_record(sentra, lambda: _sentra_duplicate(sentra))
    tell_apart(RecordKind.SENTRA, sentra, values.get("told_apart", ()), actor)
    facts = proxy_facts(actor, region.pk)
    audit.record(actor, "sentra.created", sentra, region=region.pk, confirmed=warnings, **facts)
    return sentra


@transaction.atomic
def update_sentra(
    *, sentra_id: int, version: int, values: Mapping[str, Any], sk_upload: UploadedFile | None, actor: Any
) -> Sentra:
    """Change a sentra; without `sk_upload` the decree's file stays. The region never changes.

    The commodity is fixed from the first IKM on, because nominations follow from it. Raises as `register_sentra` does,
    and StaleVersion when it was changed since `version`.
    """
    sentra = lock_record(Sentra, sentra_id, "region", "commodity", "district", "village")
    require(can_edit_sentra(actor, sentra))
    check_version(sentra, version)
    changed, warnings = fill(sentra, values, SENTRA_FIELDS)
    if "commodity" in changed and sentra.ikm.exists():
        raise RuleBroken(messages.commodity_is_fixed())
    _check_sentra(sentra)
    if sk_upload:
        sentra.sk_file = keep_upload(sk_upload, SK_ENDINGS, actor)
        changed.append("sk_file")
    tell_apart(RecordKind.SENTRA, sentra, values.get("told_apart", ()), actor)
    return save_change(sentra, changed, warnings, lambda: _sentra_duplicate(sentra), actor)


def _check_sentra(sentra: Sentra) -> None:
    refuse(messages.place_problem(sentra.district, sentra.village, sentra.village_unlisted))
    refuse(messages.sk_date_problem(sentra.sk_date))
    if sentra.district.parent_id != sentra.region_id:
        raise RuleBroken(_("Kecamatan ini tidak berada di kabupaten/kota sentra."))


def _sentra_duplicate(sentra: Sentra) -> Duplicate | None:
    return messages.duplicate_sentra(sentra.region_id, sentra.commodity_id, sentra.name, sentra.pk)
