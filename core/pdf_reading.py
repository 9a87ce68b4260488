"""Whether the PDF of a stranger can be read. Imported when the first one comes: the library takes 14 MB."""

from typing import IO

import pikepdf
from pikepdf.settings import set_qpdf_limits

DEEPEST_PAGE = 100
# A stream of a few kilobytes may unpack to gigabytes; what a document is described with is far smaller than this.
PDF_MEMORY = 32 * 1024 * 1024
set_qpdf_limits(
    flate_max_memory=PDF_MEMORY,
    run_length_max_memory=PDF_MEMORY,
    png_max_memory=PDF_MEMORY,
    tiff_max_memory=PDF_MEMORY,
    max_stream_filters=3,
)


class LockedError(Exception):
    """It opens with a password alone."""


def has_page(stream: IO[bytes]) -> bool:
    """Raises LockedError. False for whatever cannot be read, or would not fit into the process."""
    try:
        with pikepdf.open(stream, inherit_page_attributes=False) as pdf:
            return _has_page(pdf)
    except pikepdf.PasswordError as error:
        raise LockedError from error
    except (pikepdf.PdfError, KeyError, AttributeError, TypeError, ValueError, IndexError, MemoryError):
        return False  # what the reader says of objects that are not what they stand for


def _has_page(pdf: pikepdf.Pdf) -> bool:
    """Down the first branch only: to list pages, as to hand attributes down to each, takes gigabytes for a million."""
    node = pdf.Root["/Pages"]
    for _level in range(DEEPEST_PAGE):
        if "/Kids" not in node:
            return True
        node = node["/Kids"][0]
    return False
