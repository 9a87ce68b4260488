"""What a report on sensitivity says, for the page and for the PDF. Names are joined here; a report holds ids."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core.formats import number_id
from nominations.models import Nomination
from scoring.models import SensitivityReport

ELIMINATED, RUNNING = -1, -2  # as in scoring.maths.statistics.panel, which only workers load
NAMED_REASONS = 3
PRINTED_ROWS = 500
LEFT, WIDTH, LINE, HEAD = 190, 640, 22, 30

Row = dict[str, Any]


class Names(NamedTuple):
    """What the ids of a report stand for."""

    people: Mapping[int, str]
    nominations: Mapping[int, Nomination]
    stages: Mapping[str, str]
    aspects: Mapping[tuple[str, str], str]  # by stage and code


def sentences(data: Mapping[str, Any]) -> list[str]:
    """The answer in plain words: how many results would change, and by what."""
    rows = data["rows"]
    changed = sum(bool(row["why"]) for row in rows)
    kind = _("hasil bintang") if data["stars"] else _("hasil")
    if not changed:
        first = _("Dari %(total)d usulan, tidak satu pun %(kind)s berubah dalam %(scenarios)d skenario penghitungan.")
    else:
        first = _(
            "Dari %(total)d usulan, %(changed)d %(kind)s berubah dalam sedikitnya satu dari %(scenarios)d skenario "
            "penghitungan; %(same)d tetap dalam semuanya."
        )
    facts = {"total": len(rows), "changed": changed, "same": len(rows) - changed, "kind": kind}
    found = [first % (facts | {"scenarios": len(data["scenarios"])})]
    if changed:
        found.append(_by_kind(data))
    if data["cap"] is not None:
        found.append(_quota_sentence(data))
    drawn = sum(row["redrawn"] for row in rows)
    found.append(
        _("Bila lembar nilai setiap usulan diundi ulang %(times)d kali, %(count)d usulan dapat memperoleh hasil lain.")
        % {"times": data["replicates"], "count": drawn}
    )
    return [*found, recount_sentence(data["recount"])]


def _quota_sentence(data: Mapping[str, Any]) -> str:
    """Whether anybody would come into the quota, or leave it."""
    rows = data["rows"]
    crossing = sum(row["inside_range"][0] != row["inside_range"][1] for row in rows)
    drawn = sum(row["drawn_crosses"] for row in rows)
    if not crossing and not drawn:
        text = _("Kuota %(cap)d penerima: tidak ada usulan yang berpindah antara dalam kuota dan di luar kuota.")
    else:
        text = _(
            "Kuota %(cap)d penerima: %(crossing)d usulan berpindah antara dalam kuota dan di luar kuota dalam"
            " sedikitnya satu skenario, %(drawn)d dalam undian ulang."
        )
    return text % {"cap": data["cap"], "crossing": crossing, "drawn": drawn}


def quota_label(*, inside: bool) -> str:
    return _("dalam kuota") if inside else _("di luar kuota")


def drawn_outcome(row: Row, *, stars: bool) -> str:
    """What the draws alone make of it: `bintang 2–3`."""
    low, high = row["drawn_outcomes"]
    if low == high:
        return outcome_label(low, stars=stars)
    if stars and low > 0:
        return _("bintang %(low)d–%(high)d") % {"low": low, "high": high}
    return _range(outcome_label(low, stars=stars), outcome_label(high, stars=stars))


def _range(low: str, high: str) -> str:
    return low if low == high else _("%(low)s sampai %(high)s") % {"low": low, "high": high}


def _by_kind(data: Mapping[str, Any]) -> str:
    """How many nominations each kind of scenario would change."""
    scenarios, counts = data["scenarios"], dict.fromkeys(("without", "weights", "median", "severity"), 0)
    for row in data["rows"]:
        kinds = {scenarios[number]["kind"] for number in row["why"]}
        for kind in {"weights" if one in ("aspect", "stage") else one for one in kinds}:
            counts[kind] += 1
    words = {
        "without": _("%(count)d berubah bila satu penilai tidak ikut"),
        "weights": _("%(count)d bila satu bobot bergeser 10%%"),
        "median": _("%(count)d bila memakai median"),
        "severity": _("%(count)d bila kecenderungan penilai dikeluarkan"),
    }
    there = {scenario["kind"] for scenario in scenarios}
    if "severity" not in there:
        words.pop("severity")
    return ", ".join(words[kind] % {"count": counts[kind]} for kind in words) + "."


def recount_sentence(recount: Mapping[str, Any]) -> str:
    if not recount["differences"]:
        return _("Semua %(count)d hasil tahap dihitung ulang dari lembar nilai dan sama dengan yang tercatat.") % {
            "count": recount["compared"]
        }
    _pk, reference, stage, what, stored, computed = recount["named"][0]
    return _(
        "PERIKSA: %(count)d angka yang tercatat berbeda dari hitungan ulang. Yang pertama: %(reference)s %(stage)s "
        "%(what)s, tercatat %(stored)s, dihitung %(computed)s."
    ) % {
        "count": recount["differences"],
        "reference": reference,
        "stage": stage,
        "what": what,
        "stored": stored,
        "computed": computed,
    }


def outcome_label(outcome: int, *, stars: bool) -> str:
    if outcome == ELIMINATED:
        return _("gugur")
    if outcome == RUNNING:
        return _("lanjut ke tahap berikutnya")
    if not stars:
        return _("masuk peringkat")
    return _("bintang %(number)d") % {"number": outcome} if outcome else _("tanpa bintang")


def scenario_label(scenario: Mapping[str, Any], names: Names) -> str:
    stage = names.stages.get(scenario["stage"], scenario["stage"])
    shift = "+10%" if scenario["shift"] > 0 else "−10%"
    if scenario["kind"] == "without":
        return _("tanpa %(name)s") % {"name": names.people.get(scenario["subject"], "–")}
    if scenario["kind"] == "aspect":
        aspect = names.aspects.get((scenario["stage"], scenario["subject"]), scenario["subject"])
        return _("bobot %(aspect)s %(shift)s") % {"aspect": aspect, "shift": shift}
    if scenario["kind"] == "stage":
        return _("bobot tahap %(stage)s %(shift)s") % {"stage": stage, "shift": shift}
    if scenario["kind"] == "median":
        return _("median, bukan rata-rata")
    return _("tanpa kecenderungan penilai")


def scenario_rows(data: Mapping[str, Any], names: Names) -> list[Row]:
    """One row per scenario, those that change most first."""
    rows = [scenario | {"label": scenario_label(scenario, names)} for scenario in data["scenarios"]]
    return sorted(rows, key=lambda row: (-row["changed"], -row["moved"]))


def result_rows(data: Mapping[str, Any], rows: Iterable[Row], names: Names) -> list[Row]:
    """Rows of the table of nominations, with everything in words."""
    return [_result_row(data, row, names) for row in rows]


def _result_row(data: Mapping[str, Any], row: Row, names: Names) -> Row:
    stars = data["stars"]
    quota = data["cap"] is not None and bool(row["rank"])
    low, high = row["inside_range"]
    best, worst = row["ranks"]
    reasons = [scenario_label(data["scenarios"][number], names) for number in row["why"][:NAMED_REASONS]]
    if len(row["why"]) > NAMED_REASONS:
        reasons.append(_("dan %(count)d skenario lain") % {"count": len(row["why"]) - NAMED_REASONS})
    if row["redrawn"]:
        reasons.append(_("undian ulang"))
    return row | {
        "nomination": names.nominations.get(row["id"]),
        "score": _number(row["score"]),
        "outcome_label": outcome_label(row["outcome"], stars=stars),
        "quota": quota_label(inside=row["inside"]) if quota else "",
        "outcome_range": _range(*(outcome_label(one, stars=stars) for one in row["outcomes"])),
        "quota_range": _range(quota_label(inside=low), quota_label(inside=high)) if quota else "",
        "rank_range": "–" if not best else str(best) if best == worst else f"{best}–{worst}",
        "median_text": _number(row["median"]),
        "adjusted_text": _number(row["adjusted"]),
        "drawn_text": "–" if row["drawn"][0] is None else f"{_number(row['drawn'][0])}–{_number(row['drawn'][1])}",
        "drawn_outcome": drawn_outcome(row, stars=stars),
        "drawn_quota": _share(row["drawn_inside"]) if quota else "",
        "same_text": _share(row["same"]),
        "reasons": reasons,
        "verdict": _verdict(row, stars=stars),
    }


def _verdict(row: Row, *, stars: bool) -> dict[str, str]:
    if row["why"] or row["redrawn"]:
        return {"label": _("Dapat berubah"), "kind": "attention"}
    if not stars and row["ranks"][0] != row["ranks"][1]:
        return {"label": _("Peringkat bergeser"), "kind": "progress"}
    return {"label": _("Tetap"), "kind": "success"}


def stage_blocks(data: Mapping[str, Any], names: Names) -> list[Row]:
    """Agreement and assessors of every stage of sheets."""
    return [
        stage
        | {
            "alpha_text": _number(stage["alpha"], 3),
            "alpha_words": alpha_words(stage["alpha"]),
            "assessors": [_assessor_row(one, names) for one in stage["assessors"]],
            "indicators": [one | {"alpha_text": _number(one["alpha"], 3)} for one in stage["indicators"]],
        }
        for stage in data["stages"]
        if stage["sheets"]
    ]


def alpha_words(alpha: float | None) -> str:
    """Limits after Krippendorff: 0.8 for firm conclusions, 0.667 for tentative ones."""
    if alpha is None:
        return _("tidak dapat dihitung: tidak ada usulan dengan dua nilai yang berbeda")
    if alpha >= 0.8:
        return _("penilai sependapat")
    return _("penilai cukup sependapat") if alpha >= 0.667 else _("penilai belum sependapat; bahas dalam kalibrasi")


def _assessor_row(one: Row, names: Names) -> Row:
    return one | {
        "name": names.people.get(one["id"], "–"),
        "mean_text": _number(one["mean"]),
        "leniency_text": _signed(one["leniency"]),
        "error_text": _number(one["error"]),
        "consistency_text": _number(one["consistency"]),
    }


def chart(data: Mapping[str, Any], rows: list[Row]) -> Row | None:
    """The official score of each row with the range of the draws, over the limits of the stars. None without scores."""
    drawn = [row for row in rows if row["drawn"][0] is not None]
    if not drawn:
        return None
    least = min(row["drawn"][0] for row in drawn)
    start = min(90, int(least // 10) * 10)
    scale = (WIDTH - LEFT - 20) / (100 - start)

    def place(score: float) -> float:
        return round(LEFT + (score - start) * scale, 1)

    lines = [
        {
            "y": HEAD + LINE * number + LINE // 2,
            "label": row["nomination"].reference if row["nomination"] else "–",
            "low": place(row["drawn"][0]),
            "high": place(row["drawn"][1]),
            "at": place(float(row["official"])) if row["official"] else None,
            "title": f"{row['score']} ({row['drawn_text']})",
            "changes": bool(row["why"] or row["redrawn"]),
        }
        for number, row in enumerate(drawn)
    ]
    return {
        "lines": lines,
        "left": LEFT,
        "width": WIDTH,
        "height": HEAD + LINE * len(lines) + 26,
        "foot": HEAD + LINE * len(lines) + 4,
        "bands": [{"x": place(low), "label": "★" * stars} for low, stars in data["bands"] if low >= start],
        "ticks": [{"x": place(at), "label": at} for at in range(start, 101, 10)],
    }


def with_official(rows: Iterable[Row]) -> list[Row]:
    """Keep the number beside its text, for the chart."""
    return [row | {"official": row["score"]} for row in rows]


def pdf_context(report: SensitivityReport, names: Names) -> Row:
    """What the printed report shows: all nominations, or in a very large category those that could change."""
    data = report.data
    rows = data["rows"]
    whole = len(rows) <= PRINTED_ROWS
    shown = rows if whole else [row for row in rows if row["why"] or row["redrawn"]][:PRINTED_ROWS]
    return {
        "report": report,
        "sentences": sentences(data),
        "scenarios": scenario_rows(data, names),
        "rows": result_rows(data, shown, names),
        "stages": stage_blocks(data, names),
        "whole": whole,
        "data": data,
    }


def _number(value: float | str | None, places: int = 2) -> str:
    return "–" if value is None else number_id(Decimal(str(value)), places)


def _share(part: float) -> str:
    return f"{number_id(Decimal(str(100 * part)), 0)}%"


def _signed(value: float | None) -> str:
    if value is None:
        return "–"
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number_id(Decimal(str(abs(value))), 2)}"
