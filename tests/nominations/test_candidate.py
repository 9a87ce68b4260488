"""The page of a candidate: its number stays masked, two people overwrite nothing, what is odd is confirmed."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import RuleBroken, StaleVersion
from core.models import AuditEntry
from nominations.enums import Status
from nominations.models import CandidateEntry, Nomination
from nominations.selectors.dossiers import filled_of
from nominations.selectors.findings import gaps_of
from nominations.selectors.hints import hints_of
from nominations.services import drafting, submission
from tests import factories
from tests.transactions import together

ODD = "9999999990000000"  # no such region, no such day, no such serial number


@pytest.fixture
def candidate(officer_a: Any) -> Nomination:
    return factories.make_upakarti_nomination(complete=False, name="Sri Wahyuni")


@pytest.fixture
def colleague(db: None) -> Any:
    return factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME, name="Rekan Sekantor")


def url(nomination: Nomination) -> str:
    return reverse("candidate_edit", args=[nomination.pk])


def typed(nomination: Nomination, **changes: Any) -> dict[str, Any]:
    """What a browser sends of the page as it comes: without the number."""
    entry = CandidateEntry.objects.get(nomination=nomination)
    names = ("version", "candidate_kind", "name", "address", "phone")
    return {name: getattr(entry, name) for name in names} | {"identity_number": ""} | changes


def text(pieces: list[Any]) -> str:
    return "".join(piece.text for piece in pieces)


@pytest.mark.django_db
def test_the_stored_number_is_masked_and_an_empty_field_keeps_it(candidate, officer_a, client_of, post):
    client, number = client_of(officer_a), candidate.candidate_entry.identity_number
    page = client.get(url(candidate)).content.decode()
    assert f"Tersimpan: NIK {number[:4]}********{number[-4:]}." in page
    assert number not in page.replace(" ", "")
    assert post(client, url(candidate), typed(candidate, address="Jalan Baru 9")).status_code == 302
    entry = CandidateEntry.objects.get()
    assert (entry.identity_number, entry.address, entry.version) == (number, "Jalan Baru 9", 2)
    assert entry.saved_by == officer_a
    assert number in entry.nomination.subject_key
    assert not AuditEntry.objects.filter(action="nomination.identity_shown").exists()


@pytest.mark.django_db
def test_another_kind_of_candidate_needs_its_own_number(candidate, officer_a, client_of, post):
    client = client_of(officer_a)
    answer = post(client, url(candidate), typed(candidate, candidate_kind="organisation", address="Jalan Baru 9"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Jenis calon berubah. Isi NPWP calon." in page
    assert "Jalan Baru 9" in page
    given = typed(candidate, candidate_kind="organisation", identity_number="01.300.066.6-091.000")
    assert post(client, url(candidate), given).status_code == 302
    entry = CandidateEntry.objects.get()
    assert (entry.identity_kind, entry.identity_number) == ("npwp", "0013000666091000")


@pytest.mark.django_db
def test_two_people_at_one_candidate_the_second_sees_both_and_overwrites_nothing(
    candidate, officer_a, colleague, client_of, post
):
    stored, new = candidate.candidate_entry.identity_number, "3375011708459999"
    theirs = typed(candidate, name="Sri Wahyuni, S.E.", phone="0811-0000-0000")
    mine = typed(candidate, address="Jalan Baru 9", identity_number=new)
    assert post(client_of(colleague), url(candidate), theirs).status_code == 302
    conflict = post(client_of(officer_a), url(candidate), mine)
    page = conflict.content.decode()
    assert conflict.status_code == 409
    assert "versi 2 oleh Rekan Sekantor" in page
    rows = {row.label: (text(row.left), text(row.right)) for row in conflict.context["conflict"]["rows"]}
    assert rows == {
        "Nama lengkap calon": ("Sri Wahyuni, S.E.", "Sri Wahyuni"),
        "Alamat": ("Jalan Pahlawan 3", "Jalan Baru 9"),
        "Telepon": ("0811-0000-0000", "0812-3456-7890"),
        "Nomor identitas": (f"{stored[:4]}********{stored[-4:]}", "3375********9999 (isian baru)"),
    }
    assert stored not in page.replace(" ", "")
    for own in ('value="Jalan Baru 9"', f'value="{new}"', 'name="version" value="2"'):
        assert own in page
    entry = CandidateEntry.objects.get()
    assert (entry.name, entry.address, entry.identity_number) == ("Sri Wahyuni, S.E.", "Jalan Pahlawan 3", stored)
    assert post(client_of(officer_a), url(candidate), mine | {"version": 2}).status_code == 302
    entry.refresh_from_db()
    assert (entry.name, entry.identity_number, entry.version) == ("Sri Wahyuni", new, 3)


@pytest.mark.django_db
def test_a_save_whose_answer_was_lost_changes_nothing_the_second_time(candidate, officer_a, client_of, post):
    given = typed(candidate, address="Jalan Baru 9")
    for _attempt in range(2):
        assert post(client_of(officer_a), url(candidate), given).status_code == 302
    assert CandidateEntry.objects.get().version == 2
    assert AuditEntry.objects.filter(action="nomination.candidate_saved").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["", "x", None])
def test_a_post_without_its_version_saves_nothing(version, candidate, officer_a, client_of, post):
    given = typed(candidate, address="Jalan Baru 9", version=version)
    answer = post(client_of(officer_a), url(candidate), {k: v for k, v in given.items() if v is not None})
    assert answer.status_code == 422
    assert "Salin isian Anda, lalu muat ulang halaman" in answer.content.decode()
    assert CandidateEntry.objects.get().address == "Jalan Pahlawan 3"


def test_ten_people_at_once_one_is_stored_and_nine_are_told(cloned_db):
    nomination = factories.make_upakarti_nomination(complete=False)
    officer = factories.officer_of(nomination.region_id)
    values = {name: value for name, value in typed(nomination).items() if name != "version"}

    def save(number: int) -> Any:
        changed = values | {"address": f"Jalan Baru {number}"}
        return drafting.save_candidate(nomination_id=nomination.pk, candidate=changed, version=1, actor=officer)

    answers = together([lambda number=number: save(number) for number in range(10)])
    assert [type(answer) for answer in answers].count(StaleVersion) == 9
    (stored,) = (answer for answer in answers if isinstance(answer, CandidateEntry))
    entry = CandidateEntry.objects.get()
    assert (entry.address, entry.version) == (stored.address, 2)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["create", "edit"])
def test_an_odd_number_waits_for_a_tick_and_the_verifier_reads_of_it(page, candidate, officer_a, client_of, post):
    create = reverse("nomination_create_candidate", args=[candidate.period_id, "jasa_pengabdian"])
    address = url(candidate) if page == "edit" else create
    given = typed(candidate, name="Calon Janggal", identity_number=ODD)
    client = client_of(officer_a)
    assert "confirmed" not in client.get(address).content.decode()
    answer = post(client, address, given)
    page_text = answer.content.decode()
    assert answer.status_code == 422
    assert "Ada isian yang tidak biasa. Cocokkan dengan dokumen, lalu beri centang." in page_text
    assert "Kode wilayah pada NIK tidak berlaku sekarang" in page_text
    assert 'name="confirmed"' in page_text
    assert not CandidateEntry.objects.filter(identity_number=ODD).exists()
    assert post(client, address, given | {"confirmed": "on"}).status_code == 302
    stored = Nomination.objects.get(candidate_entry__identity_number=ODD)
    hints = [hint.text for hint in hints_of(stored, filled_of(stored))]
    assert "Empat angka terakhir NIK tidak boleh 0000. Cocokkan dengan KTP." in hints
    assert not [hint for hint in hints if ODD in hint]


@pytest.mark.django_db
def test_the_desk_shows_the_oddity_beside_the_facts_of_the_candidate(officer_a, verifier, client_of):
    checked = factories.make_upakarti_nomination(Status.UNDER_VERIFICATION)
    CandidateEntry.objects.filter(nomination=checked).update(identity_number=ODD)
    desk = reverse("verification_detail", args=[checked.pk])
    page = client_of(verifier).get(desk, {"bagian": "subject"}).content.decode()
    assert "Kode wilayah pada NIK tidak berlaku sekarang" in page
    assert ODD not in page


def create_url(nomination: Nomination) -> str:
    """The form of a further candidate in the same period."""
    return reverse("nomination_create_candidate", args=[nomination.period_id, "jasa_pengabdian"])


@pytest.mark.django_db
def test_a_name_alone_starts_a_draft_that_cannot_be_submitted_until_the_rest_is_there(
    candidate, officer_a, client_of, post
):
    client = client_of(officer_a)
    for name in ("Calon Satu", "Calon Dua"):  # neither is known well enough to be the same one
        assert post(client, create_url(candidate), {"name": name}).status_code == 302
    draft = Nomination.objects.get(title="Calon Satu")
    lacks = "Data calon belum lengkap: jenis calon, nomor identitas, alamat, telepon."
    assert lacks in [gap.text for gap in gaps_of(draft)]
    for page in ("nomination_detail", "nomination_content", "candidate_edit", "nomination_readiness"):
        assert client.get(reverse(page, args=[draft.pk])).status_code == 200
    assert "Tampilkan nomor lengkap" not in client.get(reverse("nomination_content", args=[draft.pk])).content.decode()
    check = client.get(reverse("nomination_check", args=[draft.pk])).content.decode()
    assert f'<a href="{url(draft)}">{lacks}</a>' in check
    assert f'<a href="{url(draft)}">Calon penerima</a>' in client.get(f"/usulan/{draft.pk}/").content.decode()
    with pytest.raises(RuleBroken):
        submission.submit_nomination(nomination_id=draft.pk, declared=True, actor=officer_a)
    half = typed(draft, candidate_kind="person", phone="0812-3456-7890")
    assert post(client, url(draft), half).status_code == 302
    assert "Data calon belum lengkap: nomor identitas, alamat." in [gap.text for gap in gaps_of(draft_of(draft))]
    whole = typed(draft, identity_number="3375011708459999", address="Jalan Baru 9")
    assert post(client, url(draft), whole).status_code == 302
    assert not [gap for gap in gaps_of(draft_of(draft)) if gap.text.startswith("Data calon")]
    again = typed(draft, name="Calon Dua", version=1)
    answer = post(
        client, url(Nomination.objects.get(title="Calon Dua")), again | {"identity_number": "3375011708459999"}
    )
    assert (answer.status_code, "sudah diusulkan" in answer.content.decode()) == (422, True)


def draft_of(nomination: Nomination) -> Nomination:
    return Nomination.objects.get(pk=nomination.pk)


@pytest.mark.django_db
def test_a_number_waits_for_its_kind(candidate, officer_a, client_of, post):
    given = {"name": "Calon Satu", "identity_number": "3375011708459999", "address": "Jalan Baru 9"}
    answer = post(client_of(officer_a), create_url(candidate), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Pilih jenis calon, supaya nomor identitasnya dapat diperiksa." in page
    assert "Jalan Baru 9" in page
    stored = typed(candidate, candidate_kind="", address="Jalan Baru 9")
    assert post(client_of(officer_a), url(candidate), stored).status_code == 422


@pytest.mark.django_db
def test_the_database_wants_a_kind_for_each_number_and_a_subject_for_what_was_submitted(officer_a):
    submitted = factories.make_upakarti_nomination(Status.SUBMITTED)
    with pytest.raises(IntegrityError, match="nominations_nomination_has_subject"), transaction.atomic():
        Nomination.objects.filter(pk=submitted.pk).update(subject_key="")
    entries = CandidateEntry.objects.filter(nomination=submitted)
    for change, name in (
        ({"identity_kind": ""}, "nominations_candidateentry"),
        ({"candidate_kind": ""}, "nominations_candidateentry_kind"),
        ({"candidate_kind": "dukun"}, "nominations_candidateentry_kind"),
        ({"identity_kind": "sim"}, "nominations_candidateentry"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            entries.update(**change)
