from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from core.verdict import ALLOWED, Verdict, denied


def can_read_audit(user: Any) -> Verdict:
    """The trail of everything that was done, with names."""
    if user.has_role(Role.AUDITOR, Role.MINISTRY_ADMIN):
        return ALLOWED
    return denied(_("Jejak audit hanya dapat dibaca oleh auditor dan admin kementerian."))
