"""Recording a decree: who, what it may hold, and that nothing changes after its release."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from certificates.services.release import release_decree
from core.errors import NotPermitted, RuleBroken
from core.models import AuditEntry
from nominations.enums import Status
from scoring.models import Decision, Decree
from scoring.services.decrees import change_decree, record_decree
from tests import factories
from tests.certificates import scenes

pytestmark = pytest.mark.django_db


def record(nomination_ids, actor, period=None, **changes):
    period = period or factories.make_period("ovop")
    return record_decree(period_id=period.pk, facts=scenes.facts(**changes), nomination_ids=nomination_ids, actor=actor)


def test_stars_are_those_of_the_plenary(admin_a):
    product, candidate = scenes.ovop(stars=2), scenes.upakarti()
    assert record([product.pk], admin_a).decisions.get().stars == 2
    assert record([candidate.pk], admin_a, candidate.period).decisions.get().stars is None


def test_the_record_is_audited_with_its_author(admin_a):
    nomination = scenes.ovop()
    decree = record([nomination.pk], admin_a)
    assert decree.recorded_by == admin_a
    entry = AuditEntry.objects.get(action="decree.recorded", object_id=str(decree.pk))
    assert (entry.actor_id, entry.data["nominations"]) == (admin_a.pk, [nomination.pk])


@pytest.mark.parametrize("persona", scenes.OTHERS)
def test_only_an_admin_of_the_ministry_records(persona, request):
    with pytest.raises(NotPermitted):
        record([scenes.ovop().pk], request.getfixturevalue(persona))
    assert not Decree.objects.exists()


def test_a_superuser_without_the_role_does_not_record():
    with pytest.raises(NotPermitted):
        record([scenes.ovop().pk], factories.make_user(None, is_staff=True, is_superuser=True))


def test_nominations_that_are_not_recommended_are_refused(admin_a):
    for status in (Status.IN_PLENARY, Status.NOT_RECOMMENDED):
        with pytest.raises(RuleBroken, match="belum direkomendasikan"):
            record([factories.make_ovop_nomination(status).pk], admin_a)
    assert not Decree.objects.exists()


def test_a_nomination_of_another_period_is_refused(admin_a):
    with pytest.raises(RuleBroken, match="bukan dari periode"):
        record([scenes.upakarti().pk], admin_a)


def test_a_nomination_is_in_one_decree_only(admin_a, admin_b):
    nomination = scenes.ovop()
    record([nomination.pk], admin_a)
    with pytest.raises(RuleBroken, match="keputusan lain"):
        record([nomination.pk], admin_b)


def test_unknown_nominations_and_dates_to_come_are_refused(admin_a):
    with pytest.raises(RuleBroken, match="tidak ditemukan"):
        record([10**9], admin_a)
    with pytest.raises(RuleBroken, match="belum terjadi"):
        record([], admin_a, decided_on=timezone.localdate() + timedelta(days=1))


def test_the_list_can_be_changed_until_the_release(admin_a, admin_b):
    first, second = scenes.ovop(), scenes.ovop(stars=1)
    decree = record([first.pk], admin_a)
    changed = change_decree(
        decree_id=decree.pk, facts=scenes.facts(title="Baru"), nomination_ids=[second.pk], actor=admin_a
    )
    assert changed.title == "Baru"
    assert list(changed.decisions.values_list("nomination_id", "stars")) == [(second.pk, 1)]
    release_decree(decree_id=decree.pk, actor=admin_b)
    with pytest.raises(NotPermitted, match="sudah dirilis"):
        change_decree(decree_id=decree.pk, facts=scenes.facts(), nomination_ids=[first.pk], actor=admin_a)


def test_who_changes_a_decree_cannot_release_it(admin_a, admin_b):
    decree = record([scenes.ovop().pk], admin_a)
    nominations = list(decree.decisions.values_list("nomination_id", flat=True))
    change_decree(decree_id=decree.pk, facts=scenes.facts(), nomination_ids=nominations, actor=admin_b)
    with pytest.raises(NotPermitted):
        release_decree(decree_id=decree.pk, actor=admin_b)
    assert release_decree(decree_id=decree.pk, actor=admin_a).released_by == admin_a


def test_the_database_itself_keeps_a_released_decree(admin_a):
    certificate = scenes.released([scenes.ovop()])[0]
    decree, decision = certificate.decision.decree, certificate.decision
    other = scenes.ovop()
    attempts = [
        lambda: Decree.objects.filter(pk=decree.pk).update(title="Lain"),
        lambda: Decree.objects.filter(pk=decree.pk).update(released_at=None, released_by=None),
        lambda: Decision.objects.filter(pk=decision.pk).update(stars=1),
        lambda: Decision.objects.create(decree=decree, nomination=other, stars=3, ranking=decision.ranking),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_the_database_itself_asks_for_two_persons(admin_a):
    decree = record([], admin_a)
    with pytest.raises(DatabaseError, match="scoring_decree_two_persons"), transaction.atomic():
        Decree.objects.filter(pk=decree.pk).update(released_by=admin_a, released_at=timezone.now())
