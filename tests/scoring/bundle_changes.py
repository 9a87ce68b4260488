"""What somebody might change in a bundle, with the hashes made anew so that it does not show at once."""

import json
from typing import Any

from scoring.verify import canonical, chained, digest


def resealed(bundle: bytes, change: Any, *, chains: bool = False) -> bytes:
    """The bundle as somebody would write it who knows the format and hides a change by computing the hashes anew."""
    content = json.loads(bundle)
    change(content["ranking"])
    if chains:
        _new_chains(content["ranking"])
    content["sha256"] = digest(content["ranking"])
    del content["file_sha256"]
    return canonical(content | {"file_sha256": digest(content)})


def _new_chains(ranking: dict[str, Any]) -> None:
    ends = []
    for nomination in ranking["nominations"]:
        for stage in nomination["stages"]:
            for name, one in [(kind, one) for kind in ("sheet", "visit") for one in stage[f"{kind}s"]]:
                previous = ""
                for event in one["chain"]:
                    body = {name: one["id"]} | {k: event[k] for k in ("number", "kind", "data", "actor", "at")}
                    previous = event["hash"] = chained(body, previous)
                ends.append([name, one["id"], len(one["chain"]), previous])
    ranking["chain_head"] = digest(sorted(ends))


def judged(ranking: dict[str, Any], place: int = 0) -> dict[str, Any]:
    return ranking["nominations"][place]["stages"][0]


def other_answer(ranking: dict[str, Any]) -> None:
    judged(ranking)["sheets"][0]["answers"]["A1"] = "1"


def other_answer_in_the_chain_too(ranking: dict[str, Any]) -> None:
    other_answer(ranking)
    judged(ranking)["sheets"][0]["chain"][-1]["data"]["answers"]["A1"][0] = "1"


def with_its_total(ranking: dict[str, Any]) -> None:
    other_answer_in_the_chain_too(ranking)
    sheet = judged(ranking)["sheets"][0]
    sheet["total"] = sheet["chain"][-1]["data"]["total"] = "98.00"


def no_option(ranking: dict[str, Any]) -> None:
    other_answer_in_the_chain_too(ranking)
    sheet = judged(ranking)["sheets"][0]
    sheet["answers"]["A1"] = sheet["chain"][-1]["data"]["answers"]["A1"][0] = "2.5"


def moderation_gone(ranking: dict[str, Any]) -> None:
    for nomination in ranking["nominations"]:
        nomination["stages"][0]["moderations"].clear()


def recused_counts(ranking: dict[str, Any]) -> None:
    sheets = [sheet for one in ranking["nominations"] for sheet in one["stages"][0]["sheets"]]
    next(sheet for sheet in sheets if sheet["assignment"] == "recused")["counts"] = True


def happens(sheet: dict[str, Any], kind: str) -> None:
    """One more event at the end of the chain; its hash is made by `_new_chains`."""
    last = sheet["chain"][-1]
    sheet["chain"].append(last | {"number": last["number"] + 1, "kind": kind, "data": {"reason": "Ditinjau."}})


def reopened_yet_submitted(ranking: dict[str, Any]) -> None:
    happens(judged(ranking)["sheets"][0], "reopened")


def saved_after_submission(ranking: dict[str, Any]) -> None:
    sheet = judged(ranking)["sheets"][0]
    happens(sheet, "saved")
    sheet.update(state="draft", counts=False)


def reopened_twice(ranking: dict[str, Any]) -> None:
    sheet = judged(ranking)["sheets"][0]
    happens(sheet, "reopened")
    happens(sheet, "reopened")
    sheet.update(state="draft", counts=False)


def left_out(ranking: dict[str, Any], **how: str) -> None:
    """The lowest of far-apart sheets counts no more, and everything that follows from it agrees."""
    given = next(one["stages"][0] for one in ranking["nominations"] if one["stages"][0]["result"]["spread"] != "0.00")
    counting = [sheet for sheet in given["sheets"] if sheet["counts"]]
    low = min(counting, key=lambda sheet: float(sheet["total"]))
    low.update(counts=False, **how)
    rest = {one["scorer"]: one["answers"] for one in counting if one is not low}
    fingerprint = digest({"instrument": given["result"]["instrument_hash"], "sheets": rest})
    given["result"].update(score="100.00", spread="0.00", count=len(rest), input_hash=fingerprint)


def left_out_as_draft(ranking: dict[str, Any]) -> None:
    left_out(ranking, state="draft")


def left_out_as_removed(ranking: dict[str, Any]) -> None:
    left_out(ranking, assignment="removed")


def left_out_as_recused(ranking: dict[str, Any]) -> None:
    left_out(ranking, assignment="recused")


def nomination_of(ranking: dict[str, Any], place: int = -1) -> dict[str, Any]:
    """The nomination in a place of the result."""
    entry = ranking["result"][place]["nomination"]
    return next(one for one in ranking["nominations"] if one["id"] == entry)


def dropped_finalist(ranking: dict[str, Any]) -> None:
    nomination_of(ranking)["final"] = None
    ranking["result"].pop()


def dropped_as_eliminated(ranking: dict[str, Any]) -> None:
    nomination_of(ranking).update(status="eliminated", recommendation=None)
    dropped_finalist(ranking)


def dropped_as_unfinished(ranking: dict[str, Any]) -> None:
    nomination_of(ranking)["stages"][-1]["result"] = None
    dropped_as_eliminated(ranking)


def dropped_nomination(ranking: dict[str, Any], place: int = -1) -> None:
    """The whole nomination, and its scorers where they scored nobody else."""
    one = nomination_of(ranking, place)
    ranking["nominations"].remove(one)
    del ranking["result"][place]
    rest = {work["scorer"] for other in ranking["nominations"] for work in works_of(other)}
    ranking["scorers"] = {scorer: at for scorer, at in ranking["scorers"].items() if scorer in rest}


def works_of(nomination: dict[str, Any]) -> list[dict[str, Any]]:
    return [work for stage in nomination["stages"] for work in (*stage["sheets"], *stage["visits"])]


def dropped_tied(ranking: dict[str, Any]) -> None:
    dropped_nomination(ranking, place=1)


def sheets_with(ranking: dict[str, Any], assignment: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The only such sheet, and its stage."""
    stages = [stage for one in ranking["nominations"] for stage in one["stages"]]
    [found] = [(sheet, stage) for stage in stages for sheet in stage["sheets"] if sheet["assignment"] == assignment]
    return found


def dropped_recused_sheet(ranking: dict[str, Any]) -> None:
    sheet, stage = sheets_with(ranking, "recused")
    stage["sheets"].remove(sheet)


def dropped_removed_sheet(ranking: dict[str, Any]) -> None:
    sheet, stage = sheets_with(ranking, "removed")
    stage["sheets"].remove(sheet)


def dropped_removal_with_its_sheet(ranking: dict[str, Any]) -> None:
    scorer = sheets_with(ranking, "removed")[0]["scorer"]
    sheets_with(ranking, "removed")[1]["removals"].clear()
    dropped_removed_sheet(ranking)
    del ranking["scorers"][scorer]


def dropped_recusal(ranking: dict[str, Any]) -> None:
    """As if nobody had stepped back: the sheet counts."""
    sheets_with(ranking, "recused")[0].update(assignment="active", counts=True)


def skipped_although_judged(ranking: dict[str, Any]) -> None:
    judged(ranking)["result"].update(
        skip_reason="Lain.", input_hash=digest({"skipped": "Lain."}), score=None, passed=True
    )


def out(ranking: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in ranking["nominations"] if one["status"] == "eliminated")


def word_for_the_eliminated(ranking: dict[str, Any]) -> None:
    out(ranking)["recommendation"] = nomination_of(ranking)["recommendation"]


def removed_without_reason(ranking: dict[str, Any]) -> None:
    sheet = judged(ranking)["sheets"][0]
    happens(sheet, "reopened")
    sheet.update(state="draft", assignment="removed", counts=False)


def visited(ranking: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The stage of a visit, and the chain of the visit."""
    stages = [stage for one in ranking["nominations"] for stage in one["stages"] if stage["visits"]]
    return stages[0], stages[0]["visits"][0]["chain"]


def other_finding(ranking: dict[str, Any]) -> None:
    visited(ranking)[0]["claims"][0][2] = "tidak_terbukti"


def other_finding_in_the_chain_too(ranking: dict[str, Any]) -> None:
    other_finding(ranking)
    visited(ranking)[1][0]["data"]["claims"][0][2] = "tidak_terbukti"


def other_record(ranking: dict[str, Any]) -> None:
    """One digit of what stands for notes, interviews and photos."""
    data = visited(ranking)[1][0]["data"]
    data["record"] = data["record"][:-1] + ("0" if data["record"][-1] != "0" else "1")


def never_confirmed(ranking: dict[str, Any]) -> None:
    visited(ranking)[1].pop()


def confirmed_unsent(ranking: dict[str, Any]) -> None:
    chain = visited(ranking)[1]
    chain.pop(0)
    chain[0]["number"] = 1


def fingerprints(ranking: dict[str, Any]) -> None:
    """Of the stages of findings, as their claims and instruments are now."""
    for stage in [stage for one in ranking["nominations"] for stage in one["stages"] if stage["visits"]]:
        by = ranking["instruments"][stage["instrument"]]["sha256"]
        stage["result"]["input_hash"] = digest({"instrument": by, "claims": stage["claims"]})


def nothing_checked(ranking: dict[str, Any]) -> None:
    stage, chain = visited(ranking)
    for claim in (*stage["claims"], *chain[0]["data"]["claims"]):
        claim[2] = ""
    fingerprints(ranking)


def more_claims_asked_for(ranking: dict[str, Any]) -> None:
    instrument = ranking["instruments"][visited(ranking)[0]["instrument"]]
    instrument["definition"]["score"]["min_claims"] = 99
    instrument["sha256"] = digest(instrument["definition"])
    fingerprints(ranking)


def capped(ranking: dict[str, Any], most: int, per: str = "", of: str = "category") -> None:
    ranking["caps"].append({"of": of, "per": per, "max": most, "binding": True})
