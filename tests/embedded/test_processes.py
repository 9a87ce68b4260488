import signal
import subprocess
import sys

import psutil
import pytest

from ovop_portal.embedded.processes import start_child, stop_children, stop_recorded

SLEEP = "import time; print('up', flush=True); time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEP
WITH_GRANDCHILD = (
    "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print(child.pid, flush=True); child.wait()"
)
PARENT = (
    "import pathlib, sys, time; from ovop_portal.embedded.processes import start_child;"
    f"child = start_child('child', [sys.executable, '-c', {SLEEP!r}], log=pathlib.Path(sys.argv[1]));"
    "print(child.process.pid, flush=True); time.sleep(600)"
)


@pytest.fixture
def start(tmp_path):
    started = []

    def start_python(code: str):
        child = start_child("child", [sys.executable, "-c", code], log=tmp_path / f"{len(started)}.log")
        started.append(child)
        return child

    yield start_python
    for child in started:
        child.process.kill()
        child.process.wait()


def first_line(child) -> str:
    for _ in range(10_000_000):
        if "\n" in (text := child.log.read_text()):
            return text.splitlines()[0]
    raise AssertionError("the child never spoke")


def test_a_child_is_asked_and_waited_for(start):
    child = start(SLEEP)
    first_line(child)
    stop_children([child])

    assert child.exit_code == -signal.SIGTERM


def test_a_child_that_does_not_listen_is_ended(start):
    child = start(DEAF)
    first_line(child)
    stop_children([child], seconds=0.2)

    assert child.exit_code == -signal.SIGKILL


def test_what_a_child_started_goes_with_it(start):
    child = start(WITH_GRANDCHILD)
    grandchild = psutil.Process(int(first_line(child)))
    stop_children([child])

    grandchild.wait(10)
    assert not grandchild.is_running()


def test_a_killed_parent_takes_its_children_along(tmp_path):
    with subprocess.Popen([sys.executable, "-c", PARENT, tmp_path / "log"], stdout=subprocess.PIPE) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()

    child.wait(10)
    assert not child.is_running()


def test_a_recorded_process_is_ended_by_a_later_run(start):
    child = start(SLEEP)
    stop_recorded([child.record()])

    assert child.exit_code is not None


def test_a_process_number_that_was_given_away_is_left_alone(start):
    child = start(SLEEP)
    stop_recorded([child.record() | {"created": 1.0}])

    assert child.exit_code is None


def test_a_log_tail_shows_the_end_only(start):
    child = start("print(*range(100), sep='\\n')")
    child.process.wait()

    assert child.log_tail().splitlines()[0] == "80"
