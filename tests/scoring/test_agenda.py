"""The agenda of the plenary: caps, ties, order, many at once, and the minutes."""

import pypdfium2
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from core.errors import RuleBroken, StaleVersion
from core.files import read_bytes
from core.models import AuditEntry
from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import Outcome
from scoring.models import (
    AwardCap,
    ConflictDeclaration,
    Minutes,
    Recommendation,
    TieDecision,
)
from scoring.selectors.plenary import finalists, ranked_categories, tie_orders
from scoring.services import agenda
from scoring.services.bulk import bulk_plan, recommend_many
from scoring.services.minutes import content_of, render_minutes, request_minutes, waiting_ids
from tests.pdfcheck import broken_rules
from tests.scoring import scenes
from tests.scoring.scenes import finished, word

pytestmark = pytest.mark.django_db


def test_the_cap_of_ten(chair):
    nomination = scenes.walk(scenes.upakarti())
    assert AwardCap.objects.get(period=nomination.period).max_awards == 10
    AwardCap.objects.update(max_awards=1)
    session = scenes.session_of(nomination, chair)
    word(nomination, session, chair, stars=None)
    second = scenes.walk(scenes.upakarti())
    agenda.update_session(session_id=session.pk, actor=chair)
    scenes.everybody_comes(session, chair)
    with pytest.raises(RuleBroken, match="sudah penuh: 1 dari 1"):
        word(second, session, chair, stars=None)
    AwardCap.objects.update(binding=False)
    assert word(second, session, chair, stars=None)


def test_a_quota_for_each_commodity_counts_those_without_one_together(chair, client_of):
    """As the preview, the report on sensitivity and the check of a bundle count them."""
    first, second = scenes.walk(scenes.upakarti()), scenes.walk(scenes.upakarti())
    AwardCap.objects.update(per="commodity", category=first.category, max_awards=1)
    session = scenes.session_of(first, chair)
    word(first, session, chair, stars=None)
    with pytest.raises(RuleBroken, match="untuk yang tanpa komoditas sudah penuh: 1 dari 1"):
        word(second, session, chair, stars=None)
    page = client_of(chair).get(reverse("plenary_detail", args=[session.pk])).content.decode()
    assert "paling banyak 1; sudah penuh: yang tanpa komoditas" in page


def test_a_quota_of_a_region_is_full_for_that_region_alone(chair, client_of):
    """Two of one province: the second is refused by name, one from elsewhere is not; a hint only says it."""
    first, second, elsewhere = finished(), finished("B1"), finished("B5")
    Nomination.objects.filter(pk=elsewhere.pk).update(region="32.73")
    quota = AwardCap.objects.create(period=first.period, per="province", max_awards=1)
    AwardCap.objects.create(period=first.period, per="commodity", max_awards=2)
    session = scenes.session_of(first, chair)
    url = reverse("plenary_detail", args=[session.pk])
    assert "paling banyak 1; belum ada yang penuh" in client_of(chair).get(url).content.decode()
    word(first, session, chair)
    with pytest.raises(RuleBroken, match="periode ini untuk Jawa Tengah sudah penuh: 1 dari 1"):
        word(second, session, chair)
    word(elsewhere, session, chair)
    page = client_of(chair).get(url).content.decode()
    assert "untuk setiap provinsi" in page
    assert "paling banyak 1; sudah penuh: Jawa Barat, Jawa Tengah" in page
    AwardCap.objects.filter(pk=quota.pk).update(binding=False)
    with pytest.raises(RuleBroken, match="periode ini untuk Kain batik sudah penuh: 2 dari 2"):
        word(second, session, chair)


def test_ovop_has_no_cap(chair):
    assert not AwardCap.objects.filter(period=finished().period).exists()


def test_a_tie_is_ordered_by_the_panel_and_only_as_long_as_it_is_one(chair, client_of, post):
    first, second, third = finished("B1"), finished("B5"), finished("C6")
    session = scenes.session_of(first, chair)
    for wrong in ([first, third], [first], [first, first]):
        with pytest.raises(RuleBroken, match="sudah berubah"):
            scenes.decide_tie(session, first, wrong, chair)
    url = reverse("plenary_tie", args=[session.pk, first.category_id, 1])
    same = {f"place_{first.pk}": "1", f"place_{second.pk}": "1", "reason": "Dampak."}
    assert post(client_of(chair), url, same).status_code == 422
    assert post(client_of(chair), url, same | {f"place_{first.pk}": "2", "reason": ""}).status_code == 422
    assert post(client_of(chair), url, same | {f"place_{first.pk}": "2"}).status_code == 302
    assert ranks(first) == [(second, 1, False), (first, 2, False), (third, 3, False)]
    with pytest.raises(DatabaseError), transaction.atomic():
        TieDecision.objects.update(reason="Lain")
    fourth = finished("B1")  # now three are equal: the order of two decides nothing
    assert {*ranks(first)[:3]} == {(first, 1, True), (second, 1, True), (fourth, 1, True)}


def ranks(nomination):
    [group] = ranked_categories(finalists(nomination.period_id), tie_orders(nomination.period_id))
    return [(row["nomination"], row["rank"], row["panel_decides"]) for row in group["rows"]]


def test_the_agenda_follows_places_and_can_be_ordered(chair, client_of, post):
    weaker, best = finished("C6"), finished()
    session = scenes.session_of(best, chair)
    order = session.agenda.order_by("order").values_list("nomination", flat=True)
    assert list(order) == [best.pk, weaker.pk]
    url = reverse("plenary_agenda", args=[session.pk])
    assert post(client_of(chair), url, {f"place_{weaker.pk}": "1", f"place_{best.pk}": "2"}).status_code == 302
    assert list(order.all()) == [weaker.pk, best.pk]
    late = finished("A1")
    assert post(client_of(chair), reverse("plenary_update", args=[session.pk])).status_code == 302
    assert list(order.all()) == [weaker.pk, best.pk, late.pk]


def test_case_34_many_at_once_after_a_confirmation_with_counts(chair, client_of, post):
    best, done, hidden = finished(), finished("C6"), finished("A1")
    ConflictDeclaration.objects.create(nomination=hidden, user=chair, has_conflict=True, reason="Keluarga.")
    session = scenes.session_of(best, chair)
    word(done, session, chair, outcome=Outcome.NOT_RECOMMENDED, stars=None, reason="Belum layak.")
    url = reverse("plenary_bulk", args=[session.pk, best.category_id])
    page = client_of(chair).get(url)
    plan = page.context["plan"]
    assert ([one.pk for one in plan.to_recommend], plan.below) == ([best.pk], [])
    assert plan.left == {Status.NOT_RECOMMENDED: 1}
    assert hidden.title not in page.content.decode()
    assert post(client_of(chair), url, {"seen": [str(best.pk), str(done.pk)]}).status_code == 409
    assert not Recommendation.objects.filter(nomination=best).exists()
    assert post(client_of(chair), url, {"seen": [str(best.pk)]}).status_code == 302
    outcomes = dict(Recommendation.objects.values_list("nomination", "outcome"))
    assert outcomes == {best.pk: "recommended", done.pk: "not_recommended"}
    assert post(client_of(chair), url, {"seen": []}).status_code == 422


def test_many_at_once_is_all_or_nothing(chair):
    first, second = scenes.walk(scenes.upakarti()), scenes.walk(scenes.upakarti())
    AwardCap.objects.update(max_awards=1)
    session = scenes.session_of(first, chair)
    key = {"session_id": session.pk, "category_id": first.category_id, "actor": chair}
    with pytest.raises(StaleVersion):
        recommend_many(seen=[first.pk], **key)
    with pytest.raises(RuleBroken, match="penuh"):
        recommend_many(seen=[first.pk, second.pk], **key)
    assert len(bulk_plan(session=session, category_id=first.category_id, actor=chair).to_recommend) == 2


def test_many_at_once_leaves_out_who_is_beyond_a_binding_quota(chair, client_of):
    """The second of a province waits for the plenary's own word; a hint keeps nobody back."""
    best, second, elsewhere = finished(), finished("B1"), finished("B5")
    Nomination.objects.filter(pk=elsewhere.pk).update(region="32.73")
    quota = AwardCap.objects.create(period=best.period, per="province", max_awards=1)
    session = scenes.session_of(best, chair)
    page = client_of(chair).get(reverse("plenary_bulk", args=[session.pk, best.category_id]))
    plan = page.context["plan"]
    assert ({one.pk for one in plan.to_recommend}, plan.beyond) == ({best.pk, elsewhere.pk}, [second])
    assert "di luar batas penerima: diputuskan satu per satu" in page.content.decode()
    key = {"session_id": session.pk, "category_id": best.category_id, "actor": chair}
    assert recommend_many(seen=[best.pk, elsewhere.pk], **key) == 2
    AwardCap.objects.filter(pk=quota.pk).update(binding=False)
    assert bulk_plan(session=session, category_id=best.category_id, actor=chair).to_recommend == [second]


def test_minutes_say_what_was_recorded_and_are_a_draft_until_the_seal(chair, admin_a, client_of, post):
    nomination = finished()
    session = scenes.session_of(nomination, chair)
    word(nomination, session, chair, stars=2, reason="Kapasitas belum terbukti.")
    url = reverse("plenary_minutes", args=[session.pk])
    page = client_of(chair).get(url).content.decode()
    for expected in (
        "KONSEP",
        nomination.title,
        "bintang 2",
        "Kapasitas belum terbukti.",
        "Mufakat 4 anggota",
        chair.name,
    ):
        assert expected in page
    assert post(client_of(admin_a), url).status_code == 403
    assert post(client_of(chair), url).status_code == 302
    minutes = Minutes.objects.get()
    assert waiting_ids() == [minutes.pk]
    render_minutes(minutes.pk)
    render_minutes(minutes.pk)
    file = client_of(admin_a).get(reverse("plenary_minutes_file", args=[session.pk, 1]))
    assert b"".join(file.streaming_content).startswith(b"%PDF-")
    assert nomination.reference not in file["Content-Disposition"]
    left = AuditEntry.objects.get(action="scoring.minutes_downloaded")
    assert (left.actor_id, left.object_id, left.data) == (admin_a.pk, str(session.pk), {"version": 1})
    scenes.sealed(nomination, chair, admin_a)
    assert content_of(session)["draft"] is False


def test_the_annexes_of_the_minutes_name_who_was_there_and_the_seal_of_the_ranking(chair, admin_a):
    nomination = finished()
    session = scenes.session_of(nomination, chair)
    word(nomination, session, chair)
    ranking = scenes.sealed(nomination, chair, admin_a)
    minutes = request_minutes(session_id=session.pk, actor=chair)
    [group] = minutes.content["ranking"]
    assert group["seal"]["sha256"] == ranking.sha256
    assert [text.split(",")[0] for text in group["seal"]["signed"]] == [chair.name, admin_a.name]
    assert not minutes.content["draft"]
    render_minutes(minutes.pk)
    minutes.refresh_from_db()
    assert broken_rules(read_bytes(minutes.file), "3a") == []
    with pypdfium2.PdfDocument(read_bytes(minutes.file)) as document:
        text = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    assert "Lampiran: daftar hadir dan tanda tangan" in text
    assert "Lampiran: anggota yang keluar ruangan" in text
    assert ranking.sha256 in text.replace(" ", "")
