"""Bulk data for the seal: a category whose N nominations were judged by three scorers and decided by the plenary.

Rows as the services leave them, with true chains, results and hashes: what is signed is computed again.
"""

import hashlib
from collections.abc import Iterator
from itertools import groupby

from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from benchmarks.data import Scene, person
from nominations.enums import Status
from nominations.models import Category, Nomination, Snapshot
from nominations.services.snapshots import freeze
from scoring.enums import AttendanceState, Outcome, SheetEventKind, SheetStatus
from scoring.models import (
    Assignment,
    FinalResult,
    Indicator,
    PlenarySession,
    Recommendation,
    Score,
    Sheet,
    SheetEvent,
    Stage,
    StageResult,
    TieDecision,
)
from scoring.rules import Answer, seal, sealed_answer
from scoring.selectors.matrix import sheets_by_nomination
from scoring.selectors.plenary import finalists, ranked_categories
from scoring.selectors.stages import category_stages, stage_spec
from scoring.services import agenda, plenary
from scoring.services.chain import next_event
from scoring.services.tally import final_outcome, sheets_outcome

SCORERS = 3
BATCH = 1000
NO_VISIT = "Data meja sudah meyakinkan."


class Decided:
    """Each call of `category_of` fills a category of its own, so that sealing one leaves the others open."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.chair, self.admin = person(Role.PANEL_CHAIR), person(Role.MINISTRY_ADMIN)
        self.scorers = [self._scorer(number) for number in range(SCORERS)]
        self.categories = list(Category.objects.filter(award="ovop").order_by("order"))

    def _scorer(self, number: int) -> User:
        user = User.objects.create_user(f"penilai{number}@bench.example", f"Penilai {number}", "kalimat sandi panjang")
        Membership.objects.create(user=user, role=Role.ASSESSOR, valid_from=timezone.localdate())
        return user

    def category_of(self, size: int) -> Category:
        """The next category with so many nominations, ready to be signed."""
        category = self.scene.category = self.categories.pop()
        session = self._session()
        self.scene.grow_to(self.scene.made + size)
        fresh = list(Nomination.objects.filter(category=category).order_by("pk"))
        model = freeze(fresh[0])
        Snapshot.objects.bulk_create(
            (Snapshot(nomination=one, number=1, data=model.data, sha256=model.sha256) for one in fresh[1:]),
            batch_size=BATCH,
        )
        stages = category_stages(self.scene.period.pk, category.pk)
        for start in range(0, len(fresh), BATCH):
            some = fresh[start : start + BATCH]
            self._score(some, stages[0])
            self._close(some, stages, session)
        self._untie(category, session)
        return category

    def _session(self) -> PlenarySession:
        session = plenary.record_plenary_session(
            period_id=self.scene.period.pk, held_on=timezone.localdate(), place="Jakarta", actor=self.chair
        )
        states = dict.fromkeys(session.attendances.values_list("member", flat=True), AttendanceState.PRESENT)
        agenda.record_attendance(session_id=session.pk, states=states, actor=self.chair)
        return session

    def _score(self, nominations: list[Nomination], stage: Stage) -> None:
        Nomination.objects.filter(pk__in=[one.pk for one in nominations]).update(status=Status.IN_ASSESSMENT)
        snapshots = dict(Snapshot.objects.filter(nomination__in=nominations).values_list("nomination", "pk"))
        assigned = Assignment.objects.bulk_create(
            Assignment(nomination=one, stage=stage, assessor=user, assigned_by=self.scene.verifier)
            for one in nominations
            for user in self.scorers
        )
        sheets = Sheet.objects.bulk_create(
            Sheet(
                assignment=one, nomination=one.nomination, stage=stage, assessor=one.assessor,
                instrument=stage.instrument, snapshot_id=snapshots[one.nomination_id],
            )
            for one in assigned
        )  # fmt: skip
        rows = {one.code: one for one in Indicator.objects.filter(instrument=stage.instrument_id)}
        answers = {sheet.pk: dict(self._answers(sheet, stage)) for sheet in sheets}
        Score.objects.bulk_create(
            Score(sheet=sheet, indicator=rows[code], value=answer.value, note=answer.note)
            for sheet in sheets
            for code, answer in answers[sheet.pk].items()
        )
        now = timezone.now()
        for sheet in sheets:
            given = answers[sheet.pk]
            sheet.total = sum(answer.value for answer in given.values() if answer.value is not None)
            sheet.status, sheet.saved_at, sheet.submitted_at = SheetStatus.SUBMITTED, now, now
        SheetEvent.objects.bulk_create(
            next_event(
                sheet,
                SheetEventKind.SUBMITTED,
                {
                    "total": str(sheet.total),
                    "answers": {code: sealed_answer(answer) for code, answer in answers[sheet.pk].items()},
                    "instrument": stage.instrument.sha256,
                },
                actor=sheet.assessor,
                at=now,
            )
            for sheet in sheets
        )
        Sheet.objects.bulk_update(sheets, ["total", "status", "saved_at", "submitted_at", "version", "head"], BATCH)

    def _answers(self, sheet: Sheet, stage: Stage) -> Iterator[tuple[str, Answer]]:
        """By a hash of nomination and indicator; each scorer sees one indicator otherwise, which is no discrepancy."""
        own = self.scorers.index(sheet.assessor)
        for place, one in enumerate(stage_spec(stage).indicators):
            values = sorted(one.values)
            drawn = hashlib.sha256(f"{sheet.nomination.reference}-{one.code}".encode()).digest()[0] + (place == own)
            yield one.code, Answer(values[drawn % len(values)], "Sesuai bukti.")

    def _close(self, nominations: list[Nomination], stages: list[Stage], session: PlenarySession) -> None:
        first, *others = stages
        results, finals, words = [], [], []
        for pk, rows in sheets_by_nomination(first, [one.pk for one in nominations]):
            outcome = sheets_outcome(first, rows)
            closed = StageResult(
                nomination_id=pk, stage=first, score=outcome.score, passed=True, spread=outcome.spread,
                sheet_count=outcome.count, detail=outcome.detail, instrument=first.instrument,
                input_hash=outcome.input_hash, closed_by=self.chair,
            )  # fmt: skip
            skipped = [
                StageResult(
                    nomination_id=pk, stage=stage, score=None, passed=True, skip_reason=NO_VISIT, sheet_count=0,
                    instrument=stage.instrument, input_hash=seal({"skipped": NO_VISIT}), closed_by=self.chair,
                )
                for stage in others
            ]  # fmt: skip
            final = final_outcome(stages, [closed, *skipped])
            results += [closed, *skipped]
            finals.append(
                FinalResult(nomination_id=pk, score=final.score, stars=final.stars, input_hash=final.input_hash)
            )
            words.append(self._word(pk, final.stars, session))
        StageResult.objects.bulk_create(results)
        FinalResult.objects.bulk_create(finals)
        Recommendation.objects.bulk_create(words)
        for outcome, status in (
            (Outcome.RECOMMENDED, Status.RECOMMENDED),
            (Outcome.NOT_RECOMMENDED, Status.NOT_RECOMMENDED),
        ):
            chosen = [word.nomination_id for word in words if word.outcome == outcome]
            Nomination.objects.filter(pk__in=chosen).update(status=status)

    def _word(self, nomination: int, stars: int | None, session: PlenarySession) -> Recommendation:
        return Recommendation(
            nomination_id=nomination,
            session=session,
            outcome=Outcome.RECOMMENDED if stars else Outcome.NOT_RECOMMENDED,
            stars=stars,
            reason="" if stars else "Di bawah batas bintang.",
            present=1,
            recused=0,
            recorded_by=self.chair,
        )

    def _untie(self, category: Category, session: PlenarySession) -> None:
        """Nominations that no declared key separates get the order of their numbers."""
        for group in ranked_categories(finalists(self.scene.period.pk)):
            open_ = [row for row in group["rows"] if row["panel_decides"] and group["category"] == category]
            TieDecision.objects.bulk_create(
                TieDecision(
                    session=session,
                    category=category,
                    entries=[row["nomination"].pk for row in tied],
                    reason="Dampak bagi sentra.",
                    recorded_by=self.chair,
                )
                for __, tied in groupby(open_, key=lambda row: row["rank"])
            )
