"""The panel of a period: seats, pairs kept apart, and what scorers state about their interests."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.roles import SCORERS
from accounts.selectors import people_with
from core import audit
from core.errors import NotPermitted, RuleBroken
from core.http import require
from nominations.models import Category
from nominations.services.transitions import lock_nomination
from scoring import messages
from scoring.enums import TieKind
from scoring.models import (
    Assignment,
    CategoryLead,
    InterestStatement,
    InterestTie,
    KeepApart,
    PanelSeat,
    StageResult,
    TieWithdrawal,
)
from scoring.policies import can_manage_panel, can_withdraw_tie
from scoring.rules import BLOCKING, conflict_text, conflicts
from scoring.selectors.facts import nomination_marks, people_facts
from scoring.selectors.panel import scorers_without_seat, without_role
from scoring.services.assignments import end_assignment, step_back
from scoring.services.locks import lock_panel
from scoring.services.replacements import propose_replacements


@dataclass(frozen=True, slots=True)
class Tie:
    """What a scorer states: a record of the register by its id, or only a name."""

    kind: TieKind
    name: str
    sentra_id: int | None = None
    ikm_id: int | None = None
    note: str = ""


@transaction.atomic
def seat(*, period_id: int, user_id: int, capacity: int, note: str, active: bool, actor: Any) -> PanelSeat:
    """Give somebody a seat, or change it. Raises NotPermitted, RuleBroken for who is no scorer now."""
    require(can_manage_panel(actor))
    period = lock_panel(period_id)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not user.roles & SCORERS:
        raise RuleBroken(_("Orang ini tidak memegang peran penilai yang berlaku hari ini."))
    if capacity < 1:
        raise RuleBroken(_("Kapasitas sedikitnya satu usulan."))
    facts = {"capacity": capacity, "note": note.strip(), "active": active}
    row, _created = PanelSeat.objects.update_or_create(period=period, user=user, defaults=facts)
    audit.record(actor, "scoring.seat_saved", row, person=user.pk, capacity=capacity, active=active)
    return row


@transaction.atomic
def seat_everybody(*, period_id: int, capacity: int, actor: Any) -> int:
    """A seat for every scorer in force who has none in the period; how many. Raises NotPermitted, RuleBroken."""
    require(can_manage_panel(actor))
    period = lock_panel(period_id)
    if capacity < 1:
        raise RuleBroken(_("Kapasitas sedikitnya satu usulan."))
    rows = [
        PanelSeat(period=period, user_id=pk, capacity=capacity)
        for pk in scorers_without_seat(period.pk).values_list("pk", flat=True)
    ]
    PanelSeat.objects.bulk_create(rows)
    audit.record(actor, "scoring.seats_given", period, count=len(rows), capacity=capacity)
    return len(rows)


@transaction.atomic
def name_leads(*, period_id: int, chosen: Mapping[int, int | None], actor: Any) -> None:
    """Who looks after which category, as the page shows it: None for nobody. The same again changes nothing.

    Raises NotPermitted, RuleBroken for a category of another award or for who is no chair now.
    """
    require(can_manage_panel(actor))
    period = lock_panel(period_id)
    known = set(Category.objects.filter(award=period.award_id).values_list("pk", flat=True))
    chairs = {person.pk for person in people_with(Role.PANEL_CHAIR)}
    if not set(chosen) <= known:
        raise RuleBroken(_("Kategori ini tidak ada pada penghargaan periode ini."))
    if not {user for user in chosen.values() if user} <= chairs:
        raise RuleBroken(_("Orang ini tidak memegang peran ketua panel yang berlaku hari ini."))
    rows = CategoryLead.objects.filter(period=period)
    before = dict(rows.values_list("category", "user"))
    for category, user in chosen.items():
        if before.get(category) == user:
            continue
        rows.filter(category=category).delete()
        if user:
            CategoryLead.objects.create(period=period, category_id=category, user_id=user)
        audit.record(actor, "scoring.lead_named", period, category=category, person=user)


@transaction.atomic
def keep_apart(*, period_id: int, user_ids: tuple[int, int], reason: str, actor: Any) -> KeepApart:
    """From now on two scorers are not put on the same nomination. Assignments that are there stay as they are."""
    require(can_manage_panel(actor))
    period = lock_panel(period_id)
    first, second = sorted(user_ids)
    if first == second:
        raise RuleBroken(_("Pilih dua orang yang berbeda."))
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan kedua penilai dipisahkan."))
    row, created = KeepApart.objects.get_or_create(
        period=period, first_id=first, second_id=second, defaults={"reason": reason.strip(), "created_by": actor}
    )
    if not created:
        raise RuleBroken(_("Kedua penilai ini sudah dipisahkan."))
    audit.record(actor, "scoring.kept_apart", row, first=first, second=second, reason=row.reason)
    return row


@transaction.atomic
def end_keeping_apart(*, pair_id: int, actor: Any) -> None:
    """The two may judge together again; the audit trail keeps that they might not."""
    require(can_manage_panel(actor))
    row = KeepApart.objects.filter(pk=pair_id).first()
    if row is None:
        raise RuleBroken(_("Pasangan ini sudah tidak dipisahkan. Muat ulang halaman."))
    audit.record(actor, "scoring.keeping_apart_ended", row, first=row.first_id, second=row.second_id)
    row.delete()


@transaction.atomic
def state_interests(*, period_id: int, ties: Iterable[Tie], actor: Any) -> InterestStatement:
    """A scorer's word for a period; a later one adds to it. Live assignments that it hits end as by a declaration.

    Raises NotPermitted for who is no scorer now.
    """
    if not actor.roles & SCORERS:
        raise NotPermitted(_("Pernyataan ini hanya untuk penilai dan juri."))
    period = lock_panel(period_id)
    statement = InterestStatement.objects.create(period=period, user=actor)
    rows = [
        InterestTie(
            statement=statement, kind=tie.kind, name=tie.name, note=tie.note, sentra_id=tie.sentra_id, ikm_id=tie.ikm_id
        )
        for tie in ties
    ]
    InterestTie.objects.bulk_create(rows)
    audit.record(actor, "scoring.interests_stated", statement, ties=len(rows))
    if rows:
        _step_back_where_tied(period.pk, actor)
    return statement


@transaction.atomic
def withdraw_tie(*, tie_id: int, reason: str, actor: Any) -> TieWithdrawal:
    """Take back a tie that one stated by mistake; it stays readable with its reason, and the chair is told.

    Only one's own. What the tie has ended stays ended. Raises NotPermitted, RuleBroken without a reason or twice.
    """
    tie = InterestTie.objects.select_related("statement").get(pk=tie_id)
    require(can_withdraw_tie(actor, tie))
    period = lock_panel(tie.statement.period_id)
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan hubungan ini ditarik."))
    row, created = TieWithdrawal.objects.get_or_create(
        tie=tie, defaults={"reason": reason.strip(), "withdrawn_by": actor}
    )
    if not created:
        raise RuleBroken(_("Hubungan ini sudah ditarik. Muat ulang halaman."))
    audit.record(actor, "scoring.tie_withdrawn", tie, period=period.pk, tie_kind=tie.kind, reason=row.reason)
    messages.tell_tie_withdrawn(tie, period, actor)
    return row


def _step_back_where_tied(period_id: int, actor: Any) -> None:
    live = Assignment.objects.of_scorer(actor).filter(nomination__period=period_id)
    person = people_facts([actor.pk], period_id=period_id)[actor.pk]
    marks = nomination_marks(live.values_list("nomination", flat=True))
    left: list[Assignment] = []
    for pk in sorted(marks):
        blocking = [one for one in conflicts(person.marks, marks[pk]) if one.kind in BLOCKING]
        if not blocking:
            continue
        nomination = lock_nomination(pk)
        mine = list(live.filter(nomination=pk).select_related("nomination", "stage", "assigned_by"))
        still_open = [one for one in mine if not _closed(one)]
        if still_open:  # then the word holds for what is closed as well, as everywhere
            step_back(nomination, mine, reason=conflict_text(blocking[0]), actor=actor)
            left += still_open
    propose_replacements(left)


def _closed(assignment: Assignment) -> bool:
    return StageResult.objects.filter(nomination=assignment.nomination_id, stage=assignment.stage_id).exists()


@transaction.atomic
def end_for_suspended(*, at_most: int = 200) -> int:
    """End live work, not sent yet, of people whose role is over; who assigned and the chair are told. How many.

    The membership is the row that says so: nothing has to remember to do this when somebody is suspended.
    """
    ended = []
    for assignment in without_role()[:at_most]:
        nomination = lock_nomination(assignment.nomination_id)
        if without_role().filter(pk=assignment.pk).exists():  # as it is under the lock
            end_assignment(assignment, reason=_("Masa tugasnya sebagai penilai berakhir."), actor=None)
            audit.record(None, "scoring.assignment_ended", nomination, assessor=assignment.assessor_id)
            messages.tell_ended(assignment)
            ended.append(assignment)
    propose_replacements(ended)
    return len(ended)
