"""Assignments by hand, many at once: from a table, and two people who change places. Both become a run."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from accounts.models import User
from core.errors import RuleBroken
from core.files import read_bytes
from core.http import require
from core.models import ScanState
from core.workbooks import Cell, Sheet, WorkbookRefused, column_letters, plain, read_sheet
from nominations.models import Nomination
from scoring.enums import AssignmentStatus, RunKind, RunState
from scoring.models import Assignment, AssignmentMove, AssignmentRun
from scoring.policies import can_manage_panel
from scoring.presenters.runs import obstacle_text
from scoring.selectors.proposals import Situation, open_nominations, situation
from scoring.selectors.stages import assessed_nominations
from scoring.services.locks import lock_panel
from scoring.services.runs import apply_run

SHEET = "Penugasan"
MAX_ROWS = 40_000  # a country: 10,000 nominations with three scorers, and some
COLUMNS = ("nomor usulan", "surel penilai")
Wanted = dict[int, dict[int, str]]  # nomination → person → cell of the person
Moves = dict[tuple[int, int], bool]  # nomination and person → gets it, or gives it up


@dataclass(frozen=True, slots=True)
class CellError:
    """`where` is a cell such as B7, or empty for the table as a whole."""

    where: str
    text: str


class TableRefused(RuleBroken):
    """Nothing was taken over; `errors` are all of them, in the order of the cells."""

    def __init__(self, errors: list[CellError]) -> None:
        super().__init__(_("Tabel belum dapat diterima. Perbaiki semua sel di bawah, lalu unggah lagi."))
        self.errors = errors


def read_table(run: AssignmentRun) -> tuple[list[AssignmentMove], dict[str, Any]]:
    """Moves, unsaved, and the report of a run, from its table of references and mail addresses.

    Raises TableRefused with every error of the table, WorkbookRefused, also for what the virus scan found something in,
    and NotPermitted when the person may not manage the panel any more.
    """
    actor = run.created_by
    require(can_manage_panel(actor))
    sheet = _sheet_of(run)
    errors = _head_errors(sheet)
    wanted = {} if errors else _read(sheet, errors, run.period_id, run.stage_code, actor)
    lock_panel(run.period_id)
    people = {user for people in wanted.values() for user in people}
    facts = situation(run.period_id, run.stage_code, wanted, people)
    errors += _obstacles(facts, wanted)
    moves = _additions(facts, wanted)
    if run.kind == RunKind.REPLACE:
        ends, begun = _endings(facts, wanted)
        moves |= dict.fromkeys(ends, False)
        errors += begun
    if not errors and not moves:
        errors.append(CellError("", _("Tabel ini tidak mengubah apa pun: semua penugasan di dalamnya sudah ada.")))
    if errors:
        raise TableRefused(errors)
    return _moves(run, facts, moves), _basis(facts, moves)


def _sheet_of(run: AssignmentRun) -> Sheet:
    if run.file.scan_state == ScanState.INFECTED:
        raise WorkbookRefused(_("Berkas ini ditahan karena terdeteksi berbahaya. Unggah berkas pengganti."))
    return read_sheet(read_bytes(run.file), title=SHEET, max_rows=MAX_ROWS, max_columns=len(COLUMNS))


def template_workbook() -> bytes:
    """The empty table with its two columns."""
    stream = BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        head = book.add_format({"bold": True, "bg_color": "#DCE6F2", "border": 1})
        for place, name in enumerate(COLUMNS):
            sheet.write_string(0, place, name.capitalize(), head)
            sheet.set_column(place, place, 34, book.add_format({"num_format": "@"}))
        sheet.freeze_panes(1, 0)
    return stream.getvalue()


def _head_errors(sheet: Sheet) -> list[CellError]:
    given = [str(cell.value or "").strip().lower() for cell in sheet.head]
    found = [
        CellError(f"{column_letters(place)}1", _("Judul kolom harus “%(name)s”.") % {"name": name.capitalize()})
        for place, name in enumerate(COLUMNS)
        if place >= len(given) or given[place] != name
    ]
    if sheet.too_long:
        found.append(
            CellError("", _("Tabel melebihi %(most)d baris. Bagi menjadi beberapa tabel.") % {"most": MAX_ROWS})
        )
    if not sheet.rows:
        found.append(CellError("", _("Tabel kosong. Isi sedikitnya satu baris.")))
    return found


def _text(cells: list[Cell], place: int) -> str:
    return plain(str(cells[place].value).strip()) if place < len(cells) and cells[place].value is not None else ""


def _read(sheet: Sheet, errors: list[CellError], period_id: int, stage_code: str, actor: Any) -> Wanted:
    """Rows as ids; what is unknown goes to `errors`. Three queries."""
    rows = [(number, _text(cells, 0), _text(cells, 1).lower()) for number, cells in sheet.rows]
    seen = assessed_nominations(actor).filter(pk__in=open_nominations(period_id, stage_code).values("pk"))
    nominations = dict(seen.filter(reference__in={ref for _n, ref, _m in rows}).values_list("reference", "pk"))
    people = dict(User.objects.filter(email__in={mail for _n, _r, mail in rows}).values_list("email", "pk"))
    wanted: Wanted = defaultdict(dict)
    for number, reference, mail in rows:
        pk, user = nominations.get(reference), people.get(mail)
        if pk is None:
            text = _("Usulan “%(ref)s” tidak ada pada tahap ini, atau penugasannya sudah tidak dapat diubah.")
            errors.append(CellError(f"A{number}", text % {"ref": reference}))
        if user is None:
            text = _("Tidak ada akun dengan surel “%(mail)s”.")
            errors.append(CellError(f"B{number}", text % {"mail": mail}))
        if pk is None or user is None:
            continue
        if user in wanted[pk]:
            errors.append(CellError(f"B{number}", _("Baris ini sama dengan %(cell)s.") % {"cell": wanted[pk][user]}))
        else:
            wanted[pk][user] = f"B{number}"
    return dict(wanted)


def _obstacles(facts: Situation, wanted: Wanted) -> list[CellError]:
    """Roles, conflicts and expertise, pairs that are kept apart, and more than one visitor."""
    found = []
    for pk, people in wanted.items():
        for user, cell in people.items():
            if user in facts.live.get(pk, {}):
                continue
            if code := facts.obstacle(pk, user):
                found.append(CellError(cell, obstacle_text(code)))
        for first, second in facts.kept_apart(people):
            text = _("Penilai ini harus dipisahkan dari penilai pada %(cell)s.")
            found.append(CellError(people[second], text % {"cell": people[first]}))
    return found


def _additions(facts: Situation, wanted: Wanted) -> Moves:
    return {(pk, user): True for pk, people in wanted.items() for user in people if user not in facts.live.get(pk, {})}


def _endings(facts: Situation, wanted: Wanted) -> tuple[list[tuple[int, int]], list[CellError]]:
    ends, errors = [], []
    for pk, people in wanted.items():
        for user, begun in facts.live.get(pk, {}).items():
            if user in people:
                continue
            if begun:
                text = _("%(ref)s: seorang penilai yang tidak ada dalam tabel sudah mulai menilai. Cantumkan juga.")
                errors.append(CellError("", text % {"ref": facts.nominations[pk].reference}))
            else:
                ends.append((pk, user))
    return ends, errors


def _moves(run: AssignmentRun, facts: Situation, moves: Moves) -> list[AssignmentMove]:
    return [
        AssignmentMove(run=run, nomination_id=pk, stage=facts.stage_of(pk), assessor_id=user, gives=gives)
        for (pk, user), gives in sorted(moves.items())
    ]


def _basis(facts: Situation, moves: Moves) -> dict[str, Any]:
    touched = {pk for pk, _user in moves}
    return {"nominations": len(touched), "basis": {str(pk): facts.state_of(pk) for pk in touched}}


@transaction.atomic
def swap_scorers(*, here: int, there: int, actor: Any) -> AssignmentRun:
    """Two live assignments of one stage change people in one step; undone like any run.

    `here` and `there` are assignments. Raises RuleBroken when either has begun, or may not judge the other nomination.
    """
    require(can_manage_panel(actor))
    first, second = (_live(pk) for pk in (here, there))
    period = first.nomination.period_id
    if (second.nomination.period_id, second.stage.code) != (period, first.stage.code):
        raise RuleBroken(_("Kedua penugasan harus pada periode dan tahap yang sama."))
    if first.nomination_id == second.nomination_id or first.assessor_id == second.assessor_id:
        raise RuleBroken(_("Pilih penilai lain pada usulan yang lain."))
    lock_panel(period)
    pairs = _nominations_locked([first.nomination_id, second.nomination_id])
    facts = situation(period, first.stage.code, pairs, {first.assessor_id, second.assessor_id})
    for one, other in ((first, second), (second, first)):
        _refuse_unswappable(facts, one.nomination_id, leaving=one.assessor_id, coming=other.assessor_id)
    moves = {
        (first.nomination_id, first.assessor_id): False,
        (second.nomination_id, second.assessor_id): False,
        (first.nomination_id, second.assessor_id): True,
        (second.nomination_id, first.assessor_id): True,
    }
    run = AssignmentRun.objects.create(
        kind=RunKind.SWAP,
        period_id=period,
        stage_code=first.stage.code,
        state=RunState.READY,
        created_by=actor,
        report=_basis(facts, moves),
    )
    AssignmentMove.objects.bulk_create(_moves(run, facts, moves))
    return apply_run(run_id=run.pk, actor=actor)


def _live(pk: int) -> Any:
    found = (
        Assignment.objects.filter(pk=pk, status=AssignmentStatus.ACTIVE).select_related("nomination", "stage").first()
    )
    if found is None:
        raise RuleBroken(_("Penugasan ini sudah tidak berlaku. Muat ulang halaman penugasan."))
    return found


def _nominations_locked(ids: Iterable[int]) -> list[int]:
    rows = Nomination.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _refuse_unswappable(facts: Situation, pk: int, *, leaving: int, coming: int) -> None:
    live = facts.live.get(pk, {})
    if pk not in facts.nominations or leaving not in live:
        raise RuleBroken(_("Penugasan ini sudah tidak berlaku. Muat ulang halaman penugasan."))
    reference = facts.nominations[pk].reference
    if live[leaving]:
        raise RuleBroken(_("%(ref)s: penilaian sudah dimulai, sehingga tidak dapat ditukar.") % {"ref": reference})
    if coming in live:
        raise RuleBroken(_("%(ref)s: penilai itu sudah menilai usulan ini.") % {"ref": reference})
    if code := facts.obstacle(pk, coming):
        raise RuleBroken(f"{reference}: {obstacle_text(code)}")
