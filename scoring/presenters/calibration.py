"""A calibration round in words and figures: deviations from the panel's median, or from the chair's reference."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from core.formats import number_id
from scoring.enums import CalibrationStatus, RoundStatus, StageKind
from scoring.maths.exact import round_half_up
from scoring.models import CalibrationAnchor, CalibrationRound, CalibrationSheet, Stage
from scoring.presenters.blind import file_context
from scoring.rules import Question, answer_from
from scoring.selectors.calibration import seat_of

LEFT, WIDTH, LINE, HEAD = 190, 640, 26, 14
NAME = 28  # characters of a name beside its bar
Row = dict[str, Any]


def practice_rows(sheets: Iterable[CalibrationSheet]) -> list[Row]:
    """What waits for a scorer. No query."""
    return [{"sheet": sheet, "nomination": sheet.anchor.snapshot.nomination} for sheet in sheets]


def anchor_file(sheet: CalibrationSheet) -> Row:
    """The anchor's submission; a stage with a calibration is never blind. No query."""
    return file_context(seat_of(sheet), sheet.anchor.snapshot, (), None)


def waits(found: CalibrationRound | None) -> bool:
    """Whether a stage has no calibration yet."""
    return found is None or found.status == RoundStatus.DRAFT


def absence(stage: Stage) -> str:
    """That scorers of a stage begin without a calibration, in words; empty for a visit, and where there is one.

    No query when the round is joined.
    """
    found = getattr(stage, "calibration", None)
    if stage.kind != StageKind.SHEETS or not waits(found):
        return ""
    if found and found.required:
        return _("Kalibrasi wajib belum dibuka; sampai itu terjadi, belum ada yang dapat menilai.")
    return _("Tanpa kalibrasi: penilai langsung menilai tahap ini.")


def status_tag(found: CalibrationRound | None, *, has_begun: bool = False) -> dict[str, str]:
    """`has_begun`: scores of the stage are in, so that it is too late for a round that was not opened."""
    if has_begun and waits(found):
        return {"label": _("Tanpa kalibrasi"), "kind": "neutral"}
    if found is None:
        return {"label": _("Belum disiapkan"), "kind": "neutral"}
    return {
        RoundStatus.DRAFT: {"label": _("Disiapkan"), "kind": "neutral"},
        RoundStatus.OPEN: {"label": _("Berlangsung"), "kind": "progress"},
        RoundStatus.ENDED: {"label": _("Selesai"), "kind": "success"},
    }[RoundStatus(found.status)]


def list_row(stage: Any) -> Row:
    """A stage of `calibrated_stages`. No query."""
    return {"stage": stage, "state": status_tag(getattr(stage, "calibration", None), has_begun=stage.has_begun)}


def anchor_blocks(found: CalibrationRound, indicators: list[Question]) -> list[Row]:
    """Per anchor: who has sent, who is missing, who is at the reference, and the deviations of each sheet by indicator.

    No query.
    """
    return [_anchor_block(anchor, indicators) for anchor in found.anchors.all()]


def _anchor_block(anchor: CalibrationAnchor, indicators: list[Question]) -> Row:
    sheets = list(anchor.sheets.all())
    reference = next((one for one in sheets if one.is_reference and one.status == CalibrationStatus.SUBMITTED), None)
    own = [one for one in sheets if not one.is_reference]
    sent = [one for one in own if one.status == CalibrationStatus.SUBMITTED]
    middle = middle_of(sent, reference)
    return {
        "anchor": anchor,
        "reference": reference,
        "begun": next((one for one in sheets if one.is_reference and one.status == CalibrationStatus.DRAFT), None),
        "sent": sent,
        "missing": [one.assessor.name for one in own if one.status == CalibrationStatus.DRAFT],
        "recused": [one for one in own if one.status == CalibrationStatus.RECUSED],
        "rows": [
            {
                "code": one.code,
                "label": one.label,
                "middle": _text(middle["values"].get(one.code)),
                "cells": [_cell(sheet, one.code, middle["values"]) for sheet in sent],
            }
            for one in indicators
        ],
        "middle_total": _text(middle["total"]),
        "totals": [
            {"sheet": one, "total": _text(one.total), "deviation": signed(one.total - middle["total"])} for one in sent
        ],
    }


def middle_of(sent: Iterable[CalibrationSheet], reference: CalibrationSheet | None) -> dict[str, Any]:
    """What a sheet is compared with: the chair's reference, else the median of the sheets that were sent."""
    compared = [reference] if reference else list(sent)
    given: dict[str, list[Decimal]] = {}
    for sheet in compared:
        for code, value in values_of(sheet).items():
            given.setdefault(code, []).append(value)
    totals = [sheet.total for sheet in compared if sheet.total is not None]
    return {
        "values": {code: median(values) for code, values in given.items()},
        "total": median(totals) if totals else Decimal(),
    }


def values_of(sheet: CalibrationSheet) -> dict[str, Decimal]:
    given = {code: answer_from(sealed).value for code, sealed in sheet.answers.items()}
    return {code: value for code, value in given.items() if value is not None}


def _cell(sheet: CalibrationSheet, code: str, middle: Mapping[str, Decimal]) -> Row:
    value = values_of(sheet).get(code)
    if value is None or code not in middle:
        return {"value": "–", "deviation": "", "far": False}
    gap = value - middle[code]
    return {"value": _text(value), "deviation": signed(gap) if gap else "", "far": abs(gap) >= 1}


def scorer_rows(blocks: list[Row]) -> list[Row]:
    """Per scorer the mean deviation of the totals over all anchors, the furthest first."""
    gaps: dict[int, list[Fraction]] = {}
    names: dict[int, str] = {}
    for block in blocks:
        middle = middle_of(block["sent"], block["reference"])["total"]
        for sheet in block["sent"]:
            gaps.setdefault(sheet.assessor_id, []).append(Fraction(sheet.total - middle))
            names[sheet.assessor_id] = sheet.assessor.name
    rows = [
        {"name": names[pk], "sheets": len(own), "gap": float(sum(own) / len(own)), "text": _mean_text(own)}
        for pk, own in gaps.items()
    ]
    return sorted(rows, key=lambda row: (-abs(row["gap"]), row["name"]))


def chart(rows: list[Row]) -> Row | None:
    """The mean deviations as bars from a line in the middle. None without any."""
    if not rows:
        return None
    most = max(5.0, *(abs(row["gap"]) for row in rows))
    centre, scale = (LEFT + WIDTH) / 2, (WIDTH - LEFT - 20) / 2 / most
    bars = [
        {
            "label": row["name"] if len(row["name"]) <= NAME else f"{row['name'][: NAME - 1]}…",
            "text": row["text"],
            "x": round(centre + min(row["gap"], 0) * scale, 1),
            "width": round(max(abs(row["gap"]) * scale, 1), 1),
            "y": HEAD + LINE * number,
            "middle": HEAD + LINE * number + LINE // 2 - 2,
        }
        for number, row in enumerate(rows)
    ]
    return {"bars": bars, "centre": centre, "width": WIDTH, "height": HEAD + LINE * len(bars) + 8, "bar": LINE - 10}


def own_result(sheet: CalibrationSheet, indicators: list[Question]) -> Row:
    """The own sheet against the panel, for the scorer, once the round is over; nobody else is named."""
    sheets = list(sheet.anchor.sheets.all())
    reference = next((one for one in sheets if one.is_reference and one.status == CalibrationStatus.SUBMITTED), None)
    sent = [one for one in sheets if not one.is_reference and one.status == CalibrationStatus.SUBMITTED]
    middle = middle_of(sent, reference)
    return {
        "against": _("nilai acuan ketua panel") if reference else _("median panel"),
        "sheets": len(sent),
        "total": _text(sheet.total),
        "middle_total": _text(middle["total"]),
        "deviation": signed(sheet.total - middle["total"]),
        "rows": [
            {
                "code": one.code,
                "label": one.label,
                "middle": _text(middle["values"].get(one.code)),
                "cell": _cell(sheet, one.code, middle["values"]),
            }
            for one in indicators
        ],
    }


def signed(gap: Decimal) -> str:
    sign = "+" if gap > 0 else "−" if gap < 0 else ""
    return f"{sign}{_text(abs(gap))}"


def _mean_text(gaps: list[Fraction]) -> str:
    mean = sum(gaps) / len(gaps)
    return ("+" if mean > 0 else "−" if mean < 0 else "") + number_id(round_half_up(abs(mean)), 2)


def _text(value: Decimal | None) -> str:
    return "–" if value is None else number_id(Decimal(f"{value.normalize():f}"))
