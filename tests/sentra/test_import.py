"""An import from the dry run to what stands in the register, by the rules of the forms."""

from datetime import date
from typing import Any

import pytest
from django.utils.timezone import localdate

from core.models import AuditEntry
from sentra.models import Ikm, Product, RegisterImport, Sentra
from tests import factories
from tests.sentra import sheets
from tests.sentra.sheets import checked, found, ikm_row, product_row, saved, sentra_row
from tests.sentra.test_merging import merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def sentra(officer_a: Any) -> Sentra:
    return factories.make_sentra(name="Sentra Kauman")


def test_a_dry_run_writes_nothing_and_counts(sentra: Sentra) -> None:
    kept = factories.make_ikm(sentra, nib="9120009999999")
    job = checked("ikm", [ikm_row(), ikm_row(nib=kept.nib, name="Nama Baru")])
    assert (job.state, job.added, job.changed, job.same, job.errors) == ("ready", 1, 1, 0, 0)
    assert Ikm.objects.count() == 1
    kept.refresh_from_db()
    assert kept.name != "Nama Baru"


def test_the_three_tables_are_saved_one_after_the_other(officer_a: Any) -> None:
    saved("sentra", [sentra_row(), sentra_row(name="Sentra Baru", village=None, village_unlisted="Kampung Laut")])
    saved("ikm", [ikm_row(sentra=f"sentra batik  KAUMAN ({Sentra.objects.first().commodity.name})")])
    job = saved("product", [product_row()])
    first, second = Sentra.objects.order_by("pk")
    assert (first.region_id, first.sk_file, first.sk_date, first.created_by) == (
        "33.75",
        None,
        date(2024, 3, 1),
        officer_a,
    )
    assert (first.village, first.contact_phone) == (sheets.village(), "+6281234567890")
    assert (second.village, second.village_unlisted) == (None, "Kampung Laut")
    ikm = Ikm.objects.get()
    assert (ikm.sentra, ikm.nib, ikm.npwp, ikm.investment) == (first, "9120001234567", "0013000666091000", 250_000_000)
    assert (ikm.kbli.code, ikm.kbli.edition, ikm.phone) == ("13134", 2020, "+62285421234")
    assert Product.objects.get().ikm == ikm
    assert (job.state, job.applied_by, job.added) == ("applied", officer_a, 1)
    entry = AuditEntry.objects.get(action="import.applied", object_id=str(job.pk))
    assert entry.data["added"] == 1
    assert list(job.effects.values_list("record_id", "version", "before")) == [(Product.objects.get().pk, 1, None)]


def test_every_error_is_named_by_its_cell_at_once(sentra: Sentra) -> None:
    factories.make_ikm(
        factories.make_sentra(factories.OTHER, name="Rahasia"), nib="8120001234567", name="Rahasia Garut"
    )
    other = factories.make_sentra(name="Sentra Lain")
    factories.make_ikm(other, nib="8120009999999", name="Milik Sentra Lain")
    rows = [
        ikm_row(),
        ikm_row(nib="912000123456", workers=0, established_year=1700, name=""),
        ikm_row(nib="8120001234567", kbli="99999", sentra="Sentra Entah"),
        ikm_row(nib="8120009999999"),
        ikm_row(),
        ikm_row(nib="9120007777777", kbli="13133", investment="dua juta"),
        ikm_row(nib="9120006666666", phone="12", npwp="99", address="x" * 251, owner_name=None),
    ]
    job = checked("ikm", rows)
    assert job.state == "failed"
    assert found(job) == {
        "B3": "Nama IKM belum diisi.",
        "D3": f"Tahun mulai usaha harus antara 1800 dan {localdate().year}.",
        "E3": "NIB harus 13 angka. Anda mengisi 12 angka.",
        "H3": "Jumlah tenaga kerja paling sedikit 1.",
        "A4": "“Sentra Entah” tidak ada dalam daftar. Pilih dari daftar pada templat.",
        "G4": "“99999” tidak ada dalam daftar. Pilih dari daftar pada templat.",
        "E4": "NIB ini sudah terdaftar di daerah lain. Hubungi Sekretariat: sekretariat@example.go.id, 021-0000000.",
        "E5": "NIB ini sudah terdaftar untuk Milik Sentra Lain pada Sentra Lain, bukan pada sentra di baris ini.",
        "E6": "NIB ini sudah ada pada baris 2 berkas ini.",
        "G7": found(job)["G7"],
        "I7": "Isi jumlah rupiah tanpa sen, misalnya 250.000.000.",
        "C8": "Nama penanggung jawab belum diisi.",
        "F8": "NPWP harus 15 atau 16 angka. Anda mengisi 2 angka.",
        "J8": "Alamat paling banyak 250 karakter. Anda mengisi 251 karakter.",
        "K8": found(job)["K8"],
    }
    assert "lebih dari satu pilihan" in found(job)["G7"]
    assert "KBLI 2020" in found(job)["G7"]
    assert "Rahasia" not in " ".join(found(job).values())
    assert job.errors == 15
    assert Ikm.objects.count() == 2


def test_what_a_spreadsheet_does_to_numbers_is_undone_or_explained(sentra: Sentra) -> None:
    rows = [
        ikm_row(nib=9.120001234567e12, investment="Rp 250.000.000,00", workers="1.250", established_year="2012"),
        ikm_row(nib=220001234567, npwp=13000666091000.0),
        ikm_row(nib="9120001111111", npwp=3375010101800001.0),
        ikm_row(nib=("=9120000000000+1",), workers=2.5, name=True),
        ikm_row(nib="9120002222222", owner_name=date(2024, 5, 21), name=212),
    ]
    job = checked("ikm", rows)
    texts = found(job)
    assert set(texts) == {"E3", "F3", "F4", "E5", "H5", "B5", "C6"}
    assert "Anda mengisi 12 angka. Sel ini berisi bilangan, sehingga angka 0 di depan hilang." in texts["E3"]
    assert "membulatkan" in texts["F4"]
    assert "rumus" in texts["E5"]
    assert "angka bulat" in texts["H5"]
    assert "tanggal" in texts["C6"]
    saved("ikm", rows[:1])
    ikm = Ikm.objects.get()
    assert (ikm.nib, ikm.investment, ikm.workers, ikm.established_year) == ("9120001234567", 250_000_000, 1250, 2012)


@pytest.mark.parametrize("day", [date(2024, 5, 21), "21 Mei 2024", "21-05-2024", "21/05/2024", "2024-05-21"])
def test_dates_as_excel_and_as_people_write_them(officer_a: Any, day: Any) -> None:
    saved("sentra", [sentra_row(sk_date=day)])
    assert Sentra.objects.get().sk_date == date(2024, 5, 21)


def test_places_and_dates_of_a_sentra_are_ruled_as_in_the_form(officer_a: Any) -> None:
    rows = [
        sentra_row(name="A", village="Tegalsari Entah"),
        sentra_row(name="B", village=None),
        sentra_row(name="C", village_unlisted="Kampung"),
        sentra_row(name="D", sk_date=date(2090, 1, 1)),
        sentra_row(name="E", sk_date="31 Februari 2024"),
        sentra_row(name="F", district="Cibatu"),
        sentra_row(name="a"),
    ]
    job = checked("sentra", rows)
    assert set(found(job)) == {"E2", "E3", "E4", "I5", "I6", "D7", "A8"}
    assert "belum dipilih" in found(job)["E3"]
    assert "tidak keduanya" in found(job)["E4"]
    assert "sesudah hari ini" in found(job)["I5"]
    assert found(job)["A8"] == "Nama sentra ini sudah ada pada baris 2 berkas ini."


def test_a_record_of_the_own_region_is_changed_and_shown_before(sentra: Sentra) -> None:
    ikm = factories.make_ikm(sentra, nib="9120001234567", name="Batik Lama", npwp="0013000666091000", workers=8)
    job = checked("ikm", [ikm_row(workers=21, npwp="3375010101800001")])
    changes = found(job, "change")
    assert changes["B2"] == "“Batik Lama” menjadi “Batik Pesisir Makmur”"
    assert changes["H2"] == "8 menjadi 21"
    assert changes["F2"] == "“0013********1000” menjadi “3375********0001”"
    assert "milik Batik Lama" in found(job, "warning")["B2"]
    job = saved_job(job)
    before = (ikm.version, ikm.created_by)
    ikm.refresh_from_db()
    assert (ikm.workers, ikm.version, ikm.created_by) == (21, before[0] + 1, before[1])
    assert job.effects.get().before["workers"] == 8


def saved_job(job: RegisterImport) -> RegisterImport:
    sheets.confirm_import(import_id=job.pk, warnings_checked=True, actor=job.created_by)
    assert sheets.apply_import(job.pk)
    job.refresh_from_db()
    return job


def test_what_is_odd_is_listed_apart_and_has_to_be_confirmed(sentra: Sentra, client_of: Any, post: Any) -> None:
    factories.make_ikm(sentra, nib="9120009999999", name="CV. Makmur Batik Pesisir")
    rows = [
        ikm_row(),
        ikm_row(nib="9120001111111", name="Batik Lain", npwp="0013000667091000"),
        ikm_row(nib="9120002222222", name="Raksasa", workers=500, investment=20_000_000_000),
        ikm_row(nib="9120003333333", name="lain batik", kbli="10750 (KBLI 2020)"),
    ]
    job = checked("ikm", rows)
    odd = found(job, "warning")
    assert job.state == "ready"
    assert "mirip dengan “CV. Makmur Batik Pesisir” yang sudah terdaftar" in odd["B2"]
    assert "Angka pemeriksa NPWP" in odd["F3"]
    assert "Berskala besar" in odd["H4"]
    assert "mirip dengan “Batik Lain” pada baris 3" in odd["B5"]
    assert job.warnings == len(odd)
    client = client_of(job.created_by)
    answer = post(client, f"/sentra/impor/{job.pk}/simpan/")
    assert answer.status_code == 422
    assert "beri centang" in answer.content.decode()
    assert post(client, f"/sentra/impor/{job.pk}/simpan/", {"confirmed": "on"}).status_code == 302


def test_rows_that_say_the_same_change_nothing(sentra: Sentra) -> None:
    saved("ikm", [ikm_row()])
    job = saved("ikm", [ikm_row(npwp="01.300.066.6-091.000", phone="(0285) 421234")])
    assert (job.added, job.changed, job.same) == (0, 0, 1)
    assert not job.effects.exists()
    assert Ikm.objects.get().version == 1


def test_a_column_that_is_left_out_stays_as_it_is(officer_a: Any) -> None:
    saved("sentra", [sentra_row(village=None, village_unlisted="Kampung Laut")])
    names = [c for c in sheets.TABLES["sentra"].read if c.name not in ("village", "village_unlisted")]
    data = rearranged([str(c.label) for c in reversed(names)], {c.name: c for c in names}, sentra_row(unit_count=50))
    job = saved("sentra", data)
    assert (job.changed, Sentra.objects.get().village_unlisted, Sentra.objects.get().unit_count) == (
        1,
        "Kampung Laut",
        50,
    )


def rearranged(heads: list[str], columns: dict[str, Any], row: dict[str, Any]) -> bytes:
    """One row with these heads, in their order."""
    by_label = {str(column.label): row.get(name) for name, column in columns.items()}
    stream = sheets.BytesIO()
    with sheets.Workbook(stream, {"default_date_format": "dd-mm-yyyy"}) as book:
        page = book.add_worksheet("Sentra")
        for place, head in enumerate(heads):
            page.write_string(0, place, head)
            sheets.write_any(page, 1, place, by_label[head])
    return stream.getvalue()


def test_retired_choices_stay_where_they_were(sentra: Sentra) -> None:
    ikm = factories.make_ikm(sentra, nib="9120001234567")
    type(ikm.kbli).objects.filter(pk=ikm.kbli_id).update(valid_from="2020-01-01", valid_to="2025-01-01")
    code = f"{ikm.kbli.code} (KBLI {ikm.kbli.edition})"
    job = checked("ikm", [ikm_row(kbli=code), ikm_row(nib="9120002222222", kbli=code)])
    assert set(found(job)) == {"G3"}
    assert "tidak berlaku" in found(job)["G3"]


def test_products_are_found_by_their_ikm_and_name(sentra: Sentra) -> None:
    ikm = factories.make_ikm(sentra, nib="9120001234567", name="Batik Pesisir")
    other = factories.make_ikm(factories.make_sentra(factories.OTHER), nib="9120005555555", name="Rahasia")
    product = factories.make_product(ikm, name="Batik Tulis JLAMPRANG")
    rows = [product_row(ikm="Batik Pesisir (9120001234567)"), product_row(ikm=other.nib), product_row(ikm="Entah")]
    job = checked("product", rows)
    assert set(found(job)) == {"A3", "A4"}
    job = saved("product", rows[:1])
    product.refresh_from_db()
    assert (job.changed, product.name, product.version) == (1, "Batik Tulis Jlamprang", 2)


def test_the_register_may_change_between_check_and_saving(sentra: Sentra) -> None:
    """Nothing is written that the officer has not seen: the import is checked again."""
    job = checked("ikm", [ikm_row(), ikm_row(nib="9120002222222")])
    factories.make_ikm(factories.make_sentra(factories.OTHER), nib="9120001234567")
    sheets.confirm_import(import_id=job.pk, warnings_checked=True, actor=job.created_by)
    assert not sheets.apply_import(job.pk)
    job.refresh_from_db()
    assert (job.state, Ikm.objects.filter(sentra=sentra).count()) == ("reading", 0)
    assert sheets.read_import(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "berubah sesudah pemeriksaan" in job.problem
    assert set(found(job)) == {"E2"}


def test_an_edit_between_check_and_saving_is_not_overwritten(sentra: Sentra) -> None:
    ikm = factories.make_ikm(sentra, nib="9120001234567", workers=8)
    job = checked("ikm", [ikm_row(workers=9)])
    Ikm.objects.filter(pk=ikm.pk).update(workers=80, version=2)
    sheets.confirm_import(import_id=job.pk, warnings_checked=True, actor=job.created_by)
    assert not sheets.apply_import(job.pk)
    assert sheets.read_import(job.pk)
    job.refresh_from_db()
    assert (job.state, found(job, "change")["H2"]) == ("ready", "80 menjadi 9")
    assert Ikm.objects.get().workers == 80


def test_an_officer_whose_membership_ended_saves_nothing(sentra: Sentra, officer_a: Any) -> None:
    job = checked("ikm", [ikm_row()])
    sheets.confirm_import(import_id=job.pk, warnings_checked=True, actor=job.created_by)
    officer_a.memberships.update(valid_to="2021-01-01")
    assert not Ikm.objects.exists()
    sheets.apply_import(job.pk)
    job.refresh_from_db()
    assert (job.state, Ikm.objects.count()) == ("failed", 0)
    assert "hanya dapat diubah oleh petugas" in job.problem


def test_what_may_stay_empty_is_read_and_changed(sentra: Sentra) -> None:
    row = sentra_row(contact_email="sri@contoh.id", latitude="-6,8886", longitude=109.6753)
    saved("sentra", [row])
    made = Sentra.objects.get(name=row["name"])
    assert (str(made.latitude), str(made.longitude), made.contact_email) == ("-6.888600", "109.675300", "sri@contoh.id")
    factories.make_ikm(made, nib="9120001234567")
    saved("product", [product_row(story="Motif pesisir.", price="350.000", price_unit="per lembar")])
    product = Product.objects.get()
    assert (product.story, product.price, product.price_unit) == ("Motif pesisir.", 350_000, "per lembar")
    saved("product", [product_row(story=None, price=None, price_unit=None)])
    product.refresh_from_db()
    assert (product.story, product.price, product.price_unit) == ("", None, "")


def test_half_a_point_and_a_price_without_its_unit_are_refused(sentra: Sentra) -> None:
    factories.make_ikm(sentra, nib="9120001234567")
    job = checked("sentra", [sentra_row(latitude="-6.8886"), sentra_row(name="Dua", latitude=-60, longitude=109)])
    first, second = found(job).values()
    assert first == "Isi lintang dan bujur, atau kosongkan keduanya."
    assert second.startswith("Lintang paling sedikit -11")
    job = checked("product", [product_row(price=350_000)])
    assert "Isi harga dan satuannya" in " ".join(found(job).values())


def test_the_nib_of_a_merged_ikm_leads_to_the_one_that_counts(sentra: Sentra, officer_a: Any) -> None:
    kept = factories.make_ikm(sentra, name="Sekar Jagad")
    gone = factories.make_ikm(sentra, name="Sekar Jagat", nib="9120001234567")
    merge(kept, gone, officer_a)
    job = checked("ikm", [ikm_row()])
    assert job.state == "failed"
    assert f"Sekar Jagad ({kept.nib})" in " ".join(found(job).values())


def test_a_new_sentra_of_a_file_has_at_least_five_units_and_a_known_one_may_fall_below(officer_a: Any) -> None:
    factories.make_sentra(name="Sentra Batik Kauman", unit_count=7)
    job = checked("sentra", [sentra_row(unit_count=4), sentra_row(name="Sentra Batik Kradenan", unit_count=4)])
    errors = found(job, "error")
    assert list(errors) == ["C3"]
    assert "paling sedikit 5 unit usaha" in errors["C3"]
    assert "Anda mengisi 4" in errors["C3"]
    assert not Sentra.objects.filter(name="Sentra Batik Kradenan").exists()
    job = checked("sentra", [sentra_row(unit_count=4)])
    assert (job.state, found(job, "error")) == ("ready", {})
    assert "produknya belum dapat diusulkan" in found(job, "warning")["C2"]


def test_a_number_that_an_export_has_masked_stays_as_it_is_and_makes_no_new_record(sentra: Sentra) -> None:
    saved("ikm", [ikm_row()])
    job = saved("ikm", [ikm_row(npwp="0013********1000", workers=9)])
    ikm = Ikm.objects.get()
    assert (job.changed, ikm.npwp, ikm.workers) == (1, "0013000666091000", 9)
    wrong = [ikm_row(npwp="9913********1000"), ikm_row(nib="9120001111111", name="Lain", npwp="0013********1000")]
    errors = found(checked("ikm", wrong), "error")
    assert list(errors) == ["F2", "F3"]
    assert all("Tulis nomornya lengkap" in text for text in errors.values())
