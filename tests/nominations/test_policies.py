"""Who may do what, for every persona × status × region; the policy and the queryset are twins."""

import pytest

from accounts.enums import Role
from nominations import policies
from nominations.enums import Status
from nominations.models import Nomination
from nominations.querysets import visible_filter
from tests import factories
from tests.nominations import scenes

pytestmark = pytest.mark.django_db

HOME, NEIGHBOUR, ELSEWHERE = factories.HOME, "33.26", factories.OTHER  # two in Jawa Tengah, one in Jawa Barat
REGIONS = (HOME, NEIGHBOUR, ELSEWHERE)
BEFORE = {Status.DRAFT, Status.SUBMITTED, Status.UNDER_VERIFICATION, Status.RETURNED}
NEVER_VERIFIED = BEFORE | {Status.INELIGIBLE, Status.WITHDRAWN}

ALL = {(status, region) for status in Status for region in REGIONS}
SEES = {
    "officer_a": {(status, HOME) for status in Status},
    "officer_b": {(status, ELSEWHERE) for status in Status},
    "province": {(status, region) for status in Status for region in (HOME, NEIGHBOUR)},
    "province_other": {(status, ELSEWHERE) for status in Status},
    "verifier": ALL,
    "admin_a": ALL,
    "auditor": ALL,
    "chair": {(status, region) for status, region in ALL if status not in NEVER_VERIFIED},
    "assessor_batik": set(),
    "assessor_other": set(),
    "juror": set(),
    "superuser": set(),
}
EDITS = {(status, HOME) for status in (Status.DRAFT, Status.RETURNED)}
WITHDRAWS = {(status, HOME) for status in BEFORE}
VERIFIES = {(Status.UNDER_VERIFICATION, region) for region in REGIONS}
ADDS_ASSESSMENT_DOCUMENTS = {(s, r) for s in (Status.ELIGIBLE, Status.IN_ASSESSMENT) for r in REGIONS}
ELSEWHERES = {
    "can_edit": {(status, ELSEWHERE) for status, _home in EDITS},
    "can_withdraw": {(status, ELSEWHERE) for status, _home in WITHDRAWS},
}
MAY = {
    "can_edit": {"officer_a": EDITS, "officer_b": ELSEWHERES["can_edit"]},
    "can_withdraw": {"officer_a": WITHDRAWS, "officer_b": ELSEWHERES["can_withdraw"]},
    "can_verify": {"verifier": VERIFIES, "admin_a": VERIFIES},
    "can_add_assessment_document": {
        "verifier": ADDS_ASSESSMENT_DOCUMENTS,
        "admin_a": ADDS_ASSESSMENT_DOCUMENTS,
    },
}


@pytest.fixture
def rows():
    """One nomination in every status of every region."""
    places = sorted(ALL)
    return dict(zip(places, scenes.bare_rows(places), strict=True))


@pytest.fixture
def people(request):
    return {persona: request.getfixturevalue(persona) for persona in SEES}


def test_everybody_sees_exactly_the_own_part_and_the_queryset_agrees(rows, people):
    by_pk = {row.pk: key for key, row in rows.items()}
    for persona, user in people.items():
        by_policy = {key for key, row in rows.items() if policies.can_view(user, row)}
        by_query = {by_pk[pk] for pk in Nomination.objects.visible_to(user).values_list("pk", flat=True)}
        assert by_policy == SEES[persona], persona
        assert by_query == SEES[persona], persona


@pytest.mark.parametrize("name", MAY)
def test_a_policy_allows_exactly_its_part_and_only_what_is_visible(name, rows, people):
    policy = getattr(policies, name)
    for persona, user in people.items():
        verdicts = {key: policy(user, row) for key, row in rows.items()}
        allowed = {key for key, verdict in verdicts.items() if verdict}
        assert allowed == MAY[name].get(persona, set()), persona
        assert allowed <= SEES[persona]
        assert all(verdict.reason.endswith(".") for verdict in verdicts.values() if not verdict)


def test_only_the_own_districts_officer_nominates(people):
    may = {(who, region) for who, user in people.items() for region in REGIONS if policies.can_nominate(user, region)}
    assert may == {("officer_a", HOME), ("officer_b", ELSEWHERE)}


@pytest.mark.parametrize(
    "memberships",
    [
        [(Role.DISTRICT_OFFICER, HOME), (Role.DISTRICT_OFFICER, ELSEWHERE)],
        [(Role.DISTRICT_OFFICER, HOME), (Role.PANEL_CHAIR, None)],
        [(Role.PROVINCE_OFFICER, "33"), (Role.PANEL_CHAIR, None)],
        [(Role.ASSESSOR, "33"), (Role.JUROR, HOME)],
        [(Role.ASSESSOR, HOME), (Role.DISTRICT_OFFICER, ELSEWHERE)],
        [(Role.AUDITOR, None), (Role.DISTRICT_OFFICER, HOME)],
        [],
    ],
)
def test_the_twins_agree_for_people_of_several_roles(memberships, rows):
    user = factories.make_user(None)
    for role, region in memberships:
        factories.add_membership(user, role, region=region)
    by_policy = {row.pk for row in rows.values() if policies.can_view(user, row)}
    assert set(Nomination.objects.visible_to(user).values_list("pk", flat=True)) == by_policy
    assert bool(by_policy) == bool({role for role, _region in memberships} - {Role.ASSESSOR, Role.JUROR})


def test_a_membership_counts_only_in_its_time(rows):
    user = factories.make_user(Role.DISTRICT_OFFICER, region=HOME)
    for dates in ({"valid_from": "2999-01-01"}, {"valid_from": "2020-01-01", "valid_to": "2021-01-01"}):
        user.memberships.update(**dates)
        user = type(user).objects.get(pk=user.pk)
        assert not Nomination.objects.visible_to(user).exists()
        assert not policies.can_view(user, rows[Status.DRAFT, HOME])


def test_a_refusal_tells_the_state_from_the_person(rows, officer_a, verifier):
    draft, submitted = rows[Status.DRAFT, HOME], rows[Status.SUBMITTED, HOME]
    assert "sudah diajukan" in policies.can_edit(officer_a, submitted).reason
    assert "Hanya petugas dinas" in policies.can_edit(verifier, draft).reason
    assert "tidak sedang diverifikasi" in policies.can_verify(verifier, draft).reason
    assert "Hanya verifikator" in policies.can_verify(officer_a, submitted).reason


def test_policies_cost_no_query_once_the_roles_are_known(rows, province, django_assert_num_queries):
    assert province.roles
    with django_assert_num_queries(0):
        for row in rows.values():
            policies.can_view(province, row)
        visible_filter(province)
