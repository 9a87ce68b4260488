"""Who belongs to the panel of a period, and who has to leave the room for a nomination."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Value

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import people_with
from nominations.models import Category, Nomination
from scoring.enums import AssignmentStatus, AttendanceState, ConflictKind
from scoring.models import (
    Assignment,
    Attendance,
    ConflictDeclaration,
    PanelSeat,
    PlenarySession,
    RoomConflict,
    Stage,
)
from scoring.rules import BLOCKING, conflicts, quorum_needed
from scoring.selectors.facts import nomination_marks, people_facts
from scoring.selectors.panel import scorers


def panel_of(period_id: int) -> list[User]:
    """The chairs and who has a seat in the period, by name. Three queries.

    In a period without seats everybody who scores in it.
    """
    members = {user.pk: user for user in people_with(Role.PANEL_CHAIR)}
    seats = PanelSeat.objects.filter(period=period_id)
    if seats.exists():
        seated = scorers().filter(pk__in=seats.filter(active=True).values("user"))
    else:
        work = Assignment.objects.filter(nomination__period=period_id).exclude(status=AssignmentStatus.REMOVED)
        seated = User.objects.filter(pk__in=work.values("assessor"), is_active=True)
    members |= {user.pk: user for user in seated}
    return sorted(members.values(), key=lambda user: user.name)


def moderation_people(nomination: Nomination, stage: Stage) -> list[User]:
    """Who may take part in talking over the scores: the scorers of the stage and the chairs. Two queries."""
    live = Assignment.objects.filter(nomination=nomination, stage=stage, status=AssignmentStatus.ACTIVE)
    people = {user.pk: user for user in User.objects.filter(pk__in=live.values("assessor")).order_by("name")}
    recused = recused_from([nomination.pk])[nomination.pk]
    people |= {user.pk: user for user in people_with(Role.PANEL_CHAIR) if user.pk not in recused}
    return list(people.values())


def recused_from(nomination_ids: Iterable[int]) -> dict[int, set[int]]:
    """Who declared a conflict, by nomination. One query."""
    rows = ConflictDeclaration.objects.filter(nomination__in=nomination_ids, has_conflict=True)
    recused: dict[int, set[int]] = defaultdict(set)
    for nomination, user in rows.values_list("nomination", "user"):
        recused[nomination].add(user)
    return recused


def outside_of(session: PlenarySession, nomination_ids: Iterable[int]) -> dict[int, dict[int, ConflictKind]]:
    """Who leaves the room and why, by nomination: by the own word, or by what the data say. One query."""
    ids = list(nomination_ids)
    declared = ConflictDeclaration.objects.filter(nomination__in=ids, has_conflict=True)
    found = RoomConflict.objects.filter(session=session, nomination__in=ids).values_list("nomination", "member", "kind")
    word = Value(ConflictKind.DECLARED.value)
    outside: dict[int, dict[int, ConflictKind]] = defaultdict(dict)
    for nomination, user, kind in found.union(declared.values_list("nomination", "user", word)):
        if outside[nomination].get(user) != ConflictKind.DECLARED:
            outside[nomination][user] = ConflictKind(kind)
    return outside


def hidden_from(user: User, session: PlenarySession, nomination_ids: Iterable[int]) -> set[int]:
    """For which of these the person leaves the room, and so does not meet them. One query."""
    return {pk for pk, people in outside_of(session, nomination_ids).items() if user.pk in people}


def detected_conflicts(
    period_id: int, member_ids: list[int], nomination_ids: list[int]
) -> dict[tuple[int, int], ConflictKind]:
    """The gravest thing that stands against each pair of nomination and member. Twelve queries whatever the number."""
    people, marks = people_facts(member_ids, period_id=period_id), nomination_marks(nomination_ids)
    found = {}
    for nomination, facts in marks.items():
        for member, person in people.items():
            against = [one.kind for one in conflicts(person.marks, facts) if one.kind in BLOCKING]
            if against:
                found[nomination, member] = against[0]
    return found


@dataclass(frozen=True, slots=True)
class Room:
    """Who may decide on one item: the members without those who have to leave the room for it."""

    present: list[User]
    away: list[User]
    outside: list[User]
    needed: int

    @property
    def has_quorum(self) -> bool:
        return len(self.present) >= self.needed


def attendances_of(session: PlenarySession) -> list[Attendance]:
    """Every member's row, by name. One query."""
    return list(Attendance.objects.filter(session=session).select_related("member").order_by("member__name"))


def room_of(session: PlenarySession, nomination_ids: Iterable[int]) -> Room:
    """The room for one item, or for several that are decided together. Two queries."""
    outside = {member for people in outside_of(session, nomination_ids).values() for member in people}
    return room_from(attendances_of(session), outside, session.quorum_percent)


def room_from(attendances: list[Attendance], outside: Collection[int], percent: int) -> Room:
    """The same from rows that are loaded. No query."""
    inside = [row for row in attendances if row.member_id not in outside]
    return Room(
        present=[row.member for row in inside if row.state == AttendanceState.PRESENT],
        away=[row.member for row in inside if row.state != AttendanceState.PRESENT],
        outside=[row.member for row in attendances if row.member_id in outside],
        needed=quorum_needed(len(inside), percent),
    )


def recused_nominations(user: User, period_id: int) -> set[int]:
    """Nominations of a period that this person may not meet. One query."""
    return set(recused_in(user, period_id))


def recused_in(user: User, period_id: int) -> QuerySet[ConflictDeclaration, int]:
    """The same for subqueries. No query by itself."""
    rows = ConflictDeclaration.objects.filter(user=user, has_conflict=True, nomination__period=period_id)
    return rows.values_list("nomination", flat=True)


def categories_with_recused(user: User, period_id: int) -> QuerySet[Category]:
    """Each with `recused`, a list: its nominations of that period that this person may not meet. No query."""
    rows = recused_in(user, period_id).filter(nomination__category=OuterRef("pk"))
    return Category.objects.annotate(recused=ArraySubquery(rows))


def recused_by_category(user: User, period_id: int) -> dict[int, set[int]]:
    """The same by category: none where there is no conflict. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    for category, nomination in recused_in(user, period_id).values_list("nomination__category", "nomination"):
        found[category].add(nomination)
    return dict(found)


def recused_somewhere(user: User) -> Exists:
    """For sessions: whether this person may not meet some nomination of the period. No query by itself."""
    rows = ConflictDeclaration.objects.filter(user=user, has_conflict=True, nomination__period=OuterRef("period"))
    return Exists(rows)


def live_sessions(user: User) -> list[PlenarySession]:
    """Sessions that discuss something now, with this person in the room. One query."""
    rows = PlenarySession.objects.filter(
        current__isnull=False, attendances__member=user, attendances__state=AttendanceState.PRESENT
    )
    return list(rows.order_by("-held_on", "-pk"))
