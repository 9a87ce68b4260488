"""A fault at any step of a submission leaves everything as it was (and the next attempt succeeds)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection

from core.models import AuditEntry, Counter, OutboxMail
from nominations.enums import Action, AdminRule, Status
from nominations.models import IneligibilityReason, Nomination, Snapshot, StatusChange, VerificationItem
from nominations.services.submission import submit_nomination, withdraw_nomination
from nominations.services.verification import conclude_verification
from tests import factories
from tests.transactions import undone

pytestmark = pytest.mark.django_db
WATCHED = (Nomination, Snapshot, StatusChange, AuditEntry, OutboxMail, Counter, IneligibilityReason, VerificationItem)


class Fault(DatabaseError):
    pass


@contextmanager
def fault_at(step: int) -> Iterator[list[str]]:
    """The database fails once, at the query with that number; savepoints are not counted. Yields what was asked."""
    asked: list[str] = []

    def run(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        if "SAVEPOINT" in sql:
            return execute(sql, *args)
        asked.append(sql)
        if len(asked) - 1 == step:
            raise Fault
        return execute(sql, *args)

    with connection.execute_wrapper(run):
        yield asked


def everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in WATCHED] + [len(connection.run_on_commit)]


def steps_of(call: Callable[[], Any]) -> int:
    """Counted in a second call, when the roles of the actor are known."""
    for _turn in range(2):
        with undone(), fault_at(-1) as asked:
            call()
    return len(asked)


def fails_whole_at_every_step(call: Callable[[], Any]) -> int:
    """How many steps there were; afterwards the call has succeeded."""
    before, steps = everything(), steps_of(call)
    for step in range(steps):
        with fault_at(step), pytest.raises(Fault):
            call()
        assert everything() == before, f"step {step} of {steps}"
    call()
    assert everything() != before
    return steps


def test_a_first_submission(officer_a):
    draft = factories.make_ovop_nomination()
    steps = fails_whole_at_every_step(lambda: submit_nomination(nomination_id=draft.pk, declared=True, actor=officer_a))
    assert steps > 15
    submitted = Nomination.objects.get()
    assert (submitted.status, submitted.reference) == (Status.SUBMITTED, "OVOP-2026-3375-0001")
    assert OutboxMail.objects.count() == Snapshot.objects.count() == StatusChange.objects.count() == 1


def test_a_repair_of_a_candidate(officer_a):
    returned = factories.make_upakarti_nomination(Status.RETURNED)
    fails_whole_at_every_step(lambda: submit_nomination(nomination_id=returned.pk, declared=True, actor=officer_a))
    assert Nomination.objects.get().status == Status.SUBMITTED
    assert list(Snapshot.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_a_withdrawal(officer_a):
    draft = factories.make_ovop_nomination(complete=False)
    fails_whole_at_every_step(lambda: withdraw_nomination(nomination_id=draft.pk, reason="Keliru.", actor=officer_a))
    assert Nomination.objects.get().status == Status.WITHDRAWN


def test_the_end_of_a_verification(officer_a, verifier):
    verifying = factories.make_ovop_nomination(Status.UNDER_VERIFICATION)
    fails_whole_at_every_step(
        lambda: conclude_verification(
            nomination_id=verifying.pk,
            action=Action.DECLARE_INELIGIBLE,
            reason="Bukan IKM.",
            failed={AdminRule.SCALE: "Bukan IKM."},
            actor=verifier,
        )
    )
    assert Nomination.objects.get().status == Status.INELIGIBLE
