"""Small helpers of every view."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from core.errors import NotPermitted
from core.models import ScanState, StoredFile
from core.verdict import Verdict


def require(verdict: Verdict) -> None:
    """Go on when allowed; else the person reads the reason on a 403 page."""
    if not verdict:
        raise NotPermitted(verdict.reason)


def private_file(stored: StoredFile, name: str = "") -> HttpResponseBase:
    """Send a private file as an attachment that cannot run anything. The caller has asked the owner's policy.

    Raises NotPermitted for a file that waits for its scan or was found dangerous.
    """
    if stored.scan_state == ScanState.INFECTED:
        raise NotPermitted(_("Berkas ini ditahan karena terdeteksi berbahaya. Unggah berkas pengganti."))
    if stored.scan_state == ScanState.WAITING:
        raise NotPermitted(_("Berkas ini menunggu pemindaian virus. Coba lagi beberapa menit lagi."))
    return _send(stored, name or stored.original_name, as_attachment=True)


def private_page_image(stored: StoredFile, page: StoredFile) -> HttpResponseBase:
    """Show one page image that we drew of a file; held back together with the file."""
    if stored.held:
        raise NotPermitted(_("Berkas ini ditahan sehingga tidak dapat ditampilkan."))
    return _send(page, page.original_name, as_attachment=False)


def _send(stored: StoredFile, name: str, *, as_attachment: bool) -> HttpResponseBase:
    response: HttpResponseBase
    if settings.PRIVATE_FILES_ACCEL:
        response = HttpResponse(headers={"X-Accel-Redirect": f"{settings.PRIVATE_FILES_ACCEL}{stored.path}"})
    else:
        response = FileResponse((Path(settings.MEDIA_ROOT) / stored.path).open("rb"))
    response["Content-Disposition"] = content_disposition_header(as_attachment, name)
    response["Content-Type"] = stored.content_type
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
