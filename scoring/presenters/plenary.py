"""The room and its agenda, for pages."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import AttendanceState
from scoring.models import AgendaItem, Attendance, StageResult

ATTENDANCE = {
    AttendanceState.EXPECTED: "Belum dicatat",
    AttendanceState.PRESENT: "Hadir",
    AttendanceState.ABSENT: "Tidak hadir",
    AttendanceState.LEFT: "Meninggalkan sidang",
}


def attendance_rows(attendances: Iterable[Attendance]) -> list[dict[str, Any]]:
    """Every member with the choices of the form. No query."""
    choices = [(state.value, _(label)) for state, label in ATTENDANCE.items()]
    return [{"row": row, "label": _(ATTENDANCE[AttendanceState(row.state)]), "choices": choices} for row in attendances]


def agenda_rows(
    items: Iterable[AgendaItem], attendances: list[Attendance], recused: Mapping[int, set[int]], user: Any
) -> list[dict[str, Any]]:
    """The agenda with what is decided and who has to leave; a recused reader does not meet the item. No query."""
    names = {row.member_id: row.member.name for row in attendances}
    return [
        {
            "item": item,
            "nomination": item.nomination,
            "state": _state(item.nomination),
            "outside": [names[pk] for pk in sorted(recused.get(item.nomination_id, ())) if pk in names],
        }
        for item in items
        if user.pk not in recused.get(item.nomination_id, ())
    ]


def _state(nomination: Nomination) -> dict[str, str]:
    if nomination.status == Status.IN_PLENARY:
        return {"label": _("Belum diputuskan"), "kind": "attention"}
    if nomination.status in (Status.RECOMMENDED, Status.DECIDED, Status.AWARDED):
        return {"label": _("Direkomendasikan"), "kind": "success"}
    if nomination.status == Status.NOT_RECOMMENDED:
        return {"label": _("Tidak direkomendasikan"), "kind": "stopped"}
    return {"label": _("Tidak lagi di pleno"), "kind": "neutral"}


def discussed(nomination: Nomination, results: list[StageResult]) -> dict[str, Any]:
    """What the room sees of the item: scores of the stages, the final score, how far scorers were apart."""
    final = getattr(nomination, "final_result", None)
    word = getattr(nomination, "recommendation", None)
    return {
        "nomination": nomination,
        "final": final,
        "recommendation": word,
        "stages": [{"label": one.stage.label, "score": one.score, "spread": one.spread} for one in results],
    }


def left_rows(left: Mapping[str, int]) -> list[dict[str, Any]]:
    """What a bulk recommendation does not touch, by present state."""
    return [{"label": _(STATES.get(status, status)), "count": count} for status, count in sorted(left.items())]


STATES: dict[str, str] = {
    Status.RECOMMENDED: "Sudah direkomendasikan",
    Status.NOT_RECOMMENDED: "Sudah tidak direkomendasikan",
    Status.DECIDED: "Sudah ditetapkan",
    Status.AWARDED: "Sudah dianugerahi",
    Status.IN_ASSESSMENT: "Kembali dinilai",
}
