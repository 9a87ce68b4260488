"""A stage's sheets and results under another version of its instrument."""

from collections import defaultdict
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from scoring.models import ConflictDeclaration, Instrument, Recomputation, Sheet, Stage, StageResult
from scoring.selectors.sheets import with_answers


def sheets_by_nomination(stage: Stage) -> dict[int, list[Sheet]]:
    """Every sheet of a stage with its answers, by nomination. Two queries."""
    found: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in with_answers(Sheet.objects.filter(stage=stage)).order_by("nomination", "assessor"):
        found[sheet.nomination_id].append(sheet)
    return found


def results_by_nomination(stage: Stage) -> dict[int, dict[str, StageResult]]:
    """The closed stages of every nomination of the stage's category, by nomination and code. One query."""
    found: dict[int, dict[str, StageResult]] = defaultdict(dict)
    rows = StageResult.objects.filter(stage__period=stage.period_id, stage__category=stage.category_id)
    for result in rows.select_related("stage").order_by("stage__order"):
        found[result.nomination_id][result.stage.code] = result
    return found


def later_versions(stage: Stage) -> QuerySet[Instrument]:
    """Newer versions of the stage's instrument, the newest first."""
    if stage.instrument is None:
        return Instrument.objects.none()
    rows = Instrument.objects.filter(code=stage.instrument.code, version__gt=stage.instrument.version)
    return rows.order_by("-version")


def stages_with_sheets(user: Any) -> QuerySet[Stage]:
    """Stages in which somebody has scored a nomination that the person may meet, with whether a newer version of the
    instrument exists. One query."""
    conflict = ConflictDeclaration.objects.filter(user=user, has_conflict=True, nomination=OuterRef("nomination"))
    sheets = Sheet.objects.filter(~Exists(conflict), stage=OuterRef("pk"))
    newer = Instrument.objects.filter(code=OuterRef("instrument__code"), version__gt=OuterRef("instrument__version"))
    rows = Stage.objects.filter(Exists(sheets))
    rows = rows.annotate(has_newer=Exists(newer)).select_related("period", "category", "instrument")
    return rows.order_by("-period__year", "category__order", "order")


def recomputations_of(stage: Stage) -> list[Recomputation]:
    """What was recomputed in a stage, newest first, with both results of every nomination. Two queries."""
    rows: Any = Recomputation.objects.filter(stage=stage)
    rows = rows.select_related("old_instrument", "new_instrument", "applied_by")
    return list(rows.prefetch_related("results__nomination"))
