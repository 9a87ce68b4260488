"""Questions, objections and reminders from two sides at the same moment, on a database of their own."""

import pytest

from accounts.enums import Role
from core.errors import NotPermitted, RuleBroken
from core.models import OutboxMail
from nominations.enums import Status
from nominations.models import ProvinceObjection, RegionReminder
from nominations.selectors.matrix import rounds
from nominations.services.province import record_objection
from nominations.services.questions import answer_question, ask_question, close_question
from nominations.services.region_reminder import remind_regions
from tests import factories
from tests.factories import HOME
from tests.nominations import scenes
from tests.nominations.test_province import REASON, allow, conclude
from tests.nominations.test_questions import SECRET
from tests.transactions import together


def test_an_answer_and_the_closing_at_once_leave_one_clean_state(cloned_db):
    nomination, officer = scenes.bare(Status.DRAFT), factories.officer_of(HOME)
    verifier = factories.make_user(Role.VERIFIER)
    question = ask_question(nomination=nomination, about="", body=SECRET, actor=officer)
    answers = together(
        [
            lambda: answer_question(question_id=question.pk, body="Ralat.", actor=officer),
            lambda: close_question(question_id=question.pk, actor=verifier),
        ]
    )
    question.refresh_from_db()
    assert question.closed_at is not None
    refused = isinstance(answers[0], NotPermitted)
    assert question.messages.count() == (1 if refused else 2)
    assert answers[1] is None


@pytest.mark.parametrize("attempt", range(3))
def test_of_objection_and_conclusion_at_once_one_wins_cleanly(cloned_db, attempt):
    verifying = allow(factories.make_ovop_nomination(Status.UNDER_VERIFICATION))
    province = factories.make_user(Role.PROVINCE_OFFICER, region="33")
    answers = together(
        [
            lambda: record_objection(nomination_id=verifying.pk, reason=REASON, actor=province),
            lambda: conclude(verifying),
        ]
    )
    status, standing = scenes.state_of(verifying)["status"], ProvinceObjection.objects.filter(lifted_at=None).count()
    if isinstance(answers[1], RuleBroken):
        assert (status, standing) == (Status.UNDER_VERIFICATION, 1)
    else:
        assert isinstance(answers[0], NotPermitted)
        assert (status, standing) == (Status.ELIGIBLE, 0)


def test_two_senders_remind_a_region_once(cloned_db):
    officer = factories.make_user(Role.DISTRICT_OFFICER, region=HOME)
    factories.make_period("ovop")
    senders = [factories.make_user(Role.PROVINCE_OFFICER, region="33"), factories.make_user(Role.VERIFIER)]
    (period,) = rounds()
    answers = together(
        [
            lambda actor=actor: remind_regions(period=period, region_codes=[HOME], introduction="Mohon.", actor=actor)
            for actor in senders * 2
        ]
    )
    assert sum(isinstance(answer, RuleBroken) for answer in answers) == 3
    assert RegionReminder.objects.count() == OutboxMail.objects.filter(to=officer.email).count() == 1
