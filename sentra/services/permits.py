"""Recording, changing and removing a permit."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.proxies import proxy_facts
from core import audit
from core.errors import RuleBroken
from core.http import require
from core.identifiers import Kind, read
from sentra.enums import PermitKind
from sentra.models import Ikm, Permit
from sentra.policies import can_edit_sentra
from sentra.presenters.permits import dates_problem, duplicate_permit, permit_oddities, read_permit
from sentra.rules import KINDS_WITH_SUBJECT
from sentra.services.records import (
    check_version,
    fill,
    keep_upload,
    lock_record,
    refuse_merged,
    save_change,
    save_record,
)

PERMIT_FIELDS = ("product", "subject", "number", "in_process", "mark_class", "issuer", "issued_on", "expires_on")
FILE_ENDINGS = (".pdf", ".jpg", ".jpeg", ".png")


@transaction.atomic
def record_permit(
    *, ikm_id: int, kind: PermitKind, values: Mapping[str, Any], file_upload: UploadedFile | None, actor: Any
) -> Permit:
    """A permit of the IKM. Raises NotPermitted, RuleBroken, FileRefused, or Duplicate when the IKM has it already."""
    ikm = lock_record(Ikm, ikm_id, "sentra__region")
    require(can_edit_sentra(actor, ikm.sentra))
    refuse_merged(ikm)
    permit = Permit(ikm=ikm, kind=kind, created_by=actor)
    _changed, warnings = _fill_permit(permit, values)
    if file_upload:
        permit.file = keep_upload(file_upload, FILE_ENDINGS, actor)
    save_record(permit, lambda: duplicate_permit(ikm.pk, kind, permit.number))
    facts = proxy_facts(actor, ikm.region_id)
    audit.record(actor, "permit.created", permit, ikm=ikm.pk, kind=str(kind), confirmed=warnings, **facts)
    return permit


@transaction.atomic
def update_permit(
    *, permit_id: int, version: int, values: Mapping[str, Any], file_upload: UploadedFile | None, actor: Any
) -> Permit:
    """Without `file_upload` the file stays; the kind never changes.

    A comparison with the document ends by itself when number or dates change: see `NumberCheck`. Raises as
    `record_permit` does, and StaleVersion when it was changed since `version`.
    """
    permit = _locked(permit_id)
    require(can_edit_sentra(actor, permit.ikm.sentra))
    refuse_merged(permit.ikm)
    check_version(permit, version)
    changed, warnings = _fill_permit(permit, values)
    if file_upload:
        permit.file = keep_upload(file_upload, FILE_ENDINGS, actor)
        changed.append("file")
    return save_change(
        permit, changed, warnings, lambda: duplicate_permit(permit.ikm_id, permit.kind, permit.number, permit.pk), actor
    )


@transaction.atomic
def remove_permit(*, permit_id: int, actor: Any) -> Ikm:
    """Take a permit that was recorded by mistake off its IKM. Raises NotPermitted."""
    permit = _locked(permit_id)
    require(can_edit_sentra(actor, permit.ikm.sentra))
    refuse_merged(permit.ikm)
    facts = proxy_facts(actor, permit.ikm.region_id)
    audit.record(actor, "permit.removed", permit, ikm=permit.ikm_id, kind=permit.kind, **facts)
    permit.delete()
    return permit.ikm


def _locked(permit_id: int) -> Permit:
    rows = Permit.objects.select_for_update(of=("self",))
    return rows.select_related("ikm__sentra__region").get(pk=permit_id)


def _fill_permit(permit: Permit, values: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Set what was typed; names that changed, and oddities that the person confirmed.

    A kind without a subject leaves it out, and only a trademark says whether it is in process, and in which class.
    """
    kind = PermitKind(permit.kind)
    values = {"subject": "", "in_process": False, "mark_class": None, **values}
    reading = read_permit(kind, values["number"], in_process=values["in_process"])
    values["number"] = reading.value
    if kind is PermitKind.SNI:
        values["subject"] = read(Kind.SNI, values["subject"]).value
    changed, _none = fill(permit, values, PERMIT_FIELDS)
    _check(permit)
    return changed, [*reading.warnings, *permit_oddities(permit)]


def _check(permit: Permit) -> None:
    if problem := dates_problem(permit.issued_on, permit.expires_on):
        raise RuleBroken(problem[1])
    if permit.product and permit.product.ikm_id != permit.ikm_id:
        raise RuleBroken(_("Pilih produk dari IKM ini."))
    if (permit.kind in KINDS_WITH_SUBJECT) != bool(permit.subject):
        raise RuleBroken(_("Isi nama atau jenisnya, kecuali untuk P-IRT, izin edar BPOM, dan sertifikat halal."))
    if permit.in_process and permit.kind != PermitKind.TRADEMARK:
        raise RuleBroken(_("Hanya merek yang dicatat selagi masih dalam proses."))
