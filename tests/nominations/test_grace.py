"""The grace after a deadline: accepted when complete, marked for the Sekretariat, never announced."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import AuditEntry
from nominations.enums import Status, WindowKind
from nominations.models import Nomination, StatusChange
from tests import factories
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def draft(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination()


def close(nomination: Nomination, ago: timedelta, kind: WindowKind = WindowKind.NOMINATION, grace: int = 30) -> None:
    scenes.close_window(nomination.period, kind, scenes.now() - ago, grace_minutes=grace)


def submit(nomination: Nomination, client: Any, post: Any) -> Any:
    return post(client, reverse("nomination_check", args=[nomination.pk]), {"declared": "on"})


def last_change(nomination: Nomination) -> StatusChange:
    return StatusChange.objects.filter(nomination=nomination).latest("pk")


@pytest.mark.parametrize(
    ("ago", "minutes"),
    [
        (-MINUTE, None),
        (timedelta(0), None),  # the last moment is in time
        (scenes.SECOND, 1),  # a begun minute counts
        (MINUTE, 1),
        (MINUTE + scenes.SECOND, 2),
        (30 * MINUTE, 30),
    ],
)
def test_what_comes_late_is_marked_with_its_minutes(ago, minutes, draft, officer_a, client_of, post):
    close(draft, ago)
    assert submit(draft, client_of(officer_a), post).status_code == 302
    assert last_change(draft).minutes_late == minutes
    assert AuditEntry.objects.get(action="nomination.submit").data.get("minutes_late") == minutes


def test_an_incomplete_dossier_is_not_taken_in_the_grace(officer_a, client_of, post):
    draft = factories.make_ovop_nomination(complete=False)
    close(draft, MINUTE)
    answer = submit(draft, client_of(officer_a), post)
    assert answer.status_code == 422
    assert "Usulan belum lengkap" in answer.content.decode()
    assert scenes.state_of(draft)["status"] == Status.DRAFT


def test_a_repair_within_the_grace_is_marked_too(officer_a, client_of, post):
    returned = factories.make_ovop_nomination(Status.RETURNED)
    close(returned, 5 * MINUTE, WindowKind.CORRECTION)
    assert submit(returned, client_of(officer_a), post).status_code == 302
    assert (last_change(returned).action, last_change(returned).minutes_late) == ("resubmit", 5)


def test_steps_without_a_window_are_never_late(draft, officer_a, verifier, client_of, post):
    close(draft, MINUTE)
    submit(draft, client_of(officer_a), post)
    close(draft, timedelta(days=9))
    post(client_of(verifier), reverse("verification_start", args=[draft.pk]))
    assert last_change(draft).minutes_late is None


def test_the_sekretariat_reads_it_and_the_region_does_not(draft, officer_a, verifier, auditor, client_of, post):
    on_time = factories.make_ovop_nomination(Status.SUBMITTED)
    close(draft, 12 * MINUTE)
    submit(draft, client_of(officer_a), post)
    mark = "Dalam masa tenggang, 12 menit sesudah batas."
    detail = reverse("nomination_detail", args=[draft.pk])
    pages = [client_of(user).get(detail).content.decode() for user in (verifier, auditor, officer_a)]
    assert [mark in page for page in pages] == [True, True, False]
    listed = client_of(verifier).get(reverse("late_list")).content.decode()
    assert "12 menit sesudah batas" in listed
    assert draft.title in listed
    assert on_time.title not in listed


def test_it_is_never_announced(draft, officer_a, client_of):
    client = client_of(officer_a)
    for ago in (-MINUTE, MINUTE):
        close(draft, ago)
        for name, args in (("home", []), ("nomination_start", []), *((n, [draft.pk]) for n in PAGES)):
            page = client.get(reverse(name, args=args)).content.decode().lower()
            assert "tenggang" not in page, name
            assert "30 menit" not in page.replace("kurang dari 30 menit", ""), name


PAGES = ("nomination_detail", "nomination_check")


def test_the_database_keeps_no_empty_mark(draft):
    with pytest.raises(IntegrityError, match="nominations_statuschange_minutes"), transaction.atomic():
        StatusChange.objects.create(
            nomination=draft, from_status="draft", to_status="submitted", action="submit", minutes_late=0
        )


def test_the_list_costs_five_queries_whatever_its_length(verifier, client_of, django_assert_num_queries):
    client, url = client_of(verifier), reverse("late_list")
    client.get(url)
    for size in (1, 10, 300):
        missing = size - StatusChange.objects.filter(minutes_late__gt=0).count()
        rows = scenes.bare_rows([(Status.SUBMITTED, factories.HOME)] * missing)
        StatusChange.objects.bulk_create(
            StatusChange(nomination=row, from_status="draft", to_status="submitted", action="submit", minutes_late=3)
            for row in rows
        )
        with django_assert_num_queries(5):
            page = client.get(url)
        assert page.content.decode().count("<tr>") == 1 + min(size, 50)
