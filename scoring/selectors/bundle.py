"""Everything from which the ranking of a category can be computed again, as plain JSON values.

The format is described in docs/ranking-bundle.md and read by `scoring.verify`; a change of it is a new format number.
Scorers appear by id and institution, nominations by reference; names stand in `names_of`, beside it.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q

from accounts.models import Membership, User
from nominations.enums import Status
from nominations.models import Category, Nomination, Period
from scoring.enums import AssignmentStatus, AttendanceState, SheetStatus, VisitStatus, VoteChoice
from scoring.models import (
    AssignmentRemoval,
    AwardCap,
    FieldVisit,
    Instrument,
    Moderation,
    PlenarySession,
    Recomputation,
    Score,
    Sheet,
    SheetEvent,
    Stage,
    StageResult,
    TieDecision,
    VisitEvent,
)
from scoring.rules import chain_head
from scoring.selectors.people import recused_from
from scoring.selectors.plenary import finalists, ranked_categories, tie_orders
from scoring.selectors.sheets import first_broken_event
from scoring.selectors.visits import findings_of, first_broken_visit_event, with_record

FORMAT = "ovop-upakarti-ranking/1"
RANKED = (Status.ELIMINATED, Status.RECOMMENDED, Status.NOT_RECOMMENDED, Status.DECIDED, Status.AWARDED)
UNFINISHED = (Status.ELIGIBLE, Status.IN_ASSESSMENT, Status.IN_PLENARY, Status.RE_EVALUATION)


class Inputs(NamedTuple):
    """All rows of one category that a ranking is made from."""

    period: Period
    category: Category
    stages: list[Stage]
    nominations: list[Nomination]
    sheets: list[Sheet]
    visits: list[FieldVisit]
    moderations: list[Moderation]
    removals: list[AssignmentRemoval]
    recused: dict[int, set[int]]  # who stepped back, by nomination
    former: list[Instrument]  # by which sheets were submitted before a recomputation


def inputs_of(period_id: int, category_id: int) -> Inputs:
    """Twenty-one queries whatever the number of nominations."""
    nominations = Nomination.objects.filter(period=period_id, category=category_id, status__in=RANKED)
    results = StageResult.objects.select_related("instrument").order_by("stage__order")
    rows = nominations.select_related("final_result", "recommendation").prefetch_related(
        Prefetch("stage_results", results), "recommendation__votes"
    )
    sheets = Sheet.objects.filter(nomination__in=nominations).select_related("assignment").order_by("pk")
    scores = Score.objects.select_related("indicator").order_by("indicator__order")
    events = SheetEvent.objects.order_by("number")
    stages = Stage.objects.filter(period=period_id, category=category_id).select_related("instrument")
    visits = FieldVisit.objects.filter(assignment__nomination__in=nominations).select_related("assignment")
    recomputed = Recomputation.objects.filter(stage__in=stages).values("old_instrument")
    moderations = Moderation.objects.filter(nomination__in=nominations).prefetch_related("participants")
    listed = list(rows.order_by("pk"))
    return Inputs(
        period=Period.objects.select_related("award").get(pk=period_id),
        category=Category.objects.get(pk=category_id),
        stages=list(stages.order_by("order")),
        nominations=listed,
        recused=recused_from([one.pk for one in listed]),
        sheets=list(sheets.prefetch_related(Prefetch("scores", scores), Prefetch("events", events))),
        visits=list(with_record(visits).order_by("pk")),
        moderations=list(moderations.order_by("version")),
        removals=list(AssignmentRemoval.objects.filter(nomination__in=nominations).order_by("pk")),
        former=list(Instrument.objects.filter(pk__in=recomputed).order_by("pk")),
    )


def has_broken_chain(inputs: Inputs) -> bool:
    """Whether the events of a sheet or visit do not hold, or it is in another state than they say. No query."""
    return any(first_broken_event(sheet) is not None for sheet in inputs.sheets) or any(
        first_broken_visit_event(visit) is not None for visit in inputs.visits
    )


def ranking_content(inputs: Inputs, version: int) -> dict[str, Any]:
    """The content of a bundle. About ten further queries, whatever the number of nominations."""
    judged = _judgements(inputs)
    ties = TieDecision.objects.filter(session__period=inputs.period, category=inputs.category).order_by("pk")
    decided = Q(recommendations__nomination__in=inputs.nominations) | Q(pk__in=ties.values("session"))
    sessions = PlenarySession.objects.filter(decided)
    caps = AwardCap.objects.filter(Q(category=None) | Q(category=inputs.category), period=inputs.period)
    return {
        "award": inputs.period.award_id,
        "period": {"id": inputs.period.pk, "name": inputs.period.name, "year": inputs.period.year},
        "category": {
            "id": inputs.category.pk,
            "code": inputs.category.code,
            "label": inputs.category.label,
            "commodity": inputs.category.commodity_id,
        },
        "version": version,
        "stages": [_stage(stage) for stage in inputs.stages],
        "instruments": _instruments(inputs),
        "scorers": _scorers(_scorer_ids(inputs)),
        "caps": [_cap(cap) for cap in caps.order_by("category_id", "per")],
        "nominations": [_nomination(one, inputs, judged) for one in inputs.nominations],
        "sessions": [_session(one) for one in sessions.prefetch_related("attendances").distinct().order_by("pk")],
        "ties": [_tie(one) for one in ties],
        "chain_head": chain_head(_ends(inputs)),
        "result": result_rows(inputs.period.pk, inputs.category.pk),
    }


def result_rows(period_id: int, category_id: int) -> list[dict[str, Any]]:
    """Place, score, stars and the plenary's word of every finalist of a category, from the best on. Three queries."""
    ranked = ranked_categories(finalists(period_id), tie_orders(period_id))
    return [
        {
            "nomination": row["nomination"].pk,
            "rank": row["rank"],
            "score": str(row["final"].score),
            "stars": row["final"].stars,
            "outcome": row["recommendation"].outcome if row["recommendation"] else None,
            "recommended_stars": row["recommendation"].stars if row["recommendation"] else None,
        }
        for group in ranked
        if group["category"].pk == category_id
        for row in group["rows"]
    ]


def names_of(inputs: Inputs) -> dict[str, dict[str, str]]:
    """Who is behind the ids of a bundle: people by id, nominations by id. One query."""
    people = _scorer_ids(inputs)
    people |= {event.actor_id for one in (*inputs.sheets, *inputs.visits) for event in one.events.all()}
    people |= {person.pk for moderation in inputs.moderations for person in moderation.participants.all()}
    people |= {person for recused in inputs.recused.values() for person in recused}
    people |= {removal.assessor_id for removal in inputs.removals}
    people |= {removal.removed_by_id for removal in inputs.removals if removal.removed_by_id}
    people |= {moderation.recorded_by_id for moderation in inputs.moderations}
    names = User.objects.filter(pk__in=people).order_by("pk").values_list("pk", "name")
    return {
        "people": {str(pk): name for pk, name in names},
        "nominations": {str(one.pk): one.title for one in inputs.nominations},
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _key(instrument: Any) -> str | None:
    return str(instrument) if instrument else None


def _cap(cap: AwardCap) -> dict[str, Any]:
    of = "category" if cap.category_id else "period"
    return {"of": of, "per": cap.per, "max": cap.max_awards, "binding": cap.binding}


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "code": stage.code,
        "label": stage.label,
        "order": stage.order,
        "kind": stage.kind,
        "weight": str(stage.weight),
        "pass_mark": _text(stage.pass_mark),
        "min_assessors": stage.min_assessors,
        "instrument": _key(stage.instrument),
    }


def _instruments(inputs: Inputs) -> dict[str, Any]:
    used = [stage.instrument for stage in inputs.stages]
    used += [result.instrument for one in inputs.nominations for result in one.stage_results.all()]
    used += inputs.former
    return {str(one): {"sha256": one.sha256, "definition": one.definition} for one in used if one}


def _scorer_ids(inputs: Inputs) -> set[int]:
    return {sheet.assessor_id for sheet in inputs.sheets} | {visit.assignment.assessor_id for visit in inputs.visits}


def _scorers(people: set[int]) -> dict[str, str]:
    rows = Membership.objects.filter(user__in=people, institution__isnull=False).order_by("pk")
    known = dict(rows.values_list("user", "institution__name"))
    return {str(pk): known.get(pk, "") for pk in sorted(people)}


class Judged(NamedTuple):
    """What was given to one nomination in one stage."""

    sheets: list[dict[str, Any]]
    visits: list[dict[str, Any]]
    claims: list[list[Any]]
    moderations: list[dict[str, Any]]
    removals: list[dict[str, Any]]


def _judgements(inputs: Inputs) -> dict[tuple[int, int], Judged]:
    """By nomination and stage."""
    judged: dict[tuple[int, int], Judged] = defaultdict(lambda: Judged([], [], [], [], []))
    for sheet in inputs.sheets:
        judged[sheet.nomination_id, sheet.stage_id].sheets.append(_sheet(sheet))
    for visit in inputs.visits:
        place, made = judged[visit.assignment.nomination_id, visit.assignment.stage_id], _visit(visit)
        place.visits.append(made)
        if made["counts"]:
            place.claims.extend(findings_of(visit))
    for moderation in inputs.moderations:
        judged[moderation.nomination_id, moderation.stage_id].moderations.append(_moderation(moderation))
    for removal in inputs.removals:
        judged[removal.nomination_id, removal.stage_id].removals.append(_removal(removal))
    return judged


def _nomination(one: Nomination, inputs: Inputs, judged: dict[tuple[int, int], Judged]) -> dict[str, Any]:
    final = getattr(one, "final_result", None)
    results = {result.stage_id: result for result in one.stage_results.all()}
    return {
        "id": one.pk,
        "reference": one.reference,
        "region": one.region_id,
        "status": _settled(one.status),
        "recused": sorted(str(person) for person in inputs.recused[one.pk]),
        "stages": [_judged(stage, results.get(stage.pk), judged[one.pk, stage.pk]) for stage in inputs.stages],
        "final": final and {"score": str(final.score), "stars": final.stars, "input_hash": final.input_hash},
        "recommendation": _word(one),
    }


def _settled(status: str) -> str:
    """What the panel said; a decree that follows changes nothing of it."""
    return Status.RECOMMENDED.value if status in (Status.DECIDED, Status.AWARDED) else status


def _judged(stage: Stage, result: StageResult | None, judged: Judged) -> dict[str, Any]:
    instrument = result.instrument if result and result.instrument else stage.instrument
    return {
        "stage": stage.code,
        "instrument": _key(instrument),
        "result": result and _result(result),
        "sheets": judged.sheets,
        "visits": judged.visits,
        "claims": judged.claims,
        "moderations": judged.moderations,
        "removals": judged.removals,
    }


def _result(result: StageResult) -> dict[str, Any]:
    return {
        "score": _text(result.score),
        "passed": result.passed,
        "spread": _text(result.spread),
        "count": result.sheet_count,
        "input_hash": result.input_hash,
        "instrument_hash": result.detail.get("instrument_hash"),
        "skip_reason": getattr(result, "skip_reason", ""),
        "closed_by": str(result.closed_by_id),
        "closed_at": _moment(result.closed_at),
    }


def _sheet(sheet: Sheet) -> dict[str, Any]:
    counts = sheet.status == SheetStatus.SUBMITTED and sheet.assignment.status == AssignmentStatus.ACTIVE
    return {
        "id": sheet.pk,
        "scorer": str(sheet.assessor_id),
        "state": sheet.status,
        "assignment": sheet.assignment.status,
        "counts": counts,
        "total": _text(sheet.total),
        "answers": {score.indicator.code: answer for score in sheet.scores.all() if (answer := _answer(score))},
        "chain": [_event(event) for event in sheet.events.all()],
    }


def _answer(score: Score) -> str | None:
    return "na" if getattr(score, "not_applicable", False) else _text(score.value)


def _visit(visit: FieldVisit) -> dict[str, Any]:
    """Without what was written: names of hosts and of who was interviewed stay in the portal, their sha256 goes."""
    counts = visit.status == VisitStatus.CONFIRMED and visit.assignment.status == AssignmentStatus.ACTIVE
    return {
        "id": visit.pk,
        "scorer": str(visit.assignment.assessor_id),
        "state": visit.status,
        "assignment": visit.assignment.status,
        "counts": counts,
        "chain": [_event(event) for event in visit.events.all()],
    }


def _event(event: SheetEvent | VisitEvent) -> dict[str, Any]:
    content = event.sealed_content()
    return {key: content[key] for key in ("number", "kind", "data", "actor", "at")} | {"hash": event.hash}


def _ends(inputs: Inputs) -> Iterator[tuple[str, int, int, str]]:
    for name, many in (("sheet", inputs.sheets), ("visit", inputs.visits)):
        for one in many:
            events = list(one.events.all())
            yield name, one.pk, len(events), events[-1].hash if events else ""


def _removal(removal: AssignmentRemoval) -> dict[str, Any]:
    return {
        "scorer": str(removal.assessor_id),
        "reason": removal.reason,
        "sheet_version": removal.sheet_version,
        "by": str(removal.removed_by_id) if removal.removed_by_id else None,
        "at": _moment(removal.removed_at),
    }


def _moderation(moderation: Moderation) -> dict[str, Any]:
    return {
        "version": moderation.version,
        "submitted": moderation.submitted,
        "discussion": moderation.discussion,
        "participants": sorted(str(person.pk) for person in moderation.participants.all()),
        "decision": moderation.decision,
        "spread": str(moderation.spread),
        "input_hash": moderation.input_hash,
        "by": str(moderation.recorded_by_id),
        "at": _moment(moderation.recorded_at),
    }


def _word(one: Nomination) -> dict[str, Any] | None:
    word = getattr(one, "recommendation", None)
    if word is None:
        return None
    counted: dict[str, int] = defaultdict(int)
    for vote in word.votes.all():
        counted[vote.choice] += 1
    return {
        "outcome": word.outcome,
        "stars": word.stars,
        "reason": word.reason,
        "present": word.present,
        "recused": word.recused,
        "votes": {choice.value: counted[choice.value] for choice in VoteChoice},
        "session": word.session_id,
        "by": str(word.recorded_by_id),
        "at": _moment(word.recorded_at),
    }


def _session(session: PlenarySession) -> dict[str, Any]:
    states = [row.state for row in session.attendances.all()]
    return {
        "id": session.pk,
        "held_on": session.held_on.isoformat(),
        "place": session.place,
        "quorum_percent": session.quorum_percent,
        "members": len(states),
        "present": states.count(AttendanceState.PRESENT),
        "left": states.count(AttendanceState.LEFT),
    }


def _tie(decision: TieDecision) -> dict[str, Any]:
    return {
        "entries": decision.entries,
        "reason": decision.reason,
        "session": decision.session_id,
        "by": str(decision.recorded_by_id),
        "at": _moment(decision.recorded_at),
    }
