"""PDFs: valid for archives and screen readers by an independent judge, complete, on one page, deaf to hostile text."""

import base64
import json
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pikepdf
import pytest
import segno

from certificates.rendering import star_row
from core import pdf
from tests import pdftext
from tests.pdfcheck import broken_rules

MOMENT = datetime(2026, 10, 2, 3, 0, tzinfo=UTC)
ADDRESS = "https://penghargaan.example.go.id/periksa/3q9Zk1mX7bQfVw2sT8uYpA"
AWARD_JSON = json.dumps({"serial": "OVOP/2026/0001", "holder": "Hj. Siti Nur Aminah"}).encode()
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

NAMES = [
    "Ai",
    "Hj. Siti Nur Aminah",
    "Prof. Dr. Ir. H. Raden Mas Suryadi, M.T., IPU",
    "Prof. Dr. Ir. Hj. Raden Ayu Kusumaningtyas Wulandari Setyaningrum, M.Si., Ph.D.I",
    "PT WAHANA MAKMUR WONOSOBO MAHKOTA WARNA NUSANTARA MANDIRI SEJAHTERA MAJUWIJAYA A",
    "W" * 80,
    "KELOMPOK USAHA BERSAMA PERAJIN TENUN IKAT PEWARNA ALAM WANITA MANDIRI KECAMATAN WAWONII TENGGARA WILAYAH WAKATOBI",
    "W" * 81,
    "W" * 160,
]


def award(**changes: Any) -> dict[str, Any]:
    face = {
        "look": "biru",
        "category_code": "batik",
        "award_title": "Piagam Penghargaan\nOne Village One Product (OVOP)",
        "subtitle": "Kain Batik",
        "stars": 3,
        "star_scale": 3,
        "holder_name": "Hj. Siti Nur Aminah",
        "holder_detail": "Batik Tulis “Canting Biru” · Sentra Batik Kauman",
        "region": "Kota Pekalongan, Jawa Tengah",
        "statement": "sebagai produk unggulan yang tumbuh dari kearifan dan keterampilan masyarakat desanya",
        "serial": "OVOP/2026/0001",
        "decree_title": "Keputusan Menteri Perindustrian tentang Penerima Penghargaan OVOP Tahun 2026",
        "decree_number": "1234 Tahun 2026",
        "decree_date": "17 September 2026",
        "giver_title": "Menteri Perindustrian Republik Indonesia",
        "giver_name": "Nama Pejabat, S.E., M.M.",
        "place": "Jakarta",
        "date": "2 Oktober 2026",
        "valid_until": "2 Oktober 2028",
        "verify_url": ADDRESS,
        "qr": pdf.qr_data_uri(ADDRESS),
        "is_demo": False,
        "is_signed": True,
    } | changes
    return face | star_row(face["stars"], face["star_scale"])


def dossier(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Berkas Pengusulan One Village One Product 2026",
        "reference": "OVOP-2026-000123",
        "submitted_label": "Diajukan 14 Maret 2026 pukul 09.31 WIB",
        "sha256": DIGEST,
        "is_demo": False,
        "sections": [
            {"title": "Sentra", "rows": [("Nama sentra", "Sentra Batik Kauman"), ("Alamat", "")]},
            {"title": "Produk", "rows": [("Uraian", "Malam, celup, lorod. " * 300)] + [("Isian", "Nilai")] * 60},
            {"title": "Pernyataan", "rows": []},
        ],
        "documents": [
            {"code": f"D{n:02}", "label": "Izin", "file_name": f"{n}.pdf", "size_label": "1,2 MB", "sha256": DIGEST}
            for n in range(1, 21)
        ],
    } | changes


def certificate_pdf(**changes: Any) -> bytes:
    context = award(**changes)
    data = [pdf.Attachment("piagam.json", AWARD_JSON, "Data piagam")]
    title = f"Piagam {context['serial']}"
    options = {"css": "certificate.css", "title": title, "created": MOMENT, "attachments": data}
    return pdf.render_pdf("pdf/certificate.html", context, **options)


def snapshot_pdf(**changes: Any) -> bytes:
    return pdf.render_pdf("pdf/snapshot.html", dossier(**changes), css="paper.css", title="Berkas", created=MOMENT)


# Archive and accessibility


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
@pytest.mark.parametrize(
    "changes",
    [
        {"category_code": "tenun"},
        {"category_code": "anyaman", "stars": 1},
        {"category_code": "gerabah", "stars": 2, "star_scale": 5},
        {"category_code": "makanan_minuman", "stars": 5, "star_scale": 5, "is_demo": True},
        {"look": "marun", "category_code": "jasa_pengabdian", "stars": None, "is_signed": False, "holder_detail": ""},
        {"look": "marun", "category_code": "jasa_kepeloporan", "stars": None, "is_demo": True},
        {"look": "marun", "category_code": "ikm_modern", "stars": None},
    ],
    ids=lambda changes: changes["category_code"],
)
def test_a_certificate_is_pdf_a_and_pdf_ua(changes: dict[str, Any], flavour: str) -> None:
    assert broken_rules(certificate_pdf(**changes), flavour) == []


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
@pytest.mark.parametrize("is_demo", [False, True])
def test_a_snapshot_is_pdf_a_and_pdf_ua(is_demo: bool, flavour: str) -> None:
    assert broken_rules(snapshot_pdf(is_demo=is_demo), flavour) == []


def test_letters_of_other_languages_and_stray_control_characters_stay_valid() -> None:
    document = certificate_pdf(holder_name="Şükrü Āgung Nguyễn\x01\x0b\u202e\ufffe É. Fjord")
    assert broken_rules(document, "3a") == []
    assert "Şükrü Āgung Nguyễn É. Fjord" in pdftext.text(document)


def test_the_validator_does_find_faults() -> None:
    plain = pdf.render_pdf("pdf/certificate.html", award(), css="certificate.css", title="x", variant="pdf/a-3b")
    assert broken_rules(plain, "3b") == []
    assert broken_rules(plain, "3a") != []
    assert broken_rules(plain, "ua1") != []


def test_a_certificate_says_what_it_is_and_carries_its_data() -> None:
    with pikepdf.open(BytesIO(certificate_pdf())) as document:
        assert str(document.Root.Lang) == "id"
        assert str(document.docinfo.Title) == "Piagam OVOP/2026/0001"
        assert str(document.docinfo.Author) == "Menteri Perindustrian Republik Indonesia"
        assert str(document.docinfo.CreationDate).startswith("D:20261002030000")
        assert [round(float(edge)) for edge in document.pages[0].MediaBox] == [0, 0, 842, 595]
        attached = document.attachments["piagam.json"]
        assert attached.get_file().read_bytes() == AWARD_JSON
        assert str(attached.obj.AFRelationship) == "/Data"
        assert str(attached.get_file().mime_type) == "application/json"


def test_the_same_input_gives_the_same_bytes() -> None:
    assert certificate_pdf() == certificate_pdf()


# What a reader sees


@pytest.mark.parametrize("name", NAMES, ids=len)
def test_every_name_fits_on_one_page_inside_the_frame(name: str) -> None:
    document = certificate_pdf(holder_name=name, region="Kabupaten Kepulauan Siau Tagulandang Biaro, Sulawesi Utara")
    assert pdftext.page_count(document) == 1
    assert name.replace(" ", "") in pdftext.text(document).replace(" ", "")
    for line in pdftext.lines(document):
        assert 20 < line.left < line.right < 277, line
        assert 21 < line.baseline < 189, line


@pytest.mark.parametrize("name", NAMES[4:], ids=len)
def test_long_texts_stay_apart_from_the_number_above_and_the_signature_below(name: str) -> None:
    document = certificate_pdf(
        holder_name=name,
        holder_detail="Kain Tenun Ikat Pewarna Alam Motif Kaif Berantai · Kelompok Usaha Bersama Tafean Pah " * 2,
        statement="sebagai produk unggulan yang tumbuh dari kearifan masyarakat desanya, terjaga mutunya, " * 3,
        decree_title="Keputusan Menteri Perindustrian tentang Penetapan Penerima Penghargaan OVOP dan Pemberian Hak "
        "Penggunaan Logo One Village One Product Tahun 2026 sampai dengan 2028",
        giver_title="Direktur Jenderal Industri Kecil, Menengah, dan Aneka atas nama Menteri Perindustrian",
        giver_name="Prof. Dr. Ir. H. Nama Pejabat Penandatangan, S.T., M.T., IPU",
    )
    baselines = {line.text.split()[0]: line.baseline for line in pdftext.lines(document)}
    assert pdftext.page_count(document) == 1
    assert baselines["Nomor"] - baselines["diberikan"] > 3.5
    last_line_above = min(y for y in baselines.values() if y > baselines["Jakarta,"])
    assert last_line_above - baselines["Jakarta,"] > 3.5


def test_a_certificate_shows_its_facts_as_searchable_words() -> None:
    words = pdftext.text(certificate_pdf())
    for fact in (
        "Piagam Penghargaan One Village One Product (OVOP)",
        "Kain Batik · Bintang Tiga",
        "Nomor OVOP/2026/0001",
        "Hj. Siti Nur Aminah",
        "Kota Pekalongan, Jawa Tengah",
        "Nomor 1234 Tahun 2026 tanggal 17 September 2026",
        "Jakarta, 2 Oktober 2026 Menteri Perindustrian Republik Indonesia Ditandatangani secara elektronik",
        "Nama Pejabat, S.E., M.M.",
        "Berlaku sampai dengan 2 Oktober 2028",
        ADDRESS,
    ):
        assert fact in words
    assert "CONTOH" not in words
    assert "BELUM" not in words


@pytest.mark.parametrize(
    ("stars", "scale", "words", "marks"),
    [
        (2, 3, "Bintang Dua", ["full"] * 2),
        (3, None, "Bintang Tiga", ["full"] * 3),
        (2, 5, "Bintang Dua dari 5", ["full"] * 2 + ["open"] * 3),
        (5, 5, "Bintang Lima dari 5", ["full"] * 5),
        (4, 3, "Bintang Empat dari 4", ["full"] * 4),
    ],
)
def test_stars_of_an_older_scale_name_it(stars: int, scale: int | None, words: str, marks: list[str]) -> None:
    assert star_row(stars, scale) == {"star_words": words, "star_marks": marks}


def test_a_demo_and_an_unsigned_certificate_say_so() -> None:
    words = pdftext.text(certificate_pdf(is_demo=True, is_signed=False, stars=0))
    assert "CONTOH / DEMO" in words
    assert "BELUM DITANDATANGANI" in words
    assert "Bintang" not in words


def test_the_qr_code_holds_the_address() -> None:
    kind, _, image = pdf.qr_data_uri(ADDRESS).partition(",")
    expected = segno.make_qr(ADDRESS, error="m").svg_inline(border=2, omitsize=True)
    drawing = re.compile(r' d="([^"]+)"')
    assert kind.startswith("data:image/svg+xml")
    assert drawing.findall(unquote(image).replace("'", '"')) == drawing.findall(expected)


def test_a_snapshot_runs_over_pages_that_name_their_dossier() -> None:
    document = snapshot_pdf()
    pages = pdftext.page_count(document)
    assert pages > 2
    for number in range(1, pages + 1):
        words = " ".join(line.text for line in pdftext.lines(document) if line.page == number)
        assert f"Halaman {number} dari {pages}" in words
        assert "OVOP-2026-000123" in words
        assert DIGEST in words
    words = pdftext.text(document)
    assert "Alamat –" in words
    assert "Tidak ada isian." in words
    assert all(f"D{n:02} Izin {n}.pdf" in words for n in range(1, 21))


# Hostile text and templates


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary.svg"
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="9">burung-kenari-7413</text></svg>')
    return path


def assert_not_reached(server: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        server.accept()


def references(place: str) -> list[str]:
    inner = quote(f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{place}"/></svg>')
    encoded = base64.b64encode(unquote(inner).encode()).decode()
    return [
        f'<img src="{place}" alt="x">',
        f'<link rel="attachment" href="{place}">',
        f'<a rel="attachment" href="{place}">x</a>',
        f'<link rel="stylesheet" href="{place}">',
        f'<style>@import url("{place}");</style>',
        f'<style>@font-face {{ font-family: x; src: url("{place}"); }}</style>',
        f'<p style="background: url({place})">x</p>',
        f'<object data="{place}"></object>',
        f'<embed src="{place}">',
        f'<img src="data:image/svg+xml,{inner}" alt="x">',
        f'<img src="data:image/svg+xml;base64,{encoded}" alt="x">',
    ]


def test_markup_in_the_data_stays_words(listener: socket.socket, canary: Path) -> None:
    web = f"http://127.0.0.1:{listener.getsockname()[1]}/x.svg"
    hostile = [*references(canary.as_uri()), *references(web), "{{ settings.SECRET_KEY }}", "</p><script>x()</script>"]
    document = snapshot_pdf(
        title=hostile[0],
        reference=hostile[1],
        submitted_label=hostile[2],
        sections=[{"title": hostile[3], "rows": [(text, text) for text in hostile]}],
        documents=[dict.fromkeys(("code", "label", "file_name", "size_label", "sha256"), text) for text in hostile],
    )
    printed = pdftext.text(document).replace(" ", "")
    for words in hostile:
        assert printed.count(words.replace(" ", "")) >= 2, words
    assert b"burung-kenari-7413" not in pdftext.every_stream(document)
    assert_not_reached(listener)


@pytest.mark.parametrize("field", ["holder_name", "holder_detail", "statement", "giver_name", "region", "award_title"])
def test_markup_in_a_certificate_stays_words(field: str, canary: Path) -> None:
    hostile = f'<img src="{canary.as_uri()}">'
    document = certificate_pdf(**{field: hostile})
    assert hostile.replace(" ", "") in pdftext.text(document).replace(" ", "")
    assert b"burung-kenari-7413" not in pdftext.every_stream(document)


@pytest.mark.parametrize("kind", range(len(references(""))), ids=lambda kind: references("…")[kind][:30])
@pytest.mark.parametrize("target", ["file", "FILE", "localhost", "traversal", "http"])
def test_even_a_careless_template_reaches_nothing(
    target: str, kind: int, listener: socket.socket, canary: Path, settings: Any
) -> None:
    place = {
        "file": canary.as_uri(),
        "FILE": canary.as_uri().replace("file:", "FILE:"),
        "localhost": canary.as_uri().replace("file://", "file://localhost"),
        "traversal": f"{pdf.FOLDER.as_uri()}/%2e%2e/../../../../../../../../..{canary}",
        "http": f"http://127.0.0.1:{listener.getsockname()[1]}/x.svg",
    }[target]
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [canary.parent]}]
    (canary.parent / "careless.html").write_text(f"<!doctype html><title>x</title>{references(place)[kind]}")
    with pytest.raises(pdf.ForbiddenResourceError):
        pdf.render_pdf("careless.html", {}, css="certificate.css", title="x")
    assert_not_reached(listener)


def test_a_link_out_of_the_folder_is_no_way_out(canary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bundled"
    folder.mkdir()
    (folder / "inside.svg").write_text("<svg/>")
    (folder / "outside.svg").symlink_to(canary)
    monkeypatch.setattr(pdf, "FOLDER", folder)
    assert pdf.BundledFiles().fetch((folder / "inside.svg").as_uri()).read() == b"<svg/>"
    with pytest.raises(ValueError, match="Outside"):
        pdf.BundledFiles().fetch((folder / "outside.svg").as_uri())
