"""Telling regions that stars of theirs are judged anew."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core.formats import deadline_text, until_text
from nominations.messages.region import tell_officers
from nominations.models import Nomination, Period, StarReview


def tell_opened(period: Period, stars: Sequence[Nomination]) -> None:
    """To the officers of each region, one mail for all its stars. One query for a region and two a mail."""
    by_region: dict[str, list[Nomination]] = defaultdict(list)
    for star in stars:
        by_region[star.region_id].append(star)
    path = reverse("nomination_start")
    for region, own in by_region.items():
        rows = [f"- {s.title}, {until_text(s.star_until)}" for s in own]
        body = _(
            "Bintang berikut dinilai kembali pada %(period)s:\n\n%(rows)s\n\n"
            "Mulailah evaluasi ulangnya dari halaman Mulai usulan dan kirim sebelum masa pengusulan ditutup: %(page)s\n"
            "Bintang yang tidak dikirim tepat waktu berakhir bersama masa berlakunya."
        ) % {"period": period.name, "rows": "\n".join(rows), "page": settings.BASE_URL.rstrip("/") + path}
        subject = _("Evaluasi ulang dibuka untuk %(number)d bintang") % {"number": len(own)}
        tell_officers(region, f"review:{period.pk}:{region}:{own[0].pk}", subject, body, url=path)


def tell_unbegun(reviews: Sequence[StarReview], closes_at: datetime, step: int) -> None:
    """That nobody has begun these of one region and period, which close together. One query, and two a mail."""
    period, region = reviews[0].period, reviews[0].star.region
    path = reverse("nomination_start")
    stars = [review.star for review in reviews]
    rows = [f"- {s.title}, {until_text(s.star_until)}" for s in stars]
    body = _(
        "Evaluasi ulang bintang berikut pada %(period)s belum dimulai:\n\n%(rows)s\n\n"
        "Batas akhir pengusulan: %(deadline)s.\n"
        "Mulailah dari halaman Mulai usulan: %(page)s\n"
        "Bintang yang tidak dikirim tepat waktu berakhir bersama masa berlakunya."
    ) % {
        "period": period.name,
        "rows": "\n".join(rows),
        "deadline": deadline_text(closes_at, region.timezone),
        "page": settings.BASE_URL.rstrip("/") + path,
    }
    subject = _("Evaluasi ulang %(number)d bintang belum dimulai") % {"number": len(stars)}
    key = f"review-unbegun:{period.pk}:{region.pk}:{closes_at:%Y%m%d%H%M}:{step}"
    tell_officers(region.pk, key, subject, body, url=path)
