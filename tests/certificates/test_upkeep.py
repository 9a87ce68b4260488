"""Revoking and retrying, and what the database refuses whoever asks."""

import pytest
from django.db import DatabaseError, transaction

from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.services.upkeep import retry_certificate, revoke_certificate
from core.errors import NotPermitted, RuleBroken
from tests import factories
from tests.certificates import scenes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("persona", scenes.OTHERS)
def test_only_an_admin_of_the_ministry_revokes_or_retries(persona, request):
    certificate, actor = scenes.issued(), request.getfixturevalue(persona)
    with pytest.raises(NotPermitted):
        revoke_certificate(certificate_id=certificate.pk, reason="Alasan.", actor=actor)
    with pytest.raises(NotPermitted):
        retry_certificate(certificate_id=certificate.pk, actor=actor)


def test_a_superuser_without_the_role_revokes_nothing():
    root = factories.make_user(None, is_staff=True, is_superuser=True)
    with pytest.raises(NotPermitted):
        revoke_certificate(certificate_id=scenes.issued().pk, reason="Alasan.", actor=root)


def test_a_reason_is_needed(admin_a):
    with pytest.raises(RuleBroken):
        revoke_certificate(certificate_id=scenes.issued().pk, reason=" ", actor=admin_a)


def test_what_is_not_issued_is_not_revoked_and_what_is_issued_is_not_made_again(admin_a):
    with pytest.raises(NotPermitted):
        revoke_certificate(certificate_id=scenes.released([scenes.ovop()])[0].pk, reason="Alasan.", actor=admin_a)
    with pytest.raises(NotPermitted):
        retry_certificate(certificate_id=scenes.issued().pk, actor=admin_a)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 99},
        {"serial": "OVOP/2026/0099"},
        {"token": "x" * 32},
        {"sha256": "0" * 64},
        {"face": {"holder_name": "Orang Lain"}},
        {"file": None},
        {"issued_at": None},
        {"valid_until": "2099-01-01"},
        {"state": CertificateState.WANTED},
        {"state": CertificateState.REVOKED},
        {"state": "lain"},
    ],
    ids=str,
)
def test_an_issued_certificate_cannot_be_altered(change):
    certificate = scenes.issued()
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**change)


def test_a_revoked_certificate_does_not_come_back(admin_a):
    certificate = scenes.issued()
    revoke_certificate(certificate_id=certificate.pk, reason="Alasan.", actor=admin_a)
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(state=CertificateState.ISSUED)


def test_a_numbered_certificate_cannot_be_deleted():
    certificate = scenes.issued()
    with pytest.raises(DatabaseError), transaction.atomic():
        certificate.delete()


def test_one_certificate_in_force_for_each_decision():
    certificate = scenes.issued()
    with pytest.raises(DatabaseError, match="one_in_force"), transaction.atomic():
        Certificate.objects.create(decision=certificate.decision, period=certificate.period)
