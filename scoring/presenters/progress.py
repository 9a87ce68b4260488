"""Wording of the boards: progress, who is late, and how scores are spread."""

from decimal import Decimal
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from core.formats import mask_mail, number_id
from scoring.presenters.calibration import absence
from scoring.selectors.distribution import Spread
from scoring.selectors.progress import ScorerProgress, StageProgress

STEP, FULL = 5, 100
WIDTH, HEIGHT, LEFT, RIGHT, BASE = 352, 190, 22, 12, 165
TOP = 22


def stage_row(progress: StageProgress) -> dict[str, Any]:
    """`share`: of the nominations that have come as far as this stage, how many it has judged, in whole per cent.

    Those that went on without it are in neither number; None when there are no others. `uncalibrated` says that nobody
    practised before.
    """
    known = progress.current + progress.closed
    share = 100 * progress.closed // known if known else None
    return {"progress": progress, "share": share, "uncalibrated": absence(progress.stage)}


def scorer_row(progress: ScorerProgress) -> dict[str, Any]:
    if progress.late:
        state = {"label": _("Terlambat"), "kind": "attention"}
    elif progress.soon:
        state = {"label": _("Segera berakhir"), "kind": "attention"}
    elif progress.total == progress.sent:
        state = {"label": _("Selesai"), "kind": "success"}
    elif progress.undeclared:
        state = {"label": _("Perlu pernyataan"), "kind": "attention"}
    else:
        state = {"label": _("Berjalan"), "kind": "progress"}
    return {"progress": progress, "state": state, "institutions": ", ".join(progress.institutions)}


def reminder_row(progress: ScorerProgress, mail: tuple[str, str]) -> dict[str, Any]:
    """Whom a reminder reaches and what it says (`mail` of `messages.late_mail`); `problem` says why it does not."""
    row: dict[str, Any] = {"user": progress.user, "mail": mask_mail(progress.user.email), "problem": ""}
    if not progress.pressing:
        return row | {"problem": _("Tidak ada pekerjaan yang terlambat atau segera berakhir.")}
    if not progress.may_be_reminded:
        return row | {"problem": _("Sudah diingatkan dalam 24 jam terakhir.")}
    return row | {"subject": mail[0], "body": mail[1]}


def histogram(spread: Spread) -> dict[str, Any]:
    """Bars of five points each as SVG figures and as rows of a table; the last one holds 100 as well."""
    counts = [0] * (FULL // STEP)
    for score in spread.scores:
        counts[min(int(score) // STEP, len(counts) - 1)] += 1
    highest, width = max(counts), (WIDTH - LEFT - RIGHT) / len(counts)
    bars = [_bar(number, count, highest, width) for number, count in enumerate(counts)]
    used = [bar for bar in bars if bar["count"]]
    lines = [
        {"x": round(LEFT + float(band.minimum) / STEP * width, 1), "label": "★" * band.stars} for band in spread.bands
    ]
    return {
        "title": spread.stage.label if spread.stage else _("Nilai akhir"),
        "category": spread.category.label,
        "facts": [{"label": label, "value": _shown(value)} for label, value in facts_of(spread.scores)],
        "bars": bars,
        "rows": [bar for bar in bars if used[0]["number"] <= bar["number"] <= used[-1]["number"]],
        "bands": lines,
        "width": WIDTH,
        "height": HEIGHT,
        "base": BASE,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "top": TOP,
        "highest": highest,
        "ticks": [{"x": round(LEFT + at / STEP * width, 1), "label": at} for at in range(0, FULL + 1, 20)],
    }


def _bar(number: int, count: int, highest: int, width: float) -> dict[str, Any]:
    height = round((BASE - TOP) * count / highest, 1)
    lowest = number * STEP
    last = lowest + STEP == FULL
    label = _("%(low)d sampai %(high)d") if last else _("%(low)d sampai di bawah %(high)d")
    return {
        "number": number,
        "count": count,
        "x": round(LEFT + number * width + 1, 1),
        "y": round(BASE - height, 1),
        "width": round(width - 2, 1),
        "height": height,
        "label": label % {"low": lowest, "high": lowest + STEP},
    }


def facts_of(scores: list[Decimal]) -> list[tuple[str, int | Decimal]]:
    """How many there are, and where they lie."""
    return [
        (_("Usulan"), len(scores)),
        (_("Terendah"), min(scores)),
        (_("Median"), median(scores)),
        (_("Rata-rata"), sum(scores, Decimal()) / len(scores)),
        (_("Tertinggi"), max(scores)),
    ]


def _shown(value: int | Decimal) -> str:
    return number_id(value) if isinstance(value, int) else number_id(value, 2)
