"""The permission tables of the rooms with few objects or none hold over HTTP."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from nominations.enums import Status
from reports.enums import ReportKind
from reports.models import Report
from reports.services.writing import write_report
from tests import factories
from tests.accounts.permissions import PERMISSIONS as ACCOUNTS
from tests.reports.permissions import PERMISSIONS as REPORTS
from tests.weight import weigh_table

pytestmark = pytest.mark.django_db
TABLE = ACCOUNTS | REPORTS


@pytest.fixture
def objs(admin_a: Any) -> SimpleNamespace:
    report = Report.objects.create(kind=ReportKind.SCORES, period=factories.make_period(), created_by=admin_a)
    write_report(report.pk)
    nomination = factories.make_ovop_nomination(Status.SUBMITTED)
    return SimpleNamespace(sentra=nomination.product_entry.sentra, report=report, nomination=nomination)


@pytest.mark.parametrize("name", TABLE)
def test_http_equals_the_table(name: str, objs: Any, people: Any, client_of: Any) -> None:
    url = reverse(name, kwargs=TABLE[name]["kwargs"](objs))
    answers = {persona: client_of(user).get(url).status_code for persona, user in people.items()}
    assert answers == TABLE[name]["GET"]


def test_every_form_is_light(objs: Any, people: Any, client_of: Any) -> None:
    scale = weigh_table(TABLE, objs, {persona: client_of(user) for persona, user in people.items()})
    assert scale.problems == []
    assert scale.forms > {"account_login", "account_change_password", "notice_settings", "report_list", "audit_log"}
