"""A file without what tells whose it is, looked at byte by byte."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core import anonymous
from core.limited import NotDoneError, run_limited
from tests.files import locked_pdf_bytes, long_pdf_bytes

OWNER = "Siti Aminah"


def jpeg_of(owner: str, *, turned: bool = False) -> bytes:
    exif, stream = Image.Exif(), BytesIO()
    exif[0x013B] = owner
    if turned:
        exif[0x0112] = 6
    Image.new("RGB", (60, 40), "red").save(stream, "JPEG", exif=exif, comment=f"Foto {owner}", xmp=owner.encode())
    return stream.getvalue()


def png_of(owner: str) -> bytes:
    said, stream = PngInfo(), BytesIO()
    said.add_text("Author", owner)
    said.add_itxt("XML:com.adobe.xmp", f"<x>{owner}</x>")
    Image.new("P", (60, 40)).save(stream, "PNG", pnginfo=said, transparency=0)
    return stream.getvalue()


def pdf_of(owner: str, filters: pikepdf.Object = pikepdf.Name.DCTDecode) -> bytes:
    """Everything beside its pages names the owner: properties, bookmarks, attachments, a comment, a photo's EXIF."""
    pdf, stream = pikepdf.new(), BytesIO()
    pdf.add_blank_page(page_size=(300, 200))
    page = pdf.pages[0]
    facts = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Width": 60, "Height": 40}
    facts |= {"BitsPerComponent": 8, "ColorSpace": pikepdf.Name.DeviceRGB, "Filter": filters}
    photo = pdf.make_indirect(pikepdf.Stream(pdf, jpeg_of(owner), **facts))
    photo.Metadata = pdf.make_stream(owner.encode())
    name = page.add_resource(photo, pikepdf.Name.XObject)
    page.contents_add(f"q 60 0 0 40 50 50 cm {name} Do Q".encode())
    page.PieceInfo = pikepdf.Dictionary(Program=pikepdf.Dictionary(Private=pikepdf.String(owner)))
    comment = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9])
    comment.T = comment.Contents = pikepdf.String(owner)
    page.Annots = pikepdf.Array([comment])
    pdf.docinfo["/Author"] = pdf.docinfo["/Title"] = owner
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = [owner]
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(owner, 0))
    pdf.attachments[f"{owner}.txt"] = owner.encode()
    pdf.save(stream)
    return stream.getvalue()


def bytes_in(document: bytes) -> bytes:
    """All of a document; a PDF with its streams and objects unpacked, so that nothing hides in them."""
    if not document.startswith(b"%PDF"):
        return document
    stream = BytesIO()
    with pikepdf.open(BytesIO(document)) as pdf:
        pdf.save(
            stream,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
        )
    return stream.getvalue()


def said_again(data: bytes, content_type: str, folder: Path) -> bytes:
    source = folder / "berkas"
    source.write_bytes(data)
    return run_limited(Path(anonymous.__file__), str(source), content_type, seconds=60)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (pdf_of(OWNER), "application/pdf"),
        (pdf_of(OWNER, pikepdf.Array([pikepdf.Name.DCTDecode])), "application/pdf"),
        (jpeg_of(OWNER), "image/jpeg"),
        (png_of(OWNER), "image/png"),
    ],
    ids=["pdf", "pdf, filters as a list", "jpeg", "png"],
)
def test_nothing_of_the_owner_is_left(data, content_type, tmp_path):
    assert OWNER.encode() in bytes_in(data), "or the test below could not fail"
    left = bytes_in(said_again(data, content_type, tmp_path))
    assert OWNER.encode() not in left
    assert OWNER.encode("utf-16-be") not in left
    assert b"Exif" not in left


def test_the_page_with_its_photo_is_the_same(tmp_path):
    with pikepdf.open(BytesIO(said_again(pdf_of(OWNER), "application/pdf", tmp_path))) as pdf:
        [page] = pdf.pages
        [photo] = page.get_images().values()
        shown = pikepdf.PdfImage(photo).as_pil_image()
        assert list(page.mediabox) == [0, 0, 300, 200]
        assert "Do" in [str(step.operator) for step in pikepdf.parse_content_stream(page)]
    before = Image.open(BytesIO(jpeg_of(OWNER)))
    assert shown.tobytes() == before.convert("RGB").tobytes()


def test_a_photo_stays_upright(tmp_path):
    image = Image.open(BytesIO(said_again(jpeg_of(OWNER, turned=True), "image/jpeg", tmp_path)))
    assert (image.format, image.size) == ("JPEG", (40, 60))


def test_what_was_see_through_stays_so(tmp_path):
    image = Image.open(BytesIO(said_again(png_of(OWNER), "image/png", tmp_path)))
    assert (image.format, image.mode, image.info) == ("PNG", "P", {"transparency": 0})


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7 rusak", locked_pdf_bytes(), long_pdf_bytes(anonymous.MAX_PAGES + 1)],
    ids=["broken", "locked", "long"],
)
def test_what_cannot_be_taken_apart_is_not_handed_out(data, tmp_path):
    with pytest.raises(NotDoneError):
        said_again(data, "application/pdf", tmp_path)
