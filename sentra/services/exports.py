"""Tables that go out: at once when they are short, else written by a worker and offered on a page."""

import logging
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.enums import Role
from core import audit
from core.files import store_made
from core.formats import mask_id
from core.http import require
from core.jobs import enqueue
from core.models import StoredFile
from core.workbooks import XLSX
from sentra.enums import ExportFormat, ExportKind, ExportState, ImportState
from sentra.models import RegisterExport, RegisterImport, Sentra
from sentra.policies import can_view_register, scope_of
from sentra.querysets import FREE, MAX_ATTEMPTS
from sentra.rendering.columns import Reader, Table
from sentra.rendering.outgoing import EXPORTS
from sentra.rendering.workbooks import csv_lines, write_xlsx
from sentra.selectors.exports import export_rows
from sentra.selectors.lists import ambiguous_villages

logger = logging.getLogger(__name__)
TYPES = {ExportFormat.XLSX: XLSX, ExportFormat.CSV: "text/csv; charset=utf-8"}
CHUNK = 1000
WHOLE = "npwp"  # the parameter by which whole NPWP are asked for
SHORT = 8  # digits that are no personal number
EXPORT_KEPT = timedelta(days=1)
IMPORT_FILE_KEPT = timedelta(days=30)

Choose = Callable[[dict[str, str], Any], QuerySet[Sentra]]


def reader_for(kind: str, user: Any, *, whole: bool = False) -> Reader:
    """Two queries for sentra, none for the others."""
    own = frozenset(user.region_codes(Role.DISTRICT_OFFICER))
    return Reader(own, frozenset(ambiguous_villages()) if kind == ExportKind.SENTRA else frozenset(), whole)


def record_whole_numbers(table: Table, rows: QuerySet[Any], reader: Reader, actor: Any, subject: Any = None) -> None:
    """Whole NPWP that leave the portal are numbers that were shown. Two queries when they were asked for, else none."""
    if table.kind == ExportKind.IKM and reader.whole:
        count = rows.order_by().filter(sentra__region__in=reader.own_regions).count()
        with transaction.atomic():
            audit.record(actor, "ikm.npwp_shown", subject, table=table.kind, count=count)


def write_table(target: Path, table: Table, file_format: str, rows: Iterable[Any], reader: Reader) -> None:
    """The file as a person gets it; memory does not grow with the rows."""
    if file_format == ExportFormat.XLSX:
        write_xlsx(target, table, rows, reader)
        return
    with target.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(csv_lines(table, rows, reader))


def table_bytes(table: Table, file_format: str, rows: Iterable[Any], reader: Reader) -> bytes:
    """A short table in one piece. One query."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "table"
        write_table(made, table, file_format, rows, reader)
        return made.read_bytes()


def file_name(table: Table, file_format: str) -> str:
    return f"{table.sheet} {timezone.localdate():%Y-%m-%d}.{file_format}"


@transaction.atomic
def record_download(*, kind: str, file_format: str, rows: int, params: dict[str, str], actor: Any) -> None:
    """What left the portal in one answer, for the audit trail."""
    audit.record(actor, "export.downloaded", table=kind, format=file_format, count=rows, **_narrowed(params))


def _narrowed(params: dict[str, str]) -> dict[str, str]:
    """What the rows were narrowed to, with numbers that may be personal masked."""
    texts = [f"{name}={_without_number(value)}" for name, value in params.items() if name != WHOLE]
    return {"filter": ", ".join(texts)} if texts else {}


def _without_number(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return mask_id(digits) if len(digits) > SHORT else text


@transaction.atomic
def request_export(*, kind: str, file_format: str, params: dict[str, str], actor: Any) -> RegisterExport:
    """Have a worker write the file. Raises NotPermitted."""
    require(can_view_register(actor))
    export = RegisterExport.objects.create(
        kind=kind, format=file_format, params=params, scope=scope_of(actor), created_by=actor
    )
    audit.record(actor, "export.requested", export, table=kind, format=file_format, **_narrowed(params))
    enqueue("sentra.write_export", export_id=export.pk)
    return export


def write_export(export_id: int, choose: Choose) -> bool:
    """Write one wanted file with the rights that its person has now. False when another worker has it, or it failed.

    `choose` makes the sentra of the list from its parameters. Memory does not grow with the rows.
    """
    free = RegisterExport.objects.claimable().filter(pk=export_id)
    if not free.update(claimed_at=Now(), attempts=F("attempts") + 1, done=0):
        return False
    export = RegisterExport.objects.select_related("created_by").get(pk=export_id)
    try:
        return _write(export, choose)
    except Exception:  # whatever one file meets, the others go on
        logger.exception("export %s was not written", export_id)
        state = ExportState.FAILED if export.attempts >= MAX_ATTEMPTS else ExportState.WRITING
        _own(export).update(state=state, claimed_at=None)
        return False


def _write(export: RegisterExport, choose: Choose) -> bool:
    table, user = EXPORTS[export.kind], export.created_by
    scope = scope_of(user)
    rows = export_rows(export.kind, choose(export.params, user), table.joins)
    reader = reader_for(export.kind, user, whole=WHOLE in export.params)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "table"
        counted = _counted(export, rows.iterator(chunk_size=CHUNK))
        write_table(made, table, export.format, counted, reader)
        with transaction.atomic():
            file = store_made(made, name=file_name(table, export.format), content_type=TYPES[export.format], actor=user)
            if not _own(export).update(state=ExportState.READY, claimed_at=None, file=file, scope=scope):
                transaction.set_rollback(True)
                return False
            audit.record(user, "export.written", export, table=export.kind, format=export.format, count=export.done)
            record_whole_numbers(table, rows, reader, user, export)
    return True


def _counted(export: RegisterExport, rows: Iterable[Any]) -> Iterator[Any]:
    for export.done, row in enumerate(rows, start=1):
        yield row
        if export.done % CHUNK == 0:
            _own(export).update(done=export.done)


def _own(export: RegisterExport) -> QuerySet[RegisterExport]:
    return RegisterExport.objects.filter(pk=export.pk, state=ExportState.WRITING, claimed_at=export.claimed_at)


def waiting_ids() -> list[int]:
    """Exports that a worker may take up; those that always killed theirs are given up. Two queries."""
    RegisterExport.objects.working().filter(FREE, attempts__gte=MAX_ATTEMPTS).update(state=ExportState.FAILED)
    return list(RegisterExport.objects.claimable().order_by("pk").values_list("pk", flat=True)[:200])


@transaction.atomic
def forget_tables() -> int:
    """Drop old exports and the files of imports that ended long ago; the nightly search for orphans takes the bytes.

    How many files. Few queries.
    """
    exports = RegisterExport.objects.filter(created_at__lt=timezone.now() - EXPORT_KEPT)
    files = set(exports.exclude(file=None).values_list("file", flat=True))
    exports.delete()
    ended = [ImportState.FAILED, ImportState.APPLIED, ImportState.UNDONE, ImportState.CANCELLED]
    imports = RegisterImport.objects.filter(state__in=ended, created_at__lt=timezone.now() - IMPORT_FILE_KEPT)
    for name in ("file", "report"):
        files |= set(imports.exclude(**{name: None}).values_list(name, flat=True))
    imports.update(file=None, report=None)
    StoredFile.objects.filter(pk__in=files).delete()
    return len(files)
