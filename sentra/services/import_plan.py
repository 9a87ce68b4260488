"""What an import would write, and everything that hinders it. Nothing is written here.

The dry run and the import itself make the same plan; the second one with the rows locked, in the transaction that
writes. The `digest` of both must agree, so that nothing is written that the officer has not seen.
"""

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.translation import gettext as _

from core import formats
from core.files import read_bytes
from core.models import ScanState
from core.workbooks import Sheet, WorkbookRefused, read_sheet
from sentra.enums import FindingKind
from sentra.models import RegisterImport
from sentra.rendering.columns import TABLES, Column, Reader, Table
from sentra.rules import MAX_IMPORT_ROWS
from sentra.selectors.lists import RegionLists
from sentra.services.import_cells import Finding, Line, SheetReader, retired_problem
from sentra.services.import_rules import RULES, TableRules
from sentra.services.records import fill

PROGRESS_STEP = 500
SPARE_COLUMNS = 10


@dataclass(slots=True)
class Change:
    record: Any
    before: dict[str, Any]
    """attribute of the column in the database → the value it had"""


@dataclass(slots=True)
class Plan:
    table: Table
    sheet: Sheet
    new: list[Any] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    same: int = 0
    findings: list[Finding] = field(default_factory=list)

    def of(self, kind: FindingKind) -> list[Finding]:
        return [finding for finding in self.findings if finding.kind == kind]

    @property
    def digest(self) -> str:
        """sha256 of what is new, what changes from what to what, and everything found."""
        facts = [
            [_facts(record) for record in self.new],
            [[change.record.pk, change.before, _facts(change.record)] for change in self.changes],
            [[finding.kind, finding.cell, finding.text] for finding in self.findings],
        ]
        return hashlib.sha256(json.dumps(facts, cls=DjangoJSONEncoder).encode()).hexdigest()


def _facts(record: Model) -> list[Any]:
    skipped = ("created_at", "updated_at", "created_by_id", "version")
    return [getattr(record, f.attname) for f in record._meta.concrete_fields if f.attname not in skipped]


def make_plan(
    job: RegisterImport, *, actor: Any, lock: bool = False, progress: Callable[[int, int], None] = lambda *_: None
) -> Plan:
    """Read the file and check every row by the rules of the forms. About twenty queries and one more per 2,000 rows.

    With `lock` the records that would change are locked. Raises WorkbookRefused when the file as a whole is no use.
    """
    table, lists = TABLES[job.kind], RegionLists(job.region)
    sheet = read_table(job)
    if sheet.too_long:
        text = _("Berkas berisi lebih dari %(limit)s baris. Bagi menjadi beberapa berkas, lalu unggah satu per satu.")
        raise WorkbookRefused(text % {"limit": formats.number_id(MAX_IMPORT_ROWS)})
    reader, plan = SheetReader(table, lists, sheet), Plan(table, sheet)
    if reader.head_findings:
        plan.findings = reader.head_findings
        return plan
    if not sheet.rows:
        raise WorkbookRefused(_("Tidak ada data dalam berkas. Isi mulai baris 2, di bawah judul kolom."))
    lines = []
    for line in reader.lines():
        if len(lines) % PROGRESS_STEP == 0:
            progress(len(lines), len(sheet.rows))
        lines.append(line)
    plan.findings += reader.merged_findings()
    _Maker(plan, reader, RULES[table.kind](job.region, actor, lock=lock), actor).add(lines)
    plan.findings.sort(key=lambda finding: finding.row)
    return plan


def read_table(job: RegisterImport) -> Sheet:
    """Raises WorkbookRefused, for a file in which the virus scan has found something too."""
    if job.file.scan_state == ScanState.INFECTED:
        raise WorkbookRefused(_("Berkas ini ditahan karena terdeteksi berbahaya. Unggah berkas pengganti."))
    table = TABLES[job.kind]
    return read_sheet(
        read_bytes(job.file),
        title=table.sheet,
        max_rows=MAX_IMPORT_ROWS,
        max_columns=len(table.columns) + SPARE_COLUMNS,
    )


class _Maker:
    """Adds the lines of one sheet to a plan."""

    def __init__(self, plan: Plan, reader: SheetReader, rules: TableRules, actor: Any) -> None:
        self.plan, self.reader, self.rules, self.actor = plan, reader, rules, actor
        self.columns = {column.name: column for column in reader.columns}
        self.filled = tuple(name for name in self.columns if name != rules.parent)
        self.seen: dict[Any, int] = {}

    def add(self, lines: list[Line]) -> None:
        self.rules.load(lines)
        for line in lines:
            for name, text in line.errors:
                self._find(FindingKind.ERROR, line, name, text)
            self._add(line)

    def _add(self, line: Line) -> None:
        """A line with errors of its own is checked as far as its values go, so that all errors show at once."""
        key = self.rules.key(line.values) if self.rules.has_key(line.values) else None
        existing = self.rules.existing.get(key)
        problems = [*self._unmask(line, existing), *self.rules.problems(line.values, existing)]
        if key in self.seen:
            text = _("%(what)s ini sudah ada pada baris %(row)d berkas ini.")
            facts = {"what": self.columns[self.rules.key_column].label, "row": self.seen[key]}
            problems.append((self.rules.key_column, text % facts))
        elif key is not None:
            self.seen[key] = line.row
        if problem := retired_problem(list(self.columns.values()), line.values, existing):
            problems.append(problem)
        for name, text in problems:
            self._find(FindingKind.ERROR, line, name, text)
        if problems or line.errors:
            return None
        return self._write(line, existing) if existing else self._create(line)

    def _unmask(self, line: Line, existing: Any) -> list[tuple[str, str]]:
        """A number that an export has masked stays what it is; of another record it says nothing."""
        problems = []
        for name, text in line.masked.items():
            stored = getattr(existing, name, "")
            if stored and formats.mask_id(stored) == text:
                line.values[name] = stored
            else:
                problem = _("%(label)s ini disamarkan dan bukan milik data yang terdaftar. Tulis nomornya lengkap.")
                problems.append((name, problem % {"label": self.columns[name].label}))
        return problems

    def _create(self, line: Line) -> None:
        record = self.rules.start(line.values)
        record.created_by = self.actor
        fill(record, line.values, self.filled)
        self.plan.new.append(record)
        odd = [*line.warnings, *self.rules.oddities(record, self.filled)]
        for name, text in [*odd, *self.rules.similar(record, line.row, self.filled)]:
            self._find(FindingKind.WARNING, line, name, text)

    def _write(self, line: Line, record: Any) -> None:
        before = copy.copy(record)
        changed, _warnings = fill(record, line.values, self.filled)
        if not changed:
            self.plan.same += 1
            return
        attnames = [record._meta.get_field(name).attname for name in changed]
        self.plan.changes.append(Change(record, {name: getattr(before, name) for name in attnames}))
        for name in changed:
            self._find(FindingKind.CHANGE, line, name, change_text(self.columns[name], before, record))
        odd = [*line.warnings, *self.rules.oddities(record, changed), *self.rules.renamed(before, record)]
        for name, text in [*odd, *self.rules.similar(record, line.row, changed)]:
            if name in changed:
                self._find(FindingKind.WARNING, line, name, text)

    def _find(self, kind: FindingKind, line: Line, name: str, text: str) -> None:
        self.plan.findings.append(self.reader.finding(kind, line.row, name, text))


def change_text(column: Column, before: Any, after: Any) -> str:
    """Old and new value as pages show them; a tax number stays masked."""
    return _("%(old)s menjadi %(new)s") % {"old": _shown(column, before), "new": _shown(column, after)}


def _shown(column: Column, record: Any) -> str:
    value = column.cell(record, Reader())
    if isinstance(value, date):
        return formats.date_short(value)
    if isinstance(value, int):
        return str(value) if column.form == "text" else formats.number_id(value)
    return f"“{value}”" if value else "(kosong)"
