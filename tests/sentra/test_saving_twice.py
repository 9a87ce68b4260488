"""A form that is sent twice, and two officers who change the same record."""

import secrets
import threading
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.models import AuditEntry
from reference.models import Region
from sentra.models import Ikm, Product, Sentra
from sentra.services.ikm import IKM_FIELDS, update_ikm
from sentra.services.sentra import SENTRA_FIELDS, update_sentra
from tests import factories
from tests.files import pdf_upload
from tests.sentra.data import CREATE, errors_of, ikm_create_url, ikm_data, product_data, sentra_data


@pytest.fixture
def client(officer_a: Any, client_of: Any) -> Any:
    return client_of(officer_a)


def make_rows() -> tuple[Sentra, Ikm, Product]:
    sentra = factories.make_sentra(district_id="33.75.01")
    ikm = factories.make_ikm(sentra)
    return sentra, ikm, factories.make_product(ikm)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["sentra", "ikm", "product"])
def test_a_form_sent_twice_makes_one_record_and_gives_one_answer(client: Any, post: Any, kind: str) -> None:
    sentra, ikm, _product = make_rows()
    url, data, model = {
        "sentra": (CREATE, sentra_data, Sentra),
        "ikm": (ikm_create_url(sentra), ikm_data, Ikm),
        "product": (f"/sentra/ikm/{ikm.pk}/produk/baru/", product_data, Product),
    }[kind]
    key = secrets.token_urlsafe(24)
    # The same bytes both times: a new PDF would carry another document id.
    upload = {"sk_file": pdf_upload("sk.pdf")} if kind == "sentra" else {}
    first = post(client, url, data(**upload), key=key)
    for file in upload.values():
        file.seek(0)
    second = post(client, url, data(**upload), key=key)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert model.objects.count() == 2
    assert AuditEntry.objects.filter(action=f"{kind}.created").count() == 1


@pytest.mark.django_db
def test_a_key_that_comes_back_with_other_content_is_refused(client: Any, post: Any) -> None:
    url, key = ikm_create_url(factories.make_sentra()), secrets.token_urlsafe(24)
    assert post(client, url, ikm_data(), key=key).status_code == 302
    assert post(client, url, ikm_data(nib="9120009999999"), key=key).status_code == 409
    assert Ikm.objects.count() == 1


@pytest.mark.django_db
def test_a_form_with_errors_keeps_its_key(client: Any, post: Any) -> None:
    url, key = ikm_create_url(factories.make_sentra()), secrets.token_urlsafe(24)
    assert post(client, url, ikm_data(name=""), key=key).status_code == 422
    assert post(client, url, ikm_data(), key=key).status_code == 302


@pytest.mark.django_db
def test_without_a_key_nothing_is_saved(client: Any) -> None:
    assert client.post(ikm_create_url(factories.make_sentra()), ikm_data()).status_code == 400
    assert not Ikm.objects.exists()


def test_two_posts_of_one_form_at_the_same_time_make_one_record(cloned_db: str) -> None:
    officer = factories.make_user("district_officer", region=factories.HOME)
    url = ikm_create_url(factories.make_sentra())
    data = ikm_data() | {"_key": secrets.token_urlsafe(24)}
    answers: list[Any] = []

    def send() -> None:
        client = Client()
        client.force_login(officer, backend=settings.AUTHENTICATION_BACKENDS[0])
        answers.append(client.post(url, data))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [answer.status_code for answer in answers] == [302] * 4
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert Ikm.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["sentra", "ikm", "product"])
def test_a_stale_page_keeps_the_text_and_shows_what_is_stored(client: Any, post: Any, kind: str) -> None:
    rows = dict(zip(("sentra", "ikm", "product"), make_rows(), strict=True))
    row = rows[kind]
    url = {"sentra": f"/sentra/{row.pk}/ubah/", "ikm": f"/sentra/ikm/{row.pk}/ubah/"}.get(
        kind, f"/sentra/produk/{row.pk}/ubah/"
    )
    data = {"sentra": sentra_data, "ikm": ikm_data, "product": product_data}[kind]
    type(row).objects.filter(pk=row.pk).update(name="Tersimpan Rekan", version=2)

    answer = post(client, url, data(name="Isian Saya") | {"version": 1})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Data ini diubah orang lain" in errors_of(answer)["__all__"]
    assert 'value="Isian Saya"' in page
    assert "Tersimpan Rekan" in page
    row.refresh_from_db()
    assert (row.name, row.version) == ("Tersimpan Rekan", 2)

    assert 'name="version" value="2"' in page
    assert post(client, url, data(name="Isian Saya") | {"version": 2}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.version) == ("Isian Saya", 3)


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["", "abc", "0", "-1", "99", "9" * 400, "1\x00", "²"])
def test_a_tampered_version_saves_nothing(client: Any, post: Any, version: str) -> None:
    _sentra, ikm, _product = make_rows()
    answer = post(client, f"/sentra/ikm/{ikm.pk}/ubah/", ikm_data() | {"version": version})
    assert answer.status_code == 409
    assert Ikm.objects.get().name == ikm.name


@pytest.mark.django_db
def test_stored_values_are_written_as_in_the_form(client: Any, post: Any) -> None:
    sentra, ikm, _product = make_rows()
    answer = post(client, f"/sentra/ikm/{ikm.pk}/ubah/", ikm_data(investment="1") | {"version": 9})
    stored = {row["key"]: row["value"] for row in answer.context["form"].conflicts}
    assert stored["Nilai investasi"] == "250.000.000"
    assert stored["NIB"].replace(" ", "") == ikm.nib
    Sentra.objects.update(village=None, village_unlisted="Kampung Lama")
    answer = post(client, f"/sentra/{sentra.pk}/ubah/", sentra_data(sk_date="02-03-2024") | {"version": 9})
    stored = {row["key"]: row["value"] for row in answer.context["form"].conflicts}
    assert stored["Tanggal SK"] == "01-03-2024"
    assert stored["Desa/kelurahan"] == "–"


@pytest.mark.django_db
def test_the_services_hold_without_a_form(officer_a: Any, officer_b: Any, province: Any) -> None:
    sentra, ikm, _product = make_rows()
    values = {name: getattr(sentra, name) for name in SENTRA_FIELDS}
    for stranger in (officer_b, province):
        with pytest.raises(NotPermitted):
            update_sentra(sentra_id=sentra.pk, version=1, values=values, sk_upload=None, actor=stranger)
    foreign = Region.objects.get(pk="32.05.01")
    wrong = [
        {"commodity": type(sentra.commodity).objects.get(pk="tenun")},
        {"district": foreign, "village": None, "village_unlisted": "Kampung"},
        {"village": Region.objects.filter(parent="32.05.01")[0]},
        {"village": None},
        {"village_unlisted": "Kampung"},
        {"sk_date": sentra.sk_date.replace(year=9999)},
        {"sk_number": "1"},
        {"contact_phone": "1"},
    ]
    for change in wrong:
        with pytest.raises(RuleBroken):
            update_sentra(sentra_id=sentra.pk, version=1, values=values | change, sk_upload=None, actor=officer_a)
    values = {name: getattr(ikm, name) for name in IKM_FIELDS}
    for change in ({"nib": "1"}, {"npwp": "1"}, {"established_year": 1}):
        with pytest.raises(RuleBroken):
            update_ikm(ikm_id=ikm.pk, version=1, values=values | change, actor=officer_a)
    with pytest.raises(StaleVersion):
        update_ikm(ikm_id=ikm.pk, version=2, values=values, actor=officer_a)
    assert not AuditEntry.objects.filter(action__endswith=".updated").exists()
