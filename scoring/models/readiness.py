"""What the database notes by itself so that nobody has to ask every nomination."""

from django.db import models

from scoring.models.instruments import Stage


class ReadyNomination(models.Model):
    """That enough sheets, or the confirmed visits, of a nomination's current stage are in and nobody is still at work.

    Triggers (`scoring_note_ready`) write and remove the rows with whatever decides about it; the rule in words is
    `scoring.selectors.board.is_ready`. Nothing else writes here.
    """

    nomination = models.OneToOneField(
        "nominations.Nomination", on_delete=models.CASCADE, primary_key=True, related_name="ready"
    )
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+")
