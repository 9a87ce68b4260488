"""Private files: what is refused, what lies on disk, how a file leaves."""

import hashlib
import os
import resource
import subprocess
import sys
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.http import parse_header_parameters
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from core.errors import NotPermitted
from core.files import FileRefused, display_name, read_bytes, remove_orphans, sniff, store_bytes, store_upload
from core.http import private_file
from core.models import ScanState, StoredFile
from core.tasks import remove_orphan_files
from scoring.forms.visits import VisitPhotoForm
from tests import factories
from tests.files import jpeg_bytes, locked_pdf_bytes, pdf_bytes, png_bomb, png_bytes
from tests.pdf_bombs import lzw_bomb, object_stream_bomb, plain_pdf
from tests.transactions import undone

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    file = SimpleUploadedFile("x", data)
    file._name = name  # as it came, before Django's own cleaning
    return file


def on_disk() -> list[Path]:
    return sorted(file for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file())


TAKEN = {
    "surat.pdf": (pdf_bytes(), "application/pdf"),
    "SURAT.PDF": (pdf_bytes(), "application/pdf"),
    "foto.jpg": (jpeg_bytes(), "image/jpeg"),
    "foto.JPEG": (jpeg_bytes(), "image/jpeg"),
    "foto.png": (png_bytes(), "image/png"),
    "laporan.final.v2.pdf": (b"\n  " + pdf_bytes(), "application/pdf"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_good_file_is_kept_whole_under_a_name_of_ours(officer_a, name):
    data, content_type = TAKEN[name]
    stored = store_upload(upload(name, data), actor=officer_a)
    assert (stored.original_name, stored.content_type, stored.size) == (name, content_type, len(data))
    assert stored.sha256 == hashlib.sha256(data).hexdigest()
    assert (stored.created_by_id, stored.scan_state) == (officer_a.pk, ScanState.NOT_SCANNED)
    assert on_disk() == [Path(settings.MEDIA_ROOT) / stored.path]
    assert name not in stored.path
    assert read_bytes(stored) == data
    assert on_disk()[0].stat().st_mode & 0o777 == 0o640


NOT_TAKEN = "bukan PDF, JPEG, atau PNG"
MISNAMED = "tidak sesuai dengan akhiran"
REFUSED = {
    "empty": ("surat.pdf", b"", "kosong (0 byte)"),
    "html as pdf": ("surat.pdf", b"<!doctype html><script>alert(1)</script>", NOT_TAKEN),
    "html behind a pdf mark": ("surat.pdf", b"%PDF-1.7\n<script>alert(1)</script>", NOT_TAKEN),
    "png as pdf": ("surat.pdf", png_bytes(), MISNAMED),
    "pdf as png": ("foto.png", pdf_bytes(), MISNAMED),
    "jpeg as png": ("foto.png", jpeg_bytes(), MISNAMED),
    "pdf without ending": ("surat", pdf_bytes(), MISNAMED),
    "pdf with a second ending": ("surat.pdf.html", pdf_bytes(), MISNAMED),
    "only an ending": (".pdf", pdf_bytes(), MISNAMED),
    "svg": ("gambar.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', NOT_TAKEN),
    "gif": ("gambar.gif", b"GIF89a" + bytes(40), NOT_TAKEN),
    "tiff as jpeg": ("foto.jpg", b"II*\x00" + bytes(40), NOT_TAKEN),
    "postscript as jpeg": ("foto.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n", NOT_TAKEN),
    "zip": ("arsip.pdf", b"PK\x03\x04" + bytes(40), NOT_TAKEN),
    "half a png": ("foto.png", png_bytes((200, 200))[:90], NOT_TAKEN),
    "locked pdf": ("surat.pdf", locked_pdf_bytes(), "kata sandi"),
    "bomb": ("foto.png", png_bomb(30_000, 30_000), "80 megapiksel"),
    "just too many pixels": ("foto.png", png_bomb(4_001, 10_000), "40 megapiksel"),
    "size of zero": ("foto.png", png_bomb(0, 0), NOT_TAKEN),
    "eleven megabytes": ("surat.pdf", pdf_bytes() + bytes(11 * 1024 * 1024), "terlalu besar"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_in_words_and_leaves_nothing(case):
    name, data, words = REFUSED[case]
    with pytest.raises(FileRefused, match=words.replace("(", r"\(").replace(")", r"\)")) as refused:
        store_upload(upload(name, data), actor=None)
    assert refused.value.status == 422
    assert refused.value.message.endswith(".")
    assert not StoredFile.objects.exists()
    assert on_disk() == []


def test_the_limit_itself_is_taken():
    data = pdf_bytes()
    data += bytes(settings.UPLOAD_MAX_BYTES - len(data))
    assert store_upload(upload("surat.pdf", data), actor=None).size == settings.UPLOAD_MAX_BYTES
    with pytest.raises(FileRefused, match="10 MB"):
        store_upload(upload("surat.pdf", data + b"\n"), actor=None)


def test_a_pdf_that_needs_a_page_has_one():
    stream = BytesIO()
    pikepdf.new().save(stream)
    with pytest.raises(FileRefused, match=NOT_TAKEN):
        store_upload(upload("surat.pdf", stream.getvalue()), actor=None)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\surat.pdf", "surat.pdf"),
        ("/media/aa/surat.pdf", "surat.pdf"),
        ("surat\x00.pdf", "surat.pdf"),
        ("surat\r\nSet-Cookie: a=b.pdf", "suratSet-Cookie: a=b.pdf"),
        ("laporan\u202efdp.pdf", "laporanfdp.pdf"),
        ("a\u2066b\u200bc\ufeff.pdf", "abc.pdf"),
        ("Batik “Jlamprang” – é.pdf", "Batik “Jlamprang” – é.pdf"),
        ("x" * 300 + ".pdf", "x" * 190 + ".pdf"),
        ("x" * 300, "x" * 200),
        ("", ""),
    ],
)
def test_a_shown_name_has_no_path_and_nothing_invisible(typed, shown):
    assert display_name(typed) == shown


@settings_of(max_examples=50, deadline=None)
@given(st.text())
def test_any_name_becomes_one_that_may_be_kept(typed):
    name = display_name(typed)
    assert len(name) <= 200
    assert name.isprintable() or name == ""
    assert "/" not in name
    assert "\\" not in name


def test_a_full_disk_leaves_nothing_behind(monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store_bytes(b"isi", name="a.pdf", content_type="application/pdf")
    assert not StoredFile.objects.exists()
    assert on_disk() == []


def test_changed_bytes_are_noticed():
    stored = store_bytes(b"isi", name="a.pdf", content_type="application/pdf")
    on_disk()[0].chmod(0o600)
    on_disk()[0].write_bytes(b"lain")
    with pytest.raises(OSError, match="sha256"):
        read_bytes(stored)


def rolled_back_upload() -> Path:
    with undone():
        store_bytes(b"tak terpakai", name="a.pdf", content_type="application/pdf")
    return next(file for file in on_disk() if not StoredFile.objects.filter(path__endswith=file.name).exists())


def age(file: Path, days: float) -> None:
    moment = time.time() - days * 86400
    os.utime(file, (moment, moment))


def test_what_a_rollback_left_is_removed_after_a_day_and_nothing_else():
    kept = store_bytes(b"isi", name="a.pdf", content_type="application/pdf")
    orphan = rolled_back_upload()
    half_written = orphan.with_name("tmpabc123")
    half_written.write_bytes(b"separuh")
    for file in on_disk():
        age(file, days=2)
    with undone():
        young = store_bytes(b"baru saja", name="a.pdf", content_type="application/pdf").path
    remove_orphan_files()
    assert {str(file.relative_to(settings.MEDIA_ROOT)) for file in on_disk()} == {kept.path, young}
    assert read_bytes(kept) == b"isi"


def test_an_empty_database_removes_no_file():
    age(rolled_back_upload(), days=2)
    assert not StoredFile.objects.exists()
    assert remove_orphans(older_than=DAY) == 0
    assert len(on_disk()) == 1


def test_a_folder_that_does_not_exist_yet_is_no_error(settings):
    store_bytes(b"isi", name="a.pdf", content_type="application/pdf")
    settings.MEDIA_ROOT = Path(settings.MEDIA_ROOT) / "belum-ada"
    assert remove_orphans(older_than=DAY) == 0


def header(answer: Any) -> dict[str, str]:
    return parse_header_parameters(answer["Content-Disposition"])


@pytest.mark.parametrize("accel", ["", "/berkas-pribadi/"])
@pytest.mark.parametrize("name", ["surat.pdf", 'a"b;c.pdf', "Batik “Jlamprang” – é.pdf", "a\\b.pdf", "50%.pdf"])
def test_a_file_leaves_as_an_attachment_that_runs_nothing(settings, accel, name):
    settings.PRIVATE_FILES_ACCEL = accel
    stored = store_bytes(b"%PDF-1.7 isi", name="asal.pdf", content_type="application/pdf")
    answer = private_file(stored, name)
    kind, facts = header(answer)
    assert (kind, facts["filename"]) == ("attachment", name)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    if accel:
        assert answer["X-Accel-Redirect"].endswith(stored.path)
        assert answer.content == b""
    else:
        assert b"".join(answer) == b"%PDF-1.7 isi"
        assert answer["Content-Length"] == str(stored.size)


def test_an_infected_file_does_not_leave():
    stored = store_bytes(pdf_bytes(), name="asal.pdf", content_type="application/pdf")
    assert private_file(stored).status_code == 200
    stored.scan_state = ScanState.INFECTED
    with pytest.raises(NotPermitted, match="berbahaya"):
        private_file(stored)


def test_private_files_have_no_address():
    with pytest.raises(ValueError, match="no address"):
        default_storage.url("aa/bb")


BOMBS = {
    "a stream that unpacks to 400 MB": lambda: object_stream_bomb(400),
    "arrays in arrays": lambda: plain_pdf(pages=b"[" * 200_000 + b"]" * 200_000),
    "a page tree that leads back": lambda: plain_pdf(pages=b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
    "a page tree without end": lambda: plain_pdf(pages=b"<< /Type /Pages /Kids 7 /Count 1 >>"),
    "a number for a page tree": lambda: plain_pdf(pages=b"7"),
}


@pytest.mark.attack
@pytest.mark.parametrize("case", BOMBS)
def test_a_pdf_that_is_large_inside_is_refused_in_little_memory(case):
    data = BOMBS[case]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FileRefused):
        sniff(BytesIO(data), "surat.pdf")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024


@pytest.mark.attack
def test_a_page_that_is_named_a_million_times_is_not_a_million_pages():
    data = plain_pdf(pages=b"<< /Type /Pages /Kids [%b] /Count 1 >>" % (b"3 0 R " * 1_000_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sniff(BytesIO(data), "surat.pdf") == "application/pdf"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024


AS_A_WEB_PROCESS = """
import resource, sys
from io import BytesIO
import ovop_portal.wsgi
from core.files import FileRefused, sniff
try:
    sniff(BytesIO(sys.stdin.buffer.read()), "surat.pdf")
except FileRefused:
    print("refused", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.attack
def test_what_no_reader_limits_is_limited_by_the_web_process():
    """LZW has no limit of its own: eight gigabytes in six megabytes are refused within one."""
    done = subprocess.run(
        [sys.executable, "-c", AS_A_WEB_PROCESS], input=lzw_bomb(8000), capture_output=True, check=True, timeout=300
    )
    answer, most = done.stdout.split()
    assert answer == b"refused"
    assert int(most) < 1300 * 1024
    assert sniff(BytesIO(lzw_bomb(1)), "surat.pdf") == "application/pdf"


@pytest.mark.django_db
def test_every_page_names_the_limit_that_is_in_force(settings, officer_a, admin_a, verifier, client_of):
    """Before a file is chosen, and in the refusal; nowhere is the number written out."""
    settings.UPLOAD_MAX_BYTES = 7 * 1024 * 1024
    draft = factories.make_ovop_nomination(complete=False)
    ikm = draft.product_entry.ikm
    pages = {
        officer_a: [
            reverse("nomination_documents", args=[draft.pk]),
            "/sentra/baru/isi/?kecamatan=33.75.01",
            reverse("sentra_edit", args=[ikm.sentra_id]),
            reverse("permit_create", args=[ikm.pk, "pirt"]),
            reverse("permit_edit", args=[factories.make_permit(ikm, file=factories.stored_pdf()).pk]),
            reverse("product_photos", args=[draft.product_entry.product_id]),
            reverse("import_create"),
            reverse("help"),
        ],
        admin_a: [reverse("proxy_open")],
    }
    for person, addresses in pages.items():
        for address in addresses:
            page = client_of(person).get(address).content.decode()
            assert "7 MB" in page, address
            assert "10 MB" not in page, address
    with pytest.raises(FileRefused, match="Ukuran paling besar 7 MB"):
        store_upload(upload("surat.pdf", pdf_bytes() + bytes(8 * 1024 * 1024)), actor=None)
    assert "7 MB" in str(VisitPhotoForm().fields["photo"].help_text)
