"""The Sekretariat's check: what a verdict needs, what an outcome needs, what the region then reads."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import NotPermitted, RuleBroken
from core.models import OutboxMail
from nominations.enums import Action, ItemVerdict, Status
from nominations.models import DossierItem, Nomination, VerificationItem
from nominations.services import verification
from tests import factories
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
ACCEPTED, REPAIR, REJECTED = ItemVerdict.ACCEPTED, ItemVerdict.REPAIR, ItemVerdict.REJECTED


@pytest.fixture
def verifying(officer_a: Any, verifier: Any) -> Nomination:
    return factories.make_ovop_nomination(Status.UNDER_VERIFICATION)


def items(nomination: Nomination) -> list[DossierItem]:
    return list(verification.current_items(nomination).order_by("requirement__order"))


def marked(
    nomination: Nomination, verdict: str = ACCEPTED, note: str = "", **others: tuple[str, str]
) -> dict[str, str]:
    """The fields of the page: the same verdict for every document, or another for a code."""
    data = {}
    for item in items(nomination):
        data[f"verdict_{item.pk}"], data[f"note_{item.pk}"] = others.get(item.requirement.code, (verdict, note))
    return data


def given(nomination: Nomination) -> dict[str, tuple[str, str]]:
    rows = VerificationItem.objects.filter(snapshot__nomination=nomination, snapshot__number=_newest(nomination))
    return {row.item.requirement.code: (row.verdict, row.note) for row in rows}


def _newest(nomination: Nomination) -> int:
    return nomination.snapshots.latest("number").number


def detail_url(nomination: Nomination) -> str:
    return reverse("verification_detail", args=[nomination.pk])


def conclude_url(nomination: Nomination) -> str:
    return reverse("verification_conclude", args=[nomination.pk])


def test_taking_up_a_dossier(verifier, client_of, post):
    submitted = factories.make_ovop_nomination(Status.SUBMITTED)
    answer = post(client_of(verifier), reverse("verification_start", args=[submitted.pk]))
    assert answer["Location"] == detail_url(submitted)
    assert scenes.state_of(submitted)["status"] == Status.UNDER_VERIFICATION
    assert post(client_of(verifier), reverse("verification_start", args=[submitted.pk])).status_code == 403


def test_verdicts_are_kept_in_parts_and_shown_again(verifying, verifier, client_of, post):
    client, (first, second, *_rest) = client_of(verifier), items(verifying)
    post(client, detail_url(verifying), {f"verdict_{first.pk}": ACCEPTED})
    post(client, detail_url(verifying), {f"verdict_{second.pk}": REPAIR, f"note_{second.pk}": "  Kop surat salah. "})
    assert given(verifying) == {"D01": (ACCEPTED, ""), "D02": (REPAIR, "Kop surat salah.")}
    assert {row.verified_by for row in VerificationItem.objects.all()} == {verifier}
    page = client.get(detail_url(verifying)).content.decode()
    assert re.search(rf'name="verdict_{first.pk}"[^>]*value="accepted" checked', page)
    assert "Kop surat salah." in page
    post(client, detail_url(verifying), {f"verdict_{second.pk}": ACCEPTED, f"note_{second.pk}": ""})
    assert given(verifying)["D02"] == (ACCEPTED, "")


@pytest.mark.parametrize("verdict", [REPAIR, REJECTED])
@pytest.mark.parametrize("note", ["", "   "])
def test_what_is_not_accepted_needs_a_note_and_the_rest_of_the_page_stays(
    verdict, note, verifying, verifier, client_of, post
):
    data = marked(verifying, REPAIR, "Catatan lain.", D01=(verdict, note))
    for url in (detail_url(verifying), conclude_url(verifying)):
        answer = post(client_of(verifier), url, data | {"outcome": "kembalikan", "reason": "Alasan saya."})
        page = answer.content.decode()
        assert (answer.status_code, given(verifying)) == (422, {})
        assert "D01: tulis apa yang harus diperbaiki." in page
        assert f'href="#id_note_{items(verifying)[0].pk}"' in page
        assert page.count("Catatan lain.") == len(items(verifying)) - 1
        assert "Alasan saya." in page
    with pytest.raises(RuleBroken, match="D01"):
        verification.save_verdicts(
            nomination_id=verifying.pk, verdicts={items(verifying)[0].pk: (verdict, note)}, actor=verifier
        )


def test_the_database_refuses_an_unknown_verdict_and_a_missing_note(verifying, verifier):
    facts = {"snapshot": verifying.snapshots.get(), "item": items(verifying)[0], "verified_by": verifier}
    for verdict in ("maybe", REPAIR):
        with pytest.raises(IntegrityError), transaction.atomic():
            VerificationItem.objects.create(verdict=verdict, note="", **facts)
    VerificationItem.objects.create(verdict=ACCEPTED, note="", **facts)


def test_an_unknown_verdict_or_outcome_is_no_error_of_ours(verifying, verifier, client_of, post):
    client, first = client_of(verifier), items(verifying)[0]
    assert post(client, detail_url(verifying), {f"verdict_{first.pk}": "maybe"}).status_code == 422
    for outcome in ("", "awarded", "lolos\x00"):
        answer = post(client, conclude_url(verifying), marked(verifying) | {"outcome": outcome})
        assert answer.status_code == 422
        assert "Pilih hasil verifikasi." in answer.content.decode()
    data = marked(verifying) | {"outcome": "tidak-memenuhi", "reason": "r" * 1001}
    assert post(client, conclude_url(verifying), data).status_code == 422
    assert (scenes.state_of(verifying)["status"], given(verifying)) == (Status.UNDER_VERIFICATION, {})


def test_a_document_of_another_dossier_takes_no_verdict_here(verifying, verifier, client_of, post):
    other = factories.make_ovop_nomination(Status.UNDER_VERIFICATION)
    foreign = items(other)[0]
    post(client_of(verifier), detail_url(verifying), {f"verdict_{foreign.pk}": ACCEPTED})
    assert not VerificationItem.objects.exists()
    with pytest.raises(RuleBroken, match="Muat ulang"):
        verification.save_verdicts(nomination_id=verifying.pk, verdicts={foreign.pk: (ACCEPTED, "")}, actor=verifier)


def test_what_was_marked_and_not_yet_saved_counts_for_the_outcome(verifying, verifier, client_of, post):
    answer = post(client_of(verifier), conclude_url(verifying), marked(verifying) | {"outcome": "lolos"})
    assert answer["Location"] == reverse("verification_queue")
    assert scenes.state_of(verifying)["status"] == Status.ELIGIBLE
    assert set(given(verifying).values()) == {(ACCEPTED, "")}


def test_eligible_needs_every_document_accepted_and_a_refusal_loses_no_mark(verifying, verifier, client_of, post):
    client = client_of(verifier)
    for spoiled in (("", ""), (REPAIR, "Buram."), (REJECTED, "Palsu.")):
        data = marked(verifying, D01=spoiled) | {"outcome": "lolos"}
        answer = post(client, conclude_url(verifying), data)
        page = answer.content.decode()
        assert (answer.status_code, given(verifying)) == (422, {})
        assert "Semua dokumen harus diperiksa dan diterima" in page
        assert len(re.findall(r'value="accepted" checked', page)) == len(items(verifying)) - 1
        assert spoiled[1] in page
    assert scenes.state_of(verifying)["status"] == Status.UNDER_VERIFICATION


def test_a_return_needs_a_marked_document_and_a_reason(verifying, verifier, client_of, post):
    client, data = client_of(verifier), marked(verifying, D02=(REPAIR, "SK belum ditandatangani."))
    attempts = [
        (marked(verifying), "Perbaiki.", "Tandai sedikitnya satu dokumen"),
        (marked(verifying, D02=(REJECTED, "Salah.")), "Perbaiki.", "Tandai sedikitnya satu dokumen"),
        (data, "  ", "Alasan wajib diisi"),
    ]
    for fields, reason, words in attempts:
        answer = post(client, conclude_url(verifying), fields | {"outcome": "kembalikan", "reason": reason})
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert scenes.state_of(verifying)["status"] == Status.UNDER_VERIFICATION
    done = data | {"outcome": "kembalikan", "reason": "Lengkapi SK."}
    assert post(client, conclude_url(verifying), done).status_code == 302
    assert scenes.state_of(verifying)["status"] == Status.RETURNED


def test_a_returned_dossier_tells_its_officers_what_to_mend_and_where(verifying, officer_a, verifier, client_of, post):
    data = marked(verifying, D02=(REPAIR, "SK belum ditandatangani."), D03=(REJECTED, "Daftar milik sentra lain."))
    outcome = {"outcome": "kembalikan", "reason": "Lengkapi dua dokumen."}
    post(client_of(verifier), conclude_url(verifying), data | outcome)
    client = client_of(officer_a)
    for name in ("nomination_detail", "nomination_documents"):
        page = client.get(reverse(name, args=[verifying.pk])).content.decode()
        assert "SK belum ditandatangani." in page
        assert "Daftar milik sentra lain." in page
        assert "Perlu perbaikan" in page
    assert "Lengkapi dua dokumen." in client.get(reverse("nomination_detail", args=[verifying.pk])).content.decode()
    mail = OutboxMail.objects.get(subject__contains="perlu perbaikan")
    assert mail.to == officer_a.email
    assert "Lengkapi dua dokumen." in mail.body
    assert "Verifikator" not in mail.body


def test_after_a_repair_the_check_begins_anew_on_the_second_submission(verifying, officer_a, verifier):
    notes = {item.pk: (REPAIR, "Buram.") for item in items(verifying)}
    verification.conclude_verification(
        nomination_id=verifying.pk,
        action=Action.RETURN_FOR_REPAIR,
        reason="Unggah ulang.",
        verdicts=notes,
        actor=verifier,
    )
    factories.submission.submit_nomination(nomination_id=verifying.pk, declared=True, actor=officer_a)
    verification.start_verification(nomination_id=verifying.pk, actor=verifier)
    assert given(verifying) == {}
    with pytest.raises(RuleBroken, match="Semua dokumen harus diperiksa"):
        verification.conclude_verification(
            nomination_id=verifying.pk, action=Action.DECLARE_ELIGIBLE, reason="", actor=verifier
        )
    assert VerificationItem.objects.filter(snapshot__number=1).count() == len(notes), "the first check is kept"


def test_ineligible_is_told_with_its_reason(verifying, officer_a, verifier, client_of, post):
    data = {"outcome": "tidak-memenuhi", "reason": "Usaha bukan industri."}
    assert post(client_of(verifier), conclude_url(verifying), data).status_code == 302
    assert scenes.state_of(verifying)["status"] == Status.INELIGIBLE
    mail = OutboxMail.objects.get(subject__contains="tidak memenuhi syarat")
    assert "Usaha bukan industri." in mail.body
    page = client_of(officer_a).get(reverse("nomination_detail", args=[verifying.pk])).content.decode()
    assert "Usaha bukan industri." in page


def test_only_the_sekretariat_and_only_during_the_check(
    verifying, officer_a, province, chair, auditor, superuser, verifier
):
    verdicts = {items(verifying)[0].pk: (ACCEPTED, "")}
    for actor in (officer_a, province, chair, auditor, superuser):
        with pytest.raises(NotPermitted):
            verification.save_verdicts(nomination_id=verifying.pk, verdicts=verdicts, actor=actor)
        with pytest.raises(NotPermitted):
            verification.conclude_verification(
                nomination_id=verifying.pk, action=Action.DECLARE_INELIGIBLE, reason="x", actor=actor
            )
    verification.save_verdicts(nomination_id=verifying.pk, verdicts=verdicts, actor=verifier)
    done = factories.make_ovop_nomination(Status.ELIGIBLE)
    with pytest.raises(NotPermitted, match="tidak sedang diverifikasi"):
        verification.save_verdicts(nomination_id=done.pk, verdicts={}, actor=verifier)


def test_the_queue_shows_what_waits_and_what_is_being_checked(verifying, verifier, client_of):
    waiting = factories.make_ovop_nomination(Status.SUBMITTED, region=factories.OTHER)
    other = factories.make_ovop_nomination(Status.ELIGIBLE)
    client, url = client_of(verifier), reverse("verification_queue")
    pages = {query: client.get(url + query).content.decode() for query in ("", "?status=diperiksa", "?status=%00")}
    assert [row.title in pages[""] for row in (waiting, verifying, other)] == [True, False, False]
    assert [row.title in pages["?status=diperiksa"] for row in (waiting, verifying, other)] == [False, True, False]
    assert pages["?status=%00"].count(waiting.title) == pages[""].count(waiting.title)
