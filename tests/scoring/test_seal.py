"""A sealed ranking stays as it is, until two persons open it again."""

import json
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from certificates.services.release import release_decree
from core.errors import NotPermitted, RuleBroken
from core.models import OutboxMail
from nominations.enums import Status
from nominations.models import Category, Nomination
from scoring.models import (
    Assignment,
    Decision,
    FieldInterview,
    FieldVisit,
    FinalResult,
    Moderation,
    RankingEntry,
    RankingSnapshot,
    Recommendation,
    Score,
    Sheet,
    SheetEvent,
    Stage,
    StageResult,
    Vote,
)
from scoring.selectors.rankings import is_sealed
from scoring.services import plenary, rankings, stages
from scoring.services.assignments import open_assessment
from scoring.services.decrees import DecreeFacts, change_decree, record_decree
from tests import factories
from tests.scoring import scenes
from tests.scoring.scenes import key

pytestmark = pytest.mark.django_db


FACTS = DecreeFacts("1 Tahun 2026", "Penerima OVOP", timezone.localdate(), "Menteri", "Nama", "Jakarta")


def test_case_28_after_the_seal_the_database_refuses_every_change(decided, chair, admin_a, verifier):
    best, _other = decided
    stage = scenes.stage_of(best)
    scenes.sealed(best, chair, admin_a)
    sheet = Sheet.objects.filter(nomination=best).first()
    event = SheetEvent.objects.filter(sheet=sheet).latest("number")
    other_category = Category.objects.filter(award="ovop").exclude(pk=best.category_id).first()
    attempts = [
        lambda: Sheet.objects.filter(pk=sheet.pk).update(status="draft", submitted_at=None, total=None),
        lambda: Score.objects.filter(sheet=sheet).update(note="Lain."),
        lambda: Score.objects.filter(sheet=sheet).delete(),
        lambda: StageResult.objects.filter(nomination=best).delete(),
        lambda: FinalResult.objects.filter(nomination=best).update(stars=1),
        lambda: Recommendation.objects.filter(nomination=best).update(stars=3),
        lambda: Recommendation.objects.filter(nomination=best).delete(),
        lambda: Assignment.objects.filter(nomination=best).update(status="removed", removal_reason="x"),
        lambda: Stage.objects.filter(pk=stage.pk).update(label="Lain"),
        lambda: Stage.objects.filter(pk=stage.pk).update(instrument=None),
        lambda: SheetEvent.objects.create(sheet=sheet, number=99, kind="saved", data={}, actor=chair, at=event.at),
        lambda: Vote.objects.create(recommendation=best.recommendation, member=chair, choice="for"),
        lambda: Nomination.objects.filter(pk=best.pk).update(status=Status.IN_PLENARY),
        lambda: Nomination.objects.filter(pk=best.pk).update(category=other_category),
        lambda: RankingSnapshot.objects.update(content="{}"),
        lambda: RankingSnapshot.objects.all().delete(),
        lambda: RankingEntry.objects.update(stars=3),
        lambda: Moderation.objects.create(
            nomination=best, stage=stage, version=1, submitted=True, discussion="x", decision="keep",
            spread=20, input_hash="0" * 64, recorded_by=chair,
        ),
    ]  # fmt: skip
    for number, attempt in enumerate(attempts):
        try:
            with transaction.atomic():
                attempt()
        except DatabaseError:
            continue
        pytest.fail(f"attempt {number} was not refused")


def test_after_the_seal_interviews_and_photos_of_a_visit_stay(chair, admin_a):
    winner, other = scenes.upakarti(), scenes.upakarti(category="jasa_kepeloporan")
    for one in (winner, other):
        scenes.score_stage(one, [scenes.even_answers(scenes.stage_of(one), "4")] * 2)
        scenes.close(one)
        scenes.visit(one, photo=True)
        scenes.close(one)
    scenes.score_stage(winner, [scenes.even_answers(scenes.stage_of(winner, "juri"), "4")] * 3)
    scenes.close(winner)
    scenes.recommend(winner, chair, stars=None)
    scenes.sealed(winner, chair, admin_a)
    visit, elsewhere = (FieldVisit.objects.get(assignment__nomination=one) for one in (winner, other))
    attempts = [
        lambda: visit.interviews.update(summary="Lain."),
        lambda: visit.interviews.all().delete(),
        lambda: visit.interviews.update(visit=elsewhere, order=9),
        lambda: FieldInterview.objects.create(visit=visit, order=9, name="Orang lain"),
        lambda: visit.photos.update(caption="Lain"),
        lambda: visit.photos.all().delete(),
        lambda: visit.photos.update(visit=elsewhere, order=9),
        lambda: elsewhere.photos.update(visit=visit, order=9),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="scoring_ranking_sealed"), transaction.atomic():
            attempt()
    assert elsewhere.interviews.update(summary="Belum disegel.") == 1
    assert elsewhere.photos.update(caption="Belum disegel") == 1


@pytest.mark.parametrize("model", [StageResult, FinalResult])
def test_after_the_seal_no_result_is_added(decided, chair, admin_a, model):
    """Neither alone, nor hidden among those of a category that is open."""
    best, _other = decided
    scenes.sealed(best, chair, admin_a)
    late, elsewhere = scenes.ovop(Status.SUBMITTED, sample=False), scenes.ovop(commodity="tenun")
    assert (late.category, late.period) == (best.category, best.period)
    assert elsewhere.category != best.category
    kept = model.objects.count()

    def result(nomination):
        own = {"score": 80, "input_hash": "0" * 64, "nomination": nomination}
        if model is FinalResult:
            return model(**own)
        return model(**own, stage=scenes.stage_of(nomination), passed=True, sheet_count=3, closed_by=chair)

    for added in ([late], [elsewhere, late]):
        with pytest.raises(IntegrityError, match="scoring_ranking_sealed"), transaction.atomic():
            model.objects.bulk_create(map(result, added))
    assert model.objects.count() == kept
    model.objects.bulk_create([result(elsewhere)])


def test_after_the_seal_services_refuse_with_the_way_to_go(decided, chair, admin_a):
    best, other = decided
    scenes.sealed(best, chair, admin_a)
    with pytest.raises(RuleBroken, match="koreksi"):
        plenary.withdraw_recommendation(nomination_id=other.pk, reason="Salah catat.", actor=chair)
    late = factories.make_ovop_nomination(Status.ELIGIBLE)
    with pytest.raises(RuleBroken, match="koreksi"):
        open_assessment(nomination_id=late.pk, actor=factories.someone(Role.VERIFIER))


def test_an_eliminated_one_is_reinstated_through_a_correction_only(chair, admin_a):
    winner, out = scenes.upakarti(), scenes.upakarti()
    scenes.score_stage(out, [scenes.even_answers(scenes.stage_of(out), "3")] * 2)
    scenes.close(out)
    scenes.walk(winner)
    scenes.recommend(winner, chair, stars=None)
    scenes.sealed(winner, chair, admin_a)
    with pytest.raises(RuleBroken, match="koreksi"):
        stages.reopen_stage(nomination_id=out.pk, stage_id=scenes.stage_of(out).pk, reason="Berkas baru.", actor=chair)


def test_a_correction_takes_two_persons_and_makes_a_new_version(decided, chair, admin_a, admin_b):
    best, _other = decided
    first = scenes.sealed(best, chair, admin_a)
    with pytest.raises(RuleBroken, match="alasan"):
        rankings.open_correction(ranking_id=first.pk, reason=" ", actor=chair)
    rankings.open_correction(ranking_id=first.pk, reason="Bintang keliru dicatat.", actor=chair)
    assert is_sealed(**key(best))
    with pytest.raises(NotPermitted):
        rankings.confirm_correction(ranking_id=first.pk, actor=chair)
    rankings.confirm_correction(ranking_id=first.pk, actor=admin_b)
    assert not is_sealed(**key(best))
    plenary.withdraw_recommendation(nomination_id=best.pk, reason="Koreksi.", actor=chair)
    scenes.recommend(best, chair, stars=3)
    second = scenes.sealed(best, chair, admin_a)
    assert (second.version, is_sealed(**key(best))) == (2, True)
    first.refresh_from_db()
    assert json.loads(first.content)["result"][0]["recommended_stars"] == 2
    assert json.loads(second.content)["result"][0]["recommended_stars"] == 3


def test_a_correction_can_be_dropped(decided, chair, admin_a, client_of, post):
    ranking = scenes.sealed(decided[0], chair, admin_a)
    rankings.open_correction(ranking_id=ranking.pk, reason="Keliru.", actor=chair)
    url = reverse("correction_confirm", args=[ranking.pk])
    assert post(client_of(admin_a), url, {"tolak": "1"}).status_code == 302
    assert is_sealed(**key(decided[0]))
    assert not hasattr(RankingSnapshot.objects.get(), "correction")


def test_a_superseded_version_blocks_the_release(decided, chair, admin_a, admin_b):
    best, _other = decided
    first = scenes.sealed(best, chair, admin_a)
    decree = record_decree(period_id=best.period_id, facts=FACTS, nomination_ids=[best.pk], actor=admin_a)
    assert Decision.objects.get().ranking == first
    rankings.open_correction(ranking_id=first.pk, reason="Alasan keliru dicatat.", actor=chair)
    rankings.confirm_correction(ranking_id=first.pk, actor=admin_a)
    with pytest.raises(RuleBroken, match="sudah dikoreksi"):
        release_decree(decree_id=decree.pk, actor=admin_b)
    second = scenes.sealed(best, chair, admin_a)
    with pytest.raises(RuleBroken, match="sudah dikoreksi"):
        release_decree(decree_id=decree.pk, actor=admin_b)
    change_decree(decree_id=decree.pk, facts=FACTS, nomination_ids=[best.pk], actor=admin_a)
    assert Decision.objects.get().ranking == second
    assert release_decree(decree_id=decree.pk, actor=admin_b).released_at
    assert Decision.objects.get().stars == 2


def test_a_decree_takes_only_from_a_signed_ranking(decided, chair, admin_a):
    best, other = decided
    with pytest.raises(RuleBroken, match="ditandatangani dua orang"):
        record_decree(period_id=best.period_id, facts=FACTS, nomination_ids=[best.pk], actor=admin_a)
    rankings.sign_ranking(**key(best), actor=chair)
    with pytest.raises(RuleBroken, match="ditandatangani dua orang"):
        record_decree(period_id=best.period_id, facts=FACTS, nomination_ids=[best.pk], actor=admin_a)
    rankings.withdraw_signature(ranking_id=RankingSnapshot.objects.get().pk, actor=chair)
    scenes.sealed(best, chair, admin_a)
    with pytest.raises(RuleBroken, match="ditandatangani dua orang"):
        record_decree(period_id=best.period_id, facts=FACTS, nomination_ids=[other.pk], actor=admin_a)


def test_case_33_a_region_learns_nothing_before_the_release(decided, chair, admin_a, officer_a, province, client_of):
    """Page, mail and file names: sealed and in a decree, yet one wording for all until the release."""
    best, _other = decided
    ranking = scenes.sealed(best, chair, admin_a)
    record_decree(period_id=best.period_id, facts=FACTS, nomination_ids=[best.pk], actor=admin_a)
    final = FinalResult.objects.get(nomination=best).score
    for person in (officer_a, province):
        client = client_of(person)
        for url in (reverse("nomination_list"), *(reverse("nomination_detail", args=[n.pk]) for n in decided), "/"):
            page = client.get(url, follow=True).content.decode()
            for secret in (str(final), str(final).replace(".", ","), "Direkomendasikan", "Belum layak", "bintang 2"):
                assert secret not in page, (url, secret)
        for name, args in (
            ("ranking_version", [ranking.pk]),
            ("ranking_bundle", [ranking.pk]),
            ("ranking_list", []),
            ("ranking_detail", [best.period_id, best.category_id]),
        ):
            assert client.get(reverse(name, args=args)).status_code == 404
    told = OutboxMail.objects.filter(to__in=[officer_a.email, province.email])
    assert not [
        mail for mail in told if "rekomendasi" in (mail.subject + mail.body).lower() or "2 bintang" in mail.body
    ]
    assert Decimal(final) == 100
