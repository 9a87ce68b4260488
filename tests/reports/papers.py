"""Reports as files, made and read for tests."""

from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
from django.utils import timezone

from accounts.enums import Role
from core.files import read_bytes
from nominations.enums import Status
from nominations.models import Period
from reports.enums import ReportKind
from reports.models import Report
from reports.services import reports, writing
from tests import factories
from tests.certificates import scenes as certificates
from tests.factories import make_user
from tests.scoring import scenes
from tests.scoring.scenes import finished

URL = "/laporan/"


def written(kind: ReportKind, period: Period, actor: Any, **fields: Any) -> Report:
    report = reports.request_report(kind=kind, period=period, actor=actor, **fields)
    assert writing.write_report(report.pk)
    report.refresh_from_db()
    return report


def words_of(report: Report) -> str:
    return text_of(read_bytes(report.file))


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def bookmarks(report: Report) -> list[str]:
    with pikepdf.open(BytesIO(read_bytes(report.file))) as pdf, pdf.open_outline() as outline:
        return [one.title for one in outline.root]


def released(period: Period) -> Period:
    Period.objects.filter(pk=period.pk).update(results_released_at=timezone.now())
    return Period.objects.get(pk=period.pk)


def granted_and_ended() -> tuple[Any, Any]:
    """One nomination of the home region in a released decree, and one of another region that failed its documents."""
    best, chair = finished(), make_user(Role.PANEL_CHAIR)
    scenes.recommend(best, chair)
    scenes.sealed(best, chair, make_user(Role.MINISTRY_ADMIN))
    certificates.released([best])
    other = factories.make_ovop_nomination(Status.INELIGIBLE, region=factories.OTHER)
    best.refresh_from_db()
    return best, other


def row_of(book: Any, name: str) -> Any:
    return next(value for label, value in book["Keterangan"].iter_rows(values_only=True) if label == name)
