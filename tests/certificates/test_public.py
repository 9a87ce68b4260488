"""The public page: what anybody learns from a QR code, and that nobody learns more."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.enums import CertificateState
from certificates.models import Certificate, new_token
from certificates.services.upkeep import revoke_certificate
from tests.certificates import scenes

pytestmark = pytest.mark.django_db


def page(client: Any, token: str) -> Any:
    return client.get(reverse("certificate_verify", args=[token]))


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_valid_certificate_shows_its_face(client: Any) -> None:
    certificate = scenes.issued(scenes.ovop(stars=3))
    answer = page(client, certificate.token)
    words = text(answer)
    assert answer.status_code == 200
    assert "Sertifikat ini asli dan berlaku" in words
    face = certificate.face
    for name in ("holder_name", "holder_detail", "region", "award", "period", "category", "serial", "giver_name"):
        assert face[name] in words, name
    assert "15 Januari 2028" in words
    assert "Belum ditandatangani" in words


def test_it_shows_no_personal_data_that_is_not_printed(client: Any) -> None:
    nomination = scenes.upakarti()
    certificate = scenes.issued(nomination)
    entry = nomination.candidate_entry
    words = text(page(client, certificate.token))
    assert entry.name in words
    for secret in (entry.identity_number, entry.address, entry.phone, nomination.reference, certificate.sha256):
        assert secret not in words


def test_a_cache_keeps_one_page_for_everybody_a_minute_and_no_search_engine_lists_it(
    client: Any, client_of: Any, chair: Any
) -> None:
    token = scenes.issued().token
    answers = [page(client, token), page(client, new_token()), page(client_of(chair), token)]
    for answer in answers:
        assert answer["Cache-Control"] == "public, max-age=60"
        assert "noindex" in answer["X-Robots-Tag"]
    assert not answers[0].cookies
    assert answers[0].content == answers[2].content
    assert chair.name not in text(answers[2])


def test_guessing_codes_is_slowed_down_and_scanning_right_ones_is_not(client: Any) -> None:
    token = scenes.issued().token
    assert [page(client, new_token()).status_code for _ in range(31)] == [404] * 30 + [429]
    assert page(client, token).status_code == 200
    elsewhere = client.get(reverse("certificate_verify", args=[new_token()]), REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == 404


@pytest.mark.parametrize("known", [True, False])
def test_one_query_whether_the_code_is_known_or_not(client: Any, known: bool) -> None:
    token = scenes.issued().token if known else new_token()
    with CaptureQueriesContext(connection) as queries:
        page(client, token)
    assert len(queries) == 1


@pytest.mark.parametrize("token", ["OVOP-2026-0001", "1", "x" * 32, "x" * 500, "a%00b", "é" * 30, "' OR 1=1 --"])
def test_an_unknown_code_says_what_to_do(client: Any, token: str) -> None:
    scenes.issued()
    answer = client.get(f"/sertifikat/{token}/")
    assert answer.status_code == 404
    assert "Pindai lagi kode QR" in text(answer)


def test_what_is_still_being_made_looks_like_what_does_not_exist(client: Any) -> None:
    certificate = scenes.released([scenes.ovop()])[0]
    unknown = text(page(client, new_token()))
    assert "Pindai lagi kode QR" in unknown
    for state in (CertificateState.WANTED, CertificateState.RENDERING, CertificateState.FAILED):
        Certificate.objects.filter(pk=certificate.pk).update(state=state)
        answer = page(client, certificate.token)
        assert (answer.status_code, text(answer)) == (404, unknown)


def test_a_number_alone_shows_nothing(client: Any) -> None:
    certificate = scenes.issued()
    for address in (certificate.serial, certificate.serial.replace("/", "-"), str(certificate.pk), certificate.number):
        assert client.get(f"/sertifikat/{address}/").status_code == 404
    lookup = client.get(reverse("certificate_lookup"), {"nomor": certificate.serial, "q": certificate.serial})
    assert certificate.face["holder_name"] not in text(lookup)
    assert 'type="text"' not in text(lookup)


def test_a_revoked_certificate_says_so_without_the_reason(client: Any, admin_a: Any) -> None:
    certificate = scenes.issued()
    revoke_certificate(certificate_id=certificate.pk, reason="Data palsu milik Budi", actor=admin_a)
    words = text(page(client, certificate.token))
    assert "sudah dicabut" in words
    assert "asli dan berlaku" not in words
    assert "Budi" not in words


def test_a_page_that_was_looked_at_before_says_the_next_time_that_it_was_revoked(client: Any, admin_a: Any) -> None:
    certificate, other = scenes.issued(), scenes.issued(scenes.upakarti(name="Pemegang Lain"))
    first = page(client, certificate.token)
    assert "Pemegang Lain" not in text(first)
    assert "Pemegang Lain" in text(page(client, other.token))
    seen = {"If-None-Match": first["ETag"]}
    url = reverse("certificate_verify", args=[certificate.token])
    again = client.get(url, headers=seen)
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "public, max-age=60")
    assert page(client, certificate.token).content == first.content
    revoke_certificate(certificate_id=certificate.pk, reason="Data palsu", actor=admin_a)
    changed = client.get(url, headers=seen)
    assert changed.status_code == 200
    assert "sudah dicabut" in text(changed)


def test_a_replaced_certificate_says_so(client: Any) -> None:
    certificate = scenes.issued()
    Certificate.objects.filter(pk=certificate.pk).update(state=CertificateState.REPLACED)
    assert "sudah diganti" in text(page(client, certificate.token))


@pytest.mark.parametrize(("days", "words"), [(0, "asli dan berlaku"), (-1, "Masa berlaku sertifikat ini sudah")])
def test_the_last_day_counts(client: Any, days: int, words: str) -> None:
    last = timezone.localdate() + timedelta(days=days)
    certificate = scenes.issued(decided_on=last.replace(year=last.year - 2))
    assert certificate.valid_until == last
    assert words in text(page(client, certificate.token))


def test_an_award_without_end(client: Any) -> None:
    nomination = scenes.upakarti()
    nomination.period.certificate_years = 0
    nomination.period.save()
    certificate = scenes.issued(nomination)
    words = text(page(client, certificate.token))
    assert certificate.valid_until is None
    assert "asli dan berlaku" in words
    assert "Berlaku sampai" not in words


def test_markup_in_a_name_stays_words(client: Any) -> None:
    certificate = scenes.issued(scenes.upakarti(name="<script>alert(1)</script>"))
    assert "<script>alert" not in text(page(client, certificate.token))
