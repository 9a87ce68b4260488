"""A visit in words."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.formats import JAKARTA, moment_text
from scoring.enums import ClaimKind, Finding
from scoring.maths.findings import FieldSpec, required_interviews
from scoring.models import FieldClaim, FieldVisit

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


def visit_receipt(visit: FieldVisit, timezone: str | None) -> str:
    """Said only when the server has stored it."""
    if visit.saved_at is None:
        return ""
    return _("Tersimpan %(at)s, versi %(version)d") % {
        "at": moment_text(visit.saved_at, timezone or JAKARTA),
        "version": visit.version,
    }


def visit_differences(visit: FieldVisit, form: Any) -> list[dict[str, str]]:
    """Where the typed record differs from the stored one, for a person who has to choose. `form` is valid."""
    typed, rows = form.cleaned_data, []
    for name in ("visited_on", "visited_at", "place", "participants", "host_name", "host_role", "summary"):
        old, new = getattr(visit, name), typed[name]
        if (old or "") != (new or ""):
            rows.append(
                {
                    "code": str(form.fields[name].label),
                    "url": f"#id_{name}",
                    "stored": str(old or "–"),
                    "typed": str(new or "–"),
                }
            )
    for claim in form.claims:
        stored = (claim.finding, claim.interviewee, claim.note, claim.actual)
        given = form.findings()[claim.pk]
        if stored != given:
            row = {"stored": _found_text(stored), "typed": _found_text(given)}
            rows.append({"code": claim.label, "url": f"#finding_{claim.pk}", **row})
    return rows


def _found_text(parts: tuple[str, ...]) -> str:
    finding, *more = parts
    return "; ".join([_(FINDINGS[finding][0]), *(part for part in more if part)])


def visit_progress(claims: Iterable[FieldClaim]) -> str:
    """How many claims have their stored finding."""
    every = list(claims)
    return _("%(done)d dari %(all)d klaim sudah diperiksa dan tersimpan") % {
        "done": sum(bool(claim.finding) for claim in every),
        "all": len(every),
    }


def mismatch_block(rows: list[Any], notes: list[Any], digest: str) -> dict[str, Any]:
    """The list of what does not agree, and what the chair has said about it. No query."""
    return {
        "rows": [
            {
                "row": row,
                "source": row.source or _("Contoh produk"),
                "finding": _(FINDINGS[row.finding][0]) if row.finding else "",
                "kind": FINDINGS[row.finding][1],
            }
            for row in rows
        ],
        "digest": digest,
        "read": any(note.digest == digest for note in notes),
        "notes": [
            {
                "title": _("Ketua membaca daftar berisi %(count)d hal") % {"count": len(note.rows)},
                "when": note.noted_at,
                "who": note.noted_by.name,
                "text": note.note,
            }
            for note in notes
        ],
    }


def claim_rows(claims: Iterable[FieldClaim]) -> list[dict[str, object]]:
    """Claims with their finding as a tag. No query."""
    rows = []
    for claim in claims:
        label, kind = FINDINGS[claim.finding]
        rows.append({"claim": claim, "label": _(label), "kind": kind})
    return rows
