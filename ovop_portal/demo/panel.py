"""The panel of both periods: seats, a pair kept apart, a conflict that the data show, a proposal to decide on."""

from nominations.models import Period
from ovop_portal.demo.story import JURORS, Story
from scoring.enums import RunKind, TieKind
from scoring.models import Stage
from scoring.services.panel import Tie, keep_apart, seat
from scoring.services.run_jobs import carry_out, want_run
from sentra.models import Product

MORE_ASSESSORS = ("penilai1", "penilai2", "penilai3", "penilai4", "penilai5", "penilai6")


def create_panel(story: Story, ovop: Period, upakarti: Period, coached: Product) -> None:
    """`penilai5` states that she coached an IKM whose nomination is under assessment, so the proposal leaves it out."""
    for period, names in ((ovop, MORE_ASSESSORS), (upakarti, MORE_ASSESSORS[:3] + JURORS)):
        for name in names:
            seat(
                period_id=period.pk,
                user_id=story.people[name].pk,
                capacity=15,
                note="",
                active=True,
                actor=story.verifier,
            )
    ikm = coached.ikm
    story.state(ovop, "penilai5", Tie(TieKind.COACHED, ikm.name, ikm_id=ikm.pk, note="Pelatihan 2023"))
    pair = (story.people["penilai5"].pk, story.people["penilai6"].pk)
    keep_apart(period_id=ovop.pk, user_ids=pair, reason="Contoh: suami istri", actor=story.verifier)
    stage = Stage.objects.filter(period=ovop).order_by("order").first()
    run = want_run(
        period_id=ovop.pk,
        stage_code=stage.code,
        kind=RunKind.FILL,
        per_nomination=4,
        mix=True,
        actor=story.verifier,
    )
    carry_out(run.pk)
