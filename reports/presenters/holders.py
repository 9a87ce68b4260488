"""The public register, the page of a holder, and the statistics, from what is printed on certificates."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.presenters import is_expired
from core.formats import date_long, number_id
from reference.models import Region
from reference.presenters import province_tiles
from reports.models import Publication
from reports.presenters.charts import bar
from reports.presenters.maps import GAP, SIDE, Shape, step_of
from reports.selectors.holders import Total

COUNTS = (0, 5, 20, 50, None)


def holder_url(certificate: Certificate) -> str:
    """The lasting address of a holder. `period` is joined or costs a query."""
    year, number = certificate.face["year"], certificate.number
    return reverse("holder_page", args=[certificate.serial.split("/")[0].lower(), year, number])


def stars_text(stars: int | None) -> str:
    return _("Bintang %(stars)d") % {"stars": stars} if stars else ""


def validity_text(certificate: Certificate) -> str:
    if certificate.state == CertificateState.REPLACED:
        return _("Diganti hasil evaluasi ulang")
    if certificate.valid_until is None:
        return _("Tanpa batas waktu")
    text = _("Berakhir %(day)s") if is_expired(certificate) else _("Sampai dengan %(day)s")
    return text % {"day": date_long(certificate.valid_until)}


def holder_row(certificate: Certificate) -> dict[str, Any]:
    """A row of the register. No query."""
    face = certificate.face
    return {
        "url": holder_url(certificate),
        "name": face["holder_name"],
        "detail": face["holder_detail"],
        "region": face["region"],
        "category": face["category"],
        "period": face["period"],
        "stars": face["stars"],
        "validity": validity_text(certificate),
    }


def holder_facts(certificate: Certificate) -> list[dict[str, str]]:
    """The summary of a holder's page."""
    face = certificate.face
    rows = [
        (_("Penghargaan"), face["award"]),
        (_("Bintang"), str(face["stars"] or "")),
        (_("Kategori"), face["category"]),
        (_("Daerah"), face["region"]),
        (_("Periode"), face["period"]),
        (_("Nomor sertifikat"), face["serial"]),
        (_("Masa berlaku"), validity_text(certificate)),
        (
            _("Keputusan"),
            _("%(title)s, Nomor %(number)s") % {"title": face["decree_title"], "number": face["decree_number"]},
        ),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def description(certificate: Certificate, publication: Publication | None) -> str:
    """One sentence for search engines and shared links."""
    face = certificate.face
    text = (
        publication.story
        if publication and publication.story
        else ", ".join(
            part for part in (face["holder_detail"], face["region"], face["award"], stars_text(face["stars"])) if part
        )
    )
    return Truncator(text).chars(155)


def province_counts(rows: Iterable[Total]) -> Counter[str]:
    return _summed(rows, lambda row: row.province)


def province_map(rows: Iterable[Total], provinces: list[Region]) -> dict[str, Any]:
    """A tile per province, shaded by how many awards are in force there, leading to them. No query."""
    counts, names = province_counts(rows), {one.pk: one for one in provinces}
    shapes = [
        Shape(
            x=tile.col * (SIDE + GAP),
            y=tile.row * (SIDE + GAP),
            width=SIDE,
            height=SIDE,
            step=step_of(counts[tile.code], COUNTS),
            lines=(tile.abbr, number_id(counts[tile.code])),
            title=_("%(name)s: %(number)s pemegang")
            % {"name": names[tile.code].label, "number": number_id(counts[tile.code])},
            url=f"{reverse('holder_list')}?provinsi={tile.code}",
        )
        for tile in province_tiles()
        if tile.code in names
    ]
    legend = ["0", "1–5", "6–20", "21–50", _("lebih dari 50")]
    return {"shapes": shapes, "width": 15 * (SIDE + GAP), "height": 7 * (SIDE + GAP), "legend": legend}


def province_rows(rows: Iterable[Total], provinces: list[Region]) -> list[dict[str, Any]]:
    """The table beside the map, the most first."""
    counts = province_counts(rows)
    found = [{"code": one.pk, "label": one.label, "number": counts[one.pk]} for one in provinces]
    return sorted(found, key=lambda row: (-row["number"], row["label"]))


def bars(title: str, head: str, rows: Iterable[Total], label_of: Callable[[Total], str]) -> dict[str, Any]:
    """A `components/bar_table.html`, the longest bar first; `head` says what a row is. No query."""
    counts = _summed(rows, label_of)
    most = max(counts.values(), default=1)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    lines = [bar(label, number, most, number_id(number)) for label, number in ordered]
    return {"title": title, "head": head, "lines": lines}


def yearly(rows: Iterable[Total]) -> list[dict[str, Any]]:
    """Per award and year how many certificates each number of stars has; newest first."""
    found: dict[tuple[str, int], Counter[int | None]] = {}
    for row in rows:
        found.setdefault((row.award, row.year), Counter())[row.stars] += row.number
    return [
        {
            "award": award,
            "year": year,
            "number": number_id(sum(stars.values())),
            "stars": [
                {"label": stars_text(star), "number": number_id(stars[star])}
                for star in sorted((one for one in stars if one), reverse=True)
            ],
        }
        for (award, year), stars in sorted(found.items(), key=lambda pair: (-pair[0][1], pair[0][0]))
    ]


def _summed(rows: Iterable[Total], key: Callable[[Total], str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[key(row)] += row.number
    return counts
