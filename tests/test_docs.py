"""The documents say what is there: links, commands, names, tables and jobs are held to the code and the database."""

import pkgutil
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from celery import current_app
from celery.schedules import crontab
from django.conf import settings
from django.core.management import get_commands
from django.db import connection

from certificates.querysets import CLAIM_MINUTES
from core import outbox
from nominations.workflow import TABLE

ROOT = Path(settings.BASE_DIR)
ADRS = sorted((ROOT / "docs/adr").glob("*.md"))
DOCS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")), *ADRS]
EVERYTHING = "\n".join(path.read_text() for path in DOCS)
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
RUNBOOK = (ROOT / "docs/runbook.md").read_text()
ROOMS = "|".join(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"])
ADR_PARTS = ["Context", "Decision", "Losing options", "Consequences"]

LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
CODE = re.compile(r"`([^`\n]+)`")
DOTTED = re.compile(rf"(?:{ROOMS})(?:\.[A-Za-z_]\w*)+")
STORED = re.compile(rf"(?:{ROOMS})_[a-z0-9_]+")
OF_THE_OPERATOR = ("deploy/tls/", "deploy/*.env")  # made at the place, not in the repository


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a document."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def workflow_table() -> str:
    """The workflow as `docs/architecture.md` prints it."""
    lines = ["| from | action | to | roles | reason | window |", "|---|---|---|---|---|---|"]
    for (status, action), row in TABLE.items():
        roles = ", ".join(f"`{role}`" for role in sorted(row.roles)) or "the system"
        reason = "yes" if row.needs_reason else ""
        lines.append(f"| `{status}` | `{action}` | `{row.target}` | {roles} | {reason} | {row.window or ''} |")
    return "\n".join(lines)


@cache
def own_tasks() -> set[str]:
    current_app.loader.import_default_modules()
    return {name for name in current_app.tasks if re.match(rf"(?:{ROOMS})\.", name)}


@pytest.mark.parametrize("path", DOCS, ids=name_of)
def test_links_lead_to_files_and_headings(path):
    links = LINK.findall(path.read_text())
    for target, anchor in links:
        found = (path.parent / target).resolve() if target else path
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), f"{target}#{anchor}"


@pytest.mark.parametrize("path", DOCS, ids=name_of)
def test_names_in_code_and_paths_exist(path):
    top_level = {entry.name for entry in ROOT.iterdir()}
    for text in CODE.findall(path.read_text()):
        if DOTTED.fullmatch(text) and text not in own_tasks():
            pkgutil.resolve_name(text)
        elif "/" in text and not re.search("[ …]", text) and text.split("/")[0] in top_level:
            assert text.startswith(OF_THE_OPERATOR) or list(ROOT.glob(text)), text


def test_commands_exist():
    script = (ROOT / "run").read_text().partition("case $command in")[2]
    labels = set(re.findall(r"[a-z]+", " ".join(re.findall(r"^([a-z| -]+)\)", script, re.MULTILINE))))
    named = set(re.findall(r"\./run ([a-z]+)", "\n".join(CODE.findall(EVERYTHING))))
    named |= set(re.findall(r"^\./run ([a-z]+)", EVERYTHING, re.MULTILINE))
    assert {"test", "lint", "accounts"} <= named <= labels

    managed = set(re.findall(r"(?:manage\.py|\./run manage) ([a-z_]+)", EVERYTHING))
    assert managed
    assert managed <= set(get_commands())


def test_the_printed_workflow_is_the_workflow():
    assert workflow_table() in ARCHITECTURE, f"print this into docs/architecture.md:\n\n{workflow_table()}"


def test_the_jobs_are_all_there_with_their_times():
    jobs = ARCHITECTURE.partition("## 7. ")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `([a-z._]+)` \| ([^|]+) \|", jobs, re.MULTILINE))
    assert set(rows) == own_tasks()

    periodic = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert rows == {task: time_of(periodic.get(task)) for task in rows}


def time_of(schedule: crontab | float | None) -> str:
    if isinstance(schedule, crontab):
        if len(schedule.hour) == 24:
            return f"each hour at .{min(schedule.minute):02}"
        return f"{min(schedule.hour):02}.{min(schedule.minute):02}"
    return {None: "after commit", 60.0: "every minute", 3600.0: "every hour"}[schedule]


@pytest.mark.django_db
def test_names_in_the_database_exist():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT tgname FROM pg_trigger"
            " UNION SELECT relname FROM pg_class UNION SELECT proname FROM pg_proc"
        )
        stored = {name for (name,) in cursor.fetchall()}
    named = {text for text in CODE.findall(EVERYTHING) if STORED.fullmatch(text)}
    assert len(named) > 40
    assert named - stored == set()


def test_the_runbook_knows_when_a_mail_is_given_up():
    assert f"attempts >= {outbox.MAX_ATTEMPTS}" in RUNBOOK
    assert f"tried {outbox.MAX_ATTEMPTS} times" in RUNBOOK
    assert f"after {CLAIM_MINUTES} minutes (certificates)" in RUNBOOK


@pytest.mark.django_db
def test_the_queries_of_the_runbook_run():
    queries = re.findall(r"```sql\n(.+?)```", RUNBOOK, re.DOTALL)
    assert queries
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query)


@pytest.mark.parametrize("path", ADRS, ids=name_of)
def test_a_decision_has_its_four_parts(path):
    text = path.read_text()
    assert text.startswith(f"# {path.name[:4]} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ADR_PARTS


def test_decisions_are_numbered_without_gap():
    assert [int(path.name[:4]) for path in ADRS] == list(range(1, len(ADRS) + 1))
