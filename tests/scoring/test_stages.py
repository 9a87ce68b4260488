"""Closing and reopening stages: the official numbers, elimination, moderation, the way to the plenary."""

from decimal import Decimal

import pytest

from accounts.enums import Role
from core.errors import NotPermitted, RuleBroken
from core.models import AuditEntry
from nominations.enums import Status
from nominations.models import DossierItem, StatusChange
from scoring.enums import Finding
from scoring.models import FinalResult, Moderation, Score, Sheet, Stage, StageReopening, StageResult
from scoring.rules import Answer
from scoring.selectors.sheets import counted_sheets
from scoring.selectors.stages import current_stage, stages_with_results
from scoring.services import assignments, sheets, stages
from tests.factories import make_user, someone
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


def picking(stage: Stage, **chosen: str) -> dict[str, Answer]:
    """The best option everywhere, except where told otherwise."""
    return scenes.full_answers(stage) | {code: Answer(Decimal(value)) for code, value in chosen.items()}


def test_case_18_ovop_by_hand():
    """Three sheets: 100, 100 − 2 − 6 − 4 = 88, 100 − 1 = 99. Mean 95,666… → 95,67; spread 12."""
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    marks = [picking(stage), picking(stage, A1="1", C1="2", C7="1"), picking(stage, B2="2")]
    totals = [sheet.total for sheet in scenes.score_stage(nomination, marks)]
    assert totals == [Decimal(100), Decimal(88), Decimal(99)]
    result = scenes.close(nomination)
    assert (result.score, result.spread, result.sheet_count, result.passed) == (Decimal("95.67"), 12, 3, True)
    assert result.detail["means"]["A1"] == "2.33"  # (3 + 1 + 3) / 3
    # Group C has 45, 35 and 45, group A has 30, 28 and 30, group B has 25, 25 and 24.
    assert result.detail["tie_keys"] == ["125/3", "88/3", "74/3"]
    final = scenes.final_of(nomination)
    assert (final.score, final.stars) == (Decimal("95.67"), 3)
    assert nomination.status == Status.IN_PLENARY


@pytest.mark.parametrize(("points", "stars"), [(80, 3), (79, 2), (70, 2), (69, 1), (60, 1), (59, None)])
def test_bands_are_half_open(points, stars):
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [sheet_of(stage, points)] * 3)
    scenes.close(nomination)
    final = scenes.final_of(nomination)
    assert (final.score, final.stars) == (Decimal(points), stars)


def sheet_of(stage: Stage, points: int) -> dict[str, Answer]:
    """A sheet with exactly this total: from the floor of 29 upwards, option by option."""
    values = {one.code: list(one.values) for one in scenes.stage_spec(stage).indicators}
    chosen = {code: options[0] for code, options in values.items()}
    for code, options in values.items():
        for value in options[1:]:
            if sum(chosen.values()) - chosen[code] + value <= points:
                chosen[code] = value
    assert sum(chosen.values()) == points
    return {code: Answer(value) for code, value in chosen.items()}


def test_rounding_happens_once_at_the_stage():
    """Jury totals 63, 63 and 62,5: the mean 62,8333… is rounded once."""
    nomination = scenes.upakarti()
    scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination), "4")] * 2)
    scenes.close(nomination)
    scenes.visit(nomination)
    scenes.close(nomination)
    jury = scenes.stage_of(nomination, "juri")
    marks = {"J1": "3", "J2": "3", "J3": "3", "J4": "3.5", "J5": "3.5"}
    lower = marks | {"J1": "2.5", "J4": "4", "J5": "4", "J2": "3"}
    # 18 and 12 and 12 and 10,5 and 10,5 are 63; 15 and four times 12 too; 15, 14, 12, 10,5 and 10,5 are 62.
    third = marks | {"J1": "2.5", "J2": "3.5"}
    given = [{c: Answer(Decimal(m), "Catatan.") for c, m in one.items()} for one in (marks, lower, third)]
    totals = [sheet.total for sheet in scenes.score_stage(nomination, given, jury)]
    assert totals == [Decimal(63), Decimal(63), Decimal(62)]
    assert scenes.close(nomination).score == Decimal("62.67")
    # 0,40 × 80 + 0,20 × 100 + 0,40 × 62,67 = 32 + 20 + 25,068
    assert scenes.final_of(nomination).score == Decimal("77.07")


def test_upakarti_full_walk():
    """Substance 80 (0,40), visit 50 (0,20), jury 90 (0,40): 32 + 10 + 36 = 78."""
    nomination = scenes.upakarti(category="jasa_kepeloporan")
    scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination), "4")] * 2)
    assert scenes.close(nomination).score == Decimal(80)
    assert nomination.status == Status.IN_ASSESSMENT
    assert current_stage(nomination).code == "pembuktian_lapangan"
    scenes.visit(nomination, Finding.PARTLY)
    assert scenes.close(nomination).score == Decimal(50)
    scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination, "juri"), "4.5")] * 3)
    assert scenes.close(nomination).score == Decimal(90)
    final = scenes.final_of(nomination)
    assert (final.score, final.stars) == (Decimal("78.00"), None)
    assert nomination.status == Status.IN_PLENARY
    assert list(StatusChange.objects.filter(nomination=nomination).values_list("action", flat=True))[-1] == (
        "send_to_plenary"
    )


def test_below_the_pass_mark_ends_with_the_reason():
    nomination = scenes.upakarti()
    scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination), "3")] * 2)
    result = scenes.close(nomination)
    assert (result.score, result.passed) == (Decimal(60), False)
    assert nomination.status == Status.ELIMINATED
    reason = StatusChange.objects.filter(nomination=nomination).latest("id").reason
    assert reason == "Penilaian substansi: Nilai 60,00 di bawah batas lulus 70,00."
    assert not FinalResult.objects.exists()


def test_pass_mark_itself_passes():
    nomination = scenes.upakarti()
    scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination), "3.5")] * 2)
    result = scenes.close(nomination)
    assert (result.score, result.passed, nomination.status) == (Decimal(70), True, Status.IN_ASSESSMENT)


def test_heavy_aspect_below_two_eliminates_in_spite_of_the_total():
    nomination = scenes.upakarti()
    stage = scenes.stage_of(nomination)
    weak = scenes.even_answers(stage, "5") | {"A2": Answer(Decimal("1.5"), "Terputus dua tahun.")}
    scenes.score_stage(nomination, [weak] * 2)
    result = scenes.close(nomination)
    assert (result.score, result.passed) == (Decimal("89.50"), False)
    assert "A2 (Kontinuitas pembinaan)" in StatusChange.objects.filter(nomination=nomination).latest("id").reason


def test_disproved_eligibility_knocks_out():
    nomination = scenes.upakarti()
    scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination), "4")] * 2)
    scenes.close(nomination)
    scenes.visit(nomination, Finding.NOT_PROVEN)
    result = scenes.close(nomination)
    assert (result.score, result.passed, nomination.status) == (Decimal(0), False, Status.ELIMINATED)
    reason = StatusChange.objects.filter(nomination=nomination).latest("id").reason
    assert reason.startswith("Pembuktian lapangan: Tidak terbukti: Warga negara Indonesia")


# What has to be there


def refusal(nomination) -> str:
    with pytest.raises(RuleBroken) as error:
        scenes.close(nomination)
    assert not StageResult.objects.filter(nomination=nomination).exists()
    nomination.refresh_from_db()
    assert nomination.status == Status.IN_ASSESSMENT
    return error.value.message


def test_too_few_sheets():
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 2)
    assert refusal(nomination) == "Baru 2 dari sedikitnya 3 lembar nilai yang dikirim."


def test_case_23_draft_counts_nowhere_and_blocks():
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.full_answers(stage)] * 3)
    late = scenes.assign(nomination, scenes.assessors(1)[0])
    scenes.save(late, scenes.full_answers(stage, min))
    assert late.assessor.name in refusal(nomination)
    assignments.remove_assignment(assignment_id=late.pk, reason="Mundur.", actor=someone(Role.VERIFIER))
    assert scenes.close(nomination).score == Decimal(100)


def test_removed_and_recused_sheets_do_not_count():
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    lowest = scenes.score_stage(nomination, [scenes.full_answers(stage, min)] * 2)
    scenes.score_stage(nomination, [scenes.full_answers(stage)] * 3)
    removed, recused = (sheet.assignment for sheet in lowest)
    sheets.reopen_sheet(sheet_id=lowest[0].pk, reason="Diganti.", actor=someone(Role.PANEL_CHAIR))
    assignments.remove_assignment(assignment_id=removed.pk, reason="Diganti.", actor=someone(Role.VERIFIER))
    assignments.declare_interest(
        nomination_id=nomination.pk, has_conflict=True, reason="Keluarga.", actor=recused.assessor
    )
    result = scenes.close(nomination)
    assert (result.score, result.sheet_count, result.spread) == (Decimal(100), 3, 0)
    assert set(result.detail["totals"].values()) == {"100.00"}


def test_ovop_needs_the_receipt_of_the_sample():
    nomination = scenes.ovop(sample=False)
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    assert "Berita acara terima contoh produk" in refusal(nomination)
    assert not DossierItem.objects.filter(requirement__stage="penilaian").exists()


def test_case_31_spread_over_the_threshold_needs_moderation():
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    # 100, 100 and 84,… the threshold is 15,00: 15 passes, 16 does not.
    at_limit = picking(stage, A1="1", A2="1", A3="1", A4="1", A5="1", C7="1", C6="2", C8="2")
    sheets_in = scenes.score_stage(nomination, [picking(stage), picking(stage), at_limit])
    assert sheets_in[-1].total == Decimal(82)
    assert "Selisih" in refusal(nomination)
    result = scenes.close(nomination, note="Dibahas: contoh produk ketiga cacat kirim.")
    assert Moderation.objects.get().discussion == "Dibahas: contoh produk ketiga cacat kirim."
    assert result.spread == Decimal(18)


def test_case_31_spread_at_the_threshold_is_not_discrepant():
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    lower = picking(stage, A1="1", A2="1", A3="1", A4="1", A5="1", C7="3", C6="2", B2="2")
    totals = [sheet.total for sheet in scenes.score_stage(nomination, [picking(stage), picking(stage), lower])]
    assert totals[-1] == Decimal(85)
    assert scenes.close(nomination).spread == Decimal(15)


@pytest.mark.parametrize("persona", ["assessor_batik", "verifier", "admin_a", "auditor", "officer_a"])
def test_only_the_chair_closes_and_reopens(persona, request):
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    person = request.getfixturevalue(persona)
    with pytest.raises(NotPermitted):
        scenes.close(nomination, chair=person)
    stage = scenes.stage_of(nomination)
    scenes.close(nomination)
    with pytest.raises(NotPermitted):
        stages.reopen_stage(nomination_id=nomination.pk, stage_id=stage.pk, reason="Alasan.", actor=person)


def test_closing_twice_or_out_of_order_is_refused(chair):
    nomination = scenes.upakarti()
    substance, jury = scenes.stage_of(nomination), scenes.stage_of(nomination, "juri")
    scenes.score_stage(nomination, [scenes.even_answers(substance, "4")] * 2)
    with pytest.raises(NotPermitted):
        stages.close_stage(nomination_id=nomination.pk, stage_id=jury.pk, actor=chair)
    scenes.close(nomination)
    with pytest.raises(NotPermitted):
        stages.close_stage(nomination_id=nomination.pk, stage_id=substance.pk, actor=chair)


def test_preview_equals_result(chair):
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    sheets = counted_sheets(nomination, scenes.stage_of(nomination).pk)
    loaded = stages.Loaded(*stages_with_results(nomination), [], sheets, [])
    outcome, final = stages.preview_closing(nomination, scenes.stage_of(nomination), loaded)
    assert not StageResult.objects.exists()
    result, stored = scenes.close(nomination), scenes.final_of(nomination)
    assert (result.score, result.input_hash) == (outcome.score, outcome.input_hash)
    assert (stored.score, stored.stars, stored.input_hash) == (final.score, final.stars, final.input_hash)


# Reopening


def reopen(nomination, stage, chair, reason="Berkas baru."):
    return stages.reopen_stage(nomination_id=nomination.pk, stage_id=stage.pk, reason=reason, actor=chair)


def test_reopening_from_the_plenary_keeps_the_former_results(chair):
    nomination = scenes.ovop_in_plenary()
    stage = scenes.stage_of(nomination)
    reopen(nomination, stage, chair)
    nomination.refresh_from_db()
    assert nomination.status == Status.IN_ASSESSMENT
    assert not StageResult.objects.exists()
    assert not FinalResult.objects.exists()
    kept = StageReopening.objects.get()
    assert (kept.result["score"], kept.result["final"]["stars"]) == ("100.00", 3)
    assert AuditEntry.objects.get(action="scoring.stage_reopened").data["result"] == kept.result
    sheet = Sheet.objects.first()
    sheets.reopen_sheet(sheet_id=sheet.pk, reason="Periksa lagi.", actor=chair)
    scenes.submit(sheet.assignment, scenes.full_answers(stage) | {"A1": Answer(Decimal(1))})
    assert scenes.close(nomination).score == Decimal("99.33")


def test_reopening_reinstates_the_eliminated(chair):
    nomination = scenes.upakarti()
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.even_answers(stage, "3")] * 2)
    scenes.close(nomination)
    reopen(nomination, stage, chair)
    nomination.refresh_from_db()
    assert nomination.status == Status.IN_ASSESSMENT
    assert current_stage(nomination) == stage


def test_only_the_last_closed_stage_with_a_reason(chair):
    nomination = scenes.upakarti()
    substance = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.even_answers(substance, "4")] * 2)
    scenes.close(nomination)
    with pytest.raises(RuleBroken, match="alasan"):
        reopen(nomination, substance, chair, " ")
    scenes.visit(nomination)
    scenes.close(nomination)
    with pytest.raises(RuleBroken, match="terakhir"):
        reopen(nomination, substance, chair)


@pytest.fixture
def before_visit():
    """An OVOP nomination whose optional visit is the current stage."""
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    scenes.close(nomination, skip_optional=False)
    return nomination


def test_an_optional_stage_is_left_out_with_a_reason_only(before_visit, chair):
    assert (before_visit.status, current_stage(before_visit).code) == (Status.IN_ASSESSMENT, "lapangan")
    with pytest.raises(RuleBroken, match="alasan"):
        scenes.skip(before_visit, reason=" ")
    result = scenes.skip(before_visit, reason="Panel mengenal sentra ini.")
    assert (result.score, result.passed, result.skip_reason) == (None, True, "Panel mengenal sentra ini.")
    assert (before_visit.status, scenes.final_of(before_visit).score) == (Status.IN_PLENARY, Decimal(100))
    assert AuditEntry.objects.get(action="scoring.stage_skipped").data["reason"] == "Panel mengenal sentra ini."


@pytest.mark.parametrize("persona", ["assessor_batik", "verifier", "admin_a", "auditor", "officer_a"])
def test_only_the_chair_leaves_a_stage_out(before_visit, persona, request):
    with pytest.raises(NotPermitted):
        scenes.skip(before_visit, request.getfixturevalue(persona))


def test_a_stage_that_is_not_optional_cannot_be_left_out():
    with pytest.raises(NotPermitted, match="wajib"):
        scenes.skip(scenes.ovop())


def test_a_stage_that_somebody_works_on_is_not_left_out(before_visit):
    scenes.assign(before_visit, scenes.assessors(1)[0], current_stage(before_visit))
    with pytest.raises(RuleBroken, match="ditugaskan"):
        scenes.skip(before_visit)


def test_what_was_left_out_is_taken_back_with_the_stage_before(before_visit, chair):
    scenes.skip(before_visit)
    visit = scenes.stage_of(before_visit, "lapangan")
    reopen(before_visit, visit, chair)
    assert current_stage(before_visit) == visit
    scenes.skip(before_visit)
    reopen(before_visit, scenes.stage_of(before_visit), chair)
    assert not StageResult.objects.exists()
    assert [row.result["skip_reason"] for row in StageReopening.objects.order_by("pk")] == [
        "Data meja sudah meyakinkan.",
        "",
    ]


def test_findings_without_credits_give_no_score_and_change_none(before_visit):
    """A visit that proves nothing is told to the plenary; the stars stay those of the sheets."""
    scenes.visit(before_visit, Finding.NOT_PROVEN)
    result = scenes.close(before_visit)
    assert (result.score, result.passed, result.detail["checked"]) == (None, True, result.sheet_count)
    assert (before_visit.status, scenes.final_of(before_visit).stars) == (Status.IN_PLENARY, 3)


def test_not_after_the_plenary_has_spoken(chair):
    nomination = scenes.ovop_in_plenary()
    scenes.recommend(nomination, chair)
    with pytest.raises(NotPermitted, match="pleno"):
        reopen(nomination, scenes.stage_of(nomination), chair)


def test_totals_equal_their_recomputation():
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.full_answers(stage, pick) for pick in (max, min, max)])
    scenes.close(nomination, note="Dibahas.")
    for sheet in Sheet.objects.all():
        assert sheet.total == sum(Score.objects.filter(sheet=sheet).values_list("value", flat=True))
    assert StageResult.objects.get(stage=stage).score == Decimal("76.33")  # (100 + 29 + 100) / 3


def test_tally_costs_the_same_for_many_sheets(django_assert_num_queries):
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.full_answers(stage)] * 3)
    with django_assert_num_queries(2):
        stages.stage_outcome(nomination, stage)
    scenes.score_stage(nomination, [scenes.full_answers(stage)] * 5)
    with django_assert_num_queries(2):
        assert stages.stage_outcome(nomination, stage).count == 8


def test_same_person_in_two_roles_scores_each_stage_once():
    nomination = scenes.upakarti()
    person = make_user(Role.ASSESSOR)
    scenes.factories.add_membership(person, Role.JUROR)
    scenes.assign(nomination, person)
    scenes.assign(nomination, person, scenes.stage_of(nomination, "juri"))
    assert person.assignments.count() == 2
