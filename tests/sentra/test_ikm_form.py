"""Registering and changing an IKM."""

from typing import Any

import pytest
from django.utils.timezone import localdate

from core.models import AuditEntry
from reference.models import KbliCode, KbliCommodity
from sentra.enums import Scale
from sentra.models import Ikm
from sentra.rules import industry_scale
from tests import factories
from tests.sentra.data import errors_of, ikm_create_url, ikm_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(officer_a: Any, client_of: Any) -> Any:
    return client_of(officer_a)


@pytest.fixture
def url() -> str:
    return ikm_create_url(factories.make_sentra())


def test_numbers_are_stored_bare_and_shown_grouped(client: Any, officer_a: Any, post: Any, url: str) -> None:
    answer = post(client, url, ikm_data())
    ikm = Ikm.objects.get()
    assert answer.headers["Location"] == f"/sentra/ikm/{ikm.pk}/"
    assert (ikm.nib, ikm.npwp, ikm.phone) == ("9120001234567", "0013000666091000", "+62285421234")
    assert (ikm.investment, ikm.workers, ikm.created_by) == (250_000_000, 8, officer_a)
    page = client.get(f"/sentra/ikm/{ikm.pk}/").content.decode()
    for text in ("9120 0012 34567", "Rp250.000.000", "13134 (KBLI 2020) Industri Batik", "Kecil (menurut Permenperin"):
        assert text in page
    assert ikm.npwp not in page


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("name", "Nama IKM belum diisi."),
        ("owner_name", "Nama penanggung jawab belum diisi."),
        ("established_year", "Tahun mulai usaha belum diisi."),
        ("nib", "NIB belum diisi."),
        ("npwp", "NPWP belum diisi."),
        ("kbli", "KBLI belum dipilih."),
        ("workers", "Jumlah tenaga kerja belum diisi."),
        ("investment", "Nilai investasi belum diisi."),
        ("address", "Alamat belum diisi."),
        ("phone", "Telepon belum diisi."),
    ],
)
def test_each_missing_field_is_named(client: Any, post: Any, url: str, name: str, text: str) -> None:
    answer = post(client, url, ikm_data(**{name: None}))
    assert answer.status_code == 422
    assert errors_of(answer) == {name: text}
    assert not Ikm.objects.exists()


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("name", "x" * 161, "paling banyak 160"),
        ("owner_name", "x" * 121, "paling banyak 120"),
        ("established_year", "1799", "antara 1800 dan"),
        ("established_year", str(localdate().year + 1), "antara 1800 dan"),
        ("established_year", "tadi", "angka bulat"),
        ("nib", "912000123456", "NIB harus 13 angka. Anda mengisi 12 angka."),
        ("nib", "91200012345678", "Anda mengisi 14 angka."),
        ("nib", "91200O1234567", "hanya boleh berisi angka"),
        ("nib", "9" * 5000, "paling banyak"),
        ("npwp", "12345678901234", "15 atau 16 angka"),
        ("kbli", "999999999", "dari daftar"),
        ("kbli", "13134", "dari daftar"),
        ("kbli", "batik", "dari daftar"),
        ("kbli", "9" * 40, "dari daftar"),
        ("workers", "0", "paling sedikit 1"),
        ("workers", "1,5", "angka bulat"),
        ("workers", "1000001", "paling banyak"),
        ("investment", "250 juta", "tanpa sen"),
        ("investment", "1.234.56", "tanpa sen"),
        ("investment", "1,234,567", "tanpa sen"),
        ("investment", "1.234.567,50", "tanpa sen"),
        ("investment", "-1", "tanpa sen"),
        ("investment", "9" * 30, "paling banyak"),
        ("address", "x" * 251, "paling banyak 250"),
        ("phone", "telepon", "tidak dikenali"),
    ],
)
def test_wrong_values_are_refused_in_words(client: Any, post: Any, url: str, name: str, value: str, part: str) -> None:
    answer = post(client, url, ikm_data(**{name: value}))
    assert answer.status_code == 422
    assert part in errors_of(answer)[name]
    assert not Ikm.objects.exists()


@pytest.mark.parametrize("typed", ["1234567", "1.234.567", "Rp 1.234.567,00", "rp1.234.567", "Rp. 1.234.567,-"])
def test_rupiah_is_read_as_people_write_it(client: Any, post: Any, url: str, typed: str) -> None:
    assert post(client, url, ikm_data(investment=typed)).status_code == 302
    ikm = Ikm.objects.get()
    assert ikm.investment == 1_234_567
    assert 'value="1.234.567"' in client.get(f"/sentra/ikm/{ikm.pk}/ubah/").content.decode()


BILLION = 1_000_000_000


@pytest.mark.parametrize(
    ("workers", "investment", "scale", "label"),
    [
        (19, BILLION - 1, Scale.SMALL, "Kecil"),
        (19, BILLION, Scale.MEDIUM, "Menengah"),
        (19, 15 * BILLION + 1, Scale.MEDIUM, "Menengah"),
        (20, 0, Scale.MEDIUM, "Menengah"),
        (20, 15 * BILLION, Scale.MEDIUM, "Menengah"),
        (20, 15 * BILLION + 1, Scale.LARGE, "Besar"),
    ],
)
def test_the_scale_follows_from_workers_and_investment(
    client: Any, post: Any, url: str, workers: int, investment: int, scale: Scale, label: str
) -> None:
    assert industry_scale(workers, investment) is scale
    assert post(client, url, ikm_data(workers=str(workers), investment=str(investment))).status_code == 302
    page = client.get(f"/sentra/ikm/{Ikm.objects.get().pk}/").content.decode()
    assert f"{label} (menurut Permenperin 64/2016)" in page
    assert ("tidak dapat diusulkan" in page) == (scale is Scale.LARGE)


def test_a_large_industry_keeps_its_product_but_cannot_nominate_it(client: Any) -> None:
    ikm = factories.make_ikm(factories.make_sentra(), workers=20, investment=15 * BILLION + 1)
    product = factories.make_product(ikm)
    page = client.get(f"/sentra/produk/{product.pk}/").content.decode()
    assert "tidak dapat diusulkan" in page
    assert "Usulkan produk" not in page


def test_an_odd_number_waits_for_the_confirmation(client: Any, officer_a: Any, post: Any, url: str) -> None:
    first = post(client, url, ikm_data(npwp="01.300.066.5-091.000"))
    assert first.status_code == 422
    assert list(errors_of(first)) == ["confirmed"]
    page = first.content.decode()
    assert "Angka pemeriksa NPWP tidak cocok" in page
    assert "Sudah saya cocokkan dengan dokumen" in page
    assert post(client, url, ikm_data(npwp="01.300.066.5-091.000", confirmed="on")).status_code == 302
    entry = AuditEntry.objects.get(action="ikm.created")
    assert entry.actor_id == officer_a.pk
    assert entry.data["confirmed"]
    assert "013000665" not in str(entry.data)


def test_without_an_oddity_nothing_is_to_confirm(client: Any, post: Any, url: str) -> None:
    assert "Sudah saya cocokkan" not in client.get(url).content.decode()
    assert "Sudah saya cocokkan" not in post(client, url, ikm_data(name=None)).content.decode()
    assert post(client, url, ikm_data(confirmed="on")).status_code == 302
    assert AuditEntry.objects.get(action="ikm.created").data["confirmed"] == []


def test_the_classes_of_the_commodity_come_first(client: Any, url: str) -> None:
    page = client.get(url).content.decode()
    groups = ["Kode inti untuk Kain batik, KBLI 2020", "Kode inti untuk Kain batik, KBLI 2025", "Kode komoditas lain"]
    places = [page.index(f'<optgroup label="{group}') for group in groups]
    assert places == sorted(places)
    assert page.index("13134 (KBLI 2020) Industri Batik") < places[-1]


def test_a_class_of_another_commodity_is_saved_with_a_notice(client: Any, post: Any, url: str) -> None:
    linked = KbliCommodity.objects.filter(commodity="batik").values("kbli")
    other = KbliCode.objects.filter(links__commodity="gerabah").exclude(pk__in=linked).order_by("pk")[0]
    assert post(client, url, ikm_data(kbli=other.pk)).status_code == 302
    page = client.get(f"/sentra/ikm/{Ikm.objects.get().pk}/").content.decode()
    assert f"KBLI {other.code} ({other.edition}) tidak termasuk kode untuk komoditas" in page


def test_a_retired_class_stays_with_its_ikm_only(client: Any, post: Any, url: str) -> None:
    ikm = factories.make_ikm(factories.make_sentra())
    KbliCode.objects.filter(pk=ikm.kbli_id).update(valid_to=localdate())
    assert "dari daftar" in errors_of(post(client, url, ikm_data(kbli=ikm.kbli_id)))["kbli"]
    data = ikm_data(kbli=ikm.kbli_id) | {"version": 1}
    assert post(client, f"/sentra/ikm/{ikm.pk}/ubah/", data).status_code == 302


def test_fields_that_the_form_lacks_change_nothing(client: Any, officer_b: Any, post: Any, url: str) -> None:
    theirs = factories.make_sentra(factories.OTHER)
    extra = {"sentra": theirs.pk, "sentra_id": theirs.pk, "created_by": officer_b.pk, "id": 999_999, "version": 9}
    assert post(client, url, ikm_data(**extra)).status_code == 302
    ikm = Ikm.objects.get()
    assert (ikm.sentra.region_id, ikm.version) == (factories.HOME, 1)
    data = ikm_data(**extra, name="Nama Baru") | {"version": 1}
    assert post(client, f"/sentra/ikm/{ikm.pk}/ubah/", data).status_code == 302
    after = Ikm.objects.get()
    assert (after.pk, after.sentra_id, after.created_by, after.version) == (ikm.pk, ikm.sentra_id, ikm.created_by, 2)
    assert after.name == "Nama Baru"


def test_the_audit_names_fields_and_no_numbers(client: Any, post: Any) -> None:
    ikm = factories.make_ikm(factories.make_sentra())
    data = ikm_data(nib="9120001234999", phone="0812 9999 9999") | {"version": 1}
    assert post(client, f"/sentra/ikm/{ikm.pk}/ubah/", data).status_code == 302
    entry = AuditEntry.objects.get(action="ikm.updated")
    assert {"nib", "phone"} <= set(entry.data["changed"])
    assert "9120001234999" not in str(entry.data)


def test_a_number_of_the_other_edition_waits_for_the_confirmation(client: Any, post: Any, url: str) -> None:
    """13133 is cloth printing in 2020 and batik in 2025."""
    printing = KbliCode.objects.get(code="13133", edition=2020)
    answer = post(client, url, ikm_data(kbli=printing.pk))
    assert list(errors_of(answer)) == ["confirmed"]
    warning = "KBLI 13133 pada edisi 2020 adalah Industri Pencetakan Kain. Nomor yang sama pada KBLI 2025 adalah"
    assert warning in answer.content.decode()
    assert post(client, url, ikm_data(kbli=printing.pk, confirmed="on")).status_code == 302
    assert warning in AuditEntry.objects.get(action="ikm.created").data["confirmed"][0]
    ikm = Ikm.objects.get()
    assert warning in client.get(f"/sentra/ikm/{ikm.pk}/").content.decode()
    edit = ikm_data(kbli=printing.pk, npwp="", name="Nama Lain") | {"version": 1}
    assert post(client, f"/sentra/ikm/{ikm.pk}/ubah/", edit).status_code == 302


def test_the_edition_that_fits_needs_no_confirmation(client: Any, post: Any, url: str) -> None:
    batik = KbliCode.objects.get(code="13133", edition=2025)
    assert post(client, url, ikm_data(kbli=batik.pk)).status_code == 302
    assert "Periksa edisi" not in client.get(f"/sentra/ikm/{Ikm.objects.get().pk}/").content.decode()


def test_the_scale_stands_in_the_list_of_the_sentra(client: Any) -> None:
    sentra = factories.make_sentra()
    factories.make_ikm(sentra, workers=20, investment=0)
    assert ">Menengah</td>" in client.get(f"/sentra/{sentra.pk}/").content.decode()
