"""Reminding scorers whose time is over or nearly over."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleBroken
from core.http import require
from nominations.models import Period
from scoring import messages
from scoring.models import ScorerReminder
from scoring.policies import can_remind_scorers
from scoring.rules import INTRODUCTION_MAX
from scoring.selectors.progress import ScorerProgress, scorer_progress


@transaction.atomic
def remind_scorers(
    *, period: Period, scorer_ids: Collection[int], introduction: str, actor: Any
) -> list[ScorerProgress]:
    """Notice and mail to those of the scorers whose work is late or ends soon; returns whom.

    Passed over is who has neither or was reminded in the last 24 hours, by whomever: the people's rows are locked, so
    two senders cannot both be the first. Raises NotPermitted, or RuleBroken when nobody is left. Six queries, and those
    of `notify` with two more a person.
    """
    require(can_remind_scorers(actor))
    introduction = introduction.strip()
    if not introduction or len(introduction) > INTRODUCTION_MAX:
        raise RuleBroken(_("Isi kalimat pembuka, paling banyak 1.000 karakter."))
    list(User.objects.select_for_update(no_key=True).filter(pk__in=scorer_ids).order_by("pk").values_list("pk"))
    pressed = [one for one in scorer_progress(actor, period.pk, set(scorer_ids)) if one.may_be_reminded]
    if not pressed:
        raise RuleBroken(_("Tidak ada penilai yang dapat diingatkan sekarang."))
    for one in pressed:
        reminder = ScorerReminder.objects.create(
            period=period, scorer=one.user, introduction=introduction, late=one.pressing, sent_by=actor
        )
        audit.record(actor, "scoring.scorer_reminded", reminder, scorer=one.user.pk, late=one.late, soon=one.soon)
        messages.tell_late(one, reminder)
    return pressed
