"""The one writer of sheets: save, submit, reopen. Every change leaves an event in the sheet's chain."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.clock import transaction_time
from core.errors import RuleBroken
from core.http import require
from nominations.services.transitions import lock_nomination
from scoring import messages
from scoring.enums import SheetEventKind, SheetStatus
from scoring.maths.exact import round_half_up
from scoring.maths.instrument import InstrumentSpec
from scoring.maths.sheets import note_required, sheet_problems, sheet_total, value_problem
from scoring.models import NOTE_LENGTH, Assignment, Instrument, Score, Sheet, StageResult
from scoring.policies import can_change_sheet, can_reopen_sheet
from scoring.rules import Answer
from scoring.selectors.sheets import answers_of, judged_snapshot, values_in
from scoring.selectors.stages import stage_spec
from scoring.services.chain import add_event
from scoring.services.locks import Locked, lock_assignment, refuse_if_stale

Answers = Mapping[str, Answer]


@transaction.atomic
def save_sheet(*, assignment_id: int, answers: Answers, version: int, actor: Any) -> Sheet:
    """Keep the whole sheet as the page shows it, complete or not, and give the receipt (`saved_at`, `version`).

    `answers` by indicator code; an indicator without an answer is cleared. `version` is the one the page was opened
    with, 0 for a sheet that was never saved. Raises NotPermitted (locked, closed), StaleVersion, or RuleBroken for a
    value that the instrument does not know. At most 15 queries.
    """
    locked = lock_assignment(assignment_id)
    require(can_change_sheet(actor, locked.assignment, locked.window))
    sheet = getattr(locked.assignment, "sheet", None) or _new_sheet(locked.assignment)
    refuse_if_stale(sheet.version, version)
    _refuse_wrong_answers(stage_spec(locked.assignment.stage), answers)
    sheet.version += 1
    sheet.saved_at = locked.now
    sheet.save()
    _write_scores(sheet, answers)
    data = {"version": sheet.version, "answers": _plain(answers)}
    add_event(sheet, SheetEventKind.SAVED, data, actor=actor, at=locked.now)
    audit.record(actor, "scoring.sheet_saved", sheet, version=sheet.version)
    return sheet


@transaction.atomic
def submit_sheet(*, assignment_id: int, version: int, actor: Any) -> Sheet:
    """Lock the saved sheet with its total, computed by the maths; the first one freezes the instrument.

    Raises RuleBroken with everything that is missing; then the draft stays as it is. At most 17 queries.
    """
    locked = lock_assignment(assignment_id)
    require(can_change_sheet(actor, locked.assignment, locked.window))
    sheet = getattr(locked.assignment, "sheet", None)
    if sheet is None:
        raise RuleBroken(_("Lembar nilai masih kosong. Isi dan simpan nilai sebelum mengirim."))
    refuse_if_stale(sheet.version, version)
    spec, answers = stage_spec(locked.assignment.stage), answers_of(sheet)
    gaps = submission_gaps(spec, answers)
    if gaps:
        raise RuleBroken(_("Nilai belum dapat dikirim. Lengkapi: %(codes)s.") % {"codes": ", ".join(gaps)})
    return _lock_sheet(sheet, spec, answers, locked, actor)


@transaction.atomic
def reopen_sheet(*, sheet_id: int, reason: str, actor: Any) -> Sheet:
    """Let the scorer change a submitted sheet again; what was submitted stays in the chain of events.

    Raises NotPermitted when the stage is closed or the sheet is not locked, RuleBroken without a reason.
    """
    now = transaction_time()
    nomination = lock_nomination(Sheet.objects.values_list("nomination", flat=True).get(pk=sheet_id))
    sheet = Sheet.objects.select_related("assignment", "assessor", "nomination", "stage").get(pk=sheet_id)
    closed = StageResult.objects.filter(nomination=nomination, stage=sheet.stage_id).exists()
    require(can_reopen_sheet(actor, sheet, stage_closed=closed))
    reason = reason.strip()
    if not reason:
        raise RuleBroken(_("Tulis alasan membuka kembali lembar nilai. Penilai akan membacanya."))
    sheet.status, sheet.submitted_at, sheet.total = SheetStatus.DRAFT, None, None
    sheet.version += 1
    sheet.save()
    add_event(sheet, SheetEventKind.REOPENED, {"version": sheet.version, "reason": reason}, actor=actor, at=now)
    audit.record(actor, "scoring.sheet_reopened", sheet, version=sheet.version)
    messages.tell_sheet_reopened(sheet, reason)
    return sheet


def submission_gaps(spec: InstrumentSpec, answers: Answers) -> dict[str, str]:
    """What keeps the sheet from being submitted: a problem code of the maths, or `note_missing`, by indicator."""
    gaps = {problem.where: problem.code for problem in sheet_problems(spec, values_in(dict(answers)))}
    for code, answer in answers.items():
        if answer.value is not None and note_required(spec, answer.value) and not answer.note.strip():
            gaps.setdefault(code, "note_missing")
    order = {indicator.code: place for place, indicator in enumerate(spec.indicators)}
    return dict(sorted(gaps.items(), key=lambda gap: order[gap[0]]))


def _new_sheet(assignment: Assignment) -> Sheet:
    return Sheet(
        assignment=assignment,
        nomination=assignment.nomination,
        stage=assignment.stage,
        assessor_id=assignment.assessor_id,
        instrument=assignment.stage.instrument,
        snapshot=judged_snapshot(assignment),
    )


def _refuse_wrong_answers(spec: InstrumentSpec, answers: Answers) -> None:
    known = {indicator.code: indicator for indicator in spec.indicators}
    for code, answer in answers.items():
        wrong = code not in known or (answer.value is not None and value_problem(known[code], answer.value))
        if wrong:
            raise RuleBroken(_("Nilai untuk %(code)s tidak ada dalam pilihan. Muat ulang halaman.") % {"code": code})
        if len(answer.note) > NOTE_LENGTH:
            raise RuleBroken(
                _("Catatan %(code)s terlalu panjang. Paling banyak %(max)d huruf.") % {"code": code, "max": NOTE_LENGTH}
            )


def _write_scores(sheet: Sheet, answers: Answers) -> None:
    indicators = sheet.instrument.indicators.values_list("code", "pk")
    nothing = Answer(None)
    rows = [
        Score(sheet=sheet, indicator_id=pk, value=given.value, note=given.note)
        for code, pk in indicators
        for given in [answers.get(code, nothing)]
    ]
    Score.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["sheet", "indicator"], update_fields=["value", "note"]
    )


def _lock_sheet(sheet: Sheet, spec: InstrumentSpec, answers: Answers, locked: Locked, actor: Any) -> Sheet:
    sheet.total = round_half_up(sheet_total(spec, values_in(dict(answers))))
    sheet.status, sheet.submitted_at = SheetStatus.SUBMITTED, locked.now
    sheet.version += 1
    sheet.save()
    Instrument.objects.filter(pk=sheet.instrument_id, frozen_at=None).update(frozen_at=locked.now)
    data = {"version": sheet.version, "total": str(sheet.total), "answers": _plain(answers)}
    add_event(sheet, SheetEventKind.SUBMITTED, data, actor=actor, at=locked.now)
    audit.record(actor, "scoring.sheet_submitted", sheet, version=sheet.version)
    return sheet


def _plain(answers: Answers) -> dict[str, list[str | None]]:
    """Answers as JSON: value as text so that no digit is lost, then the note."""
    return {
        code: [None if given.value is None else str(given.value), given.note]
        for code, given in answers.items()
        if given.value is not None or given.note
    }
