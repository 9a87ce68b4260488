"""The only writer of `Nomination.status`."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, formats
from core.clock import transaction_time
from core.errors import NotPermitted, RuleBroken
from core.http import require
from nominations.enums import Action
from nominations.models import Nomination, StatusChange
from nominations.policies import BY_PROXY, can_act
from nominations.rules import WindowState, minutes_late, window_state
from nominations.selectors.correspondence import standing_objection
from nominations.selectors.windows import window_of
from nominations.services.proxies import note_proxy
from nominations.workflow import Transition, transition


def lock_nomination(pk: int) -> Nomination:
    """The nomination, locked until the transaction ends, with period, award, category and region. One query."""
    rows = Nomination.objects.select_for_update(of=("self",))
    return rows.select_related("period__award", "category", "region__parent").get(pk=pk)


def lock_row(pk: int) -> Nomination:
    """The same without the joins, for what is saved while somebody types or waits. One query."""
    return Nomination.objects.select_for_update().get(pk=pk)


def apply_transition(
    nomination: Nomination, action: Action, *, actor: Any, reason: str = "", arrived: datetime | None = None
) -> None:
    """Move a locked nomination along one row of the workflow table, with history and audit.

    `actor` None is the system, which may only do what no role may. `arrived` is the transaction time, read before the
    lock by callers that wait for one. Raises NotPermitted, or RuleBroken when a reason is missing or a window is shut;
    then nothing is changed.
    """
    row = transition(nomination.status, action)
    if actor is None:
        if row is None or row.roles:
            raise NotPermitted(_("Tindakan ini tidak dapat dilakukan pada keadaan usulan sekarang."))
    else:
        require(can_act(actor, nomination, action))
    assert row is not None  # noqa: S101 - can_act and the check above have refused everything else
    if row.needs_reason and not reason.strip():
        raise RuleBroken(_("Alasan wajib diisi. Tulis alasan yang dapat dibaca oleh pengusul."))
    late = _check_window(nomination, row, arrived)
    _check_objection(nomination, action)
    _write(nomination, row, action, actor, reason.strip(), late)


def _check_window(nomination: Nomination, row: Transition, arrived: datetime | None) -> int | None:
    """Minutes after the deadline when it is taken within the grace, else None."""
    if row.window is None:
        return None
    window, moment = window_of(nomination, row.window), arrived or transaction_time()
    state = window_state(moment, window)
    if window and state in (WindowState.OPEN, WindowState.GRACE):
        return minutes_late(moment, window)
    if window is None or state is WindowState.NOT_SET:
        raise RuleBroken(_("Jadwal untuk tindakan ini belum ditetapkan. Isian Anda tetap tersimpan sebagai konsep."))
    zone = nomination.region.timezone
    if state is WindowState.BEFORE:
        raise RuleBroken(
            _("Pengajuan belum dibuka. Dibuka %(at)s. Isian Anda tetap tersimpan sebagai konsep.")
            % {"at": formats.deadline_text(window.opens_at, zone)}
        )
    raise RuleBroken(
        _(
            "Batas waktu sudah lewat, yaitu %(at)s. Isian Anda tetap tersimpan sebagai konsep. Bila ada gangguan"
            " jaringan di daerah Anda, hubungi Sekretariat di %(help)s untuk meminta perpanjangan."
        )
        % {"at": formats.deadline_text(window.closes_at, zone), "help": settings.HELP_EMAIL}
    )


def _check_objection(nomination: Nomination, action: Action) -> None:
    """Stands here and not in one use-case: every way to "eligible" comes through. One query, for that action alone."""
    if action is not Action.DECLARE_ELIGIBLE:
        return
    objection = standing_objection(nomination)
    if objection:
        raise RuleBroken(
            _(
                "Usulan belum dapat dinyatakan lolos karena provinsi menyatakan keberatan: “%(reason)s”"
                " Hubungi provinsi; keberatan dapat dicabut oleh petugasnya."
            )
            % {"reason": objection.reason}
        )


@transaction.atomic(savepoint=False)
def _write(nomination: Nomination, row: Transition, action: Action, actor: Any, reason: str, late: int | None) -> None:
    facts: dict[str, Any] = {"minutes_late": late} if late else {}
    proxied = note_proxy(nomination, action, actor=actor) if action in BY_PROXY else {}
    StatusChange.objects.create(
        nomination=nomination,
        from_status=nomination.status,
        to_status=row.target,
        action=action,
        reason=reason,
        actor=actor,
        minutes_late=late,
        proxy_id=proxied.get("proxy"),
    )
    facts |= {"from": nomination.status, "to": row.target} | proxied
    audit.record(actor, f"nomination.{action}", nomination, **facts)
    nomination.status = row.target
    nomination.version += 1
    nomination.updated_at = transaction_time()
    nomination.save(update_fields=["status", "version", "updated_at", "reference", "submitted_at"])
