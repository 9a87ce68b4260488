"""Merges that meet other people's work at the same moment, in real transactions."""

from functools import partial
from typing import Any

import pytest

from core.errors import RuleBroken, StaleVersion
from nominations.models import ProductEntry
from nominations.services import drafting
from sentra.enums import RecordKind
from sentra.errors import MergedAway
from sentra.models import Ikm, Merge, Product, Sentra
from sentra.services.ikm import IKM_FIELDS, register_ikm, update_ikm
from sentra.services.merging import merge_records, undo_merge
from tests import factories
from tests.transactions import together


@pytest.fixture
def officer(cloned_db: str) -> Any:
    return factories.make_user("district_officer", region=factories.HOME)


def pair(officer: Any) -> tuple[Ikm, Ikm]:
    sentra = factories.make_sentra(created_by=officer)
    return factories.make_ikm(sentra), factories.make_ikm(sentra)


def merge(kind: RecordKind, winner: Any, loser: Any, officer: Any) -> Any:
    return merge_records(
        kind=kind,
        winner_id=winner.pk,
        loser_id=loser.pk,
        versions={winner.pk: 1, loser.pk: 1},
        taken=set(),
        actor=officer,
    )


def test_one_of_two_merges_of_a_pair_wins(officer: Any) -> None:
    for _round in range(5):
        one, other = pair(officer)
        factories.make_product(one)
        factories.make_product(other)
        results = together(
            [partial(merge, RecordKind.IKM, one, other, officer), partial(merge, RecordKind.IKM, other, one, officer)]
        )
        done = [result for result in results if isinstance(result, Merge)]
        refused = [result for result in results if not isinstance(result, Merge)]
        assert len(done) == 1
        assert isinstance(refused[0], MergedAway | StaleVersion)
        assert Ikm.objects.filter(pk__in=[one.pk, other.pk]).count() == 1
        assert set(Product.objects.filter(ikm__sentra=one.sentra).values_list("ikm", flat=True)) == {done[0].winner}


def test_an_edit_of_the_loser_is_kept_or_refused_never_lost(officer: Any) -> None:
    for _round in range(5):
        winner, loser = pair(officer)
        values = {name: getattr(loser, name) for name in IKM_FIELDS} | {"name": "Nama Baru"}
        merged, edited = together(
            [
                partial(merge, RecordKind.IKM, winner, loser, officer),
                partial(update_ikm, ikm_id=loser.pk, version=1, values=values, actor=officer),
            ]
        )
        row = Ikm.everything.get(pk=loser.pk)
        if isinstance(merged, Merge):
            assert isinstance(edited, MergedAway)
            assert (row.merged_into_id, row.name) == (winner.pk, loser.name)
        else:
            assert isinstance(merged, StaleVersion)
            assert (row.merged_into_id, row.name) == (None, "Nama Baru")


def test_an_edit_of_a_row_that_moves_is_kept(officer: Any) -> None:
    for _round in range(5):
        winner, loser = factories.make_sentra(created_by=officer), factories.make_sentra(created_by=officer)
        ikm = factories.make_ikm(loser)
        values = {name: getattr(ikm, name) for name in IKM_FIELDS} | {"name": "Nama Baru"}
        results = together(
            [
                partial(merge, RecordKind.SENTRA, winner, loser, officer),
                partial(update_ikm, ikm_id=ikm.pk, version=1, values=values, actor=officer),
            ]
        )
        assert not [result for result in results if isinstance(result, Exception)]
        ikm.refresh_from_db()
        assert (ikm.name, ikm.sentra_id) == ("Nama Baru", winner.pk)


def test_what_is_registered_meanwhile_is_never_left_below_the_tombstone(officer: Any) -> None:
    for number in range(5):
        winner, loser = factories.make_sentra(created_by=officer), factories.make_sentra(created_by=officer)
        like = factories.make_ikm(winner)
        values = {name: getattr(like, name) for name in IKM_FIELDS} | {"nib": f"777{number:010d}", "name": "Baru"}
        merged, registered = together(
            [
                partial(merge, RecordKind.SENTRA, winner, loser, officer),
                partial(register_ikm, sentra_id=loser.pk, values=values, actor=officer),
            ]
        )
        assert isinstance(merged, Merge)
        assert isinstance(registered, Ikm | MergedAway)
        assert not Ikm.everything.filter(sentra=loser).exists()


def test_a_nomination_that_begins_meanwhile_is_never_left_with_the_tombstone(officer: Any) -> None:
    period = factories.make_period()
    for _round in range(5):
        ikm = factories.make_ikm(factories.make_sentra(created_by=officer))
        winner, loser = factories.make_product(ikm), factories.make_product(ikm)
        merged, begun = together(
            [
                partial(merge, RecordKind.PRODUCT, winner, loser, officer),
                partial(drafting.create_product_nomination, period=period, product=loser, actor=officer),
            ]
        )
        row = Product.everything.get(pk=loser.pk)
        if isinstance(merged, Merge):
            assert isinstance(begun, MergedAway)
            assert not ProductEntry.objects.filter(product=loser).exists()
        else:
            assert isinstance(merged, RuleBroken)
            assert row.merged_into_id is None
            assert ProductEntry.objects.filter(product=loser).exists()


def test_of_two_who_undo_a_merge_one_does(officer: Any) -> None:
    one, other = pair(officer)
    done = merge(RecordKind.IKM, one, other, officer)
    results = together([partial(undo_merge, merge_id=done.pk, actor=officer)] * 2)
    assert sorted(isinstance(result, RuleBroken) for result in results) == [False, True]
    assert Sentra.objects.get().ikm.count() == 2
