"""The tables hold over HTTP, the policy agrees with the queryset, and a refusal gives nothing away."""

from typing import Any

import pytest
from django.urls import get_resolver, reverse

from certificates.models import Certificate
from certificates.policies import can_view, can_view_list
from certificates.urls import urlpatterns
from tests import factories
from tests.certificates import scenes
from tests.certificates.permissions import ADMIN_PERMISSIONS, PERMISSIONS, STAFF
from tests.permissions import PERSONAS, people_of
from tests.weight import weigh_table

pytestmark = pytest.mark.django_db


def test_every_address_has_a_row() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(PERMISSIONS)
    assert all(set(row["GET"]) == set(PERSONAS) for row in PERMISSIONS.values())


def test_http_equals_the_table(objs: Any, request: Any, client_of: Any, post: Any) -> None:
    wrong, holder = [], objs.certificate.face["holder_name"]
    for persona, user in people_of(request, PERSONAS).items():
        client = client_of(user)
        for name, row in PERMISSIONS.items():
            url = reverse(name, kwargs=row["kwargs"](objs))
            answer = client.get(url)
            if answer.status_code != row["GET"][persona]:
                wrong.append((name, persona, answer.status_code))
            if answer.status_code in (302, 403, 404) and holder in answer.content.decode():
                wrong.append((name, persona, "leak"))
            refused = row.get("POST", {}).get(persona, 405)
            if user and row["GET"][persona] == 200 and post(client, url).status_code != refused:
                wrong.append((name, persona, "POST"))
    assert wrong == []


def test_every_form_is_light(objs: Any, request: Any, client_of: Any) -> None:
    people = people_of(request, PERSONAS)
    scale = weigh_table(PERMISSIONS, objs, {persona: client_of(user) for persona, user in people.items()})
    assert scale.problems == []
    assert scale.forms >= {"certificate_lookup", "review_open"}


def test_admin_pages_equal_the_table(objs: Any, request: Any, client_of: Any, post: Any) -> None:
    wrong = []
    for persona, user in people_of(request, STAFF).items():
        client = client_of(user)
        for name, row in ADMIN_PERMISSIONS.items():
            url = reverse(name, kwargs=row["kwargs"](objs))
            for method in sorted(row.keys() & {"GET", "POST"}):
                answer = client.get(url) if method == "GET" else post(client, url)
                if answer.status_code != row[method][persona]:
                    wrong.append((method, name, persona, answer.status_code))
    assert wrong == []
    objs.decree.refresh_from_db()
    objs.certificate.refresh_from_db()
    assert (objs.decree.released_at, objs.certificate.state) == (None, "issued")


def test_the_pages_that_act_are_one_time(objs: Any) -> None:
    pages = ("scoring_decree_release", "scoring_decree_issuing")
    pages += tuple(f"certificates_certificate_{act}" for act in ("revoke", "retry", "replace"))
    for name in pages:
        view = get_resolver().resolve(reverse(f"admin:{name}", args=[1])).func
        assert view.one_time, name


def test_the_policy_and_the_queryset_are_twins(request: Any) -> None:
    scenes.released([scenes.ovop(region=region) for region in (factories.HOME, factories.OTHER, "33.26")])
    for persona, user in people_of(request, PERSONAS).items():
        if user is None:
            continue
        rows = Certificate.objects.select_related("decision__nomination__region")
        by_policy = {row.pk for row in rows if can_view(user, row)}
        assert by_policy == set(Certificate.objects.visible_to(user).values_list("pk", flat=True)), persona
        assert bool(by_policy) == bool(can_view_list(user)), persona
