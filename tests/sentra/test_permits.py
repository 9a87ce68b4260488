"""Permits: numbers by their kind, dates, files, and what their list says about validity."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from core.errors import RuleBroken
from core.models import AuditEntry, StoredFile
from sentra.enums import PermitKind, PermitState
from sentra.errors import Duplicate
from sentra.models import Ikm, Permit
from sentra.presenters.permits import state_tag
from sentra.rules import ENDING_DAYS, halal_month_differs, permit_state, pirt_end_year
from sentra.selectors.living import permits_of
from sentra.services.permits import record_permit, update_permit
from tests import factories
from tests.files import jpeg_bytes, pdf_upload
from tests.sentra.data import errors_of, permit_data
from tests.transactions import together

TODAY = date(2026, 11, 24)


@pytest.fixture
def client(officer_a: Any, client_of: Any) -> Any:
    return client_of(officer_a)


@pytest.fixture
def ikm(db: None) -> Ikm:
    return factories.make_ikm()


def create_url(ikm: Ikm, kind: str = "pirt") -> str:
    return f"/sentra/ikm/{ikm.pk}/izin/baru/{kind}/"


KINDS = {
    "pirt": ({}, "206337501007229", "2063375010072-29"),
    "bpom": ({"number": "BPOM RI MD 867028042317"}, "MD867028042317", "MD 867028042317"),
    "halal": ({"number": "id 3511 0017 0588 4042 4"}, "ID35110017058840424", "ID35110017058840424"),
    "sni": ({"number": "LSP/001  B", "subject": "sni 8302 : 2016"}, "LSP/001 B", "SNI 8302:2016"),
    "trademark": ({"number": "IDM 000984301", "subject": "Sekar", "in_process": "False"}, "IDM000984301", "Sekar"),
    "other_ip": ({"number": "EC00202112345", "subject": "Hak cipta motif"}, "EC00202112345", "Hak cipta motif"),
    "lab_test": ({"number": "LHU-9/2024", "subject": "Cemaran logam"}, "LHU-9/2024", "Cemaran logam"),
    "other": ({"number": "503/1/2024", "subject": "Izin lingkungan"}, "503/1/2024", "Izin lingkungan"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_read_stored_and_shown(client: Any, officer_a: Any, post: Any, ikm: Ikm, kind: str) -> None:
    changes, stored, shown = KINDS[kind]
    answer = post(client, create_url(ikm, kind), permit_data(**changes))
    assert answer.headers["Location"] == f"/sentra/ikm/{ikm.pk}/#izin"
    permit = Permit.objects.get()
    assert (permit.kind, permit.number, permit.in_process) == (kind, stored, False)
    assert (permit.issued_on, permit.expires_on) == (date(2024, 5, 21), date(2029, 5, 20))
    assert (permit.created_by, permit.product, permit.file) == (officer_a, None, None)
    assert AuditEntry.objects.get(action="permit.created").data == {"ikm": ikm.pk, "kind": kind, "confirmed": []}
    page = client.get(f"/sentra/ikm/{ikm.pk}/").content.decode()
    assert shown in page
    assert "Berlaku sampai 20 Mei 2029" in page


def test_every_kind_can_be_chosen(client: Any, ikm: Ikm) -> None:
    assert set(KINDS) == set(PermitKind)
    page = client.get(f"/sentra/ikm/{ikm.pk}/izin/baru/").content.decode()
    assert all(f'href="{create_url(ikm, kind)}"' in page for kind in KINDS)
    assert client.get(create_url(ikm, "sim")).status_code == 404


MARK = {"number": "IDM000984301", "subject": "Sekar", "in_process": "False"}


def test_only_a_trademark_has_a_class(client: Any, post: Any, ikm: Ikm) -> None:
    assert post(client, create_url(ikm, "trademark"), permit_data(**MARK, mark_class="25")).status_code == 302
    assert "Merek: Sekar, kelas 25" in client.get(f"/sentra/ikm/{ikm.pk}/").content.decode()
    answer = post(client, create_url(ikm, "other"), permit_data(subject="Izin", number="503/1", mark_class="7"))
    assert answer.status_code == 302
    permit = Permit.objects.get(kind="other")
    assert permit.mark_class is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Permit.objects.filter(pk=permit.pk).update(mark_class=7)


@pytest.mark.parametrize(
    ("kind", "changes", "field", "part"),
    [
        ("trademark", MARK | {"mark_class": "46"}, "mark_class", "paling banyak 45"),
        ("pirt", {"number": ""}, "number", "Nomor P-IRT belum diisi."),
        ("pirt", {"number": "12345678901234"}, "number", "harus 15 angka. Anda mengisi 14 angka."),
        ("bpom", {"number": "MD 8670280423"}, "number", "MD atau ML"),
        ("halal", {"number": "KH-12345"}, "number", "nomor ketetapan"),
        ("sni", {"subject": "8302"}, "subject", "Contoh: SNI 8302:2016"),
        ("sni", {}, "subject", "Standar SNI belum diisi."),
        ("trademark", {"subject": "Sekar", "number": "IDM000984301"}, "in_process", "Keadaan merek belum dipilih."),
        (
            "trademark",
            {"subject": "Sekar", "in_process": "False", "number": "D002024012345"},
            "number",
            "Nomor permohonan bukan nomor pendaftaran.",
        ),
        ("trademark", {"in_process": "True", "number": "D002024012345"}, "subject", "Nama merek belum diisi."),
        ("lab_test", {"number": "LHU"}, "subject", "Yang diuji belum diisi."),
        ("other", {"subject": "Izin", "number": "x"}, "number", "3 sampai 80"),
        ("pirt", {"issuer": ""}, "issuer", "Penerbit belum diisi."),
        ("pirt", {"issued_on": ""}, "issued_on", "Tanggal terbit belum diisi."),
        ("pirt", {"issued_on": "31-02-2024"}, "issued_on", "tanggal yang ada"),
        ("pirt", {"issued_on": "01-01-2099"}, "issued_on", "sesudah hari ini"),
        ("pirt", {"expires_on": "20-05-2024"}, "expires_on", "sebelum tanggal terbit"),
        ("pirt", {"product": "999999"}, "product", "dari daftar"),
    ],
)
def test_wrong_values_are_refused_in_words(
    client: Any, post: Any, ikm: Ikm, kind: str, changes: Any, field: str, part: str
) -> None:
    answer = post(client, create_url(ikm, kind), permit_data(**changes))
    assert answer.status_code == 422
    assert list(errors_of(answer)) == [field]
    assert part in errors_of(answer)[field]
    assert not Permit.objects.exists()


@pytest.mark.parametrize(
    ("kind", "changes", "part"),
    [
        ("pirt", {"expires_on": "20-05-2028"}, "berakhir tahun 2029, tetapi tanggal akhirnya tahun 2028"),
        ("pirt", {"number": "306330601007"}, "bentuk lama"),
        ("pirt", {"number": "206999901007229"}, "kabupaten/kota"),
        ("bpom", {"number": "ML 867028042317"}, "produk impor"),
        ("halal", {"number": "ID35110017058840424", "issued_on": "21-08-2024"}, "jauh dari tanggal terbitnya"),
        ("sni", {"number": "LSP/1", "subject": "SNI 8302:2099"}, "2099"),
        (
            "trademark",
            {"number": "IDM000984301", "subject": "Sekar", "in_process": "True", "expires_on": ""},
            "Pilih Terdaftar",
        ),
    ],
)
def test_an_odd_permit_waits_for_the_confirmation(
    client: Any, post: Any, ikm: Ikm, kind: str, changes: Any, part: str
) -> None:
    data = permit_data(**changes)
    answer = post(client, create_url(ikm, kind), data)
    assert list(errors_of(answer)) == ["confirmed"]
    (warning,) = answer.context["form"].warnings
    assert part in warning
    assert not Permit.objects.exists()
    assert post(client, create_url(ikm, kind), data | {"confirmed": "on"}).status_code == 302
    if kind != "sni":  # the standard is no number of the IKM
        assert AuditEntry.objects.get(action="permit.created").data["confirmed"] == [warning]


def test_a_number_of_another_ikm_warns_without_naming_it(client: Any, post: Any, ikm: Ikm) -> None:
    theirs = factories.make_ikm(factories.make_sentra(factories.OTHER), name="IKM Rahasia")
    factories.make_permit(theirs, PermitKind.PIRT, number="206337501007229", subject="")
    answer = post(client, create_url(ikm), permit_data())
    assert "Nomor ini juga tercatat pada IKM lain." in answer.content.decode()
    assert "Rahasia" not in answer.content.decode()
    assert post(client, create_url(ikm), permit_data(confirmed="on")).status_code == 302


def test_a_number_counts_once_for_an_ikm(client: Any, post: Any, ikm: Ikm) -> None:
    factories.make_permit(ikm, PermitKind.PIRT, number="206337501007229", subject="")
    answer = post(client, create_url(ikm), permit_data())
    assert "sudah dicatat pada IKM ini" in errors_of(answer)["number"]
    assert f'href="/sentra/ikm/{ikm.pk}/#izin"' in answer.content.decode()
    assert Permit.objects.count() == 1


def test_an_application_is_no_registration(client: Any, post: Any, ikm: Ikm) -> None:
    data = permit_data(subject="Sekar", number="D002024012345", in_process="True", expires_on="")
    assert post(client, create_url(ikm, "trademark"), data).status_code == 302
    permit = Permit.objects.get()
    assert permit.in_process
    page = client.get(f"/sentra/ikm/{ikm.pk}/").content.decode()
    assert "Masih dalam proses" in page
    url = f"/sentra/izin/{permit.pk}/ubah/"
    assert 'value="True" id="id_in_process_1" checked' in client.get(url).content.decode()
    registered = data | {"number": "IDM000984301", "in_process": "False", "expires_on": "21-05-2034", "version": 1}
    assert post(client, url, registered).status_code == 302
    permit.refresh_from_db()
    assert (permit.number, permit.in_process, permit.version) == ("IDM000984301", False, 2)


def test_the_file_is_kept_replaced_and_downloaded(client: Any, post: Any, ikm: Ikm) -> None:
    assert post(client, create_url(ikm), permit_data(file=pdf_upload("pirt.pdf"))).status_code == 302
    permit = Permit.objects.get()
    answer = client.get(f"/sentra/izin/{permit.pk}/berkas/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    url, first = f"/sentra/izin/{permit.pk}/ubah/", permit.file
    assert "pirt.pdf" in client.get(url).content.decode()
    assert post(client, url, permit_data(issuer="Dinas") | {"version": 1}).status_code == 302
    permit.refresh_from_db()
    assert (permit.issuer, permit.file) == ("Dinas", first)
    new = SimpleUploadedFile("pirt.jpg", jpeg_bytes(), "image/jpeg")
    assert post(client, url, permit_data(issuer="Dinas", file=new) | {"version": 2}).status_code == 302
    permit.refresh_from_db()
    assert (permit.file.original_name, permit.version) == ("pirt.jpg", 3)


@pytest.mark.parametrize("name", ["izin.docx", "izin.pdf"])
def test_a_file_that_cannot_be_taken_leaves_nothing(client: Any, post: Any, ikm: Ikm, name: str) -> None:
    wrong = SimpleUploadedFile(name, b"PK\x03\x04", "application/pdf")
    answer = post(client, create_url(ikm), permit_data(file=wrong))
    assert list(errors_of(answer)) == ["file"]
    assert "Berkas harus dipilih lagi" in answer.content.decode()
    assert not Permit.objects.exists()


def test_a_permit_without_a_file_has_no_download(client: Any, ikm: Ikm) -> None:
    permit = factories.make_permit(ikm)
    assert client.get(f"/sentra/izin/{permit.pk}/berkas/").status_code == 404
    assert "/berkas/" not in client.get(f"/sentra/ikm/{ikm.pk}/").content.decode()


def test_a_product_of_another_ikm_is_not_offered(client: Any, post: Any, officer_a: Any, ikm: Ikm) -> None:
    mine, theirs = factories.make_product(ikm, name="Abon"), factories.make_product(factories.make_ikm(ikm.sentra))
    assert "product" in errors_of(post(client, create_url(ikm), permit_data(product=theirs.pk)))
    assert post(client, create_url(ikm), permit_data(product=mine.pk)).status_code == 302
    assert Permit.objects.get().product == mine
    values = {"number": "503/9", "subject": "Izin", "issuer": "X", "issued_on": date(2024, 1, 1), "expires_on": None}
    with pytest.raises(RuleBroken):
        record_permit(
            ikm_id=ikm.pk, kind=PermitKind.OTHER, values=values | {"product": theirs}, file_upload=None, actor=officer_a
        )


def test_the_service_holds_without_a_form(officer_a: Any, ikm: Ikm) -> None:
    values = {"product": None, "number": "206337501007229", "issuer": "X", "issued_on": TODAY, "expires_on": None}

    def record(kind: PermitKind = PermitKind.PIRT, **changes: Any) -> Permit:
        return record_permit(ikm_id=ikm.pk, kind=kind, values=values | changes, file_upload=None, actor=officer_a)

    for change in (
        {"number": "1"},
        {"issued_on": localdate() + timedelta(days=1)},
        {"expires_on": TODAY - timedelta(days=1)},
        {"subject": "Abon"},
        {"in_process": True, "number": "D002024012345"},
        {"kind": PermitKind.LAB_TEST},
        {"kind": PermitKind.SNI, "subject": "8302"},
    ):
        with pytest.raises(RuleBroken):
            record(**change)
    permit = record()
    with pytest.raises(Duplicate):
        record()
    for change in ({"kind": "sim"}, {"in_process": True}, {"expires_on": date(2000, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Permit.objects.filter(pk=permit.pk).update(**change)


def test_a_permit_recorded_by_mistake_is_removed(client: Any, post: Any, ikm: Ikm) -> None:
    permit = factories.make_permit(ikm)
    kept = factories.make_permit(ikm)
    answer = post(client, f"/sentra/izin/{permit.pk}/hapus/")
    assert answer.headers["Location"] == f"/sentra/ikm/{ikm.pk}/"
    assert list(Permit.objects.all()) == [kept]
    assert AuditEntry.objects.get(action="permit.removed").object_id == str(permit.pk)


def test_two_officers_change_one_permit_at_the_same_moment(cloned_db: str) -> None:
    permit = factories.make_permit()
    officers = [factories.officer_of(factories.HOME), factories.make_user("district_officer", region=factories.HOME)]
    names = ("product", "subject", "number", "in_process", "issued_on", "expires_on")
    values = {name: getattr(permit, name) for name in names}
    answers = together(
        [
            lambda actor=actor: update_permit(
                permit_id=permit.pk, version=1, values=values | {"issuer": actor.name}, file_upload=None, actor=actor
            )
            for actor in officers
        ]
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Permit", "StaleVersion"]


@pytest.mark.parametrize(
    ("expires_on", "state"),
    [
        (None, PermitState.NO_END),
        (TODAY - timedelta(days=1), PermitState.ENDED),
        (TODAY, PermitState.ENDING),
        (TODAY + timedelta(days=ENDING_DAYS), PermitState.ENDING),
        (TODAY + timedelta(days=ENDING_DAYS + 1), PermitState.VALID),
    ],
)
def test_the_state_of_a_permit(expires_on: date | None, state: PermitState) -> None:
    assert permit_state(expires_on, TODAY) is state


@pytest.mark.parametrize(
    ("kind", "expires_on", "label"),
    [
        ("pirt", date(2029, 5, 20), "Berlaku sampai 20 Mei 2029"),
        ("pirt", TODAY + timedelta(days=12), "Berakhir dalam 12 hari, 6 Desember 2026"),
        ("pirt", TODAY, "Berakhir hari ini, 24 November 2026"),
        ("pirt", TODAY - timedelta(days=1), "Sudah berakhir 23 November 2026"),
        ("pirt", None, "Tanggal akhir belum dicatat"),
        ("halal", None, "Tanpa tanggal akhir"),
    ],
)
def test_the_state_is_said_in_words(kind: str, expires_on: date | None, label: str) -> None:
    assert state_tag(Permit(kind=kind, expires_on=expires_on), TODAY)["label"] == label


@pytest.mark.parametrize(
    ("number", "year"), [("306330601007229", 2029), ("306330601007", None), ("3063306010072291", None)]
)
def test_the_year_inside_a_pirt_number(number: str, year: int | None) -> None:
    assert pirt_end_year(number) == year


@pytest.mark.parametrize(
    ("issued_on", "differs"),
    [(date(2024, 4, 30), False), (date(2024, 6, 30), False), (date(2024, 2, 1), False), (date(2024, 7, 1), True)],
)
def test_the_month_inside_a_halal_number(issued_on: date, differs: bool) -> None:
    assert halal_month_differs("ID35110017058840424", issued_on) is differs
    assert not halal_month_differs("ID35110017058841324", issued_on)


def test_permits_come_by_kind_and_the_longest_first(ikm: Ikm) -> None:
    other = factories.make_permit(ikm)
    short = factories.make_permit(ikm, PermitKind.PIRT, number="306330601007227", expires_on=date(2027, 1, 1))
    long = factories.make_permit(ikm, PermitKind.PIRT, number="306330601007229", expires_on=date(2029, 1, 1))
    factories.make_permit(factories.make_ikm(ikm.sentra))
    assert permits_of(ikm) == [long, short, other]


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "words"), [("waiting", "Menunggu pemindaian"), ("infected", "Berkas berbahaya")])
def test_what_a_scanner_holds_back_is_shown_as_such(state: str, words: str, officer_a: Any, client_of: Any) -> None:
    permit = factories.make_permit(file=factories.stored_pdf("izin.pdf"))
    sentra, client = permit.ikm.sentra, client_of(officer_a)
    pages = {
        f"/sentra/{sentra.pk}/": f"/sentra/{sentra.pk}/sk/",
        f"/sentra/ikm/{permit.ikm_id}/": f"/izin/{permit.pk}/berkas/",
    }
    for page, link in pages.items():
        assert f'{link}"' in client.get(page).content.decode()
    StoredFile.objects.update(scan_state=state)
    for page, link in pages.items():
        text = client.get(page).content.decode()
        assert words in text
        assert f'{link}"' not in text
