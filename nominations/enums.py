from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class HintCounts(models.TextChoices):
    """What the recommended number per kabupaten or kota counts: "at least two sentra" in 2024, one IKM in 2021."""

    SENTRA = "sentra", _("sentra")
    NOMINATIONS = "nominations", _("usulan")


class EntryKind(StrEnum):
    """What an award judges. The only thing about an award that is code and not data."""

    PRODUCT = "product"
    CANDIDATE = "candidate"


class CoachLevel(StrEnum):
    """Who coaches the holder of a star."""

    DISTRICT = "district"
    PROVINCE = "province"
    MINISTRY = "ministry"


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_VERIFICATION = "under_verification"
    RETURNED = "returned"
    INELIGIBLE = "ineligible"
    ELIGIBLE = "eligible"
    IN_ASSESSMENT = "in_assessment"
    ELIMINATED = "eliminated"
    IN_PLENARY = "in_plenary"
    RECOMMENDED = "recommended"
    NOT_RECOMMENDED = "not_recommended"
    DECIDED = "decided"
    AWARDED = "awarded"
    WITHDRAWN = "withdrawn"
    RE_EVALUATION = "re_evaluation"


class Action(StrEnum):
    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    START_VERIFICATION = "start_verification"
    RETURN_FOR_REPAIR = "return_for_repair"
    DECLARE_INELIGIBLE = "declare_ineligible"
    DECLARE_ELIGIBLE = "declare_eligible"
    OPEN_ASSESSMENT = "open_assessment"
    ELIMINATE = "eliminate"
    REINSTATE = "reinstate"
    SEND_TO_PLENARY = "send_to_plenary"
    RECALL_FROM_PLENARY = "recall_from_plenary"
    RECOMMEND = "recommend"
    NOT_RECOMMEND = "not_recommend"
    RETURN_TO_PLENARY = "return_to_plenary"
    DECIDE = "decide"
    AWARD = "award"


class WindowKind(StrEnum):
    NOMINATION = "nomination"
    CORRECTION = "correction"
    ASSESSMENT = "assessment"
    OBJECTION = "objection"


class RequirementLevel(StrEnum):
    REQUIRED = "required"
    OPTIONAL = "optional"


class AnswerKind(StrEnum):
    FILE = "file"
    LINK = "link"


class DocumentStage(StrEnum):
    """When a document is due, and thereby who brings it: the region, or the Sekretariat."""

    NOMINATION = "pengusulan"
    ASSESSMENT = "penilaian"


class Topic(models.TextChoices):
    """The topics on which a dossier is written, one page each."""

    UNIQUENESS = "uniqueness", _("Keunikan dan kearifan lokal")
    MATERIALS = "materials", _("Bahan baku dan proses")
    MARKETING = "marketing", _("Pemasaran dan penjualan")
    COMMUNITY_ROLE = "community_role", _("Peran IKM bagi sentra dan masyarakat")
    DUTY_STATEMENT = "duty_statement", _("Tugas dan fungsi calon")
    MOTIVATION = "motivation", _("Prakarsa dan motivasi")
    COACHING = "coaching", _("Bentuk dan kesinambungan pembinaan")
    IMPACT = "impact", _("Hasil dan dampak")


class CandidateKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"
    COMPANY = "company"
    REGIONAL_HEAD = "regional_head"


class IdentityKind(StrEnum):
    NIK = "nik"
    NPWP = "npwp"
    NIB = "nib"


class Side(StrEnum):
    """Who talks to whom about a nomination."""

    DISTRICT = "district"
    SECRETARIAT = "secretariat"


class ItemVerdict(StrEnum):
    ACCEPTED = "accepted"
    REPAIR = "repair"
    REJECTED = "rejected"


class AdminRule(models.TextChoices):
    """The rules of the administrative stage: what a dossier can fail on. A closed set, for reasons and statistics."""

    SENTRA_UNITS = "sentra_units", _("Sentra kurang dari lima unit usaha")
    SENTRA_DECREE = "sentra_decree", _("SK penetapan sentra tidak ada atau tidak sah")
    SCALE = "scale", _("Usaha berskala besar")
    KBLI = "kbli", _("KBLI pada NIB tidak sesuai komoditas")
    PERMITS = "permits", _("Izin edar, sertifikat halal, atau uji laboratorium tidak ada atau kedaluwarsa")
    STAR_HOLDER = "star_holder", _("Produk masih memegang bintang yang berlaku")
    ONE_LIVE = "one_live", _("Produk yang sama sudah diusulkan pada periode ini")
    DOCUMENTS = "documents", _("Dokumen wajib tidak ada atau tidak sah")
    ANSWERS = "answers", _("Keterangan usulan tidak lengkap atau tidak benar")
    BENEFICIARIES = "beneficiaries", _("IKM binaan kurang dari jumlah yang disyaratkan")
    COACHING_YEARS = "coaching_years", _("Pembinaan tidak berlangsung pada setiap tahun yang disyaratkan")
    COMMODITY = "commodity", _("Produk tidak termasuk komoditas OVOP")
    OTHER = "other", _("Alasan lain")


# On what each rule rests, in words that a region can look up.
_OVOP_BASIS = _("Permenperin 14/2021 tentang pengembangan IKM di sentra melalui OVOP")
_UPAKARTI_BASIS = _("Permenperin 5/2020 tentang Penghargaan Upakarti")
BASIS = {
    AdminRule.SENTRA_UNITS: _("PP 29/2018 tentang pemberdayaan industri: sentra paling sedikit lima unit usaha"),
    AdminRule.SENTRA_DECREE: _OVOP_BASIS,
    AdminRule.SCALE: _("Permenperin 64/2016 tentang skala industri kecil dan menengah"),
    AdminRule.KBLI: _OVOP_BASIS,
    AdminRule.PERMITS: _OVOP_BASIS,
    AdminRule.STAR_HOLDER: _OVOP_BASIS,
    AdminRule.ONE_LIVE: _("Ketentuan periode pengusulan: satu usulan untuk setiap produk IKM"),
    AdminRule.DOCUMENTS: _("Daftar dokumen wajib periode pengusulan"),
    AdminRule.ANSWERS: _("Daftar keterangan wajib periode pengusulan"),
    AdminRule.BENEFICIARIES: _UPAKARTI_BASIS,
    AdminRule.COACHING_YEARS: _UPAKARTI_BASIS,
    AdminRule.COMMODITY: _OVOP_BASIS,
    AdminRule.OTHER: _("Ketentuan periode pengusulan"),
}

FOLLOW_UP_YEARS = (1, 2)  # after the release of an award; its star is judged anew after the second

EDITABLE = frozenset({Status.DRAFT, Status.RETURNED})
BEFORE_VERIFICATION_ENDS = frozenset({Status.DRAFT, Status.SUBMITTED, Status.UNDER_VERIFICATION, Status.RETURNED})
OBJECTIONABLE = BEFORE_VERIFICATION_ENDS - {Status.DRAFT}
NOT_LIVE = frozenset({Status.WITHDRAWN})
NOT_SENT = frozenset({Status.DRAFT}) | NOT_LIVE
GRANTED = frozenset({Status.DECIDED, Status.AWARDED})
# Windows that can close later for a region or a nomination.
EXTENDABLE = frozenset({WindowKind.NOMINATION, WindowKind.CORRECTION, WindowKind.ASSESSMENT})

# The rules by which each kind of entry is judged, in the order in which they are shown.
ADMIN_RULES = {
    EntryKind.PRODUCT: (
        AdminRule.SENTRA_UNITS,
        AdminRule.SENTRA_DECREE,
        AdminRule.SCALE,
        AdminRule.KBLI,
        AdminRule.STAR_HOLDER,
        AdminRule.ONE_LIVE,
        AdminRule.PERMITS,
        AdminRule.ANSWERS,
        AdminRule.DOCUMENTS,
    ),
    EntryKind.CANDIDATE: (
        AdminRule.BENEFICIARIES,
        AdminRule.COACHING_YEARS,
        AdminRule.ANSWERS,
        AdminRule.DOCUMENTS,
    ),
}
# What a verifier may declare that a dossier fails on: these rules, and what no rule can see.
RULES_OF = {
    EntryKind.PRODUCT: (*ADMIN_RULES[EntryKind.PRODUCT], AdminRule.COMMODITY, AdminRule.OTHER),
    EntryKind.CANDIDATE: (*ADMIN_RULES[EntryKind.CANDIDATE], AdminRule.OTHER),
}

# What is asked about which kind of entry, in the order of the pages.
TOPICS = {
    EntryKind.PRODUCT: (Topic.UNIQUENESS, Topic.MATERIALS, Topic.MARKETING, Topic.COMMUNITY_ROLE),
    EntryKind.CANDIDATE: (Topic.DUTY_STATEMENT, Topic.MOTIVATION, Topic.COACHING, Topic.IMPACT),
}
# Nothing more happens to these nominations; to the second group only once the results of the period are released.
OVER = frozenset({Status.WITHDRAWN, Status.INELIGIBLE, Status.DECIDED, Status.AWARDED})
OVER_WHEN_RELEASED = frozenset({Status.ELIMINATED, Status.NOT_RECOMMENDED})

# Which number identifies which kind of candidate.
IDENTITY_OF = {
    CandidateKind.PERSON: IdentityKind.NIK,
    CandidateKind.REGIONAL_HEAD: IdentityKind.NIK,
    CandidateKind.ORGANISATION: IdentityKind.NPWP,
    CandidateKind.COMPANY: IdentityKind.NIB,
}
