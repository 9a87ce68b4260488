"""Proposals: computed, shown, applied, undone; tables and exchanges (cases 8, 13, 14, 15)."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from xlsxwriter import Workbook

from accounts.enums import Role
from accounts.models import Notice
from core.errors import NotPermitted, RuleBroken, StaleVersion
from scoring.enums import AssignmentStatus, RunKind, RunState
from scoring.models import Assignment, AssignmentRun
from scoring.presenters.runs import shortage_lines
from scoring.services import panel, runs
from scoring.services.assignments import declare_interest, decline_assignment
from scoring.services.tables import TableRefused, import_assignments, swap_scorers
from tests.factories import add_membership, make_user, someone
from tests.scoring import scenes


@pytest.fixture
def nominations(db):
    return [scenes.ovop() for _number in range(4)]


def people(count: int, period_id: int, *, capacity: int = 20, prefix: str = "Lembaga"):
    """Scorers with a seat, each from an institution of her or his own."""
    made = [make_user(Role.ASSESSOR, institution=f"{prefix} {number}") for number in range(count)]
    for person in made:
        panel.seat(
            period_id=period_id,
            user_id=person.pk,
            capacity=capacity,
            note="",
            active=True,
            actor=someone(Role.VERIFIER),
        )
    return made


def proposal(nomination, kind: RunKind = RunKind.FILL, **extra) -> AssignmentRun:
    run = runs.want_run(
        period_id=nomination.period_id,
        stage_code=scenes.stage_of(nomination).code,
        kind=kind,
        actor=someone(Role.VERIFIER),
        **({"per_nomination": None, "mix": True} | extra),
    )
    assert runs.compute_run(run.pk)
    run.refresh_from_db()
    return run


def apply(run) -> AssignmentRun:
    return runs.apply_run(run_id=run.pk, actor=someone(Role.VERIFIER))


def live(nomination=None) -> set[tuple[int, int]]:
    rows = Assignment.objects.filter(status=AssignmentStatus.ACTIVE)
    if nomination:
        rows = rows.filter(nomination=nomination)
    return set(rows.values_list("nomination", "assessor"))


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


def test_pairs_kept_apart_and_institutions_mixed(nominations):
    period = nominations[0].period_id
    team = people(5, period)
    pair = (team[0].pk, team[1].pk)
    panel.keep_apart(period_id=period, user_ids=pair, reason="Suami istri", actor=someone(Role.VERIFIER))
    apply(proposal(nominations[0]))
    for one in nominations:
        assert not set(pair) <= {user for _n, user in live(one)}
        assert len(live(one)) == 3


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


def table(*rows: tuple[str, str], head=("Nomor usulan", "Surel penilai")) -> bytes:
    stream = BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Penugasan")
        for number, row in enumerate([head, *rows]):
            sheet.write_row(number, 0, row)
    return stream.getvalue()


def bring_in(nomination, data: bytes, *, replace: bool = False) -> AssignmentRun:
    return import_assignments(
        period_id=nomination.period_id,
        stage_code=scenes.stage_of(nomination).code,
        replace=replace,
        data=data,
        name="tabel.xlsx",
        actor=someone(Role.VERIFIER),
    )


def test_case_13_one_unknown_row_changes_nothing_and_all_errors_are_listed(nominations):
    good = scenes.assessors(1)[0]
    local = make_user(Role.ASSESSOR, region="33")
    data = table(
        (nominations[0].reference, good.email),
        ("OVOP-TIDAK-ADA", good.email),
        (nominations[1].reference, "hantu@contoh.id"),
        (nominations[2].reference, local.email),
        (nominations[0].reference, good.email),
    )
    with pytest.raises(TableRefused) as error:
        bring_in(nominations[0], data)
    assert sorted(one.where for one in error.value.errors) == ["A3", "B4", "B5", "B6"]
    assert "provinsi" in next(one.text for one in error.value.errors if one.where == "B5")
    assert live() == set()
    assert not AssignmentRun.objects.exists()


@pytest.mark.parametrize("replace", [False, True])
def test_case_14_add_keeps_and_replace_removes_and_both_are_undone(nominations, replace):
    first = nominations[0]
    old, new = scenes.assessors(2)
    scenes.assign(first, old)
    other = scenes.assign(nominations[1], old)
    before = live()
    run = bring_in(first, table((first.reference, new.email)), replace=replace)
    assert live() == before
    apply(run)
    expected = {(first.pk, new.pk), (other.nomination_id, old.pk)} | (set() if replace else {(first.pk, old.pk)})
    assert live() == expected
    runs.undo_run(run_id=run.pk, actor=someone(Role.VERIFIER))
    assert live() == before


def test_replace_does_not_take_begun_work_away(nominations):
    old, new = scenes.assessors(2)
    scenes.save(scenes.assign(nominations[0], old))
    with pytest.raises(TableRefused) as error:
        bring_in(nominations[0], table((nominations[0].reference, new.email)), replace=True)
    assert "sudah mulai" in error.value.errors[0].text


def test_import_page_shows_every_cell(client_of, verifier, nominations):
    stage = f"{nominations[0].period_id}:{scenes.stage_of(nominations[0]).code}"
    upload = SimpleUploadedFile("t.xlsx", table(("X", "y@z.id")), "application/octet-stream")
    form = {"stage": stage, "mode": "add", "file": upload, "_key": "k" * 32}
    page = client_of(verifier).post(reverse("run_import"), form)
    assert page.status_code == 422
    text = page.content.decode()
    assert "A2" in text
    assert "B2" in text


# Exchange


def test_case_8_two_scorers_change_places_in_one_step(nominations):
    one, two = scenes.assessors(2)
    here, there = scenes.assign(nominations[0], one), scenes.assign(nominations[1], two)
    run = swap_scorers(here=here.pk, there=there.pk, actor=someone(Role.VERIFIER))
    assert live() == {(nominations[0].pk, two.pk), (nominations[1].pk, one.pk)}
    runs.undo_run(run_id=run.pk, actor=someone(Role.VERIFIER))
    assert live() == {(nominations[0].pk, one.pk), (nominations[1].pk, two.pk)}


def test_case_8_nobody_sits_twice_on_a_nomination(nominations):
    one, two = scenes.assessors(2)
    here, there = scenes.assign(nominations[0], one), scenes.assign(nominations[1], two)
    scenes.assign(nominations[0], two)
    with pytest.raises(RuleBroken, match="sudah menilai"):
        swap_scorers(here=here.pk, there=there.pk, actor=someone(Role.VERIFIER))
    with pytest.raises(RuleBroken, match="Pilih penilai lain"):
        swap_scorers(here=here.pk, there=here.pk, actor=someone(Role.VERIFIER))
