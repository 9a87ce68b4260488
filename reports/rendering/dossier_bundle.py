"""The dossiers of one category in one PDF: contents, snapshots and documents, with bookmarks and page numbers."""

import logging
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils.translation import gettext as _

from core import pdf_parts
from core.files import DOCUMENTS
from core.limited import NotDoneError, Series
from core.models import StoredFile
from nominations.models import DossierItem, Nomination
from reports.models import Report
from reports.rendering.binding import Part, bind, pages_in
from reports.rendering.papers import day_of, draw
from reports.rendering.tables import Tell
from reports.selectors.dossiers import bundled_nominations, with_papers

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Bundle:
    """What is bound so far: the parts, and the pages of each."""

    folder: Path
    report: Report
    title: str
    series: Series
    parts: list[Part] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)

    def path(self) -> Path:
        return self.folder / f"{len(self.parts)}.pdf"

    def add_file(self, stored: StoredFile | None, title: str, missing: str, level: int = 1) -> None:
        """The file's pages, or a page that says why they are not there. One broken file stops no bundle."""
        reason = missing
        if stored is not None and stored.held:
            reason = _("Berkas ini ditahan karena belum selesai dipindai atau terdeteksi berbahaya.")
        elif stored is not None and stored.content_type in DOCUMENTS:
            try:
                pages = self.series.pages_made(stored, self.path())
            except NotDoneError as error:
                logger.warning("file %s was not bundled: %s", stored.pk, error)
                reason = _("Berkas ini tidak dapat dibuka atau terlalu panjang. Unduh berkasnya dari halaman usulan.")
            else:
                self._added(Part(self.path(), title, level), pages)
                return
        self.add_note(title, reason, level)

    def add_note(self, title: str, text: str, level: int = 0) -> None:
        context = {"heading": title, "text": text, "bound": True}
        draw(self.path(), "pdf/bundle_note.html", context, report=self.report, title=self.title)
        self._added(Part(self.path(), title, level), pages_in(self.path()))

    def _added(self, part: Part, pages: int) -> None:
        self.parts.append(part)
        self.pages.append(pages)


def write_dossiers(target: Path, report: Report, tell: Tell) -> int:
    """Write the bundle; returns the number of nominations. Three queries; one document in memory at a time."""
    category = report.category
    label = category.label if category else ""
    title = _("Berkas usulan %(category)s") % {"category": label}
    nominations = with_papers(bundled_nominations(report.created_by, report.period_id, report.category_id))
    with TemporaryDirectory() as folder, Series(Path(pdf_parts.__file__)) as series:
        bundle = Bundle(Path(folder), report, title, series)
        for number, nomination in enumerate(nominations, start=1):
            _add_nomination(bundle, nomination)
            tell(number, len(nominations))
        contents = _contents(bundle, Path(folder) / "contents.pdf", label)
        bind([contents, *bundle.parts], target, title=title, created=day_of(report))
    return len(nominations)


def _add_nomination(bundle: Bundle, nomination: Nomination) -> None:
    last = next(iter(reversed(nomination.snapshots.all())), None)
    name = f"{nomination.reference} {nomination.title}"
    bundle.add_file(last.pdf if last else None, name, _("Salinan usulan ini belum selesai dibuat."), level=0)
    for item in nomination.items.all():
        bundle.add_file(item.file, _title(item), _("Dokumen ini berupa tautan: %(link)s") % {"link": item.link})


def _title(item: DossierItem) -> str:
    return f"{item.requirement.code} {item.requirement.label}"


def _contents(bundle: Bundle, target: Path, category: str) -> Part:
    """Drawn twice: how many pages it takes moves all the others."""
    own = 1
    for _turn in range(2):
        context = {"category": category, "rows": _rows(bundle, own), "bound": True}
        draw(target, "pdf/bundle_contents.html", context, report=bundle.report, title=bundle.title)
        own = pages_in(target)
    return Part(target, _("Daftar isi"))


def _rows(bundle: Bundle, before: int) -> list[dict[str, Any]]:
    rows, page = [], before + 1
    for part, pages in zip(bundle.parts, bundle.pages, strict=True):
        rows.append({"title": part.title, "level": part.level, "page": page})
        page += pages
    return rows
