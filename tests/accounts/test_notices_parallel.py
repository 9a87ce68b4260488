"""The same notice and the same digest from several sides at once, on a database of their own."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.enums import MailPreference, Role
from accounts.models import Notice
from accounts.services import notices
from tests.accounts.test_notices import created, mails_to, prefer, tell
from tests.factories import HOME, make_user
from tests.transactions import together


def test_two_at_once_tell_one_thing_once(cloned_db: str) -> None:
    user = make_user(Role.DISTRICT_OFFICER, region=HOME)

    def call() -> None:
        with transaction.atomic():
            tell(user)

    assert together([call] * 6) == [None] * 6
    assert (Notice.objects.filter(user=user).count(), len(mails_to(user))) == (1, 1)


def test_two_workers_send_one_digest(cloned_db: str) -> None:
    user = prefer(make_user(Role.DISTRICT_OFFICER, region=HOME), MailPreference.DIGEST)
    created(timezone.now() - timedelta(days=2), user)
    assert sorted(together([lambda: notices.send_digest(user_id=user.pk)] * 4)) == [False, False, False, True]
    assert len(mails_to(user)) == 1
