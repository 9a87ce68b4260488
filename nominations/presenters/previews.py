"""The preview of a document as a page shows it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.models import Preview, PreviewState, ScanState, StoredFile
from core.preview_render import MAX_PAGES
from nominations.models import DossierItem


def preview_context(
    item: DossierItem,
    query: Mapping[str, str],
    *,
    page_url: str,
    download_url: str,
    image_url_of: Callable[[int], str],
) -> dict[str, Any]:
    """The page that `query` asks for, or why there is none. No query when file and preview were joined."""
    stored: StoredFile = item.file
    preview: Preview | None = getattr(stored, "preview", None)
    panel = "panel" in query
    context = {
        "layout": "components/panel.html" if panel else "base.html",
        "code": item.requirement.code,
        "title": item.requirement.label,
        "stored": stored,
        "download_url": "" if stored.held else download_url,
        "problem": _problem(stored, preview),
        "being_made": preview is not None and preview.state == PreviewState.WANTED and not stored.held,
        "reload_url": f"{page_url}?panel=1" if panel else page_url,
    }
    if preview is None or context["problem"]:
        return context
    drawn = min(preview.page_count, MAX_PAGES)
    number = min(max(_whole(query.get("halaman", "")), 1), drawn)
    at = f"{page_url}?{'panel=1&' if panel else ''}halaman="
    return context | {
        "image_url": image_url_of(number),
        "number": number,
        "drawn": drawn,
        "page_count": preview.page_count,
        "previous_url": f"{at}{number - 1}" if number > 1 else "",
        "next_url": f"{at}{number + 1}" if number < drawn else "",
    }


def _problem(stored: StoredFile, preview: Preview | None) -> str:
    if stored.scan_state == ScanState.INFECTED:
        return _("Berkas ini ditahan karena terdeteksi berbahaya. Unggah berkas pengganti.")
    if stored.scan_state == ScanState.WAITING:
        return _("Menunggu pemindaian virus. Berkas dapat dilihat setelah dinyatakan bersih.")
    if preview is not None and preview.state == PreviewState.READY:
        return ""
    if preview is not None and preview.state == PreviewState.WANTED:
        return _("Pratinjau sedang dibuat. Muat ulang halaman ini beberapa saat lagi.")
    return _("Pratinjau berkas ini tidak dapat dibuat. Unduh berkas untuk melihatnya.")


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
