"""Two records become one, nothing is lost, and it can be undone."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.models import AuditEntry
from nominations.enums import Status
from nominations.models import Beneficiary, Nomination, Period, ProductEntry
from nominations.services import drafting
from reference.models import Region
from sentra.enums import RecordKind
from sentra.errors import MergedAway
from sentra.models import Ikm, Merge, Mergeable, NumberCheck, Permit, Product, ProductPhoto, Sentra, SentraYear
from sentra.selectors.merging import child_links, merge_plan, unique_rules
from sentra.services.ikm import IKM_FIELDS, register_ikm, update_ikm
from sentra.services.merging import merge_records, undo_merge
from sentra.services.product import register_product
from tests import factories

pytestmark = pytest.mark.django_db
KINDS = {RecordKind.SENTRA: Sentra, RecordKind.IKM: Ikm, RecordKind.PRODUCT: Product}


def merge(winner: Any, loser: Any, actor: Any, taken: Any = (), versions: dict[int, int] | None = None) -> Merge:
    for row in (winner, loser):
        row.refresh_from_db()
    kind = next(kind for kind, model in KINDS.items() if isinstance(winner, model))
    versions = versions or {winner.pk: winner.version, loser.pk: loser.version}
    return merge_records(
        kind=kind, winner_id=winner.pk, loser_id=loser.pk, versions=versions, taken=set(taken), actor=actor
    )


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows that a merge may touch, without what counts upwards."""
    models = [
        Sentra,
        Ikm,
        Product,
        SentraYear,
        Permit,
        NumberCheck,
        ProductPhoto,
        ProductEntry,
        Nomination,
        Beneficiary,
    ]
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in ("version", "updated_at")}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in models
    }


def test_a_sentra_takes_over_what_belongs_to_the_other(officer_a: Any) -> None:
    winner, loser = factories.make_sentra(name="Batik Kauman"), factories.make_sentra(name="Batik Kaumann")
    nomination = factories.make_ovop_nomination(Status.DRAFT, product=factories.make_product(factories.make_ikm(loser)))
    gone = factories.make_ikm(loser)
    merge(nomination.product_entry.ikm, gone, officer_a)

    before = everything()
    done = merge(winner, loser, officer_a)
    assert set(Ikm.everything.values_list("sentra", flat=True)) == {winner.pk}
    assert ProductEntry.objects.get().sentra_id == winner.pk
    assert list(Sentra.objects.all()) == [winner]
    assert Sentra.everything.get(pk=loser.pk).merged_into_id == winner.pk
    entry = AuditEntry.objects.get(action="sentra.merged")
    assert (entry.object_id, entry.data["merged"]) == (str(winner.pk), loser.pk)
    assert entry.data["moved"] == {"sentra.ikm": 2, "nominations.productentry": 1}

    undo_merge(merge_id=done.pk, actor=officer_a)
    assert everything() == before
    assert AuditEntry.objects.filter(action="sentra.unmerged").exists()


def test_values_are_taken_field_by_field_and_come_back(officer_a: Any) -> None:
    sentra = factories.make_sentra()
    winner = factories.make_ikm(sentra, name="Sekar Jagad", phone="+628111", workers=5)
    loser = factories.make_ikm(sentra, name="Sekar Jagat", phone="+628222", workers=9)
    before = everything()
    nibs = winner.nib, loser.nib
    done = merge(winner, loser, officer_a, {"name", "workers"})
    winner.refresh_from_db()
    loser.refresh_from_db()
    assert (winner.name, winner.workers, winner.phone) == ("Sekar Jagat", 9, "+628111")
    assert (loser.name, loser.workers, loser.phone) == ("Sekar Jagat", 9, "+628222")
    assert (winner.nib, loser.nib) == nibs
    assert (winner.version, loser.version) == (2, 2)
    undo_merge(merge_id=done.pk, actor=officer_a)
    assert everything() == before


def test_the_place_of_a_sentra_is_taken_as_a_whole(officer_a: Any) -> None:
    winner = factories.make_sentra(village=None, village_unlisted="Kampung Baru")
    loser = factories.make_sentra(address="Jalan Lama 9")
    before = everything()
    done = merge(winner, loser, officer_a, {"place", "sk"})
    winner.refresh_from_db()
    assert (winner.village_id, winner.village_unlisted, winner.address) == (loser.village_id, "", "Jalan Lama 9")
    assert winner.sk_file_id == loser.sk_file_id
    undo_merge(merge_id=done.pk, actor=officer_a)
    assert everything() == before


def test_a_name_may_be_taken_over_although_it_is_unique(officer_a: Any) -> None:
    winner, loser = factories.make_sentra(name="Batik Kaumann"), factories.make_sentra(name="Batik Kauman")
    before = everything()
    done = merge(winner, loser, officer_a, {"name"})
    winner.refresh_from_db()
    assert winner.name == "Batik Kauman"
    undo_merge(merge_id=done.pk, actor=officer_a)
    assert everything() == before


def test_a_tombstone_is_nowhere(officer_a: Any, client_of: Any, post: Any) -> None:
    client = client_of(officer_a)
    sentra = factories.make_sentra()
    winner, loser = factories.make_ikm(sentra, name="Sekar Jagad"), factories.make_ikm(sentra, name="Sekar Jagat")
    factories.make_product(winner)
    merge(winner, loser, officer_a)
    assert list(sentra.ikm.all()) == [winner]
    assert "Sekar Jagat" not in client.get(f"/sentra/{sentra.pk}/").content.decode()
    assert client.get("/sentra/").context["page"].items[0].ikm_count == 1
    home = client.get("/beranda/").context["sections"]
    assert {figure["label"]: figure["value"] for figure in home[-1].figures}["IKM"] == 1
    answer = client.get(f"/sentra/ikm/{loser.pk}/", follow=True)
    assert answer.redirect_chain == [(f"/sentra/ikm/{winner.pk}/", 302)]
    assert "sudah digabung" in answer.content.decode()
    assert client.get(f"/sentra/ikm/{loser.pk}/ubah/").status_code == 409


def test_a_stranger_meets_no_tombstone(officer_a: Any, officer_b: Any, client_of: Any) -> None:
    winner, loser = factories.make_ikm(factories.make_sentra()), factories.make_ikm(factories.make_sentra())
    merge(winner, loser, officer_a)
    assert client_of(officer_b).get(f"/sentra/ikm/{loser.pk}/").status_code == 404


def test_the_nib_of_a_tombstone_stays_taken_and_leads_to_the_record_that_counts(officer_a: Any) -> None:
    sentra = factories.make_sentra()
    winner, loser = factories.make_ikm(sentra, name="Sekar"), factories.make_ikm(sentra, name="Sekarr")
    merge(winner, loser, officer_a)
    values = {name: getattr(loser, name) for name in IKM_FIELDS}
    with pytest.raises(RuleBroken) as refusal:
        register_ikm(sentra_id=sentra.pk, values=values, actor=officer_a)
    assert refusal.value.record == winner  # type: ignore[attr-defined]


def test_nobody_can_write_to_a_tombstone(officer_a: Any) -> None:
    sentra = factories.make_sentra()
    winner, loser = factories.make_ikm(sentra), factories.make_ikm(sentra)
    merge(winner, loser, officer_a)
    values = {name: getattr(loser, name) for name in IKM_FIELDS}
    with pytest.raises(MergedAway):
        update_ikm(ikm_id=loser.pk, version=2, values=values, actor=officer_a)
    with pytest.raises(MergedAway):
        register_product(ikm_id=loser.pk, values={}, actor=officer_a)
    with pytest.raises(IntegrityError, match="points to a merged record"), transaction.atomic():
        Product.objects.create(
            ikm_id=loser.pk, name="x", description="x", monthly_capacity="x", markets="x", created_by=officer_a
        )
    with pytest.raises(MergedAway):
        merge(winner, loser, officer_a)


@pytest.mark.parametrize("case", ["region", "commodity", "same name", "stale", "stranger", "province"])
def test_what_cannot_be_merged_stays_as_it_is(officer_a: Any, officer_b: Any, province: Any, case: str) -> None:
    sentra = factories.make_sentra()
    winner = factories.make_ikm(sentra)
    other = {"region": factories.make_sentra("33.26"), "commodity": factories.make_sentra(commodity="tenun")}
    factories.add_membership(officer_a, "district_officer", region="33.26")
    loser = factories.make_ikm(other.get(case, sentra))
    if case == "same name":
        factories.make_product(winner, name="Kain Jlamprang")
        factories.make_product(loser, name="KAIN jlamprang")
    actor = {"stranger": officer_b, "province": province}.get(case, officer_a)
    before = everything()
    versions = {winner.pk: 1, loser.pk: 7 if case == "stale" else 1}
    error = {"stale": StaleVersion, "stranger": NotPermitted, "province": NotPermitted}.get(case, RuleBroken)
    with pytest.raises(error) as refusal, transaction.atomic():
        merge(winner, loser, actor, versions=versions)
    if case == "same name":
        assert "KAIN jlamprang" in refusal.value.message
    assert everything() == before


@pytest.mark.parametrize(
    ("status", "refused"),
    [
        (Status.DRAFT, True),
        (Status.SUBMITTED, True),
        (Status.IN_ASSESSMENT, True),
        (Status.ELIMINATED, True),
        (Status.RECOMMENDED, True),
        (Status.WITHDRAWN, False),
        (Status.INELIGIBLE, False),
        (Status.DECIDED, False),
    ],
)
def test_what_is_going_on_stays_and_history_follows(officer_a: Any, status: Status, refused: bool) -> None:
    nomination = factories.make_ovop_nomination(status)
    loser = nomination.product_entry.product
    winner = factories.make_product(loser.ikm)
    if refused:
        with pytest.raises(RuleBroken, match="masih berjalan"), transaction.atomic():
            merge(winner, loser, officer_a)
        with pytest.raises(RuleBroken, match="masih berjalan"), transaction.atomic():
            merge(factories.make_ikm(loser.ikm.sentra), loser.ikm, officer_a)
        return
    before, frozen = everything(), list(nomination.snapshots.values())
    done = merge(winner, loser, officer_a)
    nomination.refresh_from_db()
    assert nomination.subject_key == f"product:{winner.pk}"
    assert ProductEntry.objects.get().product_id == winner.pk
    assert list(nomination.snapshots.values()) == frozen
    undo_merge(merge_id=done.pk, actor=officer_a)
    assert everything() == before


def test_a_result_that_is_released_is_over(officer_a: Any) -> None:
    nomination = factories.make_ovop_nomination(Status.ELIMINATED)
    Period.objects.update(results_released_at=timezone.now())
    loser = nomination.product_entry.product
    merge(factories.make_product(loser.ikm), loser, officer_a)
    assert Nomination.objects.get().subject_key != f"product:{loser.pk}"


def test_two_nominations_of_one_period_are_not_merged(officer_a: Any) -> None:
    nomination = factories.make_ovop_nomination(Status.INELIGIBLE)
    loser = nomination.product_entry.product
    winner = factories.make_product(loser.ikm)
    drafting.create_product_nomination(period=nomination.period, product=winner, actor=officer_a)
    with pytest.raises(RuleBroken, match="Kedua produk diusulkan"), transaction.atomic():
        merge(winner, loser, officer_a)


def test_after_a_merge_the_product_is_live_once(officer_a: Any) -> None:
    nomination = factories.make_ovop_nomination(Status.INELIGIBLE)
    loser = nomination.product_entry.product
    winner = factories.make_product(loser.ikm)
    merge(winner, loser, officer_a)
    with pytest.raises(RuleBroken, match="sudah diusulkan"), transaction.atomic():
        drafting.create_product_nomination(period=nomination.period, product=winner, actor=officer_a)


def test_hidden_relations_move_too(officer_a: Any) -> None:
    nomination = factories.make_upakarti_nomination()
    sentra = factories.make_sentra()
    winner, loser = factories.make_ikm(sentra), factories.make_ikm(sentra)
    row = nomination.candidate_entry.beneficiaries.first()
    Beneficiary.objects.filter(pk=row.pk).update(ikm=loser)
    done = merge(winner, loser, officer_a)
    row.refresh_from_db()
    assert row.ikm_id == winner.pk
    undo_merge(merge_id=done.pk, actor=officer_a)
    row.refresh_from_db()
    assert row.ikm_id == loser.pk


@pytest.mark.parametrize("change", ["moved", "taken", "name gone", "merged again", "undone"])
def test_undoing_is_refused_once_something_has_changed(officer_a: Any, change: str) -> None:
    sentra = factories.make_sentra(name="Batik Satu", unit_count=10)
    loser = factories.make_sentra(name="Batik Dua", unit_count=20)
    ikm = factories.make_ikm(loser)
    done = merge(sentra, loser, officer_a, {"unit_count"})
    if change == "moved":
        Ikm.objects.filter(pk=ikm.pk).update(name="Nama Baru", version=2)
    elif change == "taken":
        Sentra.objects.filter(pk=sentra.pk).update(unit_count=11)
    elif change == "name gone":
        factories.make_sentra(name="batik dua")
    elif change == "merged again":
        merge(factories.make_sentra(), sentra, officer_a)
    else:
        undo_merge(merge_id=done.pk, actor=officer_a)
    before = everything()
    with pytest.raises(RuleBroken), transaction.atomic():
        undo_merge(merge_id=done.pk, actor=officer_a)
    assert everything() == before


def test_merges_are_undone_from_the_last_to_the_first(officer_a: Any) -> None:
    first, second, third = (factories.make_sentra() for _ in range(3))
    factories.make_ikm(first)
    before = everything()
    one = merge(second, first, officer_a)
    two = merge(third, second, officer_a)
    with pytest.raises(RuleBroken, match="lebih baru"), transaction.atomic():
        undo_merge(merge_id=one.pk, actor=officer_a)
    undo_merge(merge_id=two.pk, actor=officer_a)
    undo_merge(merge_id=one.pk, actor=officer_a)
    assert everything() == before


def test_an_admin_may_merge_and_an_officer_elsewhere_may_not_undo(admin_a: Any, officer_b: Any) -> None:
    done = merge(factories.make_ikm(sentra := factories.make_sentra()), factories.make_ikm(sentra), admin_a)
    with pytest.raises(NotPermitted):
        undo_merge(merge_id=done.pk, actor=officer_b)


def test_every_unique_rule_below_a_record_is_met_on_purpose() -> None:
    """A new table below sentra, IKM or product moves by itself; what its unique rules mean is written on its model."""
    open_rules = {
        f"{link.model._meta.label}: {rule}"
        for model in KINDS.values()
        for link in child_links(model)
        for rule in unique_rules(link)
        if getattr(link.model, "merge_rules", {}).get(rule) not in ("refuse", "stay", "place")
    }
    assert open_rules == set(), "say in merge_rules whether such a row refuses the merge or stays with the tombstone"


def test_every_table_below_a_record_is_found_and_guarded() -> None:
    links = {(link.model._meta.db_table, link.column) for model in KINDS.values() for link in child_links(model)}
    assert {
        ("sentra_ikm", "sentra_id"),
        ("sentra_product", "ikm_id"),
        ("nominations_productentry", "product_id"),
        ("nominations_beneficiary", "ikm_id"),
    } <= links
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger")
        triggers = {name for (name,) in cursor.fetchall()}
    assert {f"{table}_{column}_{when}" for table, column in links for when in ("live", "moved")} <= triggers
    assert {model for model in apps.get_models() if issubclass(model, Mergeable)} == set(KINDS.values())


def test_rows_that_may_stay_stay_with_the_tombstone(officer_a: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Product, "merge_rules", {"sentra_product_name_once": "stay"})
    sentra = factories.make_sentra()
    winner, loser = factories.make_ikm(sentra), factories.make_ikm(sentra)
    factories.make_product(winner, name="Kain")
    twin, other = factories.make_product(loser, name="kain"), factories.make_product(loser, name="Selendang")
    plan = merge_plan(RecordKind.IKM, winner, loser)
    assert [(move.rows, move.staying) for move in plan.moves] == [([other], [twin])]
    merge(winner, loser, officer_a)
    twin.refresh_from_db()
    other.refresh_from_db()
    assert (twin.ikm_id, other.ikm_id) == (loser.pk, winner.pk)


def test_the_preview_lists_what_moves_and_changes_nothing(officer_a: Any, client_of: Any, post: Any) -> None:
    client = client_of(officer_a)
    sentra = factories.make_sentra()
    winner = factories.make_ikm(sentra, name="Sekar Jagad", npwp="0013000666091000")
    loser = factories.make_ikm(sentra, name="Sekar Jagat", npwp="0013000666092000")
    factories.make_product(loser, name="Kain Sogan")
    before = everything()
    url = f"/sentra/gabung/ikm/{winner.pk}/{loser.pk}/"
    page = client.get(url).content.decode()
    for text in ("Kain Sogan", "1 produk", "Sekar Jagad", "Sekar Jagat", loser.nib, "Belum ada yang berubah"):
        assert text in page
    assert "0013000666092000" not in page
    assert everything() == before

    data = {"winner_version": "1", "loser_version": "1", "pakai_name": "digabung", "pakai_npwp": "dipakai"}
    form = client.get(url).context["form"]
    data |= {name: "dipakai" for name in form.fields if name.startswith("pakai_") and name not in data}
    assert post(client, url, data).status_code == 422
    assert everything() == before
    answer = post(client, url, data | {"confirmed": "on"})
    assert answer.headers["Location"] == f"/sentra/ikm/{winner.pk}/"
    winner.refresh_from_db()
    assert (winner.name, winner.npwp) == ("Sekar Jagat", "0013000666091000")
    page = client.get("/sentra/gabung/").content.decode()
    assert "Batalkan penggabungan" in page
    assert post(client, f"/sentra/gabung/{Merge.objects.get().pk}/batal/").status_code == 302
    assert everything() == before


def test_a_refused_preview_offers_no_button(officer_a: Any, client_of: Any) -> None:
    nomination = factories.make_ovop_nomination(Status.SUBMITTED)
    loser = nomination.product_entry.ikm
    winner = factories.make_ikm(loser.sentra)
    client = client_of(officer_a)
    page = client.get(f"/sentra/gabung/ikm/{winner.pk}/{loser.pk}/").content.decode()
    assert "masih berjalan" in page
    assert ">Gabungkan</button>" not in page
    swapped = client.get(f"/sentra/gabung/ikm/{loser.pk}/{winner.pk}/").content.decode()
    assert ">Gabungkan</button>" in swapped


@pytest.mark.parametrize("address", ["ikm/{0}/{0}", "ikm/{0}/999999", "usulan/{0}/{1}", "ikm/{1}/{2}"])
def test_addresses_without_two_records_do_not_exist(officer_a: Any, client_of: Any, address: str) -> None:
    sentra = factories.make_sentra()
    keys = [factories.make_ikm(sentra).pk, factories.make_ikm(sentra).pk]
    keys.append(factories.make_ikm(factories.make_sentra(factories.OTHER)).pk)
    assert client_of(officer_a).get(f"/sentra/gabung/{address.format(*keys)}/").status_code == 404


def test_the_region_of_a_row_is_that_of_its_sentra(officer_a: Any) -> None:
    product = factories.make_product(factories.make_ikm(factories.make_sentra()))
    product.region = Region.objects.get(pk=factories.OTHER)
    product.save()
    product.refresh_from_db()
    assert product.region_id == product.ikm.region_id == factories.HOME


def test_a_merge_costs_no_query_per_row(officer_a: Any, django_assert_max_num_queries: Any) -> None:
    winner, loser = factories.make_sentra(), factories.make_sentra()
    for _ in range(20):
        factories.make_ikm(loser)
    winner.refresh_from_db()
    with django_assert_max_num_queries(20):
        merge(winner, loser, officer_a)
    assert Merge.objects.get().merged_at > timezone.now() - timedelta(minutes=5)


def test_a_product_offers_to_be_merged_with_another_one_of_its_ikm(officer_a, province, verifier, client_of):
    ikm = factories.make_ikm()
    product, twin, other = (
        factories.make_product(ikm, name=name) for name in ("Batik Jlamprang", "Batik Jlamprng", "Kain Lurik")
    )
    factories.make_product(name="Batik Jlamprang Lain")
    url = reverse("product_detail", args=[product.pk])
    page = client_of(officer_a).get(url)
    links = [reverse("record_merge", args=["product", product.pk, one.pk]) for one in (twin, other)]
    assert [one.pk for one in page.context["siblings"]] == [twin.pk, other.pk], "those of its own IKM, closest first"
    for link in links:
        assert link in page.content.decode()
        assert client_of(officer_a).get(link).status_code == 200
    for reader in (province, verifier):
        assert "/gabung/" not in client_of(reader).get(url).content.decode()
