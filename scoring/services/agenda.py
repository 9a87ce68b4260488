"""Before and during the meeting: who comes, what is on the agenda in which order, and what is being discussed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import audit
from core.clock import transaction_time
from core.errors import NotPermitted, RuleBroken
from core.http import require
from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import AttendanceState
from scoring.models import AgendaItem, Attendance, PlenarySession, RoomConflict, TieDecision
from scoring.policies import is_chair
from scoring.selectors.people import Room, detected_conflicts, hidden_from, panel_of, room_of
from scoring.selectors.plenary import finalists, ranked_categories, tie_orders
from scoring.services.conflicts import refuse_conflicted_in
from scoring.services.locks import refuse_if_sealed


def fill_attendance(session: PlenarySession) -> None:
    """A row for every member of the panel who has none yet; who left the panel before it met goes. Six queries."""
    members = panel_of(session.period_id)
    rows = Attendance.objects.filter(session=session)
    rows.filter(state=AttendanceState.EXPECTED).exclude(member__in=members).delete()
    known = set(rows.values_list("member", flat=True))
    new = [Attendance(session=session, member=one) for one in members if one.pk not in known]
    Attendance.objects.bulk_create(new, ignore_conflicts=True)


def fill_agenda(session: PlenarySession) -> list[int]:
    """Put everything that waits for the plenary on the agenda, by category and place; returns what was added."""
    known = set(AgendaItem.objects.filter(session=session).values_list("nomination", flat=True))
    last = AgendaItem.objects.filter(session=session).aggregate(last=Max("order"))["last"] or 0
    ranked = ranked_categories(finalists(session.period_id), tie_orders(session.period_id))
    waiting = [
        row["nomination"]
        for group in ranked
        for row in group["rows"]
        if row["nomination"].status == Status.IN_PLENARY and row["nomination"].pk not in known
    ]
    AgendaItem.objects.bulk_create(
        (AgendaItem(session=session, nomination=one, order=last + n) for n, one in enumerate(waiting, start=1)),
        ignore_conflicts=True,
    )
    return [one.pk for one in waiting]


def find_conflicts(session: PlenarySession, nominations: Collection[int] | None = None) -> None:
    """Look again at what the data say against members on items that wait, or on these. At most 16 queries."""
    waiting = AgendaItem.objects.filter(session=session, nomination__status=Status.IN_PLENARY)
    if nominations is not None:
        waiting = waiting.filter(nomination__in=nominations)
    items = list(waiting.values_list("nomination", flat=True))
    members = list(Attendance.objects.filter(session=session).values_list("member", flat=True))
    RoomConflict.objects.filter(session=session, nomination__in=items).delete()
    RoomConflict.objects.bulk_create(
        (
            RoomConflict(session=session, nomination_id=nomination, member_id=member, kind=kind)
            for (nomination, member), kind in detected_conflicts(session.period_id, members, items).items()
        ),
        ignore_conflicts=True,
    )


def put_on_agenda(session: PlenarySession, nomination_id: int) -> None:
    """What is decided is on the agenda: what came to the plenary after the last update is put at its end."""
    items = AgendaItem.objects.filter(session=session)
    if items.filter(nomination=nomination_id).exists():
        return
    last = items.aggregate(last=Max("order"))["last"] or 0
    AgendaItem.objects.create(session=session, nomination_id=nomination_id, order=last + 1)
    find_conflicts(session, [nomination_id])


@transaction.atomic
def update_session(*, session_id: int, actor: Any) -> int:
    """Take over who joined the panel and what reached the plenary since the session was planned.

    Returns how many came that the actor may meet.
    """
    session = _locked(session_id, actor)
    fill_attendance(session)
    added = fill_agenda(session)
    find_conflicts(session)
    return len(set(added) - hidden_from(actor, session, added))


@transaction.atomic
def record_attendance(*, session_id: int, states: Mapping[int, AttendanceState], actor: Any) -> None:
    """Who is there, who is not, who has left. The time of leaving is kept from the first time it is recorded.

    Raises RuleBroken before the day of the meeting.
    """
    session = _locked(session_id, actor)
    if session.is_ahead:
        raise RuleBroken(_("Kehadiran dicatat sejak hari sidang."))
    now = transaction_time()
    rows = list(Attendance.objects.filter(session=session, member__in=states))
    for row in rows:
        row.state = states[row.member_id]
        row.left_at = (row.left_at or now) if row.state == AttendanceState.LEFT else None
    Attendance.objects.bulk_update(rows, ["state", "left_at"])
    find_conflicts(session)
    audit.record(actor, "scoring.attendance_recorded", session, states={str(k): str(v) for k, v in states.items()})


@transaction.atomic
def order_agenda(*, session_id: int, places: Mapping[int, int], actor: Any) -> None:
    """A new order of the agenda: `places` by nomination; equal ones keep their former order.

    What the actor may not meet stays where it is: the others change their places among each other.
    """
    session = _locked(session_id, actor)
    items = list(AgendaItem.objects.filter(session=session))
    hidden = hidden_from(actor, session, [item.nomination_id for item in items])
    met = [item for item in items if item.nomination_id not in hidden]
    given = {item.pk: places.get(item.nomination_id, number) for number, item in enumerate(met, start=1)}
    ordered = iter(sorted(met, key=lambda item: (given[item.pk], item.order)))
    items = [item if item.nomination_id in hidden else next(ordered) for item in items]
    for order, item in enumerate(items, start=1):
        item.order = order
    AgendaItem.objects.bulk_update(items, ["order"])
    audit.record(actor, "scoring.agenda_ordered", session, order=[item.nomination_id for item in items])


@transaction.atomic
def discuss(*, session_id: int, nomination_id: int | None, actor: Any) -> None:
    """What the room talks about now; None ends it. RuleBroken for what is not on the agenda as the actor sees it."""
    session = _locked(session_id, actor)
    met = session.agenda.filter(nomination=nomination_id)
    if nomination_id and (not met.exists() or hidden_from(actor, session, [nomination_id])):
        raise RuleBroken(_("Usulan ini tidak ada dalam acara sidang."))
    PlenarySession.objects.filter(pk=session_id).update(current=nomination_id)
    if nomination_id:
        find_conflicts(session, [nomination_id])
    audit.record(actor, "scoring.plenary_discusses", session, nomination=nomination_id)


@transaction.atomic
def decide_tie(*, session_id: int, category_id: int, entries: Sequence[int], reason: str, actor: Any) -> TieDecision:
    """The order that the plenary gives to nominations that no declared key separates, from the best on.

    Raises RuleBroken unless exactly these share a place now, without a reason, without quorum, or after the seal;
    NotPermitted for who has to be outside for any nomination of the category: which ones share a place is hers or his
    to know only where nothing of it is hidden.
    """
    require(is_chair(actor))
    list(Nomination.objects.filter(pk__in=entries).order_by("pk").select_for_update().values_list("pk"))
    session = PlenarySession.objects.get(pk=session_id)
    refuse_if_sealed(session.period_id, category_id)
    room = room_of(session, entries)
    refuse_outside(room, actor, session.period_id, entries)
    rows = Nomination.objects.filter(period=session.period_id, category=category_id)
    if hidden_from(actor, session, rows.values_list("pk", flat=True)):
        raise NotPermitted(
            _("Anda berbenturan kepentingan dengan usulan kategori ini. Urutannya dicatat oleh ketua panel lain.")
        )
    if session.is_ahead or not room.has_quorum:
        raise RuleBroken(_("Urutan ini hanya dapat diputuskan dalam sidang yang memenuhi kuorum."))
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan urutan ini."))
    if set(entries) not in _tied(session.period_id, category_id) or len(set(entries)) < len(entries):
        raise RuleBroken(_("Usulan yang seri sudah berubah. Muat ulang halaman, lalu urutkan lagi."))
    decision = TieDecision.objects.create(
        session=session, category_id=category_id, entries=list(entries), reason=reason.strip(), recorded_by=actor
    )
    audit.record(actor, "scoring.tie_decided", session, category=category_id, entries=list(entries))
    return decision


def refuse_outside(room: Room, actor: Any, period_id: int, nominations: Collection[int]) -> None:
    """Who has to be outside does not record what the room decides; a chair whom no room knows is looked at now."""
    if actor not in (*room.present, *room.away, *room.outside):
        refuse_conflicted_in(actor, period_id, nominations)
    if actor in room.outside:
        raise NotPermitted(
            _("Anda berbenturan kepentingan dengan usulan ini, sehingga putusannya dicatat oleh ketua panel lain.")
        )


def _tied(period_id: int, category_id: int) -> list[set[int]]:
    """Groups that no declared key separates, whether or not the panel has already ordered them."""
    groups: dict[int, set[int]] = {}
    for group in ranked_categories(finalists(period_id)):
        for row in group["rows"]:
            if group["category"].pk == category_id and row["panel_decides"]:
                groups.setdefault(row["rank"], set()).add(row["nomination"].pk)
    return list(groups.values())


def _locked(session_id: int, actor: Any) -> PlenarySession:
    require(is_chair(actor))
    return PlenarySession.objects.select_for_update().get(pk=session_id)
