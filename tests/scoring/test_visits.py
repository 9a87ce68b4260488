"""The visit on the spot: claims from the dossier, interviews, the chair's word."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.models import AuditEntry
from scoring.enums import ClaimKind, Finding, Outcome, VisitStatus
from scoring.models import FieldClaim, FieldInterview, FieldVisit, Instrument, VisitEvent
from scoring.selectors import visits as records
from scoring.selectors.visits import first_broken_visit_event, with_record
from scoring.services import plenary, rankings, visits
from scoring.services.visits import Found, VisitFacts
from tests.scoring import scenes
from tests.scoring.test_sheet_chain import with_triggers_off
from tests.transactions import undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def trip(assessor_batik: Any, chair: Any) -> SimpleNamespace:
    """An opened visit in the second stage."""
    nomination = scenes.upakarti()
    scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination), "4")] * 2)
    scenes.close(nomination)
    assignment = scenes.assign(nomination, assessor_batik, scenes.stage_of(nomination, "pembuktian_lapangan"))
    visit = visits.open_visit(assignment_id=assignment.pk, actor=assessor_batik)
    return SimpleNamespace(nomination=nomination, assignment=assignment, visit=visit, actor=assessor_batik)


FACTS = scenes.visit_facts(visited_on=timezone.localdate())


def save(trip: Any, findings: dict[int, Found] | None = None, *, facts: VisitFacts = FACTS, **more: Any) -> FieldVisit:
    given = findings
    if given is None:
        given = {claim.pk: scenes.found(claim, Finding.PROVEN) for claim in trip.visit.claims.all()}
    more.setdefault("version", FieldVisit.objects.get(pk=trip.visit.pk).version)
    return visits.save_visit(assignment_id=trip.assignment.pk, facts=facts, findings=given, actor=trip.actor, **more)


def submit(trip: Any) -> FieldVisit:
    version = FieldVisit.objects.get(pk=trip.visit.pk).version
    return visits.submit_visit(assignment_id=trip.assignment.pk, version=version, actor=trip.actor)


def test_one_claim_per_eligibility_rule_and_beneficiary(trip):
    kinds = list(trip.visit.claims.values_list("kind", flat=True))
    assert kinds == [ClaimKind.ELIGIBILITY] * 3 + [ClaimKind.BENEFICIARY] * 5
    assert trip.visit.claims.first().label == "Warga negara Indonesia, atau berdomisili di Indonesia"
    assert trip.visit.claims.last().label == "IKM Binaan 5, Kota Pekalongan"
    again = visits.open_visit(assignment_id=trip.assignment.pk, actor=trip.actor)
    assert (again.pk, FieldClaim.objects.count()) == (trip.visit.pk, 8)


def test_added_claim(trip):
    claim = visits.add_claim(assignment_id=trip.assignment.pk, label="Gudang bahan baku bersama", actor=trip.actor)
    assert (trip.visit.claims.last(), claim.kind) == (claim, ClaimKind.OTHER)
    save(trip, version=trip.visit.version)  # the page that was open before is not stale


def test_submit_needs_facts_a_finding_and_interviews(trip):
    with pytest.raises(RuleBroken) as error:
        submit(trip)
    for part in ("Isi tanggal", "sedikitnya satu klaim", "0 dari 5 IKM binaan"):
        assert part in error.value.message
    claims = list(trip.visit.claims.all())
    four = {claim.pk: scenes.found(claim, Finding.PROVEN) for claim in claims[:-1]}
    save(trip, four | {claims[-1].pk: Found(Finding.PROVEN, "", "Tidak ada orang.")})
    with pytest.raises(RuleBroken, match="4 dari 5"):
        submit(trip)
    save(trip)
    assert submit(trip).status == VisitStatus.SUBMITTED
    assert Instrument.objects.get(code="UPAKARTI-LAPANGAN-1").frozen_at is not None


def test_future_visit_unknown_finding_and_stale_version(trip):
    tomorrow = VisitFacts(timezone.localdate() + timedelta(days=1), "Kota", "Besok.")
    with pytest.raises(RuleBroken, match="belum terjadi"):
        save(trip, facts=tomorrow)
    with pytest.raises(RuleBroken, match="daftar"):
        save(trip, {trip.visit.claims.first().pk: Found("mungkin")})
    with pytest.raises(StaleVersion):
        save(trip, version=7)
    assert not FieldClaim.objects.exclude(finding="").exists()


def test_submitted_visit_is_locked_until_the_chair_returns_it(trip, chair, auditor):
    save(trip)
    submit(trip)
    with pytest.raises(NotPermitted, match="terkunci"):
        save(trip)
    for person in (auditor, trip.actor):
        with pytest.raises(NotPermitted):
            visits.confirm_visit(visit_id=trip.visit.pk, actor=person)
    visits.confirm_visit(visit_id=trip.visit.pk, actor=chair)
    returned = visits.return_visit(visit_id=trip.visit.pk, reason="Foto belum ada.", actor=chair)
    assert (returned.status, returned.confirmed_by, returned.return_reason) == ("open", None, "Foto belum ada.")
    assert len(AuditEntry.objects.get(action="scoring.visit_returned").data["findings"]) == 8
    assert save(trip, facts=scenes.visit_facts(summary="Foto menyusul.")).version == returned.version + 1


def test_a_returned_visit_is_kept_as_a_whole(trip, chair, client_of):
    """Notes, what was found instead, and interviews of the version that was sent outlive the next one."""
    claim = next(one for one in trip.visit.claims.all() if one.kind == ClaimKind.ELIGIBILITY)
    findings = {one.pk: scenes.found(one, Finding.PROVEN) for one in trip.visit.claims.all()}
    findings[claim.pk] = Found(Finding.PARTLY, note="Baru tiga tahun.", actual="3 tahun")
    save(trip, findings)
    submit(trip)
    sent = FieldVisit.objects.get()
    returned = visits.return_visit(visit_id=sent.pk, reason="Periksa lagi.", actor=chair)
    nothing = {one.pk: Found() for one in trip.visit.claims.all()}
    save(trip, nothing, facts=scenes.visit_facts(summary="Lain sama sekali.", interviews=()), version=returned.version)
    kept, back = VisitEvent.objects.order_by("number")
    assert (kept.data["version"], back.data["reason"], back.actor) == (sent.version, "Periksa lagi.", chair)
    assert kept.content["visit"]["summary"] == "Kunjungan berjalan baik."
    [changed] = [one for one in kept.content["claims"] if one["finding"] == Finding.PARTLY]
    assert (changed["label"], changed["actual"], changed["note"]) == (claim.label, "3 tahun", "Baru tiga tahun.")
    assert [one["summary"] for one in kept.content["interviews"]] == ["Produksi setiap hari."]
    history = reverse("nomination_history", args=[trip.assignment.nomination_id])
    page = client_of(chair).get(history).content.decode()
    for words in ("Periksa lagi.", "Terbukti sebagian; 3 tahun; Baru tiga tahun.", "Produksi setiap hari."):
        assert words in page
    assert client_of(trip.actor).get(history).status_code == 404
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        VisitEvent.objects.update(kind="confirmed")


def test_what_became_of_a_visit_is_a_chain(trip, chair):
    """Sent, returned, sent and confirmed; whatever of it is changed behind the portal's back is found."""
    save(trip)
    submit(trip)
    visits.return_visit(visit_id=trip.visit.pk, reason="Periksa lagi.", actor=chair)
    submit(trip)
    visits.confirm_visit(visit_id=trip.visit.pk, actor=chair)

    def broken():
        return first_broken_visit_event(with_record(FieldVisit.objects.all()).get())

    assert broken() is None
    kinds = ["submitted", "returned", "submitted", "confirmed"]
    assert list(VisitEvent.objects.values_list("kind", flat=True)) == kinds
    note = FieldInterview.objects.values_list("summary", flat=True).get()
    for rows, changed, stored in (
        (FieldInterview.objects.all(), {"summary": "Lain."}, {"summary": note}),
        (FieldVisit.objects.all(), {"place": "Lain"}, {"place": "Kota Pekalongan"}),
        (FieldClaim.objects.filter(order=1), {"finding": Finding.PARTLY}, {"finding": Finding.PROVEN}),
    ):
        rows.update(**changed)
        assert broken() == 4
        rows.update(**stored)
        assert broken() is None
    with pytest.raises(IntegrityError, match="scoring_fieldvisit_step"), transaction.atomic():
        FieldVisit.objects.update(status="open", submitted_at=None, confirmed_at=None, confirmed_by=None)
    beside = trip.nomination.assignments.exclude(pk=trip.assignment.pk)[0]
    with pytest.raises(IntegrityError, match="scoring_fieldvisit_step"), transaction.atomic():
        FieldVisit.objects.create(assignment=beside, status="submitted", submitted_at=timezone.now())
    last = VisitEvent.objects.last()
    for wrong in ({"number": 6}, {"previous_hash": "0" * 64}, {"kind": "confirmed"}):
        facts = {"number": 5, "kind": "returned", "previous_hash": last.hash} | wrong
        with pytest.raises(IntegrityError, match="scoring_visitevent_follows"), transaction.atomic():
            VisitEvent.objects.create(visit=last.visit, data={}, actor=chair, at=last.at, hash="0" * 64, **facts)


def test_a_visit_whose_events_are_missing_is_named_in_the_history(trip, chair, client_of):
    """The first one, all of them, or the last one."""
    save(trip)
    submit(trip)
    visits.confirm_visit(visit_id=trip.visit.pk, actor=chair)
    client, page = client_of(chair), reverse("nomination_history", args=[trip.nomination.pk])
    assert "Riwayat ini tidak utuh" not in client.get(page).content.decode()
    losses = {
        "DELETE FROM scoring_visitevent WHERE number = 1": 2,
        "DELETE FROM scoring_visitevent": 1,
        "DELETE FROM scoring_visitevent WHERE number = 2": 1,
    }
    for loss, first in losses.items():
        with undone():
            with_triggers_off(loss)
            assert f"Riwayat ini tidak utuh sejak catatan ke-{first}" in client.get(page).content.decode()


def test_a_ranking_with_a_changed_visit_is_not_signed(chair):
    nomination = scenes.walk(scenes.upakarti())
    session = scenes.session_of(nomination, chair)
    word = {"nomination_id": nomination.pk, "session_id": session.pk, "outcome": Outcome.RECOMMENDED}
    plenary.record_recommendation(**word, actor=chair)
    FieldClaim.objects.filter(order=1).update(note="Ditulis belakangan.")
    ranking = {"period_id": nomination.period_id, "category_id": nomination.category_id, "actor": chair}
    with pytest.raises(RuleBroken, match="Rantai peristiwa"):
        rankings.sign_ranking(**ranking)
    FieldClaim.objects.filter(order=1).update(note="")
    assert rankings.sign_ranking(**ranking).version == 1


def test_chair_confirms_only_what_was_submitted(trip, chair):
    with pytest.raises(NotPermitted, match="belum dikirim"):
        visits.confirm_visit(visit_id=trip.visit.pk, actor=chair)
    save(trip)
    submit(trip)
    with pytest.raises(RuleBroken, match="Penilai Batik"):
        scenes.close(trip.nomination)
    visits.confirm_visit(visit_id=trip.visit.pk, actor=chair)
    scenes.close(trip.nomination)
    with pytest.raises(RuleBroken, match="ditutup"):
        visits.return_visit(visit_id=trip.visit.pk, reason="Terlambat.", actor=chair)


def test_sheet_stage_has_no_visit_and_visit_stage_has_no_sheet(trip, client_of):
    sheet = scenes.upakarti().assignments.model.objects.exclude(pk=trip.assignment.pk).first()
    assert client_of(sheet.assessor).get(reverse("field_visit", args=[sheet.pk])).status_code == 404
    assert client_of(trip.actor).get(reverse("score_sheet", args=[trip.assignment.pk])).status_code == 404


def form_data(trip: Any, **changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "version": FieldVisit.objects.get(pk=trip.visit.pk).version,
        "visited_on": "05-01-2026",
        "place": "Kota Pekalongan",
        "summary": "Baik.",
    }
    for claim in trip.visit.claims.all():
        data |= {f"finding_{claim.pk}": "terbukti", f"interviewee_{claim.pk}": "Pemilik", f"note_{claim.pk}": "Ada."}
    return data | changes


def test_pages_from_the_first_save_to_the_confirmation(trip, client_of, post, chair):
    client = client_of(trip.actor)
    page, check = (reverse(name, args=[trip.assignment.pk]) for name in ("field_visit", "visit_submit"))
    assert "0 dari sedikitnya 5" in client.get(page).content.decode()
    assert post(client, page, form_data(trip, next="kirim"))["Location"] == check
    shown = client.get(check)
    assert shown.context["gaps"] == []
    assert "5 Januari 2026" in shown.content.decode()
    assert post(client, check, {"version": 2})["Location"] == page
    scores = reverse("nomination_scores", args=[trip.nomination.pk])
    assert "Sahkan hasil kunjungan" in client_of(chair).get(scores).content.decode()
    assert post(client_of(chair), reverse("visit_confirm", args=[trip.visit.pk]))["Location"] == scores
    assert "Tutup tahap" in client_of(chair).get(scores).content.decode()


def test_page_keeps_what_was_typed(trip, client_of, post):
    client, page = client_of(trip.actor), reverse("field_visit", args=[trip.assignment.pk])
    answer = post(client, page, form_data(trip, visited_on="32-13-2026", summary="Tulisan panjang"))
    assert answer.status_code == 422
    assert "Tulisan panjang" in answer.content.decode()
    save(trip)
    answer = post(client, page, form_data(trip, version=1, summary="Tulisan kedua"))
    assert answer.status_code == 409
    assert "Tulisan kedua" in answer.content.decode()
    assert FieldVisit.objects.get(pk=trip.visit.pk).summary == "Kunjungan berjalan baik."


# OVOP: a checklist with what the submission says, findings without a score


@pytest.fixture
def field() -> SimpleNamespace:
    """An opened visit of an OVOP nomination."""
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    scenes.close(nomination, skip_optional=False)
    (actor,) = scenes.assessors(1)
    assignment = scenes.assign(nomination, actor, scenes.stage_of(nomination, "lapangan"))
    visit = visits.open_visit(assignment_id=assignment.pk, actor=actor)
    return SimpleNamespace(nomination=nomination, assignment=assignment, visit=visit, actor=actor)


def test_checklist_shows_what_the_submission_says(field):
    written = {claim.code: claim.written for claim in field.visit.claims.all()}
    ikm = field.nomination.product_entry.ikm
    assert written["I2"] == str(ikm.workers)
    assert written["P1"] == field.nomination.product_entry.product.name
    assert "P7" in written  # batik has waste water,
    assert "P6" not in written  # and is no food
    assert written["D02"] == "D02.pdf"
    assert "D05" not in written  # the identity card is no business of a visitor


def test_a_claim_that_is_not_proven_needs_its_note(field):
    found = {claim.pk: Found(Finding.PROVEN) for claim in field.visit.claims.all()}
    workers = field.visit.claims.get(code="I2")
    save(field, found | {workers.pk: Found(Finding.PARTLY, actual="7 orang")})
    with pytest.raises(RuleBroken, match="Jumlah tenaga kerja sesuai"):
        submit(field)
    save(field, found | {workers.pk: Found(Finding.PARTLY, note="Lima orang sudah keluar.", actual="7 orang")})
    assert submit(field).claims.get(code="I2").actual == "7 orang"


def test_nearly_nothing_checked_is_no_visit(field):
    save(field, {field.visit.claims.first().pk: Found(Finding.PROVEN)})
    with pytest.raises(RuleBroken, match="sedikitnya 10 klaim; baru 1"):
        submit(field)


@pytest.mark.parametrize(
    ("model", "sealed", "steps"),
    [
        (
            FieldVisit,
            records.FACTS,
            "id assignment status version submitted_at confirmed_by confirmed_at return_reason saved_key",
        ),
        (FieldClaim, records.CLAIM, "id visit"),
        (FieldInterview, records.INTERVIEW, "id visit"),
    ],
)
def test_every_field_of_a_visit_is_sealed_or_says_what_became_of_it(model, sealed, steps):
    fields = [field.name for field in model._meta.concrete_fields]
    assert sorted(fields) == sorted([*sealed, *steps.split()])
