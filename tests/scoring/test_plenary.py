"""The plenary: the ranking with its ties, and what is recommended."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import NotPermitted, RuleBroken
from nominations.enums import Status
from nominations.models import StatusChange
from scoring.enums import Outcome
from scoring.models import PlenarySession, Recommendation
from scoring.selectors.plenary import finalists, ranked_categories
from scoring.services import plenary
from scoring.services.decrees import DecreeFacts, record_decree
from tests.scoring import scenes
from tests.scoring.scenes import finished

pytestmark = pytest.mark.django_db
FACTS = DecreeFacts("1 Tahun 2026", "Penerima OVOP", timezone.localdate(), "Menteri", "Nama", "Jakarta")


def places(nomination):
    [group] = ranked_categories(finalists(nomination.period_id))
    return [(row["nomination"], row["rank"], row["panel_decides"]) for row in group["rows"]]


def test_ties_are_broken_in_the_declared_order_and_then_by_the_panel():
    """98 four times: C decides first, then A; two with equal keys are left to the panel."""
    in_c = finished("C6")  # C6 4 → 1: 97
    in_b = finished("B1")  # B1 4 → 1: 97, C keeps 45
    in_b_too = finished("B5")  # B5 4 → 1: 97, same keys as the one above
    best = finished()
    assert places(best) == [(best, 1, False), (in_b, 2, True), (in_b_too, 2, True), (in_c, 4, False)]


EARLY = {"A5": "5", "A2": "3", "A7": "3"}  # 4 everywhere gives 80: +5 − 3 − 2
LATE = {"A2": "4.5", "A4": "3.5"}  # +1,5 − 1,5


def test_upakarti_ties_are_broken_by_the_aspects_of_the_substance():
    late, early = walked(LATE), walked(EARLY)
    assert scenes.final_of(early).score == scenes.final_of(late).score
    assert places(early) == [(early, 1, False), (late, 2, False)]


def walked(marks: dict[str, str]):
    """An Upakarti nomination through all stages: 80 in substance, 100 in the visit, 80 by the jury."""
    return scenes.walk(scenes.upakarti(), marks)


def test_recommend_with_the_stars_of_the_bands(chair):
    nomination = scenes.ovop_in_plenary()
    recommendation = scenes.recommend(nomination, chair, stars=3)
    nomination.refresh_from_db()
    assert (recommendation.outcome, recommendation.stars, nomination.status) == ("recommended", 3, Status.RECOMMENDED)


def test_other_stars_need_a_reason(chair):
    nomination = scenes.ovop_in_plenary()
    with pytest.raises(RuleBroken, match="berbeda"):
        scenes.recommend(nomination, chair, stars=2)
    assert scenes.recommend(nomination, chair, stars=2, reason="Kapasitas belum terbukti.").stars == 2


@pytest.mark.parametrize("stars", [None, 0, 4])
def test_stars_must_be_of_the_award(chair, stars):
    with pytest.raises(RuleBroken, match="bintang"):
        scenes.recommend(scenes.ovop_in_plenary(), chair, stars=stars, reason="Alasan.")
    assert not Recommendation.objects.exists()


def test_upakarti_has_no_stars(chair):
    nomination = walked({})
    with pytest.raises(RuleBroken, match="tidak memakai bintang"):
        scenes.recommend(nomination, chair, stars=3, reason="Alasan.")
    assert scenes.recommend(nomination, chair, stars=None).stars is None


def refuse(nomination, chair, **changes):
    facts = {"outcome": Outcome.NOT_RECOMMENDED, "reason": "Belum layak.", "stars": None} | changes
    session = scenes.session_of(nomination, chair)
    return plenary.record_recommendation(nomination_id=nomination.pk, session_id=session.pk, actor=chair, **facts)


def test_refusal_needs_a_reason_and_takes_no_stars(chair):
    nomination = scenes.ovop_in_plenary()
    with pytest.raises(RuleBroken, match="alasan"):
        refuse(nomination, chair, reason=" ")
    with pytest.raises(RuleBroken, match="Bintang"):
        refuse(nomination, chair, stars=1)
    refuse(nomination, chair)
    nomination.refresh_from_db()
    assert nomination.status == Status.NOT_RECOMMENDED
    assert StatusChange.objects.filter(nomination=nomination).latest("id").reason == "Belum layak."


def test_only_once_only_in_plenary_only_by_the_chair_only_in_its_period(chair, admin_a):
    nomination = scenes.ovop_in_plenary()
    with pytest.raises(NotPermitted):
        scenes.recommend(nomination, admin_a)
    other = scenes.session_of(scenes.upakarti(), chair)
    with pytest.raises(RuleBroken, match="periode lain"):
        plenary.record_recommendation(
            nomination_id=nomination.pk, session_id=other.pk, outcome=Outcome.RECOMMENDED, stars=3, actor=chair
        )
    scenes.recommend(nomination, chair)
    with pytest.raises(NotPermitted):
        scenes.recommend(nomination, chair)
    with pytest.raises(NotPermitted):
        scenes.recommend(scenes.ovop(), chair)


@pytest.mark.parametrize(
    ("held_on", "words"),
    [(timezone.localdate() + timedelta(days=400), "lebih dari setahun"), (date(1, 1, 1), "jauh sebelum periode")],
)
def test_session_is_neither_far_ahead_nor_long_past(held_on, words, chair):
    period = scenes.ovop().period
    with pytest.raises(RuleBroken, match=words):
        plenary.record_plenary_session(
            period_id=period.pk,
            held_on=held_on,
            place="Jakarta",
            attendance="Ketua",
            actor=chair,
        )


def test_pages_from_the_session_to_the_recommendation(chair, client_of, post):
    nomination, client = scenes.ovop_in_plenary(), client_of(chair)
    data = {"period": nomination.period_id, "held_on": "05-01-2026", "place": "Jakarta", "quorum_percent": "51"}
    answer = post(client, reverse("plenary_create"), data)
    session = PlenarySession.objects.get()
    assert answer["Location"] == reverse("plenary_detail", args=[session.pk])
    here = {f"state_{row.member_id}": "present" for row in session.attendances.all()}
    assert post(client, reverse("plenary_attendance", args=[session.pk]), here).status_code == 302
    url = reverse("recommendation", args=[session.pk, nomination.pk])
    assert url in client.get(answer["Location"]).content.decode()
    refused = post(client, url, {"outcome": "recommended", "stars": "1", "reason": ""})
    assert refused.status_code == 422
    assert "Bintang berbeda" in refused.content.decode()
    assert post(client, url, {"outcome": "recommended", "stars": "3", "reason": ""}).status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "Direkomendasikan" in page
    assert f'"{url}"' not in page


@pytest.mark.parametrize("changes", [{"held_on": "99-99-2026"}, {"held_on": "01-01-2100"}, {"quorum_percent": "0"}])
def test_session_form_says_what_is_wrong(chair, client_of, post, changes):
    period = scenes.ovop().period
    data = {"period": period.pk, "held_on": "05-01-2026", "place": "Jakarta", "quorum_percent": "51"} | changes
    assert post(client_of(chair), reverse("plenary_create"), data).status_code == 422
    assert not PlenarySession.objects.exists()


def test_a_recommendation_goes_back_to_the_plenary_until_a_decree_holds_it(chair, admin_a, client_of, post):
    nomination = finished()
    session = scenes.session_of(nomination, chair)
    word = {"nomination_id": nomination.pk, "session_id": session.pk, "actor": chair}
    plenary.record_recommendation(outcome=Outcome.RECOMMENDED, stars=3, **word)
    url = reverse("recommendation_withdraw", args=[session.pk, nomination.pk])

    assert post(client_of(admin_a), url, {"reason": "Salah catat"}).status_code == 403
    assert post(client_of(chair), url, {"reason": " "}).status_code == 422
    assert post(client_of(chair), url, {"reason": "Salah catat"}).status_code == 302

    nomination.refresh_from_db()
    assert nomination.status == Status.IN_PLENARY
    assert not Recommendation.objects.exists()
    plenary.record_recommendation(outcome=Outcome.RECOMMENDED, stars=2, reason="Kemasan belum konsisten.", **word)
    scenes.sealed(nomination, chair, admin_a)
    record_decree(period_id=nomination.period_id, facts=FACTS, nomination_ids=[nomination.pk], actor=admin_a)
    with pytest.raises(RuleBroken, match="sudah ada dalam keputusan"):
        plenary.withdraw_recommendation(nomination_id=nomination.pk, reason="Terlambat", actor=chair)
    assert Recommendation.objects.get().stars == 2
