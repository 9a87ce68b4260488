"""What other bands or caps would change: exactly what the official rule then gives."""

from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from nominations.models import Nomination
from scoring.maths.final import band_for
from scoring.maths.instrument import Band
from scoring.maths.ranking import Cap, Contender, rank, stars_under, within_caps
from scoring.models import AwardCap, Instrument, Stage
from scoring.rules import seal
from scoring.selectors.plenary import finalists, what_if
from scoring.selectors.stages import bands_of, stages_of
from tests.factories import make_period
from tests.scoring import scenes
from tests.scoring.test_stages import sheet_of


def scored(points):
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [sheet_of(scenes.stage_of(nomination), points)] * 3)
    scenes.close(nomination)
    return nomination


def changes(rows, bands, caps=((), ())):
    return [(row["nomination"], row["before"], row["after"]) for row in what_if(rows, [], bands, caps)]


@pytest.mark.django_db
def test_case_32_a_moved_threshold_changes_exactly_the_listed_ones(chair, client_of):
    scored(80)
    moved, _below = scored(79), scored(78)
    bands = [Band(b.stars, Decimal(79) if b.stars == 3 else b.minimum, b.coach) for b in bands_of(stages_of(moved))]
    assert changes(finalists(moved.period_id), bands) == [(moved, (2, True), (3, True))]
    url = reverse("ranking_preview", args=[moved.period_id, moved.category_id])
    page = client_of(chair).get(url, {"band_3": "79", "band_2": "70", "band_1": "60", "cap": ""})
    assert [row["nomination"] for row in page.context["changed"]] == [moved]
    assert client_of(chair).get(url, {"band_3": "60", "band_2": "70", "band_1": "60", "cap": ""}).status_code == 422


@pytest.mark.django_db
def test_case_32_the_preview_equals_the_result_under_those_bands():
    """The same sheets, judged under an instrument that says 79, have the stars of the preview."""
    scenes.instruments.install_stages(period=make_period("ovop"))
    old = Instrument.objects.get(stage__code="penilaian", stage__category__code="batik")
    definition = old.definition | {
        "bands": [row | ({"min": "79"} if row["stars"] == 3 else {}) for row in old.definition["bands"]]
    }
    assert definition != old.definition
    Instrument.objects.filter(pk=old.pk).update(definition=definition, sha256=seal(definition))
    assert Stage.objects.filter(instrument=old).exists()
    assert scenes.final_of(scored(79)).stars == 3
    assert scenes.final_of(scored(78)).stars == 2


@pytest.mark.django_db
def test_case_32_a_cap_changes_exactly_the_listed_ones(chair, client_of):
    first, second = scored(80), scored(79)
    bands = bands_of(stages_of(first))
    assert changes(finalists(first.period_id), bands, ([], [Cap(1)])) == [(second, (2, True), (2, False))]
    AwardCap.objects.create(period=first.period, max_awards=1, binding=False)
    url = reverse("ranking_preview", args=[first.period_id, first.category_id])
    page = client_of(chair).get(url, {"band_3": "80", "band_2": "70", "band_1": "60", "cap": "2"})
    assert [(row["before"][1], row["after"][1]) for row in page.context["changed"]] == [(False, True)]


@pytest.mark.django_db
def test_case_32_a_quota_of_regions_changes_exactly_the_listed_ones(chair, client_of):
    """One from each province: the second of a province is outside, and takes no place from who comes behind it."""
    first, second, third = scored(81), scored(80), scored(79)
    Nomination.objects.filter(pk=third.pk).update(region="32.73")
    AwardCap.objects.create(period=first.period, max_awards=2)
    key = [first.period_id, first.category_id]
    bands = {"band_3": "80", "band_2": "70", "band_1": "60"}
    page = client_of(chair).get(reverse("ranking_preview", args=key), bands | {"cap": "2", "cap_province": "1"})
    moves = {row["nomination"]: (row["before"][1], row["after"][1]) for row in page.context["changed"]}
    assert moves == {second: (True, False), third: (False, True)}
    assert client_of(chair).get(reverse("ranking_detail", args=key)).context["outside"] == {third.pk}
    AwardCap.objects.create(period=first.period, category=first.category, per="province", max_awards=1)
    page = client_of(chair).get(reverse("ranking_detail", args=key))
    assert page.context["outside"] == {second.pk}, "the result is what the preview said"
    assert page.content.decode().count("di luar batas penerima") == 1
    page = client_of(chair).get(reverse("ranking_preview", args=key), bands | {"cap": "2", "cap_province": "1"})
    assert page.context["changed"] == []


scores = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 10000), max_size=20)
minima = st.lists(st.integers(1, 9999), min_size=3, max_size=3, unique=True).map(sorted)


@given(scores, minima)
def test_stars_of_the_preview_are_those_of_the_official_rule(given_scores, lows):
    bands = [Band(stars, Decimal(low) / 100, "") for stars, low in enumerate(lows, start=1)]
    exact = {entry: Decimal(score) / 100 for entry, score in given_scores.items()}
    for entry, stars in stars_under(bands, exact).items():
        band = band_for(bands, exact[entry])
        assert stars == (band.stars if band else None)


@given(scores, st.integers(1, 25))
def test_at_least_the_cap_is_within_and_nobody_behind_somebody_outside(given_scores, cap):
    placings = rank(Contender(entry, Decimal(score)) for entry, score in given_scores.items())
    inside = within_caps(placings, [Cap(cap)], dict.fromkeys(given_scores, "33.75"))
    assert len(inside) >= min(cap, len(placings))
    worst = min((given_scores[entry] for entry in inside), default=0)
    assert all(given_scores[entry] < worst for entry in given_scores if entry not in inside)


places = st.dictionaries(
    st.text(min_size=1, max_size=3),
    st.tuples(st.integers(0, 12), st.sampled_from(["33.75", "33.74", "33.05", "32.73", "11.01"])),
    max_size=20,
)
quotas = st.lists(st.builds(Cap, st.integers(1, 6), st.sampled_from([0, 2, 5])), max_size=3)


@given(places, quotas)
def test_quotas_are_filled_from_the_best_on_and_by_nobody_else(found, caps):
    """By the definition itself: who is outside has, in some cap, as many better ones inside as it holds; who is inside
    has fewer in each. So no cap is exceeded but by a tie, and no place is left that somebody fits."""
    regions = {entry: region for entry, (_score, region) in found.items()}
    placings = rank(Contender(entry, Decimal(score)) for entry, (score, _region) in found.items())
    inside = within_caps(placings, caps, regions)

    def better(entry, cap):
        same = (one for one in inside if regions[one][: cap.shared] == regions[entry][: cap.shared])
        return sum(found[one][0] > found[entry][0] for one in same)

    for entry in found:
        assert (entry in inside) == all(better(entry, cap) < cap.most for cap in caps)


@given(places, quotas, st.integers(0, 12))
def test_case_32_one_more_entry_changes_nobody_above_it(found, caps, more):
    regions = {entry: region for entry, (_score, region) in found.items()}

    def inside(entries):
        return within_caps(rank(Contender(one, Decimal(score)) for one, score in entries.items()), caps, regions)

    before = {entry: score for entry, (score, _region) in found.items()}
    regions["baru"] = "33.75"
    after = inside(before | {"baru": more})
    above = {entry for entry, score in before.items() if score > more}
    assert after & above == inside(before) & above
