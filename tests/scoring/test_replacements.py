"""Who leaves the panel of a nomination gets a replacement proposed (case 11)."""

from datetime import date

import pytest

from accounts.models import Membership, Notice
from core.models import OutboxMail
from scoring.enums import AssignmentStatus, RunState, TieKind
from scoring.models import Assignment, AssignmentRun, Stage
from scoring.services import panel, run_jobs
from scoring.services.assignments import declare_interest, decline_assignment
from scoring.services.panel import Tie
from tests.scoring import scenes
from tests.scoring.proposed import apply, decide, live, people, proposal


def proposed() -> AssignmentRun | None:
    """What the portal proposes now, computed."""
    for pk in run_jobs.waiting_ids():
        run_jobs.carry_out(pk)
    return AssignmentRun.objects.filter(created_by=None, state=RunState.READY).first()


def leave(how: str, one: Assignment) -> None:
    if how == "decline":
        decline_assignment(assignment_id=one.pk, reason="Sakit.", actor=one.assessor)
    elif how == "conflict":
        declare_interest(nomination_id=one.nomination_id, has_conflict=True, reason="Ipar.", actor=one.assessor)
    elif how == "tie":
        ikm = one.nomination.product_entry.ikm
        scenes.state(one.nomination, one.assessor, Tie(TieKind.COACHED, ikm.name, ikm_id=ikm.pk))
    else:
        Membership.objects.filter(user=one.assessor).update(valid_to=date(2020, 1, 2))
        panel.end_for_suspended()


@pytest.mark.parametrize("how", ["decline", "conflict", "tie", "suspended"])
def test_case_11_who_leaves_gets_a_replacement_proposed_that_the_chair_applies(client_of, chair, nominations, how):
    people(5, nominations[0].period_id)
    Stage.objects.update(min_assessors=2)
    apply(proposal(nominations[0]))
    untouched = scenes.ovop()  # nobody was assigned to it: that is not the portal's to begin
    one = Assignment.objects.filter(status=AssignmentStatus.ACTIVE).first()
    leave(how, one)
    assert (one.nomination_id, one.assessor_id) not in live()
    run = proposed()
    gives = set(run.moves.filter(gives=True).values_list("nomination", flat=True))
    assert one.nomination_id in gives
    assert untouched.pk not in gives
    assert run.moves.filter(gives=False).count() == 0
    notice = Notice.objects.get(user=chair, key=f"assignment-run-proposed:{run.pk}")
    mail = OutboxMail.objects.get(to=chair.email, dedupe_key__startswith=notice.key)
    assert one.nomination.reference not in mail.body
    assert all(len(live(nomination)) <= 2 for nomination in nominations)
    client = client_of(chair)
    assert "Diusulkan portal" in client.get(notice.url).content.decode()
    decide(client, "run_apply", run)
    assert run_jobs.carry_out(run.pk)
    assert [len(live(nomination)) for nomination in nominations] == [2] * 4


def test_a_newer_proposal_of_the_portal_answers_the_older_one(nominations):
    people(6, nominations[0].period_id)
    apply(proposal(nominations[0]))
    first, second, third = Assignment.objects.filter(status=AssignmentStatus.ACTIVE)[:3]
    leave("decline", first)
    old = proposed()
    leave("decline", second)
    leave("decline", third)
    new = proposed()
    old.refresh_from_db()
    assert (old.state, new.moves.filter(gives=True).count()) == (RunState.DISCARDED, 3)
    assert AssignmentRun.objects.filter(created_by=None, state=RunState.READY).count() == 1


def test_nothing_is_proposed_where_enough_are_left_or_the_panel_has_no_seats(nominations):
    one, two = scenes.assessors(2)
    leave("decline", scenes.assign(nominations[0], one, declare=False))
    assert not AssignmentRun.objects.exists()
    people(4, nominations[0].period_id)
    apply(proposal(nominations[0]))
    leave("decline", scenes.assign(nominations[1], two, declare=False))
    assert proposed() is None
    assert not Notice.objects.filter(key__startswith="assignment-run-proposed").exists()


def test_where_nobody_can_replace_the_chair_reads_how_many_lack(chair, nominations):
    people(3, nominations[0].period_id)
    apply(proposal(nominations[0]))
    leave("decline", Assignment.objects.filter(status=AssignmentStatus.ACTIVE).first())
    run = proposed()
    assert run.moves.count() == 0
    mail = OutboxMail.objects.get(to=chair.email, dedupe_key__startswith="assignment-run-proposed")
    assert "Untuk 1 tugas" in mail.body
