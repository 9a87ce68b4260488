"""Re-evaluation of star holders: the Sekretariat opens it, the region begins it, the usual stages judge it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.http import require
from nominations.enums import NOT_LIVE, WindowKind
from nominations.messages.reviews import tell_opened, tell_unbegun
from nominations.models import Nomination, Period, StarReview
from nominations.policies import can_open_reviews, can_view_review
from nominations.rules import review_step
from nominations.selectors.reviews import ending_stars, unbegun_reviews
from nominations.selectors.windows import open_periods
from nominations.services.drafting import create_product_nomination


@transaction.atomic
def open_reviews(*, period_id: int, star_ids: Collection[int], actor: Any) -> int:
    """Open the re-evaluation of these stars in that period and tell each region once; returns how many were opened.

    A star that was opened, revoked or ran out since the preview is left out. Raises NotPermitted, RuleBroken without
    any star or when the results of the period are out. About three queries and two a mail for each region.
    """
    require(can_open_reviews(actor))
    period = Period.objects.select_for_update().select_related("award").get(pk=period_id)  # one opening at a time
    if period.results_released_at:
        raise RuleBroken(_("Hasil periode ini sudah dirilis. Pilih periode yang masih berjalan."))
    list(Nomination.objects.filter(pk__in=star_ids).order_by("pk").select_for_update(of=("self",)))
    stars = list(ending_stars(period, date.max).filter(pk__in=star_ids))
    if not stars:
        raise RuleBroken(_("Tidak ada bintang yang dapat dibuka. Muat ulang pratinjaunya, lalu coba lagi."))
    StarReview.objects.bulk_create(StarReview(star=star, period=period, opened_by=actor) for star in stars)
    audit.record(actor, "nomination.reviews_opened", period, stars=[star.pk for star in stars])
    tell_opened(period, stars)
    return len(stars)


@transaction.atomic
def begin_review(*, review_id: int, actor: Any) -> Nomination:
    """A draft that renews the star, filled from the register of today. The same again returns the one that lives.

    Raises NotPermitted, RuleBroken outside the window and as `create_product_nomination` does.
    """
    review = (
        StarReview.objects.select_for_update(of=("self",))
        .select_related("star__region", "period__award")
        .get(pk=review_id)
    )
    require(can_view_review(actor, review))
    if live := review.nominations.exclude(status__in=NOT_LIVE).first():
        return live
    region = review.star.region_id
    if not open_periods(WindowKind.NOMINATION, region).filter(pk=review.period_id).exists():
        raise RuleBroken(_("Masa pengusulan periode ini tidak sedang dibuka untuk daerah Anda."))
    product = review.star.product_entry.product
    return create_product_nomination(period=review.period, product=product, review=review, actor=actor)


@transaction.atomic
def remind_of_reviews(now: datetime) -> int:
    """Tell each region 14, 7, 3 and 1 days before the end, once a step; returns how many were due.

    A deadline that was moved is reminded of anew. One query, and two and two more a mail for each region.
    """
    groups: dict[tuple[int, str, datetime], list[StarReview]] = defaultdict(list)
    for review in unbegun_reviews(now):
        groups[review.period_id, review.star.region_id, review.closes_at].append(review)
    number = 0
    for (_period, _region, closes_at), reviews in groups.items():
        step = review_step(now, closes_at, reviews[0].star.region.timezone)
        if step is not None:
            tell_unbegun(reviews, closes_at, step)
            number += 1
    return number
