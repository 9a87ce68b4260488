"""People, the institutions they come from, and what they may do where and when."""

from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.enums import MailPreference, Role
from accounts.querysets import MembershipQuerySet, ProxyEntryQuerySet
from accounts.roles import ROLES, region_problem

UNREAD_CAP = 100


@cache
def _memberships() -> MembershipQuerySet:
    """With region and unread notices. Built once, because every page asks."""
    notices = apps.get_model("accounts", "Notice").objects.filter(user=OuterRef("user"), read_at=None)
    unread = ArraySubquery(notices.order_by().values("pk")[:UNREAD_CAP])
    return Membership.objects.select_related("region__parent").annotate(unread=unread)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None, **extra: object) -> "User":
        """An account; without a password it waits for activation."""
        user = self.model(email=email.strip().lower(), name=name, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str, password: str, **extra: object) -> "User":
        return self.create_user(email, name, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What the person may do hangs on memberships, never on the account itself."""

    email = models.EmailField("surel", unique=True)
    name = models.CharField("nama lengkap", max_length=120)
    phone = models.CharField("telepon", max_length=20, blank=True)
    is_active = models.BooleanField("aktif", default=True)
    is_staff = models.BooleanField("boleh masuk halaman pengelola", default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    mail_preference = models.CharField(max_length=10, default=MailPreference.AT_ONCE, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "pengguna"
        verbose_name_plural = "pengguna"
        constraints = [
            models.CheckConstraint(
                condition=Q(email=models.functions.Lower("email")), name="accounts_user_email_lowercase"
            ),
            models.CheckConstraint(
                condition=Q(mail_preference__in=[p.value for p in MailPreference]),
                name="accounts_user_mail_preference",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """Sessions carry it: a new password or a raised `session_epoch` ends all of them at their next request."""
        return f"{super().get_session_auth_hash()}.{self.session_epoch}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for fallback in super().get_session_auth_fallback_hash():
            yield f"{fallback}.{self.session_epoch}"

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """On the admin pages: what `accounts.roles` gives to staff. A role alone never deletes."""
        verb = perm.rpartition(".")[2].partition("_")[0]
        return verb in self.admin_verbs or super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return bool(self.admin_verbs) or super().has_module_perms(app_label)

    @property
    def admin_verbs(self) -> frozenset[str]:
        if not (self.is_active and self.is_staff):
            return frozenset()
        return frozenset().union(*(ROLES[role].admin_verbs for role in self.roles))

    @cached_property
    def active_memberships(self) -> list["Membership"]:
        """Memberships in force today, with their region. One query per request.

        The header of every page needs the number of unread notices, so it comes along instead of costing a query more.
        """
        return list(_memberships().in_force().filter(user=self))

    @property
    def unread_notices(self) -> int:
        """At most `UNREAD_CAP`; 0 for somebody without a role, who has nothing to be told. No query of its own."""
        return next((len(membership.unread) for membership in self.active_memberships), 0)

    @property
    def timezone(self) -> str | None:
        """The zone of the person's first region; None for people of the ministry, whose clock is WIB. No query."""
        return next((m.region.timezone for m in self.active_memberships if m.region), None)

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(membership.role) for membership in self.active_memberships)

    def has_role(self, *roles: Role) -> bool:
        """Whether the person holds any of the roles now. No query after the first use of `active_memberships`."""
        return not self.roles.isdisjoint(roles)

    def region_codes(self, role: Role) -> list[str]:
        """Region codes of the memberships of that role. No query of its own."""
        return [m.region_id for m in self.active_memberships if m.role == role and m.region_id]

    @cached_property
    def open_proxies(self) -> list["ProxyEntry"]:
        """Where this admin of the ministry may act for a region now. One query per request, none for anybody else."""
        if not self.has_role(Role.MINISTRY_ADMIN):
            return []
        return list(ProxyEntry.objects.open().select_related("region__parent").order_by("region"))

    def proxy_for(self, region_code: str) -> "ProxyEntry | None":
        """The open entry by which this person acts for a region that is not her or his own. No query of its own."""
        if region_code in self.region_codes(Role.DISTRICT_OFFICER):
            return None
        return next((entry for entry in self.open_proxies if entry.region_id == region_code), None)


class Institution(models.Model):
    """Where a member comes from: a dinas, a Balai, an association, a university."""

    name = models.CharField("nama", max_length=160, unique=True)

    class Meta:
        verbose_name = "lembaga"
        verbose_name_plural = "lembaga"

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role of a person, for a region or institution, for a time. The region, not the person, owns the work."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships", verbose_name="pengguna")
    role = models.CharField("peran", max_length=20, choices=[(r.value, f.label) for r, f in ROLES.items()])
    region = models.ForeignKey(
        "reference.Region", on_delete=models.PROTECT, null=True, blank=True, verbose_name="wilayah"
    )
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, blank=True, verbose_name="lembaga"
    )
    commodities = models.ManyToManyField("reference.Commodity", blank=True, verbose_name="keahlian komoditas")
    valid_from = models.DateField("berlaku sejak", default=timezone.localdate)
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "keanggotaan"
        verbose_name_plural = "keanggotaan"
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[r.value for r in Role]), name="accounts_membership_role"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="accounts_membership_dates",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[Role.DISTRICT_OFFICER, Role.PROVINCE_OFFICER]) | Q(region__isnull=False),
                name="accounts_membership_region",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "region"],
                nulls_distinct=False,
                condition=Q(valid_to=None),
                name="accounts_membership_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {ROLES[Role(self.role)].label}"

    @property
    def duty(self) -> str:
        """`Petugas kabupaten/kota – Kota Pekalongan, Jawa Tengah`. No query when the region's parent is joined."""
        label = ROLES[Role(self.role)].label
        return f"{label} – {self.region.full_label}" if self.region else label

    def clean(self) -> None:
        """The region must be of the kind that the role works in."""
        if not self.role:
            return
        problem = region_problem(Role(self.role), self.region.level if self.region else None)
        if problem:
            raise ValidationError({"region": problem})


class ProxyEntry(models.Model):
    """While it is open, admins of the ministry act for a region that cannot reach the portal.

    For which rounds says `nominations.models.ProxyRound`, in a room above. See docs/adr/0011-proxy-entry.md.
    """

    region = models.ForeignKey(
        "reference.Region", on_delete=models.PROTECT, related_name="proxy_entries", verbose_name="wilayah"
    )
    reason = models.CharField("alasan", max_length=250)
    letter = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = ProxyEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "entri atas nama daerah"
        verbose_name_plural = "entri atas nama daerah"
        constraints = [
            models.UniqueConstraint(
                fields=["region"], condition=Q(closed_at=None), name="accounts_proxyentry_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="accounts_proxyentry_closed",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="accounts_proxyentry_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.region.label}: {self.reason}"
