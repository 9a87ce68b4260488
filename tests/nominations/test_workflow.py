"""Every status × action × role, against a table written down here once more (acceptance 28)."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from accounts.enums import Role
from core.errors import DomainError, NotPermitted, RuleBroken
from core.models import AuditEntry
from nominations.enums import Action, Status
from nominations.models import Nomination, StatusChange
from nominations.policies import can_act
from nominations.services.transitions import apply_transition, lock_nomination
from nominations.workflow import TABLE, actions_for, transition
from tests import factories
from tests.nominations import scenes
from tests.transactions import undone

OFFICER, CHAIR, ADMIN = {Role.DISTRICT_OFFICER}, {Role.PANEL_CHAIR}, {Role.MINISTRY_ADMIN}
SECRETARIAT, SYSTEM = {Role.VERIFIER, Role.MINISTRY_ADMIN}, set()

# from, action, to, by whom, with a reason
ROWS = """
draft               submit                submitted           OFFICER      no
draft               withdraw              withdrawn           OFFICER      yes
submitted           start_verification    under_verification  SECRETARIAT  no
submitted           withdraw              withdrawn           OFFICER      yes
under_verification  return_for_repair     returned            SECRETARIAT  yes
under_verification  declare_ineligible    ineligible          SECRETARIAT  yes
under_verification  declare_eligible      eligible            SECRETARIAT  no
under_verification  withdraw              withdrawn           OFFICER      yes
returned            resubmit              submitted           OFFICER      no
returned            withdraw              withdrawn           OFFICER      yes
eligible            open_assessment       in_assessment       SECRETARIAT  no
re_evaluation       open_assessment       in_assessment       SECRETARIAT  no
in_assessment       eliminate             eliminated          CHAIR        yes
in_assessment       send_to_plenary       in_plenary          CHAIR        no
eliminated          reinstate             in_assessment       CHAIR        yes
in_plenary          recall_from_plenary   in_assessment       CHAIR        yes
in_plenary          recommend             recommended         CHAIR        no
in_plenary          not_recommend         not_recommended     CHAIR        yes
recommended         return_to_plenary     in_plenary          CHAIR        yes
not_recommended     return_to_plenary     in_plenary          CHAIR        yes
recommended         return_to_plenary     in_plenary          CHAIR        yes
not_recommended     return_to_plenary     in_plenary          CHAIR        yes
recommended         decide                decided             ADMIN        no
decided             award                 awarded             SYSTEM       no
"""
EXPECTED = {
    (Status(at), Action(action)): (Status(to), globals()[who], reason == "yes")
    for at, action, to, who, reason in (line.split() for line in ROWS.strip().splitlines())
}
EVERYBODY = [*Role, "superuser", "stranger", "system"]
ATTEMPTS = [(status, action) for status in Status for action in Action]


@pytest.fixture
def people(db, superuser):
    """One person a role, an officer of another region, a superuser without a role, and nobody."""
    people = {
        role: factories.make_user(role, region={"district_officer": "33.75", "province_officer": "33"}.get(role))
        for role in Role
    }
    stranger = factories.make_user(Role.DISTRICT_OFFICER, region=factories.OTHER)
    return people | {"superuser": superuser, "stranger": stranger, "system": None}


@pytest.fixture
def nomination(db):
    return scenes.bare(Status.DRAFT)


def put_at(nomination, status):
    """The row as if it had come this far."""
    Nomination.objects.filter(pk=nomination.pk).update(status=status, reference="UJI-1")
    return lock_nomination(nomination.pk)


def may(who, status, action):
    if (status, action) not in EXPECTED:
        return False
    roles = EXPECTED[status, action][1]
    return who in roles or (who == "system" and not roles)


def test_the_table_is_the_one_that_was_agreed():
    assert {key: (row.target, set(row.roles), row.needs_reason) for key, row in TABLE.items()} == EXPECTED
    for status, action in ATTEMPTS:
        assert (transition(status, action) is None) == ((status, action) not in EXPECTED)


def test_nobody_but_the_system_may_award_and_every_status_is_reached():
    assert [key for key, row in TABLE.items() if not row.roles] == [(Status.DECIDED, Action.AWARD)]
    reached = {row.target for row in TABLE.values()} | {Status.DRAFT}
    assert set(Status) - reached == {Status.RE_EVALUATION}  # comes with the re-evaluation of certificates


@pytest.mark.parametrize("status", Status)
def test_what_a_role_is_offered_is_what_the_policy_allows(status, people, nomination):
    nomination.status = status
    for role in Role:
        allowed = [action for action in Action if can_act(people[role], nomination, action)]
        assert set(actions_for(status, people[role].roles)) == set(allowed), role


@pytest.mark.parametrize("status", Status)
def test_the_policy_allows_what_the_table_says_and_nothing_else(status, people, nomination):
    nomination.status = status
    for action in Action:
        for who, person in people.items():
            if person is None:
                continue
            verdict = can_act(person, nomination, action)
            assert bool(verdict) == may(who, status, action), f"{who} {action} at {status}"
            assert verdict or verdict.reason.endswith("."), "a refusal says why"


@pytest.mark.parametrize("status", Status)
def test_what_is_not_allowed_is_refused_and_changes_nothing(status, people, nomination):
    locked = put_at(nomination, status)
    before = scenes.state_of(nomination)
    for action in Action:
        for who, person in people.items():
            if not may(who, status, action):
                with pytest.raises(NotPermitted):
                    apply_transition(locked, action, actor=person, reason="Ada alasan.")
    assert scenes.state_of(nomination) == before
    assert not StatusChange.objects.exists()
    assert not AuditEntry.objects.filter(action__in=[f"nomination.{action}" for action in Action]).exists()


@pytest.mark.parametrize(("status", "action"), EXPECTED)
def test_what_is_allowed_leaves_status_history_and_audit_in_agreement(status, action, people, nomination):
    target, _roles, needs_reason = EXPECTED[status, action]
    for who in [who for who in EVERYBODY if may(who, status, action)]:
        with undone():
            locked = put_at(nomination, status)
            apply_transition(locked, action, actor=people[who], reason="  Ada alasan. " if needs_reason else "")
            stored = scenes.state_of(nomination)
            assert (stored["status"], locked.status) == (target, target)
            assert stored["version"] == locked.version == nomination.version + 1
            change = StatusChange.objects.get(nomination=nomination)
            assert (change.from_status, change.to_status, change.action) == (status, target, action)
            assert (change.actor, change.reason) == (people[who], "Ada alasan." if needs_reason else "")
            entry = AuditEntry.objects.get(action=f"nomination.{action}")
            assert (entry.object_id, entry.data) == (str(nomination.pk), {"from": status, "to": target})
            assert entry.actor_id == (people[who].pk if people[who] else None)


@pytest.mark.parametrize(("status", "action"), [key for key, row in EXPECTED.items() if row[2]])
@pytest.mark.parametrize("reason", ["", "  \n\t "])
def test_a_reason_is_asked_for_where_the_table_says_so(status, action, reason, people, nomination):
    locked = put_at(nomination, status)
    before = scenes.state_of(nomination)
    for who in [who for who in EVERYBODY if may(who, status, action)]:
        with pytest.raises(RuleBroken, match="Alasan wajib diisi"):
            apply_transition(locked, action, actor=people[who], reason=reason)
    assert scenes.state_of(nomination) == before
    assert not StatusChange.objects.exists()


def test_two_roles_of_one_person_add_up_but_do_not_reach_another_region(nomination):
    both = factories.make_user(Role.VERIFIER)
    factories.add_membership(both, Role.DISTRICT_OFFICER, region=factories.OTHER)
    nomination.status = Status.UNDER_VERIFICATION
    assert can_act(both, nomination, Action.DECLARE_ELIGIBLE)
    assert not can_act(both, nomination, Action.WITHDRAW)


def test_a_role_that_has_ended_moves_nothing(officer_a, nomination):
    assert can_act(officer_a, nomination, Action.SUBMIT)
    officer_a.memberships.update(valid_to="2021-01-01")
    del officer_a.active_memberships, officer_a.roles
    with pytest.raises(DomainError):
        apply_transition(lock_nomination(nomination.pk), Action.SUBMIT, actor=officer_a)


# A status of their own: an assignment, and the HTTP status of an answer.
OTHER_STATUSES = {
    "scoring/services/assignments.py: ended.update(status=)",
    "scoring/services/assignments.py: Assignment.objects.filter.update(status=)",
    "scoring/services/panel.py: live.update(status=)",
    "scoring/services/runs.py: row.status =",
    "scoring/services/runs.py: Assignment.objects.bulk_update('status')",
    "sentra/forms/base.py: self.status =",
    "sentra/forms/merging.py: self.status =",
}


def test_only_one_module_writes_the_status_of_a_nomination():
    rooms = [folder.parent for folder in Path(settings.BASE_DIR).glob("*/apps.py")]
    assert len(rooms) >= 8
    modules = [path for room in rooms for path in room.rglob("*.py") if "migrations" not in path.parts]
    writers = {
        f"{path.relative_to(settings.BASE_DIR)}: {written}" for path in modules for written in status_writes(path)
    }
    assert writers - OTHER_STATUSES == {"nominations/services/transitions.py: nomination.status ="}


def status_writes(path):
    """Every assignment to an attribute `status`, by name or setattr, and every query that updates a `status`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            for target in getattr(node, "targets", None) or [node.target]:
                if isinstance(target, ast.Attribute) and target.attr == "status":
                    yield f"{ast.unparse(target)} ="
        if isinstance(node, ast.Call):
            called = re.sub(r"\(.*\)", "", ast.unparse(node.func))
            keywords = {keyword.arg for keyword in node.keywords}
            plain = {argument.value for argument in ast.walk(node) if isinstance(argument, ast.Constant)}
            if called.endswith("update") and "status" in keywords:
                yield f"{called}(status=)"
            if called.endswith(("bulk_update", "setattr")) and "status" in plain:
                yield f"{called}('status')"
