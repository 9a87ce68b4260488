"""Photos: encoded anew, so that neither EXIF nor anything else hidden in an upload is kept or shown."""

import logging
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.files import FileRefused, read_bytes, read_upload, store_bytes
from core.models import StoredFile

logger = logging.getLogger(__name__)
LARGE_SIDE, LARGE_QUALITY = 2560, 88
SMALL_SIDE, SMALL_BYTES = 960, 60_000
SMALL_QUALITIES = (80, 70, 60, 50)
TINY_SIDE, TINY_QUALITY = 160, 45
DECODED_PIXELS = 40_000_000  # what one picture may take of the memory of a web process


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """`small` fits into a page; its size in pixels keeps the page from jumping."""

    large: StoredFile
    small: StoredFile
    small_size: tuple[int, int]


def store_picture(upload: UploadedFile, *, actor: Any) -> StoredPicture:
    """Keep a JPEG or PNG as two JPEGs: at most 2560 pixels wide or high, and at most 60 KB. Two queries.

    Raises FileRefused; then nothing is left on disk.
    """
    data, _content_type = read_upload(upload)
    picture = clean_picture(data)
    small, size = small_jpeg(picture)
    name = f"{Path(str(upload.name)).stem}.jpg"
    stored = [
        store_bytes(jpeg, name=name, content_type="image/jpeg", actor=actor)
        for jpeg in (_jpeg(picture, LARGE_QUALITY), small)
    ]
    return StoredPicture(stored[0], stored[1], size)


def clean_picture(data: bytes) -> Image.Image:
    """The upright pixels on white and nothing else. Raises FileRefused for what cannot be decoded."""
    try:
        with Image.open(BytesIO(data), formats=["JPEG", "PNG"]) as image:
            image.draft("RGB", (LARGE_SIDE, LARGE_SIDE))
            if image.width * image.height > DECODED_PIXELS:
                raise FileRefused(_("Gambar terlalu besar. Simpan sebagai JPEG atau perkecil, lalu unggah lagi."))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (OSError, SyntaxError, ValueError) as error:
        raise FileRefused(_("Gambar ini rusak dan tidak dapat dibuka. Simpan ulang, lalu unggah lagi.")) from error
    upright.thumbnail((LARGE_SIDE, LARGE_SIDE))
    clean = Image.new("RGB", upright.size, "white")
    clean.paste(upright, mask=upright)
    return clean


def small_jpeg(picture: Image.Image) -> tuple[bytes, tuple[int, int]]:
    """A JPEG of at most `SMALL_BYTES` with its size in pixels: first less quality, then fewer pixels."""
    for side in _sides():
        small = picture.copy()
        small.thumbnail((side, side))
        for quality in SMALL_QUALITIES:
            jpeg = _jpeg(small, quality)
            if len(jpeg) <= SMALL_BYTES:
                return jpeg, small.size
    raise AssertionError("a picture of one pixel is small")


def tiny_picture(stored: StoredFile) -> str:
    """A small picture made smaller still, some 4 KB, as an address that needs no request of its own; empty for a file
    that is held back or lost.
    """
    if stored.held:
        return ""
    try:
        with Image.open(BytesIO(read_bytes(stored)), formats=["JPEG"]) as image:
            image.draft("RGB", (TINY_SIDE, TINY_SIDE))
            image.thumbnail((TINY_SIDE, TINY_SIDE))
            return f"data:image/jpeg;base64,{b64encode(_jpeg(image, TINY_QUALITY)).decode()}"
    except OSError:
        logger.warning("picture %s cannot be read", stored.pk)
        return ""


def _sides() -> Iterator[int]:
    side = SMALL_SIDE
    while side:
        yield side
        side = side * 3 // 4


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=quality, optimize=True, progressive=True)
    return stream.getvalue()
