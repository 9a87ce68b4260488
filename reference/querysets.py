"""Filters of the reference data that chain."""

from typing import Self

from django.db import models
from django.db.models import Q

from reference.enums import RegionLevel


class DatedQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Rows that are in force; a retired row stays readable but is not offered any more."""
        return self.filter(valid_to=None)


class RegionQuerySet(DatedQuerySet):
    def provinces(self) -> Self:
        return self.filter(level=RegionLevel.PROVINCE)

    def regencies(self) -> Self:
        """Kabupaten and kota."""
        return self.filter(level=RegionLevel.REGENCY)

    def children_of(self, code: str) -> Self:
        return self.filter(parent=code)

    def within(self, code: str) -> Self:
        """The region itself and everything below it; the twin of `Region.is_within`."""
        return self.filter(Q(code=code) | Q(code__startswith=f"{code}."))

    def with_parents(self) -> Self:
        """Loads the regions above in the same query, so that `full_label` costs none."""
        return self.select_related("parent__parent__parent")


class CommodityQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Commodities that can be nominated."""
        return self.filter(active=True)


class KbliQuerySet(DatedQuerySet):
    def of_commodity(self, commodity: str) -> Self:
        """Codes that are linked to the commodity now; the core ones first, then by code and edition."""
        links = {"links__commodity": commodity, "links__valid_to": None}
        return self.filter(**links).order_by("links__relevance", "code", "edition")
