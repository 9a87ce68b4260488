"""Lists cost the same for one row and three hundred, and take any parameter."""

from typing import Any

import pytest
from django.urls import reverse

from nominations.enums import Status
from nominations.models import Beneficiary, Nomination
from nominations.presenters.status import GROUPS
from nominations.selectors.dossiers import filled_of
from nominations.selectors.findings import gaps_of
from sentra.models import Product
from tests import factories
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
SIZES = (1, 10, 300)


@pytest.fixture
def grow(db: None) -> Any:
    """Bring a list to that many rows of a status, with entries."""
    product = factories.make_product()

    def to(size: int, status: Status) -> None:
        missing = size - Nomination.objects.filter(status=status).count()
        scenes.add_entries(scenes.bare_rows([(status, factories.HOME)] * missing), product)

    return to


@pytest.mark.parametrize("persona", ["officer_a", "province", "verifier", "chair", "auditor"])
@pytest.mark.parametrize("query", ["", "?q=uji&status=penilaian&award=ovop"])
def test_the_list_costs_six_queries_whatever_its_length(
    persona, query, grow, request, client_of, django_assert_num_queries
):
    """Session, person, roles; rows, count, awards."""
    client, url = client_of(request.getfixturevalue(persona)), reverse("nomination_list") + query
    client.get(url)  # the first request of a session notes when it began
    for size in SIZES:
        grow(size, Status.ELIGIBLE)
        with django_assert_num_queries(6):
            page = client.get(url)
        assert page.content.decode().count("<tr>") == 1 + min(size, 50)


FILTERED = "?status=diperiksa&award=ovop&kategori=1&provinsi=33&pengajuan=perbaikan&saya=1&q=uji"


@pytest.mark.parametrize("query", ["", "?status=diperiksa"])
def test_the_queue_costs_eight_queries_whatever_its_length(query, grow, verifier, client_of, django_assert_num_queries):
    """Session, person, roles; rows, count, numbers per state, categories, provinces."""
    client, url = client_of(verifier), reverse("verification_queue") + query
    client.get(url)
    for size in SIZES:
        grow(size, Status.UNDER_VERIFICATION if query else Status.SUBMITTED)
        with django_assert_num_queries(8):
            page = client.get(url)
        assert page.content.decode().count("<tr>") == 1 + min(size, 50)
        with django_assert_num_queries(8):
            client.get(reverse("verification_queue") + FILTERED)


def test_the_start_page_costs_eleven_queries_whatever_the_size(officer_a, client_of, django_assert_num_queries):
    factories.make_period("ovop"), factories.make_period("upakarti")
    client, url, ikm = client_of(officer_a), reverse("nomination_start"), factories.make_ikm()
    client.get(url)
    for size in SIZES:
        for _ in range(size - Product.objects.count()):
            factories.make_product(ikm)
        with django_assert_num_queries(11):
            page = client.get(url)
        assert len(page.context["products"]) == min(size, 200)


def test_the_beneficiaries_cost_five_queries_whatever_their_number(officer_a, client_of, django_assert_num_queries):
    nomination = factories.make_upakarti_nomination(complete=False)
    entry, client = nomination.candidate_entry, client_of(officer_a)
    url = reverse("beneficiary_list", args=[nomination.pk])
    entry.beneficiaries.all().delete()
    client.get(url)
    for size in SIZES:
        Beneficiary.objects.bulk_create(
            Beneficiary(entry=entry, name=f"IKM {n}", place="Buaran", contact="-", activity="-", years=[2025])
            for n in range(entry.beneficiaries.count(), size)
        )
        with django_assert_num_queries(5):
            page = client.get(url)
        assert len(page.context["beneficiaries"]) == size


DETAIL = {
    "officer_a": {Status.DRAFT: 10, Status.RETURNED: 12, Status.SUBMITTED: 8, Status.INELIGIBLE: 10},
    "verifier": {Status.SUBMITTED: 9, Status.UNDER_VERIFICATION: 9, Status.ELIGIBLE: 10},
}


@pytest.mark.parametrize("award", ["ovop", "upakarti"])
@pytest.mark.parametrize(("persona", "status"), [(who, status) for who, row in DETAIL.items() for status in row])
def test_a_dossier_costs_at_most_twelve_queries(
    award, persona, status, request, client_of, django_assert_max_num_queries
):
    client = client_of(request.getfixturevalue(persona))
    make = {"ovop": factories.make_ovop_nomination, "upakarti": factories.make_upakarti_nomination}[award]
    url = reverse("nomination_detail", args=[make(status).pk])
    client.get(url)
    with django_assert_max_num_queries(DETAIL[persona][status]):
        assert client.get(url).status_code == 200


def test_a_checklist_at_hand_gives_the_same_gaps(officer_a):
    nomination = factories.make_ovop_nomination(complete=False)
    assert gaps_of(nomination, filled_of(nomination)) == gaps_of(nomination) != []


HOSTILE = ["%00", "%27%22--", "\\", "%25", "_", "a" * 5000, "__regex", "1;DROP TABLE", "%F0%9F%98%80", "\u202e", "-1"]


@pytest.mark.parametrize("name", ["q", "status", "award", "after", "page", "order_by", "status__in", "region"])
def test_no_parameter_breaks_a_list(name, verifier, client_of):
    scenes.bare(Status.SUBMITTED, title="Usulan Satu")
    client = client_of(verifier)
    for address in (reverse("nomination_list"), reverse("verification_queue")):
        for value in HOSTILE:
            answer = client.get(f"{address}?{name}={value}")
            assert answer.status_code == 200, f"{address} {name}={value!r}"
            if name in ("status__in", "region", "order_by", "page"):
                assert "Usulan Satu" in answer.content.decode(), "no filter of ours"


def test_search_finds_part_of_a_title_and_a_whole_number_and_only_ones_own(officer_a, officer_b, client_of):
    mine = scenes.bare(Status.ELIGIBLE, title="Batik 100% Tulis_Jlamprang")
    scenes.bare(Status.ELIGIBLE, factories.OTHER, title="Batik 100% Tulis_Jlamprang Garut")
    url = reverse("nomination_list")
    for query in ("jlamprang", "100%25", "tulis_jl", mine.reference.lower(), "++batik+100++"):
        page = client_of(officer_a).get(f"{url}?q={query}").content.decode()
        assert f"/usulan/{mine.pk}/" in page, query
        assert "Garut" not in page
    for query in ("jlamprangg", mine.reference[:-1], "1000%25", "tulisXjl"):
        assert f"/usulan/{mine.pk}/" not in client_of(officer_a).get(f"{url}?q={query}").content.decode(), query
    assert f"/usulan/{mine.pk}/" not in client_of(officer_b).get(f"{url}?q=jlamprang").content.decode()


def test_every_group_of_the_filter_holds_its_statuses_and_together_they_hold_all(verifier, client_of):
    rows = {row.status: row for row in scenes.bare_rows([(status, factories.HOME) for status in Status])}
    client = client_of(verifier)
    seen: list[str] = []
    for code, (_label, statuses) in GROUPS.items():
        page = client.get(f"{reverse('nomination_list')}?status={code}").content.decode()
        shown = {status for status, row in rows.items() if f"/usulan/{row.pk}/" in page}
        assert shown == {str(status) for status in statuses}
        seen += shown
    assert sorted(seen) == sorted(Status)


def test_three_hundred_rows_are_read_page_by_page(grow, officer_a, client_of):
    grow(120, Status.ELIGIBLE)
    client, query, seen = client_of(officer_a), "?status=penilaian", []
    for _page in range(4):
        answer = client.get(reverse("nomination_list") + query)
        seen += [row["nomination"].pk for row in answer.context["rows"]]
        query = answer.context["page"].next_query
        if not query:
            break
        assert "status=penilaian" in query
    assert seen == sorted(Nomination.objects.values_list("pk", flat=True), reverse=True)
