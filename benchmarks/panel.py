"""Bulk data for the measurements of scoring: a panel of five whose sheets are in, and a sixth scorer who has not begun.

Rows as the services leave them, save that a sheet has one event with an invented hash. All constraints and triggers are
on: scores go into drafts, which are then submitted.
"""

from datetime import date

from django.db import connection

from accounts.enums import Role
from accounts.models import Membership, User
from benchmarks.data import Scene, person
from nominations.enums import Status
from nominations.models import Nomination, Snapshot
from nominations.services.snapshots import freeze
from scoring.enums import AssignmentStatus, StageKind
from scoring.models import Assignment, ConflictDeclaration, InterestStatement, Sheet
from scoring.selectors.stages import category_stages

SCORERS = 5
BATCH = 5000

# Chosen by a hash, so that every run has the same scores. Each tenth nomination repeats those of its neighbour: a tie
# that no declared rule breaks.
SCORES = """
INSERT INTO scoring_score (sheet_id, indicator_id, value, note, not_applicable)
SELECT sheet.id, option.indicator_id, option.points, '', false
FROM scoring_sheet sheet CROSS JOIN (
    SELECT indicator_id, points, row_number() OVER ordered - 1 AS place,
           count(*) OVER (PARTITION BY indicator_id) AS number
    FROM scoring_option JOIN scoring_indicator ON scoring_indicator.id = indicator_id WHERE instrument_id = %s
    WINDOW ordered AS (PARTITION BY indicator_id ORDER BY points)
) option
WHERE sheet.version = 0 AND option.place = mod(abs(hashtext(concat_ws('-', sheet.assessor_id, option.indicator_id,
    sheet.nomination_id - (mod(sheet.nomination_id, 10) = 9)::int))), option.number)
"""
SUBMISSION = """
UPDATE scoring_sheet sheet
SET status = 'submitted', submitted_at = now(), saved_at = now(), version = 1, total = summed.total,
    head = encode(sha256(sheet.id::text::bytea), 'hex')
FROM (SELECT sheet_id, sum(value) AS total FROM scoring_score GROUP BY sheet_id) summed
WHERE summed.sheet_id = sheet.id AND sheet.version = 0
"""
EVENTS = """
INSERT INTO scoring_sheetevent (sheet_id, number, kind, data, actor_id, at, previous_hash, hash)
SELECT id, 1, 'submitted', '{}', assessor_id, now(), '', head
FROM scoring_sheet sheet WHERE NOT EXISTS (SELECT 1 FROM scoring_sheetevent WHERE sheet_id = sheet.id)
"""


class Panel:
    def __init__(self) -> None:
        self.scene = Scene()
        self.chair, self.secretariat = person(Role.PANEL_CHAIR), self.scene.verifier
        stages = category_stages(self.scene.period.pk, self.scene.category.pk)
        (self.stage,) = (stage for stage in stages if stage.kind == StageKind.SHEETS)
        self.scorers = [self._scorer(number) for number in range(SCORERS + 1)]
        self.fresh = self.scorers[-1]

    def _scorer(self, number: int) -> User:
        user = User.objects.create_user(f"penilai{number}@bench.example", f"Penilai {number}", "kalimat sandi panjang")
        Membership.objects.create(user=user, role=self.stage.scorer_role, valid_from=date(2020, 1, 1))
        InterestStatement.objects.create(period=self.scene.period, user=user)
        return user

    def grow_to(self, size: int) -> None:
        """Bring the nominations in assessment to `size`, each with six assignments and five submitted sheets."""
        self.scene.grow_to(size)
        Nomination.objects.exclude(status=Status.IN_ASSESSMENT).update(status=Status.IN_ASSESSMENT)
        fresh = list(Nomination.objects.filter(snapshots=None).order_by("pk"))
        model = freeze(Nomination.objects.get(pk=fresh[0].pk))
        Snapshot.objects.bulk_create(
            (Snapshot(nomination=one, number=1, data=model.data, sha256=model.sha256) for one in fresh[1:]),
            batch_size=BATCH,
        )
        self._assign(fresh)
        self._score(fresh)

    def _assign(self, nominations: list[Nomination]) -> None:
        rows = [(one, place, user) for one in nominations for place, user in enumerate(self.scorers)]
        Assignment.objects.bulk_create(
            (
                Assignment(
                    nomination=one, stage=self.stage, assessor=user, assigned_by=self.secretariat,
                    status=AssignmentStatus.RECUSED if recused(one.pk, place) else AssignmentStatus.ACTIVE,
                )
                for one, place, user in rows
            ),
            batch_size=BATCH,
        )  # fmt: skip
        ConflictDeclaration.objects.bulk_create(
            (
                ConflictDeclaration(
                    nomination=one, user=user, has_conflict=recused(one.pk, place),
                    reason="Kerabat" if recused(one.pk, place) else "",
                )
                for one, place, user in rows
            ),
            batch_size=BATCH,
        )  # fmt: skip

    def _score(self, nominations: list[Nomination]) -> None:
        snapshots = dict(Snapshot.objects.filter(nomination__in=nominations).values_list("nomination", "pk"))
        assigned = Assignment.objects.filter(nomination__in=nominations).exclude(assessor=self.fresh)
        Sheet.objects.bulk_create(
            (
                Sheet(
                    assignment=one, nomination_id=one.nomination_id, stage=self.stage, assessor_id=one.assessor_id,
                    instrument_id=self.stage.instrument_id, snapshot_id=snapshots[one.nomination_id],
                )
                for one in assigned.order_by("pk")
            ),
            batch_size=BATCH,
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(SCORES, [self.stage.instrument_id])
            cursor.execute(SUBMISSION)
            cursor.execute(EVENTS)


def recused(nomination: int, place: int) -> bool:
    """One scorer of every thirtieth nomination, and three of every three hundredth, which leaves too few."""
    return (place == 0 and nomination % 30 == 0) or (place < 3 and nomination % 300 == 7)
