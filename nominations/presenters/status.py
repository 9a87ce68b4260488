"""Wording of status and history. The internal status and what a region reads are two things."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import SCORE_ROLES
from nominations.enums import Action, Status
from nominations.models import Nomination, StatusChange

INTERNAL: dict[Status, tuple[str, str]] = {
    Status.DRAFT: ("Konsep (belum diajukan)", "neutral"),
    Status.SUBMITTED: ("Diajukan", "progress"),
    Status.UNDER_VERIFICATION: ("Sedang diverifikasi", "progress"),
    Status.RETURNED: ("Perlu perbaikan", "attention"),
    Status.INELIGIBLE: ("Tidak memenuhi syarat", "stopped"),
    Status.ELIGIBLE: ("Lolos verifikasi", "success"),
    Status.IN_ASSESSMENT: ("Sedang dinilai", "progress"),
    Status.ELIMINATED: ("Gugur penilaian", "stopped"),
    Status.IN_PLENARY: ("Menunggu pleno", "progress"),
    Status.RECOMMENDED: ("Direkomendasikan", "success"),
    Status.NOT_RECOMMENDED: ("Tidak direkomendasikan", "stopped"),
    Status.DECIDED: ("Ditetapkan", "success"),
    Status.AWARDED: ("Dianugerahi", "success"),
    Status.WITHDRAWN: ("Ditarik", "neutral"),
    Status.RE_EVALUATION: ("Evaluasi ulang", "progress"),
}

# Derived from the deadline, not a state: an extension makes it a repair again.
REPAIR_MISSED = ("Batas perbaikan lewat", "stopped")

SEALED = frozenset(
    {Status.IN_ASSESSMENT, Status.ELIMINATED, Status.IN_PLENARY, Status.RECOMMENDED, Status.NOT_RECOMMENDED}
)

NOT_CHOSEN = frozenset({Status.ELIMINATED, Status.NOT_RECOMMENDED})

# Groups that a list offers as a filter; none of them tells apart what is still sealed.
GROUPS: dict[str, tuple[str, frozenset[Status]]] = {
    "konsep": ("Konsep", frozenset({Status.DRAFT})),
    "perbaikan": ("Perlu perbaikan", frozenset({Status.RETURNED})),
    "verifikasi": ("Diajukan dan diverifikasi", frozenset({Status.SUBMITTED, Status.UNDER_VERIFICATION})),
    "tidak-memenuhi": ("Tidak memenuhi syarat", frozenset({Status.INELIGIBLE})),
    "penilaian": ("Lolos verifikasi dan penilaian", SEALED | {Status.ELIGIBLE, Status.RE_EVALUATION}),
    "ditetapkan": ("Ditetapkan", frozenset({Status.DECIDED, Status.AWARDED})),
    "ditarik": ("Ditarik", frozenset({Status.WITHDRAWN})),
}

ACTIONS: dict[Action, str] = {
    Action.SUBMIT: "Usulan diajukan",
    Action.RESUBMIT: "Perbaikan diajukan",
    Action.WITHDRAW: "Usulan ditarik",
    Action.START_VERIFICATION: "Verifikasi dimulai",
    Action.RETURN_FOR_REPAIR: "Dikembalikan untuk diperbaiki",
    Action.DECLARE_INELIGIBLE: "Dinyatakan tidak memenuhi syarat",
    Action.DECLARE_ELIGIBLE: "Lolos verifikasi",
    Action.OPEN_ASSESSMENT: "Penilaian dimulai",
    Action.ELIMINATE: "Gugur pada tahap penilaian",
    Action.REINSTATE: "Tahap penilaian dibuka kembali",
    Action.SEND_TO_PLENARY: "Penilaian selesai, menunggu pleno",
    Action.RECALL_FROM_PLENARY: "Ditarik kembali dari pleno",
    Action.RECOMMEND: "Direkomendasikan oleh pleno",
    Action.NOT_RECOMMEND: "Tidak direkomendasikan oleh pleno",
    Action.RETURN_TO_PLENARY: "Dikembalikan ke pleno",
    Action.DECIDE: "Ditetapkan dengan keputusan Menteri",
    Action.AWARD: "Sertifikat diterbitkan",
}

SEALED_ACTIONS = frozenset(
    {
        Action.ELIMINATE,
        Action.REINSTATE,
        Action.SEND_TO_PLENARY,
        Action.RECALL_FROM_PLENARY,
        Action.RETURN_TO_PLENARY,
        Action.RECOMMEND,
        Action.NOT_RECOMMEND,
    }
)

# What led to an outcome that a region may know once the results of the period are released. A recommendation that no
# decree has taken up is still open, and stays sealed.
OUTCOME_OF = {
    Status.ELIMINATED: Action.ELIMINATE,
    Status.NOT_RECOMMENDED: Action.NOT_RECOMMEND,
    Status.DECIDED: Action.RECOMMEND,
    Status.AWARDED: Action.RECOMMEND,
}


def reads_internal(user: Any) -> bool:
    """Regions read the public wording; the Sekretariat, the panel and the auditor read the internal one."""
    return user.has_role(Role.VERIFIER, Role.MINISTRY_ADMIN, Role.PANEL_CHAIR, Role.AUDITOR)


def reads_nominations(user: Any) -> bool:
    """Whether the list of nominations is this person's at all; scorers have their own desk."""
    return reads_internal(user) or user.has_role(Role.DISTRICT_OFFICER, Role.PROVINCE_OFFICER)


def status_tag(nomination: Nomination, user: Any, *, missed: bool = False) -> dict[str, str]:
    """Label and kind of the status for this reader. No query when the period is joined.

    `missed`: its repair was not sent in time (`selectors.windows.repair_missed`).
    """
    status = Status(nomination.status)
    if not reads_internal(user) and status in SEALED:
        if nomination.period.results_released_at and status in NOT_CHOSEN:
            return {"label": _("Belum terpilih"), "kind": "stopped"}
        status = Status.IN_ASSESSMENT
    label, kind = REPAIR_MISSED if missed else INTERNAL[status]
    return {"label": _(label), "kind": kind}


def history(nomination: Nomination, user: Any) -> list[dict[str, Any]]:
    """Timeline entries, newest first; a region does not read what is still sealed. One query.

    The reason of a sealed step may name a score: until the release only those read it who may read scores.
    """
    changes = StatusChange.objects.filter(nomination=nomination).select_related("actor", "proxy").order_by("-id")
    internal, released = reads_internal(user), nomination.period.results_released_at
    sealed = frozenset() if released or user.has_role(*SCORE_ROLES) else SEALED_ACTIONS
    if not internal:
        public = {OUTCOME_OF.get(Status(nomination.status))} if released else set()
        changes = changes.exclude(action__in=SEALED_ACTIONS - public)
    return [
        {
            "title": ACTIONS[Action(change.action)],
            "when": change.at,
            "who": _who(change, nomination, internal),
            "text": _text(change, internal) if change.action not in sealed else "",
            "kind": INTERNAL[Status(change.to_status)][1],
        }
        for change in changes
    ]


_REGION_ACTIONS = (Action.SUBMIT, Action.RESUBMIT, Action.WITHDRAW)


def _who(change: StatusChange, nomination: Nomination, internal: bool) -> str:
    if not change.actor or not (internal or change.action in _REGION_ACTIONS):
        return ""
    if change.proxy:
        return proxy_text(change.actor.name, nomination, change.proxy.reason)
    return change.actor.name


def _text(change: StatusChange, internal: bool) -> str:
    """The reason; the Sekretariat also reads what was taken within the grace, which regions are never told of."""
    if not (internal and change.minutes_late):
        return change.reason
    late = _("Dalam masa tenggang, %(minutes)d menit sesudah batas.") % {"minutes": change.minutes_late}
    return f"{late}\n{change.reason}".strip()


def proxy_text(name: str, nomination: Nomination, reason: str) -> str:
    """`Arief Budiman, oleh Sekretariat atas nama Kab. Sikka (jaringan terputus)`."""
    text = _("%(name)s, oleh Sekretariat atas nama %(region)s (%(reason)s)")
    return text % {"name": name, "region": nomination.region.label, "reason": reason}
