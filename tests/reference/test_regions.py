"""What one region says about itself, and what the database refuses."""

import pytest
from django.db import IntegrityError, connection, transaction

from reference.models import KbliCode, Region
from reference.rules import is_within, kind_of, level_of, parent_of


@pytest.mark.parametrize(
    ("code", "level", "kind", "parent"),
    [
        ("32", 1, "provinsi", None),
        ("32.04", 2, "kabupaten", "32"),
        ("32.73", 2, "kota", "32"),
        ("32.73.01", 3, "kecamatan", "32.73"),
        ("91.03.01", 3, "kecamatan", "91.03"),
        ("32.73.01.1001", 4, "kelurahan", "32.73.01"),
        ("32.04.05.2001", 4, "desa", "32.04.05"),
        ("91.03.01.3001", 4, "desa_adat", "91.03.01"),
    ],
)
def test_a_code_tells_level_kind_and_parent(code, level, kind, parent):
    assert level_of(code) == level
    assert kind_of(code) == kind
    assert parent_of(code) == parent


def test_no_level_for_a_shortened_code():
    with pytest.raises(KeyError):
        level_of("11.1")
    with pytest.raises(KeyError):
        kind_of("11.01.01.9001")


def test_within_compares_whole_parts_of_the_code():
    assert is_within("32.73", "32")
    assert is_within("32", "32")
    assert not is_within("32", "32.73")
    assert not is_within("32.73.01", "32.7")


@pytest.mark.django_db
class TestRegion:
    @pytest.mark.parametrize(
        ("code", "label"),
        [
            ("31", "DKI Jakarta"),
            ("34", "DI Yogyakarta"),
            ("32.04", "Kab. Bandung"),
            ("32.73", "Kota Bandung"),
            ("31.01", "Kab. Administrasi Kepulauan Seribu"),
            ("32.05.38", "Bl. Limbangan"),
        ],
    )
    def test_label(self, code, label):
        assert str(Region.objects.get(code=code)) == label

    def test_full_label_costs_nothing_when_parents_are_loaded(self, django_assert_num_queries):
        region = Region.objects.with_parents().get(code="33.75")
        village = Region.objects.with_parents().get(code="33.75.01.1002")
        with django_assert_num_queries(0):
            assert region.full_label == "Kota Pekalongan, Jawa Tengah"
            assert village.full_label.endswith("Pekalongan Barat, Kota Pekalongan, Jawa Tengah")

    def test_full_label_costs_a_query_per_region_above(self, django_assert_num_queries):
        region = Region.objects.get(code="33.75")
        with django_assert_num_queries(1):
            assert region.full_label == "Kota Pekalongan, Jawa Tengah"

    def test_within_agrees_with_its_query(self):
        regions = list(Region.objects.filter(level__lte=3))
        for ancestor in ("32", "32.73", "32.7", "31", "33.75", "33.75.01", "3"):
            told = {region.code for region in regions if region.is_within(ancestor)}
            found = Region.objects.within(ancestor).filter(level__lte=3)
            assert told == set(found.values_list("code", flat=True))

    def test_province_code(self):
        assert Region.objects.get(code="32.73.01.1001").province_code == "32"

    @pytest.mark.parametrize(
        ("values", "constraint"),
        [
            ({"code": "32.9"}, "reference_region_code_shape"),
            ({"code": "3299"}, "reference_region_code_shape"),
            ({"code": "32.99", "level": 3, "kind": "kecamatan"}, "reference_region_code_shape"),
            ({"level": 5}, "reference_region_code_shape"),
            ({"parent_id": None}, "reference_region_parent"),
            ({"parent_id": "31"}, "reference_region_parent"),
            ({"kind": "desa"}, "reference_region_kind"),
            ({"tz_label": "WITA"}, "reference_region_zone"),
            ({"timezone": "Asia/Pontianak"}, "reference_region_zone"),
            ({"valid_to": "2000-01-01"}, "reference_region_dates"),
            ({"successor_id": "32"}, "reference_region_successor"),
        ],
    )
    def test_database_refuses(self, values, constraint):
        row = {
            "code": "32.99",
            "level": 2,
            "parent_id": "32",
            "name": "Kota Uji",
            "kind": "kota",
            "timezone": "Asia/Jakarta",
            "tz_label": "WIB",
        }
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Region.objects.create(**(row | values))

    def test_region_that_is_referred_to_cannot_be_deleted(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with pytest.raises(IntegrityError):
                cursor.execute("DELETE FROM reference_region WHERE code = '32'")


@pytest.mark.django_db
@pytest.mark.parametrize("values", [{"code": "1313"}, {"edition": 2015}, {}])
def test_database_refuses_a_wrong_or_doubled_business_class(values):
    row = {"code": "13133", "edition": 2025, "title": "Industri Kain Batik"}
    with pytest.raises(IntegrityError), transaction.atomic():
        KbliCode.objects.create(**(row | values))
