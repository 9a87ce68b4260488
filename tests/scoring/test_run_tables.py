"""Assignments from a table, and two scorers who change places (cases 8, 13, 14)."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from xlsxwriter import Workbook

from accounts.enums import Role
from core.errors import RuleBroken
from scoring.enums import RunState
from scoring.models import AssignmentRun
from scoring.services import run_jobs, runs
from scoring.services.tables import swap_scorers
from tests.factories import make_user, someone
from tests.scoring import scenes
from tests.scoring.proposed import apply, live


def table(*rows: tuple[str, str], head=("Nomor usulan", "Surel penilai")) -> bytes:
    stream = BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Penugasan")
        for number, row in enumerate([head, *rows]):
            sheet.write_row(number, 0, row)
    return stream.getvalue()


def bring_in(nomination, data: bytes, *, replace: bool = False) -> AssignmentRun:
    """A table, and what the worker made of it."""
    run = run_jobs.want_import(
        period_id=nomination.period_id,
        stage_code=scenes.stage_of(nomination).code,
        replace=replace,
        upload=SimpleUploadedFile("tabel.xlsx", data),
        actor=someone(Role.VERIFIER),
    )
    assert run.state == RunState.READING
    run_jobs.carry_out(run.pk)
    run.refresh_from_db()
    return run


def test_case_13_one_unknown_row_changes_nothing_and_all_errors_are_listed(nominations):
    good = scenes.assessors(1)[0]
    local = make_user(Role.ASSESSOR, region="33")
    data = table(
        (nominations[0].reference, good.email),
        ("OVOP-TIDAK-ADA", good.email),
        (nominations[1].reference, "hantu@contoh.id"),
        (nominations[2].reference, local.email),
        (nominations[0].reference, good.email),
    )
    run = bring_in(nominations[0], data)
    errors = dict(run.report["errors"])
    assert (run.state, sorted(errors)) == (RunState.REFUSED, ["A3", "B4", "B5", "B6"])
    assert "provinsi" in errors["B5"]
    assert live() == set()
    assert not run.moves.exists()


@pytest.mark.parametrize("replace", [False, True])
def test_case_14_add_keeps_and_replace_removes_and_both_are_undone(nominations, replace):
    first = nominations[0]
    old, new = scenes.assessors(2)
    scenes.assign(first, old)
    other = scenes.assign(nominations[1], old)
    before = live()
    run = bring_in(first, table((first.reference, new.email)), replace=replace)
    assert live() == before
    apply(run)
    expected = {(first.pk, new.pk), (other.nomination_id, old.pk)} | (set() if replace else {(first.pk, old.pk)})
    assert live() == expected
    runs.undo_run(run_id=run.pk, actor=someone(Role.VERIFIER))
    assert live() == before


def test_replace_does_not_take_begun_work_away(nominations):
    old, new = scenes.assessors(2)
    scenes.save(scenes.assign(nominations[0], old))
    run = bring_in(nominations[0], table((nominations[0].reference, new.email)), replace=True)
    assert "sudah mulai" in run.report["errors"][0][1]


def test_import_page_shows_every_cell(client_of, verifier, nominations):
    stage = f"{nominations[0].period_id}:{scenes.stage_of(nominations[0]).code}"
    upload = SimpleUploadedFile("t.xlsx", table(("X", "y@z.id")), "application/octet-stream")
    form = {"stage": stage, "mode": "add", "file": upload, "_key": "k" * 32}
    client = client_of(verifier)
    url = client.post(reverse("run_import"), form).url
    assert "Tabel sedang diperiksa" in client.get(url).content.decode()
    assert not run_jobs.carry_out(AssignmentRun.objects.get().pk)
    text = client.get(url).content.decode()
    assert "A2" in text
    assert "B2" in text
    assert "y@z.id" not in client_of(make_user(Role.VERIFIER)).get(url).content.decode()


def test_no_workbook_is_said_at_the_form(client_of, verifier, nominations):
    stage = f"{nominations[0].period_id}:{scenes.stage_of(nominations[0]).code}"
    form = {"stage": stage, "mode": "add", "file": SimpleUploadedFile("t.xlsx", b"a,b"), "_key": "k" * 32}
    assert client_of(verifier).post(reverse("run_import"), form).status_code == 422
    assert not AssignmentRun.objects.exists()


# Exchange


def test_case_8_two_scorers_change_places_in_one_step(nominations):
    one, two = scenes.assessors(2)
    here, there = scenes.assign(nominations[0], one), scenes.assign(nominations[1], two)
    run = swap_scorers(here=here.pk, there=there.pk, actor=someone(Role.VERIFIER))
    assert live() == {(nominations[0].pk, two.pk), (nominations[1].pk, one.pk)}
    runs.undo_run(run_id=run.pk, actor=someone(Role.VERIFIER))
    assert live() == {(nominations[0].pk, one.pk), (nominations[1].pk, two.pk)}


def test_case_8_nobody_sits_twice_on_a_nomination(nominations):
    one, two = scenes.assessors(2)
    here, there = scenes.assign(nominations[0], one), scenes.assign(nominations[1], two)
    scenes.assign(nominations[0], two)
    with pytest.raises(RuleBroken, match="sudah menilai"):
        swap_scorers(here=here.pk, there=there.pk, actor=someone(Role.VERIFIER))
    with pytest.raises(RuleBroken, match="Pilih penilai lain"):
        swap_scorers(here=here.pk, there=here.pk, actor=someone(Role.VERIFIER))


# Carried out by a worker
