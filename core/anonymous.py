"""Says an uploaded file again without what tells whose it is: `python -I anonymous.py FILE TYPE` prints it.

As `core.preview_render`, it runs in a process of its own with limits, without secrets, and imports nothing of the
portal. What is drawn on a page stays as it is. What stands beside the pages stays behind: title, author, program and
dates, bookmarks, attached files, links, comments and signatures with their names, and EXIF, XMP, IPTC and comments of
pictures, also of JPEGs that a PDF shows.
"""

import resource
import sys
from contextlib import suppress
from io import BytesIO

MAX_PAGES = 500
MEMORY = 1024 * 1024 * 1024
STREAM_MEMORY = 64 * 1024 * 1024
CPU_SECONDS = 60
QUALITY = 92
PAGE_KEYS = {"/Type", "/Parent", "/Resources", "/Contents", "/Group", "/Rotate", "/UserUnit"}
PAGE_KEYS |= {"/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"}
TELLING_KEYS = ("/Metadata", "/PieceInfo", "/LastModified", "/OPI")
# Parts of a JPEG: comments and application data, but JFIF's, the colour profile (2) and Adobe's word on colours (14).
TELLING_PARTS = {0xFE, *range(0xE1, 0xF0)} - {0xE2, 0xEE}
START_OF_PIXELS = 0xDA


class TooLongError(Exception):
    """More pages than a document has."""


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # macOS knows no limit of this kind
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def from_pdf(source: str) -> bytes:
    """The pages in a new document, so that nothing of the old one comes along unasked."""
    import pikepdf  # noqa: PLC0415 - after the limits
    from pikepdf.settings import set_qpdf_limits  # noqa: PLC0415

    set_qpdf_limits(flate_max_memory=STREAM_MEMORY, run_length_max_memory=STREAM_MEMORY, max_stream_filters=3)
    stream, jpeg = BytesIO(), (pikepdf.Name.DCTDecode, pikepdf.Array([pikepdf.Name.DCTDecode]))
    with pikepdf.open(source) as pdf, pikepdf.new() as made:
        if len(pdf.pages) > MAX_PAGES:
            raise TooLongError(f"{len(pdf.pages)} pages")
        pdf.flatten_annotations("all")  # what a form or a stamp looks like is part of the page
        for page in pdf.pages:
            for key in set(page.obj.keys()) - PAGE_KEYS:
                del page.obj[key]
        made.pages.extend(pdf.pages)
        for one in made.objects:
            if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                continue
            for key in TELLING_KEYS:
                if key in one:
                    del one[key]
            if isinstance(one, pikepdf.Stream) and one.get("/Filter") in jpeg:
                bare = without_words(one.read_raw_bytes())
                one.write(bare, filter=pikepdf.Name.DCTDecode, decode_parms=one.get("/DecodeParms"))
        made.save(stream, deterministic_id=True)
    return stream.getvalue()


def without_words(jpeg: bytes) -> bytes:
    """The same picture to the pixel, without the parts of the file that say something about it."""
    kept, at = [jpeg[:2]], 2
    while jpeg[at : at + 1] == b"\xff" and at + 4 <= len(jpeg) and jpeg[at + 1] != START_OF_PIXELS:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at + 1] not in TELLING_PARTS:
            kept.append(jpeg[at:end])
        at = end
    return b"".join([*kept, jpeg[at:]])


def from_image(source: str) -> bytes:
    """Upright, because what says how to turn it goes, and encoded anew."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - after the limits

    stream = BytesIO()
    with Image.open(source, formats=["JPEG", "PNG"]) as image:
        kind = "PNG" if image.format == "PNG" else "JPEG"
        upright = ImageOps.exif_transpose(image).copy()
    profile = upright.info.get("icc_profile")
    upright.info = {name: value for name, value in upright.info.items() if name == "transparency"}
    quality = {"quality": QUALITY} if kind == "JPEG" else {}
    upright.save(stream, kind, icc_profile=profile, **quality)
    return stream.getvalue()


if __name__ == "__main__":
    limit_resources()
    source, content_type = sys.argv[1:]
    say = from_pdf if content_type == "application/pdf" else from_image
    sys.stdout.buffer.write(say(source))
