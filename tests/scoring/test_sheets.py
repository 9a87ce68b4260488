"""Saving, submitting and reopening a sheet: the service and what it refuses."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.models import AuditEntry, OutboxMail
from nominations.enums import Status
from nominations.models import Window
from scoring.enums import SheetEventKind, SheetStatus
from scoring.models import Assignment, Score, Sheet, SheetEvent
from scoring.rules import Answer, replay
from scoring.selectors.sheets import answers_of, first_broken_event
from scoring.selectors.stages import stage_spec
from scoring.services import assignments, sheets
from tests.factories import set_windows
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def upakarti(assessor_batik: Any) -> SimpleNamespace:
    nomination = scenes.upakarti()
    stage = scenes.stage_of(nomination)
    return SimpleNamespace(
        nomination=nomination, stage=stage, assignment=scenes.assign(nomination, assessor_batik), actor=assessor_batik
    )


def resubmit(assignment: Assignment, sheet: Sheet) -> Sheet:
    sheet.refresh_from_db()
    return sheets.submit_sheet(assignment_id=assignment.pk, version=sheet.version, actor=assignment.assessor)


def test_save_gives_a_receipt_of_the_database_clock(ovop):
    sheet = scenes.save(ovop.assignment, {"A1": Answer(Decimal(2), "Sebagian dari luar daerah.")})
    stored = Sheet.objects.get()
    assert (stored.version, stored.status, stored.total) == (1, SheetStatus.DRAFT, None)
    assert stored.saved_at == sheet.saved_at == SheetEvent.objects.get().at
    assert stored.snapshot == ovop.nomination.snapshots.latest("number")
    assert answers_of(stored)["A1"] == Answer(Decimal("2.00"), "Sebagian dari luar daerah.")
    assert AuditEntry.objects.filter(action="scoring.sheet_saved", actor_id=ovop.actor.pk).count() == 1


def test_note_before_its_value_is_kept_and_a_missing_answer_is_cleared(ovop):
    scenes.save(ovop.assignment, {"A1": Answer(None, "Tanyakan."), "A2": Answer(Decimal(3))})
    scenes.save(ovop.assignment, {"A1": Answer(None, "Tanyakan.")}, version=1)
    answers = answers_of(Sheet.objects.get())
    assert answers["A1"] == Answer(None, "Tanyakan.")
    assert answers["A2"] == Answer(None, "")


def test_case_16_save_may_be_incomplete_submit_may_not(upakarti):
    given = scenes.even_answers(upakarti.stage, "5")
    given["A2"] = Answer(None)
    given["A3"] = Answer(Decimal(5), "  ")  # 5 asks for a note
    sheet = scenes.save(upakarti.assignment, given)
    with pytest.raises(RuleBroken, match=r"A2, A3\."):
        resubmit(upakarti.assignment, sheet)
    sheet.refresh_from_db()
    assert (sheet.status, sheet.version, sheet.total) == (SheetStatus.DRAFT, 1, None)
    assert SheetEvent.objects.count() == 1


@pytest.mark.parametrize(("value", "needed"), [("0", True), ("1", True), ("5", True), ("4.5", False)])
def test_case_16_note_is_asked_for_at_the_ends_of_the_scale(upakarti, value, needed):
    sheet = scenes.save(upakarti.assignment, scenes.full_answers(upakarti.stage, lambda _v: Decimal(value), note=""))
    if needed:
        with pytest.raises(RuleBroken):
            resubmit(upakarti.assignment, sheet)
    else:
        assert resubmit(upakarti.assignment, sheet).status == SheetStatus.SUBMITTED


def test_submit_without_a_sheet(ovop):
    with pytest.raises(RuleBroken, match="masih kosong"):
        sheets.submit_sheet(assignment_id=ovop.assignment.pk, version=0, actor=ovop.actor)


@pytest.mark.parametrize("value", ["0", "4", "1.5", "-1", "NaN", "Infinity"])
def test_case_17_value_outside_the_options(ovop, value):
    with pytest.raises(RuleBroken, match="A1"):
        scenes.save(ovop.assignment, {"A1": Answer(Decimal(value))})
    assert not Sheet.objects.exists()


@pytest.mark.parametrize("value", ["5.5", "0.25", "-0.5"])
def test_case_17_value_off_the_scale(upakarti, value):
    with pytest.raises(RuleBroken, match="A1"):
        scenes.save(upakarti.assignment, {"A1": Answer(Decimal(value))})


def test_case_17_unknown_indicator_and_too_long_note(ovop):
    with pytest.raises(RuleBroken, match="Z9"):
        scenes.save(ovop.assignment, {"Z9": Answer(Decimal(1))})
    with pytest.raises(RuleBroken, match="terlalu panjang"):
        scenes.save(ovop.assignment, {"A1": Answer(Decimal(1), "x" * 1001)})


def test_case_18_totals_by_hand(ovop, upakarti):
    best = scenes.submit(ovop.assignment, scenes.full_answers(ovop.stage, max))
    assert best.total == Decimal(100)
    marks = {"A1": "4", "A2": "3.5", "A3": "2.5", "A4": "4.5", "A5": "3", "A6": "2", "A7": "0.5"}
    given = {code: Answer(Decimal(mark), "Catatan.") for code, mark in marks.items()}
    # 10×4/5 + 15×3.5/5 + 15×2.5/5 + 15×4.5/5 + 25×3/5 + 10×2/5 + 10×0.5/5
    # = 8 + 10.5 + 7.5 + 13.5 + 15 + 4 + 1
    assert scenes.submit(upakarti.assignment, given).total == Decimal("59.50")


def test_ovop_floor_is_29(ovop):
    assert scenes.submit(ovop.assignment, scenes.full_answers(ovop.stage, min)).total == Decimal(29)


def test_case_21_submitted_sheet_is_locked(ovop):
    sheet = scenes.submit(ovop.assignment)
    with pytest.raises(NotPermitted, match="terkunci"):
        scenes.save(ovop.assignment, version=sheet.version)
    with pytest.raises(NotPermitted, match="terkunci"):
        resubmit(ovop.assignment, sheet)


def test_case_21_chair_reopens_and_both_versions_stay(ovop, chair):
    first = scenes.submit(ovop.assignment, scenes.full_answers(ovop.stage, max))
    reopened = sheets.reopen_sheet(sheet_id=first.pk, reason="Nilai A1 tertukar.", actor=chair)
    assert (reopened.status, reopened.total, reopened.submitted_at) == (SheetStatus.DRAFT, None, None)
    second = scenes.submit(ovop.assignment, scenes.full_answers(ovop.stage, min))
    assert second.total == Decimal(29)
    submitted = SheetEvent.objects.filter(kind=SheetEventKind.SUBMITTED).order_by("number")
    assert [event.data["total"] for event in submitted] == ["100.00", "29.00"]
    assert [event.data["answers"]["A1"][0] for event in submitted] == ["3.00", "1.00"]
    assert [e.kind for e in first.events.all()] == ["saved", "submitted", "reopened", "saved", "submitted"]
    assert first_broken_event(second) is None
    mail = OutboxMail.objects.get(dedupe_key__startswith="sheet-reopened:")
    assert mail.to == ovop.actor.email
    assert "Nilai A1 tertukar." in mail.body


@pytest.mark.parametrize("persona", ["assessor_batik", "verifier", "admin_a", "auditor", "officer_a"])
def test_case_21_only_the_chair_reopens(ovop, persona, request):
    sheet = scenes.submit(ovop.assignment)
    with pytest.raises(NotPermitted):
        sheets.reopen_sheet(sheet_id=sheet.pk, reason="Alasan.", actor=request.getfixturevalue(persona))


def test_case_21_reopening_needs_a_reason_and_a_locked_sheet(ovop, chair):
    sheet = scenes.save(ovop.assignment)
    with pytest.raises(NotPermitted):
        sheets.reopen_sheet(sheet_id=sheet.pk, reason="Alasan.", actor=chair)
    resubmit(ovop.assignment, sheet)
    with pytest.raises(RuleBroken):
        sheets.reopen_sheet(sheet_id=sheet.pk, reason=" ", actor=chair)


def test_case_25_older_version_is_refused(ovop):
    scenes.save(ovop.assignment, {"A1": Answer(Decimal(1))})
    for version in (0, 2):
        with pytest.raises(StaleVersion):
            scenes.save(ovop.assignment, {"A1": Answer(Decimal(3))}, version=version)
    assert answers_of(Sheet.objects.get())["A1"].value == Decimal(1)
    with pytest.raises(StaleVersion):
        sheets.submit_sheet(assignment_id=ovop.assignment.pk, version=0, actor=ovop.actor)


# Who may not, and when


def test_no_score_without_a_declaration(assessor_batik):
    assignment = scenes.assign(scenes.ovop(), assessor_batik, declare=False)
    with pytest.raises(NotPermitted, match="pernyataan"):
        scenes.save(assignment)


def test_no_score_on_a_foreign_assignment(ovop, assessor_other, chair, admin_a):
    for person in (assessor_other, chair, admin_a):
        with pytest.raises(NotPermitted, match="tidak ditugaskan"):
            sheets.save_sheet(assignment_id=ovop.assignment.pk, answers={}, version=0, actor=person)


def test_no_score_after_removal(ovop, verifier):
    assignments.remove_assignment(assignment_id=ovop.assignment.pk, reason="Diganti.", actor=verifier)
    with pytest.raises(NotPermitted, match="tidak ditugaskan"):
        scenes.save(ovop.assignment)


def test_no_score_after_the_membership_has_ended(ovop):
    ovop.actor.memberships.update(valid_to=timezone.localdate().replace(year=2021))
    with pytest.raises(NotPermitted, match="Masa tugas"):
        scenes.save(Assignment.objects.get(pk=ovop.assignment.pk))


def test_no_score_before_the_assessment_is_opened(assessor_batik):
    assignment = scenes.assign(scenes.ovop(Status.ELIGIBLE), assessor_batik)
    with pytest.raises(NotPermitted, match="belum dibuka"):
        scenes.save(assignment)


def test_no_score_in_a_later_stage(juror):
    nomination = scenes.upakarti()
    assignment = scenes.assign(nomination, juror, scenes.stage_of(nomination, "juri"))
    with pytest.raises(NotPermitted, match="belum dimulai"):
        scenes.save(assignment)


def test_no_score_outside_the_window(ovop):
    now = timezone.now()
    closed = {"opens_at": now - timezone.timedelta(days=9), "closes_at": now - timezone.timedelta(minutes=2)}
    set_windows(ovop.nomination.period, **closed)
    with pytest.raises(NotPermitted, match="Masa penilaian"):
        scenes.save(ovop.assignment)
    set_windows(ovop.nomination.period, **closed, grace_minutes=5)
    assert scenes.save(ovop.assignment).version == 1
    Window.objects.all().delete()
    with pytest.raises(NotPermitted, match="Masa penilaian"):
        scenes.save(ovop.assignment, version=1)


def test_case_27_stage_closed_while_the_sheet_is_open(ovop, verifier, chair):
    """The late scorer's assignment is removed, so the stage can close; the save is refused and changes nothing."""
    scenes.save(ovop.assignment, {"A1": Answer(Decimal(1))})
    best = scenes.full_answers(ovop.stage)
    scenes.score_stage(ovop.nomination, [best] * 3)
    with pytest.raises(RuleBroken, match="Penilai Batik"):
        scenes.close(ovop.nomination)
    assignments.remove_assignment(assignment_id=ovop.assignment.pk, reason="Terlambat.", actor=verifier)
    scenes.close(ovop.nomination)
    with pytest.raises(NotPermitted):
        scenes.save(ovop.assignment, best, version=1)
    assert answers_of(Sheet.objects.get(assignment=ovop.assignment))["A1"].value == Decimal(1)


def test_cost_of_saving(ovop, django_assert_max_num_queries):
    answers = scenes.full_answers(ovop.stage)
    actor = type(ovop.actor).objects.get(pk=ovop.actor.pk)
    assert actor.roles
    with django_assert_max_num_queries(11 + SAVEPOINTS):
        sheets.save_sheet(assignment_id=ovop.assignment.pk, answers=answers, version=0, actor=actor)
    with django_assert_max_num_queries(8 + SAVEPOINTS):
        sheets.save_sheet(assignment_id=ovop.assignment.pk, answers=answers, version=1, actor=actor)
    assert Score.objects.count() == 25


SAVEPOINTS = 2  # the test's own transaction turns BEGIN and COMMIT into statements


# Not applicable


@pytest.fixture
def sparing(assessor_batik: Any) -> SimpleNamespace:
    """An Upakarti sheet whose A5 (weight 25) and A6 (weight 10) may be left out."""
    nomination = scenes.upakarti()
    scenes.allow_na(scenes.stage_of(nomination), "A5", "A6")
    stage = scenes.stage_of(nomination)
    return SimpleNamespace(
        nomination=nomination, stage=stage, assignment=scenes.assign(nomination, assessor_batik), actor=assessor_batik
    )


def test_cases_18_and_19_what_does_not_apply_is_excluded_and_never_a_zero(sparing):
    given = scenes.even_answers(sparing.stage, "4") | {"A5": Answer(None, "Belum berekspor.", na=True)}
    sheet = scenes.submit(sparing.assignment, given | {"A1": Answer(Decimal("3"), "Cukup.")})
    # (10×3 + 15×4 + 15×4 + 15×4 + 10×4 + 10×4) ÷ 5 = 58 of 75 that could be reached
    assert sheet.total == Decimal("77.33")
    row = Score.objects.get(sheet=sheet, indicator__code="A5")
    assert (row.value, row.not_applicable) == (None, True)
    event = sheet.events.get(kind=SheetEventKind.SUBMITTED)
    assert event.data["answers"]["A5"] == ["na", "Belum berekspor."]
    assert replay(e.data for e in sheet.events.all()) == answers_of(sheet)


def test_case_16_not_applicable_needs_its_note_and_something_must_apply(sparing):
    given = scenes.even_answers(sparing.stage, "4") | {"A5": Answer(None, " ", na=True)}
    sheet = scenes.save(sparing.assignment, given)
    with pytest.raises(RuleBroken, match=r"A5\."):
        resubmit(sparing.assignment, sheet)


def test_a_sheet_on_which_nothing_applies_is_refused(sparing):
    scenes.allow_na(sparing.stage, *[one.code for one in stage_spec(sparing.stage).indicators])
    nothing = {code: Answer(None, "Tidak ada.", na=True) for code in scenes.even_answers(sparing.stage, "4")}
    sheet = scenes.save(sparing.assignment, nothing)
    with pytest.raises(RuleBroken, match="Semua indikator"):
        resubmit(sparing.assignment, sheet)


def test_case_17_not_applicable_only_where_the_instrument_allows_it(sparing):
    for wrong in ({"A1": Answer(None, "Tidak.", na=True)}, {"A5": Answer(Decimal(4), "Dua-duanya.", na=True)}):
        with pytest.raises(RuleBroken):
            scenes.save(sparing.assignment, wrong)
    sheet = scenes.save(sparing.assignment, {"A5": Answer(None, "Ya.", na=True)})
    with pytest.raises(IntegrityError, match="scoring_score_na_or_value"), transaction.atomic():
        Score.objects.filter(sheet=sheet, indicator__code="A5").update(value=3)


def test_the_stage_counts_the_rescaled_totals(sparing):
    full, part = scenes.even_answers(sparing.stage, "4"), scenes.even_answers(sparing.stage, "4")
    part |= {"A5": Answer(None, "Belum berekspor.", na=True), "A1": Answer(Decimal(3), "Cukup.")}
    scenes.submit(sparing.assignment, full)
    scenes.score_stage(sparing.nomination, [part])
    result = scenes.close(sparing.nomination)
    # (80 + 58 ÷ 75 × 100) ÷ 2, and no sheet counts as if A5 had been nought
    assert (result.score, result.spread) == (Decimal("78.67"), Decimal("2.67"))
    assert result.detail["means"]["A5"] == "4.00"
