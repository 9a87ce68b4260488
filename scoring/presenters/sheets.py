"""A sheet on the page: questions with their options and guidance, running total, receipt, and what differs."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.formats import JAKARTA, moment_text, number_id, time_label
from scoring.maths.exact import round_half_up
from scoring.maths.instrument import Indicator, InstrumentSpec
from scoring.maths.sheets import applicable, ceiling, group_totals
from scoring.maths.sheets import running_total as total_so_far
from scoring.models import Sheet
from scoring.rules import NA, NA_LABEL, NOTHING, Answer, Question, guidance_text, plain, plain_number, questions_in
from scoring.selectors.sheets import not_applicable_in, values_in


def group_labels(definition: Mapping[str, Any]) -> dict[str, str]:
    """Titles of the groups of an instrument with options; a scale has none, its aspects stand side by side."""
    return {group["code"]: group["label"] for group in definition.get("groups", ())}


def sections(
    spec: InstrumentSpec,
    definition: Mapping[str, Any],
    form: Any,
    *,
    commodity: str | None,
    read_only: bool,
) -> list[dict[str, Any]]:
    """The questions by group, as parameters of the score_question component. `form` is a SheetForm."""
    labels, by_code = group_labels(definition), {question.code: question for question in questions_in(definition)}
    found: dict[str, dict[str, Any]] = {}
    for one in spec.indicators:
        group = one.group if one.group in labels else ""
        section = found.setdefault(group, {"code": group, "title": labels.get(group, ""), "questions": []})
        question = _question(spec, by_code[one.code], one, form, commodity, read_only)
        section["questions"].append(question)
    for section in found.values():
        section["answered"] = sum(question["answered"] for question in section["questions"])
    return list(found.values())


def _question(
    spec: InstrumentSpec,
    asked: Question,
    rule: Indicator,
    form: Any,
    commodity: str | None,
    read_only: bool,
) -> dict[str, Any]:
    name, note_name = f"value_{rule.code}", f"note_{rule.code}"
    chosen = form.typed[name]
    anchors = {plain(points): label for points, label in asked.options}
    labels = {} if spec.scale else anchors
    options = [
        {
            "value": plain(value),
            "points": value,
            "label": labels.get(plain(value), number_id(plain_number(value))),
            "checked": chosen == plain(value),
        }
        for value in rule.values
    ]
    if rule.na_allowed:
        options.append({"value": NA, "points": None, "label": NA_LABEL, "checked": chosen == NA, "wide": True})
    return {
        "name": name,
        "code": rule.code,
        "title": asked.label,
        "max_points": plain_number(rule.weight * max(rule.values) / spec.divisor),
        "guidance": guidance_text(asked.guidance, commodity),
        "anchors": [(number_id(Decimal(mark)), text) for mark, text in anchors.items()] if spec.scale else [],
        "options": options,
        "compact": spec.scale is not None,
        "note_name": note_name,
        "note_value": form.typed[note_name],
        "note_label": _note_label(spec, rule),
        "error": form.errors.get(name, ""),
        "note_error": form.errors.get(note_name, ""),
        "read_only": read_only,
        "answered": bool(chosen),
    }


def _note_label(spec: InstrumentSpec, rule: Indicator) -> str:
    marks = [number_id(plain_number(value)) for value in rule.note_required_at]
    if marks and not spec.scale:
        marks[-1] = _("%(points)s poin") % {"points": marks[-1]}
    marks += [_("“Tidak berlaku”")] if rule.na_allowed else []
    return _("Catatan (wajib untuk %(marks)s)") % {"marks": ", ".join(marks)} if marks else ""


def running_total(spec: InstrumentSpec, definition: Mapping[str, Any], answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Parameters of the running_total component from the *saved* answers; the same maths as the stored total."""
    values, na, labels = values_in(answers), not_applicable_in(answers), group_labels(definition)
    done, every = len(values) + len(na), len(spec.indicators)
    note = _("%(done)d dari %(all)d sudah dinilai dan tersimpan") % {"done": done, "all": every}
    if na:
        note += ". " + _("%(count)d tidak berlaku dan tidak ikut dihitung") % {"count": len(na)}
    return {
        "label": _("Nilai Anda") if done == every else _("Nilai sementara"),
        "value": round_half_up(total_so_far(spec, values, na)),
        "max": 100,
        "parts": [
            {"label": f"{code}. {labels[code]}", "value": round_half_up(points), "max": _group_max(spec, code, na)}
            for code, points in group_totals(spec, values, na).items()
            if code in labels
        ],
        "note": note,
    }


def _group_max(spec: InstrumentSpec, group: str, na: frozenset[str]) -> Decimal:
    members = [indicator for indicator in spec.indicators if indicator.group == group]
    return round_half_up(ceiling(spec, applicable(members, na)))


def total_text(total: Mapping[str, Any]) -> str:
    """The running total in the words of its component."""
    return _("%(value)s dari %(max)s") % {"value": number_id(total["value"], 2), "max": number_id(total["max"])}


def part_texts(total: Mapping[str, Any]) -> list[str]:
    """The points of the groups in the words of the running_total component."""
    return [f"{number_id(part['value'])} / {number_id(part['max'])}" for part in total["parts"]]


def unanswered(sections: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The questions without an answer, in order, with their places on the page."""
    questions = (question for section in sections for question in section["questions"])
    return [{"code": one["code"], "url": f"#{one['name']}"} for one in questions if not one["answered"]]


def receipt(sheet: Sheet | None, zone: str | None = None) -> str:
    """Said only when the server has stored it; by the reader's clock, WIB without one."""
    if sheet is None or sheet.saved_at is None:
        return ""
    zone = zone or JAKARTA
    if sheet.submitted_at:
        return _("Terkirim %(at)s, versi %(version)d") % {
            "at": moment_text(sheet.submitted_at, zone),
            "version": sheet.version,
        }
    return _("Tersimpan %(at)s, versi %(version)d") % {"at": time_label(sheet.saved_at, zone), "version": sheet.version}


def differences(stored: Mapping[str, Answer], typed: Mapping[str, Answer]) -> list[dict[str, str]]:
    """Where the typed sheet differs from the stored one, for a person who has to choose."""
    rows = []
    for code in typed:
        old, new = stored.get(code, NOTHING), typed[code]
        if old != new:
            rows.append({"code": code, "stored": answer_text(old), "typed": answer_text(new)})
    return rows


def answer_text(answer: Answer) -> str:
    value = value_text(answer) or "–"
    return f"{value} ({answer.note})" if answer.note else value


def value_text(answer: Answer) -> str:
    """The value as people write it; empty without one."""
    if answer.na:
        return NA_LABEL
    return "" if answer.value is None else number_id(plain_number(answer.value))


def answer_rows(questions: Iterable[Question], answers: Mapping[str, Answer]) -> list[dict[str, Any]]:
    """The saved sheet as rows of a summary list. No query."""
    rows = []
    for one in questions:
        given = answers.get(one.code, NOTHING)
        anchor = next((label for points, label in one.options if points == given.value), "")
        value = value_text(given)
        rows.append(
            {
                "key": f"{one.code} {one.label}",
                "value": " · ".join(str(part) for part in (value, anchor, given.note) if part) if value else "",
                "missing": not value,
            }
        )
    return rows


def matrix(sheets: Iterable[Sheet]) -> dict[str, Any]:
    """Several sheets side by side: one row per indicator, one cell per scorer. No query when they were joined."""
    columns = list(sheets)
    rows: dict[str, dict[str, Any]] = {}
    for place, sheet in enumerate(columns):
        for score in sheet.scores.all():
            code = score.indicator.code
            cells = [{"scorer": one.assessor.name, "value": None, "na": False, "note": ""} for one in columns]
            row = rows.setdefault(code, {"code": code, "label": score.indicator.label, "cells": cells})
            row["order"] = score.indicator.order
            row["cells"][place] |= {
                "value": None if score.value is None else plain_number(score.value),
                "na": score.not_applicable,
                "note": score.note,
            }
    return {"sheets": columns, "rows": sorted(rows.values(), key=lambda row: row["order"])}
