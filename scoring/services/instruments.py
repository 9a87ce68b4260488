"""Instruments and stages from the shipped documents into the database. A used instrument is never touched."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from core import audit
from nominations.models import Category, Period
from scoring.maths.document import document_problems
from scoring.maths.final import weight_problems
from scoring.maths.problems import refuse_if
from scoring.models import AwardCap, Indicator, Instrument, Option, Stage
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
    newest = newest_usable()
    bare = Category.objects.filter(award=period.award_id, active=True).exclude(stages__period=period)
    stages = [_stage(period, category, stage, newest) for category in bare for stage in plan]
    created = Stage.objects.bulk_create(stages)
    _install_caps(period)
    if created:
        audit.record(None, "scoring.stages_installed", period, count=len(created))
    return created


def newest_usable() -> dict[str, Instrument]:
    """The newest version of each instrument that has no problems, by code. One query."""
    versions = Instrument.objects.order_by("version")
    return {instrument.code: instrument for instrument in versions if not document_problems(instrument.definition)}


def _install_caps(period: Period) -> None:
    """The caps of the award's document, where the period has none of its own."""
    if AwardCap.objects.filter(period=period).exists():
        return
    plan = next((one for one in _documents() if "stages" in one and one["award"] == period.award_id), {})
    categories = Category.objects.filter(award=period.award_id, active=True)
    caps = [AwardCap(period=period, max_awards=total) for total in [plan.get("max_awards_total")] if total]
    each = plan.get("max_awards_per_category")
    caps += [AwardCap(period=period, category=one, max_awards=each) for one in categories if each]
    AwardCap.objects.bulk_create(caps)


def _documents() -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]


def _record(document: dict[str, Any]) -> Instrument | None:
    sha256 = seal(document)
    versions = Instrument.objects.filter(code=document["code"])
    if versions.filter(Q(sha256=sha256) | Q(shipped_sha256=sha256)).exists():
        return None
    last = versions.order_by("-version").first()
    refuse_if(document_problems(document))
    instrument = Instrument.objects.create(
        code=document["code"],
        version=last.version + 1 if last else 1,
        award_id=document["award"],
        title=document["title"],
        method=document["method"],
        definition=document,
        sha256=sha256,
        shipped_sha256=sha256,
    )
    create_indicators(instrument)
    audit.record(None, "scoring.instrument_loaded", instrument, code=instrument.code, version=instrument.version)
    return instrument


def create_indicators(instrument: Instrument) -> None:
    """The rows of a document. On a scale the aspect itself is the one thing to judge, with anchors for some marks."""
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
                Option(indicator=indicator, points=option.get("points", option.get("value")), label=option["label"])
                for option in part.get("options", part.get("anchors", ()))
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
