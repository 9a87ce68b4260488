"""What goes out: what the list shows, with the rights of the person, and as text that no spreadsheet executes."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.forms import model_to_dict
from django.utils import timezone

from accounts.enums import Role
from core.files import read_bytes
from core.identifiers import Kind, display
from core.models import AuditEntry, StoredFile
from reference.models import Region
from sentra.enums import CheckHow, ExportFormat, PermitKind
from sentra.filters import chosen_sentra
from sentra.models import Ikm, Permit, RegisterExport, RegisterImport, Sentra
from sentra.querysets import MAX_ATTEMPTS
from sentra.rendering.columns import TABLES
from sentra.selectors import exports as selectors
from sentra.services import exports
from sentra.services.checks import check_permit
from tests import factories
from tests.sentra import sheets
from tests.sentra.sheets import cells, checked, found
from tests.sentra.test_lists import SIZES, copies, queries_of
from tests.transactions import together


def download(client: Any, kind: str = "ikm", file_format: str = "xlsx", **params: Any) -> bytes:
    answer = client.get("/sentra/unduh/berkas/", {"kind": kind, "format": file_format, **params})
    assert answer.status_code == 200, answer.status_code
    return answer.content


def table(data: bytes) -> list[dict[str, Any]]:
    head, *rows = cells(data)
    return [dict(zip(head, row, strict=True)) for row in rows]


def column(data: bytes, label: str) -> set[Any]:
    return {row[label] for row in table(data)}


@pytest.mark.django_db
def test_what_one_sees_is_what_one_gets(
    officer_a: Any, officer_b: Any, province: Any, verifier: Any, client_of: Any
) -> None:
    for region, name in ((factories.HOME, "Kota"), ("33.26", "Kabupaten"), (factories.OTHER, "Garut")):
        ikm = factories.make_ikm(factories.make_sentra(region, name=f"Sentra {name}"), name=f"IKM {name}")
        factories.make_product(ikm, name=f"Produk {name}")
    expected = {
        officer_a: {"Kota"},
        officer_b: {"Garut"},
        province: {"Kota", "Kabupaten"},
        verifier: {"Kota", "Kabupaten", "Garut"},
    }
    for user, names in expected.items():
        client = client_of(user)
        for kind, label in (("sentra", "Nama sentra"), ("ikm", "Nama IKM"), ("product", "Nama produk")):
            seen = column(download(client, kind), label)
            assert {name.split()[1] for name in seen} == names, (user, kind)
    assert column(download(client_of(province), "ikm"), "Kabupaten/kota") == {"Kota Pekalongan", "Kab. Pekalongan"}


@pytest.mark.django_db
def test_the_filters_of_the_list_hold(officer_a: Any, client_of: Any) -> None:
    client = client_of(officer_a)
    batik, tenun = factories.make_sentra(name="Batik Kauman"), factories.make_sentra(name="Tenun", commodity="tenun")
    stranger = factories.make_sentra(factories.OTHER, name="Batik Garut")
    for sentra in (batik, tenun, stranger):
        factories.make_product(factories.make_ikm(sentra, name=f"IKM {sentra.name}"))
    assert column(download(client, q="KAUMAN"), "Nama IKM") == {"IKM Batik Kauman"}
    assert column(download(client, "product", commodity="tenun"), "Sentra") == {f"Tenun ({tenun.commodity.name})"}
    assert column(download(client, "sentra", sentra=batik.pk), "Nama sentra") == {"Batik Kauman"}
    assert table(download(client, "ikm", sentra=stranger.pk)) == []
    page = client.get("/sentra/unduh/?q=kauman&commodity=batik").content.decode()
    assert "Nama sentra: “kauman”" in page
    assert batik.commodity.name in page
    assert "Batik Garut" not in client.get(f"/sentra/unduh/?sentra={stranger.pk}").content.decode()


@pytest.mark.django_db
def test_a_tax_number_is_masked_and_whole_at_home_only_when_it_is_asked_for(
    officer_a: Any, province: Any, verifier: Any, client_of: Any, post: Any
) -> None:
    """It may be the NIK of a person. Whoever gets whole ones is on the trail as with the button on a page."""
    factories.make_ikm(factories.make_sentra(), npwp="3375010101800001")
    factories.make_ikm(factories.make_sentra(), npwp="3375010101800002")
    factories.make_ikm(factories.make_sentra("33.26"), npwp="3326010101800001")
    factories.add_membership(officer_a, Role.PROVINCE_OFFICER, region="33")
    shown = AuditEntry.objects.filter(action="ikm.npwp_shown")
    for user, whole in ((officer_a, False), (province, False), (verifier, False), (province, True), (verifier, True)):
        data = download(client_of(user), **({"npwp": "on"} if whole else {}))
        assert column(data, "NPWP") == {"3375********0001", "3375********0002", "3326********0001"}
        assert "010101800001" not in str(cells(data))
    assert not [entry.data["count"] for entry in shown if entry.data["count"]]
    client = client_of(officer_a)
    answer = post(client, "/sentra/unduh/", {"kind": "ikm", "format": "xlsx", "npwp": "on"})
    assert answer["Location"] == "/sentra/unduh/berkas/?kind=ikm&format=xlsx&npwp=on"
    numbers = {
        row[head.index("NPWP")] for head, *rows in [cells(client.get(answer["Location"]).content)] for row in rows
    }
    assert numbers == {"3375010101800001", "3375010101800002", "3326********0001"}
    entry = shown.get(actor_id=officer_a.pk)
    assert entry.data == {"table": "ikm", "count": 2}
    page = client.get("/sentra/unduh/?npwp=on").content.decode()
    assert "dicatat" in page
    assert 'name="npwp"' in page
    assert not re.search(r'name="npwp"[^>]*checked', page), "nobody else ticks it"
    assert 'name="npwp"' not in client_of(verifier).get("/sentra/unduh/").content.decode(), "whose it never is"


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [True, False])
def test_a_worker_writes_whole_numbers_when_they_were_asked_for_and_notes_it(
    asked: bool, officer_a: Any, client_of: Any, post: Any, monkeypatch: Any
) -> None:
    factories.make_ikm(factories.make_sentra(), npwp="3375010101800001")
    monkeypatch.setattr(selectors, "DIRECT_ROWS", 0)
    data = {"kind": "ikm", "format": "xlsx"} | ({"npwp": "on"} if asked else {})
    post(client_of(officer_a), "/sentra/unduh/", data)
    export = RegisterExport.objects.get()
    assert exports.write_export(export.pk, chosen_sentra)
    export.refresh_from_db()
    assert column(read_bytes(export.file), "NPWP") == {"3375010101800001" if asked else "3375********0001"}
    shown = AuditEntry.objects.filter(action="ikm.npwp_shown", object_id=str(export.pk))
    assert [(entry.actor_id, entry.data["count"]) for entry in shown] == [(officer_a.pk, 1)] * asked
    assert "filter" not in AuditEntry.objects.get(action="export.requested").data


@pytest.mark.django_db
def test_text_that_looks_like_a_formula_stays_text(officer_a: Any, client_of: Any) -> None:
    risky = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"]
    sentra = factories.make_sentra(name="=1+1")
    for text in risky:
        factories.make_product(factories.make_ikm(sentra, name=text), name=text, description=text)
    for kind in ("ikm", "product"):
        data = download(client_of(officer_a), kind)
        assert "f" not in sheets.types(data)
        texts = [cell for row in cells(data)[1:] for cell in row if isinstance(cell, str)]
        assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]
        assert {f"'{text}" for text in risky} <= set(texts)
        lines = download(client_of(officer_a), kind, "csv").decode("utf-8-sig")
        for row in csv.reader(io.StringIO(lines), delimiter=";"):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.django_db
def test_numbers_dates_and_leading_zeros(officer_a: Any, client_of: Any) -> None:
    sentra = factories.make_sentra()
    factories.make_ikm(sentra, nib="0120001234567", npwp="0013000666091000", investment=250_000_000)
    (row,) = table(download(client_of(officer_a), npwp="on"))
    assert (row["NIB"], row["NPWP"], row["Nilai investasi (Rp)"]) == ("0120001234567", "0013000666091000", 250_000_000)
    (row,) = table(download(client_of(officer_a), "sentra"))
    assert (row["Tanggal SK"].date(), row["IKM terdaftar"]) == (sentra.sk_date, 1)


@pytest.mark.django_db
def test_csv_opens_in_excel_with_indonesian_settings(officer_a: Any, client_of: Any) -> None:
    factories.make_ikm(factories.make_sentra(), name='Batik; "Asli"', nib="0120001234567")
    data = download(client_of(officer_a), file_format="csv")
    assert data.startswith(b"\xef\xbb\xbfSentra;Nama IKM;")
    head, row = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
    assert dict(zip(head, row, strict=True))["Nama IKM"] == 'Batik; "Asli"'


@pytest.mark.django_db
def test_an_export_comes_back_in_unchanged(officer_a: Any, client_of: Any) -> None:
    """Also text that looks like a formula, twins among villages, and a village that is not registered."""
    twins = next(iter(selectors_twins()))
    officer = factories.officer_of(twins.parent.parent_id)
    sentra = factories.make_sentra(twins.parent.parent_id, district=twins.parent, village=twins, name="=Sentra")
    factories.make_sentra(twins.parent.parent_id, village=None, village_unlisted="Kampung Laut")
    factories.make_product(factories.make_ikm(sentra, name="-Batik", npwp="3375010101800001"), name="@Kain")
    for kind, count in (("sentra", 2), ("ikm", 1), ("product", 1)):
        data = download(client_of(officer), kind)
        job = checked(kind, data, region=twins.parent.parent_id)
        assert (job.state, job.added, job.changed, job.same) == ("ready", 0, 0, count), (
            kind,
            found(job),
            found(job, "change"),
        )
        RegisterImport.objects.update(state="cancelled")


def selectors_twins() -> Any:
    codes = exports.ambiguous_villages()
    return Region.objects.filter(pk__in=codes, valid_to=None).select_related("parent__parent").order_by("pk")


@pytest.mark.django_db
def test_a_download_is_on_the_audit_trail(officer_a: Any, client_of: Any) -> None:
    factories.make_ikm(factories.make_sentra())
    download(client_of(officer_a))
    entry = AuditEntry.objects.get(action="export.downloaded")
    assert (entry.actor_id, entry.data) == (officer_a.pk, {"table": "ikm", "format": "xlsx", "count": 1})


@pytest.mark.django_db
def test_figures_and_permits_go_out_as_they_are_shown(
    officer_a: Any, officer_b: Any, verifier: Any, client_of: Any
) -> None:
    sentra, today = factories.make_sentra(name="Sentra Kauman"), timezone.localdate()
    factories.make_year(sentra, 2024, turnover=1_200_000_000, export_value=None)
    factories.make_year(factories.make_sentra(factories.OTHER), 2024)
    ikm = factories.make_ikm(sentra, name="=IKM")
    facts = {"subject": "", "number": "306330601007227", "issuer": "+DPMPTSP"}
    old = factories.make_permit(ikm, PermitKind.PIRT, **facts, expires_on=today - timedelta(days=1))
    factories.make_permit(ikm, PermitKind.LAB_TEST, number="LHU-1")
    factories.make_permit(factories.make_ikm(factories.make_sentra(factories.OTHER)), number="Rahasia")
    check_permit(permit_id=old.pk, version=1, how=CheckHow.OSS, note="", actor=verifier)
    client = client_of(officer_a)
    (year,) = table(download(client, "year"))
    assert (year["Sentra"], year["Tahun"]) == (f"Sentra Kauman ({sentra.commodity.name})", 2024)
    assert (year["Omzet (Rp)"], year["Nilai ekspor (Rp)"]) == (1_200_000_000, None)
    data = download(client, "permit")
    assert "f" not in sheets.types(data)
    first, second = table(data)
    assert (first["IKM"], first["Penerbit"], first["Nomor"]) == ("'=IKM", "'+DPMPTSP", display(Kind.PIRT, old.number))
    assert (first["Keadaan"], first["Berlaku sampai"].date()) == ("Sudah berakhir", old.expires_on)
    compared = ("Pencocokan", "Dicocokkan oleh")
    assert [first[name] for name in compared] == ["laman OSS", verifier.name]
    assert first["Dicocokkan pada"].date() == today
    assert (second["Keadaan"], second["Pencocokan"]) == ("Tanpa tanggal akhir", "Belum dicocokkan")
    Permit.objects.filter(pk=old.pk).update(number="306330601007229")
    assert table(download(client, "permit"))[0]["Pencocokan"] == "Belum dicocokkan", "another number than was compared"
    assert column(download(client_of(officer_b), "permit"), "Nomor") == {"Rahasia"}
    assert "permit" not in TABLES, "nothing of it is brought in"


@pytest.mark.django_db
def test_hits_of_a_search_go_out_as_they_are_shown(officer_a: Any, verifier: Any, client_of: Any) -> None:
    for region in (factories.HOME, factories.OTHER):
        factories.make_ikm(factories.make_sentra(region, name="Kauman"), name="=Kauman", npwp="3375010101800001")
    url = "/sentra/cari/unduh/"
    rows = table(client_of(officer_a).get(url, {"q": "kauman"}).content)
    assert [(row["Data"], row["Nama"], row["Kabupaten/kota"]) for row in rows] == [
        ("Sentra", "Kauman", "Kota Pekalongan"),
        ("IKM", "'=Kauman", "Kota Pekalongan"),
    ]
    assert len(table(client_of(verifier).get(url, {"q": "kauman"}).content)) == 4
    assert len(table(client_of(officer_a).get(url, {"q": "3375010101800001"}).content)) == 1
    entries = list(AuditEntry.objects.filter(action="export.downloaded").order_by("pk").values_list("data", flat=True))
    assert entries[0] == {"table": "search", "format": "xlsx", "count": 2, "filter": "q=kauman"}
    assert entries[2]["filter"] == "q=3375********0001"
    assert client_of(officer_a).get(url, {"q": "ka"}).status_code == 404
    page = client_of(officer_a).get("/sentra/cari/?q=zzxxqq").content.decode()
    assert f"{url}?q=" not in page, "nothing was found"
    assert f'href="{url}?q=kauman"' in client_of(officer_a).get("/sentra/cari/?q=kauman").content.decode()


@pytest.mark.django_db
def test_it_costs_the_same_for_any_number_of_rows(officer_a: Any, client_of: Any) -> None:
    client, first = client_of(officer_a), factories.make_ikm()
    for size in SIZES:
        Ikm.objects.exclude(pk=first.pk).delete()
        copies(Ikm, first, size)
        assert queries_of(client, "/sentra/unduh/berkas/?kind=ikm&format=xlsx") == 8, size
    permit = factories.make_permit(first)
    for size in SIZES:
        Permit.objects.exclude(pk=permit.pk).delete()
        facts = model_to_dict(permit, exclude=["id", "ikm", "product", "created_by", "number"])
        Permit.objects.bulk_create(
            Permit(**facts, ikm=first, number=f"503/{n}", created_by=officer_a) for n in range(size - 1)
        )
        assert queries_of(client, "/sentra/unduh/berkas/?kind=permit&format=xlsx") == 8, size


@pytest.mark.django_db
def test_a_short_table_comes_at_once_and_a_long_one_is_written_by_a_worker(
    officer_a: Any, client_of: Any, post: Any, monkeypatch: Any
) -> None:
    client, first = client_of(officer_a), factories.make_ikm()
    copies(Ikm, first, 5)
    asked = {"kind": "ikm", "format": "csv", "sentra": first.sentra_id}
    answer = post(client, "/sentra/unduh/", asked)
    assert answer["Location"] == f"/sentra/unduh/berkas/?kind=ikm&format=csv&sentra={first.sentra_id}"
    monkeypatch.setattr(selectors, "DIRECT_ROWS", 4)
    assert client.get(answer["Location"]).status_code == 302
    answer = post(client, "/sentra/unduh/", asked)
    export = RegisterExport.objects.get()
    url = f"/sentra/unduh/{export.pk}/"
    assert answer["Location"] == url
    assert "sedang disiapkan" in client.get(url).content.decode()
    assert client.get(f"{url}berkas/").status_code == 404
    assert exports.waiting_ids() == [export.pk]
    assert exports.write_export(export.pk, chosen_sentra)
    assert not exports.write_export(export.pk, chosen_sentra)
    assert exports.waiting_ids() == []
    page = client.get(url).content.decode()
    assert f"{url}berkas/" in page
    data = b"".join(client.get(f"{url}berkas/").streaming_content)
    assert len(list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))) == 6
    written = AuditEntry.objects.get(action="export.written")
    assert (written.actor_id, written.data) == (officer_a.pk, {"table": "ikm", "format": "csv", "count": 5})
    assert AuditEntry.objects.get(action="export.requested").data["filter"] == f"sentra={first.sentra_id}"


@pytest.mark.django_db
def test_a_file_is_for_its_person_and_for_their_present_rights(officer_a: Any, verifier: Any, client_of: Any) -> None:
    factories.make_ikm()
    export = exports.request_export(kind="ikm", file_format="xlsx", params={}, actor=officer_a)
    assert exports.write_export(export.pk, chosen_sentra)
    url = f"/sentra/unduh/{export.pk}/berkas/"
    assert client_of(verifier).get(url).status_code == 404
    assert client_of(officer_a).get(url).status_code == 200
    officer_a.memberships.update(region="33.26")
    assert client_of(officer_a).get(url).status_code == 403
    assert "Hak akses Anda berubah" in client_of(officer_a).get(f"/sentra/unduh/{export.pk}/").content.decode()


@pytest.mark.django_db
def test_the_rights_at_the_time_of_writing_count(officer_a: Any) -> None:
    factories.make_ikm(name="Rahasia")
    export = exports.request_export(kind="ikm", file_format=ExportFormat.XLSX, params={}, actor=officer_a)
    officer_a.memberships.update(valid_to="2021-01-01")
    assert exports.write_export(export.pk, chosen_sentra)
    export.refresh_from_db()
    assert table(read_bytes(export.file)) == []


@pytest.mark.django_db
def test_an_export_that_fails_is_tried_again_and_then_given_up(officer_a: Any) -> None:
    export = exports.request_export(kind="ikm", file_format="csv", params={}, actor=officer_a)

    def broken(*_args: Any) -> Any:
        raise OSError("no space left")

    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert not exports.write_export(export.pk, broken)
        export.refresh_from_db()
        assert export.state == ("failed" if attempt == MAX_ATTEMPTS else "writing")
    assert exports.waiting_ids() == []


@pytest.mark.django_db
def test_old_files_are_forgotten(officer_a: Any) -> None:
    factories.make_sentra(name="Sentra Kauman")
    export = exports.request_export(kind="ikm", file_format="csv", params={}, actor=officer_a)
    assert exports.write_export(export.pk, chosen_sentra)
    job, fresh = checked("ikm", [sheets.ikm_row(nib="1")]), checked("ikm", [sheets.ikm_row(nib="2")])
    assert exports.forget_tables() == 0
    kept = set(StoredFile.objects.values_list("pk", flat=True))
    RegisterExport.objects.update(created_at=timezone.now() - timedelta(days=2))
    RegisterImport.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(days=31))
    assert exports.forget_tables() == 3
    job.refresh_from_db()
    fresh.refresh_from_db()
    assert (RegisterExport.objects.count(), job.file, job.report) == (0, None, None)
    assert len(kept) - StoredFile.objects.count() == 3
    assert fresh.file
    assert fresh.report


@pytest.mark.django_db
def test_the_links_stand_where_one_looks_for_them(officer_a: Any, province: Any, client_of: Any) -> None:
    sentra = factories.make_sentra()
    page = client_of(officer_a).get("/sentra/?q=contoh").content.decode()
    assert 'href="/sentra/impor/baru/"' in page
    assert 'href="/sentra/unduh/?q=contoh"' in page
    page = client_of(officer_a).get(f"/sentra/{sentra.pk}/").content.decode()
    assert 'href="/sentra/impor/baru/?wilayah=33.75&amp;kind=ikm"' in page
    assert f'href="/sentra/unduh/?sentra={sentra.pk}&amp;kind=ikm"' in page
    page = client_of(province).get(f"/sentra/{sentra.pk}/").content.decode()
    assert "/sentra/impor/baru/" not in page
    assert "/sentra/unduh/" in page
    assert Sentra.objects.count() == 1


def test_two_workers_write_one_file(cloned_db: str) -> None:
    factories.make_ikm()
    export = exports.request_export(
        kind="ikm", file_format="xlsx", params={}, actor=factories.officer_of(factories.HOME)
    )
    answers = together([lambda: exports.write_export(export.pk, chosen_sentra)] * 3)
    assert sorted(answers) == [False, False, True]
    assert StoredFile.objects.filter(content_type=sheets.CONTENT_TYPE).count() == 1
