"""Who stepped aside reads pages of the plenary and of rankings as if the nomination did not exist: no gap, no count."""

import re
from typing import Any

import pytest
from django.urls import reverse

from accounts.enums import Role
from core.errors import NotPermitted, RuleBroken
from core.models import OutboxMail
from nominations.models import Nomination, ProductEntry
from reports.enums import ReportKind
from scoring.models import AwardCap, ConflictDeclaration, TieDecision
from scoring.selectors.people import recused_nominations
from scoring.selectors.places import Narrowing, outside_caps, ranking_page
from scoring.selectors.plenary import cap_states, finalists, places_of, ranked_categories, tie_orders
from scoring.services import agenda, rankings
from scoring.services.bulk import bulk_plan
from scoring.services.stages import reopen_stage
from tests.factories import make_user
from tests.reports.test_reports import sheets_in, written
from tests.scoring import scenes
from tests.scoring.scenes import finished, word

pytestmark = pytest.mark.django_db
SENTENCE = "dihitung di antara usulan yang tampil bagi Anda"


@pytest.fixture
def reader(db: None) -> Any:
    return make_user(Role.PANEL_CHAIR, name="Ketua Kedua")


def recuse(nomination: Any, person: Any) -> None:
    ConflictDeclaration.objects.create(nomination=nomination, user=person, has_conflict=True, reason="Keluarga.")


def page_of(client: Any, name: str, *args: Any, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(client: Any, nomination: Nomination) -> list[tuple[int, int]]:
    """Nominations with their places as the ranking's page gives them."""
    answer = client.get(reverse("ranking_detail", args=[nomination.period_id, nomination.category_id]))
    return [(row["nomination"].pk, row["rank"]) for row in answer.context["rows"]]


def test_caps_count_what_the_reader_meets(chair, reader, client_of):
    secret, other = finished(), finished("C6")
    AwardCap.objects.create(period=secret.period, per="", max_awards=10)
    AwardCap.objects.create(period=secret.period, per="province", max_awards=1)
    session = scenes.session_of(secret, chair)
    recuse(secret, reader)
    client = client_of(reader)
    before = page_of(client, "plenary_detail", session.pk)
    word(secret, session, chair)
    after = page_of(client, "plenary_detail", session.pk)
    for text in ("0 dari 10 sudah direkomendasikan", "paling banyak 1; belum ada yang penuh", SENTENCE):
        assert text in before, text
        assert text in after, text
    official = page_of(client_of(chair), "plenary_detail", session.pk)
    for text in ("1 dari 10 sudah direkomendasikan", "sudah penuh: Jawa Tengah"):
        assert text in official, text
    assert SENTENCE not in official
    assert other.reference in after


def test_caps_leave_out_an_item_for_which_the_data_send_the_reader_outside(chair, client_of):
    secret, _other = finished(), finished("C6")
    AwardCap.objects.create(period=secret.period, per="", max_awards=10)
    tied = make_user(Role.PANEL_CHAIR, institution=ProductEntry.objects.get(nomination=secret).ikm.name)
    session = scenes.session_of(secret, chair)
    word(secret, session, chair)
    text = page_of(client_of(tied), "plenary_detail", session.pk)
    assert "0 dari 10 sudah direkomendasikan" in text
    assert SENTENCE in text


def test_the_simulation_counts_and_places_what_the_reader_meets(chair, reader, client_of):
    secret, other, third = finished(), finished("B1"), finished("C6")
    recuse(secret, reader)
    query = "?band_3=80&band_2=70&band_1=60&cap=1"
    official = page_of(client_of(chair), "ranking_preview", secret.period_id, secret.category_id, query=query)
    text = page_of(client_of(reader), "ranking_preview", secret.period_id, secret.category_id, query=query)
    assert "2 dari 3 usulan berubah" in official
    assert "1 dari 2 usulan berubah" in text
    assert third.reference in text
    assert other.reference not in text  # the first of what is met has the one place
    assert SENTENCE in text


def test_places_have_no_gap_and_no_trace_of_a_tie(chair, reader, client_of):
    best, secret, last = finished(), finished("C6"), finished("A1", "C6")
    tied = finished("C6")
    recuse(secret, reader)
    assert [rank for _pk, rank in shown(client_of(chair), best)] == [1, 2, 2, 4]
    assert shown(client_of(reader), best) == [(best.pk, 1), (tied.pk, 2), (last.pk, 3)]
    session = scenes.session_of(best, chair)
    client, link = client_of(reader), reverse("plenary_tie", args=[session.pk, best.category_id, 2])
    text = page_of(client, "plenary_detail", session.pk)
    assert "Panel memutuskan" not in text
    assert "Panel memutuskan" not in page_of(client, "ranking_detail", best.period_id, best.category_id)
    assert link in page_of(client_of(chair), "plenary_detail", session.pk)
    assert client.get(link).status_code == 404
    assert "Tetapkan urutan" not in text


def test_a_tie_of_others_is_ordered_by_who_meets_all_of_the_category(chair, reader, client_of):
    """Or the refusal would tell whether the hidden one shares their place."""
    first, second, secret = finished("B1"), finished("B5"), finished("C6")
    recuse(secret, reader)
    session = scenes.session_of(first, chair)
    with pytest.raises(NotPermitted, match="ketua panel lain"):
        scenes.decide_tie(session, first, [second, first], reader)
    text = page_of(client_of(reader), "plenary_detail", session.pk)
    assert "Panel memutuskan" in text
    assert "Tetapkan urutan" not in text
    scenes.decide_tie(session, first, [second, first], chair)
    assert shown(client_of(reader), first) == [(second.pk, 1), (first.pk, 2)]


def test_what_the_panel_ordered_stands_without_the_hidden_one(chair, reader, client_of):
    first, secret, third = finished("B1"), finished("B5"), finished("B1")
    Nomination.objects.filter(pk=third.pk).update(title="Ketiga")
    session = scenes.session_of(first, chair)
    rows = ranked_categories(finalists(first.period_id))[0]["rows"]
    assert {row["rank"] for row in rows} == {1}
    scenes.decide_tie(session, first, [third, secret, first], chair)
    recuse(secret, reader)
    assert shown(client_of(reader), first) == [(third.pk, 1), (first.pk, 2)]
    hidden = recused_nominations(reader, first.period_id)
    assert tie_orders(first.period_id, hidden) == {first.category_id: [[str(third.pk), str(first.pk)]]}
    assert places_of(first.period_id, hidden) == {third.pk: 1, first.pk: 2}
    assert places_of(first.period_id) == {third.pk: 1, secret.pk: 2, first.pk: 3}
    assert TieDecision.objects.count() == 1


def test_who_is_within_a_cap_is_told_from_what_is_met(chair, reader):
    secret, other, third = finished(), finished("B1"), finished("C6")
    AwardCap.objects.create(period=secret.period, per="", max_awards=1, binding=True)
    where = secret.period_id, secret.category_id
    assert outside_caps(*where) == {other.pk, third.pk}
    assert outside_caps(*where, hidden={secret.pk}) == {third.pk}
    page = ranking_page(*where, Narrowing({secret.pk}))
    assert [row["rank"] for row in page.rows] == [1, 2]
    assert [state.total for state in cap_states(secret.period_id, {secret.pk})] == [0]


def test_many_at_once_tells_nothing_where_a_cap_binds(chair, reader):
    """Who comes within the cap depends on the hidden one, so the plenary looks at each."""
    secret, other, third = finished(), finished("B1"), finished("C6")
    session = scenes.session_of(secret, chair)
    recuse(secret, reader)
    free = bulk_plan(session=session, category_id=secret.category_id, actor=reader)
    assert {one.pk for one in free.to_recommend} == {other.pk, third.pk}
    AwardCap.objects.create(period=secret.period, per="", max_awards=2, binding=True)
    plan = bulk_plan(session=session, category_id=secret.category_id, actor=reader)
    assert plan.to_recommend == []
    assert {one.pk for one in plan.beyond} == {other.pk, third.pk}
    official = bulk_plan(session=session, category_id=secret.category_id, actor=chair)
    assert {one.pk for one in official.to_recommend} == {secret.pk, other.pk}


def test_the_agenda_counts_what_is_shown_and_a_new_order_moves_nothing_hidden(chair, reader, client_of, post):
    first, secret, third, last = finished(), finished("B1"), finished("C6"), finished("A1", "C6")
    session = scenes.session_of(first, chair)
    recuse(secret, reader)
    order = session.agenda.order_by("order").values_list("nomination", flat=True)
    assert list(order) == [first.pk, secret.pk, third.pk, last.pk]
    client, url = client_of(reader), reverse("plenary_agenda", args=[session.pk])
    text = page_of(client, "plenary_detail", session.pk)
    given = dict(re.findall(r'name="(place_\d+)" value="(\d+)"', text))
    assert sorted(given.values()) == ["1", "2", "3"]
    assert post(client, url, given).status_code == 302
    assert list(order.all()) == [first.pk, secret.pk, third.pk, last.pk]
    assert post(client, url, given | {f"place_{last.pk}": "1", f"place_{first.pk}": "3"}).status_code == 302
    assert list(order.all()) == [last.pk, secret.pk, third.pk, first.pk]


def test_what_is_new_or_discussed_is_not_told_of_the_hidden_one(chair, reader):
    first = finished()
    session = scenes.session_of(first, chair)
    secret = finished("B1")
    recuse(secret, reader)
    assert agenda.update_session(session_id=session.pk, actor=reader) == 0
    assert session.agenda.filter(nomination=secret).exists()
    with pytest.raises(RuleBroken, match="tidak ada dalam acara"):
        agenda.discuss(session_id=session.pk, nomination_id=secret.pk, actor=reader)


def test_what_left_the_plenary_stays_hidden_on_the_agenda(chair, reader, client_of):
    first, secret = finished(), finished("B1")
    Nomination.objects.filter(pk=secret.pk).update(title="Rahasia Sendiri")
    session = scenes.session_of(first, chair)
    recuse(secret, reader)
    reopen_stage(nomination_id=secret.pk, stage_id=scenes.stage_of(secret).pk, reason="Periksa lagi.", actor=chair)
    assert "Rahasia Sendiri" not in page_of(client_of(reader), "plenary_detail", session.pk)
    assert "Rahasia Sendiri" in page_of(client_of(chair), "plenary_detail", session.pk)


@pytest.fixture
def signed(chair: Any, reader: Any) -> tuple[Any, Any, Any]:
    """Two decided finalists, a hidden one ahead of them, and the signed ranking of the three."""
    secret, other, last = finished(), finished("B1"), finished("C6")
    session = scenes.session_of(secret, chair)
    for one in (secret, other, last):
        word(one, session, chair, stars=scenes.final_of(one).stars)
    recuse(secret, reader)
    ranking = rankings.sign_ranking(period_id=secret.period_id, category_id=secret.category_id, actor=chair)
    return secret, [other, last], ranking


def test_a_signed_version_is_read_without_a_gap(signed, chair, reader, client_of):
    secret, others, ranking = signed
    answer = client_of(reader).get(reverse("ranking_version", args=[ranking.pk]))
    assert [(row["nomination"], row["rank"]) for row in answer.context["rows"]] == [
        (others[0].pk, 1),
        (others[1].pk, 2),
    ]
    text = answer.content.decode()
    assert SENTENCE in text
    assert ranking.sha256 not in text  # a seal of the whole, which the reader does not hold
    assert reverse("ranking_bundle", args=[ranking.pk]) not in text
    official = client_of(chair).get(reverse("ranking_version", args=[ranking.pk])).content.decode()
    assert ranking.sha256 in official
    assert secret.title in official


def test_who_stepped_aside_is_offered_no_signature(signed, reader, client_of):
    secret, _others, ranking = signed
    text = page_of(client_of(reader), "ranking_detail", secret.period_id, secret.category_id)
    for name in ("ranking_unsign", "ranking_countersign"):
        assert reverse(name, args=[ranking.pk]) not in text, name
    assert ranking.sha256 not in text
    assert "Menunggu tanda tangan kedua" in text


def test_a_category_of_the_hidden_one_alone_is_empty(chair, admin_a, reader, client_of):
    secret = finished()
    scenes.recommend(secret, chair)
    ranking = scenes.sealed(secret, chair, admin_a)
    recuse(secret, reader)
    client, where = client_of(reader), [secret.period_id, secret.category_id]
    assert secret.category.label not in page_of(client, "ranking_list")
    text = page_of(client, "ranking_detail", *where)
    assert "Belum ditandatangani" in text
    assert "Versi 1" not in text
    assert client.get(reverse("ranking_version", args=[ranking.pk])).status_code == 404
    assert secret.category.label in page_of(client_of(chair), "ranking_list")


@pytest.mark.parametrize(("kind", "table"), [(ReportKind.RANKING, "Peringkat"), (ReportKind.SCORES, "Usulan")])
def test_workbooks_of_a_worker_follow_the_same_rule(kind, table, chair, reader):
    secret, other, last = finished(), finished("B1"), finished("C6")
    recuse(secret, reader)
    tables = sheets_in(written(other, reader, kind))
    found = {row["Nomor usulan"]: row["Peringkat"] for row in tables[table]}
    assert found == {other.reference: 1, last.reference: 2}
    assert SENTENCE in str(tables["Keterangan"])
    official = sheets_in(written(other, chair, kind))
    assert {row["Nomor usulan"]: row["Peringkat"] for row in official[table]}[other.reference] == 2
    assert SENTENCE not in str(official["Keterangan"])


def test_an_admin_with_a_conflict_in_the_category_is_not_asked_to_sign(chair, admin_a):
    secret, winner = finished(), finished("C6")
    aside = make_user(Role.MINISTRY_ADMIN)
    recuse(secret, aside)
    session = scenes.session_of(secret, chair)
    for one in (secret, winner):
        word(one, session, chair, stars=scenes.final_of(one).stars)
    OutboxMail.objects.all().delete()
    rankings.sign_ranking(period_id=secret.period_id, category_id=secret.category_id, actor=chair)
    assert set(OutboxMail.objects.values_list("to", flat=True)) == {admin_a.email}
