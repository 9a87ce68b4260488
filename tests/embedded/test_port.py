import socket

import pytest

from ovop_portal.embedded.__main__ import wanted_port
from ovop_portal.embedded.processes import RunError
from ovop_portal.embedded.stack import HOST, listen_on_free_port


def test_a_free_port_is_taken_as_asked():
    with socket.create_server((HOST, 0)) as finder:
        free = finder.getsockname()[1]

    with listen_on_free_port(free) as listener:
        assert listener.getsockname() == (HOST, free)


def test_a_taken_port_is_named_and_the_next_one_taken(capsys):
    with listen_on_free_port(20_000) as first:
        taken = first.getsockname()[1]
        with listen_on_free_port(taken) as second:
            assert second.getsockname()[1] > taken

    assert f"Port {taken} is taken" in capsys.readouterr().err


def test_two_portals_never_get_the_same_port():
    with listen_on_free_port(20_000) as first, listen_on_free_port(20_000) as second:
        assert first.getsockname() != second.getsockname()


@pytest.mark.parametrize("text", ["abc", "-1", "65536", "80 80"])
def test_a_port_that_is_no_port_is_refused(monkeypatch, text):
    monkeypatch.setenv("PORT", text)

    with pytest.raises(RunError, match="PORT must be a number"):
        wanted_port()
