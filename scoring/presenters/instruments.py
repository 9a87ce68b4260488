"""An instrument in words: what is wrong and where, its totals, and what differs between two versions."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats import number_id
from scoring.maths.exact import round_half_up
from scoring.maths.instrument import GROUP_PREFIX, PANEL
from scoring.maths.problems import Problem
from scoring.presenters.checklists import checklist_facts
from scoring.rules import GENERAL

Document = Mapping[str, Any]

PROBLEMS = {
    "document_not_object": gettext_lazy("Isi berkas bukan sebuah instrumen. Unduh contoh dari instrumen lain."),
    "method_unknown": gettext_lazy('Cara menilai tidak dikenal (%(where)s). Isi "options", "scale", atau "findings".'),
    "aspects_missing": gettext_lazy("Daftar aspek tidak ada."),
    "aspect_repeated": gettext_lazy("Kode aspek %(where)s dipakai lebih dari sekali."),
    "part_not_object": gettext_lazy("%(where)s: bentuknya keliru."),
    "list_wrong": gettext_lazy("%(where)s: seharusnya sebuah daftar."),
    "guidance_wrong": gettext_lazy("%(where)s: panduan seharusnya teks per komoditas."),
    "na_allowed_wrong": gettext_lazy('%(where)s: "na_allowed" seharusnya true atau false.'),
    "note_required_wrong": gettext_lazy('%(where)s: "note_required" seharusnya true atau false.'),
    "text_missing": gettext_lazy("%(where)s: teks belum diisi."),
    "text_too_long": gettext_lazy("%(where)s: teks terlalu panjang."),
    "number_wrong": gettext_lazy("%(where)s: isi dengan angka."),
    "number_not_exact": gettext_lazy('%(where)s: tulis angka pecahan sebagai teks, misalnya "0.5".'),
    "number_out_of_range": gettext_lazy("%(where)s: angka terlalu besar atau lebih dari dua desimal."),
    "scale_missing": gettext_lazy("Skala nilai belum ada."),
    "instrument_malformed": gettext_lazy("Bentuk instrumen keliru: %(where)s."),
    "field_malformed": gettext_lazy("Aturan kunjungan lapangan keliru: %(where)s."),
    "claim_repeated": gettext_lazy("Kode %(where)s pada daftar periksa dipakai lebih dari sekali."),
    "indicators_missing": gettext_lazy("Belum ada indikator."),
    "indicator_repeated": gettext_lazy("Kode indikator %(where)s dipakai lebih dari sekali."),
    "weight_not_positive": gettext_lazy("Indikator %(where)s: bobot harus lebih dari nol."),
    "scale_invalid": gettext_lazy("Skala: batas dan langkahnya tidak cocok, atau lebih dari 100 langkah."),
    "note_value_not_on_scale": gettext_lazy("Nilai wajib catatan %(where)s tidak ada pada skala."),
    "options_too_few": gettext_lazy("Indikator %(where)s: perlu sedikitnya dua pilihan."),
    "option_negative": gettext_lazy("Indikator %(where)s: poin tidak boleh kurang dari nol."),
    "option_repeated": gettext_lazy("Indikator dan poin %(where)s: dua pilihan tidak boleh berpoin sama."),
    "total_not_100": gettext_lazy("Nilai tertinggi seluruh indikator adalah %(where)s; seharusnya 100."),
    "min_assessors_too_few": gettext_lazy("Penilai minimal %(where)s; seharusnya sedikitnya 1."),
    "discrepancy_threshold_unreachable": gettext_lazy("Ambang selisih %(where)s tidak mungkin tercapai."),
    "pass_mark_unreachable": gettext_lazy("Nilai ambang %(where)s tidak mungkin tercapai atau selalu tercapai."),
    "min_aspect_score_needs_scale": gettext_lazy("Nilai minimal aspek hanya berlaku untuk instrumen dengan skala."),
    "min_aspect_score_unreachable": gettext_lazy("Nilai minimal aspek %(where)s berada di luar skala."),
    "min_aspect_score_meets_no_aspect": gettext_lazy("Tidak ada aspek berbobot sedikitnya %(where)s."),
    "band_unreachable": gettext_lazy("Bintang %(where)s: batas nilainya tidak mungkin tercapai atau selalu tercapai."),
    "band_repeated": gettext_lazy("Bintang %(where)s ditulis dua kali."),
    "band_not_above_lower": gettext_lazy("Bintang %(where)s: batasnya harus di atas bintang yang lebih rendah."),
    "tie_break_unknown": gettext_lazy("Urutan penentu %(where)s tidak dikenal."),
    "tie_break_repeated": gettext_lazy("Urutan penentu %(where)s ditulis dua kali."),
    "tie_break_panel_not_last": gettext_lazy("Keputusan panel harus menjadi penentu terakhir."),
    "indicator_added": gettext_lazy("Indikator %(where)s baru, jadi belum pernah dinilai."),
    "indicator_removed": gettext_lazy("Indikator %(where)s tidak ada lagi, padahal sudah dinilai."),
    "value_lost": gettext_lazy("Indikator dan nilai %(where)s: nilai yang sudah diberikan tidak ada pada versi baru."),
}


def problem_texts(problems: Iterable[Problem]) -> list[str]:
    """Each problem with its place, in words."""
    return [str(PROBLEMS[one.code]) % {"where": _where(one)} for one in problems]


def _where(problem: Problem) -> str:
    """A number that the maths gives as a fraction, as people write it."""
    if problem.code == "total_not_100":
        numerator, __, denominator = problem.where.partition("/")
        return number(round_half_up(Fraction(int(numerator), int(denominator or 1))))
    return problem.where


def number(value: object) -> str:
    """A number of a document as people write it; "" when there is none."""
    return "" if value in (None, "") else number_id(Decimal(f"{Decimal(str(value)).normalize():f}"))


def parts_of(document: Document) -> list[dict[str, Any]]:
    """Every indicator with its aspect: on a scale they are one and the same."""
    return [
        {"aspect": aspect, "part": part}
        for aspect in document.get("aspects", ())
        for part in (aspect.get("indicators", ()) if document.get("method") == "options" else (aspect,))
    ]


def most_of(document: Document, part: Mapping[str, Any]) -> Decimal:
    """The most that an indicator can give of the 100."""
    if document.get("method") == "options":
        return max((Decimal(str(option["points"])) for option in part.get("options", ())), default=Decimal())
    return Decimal(str(part.get("weight") or 0))


def aspect_blocks(document: Document) -> list[dict[str, Any]]:
    """The overview: aspects with their indicators, and what each can give."""
    groups = {group["code"]: group["label"] for group in document.get("groups", ())}
    blocks: dict[str, dict[str, Any]] = {}
    for aspect in document.get("aspects", ()) if document.get("method") == "options" else ():
        label = f"{aspect['code']} {aspect['label']}"
        group = f"{aspect['group']} {groups.get(aspect['group'], '')}".strip()
        blocks[aspect["code"]] = {"label": label, "group": group, "rows": [], "most": Decimal()}
    for one in parts_of(document):
        code = one["aspect"]["code"] if document.get("method") == "options" else ""
        block = blocks.setdefault(code, {"label": _("Aspek"), "group": "", "rows": [], "most": Decimal()})
        most = most_of(document, one["part"])
        block["rows"].append(_indicator_row(one["part"], most))
        block["most"] += most
    return [block | {"most": number(block["most"])} for block in blocks.values()]


def _indicator_row(part: Mapping[str, Any], most: Decimal) -> dict[str, Any]:
    choices = part.get("options", part.get("anchors", ()))
    return {
        "code": part["code"],
        "label": part["label"],
        "most": number(most),
        "choices": [(number(one.get("points", one.get("value"))), _choice_text(one)) for one in choices],
        "guided": [key for key, text in part.get("guidance", {}).items() if text],
        "na": part.get("na_allowed", False),
    }


def _choice_text(choice: Mapping[str, Any]) -> str:
    """What a value means, and whether it needs a reason."""
    return f"{choice['label']} ({_('wajib catatan')})" if choice.get("note_required") else choice["label"]


# What the best sheet gives: exactly 100, less, or more. Also for static/js/instrument.js, which fills in the numbers.
TOTALS = {
    "exact": gettext_lazy("Nilai tertinggi seluruh indikator: 100. Sudah tepat."),
    "less": gettext_lazy("Nilai tertinggi seluruh indikator: {sum} dari 100. Kurang {rest}."),
    "more": gettext_lazy("Nilai tertinggi seluruh indikator: {sum}. Lebih {rest} dari 100."),
}
REACH = {
    "top": gettext_lazy("mulai {from}"),
    "range": gettext_lazy("mulai {from}, di bawah {to}"),
    "beyond": gettext_lazy("mulai {from}: tidak terjangkau, nilai tertinggi {most}"),
    "nobody": gettext_lazy("kosong: {to} sudah batas bintang di atasnya"),
}


def total_text(document: Document) -> str:
    """How far the best sheet is from 100, in words."""
    most = sum((most_of(document, one["part"]) for one in parts_of(document)), Decimal())
    kind = "exact" if most == 100 else "less" if most < 100 else "more"
    return str(TOTALS[kind]).format(sum=number(most), rest=number(abs(most - 100)))


def sum_of_indicators(document: Document, code: str) -> dict[str, Any]:
    """What the page of one indicator adds up while somebody types there: per aspect, and what the others give."""
    by_points, own = document.get("method") == "options", Decimal()
    rows: dict[str, dict[str, Any]] = {}
    for aspect in document.get("aspects", ()) if by_points else ():
        label = f"{aspect['code']} {aspect['label']}"
        rows[aspect["code"]] = {"code": aspect["code"], "label": label, "sum": Decimal(), "others": Decimal()}
    for one in parts_of(document):
        most = most_of(document, one["part"])
        if one["part"]["code"] == code:
            own = most
        if by_points:
            row = rows[one["aspect"]["code"]]
            row["sum"] += most
            row["others"] += most if one["part"]["code"] != code else 0
    everything = sum((most_of(document, one["part"]) for one in parts_of(document)), Decimal())
    return {
        "kind": "points" if by_points else "weight",
        "total": total_text(document),
        "others": everything - own,
        "rows": [row | {"text": number(row["sum"]) or "0"} for row in rows.values()],
        "texts": TOTALS,
    }


def reach_of_bands(document: Document) -> dict[str, Any]:
    """Which scores give how many stars, from the most on down. `most` is what the best sheet gives."""
    most = sum((most_of(document, one["part"]) for one in parts_of(document)), Decimal())
    bands = sorted(document.get("bands", ()), key=lambda band: (Decimal(str(band["min"])), band["stars"]), reverse=True)
    rows, above = [], None
    for band in bands:
        start = Decimal(str(band["min"]))
        kind = "beyond" if start > most else "nobody" if start == above else "top" if above is None else "range"
        facts = {"from": number(start) or "0", "to": number(above), "most": number(most)}
        rows.append({"label": "★" * band["stars"], "text": str(REACH[kind]).format_map(facts)})
        above = start
    return {"kind": "bands", "total": total_text(document), "most": most, "rows": rows, "texts": REACH}


def limit_rows(document: Document) -> list[tuple[str, str]]:
    """Everything besides the indicators, as label and text."""
    scale, rule = document.get("scale"), document.get("min_aspect_score")
    rows = [
        (_("Penilai minimal"), number(document.get("min_assessors"))),
        (_("Ambang selisih antarpenilai"), number(document.get("discrepancy_threshold"))),
        (_("Nilai ambang bawaan"), number(document.get("pass_mark"))),
    ]
    if scale:
        facts = {key: number(scale[key]) for key in ("min", "max", "step")}
        rows.append((_("Skala"), _("%(min)s sampai %(max)s, langkah %(step)s") % facts))
        rows.append((_("Wajib catatan untuk nilai"), ", ".join(map(number, scale.get("note_required_at", ())))))
    if rule:
        facts = {"weight": number(rule["weight_at_least"]), "score": number(rule["score"])}
        rows.append((_("Nilai minimal aspek"), _("%(score)s untuk aspek berbobot %(weight)s ke atas") % facts))
    bands = sorted(document.get("bands", ()), key=lambda band: band["stars"])
    rows += [("★" * band["stars"], _("mulai %(min)s") % {"min": number(band["min"])}) for band in bands]
    keys = [tie_label(document, key) for key in document.get("tie_break", ())]
    rows.append((_("Penentu bila nilai sama"), ", ".join(keys)))
    return [(label, text or "–") for label, text in rows]


def tie_label(document: Document, key: str) -> str:
    if key == PANEL:
        return _("keputusan panel")
    if key.startswith(GROUP_PREFIX):
        return _("kelompok %(code)s") % {"code": key.removeprefix(GROUP_PREFIX)}
    return key


def tie_choices(document: Document) -> list[tuple[str, str]]:
    """Everything that may decide between equal scores."""
    groups = [(GROUP_PREFIX + one["code"], f"{_('Kelompok')} {one['code']}") for one in document.get("groups", ())]
    parts = [(one["part"]["code"], f"{one['part']['code']} {one['part']['label']}") for one in parts_of(document)]
    return [("", "–"), *groups, *parts, (PANEL, _("Keputusan panel"))]


def differences(old: Document, new: Document) -> list[dict[str, str]]:
    """What the second version adds, removes and changes, by place."""
    before, after = dict(_facts(old)), dict(_facts(new))
    rows = []
    for place in dict.fromkeys(chain(before, after)):
        was, now = before.get(place, ""), after.get(place, "")
        if was == now:
            continue
        kind = _("ditambah") if place not in before else _("dihapus") if place not in after else _("diubah")
        rows.append({"place": place, "kind": kind, "old": was, "new": now})
    return rows


def _facts(document: Document) -> Iterator[tuple[str, str]]:
    """A document as named facts, each of which may differ by itself."""
    yield _("Judul"), str(document.get("title", ""))
    if document.get("method") == "findings":
        yield from checklist_facts(document)
        return
    yield from limit_rows(document)
    for group in document.get("groups", ()):
        yield f"{_('Kelompok')} {group['code']}", group["label"]
    for place, one in enumerate(parts_of(document), start=1):
        aspect, part = one["aspect"], one["part"]
        name = f"{_('Indikator')} {part['code']}"
        yield name, f"{part['label']} ({aspect['code']}, {_('urutan')} {place})"
        if document.get("method") == "scale":
            yield f"{name}, {_('bobot')}", number(part.get("weight"))
        for choice in part.get("options", part.get("anchors", ())):
            yield f"{name}, {_('nilai')} {number(choice.get('points', choice.get('value')))}", _choice_text(choice)
        for commodity, text in part.get("guidance", {}).items():
            label = _("umum") if commodity == GENERAL else commodity
            yield f"{name}, {_('panduan')} {label}", text
        if part.get("na_allowed"):
            yield f"{name}, {_('tidak berlaku')}", _("boleh dipilih")
