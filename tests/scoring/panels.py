"""Many nominations with sheets, written straight into the tables: what services would take minutes for."""

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from nominations.enums import Status
from nominations.models import Nomination, Snapshot
from scoring.enums import AssignmentStatus, SheetStatus
from scoring.models import Assignment, Indicator, Score, Sheet, Stage
from scoring.selectors.stages import stage_spec
from tests.factories import someone

Marks = dict[str, Any]  # value by indicator code


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - data, not secrets


def copies_of(first: Nomination, count: int, status: Status = Status.IN_ASSESSMENT) -> list[Nomination]:
    """Many nominations like one that went through the services, each with its snapshot."""
    facts = {f: getattr(first, f) for f in ("period_id", "category_id", "region_id", "created_by_id", "submitted_at")}
    rows = Nomination.objects.bulk_create(
        Nomination(
            reference=f"{first.reference}-{n:05}",
            subject_key=f"copy:{first.pk}:{n}",
            title=f"Usulan {n}",
            status=status,
            **facts,
        )
        for n in range(count)
    )
    snapshot = first.snapshots.latest("number")
    Snapshot.objects.bulk_create(
        Snapshot(nomination=row, number=1, data=snapshot.data, sha256=snapshot.sha256) for row in rows
    )
    return rows


def people(count: int, prefix: str = "panel") -> list[User]:
    """Accounts without any role: enough to stand on a sheet."""
    return User.objects.bulk_create(
        User(email=f"{prefix}{n}@contoh.id", name=f"Penilai {prefix} {n}") for n in range(count)
    )


def add_sheets(stage: Stage, given: Iterable[tuple[Nomination, User, Marks, str, bool]]) -> list[Sheet]:
    """Sheets from (nomination, assessor, marks, status of the assignment, submitted)."""
    given, by = list(given), someone(Role.VERIFIER)
    assignments = Assignment.objects.bulk_create(
        Assignment(
            nomination=nomination,
            stage=stage,
            assessor=person,
            assigned_by=by,
            status=status,
            removal_reason="Berhalangan" if status == AssignmentStatus.REMOVED else "",
        )
        for nomination, person, _, status, _ in given
    )
    snapshots = dict(Snapshot.objects.values_list("nomination", "pk"))
    sheets = Sheet.objects.bulk_create(
        Sheet(
            assignment=one,
            nomination_id=one.nomination_id,
            stage=stage,
            assessor_id=one.assessor_id,
            instrument_id=stage.instrument_id,
            snapshot_id=snapshots[one.nomination_id],
        )
        for one in assignments
    )
    known = dict(Indicator.objects.filter(instrument=stage.instrument_id).values_list("code", "pk"))
    Score.objects.bulk_create(
        Score(sheet=sheet, indicator_id=known[code], value=value)
        for sheet, (_, _, marks, _, _) in zip(sheets, given, strict=True)
        for code, value in marks.items()
    )
    sent = [sheet.pk for sheet, row in zip(sheets, given, strict=True) if row[4]]
    Sheet.objects.filter(pk__in=sent).update(status=SheetStatus.SUBMITTED, submitted_at=timezone.now(), total=0)
    return sheets


def random_marks(stage: Stage, random: Random) -> Callable[[], Marks]:
    indicators = stage_spec(stage).indicators
    return lambda: {one.code: random.choice(one.values) for one in indicators}


def random_panel(
    stage: Stage, nominations: list[Nomination], scorers: list[User], random: Random, *, most: int = 5
) -> None:
    """Up to `most` sheets each: sent and not sent, of recused and of removed people, and some that are equal."""
    marks, given = random_marks(stage, random), []
    kinds = [AssignmentStatus.ACTIVE] * 6 + [AssignmentStatus.RECUSED, AssignmentStatus.REMOVED]
    same = marks()
    for nomination in nominations:
        equal = random.random() < 0.4
        for person in random.sample(scorers, most if equal else random.randint(0, most)):
            sent = random.random() < 0.9
            given.append((nomination, person, same if equal else marks(), random.choice(kinds), sent))
    add_sheets(stage, given)
