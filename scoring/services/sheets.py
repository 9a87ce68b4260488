"""The one writer of sheets: save, submit, reopen. Every change leaves an event in the sheet's chain."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.clock import transaction_time
from core.errors import RuleBroken
from core.http import require
from nominations.rules import SPELL
from nominations.services.transitions import lock_nomination
from scoring import messages
from scoring.enums import SheetEventKind, SheetStatus
from scoring.maths.exact import round_half_up
from scoring.maths.instrument import Indicator, InstrumentSpec
from scoring.maths.sheets import note_required, sheet_problems, sheet_total, value_problem
from scoring.models import NOTE_LENGTH, Assignment, Instrument, Score, Sheet, Stage, StageResult
from scoring.policies import can_change_sheet, can_reopen_sheet, meets
from scoring.rules import NOTHING, Answer, bounded_claim, sealed_answer
from scoring.selectors.sheets import (
    Stored,
    answers_of,
    judged_snapshot,
    not_applicable_in,
    stored_answers,
    values_in,
)
from scoring.selectors.stages import stage_spec
from scoring.services.chain import next_event
from scoring.services.conflicts import refuse_conflicted
from scoring.services.locks import Locked, lock_assignment, refuse_if_stale

Answers = Mapping[str, Answer]
LATE = timedelta(minutes=1)  # a save that arrived later than this was made without a line


class Origin(NamedTuple):
    """How a save came, for the chain: from the page unless said otherwise."""

    source: str = ""  # "xlsx" for an uploaded workbook
    key: str = ""  # made by the browser with the save, so that a repeat counts once
    made_at: datetime | None = None  # what the browser says, see `rules.bounded_claim`
    opened_at: datetime | None = None


PAGE = Origin()


@transaction.atomic
def save_sheet(*, assignment_id: int, answers: Answers, version: int, actor: Any, origin: Origin = PAGE) -> Sheet:
    """Keep the whole sheet as the page shows it, complete or not, and give the receipt (`saved_at`, `version`).

    `answers` by indicator code; an indicator without an answer is cleared. `version` is the one the page was opened
    with, 0 for a sheet that was never saved. The same answers again change nothing, and a save whose `origin.key` has
    counted gives the receipt of then: that is how a save looks whose answer was lost on the way. Raises NotPermitted
    (locked, closed), StaleVersion, or RuleBroken for a value that the instrument does not know. Eight queries; ten
    for the first save of a sheet, one more when a spell of writing begins.
    """
    locked = lock_assignment(assignment_id)
    return _save(locked, stage_spec(locked.assignment.stage), answers, version, actor, origin)


class Autosaved(NamedTuple):
    """What was stored, and by which stage and rule it was read."""

    sheet: Sheet
    stage: Stage
    spec: InstrumentSpec
    answers: Answers


@transaction.atomic
def autosave_sheet(
    *, assignment_id: int, read: Callable[[InstrumentSpec], tuple[Answers, int]], actor: Any, origin: Origin
) -> Autosaved:
    """`save_sheet` for what comes at each pause: `read` gives answers and version by the instrument that counts.

    So nothing is asked twice on the way. Raises what `read` raises, and Nomination.DoesNotExist when it is not the
    actor's own sheet. Seven queries; nine for the first save of a sheet, one more when a spell of writing begins.
    """
    locked = lock_assignment(assignment_id, of=actor)
    stage = locked.assignment.stage
    spec = stage_spec(stage)
    answers, version = read(spec)
    return Autosaved(_save(locked, spec, answers, version, actor, origin), stage, spec, answers)


def _save(locked: Locked, spec: InstrumentSpec, answers: Answers, version: int, actor: Any, origin: Origin) -> Sheet:
    sheet = getattr(locked.assignment, "sheet", None)
    may = can_change_sheet(actor, locked.assignment, locked.window)
    if sheet and meets(actor, locked.assignment) and not (may and sheet.version == version):
        counted = _counted(sheet, origin)
        if counted:
            return counted
    require(may)
    sheet = sheet or _new_sheet(locked.assignment)
    refuse_wrong_answers(spec, answers)
    stored = stored_answers(sheet)
    changed = {code: answer for code in stored if (answer := answers.get(code, NOTHING)) != stored[code].answer}
    if sheet.version and not changed:
        return sheet
    refuse_if_stale(sheet.version, version)
    return _store(sheet, changed, stored, locked, actor, origin)


@transaction.atomic
def submit_sheet(*, assignment_id: int, version: int, actor: Any) -> Sheet:
    """Lock the saved sheet with its total, computed by the maths; the first one freezes the instrument.

    Raises RuleBroken with everything that is missing; then the draft stays as it is. At most 16 queries.
    """
    locked = lock_assignment(assignment_id)
    require(can_change_sheet(actor, locked.assignment, locked.window))
    sheet = getattr(locked.assignment, "sheet", None)
    if sheet is None:
        raise RuleBroken(_("Lembar nilai masih kosong. Isi dan simpan nilai sebelum mengirim."))
    refuse_if_stale(sheet.version, version)
    spec, answers = stage_spec(locked.assignment.stage), answers_of(sheet)
    gaps = submission_gaps(spec, answers)
    if "" in gaps:
        raise RuleBroken(_("Semua indikator ditandai tidak berlaku. Nilai sekurangnya satu indikator."))
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
    refuse_conflicted(actor, nomination)
    reason = reason.strip()
    if not reason:
        raise RuleBroken(_("Tulis alasan membuka kembali lembar nilai. Penilai akan membacanya."))
    sheet.status, sheet.submitted_at, sheet.total = SheetStatus.DRAFT, None, None
    event = next_event(sheet, SheetEventKind.REOPENED, {"reason": reason}, actor=actor, at=now)
    event.save(force_insert=True)  # the database lets a sheet go back only with it
    sheet.save()
    audit.record(actor, "scoring.sheet_reopened", sheet, version=sheet.version)
    messages.tell_sheet_reopened(sheet, reason)
    return sheet


def submission_gaps(spec: InstrumentSpec, answers: Answers) -> dict[str, str]:
    """What keeps the sheet from being submitted: a problem code of the maths, or `note_missing`, by indicator.

    Under "" what concerns the sheet as a whole.
    """
    problems = sheet_problems(spec, values_in(answers), not_applicable_in(answers))
    gaps = {problem.where: problem.code for problem in problems}
    known = {indicator.code: indicator for indicator in spec.indicators}
    for code in answers.keys() & known.keys():
        answer = answers[code]
        needs_note = answer.na or (answer.value is not None and note_required(known[code], answer.value))
        if needs_note and not answer.note.strip():
            gaps.setdefault(code, "note_missing")
    order = {code: place for place, code in enumerate(known)}
    return dict(sorted(gaps.items(), key=lambda gap: order.get(gap[0], -1)))


def _counted(sheet: Sheet, origin: Origin) -> Sheet | None:
    """The sheet as that very save left it, when it has been stored before. One query with a key, else none."""
    event = sheet.events.filter(data__key=origin.key).first() if origin.key else None
    if event is None:
        return None
    sheet.version, sheet.saved_at = event.number, event.at
    return sheet


def _store(
    sheet: Sheet, changed: Answers, stored: Mapping[str, Stored], locked: Locked, actor: Any, origin: Origin
) -> Sheet:
    begins_spell = sheet.saved_at is None or locked.now - sheet.saved_at >= SPELL
    sheet.saved_at = locked.now
    if sheet.pk is None:
        sheet.save()
        _write_scores(sheet, {code: changed.get(code, NOTHING) for code in stored}, stored)
    else:
        _write_scores(sheet, changed, stored)
    data: dict[str, Any] = {"changed": {code: sealed_answer(answer) for code, answer in changed.items()}}
    made_at = bounded_claim(origin.made_at, opened_at=origin.opened_at, now=locked.now)
    if made_at and locked.now - made_at > LATE:
        data["made_at"] = made_at.astimezone(UTC).isoformat()
    data |= {name: text for name, text in (("source", origin.source), ("key", origin.key)) if text}
    event = next_event(sheet, SheetEventKind.SAVED, data, actor=actor, at=locked.now)
    sheet.save(update_fields=["version", "saved_at", "head"])
    event.save(force_insert=True)
    if begins_spell:
        audit.record(actor, "scoring.sheet_saved", sheet, version=sheet.version)
    return sheet


def _new_sheet(assignment: Assignment) -> Sheet:
    return Sheet(
        assignment=assignment,
        nomination=assignment.nomination,
        stage=assignment.stage,
        assessor_id=assignment.assessor_id,
        instrument=assignment.stage.instrument,
        snapshot=judged_snapshot(assignment),
    )


def refuse_wrong_answers(spec: InstrumentSpec, answers: Answers) -> None:
    """Raise RuleBroken for a value that the instrument does not know, or a note that is too long."""
    known = {indicator.code: indicator for indicator in spec.indicators}
    for code, answer in answers.items():
        if code not in known or _wrong(known[code], answer):
            raise RuleBroken(_("Nilai untuk %(code)s tidak ada dalam pilihan. Muat ulang halaman.") % {"code": code})
        if len(answer.note) > NOTE_LENGTH:
            raise RuleBroken(
                _("Catatan %(code)s terlalu panjang. Paling banyak %(max)d huruf.") % {"code": code, "max": NOTE_LENGTH}
            )


def _wrong(indicator: Indicator, answer: Answer) -> bool:
    if answer.na:
        return answer.value is not None or not indicator.na_allowed
    return answer.value is not None and value_problem(indicator, answer.value) is not None


def _write_scores(sheet: Sheet, answers: Answers, stored: Mapping[str, Stored]) -> None:
    scores = [
        Score(
            sheet=sheet,
            indicator_id=stored[code].indicator_id,
            value=answer.value,
            not_applicable=answer.na,
            note=answer.note,
        )
        for code, answer in answers.items()
    ]
    Score.objects.bulk_create(
        scores,
        update_conflicts=True,
        unique_fields=["sheet", "indicator"],
        update_fields=["value", "not_applicable", "note"],
    )


def _lock_sheet(sheet: Sheet, spec: InstrumentSpec, answers: Answers, locked: Locked, actor: Any) -> Sheet:
    sheet.total = round_half_up(sheet_total(spec, values_in(answers), not_applicable_in(answers)))
    sheet.status, sheet.submitted_at = SheetStatus.SUBMITTED, locked.now
    sealed = {code: sealed_answer(answer) for code, answer in answers.items() if answer != NOTHING}
    rule = locked.assignment.stage.instrument
    assert rule is not None  # noqa: S101 - the total was computed by it
    data = {"total": str(sheet.total), "answers": sealed, "instrument": rule.sha256}
    event = next_event(sheet, SheetEventKind.SUBMITTED, data, actor=actor, at=locked.now)
    sheet.save()
    event.save(force_insert=True)
    Instrument.objects.filter(pk=sheet.instrument_id, frozen_at=None).update(frozen_at=locked.now)
    audit.record(actor, "scoring.sheet_submitted", sheet, version=sheet.version)
    return sheet
