"""The lineage of a sentra: what it shows, what it keeps to itself, and what it costs."""

from typing import Any

import pytest
from django.utils import timezone

from nominations.enums import Status
from scoring.models import Decision, Decree, RankingSnapshot
from sentra.enums import RecordKind
from sentra.models import Ikm, Product
from sentra.services.merging import merge_records
from tests import factories
from tests.sentra.test_lists import copies, queries_of

pytestmark = pytest.mark.django_db


def decided(nomination: Any, recorder: Any, releaser: Any = None) -> Decree:
    """A decree with two stars for the nomination, released when a second person is given."""
    decree = Decree.objects.create(
        period=nomination.period,
        number=f"SK {nomination.pk}",
        title="Penerima",
        decided_on=timezone.localdate(),
        signatory_title="Menteri",
        signatory_name="Nama",
        place="Jakarta",
        recorded_by=recorder,
    )
    ranking, _created = RankingSnapshot.objects.get_or_create(
        period=nomination.period, category=nomination.category, version=1, defaults={"signed_by_1": recorder}
    )
    Decision.objects.create(decree=decree, nomination=nomination, stars=2, ranking=ranking)
    if releaser:
        Decree.objects.filter(pk=decree.pk).update(released_by=releaser, released_at=timezone.now())
    return decree


def lineage_of(client: Any, nomination: Any) -> str:
    return client.get(f"/silsilah/{nomination.product_entry.sentra_id}/").content.decode()


def test_the_tree_reaches_from_the_ikm_to_the_stars(officer_a: Any, admin_a: Any, admin_b: Any, client_of: Any) -> None:
    nomination = factories.make_ovop_nomination(Status.DECIDED)
    decided(nomination, admin_a, admin_b)
    factories.make_product(nomination.product_entry.ikm, name="Produk Baru")
    page = lineage_of(client_of(officer_a), nomination)
    for text in (
        nomination.product_entry.ikm.name,
        nomination.product_entry.product.name,
        nomination.period.name,
        "2 bintang",
        "Produk Baru",
        "Belum pernah diusulkan",
        f'href="/usulan/{nomination.pk}/"',
    ):
        assert text in page


@pytest.mark.parametrize("persona", ["officer_a", "province", "verifier", "admin_a", "auditor"])
def test_stars_before_the_release_are_shown_to_nobody(
    request: pytest.FixtureRequest, persona: str, admin_b: Any, client_of: Any
) -> None:
    nomination = factories.make_ovop_nomination(Status.RECOMMENDED)
    decided(nomination, admin_b)
    user = request.getfixturevalue(persona)
    page = lineage_of(client_of(user), nomination)
    assert nomination.product_entry.product.name in page
    assert "bintang</strong>" not in page
    internal = persona not in ("officer_a", "province")
    assert ("Direkomendasikan" in page) == internal
    assert ("Sedang dinilai" in page) != internal


def test_the_history_of_a_merged_product_is_on_the_one_that_counts(officer_a: Any, client_of: Any) -> None:
    nomination = factories.make_ovop_nomination(Status.INELIGIBLE)
    loser = nomination.product_entry.product
    winner = factories.make_product(loser.ikm, name="Kain yang dipakai")
    merge_records(
        kind=RecordKind.PRODUCT,
        winner_id=winner.pk,
        loser_id=loser.pk,
        versions={winner.pk: 1, loser.pk: 1},
        taken=set(),
        actor=officer_a,
    )
    page = lineage_of(client_of(officer_a), nomination)
    assert loser.name not in page
    assert page.index("Kain yang dipakai") < page.index(f"/usulan/{nomination.pk}/")


def test_a_large_sentra_is_paged_and_costs_the_same(officer_a: Any, client_of: Any) -> None:
    nomination = factories.make_ovop_nomination(Status.SUBMITTED)
    client, entry = client_of(officer_a), nomination.product_entry
    for size in (1, 10, 300):
        Product.objects.exclude(pk=entry.product_id).delete()
        Ikm.objects.exclude(pk=entry.ikm_id).delete()
        _first, *others = copies(Ikm, entry.ikm, size)
        for ikm in others[-30:]:
            copies(Product, factories.make_product(ikm), 3)
        assert queries_of(client, f"/silsilah/{entry.sentra_id}/") == 8, size
    page = lineage_of(client, nomination)
    assert page.count('class="lineage"') == 25
    assert "Jumlah: 300 IKM" in page


def test_a_merged_sentra_leads_to_the_one_that_counts(officer_a: Any, client_of: Any) -> None:
    winner, loser = factories.make_sentra(), factories.make_sentra()
    merge_records(
        kind=RecordKind.SENTRA,
        winner_id=winner.pk,
        loser_id=loser.pk,
        versions={winner.pk: 1, loser.pk: 1},
        taken=set(),
        actor=officer_a,
    )
    assert client_of(officer_a).get(f"/silsilah/{loser.pk}/").headers["Location"] == f"/sentra/{winner.pk}/"
