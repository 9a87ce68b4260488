"""The room and its agenda, for pages."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import AttendanceState, ConflictKind
from scoring.models import AgendaItem, Attendance, Moderation, StageResult
from scoring.selectors.stages import threshold_of

ATTENDANCE = {
    AttendanceState.EXPECTED: "Belum dicatat",
    AttendanceState.PRESENT: "Hadir",
    AttendanceState.ABSENT: "Tidak hadir",
    AttendanceState.LEFT: "Meninggalkan sidang",
}
CONFLICTS = {
    ConflictKind.DECLARED: "menyatakan sendiri",
    ConflictKind.NOMINATOR: "ikut menyusun usulan",
    ConflictKind.DISTRICT: "kabupaten/kota yang sama",
    ConflictKind.PROVINCE: "provinsi yang sama",
    ConflictKind.INSTITUTION: "lembaga yang sama",
    ConflictKind.OFFICE: "lembaga pengusul atau pembina",
    ConflictKind.COACHED: "pernah membina",
    ConflictKind.EMPLOYED: "pernah bekerja di sana",
    ConflictKind.FAMILY: "hubungan keluarga",
    ConflictKind.BUSINESS: "hubungan usaha",
    ConflictKind.PHONE: "nomor telepon yang sama",
    ConflictKind.EMAIL: "alamat surel yang sama",
}


def attendance_rows(attendances: Iterable[Attendance]) -> list[dict[str, Any]]:
    """Every member with the choices of the form. No query."""
    choices = [(state.value, _(label)) for state, label in ATTENDANCE.items()]
    return [{"row": row, "label": _(ATTENDANCE[AttendanceState(row.state)]), "choices": choices} for row in attendances]


def agenda_rows(
    items: Iterable[AgendaItem],
    attendances: list[Attendance],
    outside: Mapping[int, Mapping[int, ConflictKind]],
    user: Any,
) -> list[dict[str, Any]]:
    """The agenda with what is decided and who has to leave; who leaves does not meet the item. No query.

    `order` counts what is shown.
    """
    names = {row.member_id: row.member.name for row in attendances}
    met = [item for item in items if user.pk not in outside.get(item.nomination_id, ())]
    return [
        {
            "order": order,
            "nomination": item.nomination,
            "state": _state(item.nomination),
            "outside": [
                f"{names[pk]} ({_(CONFLICTS[kind])})"
                for pk, kind in sorted(outside.get(item.nomination_id, {}).items())
                if pk in names
            ],
        }
        for order, item in enumerate(met, start=1)
    ]


def _state(nomination: Nomination) -> dict[str, str]:
    if nomination.status == Status.IN_PLENARY:
        return {"label": _("Belum diputuskan"), "kind": "attention"}
    if nomination.status in (Status.RECOMMENDED, Status.DECIDED, Status.AWARDED):
        return {"label": _("Direkomendasikan"), "kind": "success"}
    if nomination.status == Status.NOT_RECOMMENDED:
        return {"label": _("Tidak direkomendasikan"), "kind": "stopped"}
    return {"label": _("Tidak lagi di pleno"), "kind": "neutral"}


def discussed(nomination: Nomination, results: list[StageResult], moderations: Iterable[Moderation]) -> dict[str, Any]:
    """What the room sees of the item: scores of the stages, the final score, how far scorers were apart and what was
    said about it. `moderations` are submitted ones, newest first. No query."""
    final = getattr(nomination, "final_result", None)
    word = getattr(nomination, "recommendation", None)
    talked: dict[int, Moderation] = {}
    for one in moderations:
        talked.setdefault(one.stage_id, one)
    return {
        "nomination": nomination,
        "final": final,
        "recommendation": word,
        "stages": [_stage_row(one, talked) for one in results],
    }


def _stage_row(result: StageResult, talked: Mapping[int, Moderation]) -> dict[str, Any]:
    threshold = threshold_of(result.stage)
    return {
        "result": result,
        "label": result.stage.label,
        "checked": result.detail.get("checked"),
        "claims": result.detail.get("claims"),
        "apart": result.spread is not None and threshold is not None and result.spread > threshold,
        "moderation": talked.get(result.stage_id),
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
