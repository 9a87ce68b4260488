"""The roles of production on a real server: the owner migrates, the web role cannot get at what is append-only."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from psycopg2 import errors

from ovop_portal.embedded.servers import Servers, database_url, postgres_program

DATABASE = "produksi"


@pytest.fixture(scope="module")
def sockets():
    folder = Path(tempfile.mkdtemp(prefix="ovop-test-"))
    folder.chmod(0o711)
    servers = Servers(folder / "servers", folder, durable=False)
    try:
        servers.start(valkey=False)
        names = {"database": DATABASE, "owner_password": "owner", "web_password": "web"}
        subprocess.run(
            [
                postgres_program().with_name("psql"),
                "--no-psqlrc",
                "--set=ON_ERROR_STOP=1",
                f"--host={servers.sockets}",
                "--username=postgres",
                "--dbname=postgres",
                *[f"--set={name}={value}" for name, value in names.items()],
                f"--file={settings.BASE_DIR / 'deploy' / 'postgres' / 'roles.sql'}",
            ],
            check=True,
        )
        url = database_url(servers.sockets).replace("postgres@", "portal_owner@").replace("/portal?", f"/{DATABASE}?")
        for command in ("migrate", "createcachetable"):
            env = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "ovop_portal.settings.test"}
            subprocess.run([sys.executable, "manage.py", command], cwd=settings.BASE_DIR, env=env, check=True)
        yield servers.sockets
    finally:
        servers.stop()
        shutil.rmtree(folder)


@pytest.fixture
def web(sockets):
    connection = psycopg2.connect(host=str(sockets), user="portal_web", dbname=DATABASE)
    yield connection.cursor()
    connection.close()


def append_only_tables(cursor) -> list[str]:
    cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_append_only'")
    return [row[0] for row in cursor.fetchall()]


def test_the_web_role_reads_and_writes_every_table(web):
    web.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'")
    tables = [row[0] for row in web.fetchall()]
    assert len(tables) > 20

    for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
        web.execute("SELECT name FROM unnest(%s) AS name WHERE NOT has_table_privilege(name, %s)", [tables, right])
        assert web.fetchall() == []


def test_the_web_role_owns_nothing(web):
    web.execute("SELECT count(*) FROM pg_class WHERE relowner = 'portal_web'::regrole")

    assert web.fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "TRUNCATE {}",
        "DROP TABLE {}",
        "CREATE TRIGGER x BEFORE INSERT ON {} EXECUTE FUNCTION core_refuse_change()",
        "SET session_replication_role = replica",
        "CREATE TABLE own ()",
        "CREATE OR REPLACE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)
def test_the_web_role_cannot_get_round_the_append_only_tables(web, statement):
    tables = append_only_tables(web)
    assert tables

    for table in tables:
        with pytest.raises(errors.InsufficientPrivilege):
            web.execute(statement.format(table))
        web.connection.rollback()
