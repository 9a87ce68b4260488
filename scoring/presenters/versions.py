"""What a sheet said each time it was submitted, why it was opened again, and what changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from core.comparison import Row, compare
from core.formats import number_id
from scoring.enums import SheetEventKind
from scoring.models import SheetEvent
from scoring.presenters.sheets import value_text
from scoring.rules import NOTHING, Answer, Question, replay


@dataclass
class Version:
    """One submission of a sheet; `reason`, `opened_by` and `opened_at` say how it ended, when it did."""

    number: int  # 1 for the first submission
    total: Decimal
    answers: dict[str, Answer]
    at: datetime
    reason: str = ""
    opened_by: str = ""
    opened_at: datetime | None = None


@dataclass
class Change:
    """Two submissions in a row, with the answers in which they differ."""

    before: Version
    after: Version
    rows: list[Row] = field(default_factory=list)


def submitted_versions(events: Iterable[SheetEvent]) -> list[Version]:
    """Every submission in a chain of events, oldest first. No query when the actors were joined."""
    found: list[Version] = []
    for event in sorted(events, key=lambda one: one.number):
        if event.kind == SheetEventKind.SUBMITTED:
            total, answers = Decimal(event.data["total"]), replay([event.data])
            found.append(Version(len(found) + 1, total, answers, event.at))
        elif event.kind == SheetEventKind.REOPENED and found:
            found[-1].reason = event.data["reason"]
            found[-1].opened_by, found[-1].opened_at = event.actor.name, event.at
    return found


def changes(versions: list[Version], asked: Iterable[Question]) -> list[Change]:
    """What each submission changed of the one before, newest first."""
    questions = list(asked)
    return [Change(old, new, _rows(old, new, questions)) for old, new in pairwise(versions)][::-1]


def _rows(old: Version, new: Version, questions: list[Question]) -> list[Row]:
    fields: list[tuple[str, str, str]] = [
        (_("Jumlah nilai"), number_id(old.total, 2), number_id(new.total, 2)),
    ]
    for one in questions:
        before, after = old.answers.get(one.code, NOTHING), new.answers.get(one.code, NOTHING)
        label = f"{one.code} {one.label}"
        fields.append((label, str(value_text(before)), str(value_text(after))))
        fields.append((_("%(label)s: catatan") % {"label": label}, before.note, after.note))
    return compare(fields)


def version_context(events: Iterable[SheetEvent], asked: Iterable[Question]) -> dict[str, Any]:
    """For the page of versions."""
    versions = submitted_versions(events)
    return {"versions": versions, "changes": changes(versions, asked)}
