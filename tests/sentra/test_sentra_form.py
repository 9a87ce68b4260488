"""Registering and changing a sentra."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from core.errors import RuleBroken
from core.models import AuditEntry, StoredFile
from reference.models import Region
from sentra.models import Sentra
from sentra.services.sentra import SENTRA_FIELDS, register_sentra, update_sentra
from tests import factories
from tests.files import pdf_upload
from tests.sentra.data import CREATE, KECAMATAN, errors_of, sentra_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(officer_a: Any, client_of: Any) -> Any:
    return client_of(officer_a)


def edit_url(sentra: Sentra) -> str:
    return f"/sentra/{sentra.pk}/ubah/"


def test_a_sentra_is_stored_bare_and_audited(client: Any, officer_a: Any, post: Any) -> None:
    answer = post(client, CREATE, sentra_data(name="  Sentra \t Ba\x00tik\u200b Kauman ", unit_count="1.250"))
    sentra = Sentra.objects.get()
    assert answer.headers["Location"] == f"/sentra/{sentra.pk}/"
    assert (sentra.name, sentra.unit_count, sentra.contact_phone) == ("Sentra Batik Kauman", 1250, "+6281234567890")
    assert (sentra.region_id, sentra.district_id, sentra.created_by) == (factories.HOME, KECAMATAN, officer_a)
    assert sentra.sk_file.original_name == "sk.pdf"
    entry = AuditEntry.objects.get(action="sentra.created")
    assert (entry.actor_id, entry.object_id) == (officer_a.pk, str(sentra.pk))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("name", "Nama sentra belum diisi."),
        ("commodity", "Komoditas belum dipilih."),
        ("unit_count", "Jumlah unit usaha belum diisi."),
        ("village", "Desa/kelurahan belum dipilih. Bila belum ada dalam daftar, tulis namanya."),
        ("address", "Alamat belum diisi."),
        ("sk_number", "Nomor SK belum diisi."),
        ("sk_date", "Tanggal SK belum diisi."),
        ("sk_signatory", "Pejabat penanda tangan SK belum diisi."),
        ("sk_file", "Berkas SK belum dipilih."),
        ("contact_name", "Nama narahubung belum diisi."),
        ("contact_phone", "Telepon narahubung belum diisi."),
    ],
)
@pytest.mark.parametrize("missing", [None, ""])
def test_each_missing_field_is_named(client: Any, post: Any, name: str, text: str, missing: Any) -> None:
    answer = post(client, CREATE, sentra_data(**{name: missing}))
    assert answer.status_code == 422
    assert errors_of(answer) == {name: text}
    assert not Sentra.objects.exists()


TOMORROW = f"{localdate() + timedelta(days=1):%d-%m-%Y}"


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("name", "x" * 161, "paling banyak 160 karakter. Anda mengisi 161"),
        ("name", " \u200b\u202e", "belum diisi"),
        ("commodity", "mobil", "dari daftar"),
        ("commodity", "\x00", "null"),
        ("unit_count", "0", "paling sedikit 1"),
        ("unit_count", "-5", "angka bulat"),
        ("unit_count", "lima", "angka bulat"),
        ("unit_count", "12,5", "angka bulat"),
        ("unit_count", "1.25", "angka bulat"),
        ("unit_count", "9" * 5000, "angka bulat"),
        ("unit_count", "100001", "paling banyak 100000"),
        ("village", "32.05.01.1001", "dari daftar"),
        ("village", "33.75.02.1001", "dari daftar"),
        ("village", "\x00", "null"),
        ("village_unlisted", "Kampung Baru", "tidak keduanya"),
        ("village_unlisted", "x" * 121, "paling banyak 120"),
        ("address", "x" * 251, "paling banyak 250"),
        ("sk_number", "1/", "3 sampai 80 karakter"),
        ("sk_number", "1" * 81, "Anda mengisi 81 karakter"),
        ("sk_date", TOMORROW, "tidak boleh sesudah hari ini"),
        ("sk_date", "31-02-2024", "tanggal yang ada"),
        ("sk_date", "02/30/2024", "tanggal yang ada"),
        ("sk_date", "kemarin", "tanggal yang ada"),
        ("sk_signatory", "x" * 121, "paling banyak 120"),
        ("contact_name", "x" * 121, "paling banyak 120"),
        ("contact_phone", "12345", "tidak dikenali"),
        ("contact_phone", "0" * 5000, "paling banyak"),
    ],
)
def test_wrong_values_are_refused_in_words(client: Any, post: Any, name: str, value: str, part: str) -> None:
    answer = post(client, CREATE, sentra_data(**{name: value}))
    assert answer.status_code == 422
    assert part in " ".join(errors_of(answer).values())
    assert not Sentra.objects.exists()
    assert "<title>Kesalahan:" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "stored"), [("2024-03-01", 1), ("1/3/2024", 1), ("1 Maret 2024", 1), ("9 agu 2023", 8)]
)
def test_dates_are_read_as_people_write_them(client: Any, post: Any, typed: str, stored: int) -> None:
    assert post(client, CREATE, sentra_data(sk_date=typed)).status_code == 302
    assert Sentra.objects.get().sk_date.month in (3, stored)


def test_a_village_that_is_not_listed_is_kept_as_text(client: Any, post: Any) -> None:
    assert post(client, CREATE, sentra_data(village=None, village_unlisted="Kampung Baru")).status_code == 302
    sentra = Sentra.objects.get()
    assert (sentra.village, sentra.village_unlisted) == (None, "Kampung Baru")
    assert "Kampung Baru (belum terdaftar)" in client.get(f"/sentra/{sentra.pk}/").content.decode()


def test_the_typed_text_survives_an_error(client: Any, post: Any) -> None:
    answer = post(client, CREATE, sentra_data(name="<b>Sentra</b> Aneh", unit_count="banyak"))
    page = answer.content.decode()
    assert answer.status_code == 422
    for text in ("&lt;b&gt;Sentra&lt;/b&gt; Aneh", 'value="banyak"', "Jalan Hayam Wuruk 1", "188/82/KEP/2024"):
        assert text in page
    assert "Berkas harus dipilih lagi" in page


def test_errors_stand_in_the_order_of_the_page(client: Any, post: Any) -> None:
    page = post(client, CREATE).content.decode()
    summary = page[page.index("error-summary") : page.index("<form", page.index("error-summary"))]
    places = [summary.index(text) for text in ("Nama sentra", "Komoditas", "Desa/kelurahan", "Nomor SK", "Berkas SK")]
    assert places == sorted(places)


@pytest.mark.parametrize("query", ["33.75", "33.75.01.1001", "99.99.99", "%00", "33.75.01'--", "3" * 500])
def test_a_wrong_kecamatan_is_not_found(client: Any, query: str) -> None:
    assert client.get(f"/sentra/baru/isi/?kecamatan={query}").status_code == 404


def test_without_a_kecamatan_one_is_asked_for(client: Any) -> None:
    assert client.get("/sentra/baru/isi/").headers["Location"] == "/sentra/baru/"


def test_a_village_is_found_by_a_name_with_a_typing_error(client: Any) -> None:
    village = Region.objects.filter(parent=KECAMATAN).order_by("pk")[0]
    wrong = village.name[0] + village.name[2] + village.name[1] + village.name[3:]
    page = client.get("/sentra/baru/", {"q": wrong}).content.decode()
    found = re.findall(r"kecamatan=([0-9.]+)&amp;desa=([0-9.]+)", page)
    assert (KECAMATAN, village.pk) in found
    assert {code[:6] for _kecamatan, code in found} == {"33.75."}
    form = client.get("/sentra/baru/isi/", {"kecamatan": KECAMATAN, "desa": village.pk}).content.decode()
    assert f'<option value="{village.pk}" selected>' in form


@pytest.mark.parametrize(
    ("typed", "said"), [("qqxxzz", "dengan nama seperti “qqxxzz”"), ("ka", "paling sedikit 3 huruf")]
)
def test_a_search_for_a_village_without_result_says_what_to_do(client: Any, typed: str, said: str) -> None:
    assert said in client.get("/sentra/baru/", {"q": typed}).content.decode()


def test_another_regions_kecamatan_is_not_found(client: Any, post: Any) -> None:
    assert post(client, "/sentra/baru/isi/?kecamatan=32.05.01", sentra_data()).status_code == 404
    assert not Sentra.objects.exists()


def test_an_officer_of_two_regions_chooses_one_first(officer_a: Any, client: Any) -> None:
    factories.add_membership(officer_a, "district_officer", region=factories.OTHER)
    first = client.get("/sentra/baru/").content.decode()
    assert "Kota Pekalongan" in first
    assert "Kab. Garut" in first
    assert 'name="kecamatan"' not in first
    assert 'value="32.05.01"' in client.get("/sentra/baru/?region=32.05").content.decode()
    assert 'name="kecamatan"' not in client.get("/sentra/baru/?region=33.26").content.decode()


def test_fields_that_the_form_lacks_change_nothing(client: Any, officer_a: Any, officer_b: Any, post: Any) -> None:
    extra = {
        "region": factories.OTHER,
        "region_id": factories.OTHER,
        "district": "32.05.01",
        "created_by": officer_b.pk,
        "id": 999_999,
        "pk": 999_999,
        "version": 77,
        "created_at": "2000-01-01",
    }
    assert post(client, CREATE, sentra_data(**extra)).status_code == 302
    sentra = Sentra.objects.get()
    assert (sentra.region_id, sentra.district_id, sentra.created_by, sentra.version) == (
        factories.HOME, KECAMATAN, officer_a, 1,
    )  # fmt: skip
    assert sentra.pk != 999_999
    assert sentra.created_at.year > 2000

    changed = sentra_data(**extra, name="Nama Baru") | {"version": 1}
    assert post(client, edit_url(sentra), changed).status_code == 302
    after = Sentra.objects.get()
    assert (after.pk, after.region_id, after.created_by, after.version) == (sentra.pk, factories.HOME, officer_a, 2)
    assert after.created_at == sentra.created_at
    assert after.name == "Nama Baru"


def test_an_edit_keeps_the_decree_unless_a_new_file_comes(client: Any, post: Any) -> None:
    sentra = factories.make_sentra(district_id=KECAMATAN)
    old = sentra.sk_file_id
    assert post(client, edit_url(sentra), sentra_data(sk_file=None) | {"version": 1}).status_code == 302
    sentra.refresh_from_db()
    assert (sentra.sk_file_id, sentra.version) == (old, 2)
    data = sentra_data(sk_file=pdf_upload("baru.pdf", "baru")) | {"version": 2}
    assert post(client, edit_url(sentra), data).status_code == 302
    sentra.refresh_from_db()
    assert sentra.sk_file.original_name == "baru.pdf"
    assert StoredFile.objects.filter(pk=old).exists()
    assert "sk_file" in AuditEntry.objects.filter(action="sentra.updated").latest("pk").data["changed"]


def test_an_edit_shows_what_is_stored(client: Any) -> None:
    sentra = factories.make_sentra(name="Sentra Kauman", district_id=KECAMATAN)
    page = client.get(edit_url(sentra)).content.decode()
    for text in ('value="Sentra Kauman"', 'value="01-03-2024"', 'value="0812-3456-7890"', "188/82/KEP/2024"):
        assert text in page
    assert page.count(" selected") >= 2


def test_a_save_without_a_change_writes_nothing(client: Any, post: Any) -> None:
    village = Region.objects.filter(parent=KECAMATAN).order_by("pk")[0]
    post(client, CREATE, sentra_data(village=village.pk))
    sentra = Sentra.objects.get()
    assert (
        post(client, edit_url(sentra), sentra_data(village=village.pk, sk_file=None) | {"version": 1}).status_code
        == 302
    )
    assert Sentra.objects.get().version == 1
    assert not AuditEntry.objects.filter(action="sentra.updated").exists()


def test_a_sentra_moves_to_another_kecamatan_of_its_region_only(client: Any, post: Any) -> None:
    sentra = factories.make_sentra(district_id=KECAMATAN)
    village = Region.objects.filter(parent="33.75.02").order_by("pk")[0]
    data = sentra_data(village=village.pk, sk_file=None) | {"version": 1}
    assert post(client, f"{edit_url(sentra)}?kecamatan=32.05.01", data).status_code == 404
    assert post(client, f"{edit_url(sentra)}?kecamatan=33.75.02", data).status_code == 302
    sentra.refresh_from_db()
    assert (sentra.district_id, sentra.village) == ("33.75.02", village)


def test_the_commodity_is_fixed_from_the_first_ikm_on(client: Any, post: Any) -> None:
    sentra = factories.make_sentra(district_id=KECAMATAN)
    data = sentra_data(sk_file=None, commodity="tenun")
    assert post(client, edit_url(sentra), data | {"version": 1}).status_code == 302
    factories.make_ikm(sentra)
    assert post(client, edit_url(sentra), data | {"commodity": "batik", "version": 2}).status_code == 302
    sentra.refresh_from_db()
    assert sentra.commodity_id == "tenun"
    assert "Komoditas tidak dapat diubah" in client.get(edit_url(sentra)).content.decode()


def test_a_village_that_was_retired_stays_with_its_sentra(client: Any, post: Any) -> None:
    sentra = factories.make_sentra(district_id=KECAMATAN)
    Region.objects.filter(pk=sentra.village_id).update(valid_to=localdate())
    data = sentra_data(village=sentra.village_id, sk_file=None)
    assert post(client, edit_url(sentra), data | {"version": 1}).status_code == 302
    assert errors_of(post(client, CREATE, data | {"name": "Lain"}))["village"] == "Pilih Desa/kelurahan dari daftar."


def test_a_new_sentra_has_at_least_five_units(client: Any, post: Any) -> None:
    answer = post(client, CREATE, sentra_data(unit_count="4"))
    assert (answer.status_code, Sentra.objects.exists()) == (422, False)
    text = errors_of(answer)["unit_count"]
    for words in ("paling sedikit 5 unit usaha (PP 29/2018)", "Anda mengisi 4", "lengkapi dahulu anggota dan SK-nya"):
        assert words in text
    assert 'value="4"' in answer.content.decode(), "what was typed stays"
    assert post(client, CREATE, sentra_data(unit_count="5")).status_code == 302


def test_no_other_way_registers_a_smaller_one(officer_a: Any) -> None:
    sentra = factories.make_sentra()
    values = {name: getattr(sentra, name) for name in SENTRA_FIELDS} | {"name": "Sentra Kecil", "unit_count": 4}
    with pytest.raises(RuleBroken, match="paling sedikit 5 unit usaha"):
        register_sentra(values=values, sk_upload=pdf_upload("sk.pdf"), actor=officer_a)


def test_a_sentra_that_falls_below_five_later_is_saved_with_a_notice(client: Any, post: Any) -> None:
    sentra = factories.make_sentra(district_id=KECAMATAN, unit_count=5)
    assert "paling sedikit 5 unit usaha" not in client.get(f"/sentra/{sentra.pk}/").content.decode()
    data = sentra_data(unit_count="4", sk_file=None)
    assert post(client, edit_url(sentra), data | {"version": 1}).status_code == 302
    sentra.refresh_from_db()
    assert sentra.unit_count == 4
    assert "paling sedikit 5 unit usaha" in client.get(f"/sentra/{sentra.pk}/").content.decode()


def test_a_decree_number_of_a_future_year_is_confirmed(client: Any, post: Any) -> None:
    number = f"188/82/KEP/{localdate().year + 1}"
    answer = post(client, CREATE, sentra_data(sk_number=number))
    assert answer.status_code == 422
    assert list(errors_of(answer)) == ["confirmed"]
    assert "yang belum tiba" in answer.content.decode()
    assert post(client, CREATE, sentra_data(sk_number=number, confirmed="on")).status_code == 302
    assert AuditEntry.objects.get(action="sentra.created").data["confirmed"]


def test_villages_of_one_name_show_their_code(client: Any) -> None:
    first, second = Region.objects.filter(parent=KECAMATAN).order_by("pk")[:2]
    Region.objects.filter(pk=second.pk).update(name=first.name)
    page = client.get(CREATE).content.decode()
    assert f"{first.label} ({first.pk})" in page
    assert f"{first.label} ({second.pk})" in page


def test_point_and_mail_are_optional_and_shown(client: Any, post: Any) -> None:
    assert post(client, CREATE, sentra_data()).status_code == 302
    sentra = Sentra.objects.get()
    assert (sentra.map_point, sentra.contact_email) == (None, "")
    url = f"/sentra/{sentra.pk}/ubah/"
    data = sentra_data(sk_file=None, map_point="-6,8886; 109,6753", contact_email="sri@contoh.id") | {"version": 1}
    assert post(client, url, data).status_code == 302
    page = client.get(f"/sentra/{sentra.pk}/").content.decode()
    assert "-6.8886, 109.6753" in page
    assert "sri@contoh.id" in page
    assert 'value="-6.8886, 109.6753"' in client.get(url).content.decode()
    answer = post(client, url, data | {"map_point": "", "version": 1})
    assert {"key": "Titik pada peta (bila ada)", "value": "-6.8886, 109.6753"} in answer.context["form"].conflicts
    assert post(client, url, data | {"map_point": "", "version": 2}).status_code == 302
    assert Sentra.objects.get().map_point is None


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("map_point", "109.6753, -6.8886", "terbalik"),
        ("map_point", "51.5, -0.12", "luar Indonesia"),
        ("contact_email", "sri@", "tidak lengkap"),
    ],
)
def test_a_wrong_point_or_mail_is_refused(client: Any, post: Any, name: str, value: str, part: str) -> None:
    answer = post(client, CREATE, sentra_data(**{name: value}))
    assert list(errors_of(answer)) == [name]
    assert part in errors_of(answer)[name]


def test_a_caller_that_knows_no_point_changes_none(officer_a: Any) -> None:
    sentra = factories.make_sentra(latitude="-6.8886", longitude="109.6753", contact_email="sri@contoh.id")
    left_out = ("latitude", "longitude", "contact_email")
    values = {name: getattr(sentra, name) for name in SENTRA_FIELDS if name not in left_out}
    update_sentra(sentra_id=sentra.pk, version=1, values=values | {"address": "Baru"}, sk_upload=None, actor=officer_a)
    after = Sentra.objects.get()
    assert (after.address, str(after.latitude), after.contact_email) == ("Baru", "-6.888600", "sri@contoh.id")


def test_the_database_keeps_half_points_and_far_ones_out(db: None) -> None:
    sentra = factories.make_sentra()
    for change in ({"latitude": -6}, {"latitude": -40, "longitude": 110}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sentra.objects.filter(pk=sentra.pk).update(**change)
