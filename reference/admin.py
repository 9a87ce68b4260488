"""Reference data can be looked up here and changed nowhere: it comes with a release."""

from django.contrib import admin
from django.http import HttpRequest

from reference.models import Commodity, KbliCode, KbliCommodity, Region


class ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Region)
class RegionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["code", "name", "kind", "tz_label", "valid_from", "valid_to"]
    list_filter = ["level", "kind", "tz_label", ("valid_to", admin.EmptyFieldListFilter)]
    search_fields = ["code__startswith", "name"]
    show_full_result_count = False


@admin.register(Commodity)
class CommodityAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "code", "order", "active"]


class KbliCommodityInline(ReadOnly, admin.TabularInline):
    model = KbliCommodity
    extra = 0


@admin.register(KbliCode)
class KbliCodeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["code", "edition", "title", "valid_to"]
    list_filter = ["edition", "links__commodity"]
    search_fields = ["code__startswith", "title"]
    inlines = [KbliCommodityInline]
