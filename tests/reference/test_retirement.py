"""What becomes of codes that vanish, return, change or are new. One province is enough to see it."""

from datetime import date

import pytest

from core.models import AuditEntry
from reference.models import Commodity, KbliCode, Region
from reference.services import TableChange, load_reference
from reference.services.sources import COMMODITIES, CommodityRow

pytestmark = pytest.mark.django_db

NOTHING = TableChange()
LATER = date(2030, 1, 2)


@pytest.fixture
def loaded(shipped, empty_tables):
    data = shipped._replace(regions=[row for row in shipped.regions if row.code.startswith("31")])
    load_reference(data=data)
    return data


def without(data, *codes):
    return data._replace(regions=[row for row in data.regions if row.code not in codes])


def with_region(data, code, **values):
    return data._replace(regions=[row._replace(**values) if row.code == code else row for row in data.regions])


def test_vanished_code_is_closed_and_kept(loaded):
    report = load_reference(data=without(loaded, "31.71.01.1001"), on=LATER)
    assert report.regions == TableChange(closed=1)
    gone = Region.objects.get(code="31.71.01.1001")
    assert gone.valid_to == LATER
    assert gone not in Region.objects.current().children_of("31.71.01")


def test_closing_again_keeps_the_first_day(loaded):
    load_reference(data=without(loaded, "31.71.01.1001"), on=LATER)
    report = load_reference(data=without(loaded, "31.71.01.1001"), on=date(2031, 1, 1))
    assert report.regions == NOTHING
    assert Region.objects.get(code="31.71.01.1001").valid_to == LATER


def test_returning_code_is_reopened_without_its_successor(loaded):
    split = without(loaded, "31.71.01.1001")._replace(successors={"31.71.01.1001": "31.71.01.1002"})
    load_reference(data=split, on=LATER)
    assert load_reference(data=loaded).regions == TableChange(reopened=1)
    back = Region.objects.get(code="31.71.01.1001")
    assert (back.valid_to, back.successor) == (None, None)


def test_successor_is_named_once(loaded):
    split = without(loaded, "31.71.01.1001")._replace(successors={"31.71.01.1001": "31.71.01.1002"})
    assert load_reference(data=split, on=LATER).regions == TableChange(closed=1, updated=1)
    assert Region.objects.get(code="31.71.01.1001").successor_id == "31.71.01.1002"
    assert load_reference(data=split, on=LATER).regions == NOTHING


def test_region_in_force_gets_no_successor(loaded):
    report = load_reference(data=loaded._replace(successors={"31.01": "31.71"}))
    assert report.regions == NOTHING


def test_renamed_region_is_corrected_and_nothing_else(loaded):
    report = load_reference(data=with_region(loaded, "31.01", name="Kabupaten Administrasi Seribu Pulau"), on=LATER)
    assert report.regions == TableChange(updated=1)
    renamed = Region.objects.get(code="31.01")
    assert renamed.label == "Kab. Administrasi Seribu Pulau"
    assert renamed.valid_from != LATER


def test_load_repairs_a_row_that_was_changed_by_hand(loaded):
    Region.objects.filter(code="31.01").update(name="Kabupaten Salah")
    assert load_reference(data=loaded).regions == TableChange(updated=1)
    assert Region.objects.get(code="31.01").name == "Kabupaten Administrasi Kepulauan Seribu"


def test_new_region_begins_on_the_day_of_the_load(loaded):
    new = next(row for row in loaded.regions if row.code == "31.71.01.1001")._replace(code="31.71.01.1099")
    report = load_reference(data=loaded._replace(regions=[*loaded.regions, new]), on=LATER)
    assert report.regions == TableChange(inserted=1)
    assert Region.objects.get(code="31.71.01.1099").valid_from == LATER


def test_vanished_business_class_and_commodity_are_retired(loaded):
    smaller = loaded._replace(
        commodities=COMMODITIES[:4], kbli=[row for row in loaded.kbli if row.commodity != "gerabah"]
    )
    report = load_reference(data=smaller, on=LATER)
    assert report.commodities == TableChange(closed=1)
    assert report.kbli_codes == TableChange(closed=6)
    assert report.kbli_links == TableChange(closed=6)
    assert Commodity.objects.get(code="gerabah").active is False
    assert KbliCode.objects.get(code="23932", edition=2025).valid_to == LATER
    again = load_reference(data=loaded)
    assert again.commodities == TableChange(reopened=1)
    assert again.kbli_links == TableChange(reopened=6)


def test_texts_with_quotes_commas_and_nothing_survive(loaded):
    odd = CommodityRow("uji", 'Kain, "halus"\nbaris \\N', 9)
    load_reference(data=loaded._replace(commodities=[*COMMODITIES, odd]))
    assert Commodity.objects.get(code="uji").name == odd.name


def test_change_is_audited(loaded):
    load_reference(data=without(loaded, "31.71.01.1001"))
    entry = AuditEntry.objects.filter(action="reference.loaded").latest("pk")
    assert entry.data["regions"]["closed"] == 1
