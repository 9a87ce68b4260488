from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps


class PortalConfig(AppConfig):
    name = "ovop_portal"
    verbose_name = "Portal"


class PortalAdminConfig(admin_apps.AdminConfig):
    """The administration shows what the ministry keeps; what libraries register for themselves is taken away."""

    default = False
    default_site = "ovop_portal.admin_site.PortalAdminSite"
    not_kept_here = ("auth.Group", "account.EmailAddress", "mfa.Authenticator")

    def ready(self) -> None:
        super().ready()
        self.module.site.unregister([apps.get_model(label) for label in self.not_kept_here])
