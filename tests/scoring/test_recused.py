"""Who stepped back meets that nomination nowhere, whatever other role the person has (case 11).

The person scores, verifies and chairs at once; the nomination's title and reference would show anywhere else.
"""

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from core.models import OutboxMail
from nominations.enums import Status
from nominations.models import Nomination
from reports.selectors import status_counts
from scoring.services.assignments import declare_interest, decline_assignment
from tests.factories import add_membership, make_user
from tests.scoring import scenes

ROLES = [Role.VERIFIER, Role.PANEL_CHAIR, Role.MINISTRY_ADMIN, Role.AUDITOR]


@pytest.fixture
def secret(db):
    nomination = scenes.ovop()
    scenes.submit(scenes.assign(nomination, scenes.assessors(1)[0]))
    return nomination


def recused(nomination, role: Role):
    """With the role, a scorer too, and with a conflict on the nomination."""
    person = make_user(Role.ASSESSOR, institution="Balai Lain")
    add_membership(person, role)
    scenes.assign(nomination, person, declare=False)
    declare_interest(nomination_id=nomination.pk, has_conflict=True, reason="Ipar pemilik.", actor=person)
    return person


PAGES = ["home", "nomination_list", "verification_queue", "assignment_list", "stage_board", "assessor_desk",
         "assessment_progress", "score_distribution", "plenary_list", "panel", "run_list", "notice_list"]  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_case_11_in_no_list_search_or_order(client_of, secret, role):
    client, other = client_of(recused(secret, role)), client_of(make_user(role))
    seen_by_others = 0
    for name in PAGES:
        for query in ("", f"?q={secret.reference}", "?urut=-nilai"):
            answer = client.get(reverse(name) + query)
            text = answer.content.decode()
            assert secret.title not in text, name
            if not query.startswith("?q="):
                assert secret.reference not in text, name
            seen_by_others += secret.title in other.get(reverse(name) + query).content.decode()
    assert seen_by_others > 0


@pytest.mark.parametrize("role", ROLES)
def test_case_11_no_page_of_it_opens(client_of, secret, role):
    client, other = client_of(recused(secret, role)), client_of(make_user(role))
    opened = 0
    for name in ("nomination_detail", "nomination_scores", "nomination_history", "assign"):
        assert client.get(reverse(name, args=[secret.pk])).status_code == 404, name
        opened += other.get(reverse(name, args=[secret.pk])).status_code == 200
    assert opened > 0


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.PANEL_CHAIR, Role.MINISTRY_ADMIN])
def test_case_11_counted_nowhere_at_home(db, role):
    person, other = recused(scenes.ovop(Status.ELIGIBLE), role), make_user(role)
    person = User.objects.get(pk=person.pk)
    assert status_counts(other)[Status.ELIGIBLE] == 1
    assert status_counts(person)[Status.ELIGIBLE] == 0
    assert not Nomination.objects.visible_to(person).exists()


def test_case_11_mail_about_it_goes_to_the_others_alone(chair, secret):
    recused_chair = recused(secret, Role.PANEL_CHAIR)
    OutboxMail.objects.all().delete()
    person = scenes.assessors(1)[0]
    task = scenes.assign(secret, person, declare=False)
    decline_assignment(assignment_id=task.pk, reason="Sakit.", actor=person)
    told = set(OutboxMail.objects.filter(body__contains=secret.reference).values_list("to", flat=True))
    assert chair.email in told
    assert recused_chair.email not in told
