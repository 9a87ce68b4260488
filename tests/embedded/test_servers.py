import os
import shutil
import tempfile
from pathlib import Path

import psutil
import psycopg2
import pytest

from ovop_portal.embedded.processes import RunError, server_account
from ovop_portal.embedded.servers import Servers, home_for


@pytest.fixture
def folder():
    """Not pytest's own: those are closed to the account that runs the servers."""
    with tempfile.TemporaryDirectory(prefix="ovop-test-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def make_servers(folder):
    made = []

    def make(*, durable: bool = False) -> Servers:
        servers = Servers(folder / "servers", folder, durable)
        made.append(servers)
        return servers

    yield make
    for servers in made:
        servers.stop()


def query(servers: Servers, sql: str) -> list[tuple]:
    connection = psycopg2.connect(host=str(servers.sockets), user="postgres", dbname="portal")
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_stop_leaves_no_process_and_no_socket(make_servers):
    servers = make_servers()
    servers.start()
    running = [psutil.Process(child.process.pid) for child in servers.children]
    running += [process for parent in running for process in parent.children(recursive=True)]
    servers.stop()

    assert len(running) > 2
    assert not any(process.is_running() for process in running)
    assert not servers.sockets.exists()


def test_data_survive_a_kill_and_a_number_that_another_process_has_now(make_servers, folder):
    killed = make_servers(durable=True)
    killed.start(valkey=False)
    query(killed, "CREATE TABLE kept AS SELECT 1 AS one")
    killed.children[0].process.kill()
    killed.children[0].process.wait()
    lock = folder / "servers" / "postgresql" / "data" / "postmaster.pid"
    lock.write_text(lock.read_text().replace(str(killed.children[0].process.pid), str(os.getpid()), 1))

    again = make_servers()
    again.start(valkey=False)
    assert query(again, "SELECT one FROM kept") == [(1,)]


def test_a_server_left_running_is_stopped_before_the_next_one_starts(make_servers):
    left, again = make_servers(), make_servers()
    left.start(valkey=False)
    query(left, "CREATE TABLE kept AS SELECT 1 AS one")
    again.start(valkey=False)

    assert left.children[0].exit_code == 0
    assert query(again, "SELECT one FROM kept") == [(1,)]


def test_an_interrupted_creation_is_begun_anew(make_servers, folder):
    servers = make_servers()
    home_for(folder / "servers", servers.account)
    (folder / "servers" / "postgresql" / "unfinished").mkdir(parents=True)
    servers.start(valkey=False)

    assert query(servers, "SELECT 1") == [(1,)]


def test_data_of_another_major_version_are_refused_with_the_way_out(make_servers, folder):
    servers = make_servers()
    home_for(folder / "servers", servers.account)
    data = folder / "servers" / "postgresql" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")

    with pytest.raises(RunError, match="was written by PostgreSQL 9"):
        servers.start(valkey=False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers under another account")
def test_a_folder_closed_to_the_servers_account_points_to_one_that_is_open(folder):
    closed = folder / "closed"
    closed.mkdir()
    closed.chmod(0o700)
    home = home_for(closed / "servers", server_account())
    try:
        assert home.parent == Path("/var/lib/ovop-portal")
        assert home_for(closed / "servers", server_account()) == home
    finally:
        shutil.rmtree(home)
