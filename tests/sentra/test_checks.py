"""Numbers that somebody compared with their document, and numbers that are shown only when asked for."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.models import AuditEntry
from sentra.enums import CheckedNumber, CheckHow, PermitKind
from sentra.models import Ikm, NumberCheck
from sentra.rules import ways_to_check
from sentra.selectors.living import checks_of, permits_of
from sentra.services.checks import check_number, check_permit
from tests import factories
from tests.sentra.data import errors_of, ikm_data, permit_data

pytestmark = pytest.mark.django_db
NPWP, SHOWN = "0013000666091000", "0013 0006 6609 1000"


@pytest.fixture
def client(officer_a: Any, client_of: Any) -> Any:
    return client_of(officer_a)


@pytest.fixture
def ikm(db: None) -> Ikm:
    return factories.make_ikm(npwp=NPWP)


def page_of(client: Any, ikm: Ikm) -> str:
    return client.get(f"/sentra/ikm/{ikm.pk}/").content.decode()


@pytest.mark.parametrize("number", ["nib", "npwp"])
def test_who_compared_when_and_with_what(client: Any, officer_a: Any, post: Any, ikm: Ikm, number: str) -> None:
    assert page_of(client, ikm).count("Belum dicocokkan") == 2
    answer = post(client, f"/sentra/ikm/{ikm.pk}/cocokkan/{number}/", {"how": "document", "version": 1})
    assert answer.headers["Location"] == f"/sentra/ikm/{ikm.pk}/"
    row = NumberCheck.objects.get()
    assert (row.ikm, row.number, row.checked_by, row.value) == (ikm, number, officer_a, getattr(ikm, number))
    page = page_of(client, ikm)
    assert f"Dicocokkan oleh {officer_a.name} pada" in page
    assert "dengan dokumen asli." in page
    assert page.count("Belum dicocokkan") == 1
    entry = AuditEntry.objects.get(action="ikm.number_checked")
    assert entry.data == {"number": number, "how": "document"}


def test_another_way_is_named(client: Any, post: Any, ikm: Ikm) -> None:
    url = f"/sentra/ikm/{ikm.pk}/cocokkan/nib/"
    assert errors_of(post(client, url, {"version": 1})) == {"how": "Pilih dengan apa nomor ini dicocokkan."}
    assert list(errors_of(post(client, url, {"how": "other", "version": 1}))) == ["note"]
    assert list(errors_of(post(client, url, {"how": "bpom", "version": 1}))) == ["how"]
    assert post(client, url, {"how": "other", "note": "Salinan legalisir", "version": 1}).status_code == 302
    assert "dengan cara lain: Salinan legalisir." in page_of(client, ikm)


def test_a_changed_number_is_not_compared_any_more(client: Any, officer_a: Any, post: Any, ikm: Ikm) -> None:
    for number in CheckedNumber:
        check_number(ikm_id=ikm.pk, number=number, version=1, how=CheckHow.DOCUMENT, note="", actor=officer_a)
    data = ikm_data(nib=ikm.nib, npwp="", name="Nama Baru") | {"version": 1}
    assert post(client, f"/sentra/ikm/{ikm.pk}/ubah/", data).status_code == 302
    ikm.refresh_from_db()
    assert set(checks_of(ikm, [])) == {CheckedNumber.NIB, CheckedNumber.NPWP}
    data |= {"nib": "9120 0098 76543", "version": 2}
    assert post(client, f"/sentra/ikm/{ikm.pk}/ubah/", data).status_code == 302
    ikm.refresh_from_db()
    assert set(checks_of(ikm, [])) == {CheckedNumber.NPWP}
    assert "Belum dicocokkan" in page_of(client, ikm)


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"issuer": "Dinas Lain"}, True),
        ({"number": "2063375010073-29"}, False),
        ({"expires_on": "19-05-2029"}, False),
        ({"issued_on": "22-05-2024"}, False),
    ],
)
def test_a_changed_permit_is_not_compared_any_more(
    client: Any, officer_a: Any, post: Any, ikm: Ikm, change: dict[str, str], kept: bool
) -> None:
    assert post(client, f"/sentra/ikm/{ikm.pk}/izin/baru/pirt/", permit_data()).status_code == 302
    (permit,) = permits_of(ikm)
    answer = post(client, f"/sentra/izin/{permit.pk}/cocokkan/", {"how": "oss", "version": 1})
    assert answer.status_code == 302
    assert "dengan laman OSS." in page_of(client, ikm)
    assert AuditEntry.objects.get(action="permit.checked").data == {"ikm": ikm.pk, "how": "oss"}
    data = permit_data(**change) | {"version": 1}
    assert post(client, f"/sentra/izin/{permit.pk}/ubah/", data).status_code == 302
    assert ("dengan laman OSS." in page_of(client, ikm)) is kept


def test_a_mark_that_proved_wrong_is_taken_back(client: Any, post: Any, officer_a: Any, ikm: Ikm) -> None:
    url = f"/sentra/ikm/{ikm.pk}/cocokkan/nib/"
    assert "Cabut tanda ini" not in client.get(url).content.decode()
    first = check_number(ikm_id=ikm.pk, number=CheckedNumber.NIB, version=1, how=CheckHow.OSS, note="", actor=officer_a)
    second = check_number(
        ikm_id=ikm.pk, number=CheckedNumber.NIB, version=1, how=CheckHow.DOCUMENT, note="", actor=officer_a
    )
    assert f"/sentra/pencocokan/{second.pk}/cabut/" in client.get(url).content.decode()
    for row, left in ((second, "dengan laman OSS."), (first, "Belum dicocokkan")):
        answer = post(client, f"/sentra/pencocokan/{row.pk}/cabut/")
        assert answer.headers["Location"] == f"/sentra/ikm/{ikm.pk}/"
        assert left in page_of(client, ikm)
    assert not NumberCheck.objects.exists()
    entries = AuditEntry.objects.filter(action="ikm.check_withdrawn").order_by("pk")
    assert [entry.data["how"] for entry in entries] == ["document", "oss"]


def test_what_changed_meanwhile_is_not_marked(client: Any, post: Any, officer_a: Any, ikm: Ikm) -> None:
    permit = factories.make_permit(ikm, version=2)
    for url in (f"/sentra/ikm/{ikm.pk}/cocokkan/nib/", f"/sentra/izin/{permit.pk}/cocokkan/"):
        for version in ("7", "", "x"):
            assert post(client, url, {"how": "document", "version": version}).status_code == 409
    with pytest.raises(StaleVersion):
        check_permit(permit_id=permit.pk, version=1, how=CheckHow.DOCUMENT, note="", actor=officer_a)
    assert not NumberCheck.objects.exists()


def test_the_service_and_the_database_hold(officer_a: Any, officer_b: Any, auditor: Any, ikm: Ikm) -> None:
    permit = factories.make_permit(ikm)
    for actor in (officer_b, auditor):
        with pytest.raises(NotPermitted):
            check_permit(permit_id=permit.pk, version=1, how=CheckHow.DOCUMENT, note="", actor=actor)
    for how, note in ((CheckHow.OTHER, ""), (CheckHow.DJP, "")):
        with pytest.raises(RuleBroken):
            check_permit(permit_id=permit.pk, version=1, how=how, note=note, actor=officer_a)
    good = {"value": "x", "how": "document", "checked_by": officer_a}
    for wrong in (
        {"ikm": ikm, "permit": permit, "number": "nib"},
        {"number": "nib"},
        {"ikm": ikm, "number": "nik"},
        {"permit": permit, "number": "nib"},
        {"permit": permit, "how": "guess"},
        {"permit": permit, "how": "other"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            NumberCheck.objects.create(**(good | wrong))


def test_every_number_can_be_compared_with_its_own_register() -> None:
    assert ways_to_check(PermitKind.HALAL) == (CheckHow.DOCUMENT, CheckHow.BPJPH, CheckHow.OTHER)
    assert ways_to_check(CheckedNumber.NPWP) == (CheckHow.DOCUMENT, CheckHow.DJP, CheckHow.OTHER)
    assert ways_to_check(PermitKind.LAB_TEST) == (CheckHow.DOCUMENT, CheckHow.OTHER)


def test_the_npwp_is_shown_once_and_written_down(client: Any, officer_a: Any, post: Any, ikm: Ikm) -> None:
    page = page_of(client, ikm)
    assert "0013********1000" in page
    answer = post(client, f"/sentra/ikm/{ikm.pk}/npwp/")
    assert answer.headers["Location"] == f"/sentra/ikm/{ikm.pk}/"
    entry = AuditEntry.objects.get(action="ikm.npwp_shown")
    assert (entry.actor_id, entry.object_id, entry.data) == (officer_a.pk, str(ikm.pk), {})
    assert SHOWN in page_of(client, ikm)
    page = page_of(client, ikm)
    assert SHOWN not in page
    assert NPWP not in page
    assert AuditEntry.objects.filter(action="ikm.npwp_shown").count() == 1


def test_the_npwp_of_one_ikm_opens_no_other(client: Any, post: Any, ikm: Ikm) -> None:
    other = factories.make_ikm(ikm.sentra, npwp="0027000666091000")
    post(client, f"/sentra/ikm/{ikm.pk}/npwp/")
    assert "0027 0006 6609 1000" not in page_of(client, other)
    stored = " ".join(str(session.get_decoded()) for session in Session.objects.all())
    assert NPWP not in stored


def test_the_edit_page_does_not_give_the_npwp_away(client: Any, post: Any, ikm: Ikm) -> None:
    url = f"/sentra/ikm/{ikm.pk}/ubah/"
    page = client.get(url).content.decode()
    assert "Tersimpan: 0013********1000" in page
    assert NPWP not in page
    assert SHOWN not in page
    assert post(client, url, ikm_data(npwp="") | {"version": 1}).status_code == 302
    ikm.refresh_from_db()
    assert ikm.npwp == NPWP
    answer = post(client, url, ikm_data(npwp="3171011708450001") | {"version": 1})
    assert answer.status_code == 409
    conflicts = {row["key"]: row["value"] for row in answer.context["form"].conflicts}
    assert conflicts["NPWP"] == "0013********1000"
    assert NPWP not in answer.content.decode()
    assert post(client, url, ikm_data(npwp="3171011708450001") | {"version": 2}).status_code == 302
    ikm.refresh_from_db()
    assert ikm.npwp == "3171011708450001"


def test_readers_who_do_not_check_are_offered_nothing(client_of: Any, auditor: Any, province: Any, ikm: Ikm) -> None:
    factories.make_permit(ikm)
    page = page_of(client_of(auditor), ikm)
    assert "Tampilkan NPWP" not in page
    assert "Tandai sudah dicocokkan" not in page
    page = page_of(client_of(province), ikm)
    assert "Tampilkan NPWP" in page
    assert page.count("Tandai sudah dicocokkan") == 3
    assert "Tambah izin" not in page
