"""The Sekretariat's check: what a verdict needs, what an outcome needs, what the region then reads."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.models import OutboxMail
from nominations.enums import Action, AdminRule, ItemVerdict, Status, Topic
from nominations.models import IneligibilityReason, Nomination, VerificationDesk, VerificationItem
from nominations.rules import SUBJECT
from nominations.selectors.verification import marks_of, parts_of
from nominations.services import verification
from nominations.services.verification import Mark
from sentra.models import Sentra
from tests import factories
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
ACCEPTED, REPAIR, REJECTED = ItemVerdict.ACCEPTED, ItemVerdict.REPAIR, ItemVerdict.REJECTED


@pytest.fixture
def verifying(officer_a: Any, verifier: Any) -> Nomination:
    return factories.make_ovop_nomination(Status.UNDER_VERIFICATION)


def key_of(nomination: Nomination, code: str) -> int | str:
    return next(part.key for part in parts_of(nomination) if part.code == code)


def given(nomination: Nomination) -> dict[str, tuple[str, str]]:
    rows = marks_of(nomination.snapshots.latest("number")).values()
    return {row.item.requirement.code if row.item else row.page: (row.verdict, row.note) for row in rows}


def desk_url(nomination: Nomination, code: str = "") -> str:
    name = "dokumen" if code.startswith("D") else "bagian"
    return reverse("verification_detail", args=[nomination.pk]) + (f"?{name}={code}" if code else "")


def conclude_url(nomination: Nomination) -> str:
    return reverse("verification_conclude", args=[nomination.pk])


def outcome(client: Any, nomination: Nomination, **fields: Any) -> dict[str, Any]:
    """The fields of the page of the outcome as it was opened, with these typed in."""
    page = client.get(conclude_url(nomination))
    form = page.context["form"]
    return {"version": form["version"].value(), "seen": form["seen"].value()} | fields


def test_taking_up_a_dossier_names_the_checker(verifier, client_of, post):
    submitted = factories.make_ovop_nomination(Status.SUBMITTED)
    answer = post(client_of(verifier), reverse("verification_start", args=[submitted.pk]))
    assert answer["Location"] == desk_url(submitted)
    assert scenes.state_of(submitted)["status"] == Status.UNDER_VERIFICATION
    assert VerificationDesk.objects.get(snapshot__nomination=submitted).checker == verifier
    assert post(client_of(verifier), reverse("verification_start", args=[submitted.pk])).status_code == 403


def test_a_colleague_takes_over_and_nothing_locks_the_first_out(verifying, admin_a, client_of, post):
    first = VerificationDesk.objects.get().checker
    client = client_of(admin_a)
    assert first.name in client.get(desk_url(verifying)).content.decode()
    post(client, desk_url(verifying, "D01"), {"version": 0, "verdict": ACCEPTED})
    assert VerificationDesk.objects.get().checker == first, "checking a part is not taking over"
    assert post(client, reverse("verification_take_over", args=[verifying.pk])).status_code == 302
    assert VerificationDesk.objects.get().checker == admin_a
    post(client_of(first), desk_url(verifying, "D02"), {"version": 0, "verdict": ACCEPTED})
    assert given(verifying) == {"D01": (ACCEPTED, ""), "D02": (ACCEPTED, "")}


def test_every_document_and_every_section_takes_a_verdict(verifying):
    codes = [part.code for part in parts_of(verifying)]
    assert codes[:5] == [SUBJECT, "uniqueness", "materials", "marketing", "community_role"]
    assert codes[5:] == [item.requirement.code for item in verifying.items.order_by("requirement__order")]
    candidate = factories.make_upakarti_nomination(Status.SUBMITTED)
    assert [part.code for part in parts_of(candidate)][:3] == [SUBJECT, "beneficiaries", "duty_statement"]


def test_a_verdict_is_kept_shown_again_and_changed(verifying, verifier, client_of, post):
    client = client_of(verifier)
    answer = post(client, desk_url(verifying, "D01"), {"version": 0, "verdict": ACCEPTED, "next": "1"})
    assert answer["Location"] == desk_url(verifying, "D02"), "on to the next one without a verdict"
    data = {"version": 0, "verdict": REPAIR, "note": "  Kop surat salah. "}
    assert post(client, desk_url(verifying, "D02"), data)["Location"] == desk_url(verifying, "D02")
    assert given(verifying) == {"D01": (ACCEPTED, ""), "D02": (REPAIR, "Kop surat salah.")}
    assert {row.verified_by for row in VerificationItem.objects.all()} == {verifier}
    page = client.get(desk_url(verifying, "D02")).content.decode()
    assert re.search(r'value="repair"[^>]*checked', page)
    assert "Kop surat salah." in page
    post(client, desk_url(verifying, "D02"), {"version": 1, "verdict": ACCEPTED, "note": ""})
    assert given(verifying)["D02"] == (ACCEPTED, "")


def test_saving_goes_round_to_what_is_unchecked_and_then_to_the_outcome(verifying, verifier, client_of, post):
    client, parts = client_of(verifier), parts_of(verifying)
    factories.mark_all(verifying, verifier)
    VerificationItem.objects.filter(item=parts[-2].key).delete()
    VerificationItem.objects.filter(page=SUBJECT).delete()
    assert client.get(desk_url(verifying)).context["part"].code == SUBJECT, "opened at the first unchecked one"
    answer = post(client, desk_url(verifying, parts[-2].code), {"version": 0, "verdict": ACCEPTED, "next": "1"})
    assert answer["Location"] == desk_url(verifying, SUBJECT)
    answer = post(client, desk_url(verifying, SUBJECT), {"version": 0, "verdict": ACCEPTED, "next": "1"})
    assert answer["Location"] == conclude_url(verifying)


def test_the_document_stands_beside_the_form_and_beside_a_section(verifying, verifier, client_of):
    client = client_of(verifier)
    item = verifying.items.get(requirement__code="D04")
    preview = reverse("document_preview", args=[verifying.pk, item.pk])
    for query in ("?dokumen=D04", "?bagian=subject&dokumen=D04"):
        answer = client.get(reverse("verification_detail", args=[verifying.pk]) + query)
        assert (
            f'<iframe class="desk-frame" title="Pratinjau D04 {item.requirement.label}" src="{preview}?panel=1">'
            in (answer.content.decode())
        )
        assert "frame-src 'self'" in answer["Content-Security-Policy"]
    page = client.get(reverse("verification_detail", args=[verifying.pk]) + "?bagian=subject").content.decode()
    assert "<iframe" not in page
    assert "?bagian=subject&amp;dokumen=D04#pratinjau" in page
    assert verifying.product_entry.sentra.name in page
    for unknown in ("?dokumen=D99", "?bagian=impact", "?bagian=%00"):
        assert client.get(reverse("verification_detail", args=[verifying.pk]) + unknown).status_code == 404


@pytest.mark.parametrize("verdict", [REPAIR, REJECTED])
@pytest.mark.parametrize("note", ["", "   "])
def test_what_is_not_accepted_needs_a_note(verdict, note, verifying, verifier, client_of, post):
    for code in ("D01", SUBJECT):
        data = {"version": 0, "verdict": verdict, "note": note}
        answer = post(client_of(verifier), desk_url(verifying, code), data)
        page = answer.content.decode()
        assert (answer.status_code, given(verifying)) == (422, {})
        assert "Tulis apa yang harus diperbaiki." in page
        assert 'href="#id_note"' in page
    with pytest.raises(RuleBroken, match="D01"):
        verification.save_verdicts(
            nomination_id=verifying.pk, verdicts={key_of(verifying, "D01"): Mark(verdict, note)}, actor=verifier
        )


def test_a_usual_note_stands_before_what_was_typed(verifying, verifier, client_of, post):
    client = client_of(verifier)
    usual = client.get(desk_url(verifying, "D02")).context["form"].fields["usual"].choices[1][0]
    post(client, desk_url(verifying, "D02"), {"version": 0, "verdict": REPAIR, "usual": usual, "note": "Halaman 2."})
    assert given(verifying)["D02"] == (REPAIR, f"{usual} Halaman 2.")
    post(client, desk_url(verifying, "D03"), {"version": 0, "verdict": REPAIR, "usual": usual})
    assert given(verifying)["D03"] == (REPAIR, usual)
    data = {"version": 0, "verdict": REPAIR, "usual": usual, "note": "n" * 490}
    assert post(client, desk_url(verifying, "D04"), data).status_code == 422


def test_the_second_verifier_reads_who_decided_what_and_saves_on_purpose(verifying, verifier, admin_a, client_of, post):
    post(client_of(verifier), desk_url(verifying, "D01"), {"version": 0, "verdict": REPAIR, "note": "Tanpa stempel."})
    client, mine = client_of(admin_a), {"version": 0, "verdict": ACCEPTED}
    answer = post(client, desk_url(verifying, "D01"), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"{verifier.name} sudah memutuskan “Perlu perbaikan”" in page
    assert "Tanpa stempel." in page
    assert given(verifying) == {"D01": (REPAIR, "Tanpa stempel.")}
    version = answer.context["form"]["version"].value()
    assert post(client, desk_url(verifying, "D01"), mine | {"version": version}).status_code == 302
    assert given(verifying) == {"D01": (ACCEPTED, "")}


def test_a_version_of_a_verdict_that_was_never_given_is_a_conflict(verifying, verifier, client_of, post):
    client = client_of(verifier)
    answer = post(client, desk_url(verifying, "D01"), {"version": 3, "verdict": REPAIR, "note": "Tanpa stempel."})
    assert (answer.status_code, answer.context["form"]["version"].value()) == (409, "0")
    assert "Tanpa stempel." in answer.content.decode()
    assert given(verifying) == {}


def test_the_same_verdict_twice_is_no_conflict(verifying, verifier, admin_a):
    for actor in (verifier, admin_a):
        verification.save_verdicts(
            nomination_id=verifying.pk, verdicts={SUBJECT: Mark(REPAIR, "Lengkapi.")}, actor=actor
        )
    row = VerificationItem.objects.get()
    assert (row.version, row.verified_by) == (1, verifier)


def test_the_database_refuses_an_unknown_verdict_a_missing_note_and_two_parts_at_once(verifying, verifier):
    item = verifying.items.first()
    facts = {"snapshot": verifying.snapshots.get(), "verified_by": verifier}
    wrong = [
        {"item": item, "verdict": "maybe"},
        {"item": item, "verdict": REPAIR, "note": ""},
        {"item": item, "page": SUBJECT, "verdict": ACCEPTED},
        {"verdict": ACCEPTED},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            VerificationItem.objects.create(**facts, **fields)
    for fields in ({"item": item}, {"page": SUBJECT}):
        VerificationItem.objects.create(verdict=ACCEPTED, **facts, **fields)
        with pytest.raises(IntegrityError), transaction.atomic():
            VerificationItem.objects.create(verdict=ACCEPTED, **facts, **fields)


def test_an_unknown_verdict_or_outcome_is_no_error_of_ours(verifying, verifier, client_of, post):
    client = client_of(verifier)
    assert post(client, desk_url(verifying, "D01"), {"version": 0, "verdict": "maybe"}).status_code == 422
    assert post(client, desk_url(verifying, "D01"), {"version": "x", "verdict": ACCEPTED}).status_code == 422
    for wrong in ("awarded", "lolos\x00"):
        answer = post(client, conclude_url(verifying), outcome(client, verifying, outcome=wrong))
        assert answer.status_code == 422
        assert "Pilih hasil verifikasi." in answer.content.decode()
    data = outcome(client, verifying, outcome="tidak-memenuhi", reason="r" * 1001)
    assert post(client, conclude_url(verifying), data).status_code == 422
    assert (scenes.state_of(verifying)["status"], given(verifying)) == (Status.UNDER_VERIFICATION, {})


def test_a_document_of_another_dossier_takes_no_verdict_here(verifying, verifier):
    other = factories.make_ovop_nomination(Status.UNDER_VERIFICATION)
    for key in (key_of(other, "D01"), "beneficiaries", "impact"):
        with pytest.raises(RuleBroken, match="Muat ulang"):
            verification.save_verdicts(nomination_id=verifying.pk, verdicts={key: Mark(ACCEPTED)}, actor=verifier)
    assert not VerificationItem.objects.exists()


def test_a_reason_is_kept_as_a_draft_that_the_region_does_not_read(verifying, verifier, officer_a, client_of, post):
    client = client_of(verifier)
    typed = {"reason": "Alasan rahasia.", "rule_scale": "on", "why_scale": "Investasi rahasia."}
    post(client, desk_url(verifying, "D02"), {"version": 0, "verdict": REPAIR, "note": "Catatan rahasia."})
    assert post(client, conclude_url(verifying), outcome(client, verifying, **typed)).status_code == 302
    page = client.get(conclude_url(verifying)).content.decode()
    assert "Alasan rahasia." in page
    assert "Investasi rahasia." in page
    assert re.search(r'name="rule_scale" checked', page)
    assert '<details class="more" open>' in page
    assert scenes.state_of(verifying)["status"] == Status.UNDER_VERIFICATION
    region = client_of(officer_a)
    for name in ("nomination_detail", "nomination_content", "nomination_receipt"):
        assert "rahasia" not in region.get(reverse(name, args=[verifying.pk])).content.decode()
    assert not OutboxMail.objects.filter(body__contains="rahasia").exists()


def test_two_drafts_of_a_reason_do_not_overwrite_each_other(verifying, verifier, admin_a, client_of, post):
    mine, theirs = client_of(verifier), client_of(admin_a)
    first, second = outcome(mine, verifying, reason="Dari saya."), outcome(theirs, verifying, reason="Dari rekan.")
    assert post(mine, conclude_url(verifying), first).status_code == 302
    answer = post(theirs, conclude_url(verifying), second)
    assert (answer.status_code, "Dari rekan." in answer.content.decode()) == (409, True)
    assert VerificationDesk.objects.get().reason == "Dari saya."


def test_who_concludes_has_seen_every_verdict(verifying, verifier, admin_a, client_of, post):
    factories.mark_all(verifying, verifier, D02=REPAIR)
    client = client_of(verifier)
    data = outcome(client, verifying, outcome="kembalikan", reason="Lengkapi SK.")
    row = VerificationItem.objects.get(page=SUBJECT)
    verdicts = {SUBJECT: Mark(REPAIR, "Nama sentra salah.", row.version)}
    verification.save_verdicts(nomination_id=verifying.pk, verdicts=verdicts, actor=admin_a)
    answer = post(client, conclude_url(verifying), data)
    assert (answer.status_code, "Nama sentra salah." in answer.content.decode()) == (409, True)
    assert scenes.state_of(verifying)["status"] == Status.UNDER_VERIFICATION
    again = {name: answer.context["form"][name].value() for name in ("version", "seen", "reason")}
    assert post(client, conclude_url(verifying), again | {"outcome": "kembalikan"}).status_code == 302


@pytest.mark.parametrize("code", ["D01", SUBJECT, "marketing"])
def test_eligible_needs_every_part_accepted(code, verifying, verifier, client_of, post):
    client = client_of(verifier)
    for spoiled in (None, REPAIR, REJECTED):
        VerificationItem.objects.all().delete()
        factories.mark_all(verifying, verifier, **({code: spoiled} if spoiled else {}))
        if spoiled is None:
            part = key_of(verifying, code)
            VerificationItem.objects.filter(**({"item": part} if isinstance(part, int) else {"page": part})).delete()
        answer = post(client, conclude_url(verifying), outcome(client, verifying, outcome="lolos"))
        assert answer.status_code == 422
        assert "Semua dokumen dan bagian harus diperiksa" in answer.content.decode()
    assert scenes.state_of(verifying)["status"] == Status.UNDER_VERIFICATION
    VerificationItem.objects.all().delete()
    factories.mark_all(verifying, verifier)
    answer = post(client, conclude_url(verifying), outcome(client, verifying, outcome="lolos"))
    assert answer["Location"] == reverse("verification_queue")
    assert scenes.state_of(verifying)["status"] == Status.ELIGIBLE


def test_a_return_needs_a_marked_part_and_a_reason(verifying, verifier, client_of, post):
    client = client_of(verifier)
    attempts = [
        ({}, "Perbaiki.", "Tandai sedikitnya satu dokumen"),
        ({"D02": REJECTED}, "Perbaiki.", "Tandai sedikitnya satu dokumen"),
        ({"marketing": REPAIR}, "  ", "Alasan wajib diisi"),
    ]
    for marks, reason, words in attempts:
        VerificationItem.objects.all().delete()
        factories.mark_all(verifying, verifier, **marks)
        data = outcome(client, verifying, outcome="kembalikan", reason=reason)
        answer = post(client, conclude_url(verifying), data)
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert scenes.state_of(verifying)["status"] == Status.UNDER_VERIFICATION
    data = outcome(client, verifying, outcome="kembalikan", reason="Lengkapi.")
    assert post(client, conclude_url(verifying), data).status_code == 302
    assert scenes.state_of(verifying)["status"] == Status.RETURNED


def test_a_returned_dossier_tells_its_officers_what_to_mend_and_where(verifying, officer_a, verifier, client_of):
    notes = {
        "D02": Mark(REPAIR, "SK belum ditandatangani."),
        "D03": Mark(REJECTED, "Daftar milik sentra lain."),
        "marketing": Mark(REPAIR, "Sebutkan angkanya."),
    }
    verdicts = {key_of(verifying, code): mark for code, mark in notes.items()}
    verification.save_verdicts(nomination_id=verifying.pk, verdicts=verdicts, actor=verifier)
    verification.conclude_verification(
        nomination_id=verifying.pk, action=Action.RETURN_FOR_REPAIR, reason="Lengkapi tiga bagian.", actor=verifier
    )
    client = client_of(officer_a)
    pages = {
        "nomination_detail": ("SK belum ditandatangani.", "Daftar milik sentra lain.", "Sebutkan angkanya."),
        "nomination_documents": ("SK belum ditandatangani.", "Daftar milik sentra lain."),
    }
    for name, texts in pages.items():
        page = client.get(reverse(name, args=[verifying.pk])).content.decode()
        assert "Perlu perbaikan" in page
        assert all(text in page for text in texts)
    topic = client.get(reverse("nomination_answer", args=[verifying.pk, "marketing"])).content.decode()
    assert topic.index("Sebutkan angkanya.") < topic.index('name="text"')
    mail = OutboxMail.objects.get(subject__contains="perlu perbaikan")
    assert mail.to == officer_a.email
    assert all(mark.note in mail.body for mark in notes.values())
    assert "Lengkapi tiga bagian." in mail.body
    assert verifier.name not in mail.body


def test_ineligible_needs_rules_with_reasons_and_the_region_reads_them(verifying, officer_a, verifier, client_of, post):
    client = client_of(verifier)
    for fields, words in [
        ({}, "Pilih sedikitnya satu ketentuan"),
        ({"rule_scale": "on"}, "Tulis alasan untuk ketentuan"),
        ({"why_scale": "Tanpa dicentang."}, "Pilih sedikitnya satu ketentuan"),
        ({"rule_beneficiaries": "on", "why_beneficiaries": "Bukan ketentuan OVOP."}, "Pilih sedikitnya satu"),
    ]:
        data = outcome(client, verifying, outcome="tidak-memenuhi", **fields)
        answer = post(client, conclude_url(verifying), data)
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    data = outcome(
        client,
        verifying,
        outcome="tidak-memenuhi",
        rule_scale="on",
        why_scale="Investasi Rp20 miliar.",
        rule_sentra_decree="on",
        why_sentra_decree="SK dicabut tahun 2025.",
    )
    assert post(client, conclude_url(verifying), data).status_code == 302
    assert scenes.state_of(verifying)["status"] == Status.INELIGIBLE
    rows = IneligibilityReason.objects.filter(snapshot__nomination=verifying)
    assert dict(rows.values_list("rule", "reason")) == {
        AdminRule.SENTRA_DECREE: "SK dicabut tahun 2025.",
        AdminRule.SCALE: "Investasi Rp20 miliar.",
    }
    mail = OutboxMail.objects.get(subject__contains="tidak memenuhi syarat")
    page = client_of(officer_a).get(reverse("nomination_detail", args=[verifying.pk])).content.decode()
    for text in ("Investasi Rp20 miliar.", "SK dicabut tahun 2025.", "Permenperin 64/2016", str(AdminRule.SCALE.label)):
        assert text in mail.body
        assert text in page


def test_the_reasons_of_a_refusal_are_append_only_and_of_the_closed_set(verifying):
    ineligible = factories.make_ovop_nomination(Status.INELIGIBLE)
    row = IneligibilityReason.objects.get(snapshot__nomination=ineligible)
    with pytest.raises(IntegrityError), transaction.atomic():
        IneligibilityReason.objects.filter(pk=row.pk).update(reason="Lain.")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()
    for fields in ({"rule": "taste", "reason": "x"}, {"rule": AdminRule.SCALE, "reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            IneligibilityReason.objects.create(snapshot=row.snapshot, **fields)


def test_only_the_sekretariat_and_only_during_the_check(
    verifying, officer_a, province, chair, auditor, superuser, verifier
):
    pk = verifying.pk
    for actor in (officer_a, province, chair, auditor, superuser):
        attempts = [
            lambda actor=actor: verification.save_verdicts(
                nomination_id=pk, verdicts={SUBJECT: Mark(ACCEPTED)}, actor=actor
            ),
            lambda actor=actor: verification.take_over(nomination_id=pk, actor=actor),
            lambda actor=actor: verification.confirm_unchanged(nomination_id=pk, actor=actor),
            lambda actor=actor: verification.save_draft(
                nomination_id=pk, reason="x", failed={}, version=0, actor=actor
            ),
            lambda actor=actor: verification.conclude_verification(
                nomination_id=pk,
                action=Action.DECLARE_INELIGIBLE,
                reason="x",
                failed={AdminRule.OTHER: "x"},
                actor=actor,
            ),
        ]
        for attempt in attempts:
            with pytest.raises(NotPermitted):
                attempt()
    verification.save_verdicts(nomination_id=pk, verdicts={SUBJECT: Mark(ACCEPTED)}, actor=verifier)
    done = factories.make_ovop_nomination(Status.ELIGIBLE)
    with pytest.raises(NotPermitted, match="tidak sedang diverifikasi"):
        verification.save_verdicts(nomination_id=done.pk, verdicts={}, actor=verifier)


def test_the_automatic_check_stands_beside_its_part(verifying, verifier, client_of):
    client, entry = client_of(verifier), verifying.product_entry
    assert "Tidak ada kekurangan yang ditemukan." in client.get(desk_url(verifying, SUBJECT)).content.decode()
    Sentra.objects.filter(pk=entry.sentra_id).update(unit_count=3)
    other = factories.make_ovop_nomination(product=factories.make_product(entry.ikm, name="Produk Kedua"))
    page = client.get(desk_url(verifying, SUBJECT)).content.decode()
    assert "Sentra baru memiliki 3 unit usaha." in page
    assert "Diubah sejak dikirim: Jumlah unit usaha, dari “12” menjadi “3”." in page
    assert f"NIB yang sama juga diusulkan dalam {other.title}" in page
    assert "Tidak ada kekurangan" in client.get(desk_url(verifying, Topic.MARKETING)).content.decode()


def test_the_desk_costs_the_same_for_a_first_and_a_second_submission(
    verifying, verifier, client_of, django_assert_max_num_queries
):
    client = client_of(verifier)
    client.get(desk_url(verifying))
    for code in ("D01", SUBJECT):
        with django_assert_max_num_queries(12):
            client.get(desk_url(verifying, code))
    with django_assert_max_num_queries(8):
        client.get(conclude_url(verifying))


def test_a_stale_version_is_refused_by_the_service_too(verifying, verifier, admin_a):
    verification.save_verdicts(nomination_id=verifying.pk, verdicts={SUBJECT: Mark(ACCEPTED)}, actor=verifier)
    two = {"marketing": Mark(ACCEPTED), SUBJECT: Mark(REPAIR, "Lain.")}
    with pytest.raises(StaleVersion, match="sudah memutuskan “Diterima”"):
        verification.save_verdicts(nomination_id=verifying.pk, verdicts=two, actor=admin_a)
    assert given(verifying) == {SUBJECT: (ACCEPTED, "")}, "nothing of the second one was kept"
