"""Proposals: computed, shown, applied, undone (cases 11, 15)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, Notice
from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.formats import date_short
from scoring.enums import AssignmentStatus, RunKind, RunState
from scoring.models import Assignment, AssignmentRun, Stage
from scoring.presenters.runs import shortage_lines
from scoring.services import panel, run_jobs, runs
from scoring.services.assignments import declare_interest, decline_assignment
from tests.factories import add_membership, make_user, someone
from tests.scoring import scenes
from tests.scoring.proposed import apply, decide, live, people, proposal


def test_case_15_every_nomination_is_covered_evenly_and_only_after_applying(nominations):
    team = people(6, nominations[0].period_id)
    run = proposal(nominations[0])
    assert (run.state, run.moves.count()) == (RunState.READY, 12)
    assert live() == set()
    apply(run)
    loads = [sum(user == person.pk for _n, user in live()) for person in team]
    assert loads == [2] * 6
    assert all(len(live(one)) == 3 for one in nominations)
    assert Notice.objects.filter(key__startswith="assignment-run").count() == 6
    with pytest.raises(RuleBroken, match="sudah diterapkan"):
        apply(run)


def test_case_15_what_is_impossible_is_named(nominations):
    people(1, nominations[0].period_id)
    local = make_user(Role.ASSESSOR, region="33", institution="Dinas")
    other = make_user(Role.ASSESSOR, commodities=("gerabah",), institution="Balai Gerabah")
    for person in (local, other):
        panel.seat(
            period_id=nominations[0].period_id,
            user_id=person.pk,
            capacity=9,
            note="",
            active=True,
            actor=someone(Role.VERIFIER),
        )
    run = proposal(nominations[0])
    categories = {one.pk: one.category.label for one in nominations}
    (line,) = shortage_lines(run.report["short"], categories, {})
    assert "hanya 1 penilai tanpa benturan untuk 4 usulan" in line
    assert "kurang 8" in line
    assert "1 orang dari provinsi yang sama" in line
    assert "1 orang berkeahlian komoditas lain" in line


def test_fewer_scorers_than_the_stage_asks_for_are_refused_before_anything_is_computed(
    nominations, client_of, verifier
):
    people(6, nominations[0].period_id)
    stage = scenes.stage_of(nominations[0])
    assert stage.min_assessors == 3
    with pytest.raises(RuleBroken, match="sedikitnya 3 penilai"):
        proposal(nominations[0], per_nomination=2)
    data = {"stage": f"{stage.period_id}:{stage.code}", "kind": "fill", "per_nomination": "1", "mix": "on"}
    answer = client_of(verifier).post(reverse("run_list"), data | {"_key": "k" * 32})
    assert answer.status_code == 422
    assert "Tahap ini memerlukan sedikitnya 3 penilai per usulan" in answer.content.decode()
    assert answer.context["form"]["per_nomination"].value() == "1", "what was typed stays"
    assert not AssignmentRun.objects.exists()
    assert proposal(nominations[0], per_nomination=4).moves.count() == 16


def test_a_minimum_raised_after_the_wish_is_kept_to(nominations):
    people(6, nominations[0].period_id)
    run = run_jobs.want_run(
        period_id=nominations[0].period_id,
        stage_code=scenes.stage_of(nominations[0]).code,
        kind=RunKind.FILL,
        per_nomination=3,
        mix=True,
        actor=someone(Role.VERIFIER),
    )
    Stage.objects.filter(period=nominations[0].period_id, code=run.stage_code).update(min_assessors=4)
    assert run_jobs.carry_out(run.pk)
    assert run.moves.count() == 16


def test_who_is_no_member_today_is_not_proposed(nominations, client_of, verifier):
    """A role that has ended, and one that has not begun, whatever the seat says."""
    team = people(5, nominations[0].period_id)
    today = timezone.localdate()
    Membership.objects.filter(user=team[0]).update(valid_to=today - timedelta(days=1))
    Membership.objects.filter(user=team[1]).update(valid_from=today + timedelta(days=1))
    Membership.objects.filter(user=team[2]).update(valid_to=today)
    run = proposal(nominations[0])
    assert set(run.moves.values_list("assessor", flat=True)) == {person.pk for person in team[2:]}
    page = client_of(verifier).get(reverse("run_detail", args=[run.pk])).content.decode()
    assert page.count(f"sampai {date_short(today)}") == 1, "the one whose last day it is"


def test_capacity_is_named_with_who_is_full(nominations):
    people(3, nominations[0].period_id, capacity=3)
    run = proposal(nominations[0])
    assert {one["lack"] for one in run.report["short"]} == {"room"}
    assert run.report["short"][0]["room"] == 9
    assert run.report["short"][0]["wanted"] == 12


def test_what_is_there_and_what_has_begun_stays(nominations):
    first = nominations[0]
    team = people(5, first.period_id)
    kept = scenes.assign(first, team[0])
    scenes.save(kept)
    scenes.assign(first, team[1])
    apply(proposal(first))
    assert {(first.pk, team[0].pk), (first.pk, team[1].pk)} <= live(first)
    assert len(live(first)) == 3
    kept.refresh_from_db()
    assert kept.status == AssignmentStatus.ACTIVE


@pytest.mark.parametrize("event", ["decline", "conflict", "begun elsewhere", "seat"])
def test_a_preview_that_is_no_longer_true_is_refused_with_what_changed(nominations, event):
    first = nominations[0]
    team = people(4, first.period_id)
    there = scenes.assign(first, team[0], declare=False)
    run = proposal(first)
    taker = next(move.assessor for move in run.moves.filter(gives=True))
    if event == "decline":
        decline_assignment(assignment_id=there.pk, reason="Sakit.", actor=team[0])
    elif event == "conflict":
        declare_interest(nomination_id=first.pk, has_conflict=True, reason="Ipar.", actor=team[0])
    elif event == "seat":
        panel.seat(
            period_id=first.period_id,
            user_id=taker.pk,
            capacity=20,
            note="",
            active=False,
            actor=someone(Role.VERIFIER),
        )
    else:
        free = next(p for p in team if (first.pk, p.pk) not in live())
        scenes.assign(first, free)
    before = live()
    with pytest.raises(StaleVersion, match="sudah berubah") as error:
        apply(run)
    assert (taker.name if event == "seat" else first.reference) in error.value.message
    assert live() == before


def test_whole_run_is_undone_and_begun_work_is_named(nominations):
    team = people(4, nominations[0].period_id)
    before = scenes.assign(nominations[0], team[0])
    run = apply(proposal(nominations[0]))
    begun = Assignment.objects.filter(nomination=nominations[1]).first()
    scenes.state(nominations[1], begun.assessor)
    declare_interest(nomination_id=nominations[1].pk, has_conflict=False, reason="", actor=begun.assessor)
    scenes.save(begun)
    undone = runs.undo_run(run_id=run.pk, actor=someone(Role.VERIFIER))
    assert undone.state == RunState.UNDONE
    assert live() == {(nominations[0].pk, before.assessor_id), (begun.nomination_id, begun.assessor_id)}
    assert [move.assessor_id for move in run.moves.filter(kept=True)] == [begun.assessor_id]
    with pytest.raises(RuleBroken):
        runs.undo_run(run_id=run.pk, actor=someone(Role.VERIFIER))
    apply(proposal(nominations[0]))  # the board is as open as before


def test_case_11_rebalancing_after_a_recusal_moves_nobody_else(nominations):
    people(5, nominations[0].period_id)
    apply(proposal(nominations[0]))
    before = live()
    leaving = Assignment.objects.filter(status=AssignmentStatus.ACTIVE).first()
    declare_interest(nomination_id=leaving.nomination_id, has_conflict=True, reason="Ipar.", actor=leaving.assessor)
    run = proposal(nominations[0], RunKind.REBALANCE)
    assert [(move.nomination_id, move.gives) for move in run.moves.all()] == [(leaving.nomination_id, True)]
    apply(run)
    gone = (leaving.nomination_id, leaving.assessor_id)
    assert before - {gone} <= live()
    assert len(live()) == len(before)
    assert gone not in live()


def test_rebalancing_replaces_work_that_a_new_conflict_forbids(nominations):
    first = nominations[0]
    team = people(5, first.period_id)
    scenes.assign(first, team[0], declare=False)
    team[0].phone = first.product_entry.ikm.phone
    team[0].save()
    run = apply(proposal(first, RunKind.REBALANCE))
    assert (first.pk, team[0].pk) not in live()
    assert run.moves.filter(nomination=first, assessor=team[0], gives=False).exists()


def test_pairs_are_kept_apart(nominations):
    period = nominations[0].period_id
    team = people(5, period)
    pair = (team[0].pk, team[1].pk)
    panel.keep_apart(period_id=period, user_ids=pair, reason="Suami istri", actor=someone(Role.VERIFIER))
    apply(proposal(nominations[0]))
    for one in nominations:
        assert not set(pair) <= {user for _n, user in live(one)}
        assert len(live(one)) == 3


def test_institutions_are_mixed(nominations):
    """Four colleagues and two of another house, two tasks each: every nomination has somebody from both."""
    period = nominations[0].period_id
    team = [*people(4, period, house="Balai Besar"), *people(2, period, house="Warlami")]
    house = {person.pk: person.memberships.get().institution.name for person in team}
    apply(proposal(nominations[0]))
    for one in nominations:
        assert {house[user] for _n, user in live(one)} == {"Balai Besar", "Warlami"}
        assert len(live(one)) == 3


def test_colleagues_alone_are_not_enough_unless_one_institution_is_allowed(nominations):
    period = nominations[0].period_id
    people(3, period, house="Balai Besar")
    run = proposal(nominations[0])
    assert {one["lack"] for one in run.report["short"]} == {"institutions"}
    assert proposal(nominations[0], mix=False).report["short"] == []


def test_only_the_sekretariat_decides(chair, nominations):
    people(3, nominations[0].period_id)
    run = proposal(nominations[0])
    for use_case in (runs.apply_run, runs.undo_run, runs.discard_run):
        with pytest.raises(NotPermitted):
            use_case(run_id=run.pk, actor=chair)


def test_a_recused_person_meets_the_nomination_in_no_number_of_a_run(client_of, nominations, verifier):
    secret = nominations[0]
    team = people(4, secret.period_id)
    verifier_too = team[0]
    add_membership(verifier_too, Role.VERIFIER)
    scenes.assign(secret, verifier_too, declare=False)
    declare_interest(nomination_id=secret.pk, has_conflict=True, reason="Ipar.", actor=verifier_too)
    run = proposal(secret)
    page = client_of(verifier_too).get(reverse("run_detail", args=[run.pk]))
    assert secret.reference not in page.content.decode()
    assert page.context["counts"]["touched"] == 3
    assert secret.reference in client_of(verifier).get(reverse("run_detail", args=[run.pk])).content.decode()


# Tables


def test_a_worker_applies_and_undoes_and_the_page_says_where_it_is(client_of, verifier, nominations):
    people(3, nominations[0].period_id)
    run, client = proposal(nominations[0]), client_of(verifier)
    page = decide(client, "run_apply", run)
    assert live() == set()
    assert "sedang diterapkan" in client.get(page).content.decode()
    assert client.post(reverse("run_apply", args=[run.pk]), {"_key": "z" * 32}).status_code == 422
    assert run_jobs.waiting_ids() == [run.pk]
    assert run_jobs.carry_out(run.pk)
    assert not run_jobs.carry_out(run.pk)
    run.refresh_from_db()
    assert (run.state, run.applied_by, len(live())) == (RunState.APPLIED, verifier, 12)
    assert "sedang dibatalkan" in client.get(decide(client, "run_undo", run)).content.decode()
    assert len(live()) == 12
    assert run_jobs.carry_out(run.pk)
    run.refresh_from_db()
    assert (run.state, run.undone_by, live()) == (RunState.UNDONE, verifier, set())


def test_what_has_changed_is_told_to_who_applied_and_only_to_who_may_meet_it(client_of, verifier, nominations):
    first = nominations[0]
    team = people(4, first.period_id)
    there = scenes.assign(first, team[0], declare=False)
    recused = team[1]
    add_membership(recused, Role.VERIFIER)
    scenes.assign(first, recused, declare=False)
    run = proposal(first)
    declare_interest(nomination_id=first.pk, has_conflict=True, reason="Ipar.", actor=recused)
    decline_assignment(assignment_id=there.pk, reason="Sakit.", actor=team[0])
    run_jobs.want_applied(run_id=run.pk, actor=verifier)
    assert not run_jobs.carry_out(run.pk)
    run.refresh_from_db()
    assert (run.state, run.applied_by) == (RunState.READY, None)
    assert Notice.objects.filter(user=verifier, key__startswith="assignment-run-failed").count() == 1
    url = reverse("run_detail", args=[run.pk])
    assert f"{first.reference}: penilainya sudah berubah" in client_of(verifier).get(url).content.decode()
    assert first.reference not in client_of(recused).get(url).content.decode()


def test_what_kills_every_worker_is_given_up_and_changes_nothing(verifier, nominations):
    people(3, nominations[0].period_id)
    run = proposal(nominations[0])
    run_jobs.want_applied(run_id=run.pk, actor=verifier)
    gone = timezone.now() - timedelta(hours=1)
    for state, by, back in (
        (RunState.APPLYING, {"applied_by": verifier}, RunState.READY),
        (RunState.WANTED, {}, RunState.FAILED),
    ):
        AssignmentRun.objects.filter(pk=run.pk).update(state=state, attempts=3, claimed_at=gone, **by)
        assert run_jobs.waiting_ids() == []
        run.refresh_from_db()
        assert (run.state, run.claimed_at, bool(run.problem)) == (back, None, True)
    assert live() == set()


def test_whose_role_is_over_meanwhile_applies_nothing(nominations):
    people(3, nominations[0].period_id)
    run, leaving = proposal(nominations[0]), make_user(Role.VERIFIER)
    run_jobs.want_applied(run_id=run.pk, actor=leaving)
    Membership.objects.filter(user=leaving).update(valid_to=date(2020, 1, 2))
    assert not run_jobs.carry_out(run.pk)
    run.refresh_from_db()
    assert (run.state, live()) == (RunState.READY, set())


# Proposed by the portal
