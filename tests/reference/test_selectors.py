"""Named reads of the reference data, their order and their cost. The suite's database has the data loaded."""

import pytest

from reference.models import Commodity, KbliCode, KbliCommodity, Region
from reference.presenters import province_tiles, regency_choices
from reference.selectors import kbli_codes_of, kbli_link, kecamatan_of, regencies_by_province, villages_of

pytestmark = pytest.mark.django_db

LATER = "2099-01-01"


def retire_region(code):
    Region.objects.filter(code=code).update(valid_to=LATER)


def test_regencies_come_grouped_by_province_in_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        groups = {
            province.label: [regency.full_label for regency in regencies]
            for province, regencies in regencies_by_province()
        }
    assert len(groups) == 38
    assert sum(map(len, groups.values())) == 514
    assert next(iter(groups)) == "Aceh"
    assert groups["DKI Jakarta"][:2] == [
        "Kab. Administrasi Kepulauan Seribu, DKI Jakarta",
        "Kota Administrasi Jakarta Pusat, DKI Jakarta",
    ]


def test_choices_are_code_and_label_under_their_province(django_assert_num_queries):
    with django_assert_num_queries(1):
        choices = dict(regency_choices())
    assert ("32.04", "Kab. Bandung") in choices["Jawa Barat"]
    assert ("32.73", "Kota Bandung") in choices["Jawa Barat"]


def test_retired_regions_are_not_offered():
    for code in ("32.04", "32.73.01", "32.73.02.1001"):
        retire_region(code)
    assert "32.04" not in dict(dict(regency_choices())["Jawa Barat"])
    assert "32.73.01" not in [region.code for region in kecamatan_of("32.73")]
    assert "32.73.02.1001" not in [region.code for region in villages_of("32.73.02")]


def test_regencies_of_a_retired_province_are_not_offered():
    retire_region("96")
    assert len(regencies_by_province()) == 37


@pytest.mark.parametrize(("read", "code", "count"), [(kecamatan_of, "32.76", 11), (villages_of, "32.73.01", 4)])
def test_places_inside_a_region_come_by_name_in_one_query(read, code, count, django_assert_num_queries):
    with django_assert_num_queries(1):
        regions = read(code)
    assert len(regions) == count
    assert {region.parent_id for region in regions} == {code}
    assert regions == sorted(regions, key=lambda region: region.name)


def test_business_classes_of_a_commodity_put_the_core_first(django_assert_num_queries):
    with django_assert_num_queries(1):
        codes = [(kbli.code, kbli.edition) for kbli in kbli_codes_of("batik")]
    assert codes == [
        ("13133", 2025),
        ("13134", 2020),
        ("13132", 2025),
        ("13133", 2020),
        ("14111", 2020),
        ("14111", 2025),
        ("14131", 2020),
        ("14131", 2025),
    ]


def test_link_tells_how_close_a_class_is(django_assert_num_queries):
    printing = KbliCode.objects.get(code="13133", edition=2020)
    with django_assert_num_queries(1):
        link = kbli_link(printing, "batik")
    assert link.relevance == "terkait"
    assert "tandai untuk diperiksa" in link.note
    assert kbli_link(printing, "gerabah") is None


def test_retired_classes_and_links_are_not_offered():
    KbliCode.objects.filter(code="13133").update(valid_to=LATER)
    old = KbliCode.objects.get(code="13134", edition=2020)
    KbliCommodity.objects.filter(kbli=old).update(valid_to=LATER)
    assert {kbli.code for kbli in kbli_codes_of("batik")} == {"13132", "14111", "14131"}
    assert kbli_link(old, "batik") is None


def test_business_class_prints_with_its_edition():
    assert str(KbliCode.objects.get(code="13133", edition=2025)) == "13133 Industri Kain Batik (KBLI 2025)"


def test_commodity_that_is_switched_off_is_not_offered():
    Commodity.objects.filter(code="tenun").update(active=False)
    codes = [commodity.code for commodity in Commodity.objects.current()]
    assert codes == ["makanan_minuman", "batik", "anyaman", "gerabah"]


def test_every_province_has_its_own_tile():
    tiles = province_tiles()
    assert {tile.code for tile in tiles} == set(Region.objects.provinces().values_list("code", flat=True))
    assert len({(tile.col, tile.row) for tile in tiles}) == 38
    assert all(tile.col < 15 and tile.row < 7 for tile in tiles)
