"""The demo is the whole workflow in small; it must come out the same on every machine."""

import json
from collections import Counter

import pytest
from django.core.management import call_command

from core.models import StoredFile
from core.workbooks import XLSX
from nominations.models import Nomination
from ovop_portal.demo.seed import seed
from reference.models import Commodity
from sentra.models import RegisterImport, Sentra

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    settings.IS_DEMO = True
    assert seed() is True


def test_the_demo_covers_regions_commodities_and_the_workflow(demo):
    assert Sentra.objects.count() >= 12
    assert len({code.rpartition(".")[0] for code in Sentra.objects.values_list("region", flat=True)}) >= 6
    assert set(Sentra.objects.values_list("commodity", flat=True)) == set(
        Commodity.objects.values_list("pk", flat=True)
    )
    ovop = Counter(Nomination.objects.filter(period__award="ovop").values_list("status", flat=True))
    assert ovop == {
        "draft": 2,
        "submitted": 1,
        "under_verification": 1,
        "returned": 1,
        "eligible": 1,
        "withdrawn": 1,
        "in_assessment": 2,
        "in_plenary": 1,
        "recommended": 1,
        "decided": 2,
    }
    upakarti = Counter(Nomination.objects.filter(period__award="upakarti").values_list("status", flat=True))
    assert upakarti == {
        "draft": 1,
        "under_verification": 1,
        "in_assessment": 2,
        "eliminated": 1,
        "decided": 1,
    }
    assert set(StoredFile.objects.values_list("content_type", flat=True)) == {"application/pdf", "image/jpeg", XLSX}
    jobs = RegisterImport.objects.values_list("state", "errors", "added", "changed")
    assert sorted(jobs) == [("failed", 3, 0, 0), ("ready", 0, 1, 1)]


def test_a_second_run_changes_nothing(demo):
    before = Nomination.objects.count(), StoredFile.objects.count()
    assert seed() is False
    assert (Nomination.objects.count(), StoredFile.objects.count()) == before


def test_accounts_are_printed_for_a_demo_only(demo, settings, capsys):
    call_command("demo_accounts", json=True)
    rows = json.loads(capsys.readouterr().out)
    assert {row["role"] for row in rows} == {
        "district_officer",
        "province_officer",
        "verifier",
        "assessor",
        "juror",
        "panel_chair",
        "ministry_admin",
        "auditor",
    }
    settings.IS_DEMO = False
    call_command("demo_accounts", json=True)
    assert json.loads(capsys.readouterr().out) == []


def test_no_demo_where_the_portal_is_real(settings):
    settings.IS_DEMO = False
    with pytest.raises(RuntimeError, match="IS_DEMO"):
        seed()
