"""Workers that die, messages that come twice, presses that come twice, and regions that import at the same time."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from core.errors import NotPermitted, RuleBroken
from core.models import AuditEntry
from sentra.enums import ImportState
from sentra.models import Ikm, ImportEffect, RegisterImport
from sentra.querysets import CLAIM_MINUTES, MAX_ATTEMPTS
from sentra.services import imports
from sentra.tasks import EXPORT_LIMITS, IMPORT_LIMITS
from tests import factories
from tests.sentra import sheets
from tests.sentra.sheets import checked, ikm_row, started, workbook
from tests.transactions import together

LONG_AGO = timedelta(minutes=CLAIM_MINUTES + 1)


def ready(rows: list[dict[str, Any]] | None = None) -> RegisterImport:
    factories.make_sentra(name="Sentra Kauman")
    return checked("ikm", rows or [ikm_row()])


def confirm(job: RegisterImport) -> RegisterImport:
    return imports.confirm_import(import_id=job.pk, warnings_checked=True, actor=job.created_by)


@pytest.mark.django_db
def test_the_upload_asks_for_the_dry_run_and_the_press_for_the_saving(
    officer_a: Any, django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    sent: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr("core.jobs._send", lambda name, ids: sent.append((name, ids)))
    with django_capture_on_commit_callbacks(execute=True):
        job = ready()
        confirm(job)
    assert sent == [("sentra.read_import", {"import_id": job.pk}), ("sentra.apply_import", {"import_id": job.pk})]


@pytest.mark.django_db
def test_a_message_that_comes_twice_or_late_does_nothing(officer_a: Any) -> None:
    job = ready()
    assert not imports.read_import(job.pk)
    assert not imports.apply_import(job.pk)
    confirm(job)
    assert imports.apply_import(job.pk)
    assert not imports.apply_import(job.pk)
    assert Ikm.objects.count() == 1


@pytest.mark.django_db
def test_a_dead_worker_leaves_nothing_stuck(officer_a: Any) -> None:
    factories.make_sentra(name="Sentra Kauman")
    job = started("ikm", workbook("ikm", [ikm_row()]))
    rows = RegisterImport.objects.filter(pk=job.pk)
    assert imports.waiting_tasks() == [("sentra.read_import", job.pk)]
    rows.update(claimed_at=timezone.now(), attempts=1)
    assert imports.waiting_tasks() == []
    assert not imports.read_import(job.pk)
    rows.update(claimed_at=timezone.now() - LONG_AGO)
    assert imports.waiting_tasks() == [("sentra.read_import", job.pk)]
    assert imports.read_import(job.pk)
    confirm(job)
    rows.update(claimed_at=timezone.now() - LONG_AGO, attempts=1)
    assert imports.waiting_tasks() == [("sentra.apply_import", job.pk)]
    assert imports.apply_import(job.pk)
    assert imports.waiting_tasks() == []


@pytest.mark.django_db
def test_what_always_kills_its_worker_is_given_up_with_words(officer_a: Any) -> None:
    job = started("ikm", workbook("ikm", [ikm_row()]))
    RegisterImport.objects.update(claimed_at=timezone.now() - LONG_AGO, attempts=MAX_ATTEMPTS)
    assert imports.waiting_tasks() == []
    job.refresh_from_db()
    assert job.state == "failed"
    assert "tidak ada data yang tersimpan" in job.problem


@pytest.mark.django_db
def test_a_fault_while_saving_leaves_nothing_and_is_tried_again(officer_a: Any, monkeypatch: Any) -> None:
    job = confirm(ready([ikm_row(nib=f"912000123456{n}", name=f"Firma {n}") for n in range(5)]))

    def broken(*_args: Any) -> None:
        raise OperationalError("the line is down")

    with monkeypatch.context() as patch:
        patch.setattr("sentra.services.imports.ImportEffect.objects.bulk_create", broken)
        for attempt in range(1, MAX_ATTEMPTS):
            assert not imports.apply_import(job.pk)
            job.refresh_from_db()
            assert (job.state, job.attempts, job.claimed_at, Ikm.objects.count()) == ("applying", attempt, None, 0)
    assert imports.apply_import(job.pk)
    assert Ikm.objects.count() == 5


@pytest.mark.django_db
def test_a_worker_whose_claim_was_taken_over_does_not_finish(officer_a: Any, monkeypatch: Any) -> None:
    factories.make_sentra(name="Sentra Kauman")
    job = started("ikm", workbook("ikm", [ikm_row()]))
    plan = imports.make_plan

    def slow(*args: Any, **options: Any) -> Any:
        RegisterImport.objects.filter(pk=job.pk).update(claimed_at=timezone.now() + timedelta(seconds=1))
        return plan(*args, **options)

    monkeypatch.setattr("sentra.services.imports.make_plan", slow)
    assert not imports.read_import(job.pk)
    job.refresh_from_db()
    assert (job.state, job.findings.count(), job.digest) == ("reading", 0, "")


@pytest.mark.django_db
def test_one_open_import_in_a_region(officer_a: Any) -> None:
    job = ready()
    with pytest.raises(RuleBroken, match="belum selesai"):
        started("product", workbook("product", []))
    factories.make_sentra(factories.OTHER)
    assert started("ikm", workbook("ikm", []), region=factories.OTHER).pk
    imports.cancel_import(import_id=job.pk, actor=officer_a)
    assert started("ikm", workbook("ikm", [ikm_row()])).pk
    assert AuditEntry.objects.filter(action="import.cancelled").count() == 1


@pytest.mark.django_db
def test_each_step_only_from_its_state(officer_a: Any, officer_b: Any) -> None:
    job = ready()
    for step in (imports.confirm_import, imports.cancel_import):
        options = {"warnings_checked": True} if step is imports.confirm_import else {}
        with pytest.raises(NotPermitted):
            step(import_id=job.pk, actor=officer_b, **options)
        for state in (ImportState.APPLYING, ImportState.CANCELLED):
            RegisterImport.objects.update(state=state)
            with pytest.raises(NotPermitted):
                step(import_id=job.pk, actor=officer_a, **options)
        RegisterImport.objects.update(state=ImportState.READY)


def test_the_limits_of_the_tasks_end_before_the_claim() -> None:
    assert max(IMPORT_LIMITS["time_limit"], EXPORT_LIMITS["time_limit"]) < CLAIM_MINUTES * 60
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] > CLAIM_MINUTES * 60


def test_two_workers_at_once_save_once(cloned_db: str) -> None:
    rows = [ikm_row(nib=f"91200012{n:05d}", name=f"Firma {n}") for n in range(40)]
    job = confirm(ready(rows))
    answers = together([lambda: imports.apply_import(job.pk)] * 4)
    assert Counter(answers) == {True: 1, False: 3}
    assert (Ikm.objects.count(), ImportEffect.objects.count()) == (40, 40)
    assert AuditEntry.objects.filter(action="import.applied").count() == 1


def test_of_two_uploads_of_a_region_at_once_one_is_refused_with_the_reason(cloned_db: str) -> None:
    factories.make_sentra(name="Sentra Kauman")
    data = workbook("ikm", [ikm_row()])
    answers = together([lambda: started("ikm", data)] * 4)
    assert Counter(type(answer).__name__ for answer in answers) == {"RegisterImport": 1, "RuleBroken": 3}
    assert RegisterImport.objects.count() == 1


def test_two_presses_of_the_button_are_one(cloned_db: str) -> None:
    job = ready()
    answers = together([lambda: confirm(job)] * 4)
    assert Counter(type(answer).__name__ for answer in answers) == {"RegisterImport": 1, "NotPermitted": 3}


def test_two_regions_that_bring_the_same_nib_at_once(cloned_db: str) -> None:
    """The unique index decides; the other one gets a fresh dry run and nothing of it is written."""
    jobs = []
    for region, name in ((factories.HOME, "Sentra Kauman"), (factories.OTHER, "Sentra Garut")):
        factories.make_sentra(region, name=name)
        rows = [ikm_row(sentra=name, nib=f"91200012{n:05d}", name=f"Firma {n}") for n in range(30)]
        rows.append(ikm_row(sentra=name, nib=f"8{region.replace('.', '')}00000001", name="Sendiri"))
        jobs.append(confirm(checked("ikm", rows, region=region)))
    answers = together([lambda job=job: imports.apply_import(job.pk) for job in jobs])
    assert sorted(map(str, answers)) == ["False", "True"]
    assert Ikm.objects.count() == 31
    loser = jobs[answers.index(False)]
    loser.refresh_from_db()
    assert loser.state == "reading"
    assert imports.read_import(loser.pk)
    loser.refresh_from_db()
    assert (loser.state, loser.errors) == ("failed", 30)
    assert "daerah lain" in next(iter(sheets.found(loser).values()))
