"""A sheet on the page: questions with their options and guidance, running total, receipt, and what differs."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from core.formats import moment_text, number_id, time_label
from scoring.maths.exact import round_half_up
from scoring.maths.instrument import InstrumentSpec
from scoring.maths.sheets import group_totals, weighted_total
from scoring.models import Indicator, Sheet
from scoring.rules import Answer


def plain(value: Decimal) -> str:
    """One spelling of a value for a form: 3 for 3.00, 0.5 for 0.50."""
    return f"{value.normalize():f}"


def group_labels(definition: Mapping[str, Any]) -> dict[str, str]:
    """Titles of the groups of an instrument with options; a scale has none, its aspects stand side by side."""
    return {group["code"]: group["label"] for group in definition.get("groups", ())}


def sections(
    spec: InstrumentSpec,
    definition: Mapping[str, Any],
    indicators: Iterable[Indicator],
    form: Any,
    *,
    commodity: str | None,
    read_only: bool,
) -> list[dict[str, Any]]:
    """The questions by group, as parameters of the score_question component. `form` is a SheetForm."""
    labels, by_code = group_labels(definition), {indicator.code: indicator for indicator in indicators}
    found: dict[str, dict[str, Any]] = {}
    for one in spec.indicators:
        group = one.group if one.group in labels else ""
        section = found.setdefault(group, {"code": group, "title": labels.get(group, ""), "questions": []})
        question = _question(spec, by_code[one.code], one.values, form, commodity, read_only)
        section["questions"].append(question)
    for section in found.values():
        section["answered"] = sum(question["answered"] for question in section["questions"])
    return list(found.values())


def _question(
    spec: InstrumentSpec,
    indicator: Indicator,
    values: Iterable[Decimal],
    form: Any,
    commodity: str | None,
    read_only: bool,
) -> dict[str, Any]:
    chosen, note = form[f"value_{indicator.code}"], form[f"note_{indicator.code}"]
    anchors = {plain(option.points): option.label for option in indicator.options.all()}
    labels = {} if spec.scale else anchors
    weight = indicator.weight or Decimal(1)
    return {
        "name": chosen.html_name,
        "code": indicator.code,
        "title": indicator.label,
        "max_points": plain_number(weight * max(values) / spec.divisor),
        "guidance": indicator.guidance_for(commodity),
        "anchors": [(number_id(Decimal(mark)), text) for mark, text in anchors.items()] if spec.scale else [],
        "options": [
            {
                "value": plain(value),
                "points": value,
                "label": labels.get(plain(value), number_id(plain_number(value))),
                "checked": chosen.value() == plain(value),
            }
            for value in values
        ],
        "compact": spec.scale is not None,
        "note_name": note.html_name,
        "note_value": note.value() or "",
        "note_label": _note_label(spec),
        "error": " ".join(chosen.errors),
        "note_error": " ".join(note.errors),
        "read_only": read_only,
        "answered": bool(chosen.value()),
    }


def _note_label(spec: InstrumentSpec) -> str:
    if not spec.scale or not spec.scale.note_required_at:
        return ""
    marks = ", ".join(number_id(value) for value in spec.scale.note_required_at)
    return _("Catatan (wajib untuk nilai %(marks)s)") % {"marks": marks}


def running_total(spec: InstrumentSpec, definition: Mapping[str, Any], values: Mapping[str, Decimal]) -> dict[str, Any]:
    """Parameters of the running_total component from the *saved* values; the same maths as the stored total."""
    totals, labels = group_totals(spec, values), group_labels(definition)
    return {
        "label": _("Nilai Anda") if len(values) == len(spec.indicators) else _("Nilai sementara"),
        "value": round_half_up(sum(totals.values(), Fraction())),
        "max": 100,
        "parts": [
            {"label": f"{code}. {labels[code]}", "value": round_half_up(total), "max": _group_max(spec, code)}
            for code, total in totals.items()
            if code in labels
        ],
        "note": _("%(done)d dari %(all)d sudah dinilai dan tersimpan")
        % {"done": len(values), "all": len(spec.indicators)},
    }


def _group_max(spec: InstrumentSpec, group: str) -> Decimal:
    members = [indicator for indicator in spec.indicators if indicator.group == group]
    return round_half_up(weighted_total(spec, members, {one.code: max(one.values) for one in members}))


def receipt(sheet: Sheet | None) -> str:
    """Said only when the server has stored it."""
    if sheet is None or sheet.saved_at is None:
        return ""
    if sheet.submitted_at:
        return _("Terkirim %(at)s, versi %(version)d") % {
            "at": moment_text(sheet.submitted_at),
            "version": sheet.version,
        }
    return _("Tersimpan %(at)s, versi %(version)d") % {"at": time_label(sheet.saved_at), "version": sheet.version}


def differences(stored: Mapping[str, Answer], typed: Mapping[str, Answer]) -> list[dict[str, str]]:
    """Where the typed sheet differs from the stored one, for a person who has to choose."""
    nothing = Answer(None)
    rows = []
    for code in typed:
        old, new = stored.get(code, nothing), typed[code]
        if (old.value, old.note) != (new.value, new.note):
            rows.append({"code": code, "stored": answer_text(old), "typed": answer_text(new)})
    return rows


def answer_text(answer: Answer) -> str:
    value = "–" if answer.value is None else number_id(plain_number(answer.value))
    return f"{value} ({answer.note})" if answer.note else value


def answer_rows(indicators: Iterable[Indicator], answers: Mapping[str, Answer]) -> list[dict[str, Any]]:
    """The saved sheet as rows of a summary list. No query when the options were joined."""
    rows = []
    for indicator in indicators:
        given = answers.get(indicator.code, Answer(None))
        option = next((one for one in indicator.options.all() if one.points == given.value), None)
        value = "" if given.value is None else number_id(plain_number(given.value))
        parts = [value, option.label if option else "", given.note]
        rows.append(
            {
                "key": f"{indicator.code} {indicator.label}",
                "value": " · ".join(part for part in parts if part) if value else "",
                "missing": not value,
            }
        )
    return rows


def plain_number(value: Decimal) -> Decimal:
    return Decimal(plain(value))


def matrix(sheets: Iterable[Sheet]) -> dict[str, Any]:
    """Several sheets side by side: one row per indicator, one cell per scorer. No query when they were joined."""
    columns = list(sheets)
    rows: dict[str, dict[str, Any]] = {}
    for place, sheet in enumerate(columns):
        for score in sheet.scores.all():
            code = score.indicator.code
            cells = [{"scorer": one.assessor.name, "value": None, "note": ""} for one in columns]
            row = rows.setdefault(code, {"code": code, "label": score.indicator.label, "cells": cells})
            row["order"] = score.indicator.order
            row["cells"][place] |= {
                "value": None if score.value is None else plain_number(score.value),
                "note": score.note,
            }
    return {"sheets": columns, "rows": sorted(rows.values(), key=lambda row: row["order"])}
