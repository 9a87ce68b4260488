"""Files that wait for their scan or failed it: what the region sees, whom we tell, what is refused."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.errors import RuleBroken
from core.models import OutboxMail, ScanState, StoredFile
from nominations.enums import Action, Status
from nominations.models import DossierItem, Nomination
from nominations.services import submission, verification
from nominations.services.danger import untold_ids
from nominations.tasks import tell_of_danger
from tests import factories
from tests.files import pdf_bytes, pdf_upload

pytestmark = pytest.mark.django_db


def set_state(item: DossierItem, state: ScanState) -> None:
    StoredFile.objects.filter(pk=item.file_id).update(scan_state=state)


@pytest.fixture
def draft(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination()


@pytest.fixture
def item(draft: Nomination) -> DossierItem:
    return draft.items.get(requirement__code="D01")


def page(client: Any, name: str, *args: Any) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def test_with_a_scanner_an_upload_waits_and_nothing_calls_it_done(draft, officer_a, client_of, post, settings):
    settings.CLAMD = "/tmp/tidak-ada-clamd.sock"
    client = client_of(officer_a)
    requirement = draft.period.requirements.get(code="D01")
    upload = SimpleUploadedFile("surat.pdf", pdf_bytes())
    assert post(client, reverse("document_add", args=[draft.pk, requirement.pk]), {"file": upload}).status_code == 302
    item = draft.items.get(requirement=requirement, superseded_at=None)
    row = page(client, "nomination_documents", draft.pk).partition('id="D01"')[2].partition("</section>")[0]
    assert "Menunggu pemindaian" in row
    assert "Sudah ada" not in row
    download = reverse("document_download", args=[draft.pk, item.pk])
    assert download not in row
    assert client.get(download).status_code == 403
    tasks = page(client, "nomination_detail", draft.pk)
    assert "1 berkas menunggu pemindaian" in tasks
    for name in ("nomination_content", "nomination_check"):
        shown = page(client, name, draft.pk)
        assert "Menunggu pemindaian" in shown
        assert download not in shown


def test_a_waiting_document_may_be_submitted_and_the_verifier_sees_it(draft, item, officer_a, verifier, client_of):
    set_state(item, ScanState.WAITING)
    submission.submit_nomination(nomination_id=draft.pk, declared=True, actor=officer_a)
    verification.start_verification(nomination_id=draft.pk, actor=verifier)
    shown = page(client_of(verifier), "verification_detail", draft.pk)
    assert "Menunggu pemindaian" in shown
    one = client_of(verifier).get(reverse("verification_detail", args=[draft.pk]) + "?dokumen=D01").content.decode()
    for seen in (shown, one):
        assert reverse("document_download", args=[draft.pk, item.pk]) not in seen
    assert "<iframe" not in one


def test_an_infected_document_stops_the_submission_until_it_is_replaced(draft, item, officer_a, client_of, post):
    set_state(item, ScanState.INFECTED)
    with pytest.raises(RuleBroken, match="D01 terdeteksi berbahaya"):
        submission.submit_nomination(nomination_id=draft.pk, declared=True, actor=officer_a)
    client = client_of(officer_a)
    assert "terdeteksi berbahaya" in page(client, "nomination_check", draft.pk)
    row = page(client, "nomination_documents", draft.pk).partition('id="D01"')[2].partition("</section>")[0]
    assert "Unggah berkas pengganti" in row
    url = reverse("document_add", args=[draft.pk, item.requirement_id])
    assert post(client, url, {"file": pdf_upload("bersih.pdf")}).status_code == 302
    submitted = submission.submit_nomination(nomination_id=draft.pk, declared=True, actor=officer_a)
    assert submitted.status == Status.SUBMITTED


@pytest.mark.parametrize("state", [ScanState.WAITING, ScanState.INFECTED])
def test_nothing_passes_the_verification_with_a_held_file(state, verifier):
    verifying = factories.make_ovop_nomination(Status.UNDER_VERIFICATION)
    item = verifying.items.first()
    set_state(item, state)
    factories.mark_all(verifying, verifier)
    facts = {"nomination_id": verifying.pk, "reason": "", "actor": verifier}
    with pytest.raises(RuleBroken, match="terdeteksi berbahaya"):
        verification.conclude_verification(action=Action.DECLARE_ELIGIBLE, **facts)
    set_state(item, ScanState.CLEAN)
    verification.conclude_verification(action=Action.DECLARE_ELIGIBLE, **facts)


def test_every_officer_of_the_region_is_told_once(draft, item, officer_a, officer_b):
    colleague = factories.make_user(officer_a.memberships.get().role, region=factories.HOME)
    set_state(item, ScanState.INFECTED)
    OutboxMail.objects.all().delete()
    for _minute in range(2):
        tell_of_danger()
    mails = OutboxMail.objects.filter(subject__contains="D01")
    assert sorted(mails.values_list("to", flat=True)) == sorted([officer_a.email, colleague.email])
    assert "unggah berkas pengganti" in mails[0].body
    assert item.file.original_name in mails[0].body
    assert untold_ids() == []


def test_after_the_submission_the_mail_says_whom_to_ask(item, draft, officer_a, settings):
    submission.submit_nomination(nomination_id=draft.pk, declared=True, actor=officer_a)
    set_state(item, ScanState.INFECTED)
    tell_of_danger()
    assert f"hubungi Sekretariat ({settings.HELP_EMAIL})" in OutboxMail.objects.get(subject__contains="D01").body


def test_a_document_that_was_replaced_meanwhile_troubles_nobody(draft, item, officer_a, client_of, post):
    url = reverse("document_add", args=[draft.pk, item.requirement_id])
    post(client_of(officer_a), url, {"file": pdf_upload("baru.pdf")})
    set_state(item, ScanState.INFECTED)
    assert untold_ids() == []


def test_a_document_of_the_sekretariat_goes_back_to_who_uploaded_it(verifier, client_of, post):
    eligible = factories.make_ovop_nomination(Status.ELIGIBLE)
    requirement = eligible.period.requirements.get(code="D19")
    url = reverse("document_add", args=[eligible.pk, requirement.pk])
    assert post(client_of(verifier), url, {"file": pdf_upload()}).status_code == 302
    set_state(eligible.items.get(requirement=requirement), ScanState.INFECTED)
    tell_of_danger()
    assert OutboxMail.objects.get(subject__contains="D19").to == verifier.email
