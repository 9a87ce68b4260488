"""IKM binaan of a candidate: five distinct ones, and coaching in each of the five years before the period."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.errors import StaleVersion
from nominations.enums import Status
from nominations.models import Beneficiary, Nomination
from nominations.rules import candidate_gaps
from nominations.selectors.findings import gaps_of
from nominations.services import drafting
from tests import factories

YEARS = [2021, 2022, 2023, 2024, 2025]
ONE = {
    "name": "Tenun Mawar",
    "place": "Medono, Kota Pekalongan",
    "contact": "Siti, 0812-3456-7890",
    "activity": "Pelatihan pewarnaan alam",
    "years": ["2021", "2022"],
}


@pytest.fixture
def candidate(officer_a: Any) -> Nomination:
    return factories.make_upakarti_nomination(complete=False)


def add_url(nomination: Nomination) -> str:
    return reverse("beneficiary_add", args=[nomination.pk])


def edit_url(row: Beneficiary) -> str:
    return reverse("beneficiary_edit", args=[row.entry.nomination_id, row.pk])


def gaps(*, names: list[str] | None = None, years: set[int] | None = None) -> list[str]:
    found = candidate_gaps(
        names=names if names is not None else [f"IKM {number}" for number in range(5)],
        years_with_activity=years if years is not None else set(YEARS),
        period_year=2026,
        min_beneficiaries=5,
        years=5,
    )
    return [gap.text for gap in found]


def test_five_of_five_years_are_enough():
    assert gaps() == []
    assert gaps(names=["a", "b", "c", "d", "e", "f"], years={*YEARS, 2019, 2026}) == []


@pytest.mark.parametrize(
    "names", [[], ["a"], ["a", "b", "c", "d"], ["a", "b", "c", "d", "D"], ["a", " a ", "b", "c", "d"]]
)
def test_four_or_the_same_one_twice_are_not(names):
    distinct = len({name.strip().casefold() for name in names})
    assert gaps(names=names) == [f"Baru {distinct} IKM binaan yang dicatat. Paling sedikit 5 IKM binaan yang berbeda."]


@given(st.sets(st.integers(2015, 2030)))
def test_every_missing_year_is_named_and_no_other(years):
    missing = [str(year) for year in YEARS if year not in years]
    expected = (
        [f"Belum ada pembinaan pada tahun {', '.join(missing)}. Setiap tahun sejak 2021 harus ada pembinaan."]
        if missing
        else []
    )
    assert gaps(years=years) == expected


@pytest.mark.django_db
def test_the_years_count_over_all_together(officer_a):
    full = factories.make_upakarti_nomination()
    assert gaps_of(full) == []
    rows = list(full.candidate_entry.beneficiaries.all())
    for row, year in zip(rows, YEARS, strict=True):
        Beneficiary.objects.filter(pk=row.pk).update(years=[year])
    assert gaps_of(full) == []
    Beneficiary.objects.filter(pk=rows[2].pk).update(years=[2022])
    assert [gap.text for gap in gaps_of(full)] == [
        "Belum ada pembinaan pada tahun 2023. Setiap tahun sejak 2021 harus ada pembinaan."
    ]


@pytest.mark.django_db
def test_adding_changing_removing(candidate, officer_a, client_of, post):
    client, list_url = client_of(officer_a), reverse("beneficiary_list", args=[candidate.pk])
    assert post(client, add_url(candidate), ONE)["Location"] == list_url
    row = Beneficiary.objects.get()
    assert (row.name, row.years, row.entry.nomination_id) == ("Tenun Mawar", [2021, 2022], candidate.pk)
    assert "Tenun Mawar" in client.get(list_url).content.decode()
    changed = ONE | {"name": "Tenun Melati", "years": ["2025"], "version": 1}
    assert post(client, edit_url(row), changed).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.years, row.version, row.saved_by) == ("Tenun Melati", [2025], 2, officer_a)
    remove = reverse("beneficiary_remove", args=[candidate.pk, row.pk])
    assert post(client, remove, {"version": 2}).status_code == 302
    assert not Beneficiary.objects.exists()
    assert post(client, remove).status_code == 404


@pytest.mark.django_db
def test_a_row_that_a_colleague_has_just_removed_is_told_as_such(candidate, officer_a):
    facts = {"nomination_id": candidate.pk, "actor": officer_a}
    row = drafting.save_beneficiary(beneficiary_id=None, values=ONE | {"years": [2021]}, **facts)
    drafting.remove_beneficiary(beneficiary_id=row.pk, version=1, **facts)
    with pytest.raises(StaleVersion, match="baru saja dihapus"):
        drafting.save_beneficiary(beneficiary_id=row.pk, values={"name": "Lain"}, **facts)
    with pytest.raises(StaleVersion, match="baru saja dihapus"):
        drafting.remove_beneficiary(beneficiary_id=row.pk, version=1, **facts)


@pytest.fixture
def stored(candidate: Nomination, officer_a: Any) -> Beneficiary:
    values = ONE | {"years": [2021, 2022]}
    return drafting.save_beneficiary(nomination_id=candidate.pk, beneficiary_id=None, values=values, actor=officer_a)


@pytest.mark.django_db
def test_two_people_at_one_row_a_conflict_shows_what_differs_and_overwrites_nothing(stored, officer_a, client_of, post):
    colleague = factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME, name="Rekan Sekantor")
    theirs = ONE | {"contact": "Siti, 0811-0000-0000", "years": ["2023"], "version": 1}
    assert post(client_of(colleague), edit_url(stored), theirs).status_code == 302
    mine = ONE | {"activity": "Pelatihan pewarnaan alam dan pemasaran", "version": 1}
    conflict = post(client_of(officer_a), edit_url(stored), mine)
    page = conflict.content.decode()
    assert conflict.status_code == 409
    assert "Rekan Sekantor" in page
    assert ">Pelatihan pewarnaan alam dan pemasaran</textarea>" in page.replace("\r", "").replace(">\n", ">")
    assert [row.label for row in conflict.context["conflict"]["rows"]] == [
        "Narahubung dan telepon",
        "Bentuk pembinaan",
        "Tahun pembinaan",
    ]
    stored.refresh_from_db()
    assert (stored.contact, stored.years, stored.version) == ("Siti, 0811-0000-0000", [2023], 2)
    assert 'name="version" value="2"' in page
    assert post(client_of(officer_a), edit_url(stored), mine | {"version": 2}).status_code == 302
    stored.refresh_from_db()
    assert (stored.activity, stored.version) == ("Pelatihan pewarnaan alam dan pemasaran", 3)


@pytest.mark.django_db
def test_a_save_whose_answer_was_lost_changes_nothing_the_second_time(stored, officer_a, client_of, post):
    given = ONE | {"activity": "Bantuan alat", "version": 1}
    for _attempt in range(2):
        assert post(client_of(officer_a), edit_url(stored), given).status_code == 302
    stored.refresh_from_db()
    assert stored.version == 2


@pytest.mark.django_db
def test_a_row_that_was_changed_since_the_list_was_opened_is_not_removed(stored, officer_a, client_of, post):
    client, remove = client_of(officer_a), reverse("beneficiary_remove", args=[stored.entry.nomination_id, stored.pk])
    page = client.get(reverse("beneficiary_list", args=[stored.entry.nomination_id])).content.decode()
    assert 'name="version" value="1"' in page
    post(client, edit_url(stored), ONE | {"activity": "Bantuan alat", "version": 1})
    for old in ("1", "", "x", "9" * 30):
        assert post(client, remove, {"version": old}).status_code == 409
    assert Beneficiary.objects.filter(pk=stored.pk).exists()
    assert post(client, remove, {"version": "2"}).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Tenun Mawar", "TENUN MAWAR", "  tenun mawar  "])
def test_the_same_name_is_refused_and_what_was_typed_stays(name, candidate, officer_a, client_of, post):
    client = client_of(officer_a)
    post(client, add_url(candidate), ONE)
    answer = post(client, add_url(candidate), ONE | {"name": name, "activity": "Bantuan alat tenun"})
    page = answer.content.decode()
    assert (answer.status_code, Beneficiary.objects.count()) == (422, 1)
    assert "sudah ada dalam daftar" in page
    assert "Bantuan alat tenun" in page
    own = ONE | {"name": name, "version": 1}
    assert post(client, edit_url(Beneficiary.objects.get()), own).status_code == 302, "its own name"


@pytest.mark.django_db
def test_two_candidates_may_coach_the_same_ikm(candidate, officer_a, client_of, post):
    other = factories.make_upakarti_nomination(complete=False)
    for nomination in (candidate, other):
        assert post(client_of(officer_a), add_url(nomination), ONE).status_code == 302
    assert Beneficiary.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"years": ["2020"]},
        {"years": ["2026"]},
        {"years": ["dua ribu"]},
        {"years": ["9" * 30]},
        {"years": ["2021\x00"]},
        {"name": ""},
        {"name": "n" * 161},
        {"activity": "a" * 1001},
        {"name": "\x00"},
    ],
)
def test_what_cannot_be_is_refused(change, candidate, officer_a, client_of, post):
    answer = post(client_of(officer_a), add_url(candidate), ONE | change)
    assert (answer.status_code, Beneficiary.objects.exists()) == (422, False)
    assert "error-summary" in answer.content.decode()


@pytest.mark.django_db
def test_another_entry_cannot_be_written_into(candidate, officer_a, client_of, post):
    other = factories.make_upakarti_nomination(region=factories.OTHER)
    forged = {"entry": other.candidate_entry.pk, "entry_id": other.candidate_entry.pk, "ikm": "1", "id": "1", "pk": "1"}
    before = list(other.candidate_entry.beneficiaries.values())
    assert post(client_of(officer_a), add_url(candidate), ONE | forged).status_code == 302
    assert list(other.candidate_entry.beneficiaries.values()) == before
    row = candidate.candidate_entry.beneficiaries.get()
    assert (row.name, row.ikm) == ("Tenun Mawar", None)


@pytest.mark.django_db
def test_after_submission_the_list_is_shut(officer_a, client_of, post):
    submitted = factories.make_upakarti_nomination(Status.SUBMITTED)
    row = submitted.candidate_entry.beneficiaries.first()
    client = client_of(officer_a)
    for address in (add_url(submitted), edit_url(row), reverse("beneficiary_remove", args=[submitted.pk, row.pk])):
        assert post(client, address, ONE | {"version": 1}).status_code == 403
    assert submitted.candidate_entry.beneficiaries.count() == 5


@pytest.mark.django_db
def test_the_database_refuses_the_same_name(candidate):
    entry = candidate.candidate_entry
    facts = {"place": "x", "contact": "x", "activity": "x", "years": [2021]}
    Beneficiary.objects.create(entry=entry, name="Tenun", **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Beneficiary.objects.create(entry=entry, name="TENUN", **facts)


@pytest.mark.django_db
def test_a_name_alone_is_kept_and_what_it_lacks_is_named_until_it_is_there(officer_a, client_of, post):
    full = factories.make_upakarti_nomination()
    client, check = client_of(officer_a), reverse("nomination_check", args=[full.pk])
    assert post(client, add_url(full), {"name": "Tenun Mawar"}).status_code == 302
    row = Beneficiary.objects.get(name="Tenun Mawar")
    lacks = (
        "IKM binaan “Tenun Mawar” belum lengkap:"
        " tempat usaha, narahubung dan telepon, bentuk pembinaan, tahun pembinaan."
    )
    list_url = reverse("beneficiary_list", args=[full.pk])
    assert [gap.text for gap in gaps_of(full)] == [lacks]
    assert lacks in client.get(list_url).content.decode()
    tasks = client.get(reverse("nomination_detail", args=[full.pk])).context["tasks"]["sections"][0]["tasks"]
    assert (tasks[1]["status_label"], tasks[1]["hint"]) == ("Sedang diisi", "1 hal belum lengkap")
    assert f'<a href="{list_url}">{lacks}</a>' in client.get(check).content.decode()
    assert post(client, check, {"declared": "on"}).status_code == 422
    assert Nomination.objects.get(pk=full.pk).status == Status.DRAFT
    assert post(client, edit_url(row), ONE | {"activity": "", "version": 1}).status_code == 302
    assert [gap.text for gap in gaps_of(full)] == ["IKM binaan “Tenun Mawar” belum lengkap: bentuk pembinaan."]
    assert post(client, edit_url(row), ONE | {"version": 2}).status_code == 302
    assert gaps_of(full) == []
    assert post(client, check, {"declared": "on"}).status_code == 302
