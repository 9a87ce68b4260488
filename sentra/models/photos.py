"""Photos of a product, in the order in which they are shown."""

from django.db import models
from django.db.models import Deferrable, Max, Q
from django.db.models.functions import Now

from sentra.models.register import Product
from sentra.rules import MAX_PHOTOS


class ProductPhoto(models.Model):
    """A cleaned copy of what was uploaded and a small one for pages; neither tells where or by whom it was taken."""

    merge_rules = {"sentra_productphoto_place_once": "place"}

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="photos")
    order = models.PositiveSmallIntegerField()
    caption = models.CharField("keterangan foto", max_length=160)
    version = models.PositiveIntegerField(default=1)
    """of the caption"""
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    small = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    small_width = models.PositiveSmallIntegerField()
    small_height = models.PositiveSmallIntegerField()
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "foto produk"
        verbose_name_plural = "foto produk"
        ordering = ["product", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "order"], deferrable=Deferrable.DEFERRED, name="sentra_productphoto_place_once"
            ),
            models.CheckConstraint(condition=Q(order__range=(1, MAX_PHOTOS)), name="sentra_productphoto_at_most"),
        ]

    def __str__(self) -> str:
        return self.caption

    @classmethod
    def merge_places(cls, rows: list["ProductPhoto"], winner: Product) -> dict[int, dict[str, int]]:
        """Behind the photos of the product that counts, as far as there is room; the others stay. One query."""
        last = cls.objects.filter(product=winner).aggregate(last=Max("order"))["last"] or 0
        return {row.pk: {"order": place} for place, row in enumerate(rows, start=last + 1) if place <= MAX_PHOTOS}
