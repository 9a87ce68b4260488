"""Signed rankings for pages: what a version says, how two differ, in which state a category is."""

from bisect import bisect_left
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from scoring.enums import Outcome
from scoring.models import RankingSnapshot
from scoring.selectors.places import UNDECIDED

OUTCOMES = {Outcome.RECOMMENDED.value: "Direkomendasikan", Outcome.NOT_RECOMMENDED.value: "Tidak direkomendasikan"}


def outcome_choices() -> list[tuple[str, str]]:
    """What the ranking may be narrowed to."""
    return [(UNDECIDED, _("Belum diputuskan")), *((value, _(label)) for value, label in OUTCOMES.items())]


def outcome_text(row: Mapping[str, Any]) -> str:
    """The plenary's word of a row of the result, with its stars."""
    if row["outcome"] is None:
        return "–"
    text = _(OUTCOMES[row["outcome"]])
    return (
        _("%(text)s, bintang %(stars)d") % {"text": text, "stars": row["recommended_stars"]}
        if row["recommended_stars"]
        else text
    )


def met_rows(rows: list[dict[str, Any]], hidden: Collection[int]) -> list[dict[str, Any]]:
    """A signed result without what the reader may not meet, in places among each other."""
    met = [row for row in rows if row["nomination"] not in hidden]
    ranks = sorted(row["rank"] for row in met)
    return [row | {"rank": bisect_left(ranks, row["rank"]) + 1} for row in met] if hidden else rows


def result_table(ranking: RankingSnapshot, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The result with titles."""
    titles = ranking.names.get("nominations", {})
    return [
        {
            **row,
            "title": titles.get(str(row["nomination"]), "–"),
            "word": outcome_text(row),
            "score_text": row["score"].replace(".", ","),
        }
        for row in rows
    ]


def changes(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `after` that say something else than `before`, and rows that are new or gone."""
    former = {row["nomination"]: row for row in before}
    latter = {row["nomination"]: row for row in after}
    return [
        {"nomination": pk, "before": former.get(pk), "after": latter.get(pk)}
        for pk in [*latter, *(pk for pk in former if pk not in latter)]
        if former.get(pk) != latter.get(pk)
    ]


def change_rows(ranking: RankingSnapshot, former: RankingSnapshot, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes in words."""
    titles = former.names.get("nominations", {}) | ranking.names.get("nominations", {})
    return [
        {
            "title": titles.get(str(one["nomination"]), "–"),
            "before": _in_words(one["before"]),
            "after": _in_words(one["after"]),
        }
        for one in found
    ]


def _in_words(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return _("tidak ada dalam peringkat")
    return _("peringkat %(rank)d, nilai %(score)s, %(word)s") % {
        "rank": row["rank"],
        "score": row["score"].replace(".", ","),
        "word": outcome_text(row),
    }


def state_of(newest: RankingSnapshot | None) -> dict[str, str]:
    """The tag of a category."""
    if newest is None:
        return {"label": _("Belum ditandatangani"), "kind": "neutral"}
    if newest.signed_by_2_id is None:
        return {"label": _("Menunggu tanda tangan kedua"), "kind": "attention"}
    correction = getattr(newest, "correction", None)
    if correction is None:
        return {"label": _("Disegel, versi %(version)d") % {"version": newest.version}, "kind": "success"}
    if correction.confirmed_at is None:
        return {"label": _("Koreksi menunggu persetujuan"), "kind": "attention"}
    return {"label": _("Dibuka untuk koreksi"), "kind": "attention"}
