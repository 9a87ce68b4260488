"""The seal: two persons, nothing changes afterwards, a correction is a new version."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from certificates.services.release import release_decree
from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.models import OutboxMail
from nominations.enums import Status
from nominations.models import Category, Nomination
from scoring.enums import ConflictKind, Outcome
from scoring.models import (
    Assignment,
    AwardCap,
    ConflictDeclaration,
    Decision,
    FieldInterview,
    FieldVisit,
    FinalResult,
    Moderation,
    RankingEntry,
    RankingSnapshot,
    Recommendation,
    RoomConflict,
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
from tests.scoring.test_plenary import finished

pytestmark = pytest.mark.django_db
FACTS = DecreeFacts("1 Tahun 2026", "Penerima OVOP", timezone.localdate(), "Menteri", "Nama", "Jakarta")


@pytest.fixture
def decided(chair):
    """Two nominations, the better one recommended with two stars instead of three, the other one refused."""
    best, other = finished(), finished("C6")
    session = scenes.session_of(best, chair)
    word = {"session_id": session.pk, "actor": chair}
    plenary.record_recommendation(
        nomination_id=best.pk, outcome=Outcome.RECOMMENDED, stars=2, reason="Kapasitas belum terbukti.", **word
    )
    plenary.record_recommendation(
        nomination_id=other.pk, outcome=Outcome.NOT_RECOMMENDED, reason="Belum layak.", **word
    )
    best.refresh_from_db()
    other.refresh_from_db()
    return best, other


def key(nomination):
    return {"period_id": nomination.period_id, "category_id": nomination.category_id}


def test_two_persons_seal_a_ranking(decided, chair, admin_a):
    best, other = decided
    signed = rankings.sign_ranking(**key(best), actor=chair)
    assert not is_sealed(**key(best))
    sealed = rankings.countersign_ranking(ranking_id=signed.pk, seen=signed.sha256, actor=admin_a)
    assert is_sealed(**key(best))
    assert (sealed.version, sealed.signed_by_1, sealed.signed_by_2) == (1, chair, admin_a)
    entries = sealed.entries.values_list("nomination", "rank", "outcome", "stars")
    assert list(entries) == [(best.pk, 1, "recommended", 2), (other.pk, 2, "not_recommended", None)]


def test_the_content_names_nobody(decided, chair):
    best, _other = decided
    signed = rankings.sign_ranking(**key(best), actor=chair)
    people = [sheet.assessor for sheet in Sheet.objects.select_related("assessor")]
    assert people
    assert not any(person.name in signed.content or person.email in signed.content for person in [*people, chair])
    assert best.title not in signed.content
    assert set(signed.names["people"].values()) >= {person.name for person in people}


def test_who_had_to_leave_the_room_by_the_data_does_not_sign(decided, chair, admin_a):
    best, _other = decided
    other_chair = factories.make_user(Role.PANEL_CHAIR)
    RoomConflict.objects.create(
        session=best.recommendation.session, nomination=best, member=chair, kind=ConflictKind.INSTITUTION
    )
    with pytest.raises(RuleBroken, match="berbenturan kepentingan"):
        rankings.sign_ranking(**key(best), actor=chair)
    signed = rankings.sign_ranking(**key(best), actor=other_chair)
    assert rankings.countersign_ranking(ranking_id=signed.pk, seen=signed.sha256, actor=admin_a).signed_by_2 == admin_a


def test_who_signs_second_has_no_conflict_by_the_data_either(decided, chair, admin_a):
    """An admin is no member of the panel, so no room has ever looked."""
    best, _other = decided
    signed = rankings.sign_ranking(**key(best), actor=chair)
    admin_a.phone = best.product_entry.ikm.phone = "0812-3456-7890"
    admin_a.save()
    best.product_entry.ikm.save()
    assert not RoomConflict.objects.exists()
    with pytest.raises(RuleBroken, match="berbenturan kepentingan"):
        rankings.countersign_ranking(ranking_id=signed.pk, seen=signed.sha256, actor=admin_a)
    assert not is_sealed(**key(best))
    other_admin = factories.make_user(Role.MINISTRY_ADMIN)
    rankings.countersign_ranking(ranking_id=signed.pk, seen=signed.sha256, actor=other_admin)
    rankings.open_correction(ranking_id=signed.pk, reason="Salah tulis.", actor=chair)
    with pytest.raises(RuleBroken, match="berbenturan kepentingan"):
        rankings.confirm_correction(ranking_id=signed.pk, actor=admin_a)
    assert is_sealed(**key(best))


def test_one_person_never_signs_twice(decided, chair):
    best, _other = decided
    signed = rankings.sign_ranking(**key(best), actor=chair)
    factories.add_membership(chair, Role.MINISTRY_ADMIN)
    both = type(chair).objects.get(pk=chair.pk)
    with pytest.raises(NotPermitted, match="orang lain"):
        rankings.countersign_ranking(ranking_id=signed.pk, seen=signed.sha256, actor=both)
    with pytest.raises(DatabaseError, match="two_persons"), transaction.atomic():
        RankingSnapshot.objects.filter(pk=signed.pk).update(signed_by_2=chair, signed_at_2=timezone.now())


@pytest.mark.parametrize("persona", ["assessor_batik", "verifier", "admin_a", "auditor", "officer_a"])
def test_only_the_chair_signs_first(persona, decided, request):
    with pytest.raises(NotPermitted):
        rankings.sign_ranking(**key(decided[0]), actor=request.getfixturevalue(persona))


def test_only_an_admin_signs_second(decided, chair, auditor, verifier):
    signed = rankings.sign_ranking(**key(decided[0]), actor=chair)
    for person in (auditor, verifier, factories.make_user(Role.PANEL_CHAIR)):
        with pytest.raises(NotPermitted):
            rankings.countersign_ranking(ranking_id=signed.pk, seen=signed.sha256, actor=person)


def test_nobody_may_still_be_under_judgement(chair):
    nomination = finished()
    scenes.recommend(nomination, chair)
    finished()
    with pytest.raises(RuleBroken, match="1 usulan yang belum selesai"):
        rankings.sign_ranking(**key(nomination), actor=chair)


@pytest.mark.parametrize(
    ("model", "field", "value", "words"),
    [
        (StageResult, "score", Decimal("99.00"), "nilai tahap: dihitung 100, tertulis 99"),
        (FinalResult, "score", Decimal("99.00"), "nilai akhir: dihitung 100, tertulis 99"),
        (FinalResult, "stars", 1, "bintang menurut nilai: dihitung 3, tertulis 1"),
        (Sheet, "total", Decimal("99.00"), "jumlah nilai: dihitung 100, tertulis 99"),
        (Score, "value", Decimal("1.00"), "nilai menurut peristiwa terakhir"),
    ],
)
def test_what_cannot_be_computed_again_is_not_signed(model, field, value, words, decided, chair):
    """Somebody with the rights of the database changed a row behind the application; the chair's signature stops."""
    best, _other = decided
    row = model.objects.filter(**{"sheet__nomination" if model is Score else "nomination": best}).first()
    with without_triggers():
        model.objects.filter(pk=row.pk).update(**{field: value})
    with pytest.raises(RuleBroken, match=words) as refused:
        rankings.sign_ranking(**key(best), actor=chair)
    assert best.reference in refused.value.message
    assert not RankingSnapshot.objects.exists()
    with without_triggers():
        model.objects.filter(pk=row.pk).update(**{field: getattr(row, field)})
    assert rankings.sign_ranking(**key(best), actor=chair).version == 1


def test_a_finalist_whose_result_is_gone_is_not_left_out_of_a_signature(decided, chair):
    """Deleted behind the application after the plenary spoke: the ranking would be signed without it."""
    best, _other = decided
    final = FinalResult.objects.get(nomination=best)
    FinalResult.objects.filter(pk=final.pk).delete()
    with pytest.raises(RuleBroken, match=r"tidak masuk peringkat.*Hubungi pengelola portal dan auditor") as refused:
        rankings.sign_ranking(**key(best), actor=chair)
    assert best.reference in refused.value.message
    assert not RankingSnapshot.objects.exists()
    final.save(force_insert=True)
    assert rankings.sign_ranking(**key(best), actor=chair).entries.count() == 2


@pytest.mark.parametrize(("status", "category"), [("withdrawn", "jasa_pengabdian"), ("eliminated", "jasa_kepeloporan")])
def test_who_was_judged_and_stands_elsewhere_now_is_not_left_out_of_a_signature(status, category, chair):
    """The eliminated one has no place either, and yet the ranking says that it was judged, and how."""
    winner, out = scenes.upakarti(), scenes.upakarti()
    scenes.score_stage(out, [scenes.even_answers(scenes.stage_of(out), "3")] * 2)
    scenes.close(out)
    scenes.walk(winner)
    scenes.recommend(winner, chair, stars=None)
    row = Nomination.objects.filter(pk=out.pk)
    with without_triggers():
        row.update(status=status, category=Category.objects.get(award="upakarti", code=category))
    with pytest.raises(RuleBroken, match="tidak masuk peringkat") as refused:
        rankings.sign_ranking(**key(winner), actor=chair)
    assert out.reference in refused.value.message
    with without_triggers():
        row.update(status=Status.ELIMINATED, category=out.category)
    assert len(json.loads(rankings.sign_ranking(**key(winner), actor=chair).content)["nominations"]) == 2


def test_an_eliminated_one_whose_stage_is_gone_is_not_signed(chair):
    winner, out = scenes.upakarti(), scenes.upakarti()
    scenes.score_stage(out, [scenes.even_answers(scenes.stage_of(out), "3")] * 2)
    scenes.close(out)
    scenes.walk(winner)
    scenes.recommend(winner, chair, stars=None)
    StageResult.objects.filter(nomination=out).delete()
    with pytest.raises(RuleBroken, match=r"hasil tahap: dihitung ada, tertulis tidak ada.*tutup lagi"):
        rankings.sign_ranking(**key(winner), actor=chair)


def test_a_cap_of_the_period_that_was_lowered_stops_the_signature(chair):
    """Each category keeps it by itself; together they do not."""
    first, second = scenes.upakarti(), scenes.upakarti(category="jasa_kepeloporan")
    for one in (first, second):
        scenes.walk(one)
        scenes.recommend(one, chair, stars=None)
    AwardCap.objects.update(max_awards=1)
    words = "seluruh periode terlampaui: 2 direkomendasikan, paling banyak 1. Kembalikan usulan ke pleno"
    with pytest.raises(RuleBroken, match=words):
        rankings.sign_ranking(**key(first), actor=chair)
    plenary.withdraw_recommendation(nomination_id=second.pk, reason="Batas.", actor=chair)
    assert rankings.sign_ranking(**key(first), actor=chair).version == 1


@contextmanager
def without_triggers() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_tie_is_decided_before_the_signature(chair):
    first, second = finished("B1"), finished("B5")
    session = scenes.session_of(first, chair)
    for one in (first, second):
        plenary.record_recommendation(
            nomination_id=one.pk, session_id=session.pk, outcome=Outcome.RECOMMENDED, stars=3, actor=chair
        )
    with pytest.raises(RuleBroken, match="seri"):
        rankings.sign_ranking(**key(first), actor=chair)
    scenes.decide_tie(session, first, [second, first], chair)
    signed = rankings.sign_ranking(**key(first), actor=chair)
    assert list(signed.entries.values_list("nomination", "rank")) == [(second.pk, 1), (first.pk, 2)]


def test_what_changed_after_the_first_signature_stops_the_second(decided, chair, admin_a):
    best, other = decided
    signed = rankings.sign_ranking(**key(best), actor=chair)
    with pytest.raises(StaleVersion):
        rankings.countersign_ranking(ranking_id=signed.pk, seen="0" * 64, actor=admin_a)
    plenary.withdraw_recommendation(nomination_id=other.pk, reason="Salah catat.", actor=chair)
    with pytest.raises(StaleVersion):
        rankings.countersign_ranking(ranking_id=signed.pk, seen=signed.sha256, actor=admin_a)
    rankings.withdraw_signature(ranking_id=signed.pk, actor=chair)
    assert not RankingSnapshot.objects.exists()


def test_who_is_recused_does_not_sign(decided, chair):
    ConflictDeclaration.objects.create(nomination=decided[1], user=chair, has_conflict=True, reason="Keluarga.")
    with pytest.raises(RuleBroken, match="benturan"):
        rankings.sign_ranking(**key(decided[0]), actor=chair)


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


def test_pages_from_the_signature_to_the_bundle(decided, chair, admin_a, client_of, post):
    best, _other = decided
    page = reverse("ranking_detail", args=[best.period_id, best.category_id])
    assert "Tandatangani peringkat" in client_of(chair).get(page).content.decode()
    sign = reverse("ranking_sign", args=[best.period_id, best.category_id])
    assert post(client_of(chair), sign).status_code == 302
    ranking = RankingSnapshot.objects.get()
    mails = OutboxMail.objects.filter(to=admin_a.email)
    assert [best.title in mail.body or "bintang" in mail.body.lower() for mail in mails] == [False]
    shown = client_of(admin_a).get(page).content.decode()
    assert "Tandatangani dan segel" in shown
    assert ranking.sha256 in shown
    seal = reverse("ranking_countersign", args=[ranking.pk])
    assert post(client_of(admin_a), seal, {"sha256": ranking.sha256}).status_code == 302
    version = client_of(admin_a).get(reverse("ranking_version", args=[ranking.pk])).content.decode()
    assert f"python -m scoring.verify BERKAS {ranking.sha256}" in version
    bundle = client_of(admin_a).get(reverse("ranking_bundle", args=[ranking.pk]))
    assert json.loads(bundle.content)["sha256"] == ranking.sha256
    assert "attachment" in bundle["Content-Disposition"]


def test_the_page_of_a_version_shows_the_difference(decided, chair, admin_a, admin_b, client_of):
    best, _other = decided
    first = scenes.sealed(best, chair, admin_a)
    rankings.open_correction(ranking_id=first.pk, reason="Bintang keliru dicatat.", actor=chair)
    rankings.confirm_correction(ranking_id=first.pk, actor=admin_b)
    plenary.withdraw_recommendation(nomination_id=best.pk, reason="Koreksi.", actor=chair)
    scenes.recommend(best, chair, stars=3)
    second = scenes.sealed(best, chair, admin_a)
    page = client_of(chair).get(reverse("ranking_version", args=[second.pk])).content.decode()
    assert "Bintang keliru dicatat." in page
    assert "Direkomendasikan, bintang 2" in page
    assert "Direkomendasikan, bintang 3" in page


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
