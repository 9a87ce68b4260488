"""A panel with seats, and proposals as a worker computes them."""

from django.urls import reverse

from accounts.enums import Role
from scoring.enums import AssignmentStatus, RunKind
from scoring.models import Assignment, AssignmentRun
from scoring.services import panel, run_jobs, runs
from tests.factories import make_user, someone
from tests.scoring import scenes


def people(count: int, period_id: int, *, capacity: int = 20, prefix: str = "Lembaga", house: str = ""):
    """Scorers with a seat, each from an institution of her or his own, or all of one house."""
    made = [make_user(Role.ASSESSOR, institution=house or f"{prefix} {number}") for number in range(count)]
    for person in made:
        panel.seat(
            period_id=period_id,
            user_id=person.pk,
            capacity=capacity,
            note="",
            active=True,
            actor=someone(Role.VERIFIER),
        )
    return made


def proposal(nomination, kind: RunKind = RunKind.FILL, **extra) -> AssignmentRun:
    run = run_jobs.want_run(
        period_id=nomination.period_id,
        stage_code=scenes.stage_of(nomination).code,
        kind=kind,
        actor=someone(Role.VERIFIER),
        **({"per_nomination": None, "mix": True} | extra),
    )
    assert run_jobs.carry_out(run.pk)
    run.refresh_from_db()
    return run


def apply(run) -> AssignmentRun:
    return runs.apply_run(run_id=run.pk, actor=someone(Role.VERIFIER))


def live(nomination=None) -> set[tuple[int, int]]:
    rows = Assignment.objects.filter(status=AssignmentStatus.ACTIVE)
    if nomination:
        rows = rows.filter(nomination=nomination)
    return set(rows.values_list("nomination", "assessor"))


def decide(client, name: str, run: AssignmentRun) -> str:
    answer = client.post(reverse(name, args=[run.pk]), {"_key": name[-1] * 32})
    assert answer.status_code == 302
    return answer.url
