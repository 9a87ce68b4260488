"""What a spreadsheet of one region may choose from, by the words that stand in its cells."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Count, Q

from reference.enums import RegionLevel
from reference.models import Commodity, KbliCode, Region
from sentra.models import Ikm, Sentra

KBLI_SHAPE = re.compile(r"([0-9]{5})\b\D+(20[0-9]{2})\b.*")
NIB_SHAPE = re.compile(r".*\(([0-9]{13})\)")


def fold(text: str) -> str:
    return " ".join(text.split()).casefold()


class Choices:
    """Rows by their label, and by shorter words for people who type; `shape` finds the key inside longer text."""

    def __init__(
        self, rows: Iterable[Any], label: Callable[[Any], str], *others: Callable[[Any], str], shape: Any = None
    ) -> None:
        self.options: list[str] = []
        self.codes: list[Any] = []
        self.shape = shape
        self._index: dict[str, dict[Any, str]] = defaultdict(dict)
        for row in rows:
            text = label(row)
            if not retired(row):
                self.options.append(text)
                self.codes.append(row.pk)
            for key in (text, *(other(row) for other in others)):
                self._index[fold(key)][row] = text

    def find(self, text: str) -> dict[Any, str]:
        """Row → label of everything that this text can mean."""
        if self.shape and (found := self.shape.fullmatch(text.strip())):
            text = " ".join(found.groups())
        return self._index.get(fold(text), {})


def retired(row: Any) -> bool:
    """Whether a list offers this only to records that have it already."""
    return getattr(row, "valid_to", None) is not None or getattr(row, "active", True) is False


class RegionLists:
    """The lists of one kabupaten or kota, each read when it is first asked for: one query each, two for KBLI."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self._made: dict[str, Choices] = {}
        self._villages: dict[str, Choices] | None = None

    def __getitem__(self, name: str) -> Choices:
        if name not in self._made:
            self._made[name] = getattr(self, f"_{name}")()
        return self._made[name]

    def villages(self) -> dict[str, Choices]:
        """By kecamatan, in the order of the list of kecamatan."""
        if self._villages is None:
            used = Sentra.objects.filter(region=self.region).values("village")
            rows = Region.objects.filter(Q(valid_to=None) | Q(pk__in=used), parent__parent=self.region)
            groups: dict[str, list[Region]] = {code: [] for code in self["district"].codes}
            for row in rows.order_by("name", "code"):
                groups.setdefault(row.parent_id, []).append(row)
            self._villages = {code: _places(group) for code, group in groups.items()}
        return self._villages

    def _commodity(self) -> Choices:
        return Choices(Commodity.objects.all(), lambda row: row.name)

    def _district(self) -> Choices:
        rows = Region.objects.current().children_of(self.region.pk).order_by("name", "code")
        return _places(list(rows))

    def _kbli(self) -> Choices:
        used = Ikm.objects.filter(sentra__region=self.region).values("kbli")
        rows = KbliCode.objects.filter(Q(valid_to=None) | Q(pk__in=used))
        return Choices(rows, kbli_text, lambda k: k.code, lambda k: f"{k.code} {k.edition}", shape=KBLI_SHAPE)

    def _sentra(self) -> Choices:
        rows = Sentra.objects.filter(region=self.region).select_related("commodity", "region").order_by("name", "pk")
        return Choices(rows, sentra_text, lambda row: row.name)

    def _ikm(self) -> Choices:
        rows = Ikm.objects.filter(sentra__region=self.region).order_by("name", "nib")
        return Choices(rows, ikm_text, lambda row: row.nib, shape=NIB_SHAPE)


def _places(rows: list[Region]) -> Choices:
    """By name; places that share theirs are told apart by their code."""
    times = Counter(fold(row.label) for row in rows)
    twins = {row.pk for row in rows if times[fold(row.label)] > 1}
    return Choices(rows, lambda row: place_text(row, twins), lambda row: row.label, lambda row: row.pk)


def ambiguous_villages() -> set[str]:
    """Codes of the few villages that share their name within a kecamatan. Two queries."""
    rows = Region.objects.filter(level=RegionLevel.VILLAGE)
    groups = rows.order_by().values("parent", "name").annotate(n=Count("pk")).filter(n__gt=1)
    pairs = {(group["parent"], group["name"]) for group in groups}
    twins = rows.filter(parent__in={parent for parent, _name in pairs})
    return {row.pk for row in twins if (row.parent_id, row.name) in pairs}


def place_text(row: Region, twins: set[str]) -> str:
    return f"{row.label} ({row.pk})" if row.pk in twins else row.label


def kbli_text(row: KbliCode) -> str:
    return f"{row.code} ({row.get_edition_display()}) {row.title}"


def sentra_text(row: Sentra) -> str:
    """No query when the commodity is joined."""
    return f"{row.name} ({row.commodity.name})"


def ikm_text(row: Ikm) -> str:
    return f"{row.name} ({row.nib})"
