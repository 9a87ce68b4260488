"""Named reads for the home pages and the audit trail, over all apps below."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import ProxyEntry
from certificates.enums import CertificateState
from certificates.models import Certificate
from core.models import AuditEntry
from nominations.enums import EDITABLE, NOT_SENT, Action, Status, WindowKind
from nominations.models import Extension, Nomination, Period, ProductEntry, Question, StatusChange, Window
from nominations.querysets import visible_filter
from nominations.rules import WindowFacts, WindowState, window_state
from nominations.selectors.windows import facts_of, repair_missed
from reference.models import Region
from scoring.enums import SheetStatus
from scoring.models import Assignment, Decree
from scoring.selectors.assignments import with_facts
from scoring.selectors.board import board_nominations
from sentra.models import Ikm, Product, Sentra

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Schedule:
    """All windows of the rounds that are not over, with the extensions of some regions and their nominations."""

    windows: list[Window]
    now: datetime

    def facts(
        self, period_id: int, kind: WindowKind, region: str = "", nomination: int | None = None
    ) -> WindowFacts | None:
        """The window as it applies to that region, or to one of its nominations. No query."""
        for window in self.windows:
            if window.period_id == period_id and window.kind == kind:
                later = [e.closes_at for e in window.extensions.all() if _applies(e, region, nomination)]
                return facts_of(window, max(later, default=None))
        return None

    def open_until(
        self, period_id: int, kind: WindowKind, region: str = "", nomination: int | None = None
    ) -> datetime | None:
        """When the window closes for that region or nomination; None when it is not open."""
        facts = self.facts(period_id, kind, region, nomination)
        is_open = window_state(self.now, facts) in (WindowState.OPEN, WindowState.GRACE)
        return facts.closes_at if facts and is_open else None

    def periods(self) -> list[Period]:
        """Rounds in this schedule, by name."""
        return sorted({window.period_id: window.period for window in self.windows}.values(), key=str)


def _applies(extension: Extension, region: str, nomination: int | None) -> bool:
    if extension.region_id:
        return extension.region_id == region
    return nomination is not None and extension.nomination_id == nomination


def schedule(regions: Iterable[str] = ()) -> Schedule:
    """Windows of every round of which at least one is not over. Two queries, one without regions."""
    now, codes = timezone.now(), list(regions)
    extended = Q(extensions__closes_at__gte=now, extensions__withdrawn_at=None)
    alive = Window.objects.filter(Q(closes_at__gte=now) | extended).values("period")
    extensions = Extension.objects.live().filter(Q(region__in=codes) | Q(nomination__region__in=codes))
    windows = Window.objects.filter(period__in=alive).select_related("period__award").order_by("opens_at", "id")
    return Schedule(list(windows.prefetch_related(Prefetch("extensions", extensions))), now)


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent in one round: nominations, and of how many sentra."""

    number: int = 0
    sentra: int = 0


@dataclass(frozen=True, slots=True)
class RegionWork:
    """What a district has and still has to do."""

    unfinished: list[Nomination]
    sent: dict[int, Sent]
    register: dict[str, int]


def region_work(regions: list[str]) -> RegionWork:
    """Drafts and returned dossiers with the verifier's words, what was sent per round, the register. Three queries."""
    reasons = StatusChange.objects.filter(nomination=OuterRef("pk"), action=Action.RETURN_FOR_REPAIR).order_by("-id")
    own = Nomination.objects.filter(region__in=regions)
    unfinished = (
        own.filter(status__in=EDITABLE)
        .select_related("period__award", "category", "region")
        .annotate(reason=Subquery(reasons.values("reason")[:1]))
        .order_by("-status", "-updated_at")[:SHOWN]
    )
    sent = (
        own.exclude(status__in=NOT_SENT)
        .values("period")
        .annotate(number=Count("pk"), sentra=Count("product_entry__sentra", distinct=True))
    )
    register = Sentra.objects.filter(region__in=regions).aggregate(
        sentra_count=Count("pk", distinct=True),
        ikm_count=Count("ikm", filter=Q(ikm__merged_into=None), distinct=True),
        product_count=Count(
            "ikm__products", filter=Q(ikm__merged_into=None, ikm__products__merged_into=None), distinct=True
        ),
    )
    return RegionWork(list(unfinished), {row.pop("period"): Sent(**row) for row in sent}, register)


def open_proxies(regions: list[str]) -> QuerySet[ProxyEntry]:
    """Where the Sekretariat acts in the name of these regions now. One query when read."""
    return ProxyEntry.objects.open().filter(region__in=regions).select_related("region").order_by("region")


def regions_of_provinces(provinces: list[str], periods: Iterable[Period]) -> QuerySet[Region]:
    """Kabupaten and kota with what they sent, drafted and have to mend in these rounds, silent first. One query."""
    current = Q(nominations__period__in=[period.pk for period in periods])
    return (
        Region.objects.current()
        .regencies()
        .filter(parent__in=provinces)
        .annotate(
            sent=Count("nominations", filter=current & ~Q(nominations__status__in=NOT_SENT)),
            drafts=Count("nominations", filter=current & Q(nominations__status=Status.DRAFT)),
            returned=Count("nominations", filter=current & Q(nominations__status=Status.RETURNED)),
        )
        .order_by("sent", "drafts", "code")
    )


def status_counts(user: Any) -> Counter[str]:
    """How many nominations that the user may meet are in each status, over all rounds. One query."""
    rows = Nomination.objects.visible_to(user).values("status").annotate(number=Count("pk")).order_by()
    return Counter({row["status"]: row["number"] for row in rows})


def waiting_questions(user: Any) -> int:
    """How many questions about nominations wait for this person's side. One query."""
    return Question.objects.visible_to(user).waiting_for(user).count()


@dataclass(frozen=True, slots=True)
class ScorerWork:
    period_id: int
    period_name: str
    undeclared: int
    open_sheets: int


def scorer_work(user: Any) -> list[ScorerWork]:
    """Per round: dossiers without a word on conflicts, and sheets or visits that can be filled in now. One query."""
    assignments = with_facts(Assignment.objects.of_scorer(user)).filter(
        closed=False, nomination__status__in=[Status.ELIGIBLE, Status.IN_ASSESSMENT]
    )
    is_current = Q(declared=True, nomination__status=Status.IN_ASSESSMENT, current_stage_id=F("stage"))
    is_sent = Q(sheet__status=SheetStatus.SUBMITTED) | Q(visit__submitted_at__isnull=False)
    rows = (
        assignments.order_by("nomination__period__name")
        .values_list("nomination__period", "nomination__period__name")
        .annotate(
            undeclared=Count("nomination", filter=Q(declared=False), distinct=True),
            open_sheets=Count("pk", filter=is_current & ~is_sent),
        )
    )
    return [ScorerWork(*row) for row in rows]


def nominations_ready_to_close(user: Any) -> int:
    """Nominations whose sheets of the current stage are all in. Two queries at most."""
    return board_nominations(user, ready_only=True).count()


def waiting_decrees() -> QuerySet[Decree]:
    """Decrees that are recorded and not released. One query."""
    return (
        Decree.objects.filter(released_at=None).select_related("period", "recorded_by").order_by("recorded_at")[:SHOWN]
    )


def failed_certificates() -> int:
    """Certificates that could not be made. One query."""
    return Certificate.objects.filter(state=CertificateState.FAILED).count()


def audit_entries(
    *, group: str, until: date | None, object_type: str, object_id: str, actor_id: int | None
) -> QuerySet[AuditEntry]:
    """The trail, narrowed to a group of actions, up to a day in WIB, to one object, to one person. One query."""
    entries = AuditEntry.objects.all()
    if group:
        entries = entries.filter(action__startswith=f"{group}.")
    if until:
        entries = entries.filter(at__date__lte=until)
    if object_type:
        entries = entries.filter(object_type=object_type, object_id=object_id)
    if actor_id:
        entries = entries.filter(actor_id=actor_id)
    return entries


def share_of(part: int, whole: int) -> int:
    """Whole per cent, at most 100. One out of hundreds is not nothing, nor is all but one everything."""
    if not whole or not part:
        return 0
    if part >= whole:
        return 100
    return min(99, max(1, (200 * part + whole) // (2 * whole)))


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A kabupaten or kota with its figures; `counted_at` is None as long as nobody has counted."""

    region: Region
    sentra: int
    ikm: int
    products: int
    counted_at: datetime | None
    nominated: int


@dataclass(frozen=True, slots=True)
class ProvinceRow:
    """A province with the figures of its kabupaten and kota added up."""

    region: Region
    all: int
    """kabupaten and kota in force"""
    nominated: int
    """those of them that have sent a nomination"""
    nominations: int

    @property
    def share(self) -> int:
        """Percent that nominated."""
        return share_of(self.nominated, self.all)


def province_rows() -> list[ProvinceRow]:
    """The provinces in force by code, each with the columns of its figures. Two queries."""
    current = Q(children__valid_to=None)
    sums = {
        column: Sum(f"children__figures__{column}", filter=current, default=0)
        for column in ("sentra_count", "ikm_count", "product_count")
    }
    provinces = Region.objects.current().provinces().order_by("code")
    provinces = provinces.annotate(
        all=Count("children", filter=current), counted_at=Min("children__figures__counted_at"), **sums
    )
    nominated: Counter[str] = Counter()
    nominations: Counter[str] = Counter()
    for code, number in _sent_numbers(Q(region__valid_to=None)).items():
        nominated[code[:2]] += 1
        nominations[code[:2]] += number
    return [ProvinceRow(one, one.all, nominated[one.code], nominations[one.code]) for one in provinces]


def provinces() -> list[Region]:
    """The provinces in force by code. One query."""
    return list(Region.objects.current().provinces().order_by("code"))


def region_rows(within: str) -> list[RegionRow]:
    """The kabupaten and kota in force of a province, or one of them, by code. Two queries.

    The register is counted by a task, not here; nominations are those sent in rounds that are not over.
    """
    regions = Region.objects.current().regencies().within(within).select_related("parent", "figures").order_by("code")
    numbers = _sent_numbers(Q(region=within) | Q(region__gte=f"{within}.00", region__lte=f"{within}.99"))
    return [_region_row(region, numbers.get(region.pk, 0)) for region in regions]


def _sent_numbers(where: Q) -> dict[str, int]:
    """Nominations sent in running rounds, by region that has any. One query."""
    sent = Nomination.objects.filter(where, period__in=_running_periods()).exclude(status__in=NOT_SENT)
    return dict(sent.order_by().values_list("region").annotate(Count("pk")))


def _running_periods() -> QuerySet[Window, dict[str, Any]]:
    extended = Q(extensions__closes_at__gte=Now(), extensions__withdrawn_at=None)
    return Window.objects.filter(Q(closes_at__gte=Now()) | extended).values("period")


def _region_row(region: Region, nominated: int) -> RegionRow:
    figures = getattr(region, "figures", None)
    return RegionRow(
        region,
        figures.sentra_count if figures else 0,
        figures.ikm_count if figures else 0,
        figures.product_count if figures else 0,
        figures.counted_at if figures else None,
        nominated,
    )


def commodities_of(region: str) -> list[dict[str, Any]]:
    """How many sentra of the region make what, the most first. One query over the region's own sentra."""
    rows = Sentra.objects.filter(region=region).order_by().values("commodity__name").annotate(number=Count("pk"))
    return list(rows.order_by("-number", "commodity__name"))


def points_of(region: str) -> list[tuple[int, str, Decimal, Decimal]]:
    """Key, name, latitude and longitude of the region's newest sentra with a point, at most 1,000. One query."""
    rows = Sentra.objects.filter(region=region, latitude__isnull=False).order_by("-pk")
    return list(rows.values_list("pk", "name", "latitude", "longitude")[:1000])


def sentra_of(region: str) -> QuerySet[Sentra]:
    return Sentra.objects.filter(region=region).select_related("commodity", "district")


def lineage(sentra: Sentra, user: Any) -> QuerySet[Ikm]:
    """The IKM of a sentra, their products, and as `history` their nominations that the person sees, newest first.

    Three queries for a page of it, however many products there are.
    """
    states = Certificate.objects.filter(decision__nomination=OuterRef("nomination")).order_by("-pk").values("state")
    entries = (
        ProductEntry.objects.filter(visible_filter(user, "nomination__"))
        .select_related("nomination__period__award", "nomination__decision__decree")
        .annotate(certificate_state=Subquery(states[:1]), repair_missed=repair_missed("nomination"))
        .order_by("-nomination__period__year", "-pk")
    )
    products = Product.objects.order_by("name", "pk").prefetch_related(Prefetch("entries", entries, to_attr="history"))
    return Ikm.objects.filter(sentra=sentra).prefetch_related(Prefetch("products", products))
