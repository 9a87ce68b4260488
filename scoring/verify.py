"""Recompute a signed ranking from its exported bundle: `python -m scoring.verify FILE [SHA256] [FILE [SHA256] …]`.

Needs this one file and Python 3.11, nothing else: no Django, and none of the portal's arithmetic. It computes every
sheet, stage, final score, place and star again in fractions, every chain and every hash, and says "sama" (exit 0), or
names the first difference (exit 1). The bundles of several categories of one period are also counted together, for the
caps of the whole period. The format is described in docs/ranking-bundle.md, and what a file alone cannot show: who
writes all hashes anew can leave something out with everything that follows from it. SHA256 tells such a file apart.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from hashlib import sha256
from math import floor
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = "ovop-upakarti-ranking/1"
LARGEST = 2**30
VISIT_STATES = {"submitted": "submitted", "confirmed": "confirmed"}
VISIT_STEPS = {"submitted": ("", "returned"), "confirmed": ("submitted",), "returned": ("submitted", "confirmed")}
SHARED = {"": 0, "province": 2, "district": 5}  # characters of a region's code
USAGE = "Cara pakai: python -m scoring.verify BERKAS [SHA256 yang tertera pada halaman peringkat] [BERKAS [SHA256] …]"


class DifferenceError(Exception):
    """The file says something else than what follows from it."""

    def __init__(self, where: str, computed: object, written: object) -> None:
        super().__init__(f"{where}: dihitung {_shown(computed)}, tertulis {_shown(written)}")


class MalformedError(Exception):
    """The file is not a bundle that this script can read."""


@contextmanager
def _reading() -> Iterator[None]:
    """What is missing, or of another shape, makes the file malformed."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
        raise MalformedError(f"ada bagian yang kurang atau keliru bentuknya ({error!r})") from error


def canonical(value: object) -> bytes:
    """The one byte form: keys sorted, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: object) -> str:
    return sha256(canonical(value)).hexdigest()


def chained(value: object, previous: str) -> str:
    """The hash of an event: over the hash of the one before, followed by the event itself."""
    return sha256(previous.encode() + canonical(value)).hexdigest()


def half_up(value: Fraction) -> Fraction:
    """To two decimals; 0.005 goes up."""
    return Fraction(floor(value * 100 + Fraction(1, 2)), 100)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, Fraction):
        return f"{float(value):.4f}".rstrip("0").rstrip(".")
    return "tidak ada" if value in (None, []) else str(value)


def _same(where: str, computed: object, written: object) -> None:
    if computed != written:
        raise DifferenceError(where, computed, written)


def _none(where: str, found: set[Any]) -> None:
    _same(where, [], sorted(found))


def _at_least(where: str, least: int, count: int) -> None:
    """One is always needed."""
    if count < max(least, 1):
        raise DifferenceError(where, f"sedikitnya {max(least, 1)}", count)


def _number(given: object) -> Fraction:
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise MalformedError(f"bukan bilangan: {given!r}")
    return Fraction(given)


def _optional(given: object) -> Fraction | None:
    return None if given is None else _number(given)


# The file


def read_bundle(raw: bytes, expected: str = "") -> dict[str, Any]:
    """The ranking in the file, once its own hashes hold. `expected` is the sha256 that the portal shows."""
    bundle = _parsed(raw)
    if bundle.get("format") != FORMAT:
        raise MalformedError(f"format berkas bukan {FORMAT}")
    if canonical(bundle) != raw:
        raise MalformedError("isi berkas tidak dalam bentuk baku (urutan kunci, spasi, atau penulisan huruf)")
    body = {key: value for key, value in bundle.items() if key != "file_sha256"}
    _same("sidik berkas", digest(body), bundle["file_sha256"])
    _same("sidik peringkat", digest(bundle["ranking"]), bundle["sha256"])
    if expected:
        _same("sidik yang diumumkan", bundle["sha256"], expected.lower())
    signers = [one["by"] for one in bundle["signatures"]]
    _same("jumlah penanda tangan yang berbeda", 2, len(set(signers)))
    ranking: dict[str, Any] = bundle["ranking"]
    return ranking


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        bundle = json.loads(raw, object_pairs_hook=_no_repeats, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"bukan berkas JSON yang utuh ({error})") from error
    if not isinstance(bundle, dict):
        raise MalformedError("isi berkas bukan sebuah objek JSON")
    return bundle


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("kunci yang berulang")
    return found


def _refuse(text: str) -> object:
    raise ValueError(f"bilangan {text} tidak ditulis sebagai teks desimal")


# Instruments


class Indicator(NamedTuple):
    group: str
    weight: Fraction
    values: set[Fraction]
    na: bool


class Instrument:
    """What may be given, what it weighs, and the limits; from the definition in the bundle."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.indicators = dict(_indicators(document))
        self.divisor = _number(document["scale"]["max"]) if document["method"] == "scale" else Fraction(1)
        self.threshold = _optional(document.get("discrepancy_threshold"))
        self.minimum = document.get("min_aspect_score")
        self.bands = [(_number(band["min"]), band["stars"]) for band in document.get("bands", ())]
        self.tie_break = [key for key in document.get("tie_break", ()) if key != "panel"]

    def points(self, code: str, value: Fraction) -> Fraction:
        return self.indicators[code].weight * value / self.divisor

    def total(self, where: str, answers: dict[str, Fraction | None]) -> Fraction:
        """The exact total. What does not apply is left out of both the sum and what could be reached."""
        _same(f"{where}: indikator yang diisi", sorted(self.indicators), sorted(answers))
        scored = {code: value for code, value in answers.items() if value is not None}
        for code, value in answers.items():
            allowed = self.indicators[code].na if value is None else value in self.indicators[code].values
            if not allowed:
                raise DifferenceError(f"{where}: {code}", "nilai yang diizinkan instrumen", value)
        reached = sum((self.points(code, value) for code, value in scored.items()), Fraction())
        if len(scored) == len(answers):
            return reached
        if not scored:
            raise DifferenceError(where, "sedikitnya satu indikator dinilai", "semua tidak berlaku")
        return reached / self.best(list(scored)) * 100

    def mean(self, code: str, sheets: list[dict[str, Fraction | None]]) -> Fraction | None:
        """Over the sheets to which the indicator applied."""
        given = [value for sheet in sheets if (value := sheet[code]) is not None]
        return sum(given, Fraction()) / len(given) if given else None

    def best(self, codes: list[str]) -> Fraction:
        """What these indicators could reach."""
        return sum((self.points(code, max(self.indicators[code].values)) for code in codes), Fraction())

    def tie_key(self, key: str, sheets: list[dict[str, Fraction | None]], mean_total: Fraction) -> Fraction:
        """The exact mean of an indicator, or of what a group gave; what does not apply, at the rate of the rest."""
        rest = mean_total / 100
        if not key.startswith("group:"):
            mean = self.mean(key, sheets)
            return max(self.indicators[key].values) * rest if mean is None else mean
        codes = [code for code, one in self.indicators.items() if one.group == key.removeprefix("group:")]
        rates = []
        for sheet in sheets:
            given = {code: value for code in codes if (value := sheet[code]) is not None}
            if given:
                reached = sum((self.points(code, value) for code, value in given.items()), Fraction())
                rates.append(reached / self.best(list(given)))
        rate = sum(rates, Fraction()) / len(rates) if rates else rest
        return rate * self.best(codes)

    def stars(self, score: Fraction) -> int | None:
        reached = [(low, stars) for low, stars in self.bands if low <= score]
        return max(reached)[1] if reached else None


def _indicators(document: dict[str, Any]) -> Iterator[tuple[str, Indicator]]:
    for aspect in document["aspects"]:
        if document["method"] == "scale":
            low, high, step = (_number(document["scale"][name]) for name in ("min", "max", "step"))
            marks = {low + step * count for count in range(int((high - low) / step) + 1)}
            na = bool(aspect.get("na_allowed", False))
            yield aspect["code"], Indicator(aspect["code"], _number(aspect["weight"]), marks, na)
            continue
        for one in aspect["indicators"]:
            values = {_number(option["points"]) for option in one["options"]}
            yield one["code"], Indicator(aspect["group"], Fraction(1), values, bool(one.get("na_allowed", False)))


# The ranking


class Ranking:
    """One pass over the bundle, from the instruments to the places."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.instruments: dict[str, Instrument] = {}
        self.by_hash: dict[str, Instrument] = {}
        self.keys: dict[int, tuple[Fraction, ...]] = {}
        self.scores: dict[int, Fraction] = {}
        self.chains: list[list[object]] = []
        self.scorers: set[str] = set()
        self.sheets = 0

    @_reading()
    def check(self) -> None:
        """Raises DifferenceError, or MalformedError where a part is missing."""
        for name, one in self.content["instruments"].items():
            _same(f"sidik instrumen {name}", digest(one["definition"]), one["sha256"])
            if one["definition"]["method"] != "findings":
                self.instruments[name] = self.by_hash[one["sha256"]] = Instrument(one["definition"])
        stages = self.content["stages"]
        _same("jumlah bobot tahap", Fraction(1), sum((_number(one["weight"]) for one in stages), Fraction()))
        for nomination in self.content["nominations"]:
            self._nomination(nomination)
        _same("kepala rantai peristiwa", digest(sorted(self.chains)), self.content["chain_head"])
        _same("penilai dalam berkas", sorted(self.scorers), sorted(self.content["scorers"]))
        self._sessions()
        self._places()
        refuse_beyond(self.content["caps"], chosen(self.content))

    def _nomination(self, one: dict[str, Any]) -> None:
        official: dict[str, Fraction] = {}
        hashes: dict[str, str] = {}
        keys: list[Fraction] = []
        failed = False
        for stage, given in zip(self.content["stages"], one["stages"], strict=True):
            where = f"{one['reference']}, tahap {stage['code']}"
            _same(f"{where}: urutan tahap", stage["code"], given["stage"])
            self._works(where, given, set(one["recused"]))
            result = given["result"]
            _same(f"{where}: hasil tahap", None if failed else "ada", result and "ada")
            if failed:
                continue
            keys += self._stage(where, stage, given)
            failed = not result["passed"]
            if result["score"] is not None:
                official[stage["code"]], hashes[stage["code"]] = _number(result["score"]), result["input_hash"]
        # Who passed every stage stands in the ranking with the plenary's word; who failed one has neither.
        _same(f"{one['reference']}: hasil akhir", None if failed else "ada", one["final"] and "ada")
        if not failed:
            self._final(one, official, hashes, tuple(keys))
        word = one["recommendation"]
        _same(f"{one['reference']}: putusan pleno", None if failed else "ada", word and "ada")
        _same(f"{one['reference']}: keadaan", word["outcome"] if word else "eliminated", one["status"])
        if word:
            self._word(one["reference"], word, one["final"])

    # What was written

    def _works(self, where: str, given: dict[str, Any], recused: set[str]) -> None:
        """Sheets, visits and moderations of one stage, and who wrote them."""
        works = [*given["sheets"], *given["visits"]]
        self.scorers.update(work["scorer"] for work in works)
        _none(f"{where}: penilai yang mundur tanpa pernyataannya", _people(works, "recused") - recused)
        _none(f"{where}: penilai yang masih menilai sesudah mundur", _people(works, "active") & recused)
        for sheet in given["sheets"]:
            self._sheet(f"{where}, lembar {sheet['id']}", sheet)
        visited = [(f"{where}, kunjungan {visit['id']}", visit) for visit in given["visits"]]
        claims = [claim for place, visit in visited for claim in self._visit(place, visit)]
        _same(f"{where}: temuan menurut peristiwa terakhir", claims, given["claims"])
        reasons = {one["scorer"] for one in given["removals"] if one["reason"].strip()}
        drafts = {one["scorer"] for one in given["removals"] if one["sheet_version"]}
        _none(f"{where}: penugasan yang dihapus tanpa alasan", _people(given["sheets"], "removed") - reasons)
        _none(f"{where}: lembar yang hilang sesudah penugasannya dihapus", drafts - _people(given["sheets"]))
        versions = [one["version"] for one in given["moderations"]]
        _same(f"{where}: nomor moderasi", list(range(1, len(versions) + 1)), versions)

    def _chain(self, where: str, name: str, one: dict[str, Any]) -> list[dict[str, Any]]:
        """The events of a sheet or visit, each of which follows from the one before."""
        previous = ""
        for number, event in enumerate(one["chain"], start=1):
            content = {name: one["id"], **{key: event[key] for key in ("number", "kind", "data", "actor", "at")}}
            _same(f"{where}: nomor peristiwa", number, event["number"])
            _same(f"{where}: sidik peristiwa {number}", chained(content, previous), event["hash"])
            previous = event["hash"]
        self.chains.append([name, one["id"], len(one["chain"]), previous])
        events: list[dict[str, Any]] = one["chain"]
        return events

    def _visit(self, where: str, visit: dict[str, Any]) -> list[list[Any]]:
        """The findings that were sent last, when the visit counts."""
        kind, claims = "", []
        for event in self._chain(where, "visit", visit):
            _same(f"{where}: urutan peristiwa {event['number']}", True, kind in VISIT_STEPS[event["kind"]])
            kind, claims = event["kind"], event["data"].get("claims", claims)
        _same(f"{where}: keadaan menurut peristiwa terakhir", VISIT_STATES.get(kind, "open"), visit["state"])
        if visit["state"] != "open" and visit["assignment"] not in ("active", "recused"):
            raise DifferenceError(f"{where}: penugasan atas hasil yang terkirim", "active", visit["assignment"])
        counts = visit["state"] == "confirmed" and visit["assignment"] == "active"
        _same(f"{where}: dihitung", counts, visit["counts"])
        return claims if counts else []

    def _sheet(self, where: str, sheet: dict[str, Any]) -> None:
        kind, last = "", dict[str, Any]()
        for number, event in enumerate(self._chain(where, "sheet", sheet), start=1):
            sent, again = kind == "submitted", event["kind"] == "reopened"
            _same(f"{where}: peristiwa {number} membuka kembali nilai yang terkirim", sent, again)
            kind = event["kind"]
            last = event["data"] if "answers" in event["data"] else last
        self.sheets += 1
        state = "submitted" if kind == "submitted" else "draft"
        _same(f"{where}: keadaan menurut peristiwa terakhir", state, sheet["state"])
        if state == "submitted" and sheet["assignment"] not in ("active", "recused"):
            raise DifferenceError(f"{where}: penugasan atas nilai yang terkirim", "active", sheet["assignment"])
        _same(f"{where}: dihitung", state == "submitted" and sheet["assignment"] == "active", sheet["counts"])
        if state == "draft":
            return
        answers = _answers(sheet)
        written = {code: _event_value(given) for code, given in last.get("answers", {}).items()}
        _same(f"{where}: nilai menurut peristiwa terakhir", written, answers)
        instrument = self.by_hash.get(last.get("instrument", ""))
        if instrument is None:
            raise MalformedError(f"{where}: instrumennya tidak ada dalam berkas")
        total = half_up(instrument.total(where, answers))
        _same(f"{where}: jumlah nilai", total, _number(sheet["total"]))
        _same(f"{where}: jumlah nilai menurut peristiwa terakhir", total, _number(last.get("total", "")))

    # What follows from it

    def _stage(self, where: str, stage: dict[str, Any], given: dict[str, Any]) -> list[Fraction]:
        """Check one closed stage; the keys by which it breaks ties."""
        if given["result"]["skip_reason"]:
            self._skipped(where, given)
            return []
        if stage["kind"] == "findings":
            self._findings(where, given)
            return []
        instrument, result = self.instruments[given["instrument"]], given["result"]
        counting = sorted((one for one in given["sheets"] if one["counts"]), key=lambda one: one["scorer"])
        sheets = [_answers(one) for one in counting]
        totals = [instrument.total(where, answers) for answers in sheets]
        _at_least(f"{where}: lembar nilai", stage["min_assessors"], len(totals))
        _same(f"{where}: jumlah lembar nilai", len(totals), result["count"])
        mean = sum(totals, Fraction()) / len(totals)
        score = half_up(mean)
        _same(f"{where}: nilai tahap", score, _number(result["score"]))
        spread = max(totals) - min(totals)
        _same(f"{where}: selisih", half_up(spread), _number(result["spread"]))
        _same(f"{where}: lulus", self.passes(instrument, stage, score, sheets), result["passed"])
        scores = {one["scorer"]: _plain(answers) for one, answers in zip(counting, sheets, strict=True)}
        fingerprint = digest({"instrument": result["instrument_hash"], "sheets": scores})
        _same(f"{where}: sidik masukan", fingerprint, result["input_hash"])
        if instrument.threshold is not None and spread > instrument.threshold:
            self._moderated(where, given["moderations"], result["input_hash"])
        return [instrument.tie_key(key, sheets, mean) for key in instrument.tie_break]

    @staticmethod
    def passes(
        instrument: Instrument, stage: dict[str, Any], score: Fraction, sheets: list[dict[str, Fraction | None]]
    ) -> bool:
        mark = _optional(stage["pass_mark"])
        if mark is not None and score < mark:
            return False
        if not instrument.minimum:
            return True
        heavy = _number(instrument.minimum["weight_at_least"])
        least = _number(instrument.minimum["score"])
        means = [instrument.mean(code, sheets) for code, one in instrument.indicators.items() if one.weight >= heavy]
        return all(value is None or value >= least for value in means)

    @staticmethod
    def _moderated(where: str, moderations: list[dict[str, Any]], input_hash: str) -> None:
        newest = moderations[-1] if moderations else None
        settled = bool(newest and newest["submitted"] and newest["decision"] == "keep")
        _same(f"{where}: selisih di atas ambang sudah dimoderasi", True, settled)
        _same(f"{where}: moderasi atas lembar nilai yang dihitung", input_hash, newest and newest["input_hash"])

    @staticmethod
    def _skipped(where: str, given: dict[str, Any]) -> None:
        """Nothing that counts is passed over."""
        result = given["result"]
        _same(f"{where}: sidik masukan", digest({"skipped": result["skip_reason"]}), result["input_hash"])
        _same(f"{where}: nilai tahap yang dilewati", None, result["score"])
        _same(f"{where}: lulus", True, result["passed"])
        counting = {one["scorer"] for one in (*given["sheets"], *given["visits"]) if one["counts"]}
        _none(f"{where}: penilai pada tahap yang dilewati", counting)

    def _findings(self, where: str, given: dict[str, Any]) -> None:
        instrument, result = self.content["instruments"][given["instrument"]], given["result"]
        claims = {"instrument": instrument["sha256"], "claims": given["claims"]}
        _same(f"{where}: sidik masukan", digest(claims), result["input_hash"])
        definition, rule = instrument["definition"], instrument["definition"]["score"]
        checked = [(kind, finding) for _order, kind, finding in given["claims"] if finding]
        _at_least(f"{where}: klaim yang diperiksa", (rule or definition)["min_claims"], len(checked))
        _same(f"{where}: jumlah klaim yang diperiksa", len(checked), result["count"])
        score = None
        if rule:
            credits = [_number(definition["credits"][finding]) for _kind, finding in checked]
            score = half_up(sum(credits, Fraction()) / len(credits) * _number(rule["times"]))
        _same(f"{where}: nilai tahap", score, _optional(result["score"]))
        out = definition["knock_out"]
        _same(f"{where}: lulus", not out or (out["claim_kind"], out["finding"]) not in checked, result["passed"])

    def _final(
        self, one: dict[str, Any], official: dict[str, Fraction], hashes: dict[str, str], keys: tuple[Fraction, ...]
    ) -> None:
        weights = {stage["code"]: _number(stage["weight"]) for stage in self.content["stages"]}
        final, where = one["final"], one["reference"]
        _none(f"{where}: tahap tanpa nilai", {code for code, weight in weights.items() if weight} - official.keys())
        score = half_up(sum((weight * official[code] for code, weight in weights.items() if weight), Fraction()))
        _same(f"{where}: nilai akhir", score, _number(final["score"]))
        _same(f"{where}: bintang menurut nilai", self._stars(score), final["stars"])
        plain = {code: str(weight) for code, weight in weights.items()}
        fingerprint = digest({"weights": plain, "stages": hashes})
        _same(f"{where}: sidik nilai akhir", fingerprint, final["input_hash"])
        self.scores[one["id"]], self.keys[one["id"]] = score, keys

    def _stars(self, score: Fraction) -> int | None:
        for stage in self.content["stages"]:
            instrument = self.instruments.get(stage["instrument"] or "")
            if instrument and instrument.bands:
                return instrument.stars(score)
        return None

    # What the plenary made of it

    @staticmethod
    def _word(where: str, word: dict[str, Any], final: dict[str, Any]) -> None:
        if word["outcome"] != "recommended" or word["stars"] != final["stars"]:
            _same(f"{where}: alasan pleno tertulis", True, bool(word["reason"].strip()))
        votes = word["votes"]
        if sum(votes.values()):
            _same(f"{where}: jumlah suara", word["present"], sum(votes.values()))
            carried = votes["for"] > votes["against"]
            _same(f"{where}: putusan menurut suara", carried, word["outcome"] == "recommended")

    def _sessions(self) -> None:
        """The sessions are those that decided something here, and a tie was between nominations of this ranking."""
        ties, nominations = self.content["ties"], self.content["nominations"]
        words = [one["recommendation"] for one in nominations if one["recommendation"]]
        named = {one["session"] for one in (*words, *ties)}
        _same("sidang pleno", sorted(named), sorted(one["id"] for one in self.content["sessions"]))
        tied = {entry for tie in ties for entry in tie["entries"]}
        _none("usulan yang diurutkan pleno, tetapi tidak ada dalam berkas", tied - {one["id"] for one in nominations})

    def _places(self) -> None:
        def standing(entry: int) -> tuple[Fraction, tuple[Fraction, ...]]:
            return self.scores[entry], self.keys[entry]

        by_id = {one["id"]: one for one in self.content["nominations"]}
        orders = {frozenset(tie["entries"]): tie["entries"] for tie in self.content["ties"]}
        left = sorted(self.scores, key=standing, reverse=True)
        ranks: dict[int, int] = {}
        while left:
            equals = [entry for entry in left if standing(entry) == standing(left[0])]
            order = equals if len(equals) == 1 else orders.get(frozenset(equals))
            if order is None:
                names = ", ".join(sorted(by_id[entry]["reference"] for entry in equals))
                raise DifferenceError(f"{names}: urutan pleno atas yang seri", "ada", None)
            ranks |= {entry: place for place, entry in enumerate(order, len(ranks) + 1)}
            left = left[len(equals) :]
        _same("usulan dalam peringkat", sorted(ranks), sorted(row["nomination"] for row in self.content["result"]))
        for row in self.content["result"]:
            one = by_id[row["nomination"]]
            where = one["reference"]
            _same(f"{where}: peringkat", ranks[one["id"]], row["rank"])
            _same(f"{where}: nilai dalam peringkat", self.scores[one["id"]], _number(row["score"]))
            _same(f"{where}: bintang menurut nilai", one["final"]["stars"], row["stars"])
            _same(f"{where}: putusan dalam peringkat", one["recommendation"]["outcome"], row["outcome"])
            _same(f"{where}: bintang dalam peringkat", one["recommendation"]["stars"], row["recommended_stars"])


def _people(works: list[dict[str, Any]], *assignments: str) -> set[str]:
    """Who wrote these sheets or visits, with such an assignment."""
    return {one["scorer"] for one in works if not assignments or one["assignment"] in assignments}


def _answers(sheet: dict[str, Any]) -> dict[str, Fraction | None]:
    """Values by indicator; None for what does not apply."""
    return {code: None if value == "na" else _number(value) for code, value in sheet["answers"].items()}


def _event_value(given: list[Any]) -> Fraction | None:
    return None if given[0] == "na" else _number(given[0])


def _plain(answers: dict[str, Fraction | None]) -> dict[str, str]:
    return {code: "na" if value is None else str(value) for code, value in answers.items()}


# Caps


def chosen(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Region and commodity of everybody who is recommended."""
    regions = {one["id"]: one["region"] for one in content["nominations"]}
    commodity = content["category"]["commodity"] or ""
    return [(regions[row["nomination"]], commodity) for row in content["result"] if row["outcome"] == "recommended"]


def refuse_beyond(caps: list[dict[str, Any]], recommended: list[tuple[str, str]]) -> None:
    """Raise DifferenceError when more are recommended than a binding cap allows, of one place or in all."""
    for cap in caps:
        counted = Counter(_place(cap["per"], *one) for one in recommended)
        for place, count in sorted(counted.items()):
            if cap["binding"] and count > cap["max"]:
                where = "jumlah yang direkomendasikan" + (f" dari {place}" if place else "")
                whole = " seluruh periode" if cap["of"] == "period" else ""
                raise DifferenceError(f"{where}{whole}", f"paling banyak {cap['max']}", count)


def _place(per: str, region: str, commodity: str) -> str:
    """What those have in common whom a cap counts together."""
    return commodity if per == "commodity" else region[: SHARED[per]]


def _of_period(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [cap for cap in content["caps"] if cap["of"] == "period"]


@_reading()
def verify_together(contents: list[dict[str, Any]]) -> str:
    """The caps of a whole period, over rankings of different categories that have been checked one by one."""
    first = contents[0]
    if len({one["period"]["id"] for one in contents}) > 1:
        raise MalformedError("berkas-berkas ini bukan dari satu periode")
    if len({one["category"]["id"] for one in contents}) < len(contents):
        raise MalformedError("satu kategori diberikan lebih dari sekali")
    for one in contents[1:]:
        _same(f"batas seluruh periode pada berkas {one['category']['label']}", _of_period(first), _of_period(one))
    refuse_beyond(_of_period(first), [row for one in contents for row in chosen(one)])
    return f"sama: batas seluruh periode {first['period']['name']} atas {len(contents)} kategori."


# The program


@_reading()
def checked(raw: bytes, expected: str = "") -> Ranking:
    """The ranking in the file, computed again. Raises DifferenceError or MalformedError."""
    ranking = Ranking(read_bundle(raw, expected))
    ranking.check()
    return ranking


def verify(raw: bytes, expected: str = "") -> str:
    """What was checked, in a sentence. Raises as `checked`."""
    return _sentence(checked(raw, expected))


@_reading()
def _sentence(ranking: Ranking) -> str:
    content = ranking.content
    label, period = content["category"]["label"], content["period"]["name"]
    said = (
        f"sama: {label}, {period}, versi {content['version']};"
        f" {len(content['nominations'])} usulan, {ranking.sheets} lembar nilai, semua hasil dan sidik dihitung ulang."
    )
    if any(cap["binding"] for cap in _of_period(content)):
        said += " Batas seluruh periode baru terperiksa bila berkas semua kategori diperiksa bersama."
    return said


def _given(arguments: list[str]) -> list[tuple[str, str]]:
    """Files, each with the sha256 that follows it, or ""."""
    given: list[tuple[str, str]] = []
    for argument in arguments:
        if given and re.fullmatch("[0-9A-Fa-f]{64}", argument):
            given[-1] = given[-1][0], argument
        else:
            given.append((argument, ""))
    return given


def main(arguments: list[str]) -> int:
    """Exit code 0 when everything is the same, else 1."""
    given = _given(arguments)
    if not given:
        print(USAGE, file=sys.stderr)  # noqa: T201 - a program for the terminal
        return 1
    contents = []
    try:
        for name, expected in given:
            if Path(name).stat().st_size > LARGEST:
                raise MalformedError("berkas terlalu besar")
            ranking = checked(Path(name).read_bytes(), expected)
            contents.append(ranking.content)
            print(_sentence(ranking))  # noqa: T201
        if len(contents) > 1:
            print(verify_together(contents))  # noqa: T201
    except OSError as error:
        print(f"tidak terbaca: {error}", file=sys.stderr)  # noqa: T201
    except MalformedError as error:
        print(f"bukan berkas peringkat yang sah: {error}", file=sys.stderr)  # noqa: T201
    except DifferenceError as error:
        print(f"berbeda: {error}", file=sys.stderr)  # noqa: T201
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
