"""Which stars end, and which are open for a re-evaluation."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.utils.timezone import localdate

from nominations.enums import EntryKind, Status, WindowKind
from nominations.models import Category, Nomination, Period, StarReview, Window
from reference.models import Region


def periods_for_review() -> QuerySet[Period]:
    """Rounds of products without results: where a star can be judged anew. One query when read."""
    rows = Period.objects.filter(award__entry_kind=EntryKind.PRODUCT, results_released_at=None)
    return rows.select_related("award").order_by("-year")


def ending_stars(
    period: Period,
    until: date,
    category: Category | None = None,
    province: Region | None = None,
    *,
    endless: bool = False,
) -> QuerySet[Nomination]:
    """Stars of that award in force today that end by that day and are not opened yet. One query when read.

    With `endless` those that never end, too: nothing but a re-evaluation lets their products be judged again.
    """
    ending = Q(star_until__range=(localdate(), until))
    rows = Nomination.objects.filter(
        ending | Q(star_until=date.max) if endless else ending,
        status=Status.AWARDED,
        period__award=period.award_id,
        product_entry__isnull=False,
        star_review=None,
    ).exclude(period=period)
    if category:
        rows = rows.filter(category=category)
    if province:
        rows = rows.filter(region__parent=province)
    joined = rows.select_related("region__parent", "category", "product_entry__product", "decision")
    return joined.order_by("region__parent__name", "region__name", "title", "pk")


def review_of(product_id: int, period_id: int) -> StarReview | None:
    """The re-evaluation that is open for a star of the product. One query."""
    return StarReview.objects.filter(star__product_entry__product=product_id, period=period_id).first()


def waiting_reviews(regions: Iterable[str]) -> QuerySet[StarReview]:
    """What officers of these regions have not begun, the star that ends first on top. One query when read."""
    rows = StarReview.objects.waiting().filter(star__region__in=list(regions)).with_columns()
    return rows.annotate(closes_at=_closes_at()).order_by("star__star_until", "pk")


def unbegun_reviews(now: datetime) -> QuerySet[StarReview]:
    """What nobody has begun and can be begun now, with `closes_at`, of stars that were not revoked. One query."""
    windows = Window.objects.filter(period=OuterRef("period"), kind=WindowKind.NOMINATION, opens_at__lte=now)
    rows = StarReview.objects.waiting().filter(Exists(windows), star__star_until__isnull=False)
    rows = rows.annotate(closes_at=_closes_at()).filter(closes_at__gt=now)
    return rows.select_related("star__region", "period").order_by("period", "star__region", "star__star_until", "pk")


def reviews_with_renewal(rows: QuerySet[StarReview]) -> QuerySet[StarReview]:
    """Adds the live renewal (`renewal`, `renewal_status`), when its window closes, and the minutes after. No query."""
    windows = Window.objects.filter(period=OuterRef("period"), kind=WindowKind.NOMINATION)
    live = Nomination.objects.filter(review=OuterRef("pk")).exclude(status=Status.WITHDRAWN).order_by("-pk")
    return rows.with_columns().annotate(
        renewal=Subquery(live.values("pk")[:1]),
        renewal_status=Subquery(live.values("status")[:1]),
        closes_at=_closes_at(),
        grace=Subquery(windows.values("grace_minutes")[:1]),
    )


def _closes_at() -> Subquery:
    """When the nomination window closes for the region of the star; an extension only ever extends."""
    windows = Window.objects.filter(period=OuterRef("period"), kind=WindowKind.NOMINATION)
    own = Q(extensions__region=OuterRef("star__region")) | Q(extensions__nomination__review=OuterRef("pk"))
    later = windows.annotate(last=Max("extensions__closes_at", filter=own & Q(extensions__withdrawn_at=None)))
    return Subquery(later.values(at=Greatest("closes_at", "last"))[:1])  # PostgreSQL leaves NULL out
