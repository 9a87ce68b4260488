"""What a document looks like on a page: who sees it, in which frame, and what stands there when there is nothing."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import Preview, PreviewState, ScanState, StoredFile
from core.previews import render_preview
from nominations.models import DossierItem, Nomination
from tests import factories
from tests.files import long_pdf_bytes, pdf_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def nomination(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination(complete=False)


@pytest.fixture
def item(nomination: Nomination, officer_a: Any, client_of: Any, post: Any) -> DossierItem:
    requirement = nomination.period.requirements.get(code="D01")
    upload = SimpleUploadedFile("surat.pdf", long_pdf_bytes(12))
    url = reverse("document_add", args=[nomination.pk, requirement.pk])
    assert post(client_of(officer_a), url, {"file": upload}).status_code == 302
    return nomination.items.select_related("file").get()


def page_url(item: DossierItem) -> str:
    return reverse("document_preview", args=[item.nomination_id, item.pk])


def image_url(item: DossierItem, number: int = 1) -> str:
    return reverse("document_page_image", args=[item.nomination_id, item.pk, number])


def test_an_upload_asks_for_its_preview_and_says_so_until_it_is_there(item, officer_a, client_of):
    client = client_of(officer_a)
    assert Preview.objects.get(pk=item.file_id).state == PreviewState.WANTED
    page = client.get(page_url(item)).content.decode()
    assert "Pratinjau sedang dibuat" in page
    assert "<img" not in page.partition("<h1")[2].partition("</main>")[0]
    assert client.get(image_url(item)).status_code == 404
    render_preview(str(item.file_id))
    assert image_url(item) in client.get(page_url(item)).content.decode()


@pytest.mark.parametrize(
    ("asked", "number", "before", "after"),
    [
        ("", 1, False, True),
        ("3", 3, True, True),
        ("10", 10, True, False),
        ("99", 10, True, False),
        ("x", 1, False, True),
    ],
)
def test_pages_are_turned_by_links(asked, number, before, after, item, officer_a, client_of):
    render_preview(str(item.file_id))
    page = client_of(officer_a).get(page_url(item), {"halaman": asked}).content.decode()
    assert image_url(item, number) in page
    assert f"Halaman {number} dari 12" in page
    assert ('rel="prev"' in page, 'rel="next"' in page) == (before, after)
    assert "10 halaman pertama dari 12" in page


def test_the_page_may_stand_in_a_frame_of_ours_and_nowhere_else(item, officer_a, client_of):
    render_preview(str(item.file_id))
    client = client_of(officer_a)
    answer = client.get(page_url(item), {"panel": "1"})
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert b"site-header" not in answer.content
    assert b"?panel=1&amp;halaman=2" in answer.content, "the next page stays in the panel"
    other = client.get(reverse("nomination_documents", args=[item.nomination_id]))
    assert other["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in other["Content-Security-Policy"]


def test_a_page_image_is_shown_and_can_do_nothing(item, officer_a, client_of):
    render_preview(str(item.file_id))
    answer = client_of(officer_a).get(image_url(item))
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert b"".join(answer)[8:12] == b"WEBP"


@pytest.mark.parametrize(
    ("state", "words"), [(ScanState.WAITING, "Menunggu pemindaian"), (ScanState.INFECTED, "terdeteksi berbahaya")]
)
def test_a_held_file_shows_nothing_and_says_why(state, words, item, officer_a, verifier, client_of):
    render_preview(str(item.file_id))
    StoredFile.objects.filter(pk=item.file_id).update(scan_state=state)
    for user in (officer_a, verifier):
        client = client_of(user)
        page = client.get(page_url(item)).content.decode()
        assert words in page
        assert image_url(item) not in page
        assert reverse("document_download", args=[item.nomination_id, item.pk]) not in page
        assert client.get(image_url(item)).status_code == 403


def test_a_failure_is_said_and_the_file_offered(item, officer_a, client_of):
    Preview.objects.filter(pk=item.file_id).update(state=PreviewState.FAILED)
    page = client_of(officer_a).get(page_url(item)).content.decode()
    assert "tidak dapat dibuat" in page
    assert reverse("document_download", args=[item.nomination_id, item.pk]) in page


def test_a_replaced_document_keeps_its_preview(item, officer_a, client_of, post):
    render_preview(str(item.file_id))
    client = client_of(officer_a)
    url = reverse("document_add", args=[item.nomination_id, item.requirement_id])
    assert post(client, url, {"file": pdf_upload("baru.pdf")}).status_code == 302
    assert client.get(image_url(item)).status_code == 200


def test_the_cost_of_the_page(item, officer_a, client_of, django_assert_max_num_queries):
    render_preview(str(item.file_id))
    client = client_of(officer_a)
    with django_assert_max_num_queries(8):
        assert client.get(page_url(item)).status_code == 200


def test_a_link_has_no_preview(nomination, officer_a, client_of):
    item = DossierItem.objects.create(
        nomination=nomination,
        requirement=nomination.period.requirements.get(code="D09"),
        link="https://contoh.go.id/video",
        added_by=officer_a,
    )
    assert client_of(officer_a).get(page_url(item)).status_code == 404
