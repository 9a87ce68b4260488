"""Figures of the years: how they are compared, drawn and told, and what is odd about them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core import formats
from sentra.errors import Duplicate
from sentra.models import Sentra, SentraYear, SentraYearRevision
from sentra.models.years import YearFigures
from sentra.rules import FIRST_FIGURES_YEAR
from sentra.selectors.living import year_is_taken

CHART_YEARS = 6
SLOT, BAR, PLOT, HEAD, FOOT = 46, 30, 84, 16, 18
SCALES = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (1, ""))


def _production(row: YearFigures) -> str:
    return f"{formats.number_id(row.production_amount)} {row.production_unit}" if row.production_unit else ""


def _count(name: str) -> Callable[[YearFigures], str]:
    return lambda row: "" if getattr(row, name) is None else formats.number_id(getattr(row, name))


def _money(name: str) -> Callable[[YearFigures], str]:
    return lambda row: "" if getattr(row, name) is None else formats.rupiah(getattr(row, name))


@dataclass(frozen=True, slots=True)
class Column:
    """One figure: where its number stands and how it is written."""

    name: str
    label: str
    text: Callable[[YearFigures], str]


COLUMNS = (
    Column("units", "Unit usaha", _count("units")),
    Column("workers", "Tenaga kerja", _count("workers")),
    Column("production_amount", "Produksi", _production),
    Column("turnover", "Omzet", _money("turnover")),
    Column("export_value", "Nilai ekspor", _money("export_value")),
)


def figure_rows(years: list[SentraYear]) -> list[dict[str, Any]]:
    """Rows of the table, each figure with its change against the calendar year before. No query."""
    by_year = {row.year: row for row in years}
    return [
        {
            "row": row,
            "cells": [
                {"label": _(c.label), "text": c.text(row) or "–", "change": _change(c, row, by_year.get(row.year - 1))}
                for c in COLUMNS
            ],
        }
        for row in years
    ]


def _change(column: Column, row: SentraYear, before: SentraYear | None) -> str:
    """Empty when there is nothing to compare, which is so for production in another unit too."""
    now, then = getattr(row, column.name), before and getattr(before, column.name)
    if before is None or now is None or then is None:
        return ""
    if column.name == "production_amount" and row.production_unit != before.production_unit:
        return ""
    if now == then:
        return _("tetap")
    word = _("naik") if now > then else _("turun")
    if not then:
        return word
    return f"{word} {formats.number_id(abs(Decimal(now - then)) * 100 / then, 1).removesuffix(',0')}%"


def figures_before(years: list[SentraYear], year: int | None) -> dict[str, str]:
    """For the form: every figure of the newest year before `year`, as `Tahun 2024: 42`."""
    before = next((row for row in years if year is None or row.year < year), None)
    if before is None:
        return {}
    return {
        c.name: _("Tahun %(year)d: %(text)s.") % {"year": before.year, "text": c.text(before) or _("tidak ada data")}
        for c in COLUMNS
    }


def charts(years: list[SentraYear]) -> list[dict[str, Any]]:
    """Bars over the last years; a year without a figure stays empty, production of another unit too. No query."""
    if len(years) < 2:
        return []
    span = list(range(max(years[-1].year, years[0].year - CHART_YEARS + 1), years[0].year + 1))
    by_year = {row.year: row for row in years}
    units, workers, production, turnover, export = COLUMNS
    unit = next((row.production_unit for row in years if row.production_unit), "")
    drawn = []
    for column in (turnover, export, workers, units, production):
        rows = [(year, by_year.get(year)) for year in span]
        if column is production:
            rows = [(year, row if row and row.production_unit == unit else None) for year, row in rows]
        drawn.append(_chart(column, rows, unit if column is production else ""))
    return [chart for chart in drawn if chart]


def _chart(column: Column, rows: list[tuple[int, SentraYear | None]], counted_in: str) -> dict[str, Any] | None:
    values = {year: getattr(row, column.name) for year, row in rows if row and getattr(row, column.name) is not None}
    if not values:
        return None
    highest = max(values.values()) or 1
    money = column.name in ("turnover", "export_value")
    size, word = next((s, w) for s, w in SCALES if highest >= s) if money else (1, "")
    bars = []
    for place, (year, row) in enumerate(rows):
        height = round(PLOT * values.get(year, 0) / highest, 1)
        value = formats.number_id(Decimal(values[year]) / size, 0 if size == 1 else 1) if year in values else "–"
        bars.append(
            {
                "year": year,
                "label": value.removesuffix(",0"),
                "middle": place * SLOT + SLOT // 2,
                "x": place * SLOT + (SLOT - BAR) // 2,
                "y": round(HEAD + PLOT - height, 1),
                "height": height,
                "text": (row and column.text(row)) or _("tidak ada data"),
            }
        )
    unit = " ".join(part for part in (word, "rupiah" if money else counted_in) if part)
    return {
        "title": f"{_(column.label)}, {unit}" if unit else _(column.label),
        "text": "; ".join(f"{bar['year']}: {bar['text']}" for bar in bars),
        "name": column.name,
        "bars": bars,
        "bar_width": BAR,
        "width": SLOT * len(rows),
        "height": HEAD + PLOT + FOOT,
        "base": HEAD + PLOT,
        "foot": HEAD + PLOT + FOOT - 5,
    }


def history(pairs: list[tuple[SentraYearRevision, SentraYearRevision | None]]) -> list[dict[str, Any]]:
    """Entries of the timeline: who saved which year, and what became of each figure. No query."""
    return [
        {
            "title": (_("Angka %(year)d dicatat") if row.version == 1 else _("Angka %(year)d diubah"))
            % {"year": row.year},
            "when": row.saved_at,
            "who": row.saved_by.name,
            "text": "\n".join(_differences(row, before)) if before else "",
        }
        for row, before in pairs
    ]


def _differences(row: SentraYearRevision, before: SentraYearRevision) -> list[str]:
    year = [(_("Tahun"), str(before.year), str(row.year))]
    texts = [(_(c.label), c.text(before), c.text(row)) for c in COLUMNS]
    none = _("tidak ada data")
    return [f"{label}: {old or none} → {new or none}" for label, old, new in year + texts if old != new]


def year_notices(sentra: Sentra, newest: SentraYear | None) -> list[str]:
    """What the figures of the years say against the register; nothing of it hinders anybody. No query."""
    last = localdate().year - 1
    if newest is None:
        return [_("Angka tahunan sentra ini belum dicatat.")]
    notices = []
    if newest.year < last:
        text = _("Angka tahun %(last)d belum dicatat. Angka terbaru adalah tahun %(newest)d.")
        notices.append(text % {"last": last, "newest": newest.year})
    if newest.units != sentra.unit_count:
        text = _(
            "Jumlah unit usaha pada data sentra (%(count)s) berbeda dari angka tahun %(year)d (%(units)s)."
            " Perbarui yang sudah tidak sesuai."
        )
        count, units = formats.number_id(sentra.unit_count), formats.number_id(newest.units)
        notices.append(text % {"count": count, "units": units, "year": newest.year})
    return notices


def year_problem(year: int) -> str:
    """Empty when figures of that year can be known."""
    if FIRST_FIGURES_YEAR <= year <= localdate().year:
        return ""
    return _("Tahun harus antara %(first)d dan %(last)d.") % {"first": FIRST_FIGURES_YEAR, "last": localdate().year}


def production_problem(amount: int | None, unit: str) -> str:
    """Empty when both or neither are given."""
    if (amount is None) == (not unit):
        return ""
    return _("Isi jumlah produksi dan satuannya, atau kosongkan keduanya.")


def year_oddities(figures: YearFigures) -> list[str]:
    """What the person confirms against the sentra's own records."""
    if figures.export_value and figures.turnover is not None and figures.export_value > figures.turnover:
        return [_("Nilai ekspor lebih besar daripada omzet.")]
    return []


def duplicate_year(sentra: int, year: int, besides: int | None = None) -> Duplicate | None:
    """One query."""
    same = year_is_taken(sentra, year, besides)
    text = _("Angka tahun %(year)d sudah dicatat. Ubah angka yang sudah ada.") % {"year": year}
    return Duplicate(text, field="year", record=same) if same else None


def figure_label(name: str) -> str:
    return capfirst(str(SentraYear._meta.get_field(name).verbose_name))
