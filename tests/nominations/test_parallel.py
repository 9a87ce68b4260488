"""Many people at the same moment, on a database of their own."""

from collections import Counter
from threading import Thread
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from core import outbox
from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.models import OutboxMail
from nominations.enums import Action, AdminRule, ItemVerdict, Status, Topic, WindowKind
from nominations.models import DossierItem, Nomination, Snapshot, StatusChange, VerificationItem
from nominations.selectors.dossiers import texts_of
from nominations.services import drafting, submission, verification
from nominations.services.bulk_pass import pass_many
from nominations.services.documents import add_document
from tests import factories
from tests.files import pdf_upload
from tests.nominations import scenes
from tests.transactions import together

KEY = "sebuah-kunci-yang-cukup-panjang"


def kinds(answers: list[Any]) -> Counter:
    return Counter(type(answer).__name__ for answer in answers)


def submit(nomination: Nomination) -> Any:
    officer = factories.officer_of(nomination.region_id)
    return submission.submit_nomination(nomination_id=nomination.pk, declared=True, actor=officer)


def test_twenty_clicks_on_one_form_are_one_submission_with_one_number_and_one_answer(cloned_db, client_of):
    draft = factories.make_ovop_nomination()
    client = client_of(factories.officer_of(draft.region_id))
    url, cookies = reverse("nomination_check", args=[draft.pk]), client.cookies

    def click() -> Any:
        one = client_of(None)
        one.cookies = cookies
        answer = one.post(url, {"declared": "on", "_key": KEY})
        return answer.status_code, answer.get("Location")

    answers = together([click] * 20)
    assert answers == [(302, reverse("nomination_receipt", args=[draft.pk]))] * 20
    assert scenes.state_of(draft)["reference"] == "OVOP-2026-3375-0001"
    assert scenes.changes_of(draft) == [("draft", "submitted", "submit")]
    assert Snapshot.objects.filter(nomination=draft).count() == 1
    assert OutboxMail.objects.filter(subject__endswith="diterima").count() == 1


def test_two_open_forms_are_one_submission_and_the_others_read_that_it_is_done(cloned_db):
    draft = factories.make_ovop_nomination()
    answers = together([lambda: submit(draft)] * 10)
    assert kinds(answers) == {"Nomination": 1, "NotPermitted": 9}
    refusals = {answer.message for answer in answers if isinstance(answer, NotPermitted)}
    assert refusals == {"Usulan ini sudah diajukan. Anda tidak perlu mengirimnya lagi."}
    assert Snapshot.objects.filter(nomination=draft).count() == len(scenes.changes_of(draft)) == 1


def test_ten_drafts_at_once_get_the_numbers_one_to_ten(cloned_db):
    sentra = factories.make_sentra()
    drafts = [
        factories.make_ovop_nomination(product=factories.make_product(factories.make_ikm(sentra))) for _n in range(10)
    ]
    assert kinds(together([lambda draft=draft: submit(draft) for draft in drafts])) == {"Nomination": 10}
    references = sorted(scenes.state_of(draft)["reference"] for draft in drafts)
    assert references == [f"OVOP-2026-3375-{number:04d}" for number in range(1, 11)]


def test_one_product_or_candidate_is_started_once(cloned_db):
    product, officer = factories.make_product(), factories.officer_of(factories.HOME)
    period = factories.make_period("ovop")
    answers = together([lambda: drafting.create_product_nomination(period=period, product=product, actor=officer)] * 8)
    assert kinds(answers) == {"Nomination": 1, "RuleBroken": 7}
    assert {a.message.split(".")[0] for a in answers if isinstance(a, RuleBroken)} == {
        "Produk ini sudah diusulkan pada periode ini"
    }
    assert Nomination.objects.filter(product_entry__product=product).count() == 1


def test_of_two_people_who_save_one_page_the_second_is_told(cloned_db):
    draft = factories.make_ovop_nomination(complete=False)
    officer = factories.officer_of(draft.region_id)

    def save(text: str) -> Any:
        return drafting.save_answer(
            nomination_id=draft.pk, question=Topic.MARKETING, text=text, version=0, actor=officer
        )

    answers = together([lambda text=text: save(text) for text in ("satu", "dua", "tiga")])
    assert kinds(answers) == {"Answer": 1, "StaleVersion": 2}
    winner = ("satu", "dua", "tiga")[[isinstance(a, StaleVersion) for a in answers].index(False)]
    assert texts_of(draft) == {Topic.MARKETING: winner}


def autosave(draft: Nomination, cookies: Any, text: str) -> Any:
    client = Client()
    client.cookies = cookies
    url = reverse("nomination_answer_autosave", args=[draft.pk, Topic.MARKETING])
    return client.post(url, {"text": text, "version": 0})


def test_of_many_autosaves_at_once_one_is_acknowledged_and_it_is_the_stored_one(cloned_db, client_of):
    draft = factories.make_ovop_nomination(complete=False)
    cookies = client_of(factories.officer_of(draft.region_id)).cookies
    texts = [f"tulisan {number}" for number in range(8)]
    answers = together([lambda text=text: autosave(draft, cookies, text) for text in texts])
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    acknowledged = [text for answer, text in zip(answers, texts, strict=True) if answer.status_code == 200]
    assert [texts_of(draft)[Topic.MARKETING]] == acknowledged


def test_the_same_autosave_many_times_at_once_is_one_version_with_one_receipt(cloned_db, client_of):
    draft = factories.make_ovop_nomination(complete=False)
    cookies = client_of(factories.officer_of(draft.region_id)).cookies
    receipts = [answer.json() for answer in together([lambda: autosave(draft, cookies, "Motif pesisir.")] * 8)]
    assert receipts == [receipts[0]] * 8
    assert receipts[0]["version"] == draft.answers.get().version == 1


def test_of_two_people_who_save_one_beneficiary_the_second_is_told(cloned_db):
    candidate = factories.make_upakarti_nomination()
    row, officer = candidate.candidate_entry.beneficiaries.first(), factories.officer_of(candidate.region_id)

    def save(text: str) -> Any:
        return drafting.save_beneficiary(
            nomination_id=candidate.pk, beneficiary_id=row.pk, values={"activity": text}, version=1, actor=officer
        )

    answers = together([lambda text=text: save(text) for text in ("satu", "dua", "tiga")])
    assert kinds(answers) == {"Beneficiary": 1, "StaleVersion": 2}
    row.refresh_from_db()
    assert row.version == 2


def test_of_two_uploads_for_one_document_one_counts_and_both_are_kept(cloned_db):
    draft = factories.make_ovop_nomination(complete=False)
    officer, requirement = factories.officer_of(draft.region_id), draft.period.requirements.get(code="D01")
    answers = together(
        [
            lambda number=number: add_document(
                nomination_id=draft.pk,
                requirement=requirement,
                upload=pdf_upload(f"{number}.pdf"),
                actor=officer,
            )
            for number in range(4)
        ]
    )
    assert kinds(answers) == {"DossierItem": 4}
    assert DossierItem.objects.filter(nomination=draft, superseded_at=None).count() == 1


def test_withdrawing_and_taking_up_exclude_each_other(cloned_db):
    submitted = factories.make_ovop_nomination(Status.SUBMITTED)
    officer, verifier = factories.officer_of(submitted.region_id), factories.make_user(factories.Role.VERIFIER)
    answers = together(
        [
            lambda: submission.withdraw_nomination(nomination_id=submitted.pk, reason="Keliru.", actor=officer),
            lambda: verification.start_verification(nomination_id=submitted.pk, actor=verifier),
        ]
    )
    path = scenes.changes_of(submitted)[1:]
    withdrawn, taken_up = (
        ("submitted", "withdrawn", "withdraw"),
        ("submitted", "under_verification", "start_verification"),
    )
    if kinds(answers) == {"Nomination": 2}:  # taken up first; it may still be withdrawn then
        assert path == [taken_up, ("under_verification", "withdrawn", "withdraw")]
    else:
        assert path == [withdrawn]
        assert isinstance(answers[1], NotPermitted)
    assert scenes.state_of(submitted)["status"] == Status.WITHDRAWN


def test_two_verifiers_end_a_verification_once(cloned_db):
    verifying = factories.make_ovop_nomination(Status.UNDER_VERIFICATION)
    verifiers = [factories.make_user(factories.Role.VERIFIER) for _person in range(2)]
    factories.mark_all(verifying, verifiers[0])
    outcomes = [(verifiers[0], Action.DECLARE_ELIGIBLE), (verifiers[1], Action.DECLARE_INELIGIBLE)]
    answers = together(
        [
            lambda actor=actor, action=action: verification.conclude_verification(
                nomination_id=verifying.pk,
                action=action,
                reason="Alasan.",
                failed={AdminRule.OTHER: "Alasan."},
                actor=actor,
            )
            for actor, action in outcomes
        ]
    )
    assert kinds(answers) == {"Nomination": 1, "NotPermitted": 1}
    ended = StatusChange.objects.filter(nomination=verifying, from_status=Status.UNDER_VERIFICATION)
    assert ended.count() == 1
    assert OutboxMail.objects.filter(dedupe_key__startswith=f"verified:{verifying.pk}:").count() == 1


@pytest.mark.parametrize("late", [False, True])
def test_who_arrives_in_time_does_not_miss_the_deadline_by_waiting(late, cloned_db):
    """The submission waits for a lock while the deadline passes; one that arrives afterwards is refused."""
    draft = factories.make_ovop_nomination()
    answers: list[Any] = []
    waiting = Thread(target=lambda: answers.extend(together([lambda: submit(draft)])))
    with transaction.atomic():
        if late:
            _close_now(draft)
        Nomination.objects.select_for_update().get(pk=draft.pk)
    with transaction.atomic():
        Nomination.objects.select_for_update().get(pk=draft.pk)
        waiting.start()
        _until_somebody_waits(waiting)
        if not late:
            _close_now(draft)
    waiting.join()
    assert kinds(answers) == ({"RuleBroken": 1} if late else {"Nomination": 1})
    assert scenes.state_of(draft)["status"] == (Status.DRAFT if late else Status.SUBMITTED)


def _close_now(nomination: Nomination) -> None:
    """The window ends at this moment of the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment = cursor.fetchone()[0]
    scenes.close_window(nomination.period, WindowKind.NOMINATION, moment)


def _until_somebody_waits(thread: Thread) -> None:
    waiting = False
    with connection.cursor() as cursor:
        while thread.is_alive() and not waiting:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the activity only once otherwise
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock')"
            )
            waiting = cursor.fetchone()[0]


def test_of_two_verifiers_on_one_part_the_second_is_told_who_decided_what(cloned_db):
    verifying = factories.make_ovop_nomination(Status.UNDER_VERIFICATION)
    people = [factories.make_user(factories.Role.VERIFIER, name=f"Verifikator {name}") for name in "AB"]
    marks = [verification.Mark(ItemVerdict.ACCEPTED), verification.Mark(ItemVerdict.REPAIR, "Tanpa stempel.")]
    answers = together(
        [
            lambda actor=actor, mark=mark: verification.save_verdicts(
                nomination_id=verifying.pk, verdicts={"subject": mark}, actor=actor
            )
            for actor, mark in zip(people, marks, strict=True)
        ]
    )
    assert kinds(answers) == {"NoneType": 1, "StaleVersion": 1}
    first = next(number for number, answer in enumerate(answers) if answer is None)
    row = VerificationItem.objects.get()
    assert (row.verified_by, row.verdict, row.version) == (people[first], marks[first].verdict, 1)
    refusal = answers[1 - first].message
    assert people[first].name in refusal
    assert ("Tanpa stempel." in refusal) == (first == 1)


def test_concluding_and_withdrawing_exclude_each_other(cloned_db):
    verifying = factories.make_ovop_nomination(Status.UNDER_VERIFICATION)
    officer, verifier = factories.officer_of(verifying.region_id), factories.someone(factories.Role.VERIFIER)
    factories.mark_all(verifying, verifier)
    answers = together(
        [
            lambda: verification.conclude_verification(
                nomination_id=verifying.pk, action=Action.DECLARE_ELIGIBLE, reason="", actor=verifier
            ),
            lambda: submission.withdraw_nomination(nomination_id=verifying.pk, reason="Keliru.", actor=officer),
        ]
    )
    assert kinds(answers) == {"Nomination": 1, "NotPermitted": 1}
    passed = isinstance(answers[0], Nomination)
    assert scenes.state_of(verifying)["status"] == (Status.ELIGIBLE if passed else Status.WITHDRAWN)
    assert OutboxMail.objects.filter(dedupe_key__startswith=f"verified:{verifying.pk}:").count() == int(passed)


def test_two_presses_over_the_same_dossiers_pass_each_once(cloned_db):
    verifiers = [factories.make_user(factories.Role.VERIFIER) for _person in range(2)]
    dossiers = [factories.make_ovop_nomination(Status.UNDER_VERIFICATION) for _number in range(3)]
    for dossier in dossiers:
        factories.mark_all(dossier, verifiers[0])
    wanted = [dossier.pk for dossier in dossiers]
    answers = together(
        [
            lambda actor=actor, ids=ids: pass_many(nomination_ids=ids, actor=actor)
            for actor, ids in zip(verifiers, (wanted, wanted[::-1]), strict=True)
        ]
    )
    assert kinds(answers) == {"BulkPass": 2}
    passed = sorted(sum(row["passed"] for row in answer.results) for answer in answers)
    assert passed == [0, 3]
    assert OutboxMail.objects.filter(dedupe_key__startswith="verified:").count() == 3


def test_a_pdf_and_the_end_of_waiting_send_one_receipt(cloned_db):
    submitted = factories.make_ovop_nomination(Status.SUBMITTED)
    row, snapshot = OutboxMail.objects.get(subject__endswith="diterima"), submitted.snapshots.get()
    OutboxMail.objects.update(rests_until="2020-01-01T00:00Z")
    pdf = factories.stored_pdf()
    with transaction.atomic():
        together_answers: list[Any] = []
        outbox.release(prefix=f"submitted:{snapshot.pk}:", attachment=pdf)
        sender = Thread(target=lambda: together_answers.extend(together([lambda: outbox.send(row.pk)])))
        sender.start()
        _until_somebody_waits(sender)
    sender.join()
    assert together_answers == [True]
    assert not outbox.send(row.pk)
    ((name, _data, _kind),) = mail.outbox[0].attachments
    assert (len(mail.outbox), name) == (1, pdf.original_name)
