"""The calibration round of a stage. The chair sets it up, opens and ends it; scorers fill in their practice sheets."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import audit
from core.clock import transaction_time
from core.errors import RuleBroken
from core.http import require
from nominations.models import Nomination
from nominations.services.transitions import lock_nomination
from scoring.enums import CalibrationStatus, RoundStatus, StageKind
from scoring.maths.exact import round_half_up
from scoring.maths.sheets import sheet_total
from scoring.models import CalibrationAnchor, CalibrationRound, CalibrationSheet, Stage
from scoring.policies import can_fill_calibration, is_chair
from scoring.rules import Answer, answer_from, sealed_answer
from scoring.selectors.calibration import fitting_scorers, has_calibration, sheets_have_come
from scoring.selectors.people import detected_conflicts
from scoring.selectors.sheets import not_applicable_in, values_in
from scoring.selectors.stages import assessed_nominations, stage_spec
from scoring.services.assignments import keep_away
from scoring.services.conflicts import refuse_conflicted
from scoring.services.locks import refuse_if_stale
from scoring.services.sheets import refuse_wrong_answers, submission_gaps

LEAST, MOST = 2, 3  # anchors

Answers = Mapping[str, Answer]


@transaction.atomic
def set_up_round(*, stage_id: int, required: bool, actor: Any) -> CalibrationRound:
    """Make the round of a stage, or change whether it is required.

    Raises RuleBroken for visits and blind stages, for a stage that was replaced meanwhile, and once a sheet of the
    stage has been sent; a round that is still required then can be let go.
    """
    require(is_chair(actor))
    stage = Stage.objects.select_for_update(of=("self",)).filter(pk=stage_id).first()
    if stage is None:
        raise RuleBroken(_("Tahap ini baru saja diganti dengan tahap periode sebelumnya. Buka halaman tahap lagi."))
    if stage.kind != StageKind.SHEETS:
        raise RuleBroken(_("Kalibrasi hanya untuk tahap dengan lembar nilai."))
    if stage.blind:  # every scorer of the stage reads the anchors as they were submitted
        raise RuleBroken(_("Kalibrasi menampilkan usulan apa adanya, jadi tidak dapat dipakai pada tahap tersamar."))
    if required or not has_calibration(stage_id):
        _refuse_if_late(stage_id)
    found, _created = CalibrationRound.objects.update_or_create(
        stage=stage, defaults={"required": required}, create_defaults={"required": required, "created_by": actor}
    )
    audit.record(actor, "scoring.calibration_set_up", stage, required=required)
    return found


@transaction.atomic
def add_anchor(*, stage_id: int, reference: str, actor: Any) -> CalibrationAnchor:
    """Take the newest frozen submission of a nomination as anchor.

    Raises RuleBroken for an unknown number, another award, a fourth anchor, or a round that is open.
    """
    chosen = _draft_round(stage_id, actor)
    known = assessed_nominations(actor).filter(reference=reference.strip(), period__award=chosen.stage.period.award_id)
    nomination = known.first()
    snapshot = nomination.snapshots.order_by("-number").first() if nomination else None
    if snapshot is None:
        raise RuleBroken(_("Tidak ada usulan lolos verifikasi dengan nomor itu pada penghargaan ini."))
    if chosen.anchors.filter(snapshot=snapshot).exists():
        raise RuleBroken(_("Usulan ini sudah dipilih."))
    if chosen.anchors.count() >= MOST:
        raise RuleBroken(_("Paling banyak %(most)d usulan. Hapus salah satu lebih dahulu.") % {"most": MOST})
    last = chosen.anchors.aggregate(last=Max("order"))["last"] or 0
    anchor = CalibrationAnchor.objects.create(round=chosen, snapshot=snapshot, order=last + 1)
    audit.record(actor, "scoring.calibration_anchor_added", chosen.stage, reference=reference.strip())
    return anchor


@transaction.atomic
def remove_anchor(*, anchor_id: int, actor: Any) -> None:
    """Take an anchor out again, before the round is open."""
    anchor = CalibrationAnchor.objects.select_related("round", "snapshot__nomination").get(pk=anchor_id)
    chosen = _draft_round(anchor.round.stage_id, actor)
    reference = anchor.snapshot.nomination.reference
    anchor.delete()
    audit.record(actor, "scoring.calibration_anchor_removed", chosen.stage, reference=reference)


@transaction.atomic
def open_round(*, stage_id: int, actor: Any) -> CalibrationRound:
    """Give every fitting scorer a sheet per anchor. Raises RuleBroken with too few anchors or nobody to score them, and
    once a sheet of the stage has been sent.

    For a round that is open: give sheets to those who have come since; nobody loses one.
    """
    chosen = _locked_round(stage_id, actor)
    if chosen.status == RoundStatus.ENDED:
        raise RuleBroken(_("Kalibrasi ini sudah diakhiri."))
    if chosen.status == RoundStatus.DRAFT:
        _refuse_if_late(stage_id)
    anchors = list(chosen.anchors.select_related("snapshot__nomination__region"))
    if len(anchors) < LEAST:
        raise RuleBroken(_("Pilih sedikitnya %(least)d usulan sebelum kalibrasi dibuka.") % {"least": LEAST})
    sheets = [
        CalibrationSheet(anchor=anchor, assessor=person)
        for anchor in anchors
        for person in fitting_scorers(anchor, chosen.stage)
    ]
    if not sheets:
        raise RuleBroken(_("Tidak ada penilai yang dapat menilai usulan ini."))
    CalibrationSheet.objects.bulk_create(sheets, ignore_conflicts=True)
    if chosen.status == RoundStatus.DRAFT:
        chosen.status, chosen.opened_at = RoundStatus.OPEN, transaction_time()
        chosen.save()
    audit.record(actor, "scoring.calibration_opened", chosen.stage, sheets=len(sheets))
    return chosen


@transaction.atomic
def end_round(*, stage_id: int, actor: Any) -> CalibrationRound:
    """Close the round: scorers now see where they stand, and a required round holds nobody back any more."""
    chosen = _locked_round(stage_id, actor)
    if chosen.status != RoundStatus.OPEN:
        raise RuleBroken(_("Kalibrasi ini tidak sedang berlangsung."))
    chosen.status, chosen.ended_at = RoundStatus.ENDED, transaction_time()
    chosen.save()
    audit.record(actor, "scoring.calibration_ended", chosen.stage)
    return chosen


@transaction.atomic
def begin_reference(*, anchor_id: int, actor: Any) -> CalibrationSheet:
    """The chair's own sheet on an anchor: what the panel is compared with. The same one at a second call.

    A draft of a chair who has left, or has a conflict with the anchor, is begun anew by the one who asks. Raises
    NotPermitted for a conflict with the anchor, RuleBroken once the round has ended, or while another chair is at it.
    """
    anchor = CalibrationAnchor.objects.select_related("round", "snapshot__nomination").get(pk=anchor_id)
    chosen, nomination = _locked_round(anchor.round.stage_id, actor), anchor.snapshot.nomination
    refuse_conflicted(actor, nomination)
    if chosen.status == RoundStatus.ENDED:
        raise RuleBroken(_("Kalibrasi ini sudah diakhiri, sehingga nilai acuan tidak dapat diisi lagi."))
    sheet, created = CalibrationSheet.objects.select_related("assessor").get_or_create(
        anchor=anchor, is_reference=True, defaults={"assessor": actor}
    )
    if created or sheet.assessor_id == actor.pk:
        return sheet
    _refuse_while_at_work(sheet, nomination)
    former, sheet.assessor, sheet.answers = sheet.assessor_id, actor, {}
    sheet.version, sheet.saved_at = sheet.version + 1, None
    sheet.save()
    audit.record(actor, "scoring.calibration_reference_taken_over", chosen.stage, sheet=sheet.pk, former=former)
    return sheet


def _refuse_while_at_work(sheet: CalibrationSheet, nomination: Nomination) -> None:
    """Twelve queries where the reference is a draft of somebody who is still a chair."""
    names = {"name": sheet.assessor.name}
    if sheet.status == CalibrationStatus.SUBMITTED:
        raise RuleBroken(_("Nilai acuan usulan ini sudah dikirim oleh %(name)s.") % names)
    other = sheet.assessor
    if not (other.is_active and is_chair(other)):
        return
    if not detected_conflicts(nomination.period_id, [other.pk], [nomination.pk]):
        raise RuleBroken(
            _(
                "%(name)s sedang mengisi nilai acuan usulan ini. Tunggu sampai terkirim. Anda dapat mengambil alih bila"
                " %(name)s tidak lagi menjadi ketua panel atau berbenturan kepentingan dengan usulan ini."
            )
            % names
        )


@transaction.atomic
def save_calibration_sheet(
    *, sheet_id: int, answers: Answers, version: int, submit: bool = False, actor: Any
) -> CalibrationSheet:
    """Keep a practice sheet, and send it when asked to.

    Raises NotPermitted, StaleVersion, or RuleBroken for a value that the instrument does not know or with what is
    missing; then nothing of this call is kept.
    """
    now, sheet = transaction_time(), _locked_sheet(sheet_id)
    require(can_fill_calibration(actor, sheet))
    refuse_if_stale(sheet.version, version)
    spec = stage_spec(sheet.anchor.round.stage)
    refuse_wrong_answers(spec, answers)
    sheet.answers = {code: sealed_answer(given) for code, given in answers.items()}
    sheet.version, sheet.saved_at = sheet.version + 1, now
    if submit:
        gaps = submission_gaps(spec, answers)
        if gaps:
            raise RuleBroken(_("Nilai belum dapat dikirim. Lengkapi: %(codes)s.") % {"codes": ", ".join(gaps)})
        sheet.total = round_half_up(sheet_total(spec, values_in(answers), not_applicable_in(answers)))
        sheet.status, sheet.submitted_at = CalibrationStatus.SUBMITTED, now
    sheet.save()
    audit.record(actor, "scoring.calibration_saved", sheet, submitted=submit)
    return sheet


@transaction.atomic
def recuse_from_anchor(*, sheet_id: int, reason: str, actor: Any) -> None:
    """A scorer has a conflict with an anchor: the sheet goes, and with it every way to that nomination.

    RuleBroken without a reason.
    """
    anchors = CalibrationAnchor.objects.filter(sheets=sheet_id)
    nomination = lock_nomination(anchors.values_list("snapshot__nomination", flat=True).get())
    sheet = _locked_sheet(sheet_id)
    require(can_fill_calibration(actor, sheet))
    reason = reason.strip()[:500]
    if not reason:
        raise RuleBroken(_("Jelaskan benturan kepentingan Anda."))
    sheet.status, sheet.conflict_reason, sheet.answers = CalibrationStatus.RECUSED, reason, {}
    sheet.save()
    audit.record(actor, "scoring.calibration_recused", sheet)
    keep_away(nomination, reason=reason, actor=actor)


@transaction.atomic
def record_round_view(*, stage: Stage, actor: Any) -> None:
    """That somebody read the panel's practice sheets is kept. One query."""
    audit.record(actor, "scoring.calibration_viewed", stage)


def answers_in(sheet: CalibrationSheet) -> dict[str, Answer]:
    """What a practice sheet holds, by indicator code. No query."""
    return {code: answer_from(sealed) for code, sealed in sheet.answers.items()}


def _refuse_if_late(stage_id: int) -> None:
    """Practice comes before the stage: what is agreed on after the first sheet would be agreed on knowing it."""
    if sheets_have_come(stage_id):
        raise RuleBroken(
            _(
                "Lembar nilai tahap ini sudah ada yang terkirim. Kalibrasi diadakan sebelum penilaian dimulai, jadi"
                " tidak dapat lagi disiapkan, diwajibkan, atau dibuka untuk tahap ini."
            )
        )


def _locked_round(stage_id: int, actor: Any) -> CalibrationRound:
    require(is_chair(actor))
    rows = CalibrationRound.objects.select_for_update(of=("self",)).select_related("stage__period", "stage__category")
    found = rows.filter(stage=stage_id).first()
    if found is None:
        raise RuleBroken(_("Siapkan kalibrasi lebih dahulu."))
    return found


def _draft_round(stage_id: int, actor: Any) -> CalibrationRound:
    found = _locked_round(stage_id, actor)
    if found.status != RoundStatus.DRAFT:
        raise RuleBroken(_("Kalibrasi sudah dibuka, sehingga usulannya tidak dapat diganti."))
    return found


def _locked_sheet(sheet_id: int) -> CalibrationSheet:
    """The round's row is locked with it, so that nothing is sent into a round that ends at this moment."""
    rows = CalibrationSheet.objects.select_for_update(of=("self", "anchor__round"))
    return rows.select_related("anchor__round__stage__instrument").get(pk=sheet_id)
