"""Registering and changing an IKM."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.services.proxies import proxy_facts
from core import audit
from core.http import require
from sentra import messages
from sentra.enums import RecordKind
from sentra.models import Ikm, Sentra
from sentra.policies import can_edit_sentra
from sentra.presenters.notices import edition_oddities
from sentra.services.duplicates import tell_apart
from sentra.services.records import check_version, fill, lock_record, refuse, refuse_merged, save_change, save_record

IKM_FIELDS = (
    "name", "owner_name", "nib", "npwp", "kbli", "workers", "investment", "established_year", "phone", "address",
)  # fmt: skip


@transaction.atomic
def register_ikm(*, sentra_id: int, values: Mapping[str, Any], actor: Any) -> Ikm:
    """A new IKM in the sentra. Raises NotPermitted, RuleBroken, or Duplicate when the NIB is taken anywhere."""
    sentra = lock_record(Sentra, sentra_id, "region", "commodity")
    require(can_edit_sentra(actor, sentra))
    refuse_merged(sentra)
    ikm = Ikm(sentra=sentra, created_by=actor)
    _changed, warnings = fill(ikm, values, IKM_FIELDS)
    refuse(messages.year_problem(ikm.established_year))
    warnings += edition_oddities(ikm.kbli, sentra.commodity)
    save_record(ikm, lambda: messages.duplicate_nib(actor, ikm.nib))
    tell_apart(RecordKind.IKM, ikm, values.get("told_apart", ()), actor)
    facts = proxy_facts(actor, sentra.region_id)
    audit.record(actor, "ikm.created", ikm, sentra=sentra.pk, confirmed=warnings, **facts)
    return ikm


@transaction.atomic
def update_ikm(*, ikm_id: int, version: int, values: Mapping[str, Any], actor: Any) -> Ikm:
    """Raises as `register_ikm` does, and StaleVersion when it was changed since `version`."""
    ikm = lock_record(Ikm, ikm_id, "sentra__region", "sentra__commodity", "kbli")
    require(can_edit_sentra(actor, ikm.sentra))
    check_version(ikm, version)
    changed, warnings = fill(ikm, values, IKM_FIELDS)
    refuse(messages.year_problem(ikm.established_year))
    if "kbli" in changed:
        warnings += edition_oddities(ikm.kbli, ikm.sentra.commodity)
    tell_apart(RecordKind.IKM, ikm, values.get("told_apart", ()), actor)
    return save_change(ikm, changed, warnings, lambda: messages.duplicate_nib(actor, ikm.nib, ikm.pk), actor)
