"""Merging two records of the register, and undoing it.

The loser stays as a tombstone with all its own values, its NIB included; what hung on it hangs on the winner.
"""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.http import require
from sentra.enums import RecordKind
from sentra.models import Merge
from sentra.policies import can_merge
from sentra.selectors.merging import Move, Plan, field_label, merge_plan
from sentra.selectors.search import MODELS
from sentra.services.records import check_version

PARENTS = {RecordKind.SENTRA: (), RecordKind.IKM: ("sentra",), RecordKind.PRODUCT: ("ikm__sentra",)}


@transaction.atomic
def merge_records(
    *, kind: RecordKind, winner_id: int, loser_id: int, versions: Mapping[int, int], taken: set[str], actor: Any
) -> Merge:
    """Merge the loser into the winner, which takes the loser's values in the groups of fields `taken`.

    `versions` is primary key → version that the preview showed. Raises NotPermitted, StaleVersion, MergedAway when one
    of them was merged meanwhile, or RuleBroken with what stands against it; then nothing has changed.
    """
    rows = _lock(kind, winner_id, loser_id)
    winner, loser = rows[winner_id], rows[loser_id]
    require(can_merge(actor, winner.region))
    require(can_merge(actor, loser.region))
    for row in (winner, loser):
        check_version(row, versions[row.pk])
    plan = merge_plan(kind, winner, loser, lock=True)
    if plan.refusals:
        raise RuleBroken("\n".join(plan.refusals))
    try:
        with transaction.atomic():
            fields = _carry_out(plan, taken)
    except IntegrityError as error:
        raise RuleBroken(
            _("Penggabungan ini melanggar aturan keunikan data lain. Hubungi Sekretariat bila perlu.")
        ) from error
    merge = Merge.objects.create(
        kind=kind,
        region=winner.region,
        winner=winner.pk,
        loser=loser.pk,
        winner_name=winner.name,
        loser_name=loser.name,
        moved=[_moved(move) for move in plan.moves if move.rows],
        fields=fields,
        merged_by=actor,
    )
    counts = {move.model._meta.label_lower: len(move.rows) for move in plan.moves}
    audit.record(actor, f"{kind}.merged", winner, merged=loser.pk, changed=sorted(fields), moved=counts)
    return merge


@transaction.atomic
def undo_merge(*, merge_id: int, actor: Any) -> Merge:
    """Put everything back as it was. Raises NotPermitted, or RuleBroken when something that moved has changed since."""
    merge = Merge.objects.select_for_update(of=("self",)).select_related("region__parent").get(pk=merge_id)
    require(can_merge(actor, merge.region))
    kind = RecordKind(merge.kind)
    rows = _lock(kind, merge.winner, merge.loser)
    winner, loser = rows[merge.winner], rows[merge.loser]
    if merge.undone_at:
        raise RuleBroken(_("Penggabungan ini sudah dibatalkan."))
    _refuse_changed(merge, winner, loser)
    try:
        with transaction.atomic():
            _put_back(merge, winner, loser)
    except IntegrityError as error:
        raise RuleBroken(
            _("Penggabungan tidak dapat dibatalkan, karena nama data lama sudah dipakai lagi. Ubah nama itu dahulu.")
        ) from error
    merge.undone_by, merge.undone_at = actor, Now()
    merge.save(update_fields=["undone_by", "undone_at"])
    audit.record(actor, f"{kind}.unmerged", winner, merged=loser.pk)
    return merge


def _lock(kind: RecordKind, *keys: int) -> dict[int, Any]:
    """Both records, locked in the order of their keys so that two merges of one pair wait for each other."""
    rows = MODELS[kind].everything.filter(pk__in=keys).order_by("pk")
    list(rows.select_for_update())
    found = {row.pk: row for row in rows.select_related("region__parent", *PARENTS[kind])}
    if len(found) != len(keys):
        raise RuleBroken(_("Pilih dua data yang berbeda."))
    return found


def _carry_out(plan: Plan, taken: set[str]) -> dict[str, list[Any]]:
    """The tombstone first: its name may be taken by the winner. Returns field → [before, after] of the winner."""
    winner, loser = plan.winner, plan.loser
    _write(loser, merged_into=winner)
    for move in plan.moves:
        keys = [row.pk for row in move.rows]
        QuerySet(move.model).filter(pk__in=keys).update(**{move.field: winner})
        _set_values(move.model, move.values)
    chosen = [one for difference in plan.differences if difference.name in taken for one in difference.fields]
    fields = {one.attname: [getattr(winner, one.attname), getattr(loser, one.attname)] for one in chosen}
    _write(winner, **{name: after for name, (_before, after) in fields.items()})
    return fields


def _set_values(model: Any, values: Mapping[Any, Mapping[str, Any]]) -> None:
    for key, named in values.items():
        QuerySet(model).filter(pk=key).update(**named)


def _write(record: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(record, name, value)
    record.version += 1
    record.updated_at = Now()
    record.save(update_fields=[*values, "version", "updated_at"])


def _moved(move: Move) -> dict[str, Any]:
    rows = {str(row.pk): getattr(row, "version", None) for row in move.rows}
    before = {
        str(row.pk): {name: getattr(row, name) for name in move.values[row.pk]} for row in move.rows if move.values
    }
    return {"model": move.model._meta.label_lower, "field": move.field, "rows": rows, "before": before}


def _refuse_changed(merge: Merge, winner: Any, loser: Any) -> None:
    if winner.merged_into_id or loser.merged_into_id != winner.pk:
        raise RuleBroken(_("Data yang dipakai sudah digabung lagi. Batalkan dahulu penggabungan yang lebih baru."))
    for name, (_before, after) in merge.fields.items():
        one = winner._meta.get_field(name)
        if getattr(winner, name) != one.to_python(after):
            raise RuleBroken(_changed(_("%(label)s pada data yang dipakai") % {"label": field_label(one)}))
    for move in merge.moved:
        model = apps.get_model(move["model"])
        rows = QuerySet(model).select_for_update().filter(**{move["field"]: winner}).order_by("pk")
        now = {str(row.pk): row for row in rows}
        for key, version in move["rows"].items():
            if key not in now or getattr(now[key], "version", None) != version:
                raise RuleBroken(_changed(f"{model._meta.verbose_name} {now.get(key, key)}"))


def _changed(what: str) -> str:
    return _("Penggabungan tidak dapat dibatalkan, karena %(what)s sudah diubah sesudahnya.") % {"what": what}


def _put_back(merge: Merge, winner: Any, loser: Any) -> None:
    """The winner's own name first, then the record that comes back, then what hung on it."""
    fields = {name: winner._meta.get_field(name) for name in merge.fields}
    _write(winner, **{name: fields[name].to_python(before) for name, (before, _after) in merge.fields.items()})
    _write(loser, merged_into=None)
    for move in merge.moved:
        model = apps.get_model(move["model"])
        QuerySet(model).filter(pk__in=move["rows"]).update(**{move["field"]: loser})
        _set_values(model, move["before"])
