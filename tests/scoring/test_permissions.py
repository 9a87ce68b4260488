"""The table holds over HTTP, the policies agree with the querysets, and a refusal gives nothing away."""

from typing import Any

import pytest
from django.urls import get_resolver, reverse

from scoring import policies
from scoring.models import Assignment, Sheet
from scoring.urls import urlpatterns
from tests.permissions import people_of
from tests.scoring.permissions import PERMISSIONS, PERSONAS
from tests.test_house import NO_KEY
from tests.weight import weigh_table

pytestmark = pytest.mark.django_db
SECRETS = ("Rahasia Yayasan", "Rahasia Perkumpulan", "Rahasia Lembaga", "Rahasia Calon")


@pytest.fixture
def people(request: Any) -> dict[str, Any]:
    return people_of(request, PERSONAS)


def test_every_address_has_a_row() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(PERMISSIONS)
    for row in PERMISSIONS.values():
        for method in row.keys() & {"GET", "POST"}:
            assert set(row[method]) == set(PERSONAS)


def test_http_equals_the_table(scene: Any, people: Any, client_of: Any, post: Any) -> None:
    clients = {persona: client_of(user) for persona, user in people.items()}
    wrong = []
    for name, row in PERMISSIONS.items():
        url = reverse(name, kwargs=row["kwargs"](scene))
        for method in sorted(row.keys() & {"GET", "POST"}):
            for persona, client in clients.items():
                answer = client.get(url) if method == "GET" else post(client, url)
                expected = row[method][persona]
                if answer.status_code != (302 if method == "POST" and expected == 200 else expected):
                    wrong.append((method, name, persona, answer.status_code))
                if answer.status_code in (403, 404):
                    body = answer.content.decode()
                    wrong += [(name, persona, secret) for secret in SECRETS if secret in body]
    assert wrong == []


def test_every_form_is_light(scene: Any, people: Any, client_of: Any) -> None:
    scale = weigh_table(PERMISSIONS, scene, {persona: client_of(user) for persona, user in people.items()})
    assert scale.problems == []
    assert scale.forms > {"score_sheet", "field_visit", "declare_interest", "recommendation", "assign"}
    assert len(scale.forms) > 25


def test_wrong_method(scene: Any, people: Any, client_of: Any, post: Any) -> None:
    urls = {name: reverse(name, kwargs=row["kwargs"](scene)) for name, row in PERMISSIONS.items()}
    for persona in (name for name, fixture in PERSONAS.items() if fixture):
        client = client_of(people[persona])
        for name, row in PERMISSIONS.items():
            if "POST" not in row:
                assert post(client, urls[name]).status_code == 405, (persona, name)
            if "GET" not in row:
                assert client.get(urls[name]).status_code == 405, (persona, name)


def test_every_page_that_takes_a_post_is_one_time() -> None:
    for name, row in PERMISSIONS.items():
        if "POST" in row:
            view = get_resolver().resolve(reverse(name, kwargs=row["kwargs"](AnyRow())))
            assert getattr(view.func, "one_time", name in NO_KEY), name


class AnyRow:
    """Whatever an address asks for: a number for each id, and rows beyond rows."""

    def __getattr__(self, name: str) -> Any:
        return 1 if name == "pk" or name.endswith("_id") else self


def test_policies_and_querysets_are_twins(scene: Any, people: Any) -> None:
    for user in filter(None, people.values()):
        met = {a.pk for a in Assignment.objects.all() if policies.meets(user, a)}
        assert met == set(Assignment.objects.of_scorer(user).values_list("pk", flat=True)), user
        seen = {s.pk for s in Sheet.objects.select_related("assignment") if policies.can_view_sheet(user, s)}
        assert seen == set(Sheet.objects.visible_to(user).values_list("pk", flat=True)), user


def test_chair_role_in_force_only(scene: Any, chair: Any, client_of: Any) -> None:
    chair.memberships.update(valid_to="2021-01-01")
    assert client_of(chair).get(reverse("nomination_scores", args=[scene.nomination.pk])).status_code == 404
