"""The permission tables of the rooms with few objects or none hold over HTTP."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from tests import factories
from tests.accounts.permissions import PERMISSIONS as ACCOUNTS
from tests.reports.permissions import PERMISSIONS as REPORTS

pytestmark = pytest.mark.django_db
TABLE = ACCOUNTS | REPORTS


@pytest.fixture
def objs() -> SimpleNamespace:
    return SimpleNamespace(sentra=factories.make_sentra())


@pytest.mark.parametrize("name", TABLE)
def test_http_equals_the_table(name: str, objs: Any, people: Any, client_of: Any) -> None:
    url = reverse(name, kwargs=TABLE[name]["kwargs"](objs))
    answers = {persona: client_of(user).get(url).status_code for persona, user in people.items()}
    assert answers == TABLE[name]["GET"]
