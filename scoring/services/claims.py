"""What a visit checks, made from the instrument, the submission and the dossier's beneficiaries."""

from collections.abc import Iterator, Mapping
from typing import Any

from nominations.models import Beneficiary
from scoring.enums import ClaimKind
from scoring.models import Assignment, FieldClaim
from scoring.selectors.sheets import judged_snapshot


def claims_for(assignment: Assignment) -> list[FieldClaim]:
    """The claims of a visit, unsaved and without their visit. Two queries.

    Rules of eligibility by category, the dossier's beneficiaries, then the checklist with what the submission says.
    """
    instrument, nomination = assignment.stage.instrument, assignment.nomination
    definition = instrument.definition if instrument else {}
    beneficiaries = Beneficiary.objects.filter(entry__nomination=nomination)
    claims = [
        FieldClaim(kind=ClaimKind.ELIGIBILITY, label=label)
        for label in definition.get("eligibility", {}).get(nomination.category.code, [])
    ]
    claims += [FieldClaim(kind=ClaimKind.BENEFICIARY, label=f"{one.name}, {one.place}") for one in beneficiaries]
    submitted = judged_snapshot(assignment).data
    for part in definition.get("checklist", ()):
        claims += _statements(part, submitted, nomination.category.commodity_id) if "claims" in part else []
        claims += _documents(part, submitted) if "documents" in part else []
    for order, claim in enumerate(claims, start=1):
        claim.order = order
    return claims


def _statements(part: Mapping[str, Any], submitted: Mapping[str, Any], commodity: str | None) -> Iterator[FieldClaim]:
    """A claim for some commodities only is left out for the others."""
    values = {(section["title"], key): value for section in submitted["sections"] for key, value in section["rows"]}
    for claim in part["claims"]:
        if commodity in claim.get("commodities", [commodity]):
            yield FieldClaim(
                kind=ClaimKind.STATEMENT,
                code=claim["code"],
                criterion=part["criterion"],
                label=claim["label"],
                written=values.get(tuple(claim.get("written", ())), ""),
            )


def _documents(part: Mapping[str, Any], submitted: Mapping[str, Any]) -> Iterator[FieldClaim]:
    """One claim per listed document that the dossier has."""
    for document in submitted["documents"]:
        if document["code"] in part["documents"]:
            yield FieldClaim(
                kind=ClaimKind.DOCUMENT,
                code=document["code"],
                criterion=part["criterion"],
                label=f"{document['label']}: {part['label']}",
                written=document["file_name"] or document["link"],
            )
