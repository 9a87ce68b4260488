"""What a scorer, the panel's board and an auditor may meet. Twins of `scoring.policies`."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from accounts.enums import Role
from accounts.roles import SCORE_ROLES
from core.models import ScanState, StoredFile
from scoring.enums import WORKING, AssignmentStatus, ReportState

BOARD_ROLES = (Role.PANEL_CHAIR, Role.MINISTRY_ADMIN, Role.VERIFIER, Role.AUDITOR)
MAX_ATTEMPTS = 3
CLAIM_MINUTES = 20  # longer than the time limit of any task: who has not finished by then is gone


class AssignmentQuerySet(models.QuerySet):
    def of_scorer(self, user: Any) -> Self:
        """The scorer's own live assignments. A recused or removed one does not exist for the scorer."""
        return self.filter(assessor=user, status=AssignmentStatus.ACTIVE)

    def visible_to(self, user: Any) -> Self:
        """All for who sees the board; otherwise the own live ones."""
        return self.all() if user.has_role(*BOARD_ROLES) else self.of_scorer(user)


class SheetQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Own sheets with a live assignment; all sheets for the chair, the ministry's admin and the auditor.

        Other scorers' sheets open only through `scoring.selectors.sheets.peer_sheets`, which knows the stage's rule.
        """
        if user.has_role(*SCORE_ROLES):
            return self.all()
        return self.filter(Q(assignment__assessor=user, assignment__status=AssignmentStatus.ACTIVE))


class RunQuerySet(models.QuerySet):
    def working(self) -> Self:
        """What a worker is to do and nobody does: not claimed, or so long ago that the worker is gone."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=Now() - timedelta(minutes=CLAIM_MINUTES))
        return self.filter(free, state__in=WORKING)

    def claimable(self) -> Self:
        """What a worker may take up now. Conditions on the row itself, so that of two updates one finds none.

        A table that waits for the virus scan is not opened.
        """
        waiting = StoredFile.objects.filter(pk=OuterRef("file"), scan_state=ScanState.WAITING)
        return self.working().filter(~Exists(waiting), attempts__lt=MAX_ATTEMPTS)


class ReportQuerySet(models.QuerySet):
    def claimable(self) -> Self:
        """What a worker may take up now: wanted, or without its PDF, and not in the hands of a living worker."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=Now() - timedelta(minutes=CLAIM_MINUTES))
        left = Q(state=ReportState.WANTED) | Q(state=ReportState.READY, pdf=None)
        return self.filter(free, left, attempts__lt=MAX_ATTEMPTS)
