"""A category in which results lie close together, its report on sensitivity, and a calibration round before a stage."""

from functools import partial

from nominations.models import Nomination, Period
from ovop_portal.demo.story import ASSESSORS, Story, best_option
from scoring.models import CalibrationSheet, Stage
from scoring.rules import Answer
from scoring.selectors.stages import current_stage
from scoring.services import calibration, sensitivity
from scoring.services.stages import close_stage

# How often each of the three assessors stays below the best option: none of them alike.
PANELS = ((4, 3, 3), (2, 2, 1), (2, 1, 1))


def close_results(story: Story, nominations: list[Nomination]) -> None:
    """Three assessors who differ, and results near the limit of a star."""
    for nomination, panel in zip(nominations, PANELS, strict=True):
        story.open_assessment(nomination)
        stage = current_stage(nomination)
        for name, assignment, every in zip(ASSESSORS, story.assign(nomination, ASSESSORS), panel, strict=True):
            story.score(nomination, assignment, name, partial(best_option, weaker_every=every))
        close_stage(nomination_id=nomination.pk, stage_id=stage.pk, actor=story.chair)
        story.go_without_visit(nomination)


def request_report(story: Story, nomination: Nomination) -> None:
    """The worker makes it as soon as it runs."""
    sensitivity.request_report(period_id=nomination.period_id, category_id=nomination.category_id, actor=story.chair)


def calibrate(story: Story, period: Period, category: str, anchors: list[Nomination]) -> None:
    """A round that is going on: two assessors have sent, one has still to."""
    stage = Stage.objects.get(period=period, category__code=category, order=1)
    calibration.set_up_round(stage_id=stage.pk, required=False, actor=story.chair)
    for nomination in anchors:
        calibration.add_anchor(stage_id=stage.pk, reference=nomination.reference, actor=story.chair)
    calibration.open_round(stage_id=stage.pk, actor=story.chair)
    questions = stage.instrument.indicators.prefetch_related("options")
    for every, name in enumerate(ASSESSORS[:2], start=2):
        for sheet in CalibrationSheet.objects.filter(assessor=story.people[name], anchor__round__stage=stage):
            answers = {
                row.code: Answer(best_option(place, row, weaker_every=every), "Sesuai berkas.")
                for place, row in enumerate(questions)
            }
            calibration.save_calibration_sheet(
                sheet_id=sheet.pk, answers=answers, version=0, submit=True, actor=sheet.assessor
            )
