"""The lists: what they show, and that they cost the same for one row and for three hundred."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reference.models import Region
from sentra.models import Ikm, NumberCheck, Permit, Product, Sentra, SentraYear
from tests import factories

pytestmark = pytest.mark.django_db
SIZES = (1, 10, 300)


def copies(model: Any, row: Any, amount: int, **changes: Any) -> list[Any]:
    """That many rows like `row`, which counts as the first."""
    names = [f.attname for f in model._meta.concrete_fields if f.attname not in ("id", "created_at", "updated_at")]
    facts = {name: getattr(row, name) for name in names} | changes
    new = []
    for number in range(1, amount):
        unique = {"name": f"{row.name} {number}"} | ({"nib": f"813{number:010d}"} if model is Ikm else {})
        new.append(model(**(facts | unique)))
    return [row, *model.objects.bulk_create(new)]


def queries_of(client: Any, url: str) -> int:
    client.get(url)  # the session is written at most once a minute
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_list_costs_the_same_for_any_number_of_rows(officer_a: Any, verifier: Any, client_of: Any) -> None:
    clients = [client_of(officer_a), client_of(verifier)]
    first = factories.make_sentra()
    for size in SIZES:
        Sentra.objects.exclude(pk=first.pk).delete()
        copies(Sentra, first, size)
        for client in clients:
            assert queries_of(client, "/sentra/?q=sentra&commodity=batik") == 8, size


def test_a_sentra_page_costs_the_same_for_any_number_of_ikm(officer_a: Any, client_of: Any) -> None:
    client = client_of(officer_a)
    sentra = factories.make_sentra()
    first = factories.make_ikm(sentra)
    for size in SIZES:
        Product.objects.all().delete()
        Ikm.objects.exclude(pk=first.pk).delete()
        for ikm in copies(Ikm, first, size):
            Product.objects.bulk_create(
                Product(ikm=ikm, name=name, description="x", monthly_capacity="x", markets="x", created_by=officer_a)
                for name in ("Kain", "Selendang")
            )
        assert queries_of(client, f"/sentra/{sentra.pk}/") == 8, size
    page = client.get(f"/sentra/{sentra.pk}/").content.decode()
    assert "Jumlah: 300 IKM" in page
    assert page.count(">Selendang</a>") == 50


def test_an_ikm_page_costs_the_same_for_any_number_of_products(officer_a: Any, client_of: Any) -> None:
    client = client_of(officer_a)
    first = factories.make_product()
    for size in SIZES:
        Product.objects.exclude(pk=first.pk).delete()
        copies(Product, first, size)
        assert queries_of(client, f"/sentra/ikm/{first.ikm_id}/") == 9, size


def test_an_ikm_page_costs_the_same_for_any_number_of_permits(officer_a: Any, client_of: Any) -> None:
    client = client_of(officer_a)
    product = factories.make_product()
    ikm, stored = product.ikm, factories.stored_pdf()
    for size in SIZES:
        NumberCheck.objects.all().delete()
        Permit.objects.all().delete()
        for number in range(size):
            permit = factories.make_permit(ikm, product=product, file=stored, number=f"503/{number}")
            facts = {"value": permit.checked_value, "how": "document", "checked_by": officer_a}
            NumberCheck.objects.create(permit=permit, **facts)
        assert queries_of(client, f"/sentra/ikm/{ikm.pk}/") == 9, size
    assert client.get(f"/sentra/ikm/{ikm.pk}/").content.decode().count("Dicocokkan oleh") == 300


def test_a_product_page_costs_the_same_for_any_number_of_photos(officer_a: Any, client_of: Any) -> None:
    client = client_of(officer_a)
    product = factories.make_product()
    for size in (1, 3, 8):
        while product.photos.count() < size:
            factories.make_photo(product)
        assert queries_of(client, f"/sentra/produk/{product.pk}/") == 8, size
        assert queries_of(client, f"/sentra/produk/{product.pk}/foto/") == 5, size


def test_the_years_cost_the_same_for_any_number_of_them(officer_a: Any, client_of: Any) -> None:
    client = client_of(officer_a)
    sentra = factories.make_sentra()
    for first in (2025, 2016, 1996):
        for year in range(first, 2026):
            if not SentraYear.objects.filter(year=year).exists():
                factories.make_year(sentra, year)
        assert queries_of(client, f"/sentra/{sentra.pk}/tahun/") == 6, first
        assert queries_of(client, f"/sentra/{sentra.pk}/") == 7, first


def test_pages_of_fifty_reach_every_row_once(officer_a: Any, client_of: Any) -> None:
    client = client_of(officer_a)
    rows = copies(Sentra, factories.make_sentra(), 120)
    seen: list[int] = []
    query = "?commodity=batik"
    while query:
        page = client.get(f"/sentra/{query}").context["page"]
        seen += [row.pk for row in page.items]
        query = page.next_query
        assert not query or "commodity=batik" in query
    assert seen == sorted((row.pk for row in rows), reverse=True)


def test_the_list_shows_what_is_the_persons_to_see(
    officer_a: Any, officer_b: Any, province: Any, verifier: Any, client_of: Any
) -> None:
    for region, name in (
        (factories.HOME, "Sentra Kota"),
        ("33.26", "Sentra Kabupaten"),
        (factories.OTHER, "Sentra Garut"),
    ):
        factories.make_sentra(region, name=name)
    expected = {
        officer_a: {"Sentra Kota"},
        officer_b: {"Sentra Garut"},
        province: {"Sentra Kota", "Sentra Kabupaten"},
        verifier: {"Sentra Kota", "Sentra Kabupaten", "Sentra Garut"},
    }
    for user, names in expected.items():
        page = client_of(user).get("/sentra/").content.decode()
        assert {name for name in expected[verifier] if name in page} == names
    assert "Kab. Pekalongan" in client_of(province).get("/sentra/").content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=KAUMAN", {"Batik Kauman"}),
        ("q=batik", {"Batik Kauman", "Batik 100% Tulis"}),
        ("q=100%25", {"Batik 100% Tulis"}),
        ("q=%25", {"Batik 100% Tulis"}),
        ("q=_", set()),
        ("q=\\", set()),
        ("q=" + "batik" * 3000, set()),
        ("q=btik+kaumann", {"Batik Kauman"}),
        ("q=%00batik", {"Batik Kauman", "Batik 100% Tulis", "Tenun Medono"}),
        ("commodity=tenun", {"Tenun Medono"}),
        ("commodity=tenun&q=batik", set()),
        ("commodity=mobil", {"Batik Kauman", "Batik 100% Tulis", "Tenun Medono"}),
        ("commodity=%00", {"Batik Kauman", "Batik 100% Tulis", "Tenun Medono"}),
        ("after=abc", {"Batik Kauman", "Batik 100% Tulis", "Tenun Medono"}),
        ("after=1", set()),
    ],
)
def test_search_and_filter(officer_a: Any, client_of: Any, query: str, names: set[str]) -> None:
    for name, commodity in (("Batik Kauman", "batik"), ("Batik 100% Tulis", "batik"), ("Tenun Medono", "tenun")):
        factories.make_sentra(name=name, commodity=commodity)
    factories.make_sentra(factories.OTHER, name="Batik Rahasia Kauman 100%")
    answer = client_of(officer_a).get(f"/sentra/?{query}")
    assert answer.status_code == 200
    assert {row.name for row in answer.context["page"].items} == names
    assert "Rahasia" not in answer.content.decode()


def test_empty_lists_say_what_to_do(officer_a: Any, province: Any, client_of: Any) -> None:
    page = client_of(officer_a).get("/sentra/").content.decode()
    assert "Belum ada sentra" in page
    assert 'href="/sentra/baru/"' in page
    page = client_of(province).get("/sentra/").content.decode()
    assert "Sentra didaftarkan oleh dinas kabupaten/kota" in page
    assert "/sentra/baru/" not in page
    factories.make_sentra()
    assert "Tidak ada sentra yang cocok" in client_of(officer_a).get("/sentra/?q=zzz").content.decode()


def test_every_regency_can_start(officer_a: Any, client_of: Any) -> None:
    page = client_of(officer_a).get("/sentra/baru/").content.decode()
    own = Region.objects.filter(parent=factories.HOME, valid_to=None)
    assert own
    assert all(f'value="{row.pk}"' in page for row in own)
    assert 'value="32.05.01"' not in page
