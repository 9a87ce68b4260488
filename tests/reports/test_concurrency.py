"""Two workers at the same moment, on a committed copy of the database."""

import pytest

from accounts.enums import Role
from core.models import AuditEntry
from reports.enums import ReportKind
from reports.services import reports, writing
from tests.factories import make_user
from tests.scoring import scenes
from tests.transactions import together

pytestmark = pytest.mark.usefixtures("cloned_db")


def test_two_workers_write_one_file():
    period = scenes.ovop_in_plenary().period
    report = reports.request_report(kind=ReportKind.SCORES, period=period, actor=make_user(Role.PANEL_CHAIR))
    outcomes = together([lambda: writing.write_report(report.pk)] * 2)
    assert sorted(outcomes) == [False, True]
    assert AuditEntry.objects.filter(action="report.written").count() == 1
