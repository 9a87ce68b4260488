"""The receipt by mail: it carries the PDF of the submission, goes once, and goes without it when that is late."""

from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Notice
from core import outbox
from core.models import OutboxMail, StoredFile
from nominations.enums import Status
from nominations.models import Nomination
from nominations.services import documents_pdf
from tests import factories
from tests.nominations import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination(Status.SUBMITTED)


def receipt() -> OutboxMail:
    return OutboxMail.objects.select_related("attachment").get(subject__endswith="diterima")


def test_the_receipt_waits_for_its_pdf_and_carries_it(submitted, officer_a):
    row = receipt()
    assert outbox.waiting_ids() == []
    assert not outbox.send(row.pk)
    assert Notice.objects.get(user=officer_a).text.endswith("diterima"), "the notice waits for nothing"
    snapshot = submitted.snapshots.get()
    documents_pdf.render_snapshot(snapshot.pk)
    snapshot.refresh_from_db()
    assert outbox.waiting_ids() == [row.pk]
    assert outbox.send(row.pk)
    assert not outbox.send(row.pk)
    (sent,) = mail.outbox
    ((name, data, kind),) = sent.attachments
    assert sent.to == [officer_a.email]
    assert (name, kind) == (f"{submitted.reference}-1.pdf", "application/pdf")
    assert data[:5] == b"%PDF-"
    assert len(data) == snapshot.pdf.size


def test_a_second_rendering_releases_nothing_again(submitted):
    snapshot = submitted.snapshots.get()
    for _turn in range(2):
        documents_pdf.render_snapshot(snapshot.pk)
        outbox.send(receipt().pk)
    assert len(mail.outbox) == 1


def test_a_pdf_that_comes_too_late_does_not_send_the_receipt_twice(submitted):
    OutboxMail.objects.update(rests_until=scenes.now())
    assert outbox.send(receipt().pk)
    documents_pdf.render_snapshot(submitted.snapshots.get().pk)
    row = receipt()
    assert (row.attachment, row.sent_at is not None, outbox.waiting_ids()) == (None, True, [])
    assert [message.attachments for message in mail.outbox] == [[]]


def test_a_file_that_is_too_large_for_a_mail_stays_on_its_page(submitted):
    snapshot = submitted.snapshots.get()
    large = factories.stored_pdf("besar.pdf")
    StoredFile.objects.filter(pk=large.pk).update(size=outbox.MAX_ATTACHMENT + 1)
    large.refresh_from_db()
    outbox.release(prefix=f"submitted:{snapshot.pk}:", attachment=large)
    row = receipt()
    assert row.attachment is None
    assert outbox.send(row.pk)


def test_only_the_receipt_of_that_submission_is_released(submitted):
    other = factories.make_ovop_nomination(Status.SUBMITTED)
    documents_pdf.render_snapshot(other.snapshots.get().pk)
    released = OutboxMail.objects.filter(attachment__isnull=False)
    assert [other.reference in row.subject for row in released] == [True]


def test_a_file_that_cannot_be_read_is_a_refusal_that_shows(submitted, tmp_path):
    documents_pdf.render_snapshot(submitted.snapshots.get().pk)
    row = receipt()
    StoredFile.objects.filter(pk=row.attachment_id).update(sha256="0" * 64)
    assert not outbox.send(row.pk)
    row.refresh_from_db()
    assert (row.claimed_at, row.sent_at) == (None, None)
    assert "sha256" in row.last_error
    assert mail.outbox == []


def test_the_receipt_page_offers_the_pdf_as_soon_as_it_is_there(submitted, officer_a, client_of):
    client, url = client_of(officer_a), reverse("nomination_receipt", args=[submitted.pk])
    pdf = reverse("snapshot_pdf", args=[submitted.pk, 1])
    page = client.get(url).content.decode()
    assert pdf not in page
    assert "PDF sedang dibuat" in page
    documents_pdf.render_snapshot(submitted.snapshots.get().pk)
    assert pdf in client.get(url).content.decode()
