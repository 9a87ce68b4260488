"""Personas, signed-in clients and databases that every test shares."""

import fcntl
import gc
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.test import Client, override_settings
from django.test.utils import setup_databases, teardown_databases
from hypothesis import settings as hypothesis_settings

from accounts.enums import Role
from accounts.models import User
from nominations.services.awards import load_awards
from ovop_portal.demo.seed import seed
from reference.services import load_reference
from scoring.services.instruments import load_instruments
from tests import factories
from tests.permissions import PERSONAS, people_of

# How long one example takes says more about the machine than about the code.
hypothesis_settings.register_profile("portal", deadline=None)
hypothesis_settings.load_profile("portal")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """The real reference data, awards and instruments, once per test database; of processes side by side one makes it.

    Replaces pytest-django's own, which makes no database when only tests on `cloned_db` run.
    """
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    with django_db_blocker.unblock():
        config = _made() if alone else _made_once(tmp_path_factory.getbasetemp().parent)
    yield
    with django_db_blocker.unblock():
        # Beside the event loop of a driven browser Django keeps a second connection, which nobody closes.
        connection.close()  # cloning may have ended it
        _end_connections(connection.settings_dict["NAME"])
        teardown_databases(config, verbosity=0)


def _made() -> Any:
    config = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    call_command("createcachetable", verbosity=0)
    load_reference()
    load_awards()
    load_instruments()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return config


def _made_once(shared: Path) -> Any:
    """The first process of a run makes the database and a copy, which the others copy. A killed run leaves both."""
    model = f"{TEST_DATABASE_PREFIX}model"
    with (shared / model).open("a+") as made:
        fcntl.flock(made, fcntl.LOCK_EX)
        if not made.seek(0, os.SEEK_END):
            config = _made()
            _drop(model)
            _copy(connection.settings_dict["NAME"], model)
            made.write("made")
            return config
    usual, own = connection.settings_dict["NAME"], connection.creation._get_test_db_name()
    _drop(own)
    _copy(model, own)
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = own
    return [(connection, usual, True)]


@pytest.fixture(autouse=True, scope="module")
def no_dead_rows(django_db_blocker: Any) -> Iterator[None]:
    """What tests roll back stays in the tables until it is cleaned away; the test database does not do so by itself."""
    yield
    if not connection.settings_dict["NAME"].startswith(TEST_DATABASE_PREFIX):
        return  # no test has needed the database yet
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(relname) FROM pg_stat_user_tables WHERE n_dead_tup > 500")
        tables = ", ".join(name for (name,) in cursor.fetchall())
        if tables:
            cursor.execute(f"VACUUM {tables}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first: at the end of a run no core waits for the other one."""
    items.sort(key=lambda item: "browser" not in item.keywords)


def pytest_collection_finish() -> None:
    """What is loaded by now stays. Looking through it for garbage, again and again, takes a quarter of a run's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(autouse=True)
def no_visitor_counted() -> None:
    for name in ("process", "pages"):
        caches[name].clear()


@pytest.fixture(autouse=True)
def private_folder(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def officer_a(db: None) -> User:
    return factories.make_user(Role.DISTRICT_OFFICER, region=factories.HOME, name="Petugas Pekalongan")


@pytest.fixture
def officer_b(db: None) -> User:
    return factories.make_user(Role.DISTRICT_OFFICER, region=factories.OTHER, name="Petugas Garut")


@pytest.fixture
def province(db: None) -> User:
    return factories.make_user(Role.PROVINCE_OFFICER, region="33", name="Petugas Jawa Tengah")


@pytest.fixture
def province_other(db: None) -> User:
    return factories.make_user(Role.PROVINCE_OFFICER, region="32", name="Petugas Jawa Barat")


@pytest.fixture
def verifier(db: None) -> User:
    return factories.make_user(Role.VERIFIER, name="Verifikator")


@pytest.fixture
def assessor_batik(db: None) -> User:
    return factories.make_user(Role.ASSESSOR, commodities=("batik",), institution="Balai A", name="Penilai Batik")


@pytest.fixture
def assessor_other(db: None) -> User:
    return factories.make_user(Role.ASSESSOR, commodities=("gerabah",), institution="Balai B", name="Penilai Gerabah")


@pytest.fixture
def juror(db: None) -> User:
    return factories.make_user(Role.JUROR, name="Anggota Juri")


@pytest.fixture
def chair(db: None) -> User:
    return factories.make_user(Role.PANEL_CHAIR, name="Ketua Panel")


@pytest.fixture
def admin_a(db: None) -> User:
    return factories.make_user(Role.MINISTRY_ADMIN, name="Admin Satu", is_staff=True)


@pytest.fixture
def admin_b(db: None) -> User:
    return factories.make_user(Role.MINISTRY_ADMIN, name="Admin Dua", is_staff=True)


@pytest.fixture
def auditor(db: None) -> User:
    return factories.make_user(Role.AUDITOR, name="Auditor")


@pytest.fixture
def people(request: pytest.FixtureRequest) -> dict[str, User | None]:
    """The personas that every room has; a room with more of them has a fixture of its own."""
    return people_of(request, PERSONAS)


@pytest.fixture
def client_of() -> Callable[[User | None], Client]:
    """A client that is signed in as the person, or anonymous for None."""

    def sign_in(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in


@pytest.fixture
def post() -> Callable[..., Any]:
    """POST with a one-time key, as a form of ours sends it."""

    def send(client: Client, url: str, data: dict[str, Any] | None = None, *, key: str | None = None, **kw: Any) -> Any:
        return client.post(url, {**(data or {}), "_key": key or secrets.token_urlsafe(24)}, **kw)

    return send


@pytest.fixture
def cloned_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A committed copy of the test database, for threads, worker processes and browsers. Yields its DATABASE_URL.

    Append-only tables refuse the flush by which such tests are usually cleaned, so the copy is thrown away instead.
    """
    with django_db_blocker.unblock(), _copied(connection.settings_dict["NAME"]) as copy, _working_on(copy):
        yield database_url(copy)


@pytest.fixture(scope="session")
def seeded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """A database with the demo data and the folder of its files, to be copied. Making them takes ten seconds."""
    files = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), _copied(connection.settings_dict["NAME"]) as copy:
        with _working_on(copy), override_settings(IS_DEMO=True, MEDIA_ROOT=files):
            assert seed() is True
        yield copy, files


@pytest.fixture
def demo_db(seeded: tuple[str, Path], private_folder: None, settings: Any, django_db_blocker: Any) -> Iterator[str]:
    """As `cloned_db`, with the demo data."""
    settings.IS_DEMO = True
    database, files = seeded
    shutil.copytree(files, settings.MEDIA_ROOT)
    with django_db_blocker.unblock(), _copied(database) as copy, _working_on(copy):
        yield database_url(copy)


@contextmanager
def _copied(original: str) -> Iterator[str]:
    copy = f"{original}_{secrets.token_hex(4)}"
    _copy(original, copy)
    try:
        yield copy
    finally:
        _drop(copy)


@contextmanager
def _working_on(database: str) -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = usual


def _copy(original: str, copy: str) -> None:
    """A copy needs a source that nobody else is connected to; threads of earlier tests may still be."""
    connection.close()
    _end_connections(original)
    _run_on_maintenance(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')


def _drop(database: str) -> None:
    _run_on_maintenance(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _end_connections(database: str) -> None:
    _run_on_maintenance("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database])


def database_url(name: str) -> str:
    """DATABASE_URL of another database on the same server."""
    url, _, options = os.environ["DATABASE_URL"].partition("?")
    return f"{url.rpartition('/')[0]}/{name}" + (f"?{options}" if options else "")


def _run_on_maintenance(statement: str, params: list[str] | None = None) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement, params)
