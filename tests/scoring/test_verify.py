"""The independent check of a signed ranking: it agrees, and it finds whatever was tampered with."""

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.enums import Outcome
from scoring.models import RankingSnapshot
from scoring.services import assignments, plenary, rankings
from scoring.verify import DifferenceError, MalformedError, canonical, chained, digest, main, verify
from tests.scoring import scenes
from tests.scoring.test_plenary import finished

MADE: dict[str, bytes] = {}  # a bundle is bytes: made once, it serves every test


@pytest.fixture
def bundle(request: Any) -> bytes:
    return made("ovop", ovop_bundle, request)


@pytest.fixture
def upakarti_bundle(request: Any) -> bytes:
    return made("upakarti", upakarti, request)


def made(name: str, build: Any, request: Any) -> bytes:
    if name not in MADE:
        MADE[name] = build(request.getfixturevalue("chair"), request.getfixturevalue("admin_a"))
    return MADE[name]


def ovop_bundle(chair: Any, admin_a: Any) -> bytes:
    """OVOP: four nominations with a tie, a moderated discrepancy, a recused and a removed sheet, votes, a refusal."""
    best, first, second = finished(), finished("B1"), finished("B5")
    apart = scenes.ovop()
    stage = scenes.stage_of(apart)
    scenes.score_stage(apart, [scenes.full_answers(stage)] * 2 + [scenes.full_answers(stage, min)])
    extra = scenes.submit(scenes.assign(apart, scenes.assessors(1)[0]))
    assignments.declare_interest(
        nomination_id=apart.pk, has_conflict=True, reason="Keluarga.", actor=extra.assignment.assessor
    )
    ended = scenes.assign(apart, scenes.assessors(1)[0])
    scenes.save(ended)
    assignments.remove_assignment(assignment_id=ended.pk, reason="Pindah tugas.", actor=admin_a)
    scenes.close(apart, note="Dibahas bersama: contoh cacat kirim.")
    session = scenes.session_of(best, chair)
    word = {"session_id": session.pk, "actor": chair}
    votes = dict.fromkeys(session.attendances.values_list("member", flat=True), "for")
    plenary.record_recommendation(nomination_id=best.pk, outcome=Outcome.RECOMMENDED, stars=3, votes=votes, **word)
    for one in (first, second):
        plenary.record_recommendation(nomination_id=one.pk, outcome=Outcome.RECOMMENDED, stars=3, **word)
    plenary.record_recommendation(
        nomination_id=apart.pk, outcome=Outcome.NOT_RECOMMENDED, reason="Belum layak.", **word
    )
    scenes.decide_tie(session, first, [second, first], chair)
    ranking = scenes.sealed(best, chair, admin_a)
    assert rankings.bundle_bytes(RankingSnapshot.objects.get()) == rankings.bundle_bytes(ranking)
    return rankings.bundle_bytes(ranking)


def upakarti(chair: Any, admin_a: Any) -> bytes:
    """Three stages of three kinds, ties broken by aspects, and one eliminated below the pass mark."""
    early, late = scenes.upakarti(), scenes.upakarti()
    scenes.walk(late, {"A2": "4.5", "A4": "3.5"})
    scenes.walk(early, {"A5": "5", "A2": "3", "A7": "3"})
    out = scenes.upakarti()
    scenes.score_stage(out, [scenes.even_answers(scenes.stage_of(out), "3")] * 2)
    scenes.close(out)
    session = scenes.session_of(early, chair)
    for one in (early, late):
        plenary.record_recommendation(
            nomination_id=one.pk, session_id=session.pk, outcome=Outcome.RECOMMENDED, actor=chair
        )
    return rankings.bundle_bytes(scenes.sealed(early, chair, admin_a))


def test_the_check_agrees(bundle: bytes) -> None:
    assert verify(bundle).startswith("sama: ")
    assert "4 usulan, 14 lembar nilai" in verify(bundle)
    assert verify(bundle, json.loads(bundle)["sha256"]).startswith("sama")


def test_the_check_agrees_on_all_kinds_of_stages(upakarti_bundle: bytes) -> None:
    assert "3 usulan" in verify(upakarti_bundle)


def test_another_published_hash_is_found(bundle: bytes) -> None:
    with pytest.raises(DifferenceError, match="diumumkan"):
        verify(bundle, "0" * 64)


def test_one_changed_byte_anywhere_is_found(bundle: bytes) -> None:
    """Every position is as good as any other: hypothesis chooses them, the byte and what it becomes."""

    @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(0, len(bundle) - 1), st.integers(1, 255))
    def tampered(position: int, change: int) -> None:
        wrong = bytearray(bundle)
        wrong[position] ^= change
        with pytest.raises((DifferenceError, MalformedError)):
            verify(bytes(wrong))

    tampered()


def test_a_byte_more_or_less_is_found(bundle: bytes) -> None:
    for wrong in (bundle + b"\n", b" " + bundle, bundle[:-1], bundle[1:], bundle.replace(b",", b", ", 1)):
        with pytest.raises((DifferenceError, MalformedError)):
            verify(wrong)


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


@pytest.mark.parametrize(
    ("change", "words", "chains"),
    [
        (other_finding, "temuan menurut peristiwa terakhir", False),
        (other_finding_in_the_chain_too, r"kunjungan \d+: sidik peristiwa 1", False),
        (other_finding_in_the_chain_too, "sidik masukan", True),
        (other_record, r"kunjungan \d+: sidik peristiwa 1", False),
        (never_confirmed, "keadaan menurut peristiwa terakhir: dihitung submitted, tertulis confirmed", True),
        (confirmed_unsent, "urutan peristiwa 1", True),
        (lambda r: visited(r)[0]["visits"][0].update(counts=False), "dihitung", False),
        (lambda r: visited(r)[0]["visits"][0].update(assignment="removed"), "penugasan atas hasil", False),
        (lambda r: visited(r)[0]["visits"][0].update(assignment="recused"), "penilai yang mundur", False),
    ],
)  # fmt: skip
def test_a_change_of_a_visit_is_named(change: Any, words: str, chains: bool, upakarti_bundle: bytes) -> None:
    assert verify(resealed(upakarti_bundle, deepcopy)).startswith("sama")
    with pytest.raises(DifferenceError, match=words):
        verify(resealed(upakarti_bundle, change, chains=chains))


def test_nobody_who_was_met_on_a_visit_is_in_the_bundle(upakarti_bundle: bytes) -> None:
    """Host and interviews stay in the portal; what stands for them is in the chain."""
    assert b"Ibu Sari" not in upakarti_bundle
    assert b"Produksi setiap hari" not in upakarti_bundle
    assert b'"record":"' in upakarti_bundle


@pytest.mark.parametrize(
    ("change", "words", "chains"),
    [
        (other_answer, "peristiwa terakhir", False),
        (other_answer_in_the_chain_too, "sidik peristiwa 2", False),
        (other_answer_in_the_chain_too, "jumlah nilai", True),
        (with_its_total, "nilai tahap", True),
        (no_option, "diizinkan instrumen", True),
        (moderation_gone, "sudah dimoderasi", False),
        (recused_counts, "dihitung", False),
        (reopened_yet_submitted, "keadaan menurut peristiwa terakhir: dihitung draft, tertulis submitted", True),
        (left_out_as_draft, "keadaan menurut peristiwa terakhir: dihitung submitted, tertulis draft", False),
        (left_out_as_removed, "penugasan atas nilai yang terkirim: dihitung active, tertulis removed", False),
        (left_out_as_recused, "penilai yang mundur: dihitung 1, tertulis 2", False),
        (saved_after_submission, "peristiwa 3 membuka kembali", True),
        (reopened_twice, "peristiwa 4 membuka kembali", True),
        (removed_without_reason, "alasan penghapusan penugasan", True),
        (lambda r: judged(r)["result"].update(score="99.99"), "nilai tahap", False),
        (lambda r: judged(r)["result"].update(spread="1.00"), "selisih", False),
        (lambda r: judged(r)["result"].update(count=4), "jumlah lembar nilai", False),
        (lambda r: judged(r)["result"].update(input_hash="0" * 64), "sidik masukan", False),
        (lambda r: r["nominations"][0]["final"].update(score="99.99"), "nilai akhir", False),
        (lambda r: r["nominations"][0]["final"].update(stars=2), "bintang menurut nilai", False),
        (lambda r: r["nominations"][0]["final"].update(input_hash="0" * 64), "sidik nilai akhir", False),
        (lambda r: r["nominations"][0]["recommendation"].update(stars=2), "alasan pleno", False),
        (lambda r: r["nominations"][0]["recommendation"]["votes"].update({"against": 50}), "jumlah suara", False),
        (lambda r: r["result"][0].update(rank=2), "peringkat", False),
        (lambda r: r["result"][0].update(recommended_stars=1), "bintang dalam peringkat", False),
        (lambda r: r["result"].pop(), "usulan dalam peringkat", False),
        (lambda r: r["ties"].clear(), "peringkat", False),
        (lambda r: r["caps"].append({"max": 1, "binding": True, "per": ""}), "direkomendasikan: dihitung", False),
        (lambda r: r["caps"].append({"max": 2, "binding": True, "per": "province"}), "dari 33:", False),
        (lambda r: r["caps"].append({"max": 2, "binding": True, "per": "district"}), r"dari 33\.75:", False),
        (lambda r: r.update(chain_head="0" * 64), "kepala rantai", False),
        (lambda r: r["stages"][0].update(weight="0.9"), "bobot", False),
        (lambda r: next(iter(r["instruments"].values()))["definition"].update(title="x"), "sidik instrumen", False),
    ],
)  # fmt: skip
def test_a_change_that_is_hidden_by_new_hashes_is_named(change: Any, words: str, chains: bool, bundle: bytes) -> None:
    assert verify(resealed(bundle, deepcopy)).startswith("sama")
    with pytest.raises(DifferenceError, match=words):
        verify(resealed(bundle, change, chains=chains))


def test_a_bundle_from_before_removals_were_kept_still_agrees(bundle: bytes) -> None:
    def older(ranking: dict[str, Any]) -> None:
        for one in ranking["nominations"]:
            for stage in one["stages"]:
                del stage["removals"]

    assert verify(resealed(bundle, older)).startswith("sama")


def test_a_removal_stands_in_the_bundle(bundle: bytes) -> None:
    """Whoever reads the bundle alone sees who was taken out, by whom, and why."""
    stages = [stage for one in json.loads(bundle)["ranking"]["nominations"] for stage in one["stages"]]
    (removal,) = [removal for stage in stages for removal in stage["removals"]]
    assert (removal["reason"], removal["sheet_version"]) == ("Pindah tugas.", 1)
    sheets = {sheet["scorer"]: sheet for stage in stages for sheet in stage["sheets"] if not sheet["counts"]}
    assert sheets[removal["scorer"]]["assignment"] == "removed"


def test_one_signer_alone_is_found(bundle: bytes) -> None:
    content = json.loads(bundle)
    content["signatures"][1]["by"] = content["signatures"][0]["by"]
    del content["file_sha256"]
    with pytest.raises(DifferenceError, match="penanda tangan"):
        verify(canonical(content | {"file_sha256": digest(content)}))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"[1]", "objek"),
        (b'{"format":"lain"}', "format"),
        (b'{"a":1,"a":2}', "berulang"),
        (b'{"a":1.5}', "desimal"),
        (b'{"a":NaN}', "desimal"),
        (b'{"format":"ovop-upakarti-ranking/1"}', "kurang"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_a_malformed_file_is_named(raw: bytes, words: str) -> None:
    with pytest.raises(MalformedError, match=words):
        verify(raw)


def test_a_bundle_with_a_missing_part_is_malformed(bundle: bytes) -> None:
    with pytest.raises(MalformedError, match="kurang"):
        verify(resealed(bundle, lambda ranking: ranking.pop("stages")))


def test_the_program_runs_without_django_from_a_bare_checkout(bundle: bytes, tmp_path: Path) -> None:
    """Only `scoring/__init__.py` and `scoring/verify.py`, Python in isolated mode, no site packages."""
    root = Path(__file__).resolve().parents[2]
    (tmp_path / "scoring").mkdir()
    for name in ("__init__.py", "verify.py"):
        (tmp_path / "scoring" / name).write_bytes((root / "scoring" / name).read_bytes())
    (tmp_path / "peringkat.json").write_bytes(bundle)
    (tmp_path / "lain.json").write_bytes(bundle.replace(b'"rank":1', b'"rank":9', 1))
    run = [sys.executable, "-S", "-m", "scoring.verify"]
    good = subprocess.run([*run, "peringkat.json"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout[:5], good.stderr) == (0, "sama:", "")
    bad = subprocess.run([*run, "lain.json"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert bad.stderr.startswith("berbeda: sidik berkas")


@pytest.mark.parametrize(
    ("change", "chains", "words"),
    [
        (other_answer, False, "menurut peristiwa terakhir"),
        (other_answer_in_the_chain_too, True, "jumlah nilai: dihitung"),
        (with_its_total, True, "nilai tahap: dihitung 99.33, tertulis 100"),
        (lambda r: r["result"][0].update(rank=2), False, "peringkat: dihitung 1, tertulis 2"),
    ],
)  # fmt: skip
def test_the_program_names_nomination_and_place_of_the_first_difference(
    change: Any, chains: bool, words: str, bundle: bytes, tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "peringkat.json"
    file.write_bytes(bundle)
    assert main([str(file)]) == 0
    file.write_bytes(resealed(bundle, change, chains=chains))
    assert main([str(file)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("berbeda: OVOP-")
    assert words in said


def test_the_program_says_how_to_use_it(tmp_path: Path, capsys: Any) -> None:
    assert main([]) == 1
    assert "Cara pakai" in capsys.readouterr().err
    assert main([str(tmp_path / "tidak-ada")]) == 1
    assert "tidak terbaca" in capsys.readouterr().err
    (tmp_path / "x").write_bytes(b"{")
    assert main([str(tmp_path / "x")]) == 1
    assert "bukan berkas peringkat yang sah" in capsys.readouterr().err
