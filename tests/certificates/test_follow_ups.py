"""What became of a star after one and two years: who coaches it, what is recorded, and who reads it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from certificates.services.upkeep import revoke_certificate
from core.errors import NotPermitted
from core.formats import rupiah
from core.models import AuditEntry, OutboxMail
from nominations.enums import Status
from nominations.models import Coaching, FollowUp, Nomination
from nominations.rules import years_after
from nominations.selectors.contents import snapshot_data
from nominations.services.followups import record_follow_up, remind_of_follow_ups
from nominations.services.reviews import begin_review
from tests import factories
from tests.certificates import scenes
from tests.certificates.test_reviews import opened
from tests.transactions import together

LIST = reverse("follow_up_list")
LATE = f"{LIST}?keadaan=terlambat"


def star_of(years_ago: int = 1, **fields: Any) -> Nomination:
    star = scenes.issued(scenes.ovop(**fields)).decision.nomination
    factories.release_results(star, years_ago=years_ago)
    return star


def record(star: Nomination, actor: User, *, year: int = 1, version: int = 0, **changes: Any) -> FollowUp:
    values = factories.FOLLOW_UP | changes
    return record_follow_up(star_id=star.pk, year=year, version=version, values=values, actor=actor)


def page(client: Any, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


def form_of(star: Nomination, year: int = 1) -> str:
    return reverse("follow_up_edit", args=[star.pk, year])


@pytest.mark.django_db
@pytest.mark.parametrize(("stars", "coach"), [(1, "Kabupaten/kota"), (2, "Provinsi"), (3, "Pusat")])
def test_the_stars_say_who_coaches(stars: int, coach: str, officer_a: User, client_of: Any) -> None:
    star = star_of(stars=stars)
    assert f">{coach}<" in page(client_of(officer_a), LIST)
    Coaching.objects.filter(period=star.period, stars=stars).delete()
    assert "Belum ditetapkan" in page(client_of(officer_a), LIST)


@pytest.mark.django_db
def test_a_record_is_asked_for_a_year_after_the_release_and_not_before(
    officer_a: User, client_of: Any, post: Any
) -> None:
    star, officer = star_of(years_ago=1), client_of(officer_a)
    assert star.title in page(officer, LATE)
    assert reverse("follow_up_detail", args=[star.pk]) in page(officer, reverse("nomination_detail", args=[star.pk]))
    refused = officer.get(form_of(star, 2))
    assert refused.status_code == 403
    assert "dapat diisi mulai" in refused.content.decode()
    with pytest.raises(NotPermitted):
        record(star, officer_a, year=2)
    typed = factories.FOLLOW_UP | {"turnover": "Rp 450.000.000", "export_value": "", "version": 0}
    assert post(officer, form_of(star), typed).status_code == 302
    assert rupiah(450_000_000) in page(officer, reverse("follow_up_detail", args=[star.pk]))
    assert star.title not in page(officer, LATE)
    assert star.title in page(officer, LIST)
    assert AuditEntry.objects.get(action="nomination.followed_up").data["version"] == 1


@pytest.mark.django_db
def test_a_second_record_is_asked_for_after_two_years(
    officer_a: User, admin_a: User, client_of: Any, post: Any
) -> None:
    star, officer = star_of(years_ago=2), client_of(officer_a)
    due = years_after(timezone.localdate(star.period.results_released_at), 2)
    record(star, officer_a, outcome="Sesudah setahun.")
    assert star.title in page(officer, LATE), "the first record does not stand for the second"
    mails = OutboxMail.objects.filter(dedupe_key__startswith="follow-up:")
    assert remind_of_follow_ups(due) == 1
    assert star.title in mails.get().body
    typed = factories.FOLLOW_UP | {"export_value": "", "outcome": "Sesudah dua tahun.", "version": 0}
    assert post(officer, form_of(star, 2), typed).status_code == 302
    assert star.title not in page(officer, LATE)
    assert list(FollowUp.objects.order_by("year").values_list("year", "outcome")) == [
        (1, "Sesudah setahun."),
        (2, "Sesudah dua tahun."),
    ]
    body = page(client_of(admin_a), reverse("follow_up_detail", args=[star.pk]))
    for words in ("Sesudah setahun.", "Sesudah dua tahun."):
        assert words in body
    assert remind_of_follow_ups(due + timedelta(days=31)) == 0


@pytest.mark.django_db
def test_bad_input_is_named_and_nothing_typed_is_lost(officer_a: User, client_of: Any, post: Any) -> None:
    star, officer = star_of(), client_of(officer_a)
    answer = post(officer, form_of(star), {"workers": "banyak", "coaching": "Pelatihan membatik", "version": 0})
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "Pelatihan membatik" in body
    assert "Isi dengan angka bulat" in body
    assert not FollowUp.objects.exists()


@pytest.mark.django_db
def test_region_province_and_secretariat_write_and_each_saving_stays(
    officer_a: User, province: User, verifier: User, client_of: Any
) -> None:
    star = star_of()
    record(star, officer_a)
    record(star, province, version=1, workers=20)
    last = record(star, verifier, version=2, outcome="Mulai mengekspor ke Malaysia.")
    assert last.version == 3
    assert record(star, officer_a, version=1, outcome="Mulai mengekspor ke Malaysia.") == last  # the same again
    body = page(client_of(officer_a), reverse("follow_up_detail", args=[star.pk]))
    assert all(person.name in body for person in (officer_a, province, verifier))
    assert "Mulai mengekspor ke Malaysia." in body
    with pytest.raises(DatabaseError), transaction.atomic():
        FollowUp.objects.update(workers=1)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["officer_b", "province_other", "assessor_batik", "juror", "chair", "auditor"])
def test_others_write_nothing_and_scorers_and_other_regions_read_nothing(
    who: str, request: Any, client_of: Any, officer_a: User
) -> None:
    star = star_of()
    record(star, officer_a, outcome="Omzet Rahasia turun")
    user = request.getfixturevalue(who)
    with pytest.raises(NotPermitted):
        record(star, user, version=1)
    client = client_of(user)
    for url in (LIST, reverse("follow_up_detail", args=[star.pk]), form_of(star)):
        body = client.get(url).content.decode()
        assert ("Omzet Rahasia turun" in body) == (who == "auditor" and "/1/" not in url and url != LIST)
        assert star.title not in body or who == "auditor"


@pytest.mark.django_db
def test_who_saves_on_top_of_another_reads_both(officer_a: User, province: User, client_of: Any, post: Any) -> None:
    star, officer = star_of(), client_of(officer_a)
    record(star, province, outcome="Ditulis provinsi")
    typed = factories.FOLLOW_UP | {"export_value": "", "outcome": "Ditulis daerah", "version": 0}
    answer = post(officer, form_of(star), typed)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Ditulis provinsi" in body
    assert "Ditulis daerah" in body
    assert 'name="version" value="1"' in body
    assert post(officer, form_of(star), typed | {"version": 1}).status_code == 302
    assert [row.outcome for row in FollowUp.objects.order_by("version")] == ["Ditulis provinsi", "Ditulis daerah"]


@pytest.mark.django_db
def test_a_star_that_was_revoked_is_followed_no_more(officer_a: User, admin_a: User, client_of: Any) -> None:
    star = star_of()
    record(star, officer_a)
    revoke_certificate(certificate_id=star.decision.certificates.get().pk, reason="Tutup.", actor=admin_a)
    assert star.title not in page(client_of(officer_a), LIST)
    with pytest.raises(NotPermitted, match="tidak berlaku lagi"):
        record(star, officer_a, version=1, workers=3)
    assert "Pesanan bertambah." in page(client_of(officer_a), reverse("follow_up_detail", args=[star.pk]))


@pytest.mark.django_db
def test_the_next_selection_team_reads_it_in_the_dossier(admin_a: User, officer_a: User) -> None:
    certificate = scenes.issued()
    star = certificate.decision.nomination
    renewal = begin_review(review_id=opened(certificate, admin_a).pk, actor=officer_a)
    factories.release_results(star, years_ago=1)
    record(star, officer_a, outcome="Pesanan dari Jepang.")
    section = snapshot_data(renewal)["sections"][-1]
    assert section["title"] == "Tindak lanjut bintang sebelumnya"
    assert ["Hasil dan kendala (setelah 1 tahun)", "Pesanan dari Jepang."] in section["rows"]
    assert ["Catatan (setelah 2 tahun)", "Tidak ada"] in section["rows"]
    plain = factories.make_ovop_nomination()
    assert "Tindak lanjut" not in str(snapshot_data(plain)["sections"])


@pytest.mark.django_db
def test_each_region_is_reminded_of_its_own_on_the_day_and_a_month_later() -> None:
    star, other = star_of(), star_of(region=factories.OTHER)
    due = years_after(timezone.localdate(star.period.results_released_at), 1)
    mails = OutboxMail.objects.filter(dedupe_key__startswith="follow-up:")
    assert remind_of_follow_ups(due - timedelta(days=1)) == 0
    for _turn in range(2):
        assert remind_of_follow_ups(due) == 2
    assert mails.count() == 2
    home = mails.get(to=factories.officer_of(factories.HOME).email)
    assert star.title in home.body
    assert LATE in home.body
    record(other, factories.officer_of(factories.OTHER))
    assert remind_of_follow_ups(due + timedelta(days=31)) == 1
    assert mails.count() == 3
    assert remind_of_follow_ups(due + timedelta(days=120)) == 0


def test_two_that_save_at_once_keep_one_and_tell_the_other(cloned_db: str) -> None:
    star, officer = star_of(), factories.officer_of(factories.HOME)
    province = factories.make_user(Role.PROVINCE_OFFICER, region=factories.HOME[:2])
    answers = together([lambda: record(star, officer), lambda: record(star, province, workers=99)])
    assert sorted(type(one).__name__ for one in answers) == ["FollowUp", "StaleVersion"]
    assert FollowUp.objects.count() == 1


@pytest.mark.django_db
def test_the_list_costs_the_same_for_any_number_of_stars(
    admin_a: User, officer_a: User, province: User, client_of: Any
) -> None:
    star, costs = star_of(), []
    clients = [client_of(user) for user in (admin_a, officer_a, province)]
    for total in (1, 10, 300):
        missing = total - Nomination.objects.filter(status=Status.AWARDED).count()
        stars = scenes.more_stars(star, missing, star_until=star.star_until)
        entry = star.product_entry
        type(entry).objects.bulk_create(
            type(entry)(nomination=one, sentra=entry.sentra, ikm=entry.ikm, product=entry.product) for one in stars
        )
        costs.append([_queries(client, url) for client in clients for url in (LIST, LATE)])
    assert costs[0] == costs[1] == costs[2]
    assert max(costs[0]) <= 9


def _queries(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.django_db
def test_a_version_of_a_record_that_was_never_saved_is_a_conflict(officer_a: User, client_of: Any, post: Any) -> None:
    star = star_of()
    typed = {name: value for name, value in factories.FOLLOW_UP.items() if value is not None}
    answer = post(client_of(officer_a), form_of(star), typed | {"version": 7})
    assert (answer.status_code, answer.context["version"]) == (409, 0)
    assert "belum pernah disimpan" in answer.content.decode()
    assert factories.FOLLOW_UP["coaching"] in answer.content.decode()
    assert not star.follow_ups.exists()
