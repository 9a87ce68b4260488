"""A document that was sent in pieces is taken by the same service, with the same checks, as one from the plain form."""

import hashlib
import secrets
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.files import read_bytes
from core.models import Upload
from nominations.models import DossierItem, Nomination
from tests import factories
from tests.files import pdf_bytes, png_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination(complete=False)


def url(name: str, draft: Nomination, code: str = "D01") -> str:
    return reverse(name, args=[draft.pk, draft.period.requirements.get(code=code).pk])


def send(client: Client, post: Any, draft: Nomination, data: bytes, name: str = "surat.pdf", code: str = "D01") -> str:
    answer = post(client, url("document_upload", draft, code), {"name": name, "size": len(data)})
    assert answer.status_code == 302, answer.content
    facts = client.get(answer["Location"]).json()
    for start in range(0, len(data), 300):
        headers = {"Upload-Offset": str(start)}
        kind = "application/octet-stream"
        done = client.put(answer["Location"], data[start : start + 300], content_type=kind, headers=headers)
        assert done.status_code == 200
    return facts["key"]


def test_pieces_become_the_document(draft, officer_a, client_of, post, django_capture_on_commit_callbacks):
    client, data = client_of(officer_a), pdf_bytes("dalam potongan")
    key = send(client, post, draft, data)
    with django_capture_on_commit_callbacks(execute=False):
        facts = {"upload": key, "sha256": hashlib.sha256(data).hexdigest()}
        answer = post(client, url("document_add", draft), facts)
    assert (answer.status_code, answer["Location"]) == (302, f"/usulan/{draft.pk}/dokumen/#D01")
    item = DossierItem.objects.select_related("file").get()
    assert (item.file.original_name, read_bytes(item.file)) == ("surat.pdf", data)
    assert not Upload.objects.exists()


def test_a_second_post_of_the_end_finds_the_first_answer(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    facts = {"upload": send(client, post, draft, pdf_bytes())}
    one_key = secrets.token_urlsafe(24)
    answers = [post(client, url("document_add", draft), facts, key=one_key) for _twice in range(2)]
    assert [answer["Location"] for answer in answers] == [f"/usulan/{draft.pk}/dokumen/#D01"] * 2
    assert DossierItem.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"<html></html>" * 60, "surat.pdf", "bukan PDF, JPEG, atau PNG"),
        (png_bytes(), "surat.pdf", "tidak sesuai dengan akhiran"),
    ],
)
def test_the_checks_are_those_of_the_plain_form(data, name, words, draft, officer_a, client_of, post):
    client = client_of(officer_a)
    answer = post(client, url("document_add", draft), {"upload": send(client, post, draft, data, name)})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not DossierItem.objects.exists()


def test_an_unfinished_one_is_no_document(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    started = post(client, url("document_upload", draft), {"name": "surat.pdf", "size": 1000})
    key = client.get(started["Location"]).json()["key"]
    answer = post(client, url("document_add", draft), {"upload": key})
    assert answer.status_code == 422
    assert "belum terkirim seluruhnya" in answer.content.decode()


def test_an_upload_serves_its_own_document_only(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    key = send(client, post, draft, pdf_bytes())
    answer = post(client, url("document_add", draft, "D02"), {"upload": key})
    assert answer.status_code == 422
    assert "sudah tidak berlaku" in answer.content.decode()
    colleague = client_of(factories.make_user(officer_a.memberships.get().role, region=factories.HOME))
    assert post(colleague, url("document_add", draft), {"upload": key}).status_code == 422
    assert not DossierItem.objects.exists()


def test_a_refusal_at_the_start_is_said_in_words(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    answer = post(client, url("document_upload", draft), {"name": "a.pdf", "size": 11 * 1024 * 1024})
    assert (answer.status_code, "terlalu besar" in answer.json()["error"]) == (422, True)
    assert post(client, url("document_upload", draft), {"name": "a.pdf"}).status_code == 422
    assert not Upload.objects.exists()


def test_the_page_carries_the_script_as_a_file_and_the_plain_form(draft, officer_a, client_of):
    page = client_of(officer_a).get(reverse("nomination_documents", args=[draft.pk])).content.decode()
    assert page.count('js/upload.js" defer') == 1
    assert f'data-pieces="{url("document_upload", draft)}"' in page
    assert f'action="{url("document_add", draft)}"' in page
