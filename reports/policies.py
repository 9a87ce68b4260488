from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import ROLES
from core.verdict import ALLOWED, Verdict, denied
from reference.enums import RegionLevel
from reference.models import Region
from sentra.policies import can_view_region


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


def can_open_country(user: Any) -> Verdict:
    """The map of all provinces."""
    if any(ROLES[role].sees_all_regions for role in user.roles):
        return ALLOWED
    return denied(_("Peta seluruh provinsi dapat dibuka oleh kementerian."))


def can_open_region(user: Any, region: Region) -> Verdict:
    """The page of a province, or of a kabupaten or kota: as far as the person sees the register."""
    if region.level == RegionLevel.REGENCY:
        return can_view_region(user, region)
    if can_open_country(user) or region.code in user.region_codes(Role.PROVINCE_OFFICER):
        return ALLOWED
    return denied(_("Wilayah ini di luar wilayah Anda."))
