"""Moderation records and the report of far-apart scores, for pages."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.formats import number_id
from scoring.enums import ModerationDecision
from scoring.models import Moderation, Score, Sheet
from scoring.rules import NA_LABEL

DECISIONS = {
    ModerationDecision.KEEP: "Nilai tetap",
    ModerationDecision.REVIEW: "Penilai diminta meninjau ulang",
}


def moderation_entries(moderations: Iterable[Moderation]) -> list[dict[str, Any]]:
    """Every version as a timeline. No query when participants were prefetched."""
    return [
        {
            "title": _("%(stage)s: %(decision)s (versi %(version)d%(draft)s)")
            % {
                "stage": one.stage.label,
                "decision": _(DECISIONS[ModerationDecision(one.decision)]),
                "version": one.version,
                "draft": "" if one.submitted else _(", konsep"),
            },
            "when": one.recorded_at,
            "who": one.recorded_by.name,
            "text": _("%(text)s\n\nSelisih %(spread)s. Ikut membahas: %(people)s.")
            % {
                "text": one.discussion,
                "spread": number_id(one.spread, 2),
                "people": ", ".join(sorted(person.name for person in one.participants.all())),
            },
        }
        for one in moderations
    ]


def differences(sheets: list[Sheet]) -> list[dict[str, Any]]:
    """Indicators to which the scorers gave different values, the farthest apart first. No query.

    Where one gave a value and another said that the indicator does not apply, they differ as well: these come after.
    `values`: who gave what, in words; `scores`: the same as stored.
    """
    by_code: dict[str, dict[str, Any]] = {}
    for sheet in sheets:
        for score in sheet.scores.all():
            row = by_code.setdefault(
                score.indicator.code,
                {"label": f"{score.indicator.code} {score.indicator.label}", "values": [], "scores": []},
            )
            row["values"].append((sheet.assessor.name, _shown(score)))
            row["scores"].append(score)
    rows = [row | _apart(row["scores"]) for row in by_code.values()]
    return sorted((row for row in rows if row["apart"] or row["mixed"]), key=lambda row: -row["apart"])


def _shown(score: Score) -> str:
    if score.not_applicable:
        return str(NA_LABEL)
    return "–" if score.value is None else number_id(score.value)


def _apart(scores: list[Score]) -> dict[str, Any]:
    """`apart`: between the values; `mixed`: some gave a value, some said that it does not apply."""
    given = [score.value for score in scores if score.value is not None]
    apart = max(given) - min(given) if given else Decimal()
    return {"apart": apart, "mixed": bool(given) and any(score.not_applicable for score in scores)}


def moderation_state(moderation: Moderation | None, *, moderated: bool, reopened: bool) -> dict[str, str]:
    """The tag of a line of the report."""
    if reopened:
        return {"label": _("Sedang ditinjau ulang"), "kind": "progress"}
    if moderated:
        return {"label": _("Sudah dimoderasi"), "kind": "success"}
    if moderation is not None and not moderation.submitted:
        return {"label": _("Moderasi masih konsep"), "kind": "attention"}
    if moderation is not None and moderation.decision == ModerationDecision.REVIEW:
        return {"label": _("Sudah ditinjau ulang, masih berbeda"), "kind": "attention"}
    return {"label": _("Belum dimoderasi"), "kind": "attention"}
