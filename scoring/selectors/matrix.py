"""Many nominations' sheets at once: a constant number of queries, whatever their number.

Only what counts is read: submitted sheets of scorers who are not recused or removed, and confirmed visits.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from scoring.enums import AssignmentStatus, VisitStatus
from scoring.maths.bulk import Column, SheetValues, Sums, columns_of, indicator_weights
from scoring.maths.instrument import InstrumentSpec
from scoring.models import FieldClaim, Indicator, Sheet, Stage, StageResult
from scoring.selectors.sheets import with_answers

# The innermost query multiplies each value once (OFFSET keeps it apart); the weights come as a small table. Products
# are int4, so that sums are formed in machine words; one that did not fit would be refused, not cut off.
SUMS = """
SELECT sheet.nomination_id, array_agg(coalesce(summed.total, 0)), array_agg(coalesce(summed.answered, 0)) {over_sheets}
FROM scoring_sheet sheet
JOIN scoring_assignment assignment ON assignment.id = sheet.assignment_id AND assignment.status = 'active'
LEFT JOIN (
    SELECT sheet_id, sum(value * weight) AS total, count(weight) AS answered {over_indicators}
    FROM (
        SELECT score.sheet_id, (score.value * 100)::int AS value, weights.*
        FROM scoring_score score
        JOIN (VALUES {rows}) AS weights (indicator_id, weight {names}) ON weights.indicator_id = score.indicator_id
        WHERE score.value IS NOT NULL AND score.sheet_id IN (SELECT id FROM scoring_sheet sheet WHERE {which})
        OFFSET 0
    ) answers
    GROUP BY sheet_id
) summed ON summed.sheet_id = sheet.id
WHERE {which}
GROUP BY sheet.nomination_id
"""

SHEETS = """
SELECT sheet.nomination_id, sheet.assessor_id, array_agg(score.indicator_id), array_agg((score.value * 100)::int)
FROM scoring_sheet sheet
JOIN scoring_assignment assignment ON assignment.id = sheet.assignment_id AND assignment.status = 'active'
JOIN scoring_score score ON score.sheet_id = sheet.id AND score.value IS NOT NULL
WHERE {which}
GROUP BY sheet.id ORDER BY sheet.nomination_id, sheet.assessor_id
"""


def stage_sums(stage: Stage, spec: InstrumentSpec, nominations: Iterable[int] | None = None) -> Iterator[Sums]:
    """The exact sums of every nomination that has a counting sheet in the stage, in no order. Two queries.

    All arithmetic is in whole hundredths. Indicators are known by their code, so that sheets on an earlier version of
    the instrument are read as the official path reads them.
    """
    columns = columns_of(spec)
    rows, numbers = _weight_rows(stage, spec, columns)
    which, chosen = _which(stage, nominations)
    names = [f"k{place}" for place in range(len(columns))]
    statement = SUMS.format(
        rows=", ".join(rows),
        names="".join(f", {name}" for name in names),
        over_indicators="".join(f", sum(value * {name}) AS {name}" for name in names),
        over_sheets="".join(f", sum({name})::bigint" for name in names),
        which=which,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*numbers, *chosen, *chosen])
        for nomination, totals, answered, *summed in cursor:
            yield Sums(nomination, totals, answered, summed)


def score_sheets(stage: Stage, nominations: Iterable[int] | None = None) -> Iterator[SheetValues]:
    """Every counting sheet with its values, by nomination and assessor. Two queries."""
    codes = dict(_indicators(stage))
    which, chosen = _which(stage, nominations)
    with connection.cursor() as cursor:
        cursor.execute(SHEETS.format(which=which), chosen)
        for nomination, assessor, indicators, values in cursor:
            yield SheetValues(nomination, assessor, dict(zip(map(codes.__getitem__, indicators), values, strict=True)))


def sheets_by_nomination(stage: Stage, nominations: Iterable[int]) -> Iterator[tuple[int, list[Sheet]]]:
    """Sheets of some nominations as the official path takes them, counting or not. Two queries."""
    sheets = with_answers(Sheet.objects.filter(stage=stage, nomination__in=nominations))
    for nomination, own in groupby(sheets.order_by("nomination", "assessor"), attrgetter("nomination_id")):
        yield nomination, list(own)


def _which(stage: Stage, nominations: Iterable[int] | None) -> tuple[str, list[Any]]:
    which = "sheet.stage_id = %s AND sheet.status = 'submitted'"
    if nominations is None:
        return which, [stage.pk]
    return f"{which} AND sheet.nomination_id = ANY(%s)", [stage.pk, list(nominations)]


def _indicators(stage: Stage) -> QuerySet[Indicator, tuple[int, str]]:
    """Key and code of the indicators of every version in use. One query, which does not join them to the sheets."""
    versions = Sheet.objects.filter(stage=stage).values("instrument").distinct()
    return Indicator.objects.filter(instrument__in=versions).order_by("pk").values_list("pk", "code")


def _weight_rows(stage: Stage, spec: InstrumentSpec, columns: list[Column]) -> tuple[list[str], list[Any]]:
    """One row of whole numbers per indicator of the instrument's versions in use."""
    weights = indicator_weights(spec)
    rows, parameters = ["(0::bigint, 0::int" + ", 0::int" * len(columns) + ")"], []
    for pk, code in _indicators(stage).filter(code__in=weights):
        numbers = [pk, weights[code], *(column.weights.get(code, 0) for column in columns)]
        rows.append(f"({', '.join(['%s'] * len(numbers))})")
        parameters += numbers
    return rows, parameters


def stage_claims(stage: Stage, nominations: Iterable[int] | None = None) -> Iterator[tuple[int, list[FieldClaim]]]:
    """The claims of the confirmed visit of every nomination, by nomination. One query."""
    rows = FieldClaim.objects.filter(
        visit__assignment__stage=stage,
        visit__assignment__status=AssignmentStatus.ACTIVE,
        visit__status=VisitStatus.CONFIRMED,
    )
    if nominations is not None:
        rows = rows.filter(visit__assignment__nomination__in=nominations)
    rows = rows.annotate(nomination_id=F("visit__assignment__nomination"))
    for nomination, claims in groupby(
        rows.order_by("nomination_id", "visit", "order").iterator(), attrgetter("nomination_id")
    ):
        found = list(claims)
        yield nomination, [claim for claim in found if claim.visit_id == found[0].visit_id]


def stored_results(stages: Iterable[Stage], nominations: Iterable[int] | None = None) -> Iterator[dict[str, Any]]:
    """What was recorded when stages were closed, with the final result where there is one. One query."""
    rows = StageResult.objects.filter(stage__in=stages)
    if nominations is not None:
        rows = rows.filter(nomination__in=nominations)
    return (
        rows.values(
            "nomination_id",
            "stage_id",
            "score",
            "spread",
            "passed",
            "sheet_count",
            "detail",
            "input_hash",
            final_score=F("nomination__final_result__score"),
            final_stars=F("nomination__final_result__stars"),
            reference=F("nomination__reference"),
        )
        .order_by("nomination", "stage__order")
        .iterator()
    )
