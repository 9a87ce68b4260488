from enum import StrEnum


class Role(StrEnum):
    """The eight roles; the public has none. Labels live in `accounts.roles`."""

    DISTRICT_OFFICER = "district_officer"
    PROVINCE_OFFICER = "province_officer"
    VERIFIER = "verifier"
    ASSESSOR = "assessor"
    JUROR = "juror"
    PANEL_CHAIR = "panel_chair"
    MINISTRY_ADMIN = "ministry_admin"
    AUDITOR = "auditor"


class RegionScope(StrEnum):
    """What kind of region a membership of a role must name."""

    NONE = "none"
    REGENCY = "regency"
    PROVINCE = "province"
    OPTIONAL = "optional"


class MailPreference(StrEnum):
    """When a person is mailed what is not important; the important is always mailed at once."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    PORTAL = "portal"
