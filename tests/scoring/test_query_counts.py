"""What the lists and the sheet cost: the same at 1, 10 and 300 rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from nominations.enums import Status
from nominations.models import Nomination, Snapshot
from scoring.enums import Outcome, RunKind, SheetStatus
from scoring.models import (
    Assignment,
    ConflictDeclaration,
    FieldClaim,
    FinalResult,
    InterestStatement,
    PanelSeat,
    PlenarySession,
    RankingSnapshot,
    Score,
    Sheet,
    SheetEvent,
    Stage,
    StageResult,
)
from scoring.rules import canonical
from scoring.selectors.stages import stage_spec
from scoring.services import agenda, plenary, run_jobs
from tests import factories
from tests.factories import make_user, someone
from tests.scoring import scenes

pytestmark = pytest.mark.django_db
SIZES = (1, 10, 300)


def bulk_nominations(count: int, status: Status = Status.IN_ASSESSMENT) -> list[Nomination]:
    """Many nominations, copied from one that went through the services."""
    first = scenes.ovop()
    facts = {f: getattr(first, f) for f in ("period_id", "category_id", "region_id", "created_by_id", "submitted_at")}
    rows = Nomination.objects.bulk_create(
        Nomination(reference=f"OVOP-9{n:03}", subject_key=f"bulk:{n}", title=f"Usulan {n}", status=status, **facts)
        for n in range(count)
    )
    snapshot = first.snapshots.latest("number")
    Snapshot.objects.bulk_create(
        Snapshot(nomination=row, number=1, data=snapshot.data, sha256=snapshot.sha256) for row in rows
    )
    Nomination.objects.filter(pk=first.pk).update(status=Status.INELIGIBLE)
    return rows


def bulk_assignments(rows: list[Nomination], people: list[Any], stage: Stage, *, submitted: bool = False) -> None:
    by = someone(Role.VERIFIER)
    made = Assignment.objects.bulk_create(
        Assignment(nomination=row, stage=stage, assessor=person, assigned_by=by) for row in rows for person in people
    )
    InterestStatement.objects.bulk_create(
        InterestStatement(period_id=rows[0].period_id, user=person) for person in people if rows
    )
    ConflictDeclaration.objects.bulk_create(
        ConflictDeclaration(nomination=row, user=person, has_conflict=False) for row in rows for person in people
    )
    if submitted:
        snapshots = dict(Snapshot.objects.values_list("nomination", "pk"))
        Sheet.objects.bulk_create(
            Sheet(
                assignment=one,
                nomination_id=one.nomination_id,
                stage=stage,
                assessor_id=one.assessor_id,
                instrument=stage.instrument,
                snapshot_id=snapshots[one.nomination_id],
                status=SheetStatus.SUBMITTED,
                submitted_at=timezone.now(),
                saved_at=timezone.now() - timedelta(minutes=1),
                total=80,
            )
            for one in made
        )


def queries(client: Any, url: str) -> int:
    client.get(url)  # the session and its user are warm, as for a person at work
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("count", SIZES)
def test_desk(count, client_of):
    rows, person = bulk_nominations(count), make_user(Role.ASSESSOR)
    bulk_assignments(rows, [person], scenes.stage_of(rows[0]))
    client = client_of(person)
    assert len(client.get(reverse("assessor_desk")).context["rows"]) == min(count, 50)
    assert queries(client, reverse("assessor_desk")) == 9
    assert queries(client, reverse("assessor_desk") + "?tampil=selesai") == 8


@pytest.mark.parametrize("count", SIZES)
def test_board_and_assignment_list(count, client_of, chair):
    rows = bulk_nominations(count)
    bulk_assignments(rows, scenes.assessors(3), scenes.stage_of(rows[0]), submitted=True)
    client = client_of(chair)
    page = client.get(reverse("stage_board"))
    assert len(page.context["rows"]) == min(count, 50)
    assert page.context["rows"][0]["state"]["label"] == "Siap ditutup"
    assert queries(client, reverse("stage_board")) == 9
    assert queries(client, reverse("stage_board") + "?siap=1&tahap=penilaian") == 9
    assert queries(client, reverse("assignment_list")) == 6


def bulk_finalists(count: int, chair: Any, score_of: Any = None, last_key_of: Any = None) -> list[Nomination]:
    """Many nominations before the plenary; no two of them equal, unless the functions of their number say so."""
    score_of, last_key_of = score_of or (lambda number: 80), last_key_of or (lambda number: f"{number}/3")
    rows = bulk_nominations(count, Status.IN_PLENARY)
    stage = scenes.stage_of(rows[0])
    StageResult.objects.bulk_create(
        StageResult(
            nomination=row,
            stage=stage,
            score=score_of(number),
            passed=True,
            sheet_count=3,
            input_hash="0" * 64,
            closed_by=chair,
            detail={"tie_keys": ["40", "25", last_key_of(number)]},
        )
        for number, row in enumerate(rows)
    )
    FinalResult.objects.bulk_create(
        FinalResult(nomination=row, score=score_of(number), stars=3, input_hash="0" * 64)
        for number, row in enumerate(rows)
    )
    return rows


@pytest.mark.parametrize("count", SIZES)
def test_plenary(count, client_of, chair):
    rows = bulk_finalists(count, chair)
    session = plenary.record_plenary_session(
        period_id=rows[0].period_id, held_on=timezone.localdate(), place="Jakarta", attendance="Ketua", actor=chair
    )
    client, url = client_of(chair), reverse("plenary_detail", args=[session.pk])
    [group] = client.get(url).context["categories"]
    assert [row["rank"] for row in group["rows"]] == list(range(1, count + 1))
    assert queries(client, url) == 13
    assert queries(client, reverse("plenary_bulk", args=[session.pk, rows[0].category_id])) == 11
    assert queries(client, reverse("plenary_minutes", args=[session.pk])) == 10
    agenda.discuss(session_id=session.pk, nomination_id=rows[-1].pk, actor=chair)
    assert queries(client, reverse("plenary_now", args=[session.pk])) == 10
    assert queries(client, reverse("recommendation", args=[session.pk, rows[0].pk])) == 8


@pytest.mark.parametrize("count", SIZES)
def test_planning_a_session(count, chair):
    rows = bulk_finalists(count, chair)
    facts = {"period_id": rows[0].period_id, "held_on": timezone.localdate(), "place": "Jakarta", "actor": chair}
    with CaptureQueriesContext(connection) as captured:
        session = plenary.record_plenary_session(**facts)
    assert session.agenda.count() == count
    assert len(captured) <= 40


@pytest.mark.parametrize("count", SIZES)
def test_ranking(count, client_of, chair):
    rows = bulk_finalists(count, chair)
    client, key = client_of(chair), [rows[0].period_id, rows[0].category_id]
    url = reverse("ranking_detail", args=key)
    assert [row["rank"] for row in client.get(url).context["rows"]] == list(range(1, min(count, 50) + 1))
    assert queries(client, url) == 12
    assert queries(client, f"{url}?provinsi=33&putusan=undecided") == 12
    assert queries(client, reverse("ranking_preview", args=key)) == 9
    assert queries(client, reverse("ranking_list")) == 5


@pytest.mark.parametrize("count", SIZES)
def test_ranking_versions(count, client_of, chair, admin_a):
    """Signed versions of a category of any length, and many versions of one."""
    rows = bulk_finalists(count, chair)
    key = {"period_id": rows[0].period_id, "category_id": rows[0].category_id}
    result = [
        {"nomination": row.pk, "rank": n, "score": "80.00", "stars": 3, "outcome": None, "recommended_stars": None}
        for n, row in enumerate(rows, start=1)
    ]
    for version in range(1, min(count, 10) + 1):
        made = RankingSnapshot.objects.create(
            **key,
            version=version,
            content=canonical({"result": result}),
            sha256="0" * 64,
            names={},
            signed_by_1=chair,
            signed_by_2=admin_a,
            signed_at_2=timezone.now(),
        )
    client = client_of(chair)
    assert len(client.get(reverse("ranking_version", args=[made.pk])).context["rows"]) == count
    assert queries(client, reverse("ranking_version", args=[made.pk])) <= 8
    assert queries(client, reverse("ranking_detail", args=list(key.values()))) == 12


@pytest.mark.parametrize("count", SIZES)
def test_discrepancy_report(count, client_of, chair):
    """Scorers far apart on every nomination; a page shows twenty of them."""
    rows = bulk_nominations(count)
    stage, people = scenes.stage_of(rows[0]), scenes.assessors(3)
    bulk_assignments(rows, people, stage)
    bulk_sheets(stage, people[0])
    client, url = client_of(chair), reverse("discrepancy_report")
    page = client.get(url)
    assert page.context["page"].count == count
    assert len(page.context["rows"]) == min(count, 20)
    assert queries(client, url) == 15


def bulk_sheets(stage: Stage, lowest: Any) -> None:
    """A complete sheet for every assignment: the best options, of the lowest person the weakest."""
    instrument, now = stage.instrument, timezone.now()
    assert instrument is not None
    snapshots = dict(Snapshot.objects.values_list("nomination", "pk"))
    sheets = Sheet.objects.bulk_create(
        Sheet(
            assignment=one,
            nomination_id=one.nomination_id,
            stage=stage,
            assessor_id=one.assessor_id,
            instrument=instrument,
            snapshot_id=snapshots[one.nomination_id],
        )
        for one in Assignment.objects.all()
    )
    options = {one.code: one.values for one in stage_spec(stage).indicators}
    indicators = list(instrument.indicators.all())
    Score.objects.bulk_create(
        Score(sheet=sheet, indicator=one, value=(min if sheet.assessor_id == lowest.pk else max)(options[one.code]))
        for sheet in sheets
        for one in indicators
    )
    Sheet.objects.filter(assessor=lowest).update(status=SheetStatus.SUBMITTED, submitted_at=now, total=29)
    Sheet.objects.exclude(assessor=lowest).update(status=SheetStatus.SUBMITTED, submitted_at=now, total=100)
    SheetEvent.objects.bulk_create(
        SheetEvent(
            sheet=sheet,
            number=1,
            kind="submitted",
            data={"total": "29.00" if sheet.assessor_id == lowest.pk else "100.00"},
            actor=lowest,
            at=now,
            hash="0" * 64,
        )
        for sheet in sheets
    )


@pytest.mark.parametrize("count", SIZES)
def test_plenary_list(count, client_of, chair):
    period = scenes.ovop().period
    PlenarySession.objects.bulk_create(
        PlenarySession(period=period, held_on=timezone.localdate(), place="Jakarta", chair=chair, recorded_by=chair)
        for _ in range(count)
    )
    client, url = client_of(chair), reverse("plenary_list")
    assert len(client.get(url).context["page"].items) == min(count, 50)
    assert queries(client, url) == 5


@pytest.mark.parametrize("count", SIZES)
def test_panel(count, client_of, verifier):
    nomination = scenes.ovop()
    for _number in range(count):
        person = make_user(Role.ASSESSOR, institution=scenes.AWAY, commodities=("batik",))
        PanelSeat.objects.create(period=nomination.period, user=person, capacity=9)
    client, url = client_of(verifier), reverse("panel") + f"?periode={nomination.period_id}"
    assert len(client.get(url).context["seats"]) == count
    assert queries(client, url) == 17


@pytest.mark.parametrize("count", SIZES)
def test_proposal(count, client_of, verifier):
    rows = bulk_nominations(count)
    for person in scenes.assessors(3):
        PanelSeat.objects.create(period_id=rows[0].period_id, user=person, capacity=count)
    run = run_jobs.want_run(
        period_id=rows[0].period_id,
        stage_code=scenes.stage_of(rows[0]).code,
        kind=RunKind.FILL,
        per_nomination=None,
        mix=False,
        actor=verifier,
    )
    with CaptureQueriesContext(connection) as computing:
        assert run_jobs.carry_out(run.pk)
    assert run.moves.count() == 3 * count
    assert len(computing) <= 40
    client, url = client_of(verifier), reverse("run_detail", args=[run.pk])
    assert client.get(url).context["counts"]["comes"] == 3 * count
    assert queries(client, url) <= 25


@pytest.mark.parametrize("count", SIZES)
def test_people_to_assign(count, client_of, verifier):
    nomination = scenes.ovop()
    people = [make_user(Role.ASSESSOR) for _ in range(count)]
    client, url = client_of(verifier), reverse("assign", args=[nomination.pk])
    assert len(client.get(url).context["scorers"]) == len(people)
    assert queries(client, url) == 26


@pytest.mark.parametrize("count", [1, 10])
def test_sheet_and_scores(count, client_of, chair):
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.full_answers(stage)] * count)
    assignment = scenes.assign(nomination, scenes.assessors(1)[0])
    scenes.save(assignment)
    assert queries(client_of(assignment.assessor), reverse("score_sheet", args=[assignment.pk])) == 9
    assert queries(client_of(assignment.assessor), reverse("sheet_submit", args=[assignment.pk])) == 6
    assert queries(client_of(chair), reverse("nomination_scores", args=[nomination.pk])) == 11
    assert queries(client_of(chair), reverse("nomination_history", args=[nomination.pk])) == 14


def test_scores_with_a_visit_and_what_does_not_agree(client_of, chair):
    """Transaction marks count here: the page leaves its trace in a savepoint of two."""
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    scenes.close(nomination, skip_optional=False)
    client, url = client_of(chair), reverse("nomination_scores", args=[nomination.pk])
    costs = [queries(client, url)]
    visit = scenes.visit(nomination)
    costs.append(queries(client, url))
    FieldClaim.objects.filter(visit=visit).update(actual="Lain")
    costs.append(queries(client, url))
    factories.receive_sample(nomination, deviates=True)
    costs.append(queries(client, url))
    assert costs == [11, 14, 15, 16]


@pytest.mark.parametrize("count", [1, 10])
def test_minutes_of_a_session_that_has_decided(count, client_of, chair):
    nominations = [scenes.ovop_in_plenary() for _ in range(count)]
    session = scenes.session_of(nominations[0], chair)
    for nomination in nominations:
        plenary.record_recommendation(
            nomination_id=nomination.pk,
            session_id=session.pk,
            outcome=Outcome.RECOMMENDED,
            stars=3,
            reason="",
            actor=chair,
        )
    assert queries(client_of(chair), reverse("plenary_minutes", args=[session.pk])) == 12
