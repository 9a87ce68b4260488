"""The rules of a visit in words: what it needs, what it gives, and what it checks."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats import number_id
from scoring.enums import Finding

Document = Mapping[str, Any]

FINDINGS = {
    Finding.PROVEN.value: gettext_lazy("Terbukti"),
    Finding.PARTLY.value: gettext_lazy("Terbukti sebagian"),
    Finding.NOT_PROVEN.value: gettext_lazy("Tidak terbukti"),
}
FACTS = {
    "visited_at": gettext_lazy("Jam kunjungan"),
    "participants": gettext_lazy("Peserta kunjungan"),
    "host_name": gettext_lazy("Nama yang menerima kunjungan"),
    "map_point": gettext_lazy("Koordinat tempat kunjungan"),
}


def rule_rows(document: Document) -> list[tuple[str, str]]:
    """Everything besides the checklist, as label and text."""
    score, interviews = document.get("score"), document.get("interviews") or {}
    rows = [(_("Klaim yang diperiksa sedikitnya"), str((score or document).get("min_claims", "")))]
    if score:
        credits = document.get("credits", {})
        texts = [f"{label} {number_id(Decimal(str(credits.get(key, 0))))}" for key, label in FINDINGS.items()]
        rows.append((_("Nilai"), _("rata-rata kredit × 100: %(credits)s") % {"credits": ", ".join(texts)}))
    else:
        rows.append((_("Nilai"), _("tidak ada: temuan dilaporkan kepada pleno")))
    notes = [str(FINDINGS.get(key, key)) for key in document.get("note_required_at", ())]
    rows.append((_("Wajib catatan untuk temuan"), ", ".join(notes)))
    rows.append((_("Wajib diisi"), ", ".join(str(FACTS.get(key, key)) for key in document.get("required_facts", ()))))
    rows.append((_("Foto sedikitnya"), str(document.get("photos_min", 0))))
    rows.append((_("Wawancara"), _interviews(interviews)))
    return [(label, text or "–") for label, text in rows]


def _interviews(interviews: Mapping[str, Any]) -> str:
    if "share_of_beneficiaries" not in interviews:
        return _("sedikitnya %(min)s") % {"min": interviews.get("min", 0)}
    share = number_id(Decimal(str(interviews["share_of_beneficiaries"])) * 100)
    facts = {"share": share, "min": interviews.get("min", 0), "max": interviews.get("max", "")}
    return _("%(share)s persen IKM binaan, sedikitnya %(min)s dan paling banyak %(max)s") % facts


def checklist_blocks(document: Document, categories: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is checked, by criterion. `categories`: label by code."""
    blocks = [
        {"label": _("Syarat kelayakan: %(category)s") % {"category": categories.get(code, code)}, "rows": _plain(rules)}
        for code, rules in document.get("eligibility", {}).items()
    ]
    for part in document.get("checklist", ()):
        if "claims" in part:
            blocks.append({"label": part["criterion"], "rows": [_row(claim) for claim in part["claims"]]})
        if "documents" in part:
            codes = ", ".join(part["documents"])
            blocks.append(
                {"label": part["criterion"], "rows": [{"code": "", "label": part["label"], "written": codes}]}
            )
    return blocks


def _plain(rules: list[str]) -> list[dict[str, str]]:
    return [{"code": "", "label": rule, "written": ""} for rule in rules]


def _row(claim: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": claim["code"],
        "label": claim["label"],
        "written": ": ".join(claim.get("written", ())),
        "commodities": ", ".join(claim.get("commodities", ())),
    }


def checklist_facts(document: Document) -> Iterator[tuple[str, str]]:
    """The same as named facts, each of which may differ between two versions."""
    yield from rule_rows(document)
    for block in checklist_blocks(document, {}):
        for place, row in enumerate(block["rows"], start=1):
            about = [text for text in (row["written"], row.get("commodities", "")) if text]
            yield f"{block['label']} {row['code'] or place}", "; ".join([row["label"], *about])
