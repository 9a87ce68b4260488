"""The list and the download of one's own certificates."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.services.upkeep import revoke_certificate
from core.files import read_bytes
from tests.certificates import scenes

pytestmark = pytest.mark.django_db
LIST = reverse("certificate_list")


def fill(certificate: Certificate, total: int) -> None:
    """More rows of the same decision; only ones that are out of force may stand beside each other."""
    missing = total - Certificate.objects.count()
    Certificate.objects.bulk_create(
        Certificate(decision=certificate.decision, period=certificate.period, state=CertificateState.REPLACED)
        for _ in range(missing)
    )


def queries_of(client: Any) -> int:
    client.get(LIST)  # the session is written at most once a minute
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LIST).status_code == 200
    return len(queries)


def test_the_list_costs_the_same_for_any_number_of_rows(officer_a: Any, admin_a: Any, client_of: Any) -> None:
    certificate = scenes.issued()
    clients = [client_of(officer_a), client_of(admin_a)]
    costs = []
    for total in (1, 10, 300):
        fill(certificate, total)
        costs.append([queries_of(client) for client in clients])
    assert costs[0] == costs[1] == costs[2]
    assert max(costs[0]) <= 8


def test_regions_read_that_it_is_being_made_and_the_ministry_that_it_failed(
    officer_a: Any, admin_a: Any, client_of: Any
) -> None:
    certificate = scenes.released([scenes.ovop()])[0]
    Certificate.objects.filter(pk=certificate.pk).update(state=CertificateState.FAILED)
    assert b"Sedang disiapkan" in client_of(officer_a).get(LIST).content
    assert b"Gagal dibuat" in client_of(admin_a).get(LIST).content


def test_a_download_is_the_stored_file_under_its_number(officer_a: Any, client_of: Any) -> None:
    certificate = scenes.issued()
    answer = client_of(officer_a).get(reverse("certificate_download", args=[certificate.pk]))
    assert b"".join(answer.streaming_content) == read_bytes(certificate.file)
    assert 'filename="OVOP-2026-0001.pdf"' in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"


def test_nothing_to_download_before_it_is_issued_nor_after_it_is_revoked(
    officer_a: Any, admin_a: Any, client_of: Any
) -> None:
    waiting = scenes.released([scenes.ovop()])[0]
    revoked = scenes.issued()
    revoke_certificate(certificate_id=revoked.pk, reason="Data keliru.", actor=admin_a)
    officer, admin = client_of(officer_a), client_of(admin_a)
    for certificate in (waiting, revoked):
        assert officer.get(reverse("certificate_download", args=[certificate.pk])).status_code == 403
    assert admin.get(reverse("certificate_download", args=[revoked.pk])).status_code == 200
    assert b"Unduh PDF" not in officer.get(LIST).content


def test_an_empty_list_says_when_it_fills(officer_a: Any, client_of: Any) -> None:
    assert "Belum ada sertifikat" in client_of(officer_a).get(LIST).content.decode()
