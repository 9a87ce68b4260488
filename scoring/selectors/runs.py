"""Proposals of assignments as their pages show them; what a person may not meet is in no list and in no number."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from accounts.roles import SCORERS
from nominations.models import Nomination
from scoring.enums import AssignmentStatus
from scoring.models import Assignment, AssignmentMove, AssignmentRun, PanelSeat, Stage
from scoring.selectors.facts import people_facts
from scoring.selectors.stages import assessed_nominations, staged_periods

MOVES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Load:
    """One person in a proposal: live assignments of the period now, what comes and what goes; `until`: the last day."""

    user: User
    institution: str
    now: int
    comes: int
    goes: int
    capacity: int | None
    until: date | None

    @property
    def afterwards(self) -> int:
        return self.now + self.comes - self.goes


def runs() -> QuerySet[AssignmentRun]:
    return AssignmentRun.objects.select_related("period", "file", "created_by", "applied_by", "undone_by")


def stage_choices() -> list[tuple[str, str]]:
    """`period:code` and its label, for every stage of every period. Two queries."""
    periods = {period.pk: period.name for period in staged_periods()}
    rows = Stage.objects.filter(period__in=periods).order_by("order").values_list("period", "code", "label")
    known = {f"{period}:{code}": (period, f"{periods[period]}: {label}") for period, code, label in rows}
    place = {pk: number for number, pk in enumerate(periods)}
    return [(key, label) for key, (period, label) in sorted(known.items(), key=lambda item: place[item[1][0]])]


def stage_label(run: AssignmentRun) -> str:
    """One query."""
    found = Stage.objects.filter(period=run.period_id, code=run.stage_code).values_list("label", flat=True).first()
    return found or run.stage_code


def visible_moves(user: Any, run: AssignmentRun) -> QuerySet[AssignmentMove]:
    return run.moves.filter(nomination__in=assessed_nominations(user).values("pk"))


def move_counts(moves: QuerySet[AssignmentMove]) -> dict[str, int]:
    """Nominations that are touched, what comes, what goes, what undoing left. One query."""
    return moves.aggregate(
        touched=Count("nomination", distinct=True),
        comes=Count("pk", filter=Q(gives=True)),
        goes=Count("pk", filter=Q(gives=False)),
        kept=Count("pk", filter=Q(kept=True)),
    )


def shown_moves(moves: QuerySet[AssignmentMove]) -> list[AssignmentMove]:
    """The first so many, by nomination. One query."""
    rows = moves.select_related("nomination__category", "nomination__region", "assessor")
    return list(rows.order_by("nomination__reference", "-gives", "assessor__name")[:MOVES_SHOWN])


def loads_of(user: Any, run: AssignmentRun) -> list[Load]:
    """Everybody with a seat or a change, by name. Eight queries."""
    comes: Counter[int] = Counter()
    goes: Counter[int] = Counter()
    for assessor, gives, number in visible_moves(user, run).values_list("assessor", "gives").annotate(Count("pk")):
        (comes if gives else goes)[assessor] += number
    live = Assignment.objects.filter(
        nomination__in=assessed_nominations(user).filter(period=run.period_id).values("pk"),
        status=AssignmentStatus.ACTIVE,
    )
    now = dict(live.values_list("assessor").annotate(Count("pk")))
    seats = dict(PanelSeat.objects.filter(period=run.period_id, active=True).values_list("user", "capacity"))
    people = people_facts({*seats, *comes, *goes}, period_id=run.period_id)
    rows = User.objects.filter(pk__in=people).order_by("name")
    return [
        Load(
            user=row,
            institution=people[row.pk].institution,
            now=now.get(row.pk, 0),
            comes=comes[row.pk],
            goes=goes[row.pk],
            capacity=seats.get(row.pk),
            until=people[row.pk].valid_to(SCORERS),
        )
        for row in rows
    ]


def shortage_facts(user: Any, run: AssignmentRun) -> tuple[dict[int, str], dict[int, str]]:
    """Category of each nomination that lacks people, and names of those whose room is used up. Two queries."""
    short = run.report.get("short", ())
    seen = assessed_nominations(user).filter(pk__in=[one["pk"] for one in short])
    people = {pk for one in short for pk in one["people"]}
    return (
        dict(seen.values_list("pk", "category__label")),
        dict(User.objects.filter(pk__in=people).values_list("pk", "name")),
    )


def changes_of(user: Any, run: AssignmentRun) -> list[str]:
    """Why a worker could not apply it, without what is about a nomination that the reader may not meet. One query."""
    changed = run.report.get("changed", ())
    seen = set(assessed_nominations(user).filter(pk__in=[pk for pk, _text in changed]).values_list("pk", flat=True))
    return [text for pk, text in changed if pk is None or pk in seen]


def overdue_of(user: Any, run: AssignmentRun) -> list[tuple[Nomination, User]]:
    """Work that somebody began who may not go on: it stays and does not count. Two queries."""
    pairs = run.report.get("overdue", ())
    seen = assessed_nominations(user).in_bulk([pk for pk, _user in pairs])
    people = User.objects.in_bulk([pk for _nomination, pk in pairs])
    return [(seen[pk], people[person]) for pk, person in pairs if pk in seen and person in people]
