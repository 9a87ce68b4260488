"""The audit trail: for two roles, cheap, and in words."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from accounts.models import User
from core import audit
from core.models import AuditEntry
from reports.presenters.audit import LABELS, action_label
from tests.factories import make_sentra

pytestmark = pytest.mark.django_db
URL = "/jejak-audit/"


@transaction.atomic
def note(actor: User | None, action: str, obj: object = None, **data: object) -> None:
    audit.record(actor, action, obj, **data)


@pytest.mark.parametrize("persona", ["officer_a", "province", "verifier", "assessor_batik", "juror", "chair"])
def test_others_are_refused(persona: str, client_of: Callable, request: pytest.FixtureRequest) -> None:
    note(None, "account.signed_in", None, address="10.20.30.40")
    response = client_of(request.getfixturevalue(persona)).get(URL)
    assert response.status_code == 403
    assert "10.20.30.40" not in response.content.decode()


def test_visitors_sign_in_first(client: object) -> None:
    assert client.get(URL)["Location"].startswith("/akun/masuk/")


@pytest.mark.parametrize("persona", ["auditor", "admin_a"])
def test_who_did_what_to_what(
    persona: str, client_of: Callable, officer_a: User, request: pytest.FixtureRequest
) -> None:
    sentra = make_sentra()
    note(officer_a, "sentra.created", sentra, region="33.75")
    page = client_of(request.getfixturevalue(persona)).get(URL).content.decode()
    for text in ("Petugas Pekalongan", "Sentra dicatat", f"Sentra {sentra.pk}", "wilayah: 33.75"):
        assert text in page


def test_it_can_be_narrowed(auditor: User, officer_a: User, officer_b: User, client_of: Callable) -> None:
    sentra = make_sentra()
    note(officer_a, "sentra.created", sentra)
    note(officer_b, "account.signed_in", officer_b)
    note(officer_a, "nomination.created", None)
    client = client_of(auditor)

    def actions(query: str) -> list[str]:
        return sorted(row["action"] for row in client.get(f"{URL}?{query}").context["rows"])

    assert actions("group=sentra") == ["Sentra dicatat"]
    assert actions(f"actor={officer_b.pk}") == ["Masuk"]
    assert actions(f"type=sentra.sentra&id={sentra.pk}") == ["Sentra dicatat"]
    assert actions("date=2020-01-01") == []
    assert actions("group=tidak-ada&date=kacau&actor=-1") == actions(""), "nonsense narrows nothing"


@pytest.mark.attack
@pytest.mark.parametrize("value", ["'", "%00", "\x00", "x" * 5000, "1e309", "９", "' OR 1=1 --"])
@pytest.mark.parametrize("name", ["group", "date", "actor", "type", "id", "after"])
def test_odd_parameters_do_no_harm(auditor: User, client_of: Callable, name: str, value: str) -> None:
    assert client_of(auditor).get(URL, {name: value}).status_code == 200


def test_the_page_costs_the_same_for_one_ten_and_three_hundred_rows(
    auditor: User, client_of: Callable, django_assert_num_queries: Callable
) -> None:
    client, url = client_of(auditor), f"{URL}?type=sentra.sentra&id=0"
    client.get(url)
    for rows in (1, 10, 300):
        missing = rows - AuditEntry.objects.filter(object_type="sentra.sentra").count()
        AuditEntry.objects.bulk_create(
            AuditEntry(actor_name="x", action="a.b", object_type="sentra.sentra", object_id="0") for _ in range(missing)
        )
        with django_assert_num_queries(5):
            page = client.get(url)
        assert len(page.context["rows"]) == min(rows, 50)
    assert len(page.context["rows"]) == 50
    older = client.get(URL + page.context["page"].next_query)
    assert older.context["rows"][0]["at"] <= page.context["rows"][-1]["at"]


def test_what_stands_in_the_trail_cannot_become_markup(auditor: User, client_of: Callable) -> None:
    note(auditor, "sentra.created", None, name='"><svg/onload=x>')
    assert "<svg/onload" not in client_of(auditor).get(URL).content.decode()


def test_every_action_in_the_code_has_a_label() -> None:
    root = Path(settings.BASE_DIR)
    apps = ["accounts", "certificates", "core", "nominations", "reference", "reports", "scoring", "sentra"]
    found = {
        action
        for app in apps
        for path in (root / app).rglob("*.py")
        for action in re.findall(r'(?:record\(\s*[\w.]+,|action=)\s*"([a-z_]+\.[a-z_]+)"', path.read_text())
    }
    assert found
    assert found <= set(LABELS), sorted(found - set(LABELS))
    assert action_label("nomination.submit") == "Usulan diajukan"
    assert action_label("nominations.window.changed") == "Diubah di halaman pengelolaan"
