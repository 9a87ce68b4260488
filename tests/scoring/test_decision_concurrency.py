"""The seal and the plenary against what happens at the same moment. Real transactions in threads."""

from typing import Any

import pytest

from accounts.enums import Role
from scoring.enums import Outcome, VoteChoice
from scoring.models import AwardCap, RankingSnapshot, Recommendation, StageResult, Vote
from scoring.selectors.rankings import is_sealed
from scoring.services import plenary, rankings, stages
from tests.factories import make_user, someone
from tests.scoring import scenes
from tests.scoring.scenes import finished
from tests.transactions import together

pytestmark = pytest.mark.usefixtures("cloned_db")


def kinds(outcomes: list[Any]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_the_second_signature_against_a_reopened_stage() -> None:
    """Either the stage is reopened and the signature finds another content, or it is sealed and stays closed."""
    chair, admin = someone(Role.PANEL_CHAIR), make_user(Role.MINISTRY_ADMIN)
    winner, out = scenes.upakarti(), scenes.upakarti()
    scenes.score_stage(out, [scenes.even_answers(scenes.stage_of(out), "3")] * 2)
    scenes.close(out)
    scenes.walk(winner)
    scenes.recommend(winner, chair, stars=None)
    key = {"period_id": winner.period_id, "category_id": winner.category_id}
    signed = rankings.sign_ranking(**key, actor=chair)
    stage = scenes.stage_of(out)
    outcomes = together(
        [
            lambda: rankings.countersign_ranking(ranking_id=signed.pk, seen=signed.sha256, actor=admin),
            lambda: stages.reopen_stage(nomination_id=out.pk, stage_id=stage.pk, reason="Berkas baru.", actor=chair),
        ]
    )
    sealed, closed = is_sealed(**key), StageResult.objects.filter(nomination=out).exists()
    assert sealed == closed
    assert kinds(outcomes) in (["RankingSnapshot", "RuleBroken"], ["StageReopening", "StaleVersion"])


def test_two_signatures_at_once_of_either_kind() -> None:
    chair, nomination = someone(Role.PANEL_CHAIR), finished()
    scenes.recommend(nomination, chair)
    key = {"period_id": nomination.period_id, "category_id": nomination.category_id}
    other = make_user(Role.PANEL_CHAIR)
    firsts = together([lambda by=by: rankings.sign_ranking(**key, actor=by) for by in (chair, other)])
    assert kinds(firsts) == ["RankingSnapshot", "RuleBroken"]
    signed = RankingSnapshot.objects.get()
    admins = [make_user(Role.MINISTRY_ADMIN) for _ in range(2)]
    seconds = together(
        [
            lambda by=by: rankings.countersign_ranking(ranking_id=signed.pk, seen=signed.sha256, actor=by)
            for by in admins
        ]
    )
    assert kinds(seconds) == ["NotPermitted", "RankingSnapshot"]
    assert is_sealed(**key)


def test_votes_by_two_recorders() -> None:
    chair, nomination = someone(Role.PANEL_CHAIR), finished()
    other = make_user(Role.PANEL_CHAIR)
    session = scenes.session_of(nomination, chair)
    members = list(session.attendances.values_list("member", flat=True))

    def record(by: Any, outcome: Outcome, choice: VoteChoice) -> Recommendation:
        stars = 3 if outcome is Outcome.RECOMMENDED else None
        return plenary.record_recommendation(
            nomination_id=nomination.pk,
            session_id=session.pk,
            outcome=outcome,
            stars=stars,
            reason="Suara dihitung.",
            votes=dict.fromkeys(members, choice),
            actor=by,
        )

    outcomes = together(
        [
            lambda: record(chair, Outcome.RECOMMENDED, VoteChoice.FOR),
            lambda: record(other, Outcome.NOT_RECOMMENDED, VoteChoice.AGAINST),
        ]
    )
    assert kinds(outcomes) == ["NotPermitted", "Recommendation"]
    recommendation = Recommendation.objects.get()
    choice = "for" if recommendation.outcome == "recommended" else "against"
    assert list(Vote.objects.values_list("choice", flat=True)) == [choice] * len(members)


def test_the_last_place_under_a_cap_is_given_once() -> None:
    chair = someone(Role.PANEL_CHAIR)
    both = [scenes.walk(scenes.upakarti()) for _ in range(2)]
    AwardCap.objects.update(max_awards=1)
    session = scenes.session_of(both[0], chair)
    outcomes = together(
        [
            lambda one=one: plenary.record_recommendation(
                nomination_id=one.pk, session_id=session.pk, outcome=Outcome.RECOMMENDED, actor=chair
            )
            for one in both
        ]
    )
    assert kinds(outcomes) == ["Recommendation", "RuleBroken"]
