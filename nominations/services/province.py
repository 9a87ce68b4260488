"""The province's comments and objections."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.enums import Role
from core import audit
from core.errors import RuleBroken
from core.http import require
from nominations.messages.correspondence import tell_comment, tell_objection
from nominations.models import Nomination, ProvinceComment, ProvinceObjection
from nominations.policies import can_comment, can_lift_objection, can_object
from nominations.services.transitions import lock_nomination


@transaction.atomic
def write_comment(*, nomination: Nomination, body: str, actor: Any) -> ProvinceComment:
    """Advice to the district, which is told. Raises NotPermitted, RuleBroken."""
    require(can_comment(actor, nomination))
    if not body.strip():
        raise RuleBroken(_("Catatan belum diisi."))
    comment = ProvinceComment.objects.create(
        nomination=nomination, author=actor, author_label=province_label(actor, nomination), body=body.strip()
    )
    audit.record(actor, "nomination.province_commented", nomination)
    tell_comment(comment)
    return comment


def province_label(actor: Any, nomination: Nomination) -> str:
    """`Petugas provinsi – Jawa Tengah`. No query."""
    province = nomination.region_id.rpartition(".")[0]
    duties = (m for m in actor.active_memberships if m.role == Role.PROVINCE_OFFICER and m.region_id == province)
    return next(duties).duty


@transaction.atomic
def record_objection(*, nomination_id: int, reason: str, actor: Any) -> ProvinceObjection:
    """From now on the nomination cannot be declared eligible.

    Takes the lock of the nomination, as the verifier's conclusion does: whoever is first wins, and the other reads why
    not. Raises NotPermitted, RuleBroken.
    """
    nomination = lock_nomination(nomination_id)
    require(can_object(actor, nomination))
    if not reason.strip():
        raise RuleBroken(_("Alasan keberatan belum diisi."))
    if nomination.objections.filter(lifted_at=None).exists():
        raise RuleBroken(_("Keberatan provinsi atas usulan ini sudah dicatat dan masih berlaku."))
    objection = ProvinceObjection.objects.create(nomination=nomination, reason=reason.strip(), author=actor)
    audit.record(actor, "nomination.province_objected", nomination, reason=reason.strip())
    tell_objection(objection, lifted=False)
    return objection


@transaction.atomic
def lift_objection(*, nomination_id: int, actor: Any) -> ProvinceObjection:
    """The standing objection ends; its reason stays readable. Raises NotPermitted, RuleBroken when none stands."""
    nomination = lock_nomination(nomination_id)
    require(can_lift_objection(actor, nomination))
    objection = nomination.objections.filter(lifted_at=None).first()
    if objection is None:
        raise RuleBroken(_("Tidak ada keberatan yang masih berlaku atas usulan ini."))
    ProvinceObjection.objects.filter(pk=objection.pk).update(lifted_at=Now(), lifted_by=actor)
    audit.record(actor, "nomination.province_objection_lifted", nomination)
    objection.lifted_by = actor
    tell_objection(objection, lifted=True)
    return objection
