"""Photos: read to their end before they are kept, never larger than needed, and silent about where they were taken."""

from io import BytesIO
from typing import IO

from PIL import Image, ImageFile, ImageOps

MAX_SIDE = 2400
MAX_BYTES = 2 * 1024 * 1024
QUALITY = 85
# What a decoder may be asked to hold. A baseline JPEG is read at an eighth of its size; the others need all of it.
MAX_MEGAPIXELS, MAX_MEGAPIXELS_WHOLE = 80, 40
FORMATS = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png"}  # MPO: a JPEG with a second picture behind it
METADATA = ("exif", "xmp", "photoshop", "XML:com.adobe.xmp", "Raw profile type exif", "Raw profile type xmp")


class TooManyPixels(Exception):
    """More than may be decoded; `limit` is in megapixels."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


def image_type(stream: IO[bytes]) -> str | None:
    """`image/jpeg` or `image/png` when the whole picture can be read, else None. Raises TooManyPixels."""
    try:
        stream.seek(0)
        with Image.open(stream, formats=["JPEG", "PNG"]) as image:
            _check_pixels(image)
            kind = FORMATS[str(image.format)]
            if kind == "image/png":
                image.verify()  # every chunk to the end, by its checksum, without decoding
            else:
                image.draft("RGB", (image.width // 8, image.height // 8))
                _load_whole(image)
            return kind
    except Image.DecompressionBombError as error:
        raise TooManyPixels(MAX_MEGAPIXELS) from error
    except (OSError, SyntaxError, ValueError):  # UnidentifiedImageError is an OSError
        return None


def _load_whole(image: Image.Image) -> None:
    """Raises OSError for a picture that was cut off; the PDF engine tells Pillow to be content with half of one."""
    tolerant, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        image.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = tolerant


def _check_pixels(image: Image.Image) -> None:
    read_in_parts = image.format != "PNG" and not image.info.get("progressive")
    limit = MAX_MEGAPIXELS if read_in_parts else MAX_MEGAPIXELS_WHOLE
    if image.width * image.height > limit * 1_000_000:
        raise TooManyPixels(limit)


def made_smaller(stream: IO[bytes], size: int) -> bytes | None:
    """The picture as a JPEG of bearable size, upright and without metadata; None when it may stay as it is."""
    stream.seek(0)
    with Image.open(stream, formats=["JPEG", "PNG"]) as image:
        speaks = any(image.info.get(name) for name in METADATA)
        if max(image.size) <= MAX_SIDE and size <= MAX_BYTES and not speaks:
            return None
        image.draft("RGB", (MAX_SIDE, MAX_SIDE))
        image.thumbnail((MAX_SIDE, MAX_SIDE))
        upright = ImageOps.exif_transpose(image)
        out = BytesIO()
        profile = upright.info.get("icc_profile") if upright.mode == "RGB" else None
        _on_white(upright).save(out, "JPEG", quality=QUALITY, optimize=True, icc_profile=profile, exif=b"", xmp=b"")
        return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    """JPEG knows no transparency; what was see-through becomes paper."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    paper = Image.new("RGB", clear.size, "white")
    paper.paste(clear, mask=clear.getchannel("A"))
    return paper
