"""What search engines and feed readers ask for."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from nominations.models import Award
from reports.presenters.holders import description, holder_url
from reports.selectors.holders import issued
from reports.views.public import public_page

NEWEST = 30


class SteadyFeed(Atom1Feed):
    """Without entries the library says "now", and the same nothing would look new at each visit."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else datetime.fromtimestamp(0, UTC)


class HolderFeed(Feed):
    """The newest holders. One query."""

    feed_type = SteadyFeed
    title = _("Pemegang penghargaan OVOP dan Upakarti")
    subtitle = _("Yang terakhir terbit.")
    link = reverse_lazy("holder_list")

    def items(self) -> QuerySet[Certificate]:
        return issued().order_by("-pk")[:NEWEST]

    def item_title(self, item: Certificate) -> str:
        return item.face["holder_name"]

    def item_description(self, item: Certificate) -> str:
        return description(item, None)

    def item_link(self, item: Certificate) -> str:
        return holder_url(item)

    def item_updateddate(self, item: Certificate) -> datetime:
        return item.issued_at


holder_feed = public_page(HolderFeed())


class PageSitemap(Sitemap):
    def items(self) -> list[str]:
        pages = [reverse(name) for name in ("landing", "help", "holder_list", "statistics", "archive", "open_data")]
        return pages + [reverse("award_about", args=[code]) for code in Award.objects.values_list("pk", flat=True)]

    def location(self, item: str) -> str:
        return item


class HolderSitemap(Sitemap):
    limit = 40_000

    def items(self) -> QuerySet[Certificate]:
        return issued().order_by("pk").only("face", "serial", "number", "issued_at")

    def location(self, item: Certificate) -> str:
        return holder_url(item)

    def lastmod(self, item: Certificate) -> datetime:
        return item.issued_at


SITEMAPS: dict[str, Any] = {"pages": PageSitemap, "holders": HolderSitemap}


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "public/robots.txt", content_type="text/plain; charset=utf-8")
