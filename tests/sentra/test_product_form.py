"""Registering and changing a product."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import RuleBroken
from core.models import AuditEntry
from sentra.models import Product
from sentra.services.product import register_product
from tests import factories
from tests.sentra.data import errors_of, product_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(officer_a: Any, client_of: Any) -> Any:
    return client_of(officer_a)


@pytest.fixture
def url() -> str:
    return f"/sentra/ikm/{factories.make_ikm().pk}/produk/baru/"


def test_a_product_is_stored_and_audited(client: Any, officer_a: Any, post: Any, url: str) -> None:
    answer = post(client, url, product_data(description="Kain katun.\r\n\r\nDibatik   tulis."))
    product = Product.objects.get()
    assert answer.headers["Location"] == f"/sentra/produk/{product.pk}/"
    assert (product.description, product.created_by) == ("Kain katun.\n\nDibatik tulis.", officer_a)
    assert AuditEntry.objects.get(action="product.created").object_id == str(product.pk)
    assert "Usulkan produk" in client.get(f"/sentra/produk/{product.pk}/").content.decode()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("name", "Nama produk belum diisi."),
        ("description", "Uraian produk belum diisi."),
        ("monthly_capacity", "Kapasitas produksi per bulan belum diisi."),
        ("markets", "Jangkauan pasar belum diisi."),
    ],
)
def test_each_missing_field_is_named(client: Any, post: Any, url: str, name: str, text: str) -> None:
    answer = post(client, url, product_data(**{name: None}))
    assert answer.status_code == 422
    assert errors_of(answer) == {name: text}
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("name", "limit"), [("name", 160), ("description", 2000), ("monthly_capacity", 120), ("markets", 250)]
)
def test_each_field_has_its_limit(client: Any, post: Any, url: str, name: str, limit: int) -> None:
    answer = post(client, url, product_data(**{name: "x" * (limit + 1)}))
    assert f"paling banyak {limit} karakter. Anda mengisi {limit + 1}" in errors_of(answer)[name]
    assert post(client, url, product_data(**{name: "x" * limit})).status_code == 302


def test_a_line_end_counts_once(client: Any, post: Any, url: str) -> None:
    assert post(client, url, product_data(description="\r\n".join("x" * 1000))).status_code == 302
    assert len(Product.objects.get().description) == 1999


def test_html_is_shown_as_text(client: Any, post: Any, url: str) -> None:
    post(client, url, product_data(name="<script>alert(1)</script>", description="<img src=x onerror=alert(1)>"))
    page = client.get(f"/sentra/produk/{Product.objects.get().pk}/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_fields_that_the_form_lacks_change_nothing(client: Any, officer_b: Any, post: Any, url: str) -> None:
    theirs = factories.make_ikm(factories.make_sentra(factories.OTHER))
    extra = {"ikm": theirs.pk, "ikm_id": theirs.pk, "created_by": officer_b.pk, "id": 999_999, "version": 9}
    assert post(client, url, product_data(**extra)).status_code == 302
    product = Product.objects.get()
    assert (product.ikm.sentra.region_id, product.version) == (factories.HOME, 1)
    data = product_data(**extra, name="Nama Baru") | {"version": 1}
    assert post(client, f"/sentra/produk/{product.pk}/ubah/", data).status_code == 302
    after = Product.objects.get()
    assert (after.pk, after.ikm_id, after.created_by, after.version) == (
        product.pk, product.ikm_id, product.created_by, 2,
    )  # fmt: skip


def test_readers_are_not_offered_what_they_may_not_do(client_of: Any, province: Any, verifier: Any) -> None:
    product = factories.make_product(factories.make_ikm(factories.make_sentra()))
    for user in (province, verifier):
        for path in (
            f"sentra/produk/{product.pk}/",
            f"sentra/ikm/{product.ikm_id}/",
            f"sentra/{product.ikm.sentra_id}/",
            "sentra/",
        ):
            page = client_of(user).get(f"/{path}").content.decode()
            for offer in ("Usulkan produk", "Ubah data", "Daftarkan"):
                assert offer not in page, path


def test_story_and_price_are_optional_and_shown(client: Any, post: Any, url: str) -> None:
    post(client, url, product_data())
    product = Product.objects.get()
    assert (product.story, product.price, product.price_unit) == ("", None, "")
    data = product_data(story="Motif dari abad ke-18.", price="Rp 1.350.000,00", price_unit="per lembar")
    assert post(client, f"/sentra/produk/{product.pk}/ubah/", data | {"version": 1}).status_code == 302
    page = client.get(f"/sentra/produk/{product.pk}/").content.decode()
    assert "Rp1.350.000 per lembar" in page
    assert "Motif dari abad ke-18." in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price": "350000"}, "price_unit"),
        ({"price_unit": "per lembar"}, "price"),
        ({"price": "0", "price_unit": "per lembar"}, "price"),
        ({"price": "350.50", "price_unit": "per lembar"}, "price"),
        ({"story": "x" * 3001}, "story"),
    ],
)
def test_a_price_has_its_unit(client: Any, post: Any, url: str, changes: dict[str, str], field: str) -> None:
    answer = post(client, url, product_data(**changes))
    assert list(errors_of(answer)) == [field]
    assert not Product.objects.exists()


def test_the_service_and_the_database_hold_the_price(officer_a: Any) -> None:
    values = {"name": "Kain", "description": "x", "monthly_capacity": "x", "markets": "x", "price": 5, "price_unit": ""}
    ikm = factories.make_ikm()
    with pytest.raises(RuleBroken):
        register_product(ikm_id=ikm.pk, values=values, actor=officer_a)
    product = factories.make_product(ikm)
    for change in ({"price": 5}, {"price_unit": "per lembar"}, {"price": 0, "price_unit": "per lembar"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Product.objects.filter(pk=product.pk).update(**change)
