"""An import from the upload to its undoing. Between two steps only the row says where it stands.

reading → ready or failed → applying → applied → undone; and cancelled before it is saved. A worker claims the row by
compare-and-set and finishes only while the claim is its own; a sweeper hands on what a dead worker left.
"""

import logging
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.services.proxies import proxy_facts
from core import audit
from core.errors import DomainError, RuleBroken
from core.files import WORKBOOKS, store_bytes, store_upload
from core.http import require
from core.jobs import enqueue
from core.models import StoredFile
from core.workbooks import XLSX
from reference.models import Region
from sentra.enums import FindingKind, ImportState
from sentra.models import ImportEffect, ImportFinding, RegisterImport
from sentra.policies import can_cancel_import, can_confirm_import, can_register
from sentra.querysets import FREE, MAX_ATTEMPTS
from sentra.rendering.columns import FOUND_COLUMN, NOTE_COLUMN
from sentra.rendering.workbooks import report_workbook
from sentra.rules import SHOWN_FINDINGS
from sentra.services.import_plan import Plan, make_plan
from sentra.services.records import write_changes

logger = logging.getLogger(__name__)
BATCH = 500
TASKS = {ImportState.READING: "sentra.read_import", ImportState.APPLYING: "sentra.apply_import"}


class _PlanChanged(Exception):
    """The register is not any more as the officer saw it."""


@transaction.atomic
def start_import(*, region: Region, kind: str, upload: UploadedFile, actor: Any) -> RegisterImport:
    """Keep the file and have it checked. Raises NotPermitted, FileRefused, or RuleBroken while another one is open."""
    require(can_register(actor, region))
    job = RegisterImport(region=region, kind=kind, created_by=actor)
    job.file = store_upload(upload, actor=actor, types=WORKBOOKS)
    try:
        with transaction.atomic():
            job.save()
    except IntegrityError as error:
        raise RuleBroken(
            _("Masih ada impor lain di daerah ini yang belum selesai. Simpan atau batalkan impor itu lebih dahulu.")
        ) from error
    audit.record(actor, "import.started", job, region=region.pk, table=kind, **proxy_facts(actor, region.pk))
    enqueue("sentra.read_import", import_id=job.pk)
    return job


@transaction.atomic
def confirm_import(*, import_id: int, warnings_checked: bool, actor: Any) -> RegisterImport:
    """Have the checked import saved. Raises NotPermitted, RuleBroken when warnings were not looked at."""
    job = _locked(import_id)
    require(can_confirm_import(actor, job))
    if job.warnings and not warnings_checked:
        raise RuleBroken(_("Ada isian yang tidak biasa. Cocokkan dengan dokumen, lalu beri centang."))
    job.state, job.applied_by = ImportState.APPLYING, actor
    job.claimed_at, job.attempts, job.done, job.problem = None, 0, 0, ""
    job.save()
    enqueue("sentra.apply_import", import_id=job.pk)
    return job


@transaction.atomic
def cancel_import(*, import_id: int, actor: Any) -> RegisterImport:
    """Give up an import that is not saved; a worker that reads it finds its claim gone. Raises NotPermitted."""
    job = _locked(import_id)
    require(can_cancel_import(actor, job))
    job.state, job.claimed_at = ImportState.CANCELLED, None
    job.save()
    facts = proxy_facts(actor, job.region_id)
    audit.record(actor, "import.cancelled", job, region=job.region_id, table=job.kind, **facts)
    return job


def read_import(import_id: int) -> bool:
    """The dry run. False when another worker has it or it is not wanted any more. Not inside a transaction."""
    job = _claim(import_id, ImportState.READING)
    if job is None:
        return False

    def progress(done: int, total: int) -> None:
        _own(job).update(done=done, total=total)

    try:
        plan = make_plan(job, actor=job.created_by, progress=progress)
    except DomainError as error:
        return _fail(job, error.message)
    except Exception:  # whatever one file meets, the queue goes on; after the last attempt the officer reads it
        logger.exception("import %s was not read", import_id)
        return _give_back(job)
    return _show(job, plan)


def apply_import(import_id: int) -> bool:
    """Write everything or nothing. False as `read_import`, or when it has to be looked at again."""
    job = _claim(import_id, ImportState.APPLYING)
    if job is None:
        return False
    try:
        return _apply(job)
    except (_PlanChanged, IntegrityError):
        return _read_again(job)
    except DomainError as error:
        return _fail(job, error.message)
    except Exception:
        logger.exception("import %s was not saved", import_id)
        return _give_back(job)


def waiting_tasks() -> list[tuple[str, int]]:
    """Task and import that a worker may take up; what always killed its worker is given up. Two queries."""
    rows = RegisterImport.objects
    rows.working().filter(FREE, attempts__gte=MAX_ATTEMPTS).update(state=ImportState.FAILED, problem=_gave_up())
    return [(TASKS[state], pk) for state, pk in rows.claimable().order_by("pk").values_list("state", "pk")[:200]]


def _locked(import_id: int) -> RegisterImport:
    return RegisterImport.objects.select_for_update(of=("self",)).select_related("region").get(pk=import_id)


def _claim(import_id: int, state: ImportState) -> RegisterImport | None:
    free = RegisterImport.objects.claimable().filter(pk=import_id, state=state)
    if not free.update(claimed_at=Now(), attempts=F("attempts") + 1, done=0):
        return None
    joins = ("region__parent", "file", "created_by", "applied_by")
    return RegisterImport.objects.select_related(*joins).get(pk=import_id)


def _own(job: RegisterImport) -> Any:
    """The row, as long as the claim is ours."""
    return RegisterImport.objects.filter(pk=job.pk, state=job.state, claimed_at=job.claimed_at)


@transaction.atomic
def _show(job: RegisterImport, plan: Plan) -> bool:
    """Keep what the dry run found."""
    errors = plan.of(FindingKind.ERROR)
    found = {
        "state": ImportState.FAILED if errors else ImportState.READY,
        "claimed_at": None,
        "done": len(plan.sheet.rows),
        "total": len(plan.sheet.rows),
        "added": len(plan.new),
        "changed": len(plan.changes),
        "same": plan.same,
        "errors": len(errors),
        "warnings": len(plan.of(FindingKind.WARNING)),
        "digest": plan.digest,
    }
    if not _own(job).update(**found):
        return False
    job.findings.all().delete()
    # The last row first: pages show the newest key on top.
    rows = [finding for kind in FindingKind for finding in reversed(plan.of(kind)[:SHOWN_FINDINGS])]
    ImportFinding.objects.bulk_create(
        (ImportFinding(job=job, kind=f.kind, row=f.row, column=f.column, cell=f.cell, text=f.text) for f in rows),
        batch_size=BATCH,
    )
    RegisterImport.objects.filter(pk=job.pk).update(report=_report(job, plan))
    return True


def _report(job: RegisterImport, plan: Plan) -> StoredFile | None:
    """The file with what has to be repaired, or else with what is odd or changes, which the officer answers for."""
    errors = plan.of(FindingKind.ERROR)
    notes: dict[int, list[str]] = {}
    for finding in errors or plan.findings:
        text = f"{finding.column} ({finding.cell}): {finding.text}"
        notes.setdefault(finding.row, []).append(text if errors else f"{finding.kind.label} – {text}")
    if not notes:
        return None
    head, name = (NOTE_COLUMN, "perbaikan") if errors else (FOUND_COLUMN, "hasil pemeriksaan")
    return store_bytes(
        report_workbook(plan.table, plan.sheet, str(head), notes),
        name=f"{plan.table.sheet} - {name}.xlsx",
        content_type=XLSX,
        actor=job.created_by,
    )


@transaction.atomic
def _apply(job: RegisterImport) -> bool:
    if _own(job).select_for_update().first() is None:
        return False
    actor = job.applied_by
    require(can_register(actor, job.region))
    plan = make_plan(job, actor=actor, lock=True)
    if plan.digest != job.digest or plan.of(FindingKind.ERROR):
        raise _PlanChanged
    effects = [*_create(job, plan), *_change(job, plan)]
    ImportEffect.objects.bulk_create(effects, batch_size=BATCH)
    counts = {"added": len(plan.new), "changed": len(plan.changes)}
    _own(job).update(state=ImportState.APPLIED, claimed_at=None, applied_at=Now(), **counts)
    facts = {"table": job.kind, "region": job.region_id, "confirmed": job.warnings}
    facts |= proxy_facts(actor, job.region_id)
    audit.record(actor, "import.applied", job, **facts, **counts)
    return True


def _create(job: RegisterImport, plan: Plan) -> list[ImportEffect]:
    """In the order of the file."""
    made = plan.table.model.objects.bulk_create(plan.new, batch_size=BATCH)
    return [ImportEffect(job=job, record_id=record.pk, version=record.version) for record in made]


def _change(job: RegisterImport, plan: Plan) -> list[ImportEffect]:
    if not plan.changes:
        return []
    model = plan.table.model
    names = {model._meta.get_field(attname).name for change in plan.changes for attname in change.before}
    write_changes(model, [change.record for change in plan.changes], names)
    return [
        ImportEffect(job=job, record_id=c.record.pk, version=c.record.version + 1, before=c.before)
        for c in plan.changes
    ]


def _read_again(job: RegisterImport) -> bool:
    """Somebody was quicker: the officer gets a fresh dry run."""
    text = _(
        "Data di portal berubah sesudah pemeriksaan, jadi belum ada yang disimpan. Periksa lagi hasil di bawah ini."
    )
    state = {"state": ImportState.READING, "claimed_at": None, "attempts": 0, "problem": text}
    with transaction.atomic():
        if _own(job).update(**state):
            enqueue("sentra.read_import", import_id=job.pk)
    return False


def _fail(job: RegisterImport, problem: str) -> bool:
    return bool(_own(job).update(state=ImportState.FAILED, claimed_at=None, problem=problem))


def _give_back(job: RegisterImport) -> bool:
    """Free for the sweeper's next round, or given up after the last attempt."""
    if job.attempts >= MAX_ATTEMPTS:
        return _fail(job, _gave_up())
    _own(job).update(claimed_at=None)
    return False


def _gave_up() -> str:
    return _("Berkas ini tidak dapat diproses, dan tidak ada data yang tersimpan. Hubungi Sekretariat bila terulang.")
