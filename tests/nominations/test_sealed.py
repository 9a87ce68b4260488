"""What the panel has not released is not read by a region: page, list, filter, history, mail (acceptance 33)."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core.models import OutboxMail
from nominations.enums import Action, Status
from nominations.models import Nomination, Period, StatusChange
from nominations.presenters.status import ACTIONS, GROUPS, INTERNAL, SEALED, SEALED_ACTIONS, status_tag
from nominations.services.transitions import apply_transition, lock_nomination
from tests import factories
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
OPEN_WORD = INTERNAL[Status.IN_ASSESSMENT][0]
REASON = "Alasan uji."
LEADING_TO = {
    Status.ELIMINATED: [Action.ELIMINATE],
    Status.IN_PLENARY: [Action.SEND_TO_PLENARY],
    Status.RECOMMENDED: [Action.SEND_TO_PLENARY, Action.RECOMMEND],
    Status.NOT_RECOMMENDED: [Action.SEND_TO_PLENARY, Action.NOT_RECOMMEND],
}


@pytest.fixture
def regions(officer_a: Any, province: Any) -> list[Any]:
    return [officer_a, province]


def walk(nomination: Nomination, actions: list[Action]) -> Nomination:
    for action in actions:
        apply_transition(
            lock_nomination(nomination.pk), action, actor=factories.someone(Role.PANEL_CHAIR), reason=REASON
        )
    return Nomination.objects.get(pk=nomination.pk)


def assessed(actions: list[Action]) -> Nomination:
    """In assessment, then these steps of the panel; cheap, without a dossier."""
    return walk(scenes.bare(Status.IN_ASSESSMENT, title="Batik Jlamprang"), actions)


def pages(client: Any, nomination: Nomination) -> dict[str, str]:
    queries = ["", "?q=Jlamprang", *(f"?status={code}" for code in GROUPS)]
    found = {query: client.get(reverse("nomination_list") + query).content.decode() for query in queries}
    found["detail"] = client.get(reverse("nomination_detail", args=[nomination.pk])).content.decode()
    return {name: without_filters(page) for name, page in found.items()}


def without_filters(page: str) -> str:
    """The choices of the filter name every group for everybody."""
    return page.split("<select", 1)[0] + page.rsplit("</select>", 1)[-1]


def test_every_sealed_status_and_action_is_known_here():
    assert {Status.IN_ASSESSMENT, *LEADING_TO} == SEALED
    steps_back = {Action.REINSTATE, Action.RECALL_FROM_PLENARY, Action.RETURN_TO_PLENARY}
    assert {action for steps in LEADING_TO.values() for action in steps} | steps_back == SEALED_ACTIONS


@pytest.mark.parametrize("status", LEADING_TO)
def test_before_the_release_all_outcomes_look_alike_to_a_region(status, regions, verifier, client_of):
    plain, decided = assessed([]), assessed(LEADING_TO[status])
    assert decided.status == status
    label = INTERNAL[status][0]
    assert label in pages(client_of(verifier), decided)["detail"], "there is something to leak"
    for user in regions:
        client = client_of(user)
        assert status_tag(decided, user) == status_tag(plain, user) == {"label": OPEN_WORD, "kind": "progress"}
        seen, usual = pages(client, decided), pages(client, plain)
        for name, page in seen.items():
            assert label not in page, name
            assert REASON not in page, name
            assert not [ACTIONS[a] for a in SEALED_ACTIONS if ACTIONS[a] in page], name
        for code in GROUPS:
            shown = f'/{decided.pk}/"' in seen[f"?status={code}"]
            assert shown == (f'/{plain.pk}/"' in usual[f"?status={code}"]) == (code == "penilaian")
        assert seen["detail"].count("<li>") == usual["detail"].count("<li>")
    assert not OutboxMail.objects.exists()


def test_a_step_back_leaves_no_trace_for_a_region(regions, client_of):
    recalled = assessed([Action.SEND_TO_PLENARY, Action.RECALL_FROM_PLENARY, Action.ELIMINATE, Action.REINSTATE])
    for user in regions:
        page = pages(client_of(user), recalled)["detail"]
        assert OPEN_WORD in page
        assert REASON not in page


def release(nomination: Nomination) -> Nomination:
    Period.objects.filter(pk=nomination.period_id).update(results_released_at=timezone.now())
    return Nomination.objects.select_related("period").get(pk=nomination.pk)


@pytest.mark.parametrize("status", [Status.ELIMINATED, Status.NOT_RECOMMENDED])
def test_after_the_release_who_was_not_chosen_reads_so_with_the_reason(status, regions, client_of):
    nomination = release(assessed(LEADING_TO[status]))
    for user in regions:
        assert status_tag(nomination, user) == {"label": "Belum terpilih", "kind": "stopped"}
        page = pages(client_of(user), nomination)["detail"]
        assert ACTIONS[LEADING_TO[status][-1]] in page
        assert REASON in page
        assert ACTIONS[Action.SEND_TO_PLENARY] not in page


def test_a_recommendation_that_waits_for_a_later_decree_stays_sealed_after_a_first_release(regions, client_of):
    waiting = release(assessed(LEADING_TO[Status.RECOMMENDED]))
    chosen = assessed(LEADING_TO[Status.RECOMMENDED])
    apply_transition(lock_nomination(chosen.pk), Action.DECIDE, actor=factories.someone(Role.MINISTRY_ADMIN))
    for user in regions:
        seen = pages(client_of(user), waiting)
        assert OPEN_WORD in seen["detail"]
        assert not [name for name, page in seen.items() if "Direkomendasikan" in page]
        assert "Direkomendasikan oleh pleno" in pages(client_of(user), chosen)["detail"]


UNDONE = {
    "elimination": [Action.ELIMINATE, Action.REINSTATE],
    "refusal": [Action.SEND_TO_PLENARY, Action.NOT_RECOMMEND, Action.RETURN_TO_PLENARY],
    "recommendation": [Action.SEND_TO_PLENARY, Action.RECOMMEND, Action.RETURN_TO_PLENARY],
}


@pytest.mark.parametrize("case", UNDONE)
def test_an_outcome_that_was_undone_stays_sealed_after_the_release(case, regions, client_of):
    reopened = release(assessed(UNDONE[case]))
    for user in regions:
        page = pages(client_of(user), reopened)["detail"]
        assert OPEN_WORD in page
        assert REASON not in page


def test_a_region_reads_no_name_of_the_ministrys_people(officer_a, verifier, client_of):
    nomination = factories.make_ovop_nomination(Status.IN_ASSESSMENT)
    url = reverse("nomination_detail", args=[nomination.pk])
    by = set(nomination.status_changes.exclude(actor=officer_a).values_list("actor__name", flat=True))
    pages_of = {user: client_of(user).get(url).content.decode() for user in (officer_a, verifier)}
    assert by
    assert all(name in pages_of[verifier] for name in by)
    assert not [name for name in by if name in pages_of[officer_a]]
    assert officer_a.name in pages_of[officer_a]


def test_the_secretariat_reads_that_it_fell_but_not_with_which_score(client_of, verifier, chair, admin_a):
    nomination = factories.advance(factories.make_ovop_nomination(), Status.IN_ASSESSMENT)
    change = StatusChange.objects.filter(nomination=nomination).latest("id")
    StatusChange.objects.create(
        nomination=nomination,
        action=Action.ELIMINATE,
        from_status=change.to_status,
        to_status=Status.ELIMINATED,
        reason="Nilai 41,50 di bawah batas 60.",
    )
    url = reverse("nomination_detail", args=[nomination.pk])
    for person, reads in ((verifier, False), (chair, True), (admin_a, True)):
        page = client_of(person).get(url).content.decode()
        assert ("41,50" in page) is reads
        assert str(ACTIONS[Action.ELIMINATE]) in page
    Period.objects.filter(pk=nomination.period_id).update(results_released_at=timezone.now())
    assert "41,50" in client_of(verifier).get(url).content.decode()
