"""Who may do what with a nomination. A test holds `can_view` and its twin `Nomination.objects.visible_to` together."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import ROLES, SECRETARIAT
from core.verdict import ALLOWED, Verdict, denied
from nominations.enums import BEFORE_VERIFICATION_ENDS, EDITABLE, Action, Status
from nominations.models import Nomination, Period
from nominations.querysets import AFTER_VERIFICATION
from nominations.rules import WINDOW_OF
from nominations.selectors.proxies import covers, proxy_of
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


# What an admin may do for a region by an open proxy entry; withdrawing stays with the region.
BY_PROXY = frozenset({Action.SUBMIT, Action.RESUBMIT})
# What nobody may do with a dossier that she or he filled in for a region.
CHECKING = frozenset(
    {Action.START_VERIFICATION, Action.RETURN_FOR_REPAIR, Action.DECLARE_INELIGIBLE, Action.DECLARE_ELIGIBLE}
)


def can_nominate(user: Any, region_code: str, period: Period | None = None) -> Verdict:
    """For the region's officers in every round; by an open proxy entry only in a round that it names. One query then.

    Without a `period` the answer is about the officer's own right alone.
    """
    if region_code in user.region_codes(Role.DISTRICT_OFFICER):
        return ALLOWED
    entry = user.proxy_for(region_code) if period else None
    if period and entry and covers(entry, period.pk):
        return ALLOWED
    return denied(_("Hanya petugas dinas kabupaten/kota yang dapat mengusulkan dari daerahnya."))


def can_edit(user: Any, nomination: Nomination) -> Verdict:
    """Content and documents, while it is a draft or has been returned."""
    if not owns(user, nomination) and not proxy_of(user, nomination):
        return denied(_("Hanya petugas dinas kabupaten/kota pengusul yang dapat mengubah usulan ini."))
    if nomination.status not in EDITABLE:
        return denied(
            _("Usulan ini sudah diajukan sehingga tidak dapat diubah. Isinya dapat diubah lagi bila dikembalikan.")
        )
    return ALLOWED


def can_act(user: Any, nomination: Nomination, action: Action) -> Verdict:
    """Whether the workflow table gives this person this action now; windows are checked by the service."""
    row = transition(nomination.status, action)
    if row is None:
        return denied(_wrong_state(nomination, action))
    if action in BY_PROXY and proxy_of(user, nomination):
        return ALLOWED
    if not row.roles & user.roles:
        return denied(_("Peran Anda tidak dapat melakukan tindakan ini."))
    if row.roles == {Role.DISTRICT_OFFICER} and not owns(user, nomination):
        return denied(_("Hanya petugas dinas kabupaten/kota pengusul yang dapat melakukan tindakan ini."))
    if action in CHECKING:
        return checks_others_work(user, nomination)
    return ALLOWED


def checks_others_work(user: Any, nomination: Nomination) -> Verdict:
    """Nobody verifies what she or he has entered for a region, whatever the role now.

    One query unless `proxy_acts` was prefetched.
    """
    if any(act.actor_id == user.pk for act in nomination.proxy_acts.all()):
        return denied(
            _("Anda ikut mengisi usulan ini atas nama daerah, sehingga verifikasinya dilakukan oleh orang lain.")
        )
    return ALLOWED


def _wrong_state(nomination: Nomination, action: Action) -> str:
    if action in (Action.SUBMIT, Action.RESUBMIT):
        return _("Usulan ini sudah diajukan. Anda tidak perlu mengirimnya lagi.")
    if action is Action.WITHDRAW:
        return _("Usulan hanya dapat ditarik sebelum verifikasi selesai.")
    return _("Tindakan ini tidak dapat dilakukan pada keadaan usulan sekarang. Muat ulang halaman usulan.")


def can_verify(user: Any, nomination: Nomination) -> Verdict:
    """Give verdicts on documents."""
    if not user.has_role(Role.VERIFIER, Role.MINISTRY_ADMIN):
        return denied(_("Hanya verifikator Sekretariat yang dapat memverifikasi usulan."))
    if nomination.status != Status.UNDER_VERIFICATION:
        return denied(_("Usulan ini tidak sedang diverifikasi."))
    return checks_others_work(user, nomination)


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


def can_view_deadlines(user: Any) -> Verdict:
    """Extensions, what came within the grace, and proxy entries: all of them, or none. No query of its own."""
    if user.has_role(*SECRETARIAT, Role.AUDITOR):
        return ALLOWED
    return denied(_("Halaman ini hanya untuk Sekretariat."))


def can_extend(user: Any) -> Verdict:
    """Give an extension, or take one back."""
    if user.has_role(Role.MINISTRY_ADMIN):
        return ALLOWED
    return denied(_("Perpanjangan hanya dapat diberikan atau ditarik oleh admin kementerian."))


def can_extend_nomination(user: Any, nomination: Nomination) -> Verdict:
    """Only while a window rules what comes next. No query beyond the memberships."""
    if nomination.status not in WINDOW_OF:
        return denied(_("Tidak ada batas waktu yang sedang berlaku bagi usulan ini."))
    return can_extend(user)


def can_open_proxy(user: Any) -> Verdict:
    """Open or close a proxy entry, and by it act for a region."""
    if user.has_role(Role.MINISTRY_ADMIN):
        return ALLOWED
    return denied(_("Entri atas nama daerah hanya dapat dibuka atau ditutup oleh admin kementerian."))
