"""What a dossier holds and what it lacks."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localdate

from core.models import ScanState
from nominations.enums import TOPICS, DocumentStage, RequirementLevel, Status, Topic, WindowKind
from nominations.models import (
    Answer,
    AnswerVersion,
    CandidateEntry,
    DossierItem,
    Nomination,
    Period,
    ProductEntry,
    Requirement,
    Snapshot,
    Window,
)
from nominations.rules import Gap, answer_gaps, candidate_gaps, danger_gaps, document_gaps, permit_gap, product_gaps
from reference.models import KbliCommodity
from sentra.enums import Scale
from sentra.models import Permit, Product


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
    """Every document asked for with the current answer, in order. One query."""
    current = FilteredRelation("items", condition=Q(items__superseded_at=None, items__nomination=nomination.pk))
    rows: Any = requirements_of(nomination, stage).annotate(current=current)
    rows = rows.select_related("current__file", "current__added_by")
    return [ChecklistRow(row, getattr(row, "current", None)) for row in rows]


@dataclass(frozen=True, slots=True)
class Filled:
    """What has been filled in: the checklist, and the text by question."""

    rows: list[ChecklistRow]
    texts: dict[str, str]


def filled_of(nomination: Nomination) -> Filled:
    """Two queries."""
    return Filled(checklist(nomination), texts_of(nomination))


def gaps_of(nomination: Nomination, filled: Filled | None = None) -> list[Gap]:
    """What keeps the dossier from being submitted now; costs what `findings_of` costs."""
    return [gap for gap in findings_of(nomination, filled) if gap.blocks]


def findings_of(nomination: Nomination, filled: Filled | None = None) -> list[Gap]:
    """Everything for which the dossier would fail now. At most six queries, two less with `filled` at hand.

    The same list is the officer's hint while drafting and the guard at submission.
    """
    entry = nomination.entry
    own = _product_gaps(nomination, entry) if isinstance(entry, ProductEntry) else _candidate_gaps(nomination, entry)
    filled = filled or filled_of(nomination)
    required = [(row.requirement.code, row.requirement.label) for row in filled.rows if row.required]
    unanswered = answer_gaps(TOPICS[nomination.entry_kind], filled.texts)
    own += _permit_gaps(nomination, entry, filled.rows)
    infected = [
        (row.requirement.code, row.requirement.label) for row in filled.rows if row.scan_state == ScanState.INFECTED
    ]
    present = {row.requirement.code for row in filled.rows if row.item}
    return own + unanswered + document_gaps(required, present) + danger_gaps(infected)


def answer_of(nomination: Nomination, question: Topic) -> Answer | None:
    """The stored answer to one question, with who saved it. One query."""
    return nomination.answers.filter(question=question).select_related("saved_by").first()


def earlier_versions(nomination: Nomination, question: Topic) -> QuerySet[AnswerVersion]:
    """Earlier texts of a topic with who saved them, newest first, at most 100. One query."""
    present = Subquery(nomination.answers.filter(question=question).values("version"))
    rows = AnswerVersion.objects.filter(nomination=nomination, question=question, version__lt=present)
    return rows.select_related("saved_by").order_by("-version")[:100]


def texts_of(nomination: Nomination) -> dict[str, str]:
    """Text by question. One query."""
    return dict(nomination.answers.values_list("question", "text"))


def _permit_gaps(nomination: Nomination, entry: Any, rows: list[ChecklistRow]) -> list[Gap]:
    """One query when a document rests on a permit, else none."""
    asked = [row.requirement for row in rows if row.required and row.requirement.permit_kinds]
    if not asked:
        return []
    own = Q(product=None) | Q(product=entry.product_id)
    window = Window.objects.filter(period=nomination.period_id, kind=WindowKind.ASSESSMENT)
    held = Permit.objects.filter(own, ikm=entry.ikm_id).annotate(closes_at=Subquery(window.values("closes_at")))
    permits = list(held.values_list("kind", "expires_on", "closes_at"))
    closes_at = permits[0][2] if permits else None  # of no use without a permit
    gaps = (
        permit_gap(
            f"{requirement.code} {requirement.label}",
            [end for kind, end, _closes_at in permits if kind in requirement.permit_kinds],
            today=localdate(),
            assessed_until=closes_at and localdate(closes_at),
        )
        for requirement in asked
    )
    return [gap for gap in gaps if gap]


def star_until(product_id: int) -> date | None:
    """Until when the product holds a star that is in force; None without one. One query."""
    held = Product.objects.annotate(until=Subquery(_stars().values("star_until")[:1]))
    return held.values_list("until", flat=True).get(pk=product_id)


def _stars() -> QuerySet[Nomination]:
    """Stars in force of the product of an outer query, the longest first."""
    held = Nomination.objects.filter(product_entry__product=OuterRef("pk"), star_until__gte=localdate())
    return held.order_by("-star_until")


def _product_gaps(nomination: Nomination, entry: ProductEntry) -> list[Gap]:
    links = KbliCommodity.objects.current().filter(kbli=entry.ikm.kbli_id, commodity=entry.sentra.commodity_id)
    facts = Product.objects.annotate(fits=Exists(links), until=Subquery(_stars().values("star_until")[:1]))
    kbli_fits, until = facts.values_list("fits", "until").get(pk=entry.product_id)
    return product_gaps(
        star_until=until,
        unit_count=entry.sentra.unit_count,
        min_units=nomination.period.min_units,
        has_decree=entry.sentra.sk_file_id is not None,
        is_large=entry.ikm.scale is Scale.LARGE,
        kbli_fits=kbli_fits,
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
    """The region's products without a live nomination in these periods, newest first, at most 200. One query.

    `star_until` says until when a product holds a star: it is judged anew without a nomination.
    """
    live = Nomination.objects.filter(period__in=periods).exclude(status=Status.WITHDRAWN)
    rows = Product.objects.filter(ikm__sentra__region=region_code)
    rows = rows.exclude(pk__in=live.filter(product_entry__isnull=False).values("product_entry__product"))
    rows = rows.annotate(star_until=Subquery(_stars().values("star_until")[:1]))
    return rows.select_related("ikm__sentra").order_by("-pk")[:200]
