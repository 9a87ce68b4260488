"""A ranking read page by page stands as the whole category does when it is ranked at once."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from nominations.models import Nomination
from scoring.models import ConflictDeclaration, TieDecision
from scoring.selectors.places import Narrowing, provinces_in, ranking_page
from scoring.selectors.plenary import finalists, ranked_categories, tie_orders
from scoring.services import plenary
from tests.factories import OTHER
from tests.scoring.test_query_counts import bulk_finalists

pytestmark = pytest.mark.django_db
SCORES = ("91.40", "85.00", "80.00", "61.20")


@pytest.fixture
def category(chair: Any) -> list[Nomination]:
    """170 finalists of four scores: most ties are parted by a key, some by the panel, some by nobody."""
    rows = bulk_finalists(
        170, chair, lambda number: SCORES[number % 4], lambda number: f"{number % 12 + 12 * (number // 24)}/7"
    )
    Nomination.objects.filter(pk__in=[row.pk for row in rows[::3]]).update(region=OTHER)
    session = plenary.record_plenary_session(
        period_id=rows[0].period_id, held_on=timezone.localdate(), place="Jakarta", attendance="", actor=chair
    )
    tied = [str(rows[number].pk) for number in (12, 0)]
    TieDecision.objects.create(
        session=session, category=rows[0].category, entries=tied, reason="Dibahas.", recorded_by=chair
    )
    return rows


def all_pages(rows: list[Nomination], narrowing: Narrowing) -> list[tuple[int, int, bool]]:
    found, first = [], 0
    while page := ranking_page(rows[0].period_id, rows[0].category_id, narrowing, first=first).rows:
        found += [(row["nomination"].pk, row["rank"], row["panel_decides"]) for row in page]
        first += len(page)
    return found


def at_once(rows: list[Nomination], shown: Any, hidden: Any = ()) -> list[tuple[int, int, bool]]:
    met = [one for one in finalists(rows[0].period_id) if one.pk not in hidden]
    [group] = ranked_categories(met, tie_orders(rows[0].period_id, hidden))
    return [
        (row["nomination"].pk, row["rank"], row["panel_decides"]) for row in group["rows"] if shown(row["nomination"])
    ]


def test_pages_give_the_places_of_the_whole_category(category):
    whole = at_once(category, lambda one: True)
    assert len({place for _pk, place, _shared in whole}) < len(whole)
    assert all_pages(category, Narrowing()) == whole
    order = [pk for pk, _place, _shared in whole]
    assert order.index(category[0].pk) == order.index(category[12].pk) + 1  # as the panel said


def test_narrowed_pages_keep_the_places_among_what_the_reader_meets(category):
    hidden = {row.pk for row in category[::7]}
    narrowing = Narrowing(hidden, province=OTHER[:2], outcome="undecided")
    assert all_pages(category, narrowing) == at_once(category, lambda one: one.region_id == OTHER, hidden)
    assert all_pages(category, Narrowing(hidden)) == at_once(category, lambda one: True, hidden)
    page = ranking_page(category[0].period_id, category[0].category_id, narrowing)
    assert page.seen == len(category) - len(hidden)
    assert page.chosen == len(all_pages(category, narrowing))
    assert all_pages(category, Narrowing(outcome="recommended")) == []


def test_the_page_leads_to_the_next_one_and_keeps_the_filter(category, chair, client_of):
    only = category[1]
    ConflictDeclaration.objects.create(nomination=only, user=chair, has_conflict=True, reason="Keluarga.")
    client = client_of(chair)
    url = reverse("ranking_detail", args=[only.period_id, only.category_id])
    first = client.get(f"{url}?provinsi={OTHER[:2]}").context["page"]
    assert len(first.items) == 50
    assert first.count == 57
    second = client.get(url + first.next_query).context["page"]
    assert len(second.items) == 7
    assert second.next_query == ""
    shown = [row["nomination"].pk for page in (first, second) for row in page.items]
    assert set(shown) == {row.pk for row in category[::3]} - {only.pk}
    assert client.get(f"{url}?after=9999&provinsi=%00&putusan=%00").status_code == 200
    everywhere = provinces_in(only.period_id, only.category_id, Narrowing({row.pk for row in category[::3]}))
    assert len(everywhere) == 1
