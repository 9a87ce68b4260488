"""Why a nomination stops, and what a sheet still lacks, in words."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from core.formats import number_id
from scoring.models import Stage

GAPS = {
    "score_missing": "%(code)s belum dinilai",
    "note_missing": "%(code)s memerlukan catatan",
    "all_not_applicable": "Semua indikator ditandai tidak berlaku. Nilai sekurangnya satu indikator.",
}


def gap_links(gaps: Mapping[str, str]) -> list[dict[str, str]]:
    """What keeps a sheet from being submitted, each with the place on the page. `gaps`: problem by indicator code."""
    return [
        {"text": _(GAPS.get(problem, GAPS["score_missing"])) % {"code": code}, "url": anchor(code, problem)}
        for code, problem in gaps.items()
    ]


def anchor(code: str, problem: str) -> str:
    if not code:
        return "#penilaian"
    return f"#note_{code}" if problem == "note_missing" else f"#value_{code}"


def failure_reason(stage: Stage, score: Decimal | None, failures: Iterable[tuple[str, str]]) -> str:
    """Why a nomination ends in this stage; written into its history."""
    document = stage.instrument.definition if stage.instrument else {}
    aspects = {aspect["code"]: aspect["label"] for aspect in document.get("aspects", ())}
    texts = [_failure(code, where, score, aspects) for code, where in failures]
    return f"{stage.label}: {' '.join(texts)}"


def _failure(code: str, where: str, score: Decimal | None, aspects: Mapping[str, str]) -> str:
    if code == "below_pass_mark" and score is not None:
        return _("Nilai %(score)s di bawah batas lulus %(mark)s.") % {
            "score": number_id(score, 2),
            "mark": number_id(Decimal(where), 2),
        }
    if code == "aspect_below_minimum":
        return _("Nilai aspek %(code)s (%(label)s) di bawah batas.") % {"code": where, "label": aspects.get(where, "")}
    return _("Tidak terbukti: %(claim)s.") % {"claim": where}
