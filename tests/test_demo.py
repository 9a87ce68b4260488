"""The demo is the whole workflow in small; it must come out the same on every machine."""

import json
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from core.models import StoredFile
from core.workbooks import XLSX
from nominations.models import Nomination, ProvinceComment, Question, RegionReminder
from ovop_portal.demo.seed import seed
from reference.models import Commodity
from sentra.models import Ikm, NumberCheck, Permit, Product, ProductPhoto, RegisterImport, Sentra, SentraYear


def test_the_demo_covers_regions_commodities_and_the_workflow(demo_db):
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
        "in_plenary": 4,
        "recommended": 1,
        "decided": 2,
    }
    upakarti = Counter(Nomination.objects.filter(period__award="upakarti").values_list("status", flat=True))
    assert upakarti == {
        "draft": 1,
        "under_verification": 1,
        "in_assessment": 1,
        "eliminated": 1,
        "decided": 2,
    }
    assert SentraYear.objects.count() == 3 * Sentra.objects.count()
    assert set(Permit.objects.values_list("kind", flat=True)) >= {"trademark", "pirt", "halal"}
    assert ProductPhoto.objects.count() == 2 * Product.objects.count()
    assert NumberCheck.objects.filter(ikm=None).exists()
    assert NumberCheck.objects.filter(permit=None).exists()
    assert set(StoredFile.objects.values_list("content_type", flat=True)) == {"application/pdf", "image/jpeg", XLSX}
    jobs = RegisterImport.objects.values_list("state", "errors", "added", "changed")
    assert sorted(jobs) == [("failed", 3, 0, 0), ("ready", 0, 1, 1)]


def test_the_demo_shows_a_conversation(demo_db):
    assert [question.closed_at is None for question in Question.objects.order_by("pk")] == [False, True]
    assert ProvinceComment.objects.count() >= 1
    assert RegionReminder.objects.count() == 1
    officer = User.objects.get(email="petugas.ternate@demo.example")
    assert officer.notices.filter(read_at=None).count() >= 5


def test_a_second_run_changes_nothing(demo_db):
    before = Nomination.objects.count(), StoredFile.objects.count()
    assert seed() is False
    assert (Nomination.objects.count(), StoredFile.objects.count()) == before


def test_accounts_are_printed_for_a_demo_only(demo_db, settings, capsys):
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


@pytest.mark.django_db
def test_no_demo_where_the_portal_is_real(settings):
    settings.IS_DEMO = False
    with pytest.raises(RuntimeError, match="IS_DEMO"):
        seed()


def test_a_trial_register_grows_to_the_size_asked_for_and_a_second_run_adds_nothing(demo_db, settings):
    for _run in range(2):
        call_command("seed_register", sentra=40, ikm=90)
        assert (Sentra.objects.count(), Ikm.objects.count()) == (40, 90)
        assert not Ikm.objects.filter(products=None).exists()
    settings.IS_DEMO = False
    with pytest.raises(CommandError, match="demo data"):
        call_command("seed_register", sentra=50, ikm=90)
