"""Marking a number as compared with its document or register, and showing a hidden one."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.http import require
from sentra.enums import CheckedNumber, CheckHow, PermitKind
from sentra.models import Ikm, NumberCheck, Permit
from sentra.policies import can_check_numbers
from sentra.rules import ways_to_check
from sentra.services.records import check_version, lock_record, refuse_merged


@transaction.atomic
def check_number(
    *, ikm_id: int, number: CheckedNumber, version: int, how: CheckHow, note: str, actor: Any
) -> NumberCheck:
    """NIB or NPWP as it stood at `version`. Raises NotPermitted, RuleBroken, or StaleVersion."""
    ikm = lock_record(Ikm, ikm_id, "sentra__region")
    require(can_check_numbers(actor, ikm.sentra))
    check_version(ikm, version)
    _check_way(how, note, ways_to_check(number))
    value = {CheckedNumber.NIB: ikm.nib, CheckedNumber.NPWP: ikm.npwp}[number]
    row = NumberCheck.objects.create(ikm=ikm, number=number, value=value, how=how, note=note, checked_by=actor)
    audit.record(actor, "ikm.number_checked", ikm, number=str(number), how=str(how))
    return row


@transaction.atomic
def check_permit(*, permit_id: int, version: int, how: CheckHow, note: str, actor: Any) -> NumberCheck:
    """A permit as it stood at `version`. Raises as `check_number` does."""
    rows = Permit.objects.select_for_update(of=("self",)).select_related("ikm__sentra__region")
    permit = rows.get(pk=permit_id)
    require(can_check_numbers(actor, permit.ikm.sentra))
    refuse_merged(permit.ikm)
    check_version(permit, version)
    _check_way(how, note, ways_to_check(PermitKind(permit.kind)))
    row = NumberCheck.objects.create(permit=permit, value=permit.checked_value, how=how, note=note, checked_by=actor)
    audit.record(actor, "permit.checked", permit, ikm=permit.ikm_id, how=str(how))
    return row


@transaction.atomic
def withdraw_check(*, check_id: int, actor: Any) -> Ikm:
    """Take back a mark that proved wrong; an earlier one of the same number stands again. Raises NotPermitted."""
    rows = NumberCheck.objects.select_for_update(of=("self",))
    row = rows.select_related("ikm__sentra__region", "permit__ikm__sentra__region").get(pk=check_id)
    ikm = row.permit.ikm if row.permit else row.ikm
    require(can_check_numbers(actor, ikm.sentra))
    number = row.number or row.permit.kind
    audit.record(actor, "ikm.check_withdrawn", ikm, number=number, by=row.checked_by_id, how=row.how)
    row.delete()
    return ikm


@transaction.atomic
def show_npwp(*, ikm_id: int, actor: Any) -> None:
    """Write down that somebody is about to read the full number. Raises NotPermitted."""
    ikm = Ikm.objects.select_related("sentra__region").get(pk=ikm_id)
    require(can_check_numbers(actor, ikm.sentra))
    audit.record(actor, "ikm.npwp_shown", ikm)


def _check_way(how: CheckHow, note: str, ways: tuple[CheckHow, ...]) -> None:
    if how not in ways:
        raise RuleBroken(_("Pilih dengan apa nomor ini dicocokkan."))
    if how is CheckHow.OTHER and not note:
        raise RuleBroken(_("Tulis dengan apa nomor ini dicocokkan."))
