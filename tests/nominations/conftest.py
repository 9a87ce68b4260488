import pytest

from accounts.models import User
from tests.nominations import scenes


@pytest.fixture
def superuser(db: None) -> User:
    return scenes.superuser()
