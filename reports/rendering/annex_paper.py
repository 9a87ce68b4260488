"""The annex of the Minister's decree: who receives what, from the sealed rankings."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.errors import NotPermitted
from core.formats import date_long
from reports.models import Report
from reports.rendering.papers import draw
from reports.rendering.tables import Tell
from reports.selectors.annex import Sealed, sealed_categories
from scoring.models import Decree, RankingEntry
from scoring.selectors.people import recused_nominations


def write_annex(target: Path, report: Report, tell: Tell) -> int:
    """Write the annex; returns the number of recipients. Four queries at most.

    A list with gaps would be a wrong annex: raises NotPermitted when the person may not meet one of the round's
    nominations, recipient or not, so that a refusal does not tell who is.
    It says that it is a draft until every recipient stands in a released decree.
    """
    sealed = sealed_categories(report.period_id)
    wanted = {entry.nomination_id for group in sealed for entry in group.entries}
    if recused_nominations(report.created_by, report.period_id):
        raise NotPermitted(
            _("Anda menyatakan benturan kepentingan atas usulan periode ini, sehingga tidak dapat meminta daftar ini.")
        )
    decrees = {_released(entry) for group in sealed for entry in group.entries}
    context = {
        "groups": _groups(sealed),
        "draft": not decrees or None in decrees,
        "decrees": [_decree(one) for one in sorted(decrees - {None}, key=lambda one: one.number if one else "")],
    }
    title = _("Lampiran keputusan Menteri, %(period)s") % {"period": report.period.name}
    draw(target, "pdf/annex.html", context, report=report, title=title)
    tell(len(wanted), len(wanted))
    return len(wanted)


def _released(entry: RankingEntry) -> Decree | None:
    decision = getattr(entry.nomination, "decision", None)
    return decision.decree if decision and decision.decree.released_at else None


def _decree(decree: Decree | None) -> dict[str, str]:
    return {"number": decree.number, "date": date_long(decree.decided_on)} if decree else {}


def _groups(sealed: list[Sealed]) -> list[dict[str, Any]]:
    """Numbered through all categories, as a decree's list is."""
    groups, number = [], 0
    for group in sealed:
        rows = []
        for entry in group.entries:
            number += 1
            rows.append(_row(number, entry))
        ranking = group.ranking
        seal = {"version": ranking.version, "sha256": ranking.sha256}
        has_stars = any(entry.stars for entry in group.entries)
        groups.append({"category": group.category.label, "rows": rows, "has_stars": has_stars, **seal})
    return groups


def _row(number: int, entry: RankingEntry) -> dict[str, Any]:
    nomination = entry.nomination
    product = getattr(nomination, "product_entry", None)
    return {
        "number": number,
        "title": nomination.title,
        "reference": nomination.reference,
        "holder": product.ikm.name if product else "",
        "sentra": product.sentra.name if product else "",
        "region": nomination.region.label,
        "province": nomination.region.parent.label,
        "stars": entry.stars,
    }
