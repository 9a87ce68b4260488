"""PDF/A files made from a template and a bundled style sheet.

Imported by workers only: WeasyPrint takes a second to load and keeps its fonts in memory.
"""

import gc
import logging
import mimetypes
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from weasyprint import CSS, HTML
from weasyprint import Attachment as EmbeddedFile
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

logger = logging.getLogger(__name__)

# Control and direction marks: no font draws them, and PDF/A forbids a character without a glyph.
CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")

FOLDER = (Path(settings.BASE_DIR) / "static/pdf").resolve()

# Says "this file is PDF/UA-1 too". PDF/A asks for the description of every property that it does not know itself.
PDF_UA = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
      <pdfaProperty:name>part</pdfaProperty:name>
      <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
      <pdfaProperty:category>internal</pdfaProperty:category>
      <pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
    </rdf:li></rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>"""

if harfbuzz_subset is None:
    logger.warning("libharfbuzz-subset is missing: every PDF takes far longer (apt: libharfbuzz-subset0)")


class ForbiddenResourceError(RuntimeError):
    """A template or style sheet asked for something outside the bundled folder."""


# The text engine and its fonts, which all documents of a process share, are not made for several threads at once.
ENGINE = Lock()


class Attachment(NamedTuple):
    """Data that travels inside the PDF, for machines; the file type follows from the name."""

    name: str
    content: bytes
    description: str


class BundledFiles(URLFetcher):
    """Gives WeasyPrint `data:` addresses and the files of static/pdf; anything else ends the rendering."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.scheme == "data":
            return super().fetch(url, headers)
        path = Path(url2pathname(parts.path)).resolve()
        if parts.scheme != "file" or parts.netloc or not path.is_relative_to(FOLDER):
            self.refused.append(url)
            raise ValueError(f"Outside {FOLDER}: {url}")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def render_pdf(
    template_name: str,
    context: Mapping[str, Any],
    *,
    css: str,
    title: str,
    created: datetime | None = None,
    variant: str = "pdf/a-3a",
    attachments: Iterable[Attachment] = (),
) -> bytes:
    """A tagged PDF/A from an autoescaped template and `static/pdf/<css>`; with an "a" variant it is PDF/UA-1 as well.

    `title` and `created` (now, when left out) reach the template as `document_title` and `document_created`.
    The same input with the same `created` gives the same bytes, so a repeated job does no harm. No queries of its own.
    Raises ForbiddenResourceError if the template or the style sheet refers to anything outside static/pdf.
    """
    moment = (created or timezone.now()).astimezone(UTC)
    metadata = {"document_title": title, "document_created": moment.isoformat(timespec="seconds")}
    page = CONTROL_CHARACTERS.sub("", render_to_string(template_name, {**context, **metadata}))
    fetcher = BundledFiles()
    try:
        with ENGINE:
            document: bytes = HTML(string=page, base_url=f"{FOLDER.as_uri()}/", url_fetcher=fetcher).write_pdf(
                stylesheets=[_style_sheet(css)],
                font_config=_fonts(),
                cache={},  # an image cache kept between documents would hold every QR code for ever
                pdf_variant=variant,
                attachments=[_embedded(attachment, moment) for attachment in attachments],
                finisher=_claim_pdf_ua if variant.endswith("a") else None,
            )
    except FatalURLFetchingError as error:  # a BaseException: it would end the worker, not the job
        raise ForbiddenResourceError(str(error)) from error
    finally:
        gc.collect(1)  # boxes that refer to each other: left to itself a worker grows by 20 MB; this takes 2 ms
    if fetcher.refused:  # asked for from within an SVG image: WeasyPrint leaves the image out and goes on
        raise ForbiddenResourceError(", ".join(fetcher.refused))
    return document


def qr_data_uri(text: str) -> str:
    """A QR code (SVG, error correction M) for the `src` of an `<img>` that carries an `alt`."""
    return segno.make(text, error="m", micro=False).svg_data_uri(border=2, omitsize=True)


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _style_sheet(name: str) -> CSS:
    return CSS(filename=FOLDER / name, font_config=_fonts(), url_fetcher=BundledFiles())


def forget_fonts() -> None:
    """Remove the fonts that WeasyPrint keeps unpacked in the temporary folder, 1 MB for each process."""
    _style_sheet.cache_clear()
    _fonts.cache_clear()
    gc.collect()


def _embedded(attachment: Attachment, moment: datetime) -> EmbeddedFile:
    return EmbeddedFile(
        file_obj=BytesIO(attachment.content),
        name=attachment.name,
        description=attachment.description,
        relationship="Data",
        created=moment,
        modified=moment,
    )


def _claim_pdf_ua(document: Any, pdf: Any) -> None:
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    metadata.stream = [metadata.stream[0].replace(b"</rdf:RDF>", PDF_UA)]
    metadata.compress = False  # so that programs which know nothing of PDF find it
