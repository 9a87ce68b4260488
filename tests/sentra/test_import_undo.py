"""The last import of a region is taken back as a whole, or not at all and with every reason."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from core.errors import NotPermitted, RuleBroken
from core.models import AuditEntry
from sentra.models import Ikm, Product, RegisterImport, Sentra
from sentra.selectors.duplicates import open_pairs
from sentra.selectors.imports import undo_obstacles
from sentra.services.duplicates import find_duplicates
from sentra.services.ikm import IKM_FIELDS, update_ikm
from sentra.services.import_undo import undo_import
from tests import factories
from tests.sentra.sheets import ikm_row, product_row, saved, sentra_row
from tests.sentra.test_merging import merge
from tests.transactions import together


@pytest.fixture
def sentra(request: Any) -> Sentra:
    request.getfixturevalue("cloned_db" if "cloned_db" in request.fixturenames else "db")
    return factories.make_sentra(name="Sentra Kauman")


def undo(job: RegisterImport, actor: Any = None) -> RegisterImport:
    return undo_import(import_id=job.pk, actor=actor or job.created_by)


def facts(row: Any) -> dict[str, Any]:
    return {
        f.attname: getattr(row, f.attname)
        for f in row._meta.concrete_fields
        if f.attname not in ("version", "updated_at")
    }


@pytest.mark.django_db
def test_what_was_created_goes_and_what_was_changed_comes_back(sentra: Sentra) -> None:
    kept = factories.make_ikm(sentra, nib="9120009999999", npwp="0013000666091000")
    before = facts(Ikm.objects.get())
    job = saved("ikm", [ikm_row(), ikm_row(nib=kept.nib, kbli="14131 (KBLI 2025)", workers=3)])
    assert Ikm.objects.count() == 2
    undo(job)
    after = Ikm.objects.get()
    assert (facts(after), after.version) == (before, 3)
    job.refresh_from_db()
    assert job.state == "undone"
    entry = AuditEntry.objects.get(action="import.undone")
    assert (entry.data["removed"], entry.data["restored"]) == (1, 1)
    with pytest.raises(NotPermitted):
        undo(job)


@pytest.mark.django_db
def test_dates_and_places_come_back_too(sentra: Sentra) -> None:
    before = facts(Sentra.objects.get())
    row = sentra_row(name=sentra.name, sk_date="21 Mei 2023", village=None, village_unlisted="Kampung", unit_count=3)
    undo(saved("sentra", [row, sentra_row()]))
    assert facts(Sentra.objects.get()) == before


@pytest.mark.django_db
def test_every_reason_against_it_is_listed(sentra: Sentra, client_of: Any, post: Any) -> None:
    numbers = {
        name: f"912000000000{n}" for n, name in enumerate(("Diubah", "Berproduk", "Dihapus", "Diusulkan", "Bebas"))
    }
    job = saved("ikm", [ikm_row(nib=nib, name=name) for name, nib in numbers.items()])
    ikm = {row.name: row for row in Ikm.objects.all()}
    values = {name: getattr(ikm["Diubah"], name) for name in IKM_FIELDS} | {"owner_name": "Orang Lain"}
    update_ikm(ikm_id=ikm["Diubah"].pk, version=1, values=values, actor=job.created_by)
    factories.make_product(ikm["Berproduk"])
    ikm["Dihapus"].delete()
    factories.make_ovop_nomination(product=factories.make_product(ikm["Diusulkan"]))
    why = sorted((str(o.record), o.why) for o in undo_obstacles(job))
    assert why == [
        ("Berproduk", "sentra.product"),
        ("Diubah", "changed"),
        ("Diusulkan", "nominations.productentry"),
        ("Diusulkan", "sentra.product"),
        ("None", "gone"),
    ]
    client, url = client_of(job.created_by), reverse("import_undo", args=[job.pk])
    page = client.get(url).content.decode()
    for text in (
        "Diubah sudah diubah",
        "Berproduk sudah dipakai: produk",
        "Diusulkan sudah dipakai: usulan",
        "dihapus",
    ):
        assert text in page
    assert "Bebas" not in page
    assert post(client, url).status_code == 422
    with pytest.raises(RuleBroken):
        undo(job)
    assert Ikm.objects.count() == 4


@pytest.mark.django_db
def test_a_nominated_product_cannot_be_taken_away(sentra: Sentra) -> None:
    factories.make_ikm(sentra, nib="9120001234567")
    job = saved("product", [product_row()])
    factories.make_ovop_nomination(product=Product.objects.get())
    assert [obstacle.why for obstacle in undo_obstacles(job)] == ["nominations.productentry"]


@pytest.mark.django_db
def test_what_was_merged_or_got_permits_stays(sentra: Sentra) -> None:
    job = saved("ikm", [ikm_row(nib=f"912000000000{n}", name=f"Usaha {n}") for n in range(3)])
    kept, gone, licensed = Ikm.objects.order_by("pk")
    merge(kept, gone, job.created_by)
    factories.make_permit(licensed)
    why = {(str(o.record), o.why) for o in undo_obstacles(job)}
    assert why >= {("Usaha 0", "changed"), ("None", "gone"), ("Usaha 2", "sentra.permit")}
    with pytest.raises(RuleBroken):
        undo(job)


@pytest.mark.django_db
def test_a_pair_goes_with_a_record_that_is_taken_back(sentra: Sentra, officer_a: Any) -> None:
    factories.make_ikm(sentra, name="Batik Sekar Jagad", phone="+6285421234")
    job = saved("ikm", [ikm_row(name="Batik Sekar Jagat")])
    find_duplicates(settled=timedelta())
    assert open_pairs(officer_a).count() == 1
    undo(job)
    assert not open_pairs(officer_a).exists()


@pytest.mark.django_db
def test_only_the_last_one_and_then_the_one_before(sentra: Sentra, client_of: Any, officer_b: Any) -> None:
    first = saved("ikm", [ikm_row()])
    second = saved("ikm", [ikm_row(nib="9120002222222", name="Lain")])
    for job, actor in ((first, first.created_by), (second, officer_b)):
        with pytest.raises(NotPermitted):
            undo(job, actor)
    assert client_of(first.created_by).get(reverse("import_undo", args=[first.pk])).status_code == 403
    undo(second)
    undo(first)
    assert not Ikm.objects.exists()


@pytest.mark.django_db
def test_an_import_that_changed_what_the_one_before_created(sentra: Sentra) -> None:
    first = saved("ikm", [ikm_row()])
    second = saved("ikm", [ikm_row(workers=80)])
    undo(second)
    assert Ikm.objects.get().workers == 8
    assert undo_obstacles(first) == []
    Ikm.objects.update(version=9)
    assert [obstacle.why for obstacle in undo_obstacles(first)] == ["changed"]
    Ikm.objects.update(version=3)
    undo(first)
    assert not Ikm.objects.exists()


def test_two_presses_take_it_back_once(cloned_db: str, sentra: Sentra) -> None:
    job = saved("ikm", [ikm_row()])
    answers = together([lambda: undo(job)] * 3)
    assert sorted(type(answer).__name__ for answer in answers) == ["NotPermitted", "NotPermitted", "RegisterImport"]
    assert AuditEntry.objects.filter(action="import.undone").count() == 1
