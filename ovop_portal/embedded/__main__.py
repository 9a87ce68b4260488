"""The command line behind `./run`, once everything is installed."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ovop_portal.embedded.places import CHECKOUT, Place
from ovop_portal.embedded.processes import RunError
from ovop_portal.embedded.stack import Stack, StopRequested, environment, listen_on_free_port, say

DEFAULT_PORT = "8000"


def wanted_port() -> int:
    text = os.environ.get("PORT") or DEFAULT_PORT
    if not text.isdecimal() or int(text) > 65535:
        raise RunError(f"PORT must be a number up to 65535, not {text!r}.")
    return int(text)


def serve() -> int:
    """The whole portal, until Ctrl-C."""
    place = Place.open()
    with place.claimed() as mine:
        if not mine:
            address = place.read_state().get("base_url", "it is still starting")
            raise RunError(f"The portal of {place.root} runs already: {address}. Another one needs its own DATA_DIR.")
        with Stack(place) as stack, listen_on_free_port(wanted_port()) as listener:
            try:
                _start(stack, listener)
                stack.watch()
            except StopRequested:
                say("\nStopping ...")
    say(f"Stopped. The data stay in {place.root}.")
    return 0


def _start(stack: Stack, listener: socket.socket) -> None:
    place, port = stack.place, listener.getsockname()[1]
    say("Starting the database and the broker ...")
    stack.start_servers(f"http://127.0.0.1:{port}")
    say("Preparing the database, the demo data and the static files ...")
    stack.prepare()
    stack.start_web(listener)
    stack.start_workers()
    stack.wait_for_web(port)
    print(f"\n{place.accounts.read_text()}")
    print(f"Mail is written to {place.mail}, logs to {place.log}.\n")
    print(f"The portal is ready: {stack.base_url}   (Ctrl-C stops it)", flush=True)


def run_beside(argv: Sequence[str], place: Place) -> int:
    """One command with the servers of `place`: with those that run, else with own ones for as long as it takes."""
    with place.claimed() as mine:
        if not mine:
            state = place.read_state()
            if "sockets" not in state:
                raise RunError(f"The portal of {place.root} is still starting. Try again in a moment.")
            env = environment(place, Path(state["sockets"]), state["base_url"])
            return subprocess.run(argv, cwd=CHECKOUT, env=env, check=False).returncode
        with Stack(place) as stack:
            stack.start_servers(f"http://127.0.0.1:{wanted_port()}")
            return subprocess.run(argv, cwd=CHECKOUT, env=stack.env, check=False).returncode


def manage(arguments: Sequence[str]) -> int:
    return run_beside([sys.executable, "manage.py", *arguments], Place.open())


def bench(arguments: Sequence[str]) -> int:
    """On servers and data of its own, which it throws away."""
    with tempfile.TemporaryDirectory(prefix="ovop-bench-") as folder:
        Path(folder).chmod(0o711)
        os.environ["DATA_DIR"] = folder
        return run_beside([sys.executable, "-m", "benchmarks", *arguments], Place.open())


def main(command: str, arguments: Sequence[str]) -> int:
    try:
        if command == "start":
            return serve()
        if command == "accounts":
            return manage(["demo_accounts", *arguments])
        return {"manage": manage, "bench": bench}[command](arguments)
    except RunError as problem:
        say(f"\n{problem}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
