"""Recaps: the scores of each category and nomination, and what each province sent."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.formats import number_id
from nominations.enums import Status
from nominations.models import Nomination
from nominations.presenters.status import INTERNAL
from reports.models import Report
from reports.rendering.binding import Part, bind
from reports.rendering.papers import day_of, draw
from reports.rendering.tables import OUTCOMES, Tell, among_met
from reports.selectors.letters import stage_words
from reports.selectors.participation import (
    Tally,
    added,
    category_tallies,
    compared_period,
    province_category_counts,
    region_tallies,
)
from reports.selectors.scores import recap_rows, scored_nominations
from scoring.enums import Outcome, StageKind
from scoring.selectors.people import recused_nominations
from scoring.selectors.plenary import places_of

AT_ONCE = 40  # nominations drawn in one piece: what memory is bounded by


def write_score_recap(target: Path, report: Report, tell: Tell) -> int:
    """A table per category and a block per nomination, without the names of scorers; returns how many nominations.

    Seven queries and three for each `AT_ONCE` nominations.
    """
    seen = scored_nominations(report.created_by, report.period_id)
    hidden = recused_nominations(report.created_by, report.period_id)
    places = places_of(report.period_id, hidden)
    title = _("Rekap nilai %(period)s") % {"period": report.period.name}
    done, total = 0, seen.count()
    with tempfile.TemporaryDirectory() as folder:
        parts: list[Part] = []
        for category, label in seen.order_by("category__order").values_list("category", "category__label").distinct():
            rows = seen.filter(category=category)
            for number, piece in enumerate(_pieces(recap_rows(rows))):
                made = Path(folder) / f"{len(parts)}.pdf"
                items = [_item(nomination, places.get(nomination.pk)) for nomination in piece]
                context = {"category": label, "items": items, "first": number == 0, "bound": True}
                context["among"] = among_met(hidden)
                draw(made, "pdf/score_recap.html", context, report=report, title=title)
                parts.append(Part(made, label if number == 0 else _("Lanjutan"), level=int(number > 0)))
                tell(done := done + len(items), total)
        if not parts:
            draw(
                Path(folder) / "0.pdf", "pdf/score_recap.html", {"items": [], "first": True}, report=report, title=title
            )
            parts = [Part(Path(folder) / "0.pdf", title)]
        bind(parts, target, title=title, created=day_of(report))
    return done


def _pieces(rows: list[Nomination]) -> Iterator[list[Nomination]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _item(nomination: Nomination, place: int | None) -> dict[str, Any]:
    final = getattr(nomination, "final_result", None)
    word = getattr(nomination, "recommendation", None)
    return {
        "title": nomination.title,
        "reference": nomination.reference,
        "region": f"{nomination.region.label}, {nomination.region.parent.label}",
        "status": INTERNAL[Status(nomination.status)][0],
        "final": number_id(final.score, 2) if final else "–",
        "place": place or "–",
        "by_score": final.stars if final else None,
        "outcome": OUTCOMES[Outcome(word.outcome)] if word else "",
        "stars": word.stars if word else None,
        "stages": [_stage_line(result) for result in nomination.stage_results.all()],
        "aspects": [
            {"stage": one.result.stage.label, "rows": [(part.label, part.share) for part in one.aspects]}
            for one in stage_words(nomination)
        ],
    }


def _stage_line(result: Any) -> dict[str, Any]:
    return {
        "label": result.stage.label,
        "score": number_id(result.score, 2) if result.score is not None else "–",
        "spread": number_id(result.spread, 2) if result.spread is not None else "–",
        "count": result.sheet_count if result.stage.kind == StageKind.SHEETS else "–",  # of a visit it counts claims
    }


def write_region_recap(target: Path, report: Report, tell: Tell) -> int:
    """Provinces, categories, both crossed, and the round beside it; returns the number of provinces. Eleven queries."""
    user = report.created_by
    regions = region_tallies(report.period, user)
    before = compared_period(report)
    names: dict[str, str] = {}
    of: dict[str, list[Tally]] = {}
    for region, tally in regions:
        names[region.parent_id] = region.parent.name
        of.setdefault(region.parent_id, []).append(tally)
    categories = category_tallies(report.period, user)
    counts = province_category_counts(report.period, user)
    context = {
        "provinces": [_province(names[code], own) for code, own in of.items()],
        "categories": [{"label": row.label, "tally": tally} for row, tally in categories],
        "heads": [row.label for row, _tally in categories],
        "cross": [
            (name, [counts.get((code, row.pk), 0) for row, _tally in categories]) for code, name in names.items()
        ],
        "before": before.name if before else "",
        "pairs": _pairs(regions, region_tallies(before, user)) if before else [],
        "released": report.period.results_released_at is not None,
    }
    title = _("Rekap provinsi dan kategori %(period)s") % {"period": report.period.name}
    draw(target, "pdf/region_recap.html", context, report=report, title=title)
    tell(len(of), len(of))
    return len(of)


def _province(name: str, own: list[Tally]) -> dict[str, Any]:
    nominated = sum(bool(one.sent) for one in own)
    return {"name": name, "all": len(own), "nominated": nominated, "tally": added(own)}


def _pairs(now: list[tuple[Any, Tally]], then: list[tuple[Any, Tally]]) -> list[tuple[str, Any, Any]]:
    new, old = added([one for _region, one in now]), added([one for _region, one in then])
    active = [sum(bool(one.sent) for _region, one in rows) for rows in (then, now)]
    return [
        (_("Kabupaten dan kota yang mengusulkan"), *active),
        (_("Usulan diajukan"), old.sent, new.sent),
        (_("Tidak memenuhi syarat"), old.ineligible, new.ineligible),
        (_("Lolos verifikasi"), old.passed, new.passed),
        (_("Ditetapkan"), old.granted, new.granted),
    ]
