"""The geometry of charts, and what a share rounds to."""

from collections import Counter
from datetime import date

import pytest

from reports.presenters import charts
from reports.selectors import share_of


def test_the_lines_of_the_trend_grow_and_stay_inside_the_picture():
    days = Counter({date(2026, 5, 1): 3, date(2026, 5, 11): 7})
    axis = (date(2026, 5, 1), date(2026, 5, 21))
    chart = charts.line_chart([{"days": days}], axis, date(2026, 5, 21), [(date(2026, 5, 21), "batas")])
    assert chart["series"][0]["path"] == "M48.0 168.0V123.6H189.0V20.0H330.0"
    assert [level["label"] for level in chart["levels"]] == ["0", "5", "10"]
    assert chart["marks"][0]["anchor"] == "end"
    assert [tick["label"] for tick in chart["ticks"]] == ["1 Mei", "8 Mei", "14 Mei", "21 Mei"]


@pytest.mark.parametrize(("number", "top"), [(0, 2), (1, 2), (3, 4), (5, 6), (11, 20), (40, 40), (61, 80), (616, 800)])
def test_the_axis_ends_at_an_even_round_number(number, top):
    assert charts.ceiling(number) == top


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(0, 9, 0), (1, 514, 1), (1, 3, 33), (2, 3, 67), (513, 514, 99), (3, 2, 100), (0, 0, 0)]
)
def test_only_a_true_zero_is_nothing_and_only_all_is_everything(part, whole, share):
    assert share_of(part, whole) == share
