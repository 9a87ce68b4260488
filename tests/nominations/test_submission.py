"""Submitting, submitting again after a repair, withdrawing: what is asked, what is kept, who is told."""

import re
from typing import Any

import pytest
from django.urls import reverse

from core.errors import NotPermitted, RuleBroken
from core.models import AuditEntry, OutboxMail
from nominations.enums import Action, ItemVerdict, Status, WindowKind
from nominations.models import Beneficiary, Nomination
from nominations.selectors.findings import gaps_of
from nominations.services.submission import submit_nomination, withdraw_nomination
from nominations.services.verification import conclude_verification
from reference.models import KbliCode
from sentra.models import Ikm, Sentra
from tests import factories
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
KEY = "sebuah-kunci-yang-cukup-panjang"


@pytest.fixture
def draft(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination()


def check_url(nomination: Nomination) -> str:
    return reverse("nomination_check", args=[nomination.pk])


def texts(gaps: list[Any]) -> list[str]:
    return [gap.text for gap in gaps]


GAPS = {
    "few units": (
        lambda n: Sentra.objects.update(unit_count=4),
        "Sentra baru memiliki 4 unit usaha. Sentra IKM paling sedikit 5 unit usaha.",
    ),
    "large": (
        lambda n: Ikm.objects.update(workers=20, investment=15_000_000_001),
        "Usaha ini berskala besar. Hanya industri kecil dan menengah yang dapat diusulkan.",
    ),
    "other trade": (
        lambda n: Ikm.objects.update(kbli=KbliCode.objects.of_commodity("gerabah").first()),
        "KBLI pada NIB tidak termasuk komoditas sentra. Periksa KBLI IKM atau komoditasnya.",
    ),
    "empty answer": (
        lambda n: n.answers.filter(question="uniqueness").update(text=" \n"),
        "“Keunikan dan kearifan lokal” belum diisi.",
    ),
    "missing document": (
        lambda n: n.items.filter(requirement__code="D02").delete(),
        "Dokumen D02 belum ada: SK Bupati/Wali Kota penetapan sentra.",
    ),
    "only an old document": (
        lambda n: n.items.filter(requirement__code="D02").update(superseded_at="2026-01-01T00:00Z"),
        "Dokumen D02 belum ada: SK Bupati/Wali Kota penetapan sentra.",
    ),
}


@pytest.mark.parametrize("case", GAPS)
def test_the_hint_while_drafting_is_the_guard_at_submission(case, draft, officer_a, client_of, post):
    spoil, text = GAPS[case]
    assert gaps_of(draft) == []
    spoil(draft)
    client = client_of(officer_a)
    assert texts(gaps_of(Nomination.objects.get(pk=draft.pk))) == [text]
    for address in (reverse("nomination_readiness", args=[draft.pk]), check_url(draft)):
        assert text in client.get(address).content.decode()
    answer = post(client, check_url(draft), {"declared": "on"})
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert (scenes.state_of(draft)["status"], draft.snapshots.exists()) == (Status.DRAFT, False)


def test_every_gap_is_told_at_once(officer_a):
    empty = factories.make_ovop_nomination(complete=False)
    Sentra.objects.update(unit_count=4)
    gaps = texts(gaps_of(Nomination.objects.get(pk=empty.pk)))
    assert len(gaps) == 1 + 4 + 8  # units, answers, required documents of batik
    with pytest.raises(RuleBroken) as refused:
        submit_nomination(nomination_id=empty.pk, declared=True, actor=officer_a)
    assert all(gap in refused.value.message for gap in gaps)


def test_food_needs_its_permits(officer_a):
    food = factories.make_ovop_nomination(commodity="makanan_minuman")
    assert gaps_of(food) == []
    food.items.filter(requirement__code__in=["D10", "D11", "D12"]).delete()
    assert [text.split(" belum")[0] for text in texts(gaps_of(food))] == ["Dokumen D10", "Dokumen D11", "Dokumen D12"]


def test_no_declaration_no_submission(draft, officer_a, client_of, post):
    answer = post(client_of(officer_a), check_url(draft))
    assert answer.status_code == 422
    assert "Centang pernyataan kebenaran data" in answer.content.decode()
    assert scenes.state_of(draft)["status"] == Status.DRAFT


def test_a_submission_gets_number_snapshot_history_receipt_and_mail(draft, officer_a, client_of, post):
    colleague = factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME)
    gone = factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME, is_active=False)
    former = factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME)
    former.memberships.update(valid_to="2021-01-01")
    foreign = factories.officer_of(factories.OTHER)
    client = client_of(officer_a)
    answer = post(client, check_url(draft), {"declared": "on"})
    assert answer["Location"] == reverse("nomination_receipt", args=[draft.pk])
    stored, snapshot = scenes.state_of(draft), draft.snapshots.get()
    assert (stored["status"], stored["reference"], snapshot.number) == (Status.SUBMITTED, "OVOP-2026-3375-0001", 1)
    assert stored["submitted_at"] is not None
    assert scenes.changes_of(draft) == [("draft", "submitted", "submit")]
    receipt = client.get(answer["Location"]).content.decode()
    assert "OVOP-2026-3375-0001" in receipt
    assert snapshot.sha256 in receipt
    mails = {mail.to: mail for mail in OutboxMail.objects.all()}
    assert set(mails) == {officer_a.email, colleague.email}
    assert not set(mails) & {gone.email, former.email, foreign.email}
    mail = mails[officer_a.email]
    assert mail.subject == "Usulan OVOP-2026-3375-0001 diterima"
    assert all(part in mail.body for part in ("WIB", snapshot.sha256, f"/usulan/{draft.pk}/", "sekretariat@"))


def test_a_double_click_submits_once(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    answers = [post(client, check_url(draft), {"declared": "on"}, key=KEY) for _click in range(3)]
    assert {(a.status_code, a["Location"]) for a in answers} == {(302, reverse("nomination_receipt", args=[draft.pk]))}
    assert draft.snapshots.count() == len(scenes.changes_of(draft)) == OutboxMail.objects.count() == 1
    second = post(client, check_url(draft), {"declared": "on"})
    assert second.status_code == 403
    assert "Usulan ini sudah diajukan. Anda tidak perlu mengirimnya lagi." in second.content.decode()


def test_numbers_have_no_gap_and_count_per_award(officer_a, officer_b):
    drafts = [
        factories.make_ovop_nomination(),
        factories.make_ovop_nomination(),
        factories.make_upakarti_nomination(),
        factories.make_ovop_nomination(region=factories.OTHER),
    ]
    Sentra.objects.filter(pk=drafts[1].entry.sentra_id).update(unit_count=4)
    with pytest.raises(RuleBroken):
        submit_nomination(nomination_id=drafts[1].pk, declared=True, actor=officer_a)
    for nomination in (drafts[0], *drafts[2:]):
        factories.advance(nomination, Status.SUBMITTED)
    Sentra.objects.update(unit_count=5)
    factories.advance(drafts[1], Status.SUBMITTED)
    assert [scenes.state_of(nomination)["reference"] for nomination in drafts] == [
        "OVOP-2026-3375-0001",
        "OVOP-2026-3375-0003",
        "UPAKARTI-2026-3375-0001",
        "OVOP-2026-3205-0002",
    ]


def test_only_the_region_itself_submits(draft, officer_b, province, verifier, admin_a, superuser):
    for actor in (officer_b, province, verifier, admin_a, superuser):
        with pytest.raises(NotPermitted):
            submit_nomination(nomination_id=draft.pk, declared=True, actor=actor)
    assert scenes.state_of(draft)["status"] == Status.DRAFT
    submit_nomination(nomination_id=draft.pk, declared=True, actor=factories.officer_of(factories.HOME))


def test_after_a_return_the_notes_are_read_mended_and_sent_as_a_second_submission(officer_a, client_of, post):
    returned = factories.make_ovop_nomination(Status.RETURNED)
    reference, client = returned.reference, client_of(officer_a)
    detail = client.get(reverse("nomination_detail", args=[returned.pk])).content.decode()
    assert "Catatan uji." in detail
    assert "Alasan uji." in detail
    Sentra.objects.update(unit_count=77)
    assert post(client, check_url(returned), {"declared": "on"}).status_code == 302
    stored = scenes.state_of(returned)
    assert (stored["status"], stored["reference"]) == (Status.SUBMITTED, reference)
    assert list(returned.snapshots.order_by("number").values_list("number", flat=True)) == [1, 2]
    first, second = returned.snapshots.order_by("number")
    assert first.sha256 != second.sha256
    assert scenes.changes_of(returned)[-1] == ("returned", "submitted", "resubmit")
    assert OutboxMail.objects.filter(subject=f"Usulan {reference} diterima").count() == 2
    assert "Catatan uji." not in client.get(reverse("nomination_detail", args=[returned.pk])).content.decode()


def test_a_repair_with_gaps_is_refused_like_a_first_submission(officer_a):
    returned = factories.make_ovop_nomination(Status.RETURNED)
    Sentra.objects.update(unit_count=4)
    with pytest.raises(RuleBroken, match="4 unit usaha"):
        submit_nomination(nomination_id=returned.pk, declared=True, actor=officer_a)
    assert (scenes.state_of(returned)["status"], returned.snapshots.count()) == (Status.RETURNED, 1)


BEFORE_THE_END = [Status.DRAFT, Status.SUBMITTED, Status.UNDER_VERIFICATION, Status.RETURNED]


@pytest.mark.parametrize("status", BEFORE_THE_END)
def test_withdrawing_with_a_reason_until_verification_ends(status, officer_a, client_of, post):
    nomination = factories.make_ovop_nomination(status)
    url, client = reverse("nomination_withdraw", args=[nomination.pk]), client_of(officer_a)
    for empty in ("", "  \n"):
        assert post(client, url, {"reason": empty}).status_code == 422
    assert scenes.state_of(nomination)["status"] == status
    assert post(client, url, {"reason": "IKM mengundurkan diri."}).status_code == 302
    assert scenes.state_of(nomination)["status"] == Status.WITHDRAWN
    page = client.get(reverse("nomination_detail", args=[nomination.pk])).content.decode()
    assert "IKM mengundurkan diri." in page
    assert post(client, url, {"reason": "Lagi"}).status_code == 403
    assert AuditEntry.objects.filter(action="nomination.withdraw", object_id=str(nomination.pk)).count() == 1


def test_after_verification_nothing_is_withdrawn(officer_a, client_of, post):
    for status in (Status.ELIGIBLE, Status.INELIGIBLE):
        nomination = factories.make_ovop_nomination(status)
        answer = post(client_of(officer_a), reverse("nomination_withdraw", args=[nomination.pk]), {"reason": "Ingin"})
        assert answer.status_code == 403
        assert "hanya dapat ditarik sebelum verifikasi selesai" in answer.content.decode()
        with pytest.raises(NotPermitted):
            withdraw_nomination(nomination_id=nomination.pk, reason="Ingin", actor=officer_a)
        assert scenes.state_of(nomination)["status"] == status


def test_what_is_not_eligible_stays_readable_with_its_reason_and_cannot_be_sent_again(officer_a, client_of, post):
    nomination = factories.make_ovop_nomination(Status.INELIGIBLE)
    client = client_of(officer_a)
    page = client.get(reverse("nomination_detail", args=[nomination.pk])).content.decode()
    assert "Tidak memenuhi syarat" in page
    assert "Alasan uji." in page
    for address in (check_url(nomination), reverse("nomination_answer", args=[nomination.pk, "uniqueness"])):
        assert client.get(address).status_code == 403
    assert post(client, check_url(nomination), {"declared": "on"}).status_code == 403


def test_the_correction_window_and_not_the_first_one_rules_a_repair(officer_a, client_of, post):
    returned = factories.make_ovop_nomination(Status.RETURNED)
    now = scenes.now()
    scenes.close_window(returned.period, WindowKind.NOMINATION, now - scenes.SECOND)
    scenes.close_window(returned.period, WindowKind.CORRECTION, now - scenes.SECOND)
    late = post(client_of(officer_a), check_url(returned), {"declared": "on"})
    assert (late.status_code, scenes.state_of(returned)["status"]) == (422, Status.RETURNED)
    scenes.close_window(returned.period, WindowKind.CORRECTION, now)
    assert post(client_of(officer_a), check_url(returned), {"declared": "on"}).status_code == 302


def test_five_ikm_and_five_years_are_asked_of_a_candidate(officer_a):
    candidate = factories.make_upakarti_nomination()
    Beneficiary.objects.order_by("pk").first().delete()
    with pytest.raises(RuleBroken, match="Baru 4 IKM binaan"):
        submit_nomination(nomination_id=candidate.pk, declared=True, actor=officer_a)


def links_on(page: str) -> list[str]:
    """Where the links beside the parts lead."""
    return re.findall(r'<a href="([^"]+)">Ubah<', page)


def test_each_part_of_the_check_has_a_link_that_changes_it(draft, officer_a, client_of):
    client, entry = client_of(officer_a), draft.product_entry
    links = links_on(client.get(check_url(draft)).content.decode())
    assert links == [
        reverse("sentra_edit", args=[entry.sentra_id]),
        reverse("ikm_edit", args=[entry.ikm_id]),
        reverse("product_edit", args=[entry.product_id]),
        *(
            f"{reverse('nomination_answer', args=[draft.pk, topic])}?dari=periksa"
            for topic in ("uniqueness", "materials", "marketing", "community_role")
        ),
        reverse("nomination_documents", args=[draft.pk]),
    ]
    assert {client.get(link).status_code for link in links} == {200}


def test_each_part_of_a_candidate_has_such_a_link_too(officer_a, client_of):
    draft, client = factories.make_upakarti_nomination(), client_of(officer_a)
    links = links_on(client.get(check_url(draft)).content.decode())
    assert links[0] == f"{reverse('candidate_edit', args=[draft.pk])}?dari=periksa"
    assert links[-2:] == [reverse(name, args=[draft.pk]) for name in ("beneficiary_list", "nomination_documents")]
    assert {client.get(link).status_code for link in links} == {200}


def test_what_a_return_has_locked_has_no_link_on_the_check(officer_a, client_of):
    returned = factories.make_ovop_nomination(Status.UNDER_VERIFICATION)
    verifier = factories.someone(factories.Role.VERIFIER)
    factories.mark_all(returned, verifier, marketing=ItemVerdict.REPAIR)
    conclude_verification(
        nomination_id=returned.pk,
        action=Action.RETURN_FOR_REPAIR,
        reason="Lengkapi.",
        failed={},
        actor=verifier,
    )
    page = client_of(officer_a).get(check_url(returned)).content.decode()
    assert links_on(page) == [f"{reverse('nomination_answer', args=[returned.pk, 'marketing'])}?dari=periksa"]
