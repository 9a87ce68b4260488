"""The geometry of charts: bars of a share, lines over days, ranges of scores. Numbers and words in, SVG figures out.

Text never stands in a picture that a phone would shrink: it is in the table that the bars are drawn into, or the
picture is as narrow as a phone.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from core.formats import MONTHS, number_id
from reports.selectors import share_of

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BASE = 344, 200, 48, 14, 20, 168
MARKS = 4
# Less would read as the end of the axis itself.
MARK_ROOM = 70


def bar(label: str, part: int, whole: int, text: str, url: str = "") -> dict[str, Any]:
    """A row of `components/bar_table.html`: a number, drawn as its part of `whole`."""
    return {
        "label": label,
        "share": share_of(part, whole),
        "value": part,
        "text": text,
        "url": url,
        "part": part,
        "whole": whole,
    }


def share_bar(label: str, part: int, whole: int, url: str = "") -> dict[str, Any]:
    """The same for a share, which is all that may be compared where the wholes differ."""
    return bar(label, part, whole, share_text(part, whole), url) | {"value": share_of(part, whole)}


def share_text(part: int, whole: int) -> str:
    """`12 dari 35 (34%)`."""
    facts = {"part": number_id(part), "whole": number_id(whole), "share": share_of(part, whole)}
    return _("%(part)s dari %(whole)s (%(share)d%%)") % facts


def line_chart(
    series: list[dict[str, Any]], axis: tuple[date, date], until: date, marks: list[tuple[date, str]]
) -> dict[str, Any]:
    """Sums that grow from day to day, as steps; each series has `days` (a Counter) and stays what it is beside `path`.

    The lines end at `until`, within the axis. `marks` are days with a word, drawn as upright lines.
    """
    first, last = axis
    days = max((last - first).days, 1)
    top = ceiling(max((sum(one["days"].values()) for one in series), default=0))

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / days, 1)

    def y(number: int) -> float:
        return round(BASE - (BASE - TOP) * number / top, 1)

    return {
        "series": [one | {"path": _steps(one["days"], until, x, y)} for one in series],
        "marks": [_mark(x(day), text) for day, text in marks],
        "ticks": [{"x": x(day), "label": day_label(day), "anchor": anchor} for day, anchor in _tick_days(first, last)],
        "levels": [{"y": y(level), "label": number_id(level)} for level in (0, top // 2, top)],
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "top": TOP,
        "base": BASE,
    }


def _steps(days: Counter[date], until: date, x: Any, y: Any) -> str:
    """The path of the growing sum; empty when nothing happened."""
    path, total = "", 0
    for day in sorted(days):
        path += f"H{x(day)}" if path else f"M{x(day)} {y(0)}"
        total += days[day]
        path += f"V{y(total)}"
    return f"{path}H{x(until)}" if path else ""


def _mark(x: float, text: str) -> dict[str, Any]:
    before = x > WIDTH - RIGHT - MARK_ROOM
    return {"x": x, "text": text, "text_x": x - 4 if before else x + 4, "anchor": "end" if before else "start"}


def _tick_days(first: date, last: date) -> list[tuple[date, str]]:
    days = (last - first).days
    if days < 2:
        return [(first, "start")]
    count = min(MARKS, days + 1) - 1
    places = ["start", *["middle"] * (count - 1), "end"]
    return [(first + timedelta(days=round(days * n / count)), place) for n, place in enumerate(places)]


def day_label(day: date) -> str:
    """`31 Mei`."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def ceiling(number: int) -> int:
    """The next of 2, 4, 6, 8, 10, 20, 40 and so on: even, so that its half is whole."""
    size = 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if number <= step * size:
                return step * size
        size *= 10


def score_range(low: float, quartiles: list[float], high: float) -> dict[str, float]:
    """Where a line from the lowest to the highest, a box of the middle half and the median lie between 0 and 100."""
    lower, median, upper = (round(one, 2) for one in quartiles)
    return {
        "low": round(float(low), 2),
        "reach": max(round(float(high) - float(low), 2), 0.4),
        "lower": lower,
        "box": max(round(upper - lower, 2), 0.4),
        "median": median,
    }
