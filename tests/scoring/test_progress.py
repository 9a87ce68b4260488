"""The boards over a period: progress, reminders to who is late, distribution of scores."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Notice, User
from core.formats import deadline_text
from core.models import AuditEntry, OutboxMail
from nominations.enums import Status, WindowKind
from nominations.models import Window
from scoring.messages import late_mail
from scoring.models import Assignment, FinalResult, ScorerReminder, Stage, StageResult
from scoring.presenters.progress import histogram
from scoring.selectors.desk import desk_assignments
from scoring.selectors.distribution import Spread
from scoring.selectors.progress import own_progress
from scoring.services import assignments
from tests.factories import add_membership, make_user
from tests.scoring import scenes
from tests.scoring.test_query_counts import SIZES, bulk_assignments, bulk_nominations, queries

pytestmark = pytest.mark.django_db
URL = "/penilaian/kemajuan/"
REMIND = "/penilaian/kemajuan/ingatkan/"


def nearly_over(period: Any, left: timedelta = timedelta(days=2)) -> None:
    Window.objects.filter(period=period, kind=WindowKind.ASSESSMENT).update(closes_at=timezone.now() + left)


def rows_of(client: Any, query: str = "") -> dict[str, Any]:
    return {row["progress"].user.name: row for row in client.get(URL + query).context["scorers"]}


@pytest.fixture
def scene() -> Any:
    """One nomination: one sheet sent, one saved, one whose scorer has not declared yet."""
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    done, busy, fresh = (make_user(Role.ASSESSOR, name=name, institution=name) for name in ("Satu", "Dua", "Tiga"))
    scenes.submit(scenes.assign(nomination, done), scenes.full_answers(stage))
    scenes.save(scenes.assign(nomination, busy))
    scenes.assign(nomination, fresh, declare=False)
    return nomination


def test_progress_counts_by_stage_and_by_scorer(scene, chair, client_of):
    page = client_of(chair).get(URL)
    [stage] = page.context["stages"]
    assert (stage["progress"].current, stage["progress"].short, stage["progress"].ready) == (1, 0, 0)
    rows = rows_of(client_of(chair))
    assert {name: (r["progress"].sent, r["progress"].open, r["progress"].untouched) for name, r in rows.items()} == {
        "Satu": (1, 0, 0),
        "Dua": (0, 1, 0),
        "Tiga": (0, 1, 1),
    }
    assert rows["Dua"]["institutions"] == "Dua"
    assert not any(row["progress"].late for row in rows.values())
    assert b"Ingatkan yang dipilih" not in page.content


def test_closed_nominations_move_to_the_last_column(chair, client_of):
    scenes.ovop_in_plenary()
    row, visit = client_of(chair).get(URL).context["stages"]
    assert (row["progress"].current, row["progress"].closed, row["share"]) == (0, 1, 100)
    assert (visit["progress"].current, visit["progress"].closed, visit["progress"].skipped) == (0, 0, 1)
    assert visit["share"] is None, "what nobody visited is not done"


def test_a_skipped_stage_is_counted_apart_from_a_visit_that_was_made(chair, client_of):
    scenes.ovop_in_plenary()
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    scenes.close(nomination, skip_optional=False)
    scenes.visit(nomination)
    scenes.close(nomination)
    visit = client_of(chair).get(URL).context["stages"][1]
    assert (visit["progress"].closed, visit["progress"].skipped, visit["share"]) == (1, 1, 100)


def test_only_the_late_are_reminded_and_once_a_day(scene, chair, client_of, post):
    nearly_over(scene.period)
    client = client_of(chair)
    rows = rows_of(client)
    assert [name for name, row in rows.items() if row["progress"].soon] == ["Dua", "Tiga"]
    assert not any(row["progress"].late for row in rows.values()), "two days left is not late"
    assert rows["Dua"]["state"]["label"] == "Segera berakhir"
    people = [row["progress"].user.pk for row in rows.values()]
    data = {"periode": scene.period.pk, "penilai": people, "introduction": "Mohon diselesaikan."}
    preview = client.get(REMIND, data)
    assert preview.context["sendable"] == 2
    assert not ScorerReminder.objects.exists(), "looking sends nothing"
    assert post(client, REMIND, data).status_code == 302
    assert sorted(ScorerReminder.objects.values_list("scorer__name", flat=True)) == ["Dua", "Tiga"]
    mails = OutboxMail.objects.filter(dedupe_key__startswith="scorer-reminder:")
    assert len(mails) == 2
    for mail in mails:
        assert "Mohon diselesaikan." in mail.body
        assert scene.reference not in mail.body + mail.subject
        assert scene.title not in mail.body + mail.subject
    assert Notice.objects.filter(url=reverse("assessor_desk")).count() == 2
    again = post(client, REMIND, data)
    assert again.status_code == 422
    assert "Tidak ada penilai yang dapat diingatkan" in again.content.decode()
    assert ScorerReminder.objects.count() == 2


def test_a_stage_that_closed_before_the_period_is_late_and_names_its_own_deadline(scene, chair, client_of, post):
    """The window of the period is open for weeks; the stage closed yesterday, as the scorer's desk says."""
    closed = timezone.now() - timedelta(days=1)
    Stage.objects.filter(pk=scenes.stage_of(scene).pk).update(closes_at=closed)
    row = rows_of(client_of(chair))["Dua"]
    progress = row["progress"]
    assert (progress.late, progress.soon, progress.due, progress.next_due) == (1, 0, closed, None)
    assert row["state"]["label"] == "Terlambat"
    [desk] = desk_assignments(progress.user)
    assert desk.closes_at == closed
    [own] = own_progress(progress.user, scene.period_id)
    assert own.due == closed
    data = {"periode": scene.period.pk, "penilai": [progress.user.pk], "introduction": "Mohon."}
    post(client_of(chair), REMIND, data)
    body = OutboxMail.objects.get(dedupe_key__startswith="scorer-reminder:").body
    assert f"Sudah melewati batas: 1 (batas paling awal: {deadline_text(closed, progress.user.timezone)})" in body
    assert "Segera berakhir" not in body


def test_a_stage_that_closes_after_the_period_leaves_the_deadline_of_the_period(scene, chair, client_of):
    nearly_over(scene.period, timedelta(days=-1))
    Stage.objects.filter(pk=scenes.stage_of(scene).pk).update(closes_at=timezone.now() + timedelta(days=30))
    assert rows_of(client_of(chair))["Dua"]["progress"].late == 1


def test_what_is_over_and_what_ends_soon_are_two_numbers_with_two_deadlines(scene, chair, client_of):
    """The stage of another category ends in two days, this one has ended."""
    busy = User.objects.get(name="Dua")
    other = scenes.ovop(commodity="tenun")
    scenes.assign(other, busy)
    over, ahead = timezone.now() - timedelta(hours=1), timezone.now() + timedelta(days=2)
    Stage.objects.filter(pk=scenes.stage_of(scene).pk).update(closes_at=over)
    Stage.objects.filter(pk=scenes.stage_of(other).pk).update(closes_at=ahead)
    progress = rows_of(client_of(chair))["Dua"]["progress"]
    assert (progress.late, progress.soon, progress.due, progress.next_due) == (1, 1, over, ahead)
    _subject, body = late_mail(progress, scene.period, "Mohon.")
    assert f"Sudah melewati batas: 1 (batas paling awal: {deadline_text(over, busy.timezone)})" in body
    assert f"Segera berakhir: 1 (batas paling awal: {deadline_text(ahead, busy.timezone)})" in body


def test_a_sheet_that_came_in_since_the_preview_is_not_reminded_of(scene, chair, client_of, post):
    nearly_over(scene.period)
    busy = Assignment.objects.get(assessor__name="Dua")
    scenes.submit(busy, scenes.full_answers(busy.stage))
    people = list(Assignment.objects.values_list("assessor", flat=True))
    data = {"periode": scene.period.pk, "penilai": people, "introduction": "Mohon."}
    post(client_of(chair), REMIND, data)
    assert list(ScorerReminder.objects.values_list("scorer__name", flat=True)) == ["Tiga"]


def test_empty_words_are_refused_and_what_was_typed_stays(scene, chair, client_of, post):
    nearly_over(scene.period)
    people = list(Assignment.objects.values_list("assessor", flat=True))
    answer = post(client_of(chair), REMIND, {"periode": scene.period.pk, "penilai": people, "introduction": "  "})
    assert answer.status_code == 422
    assert not ScorerReminder.objects.exists()


def test_an_auditor_reads_and_does_not_remind(scene, auditor, client_of, post):
    nearly_over(scene.period)
    page = client_of(auditor).get(URL)
    assert page.status_code == 200
    assert b"Ingatkan yang dipilih" not in page.content
    people = list(Assignment.objects.values_list("assessor", flat=True))
    data = {"periode": scene.period.pk, "penilai": people, "introduction": "Mohon."}
    assert post(client_of(auditor), REMIND, data).status_code == 403
    assert not ScorerReminder.objects.exists()


def test_who_declared_a_conflict_finds_the_nomination_in_no_number(scene, client_of):
    both = make_user(Role.ASSESSOR, institution=scenes.AWAY)

    add_membership(both, Role.PANEL_CHAIR)
    scenes.assign(scene, both, declare=False)
    assignments.declare_interest(nomination_id=scene.pk, has_conflict=True, reason="Keluarga.", actor=both)
    page = client_of(both).get(URL)
    assert page.context["stages"] == []
    assert page.context["scorers"] == []
    assert client_of(both).get("/penilaian/sebaran/").context["histograms"] == []


def test_reminders_stay_as_they_were_sent(scene, chair):
    reminder = ScorerReminder.objects.create(
        period=scene.period, scorer=make_user(Role.ASSESSOR), introduction="Mohon.", late=1, sent_by=chair
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        ScorerReminder.objects.filter(pk=reminder.pk).update(late=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        reminder.delete()


def test_distribution_shows_the_official_scores_with_their_bands_and_leaves_a_trace(chair, client_of):
    nomination = scenes.ovop_in_plenary()
    page = client_of(chair).get("/penilaian/sebaran/")
    [chart] = page.context["histograms"]
    drawn = page.content.decode()
    assert drawn.count('<svg viewBox="0 0 352 190" role="img"') == 1
    assert drawn.count('<rect class="chart-bar"') == 1
    assert "<title>95 sampai 100: 1</title>" in drawn
    assert chart["title"] == "Nilai akhir"
    assert [row["count"] for row in chart["rows"]] == [1]
    assert chart["rows"][0]["label"] == "95 sampai 100"
    assert [band["label"] for band in chart["bands"]] == ["★★★", "★★", "★"]
    assert AuditEntry.objects.filter(action="scoring.spread_viewed", object_id=str(nomination.period_id)).exists()


def test_distribution_keeps_what_the_person_still_has_to_score(client_of):

    nomination = scenes.upakarti()
    scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination), "4")] * 2)
    scenes.close(nomination)
    both = make_user(Role.ASSESSOR, institution=scenes.AWAY)
    add_membership(both, Role.PANEL_CHAIR)
    assert len(client_of(both).get("/penilaian/sebaran/").context["histograms"]) == 1
    scenes.assign(nomination, both, scenes.stage_of(nomination, "pembuktian_lapangan"))
    assert client_of(both).get("/penilaian/sebaran/").context["histograms"] == []


@pytest.mark.parametrize(
    ("score", "label"),
    [("59.99", "55 sampai di bawah 60"), ("60", "60 sampai di bawah 65"), ("100", "95 sampai 100")],
)
def test_a_score_has_one_bar(score, label):
    category = scenes.ovop().category
    chart = histogram(Spread(category, None, (), [Decimal(score)]))
    assert [row["label"] for row in chart["rows"]] == [label]


@pytest.mark.parametrize("count", SIZES)
def test_query_counts(count, client_of, chair):
    rows = bulk_nominations(count)
    people = [make_user(Role.ASSESSOR) for _ in range(min(count, 30))]
    bulk_assignments(rows, people[:3], scenes.stage_of(rows[0]), submitted=True)
    bulk_assignments(rows[:1], people[3:], scenes.stage_of(rows[0]))
    client = client_of(chair)
    page = client.get(URL)
    assert page.context["stages"][0]["progress"].current == count
    assert len(page.context["scorers"]) == len(people)
    assert queries(client, URL) == 11


@pytest.mark.parametrize("count", SIZES)
def test_query_counts_of_the_distribution(count, client_of, chair):
    rows = bulk_nominations(count, Status.IN_PLENARY)
    stage = scenes.stage_of(rows[0])
    facts = {"stage": stage, "score": 80, "passed": True, "sheet_count": 3, "input_hash": "0" * 64, "closed_by": chair}
    StageResult.objects.bulk_create(StageResult(nomination=row, **facts) for row in rows)
    FinalResult.objects.bulk_create(FinalResult(nomination=row, score=80, stars=3, input_hash="0" * 64) for row in rows)
    client, url = client_of(chair), "/penilaian/sebaran/"
    [chart] = client.get(url).context["histograms"]
    assert sum(row["count"] for row in chart["rows"]) == count
    assert queries(client, url) == 11
