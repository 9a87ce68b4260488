"""Small helpers of every view."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.forms import BaseForm
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core import anonymous
from core.errors import DomainError, NotPermitted
from core.limited import SECONDS, NotDoneError, run_limited
from core.models import ScanState, StoredFile
from core.verdict import Verdict

PICTURE_SECONDS = 3600
SANDBOX = "sandbox; default-src 'none'"


def require(verdict: Verdict) -> None:
    """Go on when allowed; else the person reads the reason on a 403 page."""
    if not verdict:
        raise NotPermitted(verdict.reason)


def refusal(status: int, message: str) -> JsonResponse:
    """What a script shows to the person as it stands."""
    return JsonResponse({"message": message}, status=status)


def form_refusal(form: BaseForm) -> JsonResponse:
    """The same for a form that is not valid: everything it complains of."""
    return refusal(422, " ".join(text for texts in form.errors.values() for text in texts))


def json_endpoint(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view that a script of ours calls: every refusal is JSON with its status, never a page or a redirect.

    The middleware that asks for a sign-in and the CSRF failure look for the same mark.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return refusal(error.status, error.message)
        except Http404:
            return refusal(404, _("Halaman ini tidak ada lagi, atau tidak lagi menjadi tugas Anda."))

    wrapper.json_endpoint = True
    return wrapper


def page_before(request: HttpRequest) -> str:
    """Path of the portal's own page that was left; many addresses that take a POST show no page themselves."""
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()}):
        return ""
    parts = urlsplit(before)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def private_file(stored: StoredFile, name: str = "") -> HttpResponseBase:
    """Send a private file as an attachment that cannot run anything. The caller has asked the owner's policy.

    Raises NotPermitted for a file that waits for its scan or was found dangerous.
    """
    _refuse_held(stored)
    return _send(stored, name or stored.original_name, as_attachment=True)


def anonymous_file(stored: StoredFile, name: str) -> HttpResponseBase:
    """As `private_file`, without what in the file tells whose it is beside its pages (`core.anonymous`).

    Made at each request, in up to a second. Raises NotPermitted as well for a file that cannot be taken apart.
    """
    _refuse_held(stored)
    source = Path(settings.MEDIA_ROOT) / stored.path
    try:
        words = (str(source), stored.content_type)
        data = run_limited(Path(anonymous.__file__), *words, seconds=SECONDS)
    except NotDoneError as error:
        raise NotPermitted(
            _("Jejak pemilik tidak dapat dihapus dari berkas ini, jadi tidak dapat diunduh. Baca pratinjaunya.")
        ) from error
    response = attachment(data, name=name, content_type=stored.content_type)
    response["Content-Security-Policy"] = SANDBOX
    return response


def _refuse_held(stored: StoredFile) -> None:
    if stored.scan_state == ScanState.INFECTED:
        raise NotPermitted(_("Berkas ini ditahan karena terdeteksi berbahaya. Unggah berkas pengganti."))
    if stored.scan_state == ScanState.WAITING:
        raise NotPermitted(_("Berkas ini menunggu pemindaian virus. Coba lagi beberapa menit lagi."))


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
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    return response


def inline_picture(stored: StoredFile) -> HttpResponseBase:
    """Send a picture that we encoded ourselves so that a page can show it. It never changes, so it is kept a while."""
    response = private_file(stored)
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = f"private, max-age={PICTURE_SECONDS}"
    return response


def attachment(data: bytes, *, name: str, content_type: str) -> HttpResponse:
    """Bytes made for this answer, as a download that no cache keeps."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response
