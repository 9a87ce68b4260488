"""Search forgives typing errors, shows nothing of other regions, and reads the index, not the table."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reference.models import Region
from sentra.enums import RecordKind
from sentra.models import Ikm, Product, Sentra
from sentra.selectors.search import find
from sentra.services.merging import merge_records
from tests import factories
from tests.sentra.test_lists import copies, queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> Ikm:
    sentra = factories.make_sentra(name="Sentra Batik Kauman", contact_phone="+628111222333")
    ikm = factories.make_ikm(sentra, name="Sekar Jagad", owner_name="Umi Kalsum", nib="9120001234567", npwp="0" * 16)
    factories.make_product(ikm, name="Kain tulis jlamprang")
    elsewhere = factories.make_ikm(
        factories.make_sentra(factories.OTHER, name="Sentra Batik Kauman Rahasia", contact_phone="+628111222333"),
        name="Sekar Jagad Rahasia",
        owner_name="Umi Kalsum",
        npwp="0" * 16,
    )
    factories.make_product(elsewhere, name="Kain tulis jlamprang rahasia")
    return ikm


@pytest.mark.parametrize(
    ("text", "names", "exact"),
    [
        ("kauman", ["Sentra Batik Kauman"], True),
        ("KAUMAN", ["Sentra Batik Kauman"], True),
        ("batik kuaman", ["Sentra Batik Kauman"], False),
        ("kuaman", ["Sentra Batik Kauman"], False),
        ("umi kalsm", ["Sekar Jagad"], False),
        ("sekr jagat", ["Sekar Jagad"], False),
        ("jlampang", ["Kain tulis jlamprang"], False),
        ("9120 0012 34567", ["Sekar Jagad"], True),
        ("00.000.000.0-000.000", ["Sekar Jagad"], True),
        ("0811-1222-333", ["Sentra Batik Kauman"], True),
        ("9120001234568", [], True),
        ("xyzzyx", [], False),
    ],
)
def test_what_is_found(officer_a: Any, register: Ikm, text: str, names: list[str], exact: bool) -> None:
    found = find(officer_a, text)
    shown = [hit.name for hit in found.hits]
    assert shown == names
    assert found.exact is exact


def test_words_come_in_any_order_and_the_nearest_first(officer_a: Any, register: Ikm) -> None:
    factories.make_ikm(register.sentra, name="Sekar Wangi", nib="9120001234568", npwp="1" * 16)
    assert [hit.name for hit in find(officer_a, "jagad sekar").hits] == ["Sekar Jagad"]
    # No name has all the words, so each counts alone: more in common, higher up.
    assert [hit.name for hit in find(officer_a, "sekr jagad mulya").hits] == ["Sekar Jagad", "Sekar Wangi"]


@pytest.mark.parametrize("text", ["Kembang Arum", "kembnag arum"])
def test_a_sentra_is_found_by_its_village(officer_a: Any, text: str) -> None:
    home, other = factories.make_sentra(), factories.make_sentra(factories.OTHER)
    Region.objects.filter(pk__in=[home.village_id, other.village_id]).update(name="Kembang Arum")
    assert [(hit.pk, hit.detail) for hit in find(officer_a, text).hits] == [(home.pk, "Kain batik · Kembang Arum")]


def test_a_name_that_was_changed_is_found_by_its_new_words(officer_a: Any, register: Ikm) -> None:
    Ikm.objects.filter(pk=register.pk).update(name="Kembang Setaman")
    assert [hit.name for hit in find(officer_a, "kembang setamn").hits] == ["Kembang Setaman"]


def test_everybody_finds_what_they_see(
    officer_a: Any, province: Any, province_other: Any, verifier: Any, register: Ikm
) -> None:
    for user in (officer_a, province, province_other, verifier):
        for kind, model in ((RecordKind.SENTRA, Sentra), (RecordKind.IKM, Ikm), (RecordKind.PRODUCT, Product)):
            text = {"sentra": "batik kauman", "ikm": "sekar jagad", "product": "tulis jlamprang"}[kind]
            found = {hit.pk for hit in find(user, text).hits if hit.kind is kind}
            assert found == set(model.objects.visible_to(user).values_list("pk", flat=True)), (user, kind)


def test_an_officer_of_two_regions_finds_both(officer_a: Any, register: Ikm) -> None:
    factories.add_membership(officer_a, "district_officer", region=factories.OTHER)
    assert len(find(officer_a, "sekar jagad").hits) == 2


def test_a_merged_record_is_not_found(officer_a: Any, register: Ikm) -> None:
    twin = factories.make_ikm(register.sentra, name="Sekar Jagat")
    versions = {register.pk: 1, twin.pk: 1}
    merge_records(
        kind=RecordKind.IKM, winner_id=register.pk, loser_id=twin.pk, versions=versions, taken=set(), actor=officer_a
    )
    assert [hit.pk for hit in find(officer_a, "sekar jagat").hits] == [register.pk]


def test_the_page_groups_and_says_when_nothing_fits_exactly(officer_a: Any, register: Ikm, client_of: Any) -> None:
    client = client_of(officer_a)
    page = client.get("/sentra/cari/?q=kuaman").content.decode()
    assert "Hasil yang mirip dengan “kuaman”" in page
    assert f'href="/sentra/{register.sentra_id}/"' in page
    assert "Kota Pekalongan" in page
    assert "Hasil yang mirip" not in client.get("/sentra/cari/?q=kauman").content.decode()
    assert "Tidak ada yang cocok dengan “xyzzyx”" in client.get("/sentra/cari/?q=xyzzyx").content.decode()
    assert "paling sedikit 3 huruf" in client.get("/sentra/cari/?q=ab").content.decode()


@pytest.mark.parametrize("text", ["%25%25%25", "___", "\\\\\\", "%00abc", "a" * 5000, "<b>abc", "'; drop", "١٢٣٤٥٦٧"])
def test_strange_texts_break_nothing(officer_a: Any, register: Ikm, client_of: Any, text: str) -> None:
    answer = client_of(officer_a).get(f"/sentra/cari/?q={text}")
    assert answer.status_code == 200
    assert "Rahasia" not in answer.content.decode()
    assert "<b>abc" not in answer.content.decode()


def test_a_search_costs_the_same_for_any_number_of_records(officer_a: Any, verifier: Any, client_of: Any) -> None:
    clients = [client_of(officer_a), client_of(verifier)]
    sentra = factories.make_sentra(name="Sentra Batik")
    ikm = factories.make_ikm(sentra, name="Batik Jaya")
    product = factories.make_product(ikm, name="Batik Tulis")
    for size in (1, 10, 300):
        for model, row in ((Product, product), (Ikm, ikm), (Sentra, sentra)):
            model.objects.exclude(pk=row.pk).delete()
            copies(model, row, size)
        for client in clients:
            assert queries_of(client, "/sentra/cari/?q=batik") == 5, size
            assert queries_of(client, "/sentra/cari/?q=qqqwww") == 5, size
            assert queries_of(client, "/sentra/cari/?q=qqqwww+zzzyyy") == 6, size


@pytest.mark.parametrize("persona", ["officer_a", "province", "verifier"])
def test_the_index_is_read_by_the_region(request: pytest.FixtureRequest, persona: str) -> None:
    user = request.getfixturevalue(persona)
    home = factories.make_sentra()
    for number in range(20):
        factories.make_ikm(home, name=f"Batik Jaya {number}")
    copies(Ikm, factories.make_ikm(factories.make_sentra(factories.OTHER), name="Batik Jaya"), 3000)
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as queries:
        cursor.execute("ANALYZE sentra_ikm")
        # So few rows are read faster in another way; the question is whether the index can answer.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        find(user, "batk jaya")
        cursor.execute("EXPLAIN " + queries[-1]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    conditions = [line for line in plan.splitlines() if "Index Cond" in line]
    assert "Bitmap Index Scan on sentra_ikm_search" in plan
    if persona != "verifier":
        assert any("region_id" in line for line in conditions), plan
