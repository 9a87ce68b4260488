"""The header set of every kind of answer, with production's settings in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HSTS = "max-age=63072000; includeSubDomains; preload"
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
}
COMMON = {
    "Strict-Transport-Security": HSTS,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# Runs in the other process: asks for pages of every kind and prints status, headers and cookies as JSON.
WALK = """
import json
import django
django.setup()
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
from accounts.enums import Role
from accounts.models import Membership, User
from reports.views import pages as views
call_command("collectstatic", interactive=False, verbosity=0)
user = User.objects.create_user("penguji@contoh.id", "Penguji", "kalimat sandi yang panjang")
Membership.objects.create(user=user, role=Role.DISTRICT_OFFICER, region_id="33.75")
HOST, LOGIN, HOME = "ovop.contoh.go.id", "/akun/masuk/", "/beranda/"
client = Client(raise_request_exception=False, SERVER_NAME=HOST)
answers = {}
def note(kind, response):
    cookies = {name: {**morsel, "value": morsel.value} for name, morsel in response.cookies.items()}
    answers[kind] = {"status": response.status_code, "headers": dict(response.headers), "cookies": cookies}
note("public page", client.get("/bantuan/", secure=True))
note("sign-in page", client.get(LOGIN, secure=True))
note("redirect to sign-in", client.get(HOME, secure=True))
note("unknown page", client.get("/tidak-ada/", secure=True))
note("form with errors", client.post(LOGIN, {"login": "", "password": ""}, secure=True))
note("plain http", client.get("/bantuan/"))
note("foreign host", Client(SERVER_NAME="evil.example").get("/bantuan/", secure=True))
note("static file", client.get(staticfiles_storage.url("css/portal.css"), secure=True))
strict = Client(SERVER_NAME=HOST, enforce_csrf_checks=True)
note("refused form", strict.post(LOGIN, {"login": user.email, "password": "x"}, secure=True))
note("sign-in", client.post(LOGIN, {"login": user.email, "password": "kalimat sandi yang panjang"}, secure=True))
note("private page", client.get(HOME, secure=True))
note("page of another role", client.get("/jejak-audit/", secure=True))
note("admin for others", client.get("/pengelola/login/", secure=True))
for _ in range(6):
    throttled = Client(SERVER_NAME=HOST).post(LOGIN, {"login": "x@contoh.id", "password": "x"}, secure=True)
note("throttled", throttled)
views.render = None
note("fault", client.get("/bantuan/", secure=True))
print(json.dumps(answers))
"""
STATUS = {
    "public page": 200,
    "sign-in page": 200,
    "redirect to sign-in": 302,
    "unknown page": 404,
    "form with errors": 422,
    "plain http": 301,
    "foreign host": 400,
    "static file": 200,
    "refused form": 403,
    "sign-in": 302,
    "private page": 200,
    "page of another role": 403,
    "admin for others": 403,
    "throttled": 429,
    "fault": 500,
}
PRIVATE = ("sign-in page", "private page", "page of another role", "admin for others", "sign-in")


def walk(database: str, folder: Path) -> dict[str, Any]:
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "ovop_portal.settings.production",
        "DATABASE_URL": database,
        "BASE_URL": "https://ovop.contoh.go.id",
        "ALLOWED_HOSTS": "ovop.contoh.go.id",
        "MEDIA_ROOT": str(folder / "files"),
        "STATIC_ROOT": str(folder / "static"),
    }
    done = subprocess.run([sys.executable, "-c", WALK], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_every_kind_of_answer_carries_the_header_set(cloned_db: str, tmp_path: Path) -> None:
    answers = walk(cloned_db, tmp_path)
    assert {kind: answer["status"] for kind, answer in answers.items()} == STATUS
    wrong = {kind: problems for kind, answer in answers.items() if (problems := problems_of(kind, answer))}
    assert wrong == {}


def problems_of(kind: str, answer: dict[str, Any]) -> list[str]:
    headers = answer["headers"]
    if kind == "plain http":
        return [] if headers["Location"] == "https://ovop.contoh.go.id/bantuan/" else [headers["Location"]]
    problems = [f"{name}: {headers.get(name)}" for name, value in COMMON.items() if headers.get(name) != value]
    page = headers.get("Content-Type", "").startswith("text/html")
    if page and set(headers.get("Content-Security-Policy", "").split("; ")) != POLICY:
        problems.append(f"policy: {headers.get('Content-Security-Policy')}")
    if page and kind != "foreign host" and headers.get("X-Frame-Options") != "DENY":  # refused before that middleware
        problems.append("may be framed")
    if page and "charset=utf-8" not in headers["Content-Type"]:
        problems.append("no charset")
    if kind in PRIVATE and "no-store" not in headers.get("Cache-Control", ""):
        problems.append(f"kept by caches: {headers.get('Cache-Control')}")
    problems += [f"tells {name}" for name in ("Server", "X-Powered-By") if name in headers]
    return problems + [f"cookie {name}: {c}" for name, c in answer["cookies"].items() if not is_strict(name, c)]


def is_strict(name: str, cookie: dict[str, Any]) -> bool:
    host_only = name.startswith("__Host-") and cookie["path"] == "/" and not cookie["domain"]
    return host_only and bool(cookie["secure"]) and bool(cookie["httponly"]) and cookie["samesite"] in ("Lax", "Strict")
