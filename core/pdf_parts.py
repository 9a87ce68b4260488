"""Makes uploaded files harmless pages of a larger PDF: `python -I pdf_parts.py FILE TYPE TARGET`.

As `core.preview_render`, it runs in a process of its own with limits, without secrets, and imports nothing of the
portal. Every page becomes an A4 page with the old one drawn on it: scripts, links, forms and attached files stay
behind, and what a form or a stamp looks like is kept. It prints the number of pages.

With `--each` it loads its libraries once, reads FILE, TYPE and TARGET of one file after the other as lines of JSON, and
answers each with a line. Every file is still opened in a process of its own with its own limits: a fork.
"""

import json
import os
import resource
import signal
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path

MAX_PAGES = 200
MEMORY = 1024 * 1024 * 1024
STREAM_MEMORY = 64 * 1024 * 1024
CPU_SECONDS = 60
SECONDS = 90
LAST_WORDS = 300
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


def make(source: str, content_type: str, target: str) -> int:
    limit_resources()
    return (from_pdf if content_type == "application/pdf" else from_image)(source, Path(target))


def make_each() -> None:
    """One file after the other, each in a fork that limits itself and has neither the questions nor the answers."""
    import pikepdf  # noqa: F401, PLC0415 - loaded once, for all forks
    from PIL import Image  # noqa: PLC0415

    Image.init()
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            _answer_and_end(json.loads(line), reading, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as answer:
            said = answer.read(LAST_WORDS)
        _pid, status = os.waitpid(child, 0)
        sys.stdout.write(json.dumps([os.waitstatus_to_exitcode(status), said.decode(errors="replace")]) + "\n")
        sys.stdout.flush()


def _answer_and_end(words: list[str], reading: int, writing: int) -> None:
    signal.alarm(SECONDS)
    for descriptor in (0, 1, reading):
        os.close(descriptor)
    code, said = 0, ""
    try:
        said = str(make(*words))
    except BaseException as error:  # whatever it was, this process ends with it
        code, said = 1, f"{type(error).__name__}: {error}"
    os.write(writing, said.encode()[:LAST_WORDS])
    os._exit(code)


if __name__ == "__main__":
    if sys.argv[1:] == ["--each"]:
        make_each()
    else:
        sys.stdout.write(str(make(*sys.argv[1:])))
