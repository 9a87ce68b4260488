"""A visit in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from scoring.enums import ClaimKind, Finding
from scoring.maths.findings import FieldSpec, required_interviews
from scoring.models import FieldClaim

FINDINGS = {
    "": ("Belum diperiksa", "neutral"),
    Finding.PROVEN: ("Terbukti", "success"),
    Finding.PARTLY: ("Terbukti sebagian", "attention"),
    Finding.NOT_PROVEN: ("Tidak terbukti", "stopped"),
}


def interview_progress(spec: FieldSpec, claims: Iterable[FieldClaim]) -> str:
    """How many interviews of beneficiaries the visit needs and how many it has; empty where it needs none."""
    if not spec.interviews_of_beneficiaries:
        return ""
    beneficiaries = [claim for claim in claims if claim.kind == ClaimKind.BENEFICIARY]
    held = sum(bool(claim.finding and claim.interviewee) for claim in beneficiaries)
    return _("Wawancara IKM binaan: %(held)d dari sedikitnya %(needed)d") % {
        "held": held,
        "needed": required_interviews(spec, len(beneficiaries)),
    }


def claim_rows(claims: Iterable[FieldClaim]) -> list[dict[str, object]]:
    """Claims with their finding as a tag. No query."""
    rows = []
    for claim in claims:
        label, kind = FINDINGS[claim.finding]
        rows.append({"claim": claim, "label": _(label), "kind": kind})
    return rows
