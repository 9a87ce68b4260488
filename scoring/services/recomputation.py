"""A stage under a later version of its instrument: what would change, and the change itself with both results kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.clock import transaction_time
from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.http import require
from nominations.enums import Action, Status
from nominations.models import Nomination
from nominations.querysets import AFTER_VERIFICATION
from nominations.services.transitions import apply_transition
from scoring.maths.document import document_problems
from scoring.maths.ranking import Contender, rank
from scoring.maths.stages import TooFew
from scoring.maths.versions import version_problems
from scoring.models import (
    FinalResult,
    Instrument,
    Moderation,
    Recomputation,
    RecomputedResult,
    Sheet,
    Stage,
    StageResult,
)
from scoring.policies import is_chair
from scoring.presenters.instruments import problem_texts
from scoring.presenters.reasons import failure_reason
from scoring.rules import seal
from scoring.selectors.moderations import Apart, is_moderated, newest_of_many
from scoring.selectors.recomputation import results_by_nomination, sheets_by_nomination
from scoring.selectors.stages import category_stages, stage_spec
from scoring.services.conflicts import refuse_conflicted_in
from scoring.services.locks import refuse_if_sealed
from scoring.services.moderations import carry_over
from scoring.services.stages import go_on
from scoring.services.tally import Final, Outcome, final_outcome, sheets_outcome

SPOKEN = (Status.RECOMMENDED, Status.NOT_RECOMMENDED, Status.DECIDED, Status.AWARDED)


class Standing(NamedTuple):
    """Where one nomination stands in the stage under one version."""

    outcome: Outcome
    rank: int
    final: Final | None

    def kept(self) -> dict[str, Any]:
        """As JSON, numbers as text."""
        one, final = self.outcome, self.final
        return {
            "score": str(one.score),
            "spread": None if one.spread is None else str(one.spread),
            "passed": not one.failures,
            "rank": self.rank,
            "final": str(final.score) if final else None,
            "stars": final.stars if final else None,
            "input_hash": one.input_hash,
            "detail": one.detail,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """One nomination under both versions; None where too few sheets are in."""

    nomination: Nomination
    old: Standing | None
    new: Standing | None
    closed: StageResult | None
    moderation: Moderation | None = None

    @property
    def was_settled(self) -> bool:
        """Whether the scores were talked about and kept before the stage was closed with them."""
        return self.closed is not None and is_moderated(self.moderation, self.closed.input_hash)

    @property
    def differs(self) -> bool:
        return self.facts(self.old) != self.facts(self.new)

    @staticmethod
    def facts(standing: Standing | None) -> tuple[Any, ...]:
        if standing is None:
            return ()
        final = standing.final
        return (
            standing.outcome.score,
            not standing.outcome.failures,
            standing.rank,
            final and (final.score, final.stars),
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """What the later version gives; `obstacles` keep it from being applied. `digest` names exactly these numbers."""

    changes: list[Change]
    obstacles: list[str]
    digest: str


def preview_recomputation(stage: Stage, instrument: Instrument) -> Preview:
    """Every nomination with sheets in the stage under the present and under the later version. Changes nothing.

    Nine queries, whatever the number. Nothing is computed when the versions do not fit; the obstacles say why.
    """
    sheets = sheets_by_nomination(stage)
    obstacles = _version_obstacles(stage, instrument, sheets)
    if obstacles:
        return Preview([], obstacles, "")
    stages = category_stages(stage.period_id, stage.category_id)
    results = results_by_nomination(stage)
    nominations = Nomination.objects.select_related("region", "category", "period").in_bulk(list(sheets))
    finals = set(FinalResult.objects.filter(nomination__in=nominations).values_list("nomination", flat=True))
    talked = newest_of_many([Apart(pk, stage.pk) for pk in nominations])
    old = _standings(stages, stage, sheets, results, finals)
    new = _standings(_under(stages, stage, instrument), stage, sheets, results, finals)
    changes = [
        Change(nominations[pk], old.get(pk), new.get(pk), results[pk].get(stage.code), talked.get(Apart(pk, stage.pk)))
        for pk in sorted(nominations)
    ]
    kept = [[change.nomination.pk, *(one and one.kept() for one in (change.old, change.new))] for change in changes]
    return Preview(changes, _result_obstacles(stage, stages, changes, results), seal({"changes": kept}))


@transaction.atomic
def apply_recomputation(*, stage_id: int, instrument_id: int, reason: str, seen: str, actor: Any) -> Recomputation:
    """Let the stage go on with the later version, and record both results of every nomination.

    `seen` is the digest of the preview. Raises NotPermitted for anybody but the chair, RuleBroken with what stands
    against it, without a reason, under a seal or for a chair with a conflict in the category, StaleVersion when a sheet
    came in since the preview.
    """
    require(is_chair(actor))
    stage = Stage.objects.select_for_update(of=("self",)).select_related("instrument").get(pk=stage_id)
    refuse_conflicted_in(actor, stage.period_id, _lock_nominations(stage))
    refuse_if_signed_off(stage)
    instrument = Instrument.objects.get(pk=instrument_id)
    preview = preview_recomputation(stage, instrument)
    if preview.obstacles:
        raise RuleBroken(" ".join(preview.obstacles))
    if preview.digest != seen:
        raise StaleVersion(_("Nilai berubah sejak pratinjau dibuka. Periksa pratinjau yang baru, lalu terapkan lagi."))
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan perhitungan ulang."))
    assert stage.instrument_id is not None  # noqa: S101 - the preview has read it
    made = Recomputation.objects.create(
        stage=stage,
        old_instrument_id=stage.instrument_id,
        new_instrument=instrument,
        reason=reason.strip(),
        applied_by=actor,
    )
    Stage.objects.filter(pk=stage.pk).update(instrument=instrument)
    Instrument.objects.filter(pk=instrument.pk, frozen_at=None).update(frozen_at=transaction_time())
    for change in preview.changes:
        _record(made, change, actor)
    audit.record(actor, "scoring.recomputed", stage, old=made.old_instrument_id, new=instrument.pk)
    return made


def refuse_if_signed_off(stage: Stage) -> None:
    """The one place that asks whether results of a stage may still change. Two queries."""
    refuse_if_sealed(stage.period_id, stage.category_id)
    spoken = Nomination.objects.filter(period=stage.period_id, category=stage.category_id, status__in=SPOKEN)
    if spoken.exists():
        raise NotPermitted(_("Pleno sudah memutuskan usulan kategori ini, jadi nilainya tidak dapat dihitung ulang."))


def _lock_nominations(stage: Stage) -> list[int]:
    """Who saves, submits, closes or reopens in this category waits until both results stand."""
    rows = Nomination.objects.filter(period=stage.period_id, category=stage.category_id, status__in=AFTER_VERIFICATION)
    return list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def _version_obstacles(stage: Stage, instrument: Instrument, sheets: dict[int, list[Sheet]]) -> list[str]:
    present = stage.instrument
    if present is None or present.code != instrument.code or instrument.version <= present.version:
        return [_("Pilih versi yang lebih baru dari instrumen yang sama.")]
    problems = document_problems(instrument.definition)
    if problems:
        return [_("Versi baru masih mempunyai hal yang harus diperbaiki."), *problem_texts(problems)]
    given = [
        {score.indicator.code: score.value for score in sheet.scores.all() if score.value is not None}
        for rows in sheets.values()
        for sheet in rows
    ]
    later = Stage(instrument=instrument, min_assessors=stage.min_assessors, pass_mark=stage.pass_mark)
    return problem_texts(version_problems(stage_spec(stage), stage_spec(later), given))


def _under(stages: list[Stage], stage: Stage, instrument: Instrument) -> list[Stage]:
    """The stages of the category as they would be; the ones given stay as they are."""
    fresh = Stage.objects.select_related("instrument").in_bulk([one.pk for one in stages])
    fresh[stage.pk].instrument = instrument
    return [fresh[one.pk] for one in stages]


def _standings(
    stages: list[Stage],
    stage: Stage,
    sheets: dict[int, list[Sheet]],
    results: dict[int, dict[str, StageResult]],
    finals: set[int],
) -> dict[int, Standing]:
    ruled = next(one for one in stages if one.pk == stage.pk)
    outcomes: dict[int, Outcome] = {}
    for pk, rows in sheets.items():
        outcome = sheets_outcome(ruled, rows)
        if not isinstance(outcome, TooFew):
            outcomes[pk] = outcome
    places = {int(one.entry): one.rank for one in rank(_contenders(outcomes))}
    return {
        pk: Standing(
            outcome,
            places[pk],
            _final(stages, ruled, outcome, results[pk]) if pk in finals and not outcome.failures else None,
        )
        for pk, outcome in outcomes.items()
    }


def _contenders(outcomes: dict[int, Outcome]) -> Iterable[Contender]:
    for pk, outcome in outcomes.items():
        assert outcome.score is not None  # noqa: S101 - sheets always give a score
        yield Contender(str(pk), outcome.score, tuple(Fraction(key) for key in outcome.detail["tie_keys"]))


def _final(stages: list[Stage], stage: Stage, outcome: Outcome, results: dict[str, StageResult]) -> Final:
    coming = StageResult(stage=stage, score=outcome.score, input_hash=outcome.input_hash)
    return final_outcome(stages, [*(one for code, one in results.items() if code != stage.code), coming])


def _result_obstacles(
    stage: Stage, stages: list[Stage], changes: list[Change], results: dict[int, dict[str, StageResult]]
) -> list[str]:
    """Closed results that the later version would turn, where the chair has to decide by hand first."""
    later = {one.code for one in stages if one.order > stage.order}
    found = []
    for change in changes:
        if change.closed is None or change.new is None:
            continue
        name = {"name": change.nomination.reference}
        if change.closed.passed == bool(change.new.outcome.failures) and later & set(results[change.nomination.pk]):
            found.append(_("%(name)s: kelulusan berubah, tetapi tahap berikutnya sudah ditutup.") % name)
        if change.new.outcome.discrepant and not change.was_settled:
            found.append(_("%(name)s: selisih nilai melebihi ambang versi baru. Buka kembali tahapnya.") % name)
    return found


def _record(made: Recomputation, change: Change, actor: Any) -> None:
    """Both results as a row; a closed stage gets the new result in the place of the old one."""
    if change.new is None or change.old is None:
        return
    RecomputedResult.objects.create(
        recomputation=made, nomination=change.nomination, old=change.old.kept(), new=change.new.kept()
    )
    if change.closed is None:
        return
    stage, outcome = made.stage, change.new.outcome
    change.closed.delete()
    StageResult.objects.create(
        nomination=change.nomination,
        stage=stage,
        score=outcome.score,
        passed=not outcome.failures,
        spread=outcome.spread,
        sheet_count=outcome.count,
        detail=outcome.detail | {"recomputation": made.pk},
        instrument=made.new_instrument,
        input_hash=outcome.input_hash,
        closed_by=actor,
    )
    if outcome.discrepant and change.moderation is not None:
        carry_over(change.moderation, outcome, reason=made.reason, actor=actor)
    _replace_final(change)
    _move(made, change, actor)


def _replace_final(change: Change) -> None:
    if change.new is None or change.new.final is None:
        return
    final = change.new.final
    FinalResult.objects.filter(nomination=change.nomination).delete()
    FinalResult.objects.create(
        nomination=change.nomination, score=final.score, stars=final.stars, input_hash=final.input_hash
    )


def _move(made: Recomputation, change: Change, actor: Any) -> None:
    """A nomination whose passing changed goes where the closing would have sent it."""
    assert change.new is not None and change.closed is not None  # noqa: S101, PT018 - the caller has looked
    failures, nomination = change.new.outcome.failures, change.nomination
    if change.closed.passed != bool(failures):
        return
    if not failures:
        apply_transition(nomination, Action.REINSTATE, actor=actor, reason=made.reason)
        go_on(nomination, actor)
        return
    if nomination.status == Status.IN_PLENARY:
        FinalResult.objects.filter(nomination=nomination).delete()
        apply_transition(nomination, Action.RECALL_FROM_PLENARY, actor=actor, reason=made.reason)
    score = change.new.outcome.score or Decimal()
    apply_transition(nomination, Action.ELIMINATE, actor=actor, reason=failure_reason(made.stage, score, failures))
