"""The shipped data as it stands after a load, and what a second load does. The suite's database has it loaded."""

from collections import Counter
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, F

from core.models import AuditEntry
from reference.models import Commodity, KbliCode, KbliCommodity, Region
from reference.rules import CODE_LENGTHS
from reference.services import TableChange, load_reference

pytestmark = pytest.mark.django_db

NOTHING = TableChange()
TODAY, LATER = date(2026, 5, 4), date(2030, 1, 2)
TABLES = ("reference_region", "reference_commodity", "reference_kblicode", "reference_kblicommodity")


def row_versions():
    """Changes as soon as any row of the tables is written, even with the same values."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT md5(string_agg(ctid::text || xmin::text, ',' ORDER BY ctid)) FROM {table}")  # noqa: S608
            yield cursor.fetchone()[0]


def test_counts_of_the_decree():
    kinds = Counter(dict(Region.objects.order_by().values_list("kind").annotate(Count("pk"))))
    assert kinds == {
        "provinsi": 38,
        "kabupaten": 416,
        "kota": 98,
        "kecamatan": 7_285,
        "desa": 75_252,
        "kelurahan": 8_496,
        "desa_adat": 14,
    }
    levels = dict(Region.objects.order_by().values_list("level").annotate(Count("pk")))
    assert levels == {1: 38, 2: 514, 3: 7_285, 4: 83_762}


def test_every_code_begins_with_the_code_of_its_parent():
    for code, level, parent in Region.objects.values_list("code", "level", "parent_id"):
        assert len(code) == CODE_LENGTHS[level - 1]
        assert parent == (code.rpartition(".")[0] or None)


def test_official_names_agree_with_the_kind_told_by_the_code():
    for name, kind in Region.objects.regencies().values_list("name", "kind"):
        assert name.split()[0].lower() == kind


def test_zones_of_kabupaten_and_kota():
    zones = Region.objects.regencies().order_by().values_list("tz_label", "timezone").annotate(Count("pk"))
    assert set(zones) == {
        ("WIB", "Asia/Jakarta", 301),
        ("WITA", "Asia/Makassar", 150),
        ("WIT", "Asia/Jayapura", 63),
    }


def test_every_region_has_the_zone_of_its_parent():
    assert not Region.objects.exclude(parent=None).exclude(timezone=F("parent__timezone")).exists()


def test_names_follow_the_decree_where_the_package_departs():
    assert Region.objects.get(code="71.09").name == "Kabupaten Kepulauan Siau Tagulandang Biaro"
    assert Region.objects.get(code="32.05.38").name == "Bl. Limbangan"


def test_only_villages_have_a_postal_code():
    assert set(Region.objects.exclude(postal_code="").order_by().values_list("level", flat=True).distinct()) == {4}
    assert Region.objects.get(code="32.76.06.1004").postal_code == "16423"


def test_commodities_and_business_classes():
    assert list(Commodity.objects.current().values_list("code", "name")) == [
        ("makanan_minuman", "Makanan dan minuman"),
        ("tenun", "Kain tenun"),
        ("batik", "Kain batik"),
        ("anyaman", "Anyaman"),
        ("gerabah", "Gerabah"),
    ]
    assert KbliCode.objects.count() == 194
    assert KbliCommodity.objects.count() == 198
    assert KbliCommodity.objects.filter(kbli__code__in=["14111", "14131"]).count() == 8


def test_same_business_number_means_another_thing_in_another_edition():
    titles = dict(KbliCode.objects.filter(code="13133").values_list("edition", "title"))
    assert titles == {2020: "Industri Pencetakan Kain", 2025: "Industri Kain Batik"}


def test_same_name_as_kabupaten_and_as_kota_prints_differently():
    assert Region.objects.get(code="32.04").label == "Kab. Bandung"
    assert Region.objects.get(code="32.73").label == "Kota Bandung"
    labels = [region.label for region in Region.objects.regencies()]
    assert len(set(labels)) == 514


@pytest.mark.usefixtures("empty_tables")
def test_first_load_inserts_everything_on_its_day(shipped):
    report = load_reference(data=shipped, on=TODAY)
    assert report.regions == TableChange(inserted=91_599)
    assert report.commodities == TableChange(inserted=5)
    assert report.kbli_codes == TableChange(inserted=194)
    assert report.kbli_links == TableChange(inserted=198)
    assert not Region.objects.exclude(valid_from=TODAY, valid_to=None).exists()


def test_second_load_writes_nothing(shipped):
    before = list(row_versions())
    audited = AuditEntry.objects.count()
    report = load_reference(data=shipped, on=LATER)
    assert (report.regions, report.commodities, report.kbli_codes, report.kbli_links) == (NOTHING,) * 4
    assert list(row_versions()) == before
    assert AuditEntry.objects.count() == audited


def test_statements_do_not_grow_with_the_data(shipped, django_assert_max_num_queries):
    with django_assert_max_num_queries(45):
        load_reference(data=shipped)


def test_children_are_found_by_index(django_assert_num_queries):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reference_region")
    children = Region.objects.children_of("32.73.01").order_by("name")
    assert "reference_region_by_parent" in children.explain()
    with django_assert_num_queries(1):
        assert [child.name for child in children] == ["Gegerkalong", "Isola", "Sarijadi", "Sukarasa"]


def test_command_reports_what_it_did(capsys):
    call_command("load_reference")
    assert "Wilayah: 0 baru, 0 diperbarui, 0 dicabut, 0 berlaku kembali" in capsys.readouterr().out
