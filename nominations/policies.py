"""Who may do what with a nomination. A test holds `can_view` and its twin `Nomination.objects.visible_to` together."""

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import ROLES, SECRETARIAT
from core.formats import date_long
from core.verdict import ALLOWED, Verdict, denied
from nominations.enums import BEFORE_VERIFICATION_ENDS, EDITABLE, OBJECTIONABLE, Action, Side, Status
from nominations.models import Nomination, Period, Question, Requirement, StarReview
from nominations.querysets import AFTER_VERIFICATION
from nominations.rules import WINDOW_OF
from nominations.selectors.followups import follow_up_due
from nominations.selectors.proxies import covers, proxy_of
from nominations.selectors.reopening import RegionPart, marked_parts, repair_of, returned_of
from nominations.workflow import transition
from sentra.policies import can_view_region


def can_view(user: Any, nomination: Nomination) -> Verdict:
    """No query beyond the user's memberships and the region's parent code."""
    if any(ROLES[role].sees_all_regions for role in user.roles):
        return ALLOWED
    if nomination.region_id in user.region_codes(Role.DISTRICT_OFFICER):
        return ALLOWED
    if coaches(user, nomination.region_id):
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


def can_read_correspondence(user: Any, nomination: Nomination) -> Verdict:
    """Questions and the province's comments, never for scorers or chair. Twin: `CorrespondenceQuerySet.visible_to`."""
    if any(ROLES[role].sees_all_regions for role in user.roles) or owns(user, nomination):
        return ALLOWED
    if coaches(user, nomination.region_id):
        return ALLOWED
    return denied(_("Surat-menyurat ini hanya untuk daerah pengusul, provinsinya, dan Sekretariat."))


def coaches(user: Any, region_code: str) -> bool:
    """Whether the kabupaten or kota lies in a province of this officer."""
    return region_code.rpartition(".")[0] in user.region_codes(Role.PROVINCE_OFFICER)


def side_of(user: Any, nomination: Nomination) -> Side | None:
    """On whose behalf the person writes about the nomination; None for those who only read."""
    if user.has_role(*SECRETARIAT):
        return Side.SECRETARIAT
    return Side.DISTRICT if owns(user, nomination) else None


def can_ask(user: Any, nomination: Nomination) -> Verdict:
    if side_of(user, nomination) is None:
        return denied(_("Tanya jawab hanya antara petugas daerah pengusul dan Sekretariat. Anda dapat membacanya."))
    return ALLOWED


def can_answer(user: Any, question: Question) -> Verdict:
    """Add a message, the own side's too: what was said wrong is put right by a further message."""
    if question.closed_at:
        return denied(_("Pertanyaan ini sudah selesai. Ajukan pertanyaan baru bila masih ada yang perlu ditanyakan."))
    return can_ask(user, question.nomination)


def can_close_question(user: Any, question: Question) -> Verdict:
    if not user.has_role(*SECRETARIAT):
        return denied(_("Hanya Sekretariat yang dapat menyatakan pertanyaan selesai."))
    if question.closed_at:
        return denied(_("Pertanyaan ini sudah selesai."))
    return ALLOWED


def can_comment(user: Any, nomination: Nomination) -> Verdict:
    if not coaches(user, nomination.region_id):
        return denied(_("Hanya petugas provinsi dari daerah pengusul yang dapat menulis catatan provinsi."))
    return ALLOWED


def can_object(user: Any, nomination: Nomination) -> Verdict:
    """Record an objection of the province, where the period gives it that right."""
    if not coaches(user, nomination.region_id):
        return denied(_("Hanya petugas provinsi dari daerah pengusul yang dapat menyatakan keberatan."))
    if not nomination.period.province_can_object:
        return denied(_("Pada periode ini provinsi memberi catatan saja, tanpa keberatan."))
    if nomination.status not in OBJECTIONABLE:
        return denied(_("Keberatan hanya dapat dicatat sejak usulan diajukan sampai verifikasinya selesai."))
    return ALLOWED


def can_lift_objection(user: Any, nomination: Nomination) -> Verdict:
    """Any officer of the province may, whoever recorded it and whatever the period says by now."""
    if not coaches(user, nomination.region_id):
        return denied(_("Hanya petugas provinsi dari daerah pengusul yang dapat mencabut keberatan."))
    return ALLOWED


def can_follow_up(user: Any, star: Nomination, year: int) -> Verdict:
    """Record what became of a star: its region, its province and the Sekretariat, from the day on which it is due."""
    region = star.region_id
    if not (owns(user, star) or coaches(user, region) or user.has_role(*SECRETARIAT)):
        return denied(_("Tindak lanjut dicatat oleh daerah, provinsinya, atau Sekretariat."))
    if star.star_until is None:
        return denied(_("Bintang ini tidak berlaku lagi, karena dicabut atau sudah diganti hasil evaluasi ulang."))
    due = follow_up_due(star.period, year)
    if due > localdate():
        return denied(_("Catatan tahun ke-%(year)d dapat diisi mulai %(day)s.") % {"year": year, "day": date_long(due)})
    return ALLOWED


def can_remind(user: Any, region_code: str) -> Verdict:
    if user.has_role(*SECRETARIAT) or coaches(user, region_code):
        return ALLOWED
    return denied(_("Hanya provinsi yang bersangkutan dan Sekretariat yang dapat mengirim pengingat ke daerah ini."))


def can_read_identity(user: Any, nomination: Nomination) -> Verdict:
    """The full identity number of a candidate: whom the region proposes is checked by it and by the Sekretariat."""
    if owns(user, nomination) or user.has_role(*SECRETARIAT):
        return ALLOWED
    return denied(_("Nomor identitas lengkap hanya dapat dibuka oleh daerah pengusul dan Sekretariat."))


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


def can_edit_page(user: Any, nomination: Nomination, page: str) -> Verdict:
    """One page of the content. A returned dossier opens only what `repair_of` names.

    No further query for a draft; one for a marked part of a returned dossier, at most ten for others.
    """
    return _can_edit_part(user, nomination, page)


def can_edit_document(user: Any, nomination: Nomination, requirement: Requirement) -> Verdict:
    """The answer to one requirement of the region; the twin of `can_edit_page` for documents."""
    return _can_edit_part(user, nomination, requirement.pk)


def _can_edit_part(user: Any, nomination: Nomination, part: RegionPart) -> Verdict:
    verdict = can_edit(user, nomination)
    if not verdict or nomination.status != Status.RETURNED or part in marked_parts(nomination):
        return verdict
    returned = returned_of(nomination)
    if returned and part in repair_of(nomination, returned).opened:
        return ALLOWED
    return denied(_("Bagian ini tidak perlu diperbaiki. Yang dapat diubah hanya bagian yang diberi catatan."))


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
    """Only while a window rules what comes next. No query beyond the memberships.

    Who may not extend at all is not told which of the two it is: a region would learn how far the assessment is.
    """
    allowed = can_extend(user)
    if allowed and nomination.status not in WINDOW_OF:
        return denied(_("Tidak ada batas waktu yang sedang berlaku bagi usulan ini."))
    return allowed


def can_open_proxy(user: Any) -> Verdict:
    """Open or close a proxy entry, and by it act for a region."""
    if user.has_role(Role.MINISTRY_ADMIN):
        return ALLOWED
    return denied(_("Entri atas nama daerah hanya dapat dibuka atau ditutup oleh admin kementerian."))


def can_view_review(user: Any, review: StarReview) -> Verdict:
    """Whose region won the star, its province, and the ministry. Twin: `StarReviewQuerySet.visible_to`."""
    if can_view_region(user, review.star.region):
        return ALLOWED
    return denied(_("Evaluasi ulang ini di luar wilayah Anda."))


def can_open_reviews(user: Any) -> Verdict:
    if user.has_role(*SECRETARIAT):
        return ALLOWED
    return denied(_("Evaluasi ulang dibuka oleh Sekretariat."))
