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
from scoring.verify import DifferenceError, MalformedError, canonical, digest, main, verify
from tests.scoring import scenes
from tests.scoring.bundle_changes import (
    capped,
    confirmed_unsent,
    dropped_as_eliminated,
    dropped_as_unfinished,
    dropped_finalist,
    dropped_nomination,
    dropped_recusal,
    dropped_recused_sheet,
    dropped_removal_with_its_sheet,
    dropped_removed_sheet,
    dropped_tied,
    judged,
    left_out_as_draft,
    left_out_as_recused,
    left_out_as_removed,
    moderation_gone,
    more_claims_asked_for,
    never_confirmed,
    no_option,
    nomination_of,
    nothing_checked,
    other_answer,
    other_answer_in_the_chain_too,
    other_finding,
    other_finding_in_the_chain_too,
    other_record,
    out,
    recused_counts,
    removed_without_reason,
    reopened_twice,
    reopened_yet_submitted,
    resealed,
    saved_after_submission,
    sheets_with,
    skipped_although_judged,
    visited,
    with_its_total,
    word_for_the_eliminated,
)
from tests.scoring.scenes import finished

MADE: dict[str, list[bytes]] = {}  # a bundle is bytes: made once, it serves every test


@pytest.fixture
def bundle(request: Any) -> bytes:
    return made("ovop", ovop_bundle, request)[0]


@pytest.fixture
def upakarti_bundle(request: Any) -> bytes:
    return made("upakarti", upakarti, request)[0]


@pytest.fixture
def both_bundles(request: Any) -> list[bytes]:
    """Two categories of one period with a cap of ten."""
    return made("upakarti", upakarti, request)


def made(name: str, build: Any, request: Any) -> list[bytes]:
    if name not in MADE:
        MADE[name] = build(request.getfixturevalue("chair"), request.getfixturevalue("admin_a"))
    return MADE[name]


def ovop_bundle(chair: Any, admin_a: Any) -> list[bytes]:
    """OVOP: four nominations with a tie, a moderated discrepancy, a recused and a removed sheet, a visit, votes, a
    refusal."""
    best = scenes.ovop()
    scenes.score_stage(best, [scenes.full_answers(scenes.stage_of(best))] * 3)
    scenes.close(best, skip_optional=False)
    scenes.visit(best)
    scenes.close(best)
    first, second = finished("B1"), finished("B5")
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
    return [rankings.bundle_bytes(ranking)]


def upakarti(chair: Any, admin_a: Any) -> list[bytes]:
    """Three stages of three kinds, ties broken by aspects, and one eliminated below the pass mark; another category."""
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
    other = scenes.walk(scenes.upakarti(category="jasa_kepeloporan"))
    plenary.record_recommendation(
        nomination_id=other.pk, session_id=session.pk, outcome=Outcome.RECOMMENDED, actor=chair
    )
    return [rankings.bundle_bytes(scenes.sealed(one, chair, admin_a)) for one in (early, other)]


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


@pytest.mark.parametrize(
    ("change", "words", "chains"),
    [
        (nothing_checked, "^UPAKARTI-.*: klaim yang diperiksa: dihitung sedikitnya 1, tertulis 0", True),
        (more_claims_asked_for, "klaim yang diperiksa: dihitung sedikitnya 99, tertulis", False),
        (lambda r: visited(r)[0]["result"].update(count=1), "jumlah klaim yang diperiksa", False),
        (lambda r: visited(r)[0].update(visits=[], claims=[]), "sidik masukan", True),
        (word_for_the_eliminated, "putusan pleno: dihitung tidak ada, tertulis ada", False),
        (lambda r: out(r).update(status="recommended"), "keadaan: dihitung eliminated", False),
        (lambda r: r["caps"][0].update(max=1), "seluruh periode: dihitung paling banyak 1, tertulis 2", False),
        (other_finding, "temuan menurut peristiwa terakhir", False),
        (other_finding_in_the_chain_too, r"kunjungan \d+: sidik peristiwa 1", False),
        (other_finding_in_the_chain_too, "sidik masukan", True),
        (other_record, r"kunjungan \d+: sidik peristiwa 1", False),
        (never_confirmed, "keadaan menurut peristiwa terakhir: dihitung submitted, tertulis confirmed", True),
        (confirmed_unsent, "urutan peristiwa 1", True),
        (lambda r: visited(r)[0]["visits"][0].update(counts=False), "dihitung", False),
        (lambda r: visited(r)[0]["visits"][0].update(assignment="removed"), "penugasan atas hasil", False),
        (lambda r: visited(r)[0]["visits"][0].update(assignment="recused"), "penilai yang mundur tanpa", False),
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
        (left_out_as_recused, "penilai yang mundur tanpa pernyataannya", False),
        (saved_after_submission, "peristiwa 3 membuka kembali", True),
        (reopened_twice, "peristiwa 4 membuka kembali", True),
        (removed_without_reason, "penugasan yang dihapus tanpa alasan", True),
        (dropped_finalist, "hasil akhir: dihitung ada, tertulis tidak ada", False),
        (dropped_as_eliminated, "hasil akhir: dihitung ada, tertulis tidak ada", False),
        (dropped_as_unfinished, "hasil tahap: dihitung ada, tertulis tidak ada", False),
        (lambda r: nomination_of(r).update(recommendation=None), "putusan pleno: dihitung ada", False),
        (lambda r: nomination_of(r).update(status="eliminated"), "keadaan: dihitung not_recommended", False),
        (dropped_tied, "usulan yang diurutkan pleno, tetapi tidak ada", True),
        (lambda r: judged(r)["sheets"].pop(), "lembar nilai: dihitung sedikitnya 3, tertulis 2", True),
        (dropped_recused_sheet, "penilai dalam berkas", True),
        (dropped_removed_sheet, "lembar yang hilang sesudah penugasannya dihapus", True),
        (lambda r: sheets_with(r, "removed")[1]["removals"].clear(), "dihapus tanpa alasan", False),
        (dropped_recusal, "masih menilai sesudah mundur", False),
        (lambda r: nomination_of(r)["recused"].clear(), "mundur tanpa pernyataannya", False),
        (lambda r: nomination_of(r)["stages"][0]["moderations"][0].update(version=2), "nomor moderasi", False),
        (skipped_although_judged, "penilai pada tahap yang dilewati", False),
        (lambda r: nomination_of(r)["stages"][1]["result"].update(score="90.00"), "tahap yang dilewati", False),
        (lambda r: r["sessions"].clear(), "sidang pleno", False),
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
        (lambda r: r["ties"].clear(), "urutan pleno atas yang seri: dihitung ada, tertulis tidak ada", False),
        (lambda r: capped(r, 1), "direkomendasikan: dihitung paling banyak 1, tertulis 3", False),
        (lambda r: capped(r, 2, per="commodity"), "dari batik:", False),
        (lambda r: capped(r, 2, per="province"), "dari 33:", False),
        (lambda r: capped(r, 2, per="district"), r"dari 33\.75:", False),
        (lambda r: r.update(chain_head="0" * 64), "kepala rantai", False),
        (lambda r: r["stages"][0].update(weight="0.9"), "bobot", False),
        (lambda r: next(iter(r["instruments"].values()))["definition"].update(title="x"), "sidik instrumen", False),
    ],
)  # fmt: skip
def test_a_change_that_is_hidden_by_new_hashes_is_named(change: Any, words: str, chains: bool, bundle: bytes) -> None:
    assert verify(resealed(bundle, deepcopy)).startswith("sama")
    with pytest.raises(DifferenceError, match=words):
        verify(resealed(bundle, change, chains=chains))


@pytest.mark.parametrize(
    "change",
    [dropped_nomination, dropped_removal_with_its_sheet, lambda r: nomination_of(r, 0)["recommendation"].update(
        votes={"for": 0, "against": 0, "abstain": 0}
    )],
)  # fmt: skip
def test_what_is_left_out_with_all_that_follows_shows_by_the_published_hash_alone(change: Any, bundle: bytes) -> None:
    """The limit of a check of one file, as docs/ranking-bundle.md says it."""
    lesser = resealed(bundle, change, chains=True)
    assert lesser != bundle
    assert verify(lesser).startswith("sama")
    with pytest.raises(DifferenceError, match="diumumkan"):
        verify(lesser, json.loads(bundle)["sha256"])


def test_the_caps_of_a_period_are_in_the_bundle_of_each_category(both_bundles: list[bytes]) -> None:
    for one in both_bundles:
        caps = json.loads(one)["ranking"]["caps"]
        assert caps == [{"of": "period", "per": "", "max": 10, "binding": True}]
        assert "Batas seluruh periode baru terperiksa bila berkas semua kategori" in verify(one)


def written(bundles: list[bytes], folder: Path) -> list[str]:
    files = [folder / f"{number}.json" for number in range(len(bundles))]
    for file, one in zip(files, bundles, strict=True):
        file.write_bytes(one)
    return [str(file) for file in files]


def test_a_cap_of_a_period_is_counted_over_the_bundles_of_its_categories(
    both_bundles: list[bytes], tmp_path: Path, capsys: Any
) -> None:
    """Two recommended in one category and one in the other."""
    files = written(both_bundles, tmp_path)
    hashes = [json.loads(one)["sha256"] for one in both_bundles]
    assert main(files) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("atas 2 kategori.")
    assert main([files[0], hashes[0], files[1], hashes[1]]) == 0
    assert main([files[0], hashes[1], files[1]]) == 1
    assert "diumumkan" in capsys.readouterr().err
    lower = [resealed(one, lambda r: r["caps"][0].update(max=2)) for one in both_bundles]
    assert all(verify(one).startswith("sama") for one in lower)
    assert main(written(lower, tmp_path)) == 1
    assert "seluruh periode: dihitung paling banyak 2, tertulis 3" in capsys.readouterr().err
    hints = [resealed(one, lambda r: r["caps"][0].update(max=2, binding=False)) for one in both_bundles]
    assert main(written(hints, tmp_path)) == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: r["caps"].clear(), "berbeda: batas seluruh periode pada berkas"),
        (lambda r: r["caps"][0].update(max=11), "berbeda: batas seluruh periode pada berkas"),
        (lambda r: r["period"].update(id=0), "bukan dari satu periode"),
    ],
)
def test_bundles_that_do_not_belong_together_are_named(
    change: Any, words: str, both_bundles: list[bytes], tmp_path: Path, capsys: Any
) -> None:
    first, second = both_bundles
    assert main(written([first, resealed(second, change)], tmp_path)) == 1
    assert words in capsys.readouterr().err


def test_one_category_twice_is_named(upakarti_bundle: bytes, tmp_path: Path, capsys: Any) -> None:
    """Nothing would be counted twice unseen."""
    assert main(written([upakarti_bundle] * 2, tmp_path)) == 1
    assert "lebih dari sekali" in capsys.readouterr().err


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


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.pop("stages"),
        lambda r: r.pop("caps"),
        lambda r: r.pop("sessions"),
        lambda r: r["nominations"][0].pop("recused"),
        lambda r: judged(r).pop("removals"),
        lambda r: judged(r).pop("moderations"),
        lambda r: r["category"].pop("commodity"),
        lambda r: r["caps"].append({"per": "", "max": 9, "binding": True}),
        lambda r: r["period"].pop("name"),
    ],
)
def test_a_bundle_with_a_missing_part_is_malformed(change: Any, bundle: bytes) -> None:
    with pytest.raises(MalformedError, match="kurang"):
        verify(resealed(bundle, change))


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
