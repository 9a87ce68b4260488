"""Merging records with yearly figures, permits, compared numbers and photos below them, and undoing it."""

from typing import Any

import pytest
from django.db import connection

from core.errors import RuleBroken
from sentra.enums import CheckedNumber, CheckHow, PermitKind, RecordKind
from sentra.errors import MergedAway
from sentra.models import Permit, Product, ProductPhoto, SentraYear, SentraYearRevision
from sentra.rules import MAX_PHOTOS
from sentra.selectors.living import checks_of, permits_of, visible_permits, visible_years, years_of
from sentra.selectors.merging import merge_plan
from sentra.services.checks import check_number
from sentra.services.merging import undo_merge
from sentra.services.permits import record_permit, remove_permit
from sentra.services.photos import remove_photo
from sentra.services.years import record_year, update_year
from tests import factories
from tests.sentra.test_merging import everything, merge

pytestmark = pytest.mark.django_db


def photos(product: Product, number: int, caption: str) -> list[ProductPhoto]:
    """Rows with one pair of files among them: only their places matter here."""
    first = factories.make_photo(product, caption=f"{caption} 1")
    rest = []
    for place in range(2, number + 1):
        rest.append(ProductPhoto.objects.get(pk=first.pk))
        rest[-1].pk, rest[-1].order, rest[-1].caption = None, place, f"{caption} {place}"
        rest[-1].save()
    return [first, *rest]


def places(product: Product) -> list[tuple[int, str]]:
    return list(product.photos.order_by("order").values_list("order", "caption"))


def check_deferred() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_figures_of_a_year_that_both_have_stay_with_the_old_record(officer_a: Any) -> None:
    winner, loser = factories.make_sentra(), factories.make_sentra()
    kept = factories.make_year(winner, 2024, turnover=100)
    stays = factories.make_year(loser, 2024, turnover=999)
    moves = factories.make_year(loser, 2023, turnover=50)
    before, history = everything(), list(SentraYearRevision.objects.order_by("pk").values())
    plan = merge_plan(RecordKind.SENTRA, winner, loser)
    assert [(move.rows, move.staying) for move in plan.moves] == [([moves], [stays])]
    done = merge(winner, loser, officer_a)
    assert years_of(winner) == [kept, moves]
    assert not visible_years(officer_a).filter(pk=stays.pk).exists()
    with pytest.raises(MergedAway):
        update_year(year_id=stays.pk, version=1, values={"year": 2024}, actor=officer_a)
    with pytest.raises(MergedAway):
        record_year(sentra_id=loser.pk, values={}, actor=officer_a)
    undo_merge(merge_id=done.pk, actor=officer_a)
    assert everything() == before
    assert list(SentraYearRevision.objects.order_by("pk").values()) == history


def test_a_year_that_was_changed_since_keeps_the_merge(officer_a: Any) -> None:
    winner, loser = factories.make_sentra(), factories.make_sentra()
    year = factories.make_year(loser, 2023)
    done = merge(winner, loser, officer_a)
    SentraYear.objects.filter(pk=year.pk).update(version=2)
    with pytest.raises(RuleBroken, match="angka tahunan 2023 sudah diubah"):
        undo_merge(merge_id=done.pk, actor=officer_a)


def test_a_permit_that_both_have_stays_with_the_old_record(officer_a: Any, client_of: Any) -> None:
    sentra = factories.make_sentra()
    winner, loser = factories.make_ikm(sentra), factories.make_ikm(sentra)
    product = factories.make_product(loser)
    kept = factories.make_permit(winner, number="503/7/2025")
    stays = factories.make_permit(loser, number="503/7/2025", product=product)
    moves = factories.make_permit(loser, number="503/8/2025", product=product)
    before = everything()
    page = client_of(officer_a).get(f"/sentra/gabung/ikm/{winner.pk}/{loser.pk}/").content.decode()
    assert "karena data yang dipakai sudah punya: 503/7/2025" in page
    done = merge(winner, loser, officer_a)
    assert set(permits_of(winner)) == {kept, moves}
    assert set(visible_permits(officer_a)) == {kept, moves}
    with pytest.raises(MergedAway):
        remove_permit(permit_id=stays.pk, actor=officer_a)
    with pytest.raises(MergedAway):
        record_permit(ikm_id=loser.pk, kind=PermitKind.OTHER, values={}, file_upload=None, actor=officer_a)
    undo_merge(merge_id=done.pk, actor=officer_a)
    assert everything() == before


def test_a_permit_of_a_product_follows_its_product(officer_a: Any) -> None:
    ikm = factories.make_ikm()
    winner, loser = factories.make_product(ikm), factories.make_product(ikm)
    permit = factories.make_permit(ikm, PermitKind.PIRT, subject="", number="2063375010001-30", product=loser)
    before = everything()
    done = merge(winner, loser, officer_a)
    assert Permit.objects.get(pk=permit.pk).product_id == winner.pk
    undo_merge(merge_id=done.pk, actor=officer_a)
    assert everything() == before


def test_a_comparison_counts_below_the_other_record_only_for_the_same_number(officer_a: Any) -> None:
    sentra = factories.make_sentra()
    winner = factories.make_ikm(sentra, npwp="0013000666091000")
    loser = factories.make_ikm(sentra, npwp="0013000666092000")
    for number in CheckedNumber:
        check_number(ikm_id=loser.pk, number=number, version=1, how=CheckHow.DOCUMENT, note="", actor=officer_a)
    before = everything()
    done = merge(winner, loser, officer_a, {"npwp"})
    winner.refresh_from_db()
    assert set(checks_of(winner, [])) == {CheckedNumber.NPWP}
    with pytest.raises(MergedAway):
        check_number(
            ikm_id=loser.pk, number=CheckedNumber.NIB, version=2, how=CheckHow.DOCUMENT, note="", actor=officer_a
        )
    undo_merge(merge_id=done.pk, actor=officer_a)
    assert everything() == before


def test_photos_take_the_places_that_are_left(officer_a: Any, client_of: Any) -> None:
    ikm = factories.make_ikm()
    winner, loser = factories.make_product(ikm), factories.make_product(ikm)
    photos(winner, MAX_PHOTOS - 2, "lama")
    photos(loser, 3, "baru")
    before = everything()
    page = client_of(officer_a).get(f"/sentra/gabung/product/{winner.pk}/{loser.pk}/").content.decode()
    assert "karena tempat pada data yang dipakai sudah penuh: baru 3" in page
    done = merge(winner, loser, officer_a)
    check_deferred()
    assert places(winner)[-2:] == [(7, "baru 1"), (8, "baru 2")]
    assert places(loser) == [(3, "baru 3")]
    with pytest.raises(MergedAway):
        remove_photo(photo=loser.photos.get(), actor=officer_a)
    undo_merge(merge_id=done.pk, actor=officer_a)
    check_deferred()
    assert everything() == before


def test_a_photo_after_an_undone_merge_has_its_place(officer_a: Any) -> None:
    ikm = factories.make_ikm()
    winner, loser = factories.make_product(ikm), factories.make_product(ikm)
    photos(winner, 1, "lama")
    photos(loser, 1, "baru")
    done = merge(winner, loser, officer_a)
    factories.make_photo(winner, caption="sesudahnya")
    undo_merge(merge_id=done.pk, actor=officer_a)
    factories.make_photo(winner, caption="terakhir")
    factories.make_photo(winner, caption="paling akhir")
    check_deferred()
    assert places(winner) == [(1, "lama 1"), (2, "sesudahnya"), (3, "terakhir"), (4, "paling akhir")]
    assert places(loser) == [(1, "baru 1")]


def test_point_price_and_mail_are_taken_as_a_whole(officer_a: Any) -> None:
    winner = factories.make_sentra()
    loser = factories.make_sentra(latitude="-6.888000", longitude="109.675000", contact_email="a@example.org")
    before = everything()
    done = merge(winner, loser, officer_a, {"point", "contact"})
    winner.refresh_from_db()
    loser.refresh_from_db()
    assert (winner.map_point, winner.contact_email) == (loser.map_point, "a@example.org")
    undo_merge(merge_id=done.pk, actor=officer_a)
    assert everything() == before
