"""Many nominations' sheets at once: a constant number of queries, whatever their number.

Only what counts is read: submitted sheets of scorers who are not recused or removed, and confirmed visits.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from scoring.enums import AssignmentStatus, VisitStatus
from scoring.maths.bulk import SheetValues, Sums, columns_of, indicator_weights
from scoring.maths.instrument import InstrumentSpec
from scoring.models import FieldClaim, Indicator, Sheet, Stage, StageResult
from scoring.selectors.sheets import with_answers

# Values are summed as they are, by kind of indicator, and weighted afterwards: one conversion and one sum for each.
# Each is int4, so that sums are formed in machine words; one that did not fit would be refused, not cut off.
SUMS = """
SELECT nomination_id, count(*), sum(total)::bigint, max(total), min(total), sum(answered)::bigint {over_sheets}
FROM (
    SELECT sheet.nomination_id, {total} AS total, coalesce(answered, 0) AS answered {columns}
    FROM scoring_sheet sheet
    JOIN scoring_assignment assignment ON assignment.id = sheet.assignment_id AND assignment.status = 'active'
    LEFT JOIN (
        SELECT score.sheet_id, count(*) AS answered {over_kinds}
        FROM scoring_score score
        JOIN unnest(%s::bigint[], %s::int[]) AS kinds (indicator_id, kind) USING (indicator_id)
        WHERE score.value IS NOT NULL AND score.sheet_id IN (SELECT id FROM scoring_sheet sheet WHERE {which})
        GROUP BY score.sheet_id
    ) summed ON summed.sheet_id = sheet.id
    WHERE {which}
) sheets
GROUP BY nomination_id
"""
OF_KIND = ", sum((score.value * 100)::int) FILTER (WHERE kind = {0}) AS s{0}"

SHEETS = """
SELECT sheet.nomination_id, sheet.assessor_id, array_agg(score.indicator_id), array_agg((score.value * 100)::int)
FROM scoring_sheet sheet
JOIN scoring_assignment assignment ON assignment.id = sheet.assignment_id AND assignment.status = 'active'
JOIN scoring_score score ON score.sheet_id = sheet.id AND score.value IS NOT NULL
WHERE {which}
GROUP BY sheet.id ORDER BY sheet.nomination_id, sheet.assessor_id
"""


def stage_sums(stage: Stage, spec: InstrumentSpec, nominations: Collection[int] | None = None) -> Iterator[Sums]:
    """The exact sums of every nomination that has a counting sheet in the stage, in no order. Two queries.

    All arithmetic is in whole hundredths. Indicators are known by their code, so that sheets on an earlier version of
    the instrument are read as the official path reads them.
    """
    kinds, indicators, kind_of = _kinds(stage, spec, nominations)
    which, chosen = _which(stage, nominations)
    total, *columns = [_weighted(weights) for weights in zip(*kinds, strict=True)]
    statement = SUMS.format(
        total=total,
        columns="".join(f", {column} AS k{place}" for place, column in enumerate(columns)),
        over_kinds="".join(OF_KIND.format(kind) for kind in range(len(kinds))),
        over_sheets="".join(f", sum(k{place})::bigint" for place in range(len(columns))),
        which=which,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [indicators, kind_of, *chosen, *chosen])
        for nomination, sheets, total, highest, lowest, answered, *summed in cursor:
            yield Sums(nomination, sheets, total, highest, lowest, answered, summed)


def score_sheets(stage: Stage, nominations: Collection[int] | None = None) -> Iterator[SheetValues]:
    """Every counting sheet with its values, by nomination and assessor. Two queries."""
    codes = dict(_indicators(stage, nominations))
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


def _which(stage: Stage, nominations: Collection[int] | None) -> tuple[str, list[Any]]:
    which = "sheet.stage_id = %s AND sheet.status = 'submitted'"
    if nominations is None:
        return which, [stage.pk]
    return f"{which} AND sheet.nomination_id = ANY(%s)", [stage.pk, list(nominations)]


def _indicators(stage: Stage, nominations: Collection[int] | None) -> QuerySet[Indicator, tuple[int, str]]:
    """Key and code of the indicators of every version in use. One query, which does not join them to the sheets."""
    sheets = Sheet.objects.filter(stage=stage)
    if nominations is not None:
        sheets = sheets.filter(nomination__in=nominations)
    versions = sheets.values("instrument").distinct()
    return Indicator.objects.filter(instrument__in=versions).order_by("pk").values_list("pk", "code")


def _kinds(
    stage: Stage, spec: InstrumentSpec, nominations: Collection[int] | None
) -> tuple[list[tuple[int, ...]], list[int], list[int]]:
    """What values weigh in the total and in each column, once for all indicators that weigh the same; and the keys of
    the indicators, of all versions in use, with the place of their kind.
    """
    weights, columns = indicator_weights(spec), columns_of(spec)
    by_code = {code: (weight, *(one.weights.get(code, 0) for one in columns)) for code, weight in weights.items()}
    kinds = list(dict.fromkeys(by_code.values()))
    rows = [(pk, kinds.index(by_code[code])) for pk, code in _indicators(stage, nominations) if code in by_code]
    return kinds, [pk for pk, _kind in rows], [kind for _pk, kind in rows]


def _weighted(weights: Iterable[int]) -> str:
    """The sum over the kinds, as SQL."""
    return " + ".join(f"coalesce(s{kind}, 0) * {weight}" for kind, weight in enumerate(weights) if weight) or "0"


def stage_claims(stage: Stage, nominations: Collection[int] | None = None) -> Iterator[tuple[int, list[FieldClaim]]]:
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


def stored_results(stages: Iterable[Stage], nominations: Collection[int] | None = None) -> Iterator[dict[str, Any]]:
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
