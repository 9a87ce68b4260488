"""The public pages: what anybody reads, what nobody reads there, and what a page costs."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.models import Certificate
from certificates.services.upkeep import revoke_certificate
from core.files import read_bytes
from nominations.models import Nomination
from reports.models import ArchiveRound, Publication
from reports.presenters.open_data import COLUMNS
from reports.services.archive import load_archive
from reports.services.publications import record_publication, withdraw_publication
from scoring.models import Decision
from scoring.services.instruments import load_instruments
from sentra.services.photos import add_photo
from tests import factories
from tests.certificates import scenes
from tests.files import jpeg_bytes

pytestmark = pytest.mark.django_db
STATEMENTS = [
    "/",
    "/pemegang/",
    "/statistik/",
    "/dari-masa-ke-masa/",
    "/data/",
    "/data/katalog.json",
    "/data/pemegang.csv",
    "/data/pemegang.json",
    "/data/rekap.csv",
    "/data/rekap.json",
    "/pemegang/terbaru.atom",
    "/sitemap.xml",
    "/robots.txt",
    "/api/",
]


@pytest.fixture(autouse=True)
def no_sums_of_another_test() -> None:
    caches["process"].clear()


def text(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return " ".join(body.decode().split())


def address(certificate: Certificate) -> str:
    award, year, number = certificate.serial.split("/")
    return f"/pemegang/{award.lower()}/{year}/{int(number)}/"


@contextmanager
def past_the_guards() -> Iterator[None]:
    """Released decrees and issued certificates change in no other way."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def copies(certificate: Certificate, first: int, number: int) -> None:
    """More holders, as rows alone; each has a decision of its own."""
    for serial in range(100 + first, 100 + first + number):
        nomination = Nomination.objects.get(pk=certificate.decision.nomination_id)
        nomination.pk, nomination.reference, nomination.subject_key = None, f"X-{serial}", f"x{serial}"
        nomination.save(force_insert=True)
        decision = Decision.objects.get(pk=certificate.decision_id)
        decision.pk, decision.nomination = None, nomination
        with past_the_guards():
            decision.save(force_insert=True)
        Certificate.objects.create(
            decision=decision,
            period=certificate.period,
            state="issued",
            number=serial,
            serial=f"OVOP/2026/{serial:04d}",
            face={**certificate.face, "serial": f"OVOP/2026/{serial:04d}"},
            file=certificate.file,
            sha256=f"{serial:064d}",
            issued_at=timezone.now(),
            valid_until=certificate.valid_until,
        )


def test_the_register_shows_who_holds_an_award_and_only_what_is_printed(client: Client) -> None:
    nomination = scenes.upakarti()
    certificate = scenes.issued(nomination)
    entry = nomination.candidate_entry
    for url in (
        "/pemegang/",
        address(certificate),
        "/data/pemegang.csv",
        "/data/pemegang.json",
        "/pemegang/terbaru.atom",
    ):
        words = text(client.get(url))
        assert entry.name in words, url
        for secret in (entry.identity_number, entry.address, entry.phone, nomination.reference, certificate.token):
            assert secret not in words, (url, secret)


def test_a_result_that_is_not_released_or_not_issued_is_nowhere(client: Client) -> None:
    load_instruments()
    sealed = scenes.ovop(stars=3)
    waiting = scenes.released([scenes.ovop(stars=2)])[0]
    names = {one.product_entry.ikm.name for one in (sealed, waiting.decision.nomination)}
    for url in STATEMENTS:
        words = text(client.get(url))
        assert not [name for name in names if name in words], url
    assert client.get("/api/v1/pemegang").json()["data"] == []


def test_a_revoked_certificate_leaves_the_register_at_once(client: Client) -> None:
    certificate = scenes.issued()
    url, name = address(certificate), certificate.face["holder_name"]
    assert name in text(client.get("/pemegang/"))
    assert client.get(url).status_code == 200
    revoke_certificate(certificate_id=certificate.pk, reason="Izin edar dicabut.", actor=scenes.admin("Pencabut"))
    assert client.get(url).status_code == 404
    for page in ("/pemegang/?berlaku=semua", "/data/pemegang.csv", "/pemegang/terbaru.atom"):
        words = text(client.get(page))
        assert name not in words
        assert "Izin edar dicabut" not in words


def test_what_has_run_out_is_listed_apart(client: Client) -> None:
    certificate = scenes.issued(decided_on=date(2020, 1, 15))
    name = certificate.face["holder_name"]
    assert name not in text(client.get("/pemegang/"))
    assert name in text(client.get("/pemegang/?berlaku=berakhir"))
    assert "Berakhir 15 Januari 2022" in text(client.get(address(certificate)))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=batik+tulis", True),
        ("q=btik+tulis", True),
        ("q=pisang", False),
        ("provinsi=33", True),
        ("provinsi=32", False),
        ("bintang=3", True),
        ("bintang=1", False),
        ("tahun=2026", True),
        ("tahun=2024", False),
        ("penghargaan=ovop", True),
        ("penghargaan=upakarti", False),
        ("provinsi=xx&tahun=abc&bintang=99&penghargaan='", True),
        ("q=%00&after=-1", True),
    ],
)
def test_filters(client: Client, query: str, found: bool) -> None:
    certificate = scenes.issued(scenes.ovop(stars=3))
    face = {**certificate.face, "holder_name": "Batik Tulis Mawar"}
    with past_the_guards():
        Certificate.objects.filter(pk=certificate.pk).update(face=face)
    answer = client.get(f"/pemegang/?{query}")
    assert answer.status_code == 200
    assert ("Batik Tulis Mawar" in text(answer)) is found


def test_the_register_costs_the_same_for_any_number_of_holders(client: Client) -> None:
    certificate = scenes.issued(scenes.ovop(stars=3))
    counts, there = [], 0
    for more in (0, 9, 290):
        copies(certificate, there, more)
        there += more
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/pemegang/?provinsi=33&q=a")
        assert answer.status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 8


def test_open_data_has_lasting_columns_and_no_formula(client: Client) -> None:
    certificate = scenes.issued(scenes.ovop(stars=3))
    face = {**certificate.face, "holder_detail": "=HYPERLINK(1)"}
    with past_the_guards():
        Certificate.objects.filter(pk=certificate.pk).update(face=face)
    head, row = csv.reader(io.StringIO(b"".join(client.get("/data/pemegang.csv").streaming_content).decode()))
    assert head == COLUMNS
    record = dict(zip(head, row, strict=True))
    assert record["nomor"] == certificate.serial
    assert record["kode_wilayah"] == factories.HOME
    assert record["keterangan"] == "'=HYPERLINK(1)"
    assert client.get("/data/pemegang.json").json()["data"][0]["keterangan"] == "=HYPERLINK(1)"
    assert record["alamat"].endswith(address(certificate))


def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    first = scenes.issued()
    answer = client.get("/data/pemegang.csv")
    tag = answer["ETag"]
    b"".join(answer.streaming_content)
    assert client.get("/data/pemegang.csv", headers={"If-None-Match": tag}).status_code == 304
    revoke_certificate(certificate_id=first.pk, reason="Salah.", actor=scenes.admin("Pencabut"))
    assert client.get("/data/pemegang.csv", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("name", ["rekap.csv", "rekap.json"])
def test_the_sums_and_their_etag_are_of_one_moment(client: Client, name: str) -> None:
    certificate = scenes.issued(scenes.ovop(stars=3))
    before = client.get(f"/data/{name}")
    assert "ovop" in text(before)
    assert client.get(f"/data/{name}", headers={"If-None-Match": before["ETag"]}).status_code == 304
    revoke_certificate(certificate_id=certificate.pk, reason="Salah.", actor=scenes.admin("Pencabut"))
    after = client.get(f"/data/{name}", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert text(after) != text(before)


def test_every_open_page_says_how_long_it_may_be_kept(client: Client) -> None:
    scenes.issued()
    for page in (*STATEMENTS, "/bantuan/", "/sitemap-holders.xml", "/sitemap-pages.xml"):
        answer = client.get(page)
        assert answer["Cache-Control"] == "public, max-age=300", page
        assert not answer.cookies, page


def test_a_page_that_says_something_to_one_person_is_kept_by_nobody(client: Client, client_of: Any, chair: Any) -> None:
    person = client_of(chair)
    page = person.post("/akun/keluar/", follow=True)
    assert not page.wsgi_request.user.is_authenticated
    assert 'class="notification' in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_the_front_page_and_the_help_say_what_they_are_when_they_are_shared(client: Client) -> None:
    for page, words in (("/", "One Village One Product"), ("/bantuan/", "akun")):
        body = text(client.get(page))
        assert re.search(rf'<meta name="description" content="[^"]*{words}', body), page
        assert re.search(rf'<link rel="canonical" href="https?://[^"/]+{page}">', body), page
        assert re.search(r'<meta property="og:image" content="https?://[^"]+kartu[^"]*\.png">', body), page
        assert '<meta property="og:title"' in body, page


def test_visitors_pages_may_be_kept_and_those_of_a_signed_in_person_not(
    client: Client, client_of: Any, chair: Any
) -> None:
    scenes.issued()
    assert client.get("/pemegang/")["Cache-Control"] == "public, max-age=300"
    assert "Cookie" in client.get("/pemegang/")["Vary"]
    assert not client.get("/pemegang/").cookies
    kept = client_of(chair).get("/pemegang/")["Cache-Control"]
    assert "private" in kept
    assert "no-store" in kept


def test_the_page_of_an_award_says_how_it_is_judged(client: Client) -> None:
    load_instruments()
    factories.make_period("ovop")
    words = text(client.get("/penghargaan/ovop/"))
    for expected in ("Sumber bahan baku utama", "Bintang 3: nilai 80,00 ke atas", "Batas akhir"):
        assert expected in words
    assert client.get("/penghargaan/tidak-ada/").status_code == 404


def test_the_archive_keeps_retired_scales_and_what_the_ministry_has_edited(client: Client) -> None:
    assert load_archive() > 5
    ArchiveRound.objects.filter(award="ovop", year=2013).update(note="Diperiksa arsip.")
    assert load_archive() == 0
    words = text(client.get("/dari-masa-ke-masa/"))
    assert "skala 1–5 bintang" in words
    assert "Diperiksa arsip." in words
    assert re.search(r"Jasa Kepedulian: 18 .{0,40}tidak lagi diberikan", words)


def test_statistics_count_what_is_in_force(client: Client) -> None:
    scenes.issued(scenes.ovop(stars=3))
    scenes.issued(scenes.ovop(stars=1), decided_on=date(2020, 1, 15))
    words = text(client.get("/statistik/"))
    assert "1 penghargaan berlaku pada" in words
    assert "Jawa Tengah: 1 pemegang" in words
    assert "Jawa Barat: 0 pemegang" in words
    assert "Bintang 3: 1; Bintang 1: 1" in words


def test_feed_and_sitemap_lead_to_the_holder(client: Client) -> None:
    url = address(scenes.issued())
    for page in ("/pemegang/terbaru.atom", "/sitemap-holders.xml"):
        assert url in text(client.get(page)), page
    assert "/penghargaan/ovop/" in text(client.get("/sitemap-pages.xml"))
    assert "sitemap-holders.xml" in text(client.get("/sitemap.xml"))


@pytest.fixture
def agreed(officer_a: Any) -> Certificate:
    certificate = scenes.issued(scenes.ovop(stars=3))
    product = certificate.decision.nomination.product_entry.product_id
    upload = SimpleUploadedFile("foto.jpg", jpeg_bytes((300, 200)), content_type="image/jpeg")
    add_photo(product_id=product, upload=upload, caption="Kain di jemuran", actor=officer_a)
    return certificate


def test_a_photo_is_shown_by_consent_alone_and_gone_when_it_is_withdrawn(
    agreed: Certificate, officer_a: Any, client: Client, client_of: Any, post: Any
) -> None:
    page, form = address(agreed), f"/publikasi/{agreed.decision.nomination_id}/"
    assert "<img" not in text(client.get(page)).partition("<main")[2].partition("</main")[0]
    assert client.get(f"{page}foto/").status_code == 404
    officer = client_of(officer_a)
    photo = agreed.decision.nomination.product_entry.product.photos.get()
    facts = {"photo": photo.pk, "story": "Batik dari dapur.", "consented_by": "Ibu Sri", "consented_on": "2026-01-20"}
    assert post(officer, form, facts).status_code == 422  # nobody has agreed yet
    assert post(officer, form, {**facts, "agreed": "on"}).status_code == 302
    assert "Batik dari dapur." in text(client.get(page))
    assert "Ibu Sri" not in text(client.get(page))
    picture = client.get(f"{page}foto/")
    assert picture["Content-Type"] == "image/jpeg"
    assert b"".join(picture.streaming_content) == read_bytes(photo.file)
    for reader in (client, officer):  # a cache has to ask each time
        again = reader.get(f"{page}foto/", headers={"If-None-Match": picture["ETag"]})
        assert (again.status_code, again["Cache-Control"]) == (304, "no-cache")
    assert "no-cache" in client.get(page)["Cache-Control"]
    assert post(officer, f"{form}cabut/").status_code == 302
    assert client.get(f"{page}foto/", headers={"If-None-Match": picture["ETag"]}).status_code == 404
    assert "Batik dari dapur." not in text(client.get(page))
    assert client.get(f"{page}foto/").status_code == 404
    assert Publication.objects.get().withdrawn_by == officer_a


def test_a_later_agreement_takes_the_place_of_the_earlier_one(
    agreed: Certificate, officer_a: Any, client: Client
) -> None:
    facts = {"photo": None, "consented_by": "Ibu Sri", "consented_on": date(2026, 1, 20), "actor": officer_a}
    for story in ("Cerita lama.", "Cerita baru."):
        record_publication(nomination_id=agreed.decision.nomination_id, story=story, **facts)
    words = text(client.get(address(agreed)))
    assert "Cerita baru." in words
    assert "Cerita lama." not in words
    assert Publication.objects.count() == 2
    assert withdraw_publication(nomination_id=agreed.decision.nomination_id, actor=officer_a)
    assert not withdraw_publication(nomination_id=agreed.decision.nomination_id, actor=officer_a)


def test_the_photo_of_another_product_is_refused(
    agreed: Certificate, officer_a: Any, client_of: Any, post: Any
) -> None:
    other = factories.make_product()
    upload = SimpleUploadedFile("foto.jpg", jpeg_bytes((300, 200)), content_type="image/jpeg")
    foreign = add_photo(product_id=other.pk, upload=upload, caption="Lain", actor=officer_a)
    facts = {"photo": foreign.pk, "consented_by": "Ibu Sri", "consented_on": "2026-01-20", "agreed": "on"}
    assert post(client_of(officer_a), f"/publikasi/{agreed.decision.nomination_id}/", facts).status_code == 422
    assert not Publication.objects.exists()


def test_the_list_of_certificates_leads_to_the_public_page(officer_a: Any, client_of: Any) -> None:
    assert f'href="{address(scenes.issued())}"' in text(client_of(officer_a).get("/sertifikat/daftar/"))


@pytest.mark.parametrize(("query", "is_open"), [("", False), ("?q=batik", False), ("?tahun=2026", True)])
def test_the_fold_of_the_filters_is_open_when_one_of_them_is_set(query: str, is_open: bool, client: Any) -> None:
    body = text(client.get(f"/pemegang/{query}"))
    assert ('<details class="filter-fold" open>' in body) is is_open
    assert '<details class="filter-fold"' in body
