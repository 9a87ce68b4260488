"""One NIB is one business actor in the country; names are unique where people look for them."""

import secrets
import threading
import time
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from sentra.errors import Duplicate
from sentra.models import Ikm, Product, Sentra
from sentra.services.ikm import register_ikm, update_ikm
from sentra.services.product import register_product
from sentra.services.sentra import register_sentra
from tests import factories
from tests.files import pdf_upload
from tests.sentra.data import CREATE, errors_of, ikm_create_url, ikm_data, product_data, sentra_data

NIB = "9120001234567"
TAKEN_ELSEWHERE = "NIB ini sudah terdaftar di daerah lain. Hubungi Sekretariat: "


@pytest.fixture
def client(officer_a: Any, client_of: Any) -> Any:
    return client_of(officer_a)


@pytest.mark.django_db
def test_a_nib_of_the_own_region_leads_to_its_record(client: Any, post: Any) -> None:
    holder = factories.make_ikm(factories.make_sentra(), nib=NIB, name="Batik Lama")
    answer = post(client, ikm_create_url(factories.make_sentra()), ikm_data())
    assert answer.status_code == 422
    assert "Batik Lama" in errors_of(answer)["nib"]
    page = answer.content.decode()
    assert f'<a href="/sentra/ikm/{holder.pk}/">Batik Lama</a>' in page
    assert 'value="Ahmad Fauzi"' in page
    assert Ikm.objects.count() == 1


@pytest.mark.django_db
def test_a_nib_of_another_region_names_nobody(client: Any, post: Any) -> None:
    holder = factories.make_ikm(factories.make_sentra(factories.OTHER, name="Sentra Rahasia"), nib=NIB, name="Rahasia")
    answer = post(client, ikm_create_url(factories.make_sentra()), ikm_data())
    assert answer.status_code == 422
    expected = f"{TAKEN_ELSEWHERE}{settings.HELP_EMAIL}, {settings.HELP_PHONE}."
    assert errors_of(answer) == {"nib": expected}
    page = answer.content.decode()
    for secret in ("Rahasia", f"/sentra/ikm/{holder.pk}/", holder.owner_name, "Garut"):
        assert secret not in page


@pytest.mark.django_db
def test_an_ikm_may_keep_its_own_nib_but_not_take_anothers(client: Any, post: Any) -> None:
    sentra = factories.make_sentra()
    mine = factories.make_ikm(sentra, nib=NIB)
    factories.make_ikm(sentra, nib="9120009999999")
    url = f"/sentra/ikm/{mine.pk}/ubah/"
    assert post(client, url, ikm_data() | {"version": 1}).status_code == 302
    answer = post(client, url, ikm_data(nib="9120009999999") | {"version": 2})
    assert list(errors_of(answer)) == ["nib"]
    mine.refresh_from_db()
    assert mine.nib == NIB


@pytest.mark.django_db
def test_names_are_compared_without_case(client: Any, post: Any) -> None:
    sentra = factories.make_sentra(name="Sentra Batik KAUMAN")
    answer = post(client, CREATE, sentra_data())
    assert "sudah terdaftar" in errors_of(answer)["name"]
    assert f'href="/sentra/{sentra.pk}/"' in answer.content.decode()
    assert post(client, CREATE, sentra_data(commodity="tenun")).status_code == 302

    product = factories.make_product(factories.make_ikm(sentra), name="batik TULIS jlamprang")
    answer = post(client, f"/sentra/ikm/{product.ikm_id}/produk/baru/", product_data())
    assert "sudah terdaftar" in errors_of(answer)["name"]
    assert f'href="/sentra/produk/{product.pk}/"' in answer.content.decode()
    other = factories.make_ikm(sentra)
    assert post(client, f"/sentra/ikm/{other.pk}/produk/baru/", product_data()).status_code == 302


@pytest.mark.django_db
def test_a_sentra_of_this_name_in_another_region_is_no_matter(client: Any, post: Any) -> None:
    factories.make_sentra(factories.OTHER, name="Sentra Batik Kauman")
    assert post(client, CREATE, sentra_data()).status_code == 302


@pytest.mark.django_db
def test_the_services_refuse_what_no_form_has_seen(officer_a: Any) -> None:
    sentra = factories.make_sentra(name="Sentra Kauman")
    holder = factories.make_ikm(sentra, nib=NIB)
    other = factories.make_ikm(sentra)
    product = factories.make_product(holder, name="Kain")
    fields = ("name", "owner_name", "npwp", "kbli", "workers", "investment", "established_year", "phone", "address")
    values = {name: getattr(holder, name) for name in fields} | {"nib": "9120 0012 34567"}
    with pytest.raises(Duplicate) as refusal:
        register_ikm(sentra_id=sentra.pk, values=values, actor=officer_a)
    assert (refusal.value.field, refusal.value.record) == ("nib", holder)
    with pytest.raises(Duplicate):
        update_ikm(ikm_id=other.pk, version=1, values=values, actor=officer_a)
    with pytest.raises(Duplicate) as refusal:
        register_product(
            ikm_id=holder.pk,
            values={"name": "KAIN", "description": "x", "monthly_capacity": "x", "markets": "x"},
            actor=officer_a,
        )
    assert refusal.value.record == product
    names = ("commodity", "unit_count", "district", "village", "village_unlisted", "address", "sk_number", "sk_date",
             "sk_signatory", "contact_name", "contact_phone")  # fmt: skip
    values = {name: getattr(sentra, name) for name in names} | {"name": "sentra kauman"}
    with pytest.raises(Duplicate) as refusal:
        register_sentra(values=values, sk_upload=pdf_upload(), actor=officer_a)
    assert refusal.value.record == sentra
    assert (Sentra.objects.count(), Ikm.objects.count(), Product.objects.count()) == (1, 2, 1)


def test_the_second_of_two_at_the_same_time_reads_the_same_words(cloned_db: str) -> None:
    """The form has looked and found the NIB free; the other officer's row is committed only afterwards."""
    officer = factories.make_user("district_officer", region=factories.HOME)
    sentra = factories.make_sentra()
    elsewhere = factories.make_sentra(factories.OTHER)
    data = ikm_data() | {"_key": secrets.token_urlsafe(24)}
    answers: list[Any] = []

    def post_as_officer() -> None:
        client = Client()
        client.force_login(officer, backend=settings.AUTHENTICATION_BACKENDS[0])
        answers.append(client.post(ikm_create_url(sentra), data))
        connection.close()

    second = threading.Thread(target=post_as_officer)
    with transaction.atomic():
        factories.make_ikm(elsewhere, nib=NIB, name="Rahasia")
        second.start()
        wait_until_somebody_waits()
    second.join(30)
    assert answers[0].status_code == 422
    assert errors_of(answers[0])["nib"].startswith(TAKEN_ELSEWHERE)
    assert 'value="Ahmad Fauzi"' in answers[0].content.decode()
    assert Ikm.objects.filter(nib=NIB).count() == 1


def wait_until_somebody_waits() -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("the second post did not reach the unique index")
