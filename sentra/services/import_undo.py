"""Taking back the last import of a region, as long as nobody has built upon it."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, ProtectedError
from django.utils.translation import gettext as _

from accounts.services.proxies import proxy_facts
from core import audit
from core.errors import RuleBroken
from core.http import require
from sentra.enums import ImportState
from sentra.models import ImportEffect, RegisterImport
from sentra.policies import can_undo_import
from sentra.rendering.columns import TABLES
from sentra.selectors.imports import undo_obstacles
from sentra.services.records import write_changes


@transaction.atomic
def undo_import(*, import_id: int, actor: Any) -> RegisterImport:
    """Remove what the import created and restore what it changed, all or nothing.

    Raises NotPermitted, or RuleBroken when a record was changed or used since; the page lists which.
    """
    job = RegisterImport.objects.select_for_update(of=("self",)).select_related("region").get(pk=import_id)
    require(can_undo_import(actor, job))
    model = TABLES[job.kind].model
    effects = {effect.record_id: effect for effect in job.effects.all()}
    records = model.objects.select_for_update().order_by("pk").in_bulk(list(effects))
    if undo_obstacles(job):
        raise RuleBroken(_("Impor ini tidak dapat dibatalkan, karena datanya sudah diubah atau dipakai."))
    created = [pk for pk, effect in effects.items() if effect.before is None]
    changed = [(records[pk], effect) for pk, effect in effects.items() if effect.before is not None]
    _restore(model, changed)
    _tell_earlier_imports(job)
    try:
        model.objects.filter(pk__in=created).delete()
    except ProtectedError as error:
        raise RuleBroken(_("Impor ini tidak dapat dibatalkan, karena datanya baru saja dipakai.")) from error
    job.state = ImportState.UNDONE
    job.save(update_fields=["state"])
    facts = {"removed": len(created), "restored": len(changed), **proxy_facts(actor, job.region_id)}
    audit.record(actor, "import.undone", job, table=job.kind, region=job.region_id, **facts)
    return job


def _tell_earlier_imports(job: RegisterImport) -> None:
    """What an earlier import wrote stands there again, two versions later: that one can be taken back next."""
    own = job.effects.filter(before__isnull=False, record_id=OuterRef("record_id"), version=OuterRef("version") + 1)
    earlier = ImportEffect.objects.filter(job__kind=job.kind, job__lt=job)
    earlier.filter(Exists(own)).update(version=F("version") + 2)


def _restore(model: type[Any], pairs: list[tuple[Any, ImportEffect]]) -> None:
    """Old values, as a new version: a page that is still open notices."""
    names: set[str] = set()
    for record, effect in pairs:
        for attname, value in (effect.before or {}).items():
            field = model._meta.get_field(attname)
            setattr(record, attname, field.to_python(value))
            names.add(field.name)
    write_changes(model, [record for record, _effect in pairs], names)
