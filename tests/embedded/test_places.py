import os
import stat
from pathlib import Path

import pytest

from ovop_portal.embedded.places import Place
from ovop_portal.embedded.processes import RunError


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    return Place.open()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_reads_files_mail_logs_or_the_key(place):
    place.secret_key()

    assert {mode(folder) for folder in (place.files, place.mail, place.log)} == {0o700}
    assert mode(place.root / "secret_key") == 0o600
    assert not mode(place.root) & 0o066


def test_the_key_is_long_and_stays_the_same(place):
    assert len(place.secret_key()) >= 50
    assert place.secret_key() == place.secret_key()


def test_a_folder_that_was_there_keeps_its_rights(tmp_path, monkeypatch):
    tmp_path.chmod(0o750)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    Place.open()

    assert mode(tmp_path) == 0o750


def test_a_place_that_is_a_file_is_refused_with_the_way_out(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file" / "data"))

    with pytest.raises(RunError, match="Choose a place with DATA_DIR"):
        Place.open()


def test_only_one_run_at_a_time_owns_a_place(place):
    with place.claimed() as first, place.claimed() as second:
        assert (first, second) == (True, False)
    with place.claimed() as again:
        assert again


def test_servers_named_from_outside_stay_in_force(place, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/db")
    monkeypatch.delenv("REDIS_URL")
    env = place.environment("postgres://here/db", "redis+socket:///here", "http://127.0.0.1:8000")

    assert (env["DATABASE_URL"], env["REDIS_URL"]) == ("postgres://elsewhere/db", "redis+socket:///here")


def test_the_demo_settings_are_used_whatever_the_shell_says(place):
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "ovop_portal.settings.test"
    env = place.environment("postgres://here/db", "redis+socket:///here", "http://127.0.0.1:8000")

    assert env["DJANGO_SETTINGS_MODULE"] == "ovop_portal.settings.local"


def test_a_record_that_was_cut_off_counts_as_none(place):
    (place.root / "state.json").write_text('{"children": [')

    assert place.read_state() == {}
    place.clear_leftovers()


def test_logs_of_the_previous_run_are_kept_once(place):
    for text in ("first", "second"):
        place.clear_leftovers()
        (place.log / "web.log").write_text(text)
    place.clear_leftovers()

    assert (place.log / "web.log.previous").read_text() == "second"
    assert not (place.log / "web.log").exists()
