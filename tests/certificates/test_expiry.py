"""Reminders of certificates that end: once a step for each region, late ones caught up."""

from datetime import timedelta
from typing import Any

import pytest

from certificates.rules import expiry_step
from certificates.services.expiry import remind_of_expiry
from certificates.services.upkeep import revoke_certificate
from core.models import OutboxMail
from tests import factories
from tests.certificates import scenes


def mails() -> Any:
    return OutboxMail.objects.filter(dedupe_key__startswith="expires:")


@pytest.mark.parametrize(
    ("left", "step"), [(91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)]
)
def test_the_nearest_step_counts(left: int, step: int | None) -> None:
    assert expiry_step(left) == step


@pytest.mark.django_db
def test_a_region_is_told_of_its_own_certificates_once_a_step() -> None:
    first, second = scenes.issued(), scenes.issued()
    other = scenes.issued(scenes.ovop(region=factories.OTHER))
    last = first.valid_until
    assert remind_of_expiry(last - timedelta(days=91)) == 0
    for _turn in range(2):
        assert remind_of_expiry(last - timedelta(days=88)) == 2
    assert mails().count() == 2
    home = mails().get(to=factories.officer_of(factories.HOME).email)
    assert all(row.serial in home.body for row in (first, second))
    assert other.serial not in home.body
    remind_of_expiry(last - timedelta(days=3))
    remind_of_expiry(last + timedelta(days=1))
    assert mails().count() == 4


@pytest.mark.django_db
def test_what_is_out_of_force_or_without_end_is_not_reminded_of(admin_a: Any) -> None:
    revoked = scenes.issued()
    revoke_certificate(certificate_id=revoked.pk, reason="Tutup.", actor=admin_a)
    nomination = scenes.upakarti()
    nomination.period.certificate_years = 0
    nomination.period.save()
    scenes.issued(nomination)
    assert remind_of_expiry(revoked.valid_until - timedelta(days=5)) == 0
