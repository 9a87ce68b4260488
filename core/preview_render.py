"""Draws the pages of one file, in a process of its own: `python -I preview_render.py FILE TYPE FOLDER`.

What people upload may be made to exhaust or to crash whoever opens it, so this process has limits, no secrets in its
environment, and imports nothing of the portal. It prints the number of pages and leaves `1.webp`, `2.webp` … behind.
"""

import resource
import sys
from contextlib import suppress
from pathlib import Path

MAX_PAGES = 10
MAX_WIDTH, MAX_HEIGHT = 1000, 3000
MEMORY = 1536 * 1024 * 1024
CPU_SECONDS = 60
QUALITY = 72


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # macOS knows no limit of this kind
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def draw_pdf(path: str, folder: Path) -> int:
    import pypdfium2  # noqa: PLC0415 - after the limits

    with pypdfium2.PdfDocument(path) as document:
        count = len(document)
        for number in range(min(count, MAX_PAGES)):
            page = document[number]
            width, height = page.get_size()
            bitmap = page.render(scale=min(MAX_WIDTH / width, MAX_HEIGHT / height))
            bitmap.to_pil().convert("RGB").save(folder / f"{number + 1}.webp", quality=QUALITY)
            bitmap.close()
            page.close()
    return count


def draw_image(path: str, folder: Path) -> int:
    from PIL import Image, ImageOps  # noqa: PLC0415 - after the limits

    with Image.open(path, formats=["JPEG", "PNG"]) as image:
        image.draft("RGB", (MAX_WIDTH, MAX_HEIGHT))
        image.thumbnail((MAX_HEIGHT, MAX_HEIGHT))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((MAX_WIDTH, MAX_HEIGHT))
        upright.convert("RGB").save(folder / "1.webp", quality=QUALITY)
    return 1


if __name__ == "__main__":
    limit_resources()
    source, content_type, target = sys.argv[1:]
    draw = draw_pdf if content_type == "application/pdf" else draw_image
    sys.stdout.write(str(draw(source, Path(target))))
