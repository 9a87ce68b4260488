"""Role → what it is called, which region it needs, what it may see. One table."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.enums import RegionScope, Role
from reference.enums import RegionLevel


@dataclass(frozen=True, slots=True)
class RoleFacts:
    label: str
    region: RegionScope
    sees_all_regions: bool = False
    short_session: bool = True
    admin_verbs: frozenset[str] = frozenset()


ROLES: dict[Role, RoleFacts] = {
    Role.DISTRICT_OFFICER: RoleFacts("Petugas kabupaten/kota", RegionScope.REGENCY, short_session=False),
    Role.PROVINCE_OFFICER: RoleFacts("Petugas provinsi", RegionScope.PROVINCE, short_session=False),
    Role.VERIFIER: RoleFacts("Verifikator Sekretariat", RegionScope.NONE, sees_all_regions=True),
    Role.ASSESSOR: RoleFacts("Penilai Tim Seleksi", RegionScope.OPTIONAL),
    Role.JUROR: RoleFacts("Dewan Juri", RegionScope.OPTIONAL),
    Role.PANEL_CHAIR: RoleFacts("Ketua panel", RegionScope.NONE),
    Role.MINISTRY_ADMIN: RoleFacts(
        "Admin kementerian",
        RegionScope.NONE,
        sees_all_regions=True,
        admin_verbs=frozenset({"add", "change", "view"}),
    ),
    Role.AUDITOR: RoleFacts("Auditor", RegionScope.NONE, sees_all_regions=True, admin_verbs=frozenset({"view"})),
}

SECRETARIAT = frozenset({Role.VERIFIER, Role.MINISTRY_ADMIN})
SCORERS = frozenset({Role.ASSESSOR, Role.JUROR})
OVERSIGHT = frozenset({Role.PANEL_CHAIR, Role.AUDITOR})
SCORE_ROLES = OVERSIGHT | {Role.MINISTRY_ADMIN}


def region_problem(role: Role, level: int | None) -> str:
    """What is wrong with a membership of that role in a region of that level (None: no region); empty when it fits."""
    scope = ROLES[role].region
    if scope is RegionScope.REGENCY and level != RegionLevel.REGENCY:
        return _("Peran ini memerlukan satu kabupaten atau kota.")
    if scope is RegionScope.PROVINCE and level != RegionLevel.PROVINCE:
        return _("Peran ini memerlukan satu provinsi.")
    if scope is RegionScope.NONE and level is not None:
        return _("Peran ini tidak memakai wilayah. Kosongkan wilayahnya.")
    if level is not None and level > RegionLevel.REGENCY:
        return _("Pilih provinsi, kabupaten, atau kota.")
    return ""
