"""Makes one uploaded file harmless pages of a larger PDF: `python -I pdf_parts.py FILE TYPE TARGET`.

As `core.preview_render`, it runs in a process of its own with limits, without secrets, and imports nothing of the
portal. Every page becomes an A4 page with the old one drawn on it: scripts, links, forms and attached files stay
behind, and what a form or a stamp looks like is kept. It prints the number of pages.
"""

import resource
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path

MAX_PAGES = 200
MEMORY = 1024 * 1024 * 1024
STREAM_MEMORY = 64 * 1024 * 1024
CPU_SECONDS = 60
WIDTH, HEIGHT, MARGIN, FOOT = 595, 842, 28, 51  # points: A4, and room for the number of the page
DPI, QUALITY = 150, 80


class TooLongError(Exception):
    """More pages than a bundle takes of one document."""


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # macOS knows no limit of this kind
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def from_pdf(source: str, target: Path) -> int:
    import pikepdf  # noqa: PLC0415 - after the limits
    from pikepdf.settings import set_qpdf_limits  # noqa: PLC0415

    set_qpdf_limits(flate_max_memory=STREAM_MEMORY, run_length_max_memory=STREAM_MEMORY, max_stream_filters=3)
    with pikepdf.open(source) as pdf, pikepdf.new() as made:
        if len(pdf.pages) > MAX_PAGES:
            raise TooLongError(f"{len(pdf.pages)} pages")
        pdf.flatten_annotations("all")
        inside = pikepdf.Rectangle(MARGIN, FOOT, WIDTH - MARGIN, HEIGHT - MARGIN)
        for page in pdf.pages:
            made.add_blank_page(page_size=(WIDTH, HEIGHT))
            form = made.copy_foreign(page.as_form_xobject())
            name = made.pages[-1].add_resource(form, pikepdf.Name.XObject, name=pikepdf.Name.Old)
            made.pages[-1].contents_add(made.pages[-1].calc_form_xobject_placement(form, name, inside))
        made.save(target, deterministic_id=True)
        return len(made.pages)


def from_image(source: str, target: Path) -> int:
    import pikepdf  # noqa: PLC0415 - after the limits
    from PIL import Image, ImageOps  # noqa: PLC0415

    most = (int((WIDTH - 2 * MARGIN) / 72 * DPI), int((HEIGHT - FOOT - MARGIN) / 72 * DPI))
    with Image.open(source, formats=["JPEG", "PNG"]) as image:
        image.draft("RGB", most)
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail(most)
        stream = BytesIO()
        upright.convert("RGB").save(stream, "JPEG", quality=QUALITY)
        wide, high = upright.size
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - FOOT - MARGIN) / high, 72 / DPI * 2)
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(WIDTH, HEIGHT))
        picture = pikepdf.Stream(made, stream.getvalue(), Width=wide, Height=high, BitsPerComponent=8)
        picture.stream_dict.update(
            {
                "/Type": pikepdf.Name.XObject,
                "/Subtype": pikepdf.Name.Image,
                "/ColorSpace": pikepdf.Name.DeviceRGB,
                "/Filter": pikepdf.Name.DCTDecode,
            }
        )
        name = made.pages[0].add_resource(picture, pikepdf.Name.XObject, name=pikepdf.Name.Picture)
        left, top = (WIDTH - wide * scale) / 2, HEIGHT - MARGIN - high * scale
        made.pages[0].contents_add(
            f"q {wide * scale:.2f} 0 0 {high * scale:.2f} {left:.2f} {top:.2f} cm {name} Do Q".encode()
        )
        made.save(target, deterministic_id=True)
    return 1


if __name__ == "__main__":
    limit_resources()
    source, content_type, target = sys.argv[1:]
    make = from_pdf if content_type == "application/pdf" else from_image
    sys.stdout.write(str(make(source, Path(target))))
