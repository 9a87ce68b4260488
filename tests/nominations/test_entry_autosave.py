"""The saves behind the pages of a candidate and its IKM binaan: as truthful as those of a topic."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry, OneTimeKey
from nominations.enums import Status
from nominations.models import Beneficiary, CandidateEntry, Nomination, VerificationItem
from nominations.rules import BENEFICIARIES
from nominations.services import submission
from tests import factories
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
Posted = dict[str, Any]
NEW = {"name": "Tenun Mawar", "place": "Medono", "contact": "", "activity": "", "years": ["2021"]}


@pytest.fixture
def candidate(officer_a: Any) -> Nomination:
    return factories.make_upakarti_nomination(name="Sri Wahyuni")


@pytest.fixture
def colleague(db: None) -> Any:
    return factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME, name="Rekan Sekantor")


@pytest.fixture
def client(officer_a: Any, client_of: Callable[[Any], Client]) -> Client:
    client = client_of(officer_a)
    client.get(reverse("home"))  # the first request of a session notes when it began
    return client


def entry_of(nomination: Nomination) -> CandidateEntry:
    return CandidateEntry.objects.get(nomination=nomination)


def url(nomination: Nomination) -> str:
    return reverse("candidate_autosave", args=[nomination.pk])


def typed(nomination: Nomination, **changes: Any) -> Posted:
    """What the script sends of the page: no number."""
    names = ("version", "candidate_kind", "name", "address", "phone")
    return {name: getattr(entry_of(nomination), name) for name in names} | changes


def add_url(nomination: Nomination) -> str:
    return reverse("beneficiary_add_autosave", args=[nomination.pk])


def row_url(row: Beneficiary) -> str:
    return reverse("beneficiary_autosave", args=[row.entry.nomination_id, row.pk])


def row_typed(row: Beneficiary, **changes: Any) -> Posted:
    names = ("version", "name", "place", "contact", "activity", "years")
    return {name: getattr(row, name) for name in names} | changes


def receipt(stored: CandidateEntry | Beneficiary) -> str:
    return f"Tersimpan {stored.saved_at + timedelta(hours=7):%H.%M} WIB, versi {stored.version}."


# A candidate


def test_the_receipt_is_what_the_database_holds(candidate, officer_a, client):
    answer = client.post(url(candidate), typed(candidate, address="Jalan Baru 9"))
    entry = entry_of(candidate)
    assert (entry.address, entry.version, entry.saved_by) == ("Jalan Baru 9", 2, officer_a)
    assert answer.json() == {"version": 2, "receipt": receipt(entry)}
    assert "no-store" in answer["Cache-Control"]
    assert not OneTimeKey.objects.exists()


def test_the_number_is_neither_changed_nor_taken_away_by_it(candidate, client):
    before = entry_of(candidate).identity_number
    given = typed(candidate, address="Jalan Baru 9", identity_number="3375011708459999")
    assert client.post(url(candidate), given).status_code == 200
    assert entry_of(candidate).identity_number == before
    other_kind = client.post(url(candidate), typed(candidate, candidate_kind="organisation"))
    assert (other_kind.status_code, other_kind.json()["message"]) == (422, "Jenis calon berubah. Isi NPWP calon.")
    assert entry_of(candidate).candidate_kind == "person"


def test_a_repeat_whose_answer_was_lost_gets_the_same_receipt(candidate, client):
    given = typed(candidate, address="Jalan Baru 9")
    assert client.post(url(candidate), given).json() == client.post(url(candidate), given).json()
    assert entry_of(candidate).version == 2


def test_an_old_version_is_a_conflict_and_overwrites_nothing(candidate, colleague, client, client_of):
    mine = typed(candidate, address="Jalan Saya 1")
    assert client_of(colleague).post(url(candidate), typed(candidate, phone="0811-0000-0000")).status_code == 200
    answer = client.post(url(candidate), mine)
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/json")
    assert "sudah diubah sejak halaman Anda dibuka" in answer.json()["message"]
    assert entry_of(candidate).address != "Jalan Saya 1"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Nama lengkap calon belum diisi."),
        ({"phone": "08"}, "elepon"),
        ({"address": "j" * 251}, "Alamat paling banyak 250 karakter. Anda mengisi 251 karakter."),
        ({"version": ""}, "tidak lengkap terkirim"),
        ({"version": "x"}, "tidak lengkap terkirim"),
        ({"address": None}, "tidak lengkap terkirim"),
    ],
)
def test_what_cannot_be_stored_is_refused_in_words(changes, words, candidate, client):
    before = typed(candidate)
    given = {name: value for name, value in (before | changes).items() if value is not None}
    answer = client.post(url(candidate), given)
    assert (answer.status_code, typed(candidate)) == (422, before)
    assert words in answer.json()["message"]


def test_without_a_sign_in_after_submission_and_elsewhere_nothing_is_stored(
    candidate, colleague, client, officer_b, client_of
):
    given, row = typed(candidate, address="Jalan Baru 9"), candidate.candidate_entry.beneficiaries.all()[0]
    changed = row_typed(row, activity="Lain.")
    ovop = factories.make_ovop_nomination(complete=False)
    unsigned = Client().post(url(candidate), given)
    assert (unsigned.status_code, unsigned["Content-Type"]) == (401, "application/json")
    for address in (url(candidate), row_url(row), add_url(candidate)):
        assert client_of(officer_b).post(address, given | changed).status_code == 404
    for address in (url(ovop), add_url(ovop)):
        assert client.post(address, given | changed).status_code == 404
    submission.submit_nomination(nomination_id=candidate.pk, declared=True, actor=colleague)
    for address, values in ((url(candidate), given), (row_url(row), changed), (add_url(candidate), NEW)):
        answer = client.post(address, values)
        assert answer.status_code == 403
        assert "sudah diajukan sehingga tidak dapat diubah" in answer.json()["message"]
    assert entry_of(candidate).version == 1
    assert set(Beneficiary.objects.values_list("version", flat=True)) == {1}


def test_a_spell_of_writing_is_one_entry_of_the_audit_trail(candidate, colleague, client, client_of):
    entries = AuditEntry.objects.filter(action="nomination.candidate_saved")
    for number in range(1, 5):
        assert client.post(url(candidate), typed(candidate, address=f"Jalan Baru {number}")).status_code == 200
    assert entries.count() == 1
    assert client_of(colleague).post(url(candidate), typed(candidate, address="Jalan Rekan 1")).status_code == 200
    assert entries.count() == 2
    CandidateEntry.objects.update(spell_began_at=scenes.now() - timedelta(minutes=6))
    assert client_of(colleague).post(url(candidate), typed(candidate, address="Jalan Rekan 2")).status_code == 200
    assert entries.count() == 3


def test_another_number_is_always_audited(candidate, client, post):
    entries = AuditEntry.objects.filter(action="nomination.candidate_saved")
    client.post(url(candidate), typed(candidate, address="Jalan Baru 9"))
    form = reverse("candidate_edit", args=[candidate.pk])
    assert post(client, form, typed(candidate, identity_number="3375011708459999")).status_code == 302
    assert entries.count() == 2


# IKM binaan


def test_a_new_row_is_stored_once_and_named_from_then_on(candidate, client):
    before = candidate.candidate_entry.beneficiaries.count()
    answer = client.post(add_url(candidate), NEW | {"version": "0"})
    row = Beneficiary.objects.get(name="Tenun Mawar")
    assert answer.json() == {
        "version": 1,
        "receipt": receipt(row),
        "edit": reverse("beneficiary_edit", args=[candidate.pk, row.pk]),
        "autosave": row_url(row),
    }
    assert client.post(add_url(candidate), NEW | {"version": "0"}).json() == answer.json(), "the answer was lost"
    assert candidate.candidate_entry.beneficiaries.count() == before + 1
    other = client.post(add_url(candidate), NEW | {"version": "0", "place": "Kauman"})
    assert (other.status_code, other.json()["message"]) == (422, "IKM binaan dengan nama ini sudah ada dalam daftar.")
    assert client.post(row_url(row), row_typed(row, place="Kauman")).json()["version"] == 2
    row.refresh_from_db()
    assert (row.place, row.years) == ("Kauman", [2021])


def test_a_name_is_needed_first_and_nothing_is_cleared_by_half_a_post(candidate, client):
    nameless = client.post(add_url(candidate), NEW | {"name": ""})
    assert (nameless.status_code, nameless.json()["message"]) == (422, "Nama IKM binaan belum diisi.")
    row = candidate.candidate_entry.beneficiaries.all()[0]
    half = row_typed(row)
    del half["activity"]
    assert client.post(row_url(row), half).status_code == 422
    assert Beneficiary.objects.get(pk=row.pk).version == 1


def test_a_row_that_somebody_changed_or_removed(candidate, colleague, client, client_of, post):
    row = candidate.candidate_entry.beneficiaries.all()[0]
    mine = row_typed(row, activity="Isian saya.")
    assert client_of(colleague).post(row_url(row), row_typed(row, activity="Isian rekan.")).status_code == 200
    answer = client.post(row_url(row), mine)
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/json")
    assert Beneficiary.objects.get(pk=row.pk).activity == "Isian rekan."
    remove = reverse("beneficiary_remove", args=[candidate.pk, row.pk])
    assert post(client_of(colleague), remove, {"version": 2}).status_code == 302
    gone = client.post(row_url(row), mine)
    assert (gone.status_code, gone["Content-Type"]) == (404, "application/json")


def test_a_row_of_another_candidate_is_not_found(candidate, officer_a, client):
    other = factories.make_upakarti_nomination(complete=False)
    row = candidate.candidate_entry.beneficiaries.all()[0]
    forged = reverse("beneficiary_autosave", args=[other.pk, row.pk])
    assert client.post(forged, row_typed(row, activity="Lain.")).status_code == 404
    assert Beneficiary.objects.get(pk=row.pk).version == 1


def test_after_a_return_what_is_not_marked_stays_shut(officer_a, client):
    returned = factories.make_upakarti_nomination(Status.RETURNED)
    row = returned.candidate_entry.beneficiaries.all()[0]
    VerificationItem.objects.filter(snapshot__nomination=returned, page=BENEFICIARIES).delete()
    assert client.post(url(returned), typed(returned, address="Jalan Baru 9")).status_code == 200
    answer = client.post(row_url(row), row_typed(row, activity="Diperbaiki."))
    assert answer.status_code == 403
    assert "tidak perlu diperbaiki" in answer.json()["message"]
    assert Beneficiary.objects.get(pk=row.pk).version == 1


def test_what_it_costs(candidate, client):
    row = candidate.candidate_entry.beneficiaries.all()[0]

    def cost(address: str, given: Posted) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.post(address, given).status_code == 200
        return sum("SAVEPOINT" not in query["sql"] for query in queries.captured_queries)

    costs = [cost(url(candidate), typed(candidate, address=f"Jalan Baru {number}")) for number in range(2)]
    costs.append(cost(add_url(candidate), NEW))
    for text in ("Satu.", "Satu dua."):
        row.refresh_from_db()
        costs.append(cost(row_url(row), row_typed(row, activity=text)))
    assert costs == [12, 11, 11, 11, 11]
