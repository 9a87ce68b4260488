"""Bringing regions, commodities and business classes in line with the shipped data."""

from dataclasses import asdict, dataclass, replace
from datetime import date

from django.db import transaction
from django.utils.timezone import localdate

from core import audit
from reference.models import Commodity, KbliCode, KbliCommodity, Region
from reference.services.sources import ReferenceData, read_reference_data
from reference.services.tables import Retirement, TableChange, TableSync


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load changed, per table; all zero when everything stood already."""

    regions: TableChange
    commodities: TableChange
    kbli_codes: TableChange
    kbli_links: TableChange

    @property
    def changed(self) -> int:
        return sum(table.changed for table in (self.regions, self.commodities, self.kbli_codes, self.kbli_links))


@transaction.atomic
def load_reference(*, data: ReferenceData | None = None, on: date | None = None) -> LoadReport:
    """Insert new codes, correct changed ones, retire vanished ones and reopen those that came back; delete none.

    `data` is the shipped data unless given; `on` (today) dates what is born and what is retired.
    About forty statements whatever the size. A run that finds nothing to do writes nothing.
    """
    data = data or read_reference_data()
    on = on or localdate()
    report = LoadReport(
        regions=_load_regions(data, on),
        commodities=_load_commodities(data),
        kbli_codes=_load_kbli_codes(data, on),
        kbli_links=_load_kbli_links(data, on),
    )
    if report.changed:
        audit.record(None, "reference.loaded", **asdict(report))
    return report


def _load_regions(data: ReferenceData, on: date) -> TableChange:
    columns = ("level", "parent_id", "name", "kind", "short_name", "timezone", "tz_label", "postal_code")
    sync = TableSync(
        Region, ("code",), (*columns, "valid_to", "successor_id"), Retirement("valid_to", None, on), ("valid_from",)
    )
    change = sync.run((*region, None, None, on) for region in data.regions)
    return replace(change, updated=change.updated + _link_successors(data.successors))


def _link_successors(successors: dict[str, str]) -> int:
    """Name the region that continues a retired one; how many rows that changed. A code in force has no successor."""
    retired = Region.objects.filter(code__in=successors).exclude(valid_to=None)
    moved = [region for region in retired if region.successor_id != successors[region.code]]
    for region in moved:
        region.successor_id = successors[region.code]
    return Region.objects.bulk_update(moved, ["successor"])


def _load_commodities(data: ReferenceData) -> TableChange:
    sync = TableSync(Commodity, ("code",), ("name", "order", "active"), Retirement("active", True, False))
    return sync.run((*commodity, True) for commodity in data.commodities)


def _load_kbli_codes(data: ReferenceData, on: date) -> TableChange:
    sync = TableSync(
        KbliCode, ("code", "edition"), ("title", "valid_to"), Retirement("valid_to", None, on), ("valid_from",)
    )
    return sync.run(dict.fromkeys((row.code, row.edition, row.title, None, on) for row in data.kbli))


def _load_kbli_links(data: ReferenceData, on: date) -> TableChange:
    sync = TableSync(
        KbliCommodity,
        ("kbli_id", "commodity_id"),
        ("relevance", "note", "valid_to"),
        Retirement("valid_to", None, on),
        ("valid_from",),
    )
    ids = {(code, edition): pk for pk, code, edition in KbliCode.objects.values_list("pk", "code", "edition")}
    return sync.run((ids[row.code, row.edition], row.commodity, row.relevance, row.note, None, on) for row in data.kbli)
