"""Every version of a document stays and is shown to whom the dossier is shown."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import ScanState, StoredFile
from nominations.models import DossierItem, Nomination
from tests import factories
from tests.files import pdf_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination(complete=False)


def history_url(nomination: Nomination, code: str = "D01") -> str:
    return reverse("document_history", args=[nomination.pk, nomination.period.requirements.get(code=code).pk])


def test_all_versions_with_their_facts(draft, officer_a, province, verifier, client_of, post):
    client = client_of(officer_a)
    requirement = draft.period.requirements.get(code="D01")
    for name in ("satu.pdf", "dua.pdf", "tiga.pdf"):
        upload = SimpleUploadedFile(name, pdf_bytes(name))
        assert (
            post(client, reverse("document_add", args=[draft.pk, requirement.pk]), {"file": upload}).status_code == 302
        )
    files = StoredFile.objects.filter(original_name__in=["satu.pdf", "dua.pdf", "tiga.pdf"])
    for user in (officer_a, province, verifier):
        page = client_of(user).get(history_url(draft)).content.decode()
        assert page.index("tiga.pdf") < page.index("dua.pdf") < page.index("satu.pdf")
        assert (page.count("Berlaku<"), page.count("Sudah diganti")) == (1, 2)
        assert page.count(officer_a.name) >= 3
        for stored in files:
            assert f"{stored.sha256[:12]}…" in page
        for item in draft.items.all():
            assert reverse("document_download", args=[draft.pk, item.pk]) in page
    assert history_url(draft) in client.get(reverse("nomination_documents", args=[draft.pk])).content.decode()


def test_a_held_version_is_named_but_not_offered(draft, officer_a, client_of):
    item = DossierItem.objects.create(
        nomination=draft,
        requirement=draft.period.requirements.get(code="D01"),
        file=factories.stored_pdf("jahat.pdf"),
        added_by=officer_a,
    )
    StoredFile.objects.filter(pk=item.file_id).update(scan_state=ScanState.INFECTED)
    page = client_of(officer_a).get(history_url(draft)).content.decode()
    assert "jahat.pdf" in page
    assert "Berkas berbahaya" in page
    assert reverse("document_download", args=[draft.pk, item.pk]) not in page


def test_links_have_a_history_too_and_nothing_is_said_of_nothing(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    assert "Belum ada berkas" in client.get(history_url(draft, "D09")).content.decode()
    requirement = draft.period.requirements.get(code="D09")
    post(client, reverse("document_add", args=[draft.pk, requirement.pk]), {"link": "https://contoh.go.id/video"})
    assert "https://contoh.go.id/video" in client.get(history_url(draft, "D09")).content.decode()


def test_the_cost_does_not_grow_with_the_versions(draft, officer_a, client_of):
    client, counts = client_of(officer_a), set()
    requirement = draft.period.requirements.get(code="D01")
    client.get(history_url(draft))  # the first request of a session writes its start
    for more in (1, 9, 290):
        draft.items.update(superseded_at=draft.created_at)
        DossierItem.objects.bulk_create(
            DossierItem(
                nomination=draft,
                requirement=requirement,
                link=f"https://contoh.go.id/{more}/{number}",
                added_by=officer_a,
                superseded_at=draft.created_at,
            )
            for number in range(more)
        )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(history_url(draft)).status_code == 200
        counts.add(len(queries))
    assert len(counts) == 1
    assert counts.pop() <= 8


def test_a_requirement_of_another_round_is_not_found(draft, officer_a, client_of):
    other = factories.make_period("upakarti").requirements.first()
    assert client_of(officer_a).get(reverse("document_history", args=[draft.pk, other.pk])).status_code == 404
