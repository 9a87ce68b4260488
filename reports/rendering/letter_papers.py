"""Letters to the regions: how far each nomination came, what was strong, and what to mend."""

import tempfile
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.formats import number_id
from nominations.enums import BASIS, GRANTED, AdminRule, Status
from nominations.models import Nomination
from reference.models import Region
from reports.models import Report
from reports.rendering.binding import Part, bind
from reports.rendering.papers import day_of, draw
from reports.rendering.tables import Tell
from reports.selectors.letters import (
    ENDED_BY,
    StageWord,
    reason_of,
    regions_of,
    sent_nominations,
    stage_words,
    with_outcomes,
)

STRONG, FAIR = 80, 60
MOST_TO_MEND = 3


def write_letters(target: Path, report: Report, tell: Tell) -> int:
    """A letter for each region that the person sees, in one file; returns how many. One query and six a region.

    A single letter is a tagged PDF/A of its own. Bound together they have bookmarks and page numbers instead.
    """
    seen = sent_nominations(report.created_by, report.period_id)
    regions = regions_of(seen)
    title = _title(report)
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for number, region in enumerate(regions, start=1):
            made = target if len(regions) == 1 else Path(folder) / f"{number}.pdf"
            _draw_letter(made, region, seen, report, bound=len(regions) > 1)
            parts.append(Part(made, f"{region.label}, {region.parent.label}"))
            tell(number, len(regions))
        if len(parts) != 1:
            bind(_or_empty(parts, Path(folder), report, title), target, title=title, created=day_of(report))
    return len(regions)


def write_letter_files(target: Path, report: Report, tell: Tell) -> int:
    """A ZIP with a tagged PDF/A for each region; returns how many. One query and six a region."""
    seen = sent_nominations(report.created_by, report.period_id)
    regions = regions_of(seen)
    with ZipFile(target, "w") as archive, tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "letter.pdf"
        for number, region in enumerate(regions, start=1):
            _draw_letter(made, region, seen, report)
            name = f"{slugify(region.parent.name)}/{region.pk}-{slugify(region.label)}.pdf"
            entry = ZipInfo(name, day_of(report).timetuple()[:6])  # a PDF does not become smaller in a ZIP
            archive.writestr(entry, made.read_bytes())
            tell(number, len(regions))
    return len(regions)


def _title(report: Report) -> str:
    return _("Surat umpan balik %(period)s") % {"period": report.period.name}


def _draw_letter(
    target: Path, region: Region, seen: QuerySet[Nomination], report: Report, *, bound: bool = False
) -> None:
    items = [_item(nomination) for nomination in with_outcomes(seen.filter(region=region))]
    context = {"region": region.label, "province": region.parent.label, "items": items, "bound": bound}
    draw(target, "pdf/letter.html", context, report=report, title=_title(report))


def _or_empty(parts: list[Part], folder: Path, report: Report, title: str) -> list[Part]:
    if parts:
        return parts
    draw(folder / "0.pdf", "pdf/letter.html", {"region": "", "items": []}, report=report, title=title)
    return [Part(folder / "0.pdf", title)]


def _item(nomination: Nomination) -> dict[str, Any]:
    """What may be told: nothing of the assessment as long as this nomination is not decided."""
    status = Status(nomination.status)
    told = status in ENDED_BY or status in GRANTED
    words = stage_words(nomination) if told else []
    return {
        "title": nomination.title,
        "reference": nomination.reference,
        "category": nomination.category.label,
        "outcome": _outcome(nomination, status),
        "reason": reason_of(nomination) if told else "",
        "admin": _admin_reasons(nomination) if status == Status.INELIGIBLE else [],
        "stages": [_stage(word) for word in words],
        "mend": _to_mend(words),
    }


def _outcome(nomination: Nomination, status: Status) -> str:
    if status in GRANTED:
        stars = nomination.decision.stars
        return _("Ditetapkan sebagai penerima, bintang %(stars)d") % {"stars": stars} if stars else _("Ditetapkan")
    return {
        Status.INELIGIBLE: _("Tidak memenuhi syarat administrasi"),
        Status.ELIMINATED: _("Belum terpilih: berhenti pada tahap penilaian"),
        Status.NOT_RECOMMENDED: _("Belum terpilih: dibahas dalam sidang pleno"),
    }.get(status, _("Masih diproses. Hasilnya disampaikan kemudian."))


def _admin_reasons(nomination: Nomination) -> list[dict[str, Any]]:
    last = list(nomination.snapshots.all())[-1:]
    return [
        {"rule": AdminRule(row.rule).label, "reason": row.reason, "basis": BASIS.get(AdminRule(row.rule), "")}
        for snapshot in last
        for row in snapshot.ineligibility_reasons.all()
    ]


def _stage(word: StageWord) -> dict[str, Any]:
    score = word.result.score
    return {
        "label": word.result.stage.label,
        "score": number_id(score, 2) if score is not None else "–",
        "aspects": [{"label": one.label, "share": one.share, "grade": _grade(one.share)} for one in word.aspects],
    }


def _grade(share: int) -> str:
    if share >= STRONG:
        return _("Kuat")
    return _("Cukup") if share >= FAIR else _("Perlu diperbaiki")


def _to_mend(words: list[StageWord]) -> list[dict[str, Any]]:
    weak = sorted((one for word in words for one in word.indicators if one.share < STRONG), key=lambda one: one.share)
    return [{"label": one.label, "share": one.share} for one in weak[:MOST_TO_MEND]]
