"""Instruments and stages from the shipped documents into the database. A used instrument is never touched."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from core import audit
from nominations.models import Category, Period
from scoring.enums import Method
from scoring.maths.checks import instrument_problems
from scoring.maths.final import weight_problems
from scoring.maths.findings import field_from_dict
from scoring.maths.instrument import instrument_from_dict
from scoring.maths.problems import refuse_if
from scoring.models import Indicator, Instrument, Option, Stage
from scoring.rules import seal

FOLDER = Path(__file__).resolve().parent.parent / "data" / "instruments"


@transaction.atomic
def load_instruments() -> list[Instrument]:
    """Record every shipped instrument that the database does not hold yet; a changed one becomes a new version.

    Returns what was created: nothing on a second run. Raises InvalidInput for a document that breaks a rule.
    """
    documents = [document for document in _documents() if "method" in document]
    created = [_record(document) for document in documents]
    return [instrument for instrument in created if instrument]


@transaction.atomic
def install_stages(*, period: Period) -> list[Stage]:
    """Give every active category of a period without stages the shipped ones of its award, with the newest instruments.

    Categories that have stages already keep them as they are. Raises InvalidInput when the weights do not add up.
    """
    plan = [
        stage
        for document in _documents()
        if "stages" in document and document["award"] == period.award_id
        for stage in document["stages"]
        if stage["active"]
    ]
    refuse_if(weight_problems({stage["code"]: Decimal(stage["weight"]) for stage in plan}) if plan else ())
    newest = {instrument.code: instrument for instrument in Instrument.objects.order_by("version")}
    bare = Category.objects.filter(award=period.award_id, active=True).exclude(stages__period=period)
    stages = [_stage(period, category, stage, newest) for category in bare for stage in plan]
    created = Stage.objects.bulk_create(stages)
    if created:
        audit.record(None, "scoring.stages_installed", period, count=len(created))
    return created


def _documents() -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]


def _record(document: dict[str, Any]) -> Instrument | None:
    sha256 = seal(document)
    last = Instrument.objects.filter(code=document["code"]).order_by("-version").first()
    if last and last.sha256 == sha256:
        return None
    _refuse_if_wrong(document)
    instrument = Instrument.objects.create(
        code=document["code"],
        version=last.version + 1 if last else 1,
        award_id=document["award"],
        title=document["title"],
        method=document["method"],
        definition=document,
        sha256=sha256,
    )
    _create_indicators(instrument)
    audit.record(None, "scoring.instrument_loaded", instrument, code=instrument.code, version=instrument.version)
    return instrument


def _refuse_if_wrong(document: dict[str, Any]) -> None:
    if document["method"] == Method.FINDINGS:
        field_from_dict(document)
    else:
        refuse_if(instrument_problems(instrument_from_dict(document)))


def _create_indicators(instrument: Instrument) -> None:
    """On a scale the aspect itself is the one thing to judge; a visit's claims come from the dossier."""
    order = 0
    for aspect in instrument.definition.get("aspects", ()):
        for part in aspect.get("indicators", (aspect,)):
            order += 1
            indicator = Indicator.objects.create(
                instrument=instrument,
                code=part["code"],
                aspect_code=aspect["code"],
                aspect_label=aspect["label"],
                label=part["label"],
                guidance=part.get("guidance", {}),
                weight=part.get("weight"),
                order=order,
            )
            Option.objects.bulk_create(
                Option(indicator=indicator, points=option["points"], label=option["label"])
                for option in part.get("options", ())
            )


def _stage(period: Period, category: Category, plan: dict[str, Any], newest: dict[str, Instrument]) -> Stage:
    code = plan["instrument"][category.code] if isinstance(plan["instrument"], dict) else plan["instrument"]
    return Stage(
        period=period,
        category=category,
        code=plan["code"],
        label=plan["label"],
        order=plan["order"],
        kind=plan["kind"],
        instrument=newest[code],
        scorer_role=plan["scorer_role"],
        weight=Decimal(plan["weight"]),
        pass_mark=Decimal(plan["pass_mark"]) if plan["pass_mark"] else None,
        optional=plan.get("optional", False),
        visibility=plan["visibility"],
        min_assessors=plan["min_assessors"],
    )
