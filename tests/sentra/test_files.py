"""Decrees: what is refused is said at the field and leaves nothing behind."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import AuditEntry, StoredFile
from sentra.models import Sentra
from tests import factories
from tests.files import jpeg_bytes, pdf_bytes, pdf_upload
from tests.sentra.data import CREATE, errors_of, sentra_data

pytestmark = pytest.mark.django_db
TOO_BIG = 11 * 1024 * 1024


@pytest.fixture
def client(officer_a: Any, client_of: Any) -> Any:
    return client_of(officer_a)


def files_on_disk() -> int:
    return sum(path.is_file() for path in Path(live_settings.MEDIA_ROOT).rglob("*"))


def upload(name: str, data: bytes, content_type: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type)


REFUSED_DECREES = {
    "empty": (lambda: upload("sk.pdf", b""), "kosong (0 byte)"),
    "too big": (lambda: upload("sk.pdf", pdf_bytes() + b"\n" * TOO_BIG), "terlalu besar"),
    "html as pdf": (lambda: upload("sk.pdf", b"<html><script>alert(1)</script></html>"), "bukan PDF"),
    "broken pdf": (lambda: upload("sk.pdf", b"%PDF-1.7\nrusak"), "bukan PDF"),
    "jpeg": (lambda: upload("sk.jpg", jpeg_bytes(), "image/jpeg"), "Gunakan akhiran .pdf"),
    "jpeg as pdf": (lambda: upload("sk.pdf", jpeg_bytes()), "tidak sesuai dengan akhiran"),
    "pdf without ending": (lambda: upload("sk", pdf_bytes()), "Gunakan akhiran .pdf"),
    "program": (lambda: upload("sk.exe", b"MZ\x90", "application/pdf"), "Gunakan akhiran .pdf"),
}


@pytest.mark.parametrize("case", REFUSED_DECREES)
def test_a_decree_that_cannot_be_taken(client: Any, post: Any, case: str) -> None:
    make, part = REFUSED_DECREES[case]
    answer = post(client, CREATE, sentra_data(sk_file=make()))
    assert answer.status_code == 422
    assert list(errors_of(answer)) == ["sk_file"]
    assert part in errors_of(answer)["sk_file"]
    assert "Berkas harus dipilih lagi" in answer.content.decode()
    assert 'value="Sentra Batik Kauman"' in answer.content.decode()
    assert (Sentra.objects.count(), StoredFile.objects.count(), files_on_disk()) == (0, 0, 0)
    assert not AuditEntry.objects.filter(action="sentra.created").exists()


@pytest.mark.parametrize("case", REFUSED_DECREES)
def test_a_refused_decree_leaves_the_old_one(client: Any, post: Any, case: str) -> None:
    sentra = factories.make_sentra(district_id="33.75.01")
    files = files_on_disk()
    data = sentra_data(sk_file=REFUSED_DECREES[case][0](), name="Nama Baru") | {"version": 1}
    assert post(client, f"/sentra/{sentra.pk}/ubah/", data).status_code == 422
    after = Sentra.objects.get()
    assert (after.name, after.sk_file_id, after.version) == (sentra.name, sentra.sk_file_id, 1)
    assert (StoredFile.objects.count(), files_on_disk()) == (1, files)


def test_the_decree_is_a_download_that_cannot_run(client: Any, post: Any) -> None:
    post(client, CREATE, sentra_data(sk_file=pdf_upload("rahasia-2024.pdf")))
    sentra = Sentra.objects.get()
    answer = client.get(f"/sentra/{sentra.pk}/sk/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert sentra.name in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_a_sentra_without_its_decree_asks_for_it(officer_a: Any, client_of: Any, post: Any) -> None:
    """As an import leaves it; a registration by form still needs the file."""
    sentra = factories.make_sentra()
    Sentra.objects.update(sk_file=None)
    client = client_of(officer_a)
    page = client.get(f"/sentra/{sentra.pk}/").content.decode()
    assert "Berkas SK belum diunggah. Unggah PDF-nya lewat Ubah data sentra." in page
    assert f"/sentra/{sentra.pk}/sk/" not in page
    assert client.get(f"/sentra/{sentra.pk}/sk/").status_code == 404
    assert "Berkas SK belum diunggah. PDF" in client.get(f"/sentra/{sentra.pk}/ubah/").content.decode()
    assert client.get("/sentra/").status_code == 200
    product = factories.make_product(factories.make_ikm(sentra))
    for url in (f"/sentra/produk/{product.pk}/", f"/sentra/ikm/{product.ikm_id}/"):
        assert client.get(url).status_code == 200
    data = sentra_data(sk_file=None, name="Nama Baru") | {"version": 1}
    assert post(client, f"/sentra/{sentra.pk}/ubah/", data).status_code == 302
    data = sentra_data(sk_file=pdf_upload("sk.pdf")) | {"version": 2}
    assert post(client, f"/sentra/{sentra.pk}/ubah/", data).status_code == 302
    sentra.refresh_from_db()
    assert sentra.sk_file.original_name == "sk.pdf"
    assert "belum diunggah" not in client.get(f"/sentra/{sentra.pk}/").content.decode()
