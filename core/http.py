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
    """Send a private file as an attachment that cannot run anything. The caller has asked the owner's policy."""
    if stored.scan_state == ScanState.INFECTED:
        raise NotPermitted(_("Berkas ini ditahan karena terdeteksi berbahaya. Unggah berkas pengganti."))
    response: HttpResponseBase
    if settings.PRIVATE_FILES_ACCEL:
        response = HttpResponse(headers={"X-Accel-Redirect": f"{settings.PRIVATE_FILES_ACCEL}{stored.path}"})
        response["Content-Disposition"] = content_disposition_header(True, name or stored.original_name)
    else:
        stream = (Path(settings.MEDIA_ROOT) / stored.path).open("rb")
        response = FileResponse(stream, as_attachment=True, filename=name or stored.original_name)
    response["Content-Type"] = stored.content_type
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def attachment(data: bytes, *, name: str, content_type: str) -> HttpResponse:
    """Bytes made for this answer, as a download that no cache keeps."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response
