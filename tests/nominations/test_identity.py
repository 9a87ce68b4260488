"""The identity number of a candidate: masked, shown once to those who check it, and every look is written down."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from core.errors import NotPermitted
from core.identifiers import Kind, display
from core.models import AuditEntry
from nominations.enums import Status
from nominations.models import Nomination
from nominations.services.identity import show_identity
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidate(officer_a: Any) -> Nomination:
    return factories.make_upakarti_nomination(Status.ELIGIBLE)


def content(client: Any, nomination: Nomination) -> str:
    return client.get(reverse("nomination_content", args=[nomination.pk])).content.decode()


def numbers(nomination: Nomination) -> tuple[str, str]:
    bare = nomination.candidate_entry.identity_number
    return bare, display(Kind(nomination.candidate_entry.identity_kind), bare)


@pytest.mark.parametrize("persona", ["officer_a", "verifier", "admin_a"])
def test_the_number_is_shown_once(candidate: Nomination, request: Any, persona: str, client_of: Any, post: Any) -> None:
    user = request.getfixturevalue(persona)
    client, (bare, shown) = client_of(user), numbers(candidate)
    page = content(client, candidate)
    assert f"{bare[:4]}********{bare[-4:]}" in page
    assert bare not in page
    assert shown not in page
    answer = post(client, reverse("candidate_identity", args=[candidate.pk]))
    assert answer.headers["Location"] == reverse("nomination_content", args=[candidate.pk])
    entry = AuditEntry.objects.get(action="nomination.identity_shown")
    assert (entry.actor_id, entry.object_id, entry.data) == (user.pk, str(candidate.pk), {})
    assert bare not in " ".join(str(session.get_decoded()) for session in Session.objects.all())
    assert shown in content(client, candidate)
    page = content(client, candidate)
    assert shown not in page
    assert bare not in page


@pytest.mark.parametrize("persona", ["province", "auditor", "chair"])
def test_who_only_reads_is_not_offered_it(
    candidate: Nomination, request: Any, persona: str, client_of: Any, post: Any
) -> None:
    client = client_of(request.getfixturevalue(persona))
    assert "Tampilkan nomor lengkap" not in content(client, candidate)
    answer = post(client, reverse("candidate_identity", args=[candidate.pk]))
    assert answer.status_code == 403
    page = content(client, candidate)
    assert not [number for number in numbers(candidate) if number in page + answer.content.decode()]
    assert not AuditEntry.objects.filter(action="nomination.identity_shown").exists()


def test_the_service_asks_too(candidate: Nomination, officer_b: Any, chair: Any) -> None:
    for stranger in (officer_b, chair):
        with pytest.raises(NotPermitted):
            show_identity(nomination=candidate, actor=stranger)


def test_a_look_at_one_candidate_opens_no_other(
    candidate: Nomination, verifier: Any, client_of: Any, post: Any
) -> None:
    other, client = factories.make_upakarti_nomination(Status.ELIGIBLE), client_of(verifier)
    post(client, reverse("candidate_identity", args=[candidate.pk]))
    assert numbers(other)[1] not in content(client, other)
    assert numbers(candidate)[1] in content(client, candidate)
