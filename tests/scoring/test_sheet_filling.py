"""Autosave over HTTP, the next sheet, the desk's filters, versions after a reopening, and the way over a workbook."""

import secrets
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.enums import Role
from core.claims import SALT
from core.errors import RuleBroken
from core.models import AuditEntry
from core.workbooks import XLSX
from scoring.enums import AssignmentStatus
from scoring.models import Assignment, Score, Sheet, SheetEvent
from scoring.rules import Answer
from scoring.selectors.desk import desk_assignments, next_assignment
from scoring.selectors.sheets import answers_of
from scoring.selectors.stages import stage_spec
from scoring.services import sheets
from tests.factories import make_user
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(assessor_batik: Any, client_of: Any) -> SimpleNamespace:
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    scenes.allow_na(stage, "A2")
    assignment = scenes.assign(nomination, assessor_batik)
    return SimpleNamespace(
        nomination=nomination,
        stage=stage,
        assignment=assignment,
        client=client_of(assessor_batik),
        sheet=reverse("score_sheet", args=[assignment.pk]),
        autosave=reverse("sheet_autosave", args=[assignment.pk]),
        workbook=reverse("sheet_workbook", args=[assignment.pk]),
    )


# Autosave


def test_autosave_gives_the_receipt_and_the_total_that_is_stored(desk):
    data = {"version": 0, "value_A1": "3", "note_A1": "Lokal.", "value_A2": "na", "note_A2": "Tanpa bahan baku."}
    answer = desk.client.post(desk.autosave, data)
    sheet = Sheet.objects.get()
    assert (answer.status_code, answer.json()["version"]) == (200, sheet.version)
    assert "Tersimpan" in answer.json()["receipt"]
    page = desk.client.get(desk.sheet)
    assert answer.json()["total"] == "3,09 dari 100", "3 of the 97 points that can be reached without A2"
    assert page.context["total"]["value"] == Decimal("3.09")
    assert "1 tidak berlaku" in answer.json()["note"]
    assert 'value="na" checked' in page.content.decode()


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({"version": 5, "value_A1": "3"}, 409, "jendela lain"),
        ({"version": 0, "value_A1": "9"}, 422, "A1"),
        ({"version": 0, "value_A1": "na"}, 422, "A1"),
        ({"version": "x"}, 422, "Muat ulang"),
        ({"version": 0, "note_A1": "x" * 1001}, 422, "A1"),
    ],
)
def test_autosave_refuses_in_words(desk, data, status, words):
    scenes.save(desk.assignment, {"A1": Answer(Decimal(1))})
    answer = desk.client.post(desk.autosave, data)
    assert answer.status_code == status
    assert words in answer.json()["message"]
    assert Score.objects.get(indicator__code="A1").value == 1


def test_case_27_autosave_of_a_locked_sheet(desk):
    scenes.submit(desk.assignment)
    answer = desk.client.post(desk.autosave, {"version": 2, "value_A1": "1"})
    assert answer.status_code == 403
    assert "terkunci" in answer.json()["message"]


def test_autosave_of_a_foreign_sheet_is_not_there(desk, client_of):
    other = client_of(make_user(Role.ASSESSOR))
    assert other.post(desk.autosave, {"version": 0}).status_code == 404
    assert not Sheet.objects.exists()


def test_case_24_the_moment_of_opening_cannot_be_made_up(desk):
    made = timezone.now() - timedelta(minutes=20)
    hour = timezone.now() - timedelta(hours=1)
    real = signing.dumps([f"sheet:{desk.assignment.pk}", hour.timestamp()], salt=SALT)
    foreign = signing.dumps(["sheet:0", hour.timestamp()], salt=SALT)
    for version, opened in enumerate((real, foreign, "made-up", "")):
        data = {"version": version, "note_A1": f"Catatan {version}", "made_at": made.isoformat(), "opened": opened}
        assert desk.client.post(desk.autosave, data).status_code == 200
    claims = [event.data.get("made_at") for event in SheetEvent.objects.order_by("number")]
    assert claims == [made.isoformat(), None, None, None]


def test_cost_of_opening_autosave_and_save(desk, post):
    scenes.save(desk.assignment)
    desk.client.get(desk.sheet)
    with CaptureQueriesContext(connection) as opened:
        desk.client.get(desk.sheet)
    with CaptureQueriesContext(connection) as typed:
        assert desk.client.post(desk.autosave, {"version": 1, "value_A1": "1"}).status_code == 200
    with CaptureQueriesContext(connection) as saved:
        assert post(desk.client, desk.sheet, {"version": 2, "value_A1": "2"}).status_code == 302
    costs = [sum("SAVEPOINT" not in q["sql"] for q in made.captured_queries) for made in (opened, typed, saved)]
    assert costs == [9, 10, 13]


# The next sheet


def many(person: Any, submitted: list[int]) -> list[Assignment]:
    """Assignments of one person on nominations that so many others have judged."""
    found = []
    for count in submitted:
        nomination = scenes.ovop()
        if count:
            scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * count)
        found.append(scenes.assign(nomination, person))
    return found


def test_the_next_sheet_is_the_least_judged_one(client_of):
    person = scenes.assessors(1)[0]
    twice, never, once = many(person, [2, 0, 1])
    client, url = client_of(person), reverse("next_sheet")
    for expected in (never, once, twice):
        answer = client.get(url)
        assert answer["Location"] == reverse("score_sheet", args=[expected.pk])
        assert answer.content == b"", "where to, and nothing about anybody's number"
        scenes.submit(expected)
    assert client.get(url)["Location"] == reverse("assessor_desk")
    assert "Lanjut ke usulan berikutnya" in client.get(reverse("score_sheet", args=[once.pk])).content.decode()


def test_sheets_of_who_no_longer_counts_do_not_make_a_nomination_well_judged():
    person = scenes.assessors(1)[0]
    emptied, once = many(person, [2, 1])
    others = Assignment.objects.filter(nomination=emptied.nomination).exclude(assessor=person)
    others.update(status=AssignmentStatus.RECUSED)
    assert next_assignment(person) == emptied
    assert once in desk_assignments(person)


def test_of_equally_judged_ones_the_reference_decides_and_a_recused_one_is_never_next(client_of, chair):
    person = scenes.assessors(1)[0]
    first, second = many(person, [0, 0])
    assert next_assignment(person) == first
    first.status = "recused"
    first.save()
    assert next_assignment(person) == second


# The desk


def test_filters_and_own_progress(client_of):
    person = scenes.assessors(1)[0]
    begun, sent, fresh = many(person, [0, 0, 0])
    undeclared = scenes.assign(scenes.ovop(), person, declare=False)
    scenes.save(begun, {})
    scenes.submit(sent)
    client, url = client_of(person), reverse("assessor_desk")

    def shown(query: str) -> set[int]:
        return {row["assignment"].pk for row in client.get(f"{url}?{query}").context["rows"]}

    assert shown("keadaan=konsep") == {begun.pk}
    assert shown("keadaan=belum") == {fresh.pk}
    assert shown("keadaan=pernyataan") == {undeclared.pk}
    assert shown(f"q={fresh.nomination.reference}") == {fresh.pk}
    assert shown("tahap=penilaian") == {begun.pk, fresh.pk, undeclared.pk}
    assert shown("tahap=lain") == shown("q=%00tidak-ada") == set()
    assert client.get(url).context["progress"] == (1, 4)


# Versions


@pytest.fixture
def twice_submitted(desk, chair) -> Sheet:
    sheet = scenes.submit(desk.assignment, scenes.full_answers(desk.stage, max))
    sheets.reopen_sheet(sheet_id=sheet.pk, reason="Nilai A1 tertukar.", actor=chair)
    again = scenes.full_answers(desk.stage, max) | {"A1": Answer(Decimal(1), "Sebagian dari luar daerah.")}
    return scenes.submit(desk.assignment, again)


def test_case_21_both_submitted_versions_stand_side_by_side(desk, twice_submitted, client_of, chair, auditor):
    url = reverse("sheet_versions", args=[twice_submitted.pk])
    assert url in desk.client.get(desk.sheet).content.decode()
    for client in (desk.client, client_of(chair), client_of(auditor)):
        page = client.get(url)
        text = page.content.decode()
        assert "Nilai A1 tertukar." in text
        assert "Sebagian dari luar daerah." in text.replace("</ins>", "").replace("<ins>", "")
        [change] = page.context["changes"]
        assert [row.label for row in change.rows] == [
            "Jumlah nilai",
            "A1 Sumber bahan baku utama",
            "A1 Sumber bahan baku utama: catatan",
        ]
        assert (change.before.total, change.after.total) == (Decimal(100), Decimal(98))
    assert AuditEntry.objects.filter(action="scoring.scores_viewed").count() == 2


def test_case_1_versions_of_others_are_not_there(desk, twice_submitted, client_of):
    url = reverse("sheet_versions", args=[twice_submitted.pk])
    for other in scenes.score_stage(desk.nomination, [scenes.full_answers(desk.stage)]):
        assert client_of(other.assessor).get(url).status_code == 404


# The workbook


def filled(desk: SimpleNamespace, **cells: Any) -> SimpleUploadedFile:
    """The downloaded workbook with some cells changed."""
    book = load_workbook(BytesIO(desk.client.get(reverse("sheet_workbook_file", args=[desk.assignment.pk])).content))
    for place, value in cells.items():
        book["Nilai"][place] = value
    return packed(book)


def packed(book: Any) -> SimpleUploadedFile:
    stream = BytesIO()
    book.save(stream)
    return SimpleUploadedFile("lembar.xlsx", stream.getvalue(), content_type=XLSX)


def upload(desk: SimpleNamespace, file: Any) -> Any:
    return desk.client.post(desk.workbook, {"file": file, "_key": secrets.token_urlsafe(24)})


def test_down_filled_in_and_up_again_is_a_draft(desk):
    scenes.save(desk.assignment, {"A1": Answer(Decimal(2), "=SUM(1)"), "A2": Answer(None, "Tidak ada.", na=True)})
    file = filled(desk, C4=3, D4="Ditulis di Excel.", C5="2")
    assert upload(desk, file)["Location"] == desk.sheet
    sheet = Sheet.objects.get()
    assert (sheet.status, sheet.version) == ("draft", 2)
    answers = {code: answer for code, answer in answers_of(sheet).items() if answer.given}
    assert answers == {
        "A1": Answer(Decimal(2), "=SUM(1)"),
        "A2": Answer(None, "Tidak ada.", na=True),
        "A3": Answer(Decimal(3), "Ditulis di Excel."),
        "A4": Answer(Decimal(2)),
    }
    assert sheet.events.get(number=2).data["source"] == "xlsx"


def test_the_list_in_a_cell_has_the_allowed_values(desk):
    content = desk.client.get(reverse("sheet_workbook_file", args=[desk.assignment.pk])).content
    book = load_workbook(BytesIO(content))
    sheet, mark = book["Nilai"], book["tanda"]
    assert mark.sheet_state == "hidden"
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists["C3"] == "tanda!$A$6:$D$6"
    assert [cell.value for cell in mark[6]] == [1, 2, 3, "Tidak berlaku"]
    assert "3: Terjamin lebih dari 3 tahun" in sheet["E3"].value


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"C2": 9}, "C2 (A1): “9” tidak ada dalam pilihan (1, 2, 3)."),
        ({"C2": "tiga"}, "C2 (A1): “tiga”"),
        ({"C2": "Tidak berlaku"}, "C2 (A1): indikator ini harus dinilai."),
        ({"C2": "=1+1"}, "C2 (A1): tulis nilainya, bukan rumus."),
        ({"D2": "x" * 1001}, "D2: catatan paling banyak 1000 huruf"),
        ({"A2": "Z9"}, "A2: kode “Z9” tidak ada"),
        ({"A3": "A1"}, "A3: kode A1 tertulis dua kali."),
    ],
)
def test_every_mistake_names_its_cell_and_nothing_is_saved(desk, cells, words):
    answer = upload(desk, filled(desk, **{"C4": 3, "C6": 99, **cells}))
    texts = [error["text"] for error in answer.context["errors"]]
    assert answer.status_code == 422
    assert any(text.startswith(words) for text in texts), texts
    assert any(text.startswith("C6 (A5)") for text in texts), "all of them at once"
    assert not Sheet.objects.exists()


def test_case_25_an_older_workbook_is_shown_beside_the_stored_sheet(desk):
    file = filled(desk, C2=3, D2="Dari berkas.")
    scenes.save(desk.assignment, {"A1": Answer(Decimal(1), "Dari portal.")})
    answer = upload(desk, file)
    assert answer.status_code == 409
    difference = {"code": "A1", "stored": "1 (Dari portal.)", "typed": "3 (Dari berkas.)"}
    assert difference in answer.context["differences"]
    assert f'action="{desk.sheet}"' in answer.content.decode()
    assert answers_of(Sheet.objects.get())["A1"].note == "Dari portal."


def test_a_workbook_of_another_sheet_or_of_nothing(desk, client_of):
    other = scenes.assign(scenes.ovop(), desk.assignment.assessor)
    theirs = desk.client.get(reverse("sheet_workbook_file", args=[other.pk])).content
    for file in (
        SimpleUploadedFile("lain.xlsx", theirs, content_type=XLSX),
        SimpleUploadedFile("x.xlsx", b"PK not a workbook", content_type=XLSX),
        None,
    ):
        answer = desk.client.post(desk.workbook, {"_key": secrets.token_urlsafe(24)} | ({"file": file} if file else {}))
        assert answer.status_code == 422
    assert not Sheet.objects.exists()


def test_a_workbook_of_an_older_instrument(desk):
    file = filled(desk, C2=3)
    instrument = desk.stage.instrument
    instrument.sha256 = "f" * 64
    instrument.save()
    answer = upload(desk, file)
    assert answer.status_code == 422
    assert "Instrumen penilaian sudah berubah" in answer.content.decode()


def test_case_27_a_workbook_for_a_locked_sheet(desk):
    file = filled(desk, C2=3)
    scenes.submit(desk.assignment)
    assert upload(desk, file).status_code == 403


def test_an_option_that_asks_for_a_reason_says_so_in_the_workbook_and_holds_the_sheet(desk):
    """The draft is kept without the reason, and says what is missing; the sheet is not sent without it."""
    scenes.ask_note(desk.stage, "A1", 1)
    book = load_workbook(BytesIO(desk.client.get(reverse("sheet_workbook_file", args=[desk.assignment.pk])).content))
    assert "Wajib catatan untuk nilai 1" in book["Nilai"]["E2"].value
    assert "Wajib" not in book["Nilai"]["E4"].value
    best = {f"C{row}": max(one.values) for row, one in enumerate(stage_spec(desk.stage).indicators, start=2)}
    answer = upload(desk, filled(desk, **best | {"C2": 1}))
    page = desk.client.get(answer["Location"]).content.decode()
    assert "masih memerlukan catatan sebelum dikirim: A1." in page
    assert "Catatan (wajib untuk 1 poin)" in page
    with pytest.raises(RuleBroken, match=r"Lengkapi: A1\."):
        sheets.submit_sheet(assignment_id=desk.assignment.pk, version=1, actor=desk.assignment.assessor)
    upload(desk, filled(desk, D2="Bahan baku dari luar kabupaten."))
    sent = sheets.submit_sheet(assignment_id=desk.assignment.pk, version=2, actor=desk.assignment.assessor)
    assert sent.status == "submitted"
