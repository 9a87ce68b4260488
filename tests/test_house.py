"""The rules of the house that import contracts cannot see."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.forms import BaseForm
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.rules import is_private

ROOMS = ["core", "reference", "accounts", "sentra", "nominations", "scoring", "certificates", "reports", "ovop_portal"]
OURS = [*ROOMS, "tests", "benchmarks"]

# Posts of our scripts whose repetition is harmless by themselves; each view says why.
NO_KEY = {
    "nomination_answer_autosave",
    "candidate_autosave",
    "beneficiary_add_autosave",
    "beneficiary_autosave",
    "sheet_autosave",
    "visit_autosave",
}

# What anybody may open; everything else asks for a sign-in.
PUBLIC = {
    "landing",
    "help",
    "health",
    "award_about",
    "holder_list",
    "holder_page",
    "holder_photo",
    "holder_feed",
    "statistics",
    "archive",
    "open_data",
    "catalogue",
    "holders_csv",
    "holders_json",
    "summary_csv",
    "summary_json",
    "robots",
    "sitemap",
    "django.contrib.sitemaps.views.sitemap",
    "api_about",
    "api-root",
    "openapi-json",
    "api_holders",
    "api_holder",
    "api_verify",
    "api_nominations",
    "api_register",
    "api_certificates",
    "certificate_lookup",
    "certificate_verify",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "activate",
    "open_activation",
    "request_activation",
    "activation_sent",
}


def named_urls(patterns=None, prefix=""):
    """Every pattern outside the administration, with its full route."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            if entry.app_name != "admin":
                yield from named_urls(entry.url_patterns, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield entry, prefix + str(entry.pattern)


def test_no_module_is_called_utils():
    found = [path for room in OURS for path in (settings.BASE_DIR / room).rglob("*.py") if path.stem == "utils"]
    assert found == []


def test_foreign_keys_point_to_the_same_or_a_lower_room():
    upward = []
    for model in apps.get_models():
        room = model._meta.app_label
        if room not in ROOMS:
            continue
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            target = field.related_model._meta.app_label if field.related_model else ""
            if target in ROOMS and ROOMS.index(target) > ROOMS.index(room):
                upward.append(f"{model._meta.label}.{field.name} -> {target}")
    assert upward == []


def test_only_the_listed_pages_are_public():
    public = {entry.name for entry, __ in named_urls() if not getattr(entry.callback, "login_required", True)}
    assert public <= PUBLIC, "a page became public without being listed"


@pytest.mark.django_db
def test_every_page_has_a_row_in_a_permission_table():
    rows: set[str] = set()
    for path in sorted(Path("tests").glob("*/permissions.py")):
        rows |= set(importlib.import_module(".".join(path.with_suffix("").parts)).PERMISSIONS)
    names = {entry.name for entry, __ in named_urls()}
    rows = {row.rpartition(":")[2] for row in rows}
    assert names - rows == set(), "these pages have no row in any tests/*/permissions.py"


@pytest.mark.django_db
def test_every_form_of_a_signed_in_person_wants_a_one_time_key(client, admin_a):
    """400 without a key, 405 where nothing can be posted; pages of the account have rules of their own."""
    client.force_login(admin_a, backend=settings.AUTHENTICATION_BACKENDS[0])
    wrong = {}
    for entry, route in named_urls():
        if entry.name in PUBLIC | NO_KEY or entry.name.startswith("account_"):
            continue
        address = "/" + re.sub(r"<str:[^>]+>|<slug:[^>]+>|<[a-z_]+>", "x", re.sub(r"<int:[^>]+>", "1", route))
        status = client.post(address, {}).status_code
        if status not in (400, 405):
            wrong[entry.name] = status
    assert wrong == {}


def forms_of(base):
    for form in base.__subclasses__():
        yield form
        yield from forms_of(form)


def test_what_a_browser_keeps_no_copy_of_no_session_holds_either():
    assert list(named_urls()), "loads every form"
    fields = [pair for form in forms_of(BaseForm) for pair in getattr(form, "base_fields", {}).items()]
    private = {name for name, field in fields if "data-private" in field.widget.attrs}
    assert private >= {"identity_number", "nib", "npwp"}
    assert not [name for name in private if not is_private(name)]


def test_an_award_is_never_named_in_code():
    """Awards differ by data; only loading and the demo, which bring that data, and the password words know them."""
    allowed = {"nominations/services/awards.py", "accounts/validators.py"}
    pattern = re.compile(r"""["'](ovop|upakarti)["']""")
    found = [
        str(path.relative_to(settings.BASE_DIR))
        for room in ROOMS
        for path in (settings.BASE_DIR / room).rglob("*.py")
        if "demo" not in path.parts and pattern.search(path.read_text())
    ]
    assert set(found) - allowed == set()


def test_a_web_process_loads_neither_the_pdf_engine_nor_the_signer():
    """They take seconds and memory; what checks a signature is a process of its own."""
    code = (
        "import sys, ovop_portal.wsgi; from django.urls import get_resolver; get_resolver().url_patterns;"
        "print(*sorted({'weasyprint', 'pyhanko', 'core.pdf', 'core.signing'} & set(sys.modules)))"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "ovop_portal.settings.test"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
