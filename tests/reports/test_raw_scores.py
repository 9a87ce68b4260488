"""Every score as a stream of CSV: in the words of the workbook, without what the person may not meet."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.utils import timezone

from core.models import AuditEntry
from nominations.models import Period
from scoring.enums import AssignmentStatus
from scoring.models import Assignment, ConflictDeclaration, Score, Sheet
from scoring.rules import Answer
from tests import factories
from tests.factories import officer_of
from tests.reports.papers import URL
from tests.scoring import scenes
from tests.scoring.scenes import finished

pytestmark = pytest.mark.django_db


def streamed(client: Any, period: Period) -> str:
    answer = client.get(f"{URL}nilai-{period.pk}.csv")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def test_all_scores_are_streamed_and_the_rows_are_in_the_audit_trail(chair, client_of):
    nomination = scenes.ovop()
    note = '=HYPERLINK("http://contoh.id")'
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination), note=note)] * 2)
    rows = list(csv.DictReader(StringIO(streamed(client_of(chair), nomination.period).lstrip("\ufeff"))))
    assert len(rows) == Score.objects.count() == 50
    assert sum(float(row["nilai"]) for row in rows) == 200
    assert {row["nomor_usulan"] for row in rows} == {nomination.reference}
    assert {row["catatan"][:2] for row in rows} == {"'="}
    assert {(row["lembar"], row["penugasan"], row["tidak_berlaku"]) for row in rows} == {("Terkirim", "Aktif", "")}
    sent = {f"{timezone.localtime(one.submitted_at):%Y-%m-%d %H:%M}" for one in Sheet.objects.all()}
    assert {row["dikirim_wib"] for row in rows} == sent
    entry = AuditEntry.objects.get(action="report.scores_streamed")
    assert (entry.actor_id, entry.data["rows"]) == (chair.pk, 50)


def test_the_stream_marks_drafts_ended_assignments_and_what_does_not_apply(chair, client_of):
    nomination = scenes.ovop()
    scenes.allow_na(scenes.stage_of(nomination), "A1")
    stage = scenes.stage_of(nomination)
    given = scenes.full_answers(stage) | {"A1": Answer(None, "Tidak ada.", na=True)}
    scenes.save(scenes.assign(nomination, scenes.assessors(1)[0]), given)
    Assignment.objects.update(status=AssignmentStatus.RECUSED)
    rows = list(csv.DictReader(StringIO(streamed(client_of(chair), nomination.period).lstrip("\ufeff"))))
    assert {(row["lembar"], row["penugasan"], row["dikirim_wib"]) for row in rows} == {("Draf", "Mundur", "")}
    assert {row["kode"] for row in rows if row["tidak_berlaku"] == "Ya"} == {"A1"}


def test_the_stream_leaves_out_what_the_person_may_not_meet_and_is_for_readers_of_scores(chair, verifier, client_of):
    best, other = finished(), finished("C6")
    ConflictDeclaration.objects.create(nomination=best, user=chair, has_conflict=True, reason="Keluarga.")
    text = streamed(client_of(chair), best.period)
    assert other.reference in text
    assert best.reference not in text
    for person in (verifier, officer_of(factories.HOME)):
        assert client_of(person).get(f"{URL}nilai-{best.period_id}.csv").status_code == 404
    assert AuditEntry.objects.filter(action="report.scores_streamed").count() == 1
