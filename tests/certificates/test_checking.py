"""The page where anybody drops a file: the issued one, byte for byte, or not; and whether its signature holds."""

import random
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.selectors import certificate_by_file
from certificates.services.checking import check_file
from certificates.services.upkeep import revoke_certificate
from core.files import read_bytes
from core.models import StoredFile
from tests.certificates import scenes
from tests.signers import local_signer

pytestmark = pytest.mark.django_db
PAGE = "certificate_lookup"


@pytest.fixture
def signed(settings: Any, tmp_path: Path) -> Iterator[Any]:
    with local_signer(settings, tmp_path):
        yield scenes.issued()


def drop(client: Any, document: bytes, name: str = "piagam.pdf") -> Any:
    return client.post(reverse(PAGE), {"file": SimpleUploadedFile(name, document, "application/pdf")})


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_issued_file_is_recognised_and_its_signature_holds(client: Any, signed: Any) -> None:
    words = text(drop(client, read_bytes(signed.file), "nama-lain.pdf"))
    for expected in (
        "Berkas ini asli",
        "Sama persis dengan yang diterbitkan",
        "Sah, oleh Penanda Tangan Uji",
        f"{signed.serial} · Berlaku",
        signed.face["holder_name"],
    ):
        assert expected in words, expected


def test_any_single_changed_byte_is_found(client: Any, signed: Any) -> None:
    """Wherever it is: the digest sees every byte, also those that the signature does not cover."""
    document = read_bytes(signed.file)
    chosen = random.Random(19)  # noqa: S311 - the same places each time
    places = [0, len(document) - 1, *(chosen.randrange(len(document)) for _ in range(200))]
    for place in places:
        changed = bytearray(document)
        changed[place] ^= 1 << chosen.randrange(8)
        assert not exact(bytes(changed)), place
    changed = bytearray(document)
    changed[document.index(b"/CreationDate") + 20] ^= 1
    words = text(drop(client, bytes(changed)))
    assert "Berkas ini bukan berkas yang diterbitkan" in words
    assert "Rusak: berkas berubah setelah ditandatangani" in words
    assert f"{signed.serial} · Berlaku" in words
    assert signed.face["holder_name"] not in words


def exact(document: bytes) -> bool:
    return certificate_by_file(sha256(document).hexdigest()) is not None


def test_a_saved_again_file_is_not_the_issued_one(client: Any, signed: Any) -> None:
    again = BytesIO()
    with pikepdf.open(BytesIO(read_bytes(signed.file))) as opened:
        opened.save(again)
    words = text(drop(client, again.getvalue()))
    assert "Berkas ini asli" not in words
    assert "bukan berkas yang diterbitkan" in words or "tidak dikenal" in words


def test_an_unsigned_certificate_is_the_issued_one_and_says_that_it_has_no_signature(client: Any) -> None:
    certificate = scenes.issued()
    words = text(drop(client, read_bytes(certificate.file)))
    assert "Berkas ini asli" in words
    assert "Tanda tangan elektronik</dt> <dd> Tidak ada" in words


def test_a_revoked_certificate_is_the_issued_file_and_out_of_force(client: Any, signed: Any, admin_a: Any) -> None:
    revoke_certificate(certificate_id=signed.pk, reason="Data palsu milik Budi", actor=admin_a)
    words = text(drop(client, read_bytes(signed.file)))
    assert "Berkas ini asli" in words
    assert "Sertifikat ini sudah dicabut" in words
    assert "Budi" not in words


def test_a_file_of_somebody_else_is_unknown(client: Any) -> None:
    scenes.issued()
    stranger = BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(stranger)
    words = text(drop(client, stranger.getvalue()))
    assert "Berkas ini tidak dikenal" in words
    assert "Tidak ada" in words


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("piagam.pdf", b"", "Berkas ini kosong"),
        ("piagam.pdf", b"GIF89a", "Berkas ini bukan PDF"),
        ("piagam.pdf", b"%PDF-1.7\n" + b"0" * (2 * 1024 * 1024), "lebih besar daripada 2 MB"),
    ],
)
def test_what_cannot_be_checked_is_said(client: Any, name: str, content: bytes, says: str) -> None:
    answer = drop(client, content, name)
    assert answer.status_code == 422
    assert says in text(answer)
    nothing = client.post(reverse(PAGE), {})
    assert nothing.status_code == 422
    assert "Pilih berkas PDF piagam" in text(nothing)


def test_hostile_files_end_in_an_answer(client: Any) -> None:
    bomb = b"%PDF-1.7\n" + b"<<" * 200_000 + b"\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF"
    words = text(drop(client, bomb))
    assert "Tidak dapat dibaca sebagai PDF" in words


def test_a_check_keeps_nothing_and_asks_two_queries(client: Any, signed: Any) -> None:
    files = StoredFile.objects.count()
    for document in (read_bytes(signed.file), read_bytes(signed.file) + b"\n"):
        with CaptureQueriesContext(connection) as queries:
            check_file(document)
        assert len(queries) <= 2
    drop(client, read_bytes(signed.file))
    assert StoredFile.objects.count() == files


def test_a_visitor_checks_ten_files_a_minute(client: Any) -> None:
    answers = [drop(client, b"%PDF-1.7").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    assert client.post(reverse(PAGE), {}).status_code == 422
    client.defaults["REMOTE_ADDR"] = "10.0.0.9"
    assert drop(client, b"%PDF-1.7").status_code == 200
