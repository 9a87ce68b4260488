"""Seats, statements of interests, declined tasks, and who looks after a category (cases 9 to 12)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from core.errors import NotPermitted, RuleBroken
from core.formats import date_short
from core.models import AuditEntry, OutboxMail
from nominations.enums import WindowKind
from nominations.models import Category, Window
from scoring.enums import AssignmentStatus, TieKind
from scoring.models import (
    Assignment,
    CategoryLead,
    ConflictDeclaration,
    InterestStatement,
    InterestTie,
    PanelSeat,
    Stage,
    TieWithdrawal,
)
from scoring.selectors.panel import seats_of
from scoring.services import panel
from scoring.services.assignments import decline_assignment
from scoring.services.panel import Tie
from tests.factories import add_membership, make_ikm, make_user
from tests.scoring import scenes
from tests.scoring.test_conflicts import row_of

pytestmark = pytest.mark.usefixtures("db")

# Statements


def test_no_file_opens_before_the_statement_of_the_period(client_of, assessor_batik):
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, assessor_batik, declare=False)
    client = client_of(assessor_batik)
    answer = client.get(reverse("declare_interest", args=[assignment.pk]))
    assert answer.url.startswith(reverse("interests", args=[nomination.period_id]))
    with pytest.raises(NotPermitted):
        scenes.save(assignment)
    scenes.state(nomination, assessor_batik)
    assert client.get(reverse("declare_interest", args=[assignment.pk])).status_code == 200


def test_later_statement_adds_and_ends_the_live_work_it_hits(chair, assessor_batik):
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, assessor_batik)
    ikm = nomination.product_entry.ikm
    scenes.state(nomination, assessor_batik, Tie(TieKind.COACHED, ikm.name, ikm_id=ikm.pk, note="2021"))
    assignment.refresh_from_db()
    assert assignment.status == AssignmentStatus.RECUSED
    assert InterestStatement.objects.filter(user=assessor_batik).count() == 2
    word = ConflictDeclaration.objects.get(has_conflict=True)
    assert "membina" in word.reason
    assert OutboxMail.objects.filter(to=chair.email, dedupe_key__startswith="conflict:").exists()


def test_what_was_stated_stays(assessor_batik):
    nomination = scenes.ovop()
    scenes.state(nomination, assessor_batik, Tie(TieKind.COACHED, "Sentra Lama"))
    for change in (lambda rows: rows.update(name="Lain"), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change(InterestTie.objects.all())
    bare = panel.state_interests(period_id=nomination.period_id, ties=(), actor=assessor_batik)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        bare.delete()


def test_a_tie_that_shows_after_a_closed_stage_ends_all_and_the_chair_is_told_what_to_open(chair):
    """The score of the closed stage counts no more; until it is opened again no ranking can be signed over it."""
    nomination = scenes.upakarti()
    stage, person = scenes.stage_of(nomination), scenes.assessors(1)[0]
    scenes.submit(scenes.assign(nomination, person), scenes.even_answers(stage, "4"))
    scenes.score_stage(nomination, [scenes.even_answers(stage, "3.5")])
    scenes.close(nomination)
    add_membership(person, Role.JUROR)
    scenes.assign(nomination, User.objects.get(pk=person.pk), scenes.stage_of(nomination, "juri"), declare=False)
    tie = Tie(TieKind.FAMILY, nomination.title)
    panel.state_interests(period_id=nomination.period_id, ties=[tie], actor=person)
    connection.check_constraints()
    assert set(person.assignments.values_list("status", flat=True)) == {AssignmentStatus.RECUSED}
    mail = OutboxMail.objects.get(to=chair.email, dedupe_key__startswith="conflict:")
    assert f"Tahap yang sudah ditutup dengan nilainya: {stage.label}." in mail.body
    assert "sudah dikirimnya tetap ada dalam riwayat" in mail.body


def test_a_wrong_tie_is_withdrawn_with_its_reason_and_stays_readable(client_of, chair, verifier, assessor_batik):
    nomination = scenes.ovop()
    ikm = nomination.product_entry.ikm
    scenes.state(nomination, assessor_batik, Tie(TieKind.COACHED, ikm.name, ikm_id=ikm.pk))
    tie = InterestTie.objects.get()
    assert "membina" in row_of(nomination, assessor_batik).obstacle
    client, url = client_of(assessor_batik), reverse("tie_withdraw", args=[tie.pk])
    refused = client.post(url, {"reason": " ", "_key": "k" * 32})
    assert refused.status_code == 422
    assert "Tulis alasan" in refused.content.decode()
    assert client_of(make_user(Role.ASSESSOR)).post(url, {"reason": "Iseng", "_key": "l" * 32}).status_code == 404
    assert client.post(url, {"reason": "Salah pilih IKM.", "_key": "m" * 32}).status_code == 302
    assert not row_of(nomination, assessor_batik).obstacle
    page = client.get(reverse("interests", args=[nomination.period_id])).content.decode()
    assert "Ditarik" in page
    assert "Salah pilih IKM." in page
    assert AuditEntry.objects.get(action="scoring.tie_withdrawn").data["reason"] == "Salah pilih IKM."
    mail = OutboxMail.objects.get(to=chair.email, dedupe_key__startswith="tie-withdrawn")
    assert ikm.name not in mail.body
    panel_page = reverse("panel") + f"?periode={nomination.period_id}"
    assert "Salah pilih IKM." in client_of(verifier).get(panel_page).content.decode()
    assert client.post(url, {"reason": "Lagi.", "_key": "n" * 32}).status_code == 422
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        TieWithdrawal.objects.update(reason="Lain")


def test_what_a_withdrawn_tie_has_ended_stays_ended(assessor_batik):
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, assessor_batik)
    ikm = nomination.product_entry.ikm
    scenes.state(nomination, assessor_batik, Tie(TieKind.COACHED, ikm.name, ikm_id=ikm.pk))
    panel.withdraw_tie(tie_id=InterestTie.objects.get().pk, reason="Keliru.", actor=assessor_batik)
    assignment.refresh_from_db()
    assert assignment.status == AssignmentStatus.RECUSED
    assert "Menyatakan benturan" in row_of(nomination, assessor_batik).obstacle


def test_a_merge_of_the_register_leads_ties_to_the_record_that_remains(assessor_batik):
    nomination = scenes.ovop()
    ikm = nomination.product_entry.ikm
    twin = make_ikm(ikm.sentra, name="IKM Kembar")
    scenes.state(nomination, assessor_batik, Tie(TieKind.COACHED, twin.name, ikm_id=twin.pk))
    assert not row_of(nomination, assessor_batik).obstacle
    InterestTie.objects.filter(ikm=twin).update(ikm=ikm)  # as `sentra.services.merging` does it
    assert "membina" in row_of(nomination, assessor_batik).obstacle


def test_statement_page_keeps_what_was_typed_while_searching(client_of, assessor_batik):
    nomination = scenes.ovop()
    ikm = nomination.product_entry.ikm
    client, url = client_of(assessor_batik), reverse("interests", args=[nomination.period_id])
    typed = {
        "tie-TOTAL_FORMS": "2",
        "tie-INITIAL_FORMS": "0",
        "tie-0-name": "Universitas Contoh",
        "tie-0-kind": "employed",
        "tie-1-name": "",
        "q": ikm.name,
        "langkah": "cari",
        "_key": "k" * 32,
    }
    found = client.post(url, typed)
    assert found.status_code == 200
    assert f"ikm:{ikm.pk}" in found.content.decode()
    picked = client.post(url, typed | {"langkah": f"ikm:{ikm.pk}", "_key": "l" * 32}).content.decode()
    assert "Universitas Contoh" in picked
    assert ikm.name in picked
    assert not InterestStatement.objects.exists()
    rows = {"tie-1-name": ikm.name, "tie-1-kind": "coached", "tie-1-record": f"ikm:{ikm.pk}"}
    assert client.post(url, typed | rows | {"langkah": "simpan", "_key": "m" * 32}).status_code == 422
    done = client.post(url, typed | rows | {"langkah": "simpan", "complete": "on", "_key": "n" * 32})
    assert done.status_code == 302
    assert InterestTie.objects.get(ikm=ikm).kind == "coached"
    assert InterestTie.objects.get(name="Universitas Contoh").ikm_id is None


# Seats


def test_a_role_that_ends_before_the_stage_is_said_with_its_last_day(verifier, client_of):
    nomination = scenes.ovop()
    period, stage = nomination.period, scenes.stage_of(nomination)
    early, late, endless = people = scenes.assessors(3)
    for person in people:
        panel.seat(period_id=period.pk, user_id=person.pk, capacity=9, note="", active=True, actor=verifier)
    today = timezone.localdate()
    closes = timezone.now() + timedelta(days=9)
    Stage.objects.filter(period=period).update(closes_at=closes)
    Membership.objects.filter(user=early).update(valid_to=today + timedelta(days=8))
    Membership.objects.filter(user=late).update(valid_to=timezone.localdate(closes))
    page = client_of(verifier).get(reverse("panel"))
    assert [seat.row.user for seat in page.context["ending"]] == [early]
    text = page.content.decode()
    for person, day in ((early, today + timedelta(days=8)), (late, timezone.localdate(closes))):
        assert f"sampai {date_short(day)}" in text, person
    assert f"{early.name}: sampai {date_short(today + timedelta(days=8))}, sedangkan" in text
    assert {seat.row.user: seat.valid_to for seat in page.context["seats"]}[endless] is None
    Stage.objects.filter(period=period).update(closes_at=None)
    window = Window.objects.get(period=period, kind=WindowKind.ASSESSMENT)
    assert {seat.row.user for seat in client_of(verifier).get(reverse("panel")).context["ending"]} == {early, late}
    Window.objects.filter(pk=window.pk).update(closes_at=timezone.now() + timedelta(days=5))
    assert client_of(verifier).get(reverse("panel")).context["ending"] == []
    assert stage.scorer_role == Role.ASSESSOR


def test_a_stage_of_another_commodity_outlasts_nobody(verifier):
    nomination = scenes.ovop()
    person = make_user(Role.ASSESSOR, commodities=("gerabah",), institution=scenes.AWAY)
    panel.seat(period_id=nomination.period_id, user_id=person.pk, capacity=9, note="", active=True, actor=verifier)
    Membership.objects.filter(user=person).update(valid_to=timezone.localdate())
    Stage.objects.exclude(category=nomination.category).filter(period=nomination.period_id).delete()
    [seat] = seats_of(nomination.period_id)
    assert seat.outlasted is None
    person.memberships.get().commodities.clear()
    [seat] = seats_of(nomination.period_id)
    assert seat.outlasted.stage.category == nomination.category


def test_seats_of_suspended_people_vanish(verifier):
    period = scenes.ovop().period
    people = scenes.assessors(3)
    for person in people:
        panel.seat(period_id=period.pk, user_id=person.pk, capacity=5, note="", active=True, actor=verifier)
    Membership.objects.filter(user=people[0]).update(valid_to=date(2020, 1, 2))
    people[1].is_active = False
    people[1].save()
    assert [seat.row.user for seat in seats_of(period.pk)] == [people[2]]
    with pytest.raises(RuleBroken, match="berlaku hari ini"):
        panel.seat(period_id=period.pk, user_id=people[1].pk, capacity=5, note="", active=True, actor=verifier)


def test_work_of_a_suspended_scorer_ends_unless_it_was_sent(chair):
    nomination = scenes.ovop()
    sent, working, well = scenes.assessors(3)
    scenes.submit(scenes.assign(nomination, sent))
    scenes.save(scenes.assign(nomination, working))
    scenes.assign(nomination, well)
    Membership.objects.filter(user__in=[sent, working]).update(valid_to=date(2020, 1, 2))
    assert panel.end_for_suspended() == 1
    live = Assignment.objects.filter(status=AssignmentStatus.ACTIVE)
    assert set(live.values_list("assessor", flat=True)) == {sent.pk, well.pk}
    assert OutboxMail.objects.filter(to=chair.email, dedupe_key__startswith="assignment-ended").count() == 1
    assert panel.end_for_suspended() == 0


def test_only_the_sekretariat_gives_seats(chair):
    period = scenes.ovop().period
    person = scenes.assessors(1)[0]
    with pytest.raises(NotPermitted):
        panel.seat(period_id=period.pk, user_id=person.pk, capacity=5, note="", active=True, actor=chair)
    assert not PanelSeat.objects.exists()


# Declining


def test_declined_task_is_over_and_told_without_its_reason(chair, assessor_batik):
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, assessor_batik, declare=False)
    decline_assignment(assignment_id=assignment.pk, reason="Sedang umrah.", actor=assessor_batik)
    assignment.refresh_from_db()
    assert (assignment.status, assignment.removal_reason) == ("declined", "Sedang umrah.")
    assert not Assignment.objects.of_scorer(assessor_batik).exists()
    mail = OutboxMail.objects.get(to=chair.email, dedupe_key__startswith="declined:")
    assert "umrah" not in mail.body
    assert "umrah" in row_of(nomination, assessor_batik).warnings[0]
    scenes.assign(nomination, assessor_batik)  # asked again by hand, and accepted


def test_begun_work_is_not_declined(assessor_batik):
    assignment = scenes.assign(scenes.ovop(), assessor_batik)
    scenes.save(assignment)
    with pytest.raises(NotPermitted, match="sudah mulai"):
        decline_assignment(assignment_id=assignment.pk, reason="Sibuk.", actor=assessor_batik)
    with pytest.raises(NotPermitted):
        decline_assignment(assignment_id=assignment.pk, reason="Bukan saya.", actor=scenes.assessors(1)[0])


# Who looks after a category


def test_case_9_a_lead_finds_the_own_category_and_gains_no_right(chair, verifier, client_of, post):
    batik, other = scenes.ovop(), scenes.ovop(commodity="tenun")
    for nomination in (batik, other):
        stage = scenes.stage_of(nomination)
        scenes.score_stage(nomination, [scenes.full_answers(stage)] * 2 + [scenes.full_answers(stage, min)])
    url = reverse("lead_save", args=[batik.period_id])
    client, data = client_of(chair), {f"lead_{batik.category_id}": chair.pk}
    assert post(client, url, data).status_code == 403
    assert post(client_of(verifier), url, data).status_code == 302
    assert post(client_of(verifier), url, data).status_code == 302
    assert [(one.category, one.user) for one in CategoryLead.objects.all()] == [(batik.category, chair)]
    assert AuditEntry.objects.filter(action="scoring.lead_named").count() == 1
    board, report = reverse("stage_board"), reverse("discrepancy_report")
    assert {row["nomination"].pk for row in client.get(board).context["rows"]} == {batik.pk, other.pk}
    assert {row["nomination"].pk for row in client.get(f"{board}?milik=1").context["rows"]} == {batik.pk}
    shown = client.get(f"{report}?periode={batik.period_id}&milik=1")
    assert [one["row"].nomination.pk for one in shown.context["rows"]] == [batik.pk]
    assert f"Penanggung jawab: {chair.name}" in shown.content.decode()
    colleague = make_user(Role.PANEL_CHAIR)
    assert len(client_of(colleague).get(f"{board}?milik=1").context["rows"]) == 2, "a filter of nobody's hides nothing"
    assert not client_of(colleague).get(board).context["leads"]


def test_only_a_chair_of_today_looks_after_a_category(verifier, admin_a):
    nomination, scorer = scenes.ovop(), scenes.assessors(1)[0]
    for person in (scorer, admin_a):
        with pytest.raises(RuleBroken, match="ketua panel"):
            panel.name_leads(period_id=nomination.period_id, chosen={nomination.category_id: person.pk}, actor=verifier)
    elsewhere = Category.objects.filter(award="upakarti").first()
    with pytest.raises(RuleBroken, match="Kategori"):
        panel.name_leads(period_id=nomination.period_id, chosen={elsewhere.pk: None}, actor=verifier)
