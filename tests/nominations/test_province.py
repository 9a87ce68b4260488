"""The province advises; where the period says so its objection keeps a nomination from being declared eligible."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notice
from core.errors import NotPermitted, RuleBroken
from core.models import AuditEntry
from nominations.enums import Action, AdminRule, ItemVerdict, Status
from nominations.models import Nomination, Period, ProvinceObjection, VerificationItem
from nominations.selectors.correspondence import standing_objection
from nominations.selectors.verification import marks_of
from nominations.services.province import lift_objection, record_objection, write_comment
from nominations.services.verification import conclude_verification, marks_version
from tests import factories
from tests.factories import HOME
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
REASON = "Sentra pindah ke kabupaten lain."


def allow(nomination: Nomination, *, on: bool = True) -> Nomination:
    Period.objects.filter(pk=nomination.period_id).update(province_can_object=on)
    return Nomination.objects.select_related("period", "region").get(pk=nomination.pk)


@pytest.fixture
def verifying() -> Nomination:
    return allow(factories.make_ovop_nomination(Status.UNDER_VERIFICATION))


def conclude(nomination: Nomination, action: Action = Action.DECLARE_ELIGIBLE) -> Nomination:
    verdict = ItemVerdict.REPAIR if action is Action.RETURN_FOR_REPAIR else ItemVerdict.ACCEPTED
    verifier = factories.someone(Role.VERIFIER)
    VerificationItem.objects.filter(snapshot__nomination=nomination).delete()
    factories.mark_all(nomination, verifier, verdict)
    return conclude_verification(
        nomination_id=nomination.pk,
        action=action,
        reason="Alasan.",
        failed={AdminRule.DOCUMENTS: "Alasan."},
        actor=verifier,
    )


# Comments


def test_a_comment_tells_the_district_and_nobody_else(officer_a, officer_b, province, verifier):
    nomination = scenes.bare(Status.DRAFT)
    comment = write_comment(nomination=nomination, body=" Lengkapi izin edar. ", actor=province)
    assert (comment.body, comment.author_label) == ("Lengkapi izin edar.", "Petugas provinsi – Jawa Tengah")
    assert [notice.user for notice in Notice.objects.all()] == [officer_a]
    assert AuditEntry.objects.get(action="nomination.province_commented").object_id == str(nomination.pk)


@pytest.mark.parametrize("persona", ["officer_a", "verifier", "admin_a", "auditor", "province_other", "chair"])
def test_only_the_own_province_comments_and_objects(persona, request, verifying):
    actor = request.getfixturevalue(persona)
    calls = [
        lambda: write_comment(nomination=verifying, body="Halo", actor=actor),
        lambda: record_objection(nomination_id=verifying.pk, reason=REASON, actor=actor),
        lambda: lift_objection(nomination_id=verifying.pk, actor=actor),
    ]
    for call in calls:
        with pytest.raises(NotPermitted, match="Hanya petugas provinsi"):
            call()


def test_without_the_right_of_the_period_there_is_no_objection(province, client_of):
    nomination = scenes.bare(Status.UNDER_VERIFICATION)
    assert Period._meta.get_field("province_can_object").default is False
    with pytest.raises(NotPermitted, match="catatan saja"):
        record_objection(nomination_id=nomination.pk, reason=REASON, actor=province)
    page = client_of(province).get(reverse("province_comments", args=[nomination.pk])).content.decode()
    assert "Tulis catatan" in page
    assert "Nyatakan keberatan" not in page


# Objections


def test_an_objection_keeps_the_verifier_from_lolos_and_from_nothing_else(province, verifying):
    record_objection(nomination_id=verifying.pk, reason=REASON, actor=province)
    with pytest.raises(RuleBroken, match="Sentra pindah ke kabupaten lain"):
        conclude(verifying)
    assert scenes.state_of(verifying)["status"] == Status.UNDER_VERIFICATION
    conclude(verifying, Action.RETURN_FOR_REPAIR)
    assert scenes.state_of(verifying)["status"] == Status.RETURNED


def test_lifted_it_no_longer_holds_and_stays_readable(province, officer_a, verifying, client_of):
    record_objection(nomination_id=verifying.pk, reason=REASON, actor=province)
    colleague = factories.make_user(Role.PROVINCE_OFFICER, region="33")
    lift_objection(nomination_id=verifying.pk, actor=colleague)
    with pytest.raises(RuleBroken, match="Tidak ada keberatan"):
        lift_objection(nomination_id=verifying.pk, actor=province)
    conclude(verifying)
    assert scenes.state_of(verifying)["status"] == Status.ELIGIBLE
    page = client_of(officer_a).get(reverse("province_comments", args=[verifying.pk])).content.decode()
    assert REASON in page
    assert "dicabut" in page


def test_the_verifier_reads_the_reason_before_trying(province, verifier, verifying, client_of):
    record_objection(nomination_id=verifying.pk, reason=REASON, actor=province)
    assert REASON in client_of(verifier).get(reverse("verification_detail", args=[verifying.pk])).content.decode()
    assert {verifier, *people_of_home()} == {
        notice.user for notice in Notice.objects.filter(key__startswith="objection")
    }


def people_of_home() -> set[Any]:
    return {factories.officer_of(HOME)}


def test_the_page_of_the_verification_answers_lolos_with_the_reason(province, verifier, verifying, client_of, post):
    record_objection(nomination_id=verifying.pk, reason=REASON, actor=province)
    factories.mark_all(verifying, verifier)
    seen = marks_version(marks_of(verifying.snapshots.latest("number")).values())
    data = {"version": 0, "seen": seen, "outcome": "lolos"}
    answer = post(client_of(verifier), reverse("verification_conclude", args=[verifying.pk]), data)
    assert answer.status_code == 422
    assert "belum dapat dinyatakan lolos karena provinsi menyatakan keberatan" in answer.content.decode()
    lift_objection(nomination_id=verifying.pk, actor=province)
    assert post(client_of(verifier), reverse("verification_conclude", args=[verifying.pk]), data).status_code == 302


def test_the_ministry_gives_the_right_on_the_admin_page_of_the_period(admin_a, verifying, client_of):
    page = client_of(admin_a).get(reverse("admin:nominations_period_change", args=[verifying.period_id]))
    assert page.context["adminform"].form["province_can_object"].value() is True


def test_a_right_that_is_taken_back_holds_nothing_up_and_can_still_be_cleared(province, verifying):
    record_objection(nomination_id=verifying.pk, reason=REASON, actor=province)
    assert standing_objection(allow(verifying, on=False)) is None
    conclude(verifying)
    lift_objection(nomination_id=verifying.pk, actor=province)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.ELIGIBLE, Status.WITHDRAWN, Status.IN_ASSESSMENT])
def test_an_objection_has_its_time(status, province):
    nomination = allow(scenes.bare(status))
    with pytest.raises(NotPermitted, match="sejak usulan diajukan"):
        record_objection(nomination_id=nomination.pk, reason=REASON, actor=province)


def test_one_objection_stands_at_a_time(province, verifying):
    record_objection(nomination_id=verifying.pk, reason=REASON, actor=province)
    with pytest.raises(RuleBroken, match="masih berlaku"):
        record_objection(nomination_id=verifying.pk, reason="Lain.", actor=province)


def test_an_objection_cannot_be_rewritten(province, verifying):
    objection = record_objection(nomination_id=verifying.pk, reason=REASON, actor=province)
    lift_objection(nomination_id=verifying.pk, actor=province)
    rows = ProvinceObjection.objects.filter(pk=objection.pk)
    changes = [
        lambda: rows.update(reason="Lain."),
        lambda: rows.update(lifted_at=None, lifted_by=None),
        rows.delete,
    ]
    for change in changes:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    assert rows.get().reason == REASON
