"""Real PDF and JPEG files for the demo, drawn here and marked as invented. The same words give the same bytes."""

from io import BytesIO

import pikepdf
from PIL import Image, ImageDraw

MARK = "CONTOH - BUKAN DOKUMEN SEBENARNYA"


def pdf_document(title: str, *lines: str) -> bytes:
    """One A4 page with a title and lines of plain text."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.Contents = pdf.make_stream(_text_operators(title, lines))
    pdf.docinfo["/Title"] = title
    stream = BytesIO()
    pdf.save(stream, deterministic_id=True)
    return stream.getvalue()


def _text_operators(title: str, lines: tuple[str, ...]) -> bytes:
    out = [b"0.7 0.1 0.1 rg BT /F1 13 Tf 60 790 Td (", _literal(MARK), b") Tj ET", b"0.1 0.1 0.15 rg"]
    out += [b"BT /F1 18 Tf 60 740 Td (", _literal(title), b") Tj ET"]
    for number, line in enumerate(lines):
        out += [f"BT /F1 11 Tf 60 {700 - 20 * number} Td (".encode(), _literal(line), b") Tj ET"]
    return b" ".join(out).replace(b"( ", b"(").replace(b" )", b")")


def _literal(text: str) -> bytes:
    latin = text.encode("latin-1", "replace")
    return latin.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def photo(seed: int) -> bytes:
    """A woven pattern of 800 × 600 pixels as JPEG, another one for every seed."""
    base = (96 + seed * 37 % 120, 60 + seed * 53 % 100, 40 + seed * 71 % 90)
    image = Image.new("RGB", (800, 600), base)
    draw = ImageDraw.Draw(image)
    light = tuple(min(255, part + 70) for part in base)
    step = 40 + seed % 3 * 10
    for x in range(0, 800, step):
        for y in range(0, 600, step):
            if (x // step + y // step + seed) % 2:
                draw.polygon(
                    [(x, y + step / 2), (x + step / 2, y), (x + step, y + step / 2), (x + step / 2, y + step)], light
                )
    draw.rectangle([0, 560, 800, 600], "white")
    draw.text((12, 570), MARK, "black", font_size=20)
    stream = BytesIO()
    image.save(stream, "JPEG", quality=80)
    return stream.getvalue()
