"""How every record of the register is filled, checked and saved."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F, Model
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.services.proxies import proxy_facts
from core import audit
from core.errors import RuleBroken, StaleVersion
from core.files import FileRefused, store_upload
from core.identifiers import Kind, read
from core.models import StoredFile
from sentra import messages
from sentra.errors import Duplicate
from sentra.models import Mergeable, SentraYear

IDENTIFIERS = {
    "nib": Kind.NIB,
    "npwp": Kind.NPWP,
    "phone": Kind.PHONE,
    "contact_phone": Kind.PHONE,
    "sk_number": Kind.SK,
}

# What a caller may leave out: it stays as it is.
OPTIONAL = frozenset({"contact_email", "latitude", "longitude", "story", "price", "price_unit"})

SK_ENDINGS = (".pdf",)

BULK = 500


def lock_record(model: Any, pk: int, *joins: str) -> Any:
    """The record with its joins, locked until the transaction ends, a merged one too. Two queries.

    The lock comes alone: a join in the same query would be that of before the wait, and find nothing when somebody has
    moved the record meanwhile.
    """
    list(model.everything.filter(pk=pk).select_for_update(no_key=True).values_list("pk"))
    return model.everything.select_related(*joins).get(pk=pk)


def refuse_merged(row: Any) -> None:
    if row.merged_into_id:
        raise messages.merged_away(row)


def check_version(row: Any, version: int) -> None:
    """Raises StaleVersion, or MergedAway for a record that was merged."""
    if isinstance(row, Mergeable):
        refuse_merged(row)
    if row.version != version:
        raise StaleVersion(messages.stale())


def refuse(problem: str) -> None:
    if problem:
        raise RuleBroken(problem)


def fill(row: Model, values: Mapping[str, Any], names: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Set the named values and no others; names that changed, and oddities of identity numbers."""
    changed, warnings = [], []
    for name in names:
        if name in OPTIONAL and name not in values:
            continue
        value = values[name]
        if name in IDENTIFIERS:
            reading = read(IDENTIFIERS[name], value)
            value = reading.value
            warnings += reading.warnings
        if getattr(row, name, None) != value:
            setattr(row, name, value)
            changed.append(name)
    return changed, warnings


def keep_upload(upload: UploadedFile, endings: tuple[str, ...], actor: Any) -> StoredFile:
    """Store a file of one of these kinds; `store_upload` sees to it that content and ending agree."""
    check_ending(upload, endings)
    return store_upload(upload, actor=actor)


def check_ending(upload: UploadedFile, endings: tuple[str, ...]) -> None:
    if Path(str(upload.name)).suffix.lower() not in endings:
        raise FileRefused(
            _("Berkas %(name)s tidak dapat dipakai di sini. Gunakan akhiran %(endings)s.")
            % {"name": upload.name, "endings": " / ".join(endings)}
        )


def save_record(row: Model, find_duplicate: Callable[[], Duplicate | None]) -> None:
    """Save; the unique constraint, which decides between two at the same time, speaks as the form does."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        found = find_duplicate()
        if found is None:
            raise
        raise found from error


def save_change(
    row: Any, changed: list[str], warnings: list[str], find_duplicate: Callable[[], Duplicate | None], actor: Any
) -> Any:
    """Save what changed with its version and an audit entry that names fields, never values."""
    if changed:
        row.version += 1
        row.updated_at = Now()
        save_record(row, find_duplicate)
        facts = proxy_facts(actor, region_of(row))
        audit.record(actor, f"{type(row).__name__.lower()}.updated", row, changed=changed, confirmed=warnings, **facts)
    return row


def region_of(row: Any) -> str:
    """The kabupaten or kota that owns a stored row. No query for rows that were locked with what they hang on."""
    if isinstance(row, Mergeable):
        return row.region_id
    return row.sentra.region_id if isinstance(row, SentraYear) else row.ikm.region_id


def write_changes(model: Any, rows: list[Any], names: Iterable[str]) -> None:
    """Write the named fields of many locked rows, each as its next version. One query per 500 rows, and one more."""
    if rows:
        model.objects.bulk_update(rows, sorted(names), batch_size=BULK)
        changed = model.objects.filter(pk__in=[row.pk for row in rows])
        changed.update(version=F("version") + 1, updated_at=Now())
