"""Reads about imports."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from sentra.enums import OPEN, TableKind
from sentra.models import Ikm, Product, RegisterImport, Sentra

MODELS: dict[str, type[Model]] = {TableKind.SENTRA: Sentra, TableKind.IKM: Ikm, TableKind.PRODUCT: Product}
OBSTACLES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`why` is `changed`, `gone`, or the label of the model whose rows use the record."""

    record: Any
    why: str
    label: str = ""


def open_import_of(region: str) -> RegisterImport | None:
    """The one that has to be finished before another may begin. One query."""
    return RegisterImport.objects.filter(region=region, state__in=OPEN).first()


def visible_imports(user: Any) -> Any:
    return RegisterImport.objects.visible_to(user).select_related(
        "region__parent", "created_by", "applied_by", "file", "report"
    )


def undo_obstacles(job: RegisterImport) -> list[Obstacle]:
    """Why an import cannot be taken back: records changed or removed since, or that other rows point to.

    One query, and one per table that refers to the records, whichever room it belongs to.
    """
    model = MODELS[job.kind]
    versions = dict(job.effects.values_list("record_id", "version"))
    records = model.objects.in_bulk(list(versions))
    found = [Obstacle(records[pk], "changed") for pk, version in versions.items()
             if pk in records and records[pk].version != version]  # fmt: skip
    found += [Obstacle(None, "gone") for pk in versions if pk not in records]
    created = job.effects.filter(before__isnull=True).values("record_id")
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
            continue
        field, other = relation.field, relation.related_model
        used = QuerySet(other).filter(**{f"{field.name}__in": created}).values_list(field.attname, flat=True)
        why, label = other._meta.label_lower, str(other._meta.verbose_name)
        found += [Obstacle(records[pk], why, label) for pk in used.distinct() if pk in records]
    return found
