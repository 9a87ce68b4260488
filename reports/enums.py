"""Closed sets of the reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportKind(models.TextChoices):
    """What a worker can make."""

    SCORES = "scores", _("Nilai dan usulan")
    RANKING = "ranking", _("Peringkat")
    PROGRESS = "progress", _("Kemajuan penilaian")


class ReportState(models.TextChoices):
    WRITING = "writing", _("Sedang disiapkan")
    READY = "ready", _("Siap diunduh")
    FAILED = "failed", _("Gagal")
