"""Counts per region, kept so that no page has to count the register."""

from django.db import models
from django.db.models.functions import Now


class RegionFigures(models.Model):
    """How much of the register lies in a kabupaten or kota, as counted at `counted_at`."""

    region = models.OneToOneField(
        "reference.Region", on_delete=models.PROTECT, primary_key=True, related_name="figures"
    )
    sentra_count = models.PositiveIntegerField(default=0)
    ikm_count = models.PositiveIntegerField(default=0)
    product_count = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(db_default=Now())
