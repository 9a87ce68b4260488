"""Who may judge what: manual assignment, and the word on conflicts before the file opens."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.enums import Role
from core.errors import NotPermitted, RuleBroken
from core.models import AuditEntry, OutboxMail
from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import AssignmentStatus
from scoring.models import Assignment, AssignmentRemoval, ConflictDeclaration, Sheet, Stage
from scoring.policies import can_remove
from scoring.selectors.assignments import assignments_of, possible_scorers
from scoring.services import assignments, sheets, visits
from tests.factories import add_membership, make_ovop_nomination, make_user
from tests.scoring import scenes
from tests.scoring.test_visibility import text_of

pytestmark = pytest.mark.django_db


def declare(nomination: Nomination, actor, *, conflict: bool, reason: str = "") -> ConflictDeclaration:
    return assignments.declare_interest(nomination_id=nomination.pk, has_conflict=conflict, reason=reason, actor=actor)


def refusal(nomination: Nomination, person, stage=None) -> str:
    with pytest.raises(RuleBroken) as error:
        scenes.assign(nomination, person, stage)
    assert not Assignment.objects.filter(nomination=nomination, assessor=person).exists()
    return error.value.message


def test_assign_and_remove(verifier, assessor_batik):
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, assessor_batik, declare=False)
    assert assignment.status == AssignmentStatus.ACTIVE
    removed = assignments.remove_assignment(assignment_id=assignment.pk, reason="Cuti panjang", actor=verifier)
    assert (removed.status, removed.removal_reason) == (AssignmentStatus.REMOVED, "Cuti panjang")
    with pytest.raises(RuleBroken):
        assignments.remove_assignment(assignment_id=assignment.pk, reason="Lagi", actor=verifier)
    assert scenes.assign(nomination, assessor_batik, declare=False).pk == assignment.pk


def test_removal_needs_a_reason(verifier, assessor_batik):
    assignment = scenes.assign(scenes.ovop(), assessor_batik, declare=False)
    with pytest.raises(RuleBroken):
        assignments.remove_assignment(assignment_id=assignment.pk, reason="  ", actor=verifier)
    assignment.refresh_from_db()
    assert assignment.status == AssignmentStatus.ACTIVE


def test_a_sent_score_is_not_dropped_by_a_removal(verifier, admin_a, chair, client_of, post):
    """29, 100, 100, 100: without the lowest the stage would close at 100, spread 0 and no moderation."""
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    low, *_rest = scenes.score_stage(nomination, [scenes.full_answers(stage, min)] + [scenes.full_answers(stage)] * 3)
    for actor in (verifier, admin_a):
        with pytest.raises(NotPermitted, match="ketua panel membuka kembali"):
            assignments.remove_assignment(assignment_id=low.assignment_id, reason="x", actor=actor)
    page = client_of(verifier).get(reverse("assign", args=[nomination.pk])).content.decode()
    assert "Hapus penugasan" not in page
    assert page.count("Mintalah ketua panel membuka kembali") == 1
    answer = post(client_of(verifier), reverse("assignment_remove", args=[low.assignment_id]), {"reason": "x"})
    assert answer.status_code == 403
    assert "Mintalah ketua panel" in answer.content.decode()
    with pytest.raises(RuleBroken, match="moderasi"):
        scenes.close(nomination)
    assert not AssignmentRemoval.objects.exists()

    sheets.reopen_sheet(sheet_id=low.pk, reason="Penilai sakit berat.", actor=chair)
    assignments.remove_assignment(assignment_id=low.assignment_id, reason="Sakit berat.", actor=verifier)
    scenes.close(nomination)
    history = text_of(client_of(chair).get(reverse("nomination_history", args=[nomination.pk])).content.decode())
    assert "Nilai 29,00" in history
    for words in (
        "Penilai sakit berat.",
        "Sakit berat. (lembar nilai versi 3 tidak dihitung)",
        "Dihapus, tidak dihitung",
    ):
        assert words in history


def test_a_sent_visit_is_not_dropped_by_a_removal(verifier, chair):
    nomination = scenes.upakarti()
    scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination), "4")] * 2)
    scenes.close(nomination)
    visit = scenes.visit(nomination, confirm=False)
    with pytest.raises(NotPermitted, match="mengembalikan hasil"):
        assignments.remove_assignment(assignment_id=visit.assignment_id, reason="x", actor=verifier)
    visits.return_visit(visit_id=visit.pk, reason="Lengkapi foto.", actor=chair)
    assignments.remove_assignment(assignment_id=visit.assignment_id, reason="Sakit.", actor=verifier)
    assert AssignmentRemoval.objects.get().sheet_version == 0


@pytest.mark.parametrize("persona", ["chair", "auditor", "officer_a", "assessor_batik"])
def test_who_may_not_assign_may_not_remove(persona, request, verifier, admin_a, assessor_batik):
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, assessor_batik)
    facts = {one.pk: one for one in assignments_of(nomination)}[assignment.pk]
    assert not can_remove(request.getfixturevalue(persona), facts)
    assert can_remove(verifier, facts)
    assert can_remove(admin_a, facts)
    scenes.submit(assignment)
    assert not can_remove(verifier, assignments_of(nomination)[0])


def test_a_removal_is_told_and_stays_readable_for_those_who_may_know(
    verifier, chair, auditor, officer_a, assessor_batik, client_of
):
    nomination = scenes.ovop()
    peer = scenes.assign(nomination, scenes.assessors(1)[0]).assessor
    scenes.save(scenes.assign(nomination, assessor_batik))
    recused = make_user(Role.PANEL_CHAIR)
    ConflictDeclaration.objects.create(nomination=nomination, user=recused, has_conflict=True, reason="Keluarga.")
    assignment = Assignment.objects.get(assessor=assessor_batik)
    assignments.remove_assignment(assignment_id=assignment.pk, reason="Pindah tugas rahasia", actor=verifier)
    mails = {mail.to: mail for mail in OutboxMail.objects.filter(dedupe_key__startswith="assignment-removed:")}
    assert set(mails) == {chair.email, assessor_batik.email}
    assert assessor_batik.name in mails[chair.email].body
    assert not any("rahasia" in mail.body for mail in mails.values())
    history = reverse("nomination_history", args=[nomination.pk])
    for person in (chair, auditor):
        page = text_of(client_of(person).get(history).content.decode())
        assert "Pindah tugas rahasia (lembar nilai versi 1 tidak dihitung)" in page
        assert verifier.name in page
    for person in (peer, assessor_batik, officer_a, recused):
        assert client_of(person).get(history).status_code == 404
    for person, name, args in (
        (peer, "assessor_desk", []),
        (assessor_batik, "assessor_desk", []),
        (officer_a, "nomination_detail", [nomination.pk]),
    ):
        assert "rahasia" not in client_of(person).get(reverse(name, args=args)).content.decode()
    entry = AuditEntry.objects.get(action="scoring.assignment_removed")
    assert entry.data["reason"] == "Pindah tugas rahasia"
    # Coming back takes nothing from the record.
    scenes.assign(nomination, assessor_batik, declare=False)
    assert AssignmentRemoval.objects.get().reason == "Pindah tugas rahasia"


@pytest.mark.parametrize("persona", ["officer_a", "province", "assessor_batik", "chair", "auditor", "juror"])
def test_case_9_only_the_sekretariat_assigns(persona, request, assessor_other):
    nomination = scenes.ovop(commodity="gerabah")
    with pytest.raises(NotPermitted):
        assignments.assign_assessor(
            nomination_id=nomination.pk,
            stage_id=scenes.stage_of(nomination).pk,
            assessor_id=assessor_other.pk,
            actor=request.getfixturevalue(persona),
        )


def test_case_10_assessor_of_another_commodity(assessor_batik, assessor_other):
    nomination = scenes.ovop(commodity="batik")
    assert "komoditas" in refusal(nomination, assessor_other)
    assert scenes.assign(nomination, assessor_batik)


def test_assessor_without_named_commodity_judges_all():
    assert scenes.assign(scenes.ovop(), make_user(Role.ASSESSOR))


def test_commodity_does_not_matter_for_upakarti(assessor_other):
    assert scenes.assign(scenes.upakarti(), assessor_other)


def test_wrong_role(juror, officer_a):
    nomination = scenes.upakarti()
    assert "peran" in refusal(nomination, juror)
    assert "peran" in refusal(nomination, officer_a)
    assert scenes.assign(nomination, juror, scenes.stage_of(nomination, "juri"))


def test_case_12_member_of_the_home_region_or_province(assessor_batik):
    nomination = scenes.ovop()  # Kota Pekalongan, 33.75
    neighbour, own, far = make_user(Role.ASSESSOR), make_user(Role.ASSESSOR), make_user(Role.ASSESSOR)
    add_membership(neighbour, Role.PROVINCE_OFFICER, region="33")
    add_membership(own, Role.DISTRICT_OFFICER, region="33.74")
    add_membership(far, Role.DISTRICT_OFFICER, region="32.05")
    assert "provinsi" in refusal(nomination, neighbour)
    assert "provinsi" in refusal(nomination, own)
    assert scenes.assign(nomination, far)
    assert "provinsi" in refusal(nomination, make_user(Role.ASSESSOR, region="33"))


def test_case_12_home_region_that_came_after_the_assignment_stops_the_score():
    nomination = scenes.ovop()
    person = make_user(Role.ASSESSOR)
    assignment = scenes.assign(nomination, person)
    add_membership(person, Role.DISTRICT_OFFICER, region="33.75")
    with pytest.raises(NotPermitted, match="provinsi"):
        scenes.save(Assignment.objects.get(pk=assignment.pk))


def test_case_12_nominator_and_member_of_the_nominated_organisation():
    nomination = scenes.upakarti(name="Yayasan Karya")
    member = make_user(Role.ASSESSOR, institution="yayasan karya ")
    assert "lembaga" in refusal(nomination, member)
    nominator = nomination.created_by
    nominator.memberships.all().delete()
    add_membership(nominator, Role.ASSESSOR)
    assert "menyusun" in refusal(nomination, nominator)


def test_same_person_twice(assessor_batik):
    nomination = scenes.ovop()
    scenes.assign(nomination, assessor_batik)
    with pytest.raises(RuleBroken, match="Sudah ditugaskan"):
        scenes.assign(nomination, assessor_batik)
    assert Assignment.objects.filter(nomination=nomination).count() == 1


def test_one_visitor_per_visit():
    nomination = scenes.upakarti()
    stage = scenes.stage_of(nomination, "pembuktian_lapangan")
    first, second = scenes.assessors(2)
    scenes.assign(nomination, first, stage)
    assert "satu penilai" in refusal(nomination, second, stage)


def test_stage_of_another_category():
    nomination = scenes.upakarti()
    foreign = scenes.stage_of(scenes.upakarti(category="jasa_kepeloporan"))
    assert "bukan tahap" in refusal(nomination, scenes.assessors(1)[0], foreign)


def test_not_before_verification_ends_nor_after_the_assessment(verifier, assessor_batik):
    for status in (Status.UNDER_VERIFICATION, Status.IN_PLENARY):
        nomination = scenes.ovop(status, sample=False)
        with pytest.raises(NotPermitted):
            scenes.assign(nomination, assessor_batik)


def test_open_assessment_needs_stages(verifier):
    nomination = make_ovop_nomination(Status.ELIGIBLE)
    Stage.objects.filter(period=nomination.period).delete()
    with pytest.raises(RuleBroken, match="Tahap"):
        assignments.open_assessment(nomination_id=nomination.pk, actor=verifier)
    scenes.instruments.install_stages(period=nomination.period)
    assert assignments.open_assessment(nomination_id=nomination.pk, actor=verifier).status == Status.IN_ASSESSMENT


def test_possible_scorers_names_the_obstacle_and_the_load(assessor_batik, assessor_other):
    nomination = scenes.ovop()
    busy = scenes.assessors(1)[0]
    scenes.assign(scenes.ovop(), busy)
    rows = {row.user: row for row in possible_scorers(nomination, scenes.stage_of(nomination))}
    assert rows[assessor_batik].obstacle == ""
    assert "komoditas" in rows[assessor_other].obstacle
    assert (rows[busy].load, rows[assessor_batik].load) == (1, 0)


# Conflicts of interest


def test_case_11_conflict_ends_the_assignment_and_the_chair_is_told(chair, verifier, assessor_batik):
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, assessor_batik, declare=False)
    declare(nomination, assessor_batik, conflict=True, reason="Pernah membina IKM ini.")
    assignment.refresh_from_db()
    assert assignment.status == AssignmentStatus.RECUSED
    assert not Assignment.objects.of_scorer(assessor_batik).exists()
    mails = {mail.to: mail for mail in OutboxMail.objects.filter(dedupe_key__startswith="conflict:")}
    assert set(mails) == {chair.email, assignment.assigned_by.email}
    assert "Pernah membina" not in mails[chair.email].body
    assert ConflictDeclaration.objects.get().reason == "Pernah membina IKM ini."
    assert "benturan" in refusal_of_known(nomination, assessor_batik)


def refusal_of_known(nomination, person) -> str:
    with pytest.raises(RuleBroken) as error:
        scenes.assign(nomination, person)
    return error.value.message


def test_case_11_conflict_in_one_stage_ends_the_later_stages_too(juror):
    nomination = scenes.upakarti()
    person = scenes.assessors(1)[0]
    add_membership(person, Role.JUROR)
    scenes.assign(nomination, person, declare=False)
    scenes.assign(nomination, person, scenes.stage_of(nomination, "juri"), declare=False)
    declare(nomination, person, conflict=True, reason="Keluarga.")
    assert not Assignment.objects.filter(status=AssignmentStatus.ACTIVE).exists()


def test_conflict_that_shows_later_outweighs_the_earlier_word(chair, assessor_batik, client_of):
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, assessor_batik)
    scenes.submit(assignment)
    declare(nomination, assessor_batik, conflict=True, reason="Baru mengenali pemiliknya.")
    with pytest.raises(NotPermitted):
        scenes.save(assignment, version=2)
    assert Sheet.objects.get().status == "submitted"  # kept, but it counts no more
    mail = OutboxMail.objects.get(to=chair.email, dedupe_key__startswith="conflict:")
    assert "sudah dikirimnya tetap ada dalam riwayat" in mail.body
    history = client_of(chair).get(reverse("nomination_history", args=[nomination.pk])).content.decode()
    assert "(Mundur: benturan kepentingan, tidak dihitung)" in text_of(history)
    assert "Nilai 100,00" in text_of(history)
    scenes.score_stage(nomination, [scenes.full_answers(assignment.stage)] * 2)
    with pytest.raises(RuleBroken, match="Baru 2 dari"):
        scenes.close(nomination)


def test_conflict_needs_a_reason_and_a_live_assignment(assessor_batik):
    nomination = scenes.ovop()
    with pytest.raises(NotPermitted):
        declare(nomination, assessor_batik, conflict=False)
    assignment = scenes.assign(nomination, assessor_batik, declare=False)
    with pytest.raises(RuleBroken, match="Jelaskan"):
        declare(nomination, assessor_batik, conflict=True, reason=" ")
    assignment.refresh_from_db()
    assert assignment.status == AssignmentStatus.ACTIVE
    assert not ConflictDeclaration.objects.exists()


def test_not_after_the_stage_is_closed(assessor_batik, chair):
    nomination = scenes.ovop_in_plenary()
    person = Assignment.objects.first().assessor
    with pytest.raises(NotPermitted, match="ditutup"):
        declare(nomination, person, conflict=True, reason="Terlambat.")


def test_same_word_twice_is_one_word(assessor_batik):
    nomination = scenes.ovop()
    scenes.assign(nomination, assessor_batik)
    declare(nomination, assessor_batik, conflict=False)
    assert ConflictDeclaration.objects.count() == 1
    assert AuditEntry.objects.filter(action="scoring.interest_declared").count() == 1


# What the database itself refuses


def test_database_refuses_a_live_assignment_on_a_conflicted_pair(assessor_batik):
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, assessor_batik, declare=False)
    declare(nomination, assessor_batik, conflict=True, reason="Keluarga.")
    with pytest.raises(IntegrityError, match="conflicted"), transaction.atomic():
        Assignment.objects.filter(pk=assignment.pk).update(status=AssignmentStatus.ACTIVE)
    other = scenes.upakarti()
    with pytest.raises(IntegrityError, match="conflicted"), transaction.atomic():
        Assignment.objects.create(
            nomination=nomination,
            stage=scenes.stage_of(other),
            assessor=assessor_batik,
            assigned_by=assignment.assigned_by,
        )


def test_database_refuses_a_conflict_beside_a_live_assignment(assessor_batik):
    nomination = scenes.ovop()
    scenes.assign(nomination, assessor_batik, declare=False)
    ConflictDeclaration.objects.create(
        nomination=nomination, user=assessor_batik, has_conflict=True, reason="Tanpa melepas tugas."
    )
    with pytest.raises(IntegrityError, match="live_assignment"):
        connection.check_constraints()


def test_database_refuses_to_drop_what_was_sent(assessor_batik):
    assignment = scenes.assign(scenes.ovop(), assessor_batik)
    scenes.submit(assignment)
    for status in (AssignmentStatus.REMOVED, AssignmentStatus.DECLINED):
        with pytest.raises(IntegrityError, match="assignment_sent"), transaction.atomic():
            Assignment.objects.filter(pk=assignment.pk).update(status=status, removal_reason="x")


def test_removals_are_append_only(verifier, assessor_batik):
    assignment = scenes.assign(scenes.ovop(), assessor_batik)
    assignments.remove_assignment(assignment_id=assignment.pk, reason="Cuti.", actor=verifier)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AssignmentRemoval.objects.update(reason="Lain")


def test_declarations_are_append_only(assessor_batik):
    nomination = scenes.ovop()
    scenes.assign(nomination, assessor_batik)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ConflictDeclaration.objects.update(reason="Lain")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ConflictDeclaration.objects.all().delete()


def test_suspended_account_cannot_be_assigned():
    person = make_user(Role.ASSESSOR, is_active=False)
    assert "peran" in refusal(scenes.ovop(), person)
