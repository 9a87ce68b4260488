from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import ROLES
from core.verdict import ALLOWED, Verdict, denied


def can_read_audit(user: Any) -> Verdict:
    """The trail of everything that was done, with names."""
    if user.has_role(Role.AUDITOR, Role.MINISTRY_ADMIN):
        return ALLOWED
    return denied(_("Jejak audit hanya dapat dibaca oleh auditor dan admin kementerian."))


def can_watch_regions(user: Any) -> Verdict:
    """The matrix of every province; a province's officer has that of the own one."""
    if any(ROLES[role].sees_all_regions for role in user.roles):
        return ALLOWED
    return denied(_("Pantauan semua provinsi hanya untuk Sekretariat dan auditor."))
