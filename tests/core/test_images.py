"""Photos: broken ones are refused, large ones made smaller, and none tells where it was taken."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from core.files import FileRefused, read_bytes, store_upload
from core.images import MAX_SIDE
from core.models import StoredFile
from tests.core.test_files import on_disk
from tests.files import jpeg_bytes, png_bytes

pytestmark = pytest.mark.django_db
ORIENTATION, GPS = 0x0112, 0x8825


def stored(data: bytes, name: str = "foto.jpg") -> StoredFile:
    return store_upload(SimpleUploadedFile(name, data), actor=None)


def opened(file: StoredFile) -> Image.Image:
    return Image.open(BytesIO(read_bytes(file)))


def picture(size: tuple[int, int], kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """White with a black left half, so that turning shows."""
    image = Image.new(mode, size, "white")
    ImageDraw.Draw(image).rectangle([0, 0, size[0] // 2, size[1]], "black")
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def exif(orientation: int = 1, *, gps: bool = True) -> Image.Exif:
    facts = Image.Exif()
    facts[ORIENTATION] = orientation
    if gps:
        facts.get_ifd(GPS)[1] = "S"
        facts.get_ifd(GPS)[2] = (6.0, 53.0, 12.5)
    return facts


def noise(size: tuple[int, int]) -> Image.Image:
    return Image.effect_noise(size, 120).convert("RGB")


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9, 0.98])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_that_was_cut_off_is_refused(part, progressive):
    stream = BytesIO()
    noise((600, 400)).save(stream, "JPEG", progressive=progressive)
    data = stream.getvalue()
    assert stored(data).size == len(data)
    with pytest.raises(FileRefused, match="bukan PDF, JPEG, atau PNG"):
        stored(data[: int(len(data) * part)])
    assert len(on_disk()) == 1


def test_a_png_that_was_cut_off_is_refused():
    data = png_bytes((500, 500))
    with pytest.raises(FileRefused, match="bukan PDF, JPEG, atau PNG"):
        stored(data[:-20], "foto.png")


def test_a_small_plain_photo_stays_as_it_was():
    data = jpeg_bytes((MAX_SIDE, 300))
    assert read_bytes(stored(data)) == data


def test_a_wide_photo_is_made_smaller():
    image = opened(stored(picture((4000, 1000))))
    assert (image.format, image.size) == ("JPEG", (2400, 600))


def test_a_heavy_photo_is_made_lighter():
    stream = BytesIO()
    noise((2300, 2300)).save(stream, "JPEG", quality=98)
    assert len(stream.getvalue()) > 2 * 1024 * 1024
    kept = stored(stream.getvalue())
    assert (opened(kept).size, kept.size < len(stream.getvalue())) == ((2300, 2300), True)


def test_a_photo_is_turned_upright_and_forgets_its_place():
    kept = stored(picture((400, 200), exif=exif(6)))
    image = opened(kept)
    assert image.size == (200, 400)
    assert (image.getpixel((100, 20))[0] < 50, image.getpixel((100, 380))[0] > 200) == (True, True), "left became top"
    assert dict(image.getexif()) == {}
    assert b"Exif" not in read_bytes(kept)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_place_and_name_are_taken_out_of_small_photos_too(kind):
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>6,53S</exif:GPSLatitude></x:xmpmeta>'
    options = {"exif": exif()} | ({"xmp": xmp} if kind == "JPEG" else {})
    kept = stored(picture((300, 200), kind, **options), f"foto.{kind.lower()}")
    image = opened(kept)
    assert dict(image.getexif()) == {}
    assert b"GPS" not in read_bytes(kept)
    assert (kept.content_type, kept.original_name.rpartition(".")[0]) == ("image/jpeg", "foto")


def test_a_large_png_becomes_a_jpeg_on_white_paper():
    image = Image.new("RGBA", (3000, 1500), (0, 0, 0, 0))
    stream = BytesIO()
    image.save(stream, "PNG")
    kept = stored(stream.getvalue(), "pindaian.png")
    assert (kept.original_name, kept.content_type) == ("pindaian.jpg", "image/jpeg")
    assert opened(kept).size == (2400, 1200)
    assert opened(kept).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "P"), ("PNG", "1"), ("PNG", "LA"), ("PNG", "I;16")]
)
def test_every_kind_of_colour_can_be_made_smaller(kind, mode):
    stream = BytesIO()
    Image.new(mode, (2600, 100)).save(stream, kind)
    assert opened(stored(stream.getvalue(), f"foto.{kind.lower()}")).size == (2400, 92)


def test_a_photo_with_a_second_picture_behind_it_is_one_photo():
    stream = BytesIO()
    first, second = Image.new("RGB", (300, 200)), Image.new("RGB", (30, 20))
    first.save(stream, "MPO", save_all=True, append_images=[second])
    assert stored(stream.getvalue()).content_type == "image/jpeg"
