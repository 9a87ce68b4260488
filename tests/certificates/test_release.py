"""The release by a second person: all or nothing, once, with everything that follows from it."""

import logging
from datetime import timedelta

import pytest
from celery import current_app
from django.core.exceptions import ObjectDoesNotExist

from accounts.enums import Role
from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.services.issue import waiting_ids
from certificates.services.release import release_decree
from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.models import AuditEntry, OutboxMail
from nominations.enums import Status
from nominations.models import Nomination
from scoring.models import Recommendation
from tests import factories
from tests.certificates import scenes

pytestmark = pytest.mark.django_db


def statuses(*nominations):
    return {Nomination.objects.get(pk=nomination.pk).status for nomination in nominations}


def test_a_release_decides_publishes_and_wants_certificates(admin_a, admin_b):
    first, second = scenes.ovop(), scenes.ovop(stars=1)
    decree = release_decree(decree_id=scenes.recorded([first, second], admin_a).pk, actor=admin_b)
    assert (decree.recorded_by, decree.released_by) == (admin_a, admin_b)
    assert statuses(first, second) == {Status.DECIDED}
    assert decree.period.results_released_at
    wanted = Certificate.objects.filter(decision__decree=decree)
    assert [(row.state, row.number, row.file_id) for row in wanted] == [(CertificateState.WANTED, None, None)] * 2
    assert AuditEntry.objects.filter(action="decree.released", actor_id=admin_b.pk).count() == 1


def test_who_recorded_does_not_release(admin_a):
    nomination = scenes.ovop()
    decree = scenes.recorded([nomination], admin_a)
    with pytest.raises(NotPermitted, match="admin kementerian lain"):
        release_decree(decree_id=decree.pk, actor=admin_a)
    assert statuses(nomination) == {Status.RECOMMENDED}
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("persona", scenes.OTHERS)
def test_only_an_admin_of_the_ministry_releases(persona, request, admin_a):
    decree = scenes.recorded([scenes.ovop()], admin_a)
    with pytest.raises(NotPermitted):
        release_decree(decree_id=decree.pk, actor=request.getfixturevalue(persona))


def test_a_superuser_without_the_role_does_not_release(admin_a):
    decree = scenes.recorded([scenes.ovop()], admin_a)
    with pytest.raises(NotPermitted):
        release_decree(decree_id=decree.pk, actor=factories.make_user(None, is_staff=True, is_superuser=True))


def test_a_second_release_changes_nothing(admin_a, admin_b):
    nomination = scenes.ovop()
    decree = scenes.recorded([nomination], admin_a)
    first = release_decree(decree_id=decree.pk, actor=admin_b)
    again = release_decree(decree_id=decree.pk, actor=scenes.admin("Admin Tiga"))
    assert (again.released_by, again.released_at) == (admin_b, first.released_at)
    assert Certificate.objects.count() == 1
    assert OutboxMail.objects.filter(dedupe_key__startswith="decided:").count() == 1


def test_an_empty_decree_is_not_released(admin_a, admin_b):
    decree = scenes.recorded([scenes.ovop()], admin_a)
    decree.decisions.all().delete()
    with pytest.raises(RuleBroken, match="belum berisi"):
        release_decree(decree_id=decree.pk, actor=admin_b)


def test_only_what_was_previewed_is_released(admin_a, admin_b):
    decree = scenes.recorded([scenes.ovop()], admin_a)
    with pytest.raises(StaleVersion):
        release_decree(decree_id=decree.pk, actor=admin_b, seen=(decree.recorded_at - timedelta(seconds=1)).isoformat())
    assert release_decree(decree_id=decree.pk, actor=admin_b, seen=decree.recorded_at.isoformat()).released_at


def test_one_nomination_that_changed_holds_back_the_whole_decree(admin_a, admin_b):
    first, second = scenes.ovop(), scenes.ovop()
    decree = scenes.recorded([first, second], admin_a)
    scenes.unseal("ovop")
    Recommendation.objects.filter(nomination=second).update(stars=1)
    with pytest.raises(RuleBroken, match="sudah dikoreksi"):
        release_decree(decree_id=decree.pk, actor=admin_b)
    scenes.seal(second.period, second.category_id)
    with pytest.raises(RuleBroken, match="sudah dikoreksi"):
        release_decree(decree_id=decree.pk, actor=admin_b)
    assert statuses(first, second) == {Status.RECOMMENDED}
    assert not Certificate.objects.exists()


def test_every_officer_of_the_region_is_told_once(admin_a, admin_b):
    nomination = scenes.ovop()
    colleague = factories.make_user(Role.DISTRICT_OFFICER, region=factories.HOME)
    factories.make_user(Role.DISTRICT_OFFICER, region=factories.OTHER)
    release_decree(decree_id=scenes.recorded([nomination], admin_a).pk, actor=admin_b)
    mails = OutboxMail.objects.filter(dedupe_key__startswith="decided:")
    assert {mail.to for mail in mails} == {factories.officer_of(factories.HOME).email, colleague.email}
    assert "Bintang: 3" in mails[0].body
    assert nomination.reference in mails[0].subject


def test_a_broker_that_is_away_does_not_stop_a_release(
    admin_a, admin_b, monkeypatch, django_capture_on_commit_callbacks
):
    decree = scenes.recorded([scenes.ovop()], admin_a)
    logged = logging.Handler()
    logged.emit = lambda record: lines.append(record.getMessage())
    lines = []
    monkeypatch.setattr(logging.getLogger("core.jobs"), "handlers", [logged])
    monkeypatch.setattr(current_app, "_pool", None)
    monkeypatch.setattr(current_app.amqp, "_producer_pool", None)
    monkeypatch.setattr(current_app.conf, "broker_url", "redis+socket:///nonexistent/broker.sock")
    with django_capture_on_commit_callbacks(execute=True):
        release_decree(decree_id=decree.pk, actor=admin_b)
    certificate = Certificate.objects.get()
    message = f"the sweeper will send certificates.render {{'certificate_ids': [{certificate.pk}]}}"
    assert f"broker is away; {message}" in lines
    assert certificate.state == CertificateState.WANTED
    assert certificate.pk in waiting_ids()


def test_unknown_decree(admin_b):
    with pytest.raises(ObjectDoesNotExist):
        release_decree(decree_id=10**9, actor=admin_b)
