"""Who reads scores, and what is computed from them. `can_view_sheet` and `Sheet.objects.visible_to` are twins."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import SCORE_ROLES, SECRETARIAT
from core.verdict import ALLOWED, Verdict, denied
from nominations.models import Nomination
from scoring.models import Sheet
from scoring.policies.work import meets
from scoring.querysets import BOARD_ROLES


def can_view_board(user: Any) -> Verdict:
    return ALLOWED if user.has_role(*BOARD_ROLES) else denied(_("Halaman ini untuk panel dan Sekretariat."))


def can_remind_scorers(user: Any) -> Verdict:
    if user.has_role(Role.PANEL_CHAIR, *SECRETARIAT):
        return ALLOWED
    return denied(_("Penilai diingatkan oleh ketua panel atau Sekretariat."))


def can_view_scores(user: Any) -> Verdict:
    """All sheets at any time; each view is logged."""
    if user.has_role(*SCORE_ROLES):
        return ALLOWED
    return denied(_("Nilai hanya terlihat oleh ketua panel, admin kementerian, dan auditor."))


def can_view_scores_now(user: Any, nomination: Nomination, owed: set[int]) -> Verdict:
    """Who oversees and scores as well gives the own sheet first. `owed` from `selectors.assignments.owed_by`."""
    if nomination.pk in owed:
        return denied(_("Anda juga menilai usulan ini. Kirim nilai Anda lebih dahulu, lalu buka halaman ini."))
    return can_view_scores(user)


def can_view_sheet(user: Any, sheet: Sheet) -> Verdict:
    return ALLOWED if meets(user, sheet.assignment) else can_view_scores(user)


def can_view_recomputation(user: Any, owed: set[int], *, conflicted: bool) -> Verdict:
    """The numbers of a whole stage, with places: not for who has a conflict in its category, nor before the own sheets.

    `conflicted`: a conflict was declared on a nomination of the category.
    """
    if conflicted:
        return denied(
            _("Anda menyatakan benturan kepentingan atas usulan kategori ini, sehingga tidak melihat angkanya.")
        )
    if owed:
        return denied(_("Anda juga menilai pada tahap ini. Kirim nilai Anda lebih dahulu, lalu buka halaman ini."))
    return can_view_scores(user)


def can_view_sensitivity(user: Any, *, owes: bool, conflicted: bool) -> Verdict:
    """Figures over a whole category: not for who has a conflict in it, whatever the role, nor before the own sheets.

    `owes` and `conflicted` from `selectors.sensitivity.own_part`.
    """
    if conflicted:
        return denied(
            _("Anda menyatakan benturan kepentingan atas usulan kategori ini, sehingga tidak melihat angkanya.")
        )
    if owes:
        return denied(_("Anda juga menilai kategori ini. Kirim semua nilai Anda lebih dahulu, lalu buka halaman ini."))
    return can_view_scores(user)


def can_request_sensitivity(user: Any) -> Verdict:
    if user.has_role(Role.PANEL_CHAIR, Role.MINISTRY_ADMIN):
        return ALLOWED
    return denied(_("Perhitungan dimulai oleh ketua panel atau admin kementerian."))
