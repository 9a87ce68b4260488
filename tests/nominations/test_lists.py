"""Lists cost the same for one row and three hundred, and take any parameter."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import escape

from nominations.enums import DocumentStage, Status
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


def test_the_start_page_costs_nine_queries_whatever_the_size_and_one_more_for_a_search(
    officer_a, client_of, django_assert_num_queries
):
    """Session, person, roles; rounds, documents, categories, products, count, re-evaluations."""
    factories.make_period("ovop"), factories.make_period("upakarti")
    client, url, ikm = client_of(officer_a), reverse("nomination_start"), factories.make_ikm()
    client.get(url)
    for size in SIZES:
        for _ in range(size - Product.objects.count()):
            factories.make_product(ikm)
        for query, cost in (("", 9), ("?q=produk contoh", 10)):
            with django_assert_num_queries(cost):
                page = client.get(url + query)
            assert (len(page.context["page"].items), page.context["page"].count) == (min(size, 50), size)


def test_every_product_of_a_large_region_is_reached_page_by_page_and_found_by_a_search(officer_a, client_of):
    """By its name or that of its IKM, with a typing error too; nothing of another region."""
    factories.make_period("ovop")
    first, other = (factories.make_ikm(factories.make_sentra(), name=name) for name in ("Batik Sekar Jagad", "Makmur"))
    copy = {"description": "-", "monthly_capacity": "-", "markets": "-", "created_by": officer_a}
    for ikm, number in ((first, 2), (other, 218)):
        Product.objects.bulk_create(Product(ikm=ikm, name=f"Kain {ikm.pk}-{n}", **copy) for n in range(number))
    factories.make_product(factories.make_ikm(factories.make_sentra(factories.OTHER), name="Sekar Jagad Garut"))
    last = factories.make_product(other, name="Selendang Jlamprang")
    client, query, seen = client_of(officer_a), "", []
    for _page in range(9):
        page = client.get(reverse("nomination_start") + query).context["page"]
        seen += [product.pk for product in page.items]
        query = page.next_query
        if not query:
            break
    own = Product.objects.filter(region=factories.HOME)
    assert seen == sorted(own.values_list("pk", flat=True), reverse=True)
    for text, expected in (("Jlamprnag", [last.pk]), ("sekar jagad", sorted(seen)[:2])):
        answer = client.get(reverse("nomination_start"), {"q": text})
        assert sorted(product.pk for product in answer.context["page"].items) == expected, text
    nothing = client.get(reverse("nomination_start"), {"q": "zzxxqq"}).content.decode()
    assert "Tidak ada produk atau IKM yang mirip dengan “zzxxqq”" in nothing
    assert 'value="zzxxqq"' in nothing, "what was typed stays"
    assert "Tulis paling sedikit 3 huruf" in client.get(reverse("nomination_start"), {"q": "ba"}).content.decode()


def test_the_start_page_says_what_to_have_ready_and_how_long_it_takes(officer_a, client_of):
    ovop, upakarti = factories.make_period("ovop"), factories.make_period("upakarti")
    page = client_of(officer_a).get(reverse("nomination_start")).content.decode()
    for words in ("petugas dinas kabupaten/kota", "kira-kira dalam dua jam", "melanjutkan pada hari lain"):
        assert words in page
    for period in (ovop, upakarti):
        part = page.partition(f'id="periode-{period.pk}"')[2].partition("</section>")[0]
        asked = period.requirements.filter(stage=DocumentStage.NOMINATION)
        assert f"{asked.count()} dokumen yang diminta, wajib dan opsional" in part
        assert "Batas akhir" in part
        for label in asked.values_list("label", flat=True):
            assert escape(label) in part
    assert "Makanan dan minuman" in page.partition("Sertifikat halal <span")[2].partition("</li>")[0]
    assert "Berita acara terima contoh produk" not in page, "the Sekretariat brings it"


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
