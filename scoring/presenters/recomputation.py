"""What a later version of an instrument changes, side by side."""

from collections.abc import Container, Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.formats import number_id
from scoring.models import Recomputation


def change_rows(changes: Iterable[Any], met: Container[int]) -> list[dict[str, Any]]:
    """One row per nomination of `services.recomputation.preview_recomputation` that the reader may meet. No query."""
    return [
        {
            "nomination": change.nomination,
            "old": standing_text(change.old.kept() if change.old else None),
            "new": standing_text(change.new.kept() if change.new else None),
            "differs": change.differs,
        }
        for change in sorted(changes, key=lambda one: (not one.differs, one.new.rank if one.new else 0))
        if change.nomination.pk in met
    ]


def standing_text(kept: dict[str, Any] | None) -> dict[str, str]:
    """Score, stars and place of one version in words."""
    if kept is None:
        return {"score": _("lembar nilai belum cukup"), "rank": "–", "result": "–"}
    stars = "★" * kept["stars"] if kept["stars"] else ""
    final = _("akhir %(score)s %(stars)s") % {"score": _number(kept["final"]), "stars": stars} if kept["final"] else ""
    return {
        "score": _number(kept["score"]),
        "rank": str(kept["rank"]),
        "result": final.strip() or (_("lulus") if kept["passed"] else _("gugur")),
    }


def _number(text: str) -> str:
    return number_id(Decimal(text), 2)


def history(recomputations: Iterable[Recomputation], met: Container[int]) -> list[dict[str, Any]]:
    """Past recomputations, each with both results. No query when prefetched."""
    return [
        {
            "recomputation": one,
            "rows": [
                {"nomination": row.nomination, "old": standing_text(row.old), "new": standing_text(row.new)}
                for row in one.results.all()
                if row.nomination_id in met
            ],
        }
        for one in recomputations
    ]
