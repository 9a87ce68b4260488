"""Keyset pages over one-time keys, the smallest table of ours."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from core.models import OneTimeKey
from core.paging import COUNT_CAP, oldest_first, page_of

pytestmark = pytest.mark.django_db


def fill(count: int) -> list[int]:
    """Rows with these many new keys; their primary keys, newest first."""
    begun = OneTimeKey.objects.count()
    rows = [OneTimeKey(user_id=1, key=f"key {begun + number}", digest="x") for number in range(count)]
    return [row.pk for row in OneTimeKey.objects.bulk_create(rows)][::-1]


def page(query: str = "", size: int = 50):
    return page_of(OneTimeKey.objects.all(), QueryDict(query.removeprefix("?")), size=size)


@pytest.mark.parametrize("rows", [0, 1, 10, 300])
def test_a_page_costs_two_queries_whatever_the_table(rows, django_assert_num_queries):
    fill(rows)
    with django_assert_num_queries(2):
        found = page()
    assert (len(found.items), found.count_label) == (min(rows, 50), str(rows))


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("rows", [49, 50, 51, 100])
def test_the_pages_show_every_row_once_in_order(rows, reverse):
    expected, seen, query = fill(rows)[:: -1 if reverse else 1], [], ""
    for _turn in range(4):
        found = oldest(query, size=50) if reverse else page(query)
        seen += [row.pk for row in found.items]
        assert bool(found.first_query) == bool(query)
        query = found.next_query
        if not query:
            break
    assert seen == expected


def test_rows_that_come_meanwhile_move_nothing():
    expected = fill(60)
    first = page()
    fill(5)
    assert [row.pk for row in first.items] == expected[:50]
    assert [row.pk for row in page(first.next_query).items] == expected[50:]


def test_the_filter_stays_on_the_next_and_the_first_page():
    fill(120)
    second = page(page("?q=kain+batik&status=konsep").next_query)
    assert QueryDict(second.first_query[1:]).dict() == {"q": "kain batik", "status": "konsep"}
    assert QueryDict(second.next_query[1:]).dict() == {
        "q": "kain batik",
        "status": "konsep",
        "after": str(second.items[-1].pk),
    }


def test_the_count_ends_at_its_cap():
    fill(COUNT_CAP)
    assert (page().count_label, page().capped) == ("1000", False)
    fill(1)
    assert (page().count_label, page().capped) == ("lebih dari 1.000", True)


@pytest.mark.parametrize("after", ["", "x", "-1", "1e3", "²", "٣", "1 OR 1=1", "9" * 19, "9" * 5000, "\x00", "1\x00"])
def test_a_forged_key_shows_the_first_page(after):
    expected = fill(3)
    params = QueryDict(mutable=True)
    params["after"] = after
    assert [row.pk for row in page_of(OneTimeKey.objects.all(), params).items] == expected


def test_a_key_beyond_every_row_is_no_error():
    expected = fill(3)
    assert [row.pk for row in page("?after=" + "9" * 18).items] == expected
    assert page("?after=0").items == []


def moments(days: list[int]) -> list[int]:
    """Rows made that many days ago; their primary keys, the oldest first and equal ones by key."""
    rows = OneTimeKey.objects.bulk_create(
        OneTimeKey(user_id=1, key=f"moment {number}", digest="x") for number in range(len(days))
    )
    for row, age in zip(rows, days, strict=True):
        row.created_at = NOW - timedelta(days=age, microseconds=1)
    OneTimeKey.objects.bulk_update(rows, ["created_at"])
    return [row.pk for row in sorted(rows, key=lambda row: (row.created_at, row.pk))]


NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def oldest(query: str = "", size: int = 2):
    return oldest_first(OneTimeKey.objects.all(), QueryDict(query.removeprefix("?")), by="created_at", size=size)


def test_the_oldest_come_first_and_equal_moments_are_split_between_pages(django_assert_num_queries):
    expected = moments([5, 1, 5, 5, 9, 5, 1])
    seen, query = [], ""
    for _turn in range(len(expected)):
        with django_assert_num_queries(2):
            found = oldest(query)
        seen += [row.pk for row in found.items]
        assert bool(found.first_query) == bool(query)
        query = found.next_query
        if not query:
            break
    assert seen == expected


@pytest.mark.parametrize("after", ["", "x", "-", "1-", "-1", "1-1-1", "9" * 18 + "-1", "²-1", "%00-1"])
def test_an_unreadable_place_is_the_first_page(after):
    expected = moments([2, 1])
    assert [row.pk for row in oldest(f"?after={after}").items] == expected
