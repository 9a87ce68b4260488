"""An import from the dry run to what stands in the register, by the rules of the forms."""

from datetime import date
from typing import Any

import pytest

from core.models import AuditEntry
from sentra.models import Ikm, Product, RegisterImport, Sentra
from tests import factories
from tests.sentra import sheets
from tests.sentra.sheets import checked, found, ikm_row, product_row, saved, sentra_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def sentra(officer_a: Any) -> Sentra:
    return factories.make_sentra(name="Sentra Kauman")


def test_a_dry_run_writes_nothing_and_counts(sentra: Sentra) -> None:
    kept = factories.make_ikm(sentra, nib="9120009999999")
    job = checked("ikm", [ikm_row(), ikm_row(nib=kept.nib, name="Nama Baru")])
    assert (job.state, job.added, job.changed, job.same, job.errors) == ("ready", 1, 1, 0, 0)
    assert Ikm.objects.count() == 1
    kept.refresh_from_db()
    assert kept.name != "Nama Baru"


def test_the_three_tables_are_saved_one_after_the_other(officer_a: Any) -> None:
    saved("sentra", [sentra_row(), sentra_row(name="Sentra Baru", village=None, village_unlisted="Kampung Laut")])
    saved("ikm", [ikm_row(sentra=f"sentra batik  KAUMAN ({Sentra.objects.first().commodity.name})")])
    job = saved("product", [product_row()])
    first, second = Sentra.objects.order_by("pk")
    assert (first.region_id, first.sk_file, first.sk_date, first.created_by) == ("33.75", None, date(2024, 3, 1), officer_a)
    assert (first.village, first.contact_phone) == (sheets.village(), "+6281234567890")
    assert (second.village, second.village_unlisted) == (None, "Kampung Laut")
    ikm = Ikm.objects.get()
    assert (ikm.sentra, ikm.nib, ikm.npwp, ikm.investment) == (first, "9120001234567", "0013000666091000", 250_000_000)
    assert (ikm.kbli.code, ikm.kbli.edition, ikm.phone) == ("13134", 2020, "+62285421234")
    assert Product.objects.get().ikm == ikm
    assert (job.state, job.applied_by, job.added) == ("applied", officer_a, 1)
    entry = AuditEntry.objects.get(action="import.applied", object_id=str(job.pk))
    assert entry.data["added"] == 1
    assert list(job.effects.values_list("record_id", "version", "before")) == [(Product.objects.get().pk, 1, None)]
