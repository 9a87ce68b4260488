"""The record on scorers who are far apart, and the report of such cases."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleBroken
from core.http import require
from nominations.models import Nomination
from nominations.services.transitions import lock_nomination
from scoring.enums import AssignmentStatus, ModerationDecision, SheetStatus
from scoring.maths.stages import TooFew
from scoring.models import Moderation, Sheet, Stage
from scoring.policies import can_close_stage
from scoring.selectors.moderations import ROUNDING, Apart, is_moderated, newest_of_many, sheets_of_many
from scoring.selectors.people import moderation_people
from scoring.selectors.stages import current_stage, threshold_of
from scoring.services.conflicts import refuse_conflicted
from scoring.services.sheets import reopen_sheet
from scoring.services.stages import computed
from scoring.services.tally import Outcome, sheets_outcome


@dataclass(frozen=True, slots=True)
class ModerationFacts:
    """What the chair writes. `sheet_ids` are opened again when the decision is to look again."""

    discussion: str
    participants: Collection[int]
    decision: ModerationDecision
    sheet_ids: Collection[int] = ()


@transaction.atomic
def record_moderation(
    *, nomination_id: int, stage_id: int, facts: ModerationFacts, submit: bool, actor: Any
) -> Moderation:
    """The next version of the record; submitted, it either settles the discrepancy or opens sheets again.

    Raises NotPermitted for anybody but the chair or for another than the current stage, RuleBroken when there is
    nothing to moderate, the text or the people are missing, or no sheet is named to be looked at again.
    """
    nomination = lock_nomination(nomination_id)
    stage = current_stage(nomination)
    require(can_close_stage(actor, nomination, stage_id, stage))
    refuse_conflicted(actor, nomination)
    assert stage is not None  # noqa: S101 - the policy has refused it
    outcome = computed(nomination, stage)
    if not outcome.discrepant or outcome.spread is None:
        raise RuleBroken(_("Selisih nilai tahap ini tidak melebihi ambang, sehingga tidak perlu dimoderasi."))
    people = _checked(facts, nomination, stage)
    rows = Moderation.objects.filter(nomination=nomination, stage=stage)
    moderation = Moderation.objects.create(
        nomination=nomination,
        stage=stage,
        version=(rows.aggregate(last=Max("version"))["last"] or 0) + 1,
        submitted=submit,
        discussion=facts.discussion.strip(),
        decision=facts.decision,
        spread=outcome.spread,
        input_hash=outcome.input_hash,
        recorded_by=actor,
    )
    moderation.participants.set(people)
    audit.record(actor, "scoring.moderated", nomination, stage=stage.code, version=moderation.version, submitted=submit)
    if submit and facts.decision == ModerationDecision.REVIEW:
        _open_sheets(facts, nomination, stage, actor)
    return moderation


def _checked(facts: ModerationFacts, nomination: Nomination, stage: Stage) -> list[User]:
    if not facts.discussion.strip():
        raise RuleBroken(_("Tulis apa yang dibahas dan kesimpulannya."))
    people = [person for person in moderation_people(nomination, stage) if person.pk in set(facts.participants)]
    if not people or len(people) < len(set(facts.participants)):
        raise RuleBroken(_("Pilih siapa saja yang ikut membahas."))
    return people


def _open_sheets(facts: ModerationFacts, nomination: Nomination, stage: Stage, actor: Any) -> None:
    sheets = list(Sheet.objects.filter(nomination=nomination, stage=stage, pk__in=facts.sheet_ids))
    if not sheets:
        raise RuleBroken(_("Pilih lembar nilai yang perlu ditinjau ulang."))
    for sheet in sheets:
        reopen_sheet(sheet_id=sheet.pk, reason=facts.discussion.strip()[:1000], actor=actor)


def carry_over(former: Moderation, outcome: Outcome, *, reason: str, actor: Any) -> Moderation:
    """The next version of a record that settled the same sheets before a later version of the instrument counted them.

    Nothing was scored anew, so the talk and its participants hold; the record says what the spread has become and why.
    The caller holds the nomination's lock. Four queries.
    """
    assert outcome.spread is not None  # noqa: S101 - only sheets have a discrepancy
    text = _("%(former)s\n\nDibawa dari versi %(version)d karena perhitungan ulang: %(reason)s") % {
        "former": former.discussion,
        "version": former.version,
        "reason": reason,
    }
    carried = Moderation.objects.create(
        nomination_id=former.nomination_id,
        stage_id=former.stage_id,
        version=former.version + 1,
        submitted=True,
        discussion=text,
        decision=ModerationDecision.KEEP,
        spread=outcome.spread,
        input_hash=outcome.input_hash,
        recorded_by=actor,
    )
    carried.participants.set(former.participants.all())
    return carried


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One line of the report. `reopened`: some of the sheets are open again, spread and totals are those before."""

    nomination: Nomination
    stage: Stage
    spread: Decimal
    sheets: list[Any]
    totals: list[Decimal]  # of the sheets
    moderation: Moderation | None
    reopened: bool
    moderated: bool

    @property
    def given(self) -> list[tuple[Any, Decimal]]:
        """Each sheet with its total."""
        return list(zip(self.sheets, self.totals, strict=True))


def discrepancies_of(found: list[Apart]) -> list[Discrepancy]:
    """The exact spread of each pair, without those that are not over the threshold after all. Five queries."""
    nominations = Nomination.objects.select_related("category", "region", "period__award").in_bulk(
        {pair.nomination_id for pair in found}
    )
    stages = Stage.objects.select_related("instrument", "category").in_bulk({pair.stage_id for pair in found})
    sheets, moderations = sheets_of_many(found), newest_of_many(found)
    rows = []
    for pair in found:
        stage, newest = stages[pair.stage_id], moderations.get(pair)
        live = [one for one in sheets[pair] if one.assignment.status == AssignmentStatus.ACTIVE]
        counting = [one for one in live if one.last_total is not None]
        judged = _judged(stage, counting, newest)
        if judged is None:
            continue
        spread, totals, moderated = judged
        again = any(_is_open(one) for one in counting)
        nomination = nominations[pair.nomination_id]
        rows.append(Discrepancy(nomination, stage, spread, counting, totals, newest, again, moderated))
    return rows


def _is_open(sheet: Sheet) -> bool:
    return sheet.status != SheetStatus.SUBMITTED


def _judged(stage: Stage, sheets: list[Any], newest: Moderation | None) -> tuple[Decimal, list[Decimal], bool] | None:
    """How far these are apart, their totals, and whether a record settles it; None within the threshold.

    Of sheets that are open again the last totals are told, when some of them came from an earlier version in any case.
    """
    if any(_is_open(one) for one in sheets):
        totals = [one.last_total for one in sheets]
        spread, threshold = max(totals) - min(totals), threshold_of(stage)
        present = all(one.last_rule == stage.instrument.sha256 for one in sheets)
        within = threshold is None or spread <= threshold - ROUNDING
        return None if within and present else (spread, totals, False)
    outcome = sheets_outcome(stage, sheets)
    if isinstance(outcome, TooFew) or not outcome.discrepant or outcome.spread is None:
        return None
    totals = [Decimal(outcome.detail["totals"][str(one.assessor_id)]) for one in sheets]
    return outcome.spread, totals, is_moderated(newest, outcome.input_hash)
