"""What a dossier holds and what it lacks."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.text import capfirst

from core.models import ScanState
from nominations.enums import DocumentStage, RequirementLevel, Status
from nominations.models import (
    DossierItem,
    Nomination,
    Period,
    ProductEntry,
    Requirement,
    Snapshot,
)
from nominations.rules import Gap, candidate_gaps, danger_gaps, document_gaps, product_gaps
from sentra.enums import Scale
from sentra.models import Product

PRODUCT_ANSWERS = ("uniqueness", "materials", "marketing", "community_role")

CANDIDATE_ANSWERS = ("duty_statement", "motivation", "coaching", "impact")


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    requirement: Requirement
    item: DossierItem | None

    @property
    def required(self) -> bool:
        return self.requirement.level == RequirementLevel.REQUIRED

    @property
    def scan_state(self) -> str:
        """What a scanner has said of the current file; "" without a file."""
        return self.item.file.scan_state if self.item and self.item.file else ""


def requirements_of(nomination: Nomination, stage: DocumentStage) -> QuerySet[Requirement]:
    """Requirements that apply to the nomination's category at that stage, in order. One query."""
    applies = Q(categories=None) | Q(categories=nomination.category_id)
    return Requirement.objects.filter(applies, period=nomination.period_id, stage=stage).distinct()


def checklist(nomination: Nomination, stage: DocumentStage = DocumentStage.NOMINATION) -> list[ChecklistRow]:
    """Every document asked for with the current answer, in order. Two queries."""
    current = DossierItem.objects.filter(superseded_at=None, nomination=nomination).select_related("file", "added_by")
    rows = requirements_of(nomination, stage).prefetch_related(Prefetch("items", current, to_attr="current"))
    return [ChecklistRow(row, row.current[0] if row.current else None) for row in rows]  # type: ignore[attr-defined]


def gaps_of(nomination: Nomination, rows: list[ChecklistRow] | None = None) -> list[Gap]:
    """Everything that would make the dossier fail now. At most seven queries, two less when the checklist is at hand.

    The same list is the officer's hint while drafting and the guard at submission.
    """
    entry = nomination.entry
    own = _product_gaps(nomination, entry) if isinstance(entry, ProductEntry) else _candidate_gaps(nomination, entry)
    rows = checklist(nomination) if rows is None else rows
    required = [(row.requirement.code, row.requirement.label) for row in rows if row.required]
    infected = [(row.requirement.code, row.requirement.label) for row in rows if row.scan_state == ScanState.INFECTED]
    return own + document_gaps(required, {row.requirement.code for row in rows if row.item}) + danger_gaps(infected)


def _empty_answers(entry: Any, names: tuple[str, ...]) -> list[str]:
    return [
        capfirst(str(entry._meta.get_field(name).verbose_name)) for name in names if not getattr(entry, name).strip()
    ]


def _product_gaps(nomination: Nomination, entry: ProductEntry) -> list[Gap]:
    links = entry.ikm.kbli.links.filter(valid_to=None)
    return product_gaps(
        unit_count=entry.sentra.unit_count,
        min_units=nomination.period.min_units,
        is_large=entry.ikm.scale is Scale.LARGE,
        kbli_fits=links.filter(commodity=entry.sentra.commodity_id).exists(),
        empty_answers=_empty_answers(entry, PRODUCT_ANSWERS),
    )


def _candidate_gaps(nomination: Nomination, entry: Any) -> list[Gap]:
    beneficiaries = list(entry.beneficiaries.all())
    return candidate_gaps(
        names=[b.name for b in beneficiaries],
        years_with_activity={year for b in beneficiaries for year in b.years},
        period_year=nomination.period.year,
        min_beneficiaries=nomination.period.min_beneficiaries,
        years=nomination.period.beneficiary_years,
        empty_answers=_empty_answers(entry, CANDIDATE_ANSWERS),
    )


def latest_snapshot(nomination: Nomination) -> Snapshot | None:
    """The newest submission. One query."""
    return nomination.snapshots.select_related("pdf").order_by("-number").first()


def nominatable_products(region_code: str, periods: list[Period]) -> QuerySet[Product]:
    """The region's products without a live nomination in these periods, newest first, at most 200. One query."""
    live = Nomination.objects.filter(period__in=periods).exclude(status=Status.WITHDRAWN)
    rows = Product.objects.filter(ikm__sentra__region=region_code)
    rows = rows.exclude(pk__in=live.filter(product_entry__isnull=False).values("product_entry__product"))
    return rows.select_related("ikm__sentra").order_by("-pk")[:200]
