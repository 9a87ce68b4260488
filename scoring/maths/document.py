"""Is a document an instrument at all? Every place where its shape is wrong, then everything that makes no sense.

A document comes from a form, a file, or another version. `where` names the place as the document's own codes do.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from scoring.maths.checks import instrument_problems
from scoring.maths.exact import number_from
from scoring.maths.findings import field_from_dict
from scoring.maths.instrument import instrument_from_dict
from scoring.maths.problems import InvalidInput, Problem

MOST = Decimal("9999.99")  # what a column of points or weights holds
LENGTHS = {"code": 40, "title": 160}
PART_LENGTHS = {"code": 8, "label": 160}
INDICATOR_LENGTHS = {"code": 8, "label": 200}


def document_problems(document: object) -> list[Problem]:
    """Everything that is wrong; an empty list means that a stage may use it."""
    if not isinstance(document, Mapping):
        return [Problem("document_not_object")]
    if document.get("method") == "findings":
        return [*_texts(document, LENGTHS, ""), *_findings(document)]
    found = [*_texts(document, LENGTHS, ""), *_shape(document)]
    if found:
        return found
    try:
        return instrument_problems(instrument_from_dict(document))
    except InvalidInput as error:
        return list(error.problems)


def _findings(document: Mapping[str, Any]) -> list[Problem]:
    try:
        field_from_dict(document)
    except InvalidInput as error:
        return list(error.problems)
    return list(_checklist(document.get("checklist", [])))


def _checklist(parts: object) -> Iterator[Problem]:
    """Criteria with their claims, and documents of which the original is looked at; each code once."""
    if not isinstance(parts, list) or not all(isinstance(part, Mapping) for part in parts):
        yield Problem("list_wrong", "checklist")
        return
    seen: set[str] = set()
    for place, part in enumerate(parts, start=1):
        yield from _texts(part, {"criterion": 80}, f"checklist #{place}")
        claims = part.get("claims", [])
        if not isinstance(claims, list) or not all(isinstance(claim, Mapping) for claim in claims):
            yield Problem("list_wrong", f"checklist #{place}.claims")
            continue
        for claim in claims:
            yield from _texts(claim, INDICATOR_LENGTHS, str(claim.get("code", "")) or f"checklist #{place}")
            if claim.get("code") in seen:
                yield Problem("claim_repeated", str(claim["code"]))
            seen.add(str(claim.get("code")))


def _shape(document: Mapping[str, Any]) -> Iterator[Problem]:
    method = document.get("method")
    if method not in ("options", "scale"):
        yield Problem("method_unknown", str(method))
        return
    if method == "scale":
        yield from _scale(document.get("scale"))
    aspects = document.get("aspects")
    if not isinstance(aspects, list):
        yield Problem("aspects_missing")
    else:
        yield from _repeated_aspects(aspects)
        for place, aspect in enumerate(aspects, start=1):
            yield from _aspect(aspect, f"#{place}", method)
    yield from _limits(document)


def _repeated_aspects(aspects: list[Any]) -> Iterator[Problem]:
    seen = set()
    for aspect in aspects:
        code = aspect.get("code") if isinstance(aspect, Mapping) else None
        if code in seen and isinstance(code, str):
            yield Problem("aspect_repeated", code)
        seen.add(code if isinstance(code, str) else None)


def _scale(scale: object) -> Iterator[Problem]:
    if not isinstance(scale, Mapping):
        yield Problem("scale_missing")
        return
    for key in ("min", "max", "step"):
        yield from _number(scale.get(key), f"scale.{key}")
    yield from _list(scale.get("note_required_at", []), "scale.note_required_at")
    if isinstance(scale.get("note_required_at", []), list):
        for value in scale.get("note_required_at", []):
            yield from _number(value, "scale.note_required_at")


def _aspect(aspect: object, place: str, method: str) -> Iterator[Problem]:
    if not isinstance(aspect, Mapping):
        yield Problem("part_not_object", place)
        return
    place = aspect["code"] if isinstance(aspect.get("code"), str) and aspect["code"] else place
    yield from _texts(aspect, PART_LENGTHS, place)
    if method == "scale":
        yield from _number(aspect.get("weight"), f"{place}.weight")
        yield from _common(aspect, place)
        yield from _choices(aspect.get("anchors", []), f"{place}.anchors", "value")
        return
    yield from _texts(aspect, {"group": 8}, place)
    indicators = aspect.get("indicators")
    if not isinstance(indicators, list):
        yield Problem("list_wrong", f"{place}.indicators")
        return
    for number, indicator in enumerate(indicators, start=1):
        yield from _indicator(indicator, f"{place} #{number}")


def _indicator(indicator: object, place: str) -> Iterator[Problem]:
    if not isinstance(indicator, Mapping):
        yield Problem("part_not_object", place)
        return
    place = indicator["code"] if isinstance(indicator.get("code"), str) and indicator["code"] else place
    yield from _texts(indicator, INDICATOR_LENGTHS, place)
    yield from _common(indicator, place)
    yield from _choices(indicator.get("options"), f"{place}.options", "points")


def _common(part: Mapping[str, Any], place: str) -> Iterator[Problem]:
    guidance = part.get("guidance", {})
    if not isinstance(guidance, Mapping) or not all(isinstance(text, str) for text in guidance.values()):
        yield Problem("guidance_wrong", place)
    if not isinstance(part.get("na_allowed", False), bool):
        yield Problem("na_allowed_wrong", place)


def _choices(choices: object, place: str, number: str) -> Iterator[Problem]:
    if not isinstance(choices, list):
        yield Problem("list_wrong", place)
        return
    for index, choice in enumerate(choices, start=1):
        if not isinstance(choice, Mapping):
            yield Problem("part_not_object", f"{place} #{index}")
            continue
        yield from _number(choice.get(number), f"{place} #{index}")
        yield from _texts(choice, {"label": 200}, f"{place} #{index}")
        if not isinstance(choice.get("note_required", False), bool):
            yield Problem("note_required_wrong", f"{place} #{index}")


def _limits(document: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(document.get("min_assessors"), int) or isinstance(document.get("min_assessors"), bool):
        yield Problem("number_wrong", "min_assessors")
    for key in ("discrepancy_threshold", "pass_mark"):
        if document.get(key) is not None:
            yield from _number(document[key], key)
    rule = document.get("min_aspect_score")
    if rule is not None:
        for key in ("weight_at_least", "score"):
            yield from _number(rule.get(key) if isinstance(rule, Mapping) else None, f"min_aspect_score.{key}")
    yield from _bands(document.get("bands", []))
    keys = document.get("tie_break", [])
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        yield Problem("list_wrong", "tie_break")
    yield from _groups(document.get("groups", []))


def _bands(bands: object) -> Iterator[Problem]:
    yield from _list(bands, "bands")
    for place, band in enumerate(bands if isinstance(bands, list) else [], start=1):
        if not isinstance(band, Mapping):
            yield Problem("part_not_object", f"bands #{place}")
            continue
        yield from _number(band.get("min"), f"bands #{place}")
        if not isinstance(band.get("stars"), int) or isinstance(band.get("stars"), bool) or band["stars"] < 1:
            yield Problem("number_wrong", f"bands #{place}")
        if not isinstance(band.get("coach"), str):
            yield Problem("text_missing", f"bands #{place}.coach")


def _groups(groups: object) -> Iterator[Problem]:
    yield from _list(groups, "groups")
    for place, group in enumerate(groups if isinstance(groups, list) else [], start=1):
        if isinstance(group, Mapping):
            yield from _texts(group, PART_LENGTHS, f"groups #{place}")
        else:
            yield Problem("part_not_object", f"groups #{place}")


def _list(value: object, place: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem("list_wrong", place)


def _texts(part: Mapping[str, Any], lengths: Mapping[str, int], place: str) -> Iterator[Problem]:
    for key, most in lengths.items():
        where = f"{place}.{key}".strip(".")
        text = part.get(key)
        if not isinstance(text, str) or not text.strip():
            yield Problem("text_missing", where)
        elif len(text) > most:
            yield Problem("text_too_long", where)


def _number(value: object, place: str) -> Iterator[Problem]:
    if isinstance(value, float):
        yield Problem("number_not_exact", place)
        return
    try:
        number = number_from(value)
    except (TypeError, ValueError, InvalidOperation):
        yield Problem("number_wrong", place)
        return
    exponent = number.as_tuple().exponent
    if abs(number) > MOST or (isinstance(exponent, int) and exponent < -2):
        yield Problem("number_out_of_range", place)
