"""What an admin enters for a region that cannot reach the portal says so, in every table of the register."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import NotPermitted
from core.models import AuditEntry
from reference.models import Region
from sentra.enums import PermitKind
from sentra.services.import_undo import undo_import
from sentra.services.imports import apply_import, cancel_import, confirm_import, read_import, start_import
from sentra.services.permits import record_permit, remove_permit, update_permit
from sentra.services.photos import add_photo, describe_photo, move_photo, remove_photo
from sentra.services.years import record_year, update_year
from tests import factories
from tests.files import jpeg_bytes
from tests.nominations.test_proxy import fresh, open_for
from tests.sentra import sheets
from tests.sentra.test_merging import merge
from tests.transactions import undone

pytestmark = pytest.mark.django_db
YEAR = {
    "year": 2024, "units": 30, "workers": 60, "production_amount": None, "production_unit": "", "turnover": None,
    "export_value": None,
}  # fmt: skip
PERMIT = {
    "product": None, "subject": "Izin lingkungan", "number": "503/9/2025", "in_process": False, "issuer": "DPMPTSP",
    "issued_on": date(2025, 3, 1), "expires_on": None,
}  # fmt: skip


def enter_years(actor: Any) -> None:
    figures = record_year(sentra_id=factories.make_sentra().pk, values=YEAR, actor=actor)
    update_year(year_id=figures.pk, version=1, values=YEAR | {"units": 31}, actor=actor)


def enter_permits(actor: Any) -> None:
    ikm = factories.make_ikm()
    permit = record_permit(ikm_id=ikm.pk, kind=PermitKind.OTHER, values=PERMIT, file_upload=None, actor=actor)
    values = PERMIT | {"issuer": "Dinas"}
    update_permit(permit_id=permit.pk, version=1, values=values, file_upload=None, actor=actor)
    remove_permit(permit_id=permit.pk, actor=actor)


def enter_photos(actor: Any) -> None:
    product = factories.make_product()
    photos = [
        add_photo(
            product_id=product.pk,
            upload=SimpleUploadedFile("foto.jpg", jpeg_bytes(), "image/jpeg"),
            caption="Kain",
            actor=actor,
        )
        for _number in range(2)
    ]
    describe_photo(photo=photos[0], caption="Kain dari dekat", version=1, actor=actor)
    move_photo(photo=photos[0], step=1, actor=actor)
    remove_photo(photo=photos[0], actor=actor)


def enter_tables(actor: Any) -> None:
    region = Region.objects.get(pk=factories.HOME)
    factories.make_sentra(name="Sentra Kauman")
    data = sheets.workbook("ikm", [sheets.ikm_row()])
    saved = start_import(region=region, kind="ikm", upload=sheets.upload(data), actor=actor)
    assert read_import(saved.pk)
    confirm_import(import_id=saved.pk, warnings_checked=True, actor=actor)
    assert apply_import(saved.pk)
    given_up = start_import(region=region, kind="ikm", upload=sheets.upload(data), actor=actor)
    cancel_import(import_id=given_up.pk, actor=actor)
    undo_import(import_id=saved.pk, actor=actor)


ENTERED = {
    enter_years: ["sentrayear.created", "sentrayear.updated"],
    enter_permits: ["permit.created", "permit.updated", "permit.removed"],
    enter_photos: ["product.photo_added"] * 2
    + ["product.photo_described", "product.photo_moved", "product.photo_removed"],
    enter_tables: ["import.started", "import.applied", "import.started", "import.cancelled", "import.undone"],
}


@pytest.mark.parametrize("enter", ENTERED)
def test_what_is_entered_by_proxy_says_so(enter: Any, admin_a: Any) -> None:
    with undone(), pytest.raises(NotPermitted):
        enter(admin_a)
    entry = open_for(admin_a)
    enter(fresh(admin_a))
    written = AuditEntry.objects.filter(actor_id=admin_a.pk, action__in=ENTERED[enter]).order_by("pk")
    assert list(written.values_list("action", flat=True)) == ENTERED[enter]
    assert {row.data.get("proxy") for row in written} == {entry.pk}


def test_merging_is_a_right_of_its_own(admin_a: Any) -> None:
    """An admin of the ministry merges without an entry, and not in the region's name."""
    sentra = factories.make_sentra()
    open_for(admin_a)
    merge(factories.make_ikm(sentra), factories.make_ikm(sentra), fresh(admin_a))
    assert "proxy" not in AuditEntry.objects.get(action="ikm.merged").data
