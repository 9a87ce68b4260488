"""Photos of a product: what is kept of them, their order, and how they reach a page."""

import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image, ImageFile

from core.errors import RuleBroken
from core.files import read_bytes
from core.models import AuditEntry, ScanState, StoredFile
from sentra.models import Product, ProductPhoto
from sentra.services.photos import add_photo, move_photo, remove_photo
from tests import factories
from tests.files import jpeg_bytes, pdf_bytes
from tests.sentra.data import errors_of, photo_data
from tests.transactions import together

TOO_BIG = 11 * 1024 * 1024


@pytest.fixture
def client(officer_a: Any, client_of: Any) -> Any:
    return client_of(officer_a)


@pytest.fixture
def product(db: None) -> Product:
    return factories.make_product()


def url_of(product: Product) -> str:
    return f"/sentra/produk/{product.pk}/foto/"


def files_on_disk() -> int:
    return sum(path.is_file() for path in Path(live_settings.MEDIA_ROOT).rglob("*"))


def upload(name: str, data: bytes, content_type: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type)


def captions(product: Product) -> list[str]:
    return list(product.photos.order_by("order").values_list("caption", flat=True))


def test_a_photo_is_kept_without_what_the_camera_wrote(client: Any, post: Any, product: Product) -> None:
    image, exif = Image.new("RGB", (300, 200), (180, 120, 60)), Image.Exif()
    exif[0x0112] = 6  # stands on its side
    exif[0x010F] = "Kamera Rahasia"
    exif.get_ifd(0x8825)[1] = "S"
    stream = BytesIO()
    image.save(stream, "JPEG", exif=exif, comment=b"rahasia")
    answer = post(client, url_of(product), photo_data(photo=upload("Foto.JPG", stream.getvalue())))
    assert answer.headers["Location"] == url_of(product)
    photo = ProductPhoto.objects.get()
    assert (photo.order, photo.caption, photo.small_width, photo.small_height) == (1, "Kain tampak depan", 200, 300)
    assert photo.file.original_name == "Foto.jpg"
    for stored in (photo.file, photo.small):
        data = read_bytes(stored)
        assert b"ahasia" not in data
        with Image.open(BytesIO(data)) as kept:
            assert (kept.size, dict(kept.getexif()), kept.info.get("comment")) == ((200, 300), {}, None)
    assert AuditEntry.objects.get(action="product.photo_added").object_id == str(product.pk)


def test_a_page_shows_it_small_and_offers_it_large(client: Any, post: Any, product: Product) -> None:
    noise = Image.effect_noise((3000, 2400), 80).convert("RGB")
    stream = BytesIO()
    noise.save(stream, "JPEG", quality=60)
    assert post(client, url_of(product), photo_data(photo=upload("a.jpg", stream.getvalue()))).status_code == 302
    photo = ProductPhoto.objects.get()
    text = client.get(f"/sentra/produk/{product.pk}/").content.decode()
    assert f'src="/sentra/foto/{photo.pk}/" width="{photo.small_width}" height="{photo.small_height}"' in text
    assert 'loading="lazy" alt="Kain tampak depan"' in text
    assert f'href="/sentra/foto/{photo.pk}/"' in client.get(url_of(product)).content.decode()
    small = client.get(f"/sentra/foto/{photo.pk}/")
    assert len(b"".join(small.streaming_content)) <= 60_000
    assert small.headers["Content-Type"] == "image/jpeg"
    assert small.headers["Content-Disposition"] == "inline"
    assert "sandbox" in small.headers["Content-Security-Policy"]
    assert small.headers["X-Content-Type-Options"] == "nosniff"
    assert small.headers["Cache-Control"].startswith("private")
    large = client.get(f"/sentra/foto/{photo.pk}/unduh/")
    assert large.headers["Content-Disposition"] == 'attachment; filename="a.jpg"'
    with Image.open(BytesIO(b"".join(large.streaming_content))) as kept:
        assert kept.size == (2560, 2048)


def test_the_form_shows_each_photo_without_a_request_and_none_that_is_held(client: Any, product: Product) -> None:
    shown, held, lost = (factories.make_photo(product, caption=word) for word in ("Satu", "Dua", "Tiga"))
    StoredFile.objects.filter(pk=held.small_id).update(scan_state=ScanState.WAITING)
    (Path(live_settings.MEDIA_ROOT) / lost.small.path).unlink()
    text = client.get(url_of(product)).content.decode()
    ((picture, words),) = re.findall(r'<img src="data:image/jpeg;base64,([^"]+)" alt="([^"]+)"', text)
    assert words == shown.caption
    with Image.open(BytesIO(b64decode(picture))) as tiny:
        assert max(tiny.size) <= 160


REFUSED = {
    "empty": (lambda: upload("foto.jpg", b""), "kosong (0 byte)"),
    "too big": (lambda: upload("foto.jpg", jpeg_bytes() + b"\0" * TOO_BIG), "terlalu besar"),
    "pdf": (lambda: upload("foto.pdf", pdf_bytes()), "Gunakan akhiran .jpg / .jpeg / .png"),
    "svg": (lambda: upload("foto.svg", b"<svg onload='alert(1)'/>", "image/svg+xml"), "Gunakan akhiran"),
    "html as jpeg": (lambda: upload("foto.jpg", b"<html></html>"), "bukan PDF, JPEG, atau PNG"),
    "pdf as jpeg": (lambda: upload("foto.jpg", pdf_bytes()), "tidak sesuai dengan akhiran"),
    "half a jpeg": (
        lambda: upload("foto.jpg", jpeg_bytes((900, 900))[:3000]),
        "bukan PDF, JPEG, atau PNG yang dapat dibuka",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_photo_that_cannot_be_taken(
    client: Any, post: Any, product: Product, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)  # the PDF engine, of workers only, sets it
    make, part = REFUSED[case]
    files = files_on_disk()
    answer = post(client, url_of(product), photo_data(photo=make()))
    assert answer.status_code == 422
    assert part in errors_of(answer)["photo"]
    assert 'value="Kain tampak depan"' in answer.content.decode()
    assert (ProductPhoto.objects.count(), files_on_disk()) == (0, files)


@pytest.mark.parametrize(("changes", "field"), [({"photo": None}, "photo"), ({"caption": " "}, "caption")])
def test_photo_and_caption_are_both_asked_for(
    client: Any, post: Any, product: Product, changes: Any, field: str
) -> None:
    answer = post(client, url_of(product), photo_data(**changes))
    assert list(errors_of(answer)) == [field]
    assert not ProductPhoto.objects.exists()


def test_the_ninth_photo_is_refused(client: Any, post: Any, officer_a: Any, product: Product) -> None:
    for _number in range(8):
        photo = factories.make_photo(product)
    page = client.get(url_of(product)).content.decode()
    assert "8 dari paling banyak 8 foto" in page
    assert 'type="file"' not in page
    assert post(client, url_of(product), photo_data()).status_code == 422
    with pytest.raises(RuleBroken):
        add_photo(product_id=product.pk, upload=photo_data()["photo"], caption="x", actor=officer_a)
    assert product.photos.count() == 8
    with pytest.raises(IntegrityError), transaction.atomic():
        ProductPhoto.objects.filter(pk=photo.pk).update(order=9)


@pytest.mark.parametrize(
    ("which", "wish", "expected"),
    [
        (0, "up", "ABC"),
        (0, "down", "BAC"),
        (1, "up", "BAC"),
        (2, "up", "ACB"),
        (2, "down", "ABC"),
        (0, "remove", "BC"),
        (2, "remove", "AB"),
        (1, "fly", "AXC"),
    ],
)
def test_buttons_change_order_and_number(
    client: Any, post: Any, product: Product, which: int, wish: str, expected: str
) -> None:
    photos = [factories.make_photo(product, caption) for caption in "ABC"]
    data = {"wish": wish, "caption": "X", "version": 1}
    answer = post(client, f"/sentra/foto/{photos[which].pk}/ubah/", data)
    assert answer.headers["Location"] == url_of(product)
    assert "".join(captions(product)) == expected
    assert list(product.photos.order_by("order").values_list("order", flat=True)) == list(range(1, len(expected) + 1))


def test_a_removed_photo_leaves_no_file_behind(client: Any, post: Any, product: Product) -> None:
    photo = factories.make_photo(product)
    files = StoredFile.objects.count()
    assert post(client, f"/sentra/foto/{photo.pk}/ubah/", {"wish": "remove"}).status_code == 302
    assert StoredFile.objects.count() == files - 2
    assert client.get(f"/sentra/foto/{photo.pk}/").status_code == 404
    assert AuditEntry.objects.filter(action="product.photo_removed").exists()


def test_a_caption_is_not_emptied(client: Any, post: Any, product: Product) -> None:
    photo = factories.make_photo(product, "A")
    for caption in ("", " ", "x" * 161):
        answer = post(client, f"/sentra/foto/{photo.pk}/ubah/", {"wish": "describe", "caption": caption}, follow=True)
        assert "Keterangan foto belum diisi" in answer.content.decode()
        assert captions(product) == ["A"]
    data = {"wish": "describe", "caption": '"><script>', "version": 1}
    assert post(client, f"/sentra/foto/{photo.pk}/ubah/", data).status_code == 302
    assert 'alt="&quot;&gt;&lt;script&gt;"' in client.get(url_of(product)).content.decode()


def test_two_who_change_one_caption_at_once_lose_nothing(
    client: Any, client_of: Any, post: Any, product: Product
) -> None:
    photo, other = factories.make_photo(product, "A"), factories.make_photo(product, "B")
    colleague = client_of(factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME))
    url = f"/sentra/foto/{photo.pk}/ubah/"
    page = client.get(url_of(product)).content.decode()
    assert page.count('name="version" value="1"') == 2
    words = {"wish": "describe", "version": 1}
    assert post(colleague, url, words | {"caption": "Kain dari dekat"}).status_code == 302
    assert post(client, f"/sentra/foto/{other.pk}/ubah/", words | {"caption": "Canting"}).status_code == 302
    answer = post(client, url, words | {"caption": "Kain panjang"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert captions(product) == ["Kain dari dekat", "Canting"]
    assert "<strong>Kain dari dekat</strong>" in page
    assert 'value="Kain panjang"' in page
    assert post(client, url, words | {"caption": "Kain dari dekat"}).status_code == 302, (
        "the same words are no conflict"
    )
    assert post(client, url, words | {"caption": "Kain panjang", "version": 2}).status_code == 302
    assert captions(product) == ["Kain panjang", "Canting"]


def test_a_product_without_photos_says_so(client: Any, product: Product) -> None:
    page = client.get(f"/sentra/produk/{product.pk}/").content.decode()
    assert "Belum ada foto." in page
    assert "<img" not in page.partition("<main")[2].partition("</main>")[0]


def test_photos_added_at_the_same_moment_are_at_most_eight(cloned_db: str) -> None:
    product = factories.make_product()
    for _number in range(6):
        factories.make_photo(product)
    actor = product.created_by
    answers = together(
        [
            lambda: add_photo(product_id=product.pk, upload=photo_data()["photo"], caption="baru", actor=actor)
            for _number in range(4)
        ]
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["ProductPhoto"] * 2 + ["RuleBroken"] * 2
    assert list(product.photos.order_by("order").values_list("order", flat=True)) == list(range(1, 9))


def test_moving_and_removing_at_the_same_moment_leave_a_row_of_places(cloned_db: str) -> None:
    product = factories.make_product()
    photos = [factories.make_photo(product, caption) for caption in "ABCD"]
    actor = product.created_by
    calls = [lambda photo=photo: move_photo(photo=photo, step=1, actor=actor) for photo in photos]
    calls += [lambda photo=photo: remove_photo(photo=photo, actor=actor) for photo in photos[:2]]
    assert together(calls) == [None] * 6
    assert list(product.photos.order_by("order").values_list("order", flat=True)) == [1, 2]
    assert sorted(captions(product)) == ["C", "D"]
