"""Photos that are encoded anew."""

from io import BytesIO

import pytest
from PIL import Image, ImageFile

from core import pictures
from core.files import FileRefused
from core.pictures import SMALL_BYTES, SMALL_SIDE, clean_picture, small_jpeg
from tests.files import jpeg_bytes, png_bytes


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("data", [jpeg_bytes((4000, 1000)), png_bytes((4000, 1000))])
def test_a_large_picture_becomes_2560_pixels_wide(data: bytes) -> None:
    assert clean_picture(data).size == (2560, 640)


def test_a_small_picture_keeps_its_size() -> None:
    assert clean_picture(jpeg_bytes((64, 48))).size == (64, 48)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "RGBA", "LA", "P", "1"])
def test_every_way_to_store_colours_becomes_rgb(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    picture = clean_picture(encoded(Image.new(mode, (40, 30)), kind))
    assert (picture.mode, picture.size, picture.info) == ("RGB", (40, 30), {})


def test_what_is_transparent_becomes_white() -> None:
    assert clean_picture(encoded(Image.new("RGBA", (2, 2), (200, 0, 0, 0)), "PNG")).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("size", [(3000, 3000), (9000, 40), (1, 1)])
def test_the_small_copy_stays_small(size: tuple[int, int]) -> None:
    jpeg, (width, height) = small_jpeg(Image.effect_noise(size, 120).convert("RGB"))
    assert len(jpeg) <= SMALL_BYTES
    assert max(width, height) <= SMALL_SIDE
    with Image.open(BytesIO(jpeg)) as image:
        assert (image.format, image.size) == ("JPEG", (width, height))


def test_a_picture_too_large_to_decode_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "DECODED_PIXELS", 1000)
    with pytest.raises(FileRefused, match="terlalu besar"):
        clean_picture(png_bytes((64, 48)))


@pytest.mark.parametrize("data", [jpeg_bytes((900, 900))[:3000], png_bytes((400, 400))[:60], b""])
def test_what_cannot_be_decoded_is_refused(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)  # the PDF engine, of workers only, sets it
    with pytest.raises(FileRefused, match="rusak"):
        clean_picture(data)
