"""Accounts are made and changed here; passwords are not: everybody sets the own one through a mailed link."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.models import Field, Model, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Institution, Membership, User
from accounts.services.activation import send_activation
from accounts.services.administration import end_access
from core import audit, outbox
from core.models import OutboxMail
from reference.enums import RegionLevel
from reference.models import Region


class AuditedAdmin(admin.ModelAdmin):
    """Everything that is added or changed leaves an audit entry with the names of the fields."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        audit.record(request.user, f"{obj._meta.label_lower}.added", obj, changes=message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        audit.record(request.user, f"{obj._meta.label_lower}.changed", obj, changes=message)
        return super().log_change(request, obj, message)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class LabelledFields:
    """For inlines: fields say their names, since the head of a table is no label; of date and time each its own."""

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        found: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if found:
            label = str(found.label).capitalize()
            parts = {label: found.widget}
            if isinstance(found.widget, AdminSplitDateTime):
                names = (f"{label}: {_('tanggal')}", f"{label}: {_('jam')}")
                parts = dict(zip(names, found.widget.widgets, strict=True))
            for name, widget in parts.items():
                widget.attrs["aria-label"] = name
        return found


class RegionChoice(forms.ModelChoiceField):
    def label_from_instance(self, region: Region) -> str:
        return f"{region.code} {region.label}"


class MembershipForm(ModelForm):
    region = RegionChoice(
        Region.objects.current().filter(level__lte=RegionLevel.REGENCY).order_by("code"),
        required=False,
        label=gettext_lazy("Wilayah"),
    )

    class Meta:
        model = Membership
        fields = ["role", "region", "institution", "commodities", "valid_from", "valid_to"]
        widgets = {"commodities": forms.CheckboxSelectMultiple}


class MembershipInline(admin.StackedInline):
    model = Membership
    form = MembershipForm
    extra = 1
    can_delete = False


class UserForm(ModelForm):
    class Meta:
        model = User
        fields = ["email", "name", "phone", "is_active", "is_staff"]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()


@admin.register(User)
class UserAdmin(AuditedAdmin):
    form = UserForm
    inlines = [MembershipInline]
    list_display = ["name", "email", "duties", "activated", "is_active", "is_staff", "last_login"]
    list_filter = ["memberships__role", "is_active", "is_staff"]
    search_fields = ["name", "email"]
    ordering = ["name"]
    actions = ["mail_activation"]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("memberships__region")

    @admin.display(description=gettext_lazy("tugas"))
    def duties(self, user: User) -> str:
        return "; ".join(
            f"{m.get_role_display()} {m.region.label if m.region else ''}".strip() for m in user.memberships.all()
        )

    @admin.display(description=gettext_lazy("sudah aktivasi"), boolean=True)
    def activated(self, user: User) -> bool:
        return user.has_usable_password()

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody changes the own account here or that of somebody with wider rights."""
        own_or_wider = obj is not None and (obj == request.user or obj.is_superuser)
        return super().has_change_permission(request, obj) and (request.user.is_superuser or not own_or_wider)

    def save_model(self, request: HttpRequest, obj: User, form: UserForm, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: UserForm, formsets: list[BaseModelFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        if not change:
            send_activation(user_id=form.instance.pk, actor=request.user)
        elif {"email", "is_active"} & set(form.changed_data):
            end_access(user=form.instance, old_email=form.initial["email"], actor=request.user)

    @admin.action(description=gettext_lazy("Kirim surat aktivasi"), permissions=["change"])
    def mail_activation(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        sent = sum(send_activation(user_id=user.pk, actor=request.user) for user in queryset)
        text = ngettext("%d surat aktivasi dikirim.", "%d surat aktivasi dikirim.", sent) % sent
        skipped = queryset.count() - sent
        if skipped:
            text += " " + _("%d akun dilewati karena sudah aktif atau ditutup.") % skipped
        messages.info(request, text)


@admin.register(Institution)
class InstitutionAdmin(AuditedAdmin):
    list_display = ["name"]
    search_fields = ["name"]


class MailState(admin.SimpleListFilter):
    title = gettext_lazy("keadaan")
    parameter_name = "keadaan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("macet", gettext_lazy("Perlu diputuskan")),
            ("menunggu", gettext_lazy("Menunggu")),
            ("terkirim", gettext_lazy("Terkirim")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxMail]) -> QuerySet[OutboxMail]:
        match self.value():
            case "macet":
                return queryset.filter(outbox.stuck_mails())
            case "menunggu":
                return queryset.filter(sent_at=None).exclude(outbox.stuck_mails())
            case "terkirim":
                return queryset.filter(sent_at__isnull=False)
        return queryset


@admin.register(OutboxMail)
class OutboxMailAdmin(admin.ModelAdmin):
    """Who was written to and whether it left. The texts are not shown: some hold links that sign in."""

    fields = ["to", "subject", "created_at", "attempts", "claimed_at", "rests_until", "sent_at", "last_error"]
    readonly_fields = fields
    list_display = ["to", "subject", "created_at", "sent_at", "attempts", "last_error"]
    list_filter = [MailState]
    search_fields = ["to", "subject"]
    ordering = ["-id"]
    list_per_page = 50
    actions = ["send_again"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The action alone; a mail itself is only read."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Kirim lagi yang gagal atau tidak pasti"), permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutboxMail]) -> None:
        count = outbox.send_again(mail_ids=queryset.values_list("pk", flat=True), actor=request.user)
        messages.info(request, ngettext("%d surel dikirim lagi.", "%d surel dikirim lagi.", count) % count)
