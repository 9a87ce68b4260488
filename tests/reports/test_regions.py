"""The map of the country, the page of a province, the page of a kabupaten or kota: who sees which numbers."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from nominations.enums import Status, WindowKind
from nominations.models import Extension, Period
from reference.models import Region
from reports.presenters.maps import FOOT, NUMBERS, SHARES, point_map, step_of
from reports.selectors import region_rows
from sentra.enums import RecordKind
from sentra.models import Ikm, Product, RegionFigures, Sentra
from sentra.services.figures import count_regions
from sentra.services.merging import merge_records
from tests import factories
from tests.sentra.test_lists import copies, queries_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "limits", "step"),
    [
        ((0,), SHARES, 0),
        ((1, 25), SHARES, 1),
        ((26, 50), SHARES, 2),
        ((51, 75), SHARES, 3),
        ((76, 100), SHARES, 4),
        ((0,), NUMBERS, 0),
        ((1,), NUMBERS, 1),
        ((2,), NUMBERS, 2),
        ((3, 4), NUMBERS, 3),
        ((5, 99), NUMBERS, 4),
    ],
)
def test_classes_begin_and_end_where_the_legend_says(values: Any, limits: Any, step: int) -> None:
    assert {step_of(value, limits) for value in values} == {step}


def test_the_country_has_a_linked_tile_with_a_title_per_province(verifier: Any, client_of: Any) -> None:
    factories.make_ovop_nomination(Status.SUBMITTED)
    factories.make_ovop_nomination(Status.DRAFT, region=factories.OTHER)
    page = client_of(verifier).get("/wilayah/").content.decode()
    svg = page.partition("<svg")[2].partition("</svg>")[0]
    provinces = Region.objects.current().provinces()
    assert len(re.findall("<rect ", svg)) == len(provinces) == 38
    for province in provinces:
        assert f'href="/wilayah/{province.code}/"' in svg
    assert "<title>Jawa Tengah: 1 dari 35 kabupaten/kota mengusulkan</title>" in svg
    assert "<title>Jawa Barat: 0 dari 27 kabupaten/kota mengusulkan</title>" in svg
    assert svg.count("tile-1") == 1
    assert "1 dari 35 (3%)" in page
    for text in ("bukan batas resmi", "1–25%", "76–100%"):
        assert text in page


def test_only_what_was_sent_in_a_running_round_counts(verifier: Any) -> None:
    factories.make_ovop_nomination(Status.SUBMITTED)
    factories.make_ovop_nomination(Status.WITHDRAWN)
    assert region_rows(factories.HOME)[0].nominated == 1
    past = timezone.now() - timedelta(days=1)
    for period in Period.objects.all():
        factories.set_windows(period, opens_at=past - timedelta(days=9), closes_at=past)
    assert region_rows(factories.HOME)[0].nominated == 0
    factories.set_windows(Period.objects.get(award="ovop"))
    assert region_rows(factories.HOME)[0].nominated == 1


def test_an_extension_keeps_a_round_running_and_a_withdrawn_one_does_not(verifier: Any) -> None:
    period, past = factories.make_ovop_nomination(Status.SUBMITTED).period, timezone.now() - timedelta(days=1)
    factories.set_windows(period, opens_at=past - timedelta(days=9), closes_at=past)
    window = period.windows.get(kind=WindowKind.NOMINATION)
    facts = {"window": window, "region_id": factories.OTHER, "reason": "Banjir"}
    given = Extension.objects.create(closes_at=timezone.now() + timedelta(days=3), **facts)
    assert region_rows(factories.HOME)[0].nominated == 1
    Extension.objects.filter(pk=given.pk).update(withdrawn_at=past, withdrawal_reason="Keliru")
    assert region_rows(factories.HOME)[0].nominated == 0


def test_figures_are_counted_by_the_task_and_shown_with_their_time(officer_a: Any, client_of: Any) -> None:
    client = client_of(officer_a)
    assert "belum dihitung" in client.get(f"/wilayah/{factories.HOME}/").content.decode()
    sentra = factories.make_sentra()
    one, other = factories.make_ikm(sentra), factories.make_ikm(sentra)
    factories.make_product(one)
    factories.make_ikm(factories.make_sentra(factories.OTHER))
    count_regions()
    figures = RegionFigures.objects.get(region=factories.HOME)
    assert (figures.sentra_count, figures.ikm_count, figures.product_count) == (1, 2, 1)
    versions = {one.pk: 1, other.pk: 1}
    merge_records(
        kind=RecordKind.IKM, winner_id=one.pk, loser_id=other.pk, versions=versions, taken=set(), actor=officer_a
    )
    count_regions()
    figures.refresh_from_db()
    assert (figures.sentra_count, figures.ikm_count, figures.product_count) == (1, 1, 1)
    assert RegionFigures.objects.count() == Region.objects.regencies().count()
    page = client.get(f"/wilayah/{factories.HOME}/").content.decode()
    assert "keadaan per" in page
    assert sentra.name in page
    assert "Kain batik: 1 sentra" in page


def test_sentra_with_a_point_are_drawn_where_they_lie_to_each_other(officer_a: Any, client_of: Any) -> None:
    client, url = client_of(officer_a), f"/wilayah/{factories.HOME}/"
    factories.make_sentra(name="Tanpa titik", latitude=None, longitude=None)
    factories.make_sentra(factories.OTHER, name="Rahasia", latitude="-7.2", longitude="107.9")
    page = client.get(url)
    assert page.context["map"] is None
    assert "Belum ada sentra dengan titik peta" in page.content.decode()
    west = factories.make_sentra(name="Sentra <Barat>", latitude="-6.90", longitude="109.60")
    north = factories.make_sentra(name="Sentra Utara", latitude="-6.85", longitude="109.70")
    page = client.get(url)
    left, right = sorted(page.context["map"]["dots"], key=lambda dot: dot.x)
    assert (left.title, right.title) == (west.name, north.name)
    assert left.y > right.y, "north is above"
    rows = {sentra.name: number for number, sentra in enumerate(page.context["page"].items, start=1)}
    assert {dot.title: int(dot.label) for dot in (left, right)}.items() <= rows.items()
    text = page.content.decode()
    svg = text.partition("<svg")[2].partition("</svg>")[0]
    assert (svg.count("<circle"), "Rahasia" in text, "Sentra &lt;Barat&gt;</title>" in svg) == (2, False, True)
    assert "-6.9, 109.6" in text
    for dot in (left, right):
        assert 0 < dot.x < page.context["map"]["width"]
        assert 0 < dot.y < page.context["map"]["height"]


def test_one_sentra_alone_is_drawn_in_the_middle() -> None:
    place = (Decimal("-6.9"), Decimal("109.6"))
    drawn = point_map([(1, "Satu", *place), (2, "Dua", *place)], {2: 7})
    assert drawn
    (dot,) = drawn["dots"]
    assert (dot.title, dot.label) == ("Satu, Dua", "7")
    assert (dot.x, dot.y) == (drawn["width"] / 2, (drawn["height"] - FOOT) / 2)
    assert drawn["bar_width"] <= drawn["width"] / 3


def test_everybody_lands_on_the_own_region(officer_a: Any, province: Any, client_of: Any) -> None:
    assert client_of(officer_a).get("/wilayah/").headers["Location"] == "/wilayah/33.75/"
    assert client_of(province).get("/wilayah/").headers["Location"] == "/wilayah/33/"


def test_a_province_sees_its_kabupaten_and_kota_and_no_other(province: Any, officer_a: Any, client_of: Any) -> None:
    factories.make_sentra(factories.OTHER, name="Sentra Rahasia")
    client = client_of(province)
    page = client.get("/wilayah/33/").content.decode()
    for region in Region.objects.current().regencies().children_of("33"):
        assert page.count(f'href="/wilayah/{region.code}/"') == 2, region
    assert client.get("/wilayah/33.75/").status_code == 200
    for code in ("32", "32.05", "33.75.01", "99", "33.99"):
        answer = client.get(f"/wilayah/{code}/")
        assert answer.status_code == 404, code
        assert "Rahasia" not in answer.content.decode()
    assert client_of(officer_a).get("/wilayah/33/").status_code == 404


def test_the_pages_cost_the_same_for_any_number_of_rows(
    officer_a: Any, province: Any, verifier: Any, client_of: Any
) -> None:
    first = factories.make_sentra()
    ikm = factories.make_ikm(first)
    for size in (1, 10, 300):
        Product.objects.all().delete()
        Ikm.objects.exclude(pk=ikm.pk).delete()
        Sentra.objects.exclude(pk=first.pk).delete()
        copies(Sentra, first, size)
        copies(Ikm, ikm, size)
        count_regions()
        assert queries_of(client_of(officer_a), f"/wilayah/{factories.HOME}/") <= 9, size
        assert queries_of(client_of(province), "/wilayah/33/") == 5, size
        assert queries_of(client_of(verifier), "/wilayah/") == 5, size
