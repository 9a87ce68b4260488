"""How many may be recommended."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from accounts.admin import AuditedAdmin
from nominations.admin import MinistryOnly
from scoring.models import AwardCap


@admin.register(AwardCap)
class AwardCapAdmin(MinistryOnly, AuditedAdmin):
    """How many may be recommended, in a period or in one category of it, in all or from each region."""

    fields = ["period", "category", "per", "max_awards", "binding"]
    list_display = ["period", "where", "per", "max_awards", "binding"]
    list_filter = ["period"]
    list_select_related = ["period", "category"]
    ordering = ["-period__year", "period", "category__order"]

    @admin.display(description=gettext_lazy("untuk"))
    def where(self, cap: AwardCap) -> str:
        return cap.category.label if cap.category else str(gettext_lazy("seluruh periode"))
