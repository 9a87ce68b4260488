"""Counting the register per region."""

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Now

from reference.models import Region
from sentra.models import Ikm, Product, RegionFigures, Sentra

COUNTED = {"sentra_count": Sentra, "ikm_count": Ikm, "product_count": Product}


@transaction.atomic
def count_regions() -> None:
    """Count every kabupaten and kota anew. Five queries; it reads the whole register, so only a task calls it."""
    rows = {
        code: RegionFigures(region_id=code, counted_at=Now())
        for code in Region.objects.regencies().values_list("pk", flat=True)
    }
    for column, model in COUNTED.items():
        for code, number in model.objects.order_by().values_list("region").annotate(Count("pk")):
            setattr(rows[code], column, number)
    RegionFigures.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["region"],
        update_fields=[*COUNTED, "counted_at"],
    )
