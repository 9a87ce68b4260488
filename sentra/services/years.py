"""Recording the figures of a year. Each saving stays as a revision."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.services.proxies import proxy_facts
from core import audit
from core.http import require
from sentra.models import Sentra, SentraYear, SentraYearRevision
from sentra.policies import can_edit_sentra
from sentra.presenters.years import duplicate_year, production_problem, year_oddities, year_problem
from sentra.services.records import check_version, fill, lock_record, refuse, refuse_merged, save_change, save_record

YEAR_FIELDS = ("year", "units", "workers", "production_amount", "production_unit", "turnover", "export_value")


@transaction.atomic
def record_year(*, sentra_id: int, values: Mapping[str, Any], actor: Any) -> SentraYear:
    """New figures. Raises NotPermitted, RuleBroken, or Duplicate when the sentra has figures of that year."""
    sentra = lock_record(Sentra, sentra_id, "region")
    require(can_edit_sentra(actor, sentra))
    refuse_merged(sentra)
    figures = SentraYear(sentra=sentra, created_by=actor)
    fill(figures, values, YEAR_FIELDS)
    _check(figures)
    save_record(figures, lambda: duplicate_year(sentra.pk, figures.year))
    _keep_revision(figures, actor)
    facts = proxy_facts(actor, sentra.region_id)
    audit.record(actor, "sentrayear.created", figures, sentra=sentra.pk, confirmed=year_oddities(figures), **facts)
    return figures


@transaction.atomic
def update_year(*, year_id: int, version: int, values: Mapping[str, Any], actor: Any) -> SentraYear:
    """Raises as `record_year` does, and StaleVersion when it was changed since `version`."""
    rows = SentraYear.objects.select_for_update(of=("self",))
    figures = rows.select_related("sentra__region").get(pk=year_id)
    require(can_edit_sentra(actor, figures.sentra))
    refuse_merged(figures.sentra)
    check_version(figures, version)
    changed, _warnings = fill(figures, values, YEAR_FIELDS)
    _check(figures)
    save_change(
        figures,
        changed,
        year_oddities(figures),
        lambda: duplicate_year(figures.sentra_id, figures.year, figures.pk),
        actor,
    )
    if changed:
        _keep_revision(figures, actor)
    return figures


def _check(figures: SentraYear) -> None:
    refuse(year_problem(figures.year))
    refuse(production_problem(figures.production_amount, figures.production_unit))


def _keep_revision(figures: SentraYear, actor: Any) -> None:
    values = {name: getattr(figures, name) for name in (*YEAR_FIELDS, "version")}
    SentraYearRevision.objects.create(record=figures, saved_by=actor, **values)
