"""What happens in the room: who is there, what is on the agenda, how votes fall, and the minutes."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from nominations.models import one_of
from scoring.enums import AttendanceState, ConflictKind, MinutesState, VoteChoice
from scoring.models.results import PlenarySession, Recommendation


class Attendance(models.Model):
    """One member of the panel at one session."""

    session = models.ForeignKey(PlenarySession, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default=AttendanceState.EXPECTED)
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["member__name"]
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="scoring_attendance_once"),
            one_of("state", AttendanceState, "scoring_attendance_state"),
            models.CheckConstraint(
                condition=Q(state=AttendanceState.LEFT, left_at__isnull=False)
                | ~Q(state=AttendanceState.LEFT) & Q(left_at=None),
                name="scoring_attendance_left_at",
            ),
        ]


class AgendaItem(models.Model):
    """One nomination on the agenda of a session."""

    session = models.ForeignKey(PlenarySession, on_delete=models.CASCADE, related_name="agenda")
    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="+")
    order = models.PositiveIntegerField()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["session", "nomination"], name="scoring_agendaitem_once")]


class RoomConflict(models.Model):
    """What the data say against a member on one item, beside what the member declared: who has it leaves the room.

    Found when the session is planned, when its agenda or attendance changes, and when the item comes up; it stays as it
    was when the item was decided.
    """

    session = models.ForeignKey(PlenarySession, on_delete=models.CASCADE, related_name="conflicts")
    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "nomination", "member"], name="scoring_roomconflict_once"),
            one_of("kind", ConflictKind, "scoring_roomconflict_kind"),
        ]


class Vote(models.Model):
    """One member's vote on one recommendation. A trigger refuses the vote of who has to be outside."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="votes")
    member = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "member"], name="scoring_vote_once"),
            one_of("choice", VoteChoice, "scoring_vote_choice"),
        ]


class TieDecision(models.Model):
    """The order that the plenary gave to nominations which no declared key separates. Append-only.

    `entries` are their ids from the best on. It holds as long as exactly these are tied; the newest one counts.
    """

    session = models.ForeignKey(PlenarySession, on_delete=models.PROTECT, related_name="tie_decisions")
    category = models.ForeignKey("nominations.Category", on_delete=models.PROTECT, related_name="+")
    entries = models.JSONField()
    reason = models.CharField(max_length=1000)
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="scoring_tiedecision_reason")]


class Minutes(models.Model):
    """A draft of the minutes as they stood when somebody asked for it. The row asks a worker for the PDF."""

    session = models.ForeignKey(PlenarySession, on_delete=models.PROTECT, related_name="minutes")
    version = models.PositiveSmallIntegerField()
    content = models.JSONField()
    state = models.CharField(max_length=8, default=MinutesState.WANTED)
    attempts = models.PositiveSmallIntegerField(default=0)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["session", "version"], name="scoring_minutes_once"),
            one_of("state", MinutesState, "scoring_minutes_state"),
            models.CheckConstraint(
                condition=Q(state=MinutesState.READY, file__isnull=False) | ~Q(state=MinutesState.READY) & Q(file=None),
                name="scoring_minutes_ready_has_file",
            ),
        ]
