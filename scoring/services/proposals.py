"""What the solver proposes for one run, with its moves and its report. Nothing is assigned."""

from dataclasses import asdict
from typing import Any

from scoring.enums import RunKind
from scoring.maths.assigning import Solution, problems_of, shortages
from scoring.maths.solving import solve
from scoring.models import AssignmentMove, AssignmentRun
from scoring.selectors.proposals import Posed, Situation, assigned_nominations, obstacles_of, pose, situation

SHORT_KEPT = 500


def propose(run: AssignmentRun) -> tuple[list[AssignmentMove], dict[str, Any]]:
    """Moves, unsaved, and the report of a run. What the portal proposes by itself leaves untouched nominations alone.

    Raises ArithmeticError when the check of the solution finds anything.
    """
    only = assigned_nominations(run.period_id, run.stage_code) if run.automatic else None
    facts = situation(run.period_id, run.stage_code, only)
    posed = pose(facts, wished=run.per_nomination, mix=run.mix, seed=run.seed, movable=run.kind == RunKind.REBALANCE)
    solution = solve(posed.problem)
    if broken := problems_of(posed.problem, solution):
        raise ArithmeticError(f"the solver broke its own rules: {broken[:5]}")
    moves = _moves_of(run, facts, posed, solution)
    return moves, _report(facts, posed, solution, moves)


def _moves_of(run: AssignmentRun, facts: Situation, posed: Posed, solution: Solution) -> list[AssignmentMove]:
    ends = set(posed.ending)
    gives = set()
    for task in posed.problem.tasks:
        live = {user for user, begun in facts.live.get(task.pk, {}).items() if not begun}
        chosen = solution.chosen[task.pk]
        gives |= {(task.pk, user) for user in chosen - live}
        ends |= {(task.pk, user) for user in live - chosen - task.fixed}
    return [
        AssignmentMove(run=run, nomination_id=pk, stage=facts.stage_of(pk), assessor_id=user, gives=given)
        for pairs, given in ((ends, False), (gives, True))
        for pk, user in sorted(pairs)
    ]


def _report(facts: Situation, posed: Posed, solution: Solution, moves: list[AssignmentMove]) -> dict[str, Any]:
    short = shortages(posed.problem, solution)
    touched = {move.nomination_id for move in moves}
    return {
        "nominations": len(facts.nominations),
        "covered": len(facts.nominations) - len(short),
        "short": [
            asdict(one) | {"people": sorted(one.people), "reasons": obstacles_of(facts, one.pk)}
            for one in short[:SHORT_KEPT]
        ],
        "overdue": posed.overdue,
        "basis": {str(pk): facts.state_of(pk) for pk in touched},
    }
