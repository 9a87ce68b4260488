"""The least that a ranking can cost: the numbers lie in memory, numpy adds them up and puts them in order."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from scoring.models import Stage

Numbers = np.ndarray[Any, np.dtype[np.int64]]
ROWS = """
SELECT sheet.nomination_id, sheet.id, score.indicator_id, (score.value * 100)::int
FROM scoring_score score JOIN scoring_sheet sheet ON sheet.id = score.sheet_id
JOIN scoring_assignment assignment ON assignment.id = sheet.assignment_id
WHERE sheet.stage_id = %s AND sheet.status = 'submitted' AND assignment.status = 'active'
"""


@dataclass(frozen=True)
class Loaded:
    """Hundredths by nomination, place of the sheet and indicator; zero where a nomination has fewer sheets."""

    nominations: Numbers
    indicators: Numbers
    values: Numbers
    counts: Numbers


@dataclass(frozen=True)
class Ordered:
    """Best first."""

    nominations: Numbers
    hundredths: Numbers
    ranks: Numbers


def loaded(stage: Stage) -> Loaded:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [stage.pk])
        table = np.array(cursor.fetchall(), dtype=np.int64)
    sheets, first, of_sheet = np.unique(table[:, 1], return_index=True, return_inverse=True)
    indicators, of_indicator = np.unique(table[:, 2], return_inverse=True)
    by_nomination = np.argsort(table[first, 0], kind="stable")
    nominations, starts, counts = np.unique(table[first, 0][by_nomination], return_index=True, return_counts=True)
    place, owner = np.empty(len(sheets), np.int64), np.empty(len(sheets), np.int64)
    owner[by_nomination] = np.repeat(np.arange(len(nominations)), counts)
    place[by_nomination] = np.arange(len(sheets)) - np.repeat(starts, counts)
    values = np.zeros((len(nominations), counts.max(), len(indicators)), np.int64)
    values[owner[of_sheet], place[of_sheet], of_indicator] = table[:, 3]
    return Loaded(nominations, indicators, values, counts)


def in_order(numbers: Loaded, parts: dict[int, str], needed: int) -> Ordered:
    """Means of the sheets, rounded to hundredths, then the parts C, A and B; equal ones share a place."""
    enough = numbers.counts >= needed
    values, counts = numbers.values[enough], numbers.counts[enough]
    by_indicator = values.sum(axis=1)
    score = (2 * by_indicator.sum(axis=1) + counts) // (2 * counts)
    of = np.array([parts[pk] for pk in numbers.indicators.tolist()])
    keys = [by_indicator[:, of == part].sum(axis=1) * 60 // counts for part in "CAB"]  # 60 is divisible by 1 to 6
    order = np.lexsort([-key for key in (*reversed(keys), score)])
    standings = np.stack([score, *keys], axis=1)[order]
    is_new = np.ones(len(order), bool)
    is_new[1:] = (standings[1:] != standings[:-1]).any(axis=1)
    ranks = np.maximum.accumulate(np.where(is_new, np.arange(1, len(order) + 1), 0))
    return Ordered(numbers.nominations[enough][order], score[order], ranks)
