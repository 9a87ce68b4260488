"""What a dashboard says of a period: each function answers one part of the page. No query in any of them."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.formats import JAKARTA, date_long, number_id, time_left
from nominations.enums import GRANTED, NOT_LIVE, NOT_SENT, Action, Status, WindowKind
from nominations.models import Category, Period
from nominations.querysets import AFTER_VERIFICATION
from nominations.rules import WindowState, window_state
from nominations.selectors.windows import facts_of
from reference.models import Region
from reports.presenters.calendar import STATES
from reports.presenters.charts import bar, line_chart, score_range, share_bar
from reports.selectors import ProvinceRow, share_of
from reports.selectors.dashboard import CREATED, Standing, StatusTally
from scoring.selectors.distribution import ScoreSummary
from scoring.selectors.progress import OwnProgress

SENT = frozenset(Status) - NOT_SENT
BEGUN = frozenset(Status) - NOT_LIVE
PASSED = frozenset(AFTER_VERIFICATION)
SCORED = GRANTED | {Status.IN_PLENARY, Status.RECOMMENDED, Status.NOT_RECOMMENDED}
RECOMMENDED = GRANTED | {Status.RECOMMENDED}
SHADES = (0, 10, 25, 50, None)
SHADE_LABELS = ("0%", "1–10%", "11–25%", "26–50%")


def is_running(period: Period, kinds: Iterable[WindowKind]) -> bool:
    """Whether one of these windows is open now, extensions apart."""
    now = timezone.now()
    return any(one.kind in kinds and one.opens_at <= now <= one.closes_at for one in period.windows.all())


def schedule_rows(period: Period, later: dict[str, datetime], zone: str | None) -> list[dict[str, Any]]:
    """The windows in the order in which they open, with what is left of them; `later` are extensions of a region."""
    now, rows = timezone.now(), []
    for window in sorted(period.windows.all(), key=lambda one: (one.opens_at, one.pk)):
        facts = facts_of(window, later.get(window.kind))
        length, gone = facts.closes_at - facts.opens_at, now - facts.opens_at
        state = window_state(now, facts)
        shown = WindowState.CLOSED if state is WindowState.GRACE else state
        rows.append(
            {
                "label": window.get_kind_display(),
                "opens_at": facts.opens_at,
                "closes_at": facts.closes_at,
                "extended": facts.closes_at > window.closes_at,
                "state": STATES[shown],
                "left": time_left(facts.closes_at, now, zone or JAKARTA) if shown is WindowState.OPEN else "",
                "share": max(0, min(100, round(100 * (gone / length)))),
            }
        )
    return rows


def funnel(statuses: Counter[str], *, internal: bool, drafts: bool, released: bool) -> list[dict[str, Any]]:
    """How many came how far. Regions read no step that is sealed; who meets no drafts begins with the verified ones."""
    steps = [(_("Dibuat"), BEGUN), (_("Diajukan"), SENT)] if drafts else []
    steps.append((_("Lolos verifikasi"), PASSED))
    if internal:
        steps += [(_("Selesai dinilai"), SCORED), (_("Direkomendasikan pleno"), RECOMMENDED)]
    if internal or released:
        steps.append((_("Ditetapkan"), GRANTED))
    numbers = [(label, sum(statuses[one] for one in group)) for label, group in steps]
    first, before, rows = numbers[0][1], None, []
    for label, number in numbers:
        text = number_id(number)
        if before:
            text = f"{text} ({share_of(number, before)}%)"
        rows.append(bar(label, number, first, text))
        before = number
    return rows


def standstill(statuses: Counter[str], *, internal: bool, released: bool) -> list[dict[str, Any]]:
    """Where the others stayed, empty when there are none; after the release regions read the two sealed ends as one."""
    rows = [
        (_("Ditarik daerah"), {Status.WITHDRAWN}),
        (_("Perlu perbaikan"), {Status.RETURNED}),
        (_("Tidak memenuhi syarat"), {Status.INELIGIBLE}),
    ]
    if internal:
        rows += [(_("Gugur penilaian"), {Status.ELIMINATED}), (_("Tidak direkomendasikan"), {Status.NOT_RECOMMENDED})]
    elif released:
        rows.append((_("Belum terpilih"), {Status.ELIMINATED, Status.NOT_RECOMMENDED}))
    numbers = [(label, sum(statuses[one] for one in group)) for label, group in rows]
    if not any(number for _label, number in numbers):
        return []
    return [{"label": label, "value": number_id(number), "number": number} for label, number in numbers]


def coverage_bars(rows: Iterable[ProvinceRow], period: Period, *, linked: bool) -> dict[str, list[dict[str, Any]]]:
    """Provinces by the share of their kabupaten and kota that nominated, the highest first; the silent ones apart."""
    shown, silent = [], []
    for row in sorted(rows, key=lambda one: (-one.nominated / (one.all or 1), one.region.label)):
        query = urlencode({"provinsi": row.region.code, "periode": period.pk})
        url = f"{reverse('province_matrix')}?{query}" if linked else ""
        (shown if row.nominated else silent).append(share_bar(row.region.label, row.nominated, row.all, url))
    return {"shown": shown, "silent": silent}


def covered(rows: Iterable[ProvinceRow]) -> dict[str, Any]:
    """The country as one rate."""
    rows = list(rows)
    number, whole = sum(row.nominated for row in rows), sum(row.all for row in rows)
    return {"number": number, "all": whole, "share": share_of(number, whole)}


def region_states(regions: list[Region], found: dict[str, StatusTally], period: Period) -> list[dict[str, Any]]:
    """Kabupaten and kota by how much of what is recommended they sent, the most first; drafts before nothing."""
    wanted, rows = max(period.min_sentra_hint, 1), []
    for region in regions:
        tally = found.get(region.pk, StatusTally())
        counted = tally.counted(period)
        if tally.sent:
            step, text = (3 if counted >= wanted else 2), f"{counted}/{wanted}"
        else:
            step, text = (1, _("baru konsep")) if tally.drafts else (0, _("belum ada"))
        facts = {"region": region, "step": step, "sent": tally.sent, "returned": tally.statuses[Status.RETURNED]}
        rows.append(bar(region.label, counted, wanted, text) | facts)
    return sorted(rows, key=lambda row: (-row["value"], -row["sent"], -row["step"], row["region"].code))


def covered_regions(states: list[dict[str, Any]]) -> dict[str, Any]:
    """One province as a rate."""
    number = sum(row["sent"] > 0 for row in states)
    return {"number": number, "all": len(states), "share": share_of(number, len(states))}


def quota(found: Iterable[StatusTally], period: Period) -> dict[str, Any]:
    """What a region has sent against what the round recommends."""
    found = list(found)
    return {
        "sent": sum(tally.sent for tally in found),
        "counted": sum(tally.counted(period) for tally in found),
        "wanted": period.min_sentra_hint,
        "what": period.get_hint_counts_display(),
    }


def heat_table(
    provinces: list[ProvinceRow], categories: list[Category], cells: dict[tuple[str, int], int]
) -> dict[str, Any]:
    """Categories against provinces: the share of the kabupaten and kota that nominated. Empty lines are named apart."""
    used = {category for _place, category in cells}
    columns = [one for one in categories if one.active or one.pk in used]
    rows, silent = [], []
    for row in provinces:
        numbers = [cells.get((row.region.pk, one.pk), 0) for one in columns]
        if any(numbers):
            rows.append({"label": row.region.label, "cells": [_cell(number, row.all) for number in numbers]})
        else:
            silent.append(row.region.label)
    return {"columns": [one.label for one in columns], "rows": rows, "silent": silent, "legend": _legend()}


def _cell(number: int, whole: int) -> dict[str, Any]:
    share = share_of(number, whole)
    step = next(n for n, limit in enumerate(SHADES) if limit is None or share <= limit)
    title = _("%(n)d dari %(all)d kabupaten/kota") % {"n": number, "all": whole}
    return {"share": share, "step": step, "title": title}


def _legend() -> list[str]:
    return [*SHADE_LABELS, _("lebih dari 50%")]


def category_bars(categories: list[Category], cells: dict[tuple[str, int], int], whole: int) -> list[dict[str, Any]]:
    """The categories by how many kabupaten and kota of one province nominated in them, the most first."""
    numbers: Counter[int] = Counter()
    for (_place, category), number in cells.items():
        numbers[category] += number
    shown = [one for one in categories if one.active or numbers[one.pk]]
    rows = [share_bar(one.label, numbers[one.pk], whole) for one in shown]
    return sorted(rows, key=lambda row: -row["value"])


def trend_chart(days: dict[str, Counter[date]], period: Period, later: dict[str, datetime]) -> dict[str, Any] | None:
    """Drafts and submissions as growing sums, with the table of their days; None when nothing has happened."""
    begun, sent = days[CREATED], days[Action.SUBMIT]
    events = sorted({*begun, *sent})
    if not events:
        return None
    first, last, until, marks = events[0], events[-1], events[-1], []
    if window := next((one for one in period.windows.all() if one.kind == WindowKind.NOMINATION), None):
        facts = facts_of(window, later.get(window.kind))
        close = timezone.localdate(facts.closes_at)
        first, last = min(first, timezone.localdate(facts.opens_at)), max(last, close)
        until = max(until, min(timezone.localdate(), close))
        marks = [(close, _("batas akhir"))]
    series = [
        {"label": _("Konsep dibuat"), "kind": "begun", "days": begun, "total": number_id(begun.total())},
        {"label": _("Usulan diajukan"), "kind": "sent", "days": sent, "total": number_id(sent.total())},
    ]
    chart = line_chart(series, (first, last), until, marks)
    return chart | {"rows": _day_rows(events, begun, sent), "text": _said(events, series)}


def _day_rows(events: list[date], begun: Counter[date], sent: Counter[date]) -> list[dict[str, Any]]:
    rows, all_begun, all_sent = [], 0, 0
    for day in events:
        all_begun, all_sent = all_begun + begun[day], all_sent + sent[day]
        numbers = {"begun": begun[day], "sent": sent[day], "all_begun": all_begun, "all_sent": all_sent}
        rows.append({"label": date_long(day), "at": day.isoformat(), **numbers})
    return rows


def _said(events: list[date], series: list[dict[str, Any]]) -> str:
    facts = {"first": date_long(events[0]), "last": date_long(events[-1])}
    facts |= {one["kind"]: one["total"] for one in series}
    if len(events) == 1:
        return _("Pada %(first)s: %(begun)s konsep dibuat, %(sent)s usulan diajukan.") % facts
    text = _("Dari %(first)s sampai %(last)s: %(begun)s konsep dibuat, %(sent)s usulan diajukan.") % facts
    busiest, most = max(series[1]["days"].items(), key=lambda pair: pair[1], default=(None, 0))
    if busiest:
        text += " " + _("Hari teramai: %(day)s, %(n)d pengajuan.") % {"day": date_long(busiest), "n": most}
    return text


def return_figures(statuses: Counter[str], days: dict[str, Counter[date]]) -> list[dict[str, Any]]:
    """What came back for repair: how often, how much of it was sent again, what still waits; empty when nothing did."""
    returned, again = days[Action.RETURN_FOR_REPAIR].total(), days[Action.RESUBMIT].total()
    if not returned:
        return []
    sent = sum(statuses[one] for one in SENT)
    rate = _("%(share)d%% dari %(sent)s usulan yang diajukan")
    waiting = statuses[Status.RETURNED]
    return [
        {
            "label": _("Menunggu perbaikan daerah"),
            "number": waiting,
            "value": number_id(waiting),
            "note": rate % {"share": share_of(waiting, sent), "sent": number_id(sent)} if sent else "",
        },
        {"label": _("Kali dikembalikan"), "number": returned, "value": number_id(returned)},
        {
            "label": _("Kali diajukan kembali"),
            "number": again,
            "value": number_id(again),
            "note": _("%(share)d%% dari pengembalian") % {"share": share_of(again, returned)},
        },
    ]


def spread_rows(summaries: list[ScoreSummary]) -> list[dict[str, Any]]:
    """Categories with their scores as a range, a box and a median."""
    return [
        {
            "label": one.category,
            "number": number_id(one.number),
            "low": number_id(one.lowest, 2),
            "median": number_id(one.quartiles[1], 2),
            "high": number_id(one.highest, 2),
            "middle": f"{number_id(one.quartiles[0], 2)}–{number_id(one.quartiles[2], 2)}" if one.number > 1 else "–",
            "range": score_range(float(one.lowest), one.quartiles, float(one.highest)),
            "summary": one,
        }
        for one in summaries
    ]


def own_bars(rows: list[OwnProgress]) -> list[dict[str, Any]]:
    """A scorer's stages by how much of them is sent."""
    return [share_bar(one.stage, one.sent, one.total) for one in rows]


def own_figures(rows: list[OwnProgress]) -> list[dict[str, Any]]:
    desk = reverse("assessor_desk")
    return [
        {"label": _("Dapat dikerjakan sekarang"), "value": sum(one.open for one in rows), "url": desk},
        {"label": _("Menunggu pernyataan Anda"), "value": sum(one.undeclared for one in rows), "url": desk},
        {"label": _("Sudah terkirim"), "value": sum(one.sent for one in rows)},
    ]


def unfinished_rows(nominations: Iterable[Any]) -> list[dict[str, Any]]:
    """Own dossiers that wait for their region, with the deadline that rules each."""
    now, rows = timezone.now(), []
    for one in nominations:
        returned = one.status == Status.RETURNED
        closes = one.repair_closes_at if returned else one.sending_closes_at
        rows.append(
            {
                "nomination": one,
                "url": reverse("nomination_detail", args=[one.pk]),
                "state": {"label": _("Perlu perbaikan"), "kind": "attention"}
                if returned
                else {"label": _("Konsep"), "kind": "neutral"},
                "reason": one.reason if returned else "",
                "closes_at": closes,
                "is_over": bool(closes) and closes < now,
            }
        )
    return rows


def standing_bars(rows: list[Standing]) -> list[dict[str, Any]]:
    """Commodities of the own register by the share of their sentra from which a nomination was sent."""
    found = [share_bar(one.commodity, one.nominated, one.sentra) for one in rows]
    return sorted(found, key=lambda row: (-row["share"], row["label"]))


def label_bars(found: dict[str, StatusTally]) -> list[dict[str, Any]]:
    """Categories by how many of the own nominations were sent in them."""
    whole = sum(tally.sent for tally in found.values())
    rows = [bar(label, tally.sent, whole, number_id(tally.sent)) for label, tally in found.items() if tally.sent]
    return sorted(rows, key=lambda row: (-row["value"], row["label"]))
