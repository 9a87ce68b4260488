"""What the frame of every page shows: navigation, who is signed in, the help contact."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models.people import UNREAD_CAP
from accounts.roles import OVERSIGHT, ROLES, SCORERS, SECRETARIAT

R = Role
REGIONS = frozenset({R.DISTRICT_OFFICER, R.PROVINCE_OFFICER})

# URL name, label, who sees it; in the order of the work.
NAVIGATION: list[tuple[str, str, frozenset[Role]]] = [
    ("home", "Beranda", frozenset(Role)),
    ("dashboard", "Dasbor", frozenset(Role)),
    ("sentra_list", "Sentra", REGIONS | SECRETARIAT | {R.AUDITOR}),
    ("region_map", "Wilayah", REGIONS | SECRETARIAT | {R.AUDITOR}),
    ("nomination_list", "Usulan", REGIONS | SECRETARIAT | OVERSIGHT),
    ("province_matrix", "Pantauan daerah", frozenset({R.PROVINCE_OFFICER, R.AUDITOR}) | SECRETARIAT),
    ("verification_queue", "Verifikasi", SECRETARIAT),
    ("extension_list", "Batas waktu", SECRETARIAT | {R.AUDITOR}),
    ("assignment_list", "Penugasan", SECRETARIAT),
    ("assessor_desk", "Penilaian", SCORERS),
    ("stage_board", "Papan penilaian", OVERSIGHT | SECRETARIAT),
    ("plenary_list", "Pleno", frozenset({R.PANEL_CHAIR, R.MINISTRY_ADMIN, R.AUDITOR})),
    ("report_list", "Laporan", REGIONS | SECRETARIAT | OVERSIGHT),
    ("certificate_list", "Sertifikat", REGIONS | SECRETARIAT | {R.AUDITOR}),
    ("audit_log", "Jejak audit", frozenset({R.AUDITOR, R.MINISTRY_ADMIN})),
]


# What a visitor is led to.
PUBLIC_NAVIGATION = [
    ("holder_list", "Pemegang penghargaan"),
    ("statistics", "Statistik"),
    ("archive", "Dari masa ke masa"),
    ("open_data", "Data terbuka"),
]


@dataclass(frozen=True, slots=True)
class NavItem:
    url: str
    label: str
    current: bool


def portal(request: HttpRequest) -> dict[str, Any]:
    """`portal` in every template. No query beyond the person's memberships; none for visitors."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {
        "portal": {
            "nav": navigation(user, request.path) if signed_in else public_navigation(request.path),
            "unread": unread_label(user) if signed_in else "",
            "role_label": ", ".join(ROLES[role].label for role in Role if role in user.roles) if signed_in else "",
            "timezone": user.timezone if signed_in else None,
            "base_url": settings.BASE_URL.rstrip("/"),
            "help_email": settings.HELP_EMAIL,
            "help_phone": settings.HELP_PHONE,
            "is_demo": settings.IS_DEMO,
        }
    }


def navigation(user: Any, path: str) -> list[NavItem]:
    """Pages for the person's roles; the longest address that the path begins with is the current one."""
    links = [(reverse(name), label) for name, label, roles in NAVIGATION if roles & user.roles]
    if user.is_superuser or user.admin_verbs:
        links.append((reverse("admin:index"), "Pengelolaan"))
    return _items(links, path)


def public_navigation(path: str) -> list[NavItem]:
    return _items([(reverse(name), label) for name, label in PUBLIC_NAVIGATION], path)


def _items(links: list[tuple[str, str]], path: str) -> list[NavItem]:
    here = max((url for url, _label in links if path.startswith(url)), key=len, default="")
    return [NavItem(url, _(label), url == here) for url, label in links]


def unread_label(user: Any) -> str:
    """`3`, or `99+` where more would not be counted; empty when all is read. No query of its own."""
    number = user.unread_notices
    return f"{UNREAD_CAP - 1}+" if number >= UNREAD_CAP else str(number or "")
