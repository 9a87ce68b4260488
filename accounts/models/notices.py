"""What the portal has told a person. It knows no word of the awards: a line of text and where it leads."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.people import User


class Notice(models.Model):
    """One notice to one person, written with the change that it tells of. `key` tells the same notice again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    text = models.CharField(max_length=200)
    url = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)
    read_at = models.DateTimeField(null=True)
    waits_for_digest = models.BooleanField(default=False)

    class Meta:
        verbose_name = "pemberitahuan"
        verbose_name_plural = "pemberitahuan"
        indexes = [
            models.Index(fields=["user", "-id"], name="accounts_notice_of_user"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="accounts_notice_unread"),
            models.Index(fields=["user"], condition=Q(waits_for_digest=True), name="accounts_notice_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="accounts_notice_once"),
            models.CheckConstraint(condition=Q(url__regex=r"^/([^/\\]|$)"), name="accounts_notice_own_path"),
            models.CheckConstraint(
                condition=Q(waits_for_digest=False) | Q(read_at=None), name="accounts_notice_digest_unread"
            ),
        ]
