"""Who may do what with a nomination. A test holds `can_view` and its twin `Nomination.objects.visible_to` together."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import ROLES
from core.verdict import ALLOWED, Verdict, denied
from nominations.enums import BEFORE_VERIFICATION_ENDS, EDITABLE, Action, Status
from nominations.models import Nomination, Requirement
from nominations.querysets import AFTER_VERIFICATION
from nominations.selectors.reopening import RegionPart, marked_parts, repair_of
from nominations.workflow import transition


def can_view(user: Any, nomination: Nomination) -> Verdict:
    """No query beyond the user's memberships and the region's parent code."""
    if any(ROLES[role].sees_all_regions for role in user.roles):
        return ALLOWED
    if nomination.region_id in user.region_codes(Role.DISTRICT_OFFICER):
        return ALLOWED
    if nomination.region_id.rpartition(".")[0] in user.region_codes(Role.PROVINCE_OFFICER):
        return ALLOWED
    if user.has_role(Role.PANEL_CHAIR) and nomination.status in AFTER_VERIFICATION:
        return ALLOWED
    return denied(_("Usulan ini di luar wilayah Anda."))


def owns(user: Any, nomination: Nomination) -> bool:
    """The region owns the nomination: any of its officers may go on with it."""
    return nomination.region_id in user.region_codes(Role.DISTRICT_OFFICER)


def can_nominate(user: Any, region_code: str) -> Verdict:
    if region_code in user.region_codes(Role.DISTRICT_OFFICER):
        return ALLOWED
    return denied(_("Hanya petugas dinas kabupaten/kota yang dapat mengusulkan dari daerahnya."))


def can_edit(user: Any, nomination: Nomination) -> Verdict:
    """Content and documents, while it is a draft or has been returned."""
    if not owns(user, nomination):
        return denied(_("Hanya petugas dinas kabupaten/kota pengusul yang dapat mengubah usulan ini."))
    if nomination.status not in EDITABLE:
        return denied(
            _("Usulan ini sudah diajukan sehingga tidak dapat diubah. Isinya dapat diubah lagi bila dikembalikan.")
        )
    return ALLOWED


def can_edit_page(
    user: Any, nomination: Nomination, page: str, opened: Collection[RegionPart] | None = None
) -> Verdict:
    """One page of the content. A returned dossier opens only what `repair_of` names; pass `opened` when at hand.

    No further query for a draft.
    """
    return _can_edit_part(user, nomination, page, opened)


def can_edit_document(
    user: Any, nomination: Nomination, requirement: Requirement, opened: Collection[RegionPart] | None = None
) -> Verdict:
    """The answer to one requirement of the region; the twin of `can_edit_page` for documents."""
    return _can_edit_part(user, nomination, requirement.pk, opened)


def _can_edit_part(
    user: Any, nomination: Nomination, part: RegionPart, opened: Collection[RegionPart] | None
) -> Verdict:
    verdict = can_edit(user, nomination)
    if not verdict or nomination.status != Status.RETURNED:
        return verdict
    if opened is None:
        marked = marked_parts(nomination)
        opened = marked if part in marked else repair_of(nomination).opened
    if part in opened:
        return ALLOWED
    return denied(_("Bagian ini tidak perlu diperbaiki. Yang dapat diubah hanya bagian yang diberi catatan."))


def can_act(user: Any, nomination: Nomination, action: Action) -> Verdict:
    """Whether the workflow table gives this person this action now; windows are checked by the service."""
    row = transition(nomination.status, action)
    if row is None:
        return denied(_wrong_state(nomination, action))
    if not row.roles & user.roles:
        return denied(_("Peran Anda tidak dapat melakukan tindakan ini."))
    if row.roles == {Role.DISTRICT_OFFICER} and not owns(user, nomination):
        return denied(_("Hanya petugas dinas kabupaten/kota pengusul yang dapat melakukan tindakan ini."))
    return ALLOWED


def _wrong_state(nomination: Nomination, action: Action) -> str:
    if action in (Action.SUBMIT, Action.RESUBMIT):
        return _("Usulan ini sudah diajukan. Anda tidak perlu mengirimnya lagi.")
    if action is Action.WITHDRAW:
        return _("Usulan hanya dapat ditarik sebelum verifikasi selesai.")
    return _("Tindakan ini tidak dapat dilakukan pada keadaan usulan sekarang. Muat ulang halaman usulan.")


def can_work_queue(user: Any) -> Verdict:
    """Work at the queue; what each dossier allows is asked of `can_verify`."""
    if user.has_role(Role.VERIFIER, Role.MINISTRY_ADMIN):
        return ALLOWED
    return denied(_("Hanya verifikator Sekretariat yang dapat memverifikasi usulan."))


def can_verify(user: Any, nomination: Nomination) -> Verdict:
    """Give verdicts on documents and sections, and conclude."""
    verdict = can_work_queue(user)
    if not verdict:
        return verdict
    if nomination.status != Status.UNDER_VERIFICATION:
        return denied(_("Usulan ini tidak sedang diverifikasi."))
    return ALLOWED


def can_add_assessment_document(user: Any, nomination: Nomination) -> Verdict:
    """Documents of the assessment stage are the Sekretariat's, for example the receipt of the product sample."""
    if not user.has_role(Role.VERIFIER, Role.MINISTRY_ADMIN):
        return denied(_("Dokumen tahap penilaian diunggah oleh Sekretariat."))
    if nomination.status not in (Status.ELIGIBLE, Status.IN_ASSESSMENT):
        return denied(_("Dokumen tahap penilaian diunggah setelah usulan lolos verifikasi dan sebelum pleno."))
    return ALLOWED


def can_withdraw(user: Any, nomination: Nomination) -> Verdict:
    if nomination.status not in BEFORE_VERIFICATION_ENDS:
        return denied(_("Usulan hanya dapat ditarik sebelum verifikasi selesai."))
    return can_act(user, nomination, Action.WITHDRAW)
