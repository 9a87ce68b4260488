"""What a dossier holds and what it lacks."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from nominations.enums import QUESTIONS, DocumentStage, RequirementLevel, Status
from nominations.models import (
    Answer,
    CandidateEntry,
    DossierItem,
    Nomination,
    Period,
    ProductEntry,
    Requirement,
    Snapshot,
)
from nominations.rules import Gap, answer_gaps, candidate_gaps, document_gaps, product_gaps
from sentra.enums import Scale
from sentra.models import Product


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    requirement: Requirement
    item: DossierItem | None

    @property
    def required(self) -> bool:
        return self.requirement.level == RequirementLevel.REQUIRED


def requirements_of(nomination: Nomination, stage: DocumentStage) -> QuerySet[Requirement]:
    """Requirements that apply to the nomination's category at that stage, in order. One query."""
    applies = Q(categories=None) | Q(categories=nomination.category_id)
    return Requirement.objects.filter(applies, period=nomination.period_id, stage=stage).distinct()


def checklist(nomination: Nomination, stage: DocumentStage = DocumentStage.NOMINATION) -> list[ChecklistRow]:
    """Every document asked for with the current answer, in order. Two queries."""
    current = DossierItem.objects.filter(superseded_at=None, nomination=nomination).select_related("file", "added_by")
    rows = requirements_of(nomination, stage).prefetch_related(Prefetch("items", current, to_attr="current"))
    return [ChecklistRow(row, row.current[0] if row.current else None) for row in rows]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Filled:
    """What has been filled in: the checklist, and the text by question."""

    rows: list[ChecklistRow]
    texts: dict[str, str]


def filled_of(nomination: Nomination) -> Filled:
    """Three queries."""
    return Filled(checklist(nomination), texts_of(nomination))


def gaps_of(nomination: Nomination, filled: Filled | None = None) -> list[Gap]:
    """Everything that would make the dossier fail now. At most eight queries, three less with `filled` at hand.

    The same list is the officer's hint while drafting and the guard at submission.
    """
    entry = nomination.entry
    own = _product_gaps(nomination, entry) if isinstance(entry, ProductEntry) else _candidate_gaps(nomination, entry)
    filled = filled or filled_of(nomination)
    required = [(row.requirement.code, row.requirement.label) for row in filled.rows if row.required]
    unanswered = answer_gaps(QUESTIONS[nomination.entry_kind], filled.texts)
    return own + unanswered + document_gaps(required, {row.requirement.code for row in filled.rows if row.item})


def answers_of(nomination: Nomination) -> dict[str, Answer]:
    """The stored answers by question, with who saved them. One query."""
    return {row.question: row for row in nomination.answers.select_related("saved_by")}


def texts_of(nomination: Nomination) -> dict[str, str]:
    """Text by question. One query."""
    return dict(nomination.answers.values_list("question", "text"))


def _product_gaps(nomination: Nomination, entry: ProductEntry) -> list[Gap]:
    links = entry.ikm.kbli.links.filter(valid_to=None)
    return product_gaps(
        unit_count=entry.sentra.unit_count,
        min_units=nomination.period.min_units,
        is_large=entry.ikm.scale is Scale.LARGE,
        kbli_fits=links.filter(commodity=entry.sentra.commodity_id).exists(),
    )


def _candidate_gaps(nomination: Nomination, entry: Any) -> list[Gap]:
    beneficiaries = list(entry.beneficiaries.all())
    return candidate_gaps(
        names=[b.name for b in beneficiaries],
        years_with_activity={year for b in beneficiaries for year in b.years},
        period_year=nomination.period.year,
        min_beneficiaries=nomination.period.min_beneficiaries,
        years=nomination.period.beneficiary_years,
    )


def beneficiary_rows(entry: CandidateEntry) -> list[list[str]]:
    """Name and description of every IKM binaan, as a snapshot keeps them. One query unless prefetched."""
    return [
        [b.name, f"{b.place}. {b.activity} ({', '.join(map(str, sorted(b.years)))})"] for b in entry.beneficiaries.all()
    ]


def latest_snapshot(nomination: Nomination) -> Snapshot | None:
    """The newest submission. One query."""
    return nomination.snapshots.select_related("pdf").order_by("-number").first()


def nominatable_products(region_code: str, periods: list[Period]) -> QuerySet[Product]:
    """The region's products without a live nomination in these periods, newest first, at most 200. One query."""
    live = Nomination.objects.filter(period__in=periods).exclude(status=Status.WITHDRAWN)
    rows = Product.objects.filter(ikm__sentra__region=region_code)
    rows = rows.exclude(pk__in=live.filter(product_entry__isnull=False).values("product_entry__product"))
    return rows.select_related("ikm__sentra").order_by("-pk")[:200]
