"""In the room: attendance and quorum, recusals, votes, what is discussed now."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core.errors import NotPermitted, RuleBroken
from nominations.models import ProductEntry
from scoring.enums import AttendanceState, Finding, Outcome, VoteChoice
from scoring.models import (
    ConflictDeclaration,
    PanelSeat,
    Recommendation,
    RoomConflict,
    Sheet,
    Vote,
)
from scoring.rules import quorum_needed, votes_carry
from scoring.selectors.people import panel_of, room_of
from scoring.services import agenda, plenary
from scoring.services.bulk import recommend_many
from scoring.services.minutes import content_of
from tests.factories import make_user
from tests.scoring import scenes
from tests.scoring.scenes import finished, word

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("members", "percent", "needed"), [(3, 51, 2), (4, 51, 3), (2, 50, 1), (3, 67, 3), (0, 51, 1), (10, 100, 10)]
)
def test_quorum_is_a_share_rounded_up(members, percent, needed):
    assert quorum_needed(members, percent) == needed


@pytest.mark.parametrize(
    ("votes", "recommend", "carries"),
    [
        ([], True, True),
        (["for", "for", "against"], True, True),
        (["for", "against"], True, False),
        (["for", "against"], False, True),
        (["abstain"], True, False),
        (["for"], False, False),
    ],
)
def test_more_for_than_against_carries(votes, recommend, carries):
    assert votes_carry(votes, recommend=recommend) is carries


def test_the_panel_is_the_chairs_and_the_scorers_of_the_period(chair):
    nomination = finished()
    scorers = set(Sheet.objects.filter(nomination=nomination).values_list("assessor", flat=True))
    assert {member.pk for member in panel_of(nomination.period_id)} == scorers | {chair.pk}


def test_where_there_are_seats_they_are_the_panel(chair):
    """Neither who scored without a seat, nor an ended seat, nor a seat of somebody whose role is over."""
    nomination = finished()
    seated, ended, former = scenes.assessors(3)
    for person in (seated, ended, former):
        PanelSeat.objects.create(period=nomination.period, user=person, capacity=5, active=person != ended)
    former.memberships.update(valid_to=timezone.localdate() - timedelta(days=1))
    assert {member.pk for member in panel_of(nomination.period_id)} == {chair.pk, seated.pk}


def test_an_update_takes_over_the_seats_and_keeps_who_was_there(chair):
    nomination = finished()
    first, second = scenes.assessors(2)
    for person in (first, second):
        PanelSeat.objects.create(period=nomination.period, user=person, capacity=5)
    session = scenes.session_of(nomination, chair, present=False)
    agenda.record_attendance(session_id=session.pk, states={first.pk: AttendanceState.PRESENT}, actor=chair)
    PanelSeat.objects.update(active=False)
    agenda.update_session(session_id=session.pk, actor=chair)
    assert set(session.attendances.values_list("member", flat=True)) == {chair.pk, first.pk}


def test_below_the_quorum_nothing_is_decided(chair):
    nomination = finished()
    session = scenes.session_of(nomination, chair, present=False)
    members = list(session.attendances.values_list("member", flat=True))
    agenda.record_attendance(session_id=session.pk, states={members[0]: AttendanceState.PRESENT}, actor=chair)
    with pytest.raises(RuleBroken, match="hadir 1, diperlukan 3 dari 4"):
        word(nomination, session, chair)
    agenda.record_attendance(
        session_id=session.pk, states=dict.fromkeys(members[:3], AttendanceState.PRESENT), actor=chair
    )
    assert word(nomination, session, chair).present == 3


def test_who_left_counts_no_more_and_the_time_stays(chair):
    session = scenes.session_of(finished(), chair)
    gone = session.attendances.first()
    for _time in range(2):
        agenda.record_attendance(session_id=session.pk, states={gone.member_id: AttendanceState.LEFT}, actor=chair)
    before = gone.left_at
    gone.refresh_from_db()
    assert before is None
    assert gone.left_at
    assert gone.member not in room_of(session, []).present


def test_a_planned_session_decides_nothing_before_its_day(chair):
    nomination = finished()
    session = plenary.record_plenary_session(
        period_id=nomination.period_id, held_on=timezone.localdate() + timedelta(days=7), place="Jakarta", actor=chair
    )
    assert list(session.agenda.values_list("nomination", flat=True)) == [nomination.pk]
    with pytest.raises(RuleBroken, match="sejak hari sidang"):
        scenes.everybody_comes(session, chair)
    with pytest.raises(RuleBroken, match="belum terjadi"):
        word(nomination, session, chair)


def recused_member(nomination, chair):
    """A juror's colleague of the panel who scored another nomination and declares a conflict on this one."""
    other = finished("C6")
    member = Sheet.objects.filter(nomination=other).first().assessor
    ConflictDeclaration.objects.create(nomination=nomination, user=member, has_conflict=True, reason="Keluarga.")
    return member, other


def test_a_recused_member_is_outside_and_does_not_vote(chair):
    nomination = finished()
    member, _other = recused_member(nomination, chair)
    session = scenes.session_of(nomination, chair)
    room = room_of(session, [nomination.pk])
    assert room.outside == [member]
    everybody = dict.fromkeys(session.attendances.values_list("member", flat=True), VoteChoice.FOR)
    with pytest.raises(RuleBroken, match="setiap anggota yang ada di ruangan"):
        word(nomination, session, chair, votes=everybody)
    inside = {pk: choice for pk, choice in everybody.items() if pk != member.pk}
    recommendation = word(nomination, session, chair, votes=inside)
    assert (recommendation.recused, recommendation.votes.count()) == (1, len(inside))
    with pytest.raises(DatabaseError, match="scoring_vote_recused"), transaction.atomic():
        Vote.objects.create(recommendation=recommendation, member=member, choice="for")


def member_from_home(nomination, **facts):
    """A member of the panel from the nomination's own province, who scores others and has declared nothing."""
    member = make_user(Role.ASSESSOR, region=nomination.region.parent_id, institution=scenes.AWAY, **facts)
    PanelSeat.objects.create(period=nomination.period, user=member, capacity=5)
    for scorer in Sheet.objects.values_list("assessor", flat=True):
        PanelSeat.objects.get_or_create(period=nomination.period, user_id=scorer, defaults={"capacity": 5})
    return member


def test_who_comes_from_the_same_province_leaves_without_having_declared(chair, client_of):
    nomination = finished()
    member = member_from_home(nomination)
    session = scenes.session_of(nomination, chair)
    assert room_of(session, [nomination.pk]).outside == [member]
    page = client_of(chair).get(reverse("plenary_detail", args=[session.pk])).content.decode()
    assert f"{member.name} (provinsi yang sama)" in page
    agenda.discuss(session_id=session.pk, nomination_id=nomination.pk, actor=chair)
    hidden = client_of(member).get(reverse("plenary_now", args=[session.pk])).content.decode()
    assert "di luar ruangan" in hidden
    assert nomination.title not in hidden
    inside = session.attendances.exclude(member=member).values_list("member", flat=True)
    everybody = dict.fromkeys([*inside, member.pk], VoteChoice.FOR)
    with pytest.raises(RuleBroken, match="setiap anggota yang ada di ruangan"):
        word(nomination, session, chair, votes=everybody)
    recommendation = word(nomination, session, chair, votes=dict.fromkeys(inside, VoteChoice.FOR))
    assert recommendation.recused == 1
    with pytest.raises(DatabaseError, match="scoring_vote_recused"), transaction.atomic():
        Vote.objects.create(recommendation=recommendation, member=member, choice="for")
    assert content_of(session)["items"][0]["outside"] == [member.name]


def test_what_is_found_is_looked_at_again_and_stays_as_it_was_at_the_decision(chair):
    nomination = finished()
    member = member_from_home(nomination)
    session = scenes.session_of(nomination, chair)
    home = member.memberships.get()
    member.memberships.update(region=None)
    agenda.discuss(session_id=session.pk, nomination_id=nomination.pk, actor=chair)
    assert room_of(session, [nomination.pk]).outside == []
    home.save()
    agenda.update_session(session_id=session.pk, actor=chair)
    assert room_of(session, [nomination.pk]).outside == [member]
    word(nomination, session, chair)
    member.memberships.update(region=None)
    scenes.everybody_comes(session, chair)
    assert room_of(session, [nomination.pk]).outside == [member]


def test_what_reached_the_plenary_late_is_looked_at_before_it_is_decided(chair):
    session = scenes.session_of(finished("C6"), chair)
    late = finished()
    member = member_from_home(late)
    agenda.update_session(session_id=session.pk, actor=chair)
    scenes.everybody_comes(session, chair)
    session.agenda.filter(nomination=late).delete()
    RoomConflict.objects.all().delete()
    assert word(late, session, chair).recused == 1
    assert RoomConflict.objects.get(nomination=late).member == member
    assert session.agenda.filter(nomination=late).exists()


def test_a_chair_whom_the_data_tie_to_an_item_records_nothing_on_it(chair, client_of):
    nomination, other = finished(), finished("C6")
    tied = make_user(Role.PANEL_CHAIR, institution=ProductEntry.objects.get(nomination=nomination).ikm.name)
    session = scenes.session_of(nomination, chair)
    with pytest.raises(NotPermitted, match="ketua panel lain"):
        word(nomination, session, tied)
    with pytest.raises(NotPermitted, match="ketua panel lain"):
        scenes.decide_tie(session, nomination, [nomination, other], tied)
    client = client_of(tied)
    assert client.get(reverse("recommendation", args=[session.pk, nomination.pk])).status_code == 404
    page = client.get(reverse("plenary_detail", args=[session.pk])).content.decode()
    assert nomination.reference not in page
    assert other.reference in page
    assert word(other, session, tied, stars=scenes.final_of(other).stars)


def test_votes_that_do_not_carry_are_refused(chair):
    nomination = finished()
    session = scenes.session_of(nomination, chair)
    members = list(session.attendances.values_list("member", flat=True))
    split = dict.fromkeys(members[:2], VoteChoice.FOR) | dict.fromkeys(members[2:], VoteChoice.AGAINST)
    with pytest.raises(RuleBroken, match="tidak sesuai dengan suara"):
        word(nomination, session, chair, votes=split)
    refused = word(nomination, session, chair, outcome=Outcome.NOT_RECOMMENDED, stars=None, reason="Seri.", votes=split)
    assert refused.votes.count() == 4


def test_now_discussing_on_a_members_own_phone(chair, client_of):
    nomination = finished()
    member, other = recused_member(nomination, chair)
    session = scenes.session_of(nomination, chair)
    scorer = Sheet.objects.filter(nomination=nomination).first().assessor
    url = reverse("plenary_now", args=[session.pk])
    assert client_of(scorer).get(url).status_code == 404
    agenda.discuss(session_id=session.pk, nomination_id=nomination.pk, actor=chair)
    assert nomination.title in client_of(scorer).get(url).content.decode()
    screen = client_of(chair).get(url).content.decode()
    assert member.name in screen
    hidden = client_of(member).get(url).content.decode()
    assert "di luar ruangan" in hidden
    assert nomination.title not in hidden
    assert nomination.reference not in hidden
    assert "100,00" not in hidden
    agenda.discuss(session_id=session.pk, nomination_id=other.pk, actor=chair)
    assert other.title in client_of(member).get(url).content.decode()
    agenda.record_attendance(session_id=session.pk, states={scorer.pk: AttendanceState.LEFT}, actor=chair)
    assert client_of(scorer).get(url).status_code == 404


def test_the_chair_ends_the_discussion_from_the_screen(chair, client_of, post):
    nomination = finished()
    session = scenes.session_of(nomination, chair)
    client, screen = client_of(chair), reverse("plenary_now", args=[session.pk])
    discuss = reverse("plenary_discuss", args=[session.pk])
    assert post(client, discuss, {"nomination": str(nomination.pk)})["Location"] == screen
    page = client.get(screen).content.decode()
    assert "Akhiri pembahasan" in page
    assert page.index("Akhiri pembahasan") > page.index("data-progress")  # beside what is fetched again, not in it
    assert post(client, discuss)["Location"] == screen
    assert "Belum ada usulan yang dibahas." in client.get(screen).content.decode()
    assert post(client, discuss, {"nomination": "999999"}).status_code == 302


def test_other_stars_without_a_reason_are_said_at_the_reason(chair, client_of, post):
    nomination = finished()
    session = scenes.session_of(nomination, chair)
    url, data = reverse("recommendation", args=[session.pk, nomination.pk]), {"outcome": "recommended", "stars": "2"}
    refused = post(client_of(chair), url, data)
    assert refused.status_code == 422
    assert refused.context["form"].errors == {"reason": ["Bintang berbeda dari hasil nilai. Tulis alasan pleno."]}
    assert not Recommendation.objects.exists()
    assert post(client_of(chair), url, data | {"reason": "Kapasitas belum terbukti."}).status_code == 302


def test_now_discussing_shows_what_the_field_found_and_what_was_said_about_far_apart_scores(chair, client_of):
    nomination = scenes.upakarti(name="Yayasan Beda")
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.even_answers(stage, "5"), scenes.even_answers(stage, "3.5")])
    scenes.moderate(nomination, chair, "Konsep rahasia.", submit=False)
    scenes.close(nomination, note="Dibahas: bukti ekspor baru ditemukan.")
    scenes.visit(nomination, Finding.PARTLY)
    scenes.close(nomination)
    scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination, "juri"), "4")] * 3)
    scenes.close(nomination)
    session = scenes.session_of(nomination, chair)
    agenda.discuss(session_id=session.pk, nomination_id=nomination.pk, actor=chair)
    member = Sheet.objects.filter(nomination=nomination).first().assessor
    page = client_of(member).get(reverse("plenary_now", args=[session.pk])).content.decode()
    for expected in ("Selisih antarpenilai 30,00", "Di atas ambang", "bukti ekspor baru", "Terbukti sebagian"):
        assert expected in page
    assert "Dilihat di tempat." in page
    assert "Konsep rahasia." not in page


def test_a_recused_chair_meets_the_nomination_on_no_page_of_the_plenary(chair, client_of):
    nomination, other = finished(), finished("C6")
    session = scenes.session_of(nomination, chair)
    agenda.discuss(session_id=session.pk, nomination_id=nomination.pk, actor=chair)
    ConflictDeclaration.objects.create(nomination=nomination, user=chair, has_conflict=True, reason="Keluarga.")
    client = client_of(chair)
    category = nomination.category_id
    for name, args in (
        ("plenary_detail", [session.pk]),
        ("plenary_now", [session.pk]),
        ("plenary_bulk", [session.pk, category]),
        ("ranking_detail", [nomination.period_id, category]),
    ):
        page = client.get(reverse(name, args=args)).content.decode()
        assert nomination.reference not in page, name
    assert client.get(reverse("plenary_minutes", args=[session.pk])).status_code == 404
    assert client.get(reverse("recommendation", args=[session.pk, nomination.pk])).status_code == 404
    assert other.reference in client.get(reverse("plenary_detail", args=[session.pk])).content.decode()


@pytest.mark.parametrize("persona", ["admin_a", "auditor", "verifier", "assessor_batik"])
def test_only_the_chair_runs_the_room(persona, chair, request):
    nomination = finished()
    session = scenes.session_of(nomination, chair)
    person = request.getfixturevalue(persona)
    for act in (
        lambda: agenda.record_attendance(session_id=session.pk, states={}, actor=person),
        lambda: agenda.order_agenda(session_id=session.pk, places={}, actor=person),
        lambda: agenda.discuss(session_id=session.pk, nomination_id=nomination.pk, actor=person),
        lambda: scenes.decide_tie(session, nomination, [nomination], person),
        lambda: recommend_many(session_id=session.pk, category_id=nomination.category_id, seen=[], actor=person),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_before_its_day_a_session_offers_nothing_that_would_be_refused(chair, client_of):
    nomination = finished()
    session = plenary.record_plenary_session(
        period_id=nomination.period_id, held_on=timezone.localdate() + timedelta(days=9), place="Jakarta", actor=chair
    )
    client, refused = client_of(chair), ("plenary_attendance", "plenary_discuss", "plenary_now", "plenary_bulk")
    page = client.get(reverse("plenary_detail", args=[session.pk])).content.decode()
    assert "baru direncanakan" in page
    assert nomination.title in page
    for name in refused:
        more = [nomination.category_id] if name == "plenary_bulk" else []
        assert reverse(name, args=[session.pk, *more]) not in page, name
    assert reverse("recommendation", args=[session.pk, nomination.pk]) not in page
    assert "Buat PDF" not in client.get(reverse("plenary_minutes", args=[session.pk])).content.decode()
