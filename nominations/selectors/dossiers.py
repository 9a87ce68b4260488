"""What a dossier holds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, FilteredRelation, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import JSONObject
from django.utils.timezone import localdate

from nominations.enums import DocumentStage, RequirementLevel, Status, Topic
from nominations.models import (
    Answer,
    AnswerVersion,
    Beneficiary,
    CandidateEntry,
    DossierItem,
    Nomination,
    Period,
    Requirement,
    Snapshot,
)
from sentra.models import Product


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


def _checklists(nominations: Collection[Nomination]) -> dict[int, list[ChecklistRow]]:
    """The same for many dossiers, without who added a document. One query."""
    held = Q(items__superseded_at=None, items__nomination__in=[one.pk for one in nominations])
    categories = Requirement.categories.through.objects.filter(requirement=OuterRef("pk"))
    asked = Requirement.objects.filter(period__in={one.period_id for one in nominations})
    rows: Any = asked.filter(stage=DocumentStage.NOMINATION).annotate(
        current=FilteredRelation("items", condition=held), only_for=ArraySubquery(categories.values("category"))
    )
    items: dict[int, dict[int, DossierItem]] = {}
    requirements = {}
    for row in rows.select_related("current__file"):
        requirements[row.pk] = row
        if current := getattr(row, "current", None):
            items.setdefault(current.nomination_id, {})[row.pk] = current
    return {
        one.pk: [
            ChecklistRow(row, items.get(one.pk, {}).get(row.pk))
            for row in requirements.values()
            if row.period_id == one.period_id and (not row.only_for or one.category_id in row.only_for)
        ]
        for one in nominations
    }


@dataclass(frozen=True, slots=True)
class Filled:
    """What has been filled in: the checklist, and the text by question."""

    rows: list[ChecklistRow]
    texts: dict[str, str]


def filled_of(nomination: Nomination) -> Filled:
    """Two queries, one for a row of `with_filled`."""
    return Filled(checklist(nomination), texts_of(nomination))


def filled_by_dossier(nominations: Collection[Nomination]) -> dict[int, Filled]:
    """The same for many rows of `with_filled`. One query."""
    rows = _checklists(nominations)
    return {one.pk: Filled(rows[one.pk], texts_of(one)) for one in nominations}


def answer_of(nomination: Nomination, question: Topic) -> Answer | None:
    """The stored answer to one question, with who saved it. One query."""
    return nomination.answers.filter(question=question).select_related("saved_by").first()


def earlier_versions(nomination: Nomination, question: Topic) -> QuerySet[AnswerVersion]:
    """Earlier texts of a topic with who saved them, newest first, at most 100. One query."""
    present = Subquery(nomination.answers.filter(question=question).values("version"))
    rows = AnswerVersion.objects.filter(nomination=nomination, question=question, version__lt=present)
    return rows.select_related("saved_by").order_by("-version")[:100]


def texts_of(nomination: Nomination) -> dict[str, str]:
    """Text by question. One query, none for a row of `with_filled`."""
    if "texts" in nomination.__dict__:
        return {answer["question"]: answer["text"] for answer in nomination.texts}
    return dict(nomination.answers.values_list("question", "text"))


def sent_of(nomination: Any) -> dict[str, Any]:
    """The newest submission as it was sent. One query, none for a row of `with_filled`."""
    if "sent" in nomination.__dict__:
        return nomination.sent
    return nomination.snapshots.order_by("-number").values_list("data", flat=True)[0]


def with_filled(rows: QuerySet[Nomination]) -> QuerySet[Nomination]:
    """Adds `texts`, and `sent` where a dossier was returned; of submitted ones neither is read. No query of its own."""
    answers = Answer.objects.filter(nomination=OuterRef("pk"))
    newest = Snapshot.objects.filter(nomination=OuterRef("pk")).order_by("-number")
    return rows.annotate(
        texts=ArraySubquery(answers.values(row=JSONObject(question="question", text="text"))),
        sent=Case(When(status=Status.RETURNED, then=Subquery(newest.values("data")[:1]))),
    )


def star_until(product_id: int) -> date | None:
    """Until when the product holds a star that is in force; None without one. One query."""
    held = Product.objects.annotate(until=Subquery(stars_of("pk").values("star_until")[:1]))
    return held.values_list("until", flat=True).get(pk=product_id)


def stars_of(product: str) -> QuerySet[Nomination]:
    """Stars in force of the product at that path of an outer query, the longest first."""
    held = Nomination.objects.filter(product_entry__product=OuterRef(product), star_until__gte=localdate())
    return held.order_by("-star_until")


def beneficiary_rows(entry: CandidateEntry) -> list[list[str]]:
    """Name and description of every IKM binaan, as a snapshot keeps them. One query unless prefetched."""
    return [[row.name, _described(row)] for row in entry.beneficiaries.all()]


def _described(row: Beneficiary) -> str:
    years = ", ".join(map(str, sorted(row.years)))
    return " ".join(filter(None, [". ".join(filter(None, [row.place, row.activity])), years and f"({years})"]))


def latest_snapshot(nomination: Nomination) -> Snapshot | None:
    """The newest submission. One query."""
    return nomination.snapshots.select_related("pdf").order_by("-number").first()


def nominatable_products(region_code: str, period: Period) -> QuerySet[Product]:
    """The region's products without a live nomination in that round. One query when read.

    `star_until` says until when a product holds a star: it is judged anew without a nomination.
    """
    live = Nomination.objects.filter(period=period).exclude(status=Status.WITHDRAWN)
    rows = Product.objects.filter(region=region_code)
    rows = rows.exclude(pk__in=live.filter(product_entry__isnull=False).values("product_entry__product"))
    rows = rows.annotate(star_until=Subquery(stars_of("pk").values("star_until")[:1]))
    return rows.select_related("ikm__sentra")


def documents_asked(periods: Collection[Period]) -> dict[int, list[Requirement]]:
    """What each round asks for before a nomination is sent, in order, with the categories in `only_for`. One query."""
    categories = Requirement.categories.through.objects.filter(requirement=OuterRef("pk")).order_by("category__order")
    rows = Requirement.objects.filter(period__in=periods, stage=DocumentStage.NOMINATION)
    found: dict[int, list[Requirement]] = {}
    for row in rows.annotate(only_for=ArraySubquery(categories.values("category__label"))):
        found.setdefault(row.period_id, []).append(row)
    return found
