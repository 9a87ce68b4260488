"""The words of the register, so that a search can tell what a mistyped one was meant to be."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Word(models.Model):
    """A word in capitals that stands, or once stood, in a name of the register or of a region.

    The database writes it with the name. Two who use a new word at the same time both write it, so that neither waits.
    """

    word = models.CharField(max_length=40)

    class Meta:
        indexes = [
            models.Index(fields=["word"], name="sentra_word_known"),
            GinIndex(fields=["word"], name="sentra_word_alike", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.word
