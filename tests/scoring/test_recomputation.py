"""A stage under a later version: preview, refusals, and both results kept."""

import copy
import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import Role
from core import onetime
from core.errors import NotPermitted, RuleBroken, StaleVersion
from nominations.enums import Status
from scoring.maths.instrument import instrument_from_dict
from scoring.maths.versions import version_problems
from scoring.models import (
    ConflictDeclaration,
    FinalResult,
    Instrument,
    Moderation,
    Recomputation,
    RecomputedResult,
    Sheet,
    Stage,
    StageResult,
)
from scoring.selectors.moderations import far_apart
from scoring.services import drafts, rankings, recomputation, sheets
from scoring.services.moderations import discrepancies_of
from scoring.verify import canonical, verify
from tests.factories import make_user, someone
from tests.scoring import scenes


def later(stage: Stage, change: Any) -> Instrument:
    """The next version of the stage's instrument with a changed document."""
    document = copy.deepcopy(stage.instrument.definition)
    change(document)
    return drafts.create_instrument(document=document, actor=someone(Role.MINISTRY_ADMIN))


def weights(first: int, second: int):
    def change(document: dict) -> None:
        document["aspects"][0]["weight"], document["aspects"][4]["weight"] = first, second

    return change


def apply(
    stage: Stage, version: Instrument, actor: Any, reason: str = "Bobot keliru.", seen: str = ""
) -> Recomputation:
    seen = seen or recomputation.preview_recomputation(stage, version).digest
    return recomputation.apply_recomputation(
        stage_id=stage.pk, instrument_id=version.pk, reason=reason, seen=seen, actor=actor
    )


@pytest.fixture
def scored(db):
    """Two candidates in the stage of substance: the second is better on A1, the first on A5. Both closed."""
    found = []
    for name, on_a1, on_a5 in (("Yayasan Satu", "3.5", "5"), ("Yayasan Dua", "5", "3.5")):
        nomination = scenes.upakarti(name=name)
        stage = scenes.stage_of(nomination)
        answers = scenes.even_answers(stage, "4")
        answers |= {code: answers[code]._replace(value=Decimal(v)) for code, v in (("A1", on_a1), ("A5", on_a5))}
        scenes.score_stage(nomination, [answers] * 2)
        scenes.close(nomination)
        found.append(nomination)
    return found, Stage.objects.select_related("instrument").get(pk=stage.pk)


def test_preview_tells_score_and_place_under_both_versions_by_hand(scored):
    (first, second), stage = scored
    version = later(stage, weights(25, 10))  # A1 from 10 to 25, A5 from 25 to 10
    preview = recomputation.preview_recomputation(stage, version)
    assert preview.obstacles == []
    by_pk = {one.nomination.pk: one for one in preview.changes}
    # 65 points of weight at 4 of 5 give 52; A1 and A5 make the rest.
    assert [by_pk[one.pk].old.outcome.score for one in (first, second)] == [Decimal("84.00"), Decimal("79.50")]
    assert [by_pk[one.pk].new.outcome.score for one in (first, second)] == [Decimal("79.50"), Decimal("84.00")]
    assert [by_pk[one.pk].old.rank for one in (first, second)] == [1, 2]
    assert [by_pk[one.pk].new.rank for one in (first, second)] == [2, 1]
    assert StageResult.objects.get(nomination=first).score == Decimal("84.00")


def test_applying_keeps_both_results_and_the_stage_goes_on_with_the_new_version(scored, chair):
    (first, second), stage = scored
    version = later(stage, weights(25, 10))
    made = apply(stage, version, chair)
    rows = {row.nomination_id: row for row in RecomputedResult.objects.filter(recomputation=made)}
    assert (rows[first.pk].old["score"], rows[first.pk].new["score"]) == ("84.00", "79.50")
    assert (rows[second.pk].old["rank"], rows[second.pk].new["rank"]) == (2, 1)
    result = StageResult.objects.get(nomination=first)
    assert (result.score, result.instrument, result.passed) == (Decimal("79.50"), version, True)
    stage.refresh_from_db(), version.refresh_from_db()
    assert stage.instrument_id == version.pk
    assert version.frozen_at is not None
    for rewrite in (
        lambda: RecomputedResult.objects.update(old={}),
        lambda: RecomputedResult.objects.all()._raw_delete("default"),
        lambda: Recomputation.objects.update(reason="Lain"),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rewrite()


def test_without_a_recomputation_the_database_keeps_the_instrument_of_a_stage(scored):
    __, stage = scored
    version = later(stage, weights(25, 10))
    with pytest.raises(IntegrityError, match="scoring_stage_frozen"), transaction.atomic():
        Stage.objects.filter(pk=stage.pk).update(instrument=version)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda d: d["aspects"][0].update(code="Z1"), "Indikator Z1 baru"),
        (lambda d: d["aspects"][0].update(code="Z1"), "Indikator A1 tidak ada lagi"),
        (lambda d: d["scale"].update(step="1", note_required_at=["0", "1", "5"]), "A1 3.5"),
        (lambda d: d["aspects"][0].update(weight=50), "seharusnya 100"),
    ],
)
def test_versions_that_do_not_fit_are_refused_naming_the_indicators(scored, chair, change, word):
    (first, __), stage = scored
    version = later(stage, change)
    preview = recomputation.preview_recomputation(stage, version)
    assert preview.changes == []
    assert any(word in text for text in preview.obstacles), preview.obstacles
    with pytest.raises(RuleBroken):
        apply(stage, version, chair, seen="x")
    assert StageResult.objects.get(nomination=first).score == Decimal("84.00")
    assert not Recomputation.objects.exists()


def test_another_instrument_or_an_earlier_version_is_refused(scored, chair):
    __, stage = scored
    for other in Instrument.objects.exclude(code=stage.instrument.code).exclude(method="findings"):
        assert recomputation.preview_recomputation(stage, other).obstacles
    assert recomputation.preview_recomputation(stage, stage.instrument).obstacles


def test_only_the_chair_applies_with_a_reason_and_on_the_numbers_that_were_shown(scored, chair):
    __, stage = scored
    version = later(stage, weights(25, 10))
    for role in (Role.MINISTRY_ADMIN, Role.AUDITOR, Role.VERIFIER, Role.ASSESSOR):
        with pytest.raises(NotPermitted):
            apply(stage, version, make_user(role))
    with pytest.raises(RuleBroken, match="alasan"):
        apply(stage, version, chair, reason=" ")
    seen = recomputation.preview_recomputation(stage, version).digest
    third = scenes.upakarti(name="Yayasan Tiga")
    scenes.score_stage(third, [scenes.even_answers(stage, "3")] * 2)
    with pytest.raises(StaleVersion):
        apply(stage, version, chair, seen=seen)
    assert not Recomputation.objects.exists()


def test_a_nomination_that_now_fails_is_eliminated_and_one_that_passes_comes_back(scored, chair):
    __, stage = scored
    third = scenes.upakarti(name="Yayasan Tiga")
    answers = scenes.even_answers(stage, "3")
    answers |= {"A5": answers["A5"]._replace(value=Decimal("5"))}  # 55 × 3 + … : 45 + 25 = 70: passes just so
    scenes.score_stage(third, [answers] * 2)
    scenes.close(third)
    assert third.status == Status.IN_ASSESSMENT
    apply(stage, later(stage, weights(25, 10)), chair)
    third.refresh_from_db()
    assert third.status == Status.ELIMINATED
    stage = Stage.objects.select_related("instrument").get(pk=stage.pk)
    apply(stage, later(stage, weights(10, 25)), chair, reason="Kembali ke bobot semula.")
    third.refresh_from_db()
    assert third.status == Status.IN_ASSESSMENT
    scores = RecomputedResult.objects.filter(nomination=third).order_by("pk").values_list("old__score", "new__score")
    assert list(scores) == [("70.00", "64.00"), ("64.00", "70.00")]


def test_stars_follow_new_bands_before_the_plenary_and_never_after_it(chair):
    nomination = scenes.ovop_in_plenary()
    stage = Stage.objects.select_related("instrument").get(pk=scenes.stage_of(nomination).pk)
    assert FinalResult.objects.get().stars == 3

    def only_two(document: dict) -> None:
        document["bands"] = [band for band in document["bands"] if band["stars"] < 3]

    version = later(stage, only_two)
    apply(stage, version, chair, reason="Bintang tiga ditiadakan.")
    assert FinalResult.objects.get().stars == 2
    row = RecomputedResult.objects.get()
    assert (row.old["stars"], row.new["stars"]) == (3, 2)
    scenes.recommend(nomination, chair, stars=2)
    stage.refresh_from_db()
    with pytest.raises(NotPermitted, match="Pleno sudah memutuskan"):
        apply(Stage.objects.select_related("instrument").get(pk=stage.pk), later(stage, only_two), chair, seen="x")


def test_after_the_seal_nothing_is_counted_anew(chair, admin_a):
    nomination = scenes.ovop_in_plenary()
    scenes.recommend(nomination, chair)
    scenes.sealed(nomination, chair, admin_a)
    stage = Stage.objects.select_related("instrument").get(pk=scenes.stage_of(nomination).pk)
    version = later(stage, lambda document: document.update(title="Lain"))
    with pytest.raises(RuleBroken, match="sudah ditandatangani dua orang"):
        apply(stage, version, chair)
    assert not Recomputation.objects.exists()


def test_a_moderation_of_the_same_sheets_holds_after_it_and_the_ranking_can_be_signed(chair, admin_a):
    nomination = scenes.ovop()
    stage = Stage.objects.select_related("instrument").get(pk=scenes.stage_of(nomination).pk)
    scenes.score_stage(nomination, [scenes.full_answers(stage)] * 2 + [scenes.full_answers(stage, min)])
    scenes.close(nomination, note="Dibahas bersama: contoh cacat kirim.")

    def rarer_doubt(document: dict) -> None:
        document["discrepancy_threshold"] = "20"

    version = later(stage, rarer_doubt)
    before = Moderation.objects.get()
    apply(stage, version, chair, reason="Ambang keliru.")
    after = Moderation.objects.latest("version")
    assert (after.version, after.submitted, after.decision) == (2, True, "keep")
    assert after.discussion.startswith(before.discussion)
    assert "versi 1 karena perhitungan ulang: Ambang keliru." in after.discussion
    assert set(after.participants.all()) == set(before.participants.all())
    assert after.input_hash == StageResult.objects.get(stage=stage).input_hash != before.input_hash
    scenes.recommend(nomination, chair, stars=FinalResult.objects.get().stars)
    assert verify(rankings.bundle_bytes(scenes.sealed(nomination, chair, admin_a))).startswith("sama")


def test_weights_of_a_later_version_leave_a_ranking_that_can_be_signed(chair, admin_a, client_of):
    """Sheets keep the total of their own version, the stage has that of the later one, and the check follows both."""
    nomination = scenes.walk(scenes.upakarti())
    stage = Stage.objects.select_related("instrument").get(pk=scenes.stage_of(nomination).pk)
    apply(stage, later(stage, weights(25, 10)), chair)
    scenes.recommend(nomination, chair, stars=None)
    content = json.loads(rankings.bundle_bytes(scenes.sealed(nomination, chair, admin_a)))
    [first, *_others] = content["ranking"]["nominations"][0]["stages"]
    assert first["instrument"].endswith("2")
    page = client_of(chair).get(f"/penilaian/usulan/{nomination.pk}/").content.decode()
    assert "Nilai tahap dihitung ulang dengan" in page
    assert verify(canonical(content)).startswith("sama")


def test_scores_that_were_not_talked_about_are_before_a_version_finds_them_far_apart(chair):
    nomination = scenes.ovop()
    stage = Stage.objects.select_related("instrument").get(pk=scenes.stage_of(nomination).pk)
    best = scenes.full_answers(stage)
    scenes.score_stage(nomination, [best, best, best | {"A1": scenes.full_answers(stage, min)["A1"]}])
    scenes.close(nomination)
    version = later(stage, lambda document: document.update(discrepancy_threshold="1"))
    preview = recomputation.preview_recomputation(stage, version)
    assert preview.obstacles == [
        f"{nomination.reference}: selisih nilai melebihi ambang versi baru. Buka kembali tahapnya."
    ]


def test_sheets_that_are_not_closed_yet_count_under_the_new_version(chair):
    nomination = scenes.upakarti()
    stage = Stage.objects.select_related("instrument").get(pk=scenes.stage_of(nomination).pk)
    answers = scenes.even_answers(stage, "4") | {}
    answers["A1"] = answers["A1"]._replace(value=Decimal(5))
    scenes.score_stage(nomination, [answers] * 2)
    apply(stage, later(stage, weights(25, 10)), chair)
    assert scenes.close(nomination).score == Decimal("85.00")


def test_pages(client, scored, chair):
    __, stage = scored
    version = later(stage, weights(25, 10))
    client.force_login(chair)
    assert stage.label in client.get("/penilaian/hitung-ulang/").content.decode()
    address = f"/penilaian/hitung-ulang/{stage.pk}/?versi={version.pk}"
    response = client.get(address)
    page = response.content.decode()
    assert re.search(r"84,00.*79,50.*1 → 2", page, re.DOTALL)
    key = re.search(rf'name="{onetime.FIELD}" value="([^"]+)"', page)[1]
    data = {"seen": response.context["preview"].digest, onetime.FIELD: key, "reason": ""}
    assert client.post(address, data).status_code == 422
    assert client.post(address, data | {"reason": "Bobot keliru."}).status_code == 302
    page = client.get(f"/penilaian/hitung-ulang/{stage.pk}/").content.decode()
    assert re.search(r"Bobot keliru\..*1 → 2", page, re.DOTALL)


def test_who_stepped_back_from_a_nomination_reads_no_numbers_of_its_category(client, scored, chair):
    """Places, obstacles and the digest are made from all of it, so what is hidden would show in them."""
    (first, second), stage = scored
    both = make_user(Role.PANEL_CHAIR)
    ConflictDeclaration.objects.create(nomination=first, user=both, has_conflict=True, reason="Kerabat.")
    version = later(stage, weights(25, 10))
    client.force_login(both)
    address = f"/penilaian/hitung-ulang/{stage.pk}/"
    for query in ("", f"?versi={version.pk}"):
        page = client.get(f"{address}{query}")
        assert page.status_code == 403
        assert "benturan kepentingan" in page.content.decode()
        assert not {one for one in (first.title, second.title) if one in page.content.decode()}
    apply(stage, version, chair)
    assert client.get(address).status_code == 403


def test_a_stage_of_the_hidden_nomination_alone_is_in_no_list(client, opposed):
    nomination, stage = opposed
    both = make_user(Role.PANEL_CHAIR)
    ConflictDeclaration.objects.create(nomination=nomination, user=both, has_conflict=True, reason="Kerabat.")
    client.force_login(both)
    address = f"/penilaian/hitung-ulang/{stage.pk}/"
    assert address not in client.get("/penilaian/hitung-ulang/").content.decode()
    assert client.get(address).status_code == 404
    client.force_login(make_user(Role.PANEL_CHAIR))
    assert address in client.get("/penilaian/hitung-ulang/").content.decode()


SCALE = {
    "code": "X",
    "method": "scale",
    "min_assessors": 1,
    "scale": {"min": 0, "max": 5, "step": 1},
    "aspects": [{"code": f"A{n}", "label": "x", "weight": 20} for n in range(5)],
}


@given(
    st.lists(st.integers(1, 60), min_size=5, max_size=5),
    st.lists(st.fixed_dictionaries({f"A{n}": st.integers(0, 5).map(Decimal) for n in range(5)}), max_size=4),
    st.integers(1, 5),
)
def test_a_version_with_the_same_codes_counts_whatever_it_knows(numbers, sheets, step):
    """No weight ever hinders; a value hinders exactly when the new scale does not have it."""
    old = instrument_from_dict(SCALE)
    aspects = [one | {"weight": weight} for one, weight in zip(SCALE["aspects"], numbers, strict=True)]
    new = instrument_from_dict(
        SCALE | {"aspects": aspects, "scale": {"min": 0, "max": step * (5 // step), "step": step}}
    )
    lost = {(code, value) for sheet in sheets for code, value in sheet.items() if value not in new.indicators[0].values}
    found = version_problems(old, new, sheets)
    assert {one.where for one in found} == {f"{code} {value.normalize():f}" for code, value in lost}
    assert {one.code for one in found} <= {"value_lost"}


# The report of scorers who are far apart


def apart(chair: Any) -> list[tuple[Decimal, list[Decimal]]]:
    found = far_apart(chair, period_id=Stage.objects.latest("pk").period_id)
    return [(row.spread, row.totals) for row in discrepancies_of(found)]


def opposite(stage: Stage) -> list[dict[str, Any]]:
    """One scorer gives 5 on A1 and 1 on A5, the other the other way round: equal totals while both weigh the same."""
    even = scenes.even_answers(stage, "4")
    return [
        even | {"A1": even["A1"]._replace(value=Decimal(one)), "A5": even["A5"]._replace(value=Decimal(other))}
        for one, other in (("5", "1"), ("1", "5"))
    ]


@pytest.fixture
def opposed(db):
    """Two scorers whose totals agree until A1 counts more than A5. Sent in, not closed."""
    nomination = scenes.upakarti(name="Yayasan Satu")
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, opposite(stage))
    return nomination, Stage.objects.select_related("instrument").get(pk=stage.pk)


def test_case_31_the_report_counts_by_the_version_that_holds(opposed, chair):
    __, stage = opposed
    before = apart(chair)
    apply(stage, later(stage, weights(34, 1)), chair)
    assert before == []
    assert apart(chair) == [(Decimal("26.40"), [Decimal("86.20"), Decimal("59.80")])]
    assert {sheet.total for sheet in Sheet.objects.filter(stage=stage)} == {Decimal("67.00"), Decimal("79.00")}


def test_case_31_a_sheet_that_nobody_has_counted_anew_hides_no_discrepancy(opposed, chair):
    """Too few sheets at the recomputation, so no result of the new version stands beside them."""
    nomination, stage = opposed
    sheet = Sheet.objects.filter(nomination=nomination).latest("pk")
    sheets.reopen_sheet(sheet_id=sheet.pk, reason="Periksa A1.", actor=chair)
    apply(stage, later(stage, weights(34, 1)), chair)
    reopened = apart(chair)
    scenes.submit(sheet.assignment, opposite(stage)[1])
    assert len(reopened) == 1
    assert apart(chair) == [(Decimal("26.40"), [Decimal("86.20"), Decimal("59.80")])]
