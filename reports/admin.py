"""Rounds before this portal, as the ministry edits them."""

from django.contrib import admin

from accounts.admin import AuditedAdmin, LabelledFields
from nominations.admin import MinistryOnly
from reports.models import ArchiveHolder, ArchiveRound


class ArchiveHolderInline(MinistryOnly, LabelledFields, admin.TabularInline):
    model = ArchiveHolder
    extra = 1


@admin.register(ArchiveRound)
class ArchiveRoundAdmin(MinistryOnly, LabelledFields, AuditedAdmin):
    list_display = ["award", "year", "recipients", "source"]
    list_filter = ["award"]
    inlines = [ArchiveHolderInline]
