"""The report on sensitivity: what it says, who reads it, what it costs, and that it is made once."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from core.errors import NotPermitted
from core.models import AuditEntry
from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import ReportState
from scoring.models import AwardCap, ConflictDeclaration, FinalResult, SensitivityReport, StageResult
from scoring.querysets import MAX_ATTEMPTS
from scoring.rules import Answer
from scoring.selectors.sensitivity import is_current
from scoring.selectors.stages import stage_spec
from scoring.services import sensitivity
from scoring.services.recount import recount
from tests import factories, pdftext
from tests.factories import make_user
from tests.scoring import panels, scenes
from tests.scoring.maths_examples import ovop_scores
from tests.scoring.scenes import finished

pytestmark = pytest.mark.django_db


def answers(total: int) -> dict[str, Answer]:
    return {code: Answer(value, "Sesuai bukti.") for code, value in ovop_scores(total).items()}


def closed(totals: list[int], people: list[Any], title: str = "Rahasia Lain") -> Any:
    """An OVOP nomination scored by these people and closed."""
    nomination = named(scenes.ovop(), title)
    for person, total in zip(people, totals, strict=True):
        scenes.submit(scenes.assign(nomination, person), answers(total))
    scenes.close(nomination)
    return nomination


def named(nomination: Any, title: str) -> Any:
    Nomination.objects.filter(pk=nomination.pk).update(title=title)
    return nomination


@pytest.fixture
def people(db: None) -> list[Any]:
    return [make_user(Role.ASSESSOR, institution=scenes.AWAY, name=f"Rahasia Penilai {n}") for n in "ABC"]


@pytest.fixture
def scene(people, chair):
    """One result hangs on assessor C, the other on nobody."""
    shaky = closed([82, 82, 76], people, title="Rahasia Goyah")
    steady = closed([95, 94, 96], people, title="Rahasia Mantap")
    return shaky, steady


def make(nomination: Any, actor: Any) -> SensitivityReport:
    report = sensitivity.request_report(period_id=nomination.period_id, category_id=nomination.category_id, actor=actor)
    assert sensitivity.make_report(report.pk)
    report.refresh_from_db()
    return report


def url_of(nomination: Any, name: str = "sensitivity_detail") -> str:
    return reverse(name, args=[nomination.period_id, nomination.category_id])


def test_what_the_report_says(scene, people, chair, client_of):
    shaky, steady = scene
    assert [scenes.final_of(one).stars for one in scene] == [3, 3]
    report = make(shaky, chair)
    first, second = report.data["rows"]
    assert (first["id"], first["rank"], first["score"], first["outcomes"], first["why"]) == (
        steady.pk,
        1,
        "95.00",
        [3, 3],
        [],
    )
    assert (second["id"], second["rank"], second["outcome"], second["outcomes"][0]) == (shaky.pk, 2, 3, 2)
    kinds = [report.data["scenarios"][number] for number in second["why"]]
    assert {one["subject"] for one in kinds if one["kind"] == "without"} == {people[0].pk, people[1].pk}
    assert second["median"] == 82
    assert (first["drawn_outcomes"], second["drawn_outcomes"]) == ([3, 3], [2, 3])
    assert report.data["cap"] is None
    assert report.data["recount"] == {"compared": 4, "differences": 0, "named": []}
    page = client_of(chair).get(url_of(shaky))
    assert "Dari 2 usulan, 1 hasil bintang berubah dalam sedikitnya satu dari" in page.content.decode()
    assert "tanpa Rahasia Penilai A" in page.content.decode()
    assert [row["verdict"]["label"] for row in page.context["rows"]] == ["Tetap", "Dapat berubah"]
    assert [row["drawn_outcome"] for row in page.context["rows"]] == ["bintang 3", "bintang 2–3"]
    assert "bintang 2–3" in page.content.decode()
    assert "uota" not in page.content.decode()
    only = client_of(chair).get(url_of(shaky) + "?tampil=berubah")
    assert [row["id"] for row in only.context["rows"]] == [shaky.pk]
    assert "Rahasia Mantap" not in only.content.decode()


def test_all_that_are_stale_are_asked_for_at_once(scene, people, chair, client_of):
    shaky = scene[0]
    make(shaky, chair)
    client = client_of(chair)

    def press(key: str) -> int:
        answer = client.post(reverse("sensitivity_request_all"), {"_key": key * 32}, follow=True)
        assert answer.status_code == 200
        return SensitivityReport.objects.filter(state=ReportState.WANTED).count()

    assert press("a") == 0
    closed([90, 91, 92], people)
    assert press("b") == 1
    assert press("c") == 1
    sensitivity.make_report(SensitivityReport.objects.get(state=ReportState.WANTED).pk)
    closed([80, 81, 82], people)
    other = scenes.assign(scenes.ovop(), scenes.assessors(1)[0])
    ConflictDeclaration.objects.create(nomination=other.nomination, user=chair, has_conflict=True, reason="Ipar.")
    assert press("d") == 0  # she has a part in that category


def test_assessors_and_agreement(scene, people, chair):
    report = make(scene[0], chair)
    stage, visit = report.data["stages"]
    assert visit["sheets"] == 0
    by_id = {one["id"]: one for one in stage["assessors"]}
    assert [by_id[one.pk]["mean"] for one in people] == [88.5, 88, 86]
    assert [by_id[one.pk]["leniency"] for one in people] == [1, 0.5, -1.5]
    assert stage["linked"]
    assert 0.8 < stage["alpha"] < 1
    assert len(stage["indicators"]) == len(stage_spec(StageResult.objects.first().stage).indicators)


def test_the_same_results_give_the_same_report(scene, chair):
    one, other = make(scene[0], chair), make(scene[0], chair)
    assert one.pk != other.pk
    assert (one.input_hash, one.data) == (other.input_hash, other.data)


def test_a_report_is_out_of_date_once_a_result_changes(scene, people, chair, client_of):
    make(scene[0], chair)
    client = client_of(chair)
    assert client.get(url_of(scene[0])).context["stale"] is False
    closed([70, 71, 72], people)
    page = client.get(url_of(scene[0]))
    assert page.context["stale"] is True
    assert "sudah berubah sejak laporan ini" in page.content.decode()


def test_a_report_of_an_older_format_asks_to_be_computed_again(scene, chair, client_of, post):
    """Its figures are not shown, its PDF is; "all that are stale" counts it, and the button makes a new one."""
    report = make(scene[0], chair)
    facts = {"period": report.period, "category": report.category, "requested_by": chair}
    facts |= {"state": "ready", "input_hash": report.input_hash, "finished_at": report.finished_at, "pdf": report.pdf}
    old = SensitivityReport.objects.create(data={"rows": [{"id": 1}], "stages": []}, **facts)
    page = client_of(chair).get(url_of(scene[0]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "dihitung dengan bentuk lama" in text
    assert reverse("sensitivity_pdf", args=[old.pk]) in text
    assert "Dari 2 usulan" not in text
    assert not is_current(old.period_id, old.category_id)
    assert post(client_of(chair), url_of(scene[0], "sensitivity_request")).status_code == 302
    assert sensitivity.make_report(SensitivityReport.objects.get(state="wanted").pk)
    assert "Dari 2 usulan" in client_of(chair).get(url_of(scene[0])).content.decode()


def test_upakarti_has_places_and_eliminations_instead_of_stars(chair):
    first = scenes.upakarti(name="Rahasia Satu")
    stage = scenes.stage_of(first)
    scenes.score_stage(first, [scenes.even_answers(stage, mark) for mark in ("3", "4.5")])
    scenes.close(first, note="Dibahas.")
    weak = scenes.upakarti(name="Rahasia Dua")
    scenes.score_stage(weak, [scenes.even_answers(stage, mark) for mark in ("2.5", "4")])
    scenes.close(weak, note="Dibahas.")
    assert [one.status for one in (first, weak)] == [Status.IN_ASSESSMENT, Status.ELIMINATED]
    data = make(first, chair).data
    assert data["stars"] is False
    rows = {row["id"]: row for row in data["rows"]}
    assert rows[first.pk]["outcome"] == -2  # through, not at the end
    assert rows[weak.pk]["outcome"] == -1
    # Without the stricter of its two assessors each would have had another outcome, the one or the other way.
    assert rows[first.pk]["outcomes"] == [-2, -1]
    assert rows[weak.pk]["outcomes"] == [-2, -1]
    assert data["stages"][0]["linked"] is False


def juried(name: str, *marks: str) -> Any:
    """An Upakarti nomination at its end, with these jurors."""
    nomination = scenes.upakarti(name=name)
    scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination), "4")] * 2)
    scenes.close(nomination)
    scenes.visit(nomination)
    scenes.close(nomination)
    jury = scenes.stage_of(nomination, "juri")
    scenes.score_stage(nomination, [scenes.even_answers(jury, mark) for mark in marks])
    scenes.close(nomination, note="Dibahas.")
    return nomination


def test_places_that_can_swap_across_the_cap_are_said(chair, client_of, settings):
    """One award to give, and without one juror the second would have it: that is no steady result."""
    first, second = juried("Rahasia Satu", "5", "4", "4"), juried("Rahasia Dua", "4", "4.5", "4")
    report = make(first, chair)
    assert report.data["cap"] == 10
    page = client_of(chair).get(url_of(first))
    assert "Kuota 10 penerima: tidak ada usulan yang berpindah" in page.content.decode()
    AwardCap.objects.update(max_awards=1)
    page = client_of(chair).get(url_of(first))
    assert page.context["stale"] is True, "another cap is another question"
    report = make(first, chair)
    rows = {row["id"]: row for row in report.data["rows"]}
    assert [(rows[one.pk]["rank"], rows[one.pk]["inside"]) for one in (first, second)] == [(1, True), (2, False)]
    assert [rows[one.pk]["inside_range"] for one in (first, second)] == [[False, True], [False, True]]
    assert all(row["why"] for row in rows.values())
    text = client_of(chair).get(url_of(first)).content.decode()
    assert "Dari 2 usulan, 2 hasil berubah dalam sedikitnya satu dari" in text
    assert "Kuota 1 penerima: 2 usulan berpindah antara dalam kuota dan di luar kuota" in text
    assert "di luar kuota sampai dalam kuota" in text
    printed = " ".join(pdftext.text(Path(settings.MEDIA_ROOT, report.pdf.path).read_bytes()).split())
    assert "Kuota 1 penerima: 2 usulan berpindah" in printed


def test_the_order_that_the_plenary_gave_to_a_tie_counts_and_a_new_one_makes_the_report_stale(chair, client_of):
    """Two that no declared key separates, and one award: without an order both are within, with it one is."""
    first, second = finished("B1"), finished("B5")
    AwardCap.objects.create(period=first.period, category=first.category, max_awards=1)
    assert {row["id"]: (row["rank"], row["inside"]) for row in make(first, chair).data["rows"]} == {
        first.pk: (1, True),
        second.pk: (1, True),
    }
    client, session = client_of(chair), scenes.session_of(first, chair)
    assert client.get(url_of(first)).context["stale"] is False
    scenes.decide_tie(session, first, [second, first], chair)
    assert client.get(url_of(first)).context["stale"] is True
    rows = {row["id"]: row for row in make(first, chair).data["rows"]}
    assert [rows[one.pk]["rank"] for one in (second, first)] == [1, 2]
    assert [rows[one.pk]["inside"] for one in (second, first)] == [True, False]
    # In no scenario do other scores come out: they stay tied, so that the order holds, and nobody crosses the cap.
    assert [rows[one.pk]["ranks"] for one in (second, first)] == [[1, 1], [2, 2]]
    assert [rows[one.pk]["inside_range"] for one in (second, first)] == [[True, True], [False, False]]
    assert [rows[one.pk]["drawn_inside"] for one in (second, first)] == [1, 0]
    assert client.get(url_of(first)).context["stale"] is False
    scenes.decide_tie(session, first, [first, second], chair)
    assert client.get(url_of(first)).context["stale"] is True
    rows = {row["id"]: row["rank"] for row in make(first, chair).data["rows"]}
    assert rows == {first.pk: 1, second.pk: 2}


def test_differences_stand_in_the_first_lines(scene, chair, client_of):
    FinalResult.objects.filter(nomination=scene[0]).update(stars=1)
    report = make(scene[0], chair)
    assert report.data["recount"]["differences"] == 1
    assert f"PERIKSA: 1 angka yang tercatat berbeda dari hitungan ulang. Yang pertama: {scene[0].reference}" in (
        client_of(chair).get(url_of(scene[0])).content.decode()
    )


def test_pdf_holds_the_report(scene, chair, client_of, settings):
    report = make(scene[0], chair)
    text = " ".join(pdftext.text(Path(settings.MEDIA_ROOT, report.pdf.path).read_bytes()).split())
    assert "Dari 2 usulan, 1 hasil bintang berubah" in text
    assert "Rahasia Goyah" in text
    response = client_of(chair).get(reverse("sensitivity_pdf", args=[report.pk]))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.filter(action="scoring.sensitivity_viewed", actor_id=chair.pk).count() == 1


# Who reads it


@pytest.mark.parametrize(
    ("persona", "page", "request_status"),
    [
        ("chair", 200, 302),
        ("admin_a", 200, 302),
        ("auditor", 200, 403),
        ("verifier", 404, 404),
        ("assessor_batik", 404, 404),
        ("juror", 404, 404),
        ("officer_a", 404, 404),
        ("province", 404, 404),
    ],
)
def test_personas(persona, page, request_status, scene, chair, client_of, post, request):
    report, user = make(scene[0], chair), request.getfixturevalue(persona)
    client = client_of(user)
    for url in (url_of(scene[0]), reverse("sensitivity_list"), reverse("sensitivity_pdf", args=[report.pk])):
        response = client.get(url)
        assert response.status_code == page
        if page != 200:
            assert b"Rahasia" not in response.content
    response = post(client, url_of(scene[0], "sensitivity_request"))
    assert response.status_code == request_status
    assert SensitivityReport.objects.count() == (2 if request_status == 302 else 1)


def test_the_list_tells_no_figure(scene, chair, client_of):
    make(scene[0], chair)
    page = client_of(chair).get(reverse("sensitivity_list")).content.decode()
    assert scene[0].category.label in page
    assert "Rahasia" not in page
    assert "95,00" not in page


def test_a_chair_who_has_a_conflict_in_the_category_reads_nothing(scene, chair, client_of, post):
    report = make(scene[0], chair)
    ConflictDeclaration.objects.create(nomination=scene[1], user=chair, has_conflict=True, reason="Saudara")
    client = client_of(chair)
    for url in (url_of(scene[0]), reverse("sensitivity_pdf", args=[report.pk])):
        response = client.get(url)
        assert response.status_code == 403
        assert b"Rahasia" not in response.content
        assert "benturan kepentingan" in response.content.decode()
    assert post(client, url_of(scene[0], "sensitivity_request")).status_code == 403
    with pytest.raises(NotPermitted):
        make(scene[0], chair)


def test_a_chair_who_still_owes_a_sheet_reads_nothing(scene, chair, client_of):
    report = make(scene[0], chair)
    factories.add_membership(chair, Role.ASSESSOR, institution=scenes.AWAY)
    chair = User.objects.get(pk=chair.pk)  # roles are read once per person and request
    third = named(scenes.ovop(), "Rahasia Ketiga")
    assignment = scenes.assign(third, chair)
    assert client_of(chair).get(url_of(scene[0])).status_code == 403
    assert client_of(chair).get(reverse("sensitivity_pdf", args=[report.pk])).status_code == 403
    scenes.submit(assignment)
    assert client_of(chair).get(url_of(scene[0])).status_code == 200


def test_each_view_is_recorded(scene, chair, auditor, client_of):
    make(scene[0], chair)
    client_of(auditor).get(url_of(scene[0]))
    entry = AuditEntry.objects.get(action="scoring.sensitivity_viewed")
    assert (entry.actor_id, entry.data["category"]) == (auditor.pk, scene[0].category_id)


def test_a_category_of_another_award_does_not_exist(scene, chair, client_of, post):
    other = scenes.upakarti()
    url = reverse("sensitivity_detail", args=[scene[0].period_id, other.category_id])
    assert client_of(chair).get(url).status_code == 404
    assert post(client_of(chair), url + "hitung/").status_code == 404


# Made once, by one worker


def test_wanted_once(scene, chair):
    ids = {"period_id": scene[0].period_id, "category_id": scene[0].category_id, "actor": chair}
    one, same = sensitivity.request_report(**ids), sensitivity.request_report(**ids)
    assert one.pk == same.pk
    assert sensitivity.waiting_ids() == [one.pk]
    assert sensitivity.make_report(one.pk)
    assert not sensitivity.make_report(one.pk)
    assert sensitivity.waiting_ids() == []


def test_a_report_that_fails_is_given_up_after_some_tries(scene, chair):
    report = sensitivity.request_report(period_id=scene[0].period_id, category_id=scene[0].category_id, actor=chair)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE scoring_instrument SET definition = '{}'")
    for _ in range(MAX_ATTEMPTS):
        assert not sensitivity.make_report(report.pk)
    report.refresh_from_db()
    assert (report.state, report.attempts) == (ReportState.FAILED, MAX_ATTEMPTS)
    assert sensitivity.waiting_ids() == []


def test_a_ready_report_stays(scene, chair):
    report = make(scene[0], chair)
    for change in ({"data": {}}, {"input_hash": "0" * 64}, {"pdf": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SensitivityReport.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        SensitivityReport.objects.filter(pk=report.pk).delete()


@pytest.mark.parametrize("count", [1, 10, 300])
def test_queries(count, chair, client_of):
    first = scenes.ovop()
    rows, people, random = panels.copies_of(first, count), panels.people(4), panels.seeded(count)
    marks, stage = panels.random_marks(scenes.stage_of(first), random), scenes.stage_of(first)
    panels.add_sheets(stage, [(row, who, marks(), "active", True) for row in rows for who in people[:3]])
    counted = recount(first.period_id, first.category_id)
    StageResult.objects.bulk_create(
        StageResult(
            nomination_id=pk,
            stage=stage,
            score=row.score,
            passed=True,
            spread=Decimal(0),
            sheet_count=3,
            input_hash="0" * 64,
            closed_by=chair,
            detail={"tie_keys": [str(key) for key in row.tie_keys]},
        )
        for pk, row in counted.items()
    )
    FinalResult.objects.bulk_create(
        FinalResult(nomination_id=pk, score=row.score, stars=row.stars, input_hash="0" * 64)
        for pk, row in counted.items()
    )
    report = make(first, chair)
    assert [row["id"] for row in report.data["rows"]][:3] == list(counted)[:3]
    assert [row["rank"] for row in report.data["rows"]] == [row.rank for row in counted.values()]
    client = client_of(chair)
    client.get(url_of(first))
    with CaptureQueriesContext(connection) as captured:
        page = client.get(url_of(first))
    assert len(captured) <= 12
    assert len(page.context["rows"]) == min(count, 50)
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("sensitivity_list"))
    assert len(captured) <= 6
