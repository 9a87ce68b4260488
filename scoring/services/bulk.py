"""Recommending many nominations of a category at once, with the stars that their scores give."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleBroken, StaleVersion
from core.http import require
from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import Outcome
from scoring.models import PlenarySession
from scoring.policies import is_chair
from scoring.selectors.people import hidden_from, recused_by_category
from scoring.selectors.places import outside_caps
from scoring.selectors.plenary import caps_of, finalists
from scoring.selectors.stages import bands_of, stages_of
from scoring.services.plenary import record_recommendation


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What one press would do: `to_recommend` change, `left` stay as they are, by status."""

    to_recommend: list[Nomination]
    below: list[Nomination]  # before the plenary, but without stars: these need words
    beyond: list[Nomination]  # without a sure place within the caps that bind: the plenary looks at each
    left: Mapping[str, int]
    aside: bool  # something of the category is hidden from the actor


def bulk_plan(*, session: PlenarySession, category_id: int, actor: Any) -> BulkPlan:
    """The plan for one category, without nominations for which the actor leaves the room. Where caps bind in a category
    of which the actor may not meet everything, all are beyond: who comes within would tell what is hidden.

    Nine queries, three more where caps bind.
    """
    rows = [one for one in finalists(session.period_id) if one.category_id == category_id]
    hidden = hidden_from(actor, session, [one.pk for one in rows])
    aside = bool(hidden) or category_id in recused_by_category(actor, session.period_id)
    rows = [one for one in rows if one.pk not in hidden]
    if aside and caps_of(session.period_id, category_id, binding=True):
        full = {one.pk for one in rows}
    else:
        full = outside_caps(session.period_id, category_id, binding=True)
    has_stars = bool(rows and bands_of(stages_of(rows[0])))
    waiting = [one for one in rows if one.status == Status.IN_PLENARY]
    within = [one for one in waiting if one.pk not in full]
    fitting = [one for one in within if one.final_result.stars or not has_stars]
    return BulkPlan(
        to_recommend=sorted(fitting, key=lambda one: -one.final_result.score),
        below=[one for one in within if has_stars and not one.final_result.stars],
        beyond=[one for one in waiting if one.pk in full],
        left=Counter(one.status for one in rows if one.status != Status.IN_PLENARY),
        aside=aside,
    )


@transaction.atomic
def recommend_many(*, session_id: int, category_id: int, seen: Collection[int], actor: Any) -> int:
    """Recommend all that the plan names, or none. `seen` are the ids that the confirmation page listed.

    Raises StaleVersion when the plan is another one by now, and whatever `record_recommendation` raises.
    """
    require(is_chair(actor))
    session = PlenarySession.objects.select_for_update().get(pk=session_id)
    plan = bulk_plan(session=session, category_id=category_id, actor=actor)
    wanted = [one.pk for one in plan.to_recommend]
    if not wanted:
        raise RuleBroken(_("Tidak ada usulan yang dapat direkomendasikan sekaligus."))
    if set(seen) != set(wanted):
        raise StaleVersion(_("Daftar usulan berubah sejak halaman ini dibuka. Periksa lagi, lalu setujui."))
    for one in sorted(plan.to_recommend, key=lambda nomination: nomination.pk):
        record_recommendation(
            nomination_id=one.pk,
            session_id=session_id,
            outcome=Outcome.RECOMMENDED,
            stars=one.final_result.stars,
            actor=actor,
        )
    return len(wanted)
