"""Records that look alike: asked while saving, listed for the region, told apart once and for all."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEntry
from sentra.enums import Likeness, RecordKind
from sentra.models import DuplicatePair, Ikm, Sentra
from sentra.rules import likeness
from sentra.services.duplicates import find_duplicates
from sentra.services.merging import merge_records, undo_merge
from tests import factories
from tests.sentra.data import CREATE, errors_of, ikm_create_url, ikm_data, sentra_data
from tests.sentra.test_lists import queries_of

PHONE = "+62285421234"  # as in `ikm_data`
AT_ONCE = timedelta()


@pytest.fixture
def client(officer_a: Any, client_of: Any) -> Any:
    return client_of(officer_a)


NAME, NPWP, PHONE_SAME, VILLAGE = Likeness.NAME, Likeness.NPWP, Likeness.PHONE, Likeness.VILLAGE


@pytest.mark.parametrize(
    ("score", "names", "same", "expected"),
    [
        (0.82, ("Sekar Jagad", "Sekar Jagat"), {}, [NAME]),
        (0.79, ("Sekar Jagad", "Sekar Jagat"), {}, []),
        (0.5, ("Sekar", "Sekar J"), {VILLAGE: 2}, [NAME, VILLAGE]),
        (0.49, ("Sekar", "Sekar J"), {VILLAGE: 2}, []),
        # One taxpayer, whatever the firm is called and whatever number stands in its name.
        (0.0, ("UD Sekar Jagad", "Batik Bu Umi Kalsum"), {NPWP: 2, PHONE_SAME: 2}, [NPWP, PHONE_SAME]),
        (0.49, ("Sekar", "Sekar J"), {PHONE_SAME: 2, NPWP: 20}, [NAME, PHONE_SAME, NPWP]),
        (0.95, ("Kelompok Tani 2", "Kelompok Tani 3"), {NPWP: 2}, [NPWP]),
        # A filler, such as zeros, that many records carry.
        (0.79, ("Sekar Jagad", "Sekar Jagat"), {NPWP: 21}, []),
        # The phone of two or three firms is theirs, that of more is an officer's, that of many says nothing.
        (0.3, ("UD Sekar", "Batik Sekar Arum"), {PHONE_SAME: 3}, [NAME, PHONE_SAME]),
        (0.29, ("UD Sekar", "Batik Sekar Arum"), {PHONE_SAME: 2}, []),
        (0.49, ("Batik Sri", "Batik Umi"), {PHONE_SAME: 4}, []),
        (0.5, ("Batik Sri", "Batik Sri Rejeki"), {PHONE_SAME: 4}, [NAME, PHONE_SAME]),
        (0.79, ("Sekar Jagad", "Sekar Jagat"), {PHONE_SAME: 21}, []),
        (0.95, ("Kelompok Tani 2", "Kelompok Tani 3"), {PHONE_SAME: 2}, []),
        (0.95, ("Kelompok 2 Tani", "Kelompok Tani 2"), {}, [NAME]),
    ],
)
def test_what_looks_alike(score: float, names: Any, same: Any, expected: Any) -> None:
    assert likeness(score, names, same) == expected


@pytest.mark.django_db
def test_a_likely_duplicate_is_confirmed_and_remembered(client: Any, post: Any) -> None:
    sentra = factories.make_sentra()
    known = factories.make_ikm(factories.make_sentra(), name="Batik Pesisir Makmurr", phone=PHONE)
    answer = post(client, ikm_create_url(sentra), ikm_data())
    assert answer.status_code == 422
    assert list(errors_of(answer)) == ["different"]
    page = answer.content.decode()
    assert f'<a href="/sentra/ikm/{known.pk}/">Batik Pesisir Makmurr</a>' in page
    assert "telepon sama" in page
    assert "Ini IKM yang berbeda" in page
    assert Ikm.objects.count() == 1

    assert post(client, ikm_create_url(sentra), ikm_data(different="on")).status_code == 302
    new = Ikm.objects.exclude(pk=known.pk).get()
    pair = DuplicatePair.objects.get()
    assert (pair.first, pair.second, pair.dismissed_at is None) == (known.pk, new.pk, False)
    find_duplicates(settled=AT_ONCE)
    assert "Makmurr" not in client.get("/sentra/data-ganda/").content.decode()
    # Nobody is asked again when the name changes.
    url = f"/sentra/ikm/{new.pk}/ubah/"
    assert post(client, url, ikm_data(name="Batik Pesisir Makmurrr") | {"version": 1}).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("case", ["other region", "other name", "merged", "unchanged"])
def test_nobody_is_asked_without_reason(officer_a: Any, client: Any, post: Any, case: str) -> None:
    sentra = factories.make_sentra()
    place = factories.make_sentra(factories.OTHER) if case == "other region" else sentra
    name = "Tenun Melati" if case == "other name" else "Batik Pesisir Makmurr"
    known = factories.make_ikm(place, name=name, phone=PHONE)
    if case == "merged":
        winner = factories.make_ikm(place, name="Tenun Lain")
        versions = {winner.pk: 1, known.pk: 1}
        merge_records(
            kind=RecordKind.IKM, winner_id=winner.pk, loser_id=known.pk, versions=versions, taken=set(), actor=officer_a
        )
    if case == "unchanged":
        mine = factories.make_ikm(
            sentra, name="Batik Pesisir Makmur", phone=PHONE, npwp="0013000666091000", nib="9120001234567"
        )
        answer = post(client, f"/sentra/ikm/{mine.pk}/ubah/", ikm_data(workers="9") | {"version": 1})
    else:
        answer = post(client, ikm_create_url(sentra), ikm_data())
    assert answer.status_code == 302, errors_of(answer)


@pytest.mark.django_db
def test_a_sentra_of_the_same_village_and_a_similar_name(client: Any, post: Any) -> None:
    village = sentra_data()["village"]
    known = factories.make_sentra(name="Sentra Batik Kaumann", district_id="33.75.01", village_id=village)
    answer = post(client, CREATE, sentra_data())
    assert list(errors_of(answer)) == ["different"]
    assert "desa/kelurahan sama" in answer.content.decode()
    assert f'href="/sentra/{known.pk}/"' in answer.content.decode()
    assert post(client, CREATE, sentra_data(different="on")).status_code == 302
    assert Sentra.objects.count() == 2


@pytest.mark.django_db
def test_a_form_without_look_alikes_asks_nothing_and_costs_two_queries_more(client: Any, post: Any) -> None:
    url = ikm_create_url(factories.make_sentra())
    with CaptureQueriesContext(connection) as queries:
        assert post(client, url, ikm_data()).status_code == 302
    asked = [query["sql"].lower() for query in queries.captured_queries]
    assert sum("similarity" in sql for sql in asked) == 1
    assert sum("count(" in sql for sql in asked) == 1
    assert "different" not in client.get(url).content.decode()


@pytest.mark.django_db
def test_one_taxpayer_under_two_names_is_asked_about(client: Any, post: Any) -> None:
    sentra = factories.make_sentra()
    known = factories.make_ikm(sentra, name="Tenun Bu Umi Kalsum", npwp="0013000666091000")
    factories.make_ikm(factories.make_sentra(factories.OTHER), name="Rahasia", npwp="0013000666091000")
    answer = post(client, ikm_create_url(sentra), ikm_data(name="UD Sekar Jagad"))
    assert list(errors_of(answer)) == ["different"]
    page = answer.content.decode()
    assert f'<a href="/sentra/ikm/{known.pk}/">Tenun Bu Umi Kalsum</a>' in page
    assert "NPWP sama" in page
    assert "nama mirip" not in page
    assert "Rahasia" not in page
    assert post(client, ikm_create_url(sentra), ikm_data(name="UD Sekar Jagad", different="on")).status_code == 302
    assert DuplicatePair.objects.get().reasons == ["npwp"]


@pytest.mark.django_db
@pytest.mark.parametrize(("sharers", "asked"), [(1, True), (2, True), (3, False)])
def test_a_phone_counts_less_the_more_firms_have_it(client: Any, post: Any, sharers: int, asked: bool) -> None:
    sentra = factories.make_sentra()
    factories.make_ikm(sentra, name="Batik Tulis Pesisir Bu Umi Kalsum", phone=PHONE)
    for number in range(1, sharers):
        factories.make_ikm(sentra, name=f"Tenun {number}", phone=PHONE)
    answer = post(client, ikm_create_url(sentra), ikm_data())
    assert answer.status_code == (422 if asked else 302)
    factories.make_ikm(sentra, name="Batik Tulis Pesisir Bu Umi", phone=PHONE)
    find_duplicates(settled=AT_ONCE)
    pairs = [set(one) for one in DuplicatePair.objects.filter(dismissed_at=None).values_list("first", "second")]
    umi = set(Ikm.objects.filter(name__contains="Umi").values_list("pk", flat=True))
    assert umi in pairs, "names this close need no phone of their own"


@pytest.mark.django_db
def test_the_search_finds_one_taxpayer_and_is_not_flooded_by_fillers() -> None:
    sentra = factories.make_sentra()
    one = factories.make_ikm(sentra, name="UD Sekar Jagad", npwp="1" * 16)
    other = factories.make_ikm(sentra, name="Batik Bu Umi Kalsum", npwp="1" * 16)
    for number in range(21):
        factories.make_ikm(sentra, name=f"Firma {chr(65 + number) * 5}", npwp="0" * 16, phone=PHONE)
    assert find_duplicates(settled=AT_ONCE) == 1
    pair = DuplicatePair.objects.get()
    assert (pair.first, pair.second, pair.score, pair.reasons) == (one.pk, other.pk, Decimal("0.03"), ["npwp", "phone"])


@pytest.mark.django_db
def test_the_search_finds_pairs_once_and_goes_on_where_it_stopped() -> None:
    sentra = factories.make_sentra(name="Sentra Batik Kauman")
    factories.make_sentra(name="Sentra Batik Kaumann")
    factories.make_sentra(name="Sentra Batik Kauman", commodity="tenun")
    factories.make_sentra(factories.OTHER, name="Sentra Batik Kauman")
    factories.make_ikm(sentra, name="Sekar Jagad", npwp="0" * 16)
    assert find_duplicates(settled=timedelta(minutes=10)) == 0
    assert find_duplicates(settled=AT_ONCE) == 1
    pair = DuplicatePair.objects.get()
    assert (pair.kind, pair.region_id, pair.reasons) == ("sentra", factories.HOME, ["name", "village", "phone"])
    assert find_duplicates(settled=AT_ONCE) == 0
    twin = factories.make_ikm(sentra, name="Sekar Jagat", npwp="0" * 16)
    Ikm.objects.filter(pk=twin.pk).update(updated_at=twin.updated_at + timedelta(seconds=1))
    assert find_duplicates(settled=-timedelta(minutes=1)) == 1
    assert DuplicatePair.objects.filter(kind="ikm").get().reasons == ["name", "npwp", "phone"]


@pytest.mark.django_db
def test_the_page_says_why_and_leads_to_the_merge(officer_a: Any, province: Any, client_of: Any, post: Any) -> None:
    sentra = factories.make_sentra()
    one = factories.make_ikm(sentra, name="Sekar Jagad", npwp="1" * 16)
    other = factories.make_ikm(sentra, name="Sekar Jagat", npwp="2" * 16)
    find_duplicates(settled=AT_ONCE)
    client = client_of(officer_a)
    page = client.get("/sentra/data-ganda/").content.decode()
    assert "telepon sama" in page
    assert "nama mirip 0,7" in page
    assert f"/sentra/gabung/ikm/{one.pk}/{other.pk}/" in page
    read = client_of(province).get("/sentra/data-ganda/").content.decode()
    assert "Sekar Jagat" in read
    assert "/sentra/gabung/ikm/" not in read
    assert "Bukan data ganda" not in read

    pair = DuplicatePair.objects.get()
    assert post(client, f"/sentra/data-ganda/{pair.pk}/berbeda/").status_code == 302
    assert "Sekar Jagat" not in client.get("/sentra/data-ganda/").content.decode()
    assert AuditEntry.objects.get(action="sentra.pair_dismissed").data == {"records": [one.pk, other.pk]}


@pytest.mark.django_db
def test_a_pair_goes_with_its_merge_and_comes_back(officer_a: Any, officer_b: Any, client_of: Any) -> None:
    sentra = factories.make_sentra()
    one, other = factories.make_ikm(sentra, name="Sekar Jagad"), factories.make_ikm(sentra, name="Sekar Jagat")
    find_duplicates(settled=AT_ONCE)
    client = client_of(officer_a)
    assert "Sekar Jagat" not in client_of(officer_b).get("/sentra/data-ganda/").content.decode()
    done = merge_records(
        kind=RecordKind.IKM,
        winner_id=one.pk,
        loser_id=other.pk,
        versions={one.pk: 1, other.pk: 1},
        taken=set(),
        actor=officer_a,
    )
    assert "Sekar" not in client.get("/sentra/data-ganda/").content.decode()
    undo_merge(merge_id=done.pk, actor=officer_a)
    assert "Sekar Jagat" in client.get("/sentra/data-ganda/").content.decode()


@pytest.mark.django_db
def test_the_pages_cost_the_same_for_any_number_of_rows(officer_a: Any, client_of: Any) -> None:
    client = client_of(officer_a)
    sentra = factories.make_sentra()
    for size in (1, 10, 300):
        while DuplicatePair.objects.count() < size:
            one, other = factories.make_ikm(sentra), factories.make_ikm(sentra)
            DuplicatePair.objects.create(
                kind="ikm", region=sentra.region, first=one.pk, second=other.pk, score="0.9", reasons=["name"]
            )
        if size == 1:
            a, b = factories.make_sentra(), factories.make_sentra()
            DuplicatePair.objects.create(
                kind="sentra", region=a.region, first=a.pk, second=b.pk, score="0.9", reasons=["name"]
            )
        assert queries_of(client, "/sentra/data-ganda/") <= 8, size
        assert queries_of(client, "/sentra/gabung/") == 5, size
