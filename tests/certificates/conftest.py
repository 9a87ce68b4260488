from types import SimpleNamespace
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import User
from nominations.models import Category
from scoring.models import Instrument
from scoring.services.instruments import load_instruments
from tests import factories
from tests.certificates import scenes


@pytest.fixture
def staff_auditor(db: None) -> User:
    return factories.make_user(Role.AUDITOR, name="Auditor Internal", is_staff=True)


@pytest.fixture
def staff_verifier(db: None) -> User:
    return factories.make_user(Role.VERIFIER, name="Verifikator Internal", is_staff=True)


@pytest.fixture
def superuser(db: None) -> User:
    return factories.make_user(None, name="Teknisi", is_staff=True, is_superuser=True)


@pytest.fixture
def objs(admin_b: User) -> Any:
    load_instruments()
    certificate = scenes.issued()
    period = certificate.period
    return SimpleNamespace(
        certificate=certificate,
        decree=scenes.recorded([scenes.ovop()], admin_b),
        period=period,
        requirement=period.requirements.filter(items=None).first(),
        category=Category.objects.get(award="upakarti", code="jasa_pengabdian"),
        instrument=Instrument.objects.filter(award="ovop", indicators__isnull=False).first(),
    )
