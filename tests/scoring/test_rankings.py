"""The seal: two persons, nothing changes afterwards, a correction is a new version."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.models import OutboxMail
from nominations.enums import Status
from nominations.models import Category, Nomination
from scoring.enums import ConflictKind, Outcome
from scoring.models import (
    AwardCap,
    ConflictDeclaration,
    FinalResult,
    RankingSnapshot,
    RoomConflict,
    Score,
    Sheet,
    StageResult,
)
from scoring.selectors.rankings import is_sealed
from scoring.services import plenary, rankings
from tests import factories
from tests.scoring import scenes
from tests.scoring.scenes import finished, key

pytestmark = pytest.mark.django_db


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
    waiting = finished()
    with pytest.raises(RuleBroken, match=f"1 usulan yang belum selesai.*: {waiting.reference}"):
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
